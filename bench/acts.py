"""Acts on 256 copies an order, with leaves and signed head, against the same rows inserted bare.

Each group is one signed order, performed by the registry on SQLite books, and one head over its
leaves.  The peer inserts the very rows that each group left (copies and leaves) into a file of
the same schema, one transaction a group, with the same pragmas.  The files of the ledger lie in
memory: they are not counted.  Wanted: a fifth of the peer's speed at least, and two syncs a group.

Run: python bench/acts.py [GROUPS]
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import apsw

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from offices import found  # noqa: E402  # the offices of the tests

from cablegram.ledger import log  # noqa: E402
from cablegram.storage.rows import LAYOUTS  # noqa: E402
from cablegram.storage.sql import statements  # noqa: E402
from cablegram.storage.sql.sqlite import SqliteBooks  # noqa: E402

GROUP = 256
GROUPS = int(sys.argv[1]) if len(sys.argv) > 1 else 20
WANTED = 1 / 5
SYNCS = 2
ACTS = (("file", {"place": "case 12"}), ("charge_out", {"reason": "wanted"}))


class Counting(apsw.VFS):
    """The system's own files, each sync of them counted."""

    def __init__(self):
        self.syncs = 0
        super().__init__("counting", "")

    def xOpen(self, name, flags):  # noqa: N802  # the library's name
        return CountingFile(self, name, flags)


class CountingFile(apsw.VFSFile):
    """One of them."""

    def __init__(self, vfs, name, flags):
        self._vfs = vfs
        super().__init__("", name, flags)

    def xSync(self, flags):  # noqa: N802  # the library's name
        self._vfs.syncs += 1
        super().xSync(flags)


def office_with_copies(folder, *, vfs=None):
    """An office whose registry holds 256 copies of one telegram."""
    folder.mkdir()
    office = found(books=SqliteBooks(folder / "books.sqlite", vfs=vfs))
    copies = office.in_registry(GROUP)
    log.sign_checkpoint(office.bureau, office.signer)
    return office, copies


def groups(office, copies, *, many, note=lambda _office: None):
    """CPU and wall seconds of so many groups; ``note`` looks at the books after each."""
    cpu = wall = 0.0
    for number in range(many):
        act, facts = ACTS[number % 2]
        signed = office.sign(act, facts, by="makarov", subjects=office.copies(copies))
        cpu_begun, begun = time.process_time(), time.perf_counter()
        office.perform([signed])
        log.sign_checkpoint(office.bureau, office.signer)
        cpu += time.process_time() - cpu_begun
        wall += time.perf_counter() - begun
        note(office)
    return cpu, wall


def bare(folder, left):
    """CPU and wall seconds of inserting what each group left."""
    folder.mkdir()
    path = folder / "bare.sqlite"
    SqliteBooks(path).close()  # the same schema and indexes
    connection = apsw.Connection(str(path))
    connection.execute("pragma journal_mode = wal; pragma synchronous = full").fetchall()
    connection.execute("pragma wal_autocheckpoint = 4096").fetchall()
    cpu_begun, begun = time.process_time(), time.perf_counter()
    for copies, leaves in left:
        connection.execute("begin immediate")
        connection.executemany(statements.put("copies"), copies)
        connection.executemany(statements.add("leaves"), leaves)
        connection.execute("commit")
    spent = time.process_time() - cpu_begun, time.perf_counter() - begun
    connection.close()
    return spent


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        left = []

        def note(office):
            with office.view() as books:
                last = books.leaves.get(office_size(books) - GROUP - 1)
                rows = books.leaves.find(after=last)
                handles = [row.subject for row in rows]
                copies = [books.copies.get(handle) for handle in handles]
            left.append(
                (
                    [LAYOUTS["copies"].values(copy) for copy in copies],
                    [LAYOUTS["leaves"].values(row) for row in rows],
                )
            )

        def office_size(books):
            return books.numbers.get("leaf", "").last

        ours = groups(*office_with_copies(folder / "ours"), many=GROUPS, note=note)
        theirs = bare(folder / "bare", left)
        vfs = Counting()
        office, copies = office_with_copies(folder / "counted", vfs="counting")
        counts = []
        for _ in range(2):
            before = vfs.syncs
            groups(office, copies, many=1)
            counts.append(vfs.syncs - before)
            copies = office.copies(copies)
            office.give("charge_out", {"reason": "back"}, by="makarov", subjects=copies)
    acts = GROUP * GROUPS
    for what, mine, peer in (("cpu", ours[0], theirs[0]), ("wall", ours[1], theirs[1])):
        print(
            f"{what}: {acts / mine:9,.0f} acts/s against {acts / peer:9,.0f} rows pairs/s bare: "
            f"ratio {peer / mine:.3f} (wanted {WANTED:.3f})"
        )
    print(f"syncs a group, head and all: {counts} (wanted {SYNCS})")
    if theirs[0] / ours[0] < WANTED or set(counts) != {SYNCS}:
        sys.exit("not as fast, or not as few syncs, as wanted")


if __name__ == "__main__":
    main()
