"""Moments and terms, against calendars worked out by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cablegram.errors import MalformedError
from cablegram.model.times import (
    DAYS_MAX,
    Counted,
    ReturnTerm,
    Unit,
    instant,
    moment,
    read_moment,
    stricter,
)

MOSCOW = ZoneInfo("Europe/Moscow")
BERLIN = ZoneInfo("Europe/Berlin")
SAO_PAULO = ZoneInfo("America/Sao_Paulo")


def term(count, unit, counted=Counted.ISSUED):
    return ReturnTerm(count, unit, counted, "the Eighth Department")


def test_a_moment_is_twenty_characters():
    """Fixed width, so that moments compare as text, from year 1 on."""
    assert "1951-07-05T18:00:00Z" == moment(datetime(1951, 7, 5, 21, 0, tzinfo=MOSCOW))
    assert "0001-01-01T00:00:00Z" == moment(datetime(1, 1, 1, tzinfo=UTC))
    assert datetime(1951, 7, 5, 18, 0, tzinfo=UTC) == instant("1951-07-05T18:00:00Z")
    with pytest.raises(AssertionError):
        moment(datetime(1951, 7, 5))  # noqa: DTZ001


@settings(deadline=None)
@given(st.datetimes(timezones=st.just(UTC)))
def test_moments_come_back(at):
    """What is written is read again, to the second."""
    assert at.replace(microsecond=0) == instant(moment(at))
    assert 20 == len(moment(at))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1951-07-05T18:00:00",
        "1951-07-05 18:00:00Z",
        "1951-07-05T18:00:00z",
        "1951-02-30T00:00:00Z",
        "1951-13-01T00:00:00Z",
        "1951-07-05T24:00:00Z",
        "1951-07-05T23:60:00Z",
        "0000-01-01T00:00:00Z",
        "1951-07-05T18:00:00.5Z",
        "1951-07-05T18:00:00Z\n",
        "١٩٥١-07-05T18:00:00Z",
        "51-07-05T18:00:00Z",
    ],
)
def test_other_spellings_are_no_moment(text):
    """One spelling, on a day that exists."""
    with pytest.raises(MalformedError, match="is not a moment"):
        instant(text)


@pytest.mark.parametrize(
    ("text", "zone", "at"),
    [
        ("1951-07-05T21:00", MOSCOW, "1951-07-05T18:00:00Z"),
        ("1951-07-05 21:00", MOSCOW, "1951-07-05T18:00:00Z"),
        ("1951-07-05T21:00:30+08:00", MOSCOW, "1951-07-05T13:00:30Z"),
        ("1951-07-05T18:00:00Z", MOSCOW, "1951-07-05T18:00:00Z"),
        # Berlin's summer time of 2025 ended on 26 October at 03:00, which became 02:00.
        ("2025-10-26T02:30+02:00", BERLIN, "2025-10-26T00:30:00Z"),
        ("2025-10-26T02:30+01:00", BERLIN, "2025-10-26T01:30:00Z"),
        ("2025-10-26T01:59", BERLIN, "2025-10-25T23:59:00Z"),
        ("2025-10-26T03:00", BERLIN, "2025-10-26T02:00:00Z"),
    ],
)
def test_local_time_is_read_in_the_zone_handed_in(text, zone, at):
    """With an offset that holds, without one the office's zone."""
    assert at == read_moment(text, zone)


@pytest.mark.parametrize("text", ["2025-10-26T02:30", "2025-10-26T02:00", "2025-03-30T02:30"])
def test_a_time_the_zone_repeats_or_skips_is_refused(text):
    """On 30 March 2025 Berlin's clocks skipped 02:00 to 03:00; on 26 October they repeated it."""
    with pytest.raises(MalformedError, match="twice or never") as refused:
        read_moment(text, BERLIN)
    assert "Add the offset, as in +03:00." == refused.value.hint


@pytest.mark.parametrize(
    "text", ["", "now", "05.07.1951", "1951-07-05T25:00", "1951-02-30T10:00", "21:00"]
)
def test_what_is_no_date_and_time(text):
    """Anything else is refused with an example."""
    with pytest.raises(MalformedError, match="is not a date and time"):
        read_moment(text, MOSCOW)


