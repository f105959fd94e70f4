"""Misuse, made from the tables: every act from every wrong state, by everybody who may not.

Each attempt is refused in three sentences, changes no row, and leaves one entry in the log of
denials.  The copies come to their states by orders, as they do in life.  What is tried is made
from ``RULES``, ``OFFICE_RULES`` and ``MAY``: an act that is new has to find its place here.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path

import pytest

from cablegram.errors import CablegramError, OrderError
from cablegram.model.acts import RULES, Act, State, Two
from cablegram.model.orders import OFFICE_RULES, Head, OfficeAct, Order, SignedOrder
from cablegram.model.roles import MAY, SILENT, Role
from cablegram.registry import custody, mustering
from cablegram.registry.performing import Repeat
from cablegram.sealing.keys import OfficerKey
from cablegram.wire import canonical
from cablegram.wire import order as order_format
from offices import CHIEF, START, digest, every, found, later, refuses, seed
from passed import accept, acquainted, announced, dispatch, post, settle_receipts

DUE = later(START, days=1)
FACTS = {
    "holder": "stalin",
    "due_at": DUE,
    "return_to": "here",
    "reader": "stalin",
    "written_by": "stalin",
    "evidence": digest("words"),
    "sheets": 2,
    "office": "special",
    "transmittal": digest("transmittal"),
    "receipt": digest("receipt"),
    "inquiry": 1,
    "entry": 1,
    "print_number": 1,
    "digest": digest("sheets"),
    "letter": digest("letter"),
}
WRONG = [
    (act, state)
    for act, rule in RULES.items()
    for state in State
    if rule.sources and state not in rule.sources
]
BY_TWO = sorted(act for act, rule in {**RULES, **OFFICE_RULES}.items() if rule.two is not Two.NO)
ALWAYS_TWO = [act for act in BY_TWO if {**RULES, **OFFICE_RULES}[act].two is Two.ALWAYS]
OURS_TO_ADD = {("dispatch", "transmittal"), ("accept", "incoming")}
"""Facts that stand in every leaf of an act, and that the act finds itself where nobody says."""
IN_ROOM = frozenset({"print", "open", "release", "read_note"})
"""What the cipher room carries out, asked in its own tests too."""


def needs(act):
    return RULES[Act(act)].needs if act in set(Act) else OFFICE_RULES[OfficeAct(act)].needs


def facts_of(act):
    return {need: FACTS.get(need, "x") for need in needs(act)}


@pytest.fixture(scope="module")
def special():
    return found("special", others=("poskrebyshev",))


@pytest.fixture(scope="module")
def office(special):
    """An office with somebody in every role, and each kind of officer who is none any more."""
    office = found(others=("makarov", "vaganov"))
    acquainted(office, special)
    for role in Role:
        appoint(office, f"a-{role}", role.value)
    appoint(office, "gone", "chief")
    appoint(office, "late", "chief", until_at=later(START, hours=1))
    appoint(office, "soon", "chief", since_at=later(START, days=90))
    office.give("relieve", {"person": "gone", "reason": "x"}, two="makarov")
    return office


def appoint(office, person, role, **facts):
    key = office.hire(person).public_key.line()
    said = {"person": person, "key_line": key, "role": role, **facts}
    office.give("appoint", said, by=CHIEF, two="makarov")


@pytest.fixture(scope="module")
def copies(office, special):
    """A copy in each state there is."""
    made = list(office.telegram(copies=14).copies)
    given_back = dispatch(
        special, special.in_registry(1, verifier="poskrebyshev"), "moscow", by="poskrebyshev"
    )
    post(special, office)
    office.give("void", {"reason": "x"}, by="makarov", subjects=[made[1]])
    office.printed(made[2:])
    office.give("verify", {}, by="makarov", subjects=office.copies(made[3:]))

    def give(act, number, two="", **facts):
        said = {**facts_of(act), **facts}
        office.give(act, said, by="makarov", two=two, subjects=[office.copy(made[number])])

    give("issue", 4)
    give("file", 5)
    dispatch(office, [made[7]], "special")
    post(office, special)
    accept(special, "moscow")
    post(special, office)
    settle_receipts(office)
    give("dispatch", 6)
    give("dispatch", 8)
    give("dispute", 8)
    give("destroy", 9, two="vaganov")
    give("miss", 10)
    give("miss", 11)
    with office.view() as books:
        number = books.inquiries.find("copy", made[11].handle)[0].number
    ruling = {"inquiry": str(number), "ruling": "lost", "reason": "x"}
    office.give("rule", ruling, by="makarov", two="vaganov")
    give("declare_lost", 11, two="vaganov", inquiry=number)
    theirs = accept(office, "special", by="makarov")
    dispatch(office, [theirs], "special")
    post(office, special)
    row, _ = announced(special, "moscow")
    back = {"sheets": 2, "transmittal": row.digest}
    special.give("come_back", back, by="poskrebyshev", subjects=special.copies(given_back))
    post(special, office)
    settle_receipts(office)
    order = "allotted void printed in_registry issued filed in_transit with_office disputed"
    states = [State(name) for name in f"{order} destroyed missing lost".split()]
    found_ = dict(zip(states, made, strict=False)) | {State.GIVEN_BACK: theirs}
    assert {state: state for state in State} == {
        state: office.copy(copy).state for state, copy in found_.items()
    }
    office.clock.pass_(hours=2)
    filed = office.copy(found_[State.FILED])
    office.give("read", {"reader": "stalin"}, by="makarov", subjects=[filed])
    return found_


def denials(office):
    with office.view() as books:
        return list(every(books.denials))


def world(office):
    """All that lies beside the books: what was published, kept, sealed, printed and carried."""
    bureau = office.bureau
    return [
        repr(sorted(vars(part).items()))
        for part in (bureau.tiles, bureau.blobs, bureau.vault, bureau.paper)
    ]


@contextmanager
def denied(office, says="", error=CablegramError, *, act="", by="", entries=1):
    """Refused with three sentences; not a row or file is another; one entry in the log says so."""
    before, beside = denials(office), world(office)
    with refuses(office, says, error) as caught:
        yield caught
    assert beside == world(office)
    written = denials(office)[len(before) :]
    assert entries == len(written)
    for entry in written:
        assert str(caught[0])[:500] == entry.words
        assert type(caught[0]).__name__ == entry.refused
        assert (act or entry.act, by or entry.officer) == (entry.act, entry.officer)


# --- wrong states ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("act", "state"), WRONG, ids=str)
def test_an_act_from_a_wrong_state(office, copies, act, state):
    """Refused with where the copy is and what to do; not one row is another."""
    copy = office.copy(copies[state])
    two = "vaganov" if RULES[act].two is not Two.NO else ""
    if act.value in IN_ROOM:
        signed = [office.sign(act.value, {}, by="makarov", subjects=[copy])]
        with refuses(office), office.bureau.books.page("x") as page:
            custody.move(page, signed, office.bureau, {copy.handle: facts_of(act)})
        return
    with denied(office, act=act.value, by="makarov"):
        office.give(act.value, facts_of(act), by="makarov", two=two, subjects=[copy])


@pytest.mark.parametrize("act", sorted(OFFICE_RULES))
def test_an_office_act_on_what_there_is_not(office, copies, act):
    """No muster, inquiry, notice, person, office or list of that name: nothing comes of it."""
    with denied(office, act=act.value, by=CHIEF):
        office.give(act.value, {**facts_of(act), **nowhere(act)}, by=CHIEF, two="makarov")


def nowhere(act):
    """Facts that make nonsense of what would be right as it stands."""
    return (
        {"named": digest("x")}
        if act == "open_muster"
        else {n: 99 for n in needs(act) if n == "inquiry"}
    )


@pytest.mark.parametrize(
    ("act", "need"),
    [
        (act, need)
        for act in [*RULES, *OFFICE_RULES]
        for need in needs(act)
        if (act, need) not in OURS_TO_ADD
    ],
    ids=str,
)
def test_an_act_that_lacks_a_fact(office, copies, act, need):
    """What it must say it says, or it is refused."""
    state = next(iter(sorted(RULES[act].sources)), None) if act in RULES else None
    subjects = [office.copy(copies[state])] if state else []
    facts = {name: fact for name, fact in facts_of(act).items() if name != need}
    with denied(office, act=act.value, by=CHIEF):
        office.give(act.value, facts, by=CHIEF, two="makarov", subjects=subjects)


# --- office acts: a second time, or after the end -------------------------------------------------


def a_copy(office):
    return office.in_registry(1)[0]


def inquired(office):
    office.give("inquire", {"copy": a_copy(office).handle, "reason": "x"})
    return {"inquiry": "1", "ruling": "explained", "reason": "x"}


def short(office):
    copy = a_copy(office)
    issue = {"holder": "stalin", "due_at": DUE, "return_to": "here"}
    office.give("issue", issue, subjects=[copy])
    office.give("return", {"sheets": 1}, subjects=[office.copy(copy)])
    return {"number": "1", "reason": "x"}


def noticed(office):
    copy = a_copy(office)
    issue = {"holder": "stalin", "due_at": DUE, "return_to": "here"}
    office.give("issue", issue, subjects=[copy])
    office.give("recall", {"reason": "x"}, subjects=[office.copy(copy)])
    return {"number": "1"}


def mustered(office):
    a_copy(office)
    office.give("open_muster", {})
    with office.view() as books:
        row = books.musters.get(1)
        closed = mustering.encode(books, mustering.conclude_now(books, row))
    return {"muster": "1", "outcome": canonical.digest(closed)}


def named_proxy(office):
    office.give("proxy", {"holder": "stalin", "person": "molotov", "may": "open"})
    return {"holder": "stalin", "person": "molotov", "reason": "x"}


def waived(office):
    office.give("waive", {"what": "verify", "person": CHIEF, "reason": "x"})
    return {"number": "1", "reason": "x"}


def referred(office):
    one, two = (office.telegram(outgoing=number).telegram for number in (1, 2))
    return {"telegram": one.handle, "relation": "see_also", "other": two.handle}


def drafted(office):
    blob = office.bureau.blobs.put(b"a sealed draft")
    return {"draft": blob, "series": "T", "level": "SECRET", "to": "special"}


ONCE = {
    "appoint": lambda o: {
        "person": "newcomer",
        "key_line": o.hire("newcomer").public_key.line(),
        "role": "reader",
    },
    "relieve": lambda _: {"person": "vaganov", "reason": "x"},
    "proxy": lambda _: {"holder": "stalin", "person": "molotov", "may": "open"},
    "unproxy": named_proxy,
    "unwaive": waived,
    "draft": drafted,
    "close_muster": mustered,
    "alarm": short,
    "inquire": lambda o: {"copy": a_copy(o).handle, "reason": "x"},
    "rule": inquired,
    "notice": noticed,
    "refer": referred,
}
"""What can be done once: after it the thing is there, closed or named already."""


@pytest.mark.parametrize("act", ONCE)
def test_an_office_act_a_second_time(act):
    """By a new order, so that it is no repeat: it is refused as what it is, done already."""
    office = found()
    facts = ONCE[act](office)
    office.give(act, facts, by=CHIEF, two="makarov")
    with denied(office, act=act, by=CHIEF):
        office.give(act, facts, by=CHIEF, two="makarov")


def test_every_office_act_has_its_place():
    """What may be said again, or takes another office, a room or a muster to be wrong, is refused
    in a test of its own; a new act is given here a second time, or is tried there."""
    tests = Path(__file__).parent.parent
    texts = [path.read_text() for path in tests.rglob("test_*.py") if path != Path(__file__)]
    tried = [text for text in texts if "refuses(" in text or "refused(" in text]
    assert [] == [
        act for act in OFFICE_RULES if act not in ONCE and not any(f'"{act}"' in t for t in tried)
    ]


# --- who may not ----------------------------------------------------------------------------------


@pytest.mark.parametrize("act", sorted(MAY))
def test_every_role_that_may_not(office, copies, act):
    """Before anything else is looked at: the order is refused and noted, once for each."""
    copy = office.copy(copies[State.IN_REGISTRY])
    for role in (role for role in Role if role not in MAY[act]):
        says = f"a-{role} is {role} here, and may not order"
        with denied(office, says, OrderError, act=act, by=f"a-{role}"):
            office.give(act, facts_of(act), by=f"a-{role}", subjects=[copy])


@pytest.mark.parametrize("role", sorted(SILENT))
@pytest.mark.parametrize("act", BY_TWO)
def test_who_may_not_second(office, copies, act, role):
    """Two persons are two who answer for something."""
    copy = office.copy(copies[State.IN_REGISTRY])
    says = f"a-{role} is {role} here, and seconds nothing"
    with denied(office, says, OrderError, act=act, by=CHIEF):
        office.give(act, facts_of(act), by=CHIEF, two=f"a-{role}", subjects=[copy])


@pytest.mark.parametrize("act", ALWAYS_TWO)
def test_one_where_two_must(office, copies, act):
    """Whoever orders it, nobody does it alone."""
    sources = RULES[Act(act)].sources if act in set(Act) else ()
    subjects = [office.copy(copies[min(sources)])] if sources else []
    with denied(office, act=act, by=CHIEF):
        office.give(act, facts_of(act), by=CHIEF, subjects=subjects)


@pytest.mark.parametrize("act", BY_TWO)
def test_one_person_with_two_keys_is_one(office, copies, act):
    """Appointed to a key in each hand, they are nobody's second but their own."""
    office.people.setdefault("makarov's other key", OfficerKey(seed("other key")))
    other = office.people["makarov's other key"]
    with office.view() as books:
        known = {row.key for row in books.officers.find("", "makarov")}
    if other.public_key.key_id() not in known:
        line = other.public_key.line()
        facts = {"person": "makarov", "key_line": line, "role": "chief"}
        office.give("appoint", facts, by=CHIEF, two="vaganov")
    copy = office.copy(copies[State.IN_REGISTRY])
    said = facts_of(act)
    if act in {"appoint", "relieve"}:  # the officer of a small post orders neither
        first = office.sign(act, said, by=CHIEF, subjects=[copy])
        by, second = CHIEF, office.second(first, by=CHIEF)
    else:
        first = office.sign(act, said, by="makarov", subjects=[copy])
        changes = {"seconds": canonical.digest(first.body), "key": other.public_key.key_id()}
        order = office.order(act, said, by="makarov", subjects=[copy], **changes)
        body = order_format.encode(order)
        second = SignedOrder(body, other.sign(order_format.NAMESPACE, body))
        by = "makarov"
    with denied(office, f"{by} signed both orders", OrderError, act=act, by=by):
        office.perform([first, second])


