"""Taking in: bytes are kept first; papers are held to the card, the chain and the proof."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cablegram import circuits
from cablegram.circuits import taking_in
from cablegram.ledger import showing
from cablegram.registry import alarms
from cablegram.wire import canonical, paper
from cablegram.wire import receipt as receipt_format
from cablegram.wire import transmittal as transmittal_format
from rooms import line_of, saved, signed_paper

LETTER = {"en": b"The paragraph.\n"}
DUE = "1951-07-08T00:00:00Z"


@pytest.fixture
def line():
    return line_of("beijing", "eighth")


@pytest.fixture
def receipts(line):
    """Beijing has sent two telegrams, eighth has receipted both as taken in; nothing came back."""
    (beijing, eighth), _ = line
    for text in (b"One.\n", b"Two.\n"):
        beijing.send(beijing.draft(("eighth",), {"en": text}))
    beijing.carry()
    eighth.take_in()
    eighth.carry()
    found = dict(sorted((taking_in._number(data), data) for data in waiting(line, "beijing")))
    assert [1, 2] == list(found)
    clear(line, "beijing")
    return found


def waiting(line, to):
    _, carrier = line
    return [carrier.fetch(to, item, 1 << 20) for item in carrier.waiting(to)]


def clear(line, to):
    _, carrier = line
    for item in list(carrier.waiting(to)):
        carrier.clear(to, item)


def put(desk, data, claimed="eighth"):
    return circuits.keep(data, claimed, desk.bureau)


def decoded(data):
    body, _ = paper.split(data)
    form = receipt_format if b"cablegram/receipt/v1" in body else transmittal_format
    return form.decode(body)


def of_kind(desk, kind):
    with desk.office.view() as view:
        return [alarm for alarm in view.alarms.find() if alarm.kind == kind]


def items(desk, office, direction):
    with desk.office.view() as view:
        return list(view.circuit_items.find("", office, direction))


def papers_of(desk):
    with desk.office.view() as view:
        return [row for row in view.papers.find() if row.direction == "in"]


def refuses(desk, data, why, claimed="eighth"):
    """Kept under an outer number, refused with these words, and nothing else written."""
    before = desk.office.dump()
    taken = put(desk, data, claimed)
    assert "refused" == taken.state
    assert why in taken.why
    assert taken.outer_number
    assert desk.bureau.blobs.has(taken.digest)
    after = desk.office.dump()
    written = {name for name in before if before[name] != after[name]}
    assert written <= {"incoming", "leaves", "numbers", "pages", "settings"}
    return taken


# --- receipts that fit ---------------------------------------------------------------------------


def test_receipts_are_matched_with_what_was_sent(line, receipts):
    """Each receipt is noted at the telegram it is for."""
    (beijing, _), _ = line
    assert ["entered", "entered"] == [put(beijing, data).state for data in receipts.values()]
    assert ["taken_in", "taken_in"] == [i.receipts for i in items(beijing, "eighth", "out")]
    assert [1, 2] == sorted(row.number for row in papers_of(beijing))


def test_papers_that_come_together_are_entered_as_they_were_numbered(line, receipts):
    """A carrier keeps no order; that is no gap."""
    (beijing, _), carrier = line
    carrier.order = lambda waits: sorted(waits, key=lambda item: -order[item.name])
    order = {}
    for number, data in receipts.items():
        carrier.send("beijing", "eighth", data)
        order[canonical.digest(data).removeprefix("sha256:")] = number
    assert ["entered", "entered"] == [one.state for one in beijing.take_in()]
    assert [] == of_kind(beijing, alarms.GAP)


def test_a_lost_receipt_is_noticed_at_the_next_and_may_come_late(line, receipts):
    """P4: a gap in papers is an alarm that names the numbers; a late one closes it."""
    (beijing, _), _ = line
    assert "entered" == put(beijing, receipts[2]).state
    (gap,) = of_kind(beijing, alarms.GAP)
    assert ("open", "circuit number 1 from eighth not opened yet, or lost") == (
        gap.state,
        gap.words,
    )
    assert "entered" == put(beijing, receipts[1]).state
    assert ["filled"] == [alarm.state for alarm in of_kind(beijing, alarms.GAP)]
    assert ["taken_in", "taken_in"] == [i.receipts for i in items(beijing, "eighth", "out")]


def test_a_replayed_receipt_is_a_repeat(line, receipts):
    """The same bytes again change nothing."""
    (beijing, _), _ = line
    first = put(beijing, receipts[1])
    before = beijing.office.dump()
    again = put(beijing, receipts[1])
    assert ("repeat", first.outer_number) == (again.state, again.outer_number)
    assert before == beijing.office.dump()


def test_a_receipt_signed_again_is_a_repeat(line, receipts):
    """Other signatures over the same words are the same paper."""
    (beijing, eighth), _ = line
    put(beijing, receipts[1])
    again = signed_paper(eighth, decoded(receipts[1]))
    assert again != receipts[1]
    taken = put(beijing, again)
    assert ("repeat", 3) == (taken.state, taken.outer_number + 1)
    assert [1] == [row.number for row in papers_of(beijing)]


# --- receipts that do not ------------------------------------------------------------------------


def test_two_receipts_under_one_number_are_a_fork_with_one_alarm(line, receipts):
    """A correspondent that restored a backup shows itself; a replay is no second alarm."""
    (beijing, eighth), _ = line
    put(beijing, receipts[1])
    other = signed_paper(eighth, replace(decoded(receipts[1]), at="1951-07-05T18:00:00Z"))
    taken = put(beijing, other)
    assert "refused" == taken.state
    assert "alarm 1, a fork" in taken.why
    (fork,) = of_kind(beijing, alarms.FORK)
    first, second = (canonical.digest(paper.split(data)[0]) for data in (receipts[1], other))
    assert (first, second, "open") == (fork.first, fork.second, fork.state)
    again = put(beijing, other)
    assert ("refused", taken.outer_number) == (again.state, again.outer_number)
    assert [fork] == of_kind(beijing, alarms.FORK)


def test_a_receipt_that_names_another_before_it_is_a_fork(line, receipts):
    """The chain goes by digests, not by numbers alone."""
    (beijing, eighth), _ = line
    put(beijing, receipts[1])
    bad = replace(decoded(receipts[2]), previous=canonical.digest(b"another"))
    assert "a fork" in put(beijing, signed_paper(eighth, bad)).why
    assert ["", "taken_in"] == sorted(i.receipts for i in items(beijing, "eighth", "out"))


def test_a_strangers_receipt_is_refused_until_its_card_is_compared(line, receipts):
    """No card, no word; the same bytes are entered once the card is known and compared."""
    (beijing, _), _ = line
    with beijing.office.page() as page:
        row = page.correspondents.get("eighth")
        page.correspondents._session.to_write("correspondents").clear()
    first = refuses(beijing, receipts[1], "from eighth, which is not a correspondent")
    with beijing.office.page() as page:
        page.correspondents.put(replace(row, confirmed=0))
    again = put(beijing, receipts[1])
    assert ("refused", first.outer_number) == (again.state, again.outer_number)
    assert "the card of eighth has not been compared" == again.why
    with beijing.office.page() as page:
        page.correspondents.put(row)
    assert "entered" == put(beijing, receipts[1]).state
    assert "repeat" == put(beijing, receipts[1]).state


def test_a_receipt_for_someone_else_is_refused():
    """A paper is held to its receiver, whoever carries it."""
    (beijing, eighth, special), carrier = line_of("beijing", "eighth", "special")
    beijing.send(beijing.draft(("eighth",), LETTER))
    beijing.carry()
    eighth.take_in()
    eighth.carry()
    (item,) = carrier.waiting("beijing")
    data = carrier.fetch("beijing", item, 1 << 20)
    refuses(special, data, "a receipt of eighth for beijing, not for us")


def test_a_receipt_with_a_forged_signature_is_refused(line, receipts):
    """Every algorithm of the sender's card, by its keys, over these bytes."""
    (beijing, eighth), _ = line
    body, made = paper.split(receipts[1])
    ours = beijing.office.keys.sign(receipt_format.NAMESPACE, body)
    said = receipt_format.encode(replace(decoded(receipts[1]), at="1951-07-05T18:00:00Z"))
    wrong = tuple(eighth.office.keys.sign(transmittal_format.NAMESPACE, body))
    for signatures in (ours, made[:1], made[1:], (*made, made[0]), (made[0], ours[1])):
        refuses(beijing, paper.join(body, signatures), "")
    refuses(beijing, paper.join(body, wrong), "")
    refuses(beijing, paper.join(said, made), "")


