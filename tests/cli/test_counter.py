"""At the counter: short words, many at once, and a refusal that holds nobody else up."""

from __future__ import annotations

import io
import json
import sys

import pytest

from cablegram.model.dates import read_near
from cablegram.wiring.settings import Settings

BY = ("--as", "makarov")


@pytest.fixture
def desk(run, monkeypatch):
    """Three papers on charge, 1 to 3, of 2 sheets; and four persons, two of whom begin alike."""
    for person in ("molotov", "molodets", "malenkov", "beria"):
        assert 0 == run(*BY, "office", "person", person)[0]
    for n in (1, 2, 3):
        said = ("accept", f"{n}/1", "--from", "beijing", "--paper", "--sheets", 2)
        assert 0 == run(*BY, *said)[0]

    def types(*lines):
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        return run(*BY, "counter")

    return types


def test_one_line_goes_to_several_persons(desk):
    """Each person takes the copies before them, by as much of their id as is theirs alone."""
    status, out, err = desk("i 1 2 malen 3 ber", "h mal")
    assert (0, 5) == (status, out.count("is issued to")), err
    assert "1 is issued to malenkov" in out
    assert "3 is issued to beria" in out
    assert "malenkov has 2 copies" in err


@pytest.mark.parametrize(
    ("line", "status", "what"),
    [
        ("i 1 mol", 7, "mol may be molodets or molotov"),
        ("i 1 be", 7, "be is too short for a name"),
        ("i 1 stalin", 7, "nobody called stalin is known here"),
        ("i 1", 7, "to whom? 1 has no route, and is on nobody's list"),
        ("i malenkov 1", 2, "malenkov what? Name the copies before the person"),
        ("i 1=x malenkov", 2, "1=x is not a copy and its sheets"),
        ("i 1=3 malenkov", 5, "1 has 2 sheets in the books, and 3 were counted out"),
        ("r 1", 2, "how many sheets of 1 were counted? Write 1=2, or -n 2 for all"),
        ("r 1=2 malenkov", 2, "whoever has them gives them back"),
        ("r 1=2", 5, "1 cannot be returned: it is in the registry"),
        ("s 1=2", 2, "who read 1? Name them behind it"),
        ("re 1", 2, "re may be "),
        ("zz", 2, "no such command 'zz'"),
        ("f 1", 2, "'--place'"),
        ("print", 2, "print which telegrams"),
        ("verify", 2, "verify which copies"),
        ("correct 9999 -r why", 7, "entry 9999 is not of a copy"),
        ('where "x', 0, "a quotation mark stands alone"),
    ],
)
def test_what_is_typed_wrongly_is_refused_and_told(desk, line, status, what):
    """The line says what is wrong with it; nothing was changed, and the counter stays open."""
    came, out, err = desk(line, "1")
    assert (status, True) == (came, what in err), err
    assert "is in the registry" in out


def test_a_refusal_keeps_nobody_waiting(desk):
    """Of three in a line the one who may not is told; the others have theirs."""
    status, out, err = desk("i 1 malenkov", "i 1 molotov 2 beria 3 malen")
    assert 5 == status
    assert "1 cannot be issued: it is issued to malenkov" in err
    assert "next: Take it back from malenkov first: `cablegram return 1=SHEETS`." in err
    assert "kept: Nothing was changed of these. Done: 2, 3." in err
    assert "2 is issued to beria" in out


def test_a_handful_comes_back_by_its_counts(desk):
    """Each copy with its own count; one that is short is marked, the others are not."""
    _, out, _ = desk("i 1 2 3 malenkov", "r 1=2 2=1 3=2")
    assert "2 is in the registry [incomplete]" in out
    assert "1 is in the registry\n" in out


def test_the_last_entry_of_a_copy_is_countered_by_its_name(desk, run):
    """`correct 1` counters what was entered last, and says what puts the copy right."""
    _, out, err = desk(
        "i 1 malenkov", "correct --of 1 -r mistake", "r 1=2 --note mistake", "i 1 beria"
    )
    assert "cablegram return 1=SHEETS" in err
    entries = json.loads(run("--json", "log", "1")[1])["entries"]
    assert ["accept", "issue", "correct", "return", "issue"] == [one["act"] for one in entries]
    assert f'"entry":{entries[1]["index"]}' in entries[2]["evidence"]
    assert "1 is issued to beria" in out


