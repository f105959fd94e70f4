"""An opening balance of 100,000 copies from a file, against the same rows inserted bare.

The file is read, held to itself and to the books, signed by two a batch, and performed by the
registry on SQLite books with a head over each batch; the files of the ledger lie in memory.  The
peer writes the very rows that were left (telegrams, copies, leaves, search keys) into new books, a
transaction a batch.  Wanted: under 60 seconds.

Run: python bench/charge.py [COPIES]
"""

from __future__ import annotations

import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import apsw

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from cablegram.ledger import log
from cablegram.model import balance
from cablegram.model.handling import default_series
from cablegram.registry import balances
from cablegram.storage.rows import LAYOUTS
from cablegram.storage.sql import statements
from cablegram.storage.sql.sqlite import CHECKPOINT_PAGES, SqliteBooks
from cablegram.wire import balance as format_
from cablegram.wire import canonical
from offices import CHIEF, every, found

COPIES = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
MADE = 4
WANTED_S = 60
STATES = ("filed", "filed", "in_registry", "issued", "destroyed")
SHELVES = ("telegrams", "copies", "leaves", "finds")


def old_books(copies):
    """A file of an old register: four copies a telegram, in all the places that copies lie."""
    rows = ["cable,copy,made,office,outgoing,received,content,sheets,state,place,holder,due"]
    for number in range(copies):
        cable, copy = 1 + number // MADE, 1 + number % MADE
        state = STATES[number % len(STATES)]
        place = f"case {cable // 200}" if state == "filed" else ""
        out = ("stalin", "1.9.1951") if state == "issued" else ("", "")
        told = f"beijing,{cable},5.7.1951 21.00,On the talks about article {cable % 97}"
        words = told if copy == 1 else ",,,"
        rows.append(f"{cable},{copy},{MADE},{words},2,{state},{place},{out[0]},{out[1]}")
    return "\n".join(rows).encode()


def take(office, data):
    """The whole of it, as `charge take` does it; gives the seconds of each part."""
    times = [time.perf_counter()]
    cpu = time.process_time()
    with office.view() as view:
        read = balances.read(view, data, office.bureau)
    assert not read.faults, read.faults[:3]
    times.append(time.perf_counter())
    batches = balance.batches(read.groups)
    for number, batch in enumerate(batches, 1):
        matter = format_.encode(balance.lines_of(batch))
        facts = {"list": canonical.digest(matter), "source": read.source}
        facts |= {"batch": number, "batches": len(batches)}
        office.give("charge", facts, two="makarov", matter=matter)
        log.sign_checkpoint(office.bureau, office.signer)
    times.append(time.perf_counter())
    return times[1] - times[0], times[2] - times[1], time.process_time() - cpu, len(batches)


def bare(office, path, batches):
    """The same rows into new books, as many transactions."""
    SqliteBooks(path).close()
    peer = apsw.Connection(str(path))
    peer.execute("pragma journal_mode = wal; pragma synchronous = full").fetchall()
    peer.execute(f"pragma wal_autocheckpoint = {CHECKPOINT_PAGES}").fetchall()
    with office.view() as view:
        rows = {
            name: [LAYOUTS[name].values(row) for row in every(getattr(view, name))]
            for name in SHELVES
        }
    began = time.perf_counter()
    for number in range(batches):
        peer.execute("begin immediate")
        for name in SHELVES:
            part = len(rows[name]) // batches + 1
            some = rows[name][number * part : (number + 1) * part]
            peer.executemany(statements.add(name), some)
        peer.execute("commit")
    spent = time.perf_counter() - began
    peer.close()
    return spent


def main():
    data = old_books(COPIES)
    with tempfile.TemporaryDirectory() as name:
        office = found(
            books=SqliteBooks(Path(name) / "ours.sqlite"),
            regime=replace(default_series("T", "here"), short_content=True),
        )
        office.clock.set("1951-08-01T09:00:00Z")
        assert CHIEF in office.people
        read_s, take_s, cpu_s, batches = take(office, data)
        peer_s = bare(office, Path(name) / "peer.sqlite", batches)
        leaves = office.size()
    whole = read_s + take_s
    print(f"{COPIES:,} copies, {leaves:,} entries, {batches} batches")
    print(f"  dry run {read_s:5.1f} s, taken on {take_s:5.1f} s, together {whole:5.1f} s")
    print(f"  of that, cpu {cpu_s:5.1f} s")
    print(f"  the same rows inserted bare {peer_s:5.1f} s: ratio {peer_s / whole:.2f}")
    print(f"  wanted under {WANTED_S} s")
    if whole > WANTED_S:
        sys.exit("not as fast as wanted")


if __name__ == "__main__":
    main()
