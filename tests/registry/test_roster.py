"""The roster: nobody is in post but by orders that go back to the office key."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cablegram.errors import MalformedError, OrderError, UnknownError
from cablegram.model.orders import SignedOrder
from cablegram.model.records import Officer
from cablegram.registry import orders, roster
from cablegram.wire import canonical
from cablegram.wire import order as order_format
from offices import CHIEF, bare, digest, found, refuses


@pytest.fixture
def office():
    return found()


def rows(office, person):
    with office.view() as books:
        return list(books.officers.find("", person))


def row_of(office, person):
    return rows(office, person)[-1]


def put(office, row):
    """A hand in the books: a row on the officers shelf that no order wrote."""
    with office.page() as page:
        page.officers.put(row)


def settle(office, by):
    """Something that any officer in post may order."""
    return office.give("settle", {"name": "cover/Molotov", "value": "molotov"}, by=by)


# --- founding -------------------------------------------------------------------------------------


def test_the_office_key_appoints_the_first_alone_and_seconds_the_next():
    """Until two persons are in post the office key makes and seconds appointments."""
    office = bare()
    office.appoint(CHIEF, role="chief")
    assert ("", "chief", 0) == (
        row_of(office, CHIEF).second_digest,
        row_of(office, CHIEF).role,
        row_of(office, CHIEF).until_index,
    )
    office.appoint("makarov", by=CHIEF, two="moscow")
    settle(office, "makarov")
    with office.view() as books:
        assert ("chief", "makarov") == roster.persons_in_post(books)


def test_the_office_key_may_sign_first_and_the_chief_second():
    """The other way round is as good."""
    office = bare()
    office.appoint(CHIEF, role="chief")
    office.appoint("makarov", by="moscow", two=CHIEF)
    settle(office, "makarov")


def test_the_office_key_alone_makes_no_second_officer():
    """Only the very first stands alone: a second takes a second person."""
    office = bare()
    office.appoint(CHIEF, role="chief")
    with refuses(office, "takes two persons", OrderError):
        office.appoint("makarov")
    with refuses(office, "takes two persons", OrderError):
        office.appoint("makarov", by=CHIEF)


def test_with_two_in_post_the_office_key_is_silent(office):
    """After that it can neither make nor second."""
    with refuses(office, "the office key cannot order appoint", OrderError):
        office.appoint("vyshinsky", by="moscow", two=CHIEF)
    with refuses(office, "the office key cannot order appoint", OrderError):
        office.appoint("vyshinsky", by=CHIEF, two="moscow")


@pytest.mark.parametrize("act", ["settle", "relieve", "muster"])
def test_the_office_key_orders_nothing_else(act):
    """Not even while nobody is in post."""
    office = bare()
    facts = {
        "settle": {"name": "cover/X", "value": "stalin"},
        "relieve": {"person": CHIEF, "reason": "x"},
        "muster": {"cut_off": "1951-07-05T17:00:00Z", "sighted": digest("")},
    }[act]
    with refuses(office, f"the office key cannot order {act}", OrderError):
        office.give(act, facts, by="moscow")


def test_every_key_of_the_card_must_sign():
    """A stripped companion signature, and one by another office, do not appoint."""
    office, other = bare(), bare("beijing")
    key = office.hire(CHIEF).public_key.line()
    order = office.order(
        "appoint", {"person": CHIEF, "key_line": key, "role": "chief"}, by="moscow"
    )
    body = order_format.encode(order)
    good = office.keys.sign("order@cablegram", body)
    for signatures in (
        good[:1],
        good[1:],
        [good[0], good[0]],
        other.keys.sign("order@cablegram", body),
        office.keys.sign("letter@cablegram", body),
        ["nonsense"],
        ["п"],
        [],
    ):
        with refuses(office, "the office's signature on an order does not hold", OrderError):
            office.perform([SignedOrder(body, "".join(signatures))])
    office.perform([SignedOrder(body, "".join(good))])
    assert row_of(office, CHIEF).role == "chief"


# --- appointing and relieving ---------------------------------------------------------------------


def test_appointing_takes_the_chief_and_another(office):
    """The chief signs first, another officer second; the row names both orders."""
    office.appoint("vyshinsky", by=CHIEF, two="vaganov")
    row = row_of(office, "vyshinsky")
    with office.view() as books:
        assert books.orders.get(row.order_digest).officer == CHIEF
        assert books.orders.get(row.second_digest).officer == "vaganov"
        assert books.orders.get(row.order_digest).leaf_index == row.since_index
    assert (office.size() - 1, "appoint", "vyshinsky") == (
        office.leaves()[-1][0],
        office.leaves()[-1][1].act,
        office.leaves()[-1][1].holder,
    )
    settle(office, "vyshinsky")


def test_an_officer_appoints_nobody(office):
    """Not even seconded by the chief."""
    with refuses(office, "makarov is officer here, and may not order", OrderError):
        office.appoint("vyshinsky", by="makarov", two=CHIEF)
    with refuses(office, "makarov is officer here, and may not order", OrderError):
        office.give("relieve", {"person": "vaganov", "reason": "x"}, by="makarov", two=CHIEF)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"person": "moscow"}, "moscow is the office itself"),
        ({"role": "clerk"}, "there is no role 'clerk'"),
        ({"role": "registrar drafter"}, "are not named in order"),
        ({"role": "drafter drafter"}, "are not named in order"),
        ({"since_at": "1951-07-05T16:59:59Z"}, "before it was ordered"),
        ({"since_at": "tomorrow"}, "is not a moment"),
        ({"until_at": "1951-07-05T17:00:00Z"}, "before it begins"),
        (
            {"since_at": "1951-07-07T00:00:00Z", "until_at": "1951-07-06T00:00:00Z"},
            "before it begins",
        ),
        ({"title": "Head\u202e"}, "bidirectional"),
        ({"person": "Вышинский"}, "is not a person's id"),
        ({"key_line": "ssh-rsa AAAA"}, ""),
        ({"role": ""}, "appoint was ordered without role"),
        ({"rank": "colonel"}, "appoint has no use for rank"),
    ],
)
def test_appointments_that_cannot_be(office, changes, says):
    """Each is refused by name, and nothing is written."""
    key = office.hire("vyshinsky").public_key.line()
    facts = {"person": "vyshinsky", "key_line": key, "role": "officer", **changes}
    with refuses(office, says):
        office.give("appoint", facts, by=CHIEF, two="makarov")


def test_a_key_is_one_persons_for_ever(office):
    """A key that was ever somebody's cannot be another's, in post or not."""
    makarovs = office.people["makarov"].public_key.line()
    facts = {"person": "vyshinsky", "key_line": makarovs, "role": "officer"}
    with refuses(office, "is or was another person's", OrderError):
        office.give("appoint", facts, two="makarov")
    office.give("relieve", {"person": "makarov", "reason": "x"}, two="vaganov")
    with refuses(office, "is or was another person's", OrderError):
        office.give("appoint", facts, two="vaganov")


def test_relieved_is_out(office):
    """From the leaf of the relief on, nothing they sign counts; the last chief cannot go."""
    office.give("relieve", {"person": "makarov", "reason": "retired"}, two="vaganov")
    assert office.size() - 1 == row_of(office, "makarov").until_index
    with refuses(office, "makarov is not an officer in post here", OrderError):
        settle(office, "makarov")
    with refuses(office, "makarov is not an officer in post here", OrderError):
        office.give("relieve", {"person": "makarov", "reason": "x"}, two="vaganov")
    with refuses(office, "chief is the only chief", OrderError):
        office.give("relieve", {"person": CHIEF, "reason": "x"}, two="vaganov")


def test_a_chief_may_go_when_there_is_another(office):
    """And then only the other one appoints."""
    office.appoint("vyshinsky", role="chief", by=CHIEF, two="makarov")
    office.give("relieve", {"person": CHIEF, "reason": "x"}, by="vyshinsky", two="makarov")
    office.appoint("gromyko", by="vyshinsky", two="makarov")
    settle(office, "gromyko")


def test_appointed_again_with_a_new_key(office):
    """Who comes back has a new appointment; the old one stays as it ended."""
    office.give("relieve", {"person": "makarov", "reason": "leave"}, two="vaganov")
    del office.people["makarov"]
    office.people["makarov"] = office.hire("makarov-second-key")
    office.appoint("makarov", by=CHIEF, two="vaganov")
    settle(office, "makarov")
    assert [False, True] == [row.until_index == 0 for row in rows(office, "makarov")]
    for row in rows(office, "makarov"):
        with office.view() as books:
            roster.prove(books, row, office.bureau)


def test_what_a_relieved_officer_signed_stays_signed(office):
    """A chain through an appointer who has since gone still holds."""
    office.appoint("vyshinsky", role="chief", by=CHIEF, two="makarov")
    office.appoint("gromyko", by="vyshinsky", two="makarov")
    for person in ("vyshinsky", "makarov"):
        office.give("relieve", {"person": person, "reason": "x"}, two="vaganov")
    settle(office, "gromyko")


def test_a_long_line_of_chiefs(office):
    """Forty changes of chief, each appointed by the one before: still proved, and quickly."""
    before, second = CHIEF, "makarov"
    for number in range(40):
        after = f"chief-{number}"
        office.appoint(after, role="chief", by=before, two=second)
        before, second = after, before
    settle(office, before)


# --- a hand in the books --------------------------------------------------------------------------


def test_a_row_by_hand_puts_nobody_in_post(office):
    """A row that names no order, another's order, or no known order is no appointment."""
    key = office.hire("spy").public_key
    chiefs = row_of(office, CHIEF)
    forged = Officer(
        person="spy",
        key=key.key_id(),
        key_line=key.line(),
        role="chief",
        title="",
        since_index=chiefs.since_index,
        until_index=0,
        order_digest=chiefs.order_digest,
        second_digest="",
    )
    for row in (
        forged,
        replace(forged, order_digest=""),
        replace(forged, order_digest=digest("no such order")),
        replace(forged, since_index=9999),
    ):
        put(office, row)
        with refuses(office, "does not go back to the office key", OrderError):
            settle(office, "spy")
        with office.page() as page:
            page.officers.put(replace(row, until_index=1))


