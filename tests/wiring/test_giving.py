"""Orders that were signed elsewhere: done as here, a repeat is told, no stranger writes."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from cablegram.errors import LedgerError, MalformedError, OrderError, RoomError, UnknownError
from cablegram.ledger import log
from cablegram.model.acts import State
from cablegram.model.orders import SignedOrder, Subject
from cablegram.registry import grounds
from cablegram.wire import canonical
from cablegram.wiring.giving import carry_out
from offices import found, refuses


class Locked:
    """A room that nobody has unlocked."""

    def __getattr__(self, verb):
        def ask(*_):
            raise RoomError("the cipher room is locked", hint="Unlock it.")

        return ask


class Heard:
    """A room that writes down what it was asked."""

    def __init__(self):
        self.asked = []

    def __getattr__(self, verb):
        def ask(about, orders):
            self.asked.append((verb, about, len(orders)))
            return {"print_number": 7, "files": ["/srv/moscow/paper/21497-1.pdf"], "copies": 1}

        return ask


class Folder:
    """What ``carry_out`` needs of an office folder, over a test office."""

    def __init__(self, office, room=None):
        self.bureau, self.room, self._signer = office.bureau, room or Locked(), office.signer

    def head(self):
        return log.sign_checkpoint(
            self.bureau, self._signer, partial(grounds.hold, bureau=self.bureau)
        )


@pytest.fixture
def office():
    return found()


@pytest.fixture
def folder(office):
    return Folder(office)


def test_an_order_is_carried_out_and_stands_under_a_head(office, folder):
    """As at the command line: the act, then a head over it."""
    (copy, *_) = office.in_registry()
    facts = {"holder": "stalin", "due_at": "1951-07-09T17:00:00Z", "return_to": "registry"}
    signed = office.sign("issue", facts, by="makarov", subjects=[copy])
    done = carry_out(folder, [signed])
    assert (copy.handle,) == done.copies
    assert State.ISSUED is office.copy(copy).state
    assert ("issue", "makarov", False) == (done.act, done.person, done.repeat)
    assert office.size() == done.size
    with office.view() as view:
        assert done.size == view.head.get("head").size


def test_the_same_bytes_again_are_a_repeat(office, folder):
    """Idempotent by digest: nothing is done, and the same is said."""
    signed = office.sign("settle", {"name": "cover/Koba", "value": "stalin"})
    first = carry_out(folder, [signed])
    before = office.rows()
    assert replace(first, repeat=True) == carry_out(folder, [signed])
    assert before == office.rows()


def test_two_persons_order_what_takes_two(office, folder):
    """A destruction needs both orders, given at once."""
    (copy, *_) = office.in_registry()
    facts = {"method": "burnt", "sheets": 2}
    first = office.sign("destroy", facts, by="makarov", subjects=[copy])
    with refuses(office, "takes two persons"):
        carry_out(folder, [first])
    carry_out(folder, [first, office.second(first, by="vaganov")])
    assert State.DESTROYED is office.copy(copy).state


def test_what_goes_with_an_order_is_held_to_its_digest(office, folder):
    """A correspondent's card travels beside the order that names it."""
    other = found("beijing", others=("zhou",))
    facts = {"office": "beijing", "card": canonical.digest(other.bureau.card), "compared": "yes"}
    with refuses(office):
        carry_out(folder, [office.sign("correspond", facts)], b"another card")
    carry_out(folder, [office.sign("correspond", facts)], other.bureau.card)
    with office.view() as view:
        assert view.correspondents.get("beijing") is not None


def test_a_stranger_writes_not_even_a_denial(office, folder):
    """Nobody fills the log of denials, or takes the books' turn, without an officer's key."""
    stranger = found("minsk").hire("makarov")
    order = office.order("settle", {"name": "cover/Koba", "value": "stalin"}, by="makarov")
    own = office.seal(order)
    forged = SignedOrder(own.body, stranger.sign("order@cablegram", own.body))
    unknown = office.sign("settle", {"name": "cover/Koba", "value": "stalin"}, by="trubnikov")
    other = SignedOrder(own.body, office.hire("vaganov").sign("order@cablegram", own.body))
    login = SignedOrder(own.body, office.hire("makarov").sign("reading@cablegram", own.body))
    empty = SignedOrder(own.body, "")
    for signed in (forged, unknown, other, login, empty):
        with refuses(office, error=OrderError):
            carry_out(folder, [signed])
    with office.view() as view:
        assert [] == list(view.denials.find())


