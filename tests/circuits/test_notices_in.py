"""Notices as papers on a line: proved, chained, and with nothing sealed in them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cablegram.registry import alarms
from cablegram.registry.reading import every
from cablegram.wire import notice as notice_format
from cablegram.wire import paper
from offices import later
from passed import transmittals
from rooms import line_of, signed_paper

CANARY = "QUARTZHERON"
REASON = {"reason": f"because of {CANARY}"}


@pytest.fixture
def line():
    """Eighth's copy is with special; both have what the other signed."""
    (eighth, special), carrier = line_of("eighth", "special")
    text = {"en": f"The word is {CANARY}.\n".encode()}
    special.send(special.draft(("eighth",), text, subject=CANARY))
    special.carry()
    eighth.take_in()
    with eighth.office.view() as view:
        (row,) = view.incoming.find("state", "waiting")
    here = str(eighth.open(row.digest)["telegram"])
    eighth.print(here, by="makarov")
    eighth.office.give("verify", {}, by="vaganov", subjects=eighth.copies(here))
    said = {"office": "special", "carrier": "courier", "due_at": later(eighth.bureau.now(), days=7)}
    eighth.office.give("dispatch", said, subjects=eighth.copies(here)[:1])
    eighth.carry()
    special.take_in()
    with special.office.view() as view:
        (sent,) = transmittals(view, "eighth")
    item = sent[1].items[0]
    facts = {
        "owner": "eighth",
        "owner_cable": item.cable,
        "owner_copy": item.copy,
        "sheets": item.sheets,
        "incoming": "575/",
        "transmittal": sent[0].digest,
    }
    theirs = special.office.give("accept", facts).copies[0]
    special.carry()
    eighth.take_in()
    eighth.settle_receipts()
    return eighth, special, carrier, here, theirs


def fetch(carrier, to):
    """What lies at the carrier for an office, taken from there."""
    found = []
    for item in list(carrier.waiting(to)):
        found.append(carrier.fetch(to, item, 1 << 20))
        carrier.clear(to, item)
    return found


def send(carrier, to, sender, data, desk):
    carrier.send(to, sender, data)
    (taken,) = desk.take_in()
    return taken


def destroyed(line):
    """The notice that special signed of its destruction."""
    _, special, carrier, _, theirs = line
    fetch(carrier, "eighth")
    said = {"method": "burnt", "sheets": special.office.copy(theirs).sheets, "certificate": "12"}
    special.office.give("destroy", said, two="makarov", subjects=[special.office.copy(theirs)])
    special.carry()
    (data,) = fetch(carrier, "eighth")
    return data


def test_a_destruction_is_by_the_two_whom_the_ledger_shows(line):
    """Another person's id than the leaf's is refused, though the office has signed it."""
    eighth, special, carrier, _, _ = line
    data = destroyed(line)
    real = notice_format.decode(paper.split(data)[0])
    assert ("chief", "makarov") == real.persons
    for persons in (("chief", "vaganov"), ("makarov", "chief")):
        forged = signed_paper(special, replace(real, persons=persons))
        taken = send(carrier, "eighth", "special", forged, eighth)
        assert "refused" == taken.state
        assert "a notice of special proves another act than it says" == taken.why
    other = replace(real, kind="recalled", certificate="", persons=(), limit_at="")
    taken = send(carrier, "eighth", "special", signed_paper(special, other), eighth)
    assert "proves another act" in taken.why
    assert "entered" == send(carrier, "eighth", "special", data, eighth).state


def test_a_repeated_notice_is_one_and_a_forked_one_an_alarm(line):
    """The same bytes, or signed anew, change nothing; another under its number is a fork."""
    eighth, special, carrier, _, _ = line
    data = destroyed(line)
    real = notice_format.decode(paper.split(data)[0])
    assert "entered" == send(carrier, "eighth", "special", data, eighth).state
    before = eighth.office.dump()
    assert "repeat" == send(carrier, "eighth", "special", data, eighth).state
    assert before["papers"] == eighth.office.dump()["papers"]
    again = signed_paper(special, real)
    assert "repeat" == send(carrier, "eighth", "special", again, eighth).state
    other = signed_paper(special, replace(real, certificate="13"))
    assert "a fork" in send(carrier, "eighth", "special", other, eighth).why
    assert [alarms.FORK] == [row["kind"] for row in eighth.office.dump()["alarms"]]


def test_nothing_sealed_and_no_reason_stands_in_a_paper(line):
    """Whoever carries them reads numbers, moments, a level and ids: no officer's why."""
    eighth, _, carrier, here, _ = line
    fetch(carrier, "special")
    with eighth.office.view() as view:
        telegram = view.telegrams.get(here)
    office = eighth.office
    soon = later(eighth.bureau.now(), days=2)
    for act, facts in (
        ("extend", {"due_at": soon, **REASON}),
        ("recall", {"due_at": soon, **REASON}),
        ("regrade", {"classification": "of special importance", **REASON}),
        ("compromise", REASON),
    ):
        office.give(act, facts, subjects=eighth.copies(here)[:1])
    asked = {"kind": "asks_consent", "office": "special", "letter": telegram.letter, "count": 1}
    office.give("ask", {**asked, "note": CANARY})
    eighth.carry()
    bodies = fetch(carrier, "special")
    kinds = {notice_format.decode(paper.split(data)[0]).kind for data in bodies}
    assert {"extended", "recalled", "regraded", "compromised", "asks_consent"} == kinds
    for data in bodies:
        for word in (CANARY.encode(), b"because of", b"MAO ZEDONG", b"Filippov"):
            assert word not in data
    with eighth.office.view() as view:
        assert any(CANARY.encode() in leaf.entry for leaf in every(view.leaves))
