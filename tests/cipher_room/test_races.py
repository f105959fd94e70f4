"""Two processes at once: numbers run on without a gap, and one order is carried out once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cablegram import circuits
from cablegram.cipher_room import receipts
from cablegram.errors import (
    CablegramError,
    CircuitError,
    LostRaceError,
    OrderError,
    StorageError,
    UnknownError,
)
from cablegram.registry import lines, numbering, papers
from cablegram.wire import canonical
from cablegram.wire import card as card_format
from rooms import line_of, log_size, refused

TEXTS = [{"en": f"Telegram {n}.\n".encode()} for n in range(4)]


@pytest.fixture
def line():
    return line_of("beijing", "eighth")


def release(desk, n=0, to=("eighth",)):
    draft = desk.draft(to, TEXTS[n])
    return draft, [desk.office.sign("release", {"draft": draft})]


def meanwhile(desk, monkeypatch, at, act):
    """Have ``act`` done by another process at this desk's n-th blob from now."""
    real, calls = desk.bureau.blobs.put, []

    def put(data):
        calls.append(1)
        if len(calls) == at:
            act()
        return real(data)

    monkeypatch.setattr(desk.bureau.blobs, "put", put)


def sent(desk):
    with desk.office.view() as view:
        rows = sorted(view.telegrams.find(), key=lambda row: row.outgoing_number)
        items = view.circuit_items.find("", "eighth", "out")
    return [row.outgoing_number for row in rows], [item.number for item in items]


def owed(desk):
    desk.head()
    with desk.office.view() as view:
        return list(papers.owed(view, log_size(view)))


@pytest.mark.parametrize("at", [1, 2], ids=["letter", "envelope"])
def test_a_number_taken_meanwhile_is_not_given_twice(line, monkeypatch, at):
    """A lost race signs again with the next number; what was signed before never leaves."""
    (beijing, eighth), _ = line
    one, two = release(beijing, 0), release(beijing, 1)
    meanwhile(beijing, monkeypatch, at, lambda: beijing.room.seal(*two))
    first = beijing.room.seal(*one)
    assert ([1, 2], [1, 2]) == sent(beijing)
    assert (2 if at == 1 else 1) == first["outgoing_number"]
    assert 2 == beijing.carry().count
    taken = eighth.take_in()
    with beijing.office.view() as view:
        order = [item.sealed for item in view.circuit_items.find("", "eighth", "out")]
    assert sorted(order) == sorted(one.digest for one in taken)
    assert ["", ""] == [eighth.open(digest)["alarm"] for digest in order]


@pytest.mark.parametrize("at", [1, 2], ids=["letter", "envelope"])
def test_the_same_order_in_two_processes_is_one_telegram(line, monkeypatch, at):
    """The page's key tells the second what the first has done."""
    (beijing, _), _ = line
    one = release(beijing)
    done = []
    meanwhile(beijing, monkeypatch, at, lambda: done.append(beijing.room.seal(*one)))
    assert [beijing.room.seal(*one)] == done
    assert ([1], [1]) == sent(beijing)
    assert 1 == beijing.carry().count


@pytest.mark.parametrize("what", ["letter", "envelope"])
def test_a_race_that_is_always_lost_ends_and_can_be_given_again(line, monkeypatch, what):
    """Bounded; the same order goes on where it stopped."""
    (beijing, _), _ = line
    one = release(beijing)

    def lost(*_):
        raise LostRaceError("taken", hint="Give the same order again.")

    with monkeypatch.context() as patch:
        patch.setattr(numbering if what == "letter" else lines, "take_expected", lost)
        with pytest.raises(LostRaceError, match="took every number") as caught:
            beijing.room.seal(*one)
    assert "Give the order again." == caught.value.hint
    beijing.room.seal(*one)
    assert ([1], [1]) == sent(beijing)


def with_two_debts(line):
    (beijing, eighth), _ = line
    for n in range(2):
        beijing.send(beijing.draft(("eighth",), TEXTS[n]))
    beijing.carry()
    eighth.take_in()
    return eighth, [row.digest for row in owed(eighth)]


def numbers(desk):
    with desk.office.view() as view:
        return sorted(row.number for row in view.papers.find() if row.state == papers.SIGNED)


def test_two_papers_signed_at_once_get_two_numbers(line, monkeypatch):
    """A number signed with in vain is given to what takes it first."""
    eighth, (one, two) = with_two_debts(line)
    meanwhile(eighth, monkeypatch, 1, lambda: eighth.room.sign_receipt(two))
    assert {"number": 2, "office": "beijing", "repeat": 0} == eighth.room.sign_receipt(one)
    assert [1, 2] == numbers(eighth)


def test_a_paper_is_signed_once(line, monkeypatch):
    """Signed again, at once or later, it keeps its number."""
    eighth, (one, _) = with_two_debts(line)
    meanwhile(eighth, monkeypatch, 1, lambda: eighth.room.sign_receipt(one))
    assert 1 == eighth.room.sign_receipt(one)["number"]
    assert {"number": 1, "office": "beijing", "repeat": 1} == eighth.room.sign_receipt(one)
    assert [1] == numbers(eighth)


