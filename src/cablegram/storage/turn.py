"""Turns: one view or page at a time of one office's books in a process (docs/spec/books.md)."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Lock, get_ident
from typing import TYPE_CHECKING

from cablegram.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator


class Turn:
    """Threads wait for each other; a view or page inside another is a programming error."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._thread: int | None = None

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Have the turn."""
        assert self._thread != get_ident(), "a view or page was opened inside another"
        with self._lock:
            self._thread = get_ident()
            try:
                yield
            finally:
                self._thread = None


class Standing:
    """How one view or page stands: open or over, to read or to write, good or spoiled."""

    __slots__ = ("is_open", "spoiled", "writable")

    def __init__(self, *, writable: bool) -> None:
        self.is_open = True
        self.writable = writable
        self.spoiled: Exception | None = None

    def read(self) -> None:
        """Assert that it may be read."""
        assert self.is_open, "a shelf was used after its view or page had ended"

    def write(self) -> None:
        """Assert that it may be written on.

        Raises:
            StorageError: what spoiled the page before; it can no longer be committed.
        """
        assert self.is_open, "a shelf was used after its view or page had ended"
        assert self.writable, "a view or a repeated page was written on"
        if self.spoiled is not None:
            raise self.spoiled

    def taken(self, shelf: str) -> StorageError:
        """Spoil the page because a key that had to be new was on the shelf already."""
        error = StorageError(
            "a new row for the shelf {shelf!r} has a key that is taken",
            hint="Give the order again; if it is refused again, run `cablegram audit`.",
            shelf=shelf,
        )
        self.spoiled = error
        return error
