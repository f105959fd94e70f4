"""Faults: what SQLite says, told in three sentences (docs/spec/books.md, "Faults")."""

from __future__ import annotations

from typing import TYPE_CHECKING

import apsw

from cablegram.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Sequence

_TOLD: Sequence[tuple[tuple[type[apsw.Error], ...], str, str]] = (
    (
        (apsw.FullError,),
        "the books could not be written: the disk is full",
        "Make room on the disk",
    ),
    (
        (apsw.BusyError, apsw.LockedError),
        "the books are in use by another process that does not finish",
        "Wait until it has finished, or end it",
    ),
    (
        (apsw.CorruptError, apsw.NotADBError),
        "the books are damaged",
        "Stop every process of this office, put the newest backup in their place",
    ),
    (
        (apsw.ReadOnlyError, apsw.PermissionsError, apsw.AuthError),
        "the books may not be written by this user",
        "Give this user the right to write the office folder",
    ),
    (
        (apsw.IOError, apsw.CantOpenError, apsw.ProtocolError, apsw.NoMemError),
        "the books could not be read or written",
        "Look after the disk they lie on",
    ),
)


def told(error: apsw.Error) -> Exception:
    """The error as people are told it; wrong SQL or a wrong value is a programming error."""
    for kinds, what, first in _TOLD:
        if isinstance(error, kinds):
            return StorageError(
                what,
                hint="{first}, then give the order again.",
                kept="The books are as they were before it.",
                first=first,
            )
    return AssertionError(f"SQLite refused what it was asked: {error}")


def uncertain(error: apsw.Error) -> Exception:
    """An error out of the commit itself: nobody knows whether the page was kept."""
    for kinds, what, first in _TOLD:
        if isinstance(error, kinds):
            return StorageError(
                "a page may not have been kept: {what}",
                hint="{first}, then give the order again: its key tells whether the page was "
                "kept, and nothing is done twice.",
                kept="The page was kept whole or not at all.",
                what=what,
                first=first,
            )
    return told(error)
