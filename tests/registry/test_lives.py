"""Lives, holders and offers: what a copy went through, who has what, what may be done next."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cablegram.model.acts import RULES, Act, State
from cablegram.model.roles import Role
from cablegram.registry import holders, lives, offering
from offices import START, digest, found, later


@pytest.fixture(params=["memory", "sqlite"])
def office(request, tmp_path):
    return found(folder=tmp_path if request.param == "sqlite" else None)


def issue(office, copies, to, days=3):
    facts = {"due_at": later(office.bureau.now(), days=days), "return_to": "registry"}
    office.give("issue", {"holder": to, **facts}, by="makarov", subjects=office.copies(copies))


def life(office, copy):
    now = office.copy(copy)
    with office.view() as view:
        return lives.of(view, now)


def told(stretches):
    return [(one.what, one.first, one.last) for one in stretches]


def test_a_life_has_its_steps_its_states_and_its_holders(office):
    """Stretches follow each other; whoever had it twice has two in one lane."""
    (copy,) = office.in_registry(1)
    issue(office, [copy], "stalin")
    handed = {"holder": "molotov", "sheets": 2, "reason": "he asked for it"}
    office.give("hand_over", handed, by="makarov", subjects=office.copies([copy]))
    office.give("return", {"sheets": 2}, by="makarov", subjects=office.copies([copy]))
    issue(office, [copy], "stalin")
    found_ = life(office, copy)
    acts = ["allot", "print", "verify", "issue", "hand_over", "return", "issue"]
    assert acts == [step.act.value for step in found_.steps]
    assert [2, 2] == [step.facts["sheets"] for step in found_.steps if step.act is Act.RETURN] * 2
    assert [
        ("allotted", 0, 1), ("printed", 1, 2), ("in_registry", 2, 3), ("issued", 3, 5),
        ("in_registry", 5, 6), ("issued", 6, 7),
    ] == told(found_.states)  # fmt: skip
    assert {
        "": [("", 1, 3), ("", 5, 6)],
        "stalin": [("stalin", 3, 4), ("stalin", 6, 7)],
        "molotov": [("molotov", 4, 5)],
    } == {who: told(had) for who, had in found_.lanes}
    assert "" == found_.lanes[0][0]


def test_what_was_missing_comes_back_to_where_it_was(office):
    """Found: the state that miss kept; a countered entry names the one that counters it."""
    (copy,) = office.in_registry(1)
    issue(office, [copy], "beria")
    office.give("miss", {"reason": "not seen"}, by="makarov", subjects=office.copies([copy]))
    facts = {"entry": life(office, copy).steps[3].index, "reason": "wrong reader"}
    office.give("correct", facts, by="makarov", subjects=office.copies([copy]))
    office.give("find", {"reason": "in the safe"}, by="makarov", subjects=office.copies([copy]))
    found_ = life(office, copy)
    states = [step.state for step in found_.steps[3:]]
    assert [State.ISSUED, State.MISSING, State.MISSING, State.ISSUED] == states
    counters = [step.countered for step in found_.steps]
    assert [0, 0, 0, found_.steps[5].index, 0, 0, 0] == counters


def test_what_has_ended_is_in_no_lane(office):
    """Nobody has a destroyed copy; its last state is a stretch all the same."""
    (copy,) = office.in_registry(1)
    facts = {"method": "burning", "sheets": 2}
    office.give("destroy", facts, by="makarov", two="chief", subjects=office.copies([copy]))
    found_ = life(office, copy)
    assert ("destroyed", 3, 4) == told(found_.states)[-1]
    assert [("", [("", 1, 3)])] == [(who, told(had)) for who, had in found_.lanes]


def test_columns_are_holders_by_name(office):
    """A page has so many; the next begins behind the last of it."""
    copies = [copy for _ in range(2) for copy in office.in_registry(4)]
    for who, some in (("beria", 1), ("malenkov", 3), ("molotov", 2), ("stalin", 1)):
        issue(office, [copies.pop() for _ in range(some)], who)
    with office.view() as view:
        first = holders.by_name(view, START, most=2)
        rest = holders.by_name(view, START, first.on, most=2)
        whole = holders.by_name(view, START)
    said = [(c.holder, c.count, len(c.copies)) for c in first.columns]
    assert ([("beria", 1, 1), ("malenkov", 3, 3)], "malenkov") == (said, first.on)
    assert (["molotov", "stalin"], "") == ([c.holder for c in rest.columns], rest.on)
    assert ("", 4) == (whole.on, len(whole.columns))


def test_who_is_late_stands_by_how_much(office):
    """Those with the most overdue first; who has nothing overdue is not among them."""
    copies = [copy for _ in range(2) for copy in office.in_registry(4)]
    issue(office, copies[:1], "beria", days=1)
    issue(office, copies[1:4], "molotov", days=2)
    issue(office, copies[4:5], "stalin", days=4)
    at = later(START, days=3)
    with office.view() as view:
        found_ = holders.late(view, at)
        shown = holders.column(view, "molotov", at, cards=2)
    assert [("molotov", 3), ("beria", 1)] == [(c.holder, c.overdue) for c in found_.columns]
    assert (2, 3, 3) == (len(shown.copies), shown.count, shown.overdue)


def test_states_are_counted(office):
    """Those that have no copy are not among them."""
    copies = office.in_registry(4)
    issue(office, copies[:1], "beria")
    with office.view() as view:
        assert {State.IN_REGISTRY: 3, State.ISSUED: 1} == dict(holders.by_state(view))


def test_what_is_offered_is_what_the_table_and_the_roles_let_be(office):
    """The usual first; nothing of what the room or another office's paper brings about."""
    copy, *_ = office.in_registry(4)
    registrar = offering.acts(copy, {Role.REGISTRAR})
    assert (Act.ISSUE, Act.FILE, Act.SHOW, Act.READ) == registrar[:4]
    assert Act.DESTROY in registrar
    assert set() == {Act.PRINT, Act.REGRADE, Act.CONTAIN, Act.RETURN} & set(registrar)
    assert all(copy.state in RULES[act].sources for act in registrar)
    reader = offering.acts(copy, {Role.READER})
    assert (Act.READ, Act.ANNOTATE, Act.FULFIL) == reader
    assert (Act.READ,) == offering.acts(copy, {Role.PROXY})
    sealed, closed = replace(copy, screen="stalin"), replace(copy, marks="closed")
    passing = {Act.READ, Act.SHOW, Act.ROUTE, Act.DISPATCH}
    assert set() == passing & {*offering.acts(sealed, {Role.REGISTRAR})}
    assert set() == {*passing, Act.ISSUE} & {*offering.acts(closed, {Role.REGISTRAR})}
    assert Act.ISSUE in offering.acts(sealed, {Role.REGISTRAR})


def test_what_is_compromised_may_be_contained(office):
    """By the chief, and only then."""
    copy, *_ = office.in_registry(4)
    assert Act.CONTAIN not in offering.acts(copy, {Role.CHIEF})
    office.give("compromise", {"reason": digest("seen")}, by="makarov", subjects=[copy])
    assert Act.CONTAIN in offering.acts(office.copy(copy), {Role.CHIEF})
