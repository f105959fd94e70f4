"""Blobs: sealed bytes by digest, one file each (docs/spec/books.md, "Blobs").

The bytes lie at ``<first two digits>/<all 64 digits>`` of their SHA-256, so a name
cannot climb and a file that changed is noticed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cablegram.errors import StorageError
from cablegram.model import names
from cablegram.storage import durable
from cablegram.wire.canonical import digest as digest_of

if TYPE_CHECKING:
    from pathlib import Path


class FolderBlobs:
    """Blobs in a folder, made at the first ``put``; files are readable by their owner alone."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, data: bytes) -> str:
        """See ``ports.Blobs.put``."""
        digest = digest_of(data)
        path = self._path(digest)
        with durable.told("sealed bytes"):
            durable.folder(path.parent, durable.PRIVATE_FOLDER)
            # A repeat writes again: the first may have crashed before its folder was synced.
            durable.write(path, data, durable.PRIVATE_FILE)
        return digest

    def get(self, digest: str) -> bytes:
        """See ``ports.Blobs.get``."""
        path = self._path(digest)
        try:
            with durable.told("sealed bytes"):
                data = path.read_bytes()
        except StorageError as error:
            if isinstance(error.__cause__, FileNotFoundError):
                raise _gone(digest) from error
            raise
        return _checked(data, digest)

    def has(self, digest: str) -> bool:
        """See ``ports.Blobs.has``."""
        with durable.told("sealed bytes"):
            return self._path(digest).is_file()

    def _path(self, digest: str) -> Path:
        hexadecimal = names.digest(digest).removeprefix("sha256:")
        return self._root / hexadecimal[:2] / hexadecimal


class MemoryBlobs:
    """Blobs that are forgotten at exit."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def put(self, data: bytes) -> str:
        """See ``ports.Blobs.put``; nothing is durable here."""
        digest = digest_of(data)
        self._kept[digest] = bytes(data)
        return digest

    def get(self, digest: str) -> bytes:
        """See ``ports.Blobs.get``."""
        if names.digest(digest) not in self._kept:
            raise _gone(digest)
        return _checked(self._kept[digest], digest)

    def has(self, digest: str) -> bool:
        """See ``ports.Blobs.has``."""
        return names.digest(digest) in self._kept


def _gone(digest: str) -> StorageError:
    return StorageError(
        "the sealed bytes {digest} are not there",
        hint="Bring the folder of sealed bytes back from a backup.",
        digest=digest,
    )


def _checked(data: bytes, digest: str) -> bytes:
    if digest_of(data) != digest:
        raise StorageError(
            "the sealed bytes {digest} are no longer what they were",
            hint="Bring that file back from a backup, or ask its sender to send it again.",
            digest=digest,
        )
    return data
