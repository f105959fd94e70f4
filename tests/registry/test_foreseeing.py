"""What an order would come to: what the rules say, and not one row of the books changes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cablegram.errors import CustodyError, OrderError
from cablegram.model.acts import State, Two
from cablegram.model.handling import default_series
from cablegram.model.orders import OFFICE_RULES, Subject
from cablegram.registry import foresee, foreseeing
from offices import found, later, refuses

DUE = "1951-07-11T17:00:00Z"
ISSUE = {"holder": "stalin", "due_at": DUE, "return_to": "here"}


@pytest.fixture
def moscow():
    return found()


def asked(office, act, facts=None, **rest):
    """What is foreseen, and that nothing changed."""
    before = office.rows()
    said = foresee(office.order(act, facts, **rest), office.bureau)
    assert before == office.rows()
    return said


def test_the_copy_is_shown_as_it_would_stand(moscow):
    """And the order can be signed and performed after it as if nobody had asked."""
    (copy, *_) = moscow.in_registry(1)
    order = moscow.order("issue", ISSUE, by="makarov", subjects=[copy])
    before = moscow.rows()
    foreseen = foresee(order, moscow.bureau)
    assert before == moscow.rows()
    assert (False, State.ISSUED, "stalin") == (
        foreseen.two, foreseen.copies[0].state, foreseen.copies[0].holder
    )  # fmt: skip
    moscow.perform([moscow.seal(order)])
    assert foreseen.copies[0] == moscow.copy(copy)


def test_a_rule_that_forbids_it_says_so_before(moscow):
    (copy, *_) = moscow.in_registry(1)
    with refuses(moscow, "cannot be returned: it is in the registry", CustodyError):
        foresee(moscow.order("return", {"sheets": 2}, subjects=[copy]), moscow.bureau)
    late = {**ISSUE, "due_at": later(DUE, days=90)}
    with refuses(moscow, "it is due back by", CustodyError):
        foresee(moscow.order("issue", late, subjects=[copy]), moscow.bureau)
    with refuses(moscow, "has changed since the order was made"):
        foresee(
            moscow.order("issue", ISSUE, subjects=[Subject(copy.handle, copy.seq + 1)]),
            moscow.bureau,
        )


def test_who_may_not_order_it_is_told_before(moscow):
    """Roles, posts, keys, dates and spent numbers: all but the signature."""
    (copy, *_) = moscow.in_registry(1)
    moscow.appoint("reader", role="reader", by="chief", two="makarov")
    with refuses(moscow, "may not order issue", OrderError):
        foresee(moscow.order("issue", ISSUE, by="reader", subjects=[copy]), moscow.bureau)
    with refuses(moscow, "is not an officer in post", OrderError):
        foresee(moscow.order("issue", ISSUE, by="nobody", subjects=[copy]), moscow.bureau)
    order = moscow.order("issue", ISSUE, by="makarov", subjects=[copy])
    for wrong, says in (
        (replace(order, key="sha256:" + "0" * 64), "key that is not makarov's"),
        (
            replace(order, not_after="1951-07-05T16:00:00Z", signed_at="1951-07-05T15:00:00Z"),
            "good until",
        ),
        (replace(order, signed_at=later(order.signed_at, hours=2), not_after=""), "not come yet"),
        (replace(order, number=1), "used order number 1 before"),
    ):
        with refuses(moscow, says, OrderError):
            foresee(wrong, moscow.bureau)


def test_two_are_asked_for_where_two_must(moscow):
    """Always, by series, for spoiled sheets, and never for what one may."""
    (copy, *_) = moscow.in_registry(1)
    burnt = {"method": "burnt", "sheets": 2}
    assert asked(moscow, "destroy", burnt, subjects=[copy]).two
    assert State.DESTROYED is asked(moscow, "destroy", burnt, subjects=[copy]).copies[0].state
    assert not asked(moscow, "file", {"place": "12"}, subjects=[copy]).two
    assert not asked(moscow, "issue", ISSUE, subjects=[copy]).two
    spoiled = {"sheets": 2, "reason": "torn", "spoiled": 1, "method": "burnt"}
    assert asked(moscow, "replace_sheet", spoiled, subjects=[copy]).two
    spoiled = {"sheets": 2, "reason": "torn"}
    assert not asked(moscow, "replace_sheet", spoiled, subjects=[copy]).two
    moscow.settle(replace(default_series("T", "here"), two=frozenset({"issue", "open"})))
    assert asked(moscow, "issue", ISSUE, subjects=[copy]).two
    assert asked(moscow, "open", {"sealed": "sha256:" + "0" * 64}).two
    assert not asked(moscow, "release", {"draft": "sha256:" + "0" * 64}).two


def test_an_act_that_makes_a_copy(moscow):
    """Taken on charge by one; a further copy of a telegram by as many as its series asks."""
    accepted = {"owner": "academy", "owner_number": "9", "incoming": "901", "sheets": 2}
    foreseen = asked(moscow, "accept", accepted)
    assert (False, "901") == (foreseen.two, foreseen.copies[0].incoming)
    telegram = moscow.telegram(copies=1).telegram
    further = {"copy": 2, "made": 2, "whom": "file"}
    about = (Subject(telegram.handle, 1),)
    with moscow.view() as view:
        assert foreseeing.needs_two(view, "allot", about, further)
        assert not foreseeing.needs_two(view, "allot", (), further)
    moscow.settle(replace(default_series("T", "here"), two=frozenset()))
    with moscow.view() as view:
        assert not foreseeing.needs_two(view, "allot", about, further)


def test_acts_of_the_office_are_asked_as_well(moscow):
    assert "makarov" == asked(moscow, "relieve", {"person": "makarov", "reason": "leave"}).answer
    with refuses(moscow, "relieve was ordered without reason", OrderError):
        foresee(moscow.order("relieve", {"person": "makarov"}), moscow.bureau)
    assert asked(moscow, "relieve", {"person": "makarov", "reason": "leave"}).two
    assert {Two.ALWAYS} >= {OFFICE_RULES[name].two for name in OFFICE_RULES if name == "relieve"}


def test_what_the_room_does_is_asked_no_further_than_who_may(moscow):
    foreseen = asked(moscow, "open", {"sealed": "sha256:" + "0" * 64})
    assert ((), "") == (foreseen.copies, foreseen.answer)


def test_nobody_else_in_post_is_a_refusal_of_two():
    """A second must be somebody: neither the first, nor one relieved, nor a mere reader."""
    office = found(others=("makarov",))
    (copy, *_) = office.in_registry(1)
    office.appoint("reader", role="reader", by="chief", two="makarov")
    burnt = {"method": "burnt", "sheets": 2}
    assert asked(office, "destroy", burnt, subjects=[copy]).two
    office.give("relieve", {"person": "makarov", "reason": "leave"}, two="makarov")
    with refuses(office, "nobody else is in post who could sign second", OrderError):
        foresee(office.order("destroy", burnt, subjects=[copy]), office.bureau)


def test_what_was_overtaken_is_known(moscow):
    (copy, *_) = moscow.in_registry(1)
    from cablegram.registry import orders

    one = moscow.sign("issue", ISSUE, by="makarov", subjects=[copy])
    other = moscow.sign(
        "file", {"place": "12"}, by="makarov", subjects=[copy], number=moscow.numbers["makarov"]
    )
    moscow.perform([other])
    with moscow.view() as view:
        assert orders.overtaken(view, [one])
        assert not orders.overtaken(view, [other])
