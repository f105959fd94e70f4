"""Columns: what in a table of any register is a time and what is a number.

A cell may hold several: ``575/2280/shs 5 July 1951`` has two numbers and a date of its own.
Cells of one column are alike where their words and marks are, whatever the figures.  The rule
is docs/spec/register-audit.md.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cablegram.model.sequences import Entry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import tzinfo

TIME_SHARE = 0.8
"""A column is one of times if so much of what stands in it is nothing but a date."""

DIGITS_MAX = 15
CELL_MAX = 1000
"""Longer cells are text, and are not looked at."""

When = tuple[int, int]
"""A time: seconds since 1970, and its year."""

Line = tuple[When | None, str, str]
"""When, the cell, and where it stands."""

_EN = "jan feb mar apr may jun jul aug sep oct nov dec".split()  # noqa: SIM905  # read as a row
_RU = "янв фев мар апр ма июн июл авг сен окт ноя дек".split()  # noqa: SIM905
_ROMAN = "i ii iii iv v vi vii viii ix x xi xii".split()  # noqa: SIM905

_CLOCK = (
    r"(?:[T,]?\s*(?P<hour>[0-2]?[0-9])[.:](?P<minute>[0-5][0-9])(?:[:.][0-5][0-9](?:\.[0-9]+)?)?)"
)
_AFTER = rf"{_CLOCK}?(?:\s*(?:ч\.?|h|hours))?(?P<zone>Z|[+-][0-9]{{2}}:?[0-9]{{2}})?"
_YEAR = r"(?P<year>[0-9]{4}|[0-9]{2})(?:\s*(?:года?|г\.?))?"
_WORD = r"(?P<word>[A-Za-zА-Яа-яЁё]{1,10})\.?"
_DATES = tuple(
    re.compile(rf"(?<![0-9A-Za-z]){form}(?![0-9])")
    for form in (
        rf"(?P<year>[0-9]{{4}})-(?P<month>[0-9]{{1,2}})-(?P<day>[0-9]{{1,2}}){_AFTER}",
        r"(?P<year>[0-9]{4})年(?P<month>[0-9]{1,2})月(?P<day>[0-9]{1,2})日",
        rf"(?P<day>[0-9]{{1,2}})[ ./-]{{1,2}}{_WORD}[ ,./-]{{1,2}}{_YEAR}{_AFTER}",
        rf"{_WORD}\s+(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?,?\s+{_YEAR}{_AFTER}",
        rf"(?P<day>[0-9]{{1,2}})([./-])\s?(?P<month>[0-9]{{1,2}})[ ./-]{{1,2}}{_YEAR}{_AFTER}",
    )
)
_CLOCK_FIRST = re.compile(r"^(?P<hour>[0-2]?[0-9])[.:](?P<minute>[0-5][0-9])(?:\s*ч\.?)?\s+")
_FIGURES = re.compile(rf"[0-9]{{1,{DIGITS_MAX}}}")
_BLANK = frozenset(" .,;()[]№")
_TWO_DIGITS = 100
_THIS_CENTURY = 30
"""A year of two digits below this is one after 2000."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """A column of numbers, or one part of a column of several: ``name`` says which."""

    name: str
    entries: tuple[Entry, ...]
    periods: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """What was found in a table: the columns of times, the one that was used, the numbers.

    ``undated`` counts rows whose numbers have no time; ``rows`` all of them.
    """

    times: tuple[str, ...]
    time: str
    numbers: tuple[Numbers, ...]
    rows: int
    undated: int


def read_date(text: str, zone: tzinfo = UTC) -> tuple[int, int, str] | None:
    """The first date in a text: seconds since 1970, its year, and what is left of the text.

    Local time is taken in ``zone``; where both are figures, the day stands before the month.
    """
    for form in _DATES:
        for found in form.finditer(text):
            at = _moment(found.groupdict(), zone)
            if at is not None:
                left = (text[: found.start()] + text[found.end() :]).strip()
                return int(at.timestamp()), at.year, left
    return None


def of_time(cells: Sequence[str]) -> bool:
    """Whether what stands in a column is nothing but dates."""
    said = [cell for cell in cells if cell.strip()]
    return bool(said) and sum(map(_is_date, said)) >= TIME_SHARE * len(said)


def read_table(columns: Mapping[str, Sequence[str]], time: str = "", zone: tzinfo = UTC) -> Table:
    """Times and numbers of a table, by column; the first column of times unless one is named.

    A cell that has a date of its own goes by that one.
    """
    times = [name for name, cells in columns.items() if of_time(cells)]
    chosen = time or (times[0] if times else "")
    rows = max((len(cells) for cells in columns.values()), default=0)
    dated = [_dated(cell, zone) for cell in columns.get(chosen, ())]
    dated += [None] * (rows - len(dated))
    found: list[Numbers] = []
    without: set[str] = set()
    for name, cells in columns.items():
        if name not in times and name != chosen:
            lines = [
                (dated[n], cell, f"row {n + 1}") for n, cell in enumerate(cells) if cell.strip()
            ]
            found += in_parts(name, lines, zone, without)
    return Table(tuple(times), chosen, tuple(found), rows, len(without))


def in_parts(
    name: str, lines: Sequence[Line], zone: tzinfo = UTC, without: set[str] | None = None
) -> list[Numbers]:
    """The numbers of the cells that are alike in most lines, part by part.

    A line is when, the cell and its place; places without a time are added to ``without``.
    """
    read = [(at, place, *_cell(cell, zone)) for at, cell, place in lines]
    shapes = Counter(shape for *_, shape, numbers in read if numbers)
    if not shapes:
        return []
    usual, many = shapes.most_common(1)[0]
    if many == 1 and len(shapes) > 1:
        return []  # every cell is a text of its own
    parts: dict[int, tuple[list[Entry], list[int]]] = {}
    for at, place, own, shape, numbers in read:
        when = own or at
        if shape != usual:
            continue
        if when is None:
            if without is not None:
                without.add(place)
            continue
        for part, number in enumerate(numbers):
            entries, periods = parts.setdefault(part, ([], []))
            entries.append(Entry(when[0], number, place))
            periods.append(when[1])
    return [
        Numbers(name if len(parts) == 1 else f"{name}, part {part + 1}", tuple(e), tuple(p))
        for part, (e, p) in parts.items()
    ]


def _dated(cell: str, zone: tzinfo) -> When | None:
    found = read_date(cell, zone)
    return None if found is None else found[:2]


def _cell(cell: str, zone: tzinfo) -> tuple[When | None, str, list[int]]:
    """A cell's own date, its shape without figures, and its numbers."""
    text = cell.strip()
    if not text or len(text) > CELL_MAX:
        return None, "", []
    if text.isascii() and text.isdecimal():
        return None, "#", [int(text)] if len(text) <= DIGITS_MAX else []
    own = read_date(text, zone)
    rest = text if own is None else own[2]
    numbers = [int(found) for found in _FIGURES.findall(rest)]
    return None if own is None else own[:2], _FIGURES.sub("#", rest), numbers


