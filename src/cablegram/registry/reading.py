"""Reading a shelf to its end: a search gives a thousand rows at most (docs/spec/books.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from cablegram.ports import FIND_MAX

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cablegram.ports import Key, Shelf

R = TypeVar("R")


def every(
    shelf: Shelf[R],
    by: str = "",
    *equal: Key,
    since: Key | None = None,
    below: Key | None = None,
) -> Iterator[R]:
    """All the rows that ``find`` has, in its order."""
    after: R | None = None
    while rows := shelf.find(by, *equal, since=since, below=below, after=after):
        yield from rows
        if len(rows) < FIND_MAX:
            return
        after = rows[-1]


def last(shelf: Shelf[R], by: str = "", *equal: Key) -> R | None:
    """The row that ``find`` would give last; None where it gives none.  As quick as ``get``."""
    rows = shelf.find(by, *equal, limit=1, backwards=True)
    return rows[0] if rows else None
