"""The receipt for papers that came from an office without Cablegram (docs/spec/forms.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cablegram.errors import CustodyError
from cablegram.forms.blocks import (
    Column,
    Field,
    Fields,
    Layout,
    Prose,
    Signature,
    Signatures,
    Table,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from cablegram.forms.reading import Reading
    from cablegram.model.custody import Copy


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """One paper: its own number and day, and ours."""

    their_number: str
    dated: date | None
    sheets: int
    number: str
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperReceipt:
    """What we tell an office that we have of it."""

    office: str
    first: str
    received_by: str
    papers: tuple[Arrived, ...]

    def layout(self) -> Layout:
        """An A5 sheet that is sent back to whoever sent the papers."""
        columns = (
            Column("their_number", share=1),
            Column("dated", 26),
            Column("sheets", 16, right=True),
            Column("incoming_number", 24),
            Column("received", 28),
        )
        rows = tuple((p.their_number, p.dated, p.sheets, p.number, p.at) for p in self.papers)
        blocks = (
            Fields((Field("to_office", self.office, 12, large=True),)),
            Prose("paper_receipt_words"),
            Table(columns, rows),
            Signatures((Signature("received_by", self.received_by),)),
        )
        return Layout("paper_receipt", self.first, blocks, paper="a5", card=True)


def paper_receipt(read: Reading, copies: Sequence[Copy]) -> PaperReceipt:
    """The receipt for papers of one office.

    Raises:
        CustodyError: one was born here, or they are of several offices.
    """
    owners = {copy.owner for copy in copies}
    if len(owners) != 1 or "" in owners:
        raise CustodyError(
            "a receipt goes to one office, and these are of {count}",
            hint="Name papers that came from one and the same office.",
            count=len(owners - {""}),
        )
    first = read.event(read.first(copies[0]))
    return PaperReceipt(
        office=read.office(owners.pop()),
        first=copies[0].incoming,
        received_by=read.person(first.entry.officer),
        papers=tuple(
            Arrived(
                their_number=copy.owner_number or f"{copy.owner_cable or ''}",
                dated=_day(read, copy),
                sheets=_counted(read, copy),
                number=copy.incoming,
                at=read.local(read.event(read.first(copy)).entry.at),
            )
            for copy in copies
        ),
    )


def _day(read: Reading, copy: Copy) -> date | None:
    at = read.local(copy.dated_at)
    return None if at is None else at.date()


def _counted(read: Reading, copy: Copy) -> int:
    """The sheets as they were when it came: what became of them here is nobody else's business."""
    return int(str(read.event(read.first(copy)).facts["sheets"]))
