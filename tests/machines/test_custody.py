"""Custody under random orders, clocks and crashes: what must hold after every step.

The books are wrapped so that any write of a page, or its commit, can fail before or after it
takes effect; the order is then given again, as a person would.  ``CABLEGRAM_SOAK=1`` runs
ten times as much.
"""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from contextlib import contextmanager, suppress
from dataclasses import fields, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

import restored
from cablegram import registry
from cablegram.errors import CablegramError, OrderError, StorageError
from cablegram.ledger import audit, log
from cablegram.model.acts import FINAL, RULES, Act, Mark, State
from cablegram.model.custody import Copy
from cablegram.model.handling import default_series
from cablegram.model.orders import Subject
from cablegram.model.records import Counter as Counted
from cablegram.ports import SPECS
from cablegram.registry import Done, Repeat, entries, numbering, restoring
from cablegram.registry.reading import every
from cablegram.storage.memory import MemoryBooks
from cablegram.storage.sql.snapshot import snapshot
from cablegram.storage.sql.sqlite import SqliteBooks
from cablegram.wire.leaf import decode_entry, make
from offices import CHIEF, digest, found, later, refuses

SOAK = bool(os.environ.get("CABLEGRAM_SOAK"))
LIFE = {
    "deadline": None,
    "max_examples": 200 if SOAK else 12,
    "stateful_step_count": 100 if SOAK else 40,
    "suppress_health_check": list(HealthCheck),
    # A life that fails is told as it was: shortening it takes minutes.
    "phases": [Phase.reuse, Phase.generate, *([Phase.shrink] if SOAK else [])],
}
PEOPLE = ("molotov", "malenkov")
OFFICERS = (CHIEF, "makarov", "vaganov")
BREAKS = (None, None, None, 0, 1, 2, 3, 4, "before", "after")
MOVES = sorted(act.value for act in Act if RULES[act].sources and act is not Act.PRINT)


class PowerCut(Exception):  # noqa: N818  # it is what happens, not what is wrong
    """The process is gone at this write."""


class Failing:
    """Books whose page breaks at the n-th write, or at its commit before or after it counts."""

    def __init__(self, books):
        self.books = books
        self.at = None  # a number of writes, "before" or "after"
        self.broke = False

    def view(self):
        return self.books.view()

    @contextmanager
    def page(self, key):
        at, self.at = self.at, None
        if at is None:
            with self.books.page(key) as page:
                yield page
            return
        with self.books.page(key) as page:
            left = [at if isinstance(at, int) else -1]
            yield _Breaking(page, left, self)
            if at == "before":
                self.broke = True
                raise PowerCut
        if at == "after":
            self.broke = True
            raise PowerCut


class _Breaking:
    """A page whose shelves count writes down."""

    def __init__(self, page, left, owner):
        for name in SPECS:
            setattr(self, name, _Shelf(getattr(page, name), left, owner))
        self.repeated = page.repeated
        self.answer = page.answer


class _Shelf:
    def __init__(self, shelf, left, owner):
        self._shelf, self._left, self._owner = shelf, left, owner
        self.get, self.find, self.count = shelf.get, shelf.find, shelf.count

    def __getattr__(self, name):
        def write(*args):
            if self._left[0] == 0:
                self._owner.broke = True
                raise PowerCut
            self._left[0] -= 1
            getattr(self._shelf, name)(*args)
            if self._left[0] == 0 and name == "put_all":  # half a batch is no batch
                self._owner.broke = True
                raise PowerCut

        return write


