"""A file system for SQLite that counts its syncs and breaks where it is told to."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import apsw
import pytest

from cablegram.storage.sql.sqlite import SqliteBooks

_names = (f"faulty-{number}" for number in count())


class Faults(apsw.VFS):
    """``syncs`` lists the kind of each file synced; ``on_sync`` and ``on_write`` may raise.

    ``durable`` is each file by name as it was when it was last synced.
    """

    def __init__(self):
        self.name = next(_names)
        self.syncs = []
        self.durable = {}
        self.deleted = set()
        self.on_sync = self.on_write = lambda kind: None
        super().__init__(self.name, "")

    def xOpen(self, name, flags):  # noqa: N802  # SQLite's word
        return _File(self, name, flags)

    def xDelete(self, name, sync_folder):  # noqa: N802  # SQLite's word
        super().xDelete(name, sync_folder)
        self.deleted.add(Path(name).name)


class _File(apsw.VFSFile):
    def __init__(self, faults, name, flags):
        self._faults = faults
        self._kind = "log" if flags[0] & apsw.SQLITE_OPEN_WAL else "books"
        self._path = Path(name.filename() if isinstance(name, apsw.URIFilename) else name or "")
        super().__init__("", name, flags)

    def xSync(self, flags):  # noqa: N802  # SQLite's word
        self._faults.syncs.append(self._kind)
        self._faults.on_sync(self._kind)
        super().xSync(flags)
        if self._kind == "log" and "books.db-wal" not in self._faults.durable:
            # The first sync of a new log is one of its folder too: what was deleted stays so.
            for name in self._faults.deleted:
                self._faults.durable.pop(name, None)
        self._faults.durable[self._path.name] = self._path.read_bytes()

    def xWrite(self, data, offset):  # noqa: N802  # SQLite's word
        self._faults.on_write(self._kind)
        super().xWrite(data, offset)


@pytest.fixture
def faults():
    return Faults()


@pytest.fixture
def books(tmp_path):
    kept = SqliteBooks(tmp_path / "books.db", wait_s=0.2)
    yield kept
    kept.close()


@pytest.fixture
def faulty(tmp_path, faults):
    """Books on that file system, with one page written so that the log is there."""
    kept = SqliteBooks(tmp_path / "books.db", wait_s=0.2, vfs=faults.name)
    with kept.page(""):
        pass
    yield kept
    faults.on_sync = faults.on_write = lambda kind: None
    kept.close()
