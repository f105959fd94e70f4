"""A hand in the books: setting any column by SQL opens, prints, issues and destroys nothing.

Whoever can write the books cannot sign.  Each attempt below writes what would have to stand
there for an act to be allowed, and then gives the order that the row would excuse.
"""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from cablegram.errors import CablegramError, CustodyError, OrderError
from cablegram.ledger import log
from cablegram.model.acts import State
from cablegram.model.custody import Copy
from cablegram.model.handling import default_series
from cablegram.model.records import CoverName, Officer, Proxy, Setting, Waiver
from cablegram.registry import holding, matters, offices
from cablegram.wire import canonical
from cablegram.wire.leaf import decode_entry, encode_entry, make
from offices import CHIEF, START, digest, found, later, refuses

ISSUE = {"holder": "stalin", "due_at": later(START, days=1), "return_to": "here"}


@pytest.fixture
def office():
    return found(regime=replace(default_series("T", "here"), two=frozenset({"open", "allot"})))


def printed(office):
    made = office.telegram(copies=4).copies
    return office.printed(made)


@pytest.mark.parametrize("name", [field.name for field in fields(Copy)])
def test_no_column_of_a_copy_can_be_set(office, name):
    """Whatever column is another than the ledger has it: nothing more is done to that copy."""
    made = printed(office)
    office.give("verify", {}, by="makarov", subjects=made)
    copy = office.copy(made[0])
    other = {"state": State.FILED, "handle": copy.handle}.get(
        name, 7 if isinstance(getattr(copy, name), int) else "moved"
    )
    changed = replace(copy, **{name: other})
    with office.page() as page:
        page.copies.put(changed)
    if changed == copy:
        return
    subject = replace(changed, seq=changed.seq)
    with refuses(office, "", CablegramError) as caught:
        office.give("issue", ISSUE, by="makarov", subjects=[subject])
    if name != "seq":
        assert "is not in the books as the ledger has it" in str(caught[0])


@pytest.mark.parametrize(
    ("state", "act", "facts", "two"),
    [
        (State.IN_REGISTRY, "issue", ISSUE, ""),
        (State.IN_REGISTRY, "destroy", {"method": "burnt", "sheets": 2}, "vaganov"),
        (State.ALLOTTED, "void", {"reason": "x"}, ""),
        (State.LOST, "find", {"reason": "x"}, ""),
    ],
)
def test_a_state_set_by_hand_moves_nothing(office, state, act, facts, two):
    """A copy that was never verified does not leave, nor end, because a row says it was."""
    copy = printed(office)[0]
    with office.page() as page:
        page.copies.put(replace(copy, state=state))
    with refuses(office, "is not in the books as the ledger has it", CustodyError):
        office.give(act, facts, by="makarov", two=two, subjects=[copy])


def test_a_leaf_rewritten_in_the_books_is_not_the_published_one(office):
    """Row and leaf made to agree by hand: the published tile still knows better."""
    copy = printed(office)[0]
    log.sign_checkpoint(office.bureau, office.signer)
    forged = replace(copy, state=State.IN_REGISTRY)
    with office.page() as page:
        leaf = page.leaves.find("subject", copy.handle, copy.seq)[0]
        entry = replace(decode_entry(leaf.entry), act="verify", after=holding.row_digest(forged))
        page.leaves.put(
            replace(leaf, entry=encode_entry(entry), leaf=make(entry, leaf.seed), act="verify")
        )
        page.copies.put(forged)
    with refuses(office, "is not in the books as the ledger has it", CustodyError):
        office.give("issue", ISSUE, by="makarov", subjects=[copy])


def test_a_copy_put_back_to_an_earlier_row(office):
    """A row as it truly was once is not as it is."""
    copy = printed(office)[0]
    office.give("verify", {}, by="makarov", subjects=[copy])
    back = office.copy(copy)
    office.give("issue", ISSUE, by="makarov", subjects=[back])
    with office.page() as page:
        page.copies.put(back)
    with refuses(office, "is not in the books as the ledger has it", CustodyError):
        office.give("issue", ISSUE, by="makarov", subjects=[back])


