"""Backups: manifest, list of members, archive (docs/spec/backup.md, version 1).

Pure bytes and back.  ``Archive`` reads an archive as it is opened, piece by piece; whoever
is given its members holds them to the list.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from cablegram.errors import MalformedError
from cablegram.model import names
from cablegram.model.times import instant
from cablegram.wire import canonical, fields, ustar

if TYPE_CHECKING:
    from collections.abc import Mapping

MANIFEST: Final = "manifest.json"
NOTE: Final = "manifest.note"
SUMS: Final = "SHA256SUMS"
OFFICE_KEYS: Final = "keys/office.age"
RECIPIENTS: Final = "keys/backup.recipients"
SETTINGS: Final = "office.toml"
CARD: Final = "card.json"
CLOCK: Final = "clock"
BLOBS: Final = "blobs/"

MANIFEST_MAX: Final = 1 << 16
SMALL_MAX: Final = 1 << 24
PIECE_SIZE: Final = 1 << 30
PIECES_MAX: Final = 10_000
SUMS_LINE_MAX: Final = 200
RECIPIENTS_MAX: Final = 8
NUMBERS_MAX: Final = 256
ROOT_SIZE: Final = 32

_FORMAT = fields.format_name("backup")
_SAID = "cablegram backup v1"
_PIECE = re.compile(r"books\.sqlite\.([0-9]{4})\Z")
_BLOB = re.compile(r"blobs/([0-9a-f]{2})/(\1[0-9a-f]{62})\Z")
_OFFICER = re.compile(r"officers/[a-z0-9][a-z0-9-]*\.key\Z")
_LINE = re.compile(r"([0-9a-f]{64})  ([A-Za-z0-9./-]+)\n\Z")
_SMALL = (
    SETTINGS,
    CARD,
    f"{CARD}.1.sig",
    f"{CARD}.2.sig",
    CLOCK,
    OFFICE_KEYS,
    RECIPIENTS,
)
_HINT = "Take another backup; this file is not one that was made whole."


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says it is.

    ``root`` is the 32 bytes of the newest signed head, ``checkpoint`` its note; ``numbers``
    the last numbers taken by kind and series; ``size`` how many bytes all members have.
    """

    office: str
    origin: str
    made_at: str
    size: int
    root: bytes
    checkpoint: str
    entries: int
    numbers: Mapping[str, int]
    books: int
    blobs: int
    bytes: int
    sums: str

    def __post_init__(self) -> None:
        names.office_id(self.office)
        instant(self.made_at)
        names.digest(self.sums)
        most = canonical.INTEGER_MAX
        fields.within(self.entries, "the number of entries", 1, most)
        fields.within(self.size, "the size of the head", 1, self.entries)
        fields.within(self.books, "the number of pieces", 1, PIECES_MAX)
        fields.within(self.blobs, "the number of blobs", 0, most)
        fields.within(self.bytes, "the number of bytes", 1, most)
        fields.few(tuple(self.numbers), "the list of numbers", NUMBERS_MAX)
        if len(self.root) != ROOT_SIZE:
            raise MalformedError("the backup's root is not 32 bytes", hint=_HINT)


def encode(manifest: Manifest) -> bytes:
    """The bytes of ``manifest.json``."""
    return canonical.encode(
        {
            "format": _FORMAT,
            "office": manifest.office,
            "origin": manifest.origin,
            "made_at": manifest.made_at,
            "size": manifest.size,
            "root": f"sha256:{manifest.root.hex()}",
            "checkpoint": manifest.checkpoint,
            "entries": manifest.entries,
            "numbers": dict(manifest.numbers),
            "books": manifest.books,
            "blobs": manifest.blobs,
            "bytes": manifest.bytes,
            "sums": manifest.sums,
        }
    )


def decode(data: bytes) -> Manifest:
    """Read ``manifest.json``.

    Raises:
        MalformedError: not one, out of bounds, or spelled otherwise.
    """
    read = fields.read(data, "backup")
    numbers = read.map("numbers")
    manifest = Manifest(
        office=read.text("office"),
        origin=read.text("origin"),
        made_at=read.text("made_at"),
        size=read.number("size"),
        root=bytes.fromhex(names.digest(read.text("root")).removeprefix("sha256:")),
        checkpoint=read.text("checkpoint"),
        entries=read.number("entries"),
        numbers={name: value for name, value in numbers.items() if isinstance(value, int)},
        books=read.number("books"),
        blobs=read.number("blobs"),
        bytes=read.number("bytes"),
        sums=read.text("sums"),
    )
    read.done()
    fields.same(encode(manifest), data, "backup")
    return manifest