def test_a_receipt_with_a_proof_of_another_ledger_or_act_is_refused(line, receipts):
    """What it says must stand in its signer's ledger, as the act that it says."""
    (beijing, eighth), _ = line
    real = decoded(receipts[1])
    theirs = showing.show(beijing.bureau, 1, ("act",))
    refuses(beijing, signed_paper(eighth, replace(real, proof=theirs)), "")
    settled = next(i for i, entry in eighth.office.leaves() if entry.act == "settle")
    other = showing.show(eighth.bureau, settled, ("act",))
    refuses(beijing, signed_paper(eighth, replace(real, proof=other)), "proves another act")
    mute = showing.show(eighth.bureau, settled, ("at",))
    refuses(beijing, signed_paper(eighth, replace(real, proof=mute)), "proves another act")
    moved = real.proof.replace("index ", "index 1", 1)
    refuses(beijing, signed_paper(eighth, replace(real, proof=moved)), "")
    assert [] == papers_of(beijing)


def test_a_receipt_for_nothing_we_sent_is_entered_matches_nothing_and_is_an_alarm(line, receipts):
    """It has its place in the chain; our books may be an old backup, and a person is told."""
    (beijing, eighth), _ = line
    other = replace(decoded(receipts[1]), subject=canonical.digest(b"never sent"))
    assert "entered" == put(beijing, signed_paper(eighth, other)).state
    assert ["", ""] == [i.receipts for i in items(beijing, "eighth", "out")]
    (alarm,) = of_kind(beijing, alarms.STRANGE)
    assert ("eighth", "open", other.subject) == (alarm.office, alarm.state, alarm.first)


