"""A hand with SQL: whatever it sets, nothing is opened, printed, issued, destroyed or sent by it.

Made from the shelves themselves: each row of each shelf is taken away, or one of its columns is
set to what would suit a thief, and then every forbidden act is tried again.  The thief may be an
officer: each attempt is given by somebody in post or once in post, and lacks one thing only.
What a hand can still do stands in ``KNOWN``, with the reason.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from random import Random
from typing import Any

import pytest

from cablegram.errors import CablegramError
from cablegram.model.acts import State
from cablegram.model.clearing import ClearingRule
from cablegram.model.handling import default_series
from cablegram.model.orders import SignedOrder, Subject
from cablegram.ports import SPECS
from cablegram.registry import auditing, clearances, matters
from cablegram.storage import memory
from cablegram.wire import canonical
from cablegram.wire import order as order_format
from cablegram.wire.leaf import decode_entry
from offices import CHIEF, digest, every, found, later
from passed import dispatch
from rooms import line_of, saved

WHOLE = bool(os.environ.get("CABLEGRAM_SOAK"))
EACH, ATTEMPTS = (25, 99) if WHOLE else (1, 5)
"""How many changes of each column are tried, by chance, and with how many attempts; others each
time the shelves change."""
EMPTY = {"denials", "outgoing", "routes", "tasks"}
"""Shelves that an attempt looks into and that are empty in this world: to hold nothing up."""


@dataclass
class World:
    """An office in the middle of its work, and what may not be done in it."""

    desk: Any
    other: Any
    attempts: dict[str, tuple[Any, str]]
    back: Any = None

    @property
    def office(self):
        return self.desk.office

    def effects(self):
        """All that a thief is after: copies, telegrams, sheets, trays, posts."""
        with self.office.view() as books:
            return (
                {copy.handle: copy.state for copy in every(books.copies)},
                {row.handle for row in every(books.telegrams)},
                {(row.digest, row.office) for row in every(books.outgoing)},
                {(row.person, row.since_index) for row in every(books.officers)},
                dict(self.desk.bureau.paper.sheets),
                {row.index: row.leaf for row in every(books.leaves)},
            )


def issue(office, copy, *, by, two="", **facts):
    said = {"holder": "stalin", "due_at": later(office.bureau.now(), days=1), "return_to": "here"}
    office.give("issue", {**said, **facts}, by=by, two=two, subjects=[office.copy(copy)])


def appoint(office, person, role, **facts):
    key = office.hire(person).public_key.line()
    office.give(
        "appoint", {"person": person, "key_line": key, "role": role, **facts}, two="makarov"
    )


def world():
    (moscow, beijing), _ = line_of("moscow", "beijing")
    office = moscow.office
    regime = replace(
        default_series("T", "the Eighth Department"), two=frozenset({"issue", "open", "release"})
    )
    office.settle(replace(regime, two=frozenset()))
    office.settle(regime)
    rule = clearances.write(ClearingRule("TOP SECRET", 1)).decode()
    office.give("settle", {"name": "clearing/TOP SECRET", "value": rule})
    office.know(found("harbin"), compared="")
    now = office.bureau.now()
    for person, role in (("a-reader", "reader"), ("vera", "verifier"), ("gone", "officer")):
        appoint(office, person, role)
    appoint(office, "late", "officer", until_at=later(now, hours=1))
    appoint(office, "soon", "officer", since_at=later(now, days=9))
    office.give("relieve", {"person": "gone", "reason": "x"}, two="makarov")
    office.give("waive", {"what": "verify", "person": CHIEF, "reason": "x"})
    office.give("unwaive", {"number": "1", "reason": "x"})
    office.give("proxy", {"holder": "stalin", "person": "beria", "may": "open"}, by="makarov")
    office.give("unproxy", {"holder": "stalin", "person": "beria", "reason": "x"}, by="makarov")
    # one telegram opened here, another that waits to be
    beijing.send(beijing.draft(("moscow",), copies=12))
    beijing.send(beijing.draft(("moscow",), {"en": b"The second.\n"}, copies=12))
    beijing.carry()
    arrived, waiting = [one.digest for one in moscow.take_in() if one.kind == "telegram"]
    two_open = office.sign("open", {"sealed": arrived}, by="makarov")
    opened = moscow.room.open(arrived, [two_open, office.second(two_open, by="vaganov")])
    here = str(opened["telegram"])
    copies = moscow.copies(here)
    office.give("void", {"reason": "x"}, by="makarov", subjects=copies[1:2])
    moscow.room.print(here, [office.sign("print", {}, subjects=office.copies(copies[2:]))])
    office.give("verify", {}, by="vera", subjects=office.copies(copies[3:]))
    issue(office, copies[4], by="makarov", two="vaganov")
    office.give("file", {"place": "cabinet 4"}, by="makarov", subjects=office.copies(copies[5:6]))
    dispatch(office, copies[6:8], "beijing")
    office.give(
        "destroy",
        {"method": "burnt", "sheets": office.copy(copies[8]).sheets},
        by="makarov",
        two="vaganov",
        subjects=office.copies(copies[8:9]),
    )
    office.give("miss", {"reason": "x"}, by="makarov", subjects=office.copies(copies[9:10]))
    office.give("compromise", {"reason": "x"}, by="makarov", subjects=office.copies(copies[10:11]))
    # drafts: one nobody cleared, one objected to, one that left
    drafts = []
    for n, text in enumerate((b"One.\n", b"Two.\n", b"Three.\n")):
        drafts.append(moscow.draft(("beijing",), {"en": text}))
        said = {"draft": drafts[n], "series": "T", "level": "TOP SECRET", "to": "beijing"}
        office.give("draft", said, by="makarov")
    for cleared in drafts[1:]:
        office.give("clear", {"draft": cleared}, by="vaganov")
    office.give("object", {"draft": drafts[1], "reason": "x"}, by=CHIEF)
    released = office.sign("release", {"draft": drafts[2]}, by=CHIEF)
    both = [released, office.second(released, by="vaganov")]
    moscow.room.seal(drafts[2], both)
    unknown = moscow.draft(("harbin",), {"en": b"Four.\n"}, level="SECRET")
    moscow.carry()
    beijing.take_in()
    recalled = called_back(moscow, beijing)
    office.clock.pass_(hours=2)
    moscow.head()
    tried = attempts(moscow, here, [*copies, *recalled], waiting, drafts, unknown, both)
    return World(moscow, beijing, tried)


def called_back(moscow, beijing):
    """The copies of a telegram whose originator has recalled it."""

    def over(draft):
        sent = beijing.send(draft)
        beijing.carry()
        (came,) = [one.digest for one in moscow.take_in() if one.kind == "telegram"]
        opened = moscow.room.open(came, by_two(moscow, "open", {"sealed": came}))
        with beijing.office.view() as books:
            return str(opened["telegram"]), books.telegrams.get(str(sent["telegram"])).letter

    here, letter = over(beijing.draft(("moscow",), {"en": b"The third.\n"}))
    copies = moscow.copies(here)
    moscow.room.print(here, [moscow.office.sign("print", {}, subjects=copies)])
    moscow.office.give("verify", {}, by="vera", subjects=moscow.office.copies(copies))
    about = {"kind": "recall", "reply_to": letter, "signatory": "", "addressees": ()}
    over(beijing.draft(("moscow",), **about))
    return moscow.office.copies(copies)


def as_it_stands(office, copy):
    """The copy as the books have it; as it was where a hand took it away."""
    with office.view() as books:
        return books.copies.get(copy.handle) or copy


def attempts(moscow, here, copies, waiting, drafts, unknown, both):
    """Everything that must not be: by name what is done, and what it is refused for."""
    office = moscow.office
    tried = {}

    def give(name, says, act, facts, number, **rest):
        def attempt():
            office.give(act, facts, subjects=[as_it_stands(office, copies[number])], **rest)

        tried[name] = (attempt, says)

    taken = {"holder": "stalin", "due_at": later(office.bureau.now(), days=1), "return_to": "here"}
    for who, says in (
        ("a-reader", "may not order issue"),
        ("vera", "may not order issue"),
        ("gone", "not an officer in post"),
        ("late", "ended at"),
        ("soon", "begins at"),
    ):
        give(f"issue by {who}", says, "issue", taken, 3, by=who, two="vaganov")
    give("issue by one", "takes two persons", "issue", taken, 3, by="makarov")
    give(
        "issue, a reader seconds",
        "seconds nothing",
        "issue",
        taken,
        3,
        by="makarov",
        two="a-reader",
    )
    give(
        "issue to an ended proxy",
        "may not receive for",
        "issue",
        {**taken, "proxy": "beria"},
        3,
        by="makarov",
        two="vaganov",
    )
    for number, state in (
        (2, "printed"),
        (4, "issued"),
        (8, "destroyed"),
        (9, "missing"),
        (1, "void"),
        (6, "in transit"),
    ):
        give(
            f"issue of one {state}",
            "cannot be issued",
            "issue",
            taken,
            number,
            by="makarov",
            two="vaganov",
        )
    give(
        "issue of one recalled", "its copies cannot be issued", "issue", taken, 12, by="makarov",
        two="vaganov",
    )  # fmt: skip
    burnt = {"method": "burnt", "sheets": office.copy(copies[3]).sheets}
    give("destruction by one", "takes two persons", "destroy", burnt, 3, by="makarov")
    give(
        "destruction, a reader seconds",
        "seconds nothing",
        "destroy",
        burnt,
        3,
        by="makarov",
        two="a-reader",
    )
    give(
        "destruction of one issued",
        "cannot be destroyed",
        "destroy",
        burnt,
        4,
        by="makarov",
        two="vaganov",
    )
    give("verified by the opener", "who opened or printed it", "verify", {}, 2, by="makarov")
    give("verified by the printer", "who opened or printed it", "verify", {}, 2, by=CHIEF)
    give("verified by an ended waiver", "no standing order", "verify", {"waiver": "1"}, 2, by=CHIEF)
    give(
        "a receipt nobody signed",
        "has signed no such receipt",
        "receipted",
        {"receipt": digest("x"), "incoming": "1", "sheets": burnt["sheets"]},
        6,
        by="makarov",
    )
    give(
        "given back on no receipt",
        "has signed no such receipt",
        "give_back",
        {"receipt": digest("x")},
        6,
        by="makarov",
    )
    give(
        "lost without a ruling",
        "is not closed",
        "declare_lost",
        {"inquiry": 1, "reason": "x"},
        9,
        by=CHIEF,
        two="makarov",
    )
    give(
        "contained without a ruling",
        "is not closed",
        "contain",
        {"inquiry": 2, "reason": "x"},
        10,
        by=CHIEF,
        two="makarov",
    )
    away = {"office": "harbin", "carrier": "courier", "due_at": later(office.bureau.now(), days=1)}
    give("sent to a card nobody compared", "compared", "dispatch", away, 3, by="makarov")

    scan = office.bureau.blobs.put(b"a scan")

    def allot():
        facts = {"copy": 13, "made": 13, "whom": "stalin", "consent": scan}
        with office.view() as books:
            seen = len(books.leaves.find("subject", here))
        office.give("allot", facts, by="makarov", two="vaganov", subjects=[Subject(here, seen)])

    tried["a further copy unasked"] = (allot, "has signed no consent")

    def in_room(name, says, verb, about, act, facts, *, by, two="", number=None):
        def attempt():
            subjects = [] if number is None else [as_it_stands(office, copies[number])]
            signed = [office.sign(act, facts, by=by, subjects=subjects)]
            if two:
                signed.append(office.second(signed[0], by=two))
            getattr(moscow.room, verb)(about, signed)

        tried[name] = (attempt, says)

    for number, state in ((1, "void"), (2, "printed"), (3, "in_registry"), (8, "destroyed")):
        in_room(
            f"print of one {state}",
            "is not waiting to be printed",
            "print",
            here,
            "print",
            {},
            by=CHIEF,
            number=number,
        )
    in_room(
        "print by a verifier",
        "may not order print",
        "print",
        here,
        "print",
        {},
        by="vera",
        number=0,
    )
    sealed = {"sealed": waiting}
    in_room("opened by one", "takes two persons", "open", waiting, "open", sealed, by="makarov")
    in_room(
        "opened by a reader",
        "may not order open",
        "open",
        waiting,
        "open",
        sealed,
        by="a-reader",
        two="vaganov",
    )
    in_room(
        "opened by one relieved",
        "not an officer in post",
        "open",
        waiting,
        "open",
        sealed,
        by="gone",
        two="vaganov",
    )
    for n, says in ((0, "has 0 of 1 clearances"), (1, "chief objects to"), (2, "released already")):
        in_room(
            f"release of draft {n + 1}",
            says,
            "seal",
            drafts[n],
            "release",
            {"draft": drafts[n]},
            by=CHIEF,
            two="vaganov",
        )
    in_room(
        "released by one",
        "takes two persons",
        "seal",
        unknown,
        "release",
        {"draft": unknown},
        by=CHIEF,
    )
    in_room(
        "sealed to a card nobody compared",
        "compared",
        "seal",
        unknown,
        "release",
        {"draft": unknown},
        by=CHIEF,
        two="vaganov",
    )
    return tried


@pytest.fixture(scope="module")
def made():
    made = world()
    made.back = saved(made.desk)
    return made


def test_each_attempt_lacks_one_thing(made):
    """As the books truly stand: refused, in three sentences, for that one thing."""
    wrong = {}
    for name, (attempt, says) in made.attempts.items():
        before = made.effects()
        try:
            attempt()
        except CablegramError as refusal:
            if says not in str(refusal):
                wrong[name] = str(refusal)
        else:
            wrong[name] = "was not refused"
        assert before[:5] == made.effects()[:5], name
        made.back()
    assert {} == wrong


# --- one row, chosen by somebody who knows what stands on it --------------------------------------


def hide(office, act, *, of="", first=False):
    """The newest leaf of an act, or the first of its subject, made to be about something else."""
    rows = office.bureau.books._shelves["leaves"].values()
    found = [leaf for leaf in rows if leaf.act == act and named(leaf, of)]
    leaf = max(found, key=lambda leaf: leaf.index)
    if first or of:
        leaf = next(one for one in rows if (one.subject, one.seq) == (leaf.subject, 1))
    set_by_hand(office, "leaves", (leaf.index,), replace(leaf, subject="0" * 32))


def named(leaf, name):
    return not name or decode_entry(leaf.entry).numbers == name


def change(office, shelf, key, **changes):
    row = office.bureau.books._shelves[shelf][key]
    set_by_hand(office, shelf, key, replace(row, **changes))


def draft_of(office, number):
    rows = office.bureau.books._shelves["drafts"]
    return next(key for key, row in rows.items() if row.number == number)


CHOSEN = {
    "the end of a waiver": (lambda o: hide(o, "unwaive"), "verified by an ended waiver"),
    "the row of a waiver": (
        lambda o: change(o, "waivers", (1,), until_index=0),
        "verified by an ended waiver",
    ),
    "the end of a proxy": (lambda o: hide(o, "unproxy"), "issue to an ended proxy"),
    "who opened": (lambda o: hide(o, "print_run", first=True), "verified by the opener"),
    "who opened, rewritten": (
        lambda o: change(o, "leaves", opener_leaf(o), seed=b"short"),
        "verified by the opener",
    ),
    "which series is current": (
        lambda o: set_by_hand(o, "settings", ("series",), None),
        "opened by one",
    ),
    "when a series was settled": (lambda o: hide(o, "settle", of="series/T"), "opened by one"),
    "an objection": (lambda o: hide(o, "object"), "release of draft 2"),
    "that a draft has left": (lambda o: hide(o, "release"), "release of draft 3"),
    "the row of a draft": (
        lambda o: change(o, "drafts", draft_of(o, 3), state="drafted"),
        "release of draft 3",
    ),
    "a ruling": (
        lambda o: change(o, "inquiries", (1,), state="closed", ruling="lost"),
        "lost without a ruling",
    ),
    "whom a ruling is about": (
        lambda o: change(o, "inquiries", (1,), ruling="lost", leaf_index=0),
        "lost without a ruling",
    ),
    "another ruling": (
        lambda o: change(o, "inquiries", (2,), state="closed", ruling="contained"),
        "contained without a ruling",
    ),
    "that a card was compared": (
        lambda o: change(o, "correspondents", ("beijing",), confirmed=0),
        "a further copy unasked",
    ),
    "a recall": (lambda o: hide(o, "recalled"), "issue of one recalled"),
    "the row of a recall": (
        lambda o: change(o, "telegrams", recall_of(o), kind=""),
        "issue of one recalled",
    ),
    "who the correspondent is": (
        lambda o: set_by_hand(o, "correspondents", ("beijing",), None),
        "a further copy unasked",
    ),
}


def recall_of(office):
    rows = office.bureau.books._shelves["telegrams"]
    return next(key for key, row in rows.items() if row.kind == "recall")


def opener_leaf(office):
    rows = office.bureau.books._shelves["leaves"]
    return next(key for key, leaf in rows.items() if leaf.act == "open")


@pytest.mark.parametrize("name", CHOSEN)
def test_one_row_chosen_by_somebody_who_knows(made, name):
    """Each of these was once enough: what an act stands on is held in two places at least."""
    hand, attempt = CHOSEN[name]
    hand(made.office)
    assert tried(made, attempt) in {"refused", "no effect"}


def by_two(desk, act, facts):
    first = desk.office.sign(act, facts, by="makarov")
    return [first, desk.office.second(first, by="vaganov")]


def test_a_counter_set_back_uses_no_number_again(made):
    """The books still have what bears it: nothing is opened or sent under a second one."""
    desk = made.desk
    draft = desk.draft(("beijing",), level="SECRET")
    with desk.office.view() as books:
        (waiting,) = books.incoming.find("state", "waiting")
    opening = by_two(desk, "open", {"sealed": waiting.digest})
    back = saved(desk)
    for (kind, series), act in (
        (
            ("outgoing", "T"),
            lambda: desk.room.seal(draft, by_two(desk, "release", {"draft": draft})),
        ),
        (("cable", ""), lambda: desk.room.open(waiting.digest, opening)),
    ):
        change(desk.office, "numbers", (kind, series), last=0)
        before = made.effects()
        with pytest.raises(CablegramError, match=f"{kind} number 1 is borne by another telegram"):
            act()
        assert before[1:3] == made.effects()[1:3]
        back()
        act()  # and with the counter as it was, it goes through
        back()
    made.back()


def spent(office):
    """Every order that was carried out here, with the one that seconded it."""
    kept = list(office.bureau.books._shelves["orders"].values())
    said = {row.digest: order_format.decode(row.body) for row in kept}
    for row in kept:
        if not said[row.digest].seconds:
            both = [row, *(one for one in kept if said[one.digest].seconds == row.digest)]
            yield said[row.digest], [SignedOrder(one.body, one.signature) for one in both]


def give_again(desk, order, signed):
    facts = order.facts
    if order.act == "open":
        return desk.room.open(str(facts["sealed"]), signed)
    if order.act == "release":
        return desk.room.seal(str(facts["draft"]), signed)
    if order.act == "print":
        return desk.room.print(desk.office.copy(order.subjects[0].handle).telegram, signed)
    return desk.office.perform(signed)


@pytest.mark.parametrize("also", ["", "orders"])
def test_no_spent_order_is_spent_twice(made, also):
    """Its page taken out of the books, and its row as well: it brings nothing about again."""
    again = {}
    for order, signed in spent(made.office):
        named = canonical.digest(signed[0].body)
        for key in [key for key in made.office.bureau.books._shelves["pages"] if named in key[0]]:
            set_by_hand(made.office, "pages", key, None)
        if also:
            set_by_hand(made.office, also, (named,), None)
        matters._proved.clear()
        before = made.effects()
        with suppress(CablegramError):
            give_again(made.desk, order, signed)
        if before != made.effects():
            again[order.act, order.number] = order.facts
        made.back()
    assert {} == again


# --- every row, every column ----------------------------------------------------------------------


def tried(made, name):
    """Give one attempt with the books as they are now, and put them back."""
    matters._proved.clear()  # as in a process of its own, which every command is
    before = made.effects()
    try:
        made.attempts[name][0]()
    except CablegramError:
        told = "refused" if before[:5] == made.effects()[:5] else "refused, with an effect"
    else:
        told = "no effect" if before == made.effects() else "done"
    finally:
        made.back()
    return told


PEOPLE = ("a-reader", "vera", "gone", "late", "soon", CHIEF, "makarov", "vaganov", "beria")
NUMBERS = (0, 1, 2, 3, 9, 99, 2**40)
WORDS = (
    "",
    "0",
    *PEOPLE,
    "chief",
    "officer",
    "open",
    "closed",
    "done",
    "waiting",
    "owed",
    "signed",
    "entered",
    "in",
    "out",
    "drafted",
    "released",
    "lost",
    "contained",
    "1951-07-01T00:00:00Z",
    "1999-01-01T00:00:00Z",
    *(state.value for state in State),
)


def values(rows, column, row):
    """What a thief would set this column to: what others have there, and what suits."""
    now = getattr(row, column)
    if isinstance(now, str):
        wanted = [getattr(other, column) for other in rows] + list(WORDS)
    elif isinstance(now, bytes):
        wanted = [getattr(other, column) for other in rows] + [b"", b"{}", now + b" "]
    else:
        wanted = [now - 1, now + 1, *(getattr(other, column) for other in rows), *NUMBERS]
    return [value for value in dict.fromkeys(wanted) if value not in {now, -1}]


def hands(office):
    """Every change of one row: (shelf, key, what was done, how to do it)."""
    shelves = office.bureau.books._shelves
    for shelf, spec in SPECS.items():
        rows = list(shelves[shelf].values())
        for key, row in shelves[shelf].items():
            yield shelf, key, "taken away", None
            for field in fields(spec.record):
                for value in values(rows, field.name, row):
                    yield shelf, key, field.name, replace(row, **{field.name: value})


def set_by_hand(office, shelf, key, row):
    """Write one row as SQL would: the row at ``key`` goes, another may come."""
    books = office.bureau.books
    rows = {at: kept for at, kept in books._shelves[shelf].items() if at != key}
    if row is not None:
        rows[tuple(getattr(row, column) for column in SPECS[shelf].key)] = row
    books._shelves = {**books._shelves, shelf: rows}


def reads(made):
    """Which shelves each attempt reads: what it never reads changes nothing for it."""
    found = {}
    for name in made.attempts:
        seen = found[name] = set()
        with pytest.MonkeyPatch.context() as patch:
            to_read = memory._Session.to_read

            def read(session, shelf, seen=seen, to_read=to_read):
                seen.add(shelf)
                return to_read(session, shelf)

            patch.setattr(memory._Session, "to_read", read)
            tried(made, name)
    return found


def test_any_row_and_any_column(made):
    """Tried by chance, more of them in the soak: nothing comes of it."""
    read = reads(made)
    columns = {}
    for hand in hands(made.office):
        columns.setdefault((hand[0], hand[2]), []).append(hand)
    chance = Random(len(columns))
    sample = [chance.sample(some, min(EACH, len(some))) for some in columns.values()]
    through = {}
    for shelf, key, what, row in (hand for some in sample for hand in some):
        names = [name for name in made.attempts if shelf in read[name]]
        for name in chance.sample(names, min(ATTEMPTS, len(names))):
            set_by_hand(made.office, shelf, key, row)
            told = tried(made, name)
            if told not in {"refused", "no effect"}:
                through[shelf, key, what, name] = told
    assert {} == through


def test_every_shelf_is_tried(made):
    """A shelf that an attempt reads has rows here to be altered; a new one must get some."""
    read = set().union(*reads(made).values())
    shelves = made.office.bureau.books._shelves
    assert set() == {name for name in read if not shelves[name]} - EMPTY


# --- several rows that agree ----------------------------------------------------------------------


def found_by_audit(office):
    with office.view() as books:
        return auditing.hold(books)


def test_what_several_rows_can_do_the_audit_names(made):
    """What is not held at each act: a copy put back to what it was, its last entry hidden."""
    office = made.office
    assert [] == found_by_audit(office)
    with office.view() as books:
        copy = next(row for row in every(books.copies) if row.state is State.DESTROYED)
        last = books.leaves.find("subject", copy.handle)[-1]
    hide(office, "destroy")
    change(office, "copies", (copy.handle,), state=State.IN_REGISTRY, seq=copy.seq - 1)
    said = found_by_audit(office)
    assert any(f"entry {last.index}: what lies beside it" in finding for finding in said), said
    made.back()
