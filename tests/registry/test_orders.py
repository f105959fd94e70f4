"""Signed orders: each step of the check refuses what it is there for, and keeps nothing of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cablegram.errors import LedgerError, MalformedError, OrderError
from cablegram.ledger import log
from cablegram.model.orders import Head, SignedOrder, Subject
from cablegram.model.records import KeptOrder
from cablegram.registry import Done, Repeat, entries, orders, perform
from cablegram.registry.orders import CLOCK_SLACK_S
from cablegram.sealing.keys import OfficerKey
from cablegram.wire import canonical
from cablegram.wire import order as order_format
from offices import CHIEF, START, bare, digest, found, later, refuses

SETTLE = {"name": "cover/Molotov", "value": "molotov"}


@pytest.fixture
def office():
    return found()


def settle(office, **changes):
    """A good order, with one thing about it changed."""
    return office.sign("settle", SETTLE, by="makarov", **changes)


def test_a_good_order_is_done_once(office):
    """It leaves one leaf, its bytes and signature are kept, and it answers."""
    signed, size = settle(office), office.size()
    done = office.perform([signed])
    assert Done(canonical.digest(signed.body), (), "cover/Molotov") == done
    assert size + 1 == office.size()
    with office.view() as books:
        kept = books.orders.get(done.order)
    assert (signed.body, signed.signature, "makarov", "settle", size) == (
        kept.body,
        kept.signature,
        kept.officer,
        kept.act,
        kept.leaf_index,
    )


def test_the_same_order_again_is_a_repeat(office):
    """It gives what came of it then, and writes nothing twice; a second to it changes nothing."""
    signed = settle(office)
    done = office.perform([signed])
    before = office.dump()
    assert Repeat(done) == office.perform([signed])
    second = office.second(signed, by="vaganov")
    assert Repeat(done) == office.perform([signed, second])
    assert before == office.dump()


def test_a_repeat_is_told_even_after_its_time(office):
    """Who lost the answer may ask later: the order expired, what it did has not."""
    signed = settle(office)
    done = office.perform([signed])
    office.clock.pass_(days=30)
    office.give("relieve", {"person": "makarov", "reason": "x"}, two="vaganov")
    assert Repeat(done) == office.perform([signed])


def test_a_repeat_tells_which_copies_moved(office):
    """Handles come back in the order's own order."""
    copies = office.in_registry(3)
    signed = office.sign("file", {"place": "case 1"}, by="makarov", subjects=copies[::-1])
    done = office.perform([signed])
    assert tuple(copy.handle for copy in copies[::-1]) == done.copies
    assert Repeat(done) == office.perform([signed])


# 1. the bytes are an order, for this office and this ledger


@pytest.mark.parametrize("number", [0, 3])
def test_one_order_or_two(office, number):
    """No order, or three, are refused."""
    with refuses(office, f"{number} orders were given at once", OrderError):
        office.perform([settle(office)] * number)


@pytest.mark.parametrize("body", [b"", b"{}", b"\xff", b"[]"])
def test_bytes_that_are_no_order(office, body):
    """Refused before anything else is asked."""
    with refuses(office, error=MalformedError):
        office.perform([SignedOrder(body, "")])


def test_another_offices_order(office):
    """An order says which office it is for."""
    with refuses(office, "the order is for beijing, and this is moscow", OrderError):
        office.perform([office.sign("settle", SETTLE, office="beijing")])


def test_another_ledgers_order(office):
    """And for which ledger: a new ledger of the same office takes no old order."""
    with refuses(office, "the order is for moscow", OrderError):
        office.perform([settle(office, origin="moscow.test/older")])


# 2. it is in date, and made on a head that we have


def test_dates(office):
    """Good to the last second, then not; a clock a little ahead is forgiven, more is not."""
    late = settle(office)
    office.clock.set(later(START, days=1, seconds=1))
    with refuses(office, "the order was good until 1951-07-06T17:00:00Z", OrderError):
        office.perform([late])
    office.clock.set(later(START, days=1))
    office.perform([late])
    ahead = later(office.bureau.now(), seconds=CLOCK_SLACK_S + 1)
    with refuses(office, f"was signed at {ahead}, which has not come yet", OrderError):
        office.perform([settle(office, signed_at=ahead, not_after="")])
    office.perform(
        [settle(office, signed_at=later(office.bureau.now(), seconds=CLOCK_SLACK_S), not_after="")]
    )


