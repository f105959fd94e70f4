"""Disputed copies, settled by both offices: no copy in two hands, no word taken back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cablegram.errors import CustodyError, UnknownError
from cablegram.model.acts import State
from cablegram.model.orders import Subject
from cablegram.registry import disputes, finding, papers, settling
from offices import found, refuses
from passed import accept, acquainted, announced, dispatch, post, settle_receipts


@pytest.fixture
def moscow():
    return found()


@pytest.fixture
def special(moscow):
    return acquainted(moscow, found("special", others=("poskrebyshev",)))


def listed(special):
    row, transmittal = announced(special, "moscow")
    line = transmittal.items[0]
    return {
        "transmittal": row.digest,
        "owner": line.owner,
        "owner_cable": line.cable,
        "owner_copy": line.copy,
    }


def contested(moscow, special):
    """Copy 1 has come with one of its two sheets, and both books say that it is disputed."""
    (copy,) = dispatch(moscow, moscow.in_registry(1), "special")
    post(moscow, special)
    said = listed(special)
    special.give("contest", {**said, "note": "one of two sheets", "sheets": 1})
    assert 1 == post(special, moscow)
    settle_receipts(moscow)
    assert State.DISPUTED is moscow.copy(copy).state
    return moscow.copy(copy), said


def theirs(moscow, kind):
    with moscow.view() as books:
        (copy,) = books.copies.find("state", "disputed")
        sent = papers.went_under(books, copy)
        said = settling.words(books, sent.subject, "special", 1, 1)
    return said.theirs[kind].digest


def held(office):
    """The copies that the office's books place in its own hands."""
    with office.view() as books:
        return [
            copy
            for state in ("in_registry", "issued", "filed")
            for copy in books.copies.find("state", state)
        ]


def test_the_receiver_speaks_first_there(moscow, special):
    """Special says there, Moscow settles on that word, and only then is it on charge there."""
    copy, said = contested(moscow, special)
    with refuses(special, "moscow has not signed that it stays here", CustodyError):
        accept(special, "moscow", sheets=1)
    special.give("agree", {**said, "outcome": "there", "sheets": 1})
    with refuses(special, "moscow has not signed that it stays here", CustodyError):
        accept(special, "moscow", sheets=1)
    post(special, moscow)
    with refuses(moscow, "special has not signed that 1/1 settles so", CustodyError):
        moscow.give("settle_back", {"receipt": "x", "sheets": 1}, subjects=[copy])
    moscow.give("settle_there", {"receipt": theirs(moscow, "settled_there")}, subjects=[copy])
    assert State.WITH_OFFICE is moscow.copy(copy).state
    post(moscow, special)
    assert 1 == accept(special, "moscow", sheets=1).sheets
    assert [] == held(moscow)


def test_the_sender_speaks_first_there(moscow, special):
    """Moscow says there, Special accepts, and its receipt settles it."""
    copy, _ = contested(moscow, special)
    moscow.give("agree", {"outcome": "there"}, subjects=[copy])
    post(moscow, special)
    accept(special, "moscow", sheets=1)
    post(special, moscow)
    moscow.give("settle_there", {"receipt": theirs(moscow, "copy_received")}, subjects=[copy])
    assert State.WITH_OFFICE is moscow.copy(copy).state


def test_a_copy_that_a_hand_calls_disputed_is_nobodys_word(moscow):
    """It never left: no transmittal of ours names it, so that no word can be about it."""
    (copy,) = moscow.in_registry(1)
    forged = replace(copy, state=State.DISPUTED, holder="special")
    with moscow.page() as page:
        page.copies.put(forged)
    for outcome in ("there", "back"):
        with moscow.view() as books:
            assert "" == disputes.their_word(books, forged, outcome)
        with refuses(moscow, "is not in the books as the ledger has it", CustodyError):
            moscow.give(f"settle_{outcome}", {"receipt": "x", "sheets": 2}, subjects=[copy])


def test_back(moscow, special):
    """Either may say back first; the sender takes it back on the receiver's word alone."""
    copy, said = contested(moscow, special)
    moscow.give("agree", {"outcome": "back"}, subjects=[copy])
    post(moscow, special)
    with refuses(special, "has not signed that it stays here", CustodyError):
        accept(special, "moscow", sheets=1)
    special.give("agree", {**said, "outcome": "back"})
    post(special, moscow)
    receipt = theirs(moscow, "settled_back")
    moscow.give("settle_back", {"receipt": receipt, "sheets": 1}, subjects=[copy])
    assert State.IN_REGISTRY is moscow.copy(copy).state
    with refuses(special, "has not signed that it stays here", CustodyError):
        accept(special, "moscow", sheets=1)
    with special.view() as books:
        assert finding.by_owner(books, "moscow", 1, 1, "special") is None


