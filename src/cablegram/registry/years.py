"""A year's end: its books are closed series by series, by two, and changed by nothing after.

Closing freezes a statement of what the register says of the year: numbers, copies by state, what is
carried over.  Later acts on old copies are done as ever, and stand after the closing
(docs/spec/year.md).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from cablegram.errors import CustodyError, MalformedError, OrderError
from cablegram.model.acts import FINAL, State
from cablegram.model.names import series_letter
from cablegram.model.times import instant, moment
from cablegram.model.year import ClosedYear
from cablegram.registry import (
    drafts,
    entries,
    finding,
    inquiries,
    lines,
    matters,
    numbering,
    offices,
    tasks,
)
from cablegram.registry.reading import every, last
from cablegram.wire import canonical
from cablegram.wire.leaf import decode_entry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cablegram.bureau import Bureau
    from cablegram.model.custody import Copy
    from cablegram.model.records import Telegram
    from cablegram.ports import Page, Shelves
    from cablegram.registry.orders import Given

MATTER = "year/"
YEARS = range(1800, 10000)
_FIRST = "!"
"""No incoming number stands before it: what has none is passed over."""
AT_REST = FINAL | {State.IN_REGISTRY, State.FILED, State.LOST}
"""Where nothing is owed of a copy; all others are carried over by name."""


def bounds(year: int, bureau: Bureau) -> tuple[str, str]:
    """The first moment of a year in the office's zone, and the first of the next."""
    begins = (datetime(y, 1, 1, tzinfo=bureau.zone) for y in (year, year + 1))
    first, after = (moment(at) for at in begins)
    return first, after


def year_of(at: str, bureau: Bureau) -> int:
    """The year that a moment lies in, in the office's zone."""
    return instant(at).astimezone(bureau.zone).year


def closing(page: Shelves, year: int, series: str, bureau: Bureau) -> int:
    """The leaf by which a year's books were closed for a series; -1 while they are not.

    Raises:
        OrderError: the ledger and what lies beside it do not agree.
    """
    name = f"{MATTER}{year}/{series}"
    if matters.newest(page, name, bureau) is None:
        return -1
    leaf = last(page.leaves, "subject", matters.handle(page, name))
    return -1 if leaf is None else leaf.index


def closed_over(page: Shelves, telegram: Telegram, bureau: Bureau) -> int:
    """The leaf by which the books that a telegram stands in were closed; -1 while they are not."""
    at = telegram.received_at or telegram.filed_at
    if not at:
        return -1
    year = year_of(at, bureau)
    series = telegram.series
    if series not in _with_books(page, year, bureau):
        series = current_at(page, bounds(year, bureau)[1])
    return closing(page, year, series, bureau)


def open_years(page: Shelves, at: str, bureau: Bureau) -> list[tuple[int, str]]:
    """The years that have ended by a moment and are not closed, each with a series of its."""
    found = []
    for series in offices.all_series(page):
        for year in range(_began(page, series, bureau), year_of(at, bureau)):
            if closing(page, year, series, bureau) < 0:
                found.append((year, series))
            elif offices.series(page, series).new_letter:
                break  # it ended with that year
    return sorted(found)


def _began(page: Shelves, series: str, bureau: Bureau) -> int:
    """The year in which a series was settled; none ever comes for a row that no order made."""
    leaves = page.leaves.find("subject", matters.handle(page, f"series/{series}"), 1, limit=1)
    return year_of(decode_entry(leaves[0].entry).at, bureau) if leaves else YEARS.stop


def _with_books(page: Shelves, year: int, bureau: Bureau) -> set[str]:
    """The series that have books for a year: not those that ended with an earlier one."""
    ended = {
        series
        for series in offices.all_series(page)
        if offices.series(page, series).new_letter
        and any(
            closing(page, earlier, series, bureau) >= 0
            for earlier in range(_began(page, series, bureau), year)
        )
    }
    return {*offices.all_series(page)} - ended


def current_at(page: Shelves, until: str) -> str:
    """The series that was current just before a moment: letters not ours stand in its books."""
    letter = ""
    for leaf in every(page.leaves, "subject", matters.handle(page, offices.CURRENT_SERIES)):
        entry = decode_entry(leaf.entry)
        if entry.at < until:
            letter = str(entries.facts(entry)["value"])
    if letter:
        return letter
    began = []
    for series in offices.all_series(page):
        leaves = page.leaves.find("subject", matters.handle(page, f"series/{series}"), 1, limit=1)
        began += [(leaf.index, series) for leaf in leaves]
    return min(began)[1] if began else ""


def statement(page: Shelves, year: int, series: str, bureau: Bureau) -> bytes:
    """What the books say of a year in a series: what the two who close it sign."""
    found = _gather(page, year, series, bureau)
    begins, ends = bounds(year, bureau)
    head = page.head.get("head")
    return canonical.encode(
        {
            "year": year,
            "series": series,
            "telegrams": dict(found.count),
            "cable": found.numbers[lines.IN],
            "outgoing": found.numbers[lines.OUT],
            "accepted": found.accepted,
            "register": canonical.digest("\n".join(sorted(found.register)).encode()),
            "copies": dict(found.states),
            "last": {
                kind: numbering.last(page, kind, series if kind == numbering.OUTGOING else "")
                for kind in sorted(numbering.MAY_GO_ON)
            },
            "carried": sorted(found.carried),
            "tasks": [
                row.number
                for row in every(page.tasks, "state", tasks.OPEN)
                if row.copy in found.handles
            ],
            "inquiries": [
                row.number
                for row in every(page.inquiries, "state", inquiries.OPEN)
                if row.copy in found.handles
            ],
            "drafts": [
                row.number
                for row in every(page.drafts, "state", drafts.DRAFTED)
                if row.series == series and begins <= row.drafted_at < ends
            ],
            "ledger": "" if head is None else f"{head.size} {head.root.hex()}",
            "current": offices.series(page).letter,
        }
    )


