"""Schema: bring a file to the newest version, or refuse it (docs/spec/books.md, "Migrations").

Migrations are the numbered files beside this module.  Each is one transaction; its
SHA-256 is kept in the file and compared at every opening, so a changed one is noticed.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING

import apsw

from cablegram.errors import SetUpError

if TYPE_CHECKING:
    from collections.abc import Sequence

_KEPT = "The file was left as it is."


@dataclass(frozen=True, slots=True)
class Migration:
    """One step: its number, the name of its file, and its statements."""

    version: int
    name: str
    sql: str

    @property
    def digest(self) -> str:
        """SHA-256 of the file, lower-case hex."""
        return sha256(self.sql.encode()).hexdigest()


@cache
def migrations() -> Sequence[Migration]:
    """The steps that this version of the program knows, first to last."""
    folder = files("cablegram.storage.sql") / "migrations"
    names = sorted(file.name for file in folder.iterdir() if file.name.endswith(".sql"))
    steps = [Migration(int(name[:4]), name, (folder / name).read_text("utf-8")) for name in names]
    assert [step.version for step in steps] == list(range(1, len(steps) + 1))
    return tuple(steps)


def bring_up(connection: apsw.Connection, known: Sequence[Migration]) -> None:
    """Run the steps that the file has not seen, each in a transaction of its own.

    Several processes may do so at once; each step is run by one of them.

    Raises:
        SetUpError: another program's file, a newer one, or one made by other steps.
    """
    if _check(connection, known) == len(known):
        return
    for step in known:
        _run(connection, "begin immediate")
        try:
            if _check(connection, known) < step.version:
                _run(connection, _TABLE)
                _run(connection, step.sql)
                row = (step.version, step.name, step.digest)
                connection.execute("insert into migrations values (?, ?, ?)", row)
            _run(connection, "commit")
        except BaseException:
            if connection.in_transaction:
                with suppress(apsw.Error):
                    _run(connection, "rollback")
            raise


_TABLE = """
create table if not exists migrations (
  version integer primary key,
  name text not null,
  sha256 text not null
) strict
"""


def _check(connection: apsw.Connection, known: Sequence[Migration]) -> int:
    """How many steps the file has seen."""
    tables = {row[0] for row in connection.execute("select name from sqlite_schema").fetchall()}
    if "migrations" not in tables:
        if tables:
            raise SetUpError(
                "this file is a database of another program",
                hint="Name the office's own books.",
                kept=_KEPT,
            )
        return 0
    seen = connection.execute("select version, name, sha256 from migrations order by 1").fetchall()
    for (version, name, digest), step in zip(seen, known, strict=False):
        if (version, name, digest) != (step.version, step.name, step.digest):
            raise SetUpError(
                "the books were made by another {name} than this program has",
                hint="Use the version of cablegram that made them, or a published one.",
                kept=_KEPT,
                name=name,
            )
    if len(seen) > len(known):
        raise SetUpError(
            "the books were brought to {seen} by a newer version of cablegram",
            hint="Use that version, or a newer one.",
            kept=_KEPT,
            seen=seen[-1][1],
        )
    return len(seen)


def _run(connection: apsw.Connection, sql: str) -> None:
    # Several statements at once stop at the first that gives a row until it is read.
    for _ in connection.execute(sql):
        pass
