"""What may happen to a telegram on the line: each its own result, error or alarm."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cablegram import circuits
from cablegram.errors import (
    CablegramError,
    CircuitError,
    CustodyError,
    MalformedError,
    OrderError,
    SealError,
    UnknownError,
)
from cablegram.ledger import showing
from cablegram.registry import alarms
from cablegram.sealing import age
from cablegram.wire import container, padding
from cablegram.wire import envelope as wire_envelope
from cablegram.wire.wording import Addressee
from rooms import line_of, refused, reseal, saved

LETTERS = [{"en": f"The {word} paragraph.\n".encode()} for word in ("first", "second", "third")]


@pytest.fixture
def line():
    return line_of("beijing", "eighth")


def send(desk, to="eighth", text=0):
    return desk.send(desk.draft((to,), LETTERS[text]))


def of_kind(desk, kind):
    with desk.office.view() as view:
        return [alarm for alarm in view.alarms.find() if alarm.kind == kind]


def items(desk, office="beijing", direction="in"):
    with desk.office.view() as view:
        return list(view.circuit_items.find("", office, direction))


def incoming(desk, digest):
    with desk.office.view() as view:
        return view.incoming.get(digest)


def carried(beijing, eighth):
    """What beijing has in its tray, taken in at eighth: telegrams only."""
    beijing.carry()
    return [one for one in eighth.take_in() if one.kind == "telegram"]


def put(desk, data, claimed="beijing"):
    """Bytes that somebody laid at the carrier, taken in."""
    taken = circuits.keep(data, claimed, desk.bureau)
    desk.head()
    return taken


# --- loss, order, repeats ---------------------------------------------------------------------


def test_a_lost_telegram_is_noticed_at_the_next_and_the_alarm_names_its_number(line):
    """P4: a missing number is noticed no later than the next telegram."""
    (beijing, eighth), carrier = line
    send(beijing)
    carrier.loses = lambda _, __: True
    beijing.carry()
    carrier.loses = lambda _, __: False
    send(beijing, text=1)
    (second,) = carried(beijing, eighth)
    opened = eighth.open(second.digest)
    assert "circuit number 1 from beijing not opened yet, or lost" == opened["alarm"]
    (gap,) = of_kind(eighth, alarms.GAP)
    assert ("open", "beijing", "circuit number 1 from beijing not opened yet, or lost") == (
        gap.state,
        gap.office,
        gap.words,
    )
    assert ["missing", "seen"] == [item.state for item in items(eighth)]


def test_a_late_telegram_fills_the_gap_and_closes_its_alarm(line):
    """A gap whose numbers have all come is nobody's work any more."""
    (beijing, eighth), _ = line
    for text in range(3):
        send(beijing, text=text)
    taken = carried(beijing, eighth)
    with eighth.office.view() as view:
        sent = {one.number: one.sealed for one in items(beijing, "eighth", "out")}
        assert sorted(sent.values()) == sorted(one.digest for one in taken)
        assert 3 == view.incoming.count("state", "waiting")
    eighth.open(sent[3])
    assert "open" == of_kind(eighth, alarms.GAP)[0].state
    assert "" == eighth.open(sent[2])["alarm"]
    assert "open" == of_kind(eighth, alarms.GAP)[0].state
    assert "" == eighth.open(sent[1])["alarm"]
    assert "filled" == of_kind(eighth, alarms.GAP)[0].state
    assert ["seen"] * 3 == [item.state for item in items(eighth)]
    assert [] == of_kind(eighth, alarms.FORK)


def test_the_same_bytes_again_are_a_result_under_their_first_outer_number(line):
    """A replay takes no number, and our receipts are laid out again for who never had them."""
    (beijing, eighth), carrier = line
    send(beijing)
    sealed = beijing.bureau.blobs.get(items(beijing, "eighth", "out")[0].sealed)
    (first,) = carried(beijing, eighth)
    eighth.open(first.digest)
    carrier.loses = lambda _, __: True
    assert 2 == eighth.carry().count
    carrier.loses = lambda _, __: False
    carrier.send("eighth", "beijing", sealed)
    (again,) = eighth.take_in()
    assert ("repeat", first.outer_number) == (again.state, again.outer_number)
    before = eighth.office.dump()
    assert 2 == eighth.carry().count
    assert ["entered", "entered"] == [one.state for one in beijing.take_in()]
    assert "opened taken_in" == items(beijing, "eighth", "out")[0].receipts
    assert before["numbers"] == eighth.office.dump()["numbers"]
    repeat = eighth.open(first.digest)
    assert (1, 1) == (repeat["repeat"], repeat["cable_number"])


