"""Carriers that fail at one verb: what lies behind comes in all the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cablegram import circuits
from cablegram.circuits import taking_in
from cablegram.errors import CircuitError
from cablegram.model.records import Incoming
from cablegram.wire import canonical
from rooms import line_of


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


class Bad:
    """A carrier around another that refuses one verb."""

    def __init__(self, inner, verb):
        self._inner, self._verb = inner, verb

    def __getattr__(self, name):
        if name == self._verb:
            return self._refuse
        return getattr(self._inner, name)

    def _refuse(self, *_):
        raise CircuitError("the folder could not be read", hint="Look at it.", kept="It stays.")


def with_carriers(desk, **carriers):
    desk.office.bureau = replace(desk.bureau, carriers=carriers)


def test_an_item_that_is_too_large_stays_at_the_carrier_and_is_reported(line, monkeypatch):
    """P13: never more than so many bytes at once; the rest is taken in all the same."""
    (beijing, _), carrier = line
    monkeypatch.setattr(taking_in, "ITEM_MAX", 100)
    carrier.send("beijing", "eighth", bytes(101))
    carrier.send("beijing", "eighth", bytes(100))
    before = len(beijing.office.dump()["incoming"])
    taken = beijing.take_in()
    assert [("unknown", "refused")] * 2 == [(one.kind, one.state) for one in taken]
    (large,) = [one for one in taken if not one.digest]
    assert (0, "eighth") == (large.outer_number, large.claimed)
    assert "larger than 100 bytes" in large.why
    assert 1 == len(list(carrier.waiting("beijing")))
    assert 1 == len(beijing.office.dump()["incoming"]) - before


def test_a_carrier_that_is_not_there_does_not_stop_the_others(line, receipts):
    """It is reported, and what lies at the next one comes in."""
    (beijing, _), carrier = line
    carrier.send("beijing", "eighth", receipts[1])
    with_carriers(beijing, stick=Bad(carrier, "waiting"), folder=carrier)
    gone, entered = beijing.take_in()
    assert ("", "refused", "the folder could not be read") == (gone.digest, gone.state, gone.why)
    assert "entered" == entered.state


def test_a_carrier_that_lets_nothing_be_cleared_is_taken_in_whole(line, receipts):
    """A stick that cannot be written: every item is kept, and comes again as a repeat."""
    (beijing, eighth), carrier = line
    for data in (*receipts.values(), b"age-encryption.org/v1\nx", b"junk"):
        carrier.send("beijing", "eighth", data)
    with_carriers(beijing, stick=Bad(carrier, "clear"))
    taken = beijing.take_in()
    assert ["entered", "entered", "refused", "waiting"] == sorted(one.state for one in taken)
    assert all(one.why for one in taken)
    assert ["repeat"] * 4 == [one.state for one in beijing.take_in()]
    assert 4 == len(list(carrier.waiting("beijing")))
    assert eighth


def test_an_item_that_is_gone_when_it_is_fetched_is_reported(line, receipts):
    """Another process of ours may have taken it."""
    (beijing, _), carrier = line
    carrier.send("beijing", "eighth", receipts[1])
    with_carriers(beijing, stick=Bad(carrier, "fetch"), folder=carrier)
    reported, entered = beijing.take_in()
    assert ("refused", "entered") == (reported.state, entered.state)


def test_an_attachment_is_known_by_the_digest_that_its_letter_named(line):
    """Only a sealed file can be one: a paper of that digest is still a paper."""
    (beijing, _), _ = line
    sealed = b"age-encryption.org/v1\nattached"
    with beijing.office.page() as page:
        taking_in.offices.expect(page, canonical.digest(sealed), "ab" * 16)
        taking_in.offices.expect(page, canonical.digest(b"junk"), "ab" * 16)
    assert "attachment" == put(beijing, sealed).state
    assert "refused" == put(beijing, b"junk").state
    assert "repeat" == put(beijing, sealed).state
    with beijing.office.view() as view:
        row = view.incoming.get(canonical.digest(sealed))
    assert isinstance(row, Incoming)
    assert "ab" * 16 == row.telegram
