"""Orders at the room's door: without the right ones nothing is sealed, opened or printed (P8)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cablegram.errors import CablegramError, OrderError, UnknownError
from cablegram.model.acts import State
from cablegram.model.handling import default_series
from cablegram.model.orders import SignedOrder
from cablegram.model.records import KeptOrder, Officer, PageKey
from cablegram.sealing import age
from cablegram.wire import canonical
from cablegram.wire import order as order_format
from offices import later
from rooms import line_of, refused, saved


@pytest.fixture
def desk(quick_press):
    """Eighth, with one envelope in its tray and one draft."""
    (beijing, eighth), _ = line_of("beijing", "eighth")
    for text in (b"One.\n", b"Two.\n"):
        beijing.send(beijing.draft(("eighth",), {"en": text}))
    beijing.carry()
    eighth.taken = [one.digest for one in eighth.take_in()]
    eighth.drafted = eighth.draft(("beijing",))
    return eighth


@pytest.fixture
def unread(monkeypatch):
    """Fails the test if anything at all is deciphered."""

    def decrypt(*_, **__):
        raise AssertionError("something was deciphered")

    monkeypatch.setattr(age, "decrypt", decrypt)


def asked(desk, act, **changes):
    """An order for this act on the first envelope, or the draft."""
    facts = {"release": {"draft": desk.drafted}, "open": {"sealed": desk.taken[0]}}[act]
    return desk.office.sign(act, facts, **changes)


def give(desk, act, orders):
    if act == "release":
        return desk.room.seal(desk.drafted, orders)
    return desk.room.open(desk.taken[0], orders)


def spoiled(desk, act):
    """Orders that must not do, by name, with what the refusal says."""
    other = {"release": "open", "open": "release"}[act]
    now = desk.bureau.now()
    good = asked(desk, act)
    stranger = desk.office.hire("stranger")
    body = order_format.encode(desk.office.order(act, order_format.decode(good.body).facts))
    facts = {"release": {"draft": desk.taken[0]}, "open": {"sealed": desk.taken[1]}}[act]
    return {
        "none": ([], "0 orders"),
        "another thing": ([desk.office.sign(act, facts)], "something else"),
        "another act": ([asked(desk, other)], "something else"),
        "a useless fact": (
            [desk.office.sign(act, {**order_format.decode(good.body).facts, "extra": "x"})],
            "no use for extra",
        ),
        "expired": (
            [asked(desk, act, signed_at=later(now, days=-2), not_after=later(now, days=-1))],
            "was good until",
        ),
        "of tomorrow": ([asked(desk, act, signed_at=later(now, hours=1))], "has not come yet"),
        "another office's": ([asked(desk, act, office="beijing")], "is for beijing"),
        "another ledger's": ([asked(desk, act, origin="x.test/ledger")], "is for eighth"),
        "nobody's": ([asked(desk, act, by="stranger")], "stranger"),
        "another's signature": (
            [SignedOrder(body, stranger.sign(order_format.NAMESPACE, body))],
            "",
        ),
        "the office key's": ([asked(desk, act, by="eighth")], "the office key cannot order"),
        "a login challenge": (
            [SignedOrder(body, desk.office.hire("chief").sign("login@cablegram", body))],
            "",
        ),
        "a second alone": ([desk.office.second(good, by="makarov")], "given alone"),
        "three": ([good, good, good], "3 orders"),
        "one person twice": ([good, desk.office.second(good, by="chief")], "signed both orders"),
    }


SPOILED = (
    "none",
    "another thing",
    "another act",
    "a useless fact",
    "expired",
    "of tomorrow",
    "another office's",
    "another ledger's",
    "nobody's",
    "another's signature",
    "the office key's",
    "a login challenge",
    "a second alone",
    "three",
    "one person twice",
)


@pytest.mark.parametrize("act", ["release", "open"])
@pytest.mark.parametrize("name", SPOILED)
def test_an_order_that_does_not_hold_deciphers_nothing(desk, unread, act, name):
    """P8: the room checks every order itself, before anything is deciphered."""
    orders, match = spoiled(desk, act)[name]
    with refused(desk, CablegramError, match or None):
        give(desk, act, orders)
    assert {} == desk.bureau.paper.sheets


def test_every_spoiled_order_has_its_test(desk):
    """The list of names is whole."""
    assert set(SPOILED) == set(spoiled(desk, "open")) == set(spoiled(desk, "release"))


@pytest.mark.parametrize("act", ["release", "open"])
def test_an_officer_who_was_relieved_orders_nothing(desk, unread, act):
    """An order signed before, given after, is of no use."""
    order = asked(desk, act, by="vaganov")
    desk.office.give("relieve", {"person": "vaganov", "reason": "leave"}, two="makarov")
    desk.head()
    with refused(desk, OrderError, "vaganov"):
        give(desk, act, [order])


@pytest.mark.parametrize("act", ["release", "open"])
def test_where_the_series_asks_two_one_deciphers_nothing(desk, act, monkeypatch):
    """P8: under the two-person rule no single person causes a deciphering."""
    regime = default_series("T", "the Eighth Department")
    desk.office.settle(replace(regime, two=frozenset({"release", "open"})))
    desk.head()
    first = asked(desk, act)
    with monkeypatch.context() as patch:
        patch.setattr(age, "decrypt", lambda *_, **__: pytest.fail("deciphered"))
        with refused(desk, OrderError, "takes two persons"):
            give(desk, act, [first])
        with refused(desk, OrderError, "signed both"):
            give(desk, act, [first, desk.office.second(first, by="chief")])
        with refused(desk, OrderError, "does not say what the first says"):
            give(desk, act, [first, desk.office.second(asked(desk, act), by="makarov")])
    assert give(desk, act, [first, desk.office.second(first, by="makarov")])


@pytest.mark.parametrize("act", ["release", "open"])
def test_rows_written_into_the_books_by_hand_approve_nothing(desk, unread, act):
    """P8: approvals are signed orders, not rows: what SQL can set opens nothing."""
    thief = desk.office.hire("thief")
    order = asked(desk, act, by="thief")
    digest = canonical.digest(order.body)
    with desk.office.page() as page:
        real = page.officers.find("", "chief")[0]
        page.officers.put(
            Officer(
                "thief",
                thief.public_key.key_id(),
                thief.public_key.line(),
                "chief",
                "",
                real.since_index,
                0,
                real.order_digest,
                real.second_digest,
            )
        )
        page.orders.put(KeptOrder(digest, "thief", 1, act, order.body, order.signature, 3))
    with refused(desk, OrderError, None):
        give(desk, act, [order])
    # an appointment of another key for an officer in post
    with desk.office.page() as page:
        row = page.officers.find("", "chief")[0]
        page.officers.put(
            replace(row, key=thief.public_key.key_id(), key_line=thief.public_key.line())
        )
    body = order_format.encode(
        desk.office.order(act, order_format.decode(order.body).facts, key=thief.public_key.key_id())
    )
    with refused(desk, OrderError, None):
        give(desk, act, [SignedOrder(body, thief.sign(order_format.NAMESPACE, body))])


def test_a_page_key_written_by_hand_lets_nothing_be_opened(desk, unread):
    """A key without its page answers for nothing that is not in the register."""
    order = asked(desk, "open")
    with desk.office.page() as page:
        page.pages.put(PageKey(f"open {desk.taken[0]} {canonical.digest(order.body)}", b""))
    with pytest.raises(AssertionError, match="has its telegram"):
        give(desk, "open", [order])


def test_a_state_set_back_by_hand_does_not_bring_a_second_telegram(desk):
    """The tray's state set to waiting by SQL: the circuit still knows the letter."""
    first = give(desk, "open", [asked(desk, "open")])
    with desk.office.page() as page:
        row = page.incoming.get(desk.taken[0])
        page.incoming.put(replace(row, state="waiting", telegram=""))
    again = give(desk, "open", [asked(desk, "open")])
    assert {**first, "repeat": 1} == {**again, "alarm": first["alarm"]}


