"""Documents read back as they were written, and hold their bounds when they are made."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import samples
from cablegram.errors import CircuitError, MalformedError
from cablegram.model.orders import Order, Subject
from cablegram.model.text import unclean
from cablegram.wire import card, draft, envelope, fields, letter, order, receipt, transmittal

lines = st.text(max_size=60).filter(lambda text: unclean(text) is None and "\n" not in text)
MODULES = {
    "order": order,
    "card": card,
    "letter": letter,
    "envelope": envelope,
    "receipt": receipt,
    "transmittal": transmittal,
}


@pytest.mark.parametrize("name", MODULES)
def test_a_document_is_read_back_as_it_was_written(name):
    """Every field survives, and the digest is over the bytes."""
    document = getattr(samples, name)()
    data = MODULES[name].encode(document)
    assert document == MODULES[name].decode(data)
    assert MODULES[name].digest(data).startswith("sha256:")


def test_a_draft_is_read_back_and_becomes_a_letter():
    """The letter of a draft says what the draft says, under its number."""
    written = samples.draft(attachments=(samples.ATTACHMENT,), keys=(("карта.png", samples.SEED),))
    found, texts = draft.decode(draft.encode(written, samples.TEXTS))
    assert (written, samples.TEXTS) == (found, texts)
    numbered = letter.Letter.of(
        found, office="beijing", outgoing_number=3349, filed_at="1951-07-03T09:00:00Z"
    )
    assert samples.letter(attachments=(samples.ATTACHMENT,)) == numbered


@settings(deadline=None, max_examples=60)
@given(subject=lines, caveats=st.sets(lines.filter(bool), max_size=16), copies=st.integers(0, 999))
def test_any_clean_letter_is_read_back(subject, caveats, copies):
    """Whatever clean words it has."""
    written = samples.letter(subject=subject, caveats=tuple(caveats), copies=copies)
    assert written == letter.decode(letter.encode(written))


@settings(deadline=None, max_examples=60)
@given(note=st.text(max_size=40).filter(lambda text: unclean(text) is None), sheets=st.integers())
def test_a_receipt_is_read_back_or_not_made(note, sheets):
    """Sheets within their bound, and any clean note."""
    if 0 <= sheets <= 9999:
        written = samples.receipt(note=note, sheets=sheets)
        assert written == receipt.decode(receipt.encode(written))
    else:
        with pytest.raises(MalformedError):
            samples.receipt(note=note, sheets=sheets)


def test_a_closing_letter_needs_no_words():
    """It has no signatory, addressee or text."""
    closing = samples.letter(
        kind="closing", signatory="", addressees=(), parts=(), reply_to="", return_=None
    )
    assert closing == letter.decode(letter.encode(closing))


@pytest.mark.parametrize("kind", ["recall", "query", "correction", "cancellation"])
def test_a_letter_about_another_names_it(kind):
    """With a digest it reads, without it is not made."""
    assert samples.letter(kind=kind) == letter.decode(letter.encode(samples.letter(kind=kind)))
    with pytest.raises(MalformedError, match="which letter it is about"):
        samples.letter(kind=kind, reply_to="")


@pytest.mark.parametrize(
    "changes",
    [
        {"number": 0},
        {"office": "Moscow"},
        {"key": ""},
        {"facts": {"Holder": "x"}},
        {"facts": {"note": "\x1b[2J"}},
        {"subjects": (Subject("with blank", 1),)},
        {"signed_at": "1951-07-09"},
        {"origin": "\u202e"},
    ],
)
def test_an_order_out_of_bounds_is_not_written(changes):
    """The writer holds orders to the same bounds as the reader."""
    made: Order = samples.order(**changes)
    with pytest.raises(MalformedError):
        order.encode(made)


@pytest.mark.parametrize("text", ["\x07", "a\u202eb", "\u200b", "\x1b[31m", "e\u0301"])
def test_unclean_words_stand_in_no_document(text):
    """Control, bidirectional and hidden characters, in every text that reaches people."""
    for make in (
        lambda: samples.letter(subject=text),
        lambda: samples.letter(signatory=text),
        lambda: samples.letter(label=text),
        lambda: samples.letter(caveats=(text,)),
        lambda: samples.letter(addressees=(letter.Addressee(text, "info"),)),
        lambda: replace(samples.ATTACHMENT, name=text),
        lambda: samples.receipt(note=text),
        lambda: samples.receipt(incoming=text),
        lambda: samples.transmittal(carrier=text),
        lambda: samples.card(names={"en": text}),
        lambda: samples.card(carriers=(text,)),
        lambda: samples.envelope(keys=((text, samples.SEED),)),
        lambda: samples.envelope(proof=samples.PROOF + text + "\n"),
    ):
        with pytest.raises(MalformedError):
            make()


def test_the_seeds_of_attachments_are_not_shown():
    """No repr has them."""
    made = samples.envelope()
    drafted = samples.draft(attachments=(samples.ATTACHMENT,), keys=made.keys)
    assert samples.SEED not in repr(made)
    assert samples.SEED not in repr(drafted)


def test_spelling_is_held_to_what_would_be_written():
    """Whatever passed every field is still compared as bytes."""
    fields.same(b"a", b"a", "letter")
    with pytest.raises(MalformedError, match="as it would have been written"):
        fields.same(b"a", b"b", "letter")


CLASSICAL, HYBRID = "x25519", "mlkem768x25519"
JULY = "1951-07-01T00:00:00Z"


@pytest.mark.parametrize(
    ("offered", "at", "chosen"),
    [
        ([(1, HYBRID, "", "")], JULY, (1, HYBRID)),
        ([(1, HYBRID, "", ""), (2, HYBRID, "", "")], JULY, (2, HYBRID)),
        ([(1, HYBRID, "", ""), (2, HYBRID, "1951-07-02T00:00:00Z", "")], JULY, (1, HYBRID)),
        ([(1, HYBRID, "", JULY), (2, HYBRID, JULY, "")], JULY, (2, HYBRID)),
        ([(1, CLASSICAL, "", "")], JULY, (1, CLASSICAL)),
        ([(1, CLASSICAL, "", ""), (2, CLASSICAL, "", "")], JULY, (2, CLASSICAL)),
        ([(1, HYBRID, "", ""), (1, CLASSICAL, "", "")], JULY, (1, HYBRID)),
        ([(1, CLASSICAL, "", ""), (2, HYBRID, "1951-08-01T00:00:00Z", "")], JULY, (1, CLASSICAL)),
        ([(1, CLASSICAL, "", ""), (2, HYBRID, JULY, "")], JULY, (2, HYBRID)),
        ([(1, HYBRID, "", JULY)], JULY, None),
        ([(1, HYBRID, "1951-08-01T00:00:00Z", "")], JULY, None),
        ([(1, HYBRID, "", JULY), (2, CLASSICAL, "", "")], JULY, None),
    ],
)
def test_the_key_to_seal_to_is_the_newest_hybrid_one(offered, at, chosen):
    """Valid at the moment, hybrid before x25519, never x25519 behind a hybrid one."""
    keys = [
        samples.receiving(epoch, kind, not_before=begin or "1951-01-01T00:00:00Z", not_after=end)
        for epoch, kind, begin, end in offered
    ]
    made = samples.card(receiving=tuple(sorted(keys, key=lambda key: (key.epoch, key.kind))))
    if chosen is None:
        with pytest.raises(CircuitError, match="no receiving key"):
            card.current(made, at)
    else:
        found = card.current(made, at)
        assert chosen == (found.epoch, found.kind)


def test_a_receiving_key_is_named_by_its_digest():
    """As sha256sum of the raw bytes has it."""
    key = samples.receiving(1, CLASSICAL)
    assert "sha256:" + sha256(key.key).hexdigest() == key.name
