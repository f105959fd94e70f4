"""Padding: zeros, checked (docs/spec/envelope.md, "Padding")."""

from __future__ import annotations

import math

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cablegram.errors import MalformedError
from cablegram.wire import padding


def padme(size):
    """The length as the page and the paper define it, in floating point and remainders."""
    exponent = math.floor(math.log2(size))
    digits = math.floor(math.log2(exponent)) + 1
    step = 2 ** (exponent - digits)
    return size + -size % step


@pytest.mark.parametrize(
    ("size", "padded"),
    # 1025 has E = 10, S = 4: steps of 64.  10240: E = 13, S = 4: steps of 512.
    [(0, 1024), (1, 1024), (1024, 1024), (1025, 1088), (10240, 10240), (10241, 10752)],
)
def test_the_length_is_the_one_reckoned_by_hand(size, padded):
    """Two tar blocks at least, then the PADMÉ length."""
    assert padded == padding.padded_size(size)


@given(st.integers(1024, 2**40))
@example(2**20)
@example(2**20 + 1)
def test_the_length_is_padme(size):
    """As the formula has it, at most 12 % more."""
    padded = padding.padded_size(size)
    assert padme(size) == padded
    assert size <= padded <= 1.12 * size
    assert padded == padding.padded_size(padded)


@settings(deadline=None)
@given(st.binary(max_size=3000))
def test_what_is_padded_is_read_back(data):
    """The zeros are taken off again."""
    assert data == padding.unpad(padding.pad(data), len(data))


@pytest.mark.parametrize("size", [0, 1000, 1025, 2000])
def test_other_padding_is_refused(size):
    """A zero more or fewer, or anything but zeros, at the first and last place."""
    data = b"\xff" * size
    padded = padding.pad(data)
    with pytest.raises(MalformedError, match="length"):
        padding.unpad(padded + b"\0", size)
    with pytest.raises(MalformedError, match="length"):
        padding.unpad(padded[:-1], size)
    for place in {size, len(padded) - 1}:
        hidden = bytearray(padded)
        hidden[place] = 1
        with pytest.raises(MalformedError, match="hidden"):
            padding.unpad(bytes(hidden), size)


def test_a_shorter_size_than_the_data_is_refused():
    """What is not zeros cannot be taken for padding."""
    with pytest.raises(MalformedError):
        padding.unpad(padding.pad(b"x" * 1000), 999)
