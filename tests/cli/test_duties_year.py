"""Duties of the year at the command line: each ends by the very command that it prints."""

from __future__ import annotations

import json
import re
import shlex

import pytest

BY = ("--as", "makarov")
TWO = (*BY, "--second", "vaganov")
PAPER = ("--paper", "--sheets", 2)


@pytest.fixture
def give(run):
    """Give a command that must be carried out; gives what it says."""

    def given(*arguments, by=BY):
        status, out, err = run(*by, *arguments)
        assert status in {0, 20}, err
        return out

    for copy in range(1, 3):
        given("accept", f"21497/{copy}", "--from", "archive", *PAPER)
    return given


@pytest.fixture
def due(give):
    """The duties of a kind."""

    def asked(kind, within=2):
        return json.loads(give("--json", "duties", "--kind", kind, "--within", within))["duties"]

    return asked


@pytest.fixture
def done(give):
    """Give the command of a duty, its words in capitals filled in."""

    def given(duty, **fill):
        words = shlex.split(re.sub(r" \(or .*\)", "", duty["command"]))
        words = [fill.get(word, word) for word in words]
        assert not [word for word in words if re.fullmatch("[A-Z][A-Z-]+", word)], words
        return give(*words[1:])

    return given


def only(rows):
    (one,) = rows
    return one


def closed_muster(give, root, *scope):
    (root.parent / "seen").write_text("1\n2\n")
    number = json.loads(give("--json", "muster", "open", *scope))["muster"]
    give("muster", "sight", number, root.parent / "seen")
    give("muster", "close", number, by=TWO)
    return number


def test_the_watch_is_taken_by_the_command_that_is_printed(give, due, done, run):
    """Handed over, due, taken; who has it stands in two places."""
    out = give("watch", "hand", "--to", "vaganov", "--note", "molotov is to ring")
    assert out.startswith("watch 1, makarov to vaganov, handed 5.7.1951"), out
    assert "  nothing is open" in out
    done(only(due("watch")))
    assert [] == due("watch")
    assert "vaganov" == json.loads(give("--json", "duties"))["watch"]
    assert "watch     vaganov" in give("office", "show")
    assert "vaganov has the watch" in run("watch", "show")[2]
    give("watch", "hand", "--to", "makarov", by=("--as", "vaganov"))
    give("office", "person", "molotov")
    give("issue", "1", "--to", "molotov", "--due", "1951-07-06T12:00")
    told = give("watch", "take")
    assert "  came since it was handed over: due soon 1" in told
    shown = json.loads(give("--json", "watch", "show", 2))
    assert (["due soon: 1"], []) == (shown["came"], shown["went"])
    assert 7 == run("watch", "show", 9)[0]
    assert 7 == run(*BY, "watch", "take")[0]


def test_nobody_has_the_watch(run):
    """Said so, to a person and to a program."""
    assert "nobody has taken the watch yet" in run("watch", "show")[2]
    assert {"watch": 0, "holder": ""} == json.loads(run("--json", "watch", "show")[1])
    assert "watch     -" in run("office", "show")[1]


def test_a_custodian_takes_charge_by_the_command_that_is_printed(give, due, done, run, root):
    """First a muster, then the charge; and relief only if it is left open."""
    give("officer", "add", "chesnokova", "--role", "custodian", by=TWO)
    assert "nobody has taken charge" in run("custodian", "show")[2]
    done(only(due("charge")))
    assert 0 == run(*TWO, "muster", "close", 1)[0]
    status, _, err = run("--as", "chesnokova", "--second", "makarov", "custodian", "take")
    assert (0, True) == (status, "2 of them were not seen at muster 1" in err)
    assert "every series  chesnokova" in give("custodian", "show")
    assert [] == due("charge")
    closed_muster(give, root)
    relieve = ("officer", "relieve", "chesnokova", "--reason", "posted")
    assert 5 == run(*TWO, *relieve)[0]
    give(*relieve, "--leave-charge-open", by=TWO)
    late = only(due("charge"))
    assert "late" == late["grade"]
    give("officer", "add", "ivanov", "--role", "custodian", by=TWO)
    done(late, WHO="ivanov", CHIEF="makarov", WHY="she was posted")
    assert [] == due("charge")
    assert {"*": "ivanov"} == json.loads(give("--json", "custodian", "show"))["charges"]


def test_a_muster_is_due_and_opened(give, due, done):
    """By the period that the series has."""
    give("office", "series", "G", "--muster-days", 1)
    give("office", "clock", "--set", "1951-07-08T12:00")
    late = only(due("muster due"))
    assert "every day, closed by two" == late["words"]
    done(late)
    assert [] == due("muster due")


