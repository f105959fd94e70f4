"""Books that are forgotten at exit, for tests and trying out (docs/spec/books.md).

Shelves are dictionaries from key to row.  A page copies the ones it writes on and they
take the old ones' place at its end, so a view is a snapshot at no cost.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from cablegram.model.records import PageKey
from cablegram.ports import FIND_MAX, Answer, Key, Page, Shelves
from cablegram.storage.rows import LAYOUTS, TRAYS, Layout
from cablegram.storage.turn import Standing, Turn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

R = TypeVar("R")
_Rows = dict[tuple[Key, ...], Any]


class MemoryBooks:
    """The books of one office, in memory."""

    def __init__(self) -> None:
        self._turn = Turn()
        self._shelves: dict[str, _Rows] = {name: {} for name in LAYOUTS}

    @contextmanager
    def view(self) -> Iterator[Shelves]:
        """See ``ports.Books.view``."""
        with self._turn.taken():
            session = _Session(self._shelves, writable=False)
            try:
                yield Shelves(**session.shelves())
            finally:
                session.is_open = False

    @contextmanager
    def page(self, key: str) -> Iterator[Page]:
        """See ``ports.Books.page``; nothing is durable here."""
        with self._turn.taken():
            before = self._shelves["pages"].get((key,)) if key else None
            session = _Session(self._shelves, writable=before is None)
            shelves, answer = session.shelves(), Answer()
            repeated = None if before is None else before.answer
            try:
                yield Page(**shelves, repeated=repeated, answer=answer)
                if repeated is None:
                    if key:
                        shelves["pages"].put(PageKey(key, answer.value))
                    if session.spoiled is not None:
                        raise session.spoiled
                    self._shelves = session.rows
            finally:
                session.is_open = False


class _Session(Standing):
    """One view or page: the shelves as it sees them, and which of them are its own copies."""

    __slots__ = ("_own", "rows")

    def __init__(self, rows: dict[str, _Rows], *, writable: bool) -> None:
        super().__init__(writable=writable)
        self.rows = dict(rows)
        self._own: set[str] = set()

    def shelves(self) -> dict[str, Any]:
        return {name: _Shelf[Any](layout, self) for name, layout in LAYOUTS.items()}

    def to_write(self, name: str) -> _Rows:
        self.write()
        if name not in self._own:
            self.rows[name] = dict(self.rows[name])
            self._own.add(name)
        return self.rows[name]

    def to_read(self, name: str) -> _Rows:
        self.read()
        return self.rows[name]


class _Shelf(Generic[R]):
    """See ``ports.Shelf``."""

    __slots__ = ("_layout", "_session")

    def __init__(self, layout: Layout, session: _Session) -> None:
        self._layout = layout
        self._session = session

    def get(self, *key: Key) -> R | None:
        return self._session.to_read(self._layout.name).get(self._layout.keys(key))

    def find(
        self,
        by: str = "",
        *equal: Key,
        since: Key | None = None,
        below: Key | None = None,
        after: R | None = None,
        limit: int = FIND_MAX,
        backwards: bool = False,
    ) -> Sequence[R]:
        place = _place(self._layout.order(by, equal, (since, below), limit)[len(equal) :])
        rows = sorted(self._matching(by, equal, since, below), key=place, reverse=backwards)
        if after is not None:
            self._layout.values(after)
            rows = [
                row
                for row in rows
                if place(row) != place(after) and (place(row) < place(after)) == backwards
            ]
        return rows[:limit]

    def count(
        self,
        by: str = "",
        *equal: Key,
        since: Key | None = None,
        below: Key | None = None,
        most: int | None = None,
    ) -> int:
        found = len(self._matching(by, equal, since, below))
        return found if most is None else min(found, most)

    def put(self, row: R) -> None:
        rows = self._session.to_write(self._layout.name)
        self._layout.values(row)
        rows[self._key(row)] = row

    def put_all(self, rows: Sequence[R]) -> None:
        for row in rows:
            self.put(row)

    def add(self, row: R) -> None:
        if self._key(row) in self._session.to_write(self._layout.name):
            raise self._session.taken(self._layout.name)
        self.put(row)

    def remove(self, *key: Key) -> None:
        assert self._layout.name in TRAYS, f"nothing is taken from the {self._layout.name}"
        self._session.to_write(self._layout.name).pop(self._layout.keys(key), None)

    def _key(self, row: R) -> tuple[Key, ...]:
        return tuple(getattr(row, column) for column in self._layout.key)

    def _matching(
        self, by: str, equal: tuple[Key, ...], since: Key | None, below: Key | None
    ) -> list[R]:
        columns = self._layout.order(by, equal, (since, below), FIND_MAX)
        place, depth = _place(columns), len(equal)
        found = [
            row
            for row in self._session.to_read(self._layout.name).values()
            if place(row)[:depth] == equal
        ]
        if by in self._layout.sparse:
            found = [row for row in found if getattr(row, self._layout.sparse[by]) != ""]
        if since is not None:
            found = [row for row in found if place(row)[depth] >= since]
        if below is not None:
            found = [row for row in found if place(row)[depth] != "" and place(row)[depth] < below]
        return found


def _place(columns: Sequence[str]) -> Callable[[object], tuple[Any, ...]]:
    """Where a row stands in an order: its values in these columns."""
    return lambda row: tuple(getattr(row, column) for column in columns)
