"""Answers: what the books say as JSON; the same rows for the command line and the desk's API."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta

import pytest

from cablegram.answers import lists, rows
from cablegram.errors import UnknownError
from cablegram.model.custody import Copy
from cablegram.registry import finding
from cablegram.registry.searching import Asked
from cablegram.wire import canonical
from offices import found
from rooms import line_of

DUE = {"holder": "stalin", "due_at": "1951-07-09T17:00:00Z", "return_to": "registry"}


@pytest.fixture
def office():
    return found()


def test_a_copy_is_said_with_every_column(office):
    """A row is said whole, so that who reads it can hold it to every rule of the table."""
    copy = office.in_registry()[1]
    with office.view() as view:
        said = rows.copy(view, copy)
    assert {"copy", *(field.name for field in fields(Copy))} == set(said)
    assert ("1/2", "in_registry", 2) == (said["copy"], said["state"], said["sheets"])
    assert canonical.decode(canonical.encode(said)) == said


def test_the_life_of_a_copy_has_every_act(office):
    """Entry by entry, in the order of the ledger."""
    copy = office.in_registry()[0]
    office.give("issue", DUE, by="makarov", subjects=[copy])
    copy = office.copy(copy)
    with office.view() as view:
        said = rows.whole_copy(view, copy)
    assert ["allot", "print", "verify", "issue"] == [one["act"] for one in said["life"]]
    assert ["stalin"] == [one["person"] for one in said["hand_receipts"]]
    assert "issued" == said["state"]
    assert canonical.decode(canonical.encode(said))


def test_a_telegram_comes_with_its_copies(office):
    """By handle, with what it goes by."""
    copy = office.in_registry()[0]
    with office.view() as view:
        telegram = view.telegrams.get(copy.telegram)
        said = rows.whole_telegram(view, telegram)
    assert ("1", 4) == (said["name"], len(list(said["copies"])[:4]))
    assert "open" == said["life"][0]["act"]


def test_what_was_sent_has_a_canonical_form():
    """Whether a carrier has it is 0 or 1: a flag has no canonical form."""
    (sender, _), _ = line_of("beijing", "moscow")
    sender.send(sender.draft(("moscow",)))
    with sender.bureau.books.view() as view:
        outgoing = view.telegrams.find("received", "out", limit=1)[0]
        said = rows.found(view, finding.find(view, str(outgoing.outgoing_number)))
    sent = said["found"][0]["sent"]
    assert [("moscow", 0, "")] == [(one["office"], one["carried"], one["opened"]) for one in sent]
    assert canonical.decode(canonical.encode(said)) == said


def test_what_is_due_says_how_many_there_are(office):
    """The first of each list, and counts of them all."""
    copies = office.in_registry()
    office.give("issue", DUE, by="makarov", subjects=copies[:2])
    office.clock.set("1951-07-10T00:00:00Z")
    with office.view() as view:
        said = lists.due(view, office.bureau, timedelta(days=2), 1)
        held = lists.holding(view, "stalin", office.bureau, 1)
    assert (1, 2) == (len(said["overdue"]), said["counts"]["overdue"])
    assert (1, 2, 2) == (len(held["copies"]), held["count"], held["overdue"])
    assert canonical.decode(canonical.encode(said)) == said


def test_duties_are_said_with_what_does_them(office):
    """Each with its command; a kind alone where it is asked for."""
    office.printed(list(office.telegram(copies=2).copies)[:2])
    with office.view() as view:
        at = office.bureau.now()
        every = lists.duties_of(view, office.bureau, at, timedelta(days=2))
        some = lists.duties_of(view, office.bureau, at, timedelta(days=2), {"to verify"})
    assert "to verify" in {one["kind"] for one in every["duties"]}
    assert {"to verify"} == {one["kind"] for one in some["duties"]}
    assert "cablegram verify 1" == some["duties"][0]["command"]


def test_a_search_gives_rows(office):
    """Newest first, each with its copies."""
    office.in_registry()
    with office.view() as view:
        said = lists.search(view, Asked(number="1"), office.bureau)
        assert "1" == said["found"][0]["telegram"]["name"]
        with pytest.raises(UnknownError):
            lists.search(view, Asked(words="перемирие"), office.bureau)


def test_who_is_in_post(office):
    """Ids and roles, and no name."""
    with office.view() as view:
        said = lists.officers(view)
    assert ["chief", "makarov", "vaganov"] == [one["person"] for one in said["officers"]]


def test_a_muster_is_said_open_and_closed(office):
    """Open, as it stands now."""
    office.in_registry()
    office.give("open_muster", {}, by="makarov", matter=b"")
    with office.view() as view:
        said = lists.muster(view, view.musters.get(1))
        line = lists.musters([view.musters.get(1)])
    assert ("open", "makarov") == (said["state"], said["by"])
    assert [1] == [one["number"] for one in line["musters"]]
