"""The desk's side: an office folder as a bureau, the room as a client (docs/spec/room-socket.md).

Nothing here or below holds an office's private key; the ledger's service key alone is
loaded, since heads are signed unattended.
"""

from __future__ import annotations

import os
import socket
import stat
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cablegram.bureau import Bureau
from cablegram.carriers.folder import FolderCarrier
from cablegram.errors import RoomError, SetUpError
from cablegram.ledger import log, signer
from cablegram.registry import grounds, screens
from cablegram.storage.blobs import FolderBlobs
from cablegram.storage.desk_store import DeskStore as FileDeskStore
from cablegram.storage.paper import FolderPaper
from cablegram.storage.sql.sqlite import SqliteBooks
from cablegram.storage.tiles import FolderTiles
from cablegram.storage.vault import FolderVault
from cablegram.wire import card as card_format
from cablegram.wire import room as frames
from cablegram.wiring import clock, settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cablegram.model.orders import SignedOrder
    from cablegram.model.records import SignedHead
    from cablegram.ports import Clock, DeskStore, Ledger
    from cablegram.wire.card import Card
    from cablegram.wiring.settings import Settings

ADDRESS_MAX: Final = 100
"""The longest path, in bytes, that a socket surely has room for."""

CARD = "card.json"
STORE = "desk.sqlite"
LEDGER_KEY = Path("keys/ledger.key")
OFFICE_KEYS = Path("keys/office.age")
VERB_S: Final = 600.0
STATUS_S: Final = 5.0
"""How long each verb is waited for: work takes its time, how it stands is said at once."""


class Office:
    """One office folder, opened: its settings, its bureau, the way to its room.

    Each part is opened when it is first asked for.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.settings: Settings = settings.read(root)

    @cached_property
    def bureau(self) -> Bureau:
        """Our name, card and promises."""
        return open_bureau(self.root, self.settings)

    @cached_property
    def clock(self) -> Clock:
        """The office's clock, without opening the books."""
        return clock.choose(self.root, self.settings.clock)

    @cached_property
    def signer(self) -> Ledger:
        """The ledger's service key."""
        return signer.load(self.root / LEDGER_KEY)

    @cached_property
    def room(self) -> RoomClient:
        """The cipher room's client."""
        return RoomClient(self.root)

    @cached_property
    def store(self) -> DeskStore:
        """What the desk remembers beside the books."""
        return FileDeskStore(self.root / STORE)

    @cached_property
    def card(self) -> Card:
        """Our own card."""
        return card_format.decode(_read(self.root / CARD))

    def head(self) -> SignedHead:
        """Put a signed head over all that is in the books, and publish it.

        Opening shares whose date has come are destroyed with it.
        """
        head = log.sign_checkpoint(
            self.bureau, self.signer, partial(grounds.hold, bureau=self.bureau)
        )
        with self.bureau.books.view() as view:
            screens.destroy_dated(view, self.bureau)
        return head

    def close(self) -> None:
        """Close the books and the desk's store, if they were opened."""
        if "bureau" in self.__dict__:
            books = self.bureau.books
            assert isinstance(books, SqliteBooks)
            books.close()
            del self.__dict__["bureau"]
        if "store" in self.__dict__:
            store = self.store
            assert isinstance(store, FileDeskStore)
            store.close()
            del self.__dict__["store"]


def open_bureau(root: Path, known: Settings | None = None) -> Bureau:
    """The bureau of the office in this folder.

    Raises:
        SetUpError, StorageError, MalformedError: what is missing or does not fit.
    """
    said = settings.read(root) if known is None else known
    card = _read(root / CARD)
    decoded = card_format.decode(card)
    if decoded.office != said.office:
        raise SetUpError(
            "the card is of {office}, the settings of {said_office}",
            hint='Write the line: office = "{office}"',
            office=decoded.office,
            said_office=said.office,
        )
    if not (root / "books.sqlite").is_file():
        raise SetUpError(
            "the books are not there",
            hint="Bring books.sqlite back from a backup; do not begin new books here.",
        )
    return Bureau(
        name=said.office,
        card=card,
        origin=decoded.origin,
        zone=said.tz(),
        books=SqliteBooks(root / "books.sqlite"),
        blobs=FolderBlobs(root / "blobs"),
        tiles=FolderTiles(root / "ledger"),
        vault=FolderVault(root / "vault"),
        carriers={name: FolderCarrier(root / address) for name, address in said.carriers.items()},
        paper=FolderPaper(root / said.paper),
        clock=clock.choose(root, said.clock),
        random=_random,
    )


