"""The register of copies that came from other offices (docs/spec/forms.md)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cablegram.errors import UnknownError
from cablegram.forms.blocks import Column, Layout, Table
from cablegram.forms.lists import LINES_MAX, copy_line, days, span
from cablegram.registry.reading import every
from cablegram.sentences import sentence

if TYPE_CHECKING:
    from datetime import datetime

    from cablegram.forms.blocks import Said, Value
    from cablegram.forms.reading import Reading
    from cablegram.model.custody import Copy

_LAST = re.compile(r"[0-9]+(?=[^0-9]*$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedLine:
    """One copy of another office that was taken on charge here."""

    number: str
    at: datetime | None
    office: str
    their_number: str
    classification: str
    whom: Value
    sheets: int
    limit_at: datetime | None
    where: Said
    since: datetime | None
    due_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterAccepted:
    """A span of the register of copies that came from other offices."""

    first: str
    last: str
    lines: tuple[AcceptedLine, ...]

    def layout(self) -> Layout:
        """A4 across; a copy takes one row."""
        columns = (
            Column("incoming_number", 30),
            Column("received", 23),
            Column("from_office", share=1.3),
            Column("owner_number", 23),
            Column("classification", 26),
            Column("for_whom", share=0.9),
            Column("sheets", 13, right=True),
            Column("must_leave", 24),
            Column("where", share=1.3),
            Column("since", 23),
            Column("due_back", 23),
        )
        rows = tuple(
            (
                line.number,
                line.at,
                line.office,
                line.their_number,
                line.classification,
                line.whom,
                line.sheets,
                line.limit_at,
                line.where,
                line.since,
                line.due_at,
            )
            for line in self.lines
        )
        blocks = (Table(columns, rows, size=7.4),)
        return Layout("register_accepted", span(self.first, self.last), blocks, flipped=True)


def register_accepted(read: Reading, first: str, last: str) -> RegisterAccepted:
    """The copies accepted from one day to another, or by the last number in their incoming one.

    Raises:
        UnknownError: none was, or more than one form shows.
    """
    by_day = "-" in first
    low, high = days(read, first, last) if by_day else ("", "")
    found = []
    for copy in every(read.view.copies, "incoming"):
        if copy.owner:
            at = read.event(read.first(copy)).entry.at
            digits = _LAST.search(copy.incoming)
            number = int(digits[0]) if digits else -1
            if low <= at < high if by_day else int(first) <= number <= int(last):
                found.append((at, number, copy))
    if not found or len(found) > LINES_MAX:
        raise UnknownError(
            "{found} copies were accepted from {first} to {last}",
            hint="Give a span with 1 to {lines_max} of them.",
            found=len(found) or sentence("no"),
            first=first,
            last=last,
            lines_max=LINES_MAX,
        )
    lines = tuple(_accepted(read, copy, at) for at, _, copy in sorted(found, key=lambda f: f[:2]))
    return RegisterAccepted(first=lines[0].number, last=lines[-1].number, lines=lines)


def _accepted(read: Reading, copy: Copy, at: str) -> AcceptedLine:
    line = copy_line(read, copy)
    return AcceptedLine(
        number=copy.incoming,
        at=read.local(at),
        office=read.office(copy.owner),
        their_number=copy.owner_number
        or f"{copy.owner_cable or ''}/{copy.owner_copy or ''}".strip("/"),
        classification=copy.classification,
        whom=line.whom,
        sheets=line.sheets,
        limit_at=read.local(copy.limit_at),
        where=line.where,
        since=line.since,
        due_at=line.due_at,
    )
