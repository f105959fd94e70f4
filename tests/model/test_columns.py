"""Columns: dates in many spellings, cells of several numbers, tables."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from cablegram.model.columns import in_parts, of_time, read_date, read_table
from cablegram.model.sequences import judge

FACTS = Path(__file__).resolve().parents[3] / "shared/record/soviet_register_facts.csv"
FIFTH = int(datetime(1951, 7, 5, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    "text",
    [
        "1951-07-05",
        "5 July 1951",
        "5. July 1951",
        "July 5, 1951",
        "Jul. 5 1951",
        "5.7.1951",
        "5.7 1951 г.",
        "5.7.51 г.",
        "05/07/1951",
        "5 июля 1951 г.",
        "5 июля 1951 года",
        "5/VII-51",
        "5 VII 51",
        "1951年7月5日",
    ],
)
def test_a_date_is_read_in_many_spellings(text):
    """The day before the month where both are figures; a year of two figures is of its century."""
    assert (FIFTH, 1951) == read_date(text)[:2]
    assert of_time([text])


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("1951-07-05T21:00", 1260),
        ("1951-07-05 21:00:30", 1260),
        ("5.7.1951 22.25", 1345),
        ("1951-07-05T21:00+03:00", 1080),
        ("1951-07-05T21:00Z", 1260),
        ("5.7.1951 24.00", 1440),
    ],
)
def test_a_time_of_day_is_read_with_its_date(text, minutes):
    """With an offset where one is given; midnight may be the end of the day."""
    assert FIFTH + minutes * 60 == read_date(text)[0]


def test_local_time_is_taken_in_the_zone():
    """Three hours ahead of Greenwich."""
    assert FIFTH - 3 * 3600 == read_date("5.7.1951", timezone(timedelta(hours=3)))[0]


@pytest.mark.parametrize(
    "text", ["", "21497", "31.2.1951", "5 Thermidor 1951", "575/2280/shs", "4 copies", "22:25"]
)
def test_what_is_no_date_is_none(text):
    """Nor is a day that does not exist."""
    assert read_date(text) is None


def test_a_cell_of_several_numbers_is_taken_apart():
    """Part by part, each with the cell's own date; cells of another shape are left out."""
    cells = ["575/2280/shs 5 July 1951", "532/2343/shs 11 July 1951", "lost"]
    first, second = in_parts("stamp", [(None, cell, str(n)) for n, cell in enumerate(cells)])
    assert ("stamp, part 1", "stamp, part 2") == (first.name, second.name)
    assert [575, 532] == [entry.number for entry in first.entries]
    assert [(FIFTH, 2280), (FIFTH + 6 * 86400, 2343)] == [e[:2] for e in second.entries]
    assert (1951, 1951) == second.periods


def test_texts_that_are_all_different_have_no_numbers():
    """A word with a figure in it is no column."""
    lines = [((0, 1970), text, "") for text in ("ten 10", "room 4 left", "x" * 2000, "9" * 20)]
    assert [] == in_parts("other", lines)


def test_rows_without_a_time_are_counted():
    """And their numbers left out."""
    table = read_table({"no": ["1", "2", "3"], "when": ["5.7.51", "", "7.7.51"]})
    assert ("when", 3, 1) == (table.time, table.rows, table.undated)
    assert [1, 3] == [entry.number for entry in table.numbers[0].entries]


def test_the_column_of_times_may_be_named():
    """Else the first one is taken."""
    columns = {"no": ["1", "2"], "a": ["5.7.51", "6.7.51"], "b": ["5.7.52", "6.7.52"]}
    assert (("a", "b"), "a") == (read_table(columns).times, read_table(columns).time)
    assert {1952} == set(read_table(columns, "b").numbers[0].periods)


@pytest.mark.skipif(not FACTS.exists(), reason="the shared record is not here")
def test_the_seven_rows_of_1951():
    """Telegram numbers and the second half of the stamp are sequences, the first half is not."""
    with FACTS.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    table = read_table({name: [row[name] for row in rows] for name in rows[0]})
    seen = judge([(column.entries, column.periods) for column in table.numbers])
    verdicts = {c.name: one for c, one in zip(table.numbers, seen, strict=True)}
    assert "sequence" == verdicts["telegram_no"].verdict
    assert "not shown" == verdicts["incoming_stamp, part 1"].verdict
    assert "sequence" == verdicts["incoming_stamp, part 2"].verdict
    assert "too few" == verdicts["sender_no"].verdict
    assert 1 / 5040 == pytest.approx(verdicts["telegram_no"].order.by_order)
    assert 1 / 24 == pytest.approx(verdicts["incoming_stamp, part 2"].order.by_order)
    assert not any(one.breaks for one in seen)
    named = {name for name, one in verdicts.items() if one.verdict in {"sequence", "resets"}}
    assert {"telegram_no", "incoming_stamp, part 2"} == named
