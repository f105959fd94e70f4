"""All that Cablegram asks of the outside world, on one page.

Each protocol states its promise: what is durable when a call returns, what may repeat,
what may not.  Each has one contract suite in tests/contracts that every implementation passes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

from cablegram.model import shelves

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime

    from cablegram.model import custody, paperwork, records, route, year
    from cablegram.model.orders import SignedOrder

R = TypeVar("R")
Key = str | int

FIND_MAX = 1000
"""The most rows one ``find`` gives; ask again with ``after`` for more."""


SPECS = shelves.SPECS
"""Every shelf that a storage must build, by name."""

ShelfSpec = shelves.ShelfSpec


class Shelf(Protocol[R]):
    """One shelf.  What is read is as of the page's beginning, with its own writes."""

    def get(self, *key: Key) -> R | None:
        """The row under this key, or None."""
        ...

    def find(
        self,
        by: str = "",
        *equal: Key,
        since: Key | None = None,
        below: Key | None = None,
        after: R | None = None,
        limit: int = FIND_MAX,
        backwards: bool = False,
    ) -> Sequence[R]:
        """Rows in the order of search ``by`` (empty: the key) whose first columns are ``equal``.

        ``since`` bounds the next column from below (included) and ``below`` from above (not
        included; empty text is never below anything, since it means "not set").  ``after`` is
        the last row of the page before.  ``backwards`` gives them from the last row on.
        """
        ...

    def count(
        self,
        by: str = "",
        *equal: Key,
        since: Key | None = None,
        below: Key | None = None,
        most: int | None = None,
    ) -> int:
        """How many rows ``find`` would give without a limit; with ``most``, no further than that.

        Counting takes as long as there are rows to count: where there may be many, give ``most``.
        """
        ...

    def put(self, row: R) -> None:
        """Write the row, in place of the one with its key if there is one."""
        ...

    def put_all(self, rows: Sequence[R]) -> None:
        """``put`` each, in one go."""
        ...

    def add(self, row: R) -> None:
        """Write a row whose key must be new.

        Raises:
            StorageError: the key is taken; the page can no longer be committed.
        """
        ...

    def remove(self, *key: Key) -> None:
        """Take the row away; nothing happens if it is not there.  Trays only."""
        ...


@dataclass(frozen=True, slots=True)
class Shelves:
    """The books as they stand at one moment, to read; writing on it is a programming error."""

    telegrams: Shelf[records.Telegram]
    copies: Shelf[custody.Copy]
    drafts: Shelf[records.KeptDraft]
    print_runs: Shelf[records.PrintRun]
    officers: Shelf[records.Officer]
    proxies: Shelf[records.Proxy]
    waivers: Shelf[records.Waiver]
    denials: Shelf[records.Denial]
    persons: Shelf[records.Person]
    correspondents: Shelf[records.Correspondent]
    cover_names: Shelf[records.CoverName]
    settings: Shelf[records.Setting]
    outgoing: Shelf[records.Outgoing]
    incoming: Shelf[records.Incoming]
    circuits: Shelf[records.Circuit]
    circuit_items: Shelf[records.CircuitItem]
    papers: Shelf[records.Paper]
    paper_items: Shelf[paperwork.PaperItem]
    alarms: Shelf[records.Alarm]
    orders: Shelf[records.KeptOrder]
    leaves: Shelf[records.Leaf]
    head: Shelf[records.SignedHead]
    numbers: Shelf[records.Counter]
    pages: Shelf[records.PageKey]
    musters: Shelf[records.MusterRow]
    muster_lists: Shelf[records.MusterList]
    hand_receipts: Shelf[paperwork.HandReceipt]
    tasks: Shelf[paperwork.Task]
    inquiries: Shelf[paperwork.Inquiry]
    notices: Shelf[paperwork.Notice]
    tracers: Shelf[paperwork.Tracer]
    watches: Shelf[year.Watch]
    years: Shelf[year.ClosedYear]
    reviews: Shelf[year.Review]
    certificates: Shelf[paperwork.Certificate]
    notes: Shelf[paperwork.NoteRow]
    routes: Shelf[route.RouteStop]
    references: Shelf[paperwork.Reference]
    balances: Shelf[records.Balance]
    finds: Shelf[records.Find]


