"""Merkle trees and proofs as RFC 6962, section 2.1, has them (docs/spec/ledger.md).

Subtree proofs are those of draft-ietf-plants-merkle-tree-certs, section 4; the
proofs of RFC 6962 are the same with a subtree that starts at 0.  Whatever checks
returns nothing or raises; whatever makes a proof returns the ranges of leaves whose
hashes it consists of, so that it needs no tree in memory.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from cablegram.errors import LedgerError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

HASH_SIZE: Final = 32
PROOF_HASHES_MAX: Final = 63
_ROOTS_KEPT: Final = 1024
"""Of 8 KiB or, nearly always, much less."""
EMPTY_ROOT: Final = sha256(b"").digest()

_HINT = (
    "Fetch the proof and the checkpoint again; if that does not help, treat the ledger as suspect."
)


def leaf_hash(entry: bytes) -> bytes:
    """The hash under which an entry stands in the tree."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two neighbouring subtrees."""
    return sha256(b"\x01" + left + right).digest()


@lru_cache(_ROOTS_KEPT)
def perfect_root(hashes: bytes) -> bytes:
    """The root over 1, 2, 4, 8 ... hashes standing one after the other.

    Kept by what it is over: each act proves leaves that lie under the same few rows of hashes.
    """
    while len(hashes) > HASH_SIZE:
        hashes = b"".join(
            [
                sha256(b"\x01" + hashes[at : at + 2 * HASH_SIZE]).digest()
                for at in range(0, len(hashes), 2 * HASH_SIZE)
            ]
        )
    return hashes


def fold(subtrees: Sequence[bytes]) -> bytes:
    """The root over perfect subtrees that shrink from left to right; of none, the empty root."""
    if not subtrees:
        return EMPTY_ROOT
    root = subtrees[-1]
    for left in reversed(subtrees[:-1]):
        root = node_hash(left, root)
    return root


def root(hashes: Iterable[bytes]) -> bytes:
    """The root over leaf hashes, all in memory."""
    together = b"".join(hashes)
    count = len(together) // HASH_SIZE
    return fold(
        [
            perfect_root(together[low * HASH_SIZE : high * HASH_SIZE])
            for low, high in perfect_ranges(0, count)
        ]
    )


def perfect_ranges(low: int, high: int) -> list[tuple[int, int]]:
    """The perfect subtrees that leaves ``low`` to ``high`` fall into, from left to right.

    ``low`` must lie on the grid of the largest of them, as the start of a subtree does.
    """
    ranges = []
    while low < high:
        width = 1 << ((high - low).bit_length() - 1)
        ranges.append((low, low + width))
        low += width
    return ranges


def inclusion_ranges(index: int, size: int) -> list[tuple[int, int]]:
    """Which ranges' hashes prove the leaf at ``index`` in a tree of ``size``, from the leaf up."""
    assert 0 <= index < size
    low, high = 0, size
    ranges = []
    while high - low > 1:
        middle = low + (1 << ((high - low - 1).bit_length() - 1))
        if index < middle:
            ranges.append((middle, high))
            high = middle
        else:
            ranges.append((low, middle))
            low = middle
    return ranges[::-1]


def consistency_ranges(size1: int, size2: int) -> list[tuple[int, int]]:
    """Which ranges' hashes prove that a tree of ``size2`` begins with that of ``size1``."""
    assert 0 < size1 <= size2
    low, high = 0, size2
    ranges = []
    while size1 != high:
        middle = low + (1 << ((high - low - 1).bit_length() - 1))
        if size1 <= middle:
            ranges.append((middle, high))
            high = middle
        else:
            ranges.append((low, middle))
            low = middle
    if low:  # A tree on the left edge is the old root itself, which the reader has.
        ranges.append((low, high))
    return ranges[::-1]


def check_inclusion(
    leaf: bytes, index: int, size: int, root: bytes, proof: Sequence[bytes]
) -> None:
    """Hold a leaf hash to a root.

    Raises:
        LedgerError: the proof does not show that leaf at that index of that tree.
    """
    check_subtree_inclusion(leaf, index, 0, size, root, proof)


def check_consistency(
    size1: int, size2: int, root1: bytes, root2: bytes, proof: Sequence[bytes]
) -> None:
    """Hold a later root to an earlier one.

    Raises:
        LedgerError: the proof does not show that the later tree begins with the earlier,
            or the earlier is empty, from which nothing can be shown.
    """
    if size1 == 0:
        raise LedgerError("a consistency proof from an empty tree proves nothing", hint=_HINT)
    check_subtree_consistency(0, size1, size2, root1, root2, proof)


def check_subtree_inclusion(
    leaf: bytes, index: int, start: int, end: int, root: bytes, proof: Sequence[bytes]
) -> None:
    """Hold a leaf hash to the root of the subtree of leaves ``start`` to ``end``.

    Raises:
        LedgerError: the proof does not show that leaf there.
    """
    if not (0 <= start <= index < end and _is_subtree(start, end)):
        raise _broken("inclusion")
    at, last, found = index - start, end - start - 1, leaf
    for sibling in proof:
        if last == 0:
            raise _broken("inclusion")
        if at & 1 or at == last:
            found = node_hash(sibling, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        at, last = at >> 1, last >> 1
    if last or found != root or len(found) != HASH_SIZE:
        raise _broken("inclusion")


def check_subtree_consistency(
    start: int, end: int, size: int, root1: bytes, root2: bytes, proof: Sequence[bytes]
) -> None:
    """Hold the root of a tree of ``size`` to that of its subtree of leaves ``start`` to ``end``.

    Raises:
        LedgerError: the proof does not show it.
    """
    if start == end:
        if not 0 <= start <= size or root1 != EMPTY_ROOT or proof:
            raise _broken("consistency")
        return
    if not (0 <= start < end <= size and _is_subtree(start, end)):
        raise _broken("consistency")
    # The three are the nodes, at one level, over the subtree's first and last leaf and the tree's
    # last.  Go up to where the subtree is one node, or where its right edge leaves the tree's.
    first, last, rim = start, end - 1, size - 1
    while first != last and (last == rim or last & 1):
        first, last, rim = first >> 1, last >> 1, rim >> 1
    siblings = iter(proof)
    known = root1 if first == last else next(siblings, b"")
    if (root1, root2) != _climb(first, last, rim, known, siblings):
        raise _broken("consistency")


def _climb(
    first: int, last: int, rim: int, known: bytes, siblings: Iterator[bytes]
) -> tuple[bytes, bytes]:
    """The roots of the subtree and of the tree, from the node both have and those beside it."""
    old = new = known
    for sibling in siblings:
        if rim == 0:
            raise _broken("consistency")
        if last & 1 or last == rim:
            if first < last:
                old = node_hash(sibling, old)
            new = node_hash(sibling, new)
            while not last & 1:
                first, last, rim = first >> 1, last >> 1, rim >> 1
        else:
            new = node_hash(new, sibling)
        first, last, rim = first >> 1, last >> 1, rim >> 1
    if rim:
        raise _broken("consistency")
    return old, new


def _is_subtree(start: int, end: int) -> bool:
    """Whether leaves ``start`` to ``end`` are a subtree of a larger tree: start on its own grid."""
    return start & ((1 << (end - start - 1).bit_length()) - 1) == 0


def _broken(kind: str) -> LedgerError:
    return LedgerError("the {kind} proof does not hold", hint=_HINT, kind=kind)