@dataclass(frozen=True, slots=True)
class RoomClient:
    """``ports.Room`` over the socket of the office in ``root``."""

    root: Path

    def seal(self, draft: str, orders: Sequence[SignedOrder]) -> Mapping[str, object]:
        """See ``ports.Room.seal``."""
        return self.ask("seal", draft, orders)

    def open(self, digest: str, orders: Sequence[SignedOrder]) -> Mapping[str, object]:
        """See ``ports.Room.open``."""
        return self.ask("open", digest, orders)

    def print(self, telegram: str, orders: Sequence[SignedOrder]) -> Mapping[str, object]:
        """See ``ports.Room.print``."""
        return self.ask("print", telegram, orders)

    def sign_receipt(self, digest: str) -> Mapping[str, object]:
        """See ``ports.Room.sign_receipt``."""
        return self.ask("sign_receipt", digest)

    def status(self) -> Mapping[str, object]:
        """See ``ports.Room.status``."""
        return self.ask("status", timeout_s=STATUS_S)

    def lock(self) -> Mapping[str, object]:
        """End the room's process: the keys are gone from memory once it has ended."""
        return self.ask("lock")

    def ask(
        self,
        verb: str,
        about: str = "",
        orders: Sequence[SignedOrder] = (),
        *,
        timeout_s: float = VERB_S,
    ) -> Mapping[str, object]:
        """One request and its answer.

        Raises:
            RoomError: locked, silent, or gone in the middle.
            CablegramError: the room's own refusal.
        """
        request = frames.encode_request(frames.Request(verb, about, tuple(orders)))
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            try:
                line.connect(str(address(self.root)))
            except (FileNotFoundError, ConnectionRefusedError) as error:
                raise _locked() from error
            except OSError as error:
                raise RoomError(
                    "the room cannot be reached: {error}",
                    hint="Ask as the user whose office this is.",
                    error=error.strerror,
                ) from error
            line.settimeout(timeout_s)
            try:
                line.sendall(frames.frame(request))
                reply = _take(line, frames.length(_take(line, frames.LENGTH_SIZE)))
            except TimeoutError as error:
                raise _silent(timeout_s) from error
            except OSError as error:
                raise _gone() from error
        return frames.decode_reply(reply)


def address(root: Path) -> Path:
    """Where the room's socket lies, or would: in the folder, or where ``room/address`` says.

    Raises:
        RoomError: ``room/address`` names a folder that others can write.
    """
    path = root / "room" / "socket"
    if len(os.fsencode(path)) <= ADDRESS_MAX:
        return path
    try:
        written = (root / "room" / "address").read_text("utf-8").removesuffix("\n")
        folder = os.lstat(Path(written).parent)
    except (OSError, UnicodeDecodeError) as error:
        raise _locked() from error
    private = folder.st_uid == os.getuid() and not stat.S_IMODE(folder.st_mode) & 0o077
    if not private or not stat.S_ISDIR(folder.st_mode):
        raise RoomError(
            "the room's socket lies in a folder that others can write",
            hint="Lock the room, take room/address away and unlock it again.",
        )
    return Path(written)


def _random(size: int) -> bytes:
    return os.urandom(size)


def _take(line: socket.socket, size: int) -> bytes:
    found = bytearray()
    while len(found) < size:
        data = line.recv(size - len(found))
        if not data:
            raise _gone()
        found += data
    return bytes(found)


def _locked() -> RoomError:
    return RoomError(
        "the cipher room is locked", hint="Unlock it with `cablegram room unlock`, then try again."
    )


def _silent(timeout_s: float) -> RoomError:
    return RoomError(
        "the cipher room has not answered for {timeout_s:.0f} seconds: it is at work, or hangs",
        hint="Ask again when its work is done; if it has none, end its process and unlock it.",
        kept="What the room had committed is kept.",
        timeout_s=timeout_s,
    )


def _gone() -> RoomError:
    return RoomError(
        "the cipher room ended in the middle of an answer",
        hint="Unlock it again and give the same order; nothing is done twice.",
        kept="What the room had committed is kept.",
    )


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SetUpError(
            "the office lacks its {file}",
            hint="Bring {file} back from a backup of the office folder.",
            file=path.name,
        ) from error
