"""A year's end: its books are closed by two, nothing of them changes, and acts go on after."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from cablegram.errors import CustodyError, MalformedError, OrderError, UnknownError
from cablegram.model.acts import State
from cablegram.model.handling import default_series
from cablegram.model.records import Setting
from cablegram.registry import duties, matters, mustering, musters, offices, years
from cablegram.registry.reading import every
from cablegram.wire import canonical
from offices import CHIEF, START, bare, digest, found, later, refuses

ENDED = "1952-01-01T00:00:00Z"


@pytest.fixture
def office():
    return found()


def statement(office, year=1951, series="T"):
    with office.view() as books:
        return years.statement(books, year, series, office.bureau)


def said(office, year=1951, series="T", **more):
    listed = canonical.digest(statement(office, year, series))
    return {"year": str(year), "series": series, "statement": listed, **more}


def close(office, year=1951, series="T", two="makarov", **more):
    facts = said(office, year, series, **more)
    return office.give("close_year", facts, by=CHIEF, two=two)


def closed(office, year=1951, series="T"):
    with office.view() as books:
        return years.closing(books, year, series, office.bureau)


def due(office, kind="year", at="", within=2):
    with office.view() as books:
        found_ = duties.today(books, office.bureau, at=at, within=timedelta(within))
    return [(o.grade.name, o.about, o.command) for o in found_ if o.kind == kind]


def test_a_year_ends_and_its_books_are_closed(office):
    """Said beforehand, due when it has ended, gone when two have closed it."""
    assert [] == due(office)
    assert [("SOON", "1951", "cablegram year show 1951")] == due(office, at="1951-12-31T00:00:00Z")
    with refuses(office, "the year 1951 has not ended", OrderError):
        close(office)
    office.clock.set(ENDED)
    command = "cablegram --second WHO year close 1951 --series T"
    assert [("TODAY", "1951 T", command)] == due(office)
    with refuses(office, "takes two persons, and one ordered it", OrderError):
        close(office, two="")
    assert -1 == closed(office)
    close(office)
    assert ([], office.size() - 1) == (due(office), closed(office))
    with refuses(office, "for 1951 are closed already", OrderError):
        close(office)
    with office.view() as books:
        row = books.years.get(1951, "T")
    assert (CHIEF, "makarov", ENDED) == (row.officer, row.second, row.closed_at)


def test_what_the_books_say_of_a_year(office):
    """Numbers, copies by state, what is carried over, and the register's digest."""
    first = office.in_registry(4)
    office.clock.set("1951-12-31T23:59:59Z")
    second = office.in_registry(4, outgoing=3350)
    term = {"holder": "molotov", "return_to": "here", "due_at": later(ENDED, days=1)}
    office.give("issue", term, by="makarov", subjects=second[:1])
    about = {"written_by": "stalin", "evidence": digest("words"), "to": "molotov beria"}
    office.give("annotate", about, by="makarov", subjects=first[:1])
    office.give("inquire", {"copy": first[1].handle, "reason": "odd"}, by="makarov")
    draft = office.bureau.blobs.put(b"draft")
    facts = {"draft": draft, "series": "T", "level": "secret", "to": "beijing"}
    office.give("draft", facts)
    office.clock.set(ENDED)
    third = office.in_registry(4, outgoing=3351)
    told = json.loads(statement(office))
    assert {"in": 2} == told["telegrams"]
    assert [1, 2] == told["cable"]
    assert {"in_registry": 7, "issued": 1} == told["copies"]
    assert ["2/1"] == told["carried"]
    assert ([1, 2], [1], [1]) == (told["tasks"], told["inquiries"], told["drafts"])
    assert (3, 0) == (told["last"]["cable"], told["last"]["incoming"])
    assert "T" == told["current"]
    assert 0 == told["accepted"]
    lines = sorted(
        f"in {number} {letter} 1951-07-03T12:00:00Z {received}"
        for number, letter, received in _letters(office)
        if number < 3
    )
    assert canonical.digest("\n".join(lines).encode()) == told["register"]
    assert {"in": 1} == json.loads(statement(office, 1952))["telegrams"]
    assert State.IN_REGISTRY is third[0].state


