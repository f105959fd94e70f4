"""Acts on 256 copies an order, with leaves and signed head, against the same rows inserted bare.

Twice: on books that hold one telegram of 256 copies and no more, and on those of an office at
work, 5,120 copies of twenty telegrams.  The first is the harder: the peer's tables and indexes
are so small that SQLite does next to nothing.  Both are wanted.

Each group is one signed order on the copies of one telegram, performed by the registry on SQLite
books, and one head over its leaves.  The peer writes the very rows that each group left (copies in
place of those that were there, leaves new) into a copy of the same books, one transaction a group,
with the same pragmas.  The files of the ledger lie in memory: they are not counted.  Wanted: a
fifth of the peer's speed at least, and two syncs a group.

Run: python bench/acts.py [GROUPS]
"""

from __future__ import annotations

import sys
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path

import apsw

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from cablegram.ledger import log
from cablegram.storage.rows import LAYOUTS
from cablegram.storage.sql import statements
from cablegram.storage.sql.sqlite import CHECKPOINT_PAGES, SqliteBooks
from offices import found

GROUP = 256
OFFICES = (1, 20)
"""How many telegrams of 256 copies the books hold."""
GROUPS = int(sys.argv[1]) if len(sys.argv) > 1 else 40
WANTED = 1 / 5
SYNCS = 2
ACTS = (("file", {"place": "case 12"}), ("charge_out", {"reason": "wanted"}))


class Counting(apsw.VFS):
    """The system's own files, each sync of them counted."""

    def __init__(self):
        self.syncs = 0
        super().__init__("counting", "")

    def xOpen(self, name, flags):  # noqa: N802  # the library's name
        """A file whose syncs are counted."""
        return CountingFile(self, name, flags)


class CountingFile(apsw.VFSFile):
    """One of them."""

    def __init__(self, vfs, name, flags):
        self._vfs = vfs
        super().__init__("", name, flags)

    def xSync(self, flags):  # noqa: N802  # the library's name
        """Counted, then done."""
        self._vfs.syncs += 1
        super().xSync(flags)


def office_at_work(path, telegrams, *, vfs=None):
    """An office whose registry holds 256 copies of each of so many telegrams."""
    office = found(books=SqliteBooks(path, vfs=vfs))
    held = [office.in_registry(GROUP, outgoing=number) for number in range(1, telegrams + 1)]
    log.sign_checkpoint(office.bureau, office.signer)
    return office, held


def perform(office, copies, number):
    """One group: the order is signed outside the clock, as officers do it elsewhere."""
    act, facts = ACTS[number % 2]
    signed = office.sign(act, facts, by="makarov", subjects=office.copies(copies))
    cpu, wall = time.process_time(), time.perf_counter()
    office.perform([signed])
    log.sign_checkpoint(office.bureau, office.signer)
    return time.process_time() - cpu, time.perf_counter() - wall


def rows_left(office, copies):
    """The rows that the last group left, as values."""
    with office.view() as books:
        size = books.numbers.get("leaf", "").last
        leaves = books.leaves.find(after=books.leaves.get(size - GROUP - 1))
        moved = [books.copies.get(copy.handle) for copy in copies]
    return (
        [LAYOUTS["copies"].values(copy) for copy in moved],
        [LAYOUTS["leaves"].values(leaf) for leaf in leaves],
    )


def insert(connection, copies, leaves):
    """One transaction with these rows and nothing else."""
    cpu, wall = time.process_time(), time.perf_counter()
    connection.execute("begin immediate")
    connection.executemany(statements.put("copies"), copies)
    connection.executemany(statements.add("leaves"), leaves)
    connection.execute("commit")
    return time.process_time() - cpu, time.perf_counter() - wall


def same_books(office, path):
    """A copy of the books as they stand, opened as the books open theirs."""
    peer = apsw.Connection(str(path))
    with peer.backup("main", office.bureau.books._connection, "main") as backup:  # noqa: SLF001
        backup.step()
    peer.execute("pragma journal_mode = wal; pragma synchronous = full").fetchall()
    peer.execute(f"pragma wal_autocheckpoint = {CHECKPOINT_PAGES}").fetchall()
    return peer


def speeds(folder, telegrams):
    """CPU and wall seconds of all groups: ours, and the peer's; the two take turns."""
    office, held = office_at_work(folder / "ours.sqlite", telegrams)
    peer = same_books(office, folder / "peer.sqlite")
    ours, theirs = [0.0, 0.0], [0.0, 0.0]
    for number, copies in enumerate(islice(cycle(held), GROUPS)):
        times = perform(office, copies, number // telegrams)
        bare = insert(peer, *rows_left(office, copies))
        for place in range(2):
            ours[place] += times[place]
            theirs[place] += bare[place]
    peer.close()
    return ours, theirs


def syncs(folder):
    """How many syncs each of three groups takes, its head included."""
    vfs = Counting()
    office, held = office_at_work(folder / "counted.sqlite", 1, vfs="counting")
    counts = []
    for number in range(3):
        before = vfs.syncs
        perform(office, held[0], number)
        counts.append(vfs.syncs - before)
    return counts


def main():
    acts = GROUP * GROUPS
    ratios = []
    for telegrams in OFFICES:
        with tempfile.TemporaryDirectory() as name:
            ours, theirs = speeds(Path(name), telegrams)
        print(f"books of {telegrams * GROUP:,} copies")
        for what, mine, peer in zip(("cpu", "wall"), ours, theirs, strict=True):
            print(
                f"  {what:4}: {acts / mine:9,.0f} acts/s, {acts / peer:9,.0f}/s inserted bare: "
                f"ratio {peer / mine:.3f} (wanted {WANTED})"
            )
        ratios.append(theirs[0] / ours[0])
    with tempfile.TemporaryDirectory() as name:
        counts = syncs(Path(name))
    print(f"syncs a group, head and all: {counts} (wanted {SYNCS})")
    if min(ratios) < WANTED or set(counts) != {SYNCS}:
        sys.exit("not as fast, or not as few syncs, as wanted")


if __name__ == "__main__":
    main()
