"""The header of an age file: who may open it (c2sp.org/age, "Header"; docs/spec/age.md).

Reading takes time in proportion to the bytes and stops at named bounds, so that
a hostile header costs milliseconds.  Every spelling is canonical.
"""

from __future__ import annotations

import hmac
import re
from binascii import Error as Base64Error
from binascii import a2b_base64, b2a_base64
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cablegram.sealing.faults import HeaderError, HeaderMacError
from cablegram.sealing.hkdf import derive

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HEADER_MAX = 1 << 17
STANZAS_MAX = 64
FILE_KEY_SIZE = 16

_VERSION = b"age-encryption.org/v1\n"
_END = b"---"
_MAC_SIZE = 32
_COLUMNS = 64
_OPENING = re.compile(rb"-> [!-~]+(?: [!-~]+)*")


@dataclass(frozen=True, slots=True)
class Stanza:
    """One wrapping of the file key: its type, its arguments and its body."""

    kind: str
    arguments: tuple[str, ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class Header:
    """A header that is well formed; ``check`` says whether it is the one that was sealed."""

    stanzas: tuple[Stanza, ...]
    signed: bytes
    mac: bytes
    size: int

    def check(self, file_key: bytes) -> None:
        """Hold the header against the file key that one of its stanzas gave.

        Raises:
            HeaderMacError: the header was altered.
        """
        if not hmac.compare_digest(_mac(file_key, self.signed), self.mac):
            raise HeaderMacError


def write(file_key: bytes, stanzas: Sequence[Stanza]) -> bytes:
    """The header with these stanzas, sealed by the file key.

    Raises:
        HeaderError: no stanza, or more than the reader takes.
    """
    signed = _VERSION + b"".join(map(_spell, stanzas)) + _END
    mac_line = b" " + encode_base64(_mac(file_key, signed)) + b"\n"
    size = len(signed) + len(mac_line)
    if not 0 < len(stanzas) <= STANZAS_MAX or size > HEADER_MAX:
        raise HeaderError(
            "a file cannot be sealed to {stanzas} recipients",
            hint="Name between 1 and {stanzas_max}, or seal a file for each.",
            stanzas=len(stanzas),
            stanzas_max=STANZAS_MAX,
        )
    return signed + mac_line


def parse(data: bytes) -> Header:
    """Read the header at the start of a file; ``size`` of it says where the payload begins.

    Raises:
        HeaderError: not an age v1 header, or one that passes a bound.
    """
    if not data.startswith(_VERSION):
        raise HeaderError("the file is not an age v1 file")
    # No line of a stanza can begin with the end mark, so the first one ends the header.
    mark = data.find(b"\n" + _END, len(_VERSION) - 1, HEADER_MAX)
    end = data.find(b"\n", mark + 1, HEADER_MAX)
    if mark < 0 or end < 0:
        raise HeaderError(
            "the header does not end within {header_max} bytes", header_max=HEADER_MAX
        )
    signed = data[: mark + 1 + len(_END)]
    start, _, mac_text = data[mark + 1 : end].partition(b" ")
    mac = decode_base64(mac_text)
    if start != _END or len(mac) != _MAC_SIZE:
        raise HeaderError("the last line of the header is malformed")
    stanzas = tuple(_stanzas(data[len(_VERSION) : mark]))
    if len(stanzas) > 1 and any(stanza.kind == "scrypt" for stanza in stanzas):
        raise HeaderError("the header has a passphrase beside other recipients")
    return Header(stanzas, signed, mac, end + 1)


def encode_base64(data: bytes) -> bytes:
    """Unpadded standard base64, as the header writes it."""
    return b2a_base64(data, newline=False).rstrip(b"=")


def decode_base64(text: bytes) -> bytes:
    """Read unpadded standard base64, refusing every other spelling.

    Raises:
        HeaderError: stray characters, padding or loose bits.
    """
    try:
        data = a2b_base64(text + b"=" * (-len(text) % 4))
    except Base64Error:
        raise HeaderError("the header has a field that is not base64") from None
    if encode_base64(data) != text:
        raise HeaderError("the header has a field that is not spelled canonically")
    return data


def _mac(file_key: bytes, signed: bytes) -> bytes:
    return hmac.digest(derive(file_key, salt=b"", info=b"header"), signed, "sha256")


def _spell(stanza: Stanza) -> bytes:
    opening = " ".join(("->", stanza.kind, *stanza.arguments)).encode()
    body = encode_base64(stanza.body)
    # The last line is always shorter than the others: an empty one closes a full one.
    lines = [body[at : at + _COLUMNS] for at in range(0, len(body) + 1, _COLUMNS)]
    return b"\n".join((opening, *lines, b""))


def _stanzas(text: bytes) -> Iterator[Stanza]:
    if (b"\n" + text).count(b"\n->") > STANZAS_MAX:
        raise HeaderError("the header has more than {stanzas_max} stanzas", stanzas_max=STANZAS_MAX)
    lines = iter(text.split(b"\n"))
    for opening in lines:
        if _OPENING.fullmatch(opening) is None:
            raise HeaderError("the header has a line that opens no stanza")
        kind, *arguments = opening[3:].decode().split(" ")
        yield Stanza(kind, tuple(arguments), _body(lines))


def _body(lines: Iterator[bytes]) -> bytes:
    body = []
    for line in lines:
        body.append(line)
        if len(line) < _COLUMNS:
            return decode_base64(b"".join(body))
        if len(line) > _COLUMNS:
            break
    raise HeaderError("the header has a stanza whose body is not wrapped right")
