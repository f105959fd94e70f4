"""Tiles: the ledger's public folder, written one file at a time (docs/spec/books.md, "Tiles").

``put`` shows a file at once; ``sync`` makes all of them durable together.  Whoever puts
syncs the tiles before the ``checkpoint`` that speaks of them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cablegram.errors import StorageError
from cablegram.storage import durable

if TYPE_CHECKING:
    from pathlib import Path

_PATH = re.compile(r"[a-z0-9][a-z0-9.]*(/[a-z0-9][a-z0-9.]*)*\Z")


class FolderTiles:
    """Tiles in a folder, made at the first ``put``, with the rights that the umask leaves."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._unsynced: set[Path] = set()

    def put(self, path: str, data: bytes) -> None:
        """See ``ports.Tiles.put``."""
        place = self._root / _checked(path)
        with durable.told("the ledger's folder"):
            durable.folder(place.parent, durable.PUBLIC_FOLDER)
            durable.replace(place, data, durable.PUBLIC_FILE)
        self._unsynced.add(place)

    def sync(self) -> None:
        """See ``ports.Tiles.sync``."""
        with durable.told("the ledger's folder"):
            for path in sorted(self._unsynced):
                durable.sync(path)
            for folder in sorted({path.parent for path in self._unsynced}):
                durable.sync(folder)
        self._unsynced.clear()

    def get(self, path: str) -> bytes | None:
        """See ``ports.Tiles.get``."""
        place = self._root / _checked(path)
        with durable.told("the ledger's folder"):
            try:
                return place.read_bytes()
            except (FileNotFoundError, NotADirectoryError):
                return None


class MemoryTiles:
    """Tiles that are forgotten at exit; ``synced`` is what a power cut would leave."""

    def __init__(self) -> None:
        self._files: dict[str, bytes] = {}
        self.synced: dict[str, bytes] = {}

    def put(self, path: str, data: bytes) -> None:
        """See ``ports.Tiles.put``."""
        self._files[_checked(path)] = bytes(data)

    def sync(self) -> None:
        """See ``ports.Tiles.sync``."""
        self.synced = dict(self._files)

    def get(self, path: str) -> bytes | None:
        """See ``ports.Tiles.get``."""
        return self._files.get(_checked(path))


def _checked(path: str) -> str:
    if not _PATH.match(path):
        raise StorageError(
            "{path!r} is not the path of a tile",
            hint="Ask for a path of the ledger's folder.",
            path=path,
        )
    return path
