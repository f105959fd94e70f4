"""Holders: who has what now, a column each, quick however many there are.

The first copies of each holder and how many there are in all; who has something overdue can be
asked for alone, those with the most first.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cablegram.model.acts import State
from cablegram.registry.returns import OVERDUE_STATES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cablegram.model.custody import Copy
    from cablegram.ports import Shelves

LATE_STATES = (*OVERDUE_STATES, State.IN_TRANSIT)
"""Where a copy is late once its moment has passed: to be back, or to be receipted."""
CARDS = 9
"""How many copies of one holder are shown."""
COLUMNS = 18
"""How many holders one page has."""
COUNT_MAX = 10_000
"""No state is counted further, nor anybody's copies: there are that many, or more."""
LATE_MAX = 200
"""How many of the copies that are longest overdue are looked at for who has them."""
_NEXT = "\x01"
"""Comes before every letter of an id, so that nobody stands between an id and this behind it."""


@dataclass(frozen=True, slots=True)
class Column:
    """One holder: the first of their copies by state and due moment, how many, how many late."""

    holder: str
    copies: tuple[Copy, ...]
    count: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Columns:
    """Holders by name; ``on`` is the last of them where more come after, else empty."""

    columns: tuple[Column, ...]
    on: str = ""


def by_name(page: Shelves, at: str, after: str = "", most: int = COLUMNS) -> Columns:
    """Holders in the order of their ids, those behind ``after``."""
    found: list[Column] = []
    last = after or " "
    while rows := page.copies.find("holder", since=last + _NEXT, limit=1):
        last = rows[0].holder
        if len(found) == most:
            return Columns(tuple(found), found[-1].holder)
        found.append(column(page, last, at))
    return Columns(tuple(found))


def late(page: Shelves, at: str, most: int = COLUMNS) -> Columns:
    """Who has something overdue, those with the most of it first.

    They are looked for among what is longest overdue, up to a bound.
    """
    many: Counter[str] = Counter()
    for state in LATE_STATES:
        rows = page.copies.find("state", state.value, below=at, limit=LATE_MAX)
        many.update(copy.holder for copy in rows)
    first = sorted(many, key=lambda who: (-many[who], who))[:most]
    return Columns(tuple(column(page, who, at) for who in first))


def column(page: Shelves, holder: str, at: str, cards: int = CARDS) -> Column:
    """One holder's column."""
    rows = page.copies.find("holder", holder, limit=cards)
    count = len(rows)
    if count == cards:
        count = page.copies.count("holder", holder, most=COUNT_MAX)
    overdue = sum(
        page.copies.count("holder", holder, state.value, below=at, most=COUNT_MAX)
        for state in LATE_STATES
    )
    return Column(holder, tuple(rows), count, overdue)


def by_state(page: Shelves) -> Mapping[State, int]:
    """How many copies are in each state, counted to ``COUNT_MAX``; none where there are none."""
    counts = {s: page.copies.count("state", s.value, most=COUNT_MAX) for s in State}
    return {state: count for state, count in counts.items() if count}