def test_words_that_crossed_end_with_back(moscow, special):
    """There may become back, never the other way; whoever has said back accepts no more."""
    copy, said = contested(moscow, special)
    moscow.give("agree", {"outcome": "back"}, subjects=[copy])
    special.give("agree", {**said, "outcome": "there"})
    post(moscow, special)
    post(special, moscow)
    with refuses(moscow, "was settled here before: back", CustodyError):
        moscow.give("agree", {"outcome": "there"}, subjects=[copy])
    with refuses(moscow, "has not signed", CustodyError):
        receipt = theirs(moscow, "settled_there")
        moscow.give("settle_there", {"receipt": receipt}, subjects=[copy])
    special.give("agree", {**said, "outcome": "back"})
    post(special, moscow)
    receipt = theirs(moscow, "settled_back")
    moscow.give("settle_back", {"receipt": receipt, "sheets": 1}, subjects=[copy])
    with refuses(special, "has not signed", CustodyError):
        accept(special, "moscow", sheets=1)


def test_what_cannot_be_disputed_or_settled(moscow, special):
    """Twice, once it is on charge, without a dispute, or as something else than there or back."""
    copies = dispatch(moscow, moscow.in_registry(2), "special")
    post(moscow, special)
    first, said = listed(special), listed(special)
    with refuses(special, "a dispute settles there or back", CustodyError):
        special.give("agree", {**said, "outcome": "nowhere"})
    with refuses(special, "1/1 is not disputed here", CustodyError):
        special.give("agree", {**said, "outcome": "there"})
    with refuses(moscow, "1/1 is not disputed under a transmittal that went", CustodyError):
        moscow.give("agree", {"outcome": "there"}, subjects=copies[:1])
    with refuses(moscow, "names no copy as it stands", UnknownError):
        moscow.give("agree", {"outcome": "there"}, subjects=copies)
    with refuses(moscow, "names no copy as it stands", UnknownError):
        moscow.give("agree", {"outcome": "there"}, subjects=[Subject(copies[0].handle, 1)])
    special.give("contest", {**said, "note": "the seal is broken"})
    with refuses(special, "1/1 was disputed before", CustodyError):
        special.give("contest", {**said, "note": "the seal is broken"})
    accept(special, "moscow", 1)
    first["owner_copy"] = 2
    with refuses(special, "1/2 was accepted under this transmittal", CustodyError):
        special.give("contest", {**first, "note": "too late"})


def test_a_dispute_by_our_word_alone_settles_on_no_word(moscow, special):
    """Disputed before the transmittal went: there is nothing that the other office has signed."""
    (copy,) = dispatch(moscow, moscow.in_registry(1), "special")
    moscow.give("dispute", {"reason": "they telephoned"}, subjects=[copy])
    with moscow.view() as books:
        now = books.copies.get(copy.handle)
        assert "" == disputes.their_word(books, now, "there")
    with refuses(moscow, "has not signed", CustodyError):
        moscow.give("settle_there", {"receipt": "x"}, subjects=moscow.copies([copy]))


def test_what_both_have_settled_is_not_said_again(moscow, special):
    """Both said there: the receiver accepts, or sends it back as a copy that it has."""
    copy, said = contested(moscow, special)
    special.give("agree", {**said, "outcome": "there", "sheets": 1})
    post(special, moscow)
    moscow.give("agree", {"outcome": "there"}, subjects=[copy])
    post(moscow, special)
    with refuses(special, "1/1 was settled by both: it is there", CustodyError):
        special.give("agree", {**said, "outcome": "back"})
    with moscow.view() as books:
        word = disputes.their_word(books, copy, "there")
    moscow.give("settle_there", {"receipt": word}, subjects=[copy])
    assert 0 == post(moscow, special)


def test_what_is_owed_to_others_is_no_word_on_this_copy(moscow, special):
    """Another office's dispute under the same name of a transmittal says nothing here."""
    copy, _ = contested(moscow, special)
    with moscow.view() as books:
        sent = papers.went_under(books, copy)
        assert {} == settling.words(books, sent.subject, "archive", 1, 1).theirs
        assert {} == settling.words(books, sent.subject, "special", 1, 2).theirs