# --- dates and clocks -----------------------------------------------------------------------------

NOT_IN_POST = {
    "gone": "gone is not an officer in post here",
    "late": "the appointment of late ended at",
    "soon": "the appointment of soon begins at",
    "nobody": "nobody is not an officer in post here",
}


@pytest.mark.parametrize("person", NOT_IN_POST)
@pytest.mark.parametrize("act", sorted(MAY))
def test_somebody_who_is_not_in_post(office, copies, act, person):
    """A chief who was, one whose time ended or has not begun, a stranger: they order nothing."""
    copy = office.copy(copies[State.IN_REGISTRY])
    with denied(office, NOT_IN_POST[person], OrderError, act=act, by=person):
        office.give(act, facts_of(act), by=person, subjects=[copy])


@pytest.mark.parametrize("person", sorted(set(NOT_IN_POST) - {"nobody"}))
def test_an_order_dated_into_somebodys_time(office, copies, person):
    """A date written by its own officer does not bring them back, nor begin their time."""
    copy = office.copy(copies[State.IN_REGISTRY])
    for at in (START, later(START, days=91)):
        with denied(office, "", OrderError, act="file", by=person):
            office.give(
                "file", {"place": "x"}, by=person, subjects=[copy], signed_at=at, not_after=""
            )


def test_an_order_from_before_its_officer_was_appointed(office, copies):
    """Signed when they were nobody, kept until they were somebody: it is signed anew."""
    copy = office.copy(copies[State.IN_REGISTRY])
    office.clock.pass_(hours=1)
    signed = office.sign("file", {"place": "x"}, by="newcomer", subjects=[copy])
    office.clock.pass_(hours=1)
    appoint(office, "newcomer", "chief")
    says = "the order of newcomer was signed before they were appointed"
    with denied(office, says, OrderError, act="file", by="newcomer"):
        office.perform([signed])


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"since_at": "1951-07-01T00:00:00Z"}, "before it was ordered"),
        ({"until_at": START}, "before it begins"),
        ({"since_at": "1951-07-20T00:00:00Z", "until_at": "1951-07-20T00:00:00Z"}, "before it"),
        ({"since_at": "yesterday"}, "not a moment"),
    ],
)
def test_appointments_dated_back(office, facts, says):
    """Nobody was in post before somebody said so."""
    key = office.hire("hindsight").public_key.line()
    said = {"person": "hindsight", "key_line": key, "role": "officer", **facts}
    with denied(office, says, act="appoint", by=CHIEF):
        office.give("appoint", said, by=CHIEF, two="makarov")


