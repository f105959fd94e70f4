"""Lists of the register: register page and distribution list (docs/spec/forms.md)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from cablegram.errors import UnknownError
from cablegram.forms.blocks import Cell, Column, Field, Fields, Layout, Said, Table
from cablegram.model.times import moment
from cablegram.ports import FIND_MAX
from cablegram.registry import offices, returns
from cablegram.registry.reading import every

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cablegram.forms.blocks import Value
    from cablegram.forms.reading import Event, Reading
    from cablegram.model.custody import Copy
    from cablegram.model.records import Telegram

LINES_MAX = 500
"""The most telegrams on one register page's run of sheets."""
SLOTS = 18
"""The places of the list on the sheet of 1951; shorter lists are filled up with blank ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyLine:
    """One copy in a list: for whom, where, and since when."""

    number: int
    whom: Value
    sheets: int
    where: Said
    since: datetime | None
    due_at: datetime | None
    print_number: int = 0
    marks: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterLine:
    """One telegram in the register, with its copies."""

    number: str
    at: datetime | None
    office: str
    their_number: str
    series: str
    classification: str
    short_content: str
    copies: tuple[CopyLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """A span of the register of telegrams that we opened."""

    first: str
    last: str
    lines: tuple[RegisterLine, ...]

    def layout(self) -> Layout:
        """A4 across; a telegram takes as many rows as it has copies."""
        rows: list[tuple[Value | Cell, ...]] = []
        for line in self.lines:
            many = max(1, len(line.copies))
            head = (
                Cell(line.number, many),
                Cell(line.at, many),
                Cell(line.office, many),
                Cell(line.their_number, many),
                Cell(f"{line.series} {line.classification}".strip(), many),
                Cell(line.short_content, many),
            )
            tails: list[tuple[Value | Cell, ...]] = [
                (c.number, c.whom, c.sheets, c.where, c.since, c.due_at) for c in line.copies
            ] or [(None,) * 6]
            rows.append((*head, *tails[0]))
            rows += tails[1:]
        columns = (
            Column("number", 16, right=True),
            Column("received", 23),
            Column("from_office", share=1.1),
            Column("their_number", 16, right=True),
            Column("series_level", 24),
            Column("short_content", share=1.2),
            Column("copy", 11, right=True),
            Column("for_whom", share=1),
            Column("sheets", 13, right=True),
            Column("where", share=1.5),
            Column("since", 23),
            Column("due_back", 23),
        )
        blocks = (Table(columns, tuple(rows), size=7.4),)
        return Layout("register", span(self.first, self.last), blocks, flipped=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """A telegram on its way to one office: its number on that line, and what they signed for."""

    circuit_number: int
    office: str
    signed_for: tuple[Said, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SentLine:
    """One telegram that we sent."""

    number: str
    at: datetime | None
    series: str
    classification: str
    signatory: str
    short_content: str
    sendings: tuple[Sending, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterSent:
    """A span of the register of telegrams that we sent."""

    first: str
    last: str
    lines: tuple[SentLine, ...]

    def layout(self) -> Layout:
        """A4 across; a telegram takes as many rows as offices were written to."""
        rows: list[tuple[Value | Cell, ...]] = []
        for line in self.lines:
            many = sum(max(1, len(sending.signed_for)) for sending in line.sendings) or 1
            head: tuple[Value | Cell, ...] = (
                Cell(line.number, many),
                Cell(line.at, many),
                Cell(f"{line.series} {line.classification}".strip(), many),
                Cell(line.signatory, many),
                Cell(line.short_content, many),
            )
            for sending in line.sendings or (Sending(circuit_number=0, office="", signed_for=()),):
                said: tuple[Value, ...] = sending.signed_for or (None,)
                office = (
                    Cell(sending.circuit_number, len(said)),
                    Cell(sending.office, len(said)),
                )
                rows.append((*head, *office, said[0], None))
                rows += [(one, None) for one in said[1:]]
                head = ()
        columns = (
            Column("number", 17, right=True),
            Column("sent_at", 28),
            Column("series_level", 30),
            Column("signatory", share=1),
            Column("short_content", share=1.4),
            Column("circuit_number", 19, right=True),
            Column("to_office", share=1.3),
            Column("signed_for", share=1),
            Column("remarks", share=0.8),
        )
        blocks = (Table(columns, tuple(rows), size=7.8),)
        return Layout("register_sent", span(self.first, self.last), blocks, flipped=True)


def span(first: str, last: str) -> str:
    """A span as it stands in the number of a form."""
    return first if first == last else f"{first}\u2013{last}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """Which copy of a telegram is for whom, and who signed for it."""

    number: str
    office: str
    their_number: str
    received_at: datetime | None
    series: str
    classification: str
    signatory: str
    short_content: str
    copies: tuple[CopyLine, ...]
    return_term: Said

    def layout(self) -> Layout:
        """One row a copy, with room to sign; 18 places as on the sheet of 1951."""
        return Layout(
            "distribution",
            self.number,
            (
                Fields(
                    (
                        Field("from_office", self.office, 5),
                        Field("their_number", self.their_number, 3),
                        Field("received", self.received_at, 4),
                        Field("signatory", self.signatory, 5),
                        Field("series", self.series, 3),
                        Field("classification", self.classification, 4),
                        Field("copies_made", len(self.copies), 3),
                        Field("return_term", self.return_term, 9),
                        Field("short_content", self.short_content, 12),
                    )
                ),
                Table(
                    (
                        Column("copy", 13, right=True),
                        Column("for_whom", share=1.2),
                        Column("sheets", 13, right=True),
                        Column("where", share=1.6),
                        Column("since", 24),
                        Column("signature", 34),
                    ),
                    tuple(
                        (c.number, c.whom, c.sheets, c.where, c.since, None) for c in self.copies
                    ),
                    blank=max(0, SLOTS - len(self.copies)),
                ),
            ),
        )


def register(
    read: Reading, first: str, last: str, *, sent: bool = False
) -> Register | RegisterSent:
    """The register from one number to another, or from one day to another (1951-07-05).

    Raises:
        UnknownError: nothing is entered there, or more than one form shows.
    """
    by_day = "-" in first
    asked = _by_day if by_day else _by_number
    found = list(islice(asked(read, first, last, sent), LINES_MAX + 1))
    if not found:
        raise UnknownError(
            "nothing is entered from {first} to {last}",
            hint="Give numbers, or days as in 1951-07-05, that the register has.",
            first=first,
            last=last,
        )
    if len(found) > LINES_MAX:
        raise UnknownError(
            "more than {lines_max} telegrams are entered from {first} to {last}",
            hint="Print a shorter span.",
            lines_max=LINES_MAX,
            first=first,
            last=last,
        )
    if sent:
        gone = tuple(_sent(read, telegram) for telegram in found)
        return RegisterSent(first=gone[0].number, last=gone[-1].number, lines=gone)
    lines = tuple(_line(read, telegram) for telegram in found)
    return Register(first=lines[0].number, last=lines[-1].number, lines=lines)


def distribution(read: Reading, telegram: Telegram) -> tuple[Distribution, Event | None]:
    """The distribution list of a telegram that we opened."""
    line = _line(read, telegram)
    asked = returns.sender_term(telegram)
    term = asked or offices.series_or_current(read.view, telegram.series).term
    opened = next(iter(read.life(telegram.handle)), None)
    return Distribution(
        number=line.number,
        office=line.office,
        their_number=line.their_number,
        received_at=line.at,
        series=line.series,
        classification=line.classification,
        signatory=telegram.signatory,
        short_content=line.short_content,
        copies=line.copies,
        return_term=Said(f"term_{term.unit.value}", (("count", term.count), ("place", term.to))),
    ), opened


def copy_line(read: Reading, copy: Copy) -> CopyLine:
    """A copy as a list shows it."""
    last = read.last(copy)
    return CopyLine(
        number=copy.number,
        whom=read.whom(copy.whom) if copy.whom else None,
        sheets=copy.sheets,
        where=read.where(copy),
        since=None if last is None else read.local(last.entry.at),
        due_at=read.local(copy.due_at),
        print_number=copy.print_number,
        marks=copy.marks,
    )


def _line(read: Reading, telegram: Telegram) -> RegisterLine:
    copies = every(read.view.copies, "telegram", telegram.handle)
    return RegisterLine(
        number=str(telegram.cable_number),
        at=read.local(telegram.received_at),
        office=read.office(telegram.office),
        their_number=str(telegram.outgoing_number),
        series=telegram.series,
        classification=telegram.classification,
        short_content=telegram.short_content,
        copies=tuple(copy_line(read, copy) for copy in copies),
    )


def _sent(read: Reading, telegram: Telegram) -> SentLine:
    return SentLine(
        number=str(telegram.outgoing_number),
        at=read.local(telegram.filed_at),
        series=telegram.series,
        classification=telegram.classification,
        signatory=telegram.signatory,
        short_content=telegram.short_content,
        sendings=tuple(
            Sending(
                circuit_number=item.number,
                office=read.office(item.office),
                signed_for=tuple(Said(f"receipt_{kind}") for kind in item.receipts.split()),
            )
            for item in every(read.view.circuit_items, "telegram", telegram.handle)
        ),
    )


def _by_number(read: Reading, first: str, last: str, sent: bool) -> Iterator[Telegram]:
    by, direction = ("outgoing", "out") if sent else ("cable", "in")
    low, high = int(first), int(last)
    shelf = read.view.telegrams
    for number in range(low, min(high, low + LINES_MAX) + 1):
        yield from (row for row in shelf.find(by, number) if row.direction == direction)


def _by_day(read: Reading, first: str, last: str, sent: bool) -> Iterator[Telegram]:
    low, high = days(read, first, last)
    if sent:
        chosen = islice(
            every(read.view.telegrams, "sent", "out", since=low, below=high), LINES_MAX + 1
        )
        yield from sorted(chosen, key=lambda row: row.outgoing_number)
        return
    some = read.view.telegrams.find("received", "in", limit=1)
    after = replace(some[0], received_at=low, handle="") if some else None
    while after is not None:
        rows_in = read.view.telegrams.find("received", "in", below=high, after=after)
        yield from rows_in
        after = rows_in[-1] if len(rows_in) == FIND_MAX else None


def days(read: Reading, first: str, last: str) -> tuple[str, str]:
    """The moments at which local days begin and, the next one, have ended."""
    zone = read.bureau.zone
    begin = datetime.combine(datetime.fromisoformat(first).date(), time(), zone)
    end = datetime.combine(datetime.fromisoformat(last).date() + timedelta(days=1), time(), zone)
    return moment(begin.astimezone(UTC)), moment(end.astimezone(UTC))
