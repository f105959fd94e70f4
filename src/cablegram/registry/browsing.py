"""Browsing: the registers a page at a time, newest first, narrowed by office, day, level and state.

Three registers: what was received, what we sent, and the copies that came from elsewhere.  Each
narrowing reads by the search that leads there best; the rest is held to the rows themselves.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cablegram.registry import indexing, lines, paging
from cablegram.registry.paging import Paged, Run

if TYPE_CHECKING:
    from collections.abc import Callable

    from cablegram.model.acts import State
    from cablegram.model.custody import Copy
    from cablegram.model.records import CircuitItem, Find, Telegram
    from cablegram.ports import Shelves


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a register is narrowed to; what is empty narrows nothing.

    ``office`` is an id, ``level`` a classification, ``state`` that of a copy; the moments bound
    from ``since`` (included) to ``until`` (not included).
    """

    office: str = ""
    level: str = ""
    state: State | None = None
    since: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a register: the telegram, its copies by number, the circuits it went out on."""

    telegram: Telegram
    copies: tuple[Copy, ...]
    sent: tuple[CircuitItem, ...] = ()


def received(
    page: Shelves, wanted: Wanted, place: str = "", most: int = paging.PAGE
) -> Paged[Line]:
    """The telegrams that we opened, by when they came.

    Raises:
        MalformedError: there is no such place in the list.
    """
    fits = _telegrams(page, wanted)
    if wanted.office:
        key = indexing.OFFICE + wanted.office
        run = Run("finds", "", (key,), wanted.since or None, wanted.until or None, backwards=True)
        known: dict[str, Telegram] = {}

        def leads(row: Find) -> bool:
            telegram = page.telegrams.get(row.subject)
            if telegram is None or telegram.direction != lines.IN or not fits(telegram):
                return False
            known[row.subject] = telegram
            return telegram.office == wanted.office

        found = paging.read(page, run, place, most=most, keep=leads)
        return replace(found, rows=tuple(_line(page, known[row.subject]) for row in found.rows))
    by_day = (wanted.since or None, wanted.until or None)
    run = Run("telegrams", "received", (lines.IN,), *by_day, backwards=True)
    keep = fits if wanted.level or wanted.state else None
    found = paging.read(page, run, place, most=most, keep=keep)
    return replace(found, rows=tuple(_line(page, row) for row in found.rows))


def sent(page: Shelves, wanted: Wanted, place: str = "", most: int = paging.PAGE) -> Paged[Line]:
    """The telegrams that we sent, by when they were filed; ``office`` is one they went to.

    Raises:
        MalformedError: there is no such place in the list.
    """
    fits = _telegrams(page, replace(wanted, state=None))
    if wanted.office:
        run = Run("circuit_items", "", (wanted.office, lines.OUT), backwards=True)
        known: dict[str, Telegram] = {}

        def leads(row: CircuitItem) -> bool:
            telegram = page.telegrams.get(row.telegram)
            if telegram is None or not fits(telegram) or not _within(telegram.filed_at, wanted):
                return False
            known[row.telegram] = telegram
            return True

        found = paging.read(page, run, place, most=most, keep=leads)
        return replace(found, rows=tuple(_sent(page, known[row.telegram]) for row in found.rows))
    by_day = (wanted.since or None, wanted.until or None)
    run = Run("telegrams", "sent", (lines.OUT,), *by_day, backwards=True)
    found = paging.read(page, run, place, most=most, keep=fits if wanted.level else None)
    return replace(found, rows=tuple(_sent(page, row) for row in found.rows))


def accepted(
    page: Shelves, wanted: Wanted, place: str = "", most: int = paging.PAGE
) -> Paged[Copy]:
    """The copies that came from elsewhere, by the number that we stamped on them, last first.

    Of one office they come by that office's own numbers.

    Raises:
        MalformedError: there is no such place in the list.
    """

    def fits(copy: Copy) -> bool:
        level, state = wanted.level or copy.classification, wanted.state or copy.state
        return (copy.classification, copy.state) == (level, state)

    run = Run("copies", "incoming", since="0", backwards=True)
    if wanted.office:
        run = Run("copies", "owner", (wanted.office,), backwards=True)
    keep = fits if wanted.level or wanted.state else None
    found: Paged[Copy] = paging.read(page, run, place, most=most, keep=keep)
    return found


def _telegrams(page: Shelves, wanted: Wanted) -> Callable[[Telegram], bool]:
    """Whether a telegram is of the level that is wanted, and has a copy in that state."""

    def fits(telegram: Telegram) -> bool:
        if wanted.level and telegram.classification != wanted.level:
            return False
        if wanted.state is None:
            return True
        born = page.copies.find("telegram", telegram.handle)
        return any(copy.state is wanted.state for copy in born)

    return fits


def _within(at: str, wanted: Wanted) -> bool:
    return wanted.since <= at and (not wanted.until or at < wanted.until)


def _line(page: Shelves, telegram: Telegram) -> Line:
    return Line(telegram, tuple(page.copies.find("telegram", telegram.handle)))


def _sent(page: Shelves, telegram: Telegram) -> Line:
    items = page.circuit_items.find("telegram", telegram.handle)
    return Line(telegram, (), tuple(item for item in items if item.direction == lines.OUT))
