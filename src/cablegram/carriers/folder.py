"""The folder carrier: a shared folder or a USB stick (docs/spec/carrier-folder.md).

An item lies at ``<to>/<from>/<sha256>``.  Whoever can write the folder can put anything in
it, so names are checked before use, links are never followed, and only plain files whose
bytes have the digest of their name are given out.
"""

from __future__ import annotations

import os
import re
import secrets
import stat
from contextlib import ExitStack, contextmanager, suppress
from hashlib import sha256
from typing import TYPE_CHECKING

from cablegram.errors import CircuitError, MalformedError
from cablegram.model.names import office_id
from cablegram.ports import Item
from cablegram.sentences import sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_NAME = re.compile(r"[0-9a-f]{64}\Z")
_HERE = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_BELOW = _HERE | os.O_NOFOLLOW
_ITEM = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class FolderCarrier:
    """A folder that both offices reach, now or one after the other.  It must be there.

    Raises (each verb):
        CircuitError: the folder is not there or refuses; what lies in it stays where it is.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def send(self, to: str, sender: str, data: bytes) -> None:
        """See ``ports.Carrier.send``."""
        name = sha256(data).hexdigest()
        temp = f".{secrets.token_hex(8)}.tmp"
        with self._below(office_id(to), office_id(sender), make=True) as at:
            try:
                with os.fdopen(os.open(temp, _NEW, 0o666, dir_fd=at), "wb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                # A repeat writes again, in place of whatever lies there under the name.
                os.rename(temp, name, src_dir_fd=at, dst_dir_fd=at)
            except BaseException:
                with suppress(OSError):
                    os.unlink(temp, dir_fd=at)
                raise
            os.fsync(at)

    def waiting(self, to: str) -> Iterator[Item]:
        """See ``ports.Carrier.waiting``; by sender, then as the files came."""
        found: list[Item] = []
        with self._below() as root:
            if not os.access(office_id(to), os.F_OK, dir_fd=root, follow_symlinks=False):
                return iter(found)
        with self._below(to) as folder:
            senders = [name for name in _names(folder, stat.S_ISDIR) if _is_office(name)]
        for sender in senders:
            with self._below(to, sender) as at:
                names = _names(at, stat.S_ISREG)
            found += [Item(sender, name) for name in names if _NAME.match(name)]
        return iter(found)

    def fetch(self, to: str, item: Item, most: int) -> bytes:
        """See ``ports.Carrier.fetch``.

        Raises:
            CircuitError: also where it is no plain file, or its bytes do not have the digest
                that it is named by.
        """
        _check(item)
        with (
            self._below(office_id(to), item.claimed) as at,
            os.fdopen(os.open(item.name, _ITEM, dir_fd=at), "rb") as file,
        ):
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise _odd(item, "is not a file")
            data = file.read(min(found.st_size, most) + 1)
        if len(data) > most:
            raise _odd(item, sentence("is larger than {most} bytes", most=most))
        if sha256(data).hexdigest() != item.name:
            raise _odd(item, "does not have the bytes that its name tells")
        return data

    def clear(self, to: str, item: Item) -> None:
        """See ``ports.Carrier.clear``."""
        _check(item)
        try:
            with self._below(office_id(to), item.claimed) as at:
                os.unlink(item.name, dir_fd=at)
        except CircuitError as error:
            # Gone already, by an earlier call: that is what was asked.
            if not isinstance(error.__cause__, FileNotFoundError) or not self._root.is_dir():
                raise

    @contextmanager
    def _below(self, *places: str, make: bool = False) -> Iterator[int]:
        """A descriptor of the folder at these places; no link below the root is followed."""
        with ExitStack() as stack, _told(self._root):
            at = os.open(self._root, _HERE)
            stack.callback(os.close, at)
            for place in places:
                if make:
                    with suppress(FileExistsError):
                        os.mkdir(place, 0o777, dir_fd=at)
                        os.fsync(at)
                at = os.open(place, _BELOW, dir_fd=at)
                stack.callback(os.close, at)
            yield at


@contextmanager
def _told(root: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if not root.is_dir():
            raise CircuitError(
                "the carrier's folder {root} is not there",
                hint="Put the stick in or connect the folder, then carry again.",
                kept="What waits to go stays in the outgoing tray.",
                root=root,
            ) from error
        raise CircuitError(
            "the carrier's folder could not be read or written: {error}",
            hint="Make room there or look after its rights, then carry again.",
            kept="The item stays where it is.",
            error=error.strerror,
        ) from error


def _names(at: int, kind: Callable[[int], bool]) -> list[str]:
    """The names in a folder that are of a kind themselves, links not followed.

    Folders stand by name, files as they came: whoever wrote them can set that time, and the order
    is a comfort to whoever opens them one after the other, nothing that anything rests on.
    """
    found = []
    with os.scandir(at) as entries:
        for entry in entries:
            known = entry.stat(follow_symlinks=False)
            if kind(known.st_mode):
                came = 0 if stat.S_ISDIR(known.st_mode) else known.st_mtime_ns
                found.append((came, entry.name))
    return [name for _, name in sorted(found)]


def _is_office(name: str) -> bool:
    try:
        return bool(office_id(name))
    except MalformedError:
        return False


def _check(item: Item) -> None:
    if not _is_office(item.claimed) or not _NAME.match(item.name):
        raise _odd(item, "is not named as items are")


def _odd(item: Item, what: str) -> CircuitError:
    return CircuitError(
        "an item that claims to be from {claimed!r} {what}",
        hint="Ask that office whether it sent it, then take the item away by hand.",
        kept="The item stays where it is.",
        claimed=item.claimed,
        what=what,
    )
