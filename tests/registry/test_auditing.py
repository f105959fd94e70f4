"""Our own books, held to the ledger: a hand in any row that the ledger speaks of shows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cablegram.model.acts import State
from cablegram.registry import auditing
from offices import found


@pytest.fixture
def office():
    """Copies in every kind of place, one of them missing and one found again."""
    office = found()
    copies = office.in_registry(4)
    due = {"holder": "molotov", "due_at": "1951-07-08T00:00:00Z", "return_to": "here"}
    office.give("issue", due, by="makarov", subjects=copies[:2])
    office.give("return", {"sheets": 2}, by="makarov", subjects=office.copies(copies[:1]))
    office.give("miss", {"reason": "not seen"}, subjects=office.copies(copies[2:]))
    office.give("find", {"reason": "behind it"}, subjects=office.copies(copies[3:]))
    later = {"due_at": "1951-07-09T00:00:00Z", "reason": "leave"}
    office.give("extend", later, subjects=office.copies(copies[1:2]))
    spoiled = office.printed(office.telegram(copies=1, outgoing=3350).copies[:2])
    facts = {"reason": "smeared", "sheets": 2}
    office.give("reprint", facts, by="makarov", two="chief", subjects=spoiled[:1])
    return office


def findings(office):
    with office.view() as books:
        return auditing.hold(books)


def test_books_as_the_orders_left_them_have_no_findings(office):
    """Whatever was done by orders is what the ledger says."""
    assert [] == findings(office)


@pytest.mark.parametrize(
    "hand",
    [
        {"state": State.FILED},
        {"holder": "beria"},
        {"sheets": 7},
        {"accountable": "another"},
        {"seq": 99},
    ],
)
def test_a_hand_in_a_copys_row_shows(office, hand):
    """State, holder, sheets, who answers, and how many acts there were."""
    with office.page() as page:
        copy = page.copies.find("state", "issued")[0]
        page.copies.put(replace(copy, **hand))
    (finding,) = findings(office)
    assert f"copy {copy.number}" in finding
    assert "the ledger has issued with molotov, 2 sheets" in finding


def test_a_copy_too_many_or_too_few_shows(office):
    """Neither an invented copy nor a vanished one."""
    with office.page() as page:
        copy = page.copies.find("state", "issued")[0]
        page.copies.put(replace(copy, handle="0" * 32))
    assert [f"copy {'0' * 32} is in the books and not on the ledger"] == findings(office)
    with office.page() as page:
        page.copies._session.to_write("copies").clear()
    assert ["copies on the ledger that are not in the books: 8"] == findings(office)


@pytest.mark.parametrize(
    "hand",
    [
        {"act": "return"},
        {"subject": "0" * 32},
        {"seed": bytes(32)},
        {"seed": b"short"},
        {"entry": b"{}"},
        {"seq": 9},
    ],
)
def test_a_hand_beside_a_leaf_shows(office, hand):
    """Its opening, its seed, and the columns it is found by."""
    with office.page() as page:
        leaf = page.leaves.get(3)
        page.leaves.put(replace(leaf, **hand))
    assert any(finding.startswith("entry 3: ") for finding in findings(office))


def test_a_missing_last_leaf_and_an_altered_order_show(office):
    """The count is held too, and what was signed stays what was signed."""
    with office.page() as page:
        order = page.orders.find()[0]
        page.orders.put(replace(order, body=order.body + b" "))
        counter = page.numbers.get("leaf", "")
        page.numbers.put(replace(counter, last=counter.last + 1))
    said = findings(office)
    assert f"an order of {order.officer} is not the one that was spent" in said
    assert any(finding.startswith("the books count") for finding in said)


def test_it_stops_at_a_thousand(office, monkeypatch):
    """Nobody reads more; the first ones tell."""
    monkeypatch.setattr(auditing, "FINDINGS_MAX", 2)
    with office.page() as page:
        for leaf in page.leaves.find()[:5]:
            page.leaves.put(replace(leaf, seed=bytes(32)))
    assert 2 == len(findings(office))
