"""Books and files in memory, as far as the ledger asks for them, and leaves to fill them with."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256

import pytest

from cablegram.errors import StorageError
from cablegram.ledger import log
from cablegram.ledger.signer import Signer
from cablegram.model import records
from cablegram.wire import leaf

ORIGIN = "mid.example/ledger"
SEED = bytes(range(32))


class Rows:
    """A shelf of leaves by index, or of the one head."""

    def __init__(self, rows):
        self.rows = rows

    def get(self, key):
        return self.rows.get(key)

    def put(self, row):
        self.rows[row.name] = row

    def find(self, *, after=None, limit=1000):
        first = -1 if after is None else after.index
        return [self.rows[key] for key in sorted(self.rows) if key > first][:limit]


@dataclass
class Page:
    leaves: Rows
    head: Rows


class Books:
    """Two shelves; a page that fails leaves both as they were."""

    def __init__(self):
        self.leaves = {}
        self.head = {}
        self.fail_commits = 0
        self.on_page = None

    @contextmanager
    def view(self):
        yield Page(Rows(dict(self.leaves)), Rows(dict(self.head)))

    @contextmanager
    def page(self, key):
        if self.on_page:
            self.on_page()
        page = Page(Rows(dict(self.leaves)), Rows(dict(self.head)))
        yield page
        if self.fail_commits:
            self.fail_commits -= 1
            raise StorageError("the disk is full", hint="Make room.")
        self.leaves, self.head = page.leaves.rows, page.head.rows


class Tiles:
    """A folder in memory that can be told to fail at the n-th write."""

    def __init__(self):
        self.files = {}
        self.fail_at = None
        self.puts = []

    def put(self, path, data):
        if self.fail_at is not None and len(self.puts) >= self.fail_at:
            raise StorageError("the disk is full", hint="Make room.")
        self.puts.append(path)
        self.files[path] = data

    def sync(self):
        self.puts.append("sync")

    def get(self, path):
        return self.files.get(path)


@dataclass
class Office:
    """What ``log`` needs of a bureau, and a way to fill it."""

    books: Books = field(default_factory=Books)
    tiles: Tiles = field(default_factory=Tiles)
    origin: str = ORIGIN
    era: int = 0
    """Leaves entered in another era differ: the office lived on after a restored backup."""

    def enter(self, count):
        for index in range(len(self.books.leaves), len(self.books.leaves) + count):
            self.books.leaves[index] = row(index, self.era)

    def get(self, path):
        return self.tiles.files.get(path)


def entry(index):
    """Seven copies, each made, printed, verified, then issued and returned for ever."""
    step = index // 7
    act = ("allot", "print", "verify")[step] if step < 3 else ("issue", "return")[step % 2 == 0]
    return leaf.Entry(
        "copy",
        act,
        f"{index % 7:032x}",
        step + 1,
        "1951-07-05T19:25:00Z",
        "vaganov",
        numbers="21497/2",
    )


def row(index, era=0):
    one, seed = entry(index), sha256(b"seed %d %d" % (index, era)).digest()
    opening = leaf.encode_entry(one)
    made = leaf.make(one, seed)
    return records.Leaf(index, made, one.kind, one.act, one.subject, one.seq, opening, seed)


@pytest.fixture(scope="session")
def signer():
    return Signer(ORIGIN, SEED)


@pytest.fixture(scope="session")
def new_office():
    return Office


@pytest.fixture
def office():
    return Office()


@pytest.fixture(scope="session")
def published(signer):
    """An office with 300 leaves under two heads; read only."""
    made = Office()
    made.enter(130)
    log.sign_checkpoint(made, signer)
    made.enter(170)
    log.sign_checkpoint(made, signer)
    return made
