"""The carrier in memory loses, repeats and reorders when it is told to."""

from __future__ import annotations

from cablegram.carriers.memory import MemoryCarrier


def test_it_loses_what_it_is_told_to():
    """loses is asked about every item sent."""
    carrier = MemoryCarrier()
    carrier.loses = lambda to, item: to == "moscow"
    carrier.send("moscow", "beijing", b"one")
    carrier.send("special-sector", "beijing", b"one")
    assert not list(carrier.waiting("moscow"))
    assert 1 == len(list(carrier.waiting("special-sector")))


def test_it_repeats_what_it_is_told_to():
    """repeats is asked about every item cleared: it lies there again."""
    carrier, times = MemoryCarrier(), iter([True, False])
    carrier.repeats = lambda to, item: next(times)
    carrier.send("moscow", "beijing", b"one")
    (item,) = carrier.waiting("moscow")
    carrier.clear("moscow", item)
    assert [item] == list(carrier.waiting("moscow"))
    carrier.clear("moscow", item)
    assert not list(carrier.waiting("moscow"))


def test_it_reorders_as_it_is_told_to():
    """order puts what waits into any order."""
    carrier = MemoryCarrier()
    for data in (b"one", b"two", b"three"):
        carrier.send("moscow", "beijing", data)
    plain = list(carrier.waiting("moscow"))
    carrier.order = reversed
    assert plain[::-1] == list(carrier.waiting("moscow"))