# --- transmittals -------------------------------------------------------------------------------


@pytest.fixture
def transmittal():
    """Eighth has dispatched a copy to special; the paper has not come there yet."""
    line = line_of("eighth", "special")
    (eighth, special), _ = line
    (copy,) = eighth.office.in_registry(1)
    eighth.office.give(
        "dispatch", {"office": "special", "carrier": "courier", "due_at": DUE}, subjects=[copy]
    )
    eighth.carry()
    (data,) = waiting(line, "special")
    clear(line, "special")
    return line, eighth, special, data


def test_a_transmittal_that_was_tampered_with_is_refused(transmittal):
    """Its list is signed whole."""
    _, eighth, special, data = transmittal
    body, made = paper.split(data)
    said = decoded(data)
    more = replace(said, items=(replace(said.items[0], sheets=9),))
    refuses(special, paper.join(transmittal_format.encode(more), made), "", "eighth")
    to_us = replace(said, to="vaults")
    refuses(special, signed_paper(eighth, to_us), "for vaults, not for us", "eighth")
    proved = replace(said, proof=showing.show(eighth.bureau, 1, ("act",)))
    refuses(special, signed_paper(eighth, proved), "proves another act", "eighth")
    assert "entered" == put(special, paper.join(body, made)).state


def test_a_replayed_transmittal_brings_our_receipt_again(transmittal):
    """Whoever repeats it has not had our word; the copy is accepted once."""
    line, _, special, data = transmittal
    put(special, data)
    with special.office.view() as view:
        (row,) = view.papers.find()
        item = decoded(data).items[0]
    facts = {
        "owner": "eighth",
        "owner_cable": item.cable,
        "owner_copy": item.copy,
        "incoming": "575/",
        "sheets": item.sheets,
        "transmittal": row.digest,
    }
    special.office.give("accept", facts)
    special.carry()
    (receipt,) = waiting(line, "eighth")
    clear(line, "eighth")
    assert "repeat" == put(special, data).state
    special.carry()
    assert [receipt] == waiting(line, "eighth")


# --- what is no paper ---------------------------------------------------------------------------


