"""A muster: the copies that the books say exist, against the sheets that were seen."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cablegram.model.acts import FINAL, IN_CUSTODY, Act, State

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


SHEET_CHECKED = frozenset(
    {Act.RETURN, Act.HAND_OVER, Act.COME_BACK, Act.SETTLE_BACK, Act.REPLACE_SHEET}
)
"""Acts at which an officer counted the sheets and signed: one after the cut-off accounts for a
copy that nobody sighted."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a muster came to, by the copies' handles.

    Each copy that had to be there at the cut-off stands in exactly one of the first six: seen
    here; another office has signed that it saw it; its sheets were counted by an act after the
    cut-off; it left by an act after the cut-off (destroyed, given back, receipted elsewhere);
    with another office that has not said so; not seen.  ``found`` were missing and are seen,
    ``misplaced`` are seen here while the books have them elsewhere, ``ended`` are seen and should
    not exist any more, ``beside`` are seen and outside this muster.
    """

    sighted: tuple[str, ...]
    sighted_elsewhere: tuple[str, ...]
    checked_since: tuple[str, ...]
    left_since: tuple[str, ...]
    open_items: tuple[str, ...]
    unsighted: tuple[str, ...]
    misplaced: tuple[str, ...]
    found: tuple[str, ...]
    ended: tuple[str, ...]
    added_since: tuple[str, ...]
    beside: tuple[str, ...]
    doubled: tuple[str, ...]


def conclude(
    expected: Mapping[str, State],
    now: Mapping[str, Copy],
    since: Mapping[str, frozenset[Act]],
    seen: Iterable[str],
    confirmed: frozenset[str],
) -> Outcome:
    """Account for every copy of the frozen list, by what was seen and what was done since.

    ``expected`` has the states at the cut-off; ``now`` every copy expected, seen or changed
    since, as it stands; ``since`` the acts on each after the cut-off; ``seen`` a handle for each
    sheet seen in one sitting.
    """
    met = Counter(seen)
    lists: dict[str, list[str]] = {name: [] for name in Outcome.__dataclass_fields__}
    for handle, was in expected.items():
        copy, acts = now[handle], since.get(handle, frozenset())
        lists[
            _accounted(copy, was, acts, seen=handle in met, confirmed=handle in confirmed)
        ].append(handle)
        stayed_away = copy.state in ELSEWHERE and was in ELSEWHERE and not acts & SHEET_CHECKED
        if handle in met and stayed_away:
            lists["misplaced"].append(handle)
    for handle in met:
        if handle not in expected:
            lists[_stray(now[handle], since.get(handle, frozenset()))].append(handle)
    lists["added_since"] += [
        handle
        for handle, acts in since.items()
        if handle not in expected
        and handle not in met
        and acts & _ENTERS
        and now[handle].state in IN_CUSTODY
    ]
    lists["doubled"] += [handle for handle, sheets in met.items() if sheets > 1]
    return Outcome(**{name: tuple(found) for name, found in lists.items()})


_ENTERS = frozenset({Act.PRINT, Act.ACCEPT, Act.FIND})
"""Acts by which a copy comes into custody."""


def _accounted(copy: Copy, was: State, acts: frozenset[Act], *, seen: bool, confirmed: bool) -> str:
    if seen:
        return "sighted"
    if copy.state in FINAL or copy.state is State.ALLOTTED:
        return "left_since"  # a sheet that was pulled again was destroyed by two: reprint
    if copy.state in ELSEWHERE:
        if confirmed:
            return "sighted_elsewhere"
        receipted = copy.state is State.WITH_OFFICE and Act.RECEIPTED in acts
        return "left_since" if receipted and was not in ELSEWHERE else "open_items"
    if copy.state in IN_CUSTODY and acts & SHEET_CHECKED:
        return "checked_since"
    return "unsighted"


def _stray(copy: Copy, acts: frozenset[Act]) -> str:
    if acts & _ENTERS and copy.state in IN_CUSTODY:
        return "added_since"
    if copy.state in {State.MISSING, State.LOST}:
        return "found"
    return "beside" if copy.state in IN_CUSTODY else "ended"
