"""Random work on the books: memory and SQLite against a list searched as the rule reads."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cablegram.errors import StorageError
from cablegram.ports import SPECS
from cablegram.storage.memory import MemoryBooks
from cablegram.storage.sql.sqlite import SqliteBooks

TEXTS = st.sampled_from(["", "a", "b", "бэ", "\uffee", "\U00020000"])
NUMBERS = st.sampled_from([0, 1, 2, 7, 2**53 - 1])
SHELVES = ["copies", "circuit_items", "outgoing", "incoming", "leaves", "officers"]


class UndoError(Exception):
    """Ends a page without keeping it."""


@dataclass
class Naive:
    """One shelf as a list, each verb spelled as ports.py promises it."""

    spec: Any
    rows: list[Any]

    def key(self, row):
        return tuple(getattr(row, column) for column in self.spec.key)

    def put(self, row):
        self.rows = [other for other in self.rows if self.key(other) != self.key(row)] + [row]

    def remove(self, key):
        self.rows = [other for other in self.rows if self.key(other) != key]

    def order(self, by):
        search = list(self.spec.finds[by]) if by else []
        return search + [column for column in self.spec.key if column not in search]

    def find(self, by, equal, bounds, after, limit, *, backwards=False):
        since, below = bounds
        order = self.order(by)

        def place(row):
            return [getattr(row, column) for column in order]

        found = []
        for row in sorted(self.rows, key=place):
            fits = all(got == asked for got, asked in zip(place(row), equal, strict=False))
            if fits and below is not None:
                bounded = place(row)[len(equal)]
                fits = bounded != "" and bounded < below
            if by in self.spec.sparse:
                fits = fits and getattr(row, self.spec.sparse[by]) != ""
            if fits and since is not None:
                fits = place(row)[len(equal)] >= since
            if fits and (after is None or place(row) > place(after)) and not backwards:
                found.append(row)
            if fits and (after is None or place(row) < place(after)) and backwards:
                found.insert(0, row)
        return found[:limit]


def values(kind):
    if issubclass(kind, StrEnum):
        return st.sampled_from(list(kind)[:3])
    return {str: TEXTS, int: NUMBERS, bytes: st.binary(max_size=3)}[kind]


def a_row(spec):
    hints = get_type_hints(spec.record)
    searched = {column for columns in spec.finds.values() for column in columns} | {*spec.key}
    # What no search looks at need not vary.
    parts = {
        field.name: values(hints[field.name])
        if field.name in searched
        else st.just({str: "", int: 0, bytes: b""}[hints[field.name]])
        for field in fields(spec.record)
    }
    return st.builds(spec.record, **parts)


@st.composite
def works(draw):
    spec = SPECS[draw(st.sampled_from(SHELVES))]
    hints = get_type_hints(spec.record)
    rows = draw(st.lists(a_row(spec), max_size=12))
    doomed = draw(st.lists(st.sampled_from(rows), max_size=3)) if rows else []
    searches = []
    for _ in range(6):
        by = draw(st.sampled_from(["", *spec.finds]))
        order = Naive(spec, []).order(by)
        bounded = draw(
            st.sampled_from([(False, False), (False, True), (True, False), (True, True)])
        )
        depth = draw(st.integers(0, len(order) - any(bounded)))
        near = draw(st.sampled_from(rows)) if rows else None

        def value(column, near=near):
            if near is not None and draw(st.integers(0, 3)):
                return getattr(near, column)
            return draw(values(hints[column]))

        equal = tuple(value(column) for column in order[:depth])
        bounds = tuple(value(order[depth]) if end else None for end in bounded)
        searches.append((by, equal, bounds, draw(st.sampled_from([1, 2, 1000]))))
    return spec, rows, doomed, searches


@pytest.fixture(scope="module")
def sqlite(tmp_path_factory):
    books = SqliteBooks(tmp_path_factory.mktemp("random") / "books.db")
    yield books
    books.close()


@settings(deadline=None, max_examples=250)
@given(works())
def test_every_storage_finds_what_the_rule_says(sqlite, work):
    """put, remove, find, count and paging agree over memory, SQLite and the naive list."""
    spec, rows, doomed, searches = work
    for books in (MemoryBooks(), sqlite):
        naive = Naive(spec, [])
        with suppress(UndoError), books.page("") as page:
            shelf = getattr(page, spec.name)
            half = len(rows) // 2
            shelf.put_all(rows[:half])
            for row in rows[half:]:
                shelf.put(row)
            for row in rows:
                naive.put(row)
            for row in doomed:
                if spec.name == "outgoing":
                    naive.remove(naive.key(row))
                    shelf.remove(*naive.key(row))
            for by, equal, bounds, limit in searches:
                for backwards in (False, True):
                    compare(shelf, naive, by, equal, bounds, limit, backwards=backwards)
            raise UndoError


def compare(shelf, naive, by, equal, bounds, limit, *, backwards):
    ends = dict(zip(("since", "below"), bounds, strict=True))
    met = []
    after = None
    while True:
        found = list(shelf.find(by, *equal, **ends, after=after, limit=limit, backwards=backwards))
        assert naive.find(by, equal, bounds, after, limit, backwards=backwards) == found
        met += found
        if len(found) < limit:
            break
        after = found[-1]
    assert naive.find(by, equal, bounds, None, 1000, backwards=backwards) == met
    assert len(met) == shelf.count(by, *equal, **ends)
    assert min(len(met), limit) == shelf.count(by, *equal, **ends, most=limit)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(a_row(SPECS["circuits"]), st.booleans()), max_size=8))
def test_a_refused_add_undoes_its_page_alone(steps):
    """After pages whose add may be refused, the rows are those of the pages that were not."""
    memory, kept = MemoryBooks(), {}
    for row, unique in steps:
        key = (row.office, row.direction)
        refused = False
        try:
            with memory.page("") as page:
                (page.circuits.add if unique else page.circuits.put)(row)
        except StorageError:
            refused = True
        assert refused == (unique and key in kept)
        if not refused:
            kept[key] = row
    with memory.view() as view:
        assert [kept[key] for key in sorted(kept)] == list(view.circuits.find())