JUNK = {
    "nothing": b"",
    "noise": bytes(range(256)),
    "an empty object": b"{}",
    "an object": b'{"format":"cablegram/receipt/v1"}\n',
    "a paper of another kind": None,
    "deep": b"{" * 100_000,
    "deep lists": b'{"a":' + b"[" * 100_000,
    "a page": b"<html>",
    "age in armor": b"-----BEGIN AGE ENCRYPTED FILE-----\n",
    "age of version 2": b"age-encryption.org/v2\n",
    "a floating number": b'{"number":1.5}',
    "bidi": '{"format":"\u202e"}\n'.encode(),
}


@pytest.mark.parametrize("name", sorted(JUNK))
def test_junk_at_the_carrier_is_kept_refused_and_cleared(line, name):
    """Nothing at a carrier stops what lies behind it."""
    (beijing, eighth), carrier = line
    data = JUNK[name]
    if data is None:
        body = canonical.encode({"format": "cablegram/order/v1"})
        data = paper.join(body, tuple(eighth.office.keys.sign("x", body)))
    carrier.send("beijing", "eighth", data)
    (taken,) = beijing.take_in()
    assert ("unknown", "refused", 1) == (taken.kind, taken.state, taken.outer_number)
    assert taken.why
    assert data == beijing.bureau.blobs.get(taken.digest)
    assert [] == list(carrier.waiting("beijing"))
    assert "repeat" == put(beijing, data).state


def test_a_telegram_from_a_name_we_do_not_know_is_owed_nothing(line):
    """Who sent it is a carrier's claim: only a correspondent of that name is told."""
    (beijing, _), _ = line
    before = beijing.office.dump()["papers"]
    taken = put(beijing, b"age-encryption.org/v1\nrubbish", "stranger")
    assert ("telegram", "waiting") == (taken.kind, taken.state)
    assert before == beijing.office.dump()["papers"]
    put(beijing, b"age-encryption.org/v1\nrubbish of eighth", "eighth")
    assert 1 == len(beijing.office.dump()["papers"]) - len(before)


@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_no_change_of_a_papers_bytes_is_entered(data):
    """One byte changed, taken out or put in: refused or the same paper, never a crash."""
    beijing, good, back = _one_receipt()
    at = data.draw(st.integers(0, len(good) - 1))
    how = data.draw(st.sampled_from(["flip", "cut", "insert", "drop"]))
    byte = bytes([data.draw(st.integers(0, 255))])
    if how == "flip":
        bad = good[:at] + bytes([good[at] ^ (byte[0] or 1)]) + good[at + 1 :]
    elif how == "cut":
        bad = good[:at]
    elif how == "insert":
        bad = good[:at] + byte + good[at:]
    else:
        bad = good[:at] + good[at + 1 :]
    taken = put(beijing, bad)
    assert "refused" == taken.state
    assert taken.why
    assert taken.why.isprintable()
    assert [] == papers_of(beijing)
    back()


_MADE = []


def _one_receipt():
    """Made once: a desk that waits for this receipt, and how to bring it back to that."""
    if not _MADE:
        line = line_of("beijing", "eighth")
        (beijing, eighth), _ = line
        beijing.send(beijing.draft(("eighth",), LETTER))
        beijing.carry()
        eighth.take_in()
        eighth.carry()
        (good,) = waiting(line, "beijing")
        _MADE.extend((beijing, good, saved(beijing)))
    return _MADE


def test_papers_refused_for_want_of_a_card_are_tried_again_with_the_next_taking_in(line, receipts):
    """Nothing has to be sent again once the card is there: what was kept is entered, in order."""
    (beijing, _), _ = line
    with beijing.office.page() as page:
        row = page.correspondents.get("eighth")
        page.correspondents.put(replace(row, confirmed=0))
    assert ["refused", "refused"] == [put(beijing, receipts[n]).state for n in (2, 1)]
    assert [] == beijing.take_in()
    with beijing.office.page() as page:
        page.correspondents.put(row)
    assert ["entered", "entered"] == [one.state for one in beijing.take_in()]
    assert [] == beijing.take_in()
    assert [] == of_kind(beijing, alarms.GAP)