def test_an_order_without_an_end_does_not_end(office):
    """``not_after`` may be left empty."""
    signed = settle(office, not_after="")
    office.clock.pass_(days=400)
    assert isinstance(office.perform([signed]), Done)


def test_heads(office):
    """More entries than we have: we are the old backup.  As many, under another root: a fork."""
    with refuses(office, "made on 999 entries and the books have fewer", OrderError):
        office.perform([settle(office, head=Head(999, bytes(32)))])
    head = log.sign_checkpoint(office.bureau, office.signer)
    with refuses(office, f"another ledger of {head.size} entries than ours", OrderError):
        office.perform([settle(office, head=Head(head.size, b"1" * 32))])
    old = settle(office)
    assert Head(head.size, head.root) == order_format.decode(old.body).head
    office.perform([settle(office)])
    log.sign_checkpoint(office.bureau, office.signer)
    assert isinstance(office.perform([old]), Done)  # made on an earlier head: still good


def test_the_head_of_an_empty_ledger():
    """Before the first leaf the only head is of nothing."""
    office = bare()
    log.sign_checkpoint(office.bureau, office.signer)
    office.appoint(CHIEF, role="chief")
    office.appoint("makarov", by=CHIEF, two="moscow")


# 3. its officer is in post   4. the signature is that officer's


def test_nobody_in_post(office):
    """A stranger's order, however well signed."""
    with refuses(office, "stranger is not an officer in post here", OrderError):
        office.give("settle", SETTLE, by="stranger")


def test_another_key(office):
    """The right person under a key that is not the appointment's."""
    stranger = OfficerKey(b"s" * 32)
    with refuses(office, "names a key that is not makarov's", OrderError):
        office.perform([settle(office, key=stranger.public_key.key_id())])


def test_signatures_that_do_not_hold(office):
    """Another's, for another purpose, over other words, cut, empty, two at once."""
    order = office.order("settle", SETTLE, by="makarov")
    body = order_format.encode(order)
    key = office.people["makarov"]
    good = key.sign("order@cablegram", body)
    for signature in (
        office.people["vaganov"].sign("order@cablegram", body),
        key.sign("letter@cablegram", body),
        key.sign("order@cablegram", body + b" "),
        good[:-40],
        "",
        good + good,
        good.replace("SSH", "PGP"),
    ):
        with refuses(office, "the signature on makarov's order does not hold", OrderError):
            office.perform([SignedOrder(body, signature)])
    assert isinstance(office.perform([SignedOrder(body, good)]), Done)


@pytest.mark.parametrize(
    "change",
    [
        {"facts": {**SETTLE, "value": "malenkov"}},
        {"number": 77},
        {"officer": "vaganov"},
        {"act": "correspond"},
        {"not_after": "1960-01-01T00:00:00Z"},
        {"head": Head(1, bytes(32))},
        {"seconds": digest("another")},
    ],
)
def test_an_altered_order(office, change):
    """No field can be changed under a signature."""
    order = office.order("settle", SETTLE, by="makarov")
    signed = office.seal(order)
    altered = SignedOrder(order_format.encode(replace(order, **change)), signed.signature)
    with refuses(office, error=OrderError):
        office.perform([altered])


# 5. its number is new


def test_a_number_is_used_once(office):
    """Another order under a number that the officer used; another officer may use it."""
    first = settle(office)
    number = order_format.decode(first.body).number
    office.perform([first])
    with refuses(office, f"makarov used order number {number} before", OrderError):
        office.perform(
            [office.sign("settle", {**SETTLE, "value": "x"}, by="makarov", number=number)]
        )
    office.perform([office.sign("settle", {**SETTLE, "value": "x"}, by="vaganov", number=number)])


def test_a_second_spends_its_number_too(office):
    """The number of a seconding order is used as well."""
    office.appoint("vyshinsky", by=CHIEF, two="makarov")
    number = office.numbers["makarov"]
    with refuses(office, f"makarov used order number {number} before", OrderError):
        office.perform([settle(office, number=number)])


# 6. a second order says the same, names the first, and is another person's


def relief(office, by=CHIEF, **changes):
    facts = {"person": "makarov", "reason": "retired"}
    return office.sign("relieve", facts, by=by, **changes)