def facts_for(act, copy, office, data):
    """What an officer might say with this act; now and then something that cannot be."""
    sheets = data.draw(st.sampled_from([copy.sheets or 1] * 4 + [1, 2, 0]))
    holder = data.draw(st.sampled_from(PEOPLE))
    soon = later(office.bureau.now(), days=data.draw(st.sampled_from([3, 1, 7, -1])))
    inquiry = data.draw(st.integers(1, 4))
    said = {
        "issue": {"holder": holder, "due_at": soon, "return_to": "here"},
        "hand_over": {"holder": holder, "sheets": sheets}
        | ({"reason": "asked"} if data.draw(st.booleans()) else {}),
        "return": {"sheets": sheets, "reason": "enough"},
        "file": {"place": "case 1"},
        "charge_out": {"reason": "wanted"},
        "dispatch": {"office": "special", "carrier": "courier", "due_at": soon},
        "receipted": {"receipt": digest("forged")},
        "dispute": {"reason": "seal broken"},
        "settle_there": {"receipt": digest("signed")},
        "settle_back": {"receipt": digest("signed"), "sheets": sheets},
        "come_back": {"sheets": sheets},
        "give_back": {"receipt": digest("forged")},
        "report_destroyed": {"certificate": digest("theirs")},
        "destroy": {"method": "burnt", "sheets": sheets},
        "void": {"reason": "spoilt"},
        "reprint": {"reason": "smudged", "sheets": 2},
        "verify": {},
        "read": {"reader": holder},
        "annotate": {"written_by": holder, "evidence": digest("note"), "to": "molotov malenkov"},
        "fulfil": {"evidence": digest("report"), "task": data.draw(st.integers(1, 6))},
        "extend": {"due_at": soon, "reason": "leave"},
        "recall": {"reason": "superseded"},
        "regrade": {"classification": "secret", "reason": "order"},
        "replace_sheet": {"sheets": sheets, "reason": "torn"},
        "describe": {"content": "on the truce"},
        "miss": {"reason": "not seen"},
        "declare_lost": {"inquiry": inquiry, "reason": "closed"},
        "find": {"reason": "behind the safe"},
        "compromise": {"reason": "photographed"},
        "contain": {"inquiry": inquiry, "reason": "limited"},
        "declassify": {"authority": "the originator"},
        "show": {"reader": holder, "sheets": sheets},
        "route": {"readers": "molotov/48 malenkov"},
        "cancel": {"reason": "their letter 7"},
        "correct": {"entry": data.draw(st.integers(0, 60)), "reason": "a slip"},
    }[act]
    if data.draw(st.integers(0, 19)) == 19:
        said = {**said, "weather": "fine"}
    return said


