"""Rows that lists stand on, held to the ledger: tracers, watches, closed years, reviews."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cablegram.model.handling import default_series
from cablegram.registry import auditing, watches, years
from cablegram.wire import canonical
from offices import CHIEF, found

SHELVES = ("tracers", "watches", "years", "reviews")


def listed(office):
    with office.view() as books:
        return canonical.digest(watches.open_now(books, office.bureau))


@pytest.fixture
def office():
    """One tracer to a reader, one watch taken and one handed, a closed year, two reviews."""
    plain = replace(default_series("T", "here"), two=frozenset())
    office = found(regime=replace(plain, review_years=5))
    copy = office.in_registry(2)[0]
    term = {"holder": "molotov", "due_at": "1951-07-08T00:00:00Z", "return_to": "here"}
    office.give("issue", term, subjects=[copy])
    office.give("hand_watch", {"to": "makarov", "list": listed(office)}, by=CHIEF)
    office.give("take_watch", {"watch": "1", "list": listed(office)}, by="makarov")
    office.give("hand_watch", {"to": CHIEF, "list": listed(office), "note": "x"}, by="makarov")
    office.clock.set("1952-01-02T00:00:00Z")
    office.give("trace", {"copy": copy.handle, "nth": "1"})
    with office.view() as books:
        said = canonical.digest(years.statement(books, 1951, "T", office.bureau))
    facts = {"year": "1951", "series": "T", "statement": said}
    office.give("close_year", facts, by=CHIEF, two="makarov")
    about = {"telegram": copy.telegram, "what": "classification", "reason": "x"}
    office.give("review", {**about, "decision": "keep", "until_at": "1960-01-01T00:00:00Z"})
    office.give("review", {**about, "decision": "regrade", "level": "SECRET"})
    return office


def findings(office):
    with office.view() as books:
        return auditing.hold(books)


def test_what_orders_left_has_no_findings(office):
    """As they were written by the acts."""
    assert [] == findings(office)
    with office.view() as books:
        assert [1, 2, 1, 2] == [getattr(books, shelf).count() for shelf in SHELVES]


HANDS = [
    ("tracers", {"number": 9}, "tracer 9"),
    ("tracers", {"to": "beria"}, "tracer 1"),
    ("tracers", {"kind": "office"}, "tracer 1"),
    ("tracers", {"nth": 2}, "tracer 1"),
    ("tracers", {"at": "1951-12-01T00:00:00Z"}, "tracer 1"),
    ("tracers", {"officer": "makarov"}, "tracer 1"),
    ("tracers", {"leaf_index": 1}, "tracer 1"),
    ("tracers", {"leaf_index": 9999}, "tracer 1"),
    ("tracers", {"copy": ""}, "tracer 1"),
    ("watches", {"outgoing": "beria"}, "watch 1"),
    ("watches", {"incoming": "beria"}, "watch 1"),
    ("watches", {"left": b"{}"}, "watch 1"),
    ("watches", {"met": b"{}"}, "watch 1"),
    ("watches", {"taken_at": "1951-07-06T00:00:00Z"}, "watch 1"),
    ("watches", {"state": "handed"}, "watch 1"),
    ("years", {"statement": b"{}"}, "the closed year 1951 T"),
    ("years", {"second": "vaganov"}, "the closed year 1951 T"),
    ("years", {"closed_at": "1952-01-01T00:00:00Z"}, "the closed year 1951 T"),
    ("reviews", {"decision": "destroy"}, "review 1"),
    ("reviews", {"until_at": "1999-01-01T00:00:00Z"}, "review 1"),
    ("reviews", {"level": "OPEN"}, "review 1"),
    ("reviews", {"telegram": "0" * 32}, "review 1"),
]


@pytest.mark.parametrize(("shelf", "changes", "named"), HANDS)
def test_a_hand_in_a_row_shows(office, shelf, changes, named):
    """Each of its columns, wherever the row says that it began."""
    with office.page() as page:
        row = getattr(page, shelf).find(limit=1)[0]
        rows = office.bureau.books._shelves[shelf]
        key = next(key for key, kept in rows.items() if kept == row)
        del rows[key]
        getattr(page, shelf).put(replace(row, **changes))
    said = findings(office)
    assert f"{named} is in the books, and no order on the ledger says so" in said


@pytest.mark.parametrize(
    ("shelf", "said"),
    [
        ("tracers", "trace: 1 on the ledger, 0 in the books"),
        ("watches", "hand watch: 2 on the ledger, 1 in the books"),
        ("years", "close year: 1 on the ledger, 0 in the books"),
        ("reviews", "review: 2 on the ledger, 1 in the books"),
    ],
)
def test_a_row_taken_away_shows(office, shelf, said):
    """There are as many of them as orders that made them."""
    rows = office.bureau.books._shelves[shelf]
    del rows[next(iter(rows))]
    assert said in findings(office)
