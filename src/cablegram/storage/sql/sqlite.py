"""Books in one SQLite file: write-ahead log, one sync a page (docs/spec/books.md, "SQLite").

A page is ``begin immediate`` to ``commit``: no other process writes meanwhile, and a crash
before the commit leaves the books as they were.
"""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import apsw

from cablegram.errors import SetUpError, StorageError
from cablegram.model.records import PageKey
from cablegram.ports import FIND_MAX, Answer, Key, Page, Shelves
from cablegram.storage.rows import LAYOUTS, TRAYS, Layout
from cablegram.storage.sql import statements
from cablegram.storage.sql.faults import told, uncertain
from cablegram.storage.sql.schema import bring_up, migrations
from cablegram.storage.turn import Standing, Turn

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from cablegram.storage.rows import Value

R = TypeVar("R")

SQLITE_LEAST = (3, 51, 3)
"""Below it a write-ahead log can be reset under a reader, which damages the file."""

WAIT_S = 30
"""How long a page waits for another process's page to end."""

CHECKPOINT_PAGES = 4096
"""The log goes into the file when it has 16 MiB, and when the last process closes it."""

CACHE_KIB = 16 * 1024
"""How much of the file a process keeps in memory, as it comes to need it."""

_SYNCHRONOUS_FULL = 2
_STATEMENTS_KEPT = 256
_TAKEN = (apsw.SQLITE_CONSTRAINT_PRIMARYKEY, apsw.SQLITE_CONSTRAINT_ROWID)


class SqliteBooks:
    """The books of one office in the file ``path``, made if it is not there.

    Several processes may have the file open; in one process, threads take turns.

    Raises:
        SetUpError: too old a SQLite, a disk that cannot keep the promise, another program's
            file, or one of a newer version.
        StorageError: the file cannot be opened or read.
    """

    def __init__(self, path: Path, *, wait_s: float = WAIT_S, vfs: str | None = None) -> None:
        _check_library()
        self._turn = Turn()
        try:
            self._connection = _open(path, wait_s, vfs)
        except apsw.Error as error:
            raise told(error) from error
        except OSError as error:
            raise StorageError(
                "the books cannot be opened: {error}",
                hint="Look whether the office folder is there and yours to write.",
                error=error.strerror,
            ) from error

    def close(self) -> None:
        """Close the file; the last process to do so leaves it whole, without a log beside it."""
        self._connection.close()

    @contextmanager
    def view(self) -> Iterator[Shelves]:
        """See ``ports.Books.view``."""
        with self._turn.taken():
            session = _Session(self._connection, writable=False)
            try:
                session.begin("begin")
                yield Shelves(**session.shelves())
            finally:
                session.end()

    @contextmanager
    def page(self, key: str) -> Iterator[Page]:
        """See ``ports.Books.page``."""
        with self._turn.taken():
            session = _Session(self._connection, writable=True)
            shelves, answer = session.shelves(), Answer()
            try:
                session.begin("begin immediate")
                before = shelves["pages"].get(key) if key else None
                if before is not None:
                    session.writable = False
                    yield Page(**shelves, repeated=before.answer, answer=answer)
                else:
                    yield Page(**shelves, repeated=None, answer=answer)
                    if key:
                        shelves["pages"].put(PageKey(key, answer.value))
                    session.commit()
            finally:
                session.end()


class _Session(Standing):
    """One view or page: one transaction on the connection."""

    __slots__ = ("_connection",)

    def __init__(self, connection: apsw.Connection, *, writable: bool) -> None:
        super().__init__(writable=writable)
        self._connection = connection

    def shelves(self) -> dict[str, Any]:
        return {name: _Shelf[Any](layout, self) for name, layout in LAYOUTS.items()}

    def begin(self, sql: str) -> None:
        self.rows(sql)
        # The first reading fixes what is seen; it also notices a newer program's migration.
        seen = self.rows("select max(version) from migrations")[0][0]
        if seen != len(migrations()):
            raise SetUpError(
                "the books were brought to a newer version while this process ran",
                hint="End this process and start it again.",
            )

    def rows(self, sql: str, values: Sequence[Value] = ()) -> list[Any]:
        self.read()
        try:
            return self._connection.execute(sql, values).fetchall()
        except apsw.Error as error:
            raise self._spoil(told(error)) from error

    def change(self, sql: str, rows: Iterable[tuple[Value, ...]]) -> None:
        self.write()
        try:
            self._connection.executemany(sql, rows)
        except apsw.Error as error:
            raise self._spoil(told(error)) from error

    def add(self, shelf: str, row: tuple[Value, ...]) -> None:
        self.write()
        try:
            self._connection.execute(statements.add(shelf), row)
        except apsw.Error as error:
            if getattr(error, "extendedresult", 0) in _TAKEN:
                raise self.taken(shelf) from error
            raise self._spoil(told(error)) from error

    def commit(self) -> None:
        self.write()
        try:
            self._connection.execute("commit")
        except apsw.Error as error:
            raise uncertain(error) from error

    def end(self) -> None:
        """Leave nothing open: what was not committed is gone."""
        self.is_open = False
        if self._connection.in_transaction:
            with suppress(apsw.Error):
                self._connection.execute("rollback")

    def _spoil(self, error: Exception) -> Exception:
        # SQLite may have ended the transaction already; what came next would stand alone.
        self.spoiled = error
        return error


