"""The feed: entries by act and handle, in order, none lost and none told twice."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from cablegram.answers import feed
from offices import found


@pytest.fixture
def office():
    made = found()
    made.in_registry()
    return made


def test_every_entry_once_and_in_order(office):
    """However small the parts: all of them, as the ledger has them."""
    told, at = [], 0
    while True:
        with office.view() as view:
            part = feed.read(view, at, most=3)
        if not part.came:
            break
        told += part.came
        at = part.next
    expected = [(index, one.act, one.subject) for index, one in office.leaves()]
    assert expected == [(one.index, one.act, one.handle) for one in told]
    assert office.size() == at


def test_no_name_is_in_it(office):
    """Index, act, kind and handle: whoever listens learns that something came, not of whom."""
    with office.view() as view:
        said = [asdict(one) for one in feed.read(view, 0).came]
    assert {("index", "act", "kind", "handle")} == {tuple(one) for one in said}
    for name in ("chief", "makarov", "vaganov", "stalin", "Filippov", "1951"):
        assert name not in repr(said)


def test_what_is_not_theirs_is_passed_over_and_not_asked_for_again(office):
    """A listener who is told of copies alone goes on behind what was kept from them."""
    with office.view() as view:
        part = feed.read(view, 0, keep=lambda leaf: leaf.kind == "copy")
    assert {"copy"} == {one.kind for one in part.came}
    assert office.size() == part.next


@pytest.mark.parametrize("beyond", [0, 1, 10**9])
def test_what_has_not_come_yet_is_waited_for(office, beyond):
    """The very index is asked for again, so that nothing is passed over."""
    since = office.size() + beyond
    with office.view() as view:
        assert feed.Part((), since, since - beyond) == feed.read(view, since)
