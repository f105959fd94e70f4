"""One telegram, from draft to muster, through three offices that share nothing but a carrier."""

from __future__ import annotations

from cablegram.model.acts import State
from cablegram.registry import finding, musters
from cablegram.sealing import envelope as envelopes
from passed import transmittals
from rooms import line_of


def test_a_telegram_goes_all_the_way():
    """Draft, send, carry, open, print, verify, dispatch, accept, give back: every state as told."""
    (beijing, eighth, special), _ = line_of("beijing", "eighth", "special")
    eighth.office.cover("Filippov", "stalin")
    for desk in (eighth, special):
        desk.office.appoint("clerk", by="chief", two="makarov")
    sent = beijing.send(beijing.draft(("eighth",)))
    assert 1 == sent["outgoing_number"]
    assert 1 == beijing.carry().count
    (taken,) = eighth.take_in()
    assert ("telegram", "waiting", 1) == (taken.kind, taken.state, taken.outer_number)
    opened = eighth.open(taken.digest, by="vaganov")
    assert (1, 0, 4) == (opened["cable_number"], opened["repeat"], opened["copies"])
    printed = eighth.print(str(opened["telegram"]), by="clerk", verifier="makarov")
    assert 4 == printed["copies"]
    eighth.office.give("verify", {}, by="makarov", subjects=eighth.copies(str(opened["telegram"])))
    # receipts back and matched: taken_in and opened
    assert 2 == eighth.carry().count
    assert ["entered", "entered"] == [one.state for one in beijing.take_in()]
    with beijing.bureau.books.view() as view:
        (item,) = view.circuit_items.find("letter", sent["letter"], "out")
    assert "opened taken_in" == item.receipts
    # copy 2 to the third office and back
    two = eighth.copies(str(opened["telegram"]))[1]
    due = "1951-07-08T00:00:00Z"
    eighth.office.give(
        "dispatch",
        {"office": "special", "carrier": "courier", "due_at": due},
        subjects=[two],
    )
    eighth.carry()
    assert ["entered"] == [one.state for one in special.take_in()]
    with special.bureau.books.view() as view:
        ((paper, transmittal),) = transmittals(view, "eighth")
    assert (1, 2) == (transmittal.items[0].cable, transmittal.items[0].copy)
    facts = {
        "owner": "eighth",
        "owner_cable": 1,
        "owner_copy": 2,
        "incoming": "575/",
        "sheets": two.sheets,
        "transmittal": paper.digest,
    }
    done = special.office.give("accept", facts)
    accepted = special.office.copy(done.copies[0])
    assert ("575/1", State.IN_REGISTRY, "eighth") == (
        accepted.incoming,
        accepted.state,
        accepted.owner,
    )
    special.carry()
    eighth.take_in()
    assert 1 == eighth.settle_receipts()
    two = eighth.office.copy(two)
    assert (State.WITH_OFFICE, "special", "575/1") == (
        two.state,
        two.accountable,
        two.their_incoming,
    )
    # a muster across both: special says it saw the copy, eighth counts it there
    seen = ["575/1"]
    special.office.give(
        "muster",
        {"cut_off": special.bureau.now(), "sighted": musters.digest_of(seen)},
        matter="\n".join(seen).encode(),
    )
    special.carry()
    eighth.take_in()
    seen = ["1/1", "1/3", "1/4", "1/4"]
    eighth.office.give(
        "muster",
        {"cut_off": eighth.bureau.now(), "sighted": musters.digest_of(seen)},
        matter="\n".join(seen).encode(),
    )
    with eighth.bureau.books.view() as view:
        outcome = view.musters.get(1).outcome.decode()
    assert '"doubled":["1/4"]' in outcome
    assert '"sighted_elsewhere":["1/2"]' in outcome
    assert '"unsighted":[]' in outcome
    # back to its owner
    special.office.give(
        "dispatch",
        {"office": "eighth", "carrier": "courier", "due_at": due},
        subjects=[accepted],
    )
    special.carry()
    eighth.take_in()
    with eighth.bureau.books.view() as view:
        paper, _ = transmittals(view, "special")[0]
        assert finding.copy(view, "1/2").handle == two.handle
    eighth.office.give(
        "come_back", {"sheets": two.sheets, "transmittal": paper.digest}, subjects=[two]
    )
    assert (State.IN_REGISTRY, "eighth") == (
        eighth.office.copy(two).state,
        eighth.office.copy(two).accountable,
    )
    eighth.carry()
    special.take_in()
    assert 1 == special.settle_receipts()
    assert State.GIVEN_BACK is special.office.copy(accepted).state


def test_an_attachment_travels_beside_its_telegram_and_is_the_same_file():
    """The sealed file goes by itself; the key in the envelope; printed only when ordered."""
    (beijing, eighth), _ = line_of("beijing", "eighth")
    data = bytes(range(256)) * 40
    sealed = envelopes.seal_attachment(data, name="map.png", media_type="image/png")
    beijing.bureau.blobs.put(sealed.sealed)
    draft = beijing.draft(
        ("eighth",), attachments=(sealed.attachment,), keys=(("map.png", sealed.seed),)
    )
    sent = beijing.send(draft)
    assert 2 == beijing.carry().count
    taken = eighth.take_in()
    assert ["waiting", "waiting"] == [one.state for one in taken]
    letter = next(one for one in taken if one.digest != sealed.attachment.sealed_sha256)
    opened = eighth.open(letter.digest)
    with eighth.bureau.books.view() as view:
        row = view.incoming.get(sealed.attachment.sealed_sha256)
    assert ("attachment", opened["telegram"]) == (row.state, row.telegram)
    copies = eighth.copies(str(opened["telegram"]))
    order = eighth.office.sign("print", {"attachments": "yes"}, subjects=copies)
    printed = eighth.room.print(str(opened["telegram"]), [order])
    assert "1-attachment-1.png" in printed["files"]
    assert data == eighth.bureau.paper.sheets["1-attachment-1.png"]
    assert sent["letter"]


def test_an_attachment_that_comes_after_its_telegram_was_opened_is_known_at_once():
    """What the letter named is expected under its sealed digest."""
    (beijing, eighth), carrier = line_of("beijing", "eighth")
    sealed = envelopes.seal_attachment(b"late", name="late.txt", media_type="text/plain")
    beijing.bureau.blobs.put(sealed.sealed)
    beijing.send(
        beijing.draft(
            ("eighth",), attachments=(sealed.attachment,), keys=(("late.txt", sealed.seed),)
        )
    )
    wanted = sealed.attachment.sealed_sha256.removeprefix("sha256:")
    carrier.loses = lambda _, item: item.name == wanted
    beijing.carry()
    (letter,) = eighth.take_in()
    eighth.open(letter.digest)
    late = eighth.bureau.blobs
    assert not late.has(sealed.attachment.sealed_sha256)
    carrier.loses = lambda _, __: False
    carrier.send("eighth", "beijing", sealed.sealed)
    (taken,) = eighth.take_in()
    assert "attachment" == taken.state
