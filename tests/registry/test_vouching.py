"""Vouching: another office's word counts as it was signed, whatever its row has become since."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cablegram.errors import CustodyError, OrderError
from cablegram.model.acts import State
from cablegram.registry import papers
from cablegram.registry.reading import every
from cablegram.wire import canonical
from offices import card_of, found, refuses
from passed import accept, acquainted, announced, dispatch, post, settle_receipts, waiting


@pytest.fixture
def moscow():
    return found()


@pytest.fixture
def special(moscow):
    return acquainted(moscow, found("special", others=("poskrebyshev",)))


def receipted(moscow, special, count=1):
    """Copies at the special sector, whose receipts are in and not acted on yet."""
    copies = dispatch(moscow, moscow.in_registry(4)[:count], "special")
    post(moscow, special)
    for number in range(count):
        accept(special, "moscow", number)
    post(special, moscow)
    return copies


def receipts(office):
    with office.view() as books:
        return [
            row for row in every(books.papers) if (row.kind, row.direction) == ("receipt", "in")
        ]


def put(office, row, **changes):
    with office.page() as page:
        page.papers.put(replace(row, **changes))


def rewritten(row, **changes):
    body = canonical.encode({**canonical.decode(row.body), **changes})
    return {"body": body, "digest": canonical.digest(body)}


def refuses_to_settle(office):
    return refuses(
        office, "the receipt of special is not in the books as special signed it", CustodyError
    )


def test_a_receipt_that_nobody_signed_moves_no_liability(moscow, special):
    """Another signature, or words that were not signed: the copy is still ours to answer for."""
    (copy,) = receipted(moscow, special)
    (true,) = receipts(moscow)
    for signatures in (true.signatures.replace("A", "B", 5), ""):
        put(moscow, true, signatures=signatures)
        (one,) = waiting(moscow)
        with refuses_to_settle(moscow):
            moscow.give(one.act.value, one.facts, by="makarov", subjects=[one.copy])
    put(moscow, true)
    settle_receipts(moscow)
    assert State.WITH_OFFICE is moscow.copy(copy).state


def test_a_receipt_invented_for_a_copy_that_never_arrived(moscow, special):
    """Made out of the receipt of another copy, which is signed, and says another number."""
    (copy,) = receipted(moscow, special)
    (true,) = receipts(moscow)
    changes = rewritten(true, sheets=2, incoming="999/1")
    put(moscow, true, **changes)
    rows = moscow.bureau.books._shelves["papers"]
    rows.pop((true.digest,))
    invented = changes["digest"]
    with refuses_to_settle(moscow):
        facts = {"receipt": invented, "incoming": "999/1", "sheets": 2}
        moscow.give("receipted", facts, by="makarov", subjects=[moscow.copy(copy)])


def test_a_receipt_of_an_earlier_journey_is_none_of_this_one(moscow, special):
    """Its row says that it is for the new transmittal, and what was signed says which."""
    (copy,) = receipted(moscow, special)
    (old,) = receipts(moscow)
    settle_receipts(moscow)
    with special.view() as books:
        theirs = list(books.copies.find("owner", "moscow"))
    dispatch(special, theirs, "moscow", by="poskrebyshev")
    post(special, moscow)
    back = {"sheets": 2, "transmittal": announced(moscow, "special")[0].digest}
    moscow.give("come_back", back, by="makarov", subjects=[moscow.copy(copy)])
    (again,) = dispatch(moscow, [copy], "special")
    post(moscow, special)
    with moscow.view() as books:
        subject = papers.went_under(books, again).subject
    put(moscow, old, subject=subject)
    (one,) = waiting(moscow)
    with refuses_to_settle(moscow):
        moscow.give(one.act.value, one.facts, by="makarov", subjects=[one.copy])


def test_no_word_counts_while_the_card_behind_it_is_not_compared(moscow, special):
    """A new card came, and nobody has read its words: compare it, then act."""
    receipted(moscow, special)
    (one,) = waiting(moscow)
    card = card_of("special", special.keys, special.signer, serial=2)
    facts = {"office": "special", "card": canonical.digest(card)}
    moscow.give("correspond", facts, matter=card)
    with refuses(moscow, "the card of special has not been compared", OrderError):
        moscow.give(one.act.value, one.facts, by="makarov", subjects=[one.copy])
    moscow.give("correspond", {**facts, "compared": "yes"}, matter=card)
    moscow.give(one.act.value, one.facts, by="makarov", subjects=[one.copy])
