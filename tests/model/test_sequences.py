"""Sequences: exact chances against counting by hand, error rates, planted breaks."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cablegram.model.chances import inversions_of, longest_rise, order_of, pace_of
from cablegram.model.sequences import ERROR_RATE, Entry, judge

DAY = 86_400


def column(numbers, times=None, years=None):
    times = times if times is not None else [n * DAY for n in range(len(numbers))]
    entries = [Entry(at, number, f"row {n}") for n, (at, number) in enumerate(zip(times, numbers))]  # noqa: B905
    return entries, years or [1951] * len(entries)


def found(numbers, times=None, years=None):
    return judge([column(numbers, times, years)])[0]


def wrong_way(row):
    return sum(row[i] > row[j] for i in range(len(row)) for j in range(i + 1, len(row)))


@pytest.mark.parametrize("size", range(1, 7))
def test_the_chance_of_an_order_is_counted(size):
    """Every arrangement counted one by one gives the same."""
    counts = [wrong_way(row) for row in permutations(range(size))]
    for most in range(size * (size - 1) // 2 + 1):
        expected = Fraction(sum(count <= most for count in counts), len(counts))
        assert float(expected) == order_of([[1] * size], most)


def test_equal_times_say_nothing_of_order():
    """Entries of one day stand in any order: only pairs of different days count."""
    sizes = [2, 1, 2]
    counts = []
    for row in permutations(range(5)):
        groups = [row[:2], row[2:3], row[3:]]
        counts.append(
            sum(
                a > b
                for g, one in enumerate(groups)
                for other in groups[g + 1 :]
                for a in one
                for b in other
            )
        )
    for most in range(9):
        expected = sum(count <= most for count in counts) / len(counts)
        assert expected == pytest.approx(order_of([sizes], most))


def test_the_normal_law_goes_on_where_counting_ends():
    """At the border the two agree to a tenth, in the tail that decides."""
    exact = order_of([[1] * 60], 700)
    normal = order_of([[1] * 61], 700 * 61 * 60 // (60 * 59))
    assert exact == pytest.approx(normal, rel=0.25)


def test_the_chance_of_a_pace_is_that_of_evenly_fallen_numbers():
    """Against a hundred thousand draws; and by hand for one number between two."""
    assert pace_of([0, 50, 100], [0, 40, 100]) == pytest.approx(0.2)
    times, numbers = [0, 10, 30, 70, 100], [0, 20, 25, 60, 100]
    drawn = random.Random(7)
    hits = 0
    for _ in range(100_000):
        row = sorted(drawn.random() for _ in range(3))
        hits += all(abs(a - b) <= 0.1 for a, b in zip(row, (0.1, 0.3, 0.7), strict=True))
    assert hits / 100_000 == pytest.approx(pace_of(times, numbers), abs=0.005)


def test_years_know_nothing_of_each_other():
    """Two of three numbers each: 36 arrangements, counted one by one; many, by the normal law."""
    counts = [
        wrong_way(one) + wrong_way(other)
        for one in permutations(range(3))
        for other in permutations(range(3))
    ]
    for most in range(7):
        expected = sum(count <= most for count in counts) / 36
        assert expected == pytest.approx(order_of([[1, 1, 1], [1, 1, 1]], most))
    assert order_of([[1] * 40, [1] * 40], 780) == pytest.approx(0.5, abs=0.01)
    assert order_of([[70]], 0) == 1


@pytest.mark.parametrize(
    ("times", "numbers"), [([0, 1], [1, 2]), ([5, 5, 5], [1, 2, 3]), ([1, 2, 3], [4, 4, 4])]
)
def test_there_is_no_pace_without_something_between(times, numbers):
    """Two numbers, no time, or no span."""
    assert pace_of(times, numbers) is None


@given(st.lists(st.integers(0, 30), max_size=40))
def test_inversions_and_rises_are_those_of_the_definition(numbers):
    """Counted pair by pair; a rise is one, and none is longer (by dynamic programming)."""
    assert wrong_way(numbers) == inversions_of(numbers)
    places = longest_rise(numbers)
    row = [numbers[place] for place in places]
    assert row == sorted(set(row))
    assert places == sorted(places)
    best = []
    for n, number in enumerate(numbers):
        best.append(1 + max((best[m] for m in range(n) if numbers[m] < number), default=0))
    assert max(best, default=0) == len(places)


@pytest.mark.parametrize("kind", ["even", "clustered", "shuffled"])
def test_what_has_no_order_is_seldom_called_a_sequence(kind):
    """No more often than the stated rate, whatever the numbers are, also a shuffled sequence's."""
    drawn, called, tries = random.Random(1951), 0, 2000
    for _ in range(tries):
        size = drawn.randint(4, 12)
        times = sorted(drawn.sample(range(100 * DAY), size))
        if kind == "even":
            numbers = [drawn.randrange(10_000) for _ in times]
        elif kind == "clustered":
            numbers = [int(drawn.lognormvariate(6, 1)) for _ in times]
        else:
            numbers = [2000 + at // 6000 for at in times]
            drawn.shuffle(numbers)
        called += found(numbers, times).verdict == "sequence"
    spread = (ERROR_RATE * (1 - ERROR_RATE) / tries) ** 0.5
    assert called / tries <= ERROR_RATE + 3 * spread


def test_many_columns_are_looked_at_together():
    """Of fifty columns without order, one is called a sequence no more often than the rate."""
    drawn, any_called, tries = random.Random(2), 0, 150
    for _ in range(tries):
        columns = [column(drawn.sample(range(900), 5)) for _ in range(50)]
        any_called += any(one.verdict == "sequence" for one in judge(columns))
    assert any_called / tries <= ERROR_RATE + 3 * (ERROR_RATE / tries) ** 0.5


def test_few_numbers_are_too_few():
    """Three in order are an accident one time in six."""
    assert "too few" == found([1, 2, 3]).verdict
    assert "too few" == found([]).verdict
    assert "too few" == found([5, 5, 5]).verdict
    assert "constant" == found([5, 5, 5, 5]).verdict


def test_four_in_order_are_not_enough_and_their_steps_may_be():
    """One in 24 alone does not do where more columns are looked at; steps that fit the time do."""
    times = [0, 6 * DAY, 8 * DAY, 106 * DAY]
    fits, not_ = [2280, 2343, 2384, 3612], [2280, 3100, 3500, 3612]
    noise = [column([3, 1, 4, 2]), column([9, 1, 2, 3])]
    assert "sequence" == judge([column(fits, times), *noise])[0].verdict
    seen = judge([column(not_, times), *noise])[0]
    assert "not shown" == seen.verdict
    assert not seen.breaks


@settings(max_examples=60, deadline=None)
@given(st.integers(30, 120), st.data())
def test_a_planted_break_is_found_and_nothing_else(size, data):
    """One number put far from its place is told, with the neighbours it does not fit."""
    place = data.draw(st.integers(3, size - 4))
    to = data.draw(st.sampled_from([n for n in range(2, size - 2) if abs(n - place) > 3]))
    numbers = [100 + 7 * n for n in range(size)]
    numbers[place] = 100 + 7 * to + 3
    seen = found(numbers)
    assert "sequence" == seen.verdict
    assert [("order", f"row {place}")] == [(b.kind, b.entry.place) for b in seen.breaks]
    near = {f"row {place - 1}", f"row {place + 1}"}
    assert near == {entry.place for entry in seen.breaks[0].against}


def test_of_two_that_changed_places_either_may_be_the_one():
    """Both are named."""
    numbers = list(range(1, 41))
    numbers[20], numbers[21] = numbers[21], numbers[20]
    (one,) = found(numbers).breaks
    assert {"21", "22"} <= {word.strip(":,.") for word in one.ground.split()}
    assert "or those of" in one.ground


def test_a_number_that_comes_twice_is_told_unless_that_is_the_rule():
    """Once among many it is told with the first; where every number has its copies it is not."""
    numbers = list(range(1, 31))
    seen = found([*numbers, 7])
    assert [("twice", "row 30")] == [(b.kind, b.entry.place) for b in seen.breaks]
    assert ("row 6",) == tuple(entry.place for entry in seen.breaks[0].against)
    doubled = [n for n in numbers for _ in range(2)]
    assert not found(doubled).breaks


def test_a_gap_is_told_where_nearly_all_are_there():
    """And not in a sample, where most numbers are elsewhere."""
    numbers = [n for n in range(1, 60) if n not in {20, 31, 32}]
    grounds = [b.ground for b in found(numbers).breaks]
    assert ["20 is not here", "31 to 32 are not here"] == grounds
    assert not found(list(range(1, 600, 10))).breaks


def test_a_leap_of_numbers_is_told():
    """A figure too many at the end keeps the order and breaks the pace."""
    numbers = [1000 + 9 * n + n % 3 for n in range(40)]
    seen = found([*numbers, 91_366])
    assert [("pace", "row 40")] == [(b.kind, b.entry.place) for b in seen.breaks]


def test_an_uneven_pace_is_no_break():
    """Quiet nights and busy days are usual."""
    drawn = random.Random(3)
    at, number, times, numbers = 0, 0, [], []
    for _ in range(300):
        at += int(drawn.expovariate(1 / 3000)) + 1
        number += 1 + int(drawn.expovariate(1 / 4))
        times.append(at)
        numbers.append(number)
    assert not [b for b in found(numbers, times).breaks if b.kind != "gap"]


def test_numbers_begun_anew_each_year_are_no_break():
    """Recognised as such; a break within a year is still found."""
    numbers, times, years = [], [], []
    for year in range(3):
        for n in range(30):
            numbers.append(n + 1)
            times.append((year * 365 + 12 * n) * DAY)
            years.append(1951 + year)
    seen = found(numbers, times, years)
    assert ("resets", ()) == (seen.verdict, seen.breaks)
    numbers[40], numbers[44] = numbers[44], numbers[40]
    broken = found(numbers, times, years)
    assert "resets" == broken.verdict
    assert {"row 40", "row 44"} >= {b.entry.place for b in broken.breaks if b.kind == "order"}
    assert "sequence" == found(list(range(90)), times, years).verdict


def test_a_step_in_no_time_has_no_pace():
    """Entries of one moment are in order, and say nothing of a day's."""
    seen = found(list(range(40)), [0] * 20 + [DAY] * 20)
    assert ("sequence", 39.0) == (seen.verdict, seen.a_day)
    assert "not shown" == found([1, 2, 3, 4, 5], [0] * 5).verdict


def test_ties_in_time_are_no_break():
    """Where only the day is known, the numbers of a day come in any order."""
    times = [DAY * (n // 5) for n in range(50)]
    numbers = [n // 5 * 5 + (4 - n % 5) for n in range(50)]
    seen = found(numbers, times)
    assert ("sequence", ()) == (seen.verdict, seen.breaks)


def test_a_large_register_is_judged_by_an_even_sample():
    """And its one break found all the same."""
    numbers = list(range(60_000))
    numbers[30_000] = 5
    seen = found(numbers)
    assert "sequence" == seen.verdict
    assert {"row 30000"} <= {b.entry.place for b in seen.breaks}
