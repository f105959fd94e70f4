"""Numbers of our own paperwork: what a slip of paper that names one of them is about.

A person comes with a hand receipt, a tracer or a certificate in hand; each has a number of its
own kind, and leads to the copies it is about.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cablegram.registry import mustering
from cablegram.registry.finding import Found
from cablegram.wire.leaf import decode_entry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from cablegram.ports import Shelves

SHOWN_MAX = 1000
"""How many copies of a muster or a certificate are looked up."""


def find(page: Shelves, kind: str, number: int) -> list[Found]:
    """What the paper of this kind and number is about; nothing where there is none.

    Args:
        page: the books.
        kind: one of ``KINDS``.
        number: its number.
    """
    copies = tuple(
        copy for handle in KINDS[kind](page, number) if (copy := page.copies.get(handle))
    )
    telegrams = {copy.telegram for copy in copies}
    telegram = page.telegrams.get(telegrams.pop()) if len(telegrams) == 1 else None
    return [Found(kind, telegram, copies)] if copies else []


def anything(page: Shelves, number: int) -> list[Found]:
    """The same of every kind, for a number that nothing else bears."""
    return [hit for kind in KINDS for hit in find(page, kind, number)]


def _receipt(page: Shelves, number: int) -> Sequence[str]:
    row = page.hand_receipts.get(number)
    return () if row is None else (row.copy,)


def _tracer(page: Shelves, number: int) -> Sequence[str]:
    row = page.tracers.get(number)
    if row is None:
        return ()
    born = page.copies.find("telegram", row.telegram) if row.telegram else ()
    return (row.copy,) if row.copy else tuple(copy.handle for copy in born)


def _inquiry(page: Shelves, number: int) -> Sequence[str]:
    row = page.inquiries.get(number)
    return () if row is None else (row.copy,)


def _task(page: Shelves, number: int) -> Sequence[str]:
    row = page.tasks.get(number)
    return () if row is None else (row.copy,)


def _notice(page: Shelves, number: int) -> Sequence[str]:
    row = page.notices.get(number)
    return () if row is None else (row.copy,)


def _certificate(page: Shelves, number: int) -> Iterator[str]:
    """The copies of its order, whose leaves stand one behind the other."""
    row = page.certificates.get(number)
    for index in range(row.leaf_index, row.leaf_index + min(row.copies, SHOWN_MAX)) if row else ():
        leaf = page.leaves.get(index)
        if leaf is not None and row is not None:
            entry = decode_entry(leaf.entry)
            if entry.order == row.order_digest:
                yield entry.subject


def _muster(page: Shelves, number: int) -> Iterator[str]:
    if page.muster_lists.get(number, mustering.EXPECTED) is None:
        return
    for n, (handle, _) in enumerate(mustering.expected_of(page, number)):
        if n == SHOWN_MAX:
            return
        yield handle


KINDS: Mapping[str, Callable[[Shelves, int], Iterator[str] | Sequence[str]]] = {
    "receipt": _receipt,
    "tracer": _tracer,
    "certificate": _certificate,
    "inquiry": _inquiry,
    "task": _task,
    "notice": _notice,
    "muster": _muster,
}
"""The kinds of paper that have numbers of their own, with the handles that each is about."""
