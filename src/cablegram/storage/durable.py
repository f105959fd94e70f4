"""Durable files: temp file, write, fsync, rename, fsync folder (docs/spec/books.md, "Files").

A crash at any line leaves the old file or the new one under the name, never a part;
what may be left besides is a temp file, whose name begins with a dot.
"""

from __future__ import annotations

import os
import secrets
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from cablegram.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700
PUBLIC_FILE = 0o666
PUBLIC_FOLDER = 0o777
"""Public rights are narrowed by the process's umask."""


@contextmanager
def told(what: str) -> Iterator[None]:
    """Tell the system's refusal in three sentences; ``what`` is the thing concerned."""
    try:
        yield
    except OSError as error:
        raise StorageError(
            "{what} could not be read or written: {error}",
            hint="Make room on the disk or give this user the right to the office folder, "
            "then give the order again.",
            kept="What was kept before is as it was.",
            what=what,
            error=error.strerror,
        ) from error


def replace(path: Path, data: bytes, rights: int) -> None:
    """Put the bytes under the name whole, in place of what is there, not yet synced."""
    temp = _temp(path, data, rights, synced=False)
    _move(temp, path)


def write(path: Path, data: bytes, rights: int) -> None:
    """Put the bytes under the name whole and durable, in place of what is there."""
    temp = _temp(path, data, rights, synced=True)
    _move(temp, path)
    sync(path.parent)


def write_new(path: Path, data: bytes, rights: int) -> None:
    """Put the bytes under the name whole and durable, unless something is there already."""
    temp = _temp(path, data, rights, synced=True)
    try:
        with suppress(FileExistsError):
            path.hardlink_to(temp)
    finally:
        temp.unlink()
    sync(path.parent)


def folder(path: Path, rights: int) -> None:
    """Make the folder and those above it that are missing, durable."""
    if path.is_dir():
        return
    folder(path.parent, rights)
    with suppress(FileExistsError):
        path.mkdir(rights)
    sync(path.parent)


def sync(path: Path) -> None:
    """Make a file's bytes, or a folder's names, durable."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _temp(path: Path, data: bytes, rights: int, *, synced: bool) -> Path:
    temp = path.with_name(f".{secrets.token_hex(8)}.tmp")
    descriptor = os.open(temp, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, rights)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            if synced:
                os.fsync(file.fileno())
    except BaseException:
        temp.unlink()
        raise
    return temp


def _move(temp: Path, path: Path) -> None:
    try:
        temp.replace(path)
    except BaseException:
        temp.unlink()
        raise