def _is_date(cell: str) -> bool:
    text = _CLOCK_FIRST.sub("", cell.strip())
    found = read_date(text)
    return found is not None and set(found[2]) <= _BLANK


def _moment(said: Mapping[str, str | None], zone: tzinfo) -> datetime | None:
    month = _month(said.get("word")) if said.get("word") else int(said["month"] or 0)
    year = int(said["year"] or 0)
    if year < _TWO_DIGITS:
        year += 2000 if year < _THIS_CENTURY else 1900
    try:
        at = datetime(year, month, int(said["day"] or 0), tzinfo=zone)
        hour, minute = int(said.get("hour") or 0), int(said.get("minute") or 0)
        offset = said.get("zone")
        if offset:
            at = at.replace(tzinfo=datetime.fromisoformat(f"1951-01-01T00:00{offset}").tzinfo)
        # 24.00 is the end of the day.
        return at + timedelta(hours=hour, minutes=minute)
    except (ValueError, OverflowError):
        return None


def _month(word: str | None) -> int:
    """The month that a word or a Roman figure names; 0 if none."""
    small = (word or "").lower()
    if small in _ROMAN:
        return _ROMAN.index(small) + 1
    for names in (_EN, _RU):
        for number, name in enumerate(names, start=1):
            if small.startswith(name):
                return number
    return 0