@pytest.mark.parametrize("act", sorted(MAY))
def test_a_clock_that_went_back(office, copies, act):
    """Behind the newest entry nothing is ordered; what has ended does not begin again."""
    copy, now = office.copy(copies[State.IN_REGISTRY]), office.bureau.now()
    office.clock.set(later(START, minutes=30))
    try:
        for person in (CHIEF, "late"):
            with denied(office, "the office's clock stands at", OrderError, act=act, by=person):
                office.give(act, facts_of(act), by=person, subjects=[copy])
    finally:
        office.clock.set(now)


def test_a_clock_that_jumps_ahead_and_back(office, copies):
    """Orders of the time between are too early or too late; once it is right, all is as it was."""
    copy, now = office.copy(copies[State.IN_REGISTRY]), office.bureau.now()
    kept = office.sign("file", {"place": "x"}, by="makarov", subjects=[copy])
    office.clock.set(later(now, days=400))
    ahead = office.sign("file", {"place": "x"}, by="makarov", subjects=[copy])
    with denied(office, "the order was good until", OrderError):
        office.perform([kept])
    office.clock.set(now)
    with denied(office, "which has not come yet", OrderError):
        office.perform([ahead])
    filed = office.copy(copies[State.FILED])
    office.give("read", {"reader": "stalin"}, by="makarov", subjects=[filed])


