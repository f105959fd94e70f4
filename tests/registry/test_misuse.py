"""Misuse, made from the table: every act from every wrong state, every role that may not.

Each attempt is refused in three sentences, changes no row, and leaves one entry in the log of
denials.  The copies come to their states by orders, as they do in life.
"""

from __future__ import annotations

import pytest

from cablegram.errors import CablegramError, OrderError
from cablegram.model.acts import RULES, Act, State, Two
from cablegram.model.orders import OFFICE_RULES, Subject
from cablegram.model.roles import MAY, SILENT, Role
from offices import CHIEF, START, digest, every, found, later, refuses

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
    "inquiry": "1",
    "entry": 1,
    "print_number": 1,
    "digest": digest("sheets"),
}
REACHED = (
    State.ALLOTTED,
    State.VOID,
    State.PRINTED,
    State.IN_REGISTRY,
    State.ISSUED,
    State.FILED,
    State.IN_TRANSIT,
    State.DISPUTED,
    State.DESTROYED,
    State.MISSING,
)
WRONG = [
    (act, state)
    for act, rule in RULES.items()
    for state in REACHED
    if rule.sources and state not in rule.sources and act is not Act.PRINT
]


def facts_of(act):
    return {need: FACTS.get(need, "x") for need in RULES[act].needs}


@pytest.fixture(scope="module")
def office():
    """An office with one copy in each state that it reaches without another's signed word."""
    office = found(others=("makarov", "vaganov"))
    office.know(found("special"))
    for role in Role:
        key = office.hire(f"a-{role}").public_key.line()
        said = {"person": f"a-{role}", "key_line": key, "role": role.value}
        office.give("appoint", said, by=CHIEF, two="makarov")
    return office


@pytest.fixture(scope="module")
def copies(office):
    made = list(office.telegram(copies=12).copies)
    office.give("void", {"reason": "x"}, by="makarov", subjects=[made[1]])
    office.printed(made[2:])
    office.give("verify", {}, by="makarov", subjects=office.copies(made[3:]))

    def give(act, number, two="", **facts):
        said = {**facts_of(Act(act)), **facts}
        office.give(act, said, by="makarov", two=two, subjects=[office.copy(made[number])])

    give("issue", 4)
    give("file", 5)
    give("dispatch", 6)
    give("dispatch", 7)
    give("dispute", 7)
    give("destroy", 8, two="vaganov")
    give("miss", 9)
    states = dict(zip(REACHED, (*made[:10],), strict=True))
    assert list(states) == [office.copy(copy).state for copy in states.values()]
    return states


def denials(office):
    with office.view() as books:
        return list(every(books.denials))


@pytest.mark.parametrize(("act", "state"), WRONG, ids=str)
def test_an_act_from_a_wrong_state(office, copies, act, state):
    """Refused with where the copy is and what to do; not one row is another."""
    copy, before = office.copy(copies[state]), len(denials(office))
    two = "vaganov" if RULES[act].two is not Two.NO else ""
    with refuses(office, "", CablegramError):
        office.give(act.value, facts_of(act), by="makarov", two=two, subjects=[copy])
    (entry,) = denials(office)[before:]
    assert (act.value, "makarov") == (entry.act, entry.officer)


@pytest.mark.parametrize("act", sorted(MAY))
def test_every_role_that_may_not(office, copies, act):
    """Before anything else is looked at: the order is refused and noted, once for each."""
    copy = office.copy(copies[State.IN_REGISTRY])
    rule = RULES[Act(act)] if act in set(Act) else OFFICE_RULES[act]
    facts = {need: FACTS.get(need, "x") for need in rule.needs}
    for role in (role for role in Role if role not in MAY[act]):
        before = len(denials(office))
        with refuses(office, f"a-{role} is {role} here, and may not order", OrderError):
            office.give(act, facts, by=f"a-{role}", subjects=[copy])
        assert before + 1 == len(denials(office))


@pytest.mark.parametrize("role", sorted(SILENT))
def test_who_may_not_second(office, copies, role):
    """Two persons are two who answer for something."""
    copy = office.copy(copies[State.IN_REGISTRY])
    with refuses(office, f"a-{role} is {role} here, and seconds nothing", OrderError):
        office.give(
            "destroy", facts_of(Act.DESTROY), by="makarov", two=f"a-{role}", subjects=[copy]
        )


def test_an_order_for_another_office_or_ledger(office, copies):
    """Re-targeted it is nobody's order here."""
    copy = office.copy(copies[State.IN_REGISTRY])
    for changes in ({"office": "special"}, {"origin": "special.test/ledger"}):
        with refuses(office, "the order is for", OrderError):
            office.give("file", {"place": "x"}, by="makarov", subjects=[copy], **changes)


def test_an_order_turned_to_another_copy(office, copies):
    """The signature is over the very subject it names."""
    copy = office.copy(copies[State.IN_REGISTRY])
    other = Subject(copies[State.FILED].handle, 1)
    signed = office.sign("file", {"place": "x"}, by="makarov", subjects=[copy])
    moved = signed.body.replace(copy.handle.encode(), other.handle.encode())
    with refuses(office, "", CablegramError):
        office.perform([type(signed)(moved, signed.signature)])


def test_the_same_order_again_is_a_repeat(office, copies):
    """Replayed it tells what came of it, and does nothing."""
    copy = office.copy(copies[State.FILED])
    signed = office.sign("read", {"reader": "stalin"}, by="makarov", subjects=[copy])
    office.perform([signed])
    before = office.dump()
    assert "Repeat" == type(office.perform([signed])).__name__
    assert before == office.dump()
