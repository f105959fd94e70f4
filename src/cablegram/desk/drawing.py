"""Drawing: where things stand in the picture of a copy's life (an SVG that the page is told in).

Time runs to the right and is pressed together: an act apart from the next by minutes and one apart
by weeks are both to be seen, so a gap grows with the logarithm of its length.  Every figure is in
the picture's own units; the page sets how large they are.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import timedelta
from math import log2
from typing import TYPE_CHECKING

from cablegram.model.times import instant

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, tzinfo

    from cablegram.registry.lives import Life, Stretch

WIDTH = 1000
"""The least width; a long life is wider."""
LEFT, RIGHT = 150, 30
TOP, BAND, LANE, DAYS = 26, 34, 30, 40
LEAST, GROWS = 20.0, 11.0
"""How wide a gap is at least, and how much it grows with each doubling of its length."""
DAY_APART = 64
"""How far apart two days' names must stand."""
LETTER = 7.2
"""About how wide a letter of a state's name is."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch as a bar: what it is of, its place and width; whether its words have room."""

    what: str
    x: float
    width: float
    y: float

    def holds(self, words: str) -> bool:
        """Whether these words have room on it."""
        return sum(2 if ord(c) > 0x2E80 else 1 for c in words) * LETTER + 10 < self.width  # noqa: PLR2004  # wide scripts begin there


@dataclass(frozen=True, slots=True)
class Lane:
    """One holder's lane: who (empty: the registry), where, and its bars."""

    holder: str
    y: float
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """An act on the picture: its number in the list below, where, and in whose lane it ended."""

    number: int
    x: float
    y: float
    countered: bool


@dataclass(frozen=True, slots=True)
class Day:
    """A day's name under the picture."""

    x: float
    at: str


@dataclass(frozen=True, slots=True)
class Picture:
    """The whole: its size, the states' band, the lanes, the acts, the days, and where now is.

    ``due`` is where the moment is at which it must be back, None where that is not on it.
    """

    width: float
    height: float
    states: tuple[Bar, ...]
    lanes: tuple[Lane, ...]
    marks: tuple[Mark, ...]
    days: tuple[Day, ...]
    now: float
    due: float | None


def life(drawn: Life, now: str, zone: tzinfo, *, due_at: str = "", ended: bool = False) -> Picture:
    """A copy's life as a picture, until ``now``; one that has ended stops at its last act."""
    moments = [instant(step.entry.at) for step in drawn.steps]
    last = moments[-1] + timedelta(hours=1) if ended else max(instant(now), moments[-1])
    due = instant(due_at) if due_at and not ended else None
    ends = [*moments, last, *([due] if due is not None and due > last else [])]
    places = _places(ends)
    width = places[-1] + RIGHT
    bottom = TOP + BAND + 14 + LANE * len(drawn.lanes)
    lanes = [
        Lane(holder, y, _bars(stretches, places, y + LANE / 2 - 7))
        for n, (holder, stretches) in enumerate(drawn.lanes)
        for y in [TOP + BAND + 14 + LANE * n]
    ]
    middles = {lane.holder: lane.y + LANE / 2 for lane in lanes}
    marks = [
        Mark(n + 1, x, middles.get(step.holder, TOP + BAND / 2), bool(step.countered))
        for n, (step, x) in enumerate(zip(drawn.steps, places, strict=False))
    ]
    return Picture(
        width=max(WIDTH, width),
        height=bottom + DAYS,
        states=_bars(drawn.states, places, TOP),
        lanes=tuple(lanes),
        marks=tuple(marks),
        days=_days(moments, places, zone),
        now=places[len(moments)],
        due=None if due is None else _at(due, ends, places),
    )


def _places(moments: Sequence[datetime]) -> list[float]:
    """Where each moment stands, in order; a short life is spread over the whole width."""
    gaps = []
    for before, after in itertools.pairwise(moments):
        minutes = max(0.0, (after - before).total_seconds() / 60)
        gaps.append(LEAST + GROWS * log2(1 + minutes / 15))
    whole = WIDTH - LEFT - RIGHT
    factor = max(1.0, whole / sum(gaps))
    places = [float(LEFT)]
    for gap in gaps:
        places.append(round(places[-1] + gap * factor, 1))
    return places


def _bars(stretches: Sequence[Stretch], places: Sequence[float], y: float) -> tuple[Bar, ...]:
    return tuple(
        Bar(one.what, places[one.first], round(places[one.last] - places[one.first], 1), y)
        for one in stretches
    )


def _at(moment: datetime, ends: Sequence[datetime], places: Sequence[float]) -> float:
    """Where a moment between two others stands."""
    for n in range(len(ends) - 1):
        if ends[n] <= moment <= ends[n + 1]:
            span = (ends[n + 1] - ends[n]).total_seconds() or 1
            part = (moment - ends[n]).total_seconds() / span
            return round(places[n] + part * (places[n + 1] - places[n]), 1)
    return places[0]


def _days(moments: Sequence[datetime], places: Sequence[float], zone: tzinfo) -> tuple[Day, ...]:
    """The first act of each day, where there is room for its name."""
    found: list[Day] = []
    before = None
    for moment, x in zip(moments, places, strict=False):
        day = moment.astimezone(zone).date()
        if day != before and (not found or x - found[-1].x >= DAY_APART):
            found.append(Day(x, moment.strftime("%Y-%m-%dT%H:%M:%SZ")))
        before = day
    return tuple(found)
