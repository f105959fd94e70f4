"""The room's memory: spent orders and the highest head seen (docs/spec/office-folder.md).

One file of canonical JSON lines, only ever appended to; it is the room's own and no part of
the books, so that books brought back from an old backup do not fool the room.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from cablegram.errors import MalformedError, StorageError
from cablegram.model import names
from cablegram.storage import durable
from cablegram.wire import canonical

if TYPE_CHECKING:
    from pathlib import Path

LINE_MAX: Final = 200
_WHAT = "the room's memory"


class FileRoomMemory:
    """Keeps ``ports.RoomMemory`` in a file, made at the first thing to remember.

    Raises:
        StorageError: the file cannot be read, or is damaged before its last line.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._spent: set[str] = set()
        self._head = 0
        self._restored = ""
        with durable.told(_WHAT):
            data = path.read_bytes() if path.exists() else b""
            whole = data.rfind(b"\n") + 1
            for line in data[:whole].splitlines():
                self._take(line)
            if whole < len(data):
                # A crash in the middle of a line: nobody was told that it is remembered.
                os.truncate(path, whole)
                durable.sync(path)

    def spent(self, digest: str) -> bool:
        """See ``ports.RoomMemory.spent``."""
        return digest in self._spent

    def spend(self, digest: str) -> None:
        """See ``ports.RoomMemory.spend``."""
        if digest not in self._spent:
            self._append({"spent": names.digest(digest)})
            self._spent.add(digest)

    def head(self) -> int:
        """See ``ports.RoomMemory.head``."""
        return self._head

    def see(self, size: int) -> None:
        """See ``ports.RoomMemory.see``."""
        if size > self._head:
            self._append({"head": size})
            self._head = size

    def restored(self) -> str:
        """See ``ports.RoomMemory.restored``."""
        return self._restored

    def remember_restored(self, digest: str) -> None:
        """Remember the order that restored the office; durable when it returns."""
        self._append({"restored": names.digest(digest)})
        self._restored = digest

    def _append(self, said: dict[str, canonical.Value]) -> None:
        with durable.told(_WHAT):
            durable.folder(self._path.parent, durable.PRIVATE_FOLDER)
            is_new = not self._path.exists()
            flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
            with os.fdopen(os.open(self._path, flags, durable.PRIVATE_FILE), "ab") as file:
                file.write(canonical.encode(said) + b"\n")
                file.flush()
                os.fsync(file.fileno())
            if is_new:
                durable.sync(self._path.parent)

    def _take(self, line: bytes) -> None:
        try:
            match canonical.decode(line[: LINE_MAX + 1], what=_WHAT):
                case {"spent": str(digest), **rest} if not rest:
                    self._spent.add(names.digest(digest))
                    return
                case {"restored": str(digest), **rest} if not rest:
                    self._restored = names.digest(digest)
                    return
                case {"head": int(size), **rest} if not rest and size > self._head:
                    self._head = size
                    return
        except MalformedError as error:
            raise _damaged() from error
        raise _damaged()


def _damaged() -> StorageError:
    return StorageError(
        "the room's memory is damaged",
        hint="Bring the file back from a backup of its own; ask who may have written to it.",
        kept="The file is as it was.",
    )