def test_an_officers_own_refused_order_is_in_the_log(office, folder):
    """What somebody of ours tried and may not is kept, as the command line keeps it."""
    with refuses(office, "takes two persons"):
        carry_out(folder, [office.sign("relieve", {"person": "makarov", "reason": "x"})])
    with office.view() as view:
        assert ["relieve"] == [row.act for row in view.denials.find()]


def test_a_second_order_is_vouched_for_too(office, folder):
    """The second person's signature is looked at before anything is written."""
    (copy, *_) = office.in_registry()
    facts = {"method": "burnt", "sheets": 2}
    first = office.sign("destroy", facts, by="makarov", subjects=[copy])
    second = office.second(first, by="vaganov")
    with refuses(office, error=OrderError):
        carry_out(folder, [first, SignedOrder(second.body, first.signature)])


@pytest.mark.parametrize("count", [0, 3])
def test_none_or_too_many_are_refused(office, folder, count):
    """One order, and one that seconds it."""
    signed = office.sign("settle", {"name": "cover/Koba", "value": "stalin"})
    with refuses(office, f"{count} orders", OrderError):
        carry_out(folder, [signed] * count)


def test_bytes_that_are_no_order_are_refused(office, folder):
    """Garbage is malformed, and written nowhere."""
    with refuses(office, error=MalformedError):
        carry_out(folder, [SignedOrder(b"{}", "")])


def test_the_office_key_is_held_to_the_whole_card(office, folder):
    """An order in the office's own name takes every one of its keys."""
    facts = {
        "person": "zhukov",
        "key_line": office.hire("zhukov").public_key.line(),
        "role": "reader",
    }
    whole = office.sign("appoint", facts, by="moscow")
    with refuses(office, "the office's signature", OrderError):
        carry_out(
            folder,
            [SignedOrder(whole.body, office.hire("chief").sign("order@cablegram", whole.body))],
        )
    with refuses(office, "the office key cannot order", OrderError):
        carry_out(folder, [whole])


def test_what_is_the_rooms_goes_to_the_room(office):
    """Release, open and print are asked of it by what they name; no place of a file comes back."""
    room = Heard()
    folder = Folder(office, room)
    (copy, *_) = office.telegram(copies=2).copies
    draft, sealed = "sha256:" + "1" * 64, "sha256:" + "2" * 64
    done = carry_out(folder, [office.sign("print", {}, subjects=[copy])])
    carry_out(folder, [office.sign("release", {"draft": draft})])
    carry_out(folder, [office.sign("open", {"sealed": sealed})])
    assert [("print", copy.telegram, 1), ("seal", draft, 1), ("open", sealed, 1)] == room.asked
    assert {"print_number": 7, "copies": 1} == dict(done.room)
    assert (copy.handle,) == done.copies


@pytest.mark.parametrize(
    ("act", "facts"), [("read_note", {"note": "sha256:1"}), ("read_draft", {"draft": "sha256:1"})]
)
def test_no_text_comes_through_the_desk(office, act, facts):
    """A note or draft is read at the office's machine: the room is not even asked."""
    room = Heard()
    with refuses(office, "no text comes through the desk", RoomError):
        carry_out(Folder(office, room), [office.sign(act, facts)])
    assert [] == room.asked


def test_what_the_room_is_to_do_must_be_said(office):
    """A release of nothing, a print of no copy, a number where a digest is."""
    folder = Folder(office, Heard())
    for act, facts in (("release", {}), ("open", {"sealed": ""}), ("release", {"draft": 7})):
        with refuses(office, error=OrderError):
            carry_out(folder, [office.sign(act, facts)])
    with refuses(office, error=OrderError):
        carry_out(folder, [office.sign("open", {"sealed": "x" * 101})])
    for about in ([], [Subject("0f" * 16, 1)]):
        with refuses(office, error=UnknownError):
            carry_out(folder, [office.sign("print", {}, subjects=about)])


def test_a_locked_room_is_said(office, folder):
    """It is not the order that is wrong."""
    (copy, *_) = office.telegram(copies=2).copies
    with refuses(office, "locked", RoomError):
        carry_out(folder, [office.sign("print", {}, subjects=[copy])])


def test_a_head_that_fails_does_not_hide_that_it_was_done(office, folder, monkeypatch):
    """What is in the books is said to be, though no head is over it."""

    def broken():
        raise LedgerError("the stored right edge is not that of the last signed head", hint="Stop.")

    monkeypatch.setattr(folder, "head", broken)
    with pytest.raises(LedgerError) as refusal:
        carry_out(folder, [office.sign("settle", {"name": "cover/Koba", "value": "stalin"})])
    assert "was carried out" in refusal.value.kept
    with office.view() as view:
        assert "stalin" == view.cover_names.get("Koba").person
