"""Dates as people write them: 5.7.1951, 5.7.1951 21.00, 1951-07-05, 1951-07-05T21:00+03:00."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cablegram.errors import MalformedError
from cablegram.model.times import moment, read_moment

if TYPE_CHECKING:
    from datetime import tzinfo

_LOCAL = re.compile(
    r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})(?:,? +([0-9]{1,2})[.:]([0-9]{2})(?:[.:]([0-9]{2}))?)?"
)
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


def _of_day(iso: str, text: str, zone: tzinfo, *, end: bool) -> str:
    try:
        first = datetime.fromisoformat(iso)
        at = (first + timedelta(days=1) if end else first).replace(tzinfo=zone)
        return moment(at - timedelta(seconds=1) if end else at)
    except (ValueError, OverflowError) as exc:
        raise MalformedError("{text!r} is not a day", hint=_HINT, text=text[:40]) from exc
