"""Dates as people write them: 5.7.1951, 5.7.1951 21.00, 1951-07-05, 1951-07-05T21:00+03:00.

At the counter a date is near: 15.7 and 15.7 18.00 are the nearest such day, 18.00 is today, and
+3 three days from now.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cablegram.errors import MalformedError
from cablegram.model.times import instant, moment, read_moment
from cablegram.sentences import sentence

if TYPE_CHECKING:
    from datetime import tzinfo

_LOCAL = re.compile(
    r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})(?:,? +([0-9]{1,2})[.:]([0-9]{2})(?:[.:]([0-9]{2}))?)?"
)
_NEAR = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.?(,? +[0-9]{1,2}[.:][0-9]{2})?")
_TODAY = re.compile(r"[0-9]{1,2}:[0-9]{2}")
_AHEAD = re.compile(r"\+([0-9]{1,5})")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_HINT = "Write 5.7.1951, 5.7.1951 21.00 or 1951-07-05T21:00, the year in full."


def read_date(text: str, zone: tzinfo, *, end: bool = False) -> str:
    """The moment that a date means; a day alone is its first second, or its last with ``end``.

    Raises:
        MalformedError: not a date, or one that can be read in two ways.
    """
    text = text.strip()
    found = _LOCAL.fullmatch(text)
    if found is None:
        day = _DAY.fullmatch(text)
        if day is None:
            try:
                return read_moment(text, zone)
            except MalformedError as exc:
                raise MalformedError("{text!r} is not a date", hint=_HINT, text=text[:40]) from exc
        return _of_day(text, text, zone, end=end)
    iso = f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}"
    if found[4] is None:
        return _of_day(iso, text, zone, end=end)
    return read_moment(f"{iso}T{int(found[4]):02}:{found[5]}:{found[6] or '00'}", zone)


def read_near(text: str, zone: tzinfo, now: str, *, end: bool = False) -> str:
    """``read_date``, and dates without a year, times of today and ``+3`` days, as of ``now``.

    ``15.7`` is a day: a time of today is written with its colon, ``18:00``.

    Raises:
        MalformedError: not a date, or one that can be read in two ways.
    """
    text = text.strip()
    here = instant(now).astimezone(zone)
    ahead = _AHEAD.fullmatch(text)
    if ahead is not None:
        try:
            return moment(instant(now) + timedelta(days=int(ahead[1])))
        except OverflowError as exc:
            raise MalformedError("{text} is after all dates", hint=_HINT, text=text) from exc
    if _TODAY.fullmatch(text):
        return read_moment(f"{here:%Y-%m-%d}T{int(text[:-3]):02}:{text[-2:]}", zone)
    near = _NEAR.fullmatch(text)
    if near is None:
        try:
            return read_date(text, zone, end=end)
        except MalformedError as exc:
            exc.hint += sentence(" Near by, 15.7, 15.7 18.00, 18:00 and +3 do as well.")
            raise
    found = []
    for year in (here.year - 1, here.year, here.year + 1):
        with suppress(MalformedError):
            said = f"{near[1]}.{near[2]}.{year}{near[3] or ''}"
            found.append(read_date(said, zone, end=end))
    if not found:
        raise MalformedError("{text!r} is not a day", hint=_HINT, text=text[:40])
    return min(found, key=lambda at: abs(instant(at) - instant(now)))


def _of_day(iso: str, text: str, zone: tzinfo, *, end: bool) -> str:
    try:
        first = datetime.fromisoformat(iso)
        at = (first + timedelta(days=1) if end else first).replace(tzinfo=zone)
        return moment(at - timedelta(seconds=1) if end else at)
    except (ValueError, OverflowError) as exc:
        raise MalformedError("{text!r} is not a day", hint=_HINT, text=text[:40]) from exc