class Custody(RuleBasedStateMachine):
    """One office, anything anybody might order there."""

    folder = None

    def __init__(self):
        super().__init__()
        self.temp = TemporaryDirectory() if self.folder else None
        self.office = found(
            regime=replace(default_series("T", "here"), allowance=1),
            folder=Path(self.temp.name) if self.temp else None,
        )
        self.failing = Failing(self.office.bureau.books)
        self.office.bureau = replace(self.office.bureau, books=self.failing)
        special = found("special", others=("poskrebyshev",))
        self.office.know(special)
        self.consent = self.office.bureau.blobs.put(b"a scan of their consent")
        self.made = 0
        self.final = {}
        self.outgoing = 3349
        self.backup = None
        self.restores = self.ledgers = 0
        self.lost = {}
        self.jumped = {kind: (frozenset(), 0) for kind in (numbering.CABLE, numbering.PRINT)}
        self.old = {}
        self.world = {}
        self.stamped = set()

    def teardown(self):
        if self.temp:
            self.failing.books.close()
            self.temp.cleanup()

    # --- orders ---------------------------------------------------------------------------

    def give(self, signed, breaks):
        """Give an order over books that may break, then again; what was refused changed nothing."""
        before = self.office.dump()
        self.failing.at, self.failing.broke = breaks, False
        try:
            first = self.office.perform(signed)
        except PowerCut:
            first = None
        except CablegramError:
            self.failing.at = None
            assert before == self.office.dump(), "a refusal changed the books"
            return None
        self.failing.at = None
        if first is None and breaks != "after":
            assert before == self.office.dump(), "half a page was kept"
        between = self.office.dump()
        try:
            again = self.office.perform(signed)
        except CablegramError:
            assert first is None
            assert between == self.office.dump()
            return None
        kept = first is not None or breaks == "after"
        assert isinstance(again, Repeat if kept else Done), (again, breaks)
        if kept:
            assert between == self.office.dump(), "a repeat wrote something"
        return again.done if isinstance(again, Repeat) else again

    @initialize()
    def begin(self):
        """Four copies in the registry, four that wait to be printed."""
        self.office.in_registry(4)
        self.made += 4
        self.open_another()

    @precondition(lambda self: self.made < 12)
    @rule()
    def open_another(self):
        self.outgoing += 1
        entered = self.office.telegram(outgoing=self.outgoing)
        self.made += len(entered.copies)

    @precondition(lambda self: "allotted" in self.by_state())
    @rule(data=st.data())
    def print_some(self, data):
        waiting = [copy for copy in self.copies() if copy.state is State.ALLOTTED]
        of = data.draw(st.sampled_from(sorted({copy.telegram for copy in waiting})))
        chosen = [copy for copy in waiting if copy.telegram == of]
        chosen = [copy for copy in chosen if not copy.has(Mark.CANCELLED)]
        able = [copy for copy in chosen if copy.handle not in self.old]
        if able != chosen:
            with self.failing.books.view() as books:
                for copy in set(chosen) - set(able):
                    with pytest.raises(OrderError, match="may have been printed"):
                        restoring.refuse_print(books, copy, self.office.bureau)
        if able:
            self.office.printed(able)

    @rule(data=st.data())
    def order(self, data):
        """Any act on copies that stand alike, mostly one that their state admits."""
        copies = self.copies()
        one = data.draw(st.sampled_from(copies))
        able = [act for act in MOVES if one.state in RULES[Act(act)].sources]
        act = data.draw(
            st.sampled_from(able if able and data.draw(st.integers(0, 9)) < 9 else MOVES)
        )
        alike = [copy for copy in copies if copy.state is one.state and copy != one]
        chosen = [one]
        if alike and data.draw(st.booleans()):
            chosen += data.draw(
                st.lists(st.sampled_from(alike), max_size=2, unique_by=lambda c: c.handle)
            )
        said = facts_for(act, one, self.office, data)
        first, second = data.draw(st.permutations(OFFICERS))[:2]
        stale = data.draw(st.integers(0, 15)) == 15
        subjects = [Subject(copy.handle, copy.seq - stale) for copy in chosen]
        signed = [self.office.sign(act, said, by=first, subjects=subjects)]
        if data.draw(st.integers(0, 3)):
            twice = data.draw(st.integers(0, 9)) == 9
            signed.append(self.office.second(signed[0], by=first if twice else second))
        self.give(signed, data.draw(st.sampled_from(BREAKS)))

    @rule(data=st.data())
    def another_order(self, data):
        """Orders come more often than anything else."""
        self.order(data)

    @rule(data=st.data())
    def three_orders(self, data):
        """Several in a row."""
        for _ in range(3):
            self.order(data)

    @precondition(lambda self: self.made < 14)
    @rule(data=st.data(), breaks=st.sampled_from([None, 0, 1, 2, 3, 4, "before", "after"]))
    def accept(self, data, breaks):
        """Paper from elsewhere, under our own next number or one that is stamped on it."""
        stamp = data.draw(st.sampled_from(["", "575/", "575/3", "12"]))
        said = {"owner": "provost", "sheets": 1, "incoming": stamp}
        if not stamp:
            del said["incoming"]
        done = self.give([self.office.sign("accept", said, by="makarov")], breaks)
        self.made += done is not None
        if done is not None and stamp:
            self.stamped |= set(done.copies)

    @precondition(lambda self: self.made < 14)
    @rule(breaks=st.sampled_from([None, 0, 1, 2, 3, 4, 5, "before", "after"]))
    def allot_extra(self, breaks):
        with self.office.view() as books:
            telegram = books.telegrams.find(limit=1)[0]
            number = restoring.next_copy(books, telegram, self.office.bureau)
        said = {"copy": number, "made": number, "whom": "file", "consent": self.consent}
        first = self.office.sign("allot", said, subjects=[Subject(telegram.handle, 1)])
        done = self.give([first, self.office.second(first, by="makarov")], breaks)
        self.made += done is not None

    @rule(hours=st.sampled_from([1, 30, 100, -50, 2000]))
    def the_clock_jumps(self, hours):
        """Forward or back: not one row changes; behind the last entry nothing is ordered."""
        before, now = self.office.dump(), self.office.bureau.now()
        self.office.clock.pass_(hours=hours)
        assert before == self.office.dump()
        if hours < 0 and self.office.leaves()[-1][1].at > later(now, hours=hours):
            with refuses(self.office, "", OrderError):  # behind the last entry, or an appointment
                self.office.cover("Late", "late")
            self.office.clock.set(now)

    @rule()
    def head(self):
        """A head over everything; it only ever grows."""
        with self.office.view() as books:
            last = books.head.get(log.HEAD)
        signed = log.sign_checkpoint(self.office.bureau, self.office.signer)
        assert signed.size == self.office.size() >= (last.size if last else 0)

    @rule()
    def back_up(self):
        """The books as they stand under a head, and what is known of them."""
        log.sign_checkpoint(self.office.bureau, self.office.signer)
        # A telegram with a copy made since the last restore has jumped; others have yet to.
        since = {copy.telegram for copy in self.copies() if copy.handle not in self.old}
        lost = {telegram: n for telegram, n in self.lost.items() if telegram not in since}
        known = (self.made, dict(self.final), self.office.bureau, lost)
        self.backup = (self.keep(), self.office.bureau.now(), known)
        self.restores = 0

    @precondition(lambda self: self.backup and self.restores < 2)
    @rule(hours=st.sampled_from([0, 3, 40]))
    def restore(self, hours):
        """The books are lost and come back; the ledger is a new one, and numbers go on far off."""
        kept, made_at, (self.made, final, bureau, lost) = self.backup
        self.final = dict(final)
        if self.office.bureau.now() < made_at:
            self.office.clock.set(made_at)
        self.office.clock.pass_(hours=hours)
        self.bring_back(kept)
        self.office.bureau = replace(bureau, books=self.failing)
        self.ledgers += 1
        name = f"moscow.test/ledger-{self.ledgers}"
        before = restored.renamed(self.office, name)
        facts = restored.facts_of(self.office, before, made_at=made_at)
        if self.restores:
            facts["again"] = self.restores
        self.office.give("restore", facts, by=self.office.name)
        self.restores += 1
        self.old = {copy.handle: copy for copy in self.copies()}
        whole = {copy.telegram for copy in self.old.values()}
        self.lost = {telegram: lost.get(telegram, 0) + self.restores for telegram in whole}
        with self.office.view() as books:
            here = {
                numbering.CABLE: {row.cable_number for row in every(books.telegrams)},
                numbering.PRINT: {row.number for row in every(books.print_runs)},
            }
            self.jumped = {k: (frozenset(v), numbering.last(books, k)) for k, v in here.items()}

    @precondition(lambda self: self.restores)
    @rule()
    def go_on(self):
        """Two officers let a restored office send again; a second time there is nothing to let."""
        letter = "UVWXYZ"[min(self.restores, 2) * 2 + bool(self.old) - 1]
        with suppress(CablegramError):
            self.office.settle(default_series(letter, "here"))
            self.office.give("settle", {"name": "series", "value": letter})
            self.office.give("resume", {"series": letter}, two="makarov")

    def keep(self):
        """A copy of the books that nothing changes any more."""
        return self.failing.books._shelves

    def bring_back(self, kept):
        books = MemoryBooks()
        books._shelves = kept
        self.failing.books = books

    # --- what must hold -------------------------------------------------------------------

    def copies(self):
        with self.office.view() as books:
            return list(every(books.copies))

    @invariant()
    def copies_add_up(self):
        """By state they sum to copies made plus copies accepted."""
        assert self.made == len(self.copies()) == sum(self.by_state().values())

    @invariant()
    def final_is_final(self):
        """Void, given back, destroyed: a copy that was there is there still."""
        for copy in self.copies():
            if copy.state in FINAL:
                self.final.setdefault(copy.handle, copy.state)
        now = {copy.handle: copy.state for copy in self.copies()}
        assert all(now[handle] is state for handle, state in self.final.items())

    @invariant()
    def somebody_answers(self):
        """Custody is never empty: an office answers for every copy, a holder has what is out."""
        for copy in self.copies():
            assert copy.accountable
            away = {State.ISSUED, State.IN_TRANSIT, State.WITH_OFFICE, State.DISPUTED}
            assert copy.state not in away or copy.holder

    @invariant()
    def every_change_is_one_leaf(self):
        """The leaves are as many as the subjects' changes, and each opens to its own row."""
        with self.office.view() as books:
            rows = list(every(books.leaves))
            assert len(rows) == entries.size(books)
        assert list(range(len(rows))) == [row.index for row in rows]
        seen = Counter()
        for row in rows:
            seen[row.subject] += 1
            assert seen[row.subject] == row.seq
            entry = decode_entry(row.entry)
            assert make(entry, row.seed) == row.leaf
        for copy in self.copies():
            assert seen[copy.handle] == copy.seq
        others = sum(many for subject, many in seen.items() if subject not in self.handles())
        assert len(rows) == others + sum(copy.seq for copy in self.copies())

    @invariant()
    def the_inspector_agrees(self):
        """Replaying kind, act, subject and seq gives the very states of the shelf."""
        with self.office.view() as books:
            rows = [(r.index, r.kind, r.act, r.subject, r.seq) for r in every(books.leaves)]
        replayed = audit.custody(rows)
        assert self.by_state() == dict(replayed.by_state)
        assert len(self.copies()) == replayed.copies

    @invariant()
    def the_shelf_is_what_the_leaves_say(self):
        """Rebuilt from the openings of their leaves alone, the copies are the same copies."""
        rebuilt = {}
        for _, entry in self.office.leaves():
            if entry.kind == entries.COPY:
                rebuilt[entry.subject] = project(rebuilt.get(entry.subject), entry)
        for copy in self.copies():
            wanted = rebuilt[copy.handle]
            told = {name: getattr(copy, name) for name in wanted}
            assert wanted == told, copy.handle

    @invariant()
    def numbers_have_no_gaps(self):
        """Cable, print and copy numbers: each once, none skipped; the counters stand there."""
        with self.office.view() as books:
            cables = sorted(row.cable_number for row in every(books.telegrams))
            runs = [row.number for row in every(books.print_runs)]
            counters = {
                kind: numbering.last(books, kind)
                for kind in (numbering.CABLE, numbering.PRINT, numbering.LEAF)
            }
            incoming = [copy.incoming for copy in every(books.copies) if copy.incoming]
        for kind, numbers in ((numbering.CABLE, cables), (numbering.PRINT, runs)):
            before, base = self.jumped[kind]
            new = [number for number in numbers if number not in before]
            assert before <= set(numbers)
            assert list(range(base + 1, base + 1 + len(new))) == new
            assert counters[kind] == base + len(new)
        assert self.office.size() == counters[numbering.LEAF]
        assert len(incoming) == len(set(incoming))
        numbers = {}
        for copy in self.copies():
            if copy.telegram:
                numbers.setdefault(copy.telegram, []).append(copy.number)
        for telegram, taken in numbers.items():
            before = {copy.number for copy in self.old.values() if copy.telegram == telegram}
            new = sorted(set(taken) - before)
            jump = restoring.COPY_JUMP * self.lost.get(telegram, 0)
            start = max(before) + jump + 1 if before else 1
            assert len(taken) == len(set(taken))
            assert list(range(start, start + len(new))) == new

    @invariant()
    def no_number_stands_on_two_things(self):
        """Not even on one that is in no books any more: what was once on paper stays there."""
        with self.office.view() as books:
            cables = {row.handle: row.cable_number for row in every(books.telegrams)}
            seen = {("cable", number): handle for handle, number in cables.items()}
            seen |= {("print", row.number): row.order_digest for row in every(books.print_runs)}
        for copy in self.copies():
            if copy.telegram:
                seen["copy", cables[copy.telegram], copy.number] = copy.handle
            if copy.incoming and copy.handle not in self.stamped:
                seen["incoming", copy.incoming] = copy.handle
        for number, thing in seen.items():
            assert self.world.setdefault(number, thing) == thing, number

    @invariant()
    def an_order_is_spent_once(self):
        """Every officer's numbers are used once each."""
        with self.office.view() as books:
            spent = Counter((row.officer, row.number) for row in every(books.orders))
        assert {1} == set(spent.values())

    def by_state(self):
        return dict(Counter(copy.state.value for copy in self.copies()))

    def handles(self):
        return {copy.handle for copy in self.copies()}


