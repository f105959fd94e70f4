"""A muster: the copies that the books say exist, against the sheets that were seen."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cablegram.model.acts import IN_CUSTODY, State

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cablegram.model.custody import Copy

ELSEWHERE = frozenset({State.IN_TRANSIT, State.WITH_OFFICE, State.DISPUTED})


@dataclass(frozen=True, slots=True)
class Muster:
    """The outcome of counting; every expected copy stands in exactly one of the first four.

    ``sighted`` was seen here; ``sighted_elsewhere`` another office has signed that it saw
    it; ``open_items`` are with another office that has not said so; ``unsighted`` should be
    here and was not seen.  ``unexpected`` are numbers seen that should not be; a number in
    ``doubled`` was seen on more than one sheet: one of them is no copy of ours.
    """

    sighted: tuple[str, ...]
    sighted_elsewhere: tuple[str, ...]
    open_items: tuple[str, ...]
    unsighted: tuple[str, ...]
    unexpected: tuple[str, ...]
    doubled: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether everything is accounted for and nothing is there that should not be."""
        return not (self.open_items or self.unsighted or self.unexpected or self.doubled)


def compare(expected: Mapping[str, Copy], seen: Iterable[str], confirmed: frozenset[str]) -> Muster:
    """Compare the books (copies by name) with the names seen, in one pass.

    ``confirmed`` names copies that another office has signed as sighted since the cut-off.
    A copy that the books place elsewhere but that was seen here counts as sighted and
    unexpected: the sheet is here, and the books are wrong about where.
    """
    met = Counter(seen)
    live = {name: copy for name, copy in expected.items() if copy.state in IN_CUSTODY}
    sighted: list[str] = []
    theirs: list[str] = []
    open_items: list[str] = []
    unsighted: list[str] = []
    misplaced: list[str] = []
    for name, copy in live.items():
        if name in met:
            sighted.append(name)
            if copy.state in ELSEWHERE:
                misplaced.append(name)
        elif copy.state not in ELSEWHERE:
            unsighted.append(name)
        elif name in confirmed:
            theirs.append(name)
        else:
            open_items.append(name)
    return Muster(
        sighted=tuple(sighted),
        sighted_elsewhere=tuple(theirs),
        open_items=tuple(open_items),
        unsighted=tuple(unsighted),
        unexpected=(*misplaced, *(name for name in met if name not in live)),
        doubled=tuple(name for name, sheets in met.items() if sheets > 1),
    )
