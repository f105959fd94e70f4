"""Routes: who reads one copy after whom, and how long each may keep it (docs/spec/custody.md).

Pure: a route is its stops in order, each with its state; ``step`` and ``end`` give the stops
as they stand after the copy has gone to somebody, or has come back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from cablegram.errors import CustodyError, MalformedError
from cablegram.model.names import person_id
from cablegram.model.times import instant, moment
from cablegram.sentences import sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

STOPS_MAX = 20
HOURS_MAX = 8784
"""A year."""


class StopState(StrEnum):
    """How it stands with one reader of a route."""

    WAITING = "waiting"
    WITH = "with"
    DONE = "done"
    SKIPPED = "skipped"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class RouteStop:
    """One reader of a copy's route.

    ``round`` counts the routes of that copy and ``place`` its readers, both from 1.  ``hours``
    is how long the reader may keep the copy, 0 for as long as its own due date lets;
    ``due_at`` is when it should go on, once it is with them.
    """

    copy: str
    round: int
    place: int
    person: str
    hours: int
    state: StopState
    since: str = ""
    due_at: str = ""
    until: str = ""
    why: str = ""


def read(text: str) -> tuple[tuple[str, int], ...]:
    """Readers and hours out of ``molotov/48 malenkov beria/24``.

    Raises:
        MalformedError: another spelling, nobody, too many, or somebody twice.
    """
    found = []
    for word in text.split(" "):
        person, slash, hours = word.partition("/")
        canonical = hours.isascii() and hours.isdecimal() and hours == str(int(hours))
        if slash and not (canonical and 0 < int(hours) <= HOURS_MAX):
            raise MalformedError(
                "{word!r} does not say how many hours",
                hint="Write it as in molotov/48.",
                word=word[:40],
            )
        found.append((person_id(person), int(hours) if slash else 0))
    persons = [person for person, _ in found]
    if len(set(persons)) != len(persons) or len(persons) > STOPS_MAX:
        raise MalformedError(
            "a route has a reader twice, or more than {stops_max}",
            hint="Name each reader once.",
            stops_max=STOPS_MAX,
        )
    return tuple(found)


def begin(copy: str, round_: int, text: str, holder: str, at: str) -> list[RouteStop]:
    """The stops of a new route; a first reader who has the copy already has it from now."""
    stops = [
        RouteStop(copy, round_, place, person, hours, StopState.WAITING)
        for place, (person, hours) in enumerate(read(text), start=1)
    ]
    if holder and stops[0].person == holder:
        stops[0] = _with(stops[0], at)
    return stops


def running(stops: Sequence[RouteStop]) -> bool:
    """Whether somebody on the route has the copy or is to have it."""
    return any(stop.state in {StopState.WAITING, StopState.WITH} for stop in stops)


def following(stops: Sequence[RouteStop]) -> RouteStop | None:
    """Who is to have the copy next."""
    return next((stop for stop in stops if stop.state is StopState.WAITING), None)


def step(stops: Sequence[RouteStop], to: str, at: str, reason: str) -> list[RouteStop]:
    """The stops after the copy has gone to a person.

    Raises:
        CustodyError: it is not their turn, or they are not on the route, and no reason is given.
    """
    awaited = following(stops)
    waiting = [stop.person for stop in stops if stop.state is StopState.WAITING]
    if (awaited is None or awaited.person != to) and not reason:
        turn = (
            "the route has ended"
            if awaited is None
            else sentence("{person} is next", person=awaited.person)
        )
        raise CustodyError(
            "the copy would go to {to} off its route: {turn}",
            hint="Take it back to the registry, or give the reason."
            if awaited is None
            else sentence("Let it go to {person}, or give the reason.", person=awaited.person),
            to=to,
            turn=turn,
        )
    after = []
    passing = to in waiting
    for stop in stops:
        if stop.state is StopState.WITH:
            after.append(replace(stop, state=StopState.DONE, until=at))
        elif stop.state is StopState.WAITING and passing:
            passing = stop.person != to
            skipped = replace(stop, state=StopState.SKIPPED, until=at, why=reason)
            after.append(skipped if passing else _with(stop, at))
        else:
            after.append(stop)
    return after


def end(stops: Sequence[RouteStop], at: str, reason: str) -> list[RouteStop]:
    """The stops after the copy has come back to the registry.

    Raises:
        CustodyError: somebody is still to have it, and no reason is given.
    """
    awaited = following(stops)
    if awaited is not None and not reason:
        raise CustodyError(
            "the copy would leave its route: {person} is next",
            hint="Let it go to {person}, or give the reason.",
            person=awaited.person,
        )
    closing = {
        StopState.WITH: StopState.DONE,
        StopState.WAITING: StopState.LEFT,
    }
    return [
        replace(
            stop,
            state=closing[stop.state],
            until=at,
            why=reason if stop.state is StopState.WAITING else "",
        )
        if stop.state in closing
        else stop
        for stop in stops
    ]


def _with(stop: RouteStop, at: str) -> RouteStop:
    due_at = moment(instant(at) + timedelta(hours=stop.hours)) if stop.hours else ""
    return replace(stop, state=StopState.WITH, since=at, due_at=due_at)