def project(copy, entry):
    """A copy as a careful reader of the ledger would keep it, without the code under test."""
    said = json.loads(entry.evidence) if entry.evidence else {}
    act = entry.act
    if act in {"allot", "accept"}:
        return {
            "state": "allotted" if act == "allot" else "in_registry",
            "seq": 1,
            "holder": "",
            "accountable": "moscow",
            "kept_state": "",
            "marks": "",
            "sheets": said.get("sheets", 0),
            "print_number": 0,
            "printed_by": "",
            "due_at": "",
            "place": "",
            "owner": said.get("owner", ""),
            "incoming": said.get("incoming", ""),
            "limit_at": said.get("limit_at", ""),
        }
    now = {**copy, "seq": copy["seq"] + 1}
    marks = set(now["marks"].split())
    if act in {"return", "settle_back", "come_back"}:
        marks -= {"on_recall"}
        marks |= {"incomplete"} if said["sheets"] < now["sheets"] else set()
        now |= {"state": "in_registry", "holder": "", "due_at": "", "accountable": "moscow"}
        now |= {"sheets": said["sheets"]} | ({} if now["owner"] else {"limit_at": ""})
    elif act == "print":
        now |= {"state": "printed", "sheets": said["sheets"], "printed_by": entry.officer}
        now |= {"print_number": said["print_number"]}
    elif act == "reprint":
        now |= {"state": "allotted", "sheets": 0, "printed_by": "", "print_number": 0}
    elif act == "issue":
        now |= {"state": "issued", "holder": said["holder"], "due_at": said["due_at"], "place": ""}
    elif act == "show":
        marks |= {"incomplete"} if said["sheets"] < now["sheets"] else set()
        now |= {"sheets": said["sheets"]}
    elif act == "hand_over":
        marks |= {"incomplete"} if said["sheets"] < now["sheets"] else set()
        now |= {"holder": said["holder"], "sheets": said["sheets"]}
    elif act == "file":
        now |= {"state": "filed", "place": said["place"]}
    elif act == "dispatch":
        now |= {"state": "in_transit", "holder": said["office"], "due_at": said["due_at"]}
        now |= {"place": ""} | ({} if now["owner"] else {"limit_at": said.get("limit_at", "")})
    elif act == "settle_there":
        now |= {"state": "with_office", "accountable": now["holder"], "due_at": now["limit_at"]}
    elif act in {"destroy", "report_destroyed"}:
        now |= {"state": "destroyed", "holder": "", "due_at": "", "limit_at": "", "place": ""}
    elif act == "miss":
        now |= {"kept_state": now["state"], "state": "missing"}
    elif act == "find":
        now |= {"state": now["kept_state"], "kept_state": ""}
    elif act == "extend":
        now |= {"due_at": said["due_at"]}
    elif act == "replace_sheet":
        marks -= {"incomplete"}
        now |= {"sheets": said["sheets"]}
    else:
        now |= {
            "void": {"state": "void"},
            "verify": {"state": "in_registry"},
            "charge_out": {"state": "in_registry", "place": ""},
            "dispute": {"state": "disputed"},
            "declare_lost": {"state": "lost"},
        }.get(act, {})
        marks |= {
            "recall": {"on_recall"},
            "compromise": {"compromised"},
            "declassify": {"declassified"},
            "cancel": {"cancelled"},
        }.get(act, set())
        marks -= {"compromised"} if act == "contain" else set()
    return {**now, "marks": " ".join(sorted(marks))}