def test_one_person_where_two_must(office):
    """An act of two by one."""
    with refuses(office, "relieve takes two persons, and one ordered it", OrderError):
        office.perform([relief(office)])


def test_the_same_person_twice_is_one(office):
    """By the same key, or by another: a person is not a key."""
    first = relief(office)
    with refuses(office, "chief signed both orders, and two persons must", OrderError):
        office.perform([first, office.second(first, by=CHIEF)])


def test_a_second_that_says_something_else(office):
    """Another act, subject, fact or first: none of them seconds this one."""
    first, other = relief(office), relief(office)
    seconds = {"seconds": canonical.digest(first.body)}
    for second in (
        office.second(other, by="vaganov"),
        office.sign("relieve", {"person": "makarov", "reason": "shot"}, by="vaganov", **seconds),
        office.sign("settle", SETTLE, by="vaganov", **seconds),
    ):
        with refuses(office, "does not say what the first says", OrderError):
            office.perform([first, second])
    with refuses(office, "vaganov is officer here, and may not order relieve", OrderError):
        office.perform([first, relief(office, by="vaganov")])
    with refuses(office, "vaganov is officer here, and may not order relieve", OrderError):
        office.perform([first, office.second(first, by="vaganov", seconds="")])


def test_a_second_alone_orders_nothing(office):
    """Nor can it stand first."""
    first = relief(office)
    second = office.second(first, by="vaganov")
    for given in ([second], [second, first]):
        with refuses(office, "seconds another was given alone", OrderError):
            office.perform(given)


def test_a_second_is_checked_like_a_first(office):
    """Out of date, not in post, badly signed: a second counts only if it would as a first."""
    first = relief(office)
    second = office.second(first, by="vaganov")
    with refuses(office, "is not an officer in post", OrderError):
        office.perform([first, office.second(first, by="stranger")])
    with refuses(office, "signature on vaganov's order does not hold", OrderError):
        office.perform([first, SignedOrder(second.body, first.signature)])
    office.perform([first, second])
    with office.view() as books:
        kept = books.orders.get(canonical.digest(second.body))
    assert ("vaganov", office.size() - 1) == (kept.officer, kept.leaf_index)
    assert "vaganov" == office.leaves()[-1][1].second
    assert canonical.digest(second.body) == office.leaves()[-1][1].seconds


def test_a_second_is_welcome_where_one_would_do(office):
    """Two may order what one could."""
    first = settle(office)
    office.perform([first, office.second(first, by="vaganov")])
    assert ("makarov", "vaganov") == (office.leaves()[-1][1].officer, office.leaves()[-1][1].second)


# --- what an order may say, and who carries it out ------------------------------------------------


@pytest.mark.parametrize(
    ("act", "facts", "says"),
    [
        ("settle", {"name": "cover/X"}, "settle was ordered without value"),
        ("settle", {**SETTLE, "colour": "red"}, "settle has no use for colour"),
        ("muster", {"cut_off": START}, "muster was ordered without sighted"),
        ("alarm", {"reason": "x"}, "alarm was ordered without number"),
    ],
)
def test_office_acts_say_what_they_must(office, act, facts, says):
    """Facts missing or too many, as with copies."""
    with refuses(office, says, OrderError):
        office.give(act, facts)


@pytest.mark.parametrize("act", ["release", "open", "print"])
def test_what_is_the_rooms(office, act):
    """The registry carries out nothing that needs the office's keys."""
    with refuses(office, f"{act} is the cipher room's to carry out", OrderError):
        office.give(act, {})


def test_two_where_the_series_asks(office):
    """``release`` and ``open`` take two if the series says so."""
    given = orders.Given(office.order("open", {"sealed": digest("x")}), "", None, "", ())
    orders.needs_two(given, frozenset({"allot"}))
    with pytest.raises(OrderError, match="open takes two persons"):
        orders.needs_two(given, frozenset({"open"}))
    seconded = replace(given, second=office.order("open", by="makarov"))
    orders.needs_two(seconded, frozenset({"open"}))


def test_what_is_named_must_be_in_the_books(office):
    """A copy that nobody knows."""
    with refuses(office, "names a copy that is not in the books"):
        office.give("file", {"place": "x"}, subjects=[Subject("f" * 32, 1)])
    with refuses(office, "file was ordered on no copy"):
        office.give("file", {"place": "x"})


