"""Chances: how often numbers without order would stand, or be spaced, as some do.

Each is exact where numbers are few, and rests on what its docstring says
(docs/spec/register-audit.md).
"""

from __future__ import annotations

from bisect import bisect_left
from fractions import Fraction
from math import erfc, factorial, log, sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

EXACT_MAX = 60
"""Up to so many numbers every order is counted; above it the normal law serves."""

NEVER = 1e-300
"""No chance is said to be less."""


def order_of(parts: Sequence[Sequence[int]], inversions: int) -> float:
    """How often chance alone gives so few inversions, or fewer.

    ``parts`` are runs that know nothing of each other (years); each is the sizes of its groups of
    equal time, between which inversions are counted.  It rests on nothing but that every
    arrangement is as likely as any other.
    """
    if sum(map(sum, parts)) <= EXACT_MAX:
        ways, arrangements = [1], 1
        for sizes in parts:
            ways = _times(ways, _inversion_counts(sizes, inversions), inversions)
            arrangements *= factorial(sum(sizes))
            for size in sizes:
                arrangements //= factorial(size)
        return float(Fraction(sum(ways), arrangements))
    middle = spread = 0.0
    for sizes in parts:
        n = sum(sizes)
        middle += (n * (n - 1) - sum(s * (s - 1) for s in sizes)) / 4
        spread += n * (n - 1) * (2 * n + 5) - sum(s * (s - 1) * (2 * s + 5) for s in sizes)
    if not spread:
        return 1.0  # all at one time
    away = (inversions + 0.5 - middle) / sqrt(spread / 72)
    return max(NEVER, erfc(-away / sqrt(2)) / 2)


def pace_of(times: Sequence[int], numbers: Sequence[int]) -> float | None:
    """How often numbers that fall evenly in their span are spaced so like the times, or closer.

    Both are taken in their own order, so that this says nothing about the order of one in the
    other.  None where there is nothing between first and last, or no time passed.
    """
    when, which = sorted(times), sorted(numbers)
    inner = len(which) - 2
    if inner < 1 or when[0] == when[-1] or which[0] == which[-1]:
        return None
    expected = [Fraction(t - when[0], when[-1] - when[0]) for t in when[1:-1]]
    found = [Fraction(v - which[0], which[-1] - which[0]) for v in which[1:-1]]
    # A number is whole: it may lie half a step either way.
    off = max(abs(a - b) for a, b in zip(expected, found, strict=True))
    off = max(off, Fraction(1, 2 * (which[-1] - which[0])))
    low = [max(Fraction(0), at - off) for at in expected]
    high = [min(Fraction(1), at + off) for at in expected]
    return float(_within(low, high))


def both(one: float, other: float) -> float:
    """Two independent chances together (Fisher)."""
    product = max(NEVER, one * other)
    return min(1.0, product * (1 - log(product)))


def inversions_of(numbers: Sequence[int]) -> int:
    """How many pairs stand the wrong way round; n log n."""
    _, count = _sorted_counting(list(numbers))
    return count


def longest_rise(numbers: Sequence[int]) -> list[int]:
    """The places of a longest strictly rising row of numbers, in order; n log n."""
    ends: list[int] = []
    places: list[int] = []
    before: list[int] = []
    for place, number in enumerate(numbers):
        length = bisect_left(ends, number)
        before.append(places[length - 1] if length else -1)
        if length == len(ends):
            ends.append(number)
            places.append(place)
        else:
            ends[length], places[length] = number, place
    found: list[int] = []
    place = places[-1] if places else -1
    while place >= 0:
        found.append(place)
        place = before[place]
    return found[::-1]


def _inversion_counts(sizes: Sequence[int], most: int) -> list[int]:
    """In how many arrangements there are 0, 1, ... ``most`` inversions (the q-multinomial)."""
    ways = [1] + [0] * most
    for k in range(1, sum(sizes) + 1):
        for n in range(most, k - 1, -1):  # times 1 - q^k
            ways[n] -= ways[n - k]
    for size in sizes:
        for k in range(1, size + 1):
            for n in range(k, most + 1):  # divided by 1 - q^k
                ways[n] += ways[n - k]
    return ways


def _times(one: Sequence[int], other: Sequence[int], most: int) -> list[int]:
    ways = [0] * (most + 1)
    for a, left in enumerate(one[: most + 1]):
        for b, right in enumerate(other[: most + 1 - a]):
            ways[a + b] += left * right
    return ways


def _sorted_counting(numbers: list[int]) -> tuple[list[int], int]:
    if len(numbers) <= 1:
        return numbers, 0
    half = len(numbers) // 2
    left, first = _sorted_counting(numbers[:half])
    right, second = _sorted_counting(numbers[half:])
    count = first + second
    merged = []
    at = 0
    for number in right:
        while at < len(left) and left[at] <= number:
            merged.append(left[at])
            at += 1
        count += len(left) - at
        merged.append(number)
    return merged + left[at:], count


def _within(low: Sequence[Fraction], high: Sequence[Fraction]) -> Fraction:
    """The chance that each of the sorted evenly fallen numbers lies in its bounds (Steck 1971)."""
    n = len(low)
    rows = [
        [
            Fraction(0)
            if i > j + 1
            else max(high[i] - low[j], Fraction(0)) ** (j - i + 1) / factorial(j - i + 1)
            for j in range(n)
        ]
        for i in range(n)
    ]
    return max(Fraction(0), factorial(n) * _determinant(rows))


def _determinant(rows: list[list[Fraction]]) -> Fraction:
    found = Fraction(1)
    for n in range(len(rows)):
        pivot = next((m for m in range(n, len(rows)) if rows[m][n]), None)
        if pivot is None:
            return Fraction(0)
        if pivot != n:
            rows[n], rows[pivot] = rows[pivot], rows[n]
            found = -found
        found *= rows[n][n]
        for m in range(n + 1, len(rows)):
            if rows[m][n]:
                times = rows[m][n] / rows[n][n]
                rows[m] = [a - times * b for a, b in zip(rows[m], rows[n], strict=True)]
    return found
