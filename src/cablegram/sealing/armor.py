"""Armor: an age file as text, for key files (c2sp.org/age, "ASCII armor"; docs/spec/age.md)."""

from __future__ import annotations

from binascii import Error as Base64Error
from binascii import a2b_base64, b2a_base64

from cablegram.sealing.faults import ArmorError

ARMOR_MAX = 1 << 22

_BEGIN = b"-----BEGIN AGE ENCRYPTED FILE-----"
_END = b"-----END AGE ENCRYPTED FILE-----"
_COLUMNS = 64
_SPACE = b" \t\r\n"


def write(data: bytes) -> bytes:
    """The armored text, with a line feed at its end."""
    return b"\n".join((_BEGIN, *_lines(data), _END, b""))


def read(text: bytes) -> bytes:
    """The file inside the armor.

    Raises:
        ArmorError: other markers, lines of another length, or base64 we would not write.
    """
    if len(text) > ARMOR_MAX:
        raise ArmorError("the armored text is larger than {armor_max} bytes", armor_max=ARMOR_MAX)
    lines = text.strip(_SPACE).replace(b"\r\n", b"\n").split(b"\n")
    if lines[0] != _BEGIN or lines[-1] != _END:
        raise ArmorError("the armor does not begin and end with its two marks")
    try:
        data = a2b_base64(b"".join(lines[1:-1]))
    except Base64Error:
        raise ArmorError("the armor holds something other than base64") from None
    # Wrong wrapping, stray characters and loose bits all show here.
    if _lines(data) != lines[1:-1]:
        raise ArmorError("the armor is not spelled canonically")
    return data


def _lines(data: bytes) -> list[bytes]:
    text = b2a_base64(data, newline=False)
    return [text[at : at + _COLUMNS] for at in range(0, len(text), _COLUMNS)]
