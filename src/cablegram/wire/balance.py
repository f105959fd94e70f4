"""Opening balance: the file as written, the list as signed (docs/spec/opening-balance.md).

The file is CSV as any spreadsheet saves it.  What is signed is made of it: one canonical JSON
object a line, so that two persons and the books name the same bytes by one digest.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from cablegram.errors import MalformedError
from cablegram.model.balance import BATCH_MAX, COUNTS, FIELDS, Line
from cablegram.sentences import sentence
from cablegram.wire import canonical

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FILE_MAX = 256 << 20
ROWS_MAX = 1_000_000
CELL_MAX = 2000
FORMAT = "cablegram/opening-balance/v1"
ENCODINGS = ("utf-8", "utf-16", "cp1251", "koi8-r", "gb18030", "big5", "euc-kr", "latin-1")
_DELIMITERS = ",;\t"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the file: where it stands (the heading is row 1) and its cells by column."""

    number: int
    cells: Mapping[str, str]


def read_csv(data: bytes, encoding: str = "") -> list[Row]:
    """The rows of a file, rows without any word left out.

    Raises:
        MalformedError: the file as a whole cannot be read: its encoding, its headings, its size.
    """
    if len(data) > FILE_MAX:
        raise MalformedError("the file is too large", hint="Divide it into several files.")
    text = _text(data, encoding)
    first = text.split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    try:
        heads = [head.strip().lower() for head in next(reader, [])]
        _check_heads(heads)
        for number, cells in enumerate(reader, 2):
            said = _cells(number, heads, cells)
            if said:
                rows.append(Row(number, said))
            if len(rows) > ROWS_MAX:
                raise MalformedError("the file is too long", hint="Divide it into several files.")
    except csv.Error as exc:
        raise MalformedError(
            "after row {rows} the file is not CSV: {exc}",
            hint="Look at the quotation marks there, and save it as CSV again.",
            rows=len(rows) + 1,
            exc=exc,
        ) from exc
    if not rows:
        raise MalformedError("the file has no rows", hint="Write a row for each copy.")
    return rows


def write_csv(rows: Sequence[Mapping[str, str]]) -> bytes:
    """Rows as a file that ``read_csv`` reads: the columns that any of them has, in their order."""
    heads = [head for head in FIELDS if any(row.get(head) for row in rows)]
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, heads, restval="", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def encode(lines: Sequence[Line]) -> bytes:
    """The list as it is signed: its format, then a line each, only what is said."""
    found = [canonical.encode({"format": FORMAT})]
    for line in lines:
        said = {name: getattr(line, name) for name in _NAMES}
        found.append(canonical.encode({n: v for n, v in said.items() if v not in ("", 0)}))
    return b"\n".join(found) + b"\n"


def decode(data: bytes) -> list[Line]:
    """Read what ``encode`` wrote.

    Raises:
        MalformedError: it would not have written that.
    """
    head, *rest = data.split(b"\n")
    if head != canonical.encode({"format": FORMAT}) or len(rest) - 1 > BATCH_MAX:
        raise _damaged()
    # Each line is canonical JSON of set fields alone, so that this is what encode gives.
    lines = [_line(row) for row in rest[:-1]]
    if not lines or rest[-1]:
        raise _damaged()
    return lines


_NAMES = tuple(part.name for part in fields(Line))


def _line(data: bytes) -> Line:
    said = canonical.decode(data, what="a line of an opening balance")
    for name, value in said.items():
        kind = int if name in COUNTS or name == "row" else str
        if name not in _NAMES or type(value) is not kind or value in ("", 0):
            raise _damaged()
    if not {"row", "direction"} <= said.keys():
        raise _damaged()
    return Line(**said)  # type: ignore[arg-type]  # each was looked at above


def _damaged() -> MalformedError:
    return MalformedError(
        "that is not the list of an opening balance",
        hint="Make it again with `cablegram charge take`.",
    )


def _text(data: bytes, encoding: str) -> str:
    named = encoding or ("utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8")
    try:
        text = data.decode("utf-8-sig" if named == "utf-8" else named)
    except (UnicodeDecodeError, LookupError) as exc:
        raise MalformedError(
            "the file is not {named}",
            hint="Save it as CSV UTF-8, or name its encoding as in --encoding cp1251.",
            named=named.upper(),
        ) from exc
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _check_heads(heads: Sequence[str]) -> None:
    for head in heads:
        if head and head not in FIELDS:
            raise MalformedError(
                "there is no column {head!r}",
                hint="Name the columns as in `cablegram charge columns`, or leave the name empty.",
                head=head[:40],
            )
    named = [head for head in heads if head]
    if len(set(named)) != len(named):
        twice = next(head for head in named if named.count(head) > 1)
        raise MalformedError(
            "the column {twice} stands twice", hint="Keep one of them.", twice=twice
        )
    if not {"cable", "incoming", "outgoing"} & set(named):
        raise MalformedError(
            "the first row names no column of numbers",
            hint="Let the first row name the columns; one of cable, incoming or outgoing at least.",
        )


def _cells(number: int, heads: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    said = {}
    for place, cell in enumerate(cells):
        head = heads[place] if place < len(heads) else ""
        text = " ".join(cell.split())
        if not text:
            continue
        if place >= len(heads):
            raise MalformedError(
                "row {number} has more cells than the first row names",
                hint="Put the text that has the delimiter in it in quotation marks.",
                number=number,
            )
        if len(text) > CELL_MAX:
            raise MalformedError(
                "row {number}: {head} is longer than {cell_max} characters",
                hint="Shorten it.",
                number=number,
                head=head or sentence("a cell"),
                cell_max=CELL_MAX,
            )
        if head:
            said[head] = text
    return said
