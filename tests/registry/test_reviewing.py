"""Reviews: what its time has come for is decided by order, and done by the acts that do it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from cablegram.errors import MalformedError, OrderError, UnknownError
from cablegram.model import balance
from cablegram.model.handling import default_series
from cablegram.registry import balances, duties, reviewing
from cablegram.registry.reading import every
from cablegram.wire import balance as balance_format
from cablegram.wire import canonical
from offices import found, later, refuses

FILED = "1951-07-03T12:00:00Z"
FIVE, TEN = "1956-07-03T12:00:00Z", "1961-07-03T12:00:00Z"
NEXT = "1971-01-01T00:00:00Z"


@pytest.fixture
def office():
    """Classification is reviewed after five years, copies are judged after ten."""
    plain = replace(default_series("T", "here"), two=frozenset())
    return found(regime=replace(plain, review_years=5, keep_years=10))


def due(office, kind="review", at="", within=2):
    with office.view() as books:
        found_ = duties.today(books, office.bureau, at=at, within=timedelta(within))
    return [one for one in found_ if one.kind == kind]


def review(office, telegram, what="classification", decision="keep", **more):
    facts = {"telegram": telegram.handle, "what": what, "decision": decision, **more}
    return office.give("review", {"reason": "looked through", **facts}).answer


def test_a_classification_comes_up_by_the_calendar(office):
    """To the second of its day, and stays until somebody decides; a clock brings nothing about."""
    telegram = office.telegram().telegram
    before = office.dump()
    assert [] == due(office, at=later(FIVE, days=-3))
    (soon,) = due(office, at=later(FIVE, days=-1))
    assert ("SOON", "1", FIVE, "cablegram review 1 --keep UNTIL --reason WHY") == (
        soon.grade.name,
        soon.about,
        soon.at,
        soon.command,
    )
    (late,) = due(office, at=later(FIVE, seconds=1))
    assert "LATE" == late.grade.name
    assert before == office.dump()
    office.clock.set(later(FIVE, days=1))
    assert "1" == review(office, telegram, until_at=NEXT)
    assert [] == due(office)
    (again,) = due(office, at=NEXT)
    assert NEXT == again.at


def test_it_is_regraded_by_the_act_that_regrades(office):
    """The decision is on the list until every copy in custody has that level."""
    copies = office.in_registry(2)
    with office.view() as books:
        telegram = books.telegrams.get(copies[0].telegram)
    office.clock.set(later(FIVE, days=1))
    review(office, telegram, decision="regrade", level="secret")
    (one,) = due(office)
    assert ("review 1: regrade", "cablegram regrade 1 --level 'secret' --reason 'review 1'") == (
        one.words,
        one.command,
    )
    said = {"classification": "secret", "reason": "review 1"}
    office.give("regrade", said, subjects=copies[:1])
    assert 1 == len(due(office))
    office.give("regrade", said, subjects=copies[1:])
    assert [] == due(office)


def test_it_is_declassified_by_two(office):
    """Until each copy in custody bears the mark."""
    copies = office.in_registry(2)
    with office.view() as books:
        telegram = books.telegrams.get(copies[0].telegram)
    review(office, telegram, decision="declassify")
    (one,) = due(office)
    command = "cablegram --second WHO act declassify 1/1 1/2 --fact 'authority=review 1'"
    assert command == one.command
    office.give("declassify", {"authority": "review 1"}, two="makarov", subjects=copies)
    assert [] == due(office)


def test_copies_are_destroyed_by_two_or_kept(office):
    """What lies here is on the list; what is elsewhere comes back first."""
    copies = office.in_registry(2)
    with office.view() as books:
        telegram = books.telegrams.get(copies[0].telegram)
    (one,) = due(office, "retention", at=later(TEN, days=1))
    assert "cablegram review 1 --keep-copies UNTIL --reason WHY" == one.command
    review(office, telegram, "retention", "destroy")
    (one,) = due(office, "retention")
    assert "cablegram --second WHO destroy 1/1=2 1/2=2 --method HOW" == one.command
    burnt = {"method": "burnt", "sheets": 2}
    office.give("destroy", burnt, by="makarov", two="vaganov", subjects=copies[:1])
    (one,) = due(office, "retention")
    assert "cablegram --second WHO destroy 1/2=2 --method HOW" == one.command
    # Another decision takes the place of the first.
    review(office, telegram, "retention", until_at=NEXT)
    assert [] == due(office, "retention", at=later(TEN, days=1))


def test_each_kind_has_its_own_newest_review(office):
    """Keeping the copies says nothing of their classification."""
    telegram = office.telegram().telegram
    review(office, telegram, "retention", until_at=NEXT)
    assert 1 == len(due(office, at=later(FIVE, days=1)))
    review(office, telegram, until_at=NEXT)
    review(office, telegram, until_at=later(NEXT, days=9))
    at = later(NEXT, days=1)
    assert ([], 1) == (due(office, at=at), len(due(office, "retention", at=at)))


def test_a_series_without_a_term_has_no_reviews():
    """Only what was decided comes up again."""
    office = found()
    telegram = office.telegram().telegram
    assert [] == due(office, at="1999-01-01T00:00:00Z")
    review(office, telegram, until_at=NEXT)
    assert 1 == len(due(office, at=NEXT))


def test_series_with_other_terms(office):
    """Each telegram by its own; what is not due yet is passed over."""
    office.settle(replace(default_series("U", "here"), review_years=20))
    office.telegram(series="U")
    office.telegram(outgoing=3350)
    office.settle(replace(default_series("V", "here")))
    office.telegram(series="V", outgoing=3351)
    assert ["2"] == [one.about for one in due(office, at=later(FIVE, days=1))]


def test_what_we_sent_is_ours_to_review(office):
    """Named by its outgoing number; a decision is recorded, and its copies are others' affair."""
    telegram = office.telegram().telegram
    ours = replace(telegram, handle="7" * 32, direction="out", cable_number=0, outgoing_number=77)
    with office.page() as page:
        page.telegrams.put(ours)
        page.telegrams.put(replace(telegram, filed_at=""))
    (one,) = due(office, at=later(FIVE, days=1))
    assert ("our 77", "cablegram review --sent 77 --keep UNTIL --reason WHY") == (
        one.about,
        one.command,
    )
    review(office, ours, decision="regrade", level="secret")
    assert [] == due(office, at=later(FIVE, days=1))