class CustodyOnSqlite(Custody):
    """The same over a SQLite file."""

    folder = True

    def keep(self):
        path = Path(self.temp.name) / "backup"
        path.unlink(missing_ok=True)
        snapshot(next(Path(self.temp.name).glob("moscow*.sqlite")), path)
        return path

    def bring_back(self, kept):
        self.failing.books.close()
        for path in Path(self.temp.name).glob("moscow*.sqlite*"):
            path.unlink()
        path = Path(self.temp.name) / f"moscow-{self.ledgers}.sqlite"
        shutil.copy(kept, path)
        self.failing.books = SqliteBooks(path)


class Numbers(Custody):
    """Only what takes numbers, and the losing of books."""

    order = another_order = three_orders = None

    @rule(
        taken=st.lists(st.sampled_from(["open", "print", "extra"]), min_size=1, max_size=3),
        times=st.sampled_from([1, 2]),
        data=st.data(),
    )
    def lose_the_books(self, taken, times, data):
        """A backup, numbers that are lost with the books, and what the restored ones take."""
        self.back_up()
        for _ in range(times):
            self.take(taken, data)
            self.restore(0)
        self.take(taken, data)

    def take(self, taken, data):
        for what in taken:
            if what == "open" and self.made < 30:
                self.open_another()
            elif what == "print" and "allotted" in self.by_state():
                self.print_some(data)
            elif what == "extra":
                self.allot_extra(None)
            self.no_number_stands_on_two_things()


