"""Transmittals: the list that goes with copies on a carrier (docs/spec/transmittal.md, version 1).

Signed in the clear, numbered in one run with the receipts for that office; *owed* until
its leaf is under a head, like them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from cablegram.model import names
from cablegram.model.times import instant
from cablegram.wire import canonical, fields
from cablegram.wire.receipt import COPIES_MAX, check_line, check_owed, check_proof

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cablegram.wire.fields import Fields

NAMESPACE: Final = "transmittal@cablegram"
ITEMS_MAX: Final = 256

_FORMAT = fields.format_name("transmittal")

digest = canonical.digest


@dataclass(frozen=True, slots=True)
class Item:
    """One copy that goes: its numbers in the owner's books, its sheets, seals and level.

    ``content_sha256`` is the digest of the printed PDF.  ``limit_at`` (a moment or empty) and
    ``limit_to`` say by when and where to it must come back.
    """

    cable: int
    copy: int
    sheets: int
    seals: str
    level: str
    content_sha256: str
    limit_at: str = ""
    limit_to: str = ""

    def __post_init__(self) -> None:
        fields.within(self.cable, "the cable number", 1, fields.NUMBER_MAX)
        fields.within(self.copy, "the copy number", 1, COPIES_MAX)
        fields.within(self.sheets, "the number of sheets", 1, fields.SHEETS_MAX)
        fields.line(self.seals, "the seals", empty=True)
        fields.line(self.level, "the classification", most=64)
        names.digest(self.content_sha256)
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
    leaf_index: int
    checkpoint: str = ""
    proof: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        check_line(self.office, self.to, self.number, self.previous)
        fields.few(self.items, "the transmittal", ITEMS_MAX, least=1)
        fields.distinct([(item.cable, item.copy) for item in self.items], "the transmittal")
        fields.line(self.carrier, "the carrier")
        instant(self.sent_at)
        instant(self.receipt_due)
        fields.within(self.leaf_index, "the leaf index", 0, canonical.INTEGER_MAX)
        check_proof(self.checkpoint, self.proof, "the transmittal")

    @property
    def owed(self) -> bool:
        """Whether its leaf is not proved yet, so that it may not be signed."""
        return not self.checkpoint


def with_proof(transmittal: Transmittal, checkpoint: str, proof: Sequence[bytes]) -> Transmittal:
    """The transmittal as it may be signed: its leaf is under that checkpoint, by that proof."""
    assert transmittal.owed, "a transmittal is proved once"
    fields.proof(checkpoint, proof, "the transmittal")
    return replace(transmittal, checkpoint=checkpoint, proof=tuple(proof))


def encode(transmittal: Transmittal) -> bytes:
    """Its bytes: to sign, or to keep while it is owed."""
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
            "leaf_index": transmittal.leaf_index,
            "checkpoint": transmittal.checkpoint,
            "proof": [canonical.encode_bytes(item) for item in transmittal.proof],
        }
    )


def decode(data: bytes, *, owed: bool = False) -> Transmittal:
    """Read one transmittal; its signatures and proof are not looked at here.

    ``owed`` says that it is one of ours from the books, not proved yet.

    Raises:
        MalformedError: not a transmittal, out of bounds, spelled otherwise, or proved where
            it should be owed or the other way round.
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
        leaf_index=read.number("leaf_index"),
        checkpoint=read.text("checkpoint"),
        proof=read.hashes("proof"),
    )
    read.done()
    fields.same(encode(transmittal), data, "transmittal")
    check_owed(is_owed=transmittal.owed, owed=owed, what="the transmittal")
    return transmittal


def _write_item(item: Item) -> canonical.Value:
    return {
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