# --- orders turned and given again ----------------------------------------------------------------

TURNED = {
    "act": "charge_out",
    "office": "special",
    "origin": "special.test/ledger",
    "subjects": None,
    "facts": {"place": "y"},
    "officer": "vaganov",
    "key": digest("another key"),
    "number": 9999,
    "signed_at": later(START, hours=1),
    "not_after": later(START, days=300),
    "head": {"root": "A" * 43, "size": 1},
    "seconds": digest("another order"),
}


@pytest.mark.parametrize("name", [field.name for field in fields(Order)])
def test_a_signed_order_turned_to_something_else(office, copies, name):
    """Every word of it is signed: one that is another, and it is nobody's order."""
    copy, other = office.copy(copies[State.IN_REGISTRY]), copies[State.FILED]
    signed = office.sign("file", {"place": "x"}, by="makarov", subjects=[copy])
    said = json.loads(signed.body)
    turned = (
        [{"expected": other.seq, "handle": other.handle}] if name == "subjects" else TURNED[name]
    )
    assert turned != said.get(name), name
    body = canonical.encode({**said, name: turned})
    with denied(office):
        office.perform([SignedOrder(body, signed.signature)])


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"office": "special"}, "the order is for special"),
        ({"origin": "special.test/ledger"}, "the order is for"),
        ({"head": Head(10**6, bytes(32))}, "and the books have fewer"),
        ({"seconds": digest("another")}, "given alone"),
        ({"number": 1}, "used order number 1 before"),
    ],
)
def test_an_order_signed_for_somewhere_else(office, copies, changes, says):
    """Well signed, for another office, ledger or history, or under a number that was used."""
    copy = office.copy(copies[State.IN_REGISTRY])
    with denied(office, says, OrderError, act="file"):
        office.give("file", {"place": "x"}, by="makarov", subjects=[copy], **changes)


