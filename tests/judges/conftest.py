"""A ledger of ours in a folder, for others to judge."""

from __future__ import annotations

from hashlib import sha256

import pytest

from cablegram.ledger import tile
from cablegram.ledger.checkpoint import Checkpoint
from cablegram.ledger.merkle import leaf_hash
from cablegram.ledger.signer import Signer
from cablegram.wire.leaf import Entry, make

SIGNER = Signer("mid.example/ledger", bytes(range(32)))


def leaves(count):
    at = "1951-07-05T19:25:00Z"
    return [
        make(Entry("copy", "read", f"{number:032x}", 1, at), sha256(b"%d" % number).digest())
        for number in range(count)
    ]


def write_ledger(folder, steps):
    """Grow a ledger in a folder by these steps; gives its leaves, and its roots by size."""
    every = leaves(sum(steps))
    edge, roots = tile.Edge(), {}
    for step in steps:
        edge, tiles = edge.extend(map(leaf_hash, every[edge.size : edge.size + step]))
        roots[edge.size] = edge.root()
        checkpoint = SIGNER.sign(Checkpoint(SIGNER.origin, edge.size, edge.root()).text())
        bundles = tile.bundles(0, every[: edge.size])
        for path, data in [*tiles, *bundles, ("checkpoint", checkpoint.encode())]:
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
    return every, roots


@pytest.fixture(scope="session")
def signer():
    return SIGNER


@pytest.fixture(scope="session")
def write():
    return write_ledger
