"""Backing up: one office in one sealed file, whole or not at all (docs/spec/backup.md).

Everything is read and sealed in constant memory; the file has a hidden name until it is whole
and durable.  A crash leaves that hidden file and the folder ``.backup``, and no backup.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from cablegram.errors import MalformedError, SetUpError, StorageError
from cablegram.registry import entries
from cablegram.registry.reading import every
from cablegram.sealing import age, recipients
from cablegram.sealing.recipients import SEED_SIZE, Kind
from cablegram.storage import durable
from cablegram.storage.sql.snapshot import snapshot
from cablegram.storage.sql.sqlite import SqliteBooks
from cablegram.wire import backup, canonical, ustar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from cablegram.model.records import SignedHead
    from cablegram.sealing.recipients import HybridRecipient, X25519Recipient
    from cablegram.wire.backup import Manifest
    from cablegram.wiring.desk import Office

WORK = ".backup"
CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class _Member:
    """A member as it will be sealed: its bytes, or a part of a file."""

    name: str
    size: int
    digest: bytes
    path: Path | None = None
    start: int = 0
    data: bytes = b""


def make_key(root: Path, to: Path, *, classical: bool = False) -> str:
    """Make a backup key: its identity into the new file ``to``, its recipient into the office.

    Raises:
        SetUpError: ``to`` is there already or lies in the office folder; or there are too many
            recipients, or some of the other kind.
    """
    if to.resolve().is_relative_to(root.resolve()):
        raise SetUpError(
            "the backup key would lie in the office folder, and be lost with it",
            hint="Name a file elsewhere: on a stick that lies in another safe.",
        )
    if to.exists():
        raise SetUpError(
            "there is something at {to} already",
            hint="Name a file that is not there yet.",
            to=to.name,
        )
    kind = Kind.X25519 if classical else Kind.HYBRID
    before = read_recipients(root) if (root / backup.RECIPIENTS).exists() else []
    if len(before) >= backup.RECIPIENTS_MAX or any(one.kind != kind for one in before):
        raise SetUpError(
            "{before} backup keys are set up here, of one kind",
            hint="Take a line out of keys/backup.recipients first, or make a key of that kind.",
            before=len(before),
        )
    identity = recipients.identity(kind, os.urandom(SEED_SIZE))
    public = str(identity.recipient())
    text = f"# backup key of a cablegram office\n# public key: {public}\n{identity.secret_text()}\n"
    with durable.told("the backup key"):
        durable.write_new(to, text.encode(), durable.PRIVATE_FILE)
        # A crash here leaves a key that no backup is sealed to; make another.
        lines = "".join(f"{one}\n" for one in [*map(str, before), public])
        durable.write(root / backup.RECIPIENTS, lines.encode(), durable.PRIVATE_FILE)
    return public


def read_recipients(root: Path) -> list[HybridRecipient | X25519Recipient]:
    """Whom backups of this office are sealed to.

    Raises:
        SetUpError: nobody yet.
        MalformedError: a line is no recipient.
    """
    try:
        lines = (root / backup.RECIPIENTS).read_text("ascii").splitlines()
    except FileNotFoundError:
        lines = []
    except (OSError, UnicodeDecodeError) as error:
        raise MalformedError(
            "keys/backup.recipients cannot be read", hint="Make it again from the backup keys."
        ) from error
    found = [recipients.recipient_from_text(line) for line in lines if line[:1] not in {"", "#"}]
    if not 0 < len(found) <= backup.RECIPIENTS_MAX:
        raise SetUpError(
            "this office has no backup key",
            hint="Make one with `cablegram backup key FILE`, on a stick that lies elsewhere.",
        )
    return found


def back_up(
    office: Office,
    to: Path,
    *,
    with_officers: bool = False,
    tell: Callable[[int], None] = lambda _: None,
) -> Manifest:
    """Seal a backup of the office into the new file ``to``; durable when this returns.

    Safe to stop anywhere and to run beside every other process of the office.

    Raises:
        SetUpError: no backup key, something is at ``to``, or another backup is being made.
        StorageError: it could not be read or written, or a blob is damaged.  There is no backup.
    """
    sealed_to = read_recipients(office.root)
    with new_file(to) as out, _work(office.root) as work:
        office.head()
        copy = work / "books.sqlite"
        snapshot(office.root / "books.sqlite", copy)
        # Opening the copy writes into it: this comes before its pieces are counted and hashed.
        head, leaves, numbers = _stands(copy)
        members = [*_small(office, with_officers=with_officers), *_pieces(copy)]
        # Blobs are listed after the books were copied: all that the copy names are there.
        sums, count, size = _list(work / backup.SUMS, members, office.root / "blobs")
        manifest = backup.Manifest(
            office=office.bureau.name,
            origin=office.bureau.origin,
            made_at=office.bureau.now(),
            size=head.size,
            root=head.root,
            checkpoint=head.note.decode(),
            entries=leaves,
            numbers=numbers,
            books=sum(backup.is_piece(one.name) for one in members),
            blobs=count,
            bytes=size,
            sums=f"sha256:{sums.digest.hex()}",
        )
        data = backup.encode(manifest)
        note = office.signer.sign(backup.note_text(manifest.office, data)).encode()
        first = [_given(backup.MANIFEST, data), _given(backup.NOTE, note), sums]
        packed = _pack([*first, *members], office.root / "blobs", sums, tell)
        with out.open("wb") as file:
            age.encrypt_stream(_Source(packed), file, sealed_to)
    return manifest


def write_names(office: Office, to: Path) -> int:
    """Seal what the vault has of persons' names into the new file ``to``; gives how many.

    Raises:
        SetUpError: no backup key, or something is at ``to``.
    """
    sealed_to = read_recipients(office.root)
    with office.bureau.books.view() as view:
        persons = [row.person for row in every(view.persons)]
    held = ((one, office.bureau.vault.get("name", one)) for one in persons)
    found = {one: name.decode() for one, name in held if name is not None}
    data = canonical.encode(
        {
            "format": "cablegram/names/v1",
            "names": dict(found),
            "office": office.bureau.name,
            "made_at": office.bureau.now(),
        }
    )
    with new_file(to) as out:
        out.write_bytes(age.encrypt(data, sealed_to))
    return len(found)


@contextmanager
def new_file(to: Path) -> Iterator[Path]:
    """A hidden file beside ``to`` to write into, which becomes ``to`` once all went well."""
    if to.exists():
        raise SetUpError(
            "there is something at {to} already",
            hint="Name a file that is not there yet.",
            to=to.name,
        )
    temp = to.with_name(f".{to.name}.{secrets.token_hex(4)}.tmp")
    try:
        with durable.told("the backup"):
            os.close(os.open(temp, os.O_WRONLY | os.O_CREAT | os.O_EXCL, durable.PRIVATE_FILE))
            yield temp
            durable.sync(temp)
            # A crash before this line leaves the hidden file, one after it the whole backup.
            temp.rename(to)
            durable.sync(to.parent)
    except BaseException:
        temp.unlink(missing_ok=True)
        raise


@contextmanager
def _work(root: Path) -> Iterator[Path]:
    """The hidden folder for the copy of the books, ours alone; it is empty again afterwards."""
    work = root / WORK
    with durable.told("the folder of the backup"):
        durable.folder(work, durable.PRIVATE_FOLDER)
        lock = os.open(work / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SetUpError(
                "a backup of this office is being made", hint="Wait until it is done."
            ) from error
        _clear(work)
        yield work
    finally:
        _clear(work)
        os.close(lock)


def _clear(work: Path) -> None:
    for path in work.iterdir():
        if path.name != "lock":
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _small(office: Office, *, with_officers: bool) -> list[_Member]:
    root = office.root
    names = [backup.SETTINGS, backup.CARD]
    names += [path.name for path in sorted(root.glob(f"{backup.CARD}.[12].sig"))]
    names += [backup.CLOCK] if office.clock.own else []
    names += [backup.OFFICE_KEYS, backup.RECIPIENTS]
    found = []
    for name in names:
        with durable.told(name):
            found.append(_given(name, (root / name).read_bytes()))
    if with_officers:
        for path in sorted((root / office.settings.officers).glob("*.key")):
            with durable.told(path.name):
                found.append(_given(f"officers/{path.name}", path.read_bytes()))
    return found


def _given(name: str, data: bytes) -> _Member:
    return _Member(name, len(data), sha256(data).digest(), data=data)


def _pieces(copy: Path) -> Iterator[_Member]:
    whole = copy.stat().st_size
    for number, start in enumerate(range(0, whole, backup.PIECE_SIZE)):
        size = min(backup.PIECE_SIZE, whole - start)
        hasher = sha256()
        for data in _read(copy, start, size):
            hasher.update(data)
        yield _Member(backup.piece(number), size, hasher.digest(), copy, start)


def _blobs(folder: Path) -> Iterator[_Member]:
    """Every blob, in ascending order; one folder's names are in memory at a time."""
    firsts = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    for first in firsts:
        for path in sorted((folder / first).iterdir()):
            name = backup.blob(path.name)
            if backup.blob_digest(name) is not None and path.parent.name == path.name[:2]:
                digest = bytes.fromhex(path.name)
                yield _Member(name, path.stat().st_size, digest, path)