def test_a_second_for_another_order(office, copies):
    """It seconds the very order that it names, and says what that says."""
    one, two = office.copy(copies[State.IN_REGISTRY]), office.copy(copies[State.FILED])
    burnt = {"method": "burnt", "sheets": 2}
    first, other = (
        office.sign("destroy", burnt, by="makarov", subjects=[copy]) for copy in (one, two)
    )
    seconding = office.second(other, by="vaganov")
    named = {"by": "vaganov", "subjects": [one], "seconds": canonical.digest(first.body)}
    fewer = office.sign("destroy", {**burnt, "sheets": 1}, **named)
    for pair in ([first, seconding], [first, other], [seconding, first], [first] * 2):
        with denied(office, "", OrderError):
            office.perform(pair)
    with denied(office, "the second order does not say", OrderError):
        office.perform([first, fewer])
    with denied(office, "3 orders were given at once", OrderError):
        office.perform([first, seconding, other])


def test_the_same_order_again_is_a_repeat(office, copies):
    """Replayed it tells what came of it and does nothing, though its officer has gone."""
    copy = office.copy(copies[State.FILED])
    appoint(office, "passing", "chief")
    signed = office.sign("read", {"reader": "stalin"}, by="passing", subjects=[copy])
    office.perform([signed])
    office.give("relieve", {"person": "passing", "reason": "x"}, by=CHIEF, two="makarov")
    before, noted = office.dump(), denials(office)
    assert isinstance(office.perform([signed]), Repeat)
    assert (before, noted) == (office.dump(), denials(office))


def test_an_order_as_of_a_copy_that_has_moved_on(office, copies):
    """It was given on what the officer saw: seen again, it is another order."""
    copy = office.copy(copies[State.FILED])
    signed = office.sign("charge_out", {"reason": "x"}, by="makarov", subjects=[copy])
    office.give("read", {"reader": "stalin"}, by="makarov", subjects=[copy])
    with denied(office, "has changed since the order was made", act="charge_out", by="makarov"):
        office.perform([signed])


def test_a_signature_that_is_no_order_is_no_denial(office):
    """What is not an order at all has nobody to note it for."""
    with denied(office, entries=0):
        office.perform([SignedOrder(b"{}", "x")])
    with denied(office, entries=0):
        office.perform([])


def test_all_that_was_refused_is_in_the_log_in_order(office):
    """After all of this: numbered without a gap, each with the first sentence of its refusal."""
    noted = denials(office)
    assert list(range(1, len(noted) + 1)) == [entry.number for entry in noted]
    assert all(entry.words and entry.refused for entry in noted)
