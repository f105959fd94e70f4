"""The press: what a sheet shows goes in, one numbered copy as a PDF comes out.

Start at ``Facsimile``, the values of one copy, and ``set_copy``, which sets them.
The press knows no books, no clock and no office: whatever stands on a sheet was
handed to it, and the same values give the same bytes (docs/spec/facsimile.md).
"""

from __future__ import annotations

from cablegram.press.engine import Set
from cablegram.press.facsimile import (
    Facsimile,
    Hand,
    Part,
    ReturnWords,
    Slot,
    Stamp,
    set_copy,
)

__all__ = ["Facsimile", "Hand", "Part", "ReturnWords", "Set", "Slot", "Stamp", "set_copy"]
