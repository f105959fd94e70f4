"""Bech32 texts of age keys (BIP 173, without its limit of 90 characters; docs/spec/age.md).

Slow for the long post-quantum recipients, and so kept to the border: cards and
key files carry raw bytes.
"""

from __future__ import annotations

from cablegram.errors import MalformedError

TEXT_MAX = 4096

_ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_VALUES = {character: value for value, character in enumerate(_ALPHABET)}
_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CHECKSUM_SIZE = 6


def encode(prefix: str, data: bytes) -> str:
    """The text for these bytes, in upper case if the prefix is."""
    low = prefix.lower()
    values = _regroup(data, 8, 5)
    if len(data) % 5:
        values.append((data[-1] << (5 - len(data) * 8 % 5)) & 31)
    check = _polymod(_spread(low) + values + [0] * _CHECKSUM_SIZE) ^ 1
    values += [check >> 5 * (5 - place) & 31 for place in range(_CHECKSUM_SIZE)]
    text = low + "1" + "".join(_ALPHABET[value] for value in values)
    return text.upper() if prefix.isupper() else text


def decode(text: str) -> tuple[str, bytes]:
    """Prefix and bytes; the prefix keeps the case of the text.

    Raises:
        MalformedError: not Bech32, mistyped (the checksum), or loose bits at the end.
    """
    upper = text.isupper()
    low = text.lower()
    prefix, _, rest = low.rpartition("1")
    if len(text) > TEXT_MAX or not text.isascii() or text not in (low, low.upper()) or not prefix:
        raise _refused()
    try:
        values = [_VALUES[character] for character in rest]
    except KeyError:
        raise _refused() from None
    if len(values) < _CHECKSUM_SIZE or _polymod(_spread(prefix) + values) != 1:
        raise _refused()
    data = bytes(_regroup(values[:-_CHECKSUM_SIZE], 5, 8))
    shown = prefix.upper() if upper else prefix
    if encode(shown, data) != text:
        raise _refused()
    return shown, data


def _refused() -> MalformedError:
    # The text may be a secret key: it is not repeated in the message.
    return MalformedError("the key is not spelled as an age key", hint="Copy the whole key again.")


def _regroup(values: bytes | list[int], have: int, want: int) -> list[int]:
    """Whole groups of ``want`` bits out of groups of ``have``; bits left over are dropped."""
    found: list[int] = []
    held = bits = 0
    for value in values:
        held = (held << have | value) & 0xFFF
        bits += have
        while bits >= want:
            bits -= want
            found.append(held >> bits & ((1 << want) - 1))
    return found


def _spread(prefix: str) -> list[int]:
    return [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]


def _row(top: int) -> int:
    folded = 0
    for bit, generator in enumerate(_GENERATORS):
        if top >> bit & 1:
            folded ^= generator
    return folded


_FOLD = tuple(_row(top) for top in range(32))


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        check = (check & 0x1FFFFFF) << 5 ^ value ^ _FOLD[check >> 25]
    return check