def test_a_print_order_replayed_after_copies_were_set_back_by_hand_prints_nothing(desk):
    """P8: no web administrator can cause an extra copy, not even with an order of yesterday."""
    opened = give(desk, "open", [asked(desk, "open")])
    telegram = str(opened["telegram"])
    order = desk.office.sign("print", {}, subjects=desk.copies(telegram))
    before = saved(desk, "books")
    done = desk.room.print(telegram, [order])
    sheets = dict(desk.bureau.paper.sheets)
    desk.bureau.paper.sheets.clear()
    with desk.office.page() as page:
        for copy in page.copies.find("telegram", telegram):
            page.copies.put(replace(copy, state=State.ALLOTTED, seq=1))
    assert done == desk.room.print(telegram, [order])
    assert {} == desk.bureau.paper.sheets
    assert 4 == len(sheets)
    # the page's key taken away too, as SQL can: the room remembers
    head = desk.memory.head()
    before()
    with desk.office.page() as page:
        page.orders.put(
            KeptOrder(
                canonical.digest(order.body), "chief", 9, "print", order.body, order.signature, 3
            )
        )
        page.head.put(replace(page.head.get("head"), size=head))
    with refused(desk, OrderError, "the books do not know it"):
        desk.room.print(telegram, [order])
    assert {} == desk.bureau.paper.sheets


def test_an_order_replayed_is_told_what_came_of_it(desk):
    """The same order again does nothing again."""
    order = asked(desk, "release")
    sent = give(desk, "release", [order])
    before = desk.office.dump()
    assert sent == give(desk, "release", [order])
    assert before == desk.office.dump()
    order = asked(desk, "open")
    opened = give(desk, "open", [order])
    before = desk.office.dump()
    again = give(desk, "open", [order])
    assert {**opened, "repeat": 1} == {**again, "alarm": opened["alarm"]}
    assert before == desk.office.dump()


def test_an_order_given_to_the_desk_does_not_do_the_rooms_work(desk):
    """What only the room does is refused elsewhere, and the order stays unspent."""
    order = asked(desk, "open")
    with refused(desk, OrderError, "is the cipher room's to carry out"):
        desk.office.perform([order])
    assert 0 == give(desk, "open", [order])["repeat"]


def test_things_that_are_not_there_are_not_found(desk):
    """Each verb says what it did not find."""
    nothing = canonical.digest(b"nothing")
    with refused(desk, UnknownError, "no such draft"):
        desk.room.seal(nothing, [desk.office.sign("release", {"draft": nothing})])
    with refused(desk, UnknownError, "no such envelope"):
        desk.room.open(nothing, [desk.office.sign("open", {"sealed": nothing})])
    with refused(desk, UnknownError, "no such telegram"):
        desk.room.print("00" * 16, [desk.office.sign("print", {})])
    with refused(desk, UnknownError, "no such paper is owed"):
        desk.room.sign_receipt(nothing)
    sent = give(desk, "release", [asked(desk, "release")])
    with refused(desk, UnknownError, "no such telegram"):
        desk.room.print(str(sent["telegram"]), [desk.office.sign("print", {})])
