"""What a copy for the screen says, as it is sealed (docs/spec/reading.md, "What is sealed").

A ustar archive: ``copy.json``, a picture of each sheet, the sheets as a PDF, the texts, and
pictures of attachments.  Members, their order and their metadata are fixed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from cablegram.errors import MalformedError
from cablegram.wire import canonical, fields, ustar

if TYPE_CHECKING:
    from collections.abc import Sequence

ARCHIVE_MAX: Final = 64 << 20
ATTACHED_MAX: Final = 99
COPY: Final = "copy.json"
SHEETS: Final = "sheets.pdf"

_FORMAT = fields.format_name("screen")
_NAME = re.compile(
    r"(?:copy\.json|sheet-[0-9]{4}\.png|sheets\.pdf|attachment-[0-9]{2}\.png"
    r"|body\.[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-[A-Z]{2})?\.md)\Z"
)
_HINT = "Ask the registry that made the copy to print a further one."


@dataclass(frozen=True, slots=True)
class Text:
    """One text of the copy: its member's name, its language, original or translation."""

    name: str
    lang: str
    role: str


@dataclass(frozen=True, slots=True)
class Attached:
    """An attachment: what the letter says of it, its key, and the member that pictures it."""

    name: str
    media_type: str
    size: int
    sha256: str
    sealed_sha256: str
    sealed_size: int
    seed: str = field(repr=False)
    shown: str = ""


@dataclass(frozen=True, slots=True)
class ScreenCopy:
    """What ``copy.json`` says: which copy it is, and what lies beside it."""

    office: str
    handle: str
    cable: int
    copy: int
    made: int
    name: str
    person: str
    printed_at: str
    level: str
    sheets: int
    parts: tuple[Text, ...]
    attachments: tuple[Attached, ...]

    def members(self) -> list[str]:
        """The names of the archive's members, in their order."""
        shown = [one.shown for one in self.attachments if one.shown]
        texts = sorted(part.name for part in self.parts)
        return [COPY, *map(sheet_name, range(1, self.sheets + 1)), SHEETS, *texts, *shown]


def sheet_name(number: int) -> str:
    """The member that pictures a sheet."""
    return f"sheet-{number:04d}.png"


def shown_name(number: int) -> str:
    """The member that pictures an attachment."""
    return f"attachment-{number:02d}.png"


def encode(
    copy: ScreenCopy,
    pictures: Sequence[bytes],
    pdf: bytes,
    texts: Sequence[bytes],
    shown: Sequence[bytes] = (),
) -> bytes:
    """The archive: a picture a sheet, the PDF, texts in the order of their names, and the rest.

    Raises:
        MalformedError: larger than an archive may be.
    """
    datas = [_document(copy), *pictures, pdf, *texts, *shown]
    pieces: list[bytes] = []
    for name, data in zip(copy.members(), datas, strict=True):
        pieces += (ustar.header(name, len(data)), data, bytes(-len(data) % ustar.BLOCK))
    packed = b"".join((*pieces, ustar.END))
    if len(packed) > ARCHIVE_MAX:
        raise MalformedError(
            "the copy is larger than {most} bytes", hint="Print it on paper.", most=ARCHIVE_MAX
        )
    return packed


def decode(data: bytes) -> tuple[ScreenCopy, dict[str, bytes]]:
    """What the copy is, and its members by name.

    Raises:
        MalformedError: anything that ``encode`` would not have written.
    """
    members = _unpack(data)
    copy = _read(members.get(COPY, b""))
    if list(members) != copy.members():
        raise _refused("the copy has not the members that it names")
    return copy, members


def _document(copy: ScreenCopy) -> bytes:
    return canonical.encode(
        {
            "format": _FORMAT,
            **{name: getattr(copy, name) for name in _TEXTS + _NUMBERS},
            "parts": [{"name": p.name, "lang": p.lang, "role": p.role} for p in copy.parts],
            "attachments": [
                {name: getattr(one, name) for name in Attached.__slots__}
                for one in copy.attachments
            ],
        }
    )


def _read(data: bytes) -> ScreenCopy:
    read = fields.read(data, "screen")
    said = {name: read.text(name) for name in _TEXTS}
    counts = {name: read.number(name) for name in _NUMBERS}
    fields.within(counts["sheets"], "the number of sheets", 1, fields.SHEETS_MAX)
    parts = tuple(Text(p.text("name"), p.text("lang"), p.text("role")) for p in read.each("parts"))
    attachments = tuple(
        Attached(
            name=one.text("name"),
            media_type=one.text("media_type"),
            size=one.number("size"),
            sha256=one.text("sha256"),
            sealed_sha256=one.text("sealed_sha256"),
            sealed_size=one.number("sealed_size"),
            seed=one.text("seed"),
            shown=one.text("shown"),
        )
        for one in read.each("attachments")
    )
    fields.few(attachments, "the copy's attachments", ATTACHED_MAX)
    read.done()
    copy = ScreenCopy(parts=parts, attachments=attachments, **said, **counts)  # type: ignore[arg-type]  # named one by one above
    fields.same(_document(copy), data, "screen")
    return copy


def _unpack(data: bytes) -> dict[str, bytes]:
    members: dict[str, bytes] = {}
    place, end = 0, len(data) - len(ustar.END)
    if len(data) > ARCHIVE_MAX:
        raise _refused("the copy is too large")
    while place < end:
        header = data[place : place + ustar.BLOCK]
        name = header[: ustar.NAME_MAX].rstrip(b"\0").decode("ascii", "replace")
        if not ustar.OCTAL.match(header[ustar.SIZE]) or not _NAME.match(name):
            raise _refused("the copy has a member that does not belong")
        size = int(header[ustar.SIZE], 8)
        start, place = place + ustar.BLOCK, place + ustar.BLOCK + size + -size % ustar.BLOCK
        if name in members or header != ustar.header(name, size):
            raise _refused("the copy has a member twice, or one that is not as it should be")
        members[name] = data[start : start + size]
        if place > end or data[start + size : place] != bytes(-size % ustar.BLOCK):
            raise _refused("a member of the copy is cut off, or not filled with zeros")
    if place != end or data[place:] != ustar.END:
        raise _refused("the copy does not end where it should")
    return members


def _refused(what: str) -> MalformedError:
    return MalformedError(what, hint=_HINT)


_TEXTS = ("office", "handle", "name", "person", "printed_at", "level")
_NUMBERS = ("cable", "copy", "made", "sheets")
