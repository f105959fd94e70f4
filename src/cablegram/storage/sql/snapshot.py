"""Snapshots: the books as of one moment in a file of their own (docs/spec/backup.md, "Making").

Pages are copied under one reading of the books, so that what others commit meanwhile is not
in the copy and waits for nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import apsw

from cablegram.storage import durable
from cablegram.storage.sql.faults import told

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

STEP_PAGES = 4096
WAIT_S = 30


def snapshot(books: Path, to: Path, tell: Callable[[int], None] = lambda _: None) -> None:
    """Copy the books into the new file ``to``, durable when this returns.

    A crash leaves a file that is no whole database; nothing is done to the books.

    Raises:
        StorageError: they could not be read, or the copy not written.
    """
    try:
        source = apsw.Connection(str(books), flags=apsw.SQLITE_OPEN_READWRITE)
        target = apsw.Connection(str(to))
        try:
            source.set_busy_timeout(WAIT_S * 1000)
            # What is read first fixes what is copied, however long the steps take.
            source.execute("begin").fetchall()
            source.execute("select count(*) from migrations").fetchall()
            with target.backup("main", source, "main") as backup:
                while not backup.done:
                    backup.step(STEP_PAGES)
                    tell(backup.page_count - backup.remaining)
            # The copy is one file without a log beside it.
            target.execute("pragma journal_mode = delete").fetchall()
        finally:
            target.close()
            source.close()
    except apsw.Error as error:
        raise told(error) from error
    with durable.told("the copy of the books"):
        to.chmod(durable.PRIVATE_FILE)
        durable.sync(to)
