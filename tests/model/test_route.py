"""Routes: spelled one way, walked in order, and left only with a reason."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.errors import CustodyError, MalformedError
from cablegram.model import route
from cablegram.model.route import StopState

AT = "1951-07-05T17:00:00Z"
PEOPLE = ("stalin", "molotov", "malenkov", "beria", "mikoyan")


def states(stops):
    return [stop.state.value for stop in stops]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "molotov ",
        "molotov  beria",
        "molotov/",
        "molotov/0",
        "molotov/048",
        "molotov/+4",
        "molotov/4/5",
        "molotov/8785",
        "molotov/٤",
        "Molotov",
        "molotov beria molotov",
        " ".join(f"p{n}" for n in range(21)),
    ],
)
def test_what_is_no_route(text):
    """Nobody, somebody twice, too many, hours that are none."""
    with pytest.raises(MalformedError):
        route.read(text)


def test_a_route_is_readers_and_hours():
    """How long each may keep it; without hours as long as the copy's own due date lets."""
    assert (("molotov", 48), ("beria", 0)) == route.read("molotov/48 beria")


def test_each_may_keep_it_so_long():
    """A reader's time begins when the copy comes to them, and a clock changes no stop."""
    stops = route.begin("c", 1, "molotov/48 beria", "", AT)
    assert ["waiting", "waiting"] == states(stops)
    stops = route.step(stops, "molotov", AT, "")
    assert ("with", AT, "1951-07-07T17:00:00Z") == (
        stops[0].state.value,
        stops[0].since,
        stops[0].due_at,
    )
    stops = route.step(stops, "beria", "1951-07-06T09:00:00Z", "")
    assert ["done", "with"] == states(stops)
    assert ("1951-07-06T09:00:00Z", "") == (stops[0].until, stops[1].due_at)
    stops = route.end(stops, "1951-07-06T12:00:00Z", "")
    assert ["done", "done"] == states(stops)
    assert not route.running(stops)


def test_a_route_that_begins_with_who_has_the_copy():
    """Settled while the first reader has it: it is with them from now."""
    assert ["with", "waiting"] == states(route.begin("c", 1, "molotov beria", "molotov", AT))
    assert ["waiting", "waiting"] == states(route.begin("c", 1, "molotov beria", "beria", AT))


def test_skipping_and_leaving_need_a_reason():
    """Over a reader's head, to somebody off the route, home too early, on after the end."""
    stops = route.begin("c", 1, "stalin molotov beria", "stalin", AT)
    for to in ("beria", "mikoyan", "stalin"):
        with pytest.raises(CustodyError, match="molotov is next"):
            route.step(stops, to, AT, "")
    skipped = route.step(stops, "beria", AT, "on leave")
    assert ["done", "skipped", "with"] == states(skipped)
    assert "on leave" == skipped[1].why
    aside = route.step(stops, "mikoyan", AT, "asked for it")
    assert ["done", "waiting", "waiting"] == states(aside)
    with pytest.raises(CustodyError, match="would leave its route: molotov is next"):
        route.end(stops, AT, "")
    assert ["done", "left", "left"] == states(route.end(stops, AT, "recalled"))
    with pytest.raises(CustodyError, match="the route has ended"):
        route.step(skipped, "mikoyan", AT, "")


@given(
    readers=st.lists(st.sampled_from(PEOPLE), min_size=1, unique=True),
    walk=st.lists(
        st.tuples(st.sampled_from((*PEOPLE, "")), st.sampled_from(["", "why"])), max_size=8
    ),
)
def test_whatever_happens_a_route_stays_a_route(readers, walk):
    """One reader has it at most; nobody comes back to waiting; what ended stays; order is kept.

    The empty name is the way home.  A move without a reason succeeds only in the route's order.
    """
    stops = route.begin("c", 1, " ".join(readers), "", AT)
    for to, reason in walk:
        before = stops
        awaited = next((s.person for s in before if s.state is StopState.WAITING), "")
        try:
            stops = route.step(before, to, AT, reason) if to else route.end(before, AT, reason)
        except CustodyError:
            assert not reason
            assert to != awaited
            continue
        assert reason or to == awaited
        assert readers == [stop.person for stop in stops]
        holders = [stop.person for stop in stops if stop.state is StopState.WITH]
        assert len(holders) <= 1
        assert set(holders) <= {to}
        for was, now in zip(before, stops, strict=True):
            if was.state in {StopState.DONE, StopState.SKIPPED, StopState.LEFT}:
                assert was == now
            assert now.state is not StopState.WAITING or was.state is StopState.WAITING
        if not to:
            assert not route.running(stops)