def test_a_regime_set_by_hand_is_no_regime(office):
    """The two-person rule cannot be struck out of a series, nor another made current."""
    weaker = offices.write_series(replace(default_series("T", "here"), two=frozenset()))
    with office.view() as books:
        kept = books.settings.get("series/T")
    with office.page() as page:
        page.settings.put(Setting("series/T", weaker))
    with refuses(office, "what is settled as series/T is in the books, and no order", OrderError):
        office.cover("X", "stalin")
    with office.page() as page:
        page.settings.put(kept)
        page.settings.put(Setting("series/U", weaker.replace(b'"T"', b'"U"')))
    with refuses(office, "what is settled as series/U is in the books, and no order", OrderError):
        office.cover("X", "stalin")


def test_another_series_made_current_by_hand(office):
    """Which series is current is an order, too; the first one needs none."""
    office.settle(replace(default_series("U", "here"), two=frozenset()))
    office.cover("X", "stalin")
    with office.page() as page:
        page.settings.put(Setting("series", b"U"))
    with refuses(office, "the current series is in the books, and no order", OrderError):
        office.cover("Y", "stalin")
    with office.page() as page:
        page.settings.put(Setting("series", b"T"))
    office.give("settle", {"name": "series", "value": "U"})
    with office.page() as page:
        page.settings.put(Setting("series", b"T"))
    with refuses(office, "the current series is in the books, and no order", OrderError):
        office.cover("Y", "stalin")


def test_an_earlier_regime_put_back_by_hand(office):
    """What was ordered once and ordered otherwise since does not stand."""
    with office.view() as books:
        earlier = books.settings.get("series/T")
    office.settle(replace(default_series("T", "here"), two=frozenset({"release", "allot"})))
    with office.page() as page:
        page.settings.put(earlier)
    with refuses(office, "what is settled as series/T", OrderError):
        office.cover("X", "stalin")


def test_a_cover_name_turned_by_hand_to_another_person(office):
    """Or copies would be allotted to a silent reader."""
    with office.page() as page:
        page.cover_names.put(CoverName("Filippov", "beria"))
    with refuses(office, "what is settled as cover/Filippov", OrderError):
        office.telegram(addressees=("Filippov",))


def test_a_correspondent_confirmed_by_hand(office):
    """A card that nobody compared is not sealed to, whatever the row says."""
    other = found("beijing")
    office.know(other, compared="")
    with office.page() as page:
        row = page.correspondents.get("beijing")
        page.correspondents.put(replace(row, confirmed=1))
    with office.view() as books, pytest.raises(OrderError, match="was compared is in the books"):
        offices.correspondent(books, "beijing", office.bureau)
    office.know(other)
    stranger = found("nanjing").bureau.card
    with office.page() as page:
        page.correspondents.put(replace(row, card=stranger, confirmed=1))
    with office.view() as books, pytest.raises(OrderError, match="the card of beijing is in"):
        offices.correspondent(books, "beijing", office.bureau)


def test_proxies_and_waivers_written_by_hand(office):
    """Rows list them; orders make them."""
    copy = printed(office)[0]
    with office.page() as page:
        page.proxies.put(Proxy("stalin", "beria", "open", "", 1, 0))
        page.waivers.put(Waiver(1, "verify", CHIEF, "x", "", 1, 0))
    with refuses(office, "no standing order 1 lets chief verify", CustodyError):
        office.give("verify", {"waiver": "1"}, by=CHIEF, subjects=[copy])
    office.give("verify", {}, by="makarov", subjects=[copy])
    with refuses(office, "beria may not receive for stalin", CustodyError):
        facts = {**ISSUE, "proxy": "beria"}
        office.give("issue", facts, by="makarov", subjects=[office.copy(copy)])


def test_roles_and_dates_widened_by_hand(office):
    """A verifier does not become a chief by a row, nor an ended post go on."""
    facts = {"person": "late", "key_line": office.hire("late").public_key.line()}
    until = later(START, hours=1)
    office.give("appoint", {**facts, "role": "verifier", "until_at": until}, two="makarov")
    with office.view() as books:
        (row,) = books.officers.find("", "late")
    for changes in ({"role": "chief"}, {"until_at": ""}, {"since_at": START}):
        with office.page() as page:
            page.officers.put(replace(row, **changes))
        with refuses(office, "does not go back to the office key", OrderError):
            office.give("waive", {"what": "verify", "person": CHIEF, "reason": "x"}, by="late")
    assert isinstance(row, Officer)


