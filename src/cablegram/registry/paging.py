"""Paging: a list read a page at a time, forwards and back, by the row that a page ended with.

A place in a list is text that a link can carry: which way, and what the row there is ordered by.
Nothing is counted and nothing passed over, so that the last page of a million lines comes as
quickly as the first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from cablegram.errors import MalformedError
from cablegram.model.shelves import SPECS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cablegram.ports import Key, Shelf, Shelves

R = TypeVar("R")

PAGE = 40
"""How many rows one page has."""
LOOKED_MAX = 800
"""How many rows are looked at for one page, where not every row belongs on it."""
PLACE_MAX = 400
DIGITS_MAX = 15
_CHUNK = 200
_ON, _BACK = "on", "back"
_BETWEEN = "~"


@dataclass(frozen=True, slots=True)
class Run:
    """A search as ``Shelf.find`` takes it, whose rows are to be paged."""

    shelf: str
    by: str = ""
    equal: tuple[Key, ...] = ()
    since: Key | None = None
    below: Key | None = None
    backwards: bool = False

    @property
    def order(self) -> tuple[str, ...]:
        """The columns that the rows come in the order of, behind the equal ones."""
        spec = SPECS[self.shelf]
        search = spec.finds[self.by] if self.by else ()
        columns = (*search, *(column for column in spec.key if column not in search))
        return columns[len(self.equal) :]


@dataclass(frozen=True, slots=True)
class Paged(Generic[R]):
    """One page: its rows, and the places that lead to the pages before and after; else empty.

    ``cut`` says that not every row was looked at: there may be more where ``on`` leads, or where
    ``back`` does on the way back.
    """

    rows: tuple[R, ...]
    back: str = ""
    on: str = ""
    cut: bool = False


def read(
    page: Shelves,
    run: Run,
    place: str = "",
    *,
    most: int = PAGE,
    keep: Callable[[Any], bool] | None = None,
) -> Paged[Any]:
    """The page at a place of a run; the first one where none is given.

    ``keep`` says which rows belong on it, where not all do.

    Raises:
        MalformedError: there is no such place.
    """
    shelf: Shelf[Any] = getattr(page, run.shelf)
    returning, start = _start(shelf, run, place)
    found, last, cut = _gather(shelf, run, start, most + 1, keep, returning=returning)
    more = len(found) > most
    rows = found[:most]
    if returning:
        rows.reverse()
    ends = (rows[0], rows[-1]) if rows else (start, start)
    # There is a page on the side that we come from, and one on the other where more was seen.
    came = place != ""
    first = came if not returning else more
    on = more if not returning else came
    back_row, on_row = ends
    if cut and not more:
        back_row, on_row = (last, on_row) if returning else (back_row, last)
        first, on = first or returning, on or not returning
    return Paged(
        tuple(rows),
        _written(run, back_row, _BACK) if first else "",
        _written(run, on_row, _ON) if on else "",
        cut and not more,
    )


def _gather(
    shelf: Shelf[Any],
    run: Run,
    start: Any,
    wanted: int,
    keep: Callable[[Any], bool] | None,
    *,
    returning: bool,
) -> tuple[list[Any], Any, bool]:
    """So many rows that belong there, the last one looked at, and whether looking was cut short."""
    found: list[Any] = []
    last, looked = start, 0
    chunk = wanted if keep is None else _CHUNK
    while looked < LOOKED_MAX:
        rows: Sequence[Any] = shelf.find(
            run.by,
            *run.equal,
            since=run.since,
            below=run.below,
            after=last,
            limit=chunk,
            backwards=run.backwards != returning,
        )
        for row in rows:
            last = row
            if keep is None or keep(row):
                found.append(row)
            if len(found) == wanted:
                return found, last, False
        if len(rows) < chunk:
            return found, last, False
        looked += len(rows)
    return found, last, True


def _written(run: Run, row: Any, way: str) -> str:
    return _BETWEEN.join((way, *(str(getattr(row, column)) for column in run.order)))


def _start(shelf: Shelf[Any], run: Run, place: str) -> tuple[bool, Any]:
    """Which way a place leads, and the row that it stands at, as it was when it was written."""
    if not place:
        return False, None
    way, *values = place[:PLACE_MAX].split(_BETWEEN)
    order, spec = run.order, SPECS[run.shelf]
    long = any(text.isdecimal() and len(text) > DIGITS_MAX for text in values)
    if way not in {_ON, _BACK} or len(values) != len(order) or long:
        raise _nowhere()
    said = dict(zip(order, values, strict=True))
    search = spec.finds[run.by] if run.by else spec.key
    given = dict(zip(search, run.equal, strict=False))
    try:
        key = [given[c] if c in given else _typed(spec.record, c, said[c]) for c in spec.key]
        row = shelf.get(*key)
        if row is None:
            raise _nowhere()
        # A row that has moved on since stands where it stood: the list goes on from there.
        kept = {c: type(getattr(row, c))(text) for c, text in said.items()}
    except ValueError as error:
        raise _nowhere() from error
    return way == _BACK, replace(row, **kept)


def _typed(record: type[object], column: str, text: str) -> Key:
    kind = record.__dataclass_fields__[column].type  # type: ignore[attr-defined]  # all are
    return int(text) if kind == "int" else text


def _nowhere() -> MalformedError:
    return MalformedError(
        "there is no such place in this list", hint="Go to the beginning of the list."
    )