def test_a_letter_sealed_again_is_a_repeat_and_never_a_fork(line):
    """Chain and fork go by letter digests; the register has it once, our word goes again."""
    (beijing, eighth), _ = line
    sent = send(beijing)
    (first,) = carried(beijing, eighth)
    opened = eighth.open(first.digest)
    eighth.carry()
    second = put(eighth, reseal(beijing, sent, eighth, texts=LETTERS[0]))
    assert ("waiting", 2) == (second.state, second.outer_number)
    order = eighth.office.sign("open", {"sealed": second.digest})
    again = eighth.room.open(second.digest, [order])
    assert {**opened, "repeat": 1} == {**again, "alarm": ""}
    assert ("repeat", opened["telegram"]) == (
        incoming(eighth, second.digest).state,
        incoming(eighth, second.digest).telegram,
    )
    assert [2] == [item.attempt for item in items(eighth)]
    assert [] == of_kind(eighth, alarms.FORK)
    # taken_in for the new bytes, opened once more
    assert 2 == eighth.carry().count
    # an order that came to nothing new may be given again
    assert again == eighth.room.open(second.digest, [order])


def test_a_repeat_that_was_opened_by_another_process_stays_opened(line):
    """Of two who open the same envelope, the second is told of the first's telegram."""
    (beijing, eighth), _ = line
    send(beijing)
    (taken,) = carried(beijing, eighth)
    orders = [eighth.office.sign("open", {"sealed": taken.digest}) for _ in range(2)]
    real, calls = eighth.bureau.blobs.get, []

    def get(digest):
        if not calls:
            calls.append(digest)
            eighth.room.open(taken.digest, [orders[1]])
        return real(digest)

    eighth.bureau.blobs.get = get
    done = eighth.room.open(taken.digest, [orders[0]])
    assert (1, 1) == (done["repeat"], done["cable_number"])
    assert "opened" == incoming(eighth, taken.digest).state
    assert 1 == len(items(eighth))


def test_the_same_orders_in_two_processes_open_once(line):
    """The page's key tells the second what came of it."""
    (beijing, eighth), _ = line
    send(beijing)
    (taken,) = carried(beijing, eighth)
    order = eighth.office.sign("open", {"sealed": taken.digest})
    real, calls = eighth.bureau.blobs.get, []

    def get(digest):
        if not calls:
            calls.append(digest)
            eighth.room.open(taken.digest, [order])
        return real(digest)

    eighth.bureau.blobs.get = get
    done = eighth.room.open(taken.digest, [order])
    assert (1, 1) == (done["repeat"], done["cable_number"])
    assert 4 == len(eighth.copies(str(done["telegram"])))


def test_a_fault_while_another_process_opens_does_not_mark_it_refused(line):
    """What was opened meanwhile stays opened."""
    (beijing, eighth), _ = line
    send(beijing)
    (taken,) = carried(beijing, eighth)
    orders = [eighth.office.sign("open", {"sealed": taken.digest}) for _ in range(2)]
    real, calls = eighth.bureau.blobs.get, []

    def get(digest):
        if not calls:
            calls.append(digest)
            eighth.room.open(taken.digest, [orders[1]])
            raise MalformedError("a disk read rubbish", hint="Look at the disk.")
        return real(digest)

    eighth.bureau.blobs.get = get
    with pytest.raises(MalformedError):
        eighth.room.open(taken.digest, [orders[0]])
    assert "opened" == incoming(eighth, taken.digest).state


# --- forks ------------------------------------------------------------------------------------


def test_two_letters_under_one_number_sound_an_alarm_with_both_digests(line):
    """P4: a sender restored from a backup uses its numbers again, and the receiver sees it."""
    (beijing, eighth), _ = line
    beijing.head()
    backup = saved(beijing)
    first = send(beijing)
    (one,) = carried(beijing, eighth)
    eighth.open(one.digest)
    backup()
    beijing.office.bureau.random.count += 1000
    second = send(beijing, text=1)
    assert first["outgoing_number"] == second["outgoing_number"]
    assert first["letter"] != second["letter"]
    (two,) = carried(beijing, eighth)
    order = eighth.office.sign("open", {"sealed": two.digest})
    sounded = {"incoming", "alarms", "leaves", "numbers", "orders", "pages", "head"}
    with refused(eighth, CircuitError, "alarm 1: number 1", *sounded) as caught:
        eighth.room.open(two.digest, [order])
    assert first["letter"] in str(caught.value)
    assert second["letter"] in str(caught.value)
    (fork,) = of_kind(eighth, alarms.FORK)
    assert (first["letter"], second["letter"], "open") == (fork.first, fork.second, fork.state)
    assert "refused" == incoming(eighth, two.digest).state
    assert eighth.bureau.blobs.has(two.digest)
    # the same order again is told the same; another order sounds no second alarm
    for again in (order, eighth.office.sign("open", {"sealed": two.digest})):
        with refused(eighth, CircuitError, "alarm 1: number 1", *sounded - {"alarms"}):
            eighth.room.open(two.digest, [again])
    assert [fork] == of_kind(eighth, alarms.FORK)


