"""Backups in the books: how often one is due, and that one was made."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from cablegram.errors import CustodyError, MalformedError, OrderError
from cablegram.registry import backups, duties, matters
from offices import START, found, later, refuses


@pytest.fixture
def office():
    return found()


def every(office, days):
    office.give("settle", {"name": "backup/days", "value": days})


def noted(office, **changes):
    said = {"made_at": office.bureau.now(), "size": str(office.size()), "root": "ab" * 32}
    return office.give("back_up", {**said, **changes})


def due(office, at="", within=2):
    with office.view() as books:
        said = duties.today(books, office.bureau, at=at, within=timedelta(within))
    return [(o.grade.name, o.at, o.command) for o in said if o.kind == "backup"]


def test_a_backup_is_due_and_noted(office):
    """Counted from the settling, then from the last one; noting it is what ends the duty."""
    assert [] == due(office, at="1999-01-01T00:00:00Z")
    every(office, "7")
    seventh = later(START, days=7)
    assert [] == due(office, at=later(START, days=5))
    command = "cablegram --as WHO backup make FILE"
    assert [("SOON", seventh, command)] == due(office, at=later(START, days=6))
    office.clock.set(later(START, days=8))
    assert [("LATE", seventh, command)] == due(office)
    noted(office)
    assert [] == due(office)
    assert "SOON" == due(office, at=later(START, days=14))[0][0]
    every(office, "1")
    assert later(START, days=9) == due(office)[0][1]


@pytest.mark.parametrize("days", ["0", "367", "x", "07", "-1", ""])
def test_what_is_no_number_of_days(office, days):
    """One to 366, in digits."""
    with refuses(office, "", (MalformedError, OrderError)):
        every(office, days)


def test_nothing_else_is_settled_of_backups(office):
    """Days alone."""
    with refuses(office, "nothing called hours is settled of backups", OrderError):
        office.give("settle", {"name": "backup/hours", "value": "7"})


@pytest.mark.parametrize(
    ("changes", "error", "says"),
    [
        ({"made_at": later(START, seconds=1)}, CustodyError, "is none of these books"),
        ({"size": "9999"}, CustodyError, "is none of these books"),
        ({"size": "0"}, CustodyError, "is none of these books"),
        ({"size": "x"}, CustodyError, "is none of these books"),
        ({"made_at": "today"}, MalformedError, "is not a moment"),
        ({"root": ""}, OrderError, "without root"),
    ],
)
def test_what_is_no_backup_of_these_books(office, changes, error, says):
    """Refused, and it stays due."""
    every(office, "1")
    with refuses(office, says, error):
        noted(office, **changes)
    assert 1 == len(due(office, at=later(START, days=2)))


def test_an_order_that_was_altered(office):
    """Is told, and does not hide that one is due."""
    every(office, "1")
    with office.page() as page:
        for kept in page.orders.find("act", "settle"):
            page.orders.put(replace(kept, signature="x"))
    matters._proved.clear()
    assert ["cablegram audit"] == [command for *_, command in due(office)]
    with office.view() as books, pytest.raises(OrderError):
        backups.due_at(books, office.bureau)
