"""Shelving: an opening balance by scanning shelf after shelf (docs/spec/opening-balance.md).

What the old books say is one file of rows, what was seen is another.  A shelf that was scanned is
held to the first and written into the second, which is taken on charge when all are done.
Nothing here touches our books.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cablegram.errors import MalformedError
from cablegram.model import check
from cablegram.model.acts import SHEETS_MAX

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cablegram.wire.balance import Row

    Cells = Mapping[str, str]

AT_REST = frozenset({"filed", "in registry"})
"""The states, as a file says them, of copies that lie on some shelf."""
NOT_SEEN = "on no shelf when they were counted"
_OUT = frozenset({"holder", "due", "return_to", "with", "transmittal", "carrier", "receipt"})


@dataclass(frozen=True, slots=True)
class Shelf:
    """What one shelf came to; names as the old books have them, and where those say that it is.

    ``rows`` are what is to be written of the copies that were seen.
    """

    there: tuple[str, ...]
    absent: tuple[tuple[str, str], ...]
    elsewhere: tuple[tuple[str, str], ...]
    unknown: tuple[str, ...]
    before: tuple[tuple[str, str], ...]
    rows: tuple[Cells, ...]


def close(
    old: Sequence[Row], counted: Sequence[Row], place: str, scanned: Iterable[str], us: str
) -> Shelf:
    """Hold what was scanned on a shelf to the old books.

    Args:
        old: the rows of the old books.
        counted: the rows of the shelves that were closed before.
        place: the shelf; copies whose place begins so lie on it by the old books.
        scanned: a name or a code each, ``21405/2`` or ``21405/2=3`` with the sheets counted.
        us: our office's id, for check characters and codes.

    Raises:
        MalformedError: a name that cannot be read, or whose check characters are another's.
    """
    books = {name_of(row.cells): row.cells for row in old}
    owned = {_owner_key(row.cells): name_of(row.cells) for row in old if row.cells.get("owner")}
    seen_before = {name_of(row.cells): row.cells.get("place", "") for row in counted}
    there, elsewhere, unknown, before, rows = [], [], [], [], []
    met: set[str] = set()
    for line in scanned:
        name, sheets = _read(line, us, owned)
        if name in met:
            continue
        met.add(name)
        if name in seen_before:
            before.append((name, seen_before[name]))
            continue
        cells = books.get(name)
        rows.append(_seen(name, cells or {}, place, sheets))
        if cells is None:
            unknown.append(name)
        elif _lies(cells, place):
            there.append(name)
        else:
            elsewhere.append((name, says(cells)))
    absent = [
        (name, says(cells))
        for name, cells in books.items()
        if _lies(cells, place) and name not in met and name not in seen_before
    ]
    return Shelf(
        tuple(there),
        tuple(absent),
        tuple(elsewhere),
        tuple(unknown),
        tuple(before),
        tuple(rows),
    )


def left(old: Sequence[Row], counted: Sequence[Row]) -> tuple[list[Cells], list[Cells]]:
    """What no shelf had: rows of copies that lie at rest by the old books, and all the others.

    The first are written as missing where they are to be taken on charge; the others as they are.
    """
    seen = {name_of(row.cells) for row in counted}
    rest = [row.cells for row in old if name_of(row.cells) not in seen]
    lost = [cells for cells in rest if _state(cells) in AT_REST]
    return lost, [cells for cells in rest if _state(cells) not in AT_REST]


def missing(cells: Cells) -> Cells:
    """The row of a copy that no shelf had, as it is taken on charge."""
    kept = {name: value for name, value in cells.items() if name != "place"}
    return {**kept, "state": "missing", "reason": NOT_SEEN}


def name_of(cells: Cells) -> str:
    """What a row's copy goes by; a line of the register without copies by its cable number."""
    if cells.get("owner"):
        return cells.get("incoming", "")
    if not cells.get("cable"):
        return f"out {cells.get('outgoing', '')}"
    return cells["cable"] + (f"/{cells['copy']}" if cells.get("copy") else "")


def says(cells: Cells) -> str:
    """Where a row says that its copy is, as it is written there."""
    where = cells.get("place") or cells.get("holder") or cells.get("with", "")
    return f"{_state(cells)} {where}".strip()


def _state(cells: Cells) -> str:
    return cells.get("state", "").lower().replace("_", " ").replace("-", " ")


def _lies(cells: Cells, place: str) -> bool:
    return _state(cells) in AT_REST and cells.get("place", "").startswith(place)


def _seen(name: str, cells: Cells, place: str, sheets: str) -> Cells:
    kept = {column: value for column, value in cells.items() if column not in _OUT}
    if not cells:
        cable, _, copy = name.partition("/")
        numbered = cable.isdecimal() and copy.isdecimal()
        kept = {"cable": cable, "copy": copy} if numbered else {"incoming": name}
    return {**kept, "state": "filed", "place": place, **({"sheets": sheets} if sheets else {})}


def _owner_key(cells: Cells) -> tuple[str, str, str]:
    return cells["owner"], cells.get("owner_cable", ""), cells.get("owner_copy", "")


def _read(line: str, us: str, owned: Mapping[tuple[str, str, str], str]) -> tuple[str, str]:
    """A scanned or typed line: the name, and the sheets where they were counted."""
    name, has, sheets = line.strip().rpartition("=")
    if not has:
        name, sheets = line.strip(), ""
    elif not sheets.isascii() or not sheets.isdecimal() or not 1 <= int(sheets) <= SHEETS_MAX:
        raise MalformedError(
            "{line} does not say how many sheets",
            hint="Write it as in 21405/2=3.",
            line=line.strip()[:80],
        )
    if check.is_code(name):
        scanned = check.read_code(name)
        key = (scanned.office, str(scanned.cable), str(scanned.copy))
        ours = f"{scanned.cable}/{scanned.copy}"
        return (ours if scanned.office == us else owned.get(key, f"{ours} {key[0]}")), sheets
    plain, typed = check.split(name)
    if typed and plain.count("/") == 1 and typed != check.of_name(us, plain):
        raise MalformedError(
            "the check characters of {name} are not {typed}",
            hint="Read the sheet again.",
            name=plain[:80],
            typed=typed,
        )
    return (plain if typed and plain.count("/") == 1 else name), sheets
