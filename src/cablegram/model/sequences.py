"""Sequences: whether numbers rise with time, how surely, and which entries break that.

The rule is docs/spec/register-audit.md.  Nothing here calls an entry wrong: an entry breaks a
sequence that was shown, and the ground is said.  Moments are whole seconds from any instant.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby, pairwise
from math import exp, log
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from cablegram.model.chances import both, inversions_of, longest_rise, order_of, pace_of
from cablegram.sentences import all_of, sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ERROR_RATE = 0.05
"""How often a column without order may be called a sequence."""

LEAST = 4
"""Fewer numbers than this are too few: three come in order by chance one time in six."""

PACE_MAX = 16
"""Up to so many numbers it is asked whether their steps fit the time that passed."""

SAMPLE = 20_000
"""Of more numbers than this, so many are taken, evenly in time, to judge how sure it is."""

STEPS_LEAST = 8
"""Fewer steps than this say nothing of a usual pace."""

PACE_TIMES = 10
"""A step so many times above or below the usual pace is told, if none like it is usual."""

STEP_LEAST = 30
"""A smaller step is never told: days are uneven."""

DENSE = 0.8
"""Where so much of the numbers' span is there, a number that is not is a gap."""


class Entry(NamedTuple):
    """One number of a column: when, which, and where it stands (a line, a row)."""

    at: int
    number: int
    place: str


@dataclass(frozen=True, slots=True)
class Break:
    """An entry that does not fit a shown sequence, and on what ground.

    ``kind`` is order, twice, pace or gap.  ``against`` are the entries it does not fit.
    """

    kind: str
    entry: Entry
    against: tuple[Entry, ...]
    ground: str


@dataclass(frozen=True, slots=True)
class Order:
    """How surely numbers rise with time.

    ``inversions`` of ``pairs`` stand the wrong way round; ``by_order`` is how often chance alone
    does as well, whatever the numbers are.  ``by_pace`` is how often numbers that fall evenly in
    their span would be spaced like the times; None where that is not asked.  ``chance`` takes
    both together.
    """

    inversions: int
    pairs: int
    by_order: float
    by_pace: float | None
    chance: float


@dataclass(frozen=True, slots=True)
class Finding:
    """What a column of numbers is: ``verdict`` is sequence, resets, not shown, too few or constant.

    ``numbers`` counts those that differ; ``a_day`` is the usual pace, 0 where there is none.
    """

    verdict: str
    entries: int
    numbers: int
    order: Order | None
    a_day: float
    breaks: tuple[Break, ...]


def judge(
    columns: Sequence[tuple[Sequence[Entry], Sequence[int]]], rate: float = ERROR_RATE
) -> list[Finding]:
    """What each of these columns is, all of them looked at together.

    A column comes with the period of each entry (its year), for numbers that begin anew with
    each.  The more columns are looked at, the surer each must be (Holm 1979).
    """
    looked = [_look(entries, periods) for entries, periods in columns]
    chances = sorted(
        (seen.order.chance, n) for n, seen in enumerate(looked) if seen.order is not None
    )
    shown: set[int] = set()
    for rank, (chance, n) in enumerate(chances):
        if chance > rate / (len(chances) - rank):
            break
        shown.add(n)
    return [_finding(seen, shown=n in shown, rate=rate) for n, seen in enumerate(looked)]


# --- one column -----------------------------------------------------------------------------------


class _Row(NamedTuple):
    """An entry with its period, in the order of time and then number."""

    period: int
    entry: Entry


class _Seen(NamedTuple):
    """A column as it was looked at: rows once for each number, the rows left out, its order."""

    entries: int
    rows: list[_Row]
    again: list[tuple[Entry, Entry]]
    resets: bool
    order: Order | None


def _look(entries: Sequence[Entry], periods: Sequence[int]) -> _Seen:
    every = [_Row(period, entry) for entry, period in zip(entries, periods, strict=True)]
    every.sort(key=lambda row: (row.entry.at, row.entry.number))
    plain, again = _once(every, resets=False)
    anew, again_anew = _once(every, resets=True)
    if len(plain) < LEAST and len(anew) < LEAST:
        return _Seen(len(entries), plain, again, resets=False, order=None)
    one = _order(plain, resets=False) if len(plain) >= LEAST else None
    if not _falls_back(anew):
        return _Seen(len(entries), plain, again, resets=False, order=one)
    other = _order(anew, resets=True)
    # Two ways were tried, so each must be twice as sure.
    if one is not None and one.chance <= other.chance:
        return _Seen(len(entries), plain, again, resets=False, order=_doubled(one))
    return _Seen(len(entries), anew, again_anew, resets=True, order=_doubled(other))


