"""The room asks itself whether a draft is cleared before it takes a number or signs anything."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cablegram.errors import OrderError
from cablegram.model.clearing import ClearingRule
from cablegram.model.handling import default_series
from cablegram.registry import clearances
from offices import refuses
from rooms import line_of


@pytest.fixture
def beijing():
    """An office whose top secret telegrams take one clearance and another's release."""
    (one, _), _ = line_of("beijing", "moscow")
    rule = ClearingRule("TOP SECRET", 1)
    value = clearances.write(rule).decode()
    one.office.give("settle", {"name": "clearing/TOP SECRET", "value": value})
    return one


def drafted(desk, *, by="makarov", level="TOP SECRET"):
    """A draft to Moscow that ``by`` is recorded for."""
    draft = desk.draft(("moscow",))
    facts = {"draft": draft, "series": "T", "level": level, "to": "moscow"}
    desk.office.give("draft", facts, by=by)
    return draft


def numbers(desk):
    """How often randomness was drawn, as signing a letter does, and the last outgoing number."""
    with desk.bureau.books.view() as view:
        row = view.numbers.get("outgoing", "T")
        return desk.bureau.random.count, row.last if row else 0


def test_no_number_before_the_clearance(beijing):
    """Refused with nothing numbered, signed or sealed; cleared, it goes, and is a repeat after."""
    draft = drafted(beijing)
    before = numbers(beijing)
    beijing.head()
    with refuses(beijing.office, "draft 1 has 0 of 1 clearances", OrderError):
        beijing.send(draft)
    assert before == numbers(beijing)
    beijing.office.give("clear", {"draft": draft}, by="vaganov")
    beijing.head()
    with refuses(beijing.office, "makarov drafted it and cannot release it alone", OrderError):
        beijing.send(draft, by="makarov")
    signed = [beijing.office.sign("release", {"draft": draft})]
    answer = beijing.room.seal(draft, signed)
    assert 1 == answer["outgoing_number"]
    assert answer == beijing.room.seal(draft, signed)
    beijing.head()
    with refuses(beijing.office, "draft 1 was released already", OrderError):
        beijing.send(draft)


def test_the_level_that_was_deciphered_counts(beijing):
    """A top secret draft recorded as secret is found out, whoever cleared it."""
    draft = drafted(beijing, level="SECRET")
    beijing.office.give("clear", {"draft": draft}, by="vaganov")
    beijing.head()
    with refuses(beijing.office, "is not what makarov said it was", OrderError):
        beijing.send(draft)
    beijing.head()
    with refuses(beijing.office, "nobody is recorded as having drafted this", OrderError):
        beijing.send(beijing.draft(("moscow",)))


def test_what_sql_writes_clears_nothing(beijing):
    """A row that says released, cleared or another drafter opens no way."""
    draft = drafted(beijing)
    with beijing.office.page() as page:
        page.drafts.put(replace(page.drafts.get(draft), drafter="vaganov", level="SECRET"))
    beijing.head()
    with refuses(beijing.office, "draft 1 has 0 of 1 clearances", OrderError):
        beijing.send(draft)


def test_the_drafts_own_series_asks_for_two_and_for_witnesses(beijing):
    """Not the current one's."""
    draft = drafted(beijing)
    beijing.office.give("clear", {"draft": draft}, by="vaganov")
    regime = default_series("T", "here")
    beijing.office.settle(replace(regime, letter="G"))
    beijing.office.give("settle", {"name": "series", "value": "G"})
    beijing.office.settle(replace(regime, two=frozenset({"release"})))
    beijing.head()
    with refuses(beijing.office, "release takes two persons", OrderError):
        beijing.send(draft)
    beijing.office.settle(replace(regime, waits=frozenset({"release"})))
    beijing.head()
    with refuses(beijing.office, "release waits for witnesses in series T", OrderError):
        beijing.send(draft)
    beijing.office.settle(regime)
    assert 1 == beijing.send(draft)["outgoing_number"]