def test_who_opened_is_what_the_ledger_says(office):
    """Another opener written into the telegram's row lets the real one verify nothing."""
    made = office.printed(office.telegram(by="vaganov").copies, by=CHIEF)
    with office.page() as page:
        telegram = page.telegrams.get(made[0].telegram)
        page.telegrams.put(replace(telegram, opened_by="stalin"))
    with refuses(office, "cannot be verified by vaganov", CustodyError):
        office.give("verify", {}, by="vaganov", subjects=made)


def rewritten(leaf, **changes):
    """The leaf with its entry changed, made to agree with itself again."""
    entry = replace(decode_entry(leaf.entry), **changes)
    return replace(leaf, entry=encode_entry(entry), leaf=make(entry, leaf.seed), act=entry.act)


def digest_of(order):
    return canonical.digest(order.body)


def test_a_matters_leaf_or_order_that_was_altered(office):
    """Every link from a settled matter back to the office key is held, one by one."""
    reader = {"person": "reader", "key_line": office.hire("reader").public_key.line()}
    office.give("appoint", {**reader, "role": "reader"}, two="makarov")
    facts = {"holder": "stalin", "person": "molotov", "may": "open"}
    signed = office.sign("proxy", facts, by="makarov")
    office.perform([signed, office.second(signed, by="vaganov")])
    name = "proxy/stalin/molotov"
    elsewhere = office.sign("proxy", facts, by="makarov", origin="moscow.test/another")
    another = office.sign("proxy", {**facts, "may": "receive"}, by="makarov")
    alone = office.second(signed, by="makarov")
    unrelated = office.second(another, by="vaganov")
    by_a_reader = office.second(signed, by="reader")

    def attempt(alter):
        matters._proved.clear()
        with office.page() as page:
            leaf = page.leaves.find("subject", matters.handle(page, name))[0]
            entry = decode_entry(leaf.entry)
            kept = [page.orders.get(digest) for digest in (entry.order, entry.seconds)]
            alter(page, leaf, *kept)
        try:
            with office.view() as books, pytest.raises(OrderError):
                matters.newest(books, name, office.bureau)
        finally:
            with office.page() as page:
                page.leaves.put(leaf)
                page.orders.put_all(kept)

    def put_in(signed, **changes):
        """A leaf that says it stands on this order, which somebody did sign."""

        def alter(page, leaf, first, _):
            order = replace(first, digest=digest_of(signed), body=signed.body)
            page.orders.put(replace(order, signature=signed.signature, number=77))
            page.leaves.put(rewritten(leaf, **changes))

        attempt(alter)

    attempt(lambda page, leaf, *_: page.leaves.put(replace(leaf, seed=bytes(32))))
    attempt(lambda page, leaf, *_: page.leaves.put(replace(leaf, seq=9)))
    attempt(lambda page, leaf, *_: page.leaves.put(rewritten(leaf, act="unproxy")))
    attempt(lambda page, leaf, *_: page.leaves.put(rewritten(leaf, seconds=digest("none"))))
    attempt(lambda page, _, order, __: page.orders.put(replace(order, body=b"{}")))
    attempt(lambda page, _, order, __: page.orders.put(replace(order, signature="x")))
    attempt(lambda page, _, __, second: page.orders.put(replace(second, body=b"{}")))
    attempt(lambda page, _, __, second: page.orders.put(replace(second, signature="x")))
    put_in(elsewhere, order=digest_of(elsewhere), seconds="")
    put_in(alone, seconds=digest_of(alone))
    put_in(unrelated, seconds=digest_of(unrelated))
    put_in(by_a_reader, seconds=digest_of(by_a_reader))
    with office.view() as books:
        assert "open" == matters.newest(books, name, office.bureau).facts["may"]
        assert "open" == matters.all_of(books, name, office.bureau)[-1].facts["may"]


