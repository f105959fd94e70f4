"""Tiles: paths, bundles, the right edge at every width, and hashes read back from files."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cablegram.errors import LedgerError, MalformedError
from cablegram.ledger import merkle, tile

MANY = b"".join(sha256(number.to_bytes(4, "big")).digest() for number in range(66_100))


def hashes(low, high):
    return [MANY[at * 32 : at * 32 + 32] for at in range(low, high)]


def slow_root(low, high):
    """RFC 6962, section 2.1, over the synthetic leaf hashes."""
    if high - low <= 1:
        return MANY[low * 32 : high * 32] if high > low else sha256(b"").digest()
    k = 1 << ((high - low - 1).bit_length() - 1)
    left, right = slow_root(low, low + k), slow_root(low + k, high)
    return sha256(b"\x01" + left + right).digest()


@pytest.mark.parametrize(
    ("level", "number", "width", "expected"),
    [
        (0, 0, 256, "tile/0/000"),
        (0, 1234067, 256, "tile/0/x001/x234/067"),
        (5, 1000, 17, "tile/5/x001/000.p/17"),
        ("entries", 999, 255, "tile/entries/999.p/255"),
    ],
)
def test_paths(level, number, width, expected):
    """A path is as tlog-tiles writes it; 1234067 is its own example."""
    assert expected == tile.path(level, number, width)


def test_widths_of_the_specification():
    """Its own example: 70,000 leaves have partial tiles of 112, 17 and 1."""
    assert [112, 17, 1] == tile.widths(70_000)
    assert [0, 1] == tile.widths(256)


@settings(deadline=None, max_examples=25)
@given(
    st.lists(st.integers(0, 600) | st.sampled_from([1, 255, 256, 257]), min_size=1, max_size=6),
    st.sampled_from([0, 254, 65_200, 65_536]),
)
@example([336, 1], 65_200)
@example([256, 0, 1], 65_280)
def test_edge_is_the_tree(steps, start):
    """However it grew, the edge's root is the tree's, and its tiles are those of the tree."""
    edge, emitted = tile.Edge().extend(hashes(0, start))
    files = dict(emitted)
    for step in steps:
        edge, emitted = edge.extend(hashes(edge.size, min(edge.size + step, len(MANY) // 32)))
        files |= emitted
        assert edge == tile.Edge.decode(edge.encode())
        assert edge.root() == tile.HashReader(files.get, edge.size).root()
    assert slow_root(0, edge.size) == edge.root()
    for level, width in enumerate(tile.widths(edge.size)):
        number = edge.size >> 8 * (level + 1)
        low = number * 256 ** (level + 1)
        expected = b"".join(
            slow_root(low + at * 256**level, low + (at + 1) * 256**level) for at in range(width)
        )
        assert expected == edge.levels[level]
        assert not width or expected == files[tile.path(level, number, width)]


def test_nothing_new_writes_nothing():
    """A level on which nothing changed has no new tile."""
    edge, _ = tile.Edge().extend(hashes(0, 300))
    assert (edge, []) == edge.extend([])
    _, emitted = edge.extend(hashes(300, 301))
    assert ["tile/0/001.p/45"] == [path for path, _ in emitted]


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 700), st.data())
def test_proofs_from_tiles(size, data):
    """Proofs read from tiles hold for any leaf and any earlier size."""
    edge, emitted = tile.Edge().extend(hashes(0, size))
    reader = tile.HashReader(dict(emitted).get, size)
    index = data.draw(st.integers(0, size - 1))
    (leaf,) = hashes(index, index + 1)
    merkle.check_inclusion(leaf, index, size, edge.root(), reader.inclusion(index))
    old = data.draw(st.integers(1, size))
    proof = reader.consistency(old)
    merkle.check_consistency(old, size, slow_root(0, old), edge.root(), proof)


def test_partial_tile_that_is_gone():
    """Where the partial tile was removed, the full one stands in for it, bundles too."""
    _, emitted = tile.Edge().extend(hashes(0, 256))
    files = dict(emitted)
    assert slow_root(0, 100) == tile.HashReader(files.get, 100).root()
    entries = [b"%d" % number for number in range(256)]
    files |= tile.bundles(0, entries)
    assert tile.encode_bundle(entries[:9]) == tile.read(files.get, "entries", 0, 9)


@pytest.mark.parametrize(("size", "path"), [(100, "tile/0/000.p/100"), (256, "tile/0/000")])
def test_missing_tile_is_named(size, path):
    """A tile that is nowhere, or too short, is an error that names it."""
    with pytest.raises(LedgerError, match=f"{path} is missing"):
        tile.HashReader({}.get, size).tile(0, 0)
    with pytest.raises(LedgerError, match=f"{path} has a wrong length"):
        tile.HashReader({path: b"x" * 31}.get, size).tile(0, 0)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        bytes(6) + b"\x01",
        (1).to_bytes(8, "big"),
        (1).to_bytes(8, "big") + bytes(31),
        (1).to_bytes(8, "big") + bytes(33),
        (2**53).to_bytes(8, "big") + bytes(32),
        (0).to_bytes(8, "big") + bytes(32),
    ],
)
def test_damaged_edge(data):
    """A stored edge of another length than its size says is refused."""
    with pytest.raises(MalformedError):
        tile.Edge.decode(data)


def test_edge_must_fit_its_size():
    """An edge whose levels are not those of its size does not exist."""
    with pytest.raises(MalformedError):
        tile.Edge(1, ())
    with pytest.raises(MalformedError):
        tile.Edge(-1, ())


def test_bundles():
    """A bundle is each entry after its length as two bytes, high byte first."""
    assert b"\x00\x01a\x00\x00\x01\x00" + b"b" * 256 == tile.encode_bundle([b"a", b"", b"b" * 256])
    entries = [b"%d" % number for number in range(600)]
    made = tile.bundles(512, entries)
    expected = ["tile/entries/002", "tile/entries/003", "tile/entries/004.p/88"]
    assert expected == [path for path, _ in made]
    assert entries[256:512] == tile.decode_bundle(made[1][1], 256)
    with pytest.raises(MalformedError):
        tile.encode_bundle([bytes(65_536)])


@pytest.mark.parametrize(
    ("data", "count"),
    [
        (b"\x00\x01a", 0),
        (b"\x00\x01a", 2),
        (b"\x00\x02a", 1),
        (b"\x00", 1),
        (b"\x00\x01a\x00", 1),
        (b"\x00\x01a\x00\x01", 2),
        (b"", 1),
    ],
)
def test_damaged_bundle(data, count):
    """A bundle of another count, or cut short, or drawn out, is refused."""
    with pytest.raises(MalformedError):
        tile.decode_bundle(data, count)