@pytest.mark.parametrize("machine", [Custody, CustodyOnSqlite, Numbers])
def test_custody(machine):
    """Every invariant after every step of a random life, with crashes between any two writes."""
    many = LIFE["max_examples"] // (2 if machine.folder else 1)
    run_state_machine_as_test(machine, settings=settings(**{**LIFE, "max_examples": many}))


def no_leaf(monkeypatch):
    """Filing writes the copy and forgets its leaf."""
    right = registry.custody.entries.enter

    def enter(page, written, bureau):
        return right(page, [entry for entry in written if entry.act != "file"], bureau)

    monkeypatch.setattr(registry.custody.entries, "enter", enter)


def no_row(monkeypatch):
    """A leaf is written and the copy forgotten."""
    right = registry.custody.record

    def record(page, copies, written, given, bureau):
        return right(page, copies[:-1] if copies[0].marks else copies, written, given, bureau)

    monkeypatch.setattr(registry.custody, "record", record)


def a_number_twice(monkeypatch):
    """A counter that forgets now and then."""
    right = numbering.take

    def take(page, kind, series="", *, many=1):
        first = right(page, kind, series, many=many)
        if kind == numbering.CABLE and first == 2:
            page.numbers.put(Counted(kind, series, 1))
        return first

    monkeypatch.setattr(numbering, "take", take)