@pytest.mark.parametrize(
    ("changes", "error", "says"),
    [
        ({"telegram": "0" * 32}, UnknownError, "names no telegram of ours"),
        ({"what": "colour"}, OrderError, "a review of colour does not decide keep"),
        ({"decision": "burn"}, OrderError, "does not decide burn"),
        ({"what": "retention", "decision": "regrade"}, OrderError, "does not decide regrade"),
        ({"level": "secret"}, OrderError, "keep is decided with its until_at alone"),
        ({"decision": "regrade"}, OrderError, "regrade is decided with its level alone"),
        ({"decision": "declassify"}, OrderError, "is decided with its reason alone"),
        ({"until_at": "1951-01-01T00:00:00Z"}, OrderError, "which has passed"),
        ({"until_at": "soon"}, MalformedError, "is not a moment"),
        ({"reason": "two\nlines"}, MalformedError, "reason"),
        ({"until_at": ""}, OrderError, "keep is decided with its until_at alone"),
    ],
)
def test_what_is_no_review(office, changes, error, says):
    """Refused in words."""
    telegram = office.telegram().telegram
    facts = {"telegram": telegram.handle, "what": "classification", "decision": "keep"}
    with refuses(office, says, error):
        office.give("review", {**facts, "until_at": NEXT, "reason": "x", **changes})
    with office.view() as books:
        assert [] == list(every(books.reviews))


@pytest.mark.parametrize(
    ("at", "years", "then"),
    [
        ("1952-02-29T12:00:00Z", 1, "1953-02-28T12:00:00Z"),
        ("1952-02-29T12:00:00Z", 4, "1956-02-29T12:00:00Z"),
        ("1951-06-30T22:30:00Z", 30, "1981-06-30T21:30:00Z"),
        ("9900-01-01T12:00:00Z", 200, "9999-01-01T12:00:00Z"),
    ],
)
def test_years_go_by_the_offices_calendar(at, years, then):
    """The same hour of the same day, also where summer time came between."""
    zone = ZoneInfo("Etc/UTC") if then.endswith("12:00:00Z") else ZoneInfo("Europe/Paris")
    office = found(zone=zone)
    if zone.key == "Europe/Paris":
        then = "1981-06-30T21:30:00Z"
    assert then == reviewing.years_after(at, years, office.bureau)


