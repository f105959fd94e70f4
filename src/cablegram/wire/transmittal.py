"""Transmittals: the list that goes with copies on a carrier (docs/spec/transmittal.md, version 1).

Signed in the clear, numbered in one run with the receipts for that office; made once its
leaf is under a head, like them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cablegram.model import names
from cablegram.model.times import instant
from cablegram.wire import canonical, fields
from cablegram.wire.receipt import COPIES_MAX, check_line

if TYPE_CHECKING:
    from cablegram.wire.fields import Fields

NAMESPACE: Final = "transmittal@cablegram"
ITEMS_MAX: Final = 256

_FORMAT = fields.format_name("transmittal")

digest = canonical.digest


@dataclass(frozen=True, slots=True)
class Item:
    """One copy that goes: its numbers in the owner's books, its sheets, seals and level.

    ``content_sha256`` is the digest of the printed PDF, empty where we did not print it.
    ``limit_at`` (a moment or empty) and ``limit_to`` say by when and where to it must come back.
    """

    owner: str
    cable: int
    copy: int
    sheets: int
    seals: str = ""
    level: str = ""
    content_sha256: str = ""
    limit_at: str = ""
    limit_to: str = ""

    def __post_init__(self) -> None:
        names.office_id(self.owner)
        fields.within(self.cable, "the cable number", 0, fields.NUMBER_MAX)
        fields.within(self.copy, "the copy number", 1, COPIES_MAX)
        fields.within(self.sheets, "the number of sheets", 1, fields.SHEETS_MAX)
        fields.line(self.seals, "the seals", empty=True)
        fields.line(self.level, "the classification", most=64, empty=True)
        fields.set_or(names.digest, self.content_sha256)
        fields.set_or(instant, self.limit_at)
        fields.line(self.limit_to, "the place to return to", empty=True)


@dataclass(frozen=True, slots=True)
class Transmittal:
    """What a carrier took from us for another office, and by when its receipt is due."""

    office: str
    to: str
    number: int
    previous: str
    items: tuple[Item, ...]
    carrier: str
    sent_at: str
    receipt_due: str
    proof: str

    def __post_init__(self) -> None:
        check_line(self.office, self.to, self.number, self.previous)
        fields.few(self.items, "the transmittal", ITEMS_MAX, least=1)
        fields.distinct(
            [(item.owner, item.cable, item.copy) for item in self.items], "the transmittal"
        )
        fields.line(self.carrier, "the carrier")
        instant(self.sent_at)
        instant(self.receipt_due)
        fields.proof(self.proof, "the transmittal")


def encode(transmittal: Transmittal) -> bytes:
    """The bytes to sign."""
    return canonical.encode(
        {
            "format": _FORMAT,
            "office": transmittal.office,
            "to": transmittal.to,
            "number": transmittal.number,
            "previous": transmittal.previous,
            "items": [_write_item(item) for item in transmittal.items],
            "carrier": transmittal.carrier,
            "sent_at": transmittal.sent_at,
            "receipt_due": transmittal.receipt_due,
            "proof": transmittal.proof,
        }
    )


def decode(data: bytes) -> Transmittal:
    """Read one transmittal; its signatures and proof are not looked at here.

    Raises:
        MalformedError: not a transmittal, out of bounds, or spelled otherwise.
    """
    read = fields.read(data, "transmittal")
    transmittal = Transmittal(
        office=read.text("office"),
        to=read.text("to"),
        number=read.number("number"),
        previous=read.text("previous"),
        items=tuple(_read_item(entry) for entry in read.each("items")),
        carrier=read.text("carrier"),
        sent_at=read.text("sent_at"),
        receipt_due=read.text("receipt_due"),
        proof=read.text("proof"),
    )
    read.done()
    fields.same(encode(transmittal), data, "transmittal")
    return transmittal


def _write_item(item: Item) -> canonical.Value:
    return {
        "owner": item.owner,
        "cable": item.cable,
        "copy": item.copy,
        "sheets": item.sheets,
        "seals": item.seals,
        "level": item.level,
        "content_sha256": item.content_sha256,
        "limit_at": item.limit_at,
        "limit_to": item.limit_to,
    }


def _read_item(entry: Fields) -> Item:
    item = Item(
        owner=entry.text("owner"),
        cable=entry.number("cable"),
        copy=entry.number("copy"),
        sheets=entry.number("sheets"),
        seals=entry.text("seals"),
        level=entry.text("level"),
        content_sha256=entry.text("content_sha256"),
        limit_at=entry.text("limit_at"),
        limit_to=entry.text("limit_to"),
    )
    entry.done()
    return item