def _once(rows: Iterable[_Row], *, resets: bool) -> tuple[list[_Row], list[tuple[Entry, Entry]]]:
    """Each number at its first time, and the entries that bear it again with that first one."""
    first: dict[tuple[int, int], Entry] = {}
    kept: list[_Row] = []
    again: list[tuple[Entry, Entry]] = []
    for row in rows:
        key = (row.period if resets else 0, row.entry.number)
        if key in first:
            again.append((row.entry, first[key]))
        else:
            first[key] = row.entry
            kept.append(row)
    return kept, again


def _falls_back(rows: Sequence[_Row]) -> bool:
    """Whether, in most periods, the numbers begin far below where those before had come to."""
    spans = [
        [row.entry.number for row in group] for _, group in groupby(rows, key=lambda r: r.period)
    ]
    falls = [median(later[:3]) < max(earlier) for earlier, later in pairwise(spans)]
    return bool(falls) and sum(falls) * 2 > len(falls)


def _order(rows: Sequence[_Row], *, resets: bool) -> Order:
    step = max(1, -(-len(rows) // SAMPLE))
    parts = _parts(rows[::step], resets=resets)
    inversions = pairs = 0
    groups: list[list[int]] = []
    for part in parts:
        numbers = [row.entry.number for row in part]
        inversions += inversions_of(numbers)  # equal times stand in the order of their numbers
        groups.append([len(list(group)) for _, group in groupby(part, key=lambda r: r.entry.at)])
        equal = sum(size * (size - 1) for size in groups[-1])
        pairs += (len(part) * (len(part) - 1) - equal) // 2
    by_order = order_of(groups, inversions)
    by_pace = None
    if len(parts) == 1 and len(parts[0]) <= PACE_MAX:
        by_pace = pace_of(
            [row.entry.at for row in parts[0]], [row.entry.number for row in parts[0]]
        )
    chance = by_order if by_pace is None else both(by_order, by_pace)
    return Order(inversions, pairs, by_order, by_pace, chance)


def _parts(rows: Sequence[_Row], *, resets: bool) -> list[list[_Row]]:
    if not resets:
        return [list(rows)]
    return [list(group) for _, group in groupby(rows, key=lambda row: row.period)]


def _doubled(order: Order) -> Order:
    return Order(
        order.inversions, order.pairs, order.by_order, order.by_pace, min(1.0, 2 * order.chance)
    )


def _finding(seen: _Seen, *, shown: bool, rate: float) -> Finding:
    numbers = len({row.entry.number for row in seen.rows})
    if seen.order is None:
        # Two or three entries of one number may still be the beginning of anything.
        verdict = "constant" if numbers == 1 and seen.entries >= LEAST else "too few"
        return Finding(verdict, seen.entries, numbers, None, 0.0, ())
    # However well the steps fit, order itself must speak: a shuffled sequence has its steps too.
    if not shown or seen.order.by_order > rate:
        return Finding("not shown", seen.entries, numbers, seen.order, 0.0, ())
    parts = _parts(seen.rows, resets=seen.resets)
    breaks: list[Break] = []
    steps: list[tuple[Entry, Entry]] = []
    for part in parts:
        entries = [row.entry for row in part]
        chain = longest_rise([entry.number for entry in entries])
        breaks += _out_of_order(entries, chain)
        rise = list(pairwise(entries[place] for place in chain))
        breaks += _gaps(rise, {entry.number for entry in entries})
        steps += rise
    breaks += _twice(seen)
    pace, odd = _paces(steps)
    breaks += odd
    breaks.sort(key=lambda found: (found.entry.at, found.entry.number))
    verdict = "resets" if seen.resets else "sequence"
    return Finding(verdict, seen.entries, numbers, seen.order, pace, tuple(breaks))


# --- what breaks a sequence -----------------------------------------------------------------------


def _out_of_order(entries: Sequence[Entry], chain: Sequence[int]) -> list[Break]:
    """The entries that are not on the longest rising row, with their neighbours on it."""
    found = []
    on = 0
    for place, entry in enumerate(entries):
        if on < len(chain) and chain[on] == place:
            on += 1
            continue
        before = entries[chain[on - 1]] if on else None
        after = entries[chain[on]] if on < len(chain) else None
        against = [near for near in (before, after) if near is not None]
        wrong = [near for near in against if (near is before) != (near.number < entry.number)]
        said = all_of(str(near.number) for near in against)
        ground = sentence(
            "{number} stands {it} {said}",
            number=entry.number,
            it=sentence("between") if len(against) > 1 else sentence("beside"),
            said=said,
        )
        # Where it and one neighbour alone disagree, it may as well be the neighbour.
        beyond = [
            entries[chain[at]]
            for at in (on - 2, on + 1)
            if 0 <= at < len(chain)
            and (chain[at] < place) != (entries[chain[at]].number < entry.number)
        ]
        if len(wrong) == 1 and not beyond:
            ground += sentence(": its number or date, or those of {number}", number=wrong[0].number)
        else:
            ground += sentence(": its number or its date")
        found.append(Break("order", entry, tuple(against), ground))
    return found


def _twice(seen: _Seen) -> list[Break]:
    """The entries that bear a number again, unless numbers do so as a rule (copies of one)."""
    if len(seen.again) * 5 > seen.entries:
        return []
    return [
        Break(
            "twice",
            entry,
            (first,),
            sentence("{number} stands at {place} already", number=entry.number, place=first.place),
        )
        for entry, first in seen.again
    ]


def _paces(steps: Sequence[tuple[Entry, Entry]]) -> tuple[float, list[Break]]:
    """The usual pace a day, and the steps far from it."""
    rates = [
        (later.number - earlier.number) * 86400 / (later.at - earlier.at)
        for earlier, later in steps
        if later.at > earlier.at
    ]
    if not rates:
        return 0.0, []
    whole = sum(later.number - earlier.number for earlier, later in steps)
    spent = sum(later.at - earlier.at for earlier, later in steps)
    pace = whole * 86400 / spent
    if len(rates) < STEPS_LEAST:
        return pace, []
    usual = median(rates)
    logs = [abs(log(rate / usual)) for rate in rates]
    # As far as the usual steps scatter; a quarter of an order of magnitude is always usual.
    bound = max(log(PACE_TIMES), 6 * max(median(logs), 0.25))
    found = []
    for earlier, later in steps:
        passed, step = later.at - earlier.at, later.number - earlier.number
        expected = usual * passed / 86400
        # A step of a few says nothing in a short time: numbers are whole and days uneven.
        fits = step <= max(expected, 1.0) * exp(bound) or step <= STEP_LEAST
        if passed > 0 and not fits:
            ground = sentence(
                "{step:,} numbers after {number}, where about {value:,} "
                "would be usual in that time",
                step=step,
                number=earlier.number,
                value=max(1, round(expected)),
            )
            found.append(Break("pace", later, (earlier,), ground))
    return pace, found


def _gaps(steps: Sequence[tuple[Entry, Entry]], there: set[int]) -> list[Break]:
    """The numbers that are not there, where nearly all are."""
    span = sum(later.number - earlier.number for earlier, later in steps)
    if len(steps) < STEPS_LEAST or len(steps) < DENSE * span:
        return []
    found = []
    for earlier, later in steps:
        missing = [n for n in range(earlier.number + 1, later.number) if n not in there]
        if missing:
            said = (
                sentence("{missing} is", missing=missing[0])
                if len(missing) == 1
                else sentence("{runs} are", runs=_runs(missing))
            )
            found.append(Break("gap", later, (earlier,), sentence("{said} not here", said=said)))
    return found


def _runs(numbers: Sequence[int]) -> str:
    """Numbers in a few words: ``3, 5 to 8``."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(
        sentence("{run} to {run2}", run=run[0], run2=run[-1]) if len(run) > 1 else str(run[0])
        for run in runs
    )