def _list(path: Path, members: list[_Member], blobs: Path) -> tuple[_Member, int, int]:
    """Write ``SHA256SUMS``; gives it as a member, how many blobs it has, and all their bytes."""
    hasher, count, total, size = sha256(), 0, 0, 0
    with path.open("wb") as file:
        for one in (*members, *_blobs(blobs)):
            line = backup.sums_line(one.digest, one.name)
            file.write(line)
            hasher.update(line)
            size += len(line)
            total += one.size
            count += one.name.startswith(backup.BLOBS)
    return _Member(backup.SUMS, size, hasher.digest(), path), count, total


def _stands(copy: Path) -> tuple[SignedHead, int, dict[str, int]]:
    """What the copied books say: their head, how many leaves, the last numbers taken."""
    books = SqliteBooks(copy)
    try:
        with books.view() as view:
            head = view.head.get("head")
            assert head is not None, "a head was put over the books before they were copied"
            numbers = {f"{row.kind} {row.series}".strip(): row.last for row in every(view.numbers)}
            return head, entries.size(view), numbers
    finally:
        books.close()


def _pack(
    members: list[_Member], blobs: Path, sums: _Member, tell: Callable[[int], None]
) -> Iterator[bytes]:
    """The archive, piece by piece; blobs come as they were listed and are held to their names."""
    done = 0
    for one in (*members, *_listed(blobs, sums)):
        yield ustar.header(one.name, one.size)
        hasher, size = sha256(), 0
        for data in [one.data] if one.path is None else _read(one.path, one.start, one.size):
            hasher.update(data)
            size += len(data)
            yield data
            done += len(data)
            tell(done)
        if hasher.digest() != one.digest or size != one.size:
            raise StorageError(
                "{one} is no longer what it was",
                hint="Bring that file back from an earlier backup, then back up again.",
                kept="There is no new backup; what lies in the office is as it was.",
                one=one.name,
            )
        yield bytes(-one.size % ustar.BLOCK)
    yield ustar.END


def _listed(blobs: Path, sums: _Member) -> Iterator[_Member]:
    """The blobs of the list, and no other: what came since is left for the next backup."""
    assert sums.path is not None, "the list lies in a file"
    with sums.path.open("rb") as file:
        for line in file:
            digest, name = backup.read_sums_line(line)
            which = backup.blob_digest(name)
            if which is not None:
                path = blobs / which[:2] / which
                yield _Member(name, path.stat().st_size, digest, path)


def _read(path: Path, start: int, size: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(start)
        while size and (data := file.read(min(size, CHUNK))):
            size -= len(data)
            yield data


class _Source:
    """``stream.Source`` over pieces that are made as they are asked for."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = memoryview(b"")

    def readinto(self, buffer: memoryview, /) -> int:
        """See ``stream.Source``."""
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size