@pytest.mark.parametrize("field", ["key", "key_line", "role", "title", "order_digest"])
def test_a_changed_row_is_no_longer_an_appointment(office, field):
    """Every field of a true row is held to the order behind it."""
    spy = office.hire("spy").public_key
    changed = {
        "key": spy.key_id(),
        "key_line": spy.line(),
        "role": "chief",
        "title": "Marshal",
        "order_digest": row_of(office, "vaganov").order_digest,
    }
    put(office, replace(row_of(office, "makarov"), **{field: changed[field]}))
    with refuses(office, error=OrderError):
        settle(office, "makarov")


def test_a_key_changed_throughout_is_not_the_orders(office):
    """Key and key line replaced together still differ from what was signed."""
    spy = office.hire("spy")
    put(
        office,
        replace(
            row_of(office, "makarov"), key=spy.public_key.key_id(), key_line=spy.public_key.line()
        ),
    )
    office.people["makarov"] = spy
    with refuses(office, "does not go back to the office key", OrderError):
        settle(office, "makarov")


def test_a_relief_cannot_be_taken_back_by_hand(office):
    """The ledger has the relief: a row that says otherwise is refused."""
    office.give("relieve", {"person": "makarov", "reason": "retired"}, two="vaganov")
    put(office, replace(row_of(office, "makarov"), until_index=0))
    with refuses(office, "does not go back to the office key", OrderError):
        settle(office, "makarov")


