"""Padding: zeros that hide how long something is (docs/spec/envelope.md, "Padding").

PADMÉ (Nikitin et al., PETS 2019): at most 12 % more, and the length tells only its first bits.
"""

from __future__ import annotations

from typing import Final

from cablegram.errors import MalformedError

LEAST: Final = 1024
"""Two tar blocks: nothing sealed is shorter."""


def padded_size(size: int) -> int:
    """How long something of that size is once padded."""
    size = max(size, LEAST)
    exponent = size.bit_length() - 1
    loose = exponent - exponent.bit_length()
    return (size + (1 << loose) - 1) >> loose << loose


def pad(data: bytes) -> bytes:
    """The bytes with zeros after them."""
    return data.ljust(padded_size(len(data)), b"\0")


def unpad(data: bytes, size: int) -> bytes:
    """The first ``size`` bytes, once the rest is as ``pad`` would have written it.

    Raises:
        MalformedError: too few or too many zeros, or something else than zeros.
    """
    if len(data) != padded_size(size):
        raise MalformedError(
            "the padding has not the length it should have", hint="Ask the sender to seal it again."
        )
    if data.count(0, size) != len(data) - size:
        raise MalformedError(
            "something is hidden in the padding", hint="Ask the sender to seal it again."
        )
    return data[:size]