def test_before_all_dates():
    """A local time that has no UTC date is refused."""
    with pytest.raises(MalformedError, match="before or after all dates"):
        read_moment("0001-01-01T00:00+14:00", MOSCOW)


def test_24_hour_days_go_by_the_clock():
    """Six 24-hour days from 21.00 on the 5th end at 21.00 on the 11th, whatever the clocks do."""
    assert "1951-07-11T18:00:00Z" == term(6, Unit.DAYS_24H).due("1951-07-05T18:00:00Z", MOSCOW)
    # One 24-hour day over a change of clocks: 23 or 25 hours of local time would be wrong.
    start = "2025-10-25T10:00:00Z"
    assert "2025-10-26T10:00:00Z" == term(1, Unit.DAYS_24H).due(start, BERLIN)


def test_calendar_days_end_with_the_local_day():
    """The day of the start does not count; the last local day does, to its last second."""
    # 5 July 21.00 in Moscow; six calendar days: 11 July 23.59.59, which is 20.59.59 UTC.
    start = "1951-07-05T18:00:00Z"
    assert "1951-07-11T20:59:59Z" == term(6, Unit.CALENDAR_DAYS).due(start, MOSCOW)
    # The same instant is the 6th already in Peking (+08:00, +09:00 in that summer).
    peking = timezone(timedelta(hours=8))
    assert "1951-07-12T15:59:59Z" == term(6, Unit.CALENDAR_DAYS).due(start, peking)
    # Into winter time: the last day is an hour longer.
    start = "2025-10-25T10:00:00Z"
    assert "2025-10-26T22:59:59Z" == term(1, Unit.CALENDAR_DAYS).due(start, BERLIN)


def test_a_last_hour_that_comes_twice_is_given_whole():
    """On 17 February 2018 at 24.00 Sao Paulo's clocks went back to 23.00: the later one ends it."""
    start = "2018-02-16T12:00:00Z"
    assert "2018-02-18T02:59:59Z" == term(1, Unit.CALENDAR_DAYS).due(start, SAO_PAULO)


def test_a_day_that_a_zone_left_out():
    """Samoa had no 30 December 2011: a term to that day ends with the 29th."""
    apia = ZoneInfo("Pacific/Apia")
    # 28 December 12.00 local (-10:00) and two calendar days; the 29th ended at 10:00 UTC.
    start = "2011-12-28T22:00:00Z"
    assert "2011-12-30T09:59:59Z" == term(2, Unit.CALENDAR_DAYS).due(start, apia)


@pytest.mark.parametrize("count", [0, -1, DAYS_MAX + 1])
def test_terms_are_bounded(count):
    """One day at least, a hundred years at most."""
    with pytest.raises(MalformedError, match=f"a return term of {count} days"):
        term(count, Unit.DAYS_24H)


@pytest.mark.parametrize("unit", list(Unit))
def test_a_term_after_all_dates(unit):
    """A term that ends after the year 9999 is refused, not a crash."""
    with pytest.raises(MalformedError, match="after all dates"):
        term(DAYS_MAX, unit).due("9999-01-01T00:00:00Z", UTC)


@settings(deadline=None)
@given(
    st.integers(-2_000_000_000, 4_000_000_000).map(lambda s: datetime.fromtimestamp(s, UTC)),
    st.integers(1, 60),
)
def test_a_term_ends_after_it_begins(start, count):
    """Calendar days end within a day of 24-hour days, and never before the start."""
    begin = moment(start)
    by_clock = term(count, Unit.DAYS_24H).due(begin, BERLIN)
    by_day = term(count, Unit.CALENDAR_DAYS).due(begin, BERLIN)
    assert begin < by_day
    assert abs(instant(by_clock) - instant(by_day)) <= timedelta(hours=25)
    assert instant(by_day).astimezone(BERLIN).date() == (
        instant(begin).astimezone(BERLIN).date() + timedelta(days=count)
    )


def test_the_stricter_of_what_is_set():
    """The earliest counts; what is not set does not."""
    assert "" == stricter() == stricter("", "")
    early, late = "1951-07-05T18:00:00Z", "1951-07-11T18:00:00Z"
    assert early == stricter(late, "", early)
