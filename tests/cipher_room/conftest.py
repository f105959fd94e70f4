"""A press that sets nothing, for journeys whose sheets nobody looks at."""

from __future__ import annotations

import pytest

from cablegram.cipher_room import printing
from cablegram.press import Set


@pytest.fixture
def quick_press(monkeypatch):
    """Sheets are the words of what would be set: the same values, the same bytes."""
    monkeypatch.setattr(printing, "set_copy", lambda sheet: Set(repr(sheet).encode(), 2))
