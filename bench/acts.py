"""Acts on 256 copies an order, with leaves and signed head, against the same rows inserted bare.

The books are those of an office at work: 5,120 copies of twenty telegrams.  Each group is one
signed order on the copies of one telegram, performed by the registry on SQLite books, and one head
over its leaves.  The peer writes the very rows that each group left (copies and leaves) into a copy
of the same books, one transaction a group, with the same pragmas.  The files of the ledger lie in
memory: they are not counted.  Wanted: a fifth of the peer's speed at least, and two syncs a group.

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
TELEGRAMS = 20
GROUPS = int(sys.argv[1]) if len(sys.argv) > 1 else 2 * TELEGRAMS
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


def speeds(folder):
    """CPU and wall seconds of all groups: ours, and the peer's; the two take turns."""
    office, held = office_at_work(folder / "ours.sqlite", TELEGRAMS)
    peer = same_books(office, folder / "peer.sqlite")
    ours, theirs = [0.0, 0.0], [0.0, 0.0]
    for number, copies in enumerate(islice(cycle(held), GROUPS)):
        times = perform(office, copies, number // TELEGRAMS)
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
    with tempfile.TemporaryDirectory() as name:
        ours, theirs = speeds(Path(name))
        counts = syncs(Path(name))
    acts = GROUP * GROUPS
    for what, mine, peer in zip(("cpu", "wall"), ours, theirs, strict=True):
        print(
            f"{what:4}: {acts / mine:9,.0f} acts/s, {acts / peer:9,.0f}/s inserted bare: "
            f"ratio {peer / mine:.3f} (wanted {WANTED})"
        )
    print(f"syncs a group, head and all: {counts} (wanted {SYNCS})")
    if theirs[0] / ours[0] < WANTED or set(counts) != {SYNCS}:
        sys.exit("not as fast, or not as few syncs, as wanted")


if __name__ == "__main__":
    main()
