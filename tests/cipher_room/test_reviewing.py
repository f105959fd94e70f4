"""A draft is read by whoever clears it: entered first, once an order, and by nobody else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cablegram.errors import CablegramError, CustodyError, OrderError, SealError, UnknownError
from cablegram.model.clearing import ClearingRule
from cablegram.model.roles import Role
from cablegram.registry import clearances
from cablegram.sealing import age, policy
from cablegram.sealing.recipients import HybridIdentity
from offices import refuses, seed
from passkeys import Passkey
from rooms import line_of, refused


@pytest.fixture
def beijing():
    """A chief, makarov and vaganov all-round; liu drafts, wang clears, chen is a reader."""
    (one, _), _ = line_of("beijing", "moscow")
    for person, role in (("liu", "drafter"), ("wang", "clearer"), ("chen", "registrar")):
        one.office.appoint(person, role=Role(role).value, by="chief", two="makarov")
    return one


def rule(desk, *by):
    value = clearances.write(ClearingRule("TOP SECRET", 1, frozenset(by))).decode()
    desk.office.give("settle", {"name": "clearing/TOP SECRET", "value": value})


def drafted(desk, by="liu"):
    draft = desk.draft(("moscow",))
    facts = {"draft": draft, "series": "T", "level": "TOP SECRET", "to": "moscow"}
    desk.office.give("draft", facts, by=by)
    desk.head()
    return draft


def ask(desk, draft, by, **facts):
    return [desk.office.sign("read_draft", {"draft": draft, **facts}, by=by)]


def test_a_clearer_reads_the_words_once_it_is_entered(beijing):
    """The reading is a leaf of the draft, under a head, before a word leaves the room."""
    rule(beijing, "wang")
    draft = drafted(beijing)
    before = beijing.office.size()
    answer = beijing.room.open(draft, ask(beijing, draft, "wang", reason="to clear it"))
    assert (1, "TOP SECRET", ["moscow"]) == (answer["number"], answer["level"], answer["to"])
    assert answer["texts"]
    assert all(text["words"] for text in answer["texts"])
    assert before + 1 == beijing.office.size()
    index, entry = beijing.office.leaves()[-1]
    assert ("draft", "read_draft", "wang", "draft 1") == (
        entry.kind,
        entry.act,
        entry.officer,
        entry.numbers,
    )
    with beijing.office.view() as view:
        assert view.head.get("head").size > index
        assert not [row for row in view.outgoing.find() if row.digest == draft]


def test_reading_clears_nothing_and_does_not_stand_in_the_way(beijing):
    """After it the draft lacks what it lacked; cleared and released it goes."""
    rule(beijing, "wang")
    draft = drafted(beijing)
    beijing.room.open(draft, ask(beijing, draft, "wang"))
    beijing.head()
    with refuses(beijing.office, "draft 1 has 0 of 1 clearances", OrderError):
        beijing.send(draft)
    beijing.office.give("clear", {"draft": draft}, by="wang")
    beijing.head()
    assert 1 == beijing.send(draft)["outgoing_number"]


def test_an_order_reads_once(beijing):
    """A spent order, which lies in the books for anybody to take, reads nothing."""
    draft = drafted(beijing)
    signed = ask(beijing, draft, "wang")
    beijing.room.open(draft, signed)
    with refused(beijing, OrderError, "this order has read its draft already"):
        beijing.room.open(draft, signed)


@pytest.mark.parametrize("by", ["liu", "wang", "makarov", "chief"])
def test_who_may_read(beijing, by):
    """Who drafted it, who is named to clear, and who releases."""
    rule(beijing, "wang")
    draft = drafted(beijing)
    assert beijing.room.open(draft, ask(beijing, draft, by))["texts"]


def test_another_clearer_may_not(beijing):
    """Of those in the role only whom the classification names, where it names anybody."""
    beijing.office.appoint("zhao", role="clearer", by="chief", two="makarov")
    draft = drafted(beijing)
    assert beijing.room.open(draft, ask(beijing, draft, "zhao"))["texts"]
    rule(beijing)
    assert beijing.room.open(draft, ask(beijing, draft, "zhao"))["texts"]
    rule(beijing, "wang")
    beijing.head()
    with refused(beijing, OrderError, "zhao is not among those who clear or release TOP SECRET"):
        beijing.room.open(draft, ask(beijing, draft, "zhao"))


def test_a_registrar_may_not(beijing):
    """The role orders no such act."""
    draft = drafted(beijing)
    with refused(beijing, OrderError, "chen is registrar here, and may not order read draft"):
        beijing.room.open(draft, ask(beijing, draft, "chen"))


def test_for_another_draft_it_is_not(beijing):
    """An order names one draft; what nobody recorded, or what is no draft of ours, is not read."""
    one, other = drafted(beijing), drafted(beijing)
    with refused(beijing, OrderError, "the order is to read draft something else"):
        beijing.room.open(other, ask(beijing, one, "wang"))
    loose = beijing.draft(("moscow",))
    with refused(beijing, UnknownError, "no such draft is recorded here"):
        beijing.room.open(loose, ask(beijing, loose, "wang"))
    garbage = beijing.bureau.blobs.put(b"no age file at all")
    facts = {"draft": garbage, "series": "T", "level": "TOP SECRET", "to": "moscow"}
    beijing.office.give("draft", facts, by="liu")
    beijing.head()
    with refused(beijing, CablegramError, "age"):
        beijing.room.open(garbage, ask(beijing, garbage, "wang"))


def test_a_draft_that_is_gone(beijing, monkeypatch):
    """Recorded, and its bytes are not here."""
    draft = drafted(beijing)
    monkeypatch.setattr(beijing.bureau.blobs, "has", lambda _: False)
    with refused(beijing, UnknownError, "no such draft lies here"):
        beijing.room.open(draft, ask(beijing, draft, "wang"))


def test_it_is_read_in_the_room_alone(beijing):
    """read_draft is the room's; the registry refuses it."""
    draft = drafted(beijing)
    with refuses(beijing.office, "", OrderError):
        beijing.office.give("read_draft", {"draft": draft}, by="wang")