def test_what_was_proved_is_not_remembered_for_ever(office, monkeypatch):
    """The memory of proofs has a bound, and what fell out of it is proved again."""
    monkeypatch.setattr(matters, "_PROVED_MAX", 1)
    matters._proved.clear()
    for person in ("stalin", "molotov"):
        office.cover(person.capitalize(), person)
    for person in ("stalin", "molotov", "stalin"):
        with office.view() as books:
            assert person == offices.covered(books, person.capitalize(), office.bureau)
            assert 1 == len(matters._proved)


def test_a_relief_altered_by_hand_leaves_nobody_in_post(office):
    """The leaf that ended an appointment cannot be made to say that it ended another."""
    key = office.hire("late").public_key
    office.give(
        "appoint", {"person": "late", "key_line": key.line(), "role": "chief"}, two="makarov"
    )
    office.give("relieve", {"person": "late", "reason": "x", "key": key.key_id()}, two="makarov")
    with office.page() as page:
        (row,) = page.officers.find("", "late")
        relief = page.leaves.get(row.until_index)
        page.officers.put(replace(row, until_index=0))
        evidence = decode_entry(relief.entry).evidence.replace(key.key_id(), digest("another"))
        entry = replace(decode_entry(relief.entry), evidence=evidence)
        page.leaves.put(replace(relief, entry=encode_entry(entry)))
    with refuses(office, "does not go back to the office key", OrderError):
        office.give("waive", {"what": "verify", "person": CHIEF, "reason": "x"}, by="late")


SPENT = {
    "appoint": lambda o: {
        "person": "gone",
        "key_line": o.hire("gone").public_key.line(),
        "role": "chief",
    },
    "settle": lambda _: {
        "name": "series/T",
        "value": offices.write_series(
            replace(default_series("T", "here"), two=frozenset())
        ).decode(),
    },
    "waive": lambda _: {"what": "verify", "person": CHIEF, "reason": "x"},
}
ENDED = {
    "appoint": ("relieve", {"person": "gone", "reason": "x"}),
    "waive": ("unwaive", {"number": "1", "reason": "x"}),
}


@pytest.mark.parametrize("gone", [("pages",), ("pages", "orders")], ids=" and ".join)
@pytest.mark.parametrize("act", SPENT)
def test_a_spent_order_does_not_land_again(office, act, gone):
    """Whoever takes its page out of the books, and the order too, brings nothing back by it.

    The order itself is at hand: it lies in the books with its signatures.
    """
    first = office.sign(act, SPENT[act](office))
    signed = [first, office.second(first, by="makarov")]
    office.perform(signed)
    if act in ENDED:
        ended, facts = ENDED[act]
        office.give(ended, facts, two="makarov")
    named = canonical.digest(first.body)
    keys = {"pages": (f"order {named}",), "orders": (named,)}
    for shelf in gone:
        rows = office.bureau.books._shelves
        kept = {key: row for key, row in rows[shelf].items() if key != keys[shelf]}
        assert len(kept) + 1 == len(rows[shelf])
        office.bureau.books._shelves = {**rows, shelf: kept}
    # A series is held to its order at every act, and misses it sooner.
    by_hand = act == "settle" and "orders" in gone
    says = "no order on the ledger" if by_hand else "carried out before"
    with refuses(office, says, OrderError):
        office.perform(signed)


def test_what_a_refusal_names_was_taken_away_by_hand(office):
    """A telegram without its row, or with a term that is none: refused in three sentences still."""
    made = printed(office)
    office.give("verify", {}, by="makarov", subjects=made)
    copy = office.copy(made[0])
    with office.page() as page:
        row = page.telegrams.get(copy.telegram)
        page.telegrams.put(replace(row, return_count=3, return_unit="moons"))
    with refuses(office, "the return term of 1 is none", CustodyError):
        office.give("issue", ISSUE, by="makarov", subjects=[copy])
    rows = office.bureau.books._shelves
    rows["telegrams"] = {}
    with refuses(office, "that there is no telegram of these copies", OrderError):
        office.give("issue", ISSUE, by="makarov", subjects=[copy])
