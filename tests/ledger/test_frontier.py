"""The stored right edge: it is the tree's at every size; earlier books read as it."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cablegram.errors import MalformedError
from cablegram.ledger.frontier import Frontier
from cablegram.ledger.tile import Edge

MANY = [sha256(number.to_bytes(4, "big")).digest() for number in range(66_100)]


def slow_root(hashes):
    """RFC 6962, section 2.1."""
    if len(hashes) <= 1:
        return hashes[0] if hashes else sha256(b"").digest()
    k = 1 << ((len(hashes) - 1).bit_length() - 1)
    return sha256(b"\x01" + slow_root(hashes[:k]) + slow_root(hashes[k:])).digest()


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(0, 300) | st.sampled_from([1, 255, 256, 257]), max_size=6))
def test_frontier_is_the_tree(steps):
    """However it grew, its root is the tree's, and it is one hash for each bit of the size."""
    frontier = Frontier()
    for step in steps:
        frontier = frontier.extend(MANY[frontier.size : frontier.size + step])
        assert slow_root(MANY[: frontier.size]) == frontier.root()
        assert 8 + 32 * len(f"{frontier.size:b}".replace("0", "")) == len(frontier.encode())
        assert frontier == Frontier.decode(frontier.encode())


@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 257, 300, 511, 65_536, 65_793, 66_100])
def test_rows_of_earlier_books(size):
    """Whole rows of hashes, as earlier books kept them, read as the same frontier."""
    edge, _ = Edge().extend(MANY[:size])
    assert Frontier().extend(MANY[:size]) == Frontier.decode(edge.encode())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        (1).to_bytes(8, "big"),
        (3).to_bytes(8, "big") + bytes(32),
        (3).to_bytes(8, "big") + bytes(65),
        (3).to_bytes(8, "big") + bytes(128),
        (2**53).to_bytes(8, "big") + bytes(32),
        (2**64 - 1).to_bytes(8, "big") + bytes(64 * 32),
    ],
)
def test_malformed(data):
    """What does not fit its size is no edge, of either spelling."""
    with pytest.raises(MalformedError, match="right edge"):
        Frontier.decode(data)