def test_a_paper_whose_number_is_always_taken_can_be_signed_again(line, monkeypatch):
    """Bounded, and nothing is lost."""
    eighth, (one, two) = with_two_debts(line)
    with monkeypatch.context() as patch:
        meanwhile(eighth, patch, 1, lambda: eighth.room.sign_receipt(two))
        patch.setattr(receipts, "RACES_MAX", 1)
        with pytest.raises(LostRaceError, match="took every number"):
            eighth.room.sign_receipt(one)
    assert 2 == eighth.room.sign_receipt(one)["number"]


def test_a_paper_owed_while_the_room_signs_gets_its_head(line):
    """Where no head covers its leaf, one is put there before it is signed."""
    (beijing, eighth), _ = line
    beijing.send(beijing.draft(("eighth",), TEXTS[0]))
    beijing.carry()
    circuits.take_in(eighth.bureau)
    with eighth.office.view() as view:
        (row,) = view.papers.find("state", papers.OWED)
        assert row.leaf_index >= log_size(view)
    assert 1 == receipts.sign(row.digest, eighth.room._in)["number"]
    with eighth.office.view() as view:
        assert row.leaf_index < log_size(view)


# --- what cannot be sealed uses no number ----------------------------------------------------


def unsent(desk, kind, match, to):
    draft, orders = release(desk, to=to)
    with refused(desk, kind, match):
        desk.room.seal(draft, orders)
    assert ([], []) == sent(desk)


def test_a_telegram_for_an_unknown_or_uncompared_office_uses_no_number():
    """Every office it is for is looked at before a number is taken."""
    (beijing, _), _ = line_of("beijing", "eighth")
    unsent(beijing, UnknownError, "no office special", ("eighth", "special"))
    unsent(beijing, UnknownError, "no office beijing", ("beijing", "eighth"))
    with beijing.office.page() as page:
        row = page.correspondents.get("eighth")
        page.correspondents.put(replace(row, confirmed=0))
    unsent(beijing, OrderError, "has not been compared", ("eighth",))


def test_a_telegram_for_an_office_without_a_valid_key_uses_no_number():
    """A card whose keys have all run out can be sealed to by nobody."""
    (beijing, special, _), _ = line_of("beijing", "special", "eighth")
    with beijing.office.view() as books:
        card = card_format.decode(books.correspondents.get("eighth").card)
    late = replace(card.receiving[0], not_before="1960-01-01T00:00:00Z")
    newer = replace(
        card,
        serial=card.serial + 1,
        previous=canonical.digest(card_format.encode(card)),
        receiving=(late,),
    )
    body = card_format.encode(newer)
    said = {"office": "eighth", "card": canonical.digest(body), "compared": "yes"}
    beijing.office.give("correspond", said, matter=body)
    beijing.room._in.head()
    unsent(beijing, CircuitError, "no receiving key of eighth is valid", ("eighth", "special"))
    assert special.office.name == "special"


def test_a_draft_that_is_no_draft_is_refused(line):
    """An envelope in the tray is not released as a draft, whatever the order says."""
    (beijing, eighth), _ = line
    beijing.send(beijing.draft(("eighth",), TEXTS[0]))
    beijing.carry()
    (taken,) = eighth.take_in()
    order = eighth.office.sign("release", {"draft": taken.digest})
    with refused(eighth, CablegramError, None):
        eighth.room.seal(taken.digest, [order])
    junk = eighth.bureau.blobs.put(b"junk")
    with refused(eighth, CablegramError, None):
        eighth.room.seal(junk, [eighth.office.sign("release", {"draft": junk})])


def test_the_second_offices_envelope_follows_after_a_fault(monkeypatch):
    """A letter to two offices, cut between its envelopes: the same order seals the rest."""
    (beijing, eighth, special), _ = line_of("beijing", "eighth", "special")
    draft, orders = release(beijing, to=("eighth", "special"))
    real, calls = beijing.bureau.blobs.put, []

    def put(data):
        calls.append(1)
        if len(calls) == 3:
            raise StorageError("the disk is full", hint="Make room.")
        return real(data)

    with monkeypatch.context() as patch:
        patch.setattr(beijing.bureau.blobs, "put", put)
        with pytest.raises(StorageError):
            beijing.room.seal(draft, orders)
    done = beijing.room.seal(draft, orders)
    assert (1, ["eighth", "special"]) == (done["outgoing_number"], done["offices"])
    assert 2 == beijing.carry().count
    for desk in (eighth, special):
        (taken,) = desk.take_in()
        assert "" == desk.open(taken.digest)["alarm"]
    with beijing.office.view() as view:
        assert 2 == len(view.circuit_items.find("letter", done["letter"], lines.OUT))
