"""Letters: what a telegram says, once and for all its receivers (docs/spec/letter.md, version 1).

A letter is signed and never changes; the envelope around it says to whom and may be
made again.  What it says is its ``Wording``, which a draft has too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cablegram.model import names
from cablegram.model.times import ReturnTerm, instant
from cablegram.wire import canonical, fields, wording
from cablegram.wire.wording import Addressee, Attachment, Kind, Part, Wording, part_name

if TYPE_CHECKING:
    from typing import Self

__all__ = [
    "NAMESPACE",
    "Addressee",
    "Attachment",
    "Kind",
    "Letter",
    "Part",
    "Return",
    "decode",
    "digest",
    "encode",
    "part_name",
]

NAMESPACE: Final = "letter@cablegram"

_FORMAT = fields.format_name("letter")

Return = ReturnTerm
digest = canonical.digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter(Wording):
    """A letter: its wording, whose it is, under which number, and when it was filed."""

    office: str
    outgoing_number: int
    filed_at: str

    def __post_init__(self) -> None:
        Wording.__post_init__(self)
        names.office_id(self.office)
        fields.within(self.outgoing_number, "the outgoing number", 1, fields.NUMBER_MAX)
        instant(self.filed_at)

    @classmethod
    def of(cls, said: Wording, *, office: str, outgoing_number: int, filed_at: str) -> Self:
        """The letter that says what a draft says, under its number."""
        return cls(**said.said(), office=office, outgoing_number=outgoing_number, filed_at=filed_at)


def encode(letter: Letter) -> bytes:
    """The bytes to sign."""
    document = wording.write(letter)
    document["format"] = _FORMAT
    document["office"] = letter.office
    document["outgoing_number"] = letter.outgoing_number
    document["filed_at"] = letter.filed_at
    return canonical.encode(document)


def decode(data: bytes) -> Letter:
    """Read one letter; its signatures and parts are not looked at here.

    Raises:
        MalformedError: not a letter, out of bounds, or spelled otherwise.
    """
    read = fields.read(data, "letter")
    letter = Letter.of(
        wording.read(read),
        office=read.text("office"),
        outgoing_number=read.number("outgoing_number"),
        filed_at=read.text("filed_at"),
    )
    read.done()
    fields.same(encode(letter), data, "letter")
    return letter
