"""Checking a backup with nothing but its key: list, ledger, books, blobs (docs/spec/backup.md).

``unpack`` opens a backup into a new folder, with or without its blobs; ``check`` holds what
came out to everything that it says.  Neither believes a member before its digest was compared.
"""

from __future__ import annotations

import mmap
import os
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import IO, TYPE_CHECKING

from cablegram.errors import LedgerError, MalformedError, SealError, SetUpError, StorageError
from cablegram.ledger import checkpoint, log
from cablegram.ledger.note import Note, Verifier
from cablegram.registry import auditing, entries, serving
from cablegram.registry.reading import every
from cablegram.sealing import age, recipients
from cablegram.sentences import sentence
from cablegram.storage import durable
from cablegram.storage.sql.sqlite import SqliteBooks
from cablegram.storage.tiles import MemoryTiles
from cablegram.wire import backup, canonical, paper, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cablegram.ports import Shelves
    from cablegram.sealing.recipients import HybridIdentity, X25519Identity
    from cablegram.wire.backup import Manifest
    from cablegram.wire.card import Card

KEY_FILE_MAX = 1 << 16
_SIZE_OF_LINE = len(backup.sums_line(bytes(32), backup.blob("0" * 64)))
_KEPT = "Nothing was changed: a check only reads."
_ANOTHER = "Take another backup, and keep this one for whoever looks into it."
_NEEDED = (
    backup.SETTINGS,
    backup.CARD,
    f"{backup.CARD}.1.sig",
    backup.OFFICE_KEYS,
    backup.RECIPIENTS,
)


@dataclass(frozen=True, slots=True)
class Checked:
    """A backup that holds: what it says it is, whose card is in it, and the card's words."""

    manifest: Manifest
    card: Card
    words: str


def read_identity(path: Path) -> HybridIdentity | X25519Identity:
    """The backup key from its file.

    Raises:
        SetUpError: it cannot be read.
        MalformedError: it is no age identity.
    """
    try:
        with path.open("rb") as file:
            lines = file.read(KEY_FILE_MAX).decode("ascii").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SetUpError(
            "the backup key {file} cannot be read",
            hint="Bring it from where it is kept.",
            file=path.name,
        ) from error
    found = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    if len(found) != 1:
        raise MalformedError(
            "{file} has not one backup key in it",
            hint="Give the file that `cablegram backup key` wrote.",
            file=path.name,
        )
    return recipients.identity_from_text(found[0])


def check(
    file: Path,
    identity: HybridIdentity | X25519Identity,
    tell: Callable[[int], None] = lambda _: None,
) -> Checked:
    """Hold a backup to all that it says, on its own.  Nothing of it stays on the disk.

    Raises:
        SealError: another key, or the file was altered.
        MalformedError: it is not whole.
        LedgerError: its ledger, its books or its signatures do not hold.
    """
    with tempfile.TemporaryDirectory(prefix="cablegram-") as name:
        folder = Path(name)
        manifest = unpack(file, identity, folder, with_blobs=False, tell=tell)
        return hold(folder, manifest)


def unpack(
    file: Path,
    identity: HybridIdentity | X25519Identity,
    folder: Path,
    *,
    with_blobs: bool,
    tell: Callable[[int], None] = lambda _: None,
) -> Manifest:
    """Open a backup into ``folder``, every member held to the list; gives its manifest.

    What is in ``folder`` when this raises is to be thrown away.
    """
    taken = _Taken(folder, with_blobs=with_blobs, tell=tell)
    archive = backup.Archive(taken)
    try:
        with file.open("rb") as source, taken.closing():
            age.decrypt_stream(source, archive, [identity])
            archive.close()
            return taken.done()
    except FileNotFoundError as error:
        raise SetUpError(
            "there is no backup at {file}", hint="Name the file.", file=file.name
        ) from error
    except OSError as error:
        raise StorageError(
            "the backup could not be read or unpacked: {error}",
            hint="Look after the disks, then give the command again.",
            kept="The backup is as it was.",
            error=error.strerror,
        ) from error
    except SealError as error:
        error.hint = "Give the key that this backup was sealed to; else take another backup."
        error.kept = "The backup is as it was."
        raise


