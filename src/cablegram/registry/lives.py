"""Lives: the life of one copy as a picture has it: what was done, where it was, who had it.

Replayed from the copy's own entries, first to last: its row is not asked.  Stretches lie between
acts; the last of each is open.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cablegram.model.acts import FINAL, RULES, Act, State
from cablegram.registry import entries, following

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cablegram.model.custody import Copy
    from cablegram.ports import Shelves
    from cablegram.wire.leaf import Entry


@dataclass(frozen=True, slots=True)
class Step:
    """One act on a copy: its entry, and where the copy is by it.

    ``holder`` is who has it then, empty where the registry does; ``countered`` is the index of
    the entry that counters this one, 0 where none does.
    """

    index: int
    entry: Entry
    act: Act
    facts: Mapping[str, str | int]
    state: State
    holder: str
    countered: int = 0


@dataclass(frozen=True, slots=True)
class Stretch:
    """The copy stayed so from step ``first`` to step ``last``; ``last`` is past the end if open.

    ``what`` is a state, or a holder.
    """

    what: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Life:
    """A copy's life: its steps, its states in a row, and the stretches of each holder's lane.

    The registry's lane has the empty name and comes first; a copy that has ended is in no lane.
    """

    steps: tuple[Step, ...]
    states: tuple[Stretch, ...]
    lanes: tuple[tuple[str, tuple[Stretch, ...]], ...]


def of(page: Shelves, copy: Copy) -> Life:
    """The life of a copy by its entries."""
    steps = _steps(page, copy)
    states = _stretches([step.state.value for step in steps])
    held: dict[str, list[Stretch]] = {"": []}
    for stretch in _stretches([_lane(step) for step in steps]):
        if stretch.what != _NOWHERE:
            held.setdefault(stretch.what, []).append(stretch)
    return Life(tuple(steps), states, tuple((who, tuple(had)) for who, had in held.items()))


_NOWHERE = "\0"
_NOBODY_HAS = FINAL | {State.ALLOTTED}


def _steps(page: Shelves, copy: Copy) -> list[Step]:
    countered = following.corrections(page, copy.handle)
    found: list[Step] = []
    state, kept = State.ALLOTTED, State.ALLOTTED
    for index, entry in entries.life(page, copy.handle):
        act = Act(entry.act)
        was, target = state, RULES[act].target
        state = kept if act is Act.FIND else target or state
        kept = was if act is Act.MISS else kept
        found.append(
            Step(
                index=index,
                entry=entry,
                act=act,
                facts=entries.facts(entry),
                state=state,
                holder=entry.holder,
                countered=countered.get(index, 0),
            )
        )
    return found


def _lane(step: Step) -> str:
    """Whose lane the copy is in: nobody's before it is printed, and once it has ended."""
    return _NOWHERE if step.state in _NOBODY_HAS else step.holder


def _stretches(values: Sequence[str]) -> tuple[Stretch, ...]:
    found: list[Stretch] = []
    for n, value in enumerate(values):
        if found and found[-1].what == value:
            found[-1] = Stretch(value, found[-1].first, n + 1)
        else:
            found.append(Stretch(value, n, n + 1))
    return tuple(found)