@dataclass(slots=True)
class Answer:
    """What a repeat of a page will be told; kept with the page's key when the page is."""

    value: bytes = b""


@dataclass(frozen=True, slots=True)
class Page(Shelves):
    """One transaction on the books: all that is written on it is kept, or none of it.

    ``repeated`` is None on a new page.  If a page with this key was committed before, it is
    the answer given then, and nothing may be written.  Trays (outgoing) keep a row until a
    carrier has its bytes, so carrying may repeat.
    """

    repeated: bytes | None
    answer: Answer


class Books(Protocol):
    """The durable record of one office, used by several processes at once.

    In one process one view or page is open at a time: threads wait for each other, and one
    inside another is a programming error.
    """

    def view(self) -> AbstractContextManager[Shelves]:
        """Read the books as of now; nothing another process commits is seen until it ends."""
        ...

    def page(self, key: str) -> AbstractContextManager[Page]:
        """Write one page.  It is durable (one sync) once its ``with`` block ends without error.

        Pages come one after another: from its beginning no other page is open anywhere.
        An error inside leaves the books as they were.  ``key`` makes it safe to ask again when
        no answer came: exactly one page with a key is ever kept, save the empty key, which is
        for pages that are harmless to repeat.

        Raises:
            StorageError: it could not be made durable; whether it was is told by the key.
        """
        ...


class Blobs(Protocol):
    """Sealed bytes by digest (``sha256:<hex>``).  Nothing readable is ever put here."""

    def put(self, data: bytes) -> str:
        """Keep the bytes; durable when it returns.  A repeat gives the same digest."""
        ...

    def get(self, digest: str) -> bytes:
        """The bytes, checked against their digest.

        Raises:
            StorageError: they are not there, or no longer what they were.
        """
        ...

    def has(self, digest: str) -> bool:
        """Whether the bytes are there."""
        ...


class Tiles(Protocol):
    """The public folder of the ledger: tiles, bundles and the checkpoint, all rebuildable."""

    def put(self, path: str, data: bytes) -> None:
        """Write one file whole (a reader sees the old or the new), not yet synced."""
        ...

    def sync(self) -> None:
        """Make everything put so far durable."""
        ...

    def get(self, path: str) -> bytes | None:
        """The file, or None if there is none."""
        ...


class Vault(Protocol):
    """What must be erasable: persons' names and opening shares, each under a key of its own.

    It lies outside the books and every backup; the keys apart from what they seal.
    """

    def put(self, kind: str, name: str, data: bytes) -> None:
        """Seal and keep; durable when it returns.  A repeat replaces."""
        ...

    def get(self, kind: str, name: str) -> bytes | None:
        """What was kept, or None if it never was or its key has been destroyed."""
        ...

    def destroy(self, kind: str, name: str) -> None:
        """Destroy the key; durable when it returns.  What it sealed stays unreadable."""
        ...


@dataclass(frozen=True, slots=True)
class Item:
    """Something that lies at a carrier for us: who it says it is from, and its bytes' name."""

    claimed: str
    name: str


class Carrier(Protocol):
    """Moves bytes between offices.  It may lose, repeat, delay and reorder; we notice."""

    def send(self, to: str, sender: str, data: bytes) -> None:
        """Hand the bytes over; once it returns the carrier has them.  A repeat is harmless."""
        ...

    def waiting(self, to: str) -> Iterator[Item]:
        """What lies there for ``to``."""
        ...

    def fetch(self, to: str, item: Item, most: int) -> bytes:
        """The bytes of an item, never more than ``most``.

        Raises:
            CircuitError: larger than ``most``, or gone; the item stays where it is.
        """
        ...

    def clear(self, to: str, item: Item) -> None:
        """Take the item away, after we have kept it.  A repeat is harmless."""
        ...


