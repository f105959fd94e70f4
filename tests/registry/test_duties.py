"""Duties: every kind shows itself, with the command that does it, and a clock changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from cablegram.model.acts import State
from cablegram.model.records import CircuitItem, Incoming
from cablegram.registry import alarms, duties, lines
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
    assert {
        ("overdue", Grade.LATE, "1/1"),
        ("to trace", Grade.LATE, "1/1"),
        ("supply hold", Grade.TODAY, "molotov"),
    } == set(late)
    assert "issued to molotov" == late["overdue", Grade.LATE, "1/1"].words
    moscow.give("miss", {"reason": "gone"}, subjects=moscow.copies(printed[1:2]))
    assert "found 1/2" in due(moscow)["missing", Grade.LATE, "1/2"].command


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


def sealed(office, words):
    """A draft's sealed bytes, as far as the desk looks at them."""
    return office.bureau.blobs.put(words.encode())


def drafted(office, words):
    facts = {"draft": sealed(office, words), "series": "T", "level": "secret", "to": "beijing"}
    office.give("draft", facts)
    return facts["draft"]


def test_a_draft_that_nobody_needs_to_clear(moscow):
    """It may be released at once, and by its drafter; an objection holds it up."""
    draft = drafted(moscow, "words")
    one = due(moscow)["draft", Grade.TODAY, "1"]
    assert ("to beijing, may be released", "cablegram release 1") == (one.words, one.command)
    moscow.give("object", {"draft": draft, "reason": "the date"}, by="makarov")
    assert [("draft", Grade.SOON, "1")] == list(due(moscow))


def test_a_draft_written_by_hand_is_told(moscow):
    """A row that no order made stops nobody from seeing what else is due."""
    draft = drafted(moscow, "words")
    with moscow.page() as page:
        page.drafts.put(replace(page.drafts.get(draft), handle="0" * 32))
    one = due(moscow)["draft", Grade.LATE, "1"]
    assert ("cablegram audit", True) == (one.command, "as its orders have it" in one.words)


def test_what_has_no_originator_to_be_told(moscow):
    """A telegram of ours, and one that came over no circuit, ask no word of us."""
    telegram = moscow.telegram().telegram
    with moscow.page() as page:
        page.telegrams.put(replace(telegram, fulfil_by=START))
        page.telegrams.put(replace(telegram, handle="f" * 32, direction="out", fulfil_by=START))
    kinds = {kind for kind, _, _ in due(moscow, at=later(START, days=1))}
    assert {"to print"} == kinds
    with moscow.page() as page:
        sent = CircuitItem("beijing", lines.IN, 1, telegram.letter, "", "", "", 1, "seen")
        page.circuit_items.put(sent)
    assert ("to report", Grade.LATE, "1") in due(moscow, at=later(START, days=1))


def test_a_dispute_without_a_transmittal(moscow):
    """A row that says so, and nothing behind it: it is shown, and no word of ours is found."""
    (copy,) = moscow.in_registry(1)
    with moscow.page() as page:
        page.copies.put(replace(copy, state=State.DISPUTED, holder="special"))
    assert ("dispute", Grade.TODAY, "1/1") in due(moscow)


def test_a_consent_asks_for_the_copies_that_it_allows(moscow):
    """Until they are made, it stands."""
    beijing = acquainted(moscow, found("beijing"))
    telegram = moscow.telegram().telegram
    with beijing.page() as page:
        page.circuit_items.put(
            CircuitItem("moscow", lines.OUT, 1, telegram.letter, "", "", "t", 1, "sent")
        )
    with moscow.page() as page:
        page.circuit_items.put(
            CircuitItem("beijing", lines.IN, 1, telegram.letter, "", "", "t", 1, "seen")
        )
    said = {"kind": "consented", "office": "moscow", "letter": telegram.letter, "count": 1}
    beijing.give("notify", said)
    assert 1 == post(beijing, moscow)
    found_ = [one for one in due(moscow).values() if one.kind == "notice came"]
    assert ["cablegram allot 1 --for WHOM --reason WHY"] == [one.command for one in found_]


def test_the_same_books_give_the_same_list(moscow):
    """Late first, then kind by kind in their order, each by its moments: a timer can compare."""
    copies = moscow.in_registry(4)
    for day, copy in zip((4, 2, 3), moscow.copies(copies[:3]), strict=True):
        term = {"holder": "molotov", "due_at": later(START, days=day), "return_to": "here"}
        moscow.give("issue", {**term, "exception": "a test"}, subjects=[copy])
    moscow.give("miss", {"reason": "gone"}, subjects=moscow.copies(copies[3:]))
    with moscow.view() as books:
        at = later(START, days=5)
        said = [duties.today(books, moscow.bureau, at=at, within=timedelta(2)) for _ in range(2)]
    assert said[0] == said[1]
    kinds = ["missing", *["overdue"] * 3, *["to trace"] * 3, "supply hold", "inquiry"]
    assert kinds == [one.kind for one in said[0]]
    late = ["1/2", "1/3", "1/1"]
    assert ["1/4", *late, *late, "molotov", "1"] == [one.about for one in said[0]]