def _letters(office):
    with office.view() as books:
        return [(t.cable_number, t.letter, t.received_at) for t in every(books.telegrams)]


def test_copies_that_were_accepted_stand_in_the_year_too(office):
    """With what is owed of them; a telegram's own copies bear no incoming number of ours."""
    office.in_registry(4)

    def accept(number):
        said = {"owner": "archive", "owner_cable": 7, "owner_copy": number, "sheets": 1}
        return office.copy(office.give("accept", {**said, "incoming": "575/"}).copies[0])

    first, second = accept(1), accept(2)
    about = {"written_by": "stalin", "evidence": digest("words"), "to": "molotov"}
    office.give("annotate", about, by="makarov", subjects=[first])
    term = {"holder": "beria", "return_to": "here", "due_at": later(START, days=1)}
    office.give("issue", term, by="makarov", subjects=[second])
    told = json.loads(statement(office))
    assert (2, {"in_registry": 5, "issued": 1}) == (told["accepted"], told["copies"])
    assert (["575/2"], [1]) == (told["carried"], told["tasks"])
    office.settle(default_series("U", "here"))
    office.clock.set(ENDED)
    accept(3)
    assert told["register"] == json.loads(statement(office))["register"]
    assert 0 == json.loads(statement(office, series="U"))["accepted"]
    assert 1 == json.loads(statement(office, 1952))["accepted"]


def test_nothing_of_a_closed_year_changes(office):
    """Acts on its copies go on; the statement is what was signed, and they stand after it."""
    copies = office.in_registry(4)
    office.clock.set(ENDED)
    close(office)
    with office.view() as books:
        before = books.years.get(1951, "T")
    office.give("file", {"place": "case 1"}, by="makarov", subjects=copies[:1])
    size = office.size()
    with office.view() as books:
        assert before == books.years.get(1951, "T")
        telegram = books.telegrams.get(copies[0].telegram)
        index = years.closed_over(books, telegram, office.bureau)
        assert before.leaf_index == index < size - 1
        undated = replace(telegram, received_at="", filed_at="")
        assert -1 == years.closed_over(books, undated, office.bureau)
        later_ = replace(telegram, received_at=ENDED)
        assert -1 == years.closed_over(books, later_, office.bureau)
    assert before.statement != statement(office)


def test_the_year_ends_where_the_office_is():
    """At midnight in Moscow, three hours before it does in Greenwich."""
    office = found(zone=ZoneInfo("Europe/Moscow"))
    office.clock.set("1951-12-31T20:59:59Z")
    assert [("SOON", "1951")] == [one[:2] for one in due(office)]
    office.clock.set("1951-12-31T21:00:00Z")
    assert [("TODAY", "1951 T")] == [one[:2] for one in due(office)]
    close(office)


def test_earlier_years_are_closed_first(office):
    """One after the other; a year without a telegram too."""
    office.clock.set("1954-01-01T00:00:00Z")
    assert ["1951 T", "1952 T", "1953 T"] == [about for _, about, _ in due(office)]
    with refuses(office, "for 1951 are not closed yet", OrderError):
        close(office, 1952)
    for year in (1951, 1952, 1953):
        close(office, year)
    assert [] == due(office)


