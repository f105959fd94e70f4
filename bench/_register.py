"""A large register for measuring: an office whose books hold so many telegrams and their copies.

What stands in them is what the registry itself would have written: rows, and for each act a leaf
with its seed that commits to its entry, so that the books stand up to ``registry.auditing``.
Two things are left out, for nothing that is measured reads them: signatures of spent orders of
long ago, and the papers of receipts.  The last head is signed over every leaf.

The shape (senders, days of the week, addressees) is that of 2,247 telegrams of the series Foreign
Relations of the United States, 1861 to 1942; the counts stand below, so that the corpus is not
needed.  What that series does not tell (copies, readers, how long papers are out) follows the
form of 1951: four copies, two of them to file, out for six days.
"""

from __future__ import annotations

import random
import sys
import time
from bisect import bisect_left
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from itertools import accumulate
from multiprocessing import get_context
from pathlib import Path

import apsw

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from cablegram.ledger import log, tile
from cablegram.ledger.checkpoint import Checkpoint
from cablegram.ledger.frontier import Frontier
from cablegram.ledger.merkle import leaf_hash
from cablegram.ledger.signer import Signer
from cablegram.ledger.tile import Edge
from cablegram.model.acts import RULES, Act, State
from cablegram.model.custody import Copy, numbered
from cablegram.model.orders import Head, Order, Subject
from cablegram.model.records import (
    CircuitItem,
    Correspondent,
    Incoming,
    Person,
    PrintRun,
    SignedHead,
    Telegram,
)
from cablegram.registry.holding import row_digest
from cablegram.storage.rows import LAYOUTS
from cablegram.storage.sql import statements
from cablegram.storage.sql.sqlite import SqliteBooks
from cablegram.wire import canonical
from cablegram.wire import order as order_format
from cablegram.wire.leaf import Entry, encode_entry, make
from offices import GivenClock, bare, card_of, found, office_keys

ROOT = Path(__file__).resolve().parents[1]

SENDERS = {
    "washington": 754, "geneva": 178, "london": 165, "rio-de-janeiro": 134, "addis-ababa": 115,
    "peking": 78, "rome": 73, "paris": 70, "managua": 64, "buenos-aires": 62,
}  # fmt: skip
"""Telegrams by the place they were sent from: the ten most frequent."""
WEEKDAYS = (352, 378, 347, 340, 396, 327, 88)
"""Telegrams by the day of the week they were sent on, Monday first."""
MADE = {2: 15, 3: 20, 4: 35, 5: 15, 6: 10, 8: 5}
"""Copies made of a telegram, in a hundred: about four."""
LEVELS = {"top secret": 30, "secret": 50, "confidential": 20}
PRECEDENCES = {"routine": 60, "priority": 25, "immediate": 12, "flash": 3}
OLD = {"destroyed": 55, "in_registry": 22, "filed": 15, "issued": 2, "with_office": 5, "missing": 1}
"""Where a reader's copy is after a month, in a hundred."""
NEW = {"issued": 55, "in_registry": 40, "in_transit": 5}
FILED = {"filed": 85, "in_registry": 15}
"""Where a file copy is."""

END = datetime(1951, 7, 5, 17, tzinfo=UTC)
YEARS = 20
READERS = 400
GROUP = 64
"""Telegrams that the registry handles together: one order an act."""
ACCEPTED = 4
"""Copies from elsewhere in a group."""
US = "moscow"
SHEETS = 2
HANDLED = ("allot", "print", "verify", "issue", "file", "destroy", "dispatch", "receipted", "miss")
SHELVES = (
    "telegrams", "copies", "print_runs", "incoming", "circuit_items", "orders", "pages", "leaves",
)  # fmt: skip


def register(path, telegrams, *, seed=1951, processes=2, tell=lambda _: None):
    """An office on books in ``path`` with so many telegrams, made there unless they are there.

    The file appears under its name only when it is whole; beside it, ``.edge``, the rows of
    hashes at the tree's right edge, which its next tiles go on from.
    """
    made = path.with_suffix(".new")
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        for stale in path.parent.glob(f"{made.name}*"):
            stale.unlink()
        _write(made, telegrams, seed, processes, tell)
        made.with_suffix(".edge").rename(path.with_suffix(".edge"))
        made.rename(path)
    return opened(path)


