"""Steps: one copy before and after an act, as what follows from the act sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cablegram.model.acts import Fact
    from cablegram.model.custody import Copy


@dataclass(frozen=True, slots=True)
class Step:
    """One copy's step: as it was and is, the act's facts, its leaf, and the number it took."""

    was: Copy
    now: Copy
    facts: Mapping[str, Fact]
    index: int
    number: int
