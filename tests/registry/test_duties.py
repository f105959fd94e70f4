"""Duties: every kind shows itself, with the command that does it, and a clock changes nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cablegram.model.records import CircuitItem, Incoming
from cablegram.registry import alarms, duties
from cablegram.registry.duties import Grade
from offices import START, digest, found, later
from registry.test_passing import accept, acquainted, dispatch, post

DUE = "1951-07-11T17:00:00Z"


@pytest.fixture
def moscow():
    return found()


@pytest.fixture
def special(moscow):
    return acquainted(moscow, found("special", others=("poskrebyshev",)))


def due(office, *, within=2, at=""):
    before = office.dump()
    with office.view() as books:
        said = duties.today(books, office.bureau, at=at, within=timedelta(days=within))
    assert before == office.dump(), "asking changed the books"
    return {(one.kind, one.grade, one.about): one for one in said}


def test_a_telegrams_way_is_a_way_of_duties(moscow):
    """To print, to verify, soon due, overdue with a supply hold: one after the other."""
    assert {} == due(moscow)
    made = moscow.telegram().copies
    said = due(moscow)
    assert "cablegram print 1" == said["to print", Grade.TODAY, "1"].command
    printed = moscow.printed(made)
    said = due(moscow)
    assert "4 copies" == said["to verify", Grade.TODAY, "1"].words
    moscow.give("verify", {}, by="makarov", subjects=printed)
    assert {} == due(moscow)
    term = {"holder": "molotov", "due_at": DUE, "return_to": "here"}
    moscow.give("issue", term, subjects=moscow.copies(printed[:1]))
    assert {} == due(moscow)
    soon = due(moscow, within=7)["due soon", Grade.SOON, "1/1"]
    assert ("cablegram return 1/1 --sheets 2", DUE) == (soon.command, soon.at)
    late = due(moscow, at=later(DUE, seconds=1))
    assert {("overdue", Grade.LATE, "1/1"), ("supply hold", Grade.TODAY, "molotov")} == set(late)
    assert "issued to molotov" == late["overdue", Grade.LATE, "1/1"].words
    moscow.give("miss", {"reason": "gone"}, subjects=moscow.copies(printed[1:2]))
    assert "find 1/2" in due(moscow)["missing", Grade.LATE, "1/2"].command


def test_what_is_between_two_offices(moscow, special):
    """Papers owed, copies to accept, receipts that came or did not, copies that must leave."""
    copies = moscow.in_registry(2)
    dispatch(moscow, copies[:1], "special")
    said = due(moscow)
    assert (
        "1 to be signed and sent"
        == said["papers owed", Grade.TODAY, "transmittal to special"].words
    )
    assert ("no receipt", Grade.LATE, "1/1") in due(moscow, at=later(START, days=8))
    post(moscow, special)
    offered = due(special)["to accept", Grade.TODAY, "1/1"]
    assert "cablegram accept 1/1 --from moscow --sheets N" == offered.command
    theirs = accept(special, "moscow")
    assert ("must leave", Grade.SOON, theirs.incoming) in due(special, within=9)
    assert ("must leave", Grade.LATE, theirs.incoming) in due(special, at=later(START, days=9))
    post(special, moscow)
    assert ("receipt came", Grade.TODAY, "1/1") in due(moscow)


def test_what_came_in_and_what_does_not_fit(moscow, special):
    """A telegram to open comes before what is soon, an alarm before everything."""
    with moscow.page() as page:
        page.incoming.add(Incoming(digest("x"), 7, "special", "telegram", START, "waiting"))
        page.circuit_items.put(
            CircuitItem("special", "out", 1, digest("l"), "", digest("s"), "t", 1, "sent")
        )
        alarms.sound(page, alarms.GAP, "special", "2 is missing", moscow.bureau)
    with moscow.view() as books:
        said = duties.today(books, moscow.bureau, within=timedelta(days=2))
    assert ["alarm", "to open", "not receipted"] == [one.kind for one in said]
    assert "cablegram open 7" == said[1].command
    assert "cablegram alarm close 1 --reason WHAT" == said[0].command