def opened(path):
    """The office on books that were made before, its people as the founding left them."""
    office = founded(SqliteBooks(path), fresh=False)
    with office.view() as view:
        for person in ("chief", "makarov", "vaganov"):
            rows = view.orders.find("officer", person, limit=1, backwards=True)
            office.numbers[person] = rows[0].number if rows else 0
        head = view.head.get("head")
    # What was published last, of which only the right edge is read again: as it was when the
    # register was made, and the leaves since.
    with office.view() as view:
        edge = Edge.decode(path.with_suffix(".edge").read_bytes())
        for rows in log.leaves(view, edge.size, head.size):
            edge, _ = edge.extend(leaf_hash(row.leaf) for row in rows)
    assert edge.root() == head.root
    for level, row in enumerate(edge.levels):
        if row:
            number = edge.size >> 8 * (level + 1)
            office.bureau.tiles.put(tile.path(level, number, len(row) // 32), row)
    office.bureau.tiles.put("checkpoint", head.note)
    return office


def founded(books, *, fresh=True):
    """The office before its first telegram; with books that are not fresh, its keys alone."""
    clock = GivenClock(END.strftime("%Y-%m-%dT%H:%M:%SZ"))
    if fresh:
        office = found(US, books=books, clock=clock)
        office.clock.pass_(seconds=1)
        return office
    office = bare(US, books=books, clock=clock)
    office.clock.pass_(seconds=1)
    office.bureau.random._seed = str(time.time_ns())  # noqa: SLF001  # handles drawn anew
    for person in ("chief", "makarov", "vaganov"):
        office.hire(person)
    return office


def _write(path, telegrams, seed, processes, tell):
    office = founded(SqliteBooks(path))
    size = office.size()
    with office.page() as page:
        page.persons.put_all([Person(reader(n), f"{n:032x}") for n in range(READERS)])
        for name in SENDERS:
            card = card_of(name, office_keys(name), Signer(f"{name}.test/ledger", bytes(32)))
            page.correspondents.put(Correspondent(name, card, 1, 1))
    with office.view() as view:
        edge, _ = Edge().extend(leaf_hash(row.leaf) for row in view.leaves.find(limit=1000))
        numbers = {p: view.orders.count("officer", p) for p in ("chief", "makarov", "vaganov")}
    office.bureau.books.close()
    connection = apsw.Connection(str(path))
    connection.execute("pragma journal_mode = off; pragma synchronous = off").fetchall()
    connection.execute("pragma locking_mode = exclusive; pragma cache_size = -1000000").fetchall()
    indexes = connection.execute(
        "select name, sql from sqlite_schema where type = 'index' and sql > ''"
    ).fetchall()
    for name, _ in indexes:
        connection.execute(f'drop index "{name}"')
    connection.execute("begin")
    tasks = [
        (seed, first, min(GROUP, telegrams - first), telegrams)
        for first in range(0, telegrams, GROUP)
    ]
    with get_context("fork").Pool(processes) as pool:
        for done, rows in enumerate(pool.imap(_group, tasks, chunksize=2), start=1):
            hashes = rows.pop("hashes")
            rows["leaves"] = [(size + n, *row) for n, row in enumerate(rows["leaves"])]
            at = [size + n for n in rows.pop("landed")]
            orders = []
            for n, (officer, act, body) in enumerate(rows.pop("spent")):
                numbers[officer] += 1
                digest = canonical.digest(body)
                orders.append((digest, officer, numbers[officer], act, body, "", at[n]))
            rows["orders"] = orders
            rows["pages"] = [(f"order {row[0]}", b"") for row in orders]
            size += len(hashes)
            edge, _ = edge.extend(hashes)
            for shelf in SHELVES:
                connection.executemany(statements.add(shelf), rows[shelf])
            if done % 50 == 0:
                tell(min(telegrams, done * GROUP))
    for kind, last in (
        ("cable", telegrams), ("print", telegrams), ("outer", telegrams), ("leaf", size),
        ("incoming", telegrams // GROUP * ACCEPTED + ACCEPTED),
    ):  # fmt: skip
        connection.execute("insert or replace into numbers values (?, ?, ?)", (kind, "", last))
    note = office.signer.sign(Checkpoint(office.bureau.origin, size, edge.root()).text())
    path.with_suffix(".edge").write_bytes(edge.encode())
    frontier = Frontier(size, edge.subtrees()).encode()
    head = SignedHead("head", size, edge.root(), note.encode(), frontier)
    connection.execute(statements.put("head"), LAYOUTS["head"].values(head))
    connection.execute("commit")
    for name, sql in indexes:
        tell(name)
        connection.execute(sql)
    connection.execute("pragma optimize").fetchall()
    connection.close()


def reader(number):
    """A reader's id."""
    return f"reader-{number:03}"


def moment(at):
    """UTC text."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


@cache
def _days():
    first = END.replace(hour=0) - timedelta(days=365 * YEARS)
    days = [first + timedelta(days=n) for n in range(365 * YEARS + 1)]
    return days, list(accumulate(WEEKDAYS[day.weekday()] for day in days))


def when(number, telegrams):
    """When a telegram was received: evenly by the weight of the days."""
    days, weights = _days()
    at = (number + 0.5) / telegrams * weights[-1]
    place = bisect_left(weights, at)
    into = 1 - (weights[place] - at) / WEEKDAYS[days[place].weekday()]
    return min(days[place] + timedelta(hours=6, seconds=into * 39600), END)


def _draw(drawn, table):
    return drawn.choices(list(table), list(table.values()))[0]


def _handle(*words):
    return sha256(" ".join(map(str, words)).encode()).hexdigest()[:32]


def _digest(*words):
    return "sha256:" + sha256(" ".join(map(str, words)).encode()).hexdigest()


class _Making:
    """The rows of one group, act by act."""

    def __init__(self, seed, first, telegrams):
        self.name = f"{seed} {first}"
        self.drawn = random.Random(self.name)
        self.telegrams = telegrams
        self.rows = {shelf: [] for shelf in SHELVES}
        self.hashes, self.spent, self.landed = [], [], []
        self.copies = {}
        self.acts = {act: [] for act in HANDLED}

    def order(self, officer, act, at, subjects=()):
        """A spent order; gives its digest.  It landed at the next leaf."""
        body = order_format.encode(
            Order(
                act=act,
                office=US,
                origin=f"{US}.test/ledger",
                subjects=tuple(subjects),
                facts={"of": f"{self.name} {len(self.spent)}"},
                officer=officer,
                key=_digest("key", officer),
                number=len(self.spent) + 1,
                signed_at=at,
                not_after=at,
                head=Head(0, bytes(32)),
            )
        )
        self.spent.append((officer, act, body))
        self.landed.append(len(self.hashes))
        return canonical.digest(body)

    def enter(self, entry):
        """One leaf."""
        seed = sha256(f"{self.name} {len(self.hashes)}".encode()).digest()
        leaf = make(entry, seed)
        self.hashes.append(leaf_hash(leaf))
        self.rows["leaves"].append(
            (leaf, entry.kind, entry.act, entry.subject, entry.seq, encode_entry(entry), seed)
        )

    def act(self, copy, act, at, officer, order, facts, **changes):
        """One act on one copy: the copy as it then stands, and its leaf."""
        seq = copy["seq"] = copy["seq"] + 1
        copy.update({"state": RULES[Act(act)].target, **changes})
        self.enter(
            Entry(
                kind="copy",
                act=act,
                subject=copy["handle"],
                seq=seq,
                at=at,
                officer=officer,
                second="chief" if act == "destroy" else "",
                holder=copy["holder"],
                office=copy["accountable"],
                numbers=copy["name"],
                evidence=canonical.encode(facts).decode() if facts else "",
                order=order,
                telegram=copy["telegram"],
                after=row_digest(_copy(copy)),
            )
        )


def _group(task):
    seed, first, many, telegrams = task
    group = _Making(seed, first, telegrams)
    for number in range(first + 1, first + 1 + many):
        _open(group, number, when(number - 1, telegrams))
    _accept(group, first // GROUP, when(first, telegrams))
    _handle_all(group)
    group.rows["copies"] = [LAYOUTS["copies"].values(_copy(c)) for c in group.copies.values()]
    return {
        **group.rows, "hashes": group.hashes, "spent": group.spent, "landed": group.landed,
    }  # fmt: skip


def _copy(values):
    return Copy(**{name: value for name, value in values.items() if name not in _NOTED})


_NOTED = frozenset({"name", "to", "at"})
"""What is noted beside a copy while it is made."""


def _open(group, number, at):
    drawn, made = group.drawn, _draw(group.drawn, MADE)
    sender, said = _draw(drawn, SENDERS), moment(at)
    handle, letter, sealed = (
        _handle(group.name, "telegram", number),
        _digest("letter", number),
        _digest("sealed", number),
    )  # fmt: skip
    order = group.order("vaganov", "open", said)
    level = _draw(drawn, LEVELS)
    telegram = Telegram(
        handle, "in", sender, "T", 1000 + number // 7, number, letter, sealed, "Mao Zedong", level,
        _draw(drawn, PRECEDENCES), moment(at - timedelta(hours=5)), said, said, "vaganov",
        0, "", "", "", made, order,
    )  # fmt: skip
    rows = group.rows
    rows["telegrams"].append(LAYOUTS["telegrams"].values(telegram))
    rows["print_runs"].append(
        LAYOUTS["print_runs"].values(PrintRun(number, handle, "chief", said, "done", order))
    )
    rows["incoming"].append(
        LAYOUTS["incoming"].values(
            Incoming(sealed, number, sender, "telegram", said, "opened", "", handle)
        )
    )
    rows["circuit_items"].append(
        LAYOUTS["circuit_items"].values(
            CircuitItem(sender, "in", number, letter, "", sealed, handle, 1, "seen")
        )
    )
    group.enter(
        Entry(
            kind="telegram",
            act="open",
            subject=handle,
            seq=1,
            at=said,
            officer="vaganov",
            office=sender,
            numbers=f"cable {number}",
            evidence=canonical.encode({"letter": letter}).decode(),
            order=order,
        )
    )
    age = (END - at).days
    for n in range(1, made + 1):
        file = n > made - 2
        whom = "file" if file else reader(int(READERS * drawn.random() ** 2))
        to = _draw(drawn, FILED if file else OLD if age > 30 else NEW)  # days
        if number > group.telegrams * 0.9995:
            to = "allotted" if number % 2 else "printed"
        copy = {
            "handle": _handle(group.name, number, n), "telegram": handle, "number": n, "made": made,
            "whom": whom, "state": State.ALLOTTED, "accountable": US, "series": "T", "seq": 0,
            "holder": "", "print_number": 0, "sheets": 0, "classification": level,
            "to": to, "at": at, "name": f"copy {n} of {made}",
        }  # fmt: skip
        group.copies[copy["handle"]] = copy
        facts = {"copy": n, "made": made, "whom": whom}
        group.act(copy, "allot", said, "vaganov", order, facts)


def _accept(group, number, at):
    """Copies that came from other offices, under our stamp."""
    for n in range(ACCEPTED):
        said, serial = moment(at), number * ACCEPTED + n + 1
        order = group.order("makarov", "accept", said)
        owner, limit = _draw(group.drawn, SENDERS), moment(at + timedelta(days=6))
        there = {"owner": owner, "owner_cable": 50_000 + serial, "owner_copy": 1}
        facts = {**there, "incoming": f"575/{serial}", "sheets": SHEETS, "limit_at": limit}
        open_ = (END - at).days < 30  # days
        copy = {
            "handle": _handle(group.name, "from", owner, n), "telegram": "", "number": 1, "made": 0,
            "whom": "", "state": State.IN_REGISTRY, "accountable": US, "series": "T", "seq": 0,
            "holder": "", "sheets": SHEETS, "limit_at": limit, "limit_to": owner, **there,
            "incoming": f"575/{serial}", "classification": "secret", "name": "copy 1", "at": at,
            "to": "in_registry" if open_ else "",
        }  # fmt: skip
        copy["name"] = f"copy {numbered(_copy(copy))}"
        group.copies[copy["handle"]] = copy
        group.act(copy, "accept", said, "makarov", order, facts)
        if not open_:
            order = group.order("makarov", "destroy", limit)
            ended = {"limit_at": "", "limit_to": ""}
            facts = {"method": "burnt", "sheets": SHEETS}
            group.act(copy, "destroy", limit, "makarov", order, facts, **ended)


def _handle_all(group):
    """What the registry did with the group's copies, one order an act."""
    born = [copy for copy in group.copies.values() if copy["telegram"]]
    told = group.rows["telegrams"]
    cable = {row[0]: row[5] for row in told}
    for act, officer, hours in (
        ("print", "chief", 1), ("verify", "makarov", 2), ("issue", "makarov", 3),
        ("file", "makarov", 4), ("dispatch", "makarov", 5), ("receipted", "makarov", 30),
        ("destroy", "makarov", 600), ("miss", "makarov", 700),
    ):  # fmt: skip
        mine = [copy for copy in born if act in _WAY[copy["to"]]]
        if not mine:
            continue
        at = moment(min(max(copy["at"] for copy in mine) + timedelta(hours=hours), END))
        order = group.order(
            officer, act, at, [Subject(copy["handle"], copy["seq"]) for copy in mine[:256]]
        )
        for copy in mine:
            facts, changes = _done(group, copy, act, at, cable[copy["telegram"]])
            group.act(copy, act, at, officer, order, facts, **changes)


_WAY = {
    "allotted": (),
    "printed": ("print",),
    "in_registry": ("print", "verify"),
    "issued": ("print", "verify", "issue"),
    "filed": ("print", "verify", "file"),
    "destroyed": ("print", "verify", "destroy"),
    "in_transit": ("print", "verify", "dispatch"),
    "with_office": ("print", "verify", "dispatch", "receipted"),
    "missing": ("print", "verify", "miss"),
}


def _done(group, copy, act, at, cable):  # noqa: PLR0911  # one act, one return
    """The facts of an act, and what it changes."""
    due = moment(datetime.fromisoformat(at) + timedelta(days=6))
    if act == "print":
        facts = {"print_number": cable, "digest": _digest(copy["handle"]), "sheets": SHEETS}
        return facts, {"print_number": cable, "sheets": SHEETS, "printed_by": "chief"}
    if act == "issue":
        given = {"holder": copy["whom"], "due_at": due, "return_to": "the Eighth Department"}
        return given, given
    if act == "file":
        return {"place": f"case {cable // 500}"}, {"place": f"case {cable // 500}"}
    if act == "dispatch":
        office = _draw(group.drawn, SENDERS)
        sent = {"due_at": due, "limit_at": due, "limit_to": "the Eighth Department"}
        return {"office": office, "carrier": "courier", **sent}, {"holder": office, **sent}
    if act == "receipted":
        stamp = f"{cable % 900}/{cable}"
        there = {"accountable": copy["holder"], "their_incoming": stamp}
        back = {"due_at": copy["limit_at"], "return_to": copy["limit_to"]}
        facts = {"receipt": _digest("receipt", cable), "incoming": stamp, "sheets": SHEETS}
        return facts, {**there, **back}
    if act == "destroy":
        return {"method": "burnt", "sheets": SHEETS}, {}
    if act == "miss":
        return {"reason": "not seen at the muster"}, {"kept_state": "in_registry"}
    return {}, {}