def test_an_end_moved_by_hand_breaks_the_chain(office):
    """A term stretched or cut by hand, so that a later order would fall into it, is refused."""
    office.appoint("vyshinsky", role="chief", by=CHIEF, two="makarov")
    office.appoint("gromyko", by="vyshinsky", two="makarov")
    office.give("relieve", {"person": "vyshinsky", "reason": "x"}, two="makarov")
    settle(office, "gromyko")
    true = row_of(office, "vyshinsky")
    for until in (true.until_index + 1, 9999):
        put(office, replace(true, until_index=until))
        with refuses(office, "does not go back to the office key", OrderError):
            settle(office, "gromyko")


@pytest.mark.parametrize("what", ["body", "signature", "second body", "second gone", "gone"])
def test_the_orders_behind_a_row_are_held_to_their_digests(office, what):
    """An order altered, or taken out of the books, appoints nobody any more."""
    row = row_of(office, "vaganov")  # appointed by the chief, seconded by makarov
    with office.view() as books:
        first, second = books.orders.get(row.order_digest), books.orders.get(row.second_digest)
    with office.page() as page:
        if what == "body":
            page.orders.put(replace(first, body=first.body.replace(b"officer", b"0fficer", 1)))
        elif what == "signature":
            page.orders.put(replace(first, signature=second.signature))
        elif what == "second body":
            page.orders.put(replace(second, body=first.body, signature=first.signature))
        elif what == "second gone":
            page.officers.put(replace(row, second_digest=digest("nothing")))
        else:
            page.officers.put(replace(row, second_digest=""))
    with refuses(office):
        settle(office, "vaganov")


def test_the_leaf_of_an_appointment_must_be_the_ledgers(office):
    """An entry rewritten beside its leaf no longer opens it; a leaf that is gone opens nothing."""
    row = row_of(office, "makarov")
    with office.view() as books:
        leaf = books.leaves.get(row.since_index)
    with office.page() as page:
        page.leaves.put(replace(leaf, entry=leaf.entry.replace(b"17:00:00", b"16:00:00")))
    with refuses(office, "does not go back to the office key", OrderError):
        settle(office, "makarov")
    with office.page() as page:
        page.leaves.put(replace(leaf, entry=b"{}"))
    with refuses(office, "damaged", MalformedError):
        settle(office, "makarov")


