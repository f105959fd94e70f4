"""Envelopes: one sealing of a letter to one office (docs/spec/envelope.md, version 1).

It names the letter by digest and the receiver by id and key, both to be checked by the
receiver: without that, signed words could be forwarded as if sent there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from cablegram.errors import MalformedError
from cablegram.model import names
from cablegram.wire import canonical, fields
from cablegram.wire.container import CONTAINER_MAX
from cablegram.wire.wording import ATTACHMENTS_MAX, FILE_NAME_MAX

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cablegram.wire.fields import Fields

NAMESPACE: Final = "envelope@cablegram"
ATTEMPTS_MAX: Final = 999
SEED_SIZE: Final = 32

_FORMAT = fields.format_name("envelope")

digest = canonical.digest


@dataclass(frozen=True, slots=True)
class Envelope:
    """To whom a letter goes, this time.

    ``keys`` are (attachment name, 32-byte seed as base64url); ``previous`` is the digest of
    the letter before on this circuit.  ``proof`` shows that the letter's leaf is
    in the sender's ledger (``ledger.showing``).  ``size`` is the container's, unpadded.
    """

    letter: str
    office: str
    to: str
    to_key: str
    circuit_number: int
    previous: str
    attempt: int
    keys: tuple[tuple[str, str], ...] = field(repr=False)
    proof: str
    size: int = 0

    def __post_init__(self) -> None:
        names.digest(self.letter)
        names.office_id(self.office)
        names.office_id(self.to)
        if self.office == self.to:
            raise MalformedError("an envelope is from an office to itself", hint=fields.HINT)
        names.digest(self.to_key)
        fields.within(self.circuit_number, "the circuit number", 1, fields.NUMBER_MAX)
        fields.set_or(names.digest, self.previous)
        if self.circuit_number == 1 and self.previous:
            raise MalformedError(
                "the first envelope on a circuit names one before it", hint=fields.HINT
            )
        fields.within(self.attempt, "the attempt", 1, ATTEMPTS_MAX)
        check_keys(self.keys, "the envelope's attachment keys")
        fields.proof(self.proof, "the envelope")
        fields.within(self.size, "the container's size", 0, CONTAINER_MAX)


def encode(envelope: Envelope, *, size: int | None = None) -> bytes:
    """The bytes to sign; with ``size`` in place of its own, which is known only in the end."""
    return canonical.encode(
        {
            "format": _FORMAT,
            "letter": envelope.letter,
            "office": envelope.office,
            "to": envelope.to,
            "to_key": envelope.to_key,
            "circuit": {"number": envelope.circuit_number, "previous": envelope.previous},
            "attempt": envelope.attempt,
            "keys": write_keys(envelope.keys),
            "proof": envelope.proof,
            "size": envelope.size if size is None else size,
        }
    )


def decode(data: bytes) -> Envelope:
    """Read one envelope; its signatures and proof are not looked at here.

    Raises:
        MalformedError: not an envelope, out of bounds, or spelled otherwise.
    """
    read = fields.read(data, "envelope")
    circuit = read.within("circuit")
    envelope = Envelope(
        letter=read.text("letter"),
        office=read.text("office"),
        to=read.text("to"),
        to_key=read.text("to_key"),
        circuit_number=circuit.number("number"),
        previous=circuit.text("previous"),
        attempt=read.number("attempt"),
        keys=read_keys(read),
        proof=read.text("proof"),
        size=read.number("size"),
    )
    circuit.done()
    read.done()
    fields.same(encode(envelope), data, "envelope")
    return envelope


def check_keys(keys: Sequence[tuple[str, str]], what: str) -> None:
    """Hold attachment keys to their bounds; no message shows one."""
    fields.few(keys, what, ATTACHMENTS_MAX)
    fields.distinct([name for name, _ in keys], what)
    for name, seed in keys:
        fields.line(name, "an attachment's name", most=FILE_NAME_MAX)
        canonical.decode_bytes(seed, size=SEED_SIZE)


def write_keys(keys: Sequence[tuple[str, str]]) -> list[canonical.Value]:
    """Attachment keys as they stand in an envelope or a draft."""
    return [{"name": name, "seed": seed} for name, seed in keys]


def read_keys(document: Fields) -> tuple[tuple[str, str], ...]:
    """Take the attachment keys out of an envelope or a draft."""
    found: list[tuple[str, str]] = []
    for entry in document.each("keys"):
        found.append((entry.text("name"), entry.text("seed")))
        entry.done()
    return tuple(found)
