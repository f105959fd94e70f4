"""Papers between offices as sheets: transmittal slip and receipt (docs/spec/forms.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cablegram.errors import UnknownError
from cablegram.forms import reading
from cablegram.forms.blocks import (
    Column,
    Cut,
    Field,
    Fields,
    Layout,
    Lines,
    Prose,
    Said,
    Section,
    Signature,
    Signatures,
    Table,
    Tick,
    Ticks,
)
from cablegram.model.acts import Act
from cablegram.registry import finding, lines, papers
from cablegram.registry.reading import every
from cablegram.wire import canonical

if TYPE_CHECKING:
    from datetime import datetime

    from cablegram.forms.reading import Event, Reading
    from cablegram.model.records import Paper


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A copy on a transmittal, by its owner's numbers."""

    owner: str
    name: str
    sheets: int
    level: str
    seals: str
    back_at: datetime | None
    back_to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Transmittal:
    """What a carrier takes to another office; ``number`` is 0 until the room has signed it."""

    office: str
    to: str
    number: int
    carrier: str
    sent_at: datetime | None
    receipt_due: datetime | None
    items: tuple[Item, ...]
    digest: str

    def layout(self) -> Layout:
        """The slip, and under the cut the receipt that the receiver sends back."""
        rows = tuple(
            (n, i.owner, i.name, i.sheets, i.level, i.seals, i.back_at, i.back_to)
            for n, i in enumerate(self.items, 1)
        )
        sheets = sum(item.sheets for item in self.items)
        return Layout(
            "transmittal",
            str(self.number or ""),
            (
                Fields(
                    (
                        Field("from_office", self.office, 6),
                        Field("to_office", self.to, 6),
                        Field("carrier", self.carrier, 5),
                        Field("sent_at", self.sent_at, 3),
                        Field("receipt_due", self.receipt_due, 4),
                        Field("copies_in_all", len(self.items), 3),
                        Field("sheets_in_all", sheets, 3),
                        Field("digest", self.digest[7:23], 6),
                    )
                ),
                Table(
                    (
                        Column("line", 9, right=True),
                        Column("owner", share=1.2),
                        Column("copy", 24),
                        Column("sheets", 13, right=True),
                        Column("classification", share=1),
                        Column("seals", 18),
                        Column("back_by", 24),
                        Column("return_to", share=1.2),
                    ),
                    rows,
                ),
                Signatures((Signature("handed_over_by"), Signature("carried_by", self.carrier))),
                Cut(),
                Section("return_receipt", self.number or None),
                Prose("return_receipt_words"),
                Ticks((Tick("seals_whole"), Tick("seals_broken"), Tick("sheets_short"))),
                Lines("remarks", 2),
                Signatures((Signature("received_by"),)),
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """An office's signed word about a telegram or a copy."""

    kind: str
    office: str
    to: str
    number: int
    at: datetime | None
    copy: str
    incoming: str
    sheets: int
    circuit_number: int
    note: str
    subject: str
    digest: str

    def layout(self) -> Layout:
        """One sheet of half size."""
        return Layout(
            "receipt",
            str(self.number or ""),
            (
                Fields(
                    (
                        Field("receipt_of", self.office, 6),
                        Field("to_office", self.to, 6),
                        Field("receipt_says", Said(f"receipt_{self.kind}"), 8),
                        Field("day_and_time", self.at, 4),
                        Field("copy", self.copy, 4, large=True),
                        Field("incoming_number", self.incoming, 5, large=True),
                        Field("sheets", self.sheets, 3, large=True),
                        Field("circuit_number", self.circuit_number, 3),
                        Field("about", self.subject[7:23], 4),
                        Field("digest", self.digest[7:23], 5),
                        Field("note", self.note, 12),
                    )
                ),
                Prose("receipt_words" if self.number else "receipt_unsigned"),
                Signatures((Signature("registrar"),)),
            ),
            paper="a5",
            card=True,
        )


def transmittal(read: Reading, name: str) -> tuple[Transmittal, Event | None]:
    """A transmittal by its digest, by office and number (eighth/3), or by a copy last sent.

    Raises:
        UnknownError: there is none.
    """
    row = _paper(read, name, papers.TRANSMITTAL)
    said = _said(row)
    sender, to = _parties(read, row)
    return Transmittal(
        office=sender,
        to=to,
        number=row.number,
        carrier=str(said["carrier"]),
        sent_at=read.local(str(said["sent_at"])),
        receipt_due=read.local(str(said["receipt_due"])),
        items=tuple(_item(read, item) for item in said["items"]),
        digest=row.digest,
    ), None


def receipt(read: Reading, name: str) -> tuple[Receipt, Event | None]:
    """A receipt by its digest, by office and number, or the newest about a copy.

    Raises:
        UnknownError: there is none.
    """
    row = _paper(read, name, papers.RECEIPT)
    said = _said(row)
    sender, to = _parties(read, row)
    copy = f"{said.get('cable')}/{said.get('copy')}" if said.get("copy") else ""
    return Receipt(
        kind=str(said["kind"]),
        office=sender,
        to=to,
        number=row.number,
        at=read.local(str(said["at"])),
        copy=copy,
        incoming=str(said.get("incoming", "")),
        sheets=int(said.get("sheets", 0)),
        circuit_number=int(said.get("circuit_number", 0)),
        note=" ".join(str(said.get("note", "")).split()),
        subject=row.subject,
        digest=row.digest,
    ), None


def _item(read: Reading, item: dict[str, Any]) -> Item:
    return Item(
        owner=read.office(str(item["owner"])),
        name=f"{item['cable']}/{item['copy']}",
        sheets=int(item["sheets"]),
        level=str(item.get("level", "")),
        seals=str(item.get("seals", "")),
        back_at=read.local(str(item.get("limit_at", ""))),
        back_to=str(item.get("limit_to", "")),
    )


def _said(row: Paper) -> dict[str, Any]:
    """The fields of a paper, signed or owed."""
    return papers.debt_of(row) if row.state == papers.OWED else canonical.decode(row.body)


def _parties(read: Reading, row: Paper) -> tuple[str, str]:
    us, them = read.office(read.bureau.name), read.office(row.office)
    return (us, them) if row.direction == lines.OUT else (them, us)


def _paper(read: Reading, name: str, kind: str) -> Paper:
    found = read.view.papers.get(name) or _by_number(read, name, kind) or _of_copy(read, name, kind)
    if found is None or found.kind != kind:
        raise UnknownError(
            "no {kind} {name} is in the books",
            hint="Give its digest, an office and its number as in eighth/3, or a copy.",
            kind=kind,
            name=name,
        )
    return found


def _by_number(read: Reading, name: str, kind: str) -> Paper | None:
    """Ours to an office, then theirs to us; numbers run over receipts and transmittals together."""
    office, _, number = name.rpartition("/")
    if not number.isdecimal() or read.view.correspondents.get(office) is None:
        return None
    for direction in (lines.OUT, lines.IN):
        for row in read.view.papers.find("office", office, direction, int(number)):
            if row.kind == kind:
                return row
    return None


def _of_copy(read: Reading, name: str, kind: str) -> Paper | None:
    """The transmittal of a copy's last dispatch, else the one it came under; its newest receipt."""
    try:
        copy = finding.copy(read.view, name)
    except UnknownError:
        return None
    went = list(reading.each(read.life(copy.handle), Act.DISPATCH, Act.ACCEPT, Act.COME_BACK))
    went.sort(key=lambda event: event.entry.act == Act.DISPATCH)
    sent = [
        row
        for event in went
        if (row := read.view.papers.get(str(event.facts.get("transmittal", ""))))
    ]
    if kind == papers.TRANSMITTAL:
        return sent[-1] if sent else None
    numbers = papers.owners_numbers(read.view, copy)
    found = [
        (said["at"], row)
        for under in sent
        for row in every(read.view.papers, "subject", under.subject, papers.RECEIPT)
        if (said := _said(row)) and (said.get("cable"), said.get("copy")) == numbers
    ]
    return max(found, key=lambda pair: pair[0])[1] if found else None
