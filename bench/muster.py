"""A muster of 10,000 copies, opened, sighted in ten sittings and closed, against a bare anti-join.

The books are SQLite's, with 40 telegrams of 256 copies.  Each copy but every hundredth is scanned
by its code.  Timed are the three acts, their orders' checks, leaves and signed heads included, and
the look at what is left that the two closers are shown.  The peer is what an SQL hand would type on
the same books: the scanned numbers into a table, and the copies that are not in it.  It keeps
nothing, proves nothing and knows no act since the cut-off; it says how far from the bottom we are.

Wanted: 10,000 copies under 5 seconds of this machine's work, all together; what others do on it
meanwhile is in the wall's figure alone.

Run: python bench/muster.py [TELEGRAMS]
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import apsw

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from cablegram.ledger import log
from cablegram.model import check
from cablegram.registry import mustering, musters
from cablegram.storage.sql.sqlite import SqliteBooks
from cablegram.wire import canonical
from offices import found

GROUP = 256
TELEGRAMS = int(sys.argv[1]) if len(sys.argv) > 1 else 40
SITTINGS = 10
AWAY = 100
"""One copy of so many is not scanned."""
WANTED_S = 5.0


def office_at_work(path):
    """An office whose registry holds 256 copies of each telegram, and the codes on their sheets."""
    office = found(books=SqliteBooks(path))
    for number in range(1, TELEGRAMS + 1):
        office.in_registry(GROUP, outgoing=number)
    log.sign_checkpoint(office.bureau, office.signer)
    scans = [
        check.code(office.name, cable, number)
        for cable in range(1, TELEGRAMS + 1)
        for number in range(1, GROUP + 1)
    ]
    return office, [code for n, code in enumerate(scans, 1) if n % AWAY]


def timed(what, done, times):
    """Do it and keep how long it took."""
    start, wall = time.process_time(), time.perf_counter()
    answer = done()
    times[what] = times.get(what, 0.0) + time.process_time() - start
    times["wall"] = times.get("wall", 0.0) + time.perf_counter() - wall
    return answer


def hold(office, scans, times):
    """The muster; gives how many were not seen."""

    def head():
        log.sign_checkpoint(office.bureau, office.signer)

    def opened():
        done = office.give("open_muster", {})
        head()
        return int(done.answer)

    number = timed("open", opened, times)
    size = -(-len(scans) // SITTINGS)
    for first in range(0, len(scans), size):
        seen = scans[first : first + size]
        facts = {"muster": str(number), "sighted": musters.digest_of(seen)}

        def sat(facts=facts, seen=seen):
            office.give("sight", facts, by="makarov", matter="\n".join(seen).encode())
            head()

        timed("sight", sat, times)

    def look():
        with office.view() as books:
            return mustering.encode(books, mustering.conclude_now(books, books.musters.get(number)))

    outcome = timed("look", look, times)
    facts = {"muster": str(number), "outcome": canonical.digest(outcome)}

    def close():
        office.give("close_muster", facts, two="makarov")
        head()

    timed("close", close, times)
    return outcome.count(b'"', *_span(outcome)) // 2


def _span(outcome):
    """Where the list of what was not seen begins and ends."""
    begins = outcome.index(b'"unsighted":[') + len(b'"unsighted":[')
    return begins, outcome.index(b"]", begins)


def bare(path, scans):
    """The anti-join on the same books; gives how many were not seen."""
    connection = apsw.Connection(str(path))
    connection.execute("create temp table seen (cable integer, number integer)")
    rows = [(int(code.split(":")[2]), int(code.split(":")[3])) for code in scans]
    connection.execute("begin")
    connection.executemany("insert into seen values (?, ?)", rows)
    connection.execute("commit")
    away = connection.execute(
        "select c.handle from copies c join telegrams t on t.handle = c.telegram "
        "where c.state = 'in_registry' except select c.handle from seen s "
        "join telegrams t on t.cable_number = s.cable "
        "join copies c on c.telegram = t.handle and c.number = s.number"
    ).fetchall()
    connection.close()
    return len(away)


def main():
    times: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "books.sqlite"
        office, scans = office_at_work(path)
        away = hold(office, scans, times)
        peers: dict[str, float] = {}
        other = timed("bare", lambda: bare(path, scans), peers)
    wall = times.pop("wall")
    copies, total = TELEGRAMS * GROUP, sum(times.values())
    parts = ", ".join(f"{what} {seconds:.2f} s" for what, seconds in times.items())
    print(
        f"{copies:,} copies, {len(scans):,} scans: {total:.2f} s cpu "
        f"({parts}), {wall:.2f} s wall; {away} not seen"
    )
    print(f"a bare anti-join on the same books: {peers['bare']:.2f} s; {other} not seen")
    if away != other or total > WANTED_S * copies / 10_000:
        sys.exit("not as fast as wanted, or another count")


if __name__ == "__main__":
    main()