def test_a_series_that_ends_with_its_year(office):
    """Another letter begins first, and its numbers count from one."""
    regime = replace(default_series("T", "here"), two=frozenset(), new_letter=True)
    office.settle(regime)
    office.clock.set(ENDED)
    assert ["cablegram --second WHO year close 1951 --series T --next LETTER"] == [
        command for *_, command in due(office)
    ]
    with refuses(office, "series T ends with its year, and is still the current", CustodyError):
        close(office)
    office.settle(replace(regime, letter="U"))
    office.give("settle", {"name": "series", "value": "U"})
    assert ["cablegram --second WHO year close 1951 --series T"] == [
        command for *_, command in due(office)
    ]
    close(office)
    assert [] == due(office)
    assert "U" == json.loads(statement(office))["current"]
    # It has no books of later years: what bears its letter then stands in those of the next.
    entered = office.telegram(series="T").telegram
    office.clock.set("1953-01-01T00:00:00Z")
    assert ["1952 U"] == [about for _, about, _ in due(office)]
    assert {} == json.loads(statement(office, 1952))["telegrams"]
    assert {"in": 1} == json.loads(statement(office, 1952, "U"))["telegrams"]
    with refuses(office, "series T had no books in 1952", OrderError):
        close(office, 1952)
    office.settle(replace(regime, letter="V"))
    office.give("settle", {"name": "series", "value": "V"})
    close(office, 1952, "U")
    size = office.size()
    with office.view() as books:
        assert size - 1 == years.closed_over(books, entered, office.bureau)


def test_letters_that_are_not_ours_stand_in_the_series_that_was_current(office):
    """At the end of that year, whichever is current when its books are closed."""
    office.settle(default_series("U", "here"))
    office.telegram(series="G")
    office.telegram(series="U", outgoing=3350)
    assert {"in": 1} == json.loads(statement(office))["telegrams"]
    assert {"in": 1} == json.loads(statement(office, series="U"))["telegrams"]
    office.give("settle", {"name": "series", "value": "U"})
    assert {} == json.loads(statement(office))["telegrams"]
    assert {"in": 2} == json.loads(statement(office, series="U"))["telegrams"]
    office.clock.set(ENDED)
    office.give("settle", {"name": "series", "value": "T"})
    assert {"in": 2} == json.loads(statement(office, series="U"))["telegrams"]
    with office.view() as books:
        telegram = books.telegrams.find("outgoing", 3349)[0]
        assert "U" == years.current_at(books, ENDED)
        assert -1 == years.closed_over(books, telegram, office.bureau)
    close(office, series="U")
    size = office.size()
    with office.view() as books:
        assert size - 1 == years.closed_over(books, telegram, office.bureau)


def test_what_we_sent_stands_in_the_year_it_was_filed(office):
    """It was received nowhere here."""
    telegram = office.telegram().telegram
    with office.page() as page:
        for n, at in enumerate(("1951-12-31T23:59:59Z", ENDED), start=77):
            ours = replace(
                telegram,
                handle=f"{n}" * 16,
                direction="out",
                received_at="",
                filed_at=at,
                cable_number=0,
                outgoing_number=n,
            )
            page.telegrams.put(ours)
    told = json.loads(statement(office))
    assert ({"in": 1, "out": 1}, [77, 77]) == (told["telegrams"], told["outgoing"])


@pytest.mark.parametrize(
    ("changes", "error", "says"),
    [
        ({"year": "51"}, MalformedError, "'51' is not a year"),
        ({"year": "01951"}, MalformedError, "is not a year"),
        ({"year": "x"}, MalformedError, "is not a year"),
        ({"series": "Q"}, UnknownError, "series Q"),
        ({"series": "??"}, MalformedError, "series"),
        ({"year": "1950"}, OrderError, "series T had no books in 1950"),
        ({"statement": digest("x")}, CustodyError, "say something else than was signed"),
    ],
)
def test_what_is_no_closing(office, changes, error, says):
    """Refused in words, and the books stay open."""
    office.clock.set(ENDED)
    facts = said(office) | changes
    with refuses(office, says, error):
        office.give("close_year", facts, two="makarov")
    assert -1 == closed(office)


def test_the_books_moved_on_between(office):
    """Two sign what the books say when the order lands."""
    office.clock.set(ENDED)
    copies = office.telegram(copies=4).copies
    facts = said(office, 1951)
    with office.page() as page:
        page.telegrams.put(replace(page.telegrams.get(copies[0].telegram), received_at=START))
    with refuses(office, "say something else than was signed", CustodyError):
        office.give("close_year", facts, two="makarov")