class _Shelf(Generic[R]):
    """See ``ports.Shelf``."""

    __slots__ = ("_layout", "_session")

    def __init__(self, layout: Layout, session: _Session) -> None:
        self._layout = layout
        self._session = session

    def get(self, *key: Key) -> R | None:
        rows = self._session.rows(statements.get(self._layout.name), self._layout.keys(key))
        return self._layout.build(rows[0]) if rows else None

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
        layout = self._layout
        rest = layout.order(by, equal, (since, below), limit)[len(equal) :]
        sql = statements.find(
            layout.name,
            by,
            len(equal),
            since=since is not None,
            below=below is not None,
            is_set=_is_set(equal, since),
            after=after is not None,
            backwards=backwards,
        )
        values: list[Value] = [*equal, *(bound for bound in (since, below) if bound is not None)]
        if after is not None:
            layout.values(after)
            values.extend(getattr(after, column) for column in rest)
        return list(map(layout.build, self._session.rows(sql, [*values, limit])))

    def count(
        self,
        by: str = "",
        *equal: Key,
        since: Key | None = None,
        below: Key | None = None,
        most: int | None = None,
    ) -> int:
        self._layout.order(by, equal, (since, below), FIND_MAX)
        sql = statements.count(
            self._layout.name,
            by,
            len(equal),
            since=since is not None,
            below=below is not None,
            is_set=_is_set(equal, since),
            most=most is not None,
        )
        ends = (bound for bound in (since, below, most) if bound is not None)
        found: int = self._session.rows(sql, (*equal, *ends))[0][0]
        return found

    def put(self, row: R) -> None:
        self.put_all((row,))

    def put_all(self, rows: Sequence[R]) -> None:
        self._session.change(statements.put(self._layout.name), map(self._layout.values, rows))

    def add(self, row: R) -> None:
        self._session.add(self._layout.name, self._layout.values(row))

    def remove(self, *key: Key) -> None:
        assert self._layout.name in TRAYS, f"nothing is taken from the {self._layout.name}"
        self._session.change(statements.remove(self._layout.name), (self._layout.keys(key),))


def _is_set(equal: Sequence[Key], since: Key | None) -> bool:
    """Whether the first column is asked for with something that is not the empty text."""
    first = equal[0] if equal else since
    return first is not None and first != ""


def _check_library() -> None:
    version = apsw.sqlite_lib_version()
    if tuple(map(int, version.split("."))) < SQLITE_LEAST:
        raise SetUpError(
            "SQLite {version} can damage books that several processes use",
            hint="Install an apsw with SQLite {map} or newer.",
            version=version,
            map=".".join(map(str, SQLITE_LEAST)),
        )


def _open(path: Path, wait_s: float, vfs: str | None) -> apsw.Connection:
    # SQLite gives the log the rights of the file, so the file is made with them.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    connection = apsw.Connection(
        str(path),
        flags=apsw.SQLITE_OPEN_READWRITE,
        vfs=vfs,
        statementcachesize=_STATEMENTS_KEPT,
    )
    try:
        connection.set_busy_timeout(int(wait_s * 1000))
        # Names stand in double quotes: one that is not there must be an error, not a text.
        connection.config(apsw.SQLITE_DBCONFIG_DQS_DML, 0)
        connection.config(apsw.SQLITE_DBCONFIG_DQS_DDL, 0)
        _make_durable(connection)
        bring_up(connection, migrations())
    except BaseException:
        connection.close()
        raise
    return connection


def _make_durable(connection: apsw.Connection) -> None:
    mode = connection.execute("pragma journal_mode = wal").fetchall()[0][0]
    connection.execute("pragma synchronous = full")
    level = connection.execute("pragma synchronous").fetchall()[0][0]
    if mode != "wal" or level != _SYNCHRONOUS_FULL:
        raise SetUpError(
            "the books would not be durable here: log {mode}, synchronous {level}",
            hint="Move the office to a folder on a disk of this machine.",
            mode=mode,
            level=level,
        )
    connection.execute(f"pragma wal_autocheckpoint = {CHECKPOINT_PAGES}").fetchall()
    # What SQLite takes by itself holds not even one list of what is due in a large register.
    connection.execute(f"pragma cache_size = -{CACHE_KIB}").fetchall()
