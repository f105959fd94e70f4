"""``duties`` at the command line: what a person and what a timer is told, and what ends a duty.

A duty's own command is given as it is printed, its capitals filled in: then the duty is gone.
"""

from __future__ import annotations

import json
import re
import shlex

import pytest

BY = ("--as", "makarov")
TWO = (*BY, "--second", "vaganov")
PAPER = ("--paper", "--sheets", 2)
NOW = "1951-07-05T18:30"
LATER = "1951-07-07T00:00"


@pytest.fixture
def registry(run):
    """Copies 1 to 4 on charge, and three persons who may hold them."""

    def give(*arguments):
        status, _, err = run(*BY, *arguments)
        assert 0 == status, err

    for copy in range(1, 5):
        give("accept", f"21497/{copy}", "--from", "archive", *PAPER)
    for person in ("stalin", "molotov", "beria"):
        give("office", "person", person)
    return give


@pytest.fixture
def due(run):
    """The duties of a kind, at a moment or now."""

    def asked(kind, at="", within=2):
        when = ("--as-of", at) if at else ()
        status, out, err = run("--json", "duties", "--kind", kind, "--within", within, *when)
        assert status in {0, 20}, err
        return json.loads(out)["duties"]

    return asked


@pytest.fixture
def done(run):
    """Give the command of a duty, its words in capitals filled in."""

    def given(duty, **fill):
        words = shlex.split(re.sub(r" \(or .*\)", "", duty["command"]))
        words = [fill.get(word, word) for word in words]
        assert not [word for word in words if word.isupper()], words
        assert "cablegram" == words[0]
        status, out, err = run(*BY, *words[1:])
        assert 0 == status, err
        return out

    return given


def only(rows):
    (one,) = rows
    return one


def test_duties_tell_a_person_and_a_timer(run):
    """Nothing due is 0; a copy that must go back makes it 20, with the command that does it."""
    assert (0, "", True) == ((said := run("duties"))[0], said[1], "nothing is due" in said[2])
    quiet = run("duties", "--quiet")
    assert (0, "") == quiet[:2]
    assert "nothing" not in quiet[2]
    limit = ("--limit", "1951-07-06T00:00")
    assert 0 == run(*BY, "accept", "21497/2", "--from", "beijing", *PAPER, *limit)[0]
    status, out, _ = run("duties", "--as-of", LATER)
    assert 20 == status, out
    assert "late  must leave  1" in out
    assert "cablegram dispatch 1 --to beijing --carrier WHO" in out
    status, out, _ = run("--json", "duties", "--within", 0, "--as-of", LATER)
    assert (20, "must leave") == (status, json.loads(out)["duties"][0]["kind"])
    assert out == run("--json", "duties", "--quiet", "--within", 0, "--as-of", LATER)[1]
    assert 0 == run("duties", "--kind", "alarm")[0]
    assert 0 == run("duties", "--as-of", "1951-01-01T00:00")[0]
    status, _, err = run("duties", "--kind", "nonsense")
    assert (3, True) == (status, "Use one of alarm, " in err)


def test_a_copy_out_too_long_and_its_supply_hold(registry, due, done):
    """Soon, then late and held; its return ends all of them, for good and all."""
    registry("issue", "1", "--to", "molotov", "--due", "1951-07-06T12:00")
    assert ("soon", "1") == (only(due("due soon"))["grade"], only(due("due soon"))["about"])
    late, held = only(due("overdue", LATER)), only(due("supply hold", LATER))
    assert "issued to molotov" == late["words"]
    assert "molotov" == held["about"]
    done(held, N="2")
    assert [] == due("overdue", LATER) + due("supply hold", LATER) + due("due soon")