# --- for a screen ---------------------------------------------------------------------------------

WANG = HybridIdentity(seed("wang's own"))


def enrol(desk, person="wang", identity=WANG):
    facts = {"person": person, "recipient": str(identity.recipient())}
    desk.office.give("enrol", facts, by=person)
    desk.head()


def test_for_a_screen_it_is_sealed_to_whoever_reads_it(beijing):
    """No word in the answer: a file that opens with their key to the very container."""
    draft = drafted(beijing)
    enrol(beijing)
    before = beijing.office.size()
    answer = beijing.room.open(draft, ask(beijing, draft, "wang", way="browser"))
    assert {"number", "sealed"} == set(answer)
    assert before + 1 == beijing.office.size()
    sealed = beijing.bureau.blobs.get(str(answer["sealed"]))
    own = beijing.office.keys.identities()
    assert age.decrypt(beijing.bureau.blobs.get(draft), own) == policy.open_wire(sealed, [WANG])
    with pytest.raises(SealError):
        policy.open_wire(sealed, own)


def test_for_a_screen_a_reading_key_is_needed(beijing):
    """One that is sealed to: without it nothing is entered."""
    draft = drafted(beijing)
    with refused(beijing, UnknownError, "wang has no reading key"):
        beijing.room.open(draft, ask(beijing, draft, "wang", way="browser"))


def test_above_what_a_browser_opens_it_is_read_at_the_command_line(beijing):
    """By the level that it was recorded with, whatever the row says now."""
    draft = drafted(beijing)
    enrol(beijing)
    beijing.office.give("settle", {"name": "reading/browser", "value": "restricted"})
    with beijing.office.page() as page:
        page.drafts.put(replace(page.drafts.get(draft), level="restricted"))
    beijing.head()
    says = "what is TOP SECRET is not opened in a browser here"
    with refused(beijing, CustodyError, says):
        beijing.room.open(draft, ask(beijing, draft, "wang", way="browser"))
    answer = beijing.room.open(draft, ask(beijing, draft, "wang", way="command_line"))
    assert {"number", "sealed"} == set(answer)


@pytest.mark.parametrize("way", ["", "command_line", "by hand"])
def test_a_passkey_gets_sealed_words_alone(beijing, way):
    """What it signs goes through the desk, which must never be handed the words."""
    draft = drafted(beijing)
    enrol(beijing)
    passkey = Passkey("wang")
    facts = {"person": "wang", "key_line": passkey.public_key.line(), "role": "clearer"}
    beijing.office.give("appoint", facts, by="chief", two="makarov")
    beijing.office.people["wang"] = passkey
    beijing.head()
    said = {"way": way} if way else {}
    with refused(beijing, OrderError, "does not say where draft 1 is read"):
        beijing.room.open(draft, ask(beijing, draft, "wang", **said))
    answer = beijing.room.open(draft, ask(beijing, draft, "wang", way="browser"))
    assert {"number", "sealed"} == set(answer)