@pytest.mark.parametrize("numbers", [(1, 2), (1, 3), (3, 2)], ids=["next", "before", "after"])
def test_a_letter_that_names_another_before_it_is_a_fork(line, numbers):
    """``previous`` must be the letter that came before, and the one after must name this."""
    (beijing, eighth), _ = line
    sent = [send(beijing, text=text) for text in range(3)]
    carried(beijing, eighth)
    sealed = {one.number: one.sealed for one in items(beijing, "eighth", "out")}
    first, second = numbers
    eighth.open(sealed[first])
    if first == 1 and second == 3:
        # number 2 is missing; 3 names 2; a 2 that is not the one named is a fork
        eighth.open(sealed[3])
        bad = reseal(
            beijing, sent[0], eighth, texts=LETTERS[0], circuit_number=2, previous=sent[0]["letter"]
        )
    elif first == 3:
        bad = reseal(
            beijing, sent[1], eighth, texts=LETTERS[1], circuit_number=4, previous=sent[0]["letter"]
        )
    else:
        bad = reseal(beijing, sent[1], eighth, texts=LETTERS[1], previous=sent[2]["letter"])
    taken = put(eighth, bad)
    with pytest.raises(CircuitError, match="does not fit what came before"):
        eighth.open(taken.digest)
    (fork,) = of_kind(eighth, alarms.FORK)
    assert fork.second in {sent[0]["letter"], sent[1]["letter"]}
    assert fork.first.startswith("sha256:")


def test_a_jump_of_more_than_a_thousand_numbers_is_a_fork(line):
    """Nobody loses a thousand telegrams unnoticed; a sender cannot fill our books with holes."""
    (beijing, eighth), _ = line
    sent = send(beijing)
    bad = reseal(
        beijing, sent, eighth, texts=LETTERS[0], circuit_number=1001, previous=sent["letter"]
    )
    taken = put(eighth, bad)
    with pytest.raises(CircuitError, match="number 1001"):
        eighth.open(taken.digest)
    assert [] == items(eighth)


# --- who from, who to -------------------------------------------------------------------------


def opened_up(desk, digest):
    """What lies inside a sealed telegram, as whoever has the key may see it."""
    return age.decrypt(desk.bureau.blobs.get(digest), desk.office.keys.identities())


def test_an_envelope_forwarded_to_us_by_its_receiver_is_refused():
    """P3: signed words cannot be passed on as if they had been sent here."""
    (beijing, eighth, special), _ = line_of("beijing", "eighth", "special")
    send(beijing)
    (taken,) = carried(beijing, eighth)
    ours = special.office.keys.receiving[0].recipient()
    forged = put(special, age.encrypt(opened_up(eighth, taken.digest), [ours]))
    with refused(special, CircuitError, "was not sealed by it to this office", "incoming"):
        special.open(forged.digest)
    assert special.bureau.blobs.has(forged.digest)
    assert "refused" == incoming(special, forged.digest).state
    assert [] == items(special)


def test_a_strangers_envelope_waits_until_its_card_is_known_and_compared():
    """The bytes stay in the tray; the same envelope opens once the sender is known."""
    (beijing,), carrier = line_of("beijing")
    (eighth,), _ = line_of("eighth")
    eighth.office.bureau = replace(eighth.bureau, carriers={"folder": carrier})
    beijing.office.know(eighth.office)
    send(beijing)
    (taken,) = carried(beijing, eighth)
    with refused(eighth, CircuitError, "whose card we do not have", "incoming") as caught:
        eighth.open(taken.digest)
    assert "compare its words" in caught.value.hint
    assert "refused" == incoming(eighth, taken.digest).state
    eighth.office.know(beijing.office, compared="")
    eighth.head()
    with refused(eighth, OrderError, "has not been compared", "incoming"):
        eighth.open(taken.digest)
    eighth.office.know(beijing.office)
    assert 0 == eighth.open(taken.digest)["repeat"]
    assert ("opened", "") == (
        incoming(eighth, taken.digest).state,
        incoming(eighth, taken.digest).why,
    )