def two_pages(monkeypatch):
    """An order whose page has no key is done twice when it is given twice."""
    monkeypatch.setattr(Failing, "page", lambda self, key: self.books.page(""))


def no_jump(monkeypatch):
    """Restored books go on where the backup stood."""
    monkeypatch.setattr(restoring, "beyond", lambda last, *_: last)


def no_jump_again(monkeypatch):
    """A second restore from one backup jumps as far as the first."""
    right = restoring.beyond
    monkeypatch.setattr(restoring, "beyond", lambda last, a_day, days, _: right(last, a_day, days))


def the_next_extra(monkeypatch):
    """An extra copy is numbered as if none could have been made since the backup."""
    monkeypatch.setattr(
        restoring, "next_copy", lambda _page, telegram, _bureau: telegram.copies + 1
    )


PLANTS = {
    Custody: (no_leaf, no_row, a_number_twice, two_pages),
    Numbers: (no_jump, no_jump_again, the_next_extra),
}


@pytest.mark.parametrize(
    ("machine", "plant"), [(machine, plant) for machine in PLANTS for plant in PLANTS[machine]]
)
def test_the_machine_finds_a_planted_fault(machine, plant, monkeypatch):
    """Each invariant is worth something: a registry with one fault does not get through."""
    plant(monkeypatch)
    # The same lives each time: which of them meets the fault is not left to chance.
    told = {**LIFE, "max_examples": 40, "phases": [Phase.generate], "derandomize": True}
    once = settings(**told, database=None)
    with pytest.raises((AssertionError, CablegramError, ExceptionGroup)):
        run_state_machine_as_test(machine, settings=once)