def test_a_year_is_shown_and_closed(give, due, done, run):
    """What stands open first; then by two, and a new letter begins where the series says so."""
    assert "1951, series G: not closed" in give("year", "show")
    assert "no year has ended yet" in run("year", "list")[2]
    assert 8 == run(*TWO, "year", "close", 1951)[0]
    assert 3 == run("year", "show", 51)[0]
    give("office", "series", "G", "--new-letter")
    give("office", "clock", "--set", "1951-12-31T12:00")
    soon = only(due("year"))
    assert ("soon", "1951") == (soon["grade"], soon["about"])
    done(soon)
    give("office", "clock", "--set", "1952-01-01T00:00")
    assert "1951  G       not closed" in give("year", "list")
    assert 5 == run(*TWO, "year", "close", 1951)[0]
    told = done(only(due("year")), WHO="vaganov", LETTER="H")
    assert "1951, series G: closed by makarov and vaganov" in told
    assert "new letters go in series H" in told
    assert [] == due("year")
    assert "series H" in give("office", "series")
    shown = json.loads(give("--json", "year", "show", 1951, "--series", "G"))
    assert (1, "H") == (shown["closed"], shown["current"])
    listed = json.loads(give("--json", "year", "list"))
    assert [("makarov", "vaganov")] == [(r["officer"], r["second"]) for r in listed["closed"]]


def test_a_late_copy_is_traced_by_the_command_that_is_printed(give, due, done, run):
    """And its inquiry is opened by the other; where and log say how many went."""
    give("office", "person", "molotov")
    give("issue", "1", "--to", "molotov", "--due", "1951-07-06T12:00")
    for day in (7, 10):
        give("office", "clock", "--set", f"1951-07-{day:02}T12:00")
        done(only(due("to trace")))
        assert [] == due("to trace")
    assert "tracer 2 to molotov, the second" in give("where", "1")
    assert 2 == give("log", "1").count("tracer ")
    assert 2 == len(json.loads(give("--json", "tracers", "1"))["tracers"])
    assert "the second" in give("tracers")
    give("office", "clock", "--set", "1951-07-13T12:00")
    done(only(due("to inquire")), WHY="no answer")
    assert [] == due("to inquire") + due("to trace")
    assert 7 == run(*BY, "trace", "77", "--to", "archive")[0]
    assert 5 == run(*BY, "trace", "2")[0]
    assert "no tracer was sent" in run("tracers", "2")[2]


OLD = (
    "cable;copy;made;office;outgoing;filed;received;sheets;state;place\n"
    "9001;1;2;beijing;1001;1.6.1946 12.00;2.6.1946 12.00;2;filed;case 3\n"
    "9001;2;;;;;;2;filed;case 3\n"
)


@pytest.fixture
def old(give, root):
    """A telegram of 1946 on charge, its two copies filed; reviewed after three years and five."""
    (root.parent / "old.csv").write_text(OLD)
    give("office", "series", "G", "--review-years", 3, "--keep-years", 5)
    give("charge", "take", root.parent / "old.csv", by=TWO)


def test_a_classification_is_kept_and_then_regraded(old, give, due, done, run):
    """By the command that is printed, each time; the second brings the first's act with it."""
    done(only(due("review")), UNTIL="1951-07-06T12:00", WHY="in force")
    assert "soon" == only(due("review"))["grade"]
    give("office", "clock", "--set", "1951-07-08T12:00")
    give("review", 9001, "--regrade", "restricted", "--reason", "it is over")
    done(only(due("review")))
    assert [] == due("review")
    assert 2 == give("log", 9001).count(" review ")
    for wrong in (("--keep", "1952-01-01T00:00", "--declassify"), ()):
        assert 2 == run(*BY, "review", 9001, *wrong, "--reason", "x")[0]
    assert 2 == run(*BY, "review", "--declassify", "--reason", "x")[0]
    assert 7 == run(*BY, "review", "--sent", 1, "--declassify", "--reason", "x")[0]
    assert 8 == run(*BY, "review", 9001, "--keep", "1951-07-01T00:00", "--reason", "x")[0]


def test_copies_are_kept_no_longer_and_destroyed_by_two(old, give, due, done):
    """What was decided waits on the list until two have done it."""
    done(only(due("retention")), UNTIL="1951-07-06T12:00", WHY="wanted for the history")
    give("office", "clock", "--set", "1951-07-08T12:00")
    give("review", 9001, "--destroy-copies", "--reason", "the history is written")
    done(only(due("retention")), WHO="vaganov", HOW="burnt")
    assert [] == due("retention")
    assert give("where", 9001).count("is destroyed") == 2


def test_a_backup_is_due_and_noted_by_whoever_makes_it(give, due, done, run, root):
    """One that nobody orders is refused, or made unnoted on request."""
    give("backup", "every", 1)
    give("office", "clock", "--set", "1951-07-08T12:00")
    give("backup", "key", root.parent / "backup.key")
    assert 12 == run("backup", root.parent / "first.backup")[0]
    assert not (root.parent / "first.backup").exists()
    assert 0 == run("backup", root.parent / "first.backup", "--unnoted")[0]
    late = only(due("backup"))
    assert ("late", "moscow") == (late["grade"], late["about"])
    done(late, WHO="makarov", FILE=str(root.parent / "second.backup"))
    assert [] == due("backup", within=0)
    assert 3 == run(*BY, "backup", "every", 0)[0]
