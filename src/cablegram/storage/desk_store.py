"""The desk's store: one table in a file of its own, or in memory (docs/spec/desk-store.md)."""

from __future__ import annotations

import os
from contextlib import contextmanager
from threading import RLock
from typing import TYPE_CHECKING, Any, Final

import apsw

from cablegram.errors import SetUpError, StorageError
from cablegram.ports import Thing
from cablegram.storage import durable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

VERSION: Final = 1
WAIT_MS: Final = 30_000
_MEMORY: Final = ":memory:"

_TABLE: Final = """
create table if not exists things (
  kind text not null,
  name text not null,
  person text not null,
  until_at text not null,
  data blob not null,
  primary key (kind, name)
) strict, without rowid;
create index if not exists things_person on things (kind, person);
create index if not exists things_until on things (until_at) where until_at <> '';
"""
_PUT: Final = "replace into things (kind, name, data, person, until_at) values (?, ?, ?, ?, ?)"
_GET: Final = """
select kind, name, data, person, until_at from things
where kind = ? and name = ? and (until_at = '' or ?3 = '' or until_at >= ?3)
"""
_TAKE: Final = """
delete from things
where kind = ? and name = ? and (until_at = '' or ?3 = '' or until_at >= ?3)
returning kind, name, data, person, until_at
"""
_OF: Final = """
select kind, name, data, person, until_at from things
where kind = ? and (until_at = '' or ?2 = '' or until_at >= ?2) order by name
"""
_OF_PERSON: Final = """
select kind, name, data, person, until_at from things
where kind = ? and (until_at = '' or ?2 = '' or until_at >= ?2) and person = ?3 order by name
"""
_SWEEP: Final = "delete from things where until_at <> '' and until_at < ?"


class DeskStore:
    """Keeps ``ports.DeskStore`` in the file ``path``, made if it is not there.

    Raises:
        SetUpError: the file is of a newer version.
        StorageError: it cannot be opened or read.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._lock = RLock()
        with _told():
            if path is not None and not path.exists():
                os.close(os.open(path, os.O_WRONLY | os.O_CREAT, durable.PRIVATE_FILE))
            self._connection = apsw.Connection(_MEMORY if path is None else str(path))
            self._connection.set_busy_timeout(WAIT_MS)
            for line in ("pragma journal_mode=wal", "pragma synchronous=full"):
                self._run(line)
            version = self._run("pragma user_version")[0][0]
            if version not in {0, VERSION}:
                raise SetUpError(
                    "desk.sqlite was made by a newer version of cablegram",
                    hint="Use that version; or take the file away, and everyone logs in anew.",
                )
            with self._connection:
                self._run(_TABLE)
                self._connection.pragma("user_version", VERSION)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def put(self, thing: Thing) -> None:
        """See ``ports.DeskStore.put``."""
        with _told():
            self._run(_PUT, (thing.kind, thing.name, thing.data, thing.person, thing.until_at))

    def get(self, kind: str, name: str, at: str = "") -> Thing | None:
        """See ``ports.DeskStore.get``."""
        return self._one(_GET, (kind, name, at))

    def take(self, kind: str, name: str, at: str = "") -> Thing | None:
        """See ``ports.DeskStore.take``."""
        return self._one(_TAKE, (kind, name, at))

    def of(self, kind: str, person: str = "", at: str = "") -> Sequence[Thing]:
        """See ``ports.DeskStore.of``."""
        with _told():
            if person:
                return [Thing(*row) for row in self._run(_OF_PERSON, (kind, at, person))]
            return [Thing(*row) for row in self._run(_OF, (kind, at))]

    def sweep(self, at: str) -> int:
        """See ``ports.DeskStore.sweep``."""
        with _told(), self._lock:
            self._run(_SWEEP, (at,))
            return self._connection.changes()

    def _one(self, sql: str, values: tuple[str, ...]) -> Thing | None:
        with _told():
            rows = self._run(sql, values)
        return Thing(*rows[0]) if rows else None

    def _run(self, sql: str, values: tuple[str | bytes, ...] = ()) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._connection.execute(sql, values or None).fetchall()


@contextmanager
def _told() -> Iterator[None]:
    try:
        with durable.told("desk.sqlite"):
            yield
    except apsw.Error as error:
        raise StorageError(
            "the desk's store could not be read or written: {error}",
            hint="Make room on the disk; if the file is damaged take desk.sqlite away, "
            "and everyone logs in anew.",
            kept="The books are as they were.",
            error=error,
        ) from error