def test_a_task_is_due_by_its_day_and_ends_with_its_report(registry, due, done):
    """Not before, not by the day's passing, and never where it has no day."""
    said = ("--by", "molotov", "--words", "report by Friday", "--to", "beria")
    registry("resolve", "1", *said, "--until", "1951-07-06T12:00")
    registry("resolve", "2", *said)
    assert [] == due("task", within=0)
    assert ("soon", "of beria, on 1") == (only(due("task"))["grade"], only(due("task"))["words"])
    late = only(due("task", LATER))
    assert "late" == late["grade"]
    done(late, WHAT="sent")
    assert [] == due("task", LATER)


def test_a_reader_on_a_route_hands_on(registry, due, done):
    """To whoever is next, and from the last one back to the registry."""
    registry("route", "1", "molotov/24", "beria/24")
    registry("issue", "1", "--to", "molotov", "--due", "1951-07-09T12:00")
    one = only(due("to hand on", LATER))
    assert ("late", "with molotov; next is beria") == (one["grade"], one["words"])
    done(one)
    one = only(due("to hand on", LATER))
    assert "with beria; next is the registry" == one["words"]
    done(one)
    assert [] == due("to hand on", LATER)


def test_a_missing_copy_has_an_inquiry(registry, due, done):
    """It is found by an act; the inquiry is ruled on by two, and is not over before."""
    registry("act", "miss", "1", "--fact", "reason=gone")
    done(only(due("missing")), WHERE="behind the safe")
    assert [] == due("missing")
    inquiry = only(due("inquiry"))
    assert "1, missing" == inquiry["words"]
    done(inquiry, WHO="vaganov", WHAT="found", WHY="slipped")
    assert [] == due("inquiry")


def test_word_of_a_recall_is_owed_until_given(registry, due, done):
    """Whoever has the copy is told, and somebody says so."""
    registry("issue", "1", "--to", "molotov", "--due", "1951-07-09T12:00")
    registry("recall", "1", "--reason", "wanted back")
    one = only(due("to tell"))
    assert "molotov: recall 1" == one["words"]
    done(one)
    assert [] == due("to tell")


def test_a_muster_is_sighted_and_closed_by_two(registry, due, done, root):
    """One duty after the other; who closes it is a second person."""
    registry("muster", "open")
    (root.parent / "seen").write_text("1\n2\n3\n4\n")
    done(only(due("muster open")), LIST=str(root.parent / "seen"))
    one = only(due("muster open"))
    assert "everything was seen" == one["words"]
    done(one, WHO="vaganov")
    assert [] == due("muster open")


def test_posts_proxies_and_standing_orders_that_end(registry, run, due, done):
    """They end by themselves, and are tidied up; one without an end never comes up."""
    end = ("--until", "1951-07-06T12:00")
    registry("proxy", "add", "stalin", "beria", *end)
    registry("proxy", "add", "molotov", "beria")
    registry("waiver", "give", "verify", "vaganov", "--reason", "a post of two", *end)
    registry("waiver", "give", "verify", "makarov", "--reason", "a post of two")
    assert 0 == run(*TWO, "officer", "add", "chesnokova", *end)[0]
    kinds = {"post ends": "chesnokova", "proxy ends": "beria", "waiver ends": "1"}
    for kind, about in kinds.items():
        assert [] == due(kind, within=0)
        soon, over = only(due(kind)), only(due(kind, LATER))
        assert ("soon", about) == (soon["grade"], soon["about"])
        assert ("today", True) == (over["grade"], over["words"].endswith("has ended"))
        done(over, WHO="vaganov", WHY="over")
        assert [] == due(kind, LATER)


def test_one_key_of_two_ends(registry, run, due, done):
    """A second appointment of the same person stays."""
    assert 0 == run(*TWO, "officer", "add", "chesnokova")[0]
    assert [] == due("post ends", LATER)


def test_an_alarm_stays_until_somebody_closes_it(registry, due, done):
    """A sheet that came back short is an alarm and an inquiry."""
    registry("issue", "1", "--to", "molotov", "--due", "1951-07-09T12:00")
    registry("return", "1", "--sheets", "1")
    done(only(due("alarm")), WHAT="the second sheet came later")
    assert [] == due("alarm")
    assert 1 == len(due("inquiry"))
