"""Reading keys: whose a recipient is, by orders and not by rows, and from when it is sealed to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cablegram.errors import (
    CablegramError,
    CustodyError,
    MalformedError,
    OrderError,
    UnknownError,
)
from cablegram.ledger import log
from cablegram.model.orders import SignedOrder
from cablegram.model.records import Setting
from cablegram.registry import matters, readers
from cablegram.sealing.recipients import HybridIdentity, X25519Identity
from cablegram.wire import bech32
from cablegram.wire import card as card_format
from offices import CHIEF, START, found, later, refuses, seed


def recipient(name, kind=HybridIdentity):
    return str(kind(seed(name)).recipient())


@pytest.fixture
def office():
    office = found(others=("makarov", "vaganov"))
    for person, role in (("molotov", "reader"), ("poskrebyshev", "proxy"), ("vera", "verifier")):
        key = office.hire(person).public_key.line()
        facts = {"person": person, "key_line": key, "role": role}
        office.give("appoint", facts, two="makarov")
    head(office)
    return office


def head(office):
    log.sign_checkpoint(office.bureau, office.signer)


def enrol(office, person="molotov", key="molotov", **rest):
    facts = {"person": person, "recipient": recipient(key)}
    done = office.give("enrol", facts, by=rest.pop("by", person), **rest)
    head(office)
    return done


def standing(office, person="molotov"):
    with office.view() as books:
        return readers.standing(books, person, office.bureau)


def sealed_to(office, person="molotov"):
    with office.view() as books:
        return readers.sealed_to(books, person, office.bureau)


def settle(office, name, value):
    office.give("settle", {"name": f"reading/{name}", "value": value})


# --- enrolled and taken back ----------------------------------------------------------------------


@pytest.mark.parametrize("person", ["molotov", "poskrebyshev", "vera", "makarov"])
def test_everybody_enrols_their_own(office, person):
    """Whatever they are here: the first key is sealed to once a head covers it."""
    enrol(office, person)
    key = sealed_to(office, person)
    assert (person, recipient("molotov"), True) == (key.person, key.recipient, key.first)
    assert (START, "mlkem768x25519") == (key.good_from, key.kind)


def test_nobody_seals_before_a_head_covers_it(office):
    """An entry that no head covers may yet be lost."""
    office.give("enrol", {"person": "molotov", "recipient": recipient("m")}, by="molotov")
    with pytest.raises(CustodyError, match="no signed head covers the reading key of molotov"):
        sealed_to(office)
    head(office)
    assert recipient("m") == sealed_to(office).recipient


def test_a_classical_key_says_so(office):
    """It is taken, and called what it is."""
    facts = {"person": "molotov", "recipient": recipient("m", X25519Identity)}
    office.give("enrol", facts, by="molotov")
    assert "x25519" == standing(office).kind


def test_a_further_key_waits(office):
    """A day, where nothing is settled: its owner notices in that time that it is not theirs."""
    enrol(office)
    enrol(office, key="another")
    with pytest.raises(CustodyError, match="is new, and is sealed to from"):
        sealed_to(office)
    key = standing(office)
    assert (recipient("another"), later(START, days=1), False) == (
        key.recipient,
        key.good_from,
        key.first,
    )
    office.clock.pass_(days=1)
    assert recipient("another") == sealed_to(office).recipient


def test_taking_a_key_back_does_not_make_the_next_one_the_first(office):
    """Or whoever has a signing key for an hour would change what is sealed to."""
    enrol(office)
    office.give("unenrol", {"person": "molotov", "reason": "lost"}, by="molotov")
    head(office)
    assert standing(office) is None
    with pytest.raises(UnknownError, match="molotov has no reading key"):
        sealed_to(office)
    enrol(office, key="another")
    with pytest.raises(CustodyError, match="is new"):
        sealed_to(office)


def test_the_office_says_how_long(office):
    """For first keys and for further ones, in hours."""
    settle(office, "first", "2")
    settle(office, "changed", "0")
    enrol(office)
    with pytest.raises(CustodyError, match="is new"):
        sealed_to(office)
    office.clock.pass_(hours=2)
    sealed_to(office)
    enrol(office, key="another")
    assert recipient("another") == sealed_to(office).recipient


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("first", "-1", MalformedError),
        ("first", "01", MalformedError),
        ("changed", "8785", MalformedError),
        ("changed", "9" * 30, MalformedError),
        ("changed", "soon", MalformedError),
        ("browser", "top\nsecret", MalformedError),
        ("third", "1", OrderError),
    ],
)
def test_what_is_not_settled(office, name, value, kind):
    """No hours, no level, no such matter."""
    with refuses(office, "", kind):
        settle(office, name, value)


# --- by whom --------------------------------------------------------------------------------------


def test_the_chief_enrols_with_another_and_says_how_the_owner_was_told(office):
    """Three things: the chief, a second person, and what the owner said."""
    facts = {"person": "molotov", "recipient": recipient("m")}
    told = "read to him at his desk; he read the words back"
    for lacking, two in ((facts, "makarov"), ({**facts, "told": told}, "")):
        with refuses(office, "enrolled by another, who has not shown", OrderError):
            office.give("enrol", lacking, two=two)
    office.give("enrol", {**facts, "told": told}, two="makarov")
    assert recipient("m") == standing(office).recipient


@pytest.mark.parametrize(
    ("act", "by"), [("enrol", "vera"), ("enrol", "makarov"), ("unenrol", "poskrebyshev")]
)
def test_nobody_else_does(office, act, by):
    """Not even an officer who may order nearly everything."""
    enrol(office)
    facts = {"person": "molotov"}
    facts |= {"reason": "x"} if act == "unenrol" else {"recipient": recipient("x"), "told": "x"}
    with refuses(office, f"{by} cannot say what molotov reads with", OrderError):
        office.give(act, facts, by=by, two="vaganov")


def test_the_chief_takes_back_alone(office):
    """What stops sealing waits for nobody."""
    enrol(office)
    office.give("unenrol", {"person": "molotov", "reason": "his bag was stolen"})
    assert standing(office) is None
    with refuses(office, "molotov has no reading key", UnknownError):
        office.give("unenrol", {"person": "molotov", "reason": "x"})


def test_a_key_is_one_persons(office):
    """Two who share one could each read what is the other's; and the same again changes nothing."""
    enrol(office)
    for person in ("molotov", "makarov"):
        with refuses(office, "the reading key of molotov already", OrderError):
            office.give("enrol", {"person": person, "recipient": recipient("molotov")}, by=person)


