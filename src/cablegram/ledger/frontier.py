"""The right edge of the tree as the books store it (docs/spec/ledger.md, "The right edge").

It is what the next head is reckoned from: at most one hash for each bit of the size, so that a head
costs the same over a hundred leaves and over a hundred million.  Whole tiles are not among it;
those are published, and can be made again from the leaves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cablegram.errors import MalformedError
from cablegram.ledger import merkle
from cablegram.ledger.tile import TREE_SIZE_MAX, Edge

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Frontier:
    """The roots of the perfect subtrees that a tree of ``size`` falls into, the largest first.

    Raises:
        MalformedError: there are not as many as the size says.
    """

    size: int = 0
    roots: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.size <= TREE_SIZE_MAX or self.size.bit_count() != len(self.roots):
            raise MalformedError(
                "a ledger's right edge does not fit its size",
                hint="Rebuild the ledger's files from the books, then try again.",
            )

    def extend(self, hashes: Iterable[bytes]) -> Frontier:
        """The frontier after these leaf hashes."""
        size, roots = self.size, list(self.roots)
        for leaf in hashes:
            root, heights = leaf, size
            # Like adding one: each bit that was set is a subtree of the same height to its left.
            while heights & 1:
                root, heights = merkle.node_hash(roots.pop(), root), heights >> 1
            roots.append(root)
            size += 1
        return Frontier(size, tuple(roots))

    def root(self) -> bytes:
        """The tree's root."""
        return merkle.fold(self.roots)

    def encode(self) -> bytes:
        """The size as eight bytes, then the roots, the smallest subtree's first."""
        return self.size.to_bytes(8, "big") + b"".join(reversed(self.roots))

    @classmethod
    def decode(cls, data: bytes) -> Frontier:
        """Read a stored frontier, or the whole rows of hashes that books kept before.

        Raises:
            MalformedError: it is shorter or longer than its size says.
        """
        size = int.from_bytes(data[:8], "big")
        if len(data) != 8 + merkle.HASH_SIZE * size.bit_count():
            return cls(size, Edge.decode(data).subtrees())
        hashes = [data[at : at + merkle.HASH_SIZE] for at in range(8, len(data), merkle.HASH_SIZE)]
        return cls(size, tuple(reversed(hashes)))