def forge(office, person, *, by, two, role="officer"):
    """Write an appointment into the books by hand, with real signatures: orders, leaf and row."""
    key = office.hire(person).public_key
    facts = {"person": person, "key_line": key.line(), "role": role}
    first = office.sign("appoint", facts, by=by)
    signed = [first, office.second(first, by=two)] if two else [first]
    digests = [*(canonical.digest(one.body) for one in signed), ""]
    said = [order_format.decode(one.body) for one in signed]
    given = orders.Given(said[0], digests[0], said[1] if two else None, digests[1], tuple(signed))
    with office.page() as page:
        subject = roster.known_person(page, person, office.bureau)
        index = roster._enter(page, given, subject, office.bureau)
        orders.keep(page, given, index)
        page.officers.add(
            Officer(person, key.key_id(), key.line(), role, "", index, 0, digests[0], digests[1])
        )


def test_an_order_that_is_gone_is_no_second(office):
    """A row taken out of the orders shelf takes the appointment with it."""
    row = row_of(office, "vaganov")
    for digest_ in (row.second_digest, row.order_digest):
        shelf = office.bureau.books._shelves["orders"]
        office.bureau.books._shelves["orders"] = {
            key: kept for key, kept in shelf.items() if key != (digest_,)
        }
        with refuses(office, "does not go back to the office key", OrderError):
            settle(office, "vaganov")


def test_a_chief_alone_who_writes_the_row_appoints_nobody(office):
    """One signature, however good, is one."""
    forge(office, "spy", by=CHIEF, two="")
    with refuses(office, "does not go back to the office key", OrderError):
        settle(office, "spy")


def test_one_person_who_signs_twice_and_writes_the_row_appoints_nobody(office):
    """One person with the books in hand is still one person."""
    forge(office, "spy", by=CHIEF, two=CHIEF)
    with refuses(office, "does not go back to the office key", OrderError):
        settle(office, "spy")


def test_two_officers_who_write_the_row_appoint_nobody(office):
    """Without a chief's signature there is no appointment, whatever the shelf says."""
    forge(office, "spy", by="makarov", two="vaganov", role="chief")
    with refuses(office, "does not go back to the office key", OrderError):
        settle(office, "spy")


def test_a_stranger_who_writes_the_row_appoints_nobody(office):
    """Signers who were never in post, or not then, appoint nobody."""
    forge(office, "spy", by="stranger", two="makarov")
    with refuses(office, "does not go back to the office key", OrderError):
        settle(office, "spy")
    office.give("relieve", {"person": "vaganov", "reason": "x"}, two="makarov")
    forge(office, "mole", by=CHIEF, two="vaganov")
    with refuses(office, "does not go back to the office key", OrderError):
        settle(office, "mole")


def test_a_chief_and_another_who_write_the_row_do(office):
    """The judge of the tests above: with the right signatures the same hand makes a true row."""
    forge(office, "molotov", by=CHIEF, two="makarov")
    settle(office, "molotov")


def test_another_order_behind_the_row(office):
    """An order of another kind, or for another ledger, appoints nobody."""
    office.cover("Molotov", "molotov")
    with office.view() as books:
        settled = books.orders.find("act", "settle")[-1]
    put(office, replace(row_of(office, "makarov"), order_digest=settled.digest))
    with refuses(office, "does not go back to the office key", OrderError):
        settle(office, "makarov")


def test_a_person_is_meant_by_the_beginning_of_an_id():
    """A whole id goes before; else three letters that begin one person's id alone."""
    office = found(others=("makarov", "malenkov"))
    for person in ("mal", "malyshev"):
        office.give("settle", {"name": f"person/{person}", "value": person})
    with office.view() as view:
        assert ["mal", "makarov", "malenkov", ""] == [
            roster.meant(view, word) for word in ("mal", "mak", "malenkov", "")
        ]
        assert "malyshev" == roster.meant(view, "maly")
        assert "malenkov" == roster.meant(view, "male")
        for word, says in (
            ("ma", "ma may be makarov, mal or malenkov"),
            ("m", "m may be"),
            ("ch", "ch is too short for a name"),
            ("trotsky", "nobody called trotsky is known here"),
        ):
            with pytest.raises(UnknownError, match=says):
                roster.meant(view, word)
