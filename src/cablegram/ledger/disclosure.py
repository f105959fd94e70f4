"""Disclosure files out of the books: for an inspector all, for a party what is named.

The format is ``wire.disclosure`` (docs/spec/disclosure.md); here it is filled from the
entries and seeds that the books keep beside their leaves.  Every line is held to its
leaf before it is given out, so that a damaged seed is noticed here and not by an inspector.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cablegram.errors import LedgerError
from cablegram.ledger import log
from cablegram.wire import disclosure, leaf

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from cablegram.model.records import Leaf, SignedHead


def inspector(bureau: log.Bureau, head: SignedHead | None = None) -> Iterator[bytes]:
    """The lines of an inspector's file over every leaf under a head; the newest if none is given.

    Raises:
        LedgerError: nothing is signed yet, or an entry does not belong to its leaf.
    """
    with bureau.books.view() as books:
        size = _size(head or books.head.get(log.HEAD))
        header = disclosure.Header(bureau.origin, size, disclosure.View.INSPECTOR, size)
        rows = (row for page in log.leaves(books, 0, size) for row in page)
        opened = ((row.index, open_leaf(row, leaf.INSPECTOR_SLOTS)) for row in rows)
        yield from disclosure.write(header, opened)


def party(bureau: log.Bureau, slots: Mapping[int, Collection[str]]) -> Iterator[bytes]:
    """The lines of a party's file: for each leaf index, the slots named.

    Raises:
        LedgerError: a leaf is not under the newest head, or does not fit its entry.
        MalformedError: a slot is unknown or empty.
    """
    with bureau.books.view() as books:
        size = _size(books.head.get(log.HEAD))
        header = disclosure.Header(bureau.origin, size, disclosure.View.PARTY, len(slots))
        opened = []
        for index in sorted(slots):
            row = books.leaves.get(index)
            if row is None or index >= size:
                raise LedgerError(
                    "no signed head covers leaf {index} yet",
                    hint="Sign a checkpoint first.",
                    index=index,
                )
            opened.append((index, open_leaf(row, slots[index])))
    yield from disclosure.write(header, opened)


def _size(head: SignedHead | None) -> int:
    if head is None:
        raise LedgerError("nothing is signed yet", hint="Sign a checkpoint first.")
    return head.size


def open_leaf(row: Leaf, slots: Collection[str]) -> leaf.Disclosed:
    """These slots of one leaf, held to the leaf itself."""
    """The named slots of a leaf in the books, held to it.

    Raises:
        LedgerError: entry or seed do not belong to the leaf.
        MalformedError: a slot is unknown or empty.
    """
    disclosed = leaf.disclose(leaf.decode_entry(row.entry), row.seed, slots)
    leaf.check(row.leaf, disclosed)
    return disclosed
