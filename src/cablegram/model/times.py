"""Moments and terms: instants as UTC text, days counted as the form says.

A moment is text, ``1951-07-05T18:00:00Z``: fixed width, so that moments compare
as text and the books, the ledger and the sheets hold the same bytes.  Local
time is shown beside it in a zone that the caller hands in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum

from cablegram.errors import MalformedError

_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z\Z")
DAYS_MAX = 36500


def moment(at: datetime) -> str:
    """The moment of an aware datetime, to the second."""
    assert at.tzinfo is not None, "a moment needs a zone"
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")


def instant(text: str) -> datetime:
    """The aware UTC datetime of a moment.

    Raises:
        MalformedError: not a moment, or a day that does not exist.
    """
    if _MOMENT.match(text):
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            pass
    raise MalformedError(
        "{text!r} is not a moment", hint="Write UTC as in 1951-07-05T18:00:00Z.", text=text
    )


def read_moment(text: str, zone: tzinfo) -> str:
    """A moment from what a person writes: with an offset or Z, or local time in ``zone``.

    Raises:
        MalformedError: not a date and time, or a local time that the zone skips or repeats.
    """
    try:
        at = datetime.fromisoformat(text)
    except ValueError as exc:
        raise MalformedError(
            "{text!r} is not a date and time",
            hint="Write 1951-07-05T21:00 or add +03:00.",
            text=text,
        ) from exc
    if at.tzinfo is None:
        at = at.replace(tzinfo=zone)
        if at.utcoffset() != at.replace(fold=1).utcoffset():
            raise MalformedError(
                "the clock showed {text} twice or never",
                hint="Add the offset, as in +03:00.",
                text=text,
            )
    try:
        return moment(at)
    except OverflowError as exc:
        raise MalformedError(
            "{text!r} is before or after all dates", hint="Check it.", text=text
        ) from exc


class Unit(StrEnum):
    """How a term counts."""

    DAYS_24H = "24-hour days"
    CALENDAR_DAYS = "calendar days"


class Counted(StrEnum):
    """The instant a term is counted from."""

    RECEIVED = "received"
    PRINTED = "printed"
    ISSUED = "issued"


@dataclass(frozen=True, slots=True)
class ReturnTerm:
    """When and where a copy goes back: 6 24-hour days from receipt, to the Eighth Department."""

    count: int
    unit: Unit
    counted: Counted
    to: str

    def __post_init__(self) -> None:
        if not 1 <= self.count <= DAYS_MAX:
            raise MalformedError(
                "a return term of {count} days",
                hint="Use 1 to {days_max} days.",
                count=self.count,
                days_max=DAYS_MAX,
            )

    def due(self, start: str, zone: tzinfo) -> str:
        """The moment the term ends, counted from ``start``.

        24-hour days end at the same clock interval later; calendar days end with
        the last second of the last local day, the day of the start not counted.
        """
        begin = instant(start)
        try:
            if self.unit is Unit.DAYS_24H:
                return moment(begin + timedelta(days=self.count))
            day = begin.astimezone(zone).date() + timedelta(days=self.count)
            # Where clocks go back at midnight the last second comes twice: the later one ends it.
            return moment(datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=zone, fold=1))
        except OverflowError as exc:
            raise MalformedError(
                "{count} days from {start} is after all dates",
                hint="Use a shorter term.",
                count=self.count,
                start=start,
            ) from exc


def stricter(*moments: str) -> str:
    """The earliest of the moments that are set; empty if none is."""
    return min((m for m in moments if m), default="")