def hold(folder: Path, manifest: Manifest) -> Checked:
    """Hold an unpacked backup to its card, its ledger and its books (steps 2 to 6 of the page).

    Raises:
        LedgerError, MalformedError, SealError: what does not hold.
    """
    # 2. the card's signatures hold under the card's own keys
    body = (folder / backup.CARD).read_bytes()
    signed = [path.read_text("ascii") for path in sorted(folder.glob(f"{backup.CARD}.[12].sig"))]
    card, _ = serving.read_card(paper.join(body, signed))
    if (card.office, card.origin) != (manifest.office, manifest.origin):
        raise _false("its card is of another office or ledger")
    # 3. the manifest is signed by the ledger key on the card
    key = Verifier.parse(card.ledger_key)
    note = Note.parse((folder / backup.NOTE).read_bytes())
    note.verify([key])
    if note.text != backup.note_text(manifest.office, backup.encode(manifest)):
        raise _false("its signature is over another manifest")
    # 4. the books' head is the manifest's, is signed, and is the root over their leaves
    books = SqliteBooks(folder / "books.sqlite")
    try:
        with books.view() as view:
            head = view.head.get(log.HEAD)
            said = (manifest.size, manifest.root, manifest.checkpoint.encode(), manifest.entries)
            if head is None or (head.size, head.root, head.note, entries.size(view)) != said:
                raise _false("its books are not those of its manifest")
        checkpoint.open(head.note, key)
        log.verify_whole(_Ledger(manifest.origin, books, MemoryTiles()))
        with books.view() as view:
            # 5. every row that the ledger speaks of is as the ledger has it
            findings = auditing.hold(view)
            if findings:
                raise _false(
                    sentence(
                        "its books are not as its ledger has them: {findings}", findings=findings[0]
                    )
                )
            # 6. every blob that the books name is there
            _hold_blobs(view, folder / backup.SUMS)
    finally:
        books.close()
    return Checked(manifest, card, words.fingerprint(card))


@dataclass(frozen=True, slots=True)
class _Ledger:
    """What ``ledger.log`` needs of a bureau, over unpacked books."""

    origin: str
    books: SqliteBooks
    tiles: MemoryTiles


def _hold_blobs(view: Shelves, sums: Path) -> None:
    named: Iterator[str] = (
        digest
        for rows in (
            (row.digest for row in every(view.incoming)),
            (row.digest for row in every(view.outgoing)),
            (row.sealed for row in every(view.telegrams)),
        )
        for digest in rows
    )
    with sums.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        first = data.find(b"  blobs/")
        first = len(data) if first < 0 else first - 64
        for digest in named:
            if digest and not _is_listed(data, first, digest.removeprefix("sha256:")):
                raise _false(
                    sentence(
                        "it lacks the sealed bytes {digest}, which its books name", digest=digest
                    )
                )


def _is_listed(data: mmap.mmap, first: int, digest: str) -> bool:
    """Look a blob up among the list's last lines, which are of one length and in order."""
    low, high = 0, (len(data) - first) // _SIZE_OF_LINE
    wanted = digest.encode()
    while low < high:
        middle = (low + high) // 2
        start = first + middle * _SIZE_OF_LINE
        found = data[start : start + len(wanted)]
        if found == wanted:
            return True
        low, high = (middle + 1, high) if found < wanted else (low, middle)
    return False


