"""Rows: how each shelf's records are laid out, the same for every storage (docs/spec/books.md).

Everything is derived from ``ports.SPECS``: columns are the record's fields, in their
order; a search's order is its columns and then those of the key.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeAlias, get_type_hints

from cablegram.ports import FIND_MAX, SPECS, Key, ShelfSpec

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Value: TypeAlias = "str | int | bytes"

TRAYS = frozenset({"outgoing"})
"""The shelves that rows may be taken from; everything else is kept for ever."""


@dataclass(frozen=True, slots=True)
class Layout:
    """One shelf: its columns, its key, and the order of each search.

    ``types`` are the columns' Python types (a state is an enum), ``bases`` what they are kept
    as: str, int or bytes.  ``optional`` are the text columns that may be empty, not set.
    ``sparse`` names the text that must be set for a search to find a row.  ``build`` makes the
    row again out of its values.
    """

    name: str
    record: type[Any]
    columns: tuple[str, ...]
    types: tuple[type, ...]
    bases: tuple[type, ...]
    key: tuple[str, ...]
    orders: Mapping[str, tuple[str, ...]]
    optional: frozenset[str]
    sparse: Mapping[str, str]
    build: Callable[[Sequence[Value]], Any]
    _values: Callable[[object], tuple[Value, ...]]

    def values(self, row: object) -> tuple[Value, ...]:
        """The row's values, column by column."""
        assert type(row) is self.record, f"{type(row).__name__} does not belong on {self.name}"
        values = self._values(row)
        # The first test is quick, and true of nearly every row.
        assert tuple(map(type, values)) == self.types or all(map(isinstance, values, self.bases)), (
            f"a row for {self.name} has a field of another type"
        )
        return values

    def keys(self, key: Sequence[Key]) -> tuple[Key, ...]:
        """The key itself, if it has the shape of this shelf's keys."""
        self._check(self.key, key)
        assert len(key) == len(self.key), f"the key of {self.name} is {', '.join(self.key)}"
        return tuple(key)

    def order(
        self, by: str, equal: Sequence[Key], bounds: Sequence[Key | None], limit: int
    ) -> Sequence[str]:
        """The columns that the rows of a search come in the order of, its arguments checked.

        ``bounds`` are those of the column behind the equal ones, None where there is none.
        """
        columns = self.orders[by]
        given = [bound for bound in bounds if bound is not None]
        assert len(equal) + bool(given) <= len(columns), "more values than columns"
        self._check(columns, equal)
        for bound in given:
            self._check(columns[len(equal) :], (bound,))
        assert 0 < limit <= FIND_MAX, f"a limit is 1 to {FIND_MAX}"
        return columns

    def base(self, column: str) -> type:
        """What the column is kept as: str, int or bytes."""
        return self.bases[self.columns.index(column)]

    def _check(self, columns: Sequence[str], values: Sequence[Key]) -> None:
        for column, value in zip(columns, values, strict=False):
            base = self.base(column)
            assert isinstance(value, base), f"{column} of {self.name} is {base.__name__}"


def _layout(spec: ShelfSpec) -> Layout:
    hints = get_type_hints(spec.record)
    parts = fields(spec.record)  # type: ignore[arg-type]  # every record is a dataclass
    columns = tuple(part.name for part in parts)
    types = tuple(hints[column] for column in columns)
    orders = {"": spec.key}
    for by, search in spec.finds.items():
        orders[by] = (*search, *(column for column in spec.key if column not in search))
    return Layout(
        name=spec.name,
        record=spec.record,
        columns=columns,
        types=types,
        bases=tuple(_base(kind) for kind in types),
        key=spec.key,
        orders=orders,
        optional=frozenset(part.name for part in parts if part.default == ""),
        sparse=dict(spec.sparse),
        build=_builder(spec.record, types),
        _values=attrgetter(*columns),
    )


def _base(kind: type) -> type:
    return next(base for base in (str, int, bytes) if issubclass(kind, base))


def _builder(record: type[Any], types: Sequence[type]) -> Callable[[Sequence[Value]], Any]:
    enums = [(place, kind) for place, kind in enumerate(types) if kind is not _base(kind)]

    def build(values: Sequence[Value]) -> Any:
        parts: list[Any] = list(values)
        for place, kind in enums:
            parts[place] = kind(parts[place])
        return record(*parts)

    return build


LAYOUTS: Mapping[str, Layout] = {name: _layout(spec) for name, spec in SPECS.items()}
"""The layout of each shelf, by its name."""
