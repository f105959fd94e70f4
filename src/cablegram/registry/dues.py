"""What is due: the first page of each list and how many there are, quick in any register.

Questions only.  No list is read to its end: a register may have a hundred thousand copies out.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import merge
from itertools import combinations, islice
from typing import TYPE_CHECKING, TypeVar

from cablegram.model.acts import HELD_HERE, State
from cablegram.model.times import instant, moment
from cablegram.ports import FIND_MAX
from cablegram.registry import alarms, lines, offices, papers, returns
from cablegram.sentences import sentence
from cablegram.wire import receipt as receipt_format

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import timedelta

    from cablegram.model.custody import Copy
    from cablegram.model.records import Alarm, CircuitItem, Incoming, Paper
    from cablegram.ports import Key, Shelf, Shelves
    from cablegram.sentences import Sentence

R = TypeVar("R")

COUNT_MAX = 2000
"""No list is counted further: there are that many, or more."""
HELD_MAX = 100
"""Nor is what one holder has overdue."""


@dataclass(frozen=True, slots=True)
class Due:
    """What waits for somebody, as of a moment: the first of each list, and counts of them all.

    ``overdue`` and ``soon`` are copies out past, or close to, their due moment; ``leaving`` are
    here and must go back to where they came from; ``tracers`` are dispatched copies without
    their receipt; ``held`` says who of ``overdue`` is issued nothing more, and how many they have
    (to ``HELD_MAX``).
    ``unprinted`` and ``unverified`` wait for the room and the registry; ``missing`` for somebody
    to find them.  ``counts`` goes by the lists' names, each to ``COUNT_MAX`` and no further.
    """

    overdue: tuple[Copy, ...]
    soon: tuple[Copy, ...]
    leaving: tuple[Copy, ...]
    tracers: tuple[Copy, ...]
    missing: tuple[Copy, ...]
    held: tuple[tuple[str, int], ...]
    unprinted: tuple[Copy, ...]
    unverified: tuple[Copy, ...]
    unopened: tuple[Incoming, ...]
    owed: tuple[Paper, ...]
    unreceipted: tuple[CircuitItem, ...]
    alarms: tuple[Alarm, ...]
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Holding:
    """What one holder has: the first copies by due moment, how many in all, how many overdue."""

    copies: tuple[Copy, ...]
    count: int
    overdue: int


def due(page: Shelves, at: str, within: timedelta, most: int = FIND_MAX) -> Due:
    """What is due by ``at``, or within a span after it; ``most`` of each list, oldest first."""
    until = moment(instant(at) + within)
    lists: dict[str, tuple[tuple[object, ...], int]] = {}

    def of_copies(
        name: str, by: str, states: Iterable[State], since: str | None, below: str | None
    ) -> tuple[Copy, ...]:
        asked = sorted(states)
        # Each state is read in parts, so that little is read of what the others go before.
        part = -(-most // len(asked))
        runs = [_run(page.copies, by, state.value, since, below, part) for state in asked]
        rows = tuple(islice(merge(*runs, key=_limit_at if by == "limit" else _due_at), most))
        count = len(rows)
        if count == most:
            count = sum(
                page.copies.count(by, state.value, since=since, below=below, most=COUNT_MAX)
                for state in asked
            )
        lists[name] = (rows, min(COUNT_MAX, count))
        return rows

    late = of_copies("overdue", "state", returns.OVERDUE_STATES, None, at)
    soon = of_copies("soon", "state", returns.OVERDUE_STATES, at, max(at, until))
    return Due(
        overdue=late,
        soon=soon,
        leaving=of_copies("leaving", "limit", HELD_HERE, None, until),
        tracers=of_copies("tracers", "state", {State.IN_TRANSIT}, None, at),
        missing=of_copies("missing", "state", {State.MISSING}, None, None),
        held=_held(page, at, late),
        unprinted=of_copies("unprinted", "state", {State.ALLOTTED}, None, None),
        unverified=of_copies("unverified", "state", {State.PRINTED}, None, None),
        unopened=_kept(lists, "unopened", _unopened(page), most),
        owed=_kept(lists, "owed", _first(page.papers, "state", papers.OWED, most=most), most),
        unreceipted=_kept(lists, "unreceipted", _unreceipted(page, most), most),
        alarms=_kept(lists, "alarms", _first(page.alarms, "state", alarms.OPEN, most=most), most),
        counts={name: count for name, (_, count) in lists.items()},
    )


def holding(page: Shelves, holder: str, at: str, most: int = FIND_MAX) -> Holding:
    """What a person or an office has of ours, by state and due moment."""
    rows, count = _first(page.copies, "holder", holder, most=most)
    overdue = sum(
        page.copies.count("holder", holder, state.value, below=at, most=COUNT_MAX)
        for state in returns.OVERDUE_STATES
    )
    return Holding(tuple(rows), count, overdue)


def _run(
    shelf: Shelf[R], by: str, state: str, since: str | None, below: str | None, part: int
) -> Iterator[R]:
    """The rows of one state in order, so many at a time."""
    after: R | None = None
    while rows := shelf.find(by, state, since=since, below=below, after=after, limit=part):
        yield from rows
        if len(rows) < part:
            return
        after = rows[-1]


def held_words(count: int) -> Sentence:
    """What a supply hold says, with how many the holder has overdue."""
    if count < HELD_MAX:
        return sentence("{count} overdue: nothing more is issued", count=count)
    return sentence("{count} or more overdue: nothing more is issued", count=count)


def _first(
    shelf: Shelf[R],
    by: str,
    *equal: Key,
    since: str | None = None,
    below: str | None = None,
    most: int,
) -> tuple[Sequence[R], int]:
    """The first rows of a search, and how many it has; counted only where there are more."""
    rows = shelf.find(by, *equal, since=since, below=below, limit=most)
    if len(rows) < most:
        return rows, len(rows)
    return rows, shelf.count(by, *equal, since=since, below=below, most=COUNT_MAX)


def _kept(
    lists: dict[str, tuple[tuple[object, ...], int]],
    name: str,
    found: tuple[Sequence[R], int],
    most: int,
) -> tuple[R, ...]:
    rows = tuple(found[0][:most])
    lists[name] = (rows, found[1])
    return rows


def _due_at(copy: Copy) -> str:
    return copy.due_at


def _limit_at(copy: Copy) -> str:
    return copy.limit_at


def _held(page: Shelves, at: str, late: Sequence[Copy]) -> tuple[tuple[str, int], ...]:
    """Who of these copies' holders has more overdue than the series allows, and how many."""
    if not late:
        return ()
    allowance = offices.series(page).allowance
    many: dict[str, int] = {}
    # A person has copies issued, an office has them with it: one state of each holder.
    for holder, state in sorted({(copy.holder, copy.state.value) for copy in late}):
        count = page.copies.count("holder", holder, state, below=at, most=HELD_MAX)
        many[holder] = many.get(holder, 0) + count
    return tuple((who, count) for who, count in many.items() if count > allowance)


def _unopened(page: Shelves) -> tuple[Sequence[Incoming], int]:
    rows = [row for row in page.incoming.find("state", "waiting") if row.kind == "telegram"]
    return rows, len(rows)


_OTHERS = tuple(kind for kind in receipt_format.TELEGRAM_KINDS if kind != "opened")
_NOT_OPENED = tuple(
    " ".join(sorted(kinds)) for n in range(len(_OTHERS) + 1) for kinds in combinations(_OTHERS, n)
)
"""Every list of receipts that says anything but that the telegram was opened."""


def _unreceipted(page: Shelves, most: int) -> tuple[Sequence[CircuitItem], int]:
    found: list[CircuitItem] = []
    count = 0
    for receipts in _NOT_OPENED:
        rows, many = _first(page.circuit_items, "state", lines.SENT, receipts, most=most)
        found += rows
        count += many
    found.sort(key=lambda item: (item.office, item.number, item.direction))
    return found, min(COUNT_MAX, count)