def test_a_name_that_stands_for_nobody_leaves_the_envelope_in_the_tray(line):
    """Nothing is numbered until every addressee is known here; then the same envelope opens."""
    (beijing, eighth), _ = line
    beijing.send(beijing.draft(("eighth",), addressees=(Addressee("Ivanov", "action"),)))
    (taken,) = carried(beijing, eighth)
    with refused(eighth, CustodyError, "nobody here goes by the name Ivanov"):
        eighth.open(taken.digest)
    eighth.office.cover("Ivanov", "stalin")
    assert 1 == eighth.open(taken.digest)["cable_number"]


@pytest.mark.parametrize("document", [container.LETTER, container.ENVELOPE])
@pytest.mark.parametrize("suffix", container.SIGNATURES)
def test_a_telegram_with_a_signature_taken_off_is_refused(line, document, suffix):
    """P2: every algorithm of the sender's card must have signed letter and envelope."""
    (beijing, eighth), _ = line
    send(beijing)
    (taken,) = carried(beijing, eighth)
    members, _ = container.unpack_first(opened_up(eighth, taken.digest))
    members.pop(f"{document}.{suffix}")
    size = 0
    while True:
        envelope = wire_envelope.decode(members[container.ENVELOPE])
        body = wire_envelope.encode(replace(envelope, size=size))
        again = {**members, container.ENVELOPE: body}
        for kind, made in zip(
            container.SIGNATURES,
            beijing.office.keys.sign(wire_envelope.NAMESPACE, body),
            strict=True,
        ):
            if f"{container.ENVELOPE}.{kind}" in again:
                again[f"{container.ENVELOPE}.{kind}"] = made.encode()
        packed = container.pack(list(again.items()))
        if len(packed) == size:
            break
        size = len(packed)
    ours = eighth.office.keys.receiving[0].recipient()
    stripped = put(eighth, age.encrypt(padding.pad(packed), [ours]))
    with refused(eighth, SealError, "was taken off", "incoming"):
        eighth.open(stripped.digest)
    assert eighth.bureau.blobs.has(stripped.digest)


@pytest.mark.parametrize("at", [0, 30, 60, 300, -400, -1])
def test_a_telegram_with_one_bit_flipped_is_refused_and_kept(line, at):
    """Whatever came is kept under its outer number before anything is tried on it."""
    (beijing, eighth), _ = line
    send(beijing)
    sealed = bytearray(beijing.bureau.blobs.get(items(beijing, "eighth", "out")[0].sealed))
    sealed[at] ^= 1
    taken = put(eighth, bytes(sealed))
    assert (1, True) == (taken.outer_number, eighth.bureau.blobs.has(taken.digest))
    if at == 0:
        assert ("unknown", "refused") == (taken.kind, taken.state)
        with refused(eighth, UnknownError, "no such envelope"):
            eighth.open(taken.digest)
        return
    with refused(eighth, CablegramError, None, "incoming"):
        eighth.open(taken.digest)
    assert "refused" == incoming(eighth, taken.digest).state


def test_a_leaf_that_says_something_else_does_not_stand_for_the_letter(line):
    """The proof must show that this very letter was released, in the sender's own ledger."""
    (beijing, eighth), _ = line
    first, second = send(beijing), send(beijing, text=1)
    with beijing.office.view() as view:
        order = view.orders.get(view.telegrams.get(first["telegram"]).order_digest)
        settled = view.orders.find("act", "settle")[0].leaf_index
    for proof, match in (
        (showing.show(beijing.bureau, order.leaf_index, ("act", "evidence")), "something else"),
        (showing.show(beijing.bureau, order.leaf_index, ("act",)), "evidence of a leaf"),
        (showing.show(beijing.bureau, settled, ("act", "evidence")), "something else"),
    ):
        taken = put(eighth, reseal(beijing, second, eighth, texts=LETTERS[1], proof=proof))
        with refused(eighth, CablegramError, match, "incoming"):
            eighth.open(taken.digest)
    theirs = showing.show(eighth.bureau, 1, ("act", "evidence"))
    taken = put(eighth, reseal(beijing, second, eighth, texts=LETTERS[1], proof=theirs))
    with refused(eighth, CablegramError, None, "incoming"):
        eighth.open(taken.digest)
    assert [] == items(eighth)