class Clock(Protocol):
    """The one source of time.  ``own`` says that it is not the machine's (drills, the demo)."""

    @property
    def own(self) -> bool:
        """Whether it is a clock of the office's own."""
        ...

    def now(self) -> datetime:
        """The moment, aware, in UTC."""
        ...


class Paper(Protocol):
    """The folder that printed sheets go to: the one place where text lies readable, on order."""

    def put(self, name: str, pdf: bytes) -> str:
        """Write one file whole and durable; gives where it is.  A repeat replaces it."""
        ...


class Randomness(Protocol):
    """Where random bytes come from."""

    def __call__(self, size: int, /) -> bytes:
        """``size`` bytes nobody can foresee."""
        ...


class Ledger(Protocol):
    """The ledger's own service key, as the desk holds it."""

    @property
    def origin(self) -> str:
        """The ledger's name, the first line of its checkpoints."""
        ...

    def sign(self, text: str) -> str:
        """A signed note over a checkpoint's text."""
        ...


@dataclass(frozen=True, slots=True)
class Thing:
    """What the desk remembers: of which kind, under which name, of whom, until when.

    ``person`` and ``until_at`` (a moment) may be empty; ``data`` is bytes of the kind's own.
    """

    kind: str
    name: str
    data: bytes
    person: str = ""
    until_at: str = ""


class DeskStore(Protocol):
    """What the desk remembers and no evidence is: sessions, passkeys, questions it has asked.

    It lies beside the books and in no backup; without it people log in anew, and nothing that
    was ordered is lost.  Secrets are names of things as digests only.  What has passed its
    ``until_at`` is there until it is swept: whoever reads says at which moment.
    """

    def put(self, thing: Thing) -> None:
        """Keep it, in place of the one of its kind and name; durable when it returns."""
        ...

    def get(self, kind: str, name: str, at: str = "") -> Thing | None:
        """The thing, unless it is not there or ended before the moment ``at``."""
        ...

    def take(self, kind: str, name: str, at: str = "") -> Thing | None:
        """The thing, which is gone then: of any who take it at once, one gets it."""
        ...

    def of(self, kind: str, person: str = "", at: str = "") -> Sequence[Thing]:
        """All of a kind (and of a person, where one is given), by name."""
        ...

    def sweep(self, at: str) -> int:
        """Take away all that ended before the moment; how many."""
        ...


class RoomMemory(Protocol):
    """What the room remembers in a file of its own, so that books rolled back do not fool it."""

    def spent(self, digest: str) -> bool:
        """Whether the room has acted on the order of this digest."""
        ...

    def spend(self, digest: str) -> None:
        """Remember an order as spent; durable when it returns.  A repeat is harmless."""
        ...

    def head(self) -> int:
        """The size of the highest signed head the room has seen; 0 before the first."""
        ...

    def restored(self) -> str:
        """The digest of the order that restored the office; empty where it never was."""
        ...

    def see(self, size: int) -> None:
        """Remember a head's size if it is the highest; durable when it returns."""
        ...


class Room(Protocol):
    """The cipher room, seen from outside: five verbs.  It checks every order itself.

    Raises (each verb):
        RoomError: locked, or not running.
        CablegramError: the room's own refusal, with its three sentences.
    """

    def seal(self, draft: str, orders: Sequence[SignedOrder]) -> Mapping[str, object]:
        """Number, sign and seal a released draft; a repeat gives the same telegram."""
        ...

    def open(self, digest: str, orders: Sequence[SignedOrder]) -> Mapping[str, object]:
        """Open and enter one envelope of the incoming tray, or read back one sealed note.

        Which of the two is said by the act of the orders, open or read_note.
        """
        ...

    def print(self, telegram: str, orders: Sequence[SignedOrder]) -> Mapping[str, object]:
        """Print the telegram's allotted copies; a repeat takes up where the run stopped."""
        ...

    def sign_receipt(self, digest: str) -> Mapping[str, object]:
        """Sign one owed receipt or transmittal whose leaf is under a head, and lay it out to go."""
        ...

    def status(self) -> Mapping[str, object]:
        """Whether it is unlocked, for which office, and since when."""
        ...
