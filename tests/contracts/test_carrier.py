"""What every Carrier must keep: the promises of ports.Carrier."""

from __future__ import annotations

from hashlib import sha256

import pytest

from cablegram.errors import CircuitError, MalformedError
from cablegram.ports import Item


def name(data):
    return sha256(data).hexdigest()


def test_what_was_sent_waits_and_can_be_fetched(carrier):
    """send, waiting, fetch: the bytes, who they claim to be from, for their office alone."""
    carrier.send("moscow", "beijing", b"one")
    carrier.send("special-sector", "moscow", b"two")
    item = Item("beijing", name(b"one"))
    assert [item] == list(carrier.waiting("moscow"))
    assert [Item("moscow", name(b"two"))] == list(carrier.waiting("special-sector"))
    assert b"one" == carrier.fetch("moscow", item, 3)
    assert b"one" == carrier.fetch("moscow", item, 1 << 40)
    assert not list(carrier.waiting("beijing"))


def test_waiting_is_in_a_settled_order(carrier):
    """By sender, and the same however often it is asked, so that two runs do the same."""
    for sender, data in [("moscow", b"a"), ("beijing", b"b"), ("beijing", b"c"), ("beijing", b"d")]:
        carrier.send("special-sector", sender, data)
    found = [(item.claimed, item.name) for item in carrier.waiting("special-sector")]
    assert ["beijing"] * 3 + ["moscow"] == [sender for sender, _ in found]
    assert 4 == len(set(found))
    again = [(item.claimed, item.name) for item in carrier.waiting("special-sector")]
    assert found == again


def test_a_repeat_is_harmless(carrier):
    """Sending twice leaves one item; the same bytes from another office are another."""
    carrier.send("moscow", "beijing", b"one")
    carrier.send("moscow", "beijing", b"one")
    assert 1 == len(list(carrier.waiting("moscow")))
    carrier.send("moscow", "special-sector", b"one")
    assert 2 == len(list(carrier.waiting("moscow")))


def test_fetching_takes_nothing_away_and_clearing_does(carrier):
    """An item stays until it is cleared; clearing again is harmless."""
    carrier.send("moscow", "beijing", b"one")
    (item,) = carrier.waiting("moscow")
    carrier.fetch("moscow", item, 100)
    assert [item] == list(carrier.waiting("moscow"))
    carrier.clear("moscow", item)
    carrier.clear("moscow", item)
    carrier.clear("beijing", item)
    assert not list(carrier.waiting("moscow"))


def test_what_is_too_large_is_refused_and_stays(carrier):
    """CircuitError: larger than most; the item stays where it is."""
    carrier.send("moscow", "beijing", b"1234")
    (item,) = carrier.waiting("moscow")
    with pytest.raises(CircuitError, match="larger than 3 bytes") as refused:
        carrier.fetch("moscow", item, 3)
    assert "The item stays where it is." == refused.value.kept
    assert [item] == list(carrier.waiting("moscow"))
    assert b"1234" == carrier.fetch("moscow", item, 4)


def test_what_is_gone_is_refused(carrier):
    """CircuitError: gone."""
    carrier.send("moscow", "beijing", b"one")
    (item,) = carrier.waiting("moscow")
    carrier.clear("moscow", item)
    with pytest.raises(CircuitError):
        carrier.fetch("moscow", item, 100)


def test_the_carrier_is_safe_to_clear_while_reading_it(carrier):
    """waiting can be walked while its items are cleared."""
    for number in range(5):
        carrier.send("moscow", "beijing", b"%d" % number)
    for item in carrier.waiting("moscow"):
        carrier.clear("moscow", item)
    assert not list(carrier.waiting("moscow"))


def test_offices_are_named_by_ids(carrier):
    """A name that is no office id never becomes a place."""
    with pytest.raises(MalformedError):
        carrier.send("../moscow", "beijing", b"one")
    with pytest.raises(MalformedError):
        carrier.send("moscow", "..", b"one")