def note_text(office: str, manifest: bytes) -> str:
    """What the ledger's service key signs over a manifest; no checkpoint begins like this."""
    return f"{_SAID}\n{office}\n{canonical.digest(manifest)}\n"


def sums_line(digest: bytes, name: str) -> bytes:
    """One line of ``SHA256SUMS``."""
    return f"{digest.hex()}  {name}\n".encode()


def read_sums_line(line: bytes) -> tuple[bytes, str]:
    """Digest and name from one line of ``SHA256SUMS``.

    Raises:
        MalformedError: spelled otherwise, or a name that no backup has.
    """
    match = _LINE.match(line.decode("ascii", "replace"))
    if match is None or place(match[2]) is None:
        raise MalformedError("the backup's list has a line that does not belong", hint=_HINT)
    return bytes.fromhex(match[1]), match[2]


def piece(number: int) -> str:
    """The name of a piece of the books, from 0."""
    return f"books.sqlite.{number:04}"


def is_piece(name: str) -> bool:
    """Whether a member is a piece of the books."""
    return _PIECE.match(name) is not None


def blob(digest: str) -> str:
    """The name of a blob, from its 64 hex digits."""
    return f"{BLOBS}{digest[:2]}/{digest}"


def blob_digest(name: str) -> str | None:
    """The 64 hex digits of a blob; None for another member."""
    match = _BLOB.match(name)
    return None if match is None else match[2]


def place(name: str) -> tuple[int, str] | None:
    """Where a member comes after ``SHA256SUMS``: places ascend; None for a name no backup has."""
    if name in _SMALL:
        return _SMALL.index(name), ""
    for number, form in enumerate((_OFFICER, _PIECE, _BLOB), start=len(_SMALL)):
        if form.match(name):
            return number, name
    return None


class Members(Protocol):
    """Who is given what an archive holds, in its order."""

    def begin(self, name: str, size: int) -> None:
        """A member of so many bytes comes."""

    def data(self, data: memoryview, /) -> None:
        """Some of its bytes; they are only good during the call."""

    def end(self) -> None:
        """It was whole."""


class Archive:
    """A sink that an archive is written into as it is opened; ``members`` is given what it holds.

    Raises (``write`` and ``close``):
        MalformedError: anything that would not have been written so.
    """

    def __init__(self, members: Members) -> None:
        self._members = members
        self._block = bytearray()
        self._left = 0
        self._pad = 0
        self._is_open = False
        self._zeros = 0

    def write(self, data: memoryview, /) -> None:
        """Take the next bytes, however many."""
        while data:
            if self._left:
                taken = data[: self._left]
                self._members.data(taken)
                self._left -= len(taken)
            elif self._pad:
                taken = data[: self._pad]
                if any(taken):
                    raise _not_whole("a member is not filled with zeros")
                self._pad -= len(taken)
            else:
                taken = data[: ustar.BLOCK - len(self._block)]
                self._block += taken
                if len(self._block) == ustar.BLOCK:
                    self._header(bytes(self._block))
                    self._block.clear()
            if self._is_open and not self._left and not self._pad:
                self._is_open = False
                self._members.end()
            data = data[len(taken) :]

    def close(self) -> None:
        """The archive is at its end."""
        if self._zeros * ustar.BLOCK != len(ustar.END) or self._block or self._is_open:
            raise _not_whole("it does not end where it should")

    def _header(self, block: bytes) -> None:
        if block == bytes(ustar.BLOCK):
            self._zeros += 1
            return
        digits = block[ustar.SIZE]
        if self._zeros or not ustar.OCTAL.match(digits):
            raise _not_whole("it does not end where it should")
        name = block[: ustar.NAME_MAX].rstrip(b"\0").decode("ascii", "replace")
        size = int(digits, 8)
        if block != ustar.header(name, size):
            raise _not_whole("the header of a member is not as it should be")
        self._members.begin(name, size)
        self._left, self._pad, self._is_open = size, -size % ustar.BLOCK, True
        if not size:
            self._is_open = False
            self._members.end()


def _not_whole(why: str) -> MalformedError:
    return MalformedError("the backup is not whole: {why}", hint=_HINT, why=why)
