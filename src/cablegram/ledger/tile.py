"""Tiles: the tree as static files, and its right edge (c2sp.org/tlog-tiles; docs/spec/ledger.md).

A tile holds up to 256 hashes of one level, where a level is eight levels of the tree:
each hash of level L is the root over 256 hashes of level L-1.  The right edge is the last,
partial tile of every level: enough to append, to write new tiles and to know the root.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from cablegram.errors import LedgerError, MalformedError
from cablegram.ledger import merkle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

WIDTH: Final = 256
ENTRY_SIZE_MAX: Final = 0xFFFF
TREE_SIZE_MAX: Final = 2**53 - 1
HASH: Final = merkle.HASH_SIZE
FULL: Final = WIDTH * HASH

Level = int | Literal["entries"]
Get: TypeAlias = "Callable[[str], bytes | None]"
"""Gives a published file by its path, or None if there is none."""

_HINT = "Rebuild the ledger's files from the books, then try again."


def path(level: Level, number: int, width: int = WIDTH) -> str:
    """Where the tile stands: ``tile/0/x001/234`` and, if partial, ``.p/17``."""
    assert number >= 0
    assert 0 < width <= WIDTH
    number, last = divmod(number, 1000)
    name = f"{last:03d}"
    while number:
        number, part = divmod(number, 1000)
        name = f"x{part:03d}/{name}"
    return f"tile/{level}/{name}" + (f".p/{width}" if width < WIDTH else "")


def encode_bundle(entries: Iterable[bytes]) -> bytes:
    """Entries as a bundle: each after its length as two bytes."""
    parts = []
    for entry in entries:
        if len(entry) > ENTRY_SIZE_MAX:
            raise MalformedError(
                "a ledger entry is larger than {entry_size_max} bytes",
                hint="Enter its digest.",
                entry_size_max=ENTRY_SIZE_MAX,
            )
        parts.append(len(entry).to_bytes(2, "big"))
        parts.append(entry)
    return b"".join(parts)


def decode_bundle(data: bytes, count: int) -> list[bytes]:
    """The entries of a bundle that must hold ``count`` of them and nothing more.

    Raises:
        MalformedError: it holds fewer, or more.
    """
    entries: list[bytes] = []
    at = 0
    while at < len(data) and len(entries) < count:
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        entries.append(data[at + 2 : end])
        at = end
    if at != len(data) or len(entries) != count:
        raise MalformedError(
            "an entry bundle does not hold {count} entries", hint=_HINT, count=count
        )
    return entries


def bundles(first: int, entries: Sequence[bytes]) -> list[tuple[str, bytes]]:
    """Path and content of the bundles that entries from index ``first`` on fill or begin.

    ``first`` must be the start of a bundle, so that no bundle lacks its beginning.
    """
    assert first % WIDTH == 0
    return [
        (
            path("entries", (first + at) // WIDTH, min(WIDTH, len(entries) - at)),
            encode_bundle(entries[at : at + WIDTH]),
        )
        for at in range(0, len(entries), WIDTH)
    ]


@dataclass(frozen=True, slots=True)
class Edge:
    """The right edge of a tree of ``size``: the hashes of each level's last, partial tile.

    Raises:
        MalformedError: ``levels`` are not as many or as wide as the size says.
    """

    size: int = 0
    levels: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.size <= TREE_SIZE_MAX or [len(level) for level in self.levels] != [
            width * HASH for width in widths(self.size)
        ]:
            raise MalformedError("a ledger's right edge does not fit its size", hint=_HINT)

    def extend(self, hashes: Iterable[bytes]) -> tuple[Edge, list[tuple[str, bytes]]]:
        """The edge after these leaf hashes, and path and content of each new tile.

        Tiles are full or partial; upper ones follow lower ones, and a level on which nothing
        changed has none.
        """
        fresh = b"".join(hashes)
        size = self.size + len(fresh) // HASH
        levels: list[bytes] = []
        tiles: list[tuple[str, bytes]] = []
        while (level := len(levels)) < len(self.levels) or fresh:
            row = (self.levels[level] if level < len(self.levels) else b"") + fresh
            number = self.size >> 8 * (level + 1)
            full = [row[at : at + FULL] for at in range(0, len(row) - FULL + 1, FULL)]
            tiles += [(path(level, number + at), tile) for at, tile in enumerate(full)]
            rest = row[len(full) * FULL :]
            if rest and fresh:
                tiles.append((path(level, number + len(full), len(rest) // HASH), rest))
            levels.append(rest)
            fresh = b"".join(map(merkle.perfect_root, full))
        return Edge(size, tuple(levels)), tiles

    def root(self) -> bytes:
        """The tree's root."""
        return merkle.fold(self.subtrees())

    def subtrees(self) -> tuple[bytes, ...]:
        """The roots of the perfect subtrees that the tree falls into, the largest first."""
        return tuple(root for level in reversed(self.levels) for root in subtrees(level))

    def encode(self) -> bytes:
        """The size as eight bytes, then each level's hashes from level 0 up."""
        return self.size.to_bytes(8, "big") + b"".join(self.levels)

    @classmethod
    def decode(cls, data: bytes) -> Edge:
        """Read an edge that ``encode`` wrote.

        Raises:
            MalformedError: it is shorter or longer than its size says.
        """
        size = int.from_bytes(data[:8], "big")
        levels: list[bytes] = []
        at = 8
        for width in widths(size):
            levels.append(data[at : at + width * HASH])
            at += width * HASH
        if len(data) != at:
            raise MalformedError("a stored right edge is cut short or too long", hint=_HINT)
        return cls(size, tuple(levels))