def test_somebody_else_takes_the_counter(desk, run):
    """`as` says who gives the orders from now on; `?` tells what can be typed; `end` leaves."""
    status, out, err = desk("?", "counter", "as vaganov", "i 1 malen", "end", "i 2 malen")
    assert 0 == status
    assert "take back, with the sheets counted" in out
    assert "vaganov is at the counter" in err
    assert "you are at the counter" in err
    assert "vaganov" in run("log", "1")[1]
    assert "is in the registry" in run("where", "2")[1]


def test_the_counter_gives_orders_of_the_office_it_was_opened_at(desk, run):
    """A line gives its own --json, and the exit status of the last that was refused is left."""
    status, out, _ = desk("--json where 1", "where 9", "where 2")
    assert (7, "1") == (status, json.loads(out.splitlines()[0])["found"][0]["copies"][0]["copy"])


def test_nobody_without_a_key_takes_the_counter(desk):
    """It is told at once, and whoever was there stays."""
    _, out, err = desk("as nobody", "i 1 malen")
    assert "no key of nobody is here" in err
    assert "next: Name one of makarov, vaganov." in err
    assert "1 is issued to malenkov" in out


def test_an_apostrophe_is_a_letter(desk, run):
    """What a paper is about is written as it is said."""
    assert 0 == run(*BY, "office", "heading", "rail", "Railways")[0]
    assert 0 == run(*BY, "office", "series", "G", "--short-content")[0]
    status, _, err = desk("paper rail 63-k 5.7 1 the minister's train")
    assert 0 == status, err
    assert "the minister's train" in run("find", "train")[1]


def test_nothing_waits(desk):
    """Where there is nothing to print or verify, that is said."""
    status, _, err = desk("print --all", "verify --all")
    assert 0 == status
    assert "nothing waits to be printed" in err
    assert "no printed copy waits to be verified" in err


@pytest.mark.parametrize(
    ("typed", "end", "moment"),
    [
        ("15.7", False, "1951-07-14T21:00:00Z"),
        ("15.7.", True, "1951-07-15T20:59:59Z"),
        ("15.7 18.00", False, "1951-07-15T15:00:00Z"),
        ("2.1", False, "1952-01-01T21:00:00Z"),
        ("2.2", False, "1951-02-01T21:00:00Z"),
        ("18:00", False, "1951-07-05T15:00:00Z"),
        ("+3", False, "1951-07-08T15:30:00Z"),
        ("29.2", False, "1952-02-28T21:00:00Z"),
        ("5.7.1951", False, "1951-07-04T21:00:00Z"),
        ("1951-07-05T21:00", False, "1951-07-05T18:00:00Z"),
    ],
)
def test_dates_near_by(typed, end, moment):
    """Without a year the nearest such day is meant; by hand, for Moscow on 5 July 1951, 18.30."""
    zone = Settings(office="moscow", zone="Europe/Moscow").tz()
    assert moment == read_near(typed, zone, "1951-07-05T15:30:00Z", end=end)


@pytest.mark.parametrize(
    "typed", ["30.2", "32.1", "25:00", "+99999999", "tomorrow", "", "+9999999"]
)
def test_what_is_no_date_near_by(typed):
    """Refused, with the ways of writing one."""
    from cablegram.errors import MalformedError

    zone = Settings(office="moscow", zone="Europe/Moscow").tz()
    with pytest.raises(MalformedError):
        read_near(typed, zone, "1951-07-05T15:30:00Z")


def test_days_ahead_end_with_all_dates():
    """From the last year there is, three days ahead are refused and not a fault."""
    from cablegram.errors import MalformedError

    zone = Settings(office="moscow", zone="Europe/Moscow").tz()
    with pytest.raises(MalformedError, match="after all dates"):
        read_near("+3", zone, "9999-12-31T15:30:00Z")