def close(page: Page, given: Given, bureau: Bureau) -> ClosedYear:
    """Close a year's books for a series, with the statement that the two have seen.

    Raises:
        MalformedError: that is no year.
        UnknownError: no such series is settled here.
        OrderError: it has not ended, is closed, or an earlier one is not.
        CustodyError: the statement is another by now, or a new letter is wanted first.
    """
    facts = given.first.facts
    year, series = read_year(str(facts["year"])), series_letter(str(facts["series"]))
    _check_closes(page, year, series, bureau)
    said = statement(page, year, series, bureau)
    if canonical.digest(said) != facts["statement"]:
        raise CustodyError(
            "the books of series {series} for {year} say something else than was signed",
            hint="Look at them again, and have both sign them as they are now.",
            series=series,
            year=year,
        )
    index = matters.enter(page, given, f"{MATTER}{year}/{series}", bureau)
    row = ClosedYear(
        year=year,
        series=series,
        statement=said,
        officer=given.first.officer,
        second=given.second_person,
        closed_at=bureau.now(),
        leaf_index=index,
    )
    page.years.add(row)
    return row


def read_year(text: str) -> int:
    """A year as an order names it.

    Raises:
        MalformedError: four digits are wanted.
    """
    number = numbering.read(text)
    if number not in YEARS or str(number) != text:
        raise MalformedError("{text!r} is not a year", hint="Write it as in 1951.", text=text[:40])
    return number


def _check_closes(page: Shelves, year: int, series: str, bureau: Bureau) -> None:
    """Refuse a year that is not the next to be closed in this series."""
    regime = offices.series(page, series)
    if bureau.now() < bounds(year, bureau)[1]:
        raise OrderError(
            "the year {year} has not ended",
            hint="Look at what stands open: `cablegram year show`.",
            year=year,
        )
    if closing(page, year, series, bureau) >= 0:
        raise OrderError(
            "the books of series {series} for {year} are closed already",
            hint="See them with `cablegram year show {year} --series {series}`.",
            series=series,
            year=year,
        )
    waiting = [y for y, letter in open_years(page, bureau.now(), bureau) if letter == series]
    if year not in waiting:
        raise OrderError(
            "series {series} had no books in {year}",
            hint="See which are open: `cablegram year list`.",
            series=series,
            year=year,
        )
    if waiting[0] != year:
        raise OrderError(
            "the books of series {series} for {waiting} are not closed yet",
            hint="Close {waiting} first.",
            series=series,
            waiting=waiting[0],
        )
    if regime.new_letter and offices.series(page).letter == series:
        raise CustodyError(
            "series {series} ends with its year, and is still the current one",
            hint="Begin another first: `cablegram office series LETTER --current`.",
            series=series,
        )


@dataclass(slots=True)
class _Found:
    """What a year has in one series; ``handles`` are its copies."""

    count: Counter[str] = field(default_factory=Counter)
    numbers: dict[str, list[int]] = field(
        default_factory=lambda: {lines.IN: [0, 0], lines.OUT: [0, 0]}
    )
    accepted: int = 0
    register: list[str] = field(default_factory=list)
    states: Counter[str] = field(default_factory=Counter)
    carried: list[str] = field(default_factory=list)
    handles: set[str] = field(default_factory=set)

    def take(self, page: Shelves, copy: Copy) -> None:
        """Count a copy, and name it where something is owed of it."""
        self.handles.add(copy.handle)
        self.states[copy.state.value] += 1
        if copy.state not in AT_REST:
            self.carried.append(finding.name(page, copy))


def _gather(page: Shelves, year: int, series: str, bureau: Bureau) -> _Found:
    begins, ends = bounds(year, bureau)
    ours, current = _with_books(page, year, bureau), current_at(page, ends)
    found = _Found()
    for telegram in _of_year(page, begins, ends):
        if (telegram.series if telegram.series in ours else current) != series:
            continue
        number = telegram.cable_number or telegram.outgoing_number
        span = found.numbers[telegram.direction]
        span[:] = [min(span[0] or number, number), max(span[1], number)]
        found.count[telegram.direction] += 1
        found.register.append(_line(telegram, number))
        for copy in every(page.copies, "telegram", telegram.handle):
            found.take(page, copy)
    for copy, at in _accepted(page):
        if begins <= at < ends and (copy.series if copy.series in ours else current) == series:
            found.accepted += 1
            numbers = f"{copy.owner} {copy.owner_cable} {copy.owner_copy}"
            found.register.append(f"accepted {copy.incoming} {numbers} {at}")
            found.take(page, copy)
    return found


def _accepted(page: Shelves) -> Iterator[tuple[Copy, str]]:
    """Copies that bear an incoming number of ours, each with when it was taken on charge."""
    for copy in every(page.copies, "incoming", since=_FIRST):
        for leaf in page.leaves.find("subject", copy.handle, 1, limit=1):
            yield copy, decode_entry(leaf.entry).at


def _of_year(page: Shelves, begins: str, ends: str) -> Iterator[Telegram]:
    """Telegrams received, and ours filed, in a year; what was sent has no moment of receipt."""
    yield from every(page.telegrams, "received", lines.IN, since=begins, below=ends)
    for row in every(page.telegrams, "received", lines.OUT):
        if begins <= row.filed_at < ends:
            yield row


def _line(telegram: Telegram, number: int) -> str:
    said = (telegram.direction, number, telegram.letter, telegram.filed_at, telegram.received_at)
    return " ".join(map(str, said))