def test_perform_is_the_packages_front(office):
    """``cablegram.registry`` shows the entry points."""
    assert isinstance(perform([settle(office)], office.bureau), Done)


def test_an_order_that_landed_in_date_may_be_carried_to_its_end_after_it():
    """Expiry and relief stop what has not begun; what landed is finished by the same bytes."""
    office = found()
    signed = office.sign("settle", {"name": "cover/A", "value": "anna"}, by="makarov")
    office.perform([signed])
    office.clock.pass_(days=400)
    two = office.sign("relieve", {"person": "makarov", "reason": "leave"})
    office.perform([two, office.second(two, by="vaganov")])
    with office.view() as books:
        assert "makarov" == orders.check(books, [signed], office.bureau).first.officer
    unspent = office.sign("settle", {"name": "cover/B", "value": "boris"}, by="makarov")
    with office.view() as books, pytest.raises(OrderError, match="not an officer in post"):
        orders.check(books, [unspent], office.bureau)


def test_an_order_set_by_hand_among_the_spent_ones_is_held_to_whoever_stood_then():
    """A row in the books does not put anybody in post, nor does it sign."""
    office = found()
    stranger = office.sign("settle", {"name": "cover/A", "value": "anna"}, by="mallory")
    digest = canonical.digest(stranger.body)
    with office.page() as page:
        page.orders.add(
            KeptOrder(digest, "mallory", 1, "settle", stranger.body, stranger.signature, 2)
        )
    with office.view() as books, pytest.raises(OrderError, match="not an officer in post"):
        orders.check(books, [stranger], office.bureau)


def test_a_relieved_officer_cannot_have_an_order_written_among_the_spent_ones(office):
    """What landed is what a leaf commits to: a row by hand makes nothing old."""
    landed = office.size() - 1
    office.give("relieve", {"person": "makarov", "reason": "leave"}, two="vaganov")
    late = office.sign("settle", SETTLE, by="makarov")
    digest_ = canonical.digest(late.body)
    for index in (landed, 9999):
        with office.page() as page:
            page.orders.put(
                KeptOrder(digest_, "makarov", 77, "settle", late.body, late.signature, index)
            )
        with office.view() as books, pytest.raises(OrderError, match="not an officer in post"):
            orders.check(books, [late], office.bureau)


def test_a_leaf_by_hand_does_not_make_an_order_old(office):
    """Not even one that stands in the ledger: it stands after the relief."""
    office.give("relieve", {"person": "makarov", "reason": "leave"}, two="vaganov")
    late = office.sign("settle", SETTLE, by="makarov")
    digest_ = canonical.digest(late.body)
    entry = replace(office.leaves()[-1][1], subject="f" * 32, seq=1, order=digest_)
    with office.page() as page:
        index = entries.enter(page, [entry], office.bureau)
        page.orders.put(
            KeptOrder(digest_, "makarov", 77, "settle", late.body, late.signature, index)
        )
    with office.view() as books, pytest.raises(OrderError, match="was not in post when the order"):
        orders.check(books, [late], office.bureau)


def test_an_order_of_a_former_appointment(office):
    """Who left and came back with another key: each order is held to the appointment of its day."""
    signed = settle(office)
    office.perform([signed])
    office.give("relieve", {"person": "makarov", "reason": "leave"}, two="vaganov")
    office.people["makarov"] = OfficerKey(b"m" * 32)
    office.appoint("makarov", by=CHIEF, two="vaganov")
    second = settle(office)
    office.perform([second])
    with office.view() as books:
        for one in (signed, second):
            assert "makarov" == orders.check(books, [one], office.bureau).first.officer


def test_books_behind_their_published_checkpoint_take_no_order(tmp_path):
    """Yesterday's books beside today's ledger: refused before anything is written."""
    office = found()
    with office.view() as books:
        before = books.head.get("head")
    log.sign_checkpoint(office.bureau, office.signer)
    office.cover("A", "anna")
    log.sign_checkpoint(office.bureau, office.signer)
    with office.page() as page:
        head = page.head.get("head")
        page.head.put(replace(head, size=head.size - 1))
    with refuses(office, "the published checkpoint has", LedgerError):
        office.cover("B", "boris")
    assert before is None or before.size < head.size