@dataclass(slots=True)
class _Taken:
    """Members as they come out, held to the list one by one and put into a folder."""

    folder: Path
    with_blobs: bool
    tell: Callable[[int], None]
    _manifest: Manifest | None = None
    _name: str = ""
    _size: int = 0
    _hasher: object = None
    _digest: bytes = b""
    _small: bytearray | None = None
    _out: IO[bytes] | None = None
    _sums: IO[bytes] | None = None
    _place: tuple[int, str] = (-1, "")
    _seen: list[str] = field(default_factory=list)
    _pieces: int = 0
    _blobs: int = 0
    _bytes: int = 0

    def begin(self, name: str, size: int) -> None:
        """See ``backup.Members``."""
        self._name, self._size, self._hasher = name, size, sha256()
        self._digest = b""
        self._small = self._out = None
        if self._manifest is None or len(self._seen) < 3:  # noqa: PLR2004  # those before the list's own
            self._begin_head(name, size)
            return
        assert self._sums is not None, "the list was the third member"
        self._digest, listed = backup.read_sums_line(self._sums.readline(backup.SUMS_LINE_MAX))
        place = backup.place(listed)
        if listed != name or place is None or place <= self._place:
            raise _not_whole(
                sentence("{listed} should come, and {name} came", listed=listed, name=name[:40])
            )
        self._place = place
        self._bytes += size
        if backup.is_piece(name):
            self._begin_piece(name, size)
        elif backup.blob_digest(name) is not None:
            self._blobs += 1
            if name != backup.blob(self._digest.hex()):
                raise _not_whole(
                    sentence("{name} is listed with another digest than its name", name=name)
                )
            self._open(name) if self.with_blobs else None
        else:
            self._keep_small(size, backup.SMALL_MAX)
            self._seen.append(name)

    def data(self, data: memoryview, /) -> None:
        """See ``backup.Members``."""
        self._hasher.update(data)  # type: ignore[attr-defined]  # hashlib's own object has no public type
        if self._small is not None:
            self._small += data
        elif self._out is not None:
            self._out.write(data)

    def end(self) -> None:
        """See ``backup.Members``."""
        found: bytes = self._hasher.digest()  # type: ignore[attr-defined]  # likewise
        if self._name == backup.MANIFEST:
            assert self._small is not None, "the manifest is kept in memory"
            self._manifest = backup.decode(bytes(self._small))
        elif self._name == backup.SUMS:
            assert self._manifest is not None, "the manifest came first"
            if f"sha256:{found.hex()}" != self._manifest.sums:
                raise _not_whole("its list is not the manifest's")
        elif self._digest and found != self._digest:
            raise _not_whole(sentence("{name} is not what the list says", name=self._name))
        if self._small is not None:
            self._open(self._name)
            assert self._out is not None, "it was opened just now"
            self._out.write(self._small)
        if self._out is not None:
            self._close()
        if self._name == backup.SUMS:
            self._sums = (self.folder / backup.SUMS).open("rb")
        if len(self._seen) < 3:  # noqa: PLR2004  # likewise
            self._seen.append(self._name)
        self.tell(self._bytes)

    def done(self) -> Manifest:
        """The manifest, once everything that it and the list speak of has come."""
        if self._manifest is None or self._sums is None or self._sums.readline(1):
            raise _not_whole("members are missing")
        counted = (self._pieces, self._blobs, self._bytes)
        if counted != (self._manifest.books, self._manifest.blobs, self._manifest.bytes):
            raise _not_whole("it has more or less than its manifest says")
        for name in _NEEDED:
            if name not in self._seen:
                raise _not_whole(sentence("it has no {name}", name=name))
        return self._manifest

    @contextmanager
    def closing(self) -> Iterator[None]:
        """Leave no file open, however this ends."""
        try:
            yield
        finally:
            for file in (self._out, self._sums):
                if file is not None:
                    file.close()

    def _begin_head(self, name: str, size: int) -> None:
        wanted: Sequence[str] = (backup.MANIFEST, backup.NOTE, backup.SUMS)
        if name != wanted[len(self._seen)]:
            raise _not_whole(
                sentence(
                    "it has {name} where {wanted} belongs",
                    name=name[:40],
                    wanted=wanted[len(self._seen)],
                )
            )
        if name == backup.SUMS:
            self._open(name)
        else:
            self._keep_small(size, backup.MANIFEST_MAX)

    def _begin_piece(self, name: str, size: int) -> None:
        assert self._manifest is not None, "the manifest came first"
        is_last = self._pieces == self._manifest.books - 1
        if name != backup.piece(self._pieces) or size > backup.PIECE_SIZE:
            raise _not_whole("the pieces of the books are not in their order")
        if not is_last and size != backup.PIECE_SIZE:
            raise _not_whole("a piece of the books is not full")
        self._pieces += 1
        self._open("books.sqlite")

    def _keep_small(self, size: int, most: int) -> None:
        if size > most:
            raise _not_whole(sentence("{name} is larger than it may be", name=self._name))
        self._small = bytearray()

    def _open(self, name: str) -> None:
        """Open the file for a member, to be appended to; names were held to the format."""
        path = self.folder / name
        durable.folder(path.parent, durable.PRIVATE_FOLDER)
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
        self._out = os.fdopen(os.open(path, flags, durable.PRIVATE_FILE), "ab")

    def _close(self) -> None:
        assert self._out is not None, "only what is open is closed"
        self._out.flush()
        if self.with_blobs:
            os.fsync(self._out.fileno())
        self._out.close()
        self._out = None


def read_names(
    file: Path, identity: HybridIdentity | X25519Identity, office: str = ""
) -> dict[str, str]:
    """Persons' names from a file of ``cablegram backup names``.

    Raises:
        MalformedError: another file, or another office's.
    """
    try:
        data = age.decrypt(file.read_bytes(), [identity])
    except OSError as error:
        raise SetUpError(
            "{file} cannot be read", hint="Name the file of names.", file=file.name
        ) from error
    match canonical.decode(data, what="the file of names"):
        case {
            "format": "cablegram/names/v1",
            "office": str(whose),
            "made_at": str(),
            "names": dict(names),
            **rest,
        } if office in {"", whose} and not rest:
            return {person: name for person, name in names.items() if isinstance(name, str)}
    raise MalformedError(
        "{file} has not the names of {office}",
        hint="Give that file.",
        file=file.name,
        office=office,
    )


def _not_whole(why: str) -> MalformedError:
    return MalformedError("the backup is not whole: {why}", hint=_ANOTHER, kept=_KEPT, why=why)


def _false(why: str) -> LedgerError:
    return LedgerError("the backup does not hold: {why}", hint=_ANOTHER, kept=_KEPT, why=why)
