"""Showing: one text that proves an act to another office, and nothing beside it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cablegram.errors import CablegramError, LedgerError, MalformedError
from cablegram.ledger import log, showing
from cablegram.ledger.proof import Proof
from cablegram.ledger.signer import Signer
from cablegram.wire import card
from offices import found


@pytest.fixture(scope="module")
def text(published):
    return showing.show(published, 77, ["act", "numbers"])


def test_shows_the_named_slots(text, signer):
    """Its reader has the slots named and no other, from the text and the card's key alone."""
    assert {"act": "issue", "numbers": "21497/2"} == showing.check(text, signer.vkey())
    assert "vaganov" not in text


def test_extra_is_leaf_and_line(text, published):
    """The extra data is the leaf, a line feed and a disclosure's line, as the page says."""
    leaf, line, end = Proof.parse(text).extra.split(b"\n")
    assert (published.books.leaves[77].leaf, b"") == (leaf, end)
    assert line.startswith(b'{"index":77,')


def test_of_no_such_leaf(published):
    """A leaf that no head covers is not shown."""
    with pytest.raises(LedgerError):
        showing.show(published, 300, ["act"])


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda p, _: replace(p, extra=None), MalformedError),
        (lambda p, _: replace(p, extra=p.extra + b"\n"), MalformedError),
        (lambda p, _: replace(p, extra=p.extra.replace(b'"index":77', b'"index":78')), LedgerError),
        (lambda p, _: replace(p, extra=p.extra.replace(b"1951-07-05", b"1951-07-06")), LedgerError),
        (lambda p, _: replace(p, extra=p.extra.replace(b"issue", b"print")), LedgerError),
        (lambda p, other: replace(p, extra=other.extra), LedgerError),
        (lambda p, other: replace(p, hashes=other.hashes), LedgerError),
        (lambda p, other: replace(other, extra=p.extra), LedgerError),
    ],
)
def test_one_fault(text, published, signer, change, error):
    """One part that does not belong to the others refuses the whole."""
    other = Proof.parse(showing.show(published, 78, ["act"]))
    with pytest.raises(error):
        showing.check(change(Proof.parse(text), other).text(), signer.vkey())


@settings(deadline=None, max_examples=100)
@given(st.data())
def test_any_character_matters(text, signer, data):
    """No character of it can change."""
    at = data.draw(st.integers(0, len(text) - 1))
    changed = chr(ord(text[at]) ^ 1 << data.draw(st.integers(0, 6)))
    with pytest.raises(CablegramError):
        showing.check(text[:at] + changed + text[at + 1 :], signer.vkey())


def test_under_another_key(text):
    """A ledger of the same name under another key shows nothing."""
    with pytest.raises(LedgerError):
        showing.check(text, Signer("mid.example/ledger", bytes(32)).vkey())


def test_after_more_leaves(office, signer):
    """An older text still holds after the ledger has grown."""
    office.enter(10)
    log.sign_checkpoint(office, signer)
    old = showing.show(office, 3, ["act"])
    office.enter(500)
    log.sign_checkpoint(office, signer)
    assert {"act": "allot"} == showing.check(old, signer.vkey())


def test_under_another_origin(text):
    """The same key under another ledger's name shows nothing."""
    with pytest.raises(LedgerError):
        showing.check(text, Signer("other.example/ledger", bytes(range(32))).vkey())


def test_of_an_office_at_work():
    """An act performed in an office is shown to whoever has its card, once a head covers it."""
    office = found()
    index = office.size()
    office.cover("Semyonov", "makarov")
    log.sign_checkpoint(office.bureau, office.signer)
    key = card.decode(office.bureau.card).ledger_key
    assert {"act": "settle"} == showing.check(showing.show(office.bureau, index, ["act"]), key)
    office.cover("Ivanov", "vaganov")
    with pytest.raises(LedgerError):
        showing.show(office.bureau, index + 1, ["act"])


def test_leaf_that_no_head_covers_yet(office, signer):
    """A leaf in the books is not shown before a head covers it, and is after."""
    office.enter(5)
    log.sign_checkpoint(office, signer)
    office.enter(1)
    with pytest.raises(LedgerError):
        showing.show(office, 5, ["act"])
    log.sign_checkpoint(office, signer)
    assert {"act": "allot"} == showing.check(showing.show(office, 5, ["act"]), signer.vkey())
