"""Statements: the SQL of each shelf, written from its layout (docs/spec/books.md, "Searches").

Names stand in double quotes because some are words of SQL; values are always parameters.
"""
# ruff: noqa: S608  # the text comes from ports.SPECS alone

from __future__ import annotations

from functools import cache

from cablegram.storage.rows import LAYOUTS


@cache
def get(shelf: str) -> str:
    """The row under a key."""
    layout = LAYOUTS[shelf]
    return f"select {_names(layout.columns)} from {_name(shelf)} where {_equal(layout.key)}"


@cache
def put(shelf: str) -> str:
    """Write a row, in place of the one with its key."""
    return f"insert or replace {_into(shelf)}"


@cache
def add(shelf: str) -> str:
    """Write a row whose key must be new."""
    return f"insert {_into(shelf)}"


@cache
def remove(shelf: str) -> str:
    """Take away the row under a key."""
    return f"delete from {_name(shelf)} where {_equal(LAYOUTS[shelf].key)}"


@cache
def find(
    shelf: str,
    by: str,
    depth: int,
    *,
    since: bool = False,
    below: bool = False,
    is_set: bool = False,
    after: bool = False,
    backwards: bool = False,
) -> str:
    """Rows of a search: ``depth`` equal columns, then the bounds, then the last row before.

    ``is_set`` says that the first column's value is not the empty text; without that said,
    SQLite would not use an index that leaves the empty ones out.
    """
    layout = LAYOUTS[shelf]
    columns = layout.orders[by]
    tests = _tests(shelf, by, depth, since=since, below=below, is_set=is_set)
    rest = columns[depth:]
    if after and rest:
        beyond = "<" if backwards else ">"
        tests.append(f"({_names(rest)}) {beyond} ({', '.join('?' * len(rest))})")
    elif after:
        tests.append("0")  # every column is given, so nothing stands after that row
    way = " desc" if backwards else ""
    order = ", ".join(f"{_name(column)}{way}" for column in columns)
    return (
        f"select {_names(layout.columns)} from {_name(shelf)}{_by(shelf, by)}"
        f"{_where(tests)} order by {order} limit ?"
    )


@cache
def count(
    shelf: str,
    by: str,
    depth: int,
    *,
    since: bool = False,
    below: bool = False,
    is_set: bool = False,
    most: bool = False,
) -> str:
    """How many rows a search has; with ``most``, no further than the last value."""
    tests = _tests(shelf, by, depth, since=since, below=below, is_set=is_set)
    if most:
        rows = f"select 1 from {_name(shelf)}{_by(shelf, by)}{_where(tests)} limit ?"
        return f"select count(*) from ({rows})"
    return f"select count(*) from {_name(shelf)}{_by(shelf, by)}{_where(tests)}"


def _by(shelf: str, by: str) -> str:
    """Which index serves a search, where it has one that leaves no row out.

    Where two begin with the same column, SQLite takes the one that makes it sort a whole register
    as readily as the other.
    """
    layout = LAYOUTS[shelf]
    columns = layout.orders[by]
    is_key = columns[: len(layout.key)] == layout.key
    leaves_out = by in layout.sparse or columns[0] in layout.optional
    return "" if is_key or leaves_out else f' indexed by "{shelf}_by_{by}"'


def _tests(shelf: str, by: str, depth: int, *, since: bool, below: bool, is_set: bool) -> list[str]:
    layout = LAYOUTS[shelf]
    columns = layout.orders[by]
    tests = [f"{_name(column)} = ?" for column in columns[:depth]]
    bounded = columns[depth] if since or below else ""
    if since:
        tests.append(f"{_name(bounded)} >= ?")
    if below:
        tests.append(f"{_name(bounded)} < ?")
        if layout.base(bounded) is str:
            tests.append(f"{_name(bounded)} > ''")
    must = {layout.sparse[by]} if by in layout.sparse else set()
    if is_set and columns[0] in layout.optional:
        must.add(columns[0])
    if below:
        must.discard(bounded)  # said already
    tests += [f"{_name(column)} > ''" for column in sorted(must)]
    return tests


def _into(shelf: str) -> str:
    columns = LAYOUTS[shelf].columns
    return f"into {_name(shelf)} ({_names(columns)}) values ({', '.join('?' * len(columns))})"


def _where(tests: list[str]) -> str:
    return f" where {' and '.join(tests)}" if tests else ""


def _equal(columns: tuple[str, ...]) -> str:
    return " and ".join(f"{_name(column)} = ?" for column in columns)


def _names(columns: tuple[str, ...]) -> str:
    return ", ".join(map(_name, columns))


def _name(name: str) -> str:
    return f'"{name}"'