def subtrees(row: bytes) -> list[bytes]:
    """The roots of the perfect subtrees that one row of hashes falls into, the largest first."""
    return [
        merkle.perfect_root(row[low * HASH : high * HASH])
        for low, high in merkle.perfect_ranges(0, len(row) // HASH)
    ]


def widths(size: int) -> list[int]:
    """How many hashes the partial tile of each level holds, from level 0 up; 0 where it is full."""
    found = []
    while size:
        found.append(size % WIDTH)
        size //= WIDTH
    return found


class HashReader:
    """Hashes of a published tree of ``size``, read from its tiles through ``get``.

    Nothing read is checked here: hold what you make of it to a signed root.  A partial tile
    that is gone is cut from the full one.
    """

    def __init__(self, get: Get, size: int) -> None:
        self.size = size
        self._get = get
        self._tiles: dict[tuple[int, int], bytes] = {}

    def tile(self, level: int, number: int) -> bytes:
        """The hashes of a tile, as many as this tree has.

        Raises:
            LedgerError: the file is missing or of the wrong length.
        """
        found = self._tiles.get((level, number))
        if found is None:
            width = min(WIDTH, (self.size >> 8 * level) - number * WIDTH)
            found = read(self._get, level, number, width)
            if len(found) != width * HASH:
                raise LedgerError(
                    "{path} has a wrong length", hint=_HINT, path=path(level, number, width)
                )
            self._tiles[level, number] = found
        return found

    def range(self, low: int, high: int) -> bytes:
        """The root over leaves ``low`` to ``high``, a subtree of the tree."""
        subtrees = []
        for start, end in merkle.perfect_ranges(low, high):
            level, height = divmod((end - start).bit_length() - 1, 8)
            number, at = divmod(start >> 8 * level, WIDTH)
            row = self.tile(level, number)[at * HASH : (at + (1 << height)) * HASH]
            subtrees.append(merkle.perfect_root(row))
        return merkle.fold(subtrees)

    def root(self) -> bytes:
        """The root of the whole."""
        return self.range(0, self.size)

    def inclusion(self, index: int) -> list[bytes]:
        """The proof of the leaf at ``index``."""
        return [self.range(low, high) for low, high in merkle.inclusion_ranges(index, self.size)]

    def consistency(self, size: int) -> list[bytes]:
        """The proof that this tree begins with its own first ``size`` leaves."""
        return [self.range(low, high) for low, high in merkle.consistency_ranges(size, self.size)]


def read(get: Get, level: Level, number: int, width: int) -> bytes:
    """A tile or bundle of ``width``; where the partial one is gone, the beginning of the full one.

    Raises:
        LedgerError: there is neither.
    """
    found = get(path(level, number, width))
    if found is not None:
        return found
    whole = get(path(level, number)) if width < WIDTH else None
    if whole is None:
        raise LedgerError("{path} is missing", hint=_HINT, path=path(level, number, width))
    if level == "entries":
        return encode_bundle(decode_bundle(whole, WIDTH)[:width])
    return whole[: width * HASH]
