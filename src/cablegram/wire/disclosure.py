"""Disclosure files: slots of leaves for an inspector or a party (docs/spec/disclosure.md).

Written and read one line at a time, so that a ledger of any length passes through.
Reading holds each line to its format; only ``leaf.check`` holds it to its leaf.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from cablegram.errors import MalformedError
from cablegram.wire import canonical
from cablegram.wire.leaf import HASH_SIZE, INSPECTOR_SLOTS, SLOTS, Disclosed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FORMAT: Final = "cablegram disclosure"
VERSION: Final = 1
ORIGIN_MAX: Final = 255
HEADER_SIZE_MAX: Final = 4096

_HINT = "Ask the office to write the disclosure file again."
_PLACE = {name: place for place, name in enumerate(SLOTS)}


class View(StrEnum):
    """For whom a file is written."""

    INSPECTOR = "inspector"
    PARTY = "party"


@dataclass(frozen=True, slots=True)
class Header:
    """The first line: which ledger, as of which size, for whom, and how many lines follow.

    Raises:
        MalformedError: out of bounds, or an inspector's file that does not cover every leaf.
    """

    origin: str
    size: int
    view: View
    lines: int

    def __post_init__(self) -> None:
        if not 0 < len(self.origin) <= ORIGIN_MAX or not 0 <= self.lines <= self.size:
            raise MalformedError("a disclosure's header is out of bounds", hint=_HINT)
        if self.view is View.INSPECTOR and self.lines != self.size:
            raise MalformedError("an inspector's disclosure does not cover every leaf", hint=_HINT)

    def encode(self) -> bytes:
        """The header line, with its line feed."""
        return _encode(
            {
                "format": FORMAT,
                "lines": self.lines,
                "origin": self.origin,
                "size": self.size,
                "v": VERSION,
                "view": self.view.value,
            }
        )


def write(header: Header, disclosed: Iterable[tuple[int, Disclosed]]) -> Iterator[bytes]:
    """The file's lines, each with its line feed, for leaves in ascending order of index.

    Raises:
        MalformedError: what is given is not what the header says; the file is then incomplete.
    """
    yield header.encode()
    for index, one in _in_order(header, disclosed):
        yield encode_line(index, one)


def read(lines: Iterable[bytes]) -> tuple[Header, Iterator[tuple[int, Disclosed]]]:
    """The header, and index and slots of each leaf as its line is reached.

    Lines come with their line feeds, as from a file opened in binary.

    Raises:
        MalformedError: at once for the header, and while iterating for a line, or the
            end, that does not follow the format.
    """
    rest = iter(lines)
    header = decode_header(next(rest, b""))
    return header, _in_order(header, map(decode_line, rest))


def encode_line(index: int, disclosed: Disclosed) -> bytes:
    """One leaf's line, with its line feed."""
    slots: dict[str, canonical.Value] = {
        name: [value, canonical.encode_bytes(salt)] for name, value, salt in disclosed.shown
    }
    siblings: list[canonical.Value] = [canonical.encode_bytes(one) for one in disclosed.siblings]
    return _encode({"index": index, "siblings": siblings, "slots": slots})


def decode_header(line: bytes) -> Header:
    """Read a header line.

    Raises:
        MalformedError: any other spelling, format, version or view.
    """
    fields = canonical.decode(_without_feed(line[: HEADER_SIZE_MAX + 1]), what="a header")
    if fields.get("format") != FORMAT or fields.get("v") != VERSION:
        raise MalformedError(
            "the file is not a {format}, version {version}",
            hint=_HINT,
            format=FORMAT,
            version=VERSION,
        )
    origin, size, count = fields.get("origin"), fields.get("size"), fields.get("lines")
    view = fields.get("view")
    if (
        not isinstance(origin, str)
        or not isinstance(size, int)
        or not isinstance(count, int)
        or view not in list(View)
    ):
        raise MalformedError("a disclosure's header lacks a field", hint=_HINT)
    header = Header(origin, size, View(str(view)), count)
    if header.encode() != line:
        raise MalformedError("a disclosure's header has a field too many", hint=_HINT)
    return header


def decode_line(line: bytes) -> tuple[int, Disclosed]:
    """Read one leaf's line.

    Raises:
        MalformedError: any other spelling, or slots that cannot be disclosed.
    """
    fields = canonical.decode(_without_feed(line), what="a disclosure's line")
    index, siblings, slots = fields.get("index"), fields.get("siblings"), fields.get("slots")
    if (
        len(fields) != len(("index", "siblings", "slots"))
        or not isinstance(index, int)
        or not isinstance(siblings, list)
        or not isinstance(slots, dict)
    ):
        raise MalformedError("a disclosure's line has other fields than it should", hint=_HINT)
    names = sorted(slots, key=lambda name: _PLACE.get(name, len(_PLACE)))
    shown = tuple((name, *_pair(slots[name])) for name in names)
    return index, Disclosed(shown, tuple(_hash(one) for one in siblings))


def _in_order(
    header: Header, disclosed: Iterable[tuple[int, Disclosed]]
) -> Iterator[tuple[int, Disclosed]]:
    before, count = -1, 0
    for index, one in disclosed:
        if not before < index < header.size:
            raise MalformedError(
                "a disclosure's index {index} is out of order", hint=_HINT, index=index
            )
        if header.view is View.INSPECTOR and (
            tuple(name for name, _, _ in one.shown) != INSPECTOR_SLOTS
        ):
            raise MalformedError(
                "the line of leaf {index} is not an inspector's", hint=_HINT, index=index
            )
        before, count = index, count + 1
        yield index, one
    if count != header.lines:
        raise MalformedError(
            "a disclosure has {count} lines where its header says {lines}",
            hint=_HINT,
            count=count,
            lines=header.lines,
        )


def _encode(fields: dict[str, canonical.Value]) -> bytes:
    return canonical.encode(fields) + b"\n"


def _without_feed(line: bytes) -> bytes:
    if not line.endswith(b"\n"):
        raise MalformedError("a disclosure is empty, or its last line is cut short", hint=_HINT)
    return line[:-1]


def _pair(value: canonical.Value) -> tuple[str, bytes]:
    match value:
        case [str(text), str(salt)]:
            return text, canonical.decode_bytes(salt, size=HASH_SIZE)
    raise MalformedError("a disclosed slot is not a value and its salt", hint=_HINT)


def _hash(value: canonical.Value) -> bytes:
    if not isinstance(value, str):
        raise MalformedError("a disclosure's sibling is not a hash", hint=_HINT)
    return canonical.decode_bytes(value, size=HASH_SIZE)