@pytest.mark.parametrize("at", [*range(12), "before", "after"])
@pytest.mark.parametrize("folder", [False, True])
def test_a_crash_at_every_write_of_a_batch(at, folder, tmp_path):
    """Four copies filed by one order: before any write, after any, at the commit: all or none."""
    office = found(folder=tmp_path if folder else None)
    copies = office.in_registry(4)
    failing = Failing(office.bureau.books)
    office.bureau = replace(office.bureau, books=failing)
    signed = office.sign("file", {"place": "case 1"}, subjects=copies)
    before, size = office.dump(), office.size()
    failing.at = at
    try:
        first = office.perform([signed])
    except PowerCut:
        first = None
    failing.at = None
    assert failing.broke == (first is None)
    if first is None and at != "after":
        assert before == office.dump()
    again = office.perform([signed])
    assert isinstance(again, Done if first is None and at != "after" else Repeat)
    assert size + 4 == office.size()
    assert {"filed"} == {copy.state.value for copy in office.copies(copies)}


def test_the_crashes_reach_every_write(tmp_path):
    """The judge of the test above: some of its crashes came before the last write, some not."""
    office = found()
    failing = Failing(office.bureau.books)
    office.bureau = replace(office.bureau, books=failing)
    broke = []
    for at in range(12):
        failing.at, failing.broke = at, False
        with suppress(PowerCut):
            office.cover(f"Name{at}", f"person-{at}")
        broke.append(failing.broke)
    assert broke[0]
    assert not broke[-1]
    assert broke == sorted(broke, reverse=True)


def test_the_projection_covers_every_field_it_should():
    """What the rebuilt copy leaves out is what the leaves leave to the register."""
    entry = type("E", (), {"evidence": "", "act": "allot"})
    left = {field.name for field in fields(Copy)} - set(project(None, entry))
    assert {
        "handle",
        "telegram",
        "number",
        "made",
        "whom",
        "series",
        "return_to",
        "limit_to",
        "owner_cable",
        "owner_copy",
        "their_incoming",
        "classification",
        "dated_at",
        "owner_number",
        "proxy",
        "screen",
        "short_content",
        "waiver",
    } == left


def test_an_error_of_the_storage_is_told(tmp_path):
    """A page that the storage cannot keep is a refusal with its three sentences."""
    office = found()

    class Full:
        def __init__(self, books):
            self.books = books
            self.view = books.view

        @contextmanager
        def page(self, key):
            with self.books.page(key) as page:
                yield page
                raise StorageError("the disk is full", hint="Make room.", kept="As before.")

    good = office.bureau
    office.bureau = replace(good, books=Full(good.books))
    before = office.dump()
    signed = office.sign("settle", {"name": "cover/X", "value": "x"})
    with pytest.raises(StorageError):
        office.perform([signed])
    assert before == office.dump()
    office.bureau = good
    assert isinstance(office.perform([signed]), Done)