def test_an_office_without_a_series_has_no_year():
    """Nothing is settled, and nothing is due."""
    office = bare()
    office.appoint(CHIEF, role="chief")
    office.clock.set(ENDED)
    assert [] == due(office)
    with office.view() as books:
        assert "" == years.current_at(books, ENDED)


def test_a_row_written_by_hand_closes_nothing(office):
    """The ledger says what is closed; and an order that was altered is told."""
    office.clock.set(ENDED)
    close(office)
    with office.page() as page:
        row = page.years.get(1951, "T")
        page.years.put(replace(row, year=1950))
    assert -1 == closed(office, 1950)
    with office.page() as page:
        (kept, *_) = page.orders.find("act", "close_year")
        page.orders.put(replace(kept, signature="x"))
    matters._proved.clear()
    assert ["cablegram audit"] == [command for *_, command in due(office)]


# --- musters ----------------------------------------------------------------------------------


def muster(office, **scope):
    number = office.give("open_muster", scope, by=CHIEF).answer
    names = [f"1/{n}" for n in range(1, 5)]
    seen = {"muster": number, "sighted": musters.digest_of(names)}
    office.give("sight", seen, by=CHIEF, matter="\n".join(names).encode())
    with office.view() as books:
        row = mustering.opened(books, number)
        outcome = mustering.encode(books, mustering.conclude_now(books, row))
    facts = {"muster": number, "outcome": canonical.digest(outcome)}
    office.give("close_muster", facts, by=CHIEF, two="makarov")


def test_a_series_is_mustered_within_its_period(office):
    """Counted from its settling, then from the last one of it that two closed."""
    office.in_registry(4)
    assert [] == due(office, "muster due", at=later(START, days=3660))
    office.settle(replace(default_series("T", "here"), muster_days=30))
    office.settle(replace(default_series("U", "here"), muster_days=30))
    assert [] == due(office, "muster due", at=later(START, days=28))
    soon = due(office, "muster due", at=later(START, days=29))
    assert [("SOON", "series T", "cablegram muster open --series T")] == soon
    office.clock.set(later(START, days=31))
    assert ["LATE"] == [grade for grade, *_ in due(office, "muster due")]
    number = office.give("open_muster", {"series": "T"}, by=CHIEF).answer
    assert [] == due(office, "muster due")
    with office.view() as books:
        row = mustering.opened(books, number)
        outcome = mustering.encode(books, mustering.conclude_now(books, row))
    facts = {"muster": number, "outcome": canonical.digest(outcome)}
    office.give("close_muster", facts, by=CHIEF, two="makarov")
    assert [] == due(office, "muster due", at=later(START, days=58))
    assert 1 == len(due(office, "muster due", at=later(START, days=62)))


def test_a_muster_of_a_shelf_is_not_one_of_the_series(office):
    """Nor one that a single officer counted."""
    copies = office.in_registry(4)
    office.settle(replace(default_series("T", "here"), muster_days=30))
    office.give("file", {"place": "case 1"}, by="makarov", subjects=copies)
    office.clock.set(later(START, days=31))
    muster(office, place="case 1")
    counted = {"cut_off": office.bureau.now(), "sighted": musters.digest_of([])}
    office.give("muster", counted, by="makarov")
    assert 1 == len(due(office, "muster due"))
    muster(office)
    assert [] == due(office, "muster due")


def test_a_series_written_by_hand_has_no_year_and_no_muster(office):
    """No order settled it; what is due of the others is still told."""
    office.in_registry(4)
    regime = replace(default_series("U", "here"), muster_days=1)
    with office.page() as page:
        page.settings.put(Setting("series/U", offices.write_series(regime)))
        copy = page.copies.find()[0]
        page.copies.put(replace(copy, series="U"))
    at = later(ENDED, days=1)
    assert ["1951 T"] == [about for _, about, _ in due(office, at=at)]
    assert [] == due(office, "muster due", at=at)
