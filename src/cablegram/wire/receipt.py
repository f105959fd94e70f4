"""Receipts: what an office signs for, in the clear (docs/spec/receipt.md, version 1).

It is made once a head covers the leaf of what it says; until then the books keep it as a
debt.  A receipt is never receipted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, cast

from cablegram.errors import MalformedError
from cablegram.model import names
from cablegram.model.text import clean
from cablegram.model.times import instant
from cablegram.wire import canonical, fields

Kind = Literal[
    "taken_in",
    "opened",
    "disputed",
    "fulfilled",
    "copy_received",
    "copy_closed",
    "copy_sighted",
    "settled_there",
    "settled_back",
    "standing",
]

NAMESPACE: Final = "receipt@cablegram"
TELEGRAM_KINDS: Final = ("taken_in", "opened", "disputed", "fulfilled")
COPY_KINDS: Final = (
    "copy_received",
    "copy_closed",
    "copy_sighted",
    "settled_there",
    "settled_back",
)
OFFICE_KINDS: Final = ("standing",)
KINDS: Final = (*TELEGRAM_KINDS, *COPY_KINDS, *OFFICE_KINDS)
COPIES_MAX: Final = 9999
ATTEMPTS_MAX: Final = 999
INCOMING_MAX: Final = 64
NOTE_MAX: Final = 500

_FORMAT = fields.format_name("receipt")

digest = canonical.digest


@dataclass(frozen=True, slots=True)
class Receipt:
    """One office's word to another about a telegram or a copy.

    ``subject`` is the sealed, letter or transmittal digest.  ``number`` runs for each
    correspondent over receipts and transmittals together; ``previous`` is the digest of the
    one before.  ``proof`` shows that the act's leaf is in the signer's ledger.
    """

    kind: Kind
    office: str
    to: str
    subject: str
    number: int
    previous: str
    at: str
    proof: str
    circuit_number: int = 0
    attempt: int = 0
    incoming: str = ""
    cable: int = 0
    copy: int = 0
    sheets: int = 0
    note: str = ""

    def __post_init__(self) -> None:
        fields.one_of(self.kind, "the receipt's kind", KINDS)
        check_line(self.office, self.to, self.number, self.previous)
        names.digest(self.subject)
        instant(self.at)
        fields.within(self.circuit_number, "the circuit number", 0, fields.NUMBER_MAX)
        fields.within(self.attempt, "the attempt", 0, ATTEMPTS_MAX)
        fields.line(self.incoming, "the incoming number", most=INCOMING_MAX, empty=True)
        fields.within(self.cable, "the cable number", 0, fields.NUMBER_MAX)
        fields.within(self.copy, "the copy number", 0, COPIES_MAX)
        fields.within(self.sheets, "the number of sheets", 0, fields.SHEETS_MAX)
        clean(self.note, "the receipt's note", most=NOTE_MAX, lines=True)
        fields.proof(self.proof, "the receipt")
        self._check_needs()

    def _check_needs(self) -> None:
        if self.kind in {"opened", "fulfilled"} and not self.circuit_number:
            raise MalformedError(
                "a receipt {kind} lacks its circuit number", hint=fields.HINT, kind=self.kind
            )
        if self.kind in COPY_KINDS and not (self.cable and self.copy):
            raise MalformedError(
                "a receipt {kind} does not name a copy", hint=fields.HINT, kind=self.kind
            )
        if self.kind == "disputed" and not self.note:
            raise MalformedError("a receipt disputes without saying why", hint="Say why.")


def encode(receipt: Receipt) -> bytes:
    """The bytes to sign."""
    return canonical.encode(
        {
            "format": _FORMAT,
            "kind": receipt.kind,
            "office": receipt.office,
            "to": receipt.to,
            "subject": receipt.subject,
            "circuit_number": receipt.circuit_number,
            "attempt": receipt.attempt,
            "incoming": receipt.incoming,
            "number": receipt.number,
            "previous": receipt.previous,
            "at": receipt.at,
            "cable": receipt.cable,
            "copy": receipt.copy,
            "sheets": receipt.sheets,
            "note": receipt.note,
            "proof": receipt.proof,
        }
    )


def decode(data: bytes) -> Receipt:
    """Read one receipt; its signatures and proof are not looked at here.

    Raises:
        MalformedError: not a receipt, out of bounds, or spelled otherwise.
    """
    read = fields.read(data, "receipt")
    receipt = Receipt(
        kind=cast("Kind", read.text("kind")),
        office=read.text("office"),
        to=read.text("to"),
        subject=read.text("subject"),
        number=read.number("number"),
        previous=read.text("previous"),
        at=read.text("at"),
        circuit_number=read.number("circuit_number"),
        attempt=read.number("attempt"),
        incoming=read.text("incoming"),
        cable=read.number("cable"),
        copy=read.number("copy"),
        sheets=read.number("sheets"),
        note=read.text("note"),
        proof=read.text("proof"),
    )
    read.done()
    fields.same(encode(receipt), data, "receipt")
    return receipt


def check_line(office: str, to: str, number: int, previous: str) -> None:
    """Hold what receipts and transmittals have in common to its bounds: from, to, number, chain."""
    names.office_id(office)
    names.office_id(to)
    if office == to:
        raise MalformedError("a paper is from an office to itself", hint=fields.HINT)
    fields.within(number, "the paper's number", 1, fields.NUMBER_MAX)
    fields.set_or(names.digest, previous)
    if bool(previous) != (number > 1):
        raise MalformedError(
            "a paper names the one before it, and only the first has none", hint=fields.HINT
        )
