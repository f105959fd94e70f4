"""Custodians: one follows another on a muster that two closed, and nobody leaves copies alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from cablegram.errors import CustodyError, MalformedError, OrderError, UnknownError
from cablegram.model.handling import default_series
from cablegram.registry import custodians, duties, matters, mustering, musters
from cablegram.wire import canonical
from offices import CHIEF, found, later, refuses

OLD, NEW, VAGANOV = "chesnokova", "ivanov", "vaganov"


@pytest.fixture
def office():
    """An office with two custodians in post, and four copies on its shelves."""
    made = found()
    for person in (OLD, NEW):
        made.appoint(person, role="custodian", by=CHIEF, two="makarov")
    copies = made.telegram(copies=4).copies
    printed = made.printed(copies)
    made.give("verify", {}, by="makarov", subjects=printed)
    return made


def muster(office, seen=4, **scope):
    """A muster closed by two; gives its number."""
    number = office.give("open_muster", scope, by=CHIEF).answer
    names = [f"1/{n}" for n in range(1, seen + 1)]
    if names:
        said = {"muster": number, "sighted": musters.digest_of(names)}
        office.give("sight", said, by=CHIEF, matter="\n".join(names).encode())
    with office.view() as books:
        row = mustering.opened(books, number)
        outcome = mustering.encode(books, mustering.conclude_now(books, row))
    said = {"muster": number, "outcome": canonical.digest(outcome)}
    office.give("close_muster", said, by=CHIEF, two="makarov")
    return number


def facts(office, number, series="*", **more):
    with office.view() as books:
        row = books.musters.get(int(number))
        away = len(mustering.still_unsighted(books, row))
    said = {"series": series, "muster": number, "outcome": canonical.digest(row.outcome)}
    return {**said, "unsighted": str(away), **more}


def take(office, number, by=OLD, two=CHIEF, **more):
    return office.give("take_charge", facts(office, number, **more), by=by, two=two)


def taken(office):
    with office.view() as books:
        return custodians.charges(books, office.bureau)


def due(office, at="", within=2):
    with office.view() as books:
        said = duties.today(books, office.bureau, at=at, within=timedelta(within))
    return [one for one in said if one.kind == "charge"]


def relieve(office, person, two="makarov", **more):
    said = {"person": person, "reason": "posted elsewhere", **more}
    office.give("relieve", said, by=CHIEF, two=two)


def test_charge_is_taken_and_handed_on(office):
    """Until somebody takes it, it is due; each on a muster that both have seen."""
    (first,) = due(office)
    assert ("every series", "chesnokova is custodian, and has not taken charge") == (
        first.about,
        first.words,
    )
    assert "cablegram muster open" == first.command
    number = muster(office)
    assert [f"cablegram --as {OLD} --second CHIEF custodian take --muster {number}"] == [
        one.command for one in due(office)
    ]
    assert "" == take(office, number).answer
    assert ({"*": OLD}, []) == (taken(office), due(office))
    assert OLD == take(office, number, by=NEW, two=OLD).answer
    assert {"*": NEW} == taken(office)
    relieve(office, OLD)
    assert [] == due(office)


def test_who_answers_for_copies_is_not_simply_relieved(office):
    """Not before another has taken charge; or the order says that nobody has."""
    number = muster(office)
    take(office, number)
    with refuses(office, "chesnokova answers for copies of every series", CustodyError):
        relieve(office, OLD)
    with refuses(office, "a charge is left open", OrderError):
        relieve(office, OLD, charge="left")
    relieve(office, OLD, charge="open")
    (late,) = due(office)
    assert ("LATE", "chesnokova answered for them, and is not in post") == (
        late.grade.name,
        late.words,
    )
    command = f"cablegram --as WHO --second CHIEF custodian take --muster {number} --reason WHY"
    assert command == late.command
    with refuses(office, "chesnokova answers for these copies, and chief", OrderError):
        take(office, number, by=NEW)
    take(office, number, by=NEW, reason="relieved at once")
    assert ({"*": NEW}, []) == (taken(office), due(office))


def test_where_no_copy_stands_nobody_is_held(office):
    """A custodian of nothing goes when the chief says so; another takes charge without a muster."""
    take(office, muster(office))
    with office.view() as books:
        copies = list(books.copies.find())
    said = {"method": "burnt", "sheets": 2}
    office.give("destroy", said, by="makarov", two=VAGANOV, subjects=copies)
    assert [] == due(office)
    office.give("take_charge", {"series": "*"}, by=NEW, two=OLD)
    relieve(office, OLD)
    relieve(office, NEW)
    assert [] == due(office)


def test_the_only_custodian_answers_for_all_while_nobody_took_charge(office):
    """One of two may go; the last may not."""
    relieve(office, NEW)
    with refuses(office, "chesnokova answers for copies of every series", CustodyError):
        relieve(office, OLD)
    relieve(office, OLD, charge="open")
    assert [] == due(office)
    relieve(office, VAGANOV)


def test_a_second_key_keeps_the_charge(office):
    """An appointment that goes on, in a role that may answer."""
    take(office, muster(office))
    with office.view() as books:
        (row,) = books.officers.find("", OLD)
    for name, role in (("reading", "reader"), ("second key", "custodian")):
        office.people.pop(name, None)
        line = office.hire(name).public_key.line()
        said = {"person": OLD, "key_line": line, "role": role}
        office.give("appoint", said, by=CHIEF, two="makarov")
        if role == "reader":
            with refuses(office, "chesnokova answers for copies", CustodyError):
                relieve(office, OLD, key=row.key)
    relieve(office, OLD, key=row.key)
    assert [] == due(office)


def test_an_end_that_is_near(office):
    """The appointment of whoever answers ends: soon, then late."""
    until = later(office.bureau.now(), days=10)
    facts_ = {"person": "late", "key_line": office.hire("late").public_key.line()}
    said = {**facts_, "role": "alternate", "until_at": until}
    office.give("appoint", said, by=CHIEF, two="makarov")
    take(office, muster(office), by="late")
    assert [] == due(office)
    (soon,) = due(office, within=11)
    assert ("SOON", "late answers for them, and leaves", until) == (
        soon.grade.name,
        soon.words,
        soon.at,
    )
    (late,) = due(office, at=until)
    assert "LATE" == late.grade.name


def test_a_series_of_its_own(office):
    """Its custodian answers for it alone; the other for all that is left."""
    office.settle(default_series("U", "here"))
    whole, of_t = muster(office), muster(office, series="T")
    take(office, of_t, series="T")
    take(office, whole, by=NEW)
    assert {"*": NEW, "T": OLD} == taken(office)
    with refuses(office, "chesnokova answers for copies of series T", CustodyError):
        relieve(office, OLD)
    relieve(office, NEW)  # nothing is left that is not of series T
    assert [] == due(office)
    with office.page() as page:
        row = page.copies.find()[0]
        page.copies.put(replace(row, series="U"))
    assert ["every series"] == [one.about for one in due(office)]
    with office.page() as page:
        page.copies.put(row)
    office.clock.pass_(days=32)
    relieve(office, OLD, charge="open")
    (late,) = due(office)
    assert "cablegram muster open --series T" == late.command


@pytest.mark.parametrize(
    ("by", "two", "more", "error", "says"),
    [
        (OLD, VAGANOV, {}, OrderError, "nobody answers for these copies yet, and vaganov"),
        (OLD, CHIEF, {"series": "Q"}, UnknownError, "series Q"),
        (OLD, CHIEF, {"series": "no"}, MalformedError, "series"),
        (OLD, CHIEF, {"reason": "two\nlines"}, MalformedError, "reason"),
        (OLD, CHIEF, {"muster": "9"}, UnknownError, "no muster 9 of these copies was closed"),
        (OLD, CHIEF, {"muster": ""}, UnknownError, "no muster"),
        (OLD, CHIEF, {"outcome": "x"}, CustodyError, "has another outcome"),
        (OLD, CHIEF, {"unsighted": "1"}, CustodyError, "0 copies that muster 1 did not see"),
        (OLD, "", {}, OrderError, "takes two persons"),
        ("reader", CHIEF, {}, OrderError, "may not order take charge"),
    ],
)
def test_what_is_no_change(office, by, two, more, error, says):
    """Refused in words, and nobody answers for anything that they did not before."""
    office.appoint("reader", role="reader", by=CHIEF, two="makarov")
    number = muster(office)
    with refuses(office, says, error):
        office.give("take_charge", {**facts(office, number), **more}, by=by, two=two)
    assert {} == taken(office)


def test_a_chief_takes_charge_of_a_small_post(office):
    """Any officer seconds, where nobody answered so far."""
    take(office, muster(office), by=CHIEF, two=VAGANOV)
    assert {"*": CHIEF} == taken(office)
    with refuses(office, "chief answers for these copies already", OrderError):
        take(office, "1", by=CHIEF, two=VAGANOV)


def test_what_the_muster_did_not_see(office):
    """Both sign that they know; and once the copies are declared missing there are none."""
    number = muster(office, seen=3)
    with refuses(office, "1 copies that muster 1 did not see", CustodyError):
        take(office, number, unsighted="0")
    take(office, number)
    with office.view() as books:
        row = books.musters.get(int(number))
        away = mustering.still_unsighted(books, row)
    office.give("miss", {"reason": "gone", "muster": number}, by="makarov", subjects=away)
    assert "0" == facts(office, number)["unsighted"]
    take(office, number, by=NEW, two=OLD)


@pytest.mark.parametrize("scope", [{"place": "case 1"}, {"holder": "stalin"}])
def test_a_muster_of_a_part_is_none(office, scope):
    """Nor one of another series, nor an old one."""
    with office.view() as books:
        copies = list(books.copies.find())
    office.give("file", {"place": "case 12"}, by="makarov", subjects=copies[:1])
    if "holder" in scope:
        term = {"holder": "stalin", "due_at": later(office.bureau.now(), days=1)}
        office.give("issue", {**term, "return_to": "x"}, by="makarov", subjects=copies[1:2])
    number = muster(office, 0, **scope)
    with refuses(office, "is not of all these copies", CustodyError):
        take(office, number)


def test_an_old_muster_is_none(office):
    """A month and a day is too long ago."""
    number = muster(office)
    office.clock.pass_(days=31, seconds=1)
    with refuses(office, "is not of all these copies", CustodyError):
        take(office, number)


def test_a_muster_that_two_never_closed(office):
    """Rows written by hand stand for none: the closing order is looked up."""
    number = office.give("open_muster", {}, by=CHIEF).answer
    with office.view() as books:
        row = mustering.opened(books, number)
        outcome = mustering.encode(books, mustering.conclude_now(books, row))
    with refuses(office, "was closed by two", UnknownError):
        take(office, number)
    forged = replace(row, state="closed", outcome=outcome, second="makarov")
    with office.page() as page:
        page.musters.put(forged)
    with refuses(office, "has another outcome", CustodyError):
        take(office, number)


def test_a_closed_muster_whose_outcome_was_turned(office):
    """Its order names another digest."""
    number = muster(office, seen=3)
    other = muster(office)
    with office.page() as page:
        row = page.musters.get(int(number))
        whole = page.musters.get(int(other))
        page.musters.put(replace(row, outcome=whole.outcome))
    with refuses(office, "has another outcome", CustodyError):
        take(office, number)


def test_the_ledger_disagrees(office):
    """An order that was altered gives nobody a charge, and the list of duties says so."""
    take(office, muster(office))
    with office.page() as page:
        (kept, *_) = page.orders.find("act", "take_charge")
        page.orders.put(replace(kept, signature="x"))
    matters._proved.clear()
    assert ["cablegram audit"] == [one.command for one in due(office)]


def test_a_register_too_large_to_be_looked_through(office, monkeypatch):
    """Where it cannot be told quickly whether copies stand there, they are taken to."""
    nothing = (("U", frozenset()), ("*", frozenset({"T"})))
    with office.view() as books:
        assert [False, False] == [custodians.has_copies(books, *one) for one in nothing]
        monkeypatch.setattr(custodians, "FIND_MAX", 2)
        assert [True, True] == [custodians.has_copies(books, *one) for one in nothing]