def test_no_more_than_a_thousand_are_listed(office, monkeypatch):
    """The oldest first; the rest come up when those are decided."""
    telegram = office.telegram().telegram
    with office.page() as page:
        for n in range(5):
            filed = later(FILED, days=n)
            page.telegrams.put(replace(telegram, handle=f"{n:032x}", filed_at=filed))
    monkeypatch.setattr(reviewing, "FIND_MAX", 3)
    with office.view() as books:
        rows = reviewing.due(books, "classification", later(FIVE, days=400), office.bureau)
    assert 3 == len(rows)
    assert rows == sorted(rows, key=lambda one: one[1])


def test_rows_of_telegrams_that_are_gone(office):
    """A review written by hand of nothing brings nothing up."""
    telegram = office.telegram().telegram
    review(office, telegram, until_at=NEXT)
    with office.page() as page:
        (row,) = every(page.reviews)
        page.reviews.put(replace(row, telegram="0" * 32))
        page.reviews.put(replace(row, number=9, telegram="0" * 32, decision="declassify"))
    assert [] == [one for one in due(office, at=NEXT) if one.at == NEXT]


def states(office):
    with office.view() as books:
        return [row.state for row in every(books.reviews)]


def test_a_review_is_open_until_it_is_carried_out_or_replaced(office):
    """So that a register with many old decisions is looked through quickly."""
    copies = office.in_registry(2)
    with office.view() as books:
        telegram = books.telegrams.get(copies[0].telegram)
    review(office, telegram, until_at=NEXT)
    assert ["open"] == states(office)
    review(office, telegram, decision="regrade", level="secret")
    assert ["done", "open"] == states(office)
    said = {"classification": "secret", "reason": "review 2"}
    office.give("regrade", said, subjects=copies[:1])
    assert ["done", "open"] == states(office)
    office.give("regrade", said, subjects=copies[1:])
    assert ["done", "done"] == states(office)
    # What has nothing to be done to is done as it is decided; another kind is not touched.
    review(office, telegram, "retention", until_at=NEXT)
    review(office, telegram, decision="regrade", level="secret")
    assert ["done", "done", "open", "done"] == states(office)
    office.give("regrade", {**said, "classification": "top secret"}, subjects=office.copies(copies))
    assert ["done", "done", "open", "done"] == states(office)


def test_a_copy_that_comes_back_is_on_the_list_again(office):
    """A decision to destroy holds for what is not held here today."""
    copies = office.in_registry(2)
    with office.view() as books:
        telegram = books.telegrams.get(copies[0].telegram)
    review(office, telegram, "retention", "destroy")
    for copy in copies:
        office.give("miss", {"reason": "gone"}, by="makarov", subjects=[copy])
    assert [] == due(office, "retention")
    office.give("find", {"reason": "there"}, by="makarov", subjects=office.copies(copies[:1]))
    (one,) = due(office, "retention")
    assert "cablegram --second WHO destroy 1/1=2 --method HOW" == one.command


BALANCE = "cable,copy,made,office,received,sheets,state,place\n"
OLD = BALANCE + "1,1,1,beijing,4.7.1931 10.00,2,filed,case 3\n"


def test_old_books_that_do_not_say_when_it_was_filed(office):
    """Counted from when it was taken on charge; none of it is due before that."""
    with office.view() as view:
        seen = balances.read(view, OLD.encode(), office.bureau)
    matter = balance_format.encode(balance.lines_of(seen.groups))
    facts = {"list": canonical.digest(matter), "source": seen.source, "batch": 1, "batches": 1}
    taken = office.bureau.now()
    office.give("charge", facts, two="makarov", matter=matter)
    with office.view() as view:
        (telegram,) = [row for row in view.telegrams.find() if not row.filed_at]
    years = reviewing.years_after(taken, 5, office.bureau)
    assert [] == due(office, at=later(years, days=-3))
    (one,) = due(office, at=later(years, days=1))
    assert (str(telegram.cable_number), years) == (one.about, one.at)
    office.clock.set(later(years, days=1))
    review(office, telegram, until_at=later(years, days=999))
    assert [] == due(office)
    with office.view() as view:  # and a row that no entry began never comes up
        assert "" == reviewing.since(view, replace(telegram, handle="0" * 32))