def test_a_key_of_somebody_unknown(office):
    """Nobody reads here whom the books do not know."""
    facts = {"person": "nobody", "recipient": recipient("n"), "told": "x"}
    with refuses(office, "nobody called nobody is known", UnknownError):
        office.give("enrol", facts, two="makarov")


@pytest.mark.parametrize(
    "text",
    [
        "age1",
        "x" * 62,
        recipient("m").upper(),
        recipient("m")[:-1] + ("q" if recipient("m")[-1] != "q" else "p"),
        bech32.encode("age", bytes(31)),
        bech32.encode("age1pq", bytes(32)),
        bech32.encode("age1tag", bytes(33)),
        bech32.encode("AGE-SECRET-KEY-", bytes(32)),
        recipient("m") + "\n",
    ],
)
def test_what_is_no_recipient(office, text):
    """Mistyped, too short, of another kind, or a secret."""
    with refuses(office, "", MalformedError):
        office.give("enrol", {"person": "molotov", "recipient": text}, by="molotov")


# --- rows -----------------------------------------------------------------------------------------


def by_hand(office, change):
    with office.page() as page:
        change(page)


HANDS = {
    "another key": lambda page: page.settings.put(
        Setting("reader/molotov", recipient("thief").encode())
    ),
    "no key": lambda page: page.settings.put(Setting("reader/molotov", b"")),
    "a key for one who has none": lambda page: page.settings.put(
        Setting("reader/vera", recipient("thief").encode())
    ),
    "its newest order hidden": lambda page: hidden(page, -1),
    "its first order hidden": lambda page: hidden(page, 0),
}


def hidden(page, which):
    rows = page.leaves.find("subject", matters.handle(page, "reader/molotov"))
    page.leaves.put(replace(rows[which], subject="0" * 32))


@pytest.mark.parametrize("hand", HANDS)
def test_a_hand_in_the_books_seals_to_nobody(office, hand):
    """Row and orders must agree: whatever is set by SQL is refused, and says so."""
    enrol(office)
    enrol(office, key="another")
    office.clock.pass_(days=2)
    by_hand(office, HANDS[hand])
    person = "vera" if "one who has none" in hand else "molotov"
    with pytest.raises(OrderError, match="in the books, and no order on the ledger says so"):
        sealed_to(office, person)


def test_the_row_taken_away(office):
    """An order without its row is not sealed to either."""
    enrol(office)
    del office.bureau.books._shelves["settings"]["reader/molotov",]
    with pytest.raises(OrderError, match="no order on the ledger says so"):
        sealed_to(office)


def test_an_order_that_was_never_signed(office):
    """The order behind a key is held to its signature each time."""
    done = enrol(office)
    with office.page() as page:
        kept = page.orders.get(done.order)
        page.orders.put(replace(kept, signature="-----BEGIN SSH SIGNATURE-----"))
    matters._proved.clear()
    with pytest.raises(CablegramError):
        sealed_to(office)


def test_what_is_settled_by_hand(office):
    """Waiting times too stand on their orders."""
    enrol(office)
    by_hand(office, lambda page: page.settings.put(Setting("reading/first", b"0")))
    with pytest.raises(OrderError, match="what is settled as reading/first"):
        sealed_to(office)


def test_the_leaf_that_is_gone(office):
    """A key whose leaf is not there any more was ordered by nobody."""
    enrol(office)
    with office.view() as books:
        index = readers.standing(books, "molotov", office.bureau).leaf_index
    del office.bureau.books._shelves["leaves"][index,]
    with pytest.raises(OrderError, match="no order on the ledger says so"):
        sealed_to(office)


def test_an_order_again_is_a_repeat(office):
    """Given twice it is done once."""
    signed = office.sign("enrol", {"person": "vera", "recipient": recipient("v")}, by="vera")
    first = office.perform([signed])
    assert "vera" == first.answer
    again = office.perform([SignedOrder(signed.body, signed.signature)])
    assert first == again.done


# --- lists ----------------------------------------------------------------------------------------


def test_all_keys(office):
    """By person; one that was taken back is not among them."""
    for person in ("vera", "makarov", "molotov"):
        enrol(office, person, key=person)
    office.give("unenrol", {"person": "vera", "reason": "x"}, by=CHIEF)
    with office.view() as books:
        found_ = [key.person for key in readers.all_keys(books, office.bureau)]
    assert ["makarov", "molotov"] == found_


def test_the_key_that_drafts_are_sealed_to(office):
    """It is the card's, spelled as every age spells it."""
    card = card_format.decode(office.bureau.card)
    said = readers.draft_key(office.bureau)
    assert ("age1pq", card.receiving[-1].key) == bech32.decode(said)
