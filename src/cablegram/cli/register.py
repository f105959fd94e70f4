"""``register``: what a register's own numbers say of it."""

from __future__ import annotations

from math import floor
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cablegram.cli import saying
from cablegram.cli.ordering import Family, order
from cablegram.cli.session import Session, pass_session
from cablegram.sentences import many, sentence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import tzinfo

    from cablegram.model.columns import Numbers, Table
    from cablegram.model.sequences import Break, Finding

FILE_MAX = 1 << 30
COLUMNS_MAX = 200
BREAKS_SHOWN = 20
SURE_MAX = 1_000_000_000
"""Beyond this, how sure it is is not told apart."""

_WORDS = {
    "sequence": "a sequence",
    "resets": "a sequence, begun anew each year",
    "not shown": "not shown to be one",
    "too few": "too few to say",
    "constant": "always the same",
}


@click.group("register", cls=Family)
def register() -> None:
    """Look at registers as a whole: ours, or anybody's as a table."""


@order("audit", "cablegram register audit facts.csv --time received_local")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--time", "time", default="", help="The column of times, where several are.")
@click.option("--all", "whole", is_flag=True, help="Tell every entry that breaks a sequence.")
@pass_session
def audit(session: Session, file: Path | None, time: str, whole: bool) -> None:
    """Say which columns of a register are sequences in time, how surely, and what breaks them.

    FILE is a table (CSV) of any register, with a line of headings; without it, our own books.
    No entry is called wrong: it breaks a sequence that was shown, and the ground is told.
    """
    from cablegram.model import sequences

    if file is None:
        from cablegram.registry import registers

        zone = session.office.settings.tz()
        with session.office.bureau.books.view() as view:
            numbers = registers.columns(view, zone)
        table = None
    else:
        table = _read(file, time)
        numbers = list(table.numbers)
    found = sequences.judge([(column.entries, column.periods) for column in numbers])
    if session.json:
        saying.say_json(_json(table, numbers, found))
        return
    rows = [_row(column, one) for column, one in zip(numbers, found, strict=True)]
    for line in saying.table(("numbers", "entries", "found", "how surely", "a day"), rows):
        saying.say(line)
    _say_breaks(numbers, found, whole=whole)
    _tell(table, found)


def _read(file: Path, time: str) -> Table:
    from cablegram.errors import MalformedError, UnknownError
    from cablegram.model.columns import read_table

    columns = _columns(file)
    if time and time not in columns:
        raise UnknownError(
            "there is no column {time}",
            hint="Name one of {columns}.",
            time=time,
            columns=", ".join(list(columns)[:20]),
        )
    table = read_table(columns, time)
    if not table.time:
        raise MalformedError(
            "no column of the table is one of dates", hint="Name one with --time COLUMN."
        )
    return table


def _columns(file: Path) -> Mapping[str, Sequence[str]]:
    """The table's columns by heading; comma, semicolon or tab between, UTF-8 or Windows-1251."""
    import csv
    import io

    from cablegram.errors import MalformedError, SetUpError

    try:
        with file.open("rb") as opened:
            data = opened.read(FILE_MAX)
    except OSError as error:
        raise SetUpError(
            "{file} cannot be read", hint="Give a table as CSV.", file=file.name
        ) from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1251", errors="replace")
    head = text.split("\n", 1)[0]
    between = max(",;\t", key=head.count)
    try:
        rows = [row for row in csv.reader(io.StringIO(text), delimiter=between) if row]
    except csv.Error as error:
        raise MalformedError(
            "{file} is not a table: {error}", hint="Save it as CSV.", file=file.name, error=error
        ) from error
    if len(rows) < 2 or len(rows[0]) > COLUMNS_MAX:  # noqa: PLR2004  # headings and a row
        raise MalformedError(
            "{file} is not a table with headings and rows", hint="Save it as CSV.", file=file.name
        )
    heads: list[str] = []
    for n, name in enumerate(rows[0]):
        plain = name.strip() or sentence("column {n}", n=n + 1)
        heads.append(plain if plain not in heads else f"{plain} ({n + 1})")
    return {
        name: [row[n] if n < len(row) else "" for row in rows[1:]] for n, name in enumerate(heads)
    }


def _row(column: Numbers, one: Finding) -> tuple[str, ...]:
    pace = f"{one.a_day:,.1f}" if one.a_day else "-"
    return column.name, f"{one.entries:,}", sentence(_WORDS[one.verdict]), _surely(one), pace


def _surely(one: Finding) -> str:
    """How surely, in words: how seldom chance alone would look like it."""
    if one.order is None:
        return "-"
    if one.verdict == "not shown":
        wrong = one.order.inversions
        return sentence(
            "{wrong:,} of {pairs} the wrong way round",
            wrong=wrong,
            pairs=many(one.order.pairs, "pair"),
        )
    said = sentence("by chance {odds}", odds=_odds(one.order.chance))
    if one.order.by_pace is not None:
        said += sentence(" (by order alone {odds})", odds=_odds(one.order.by_order))
    return said


def _odds(chance: float) -> str:
    """One in so many, never said surer than it is."""
    once = 1 / chance
    if once >= SURE_MAX:
        return "less than 1 in 1,000,000,000"
    if once < 100:  # noqa: PLR2004  # a small number is said as it is
        return sentence("1 in {floor}", floor=floor(once + 1e-9))
    digits = 10 ** (len(str(floor(once))) - 2)
    return sentence("1 in {floor:,}", floor=floor(once / digits + 1e-9) * digits)


def _say_breaks(numbers: Sequence[Numbers], found: Sequence[Finding], *, whole: bool) -> None:
    for column, one in zip(numbers, found, strict=True):
        if not one.breaks:
            continue
        saying.say(
            "{column}: {entries} to look at",
            column=column.name,
            entries=many(len(one.breaks), "entry", "entries"),
        )
        shown = one.breaks if whole else one.breaks[:BREAKS_SHOWN]
        rows = [(f"  {each.entry.place}", _day(each), each.ground) for each in shown]
        for line in saying.table(("  where", "when", "ground"), rows):
            saying.say(line)
        if len(one.breaks) > len(shown):
            saying.say(
                "  and {breaks:,} more: --all tells them", breaks=len(one.breaks) - len(shown)
            )


def _day(one: Break, zone: tzinfo | None = None) -> str:
    from datetime import UTC, datetime

    at = datetime.fromtimestamp(one.entry.at, zone or UTC)
    return f"{at.day}.{at.month}.{at.year}"


def _tell(table: Table | None, found: Sequence[Finding]) -> None:
    if table is not None:
        saying.tell("times are those of {time}, or a cell's own", time=table.time)
        if table.undated:
            saying.tell("{rows} without a time: left out", rows=many(table.undated, "row"))
    if any(one.order is not None and one.order.by_pace is not None for one in found):
        saying.tell(
            "few numbers: their steps were held to the times too, "
            "as if without order they fell evenly in their span"
        )
    if not any(one.breaks for one in found):
        saying.tell("no entry breaks a sequence that was shown")


def _json(
    table: Table | None, numbers: Sequence[Numbers], found: Sequence[Finding]
) -> dict[str, object]:
    """As text where a figure is no whole number: canonical JSON has no fractions."""
    columns: list[dict[str, object]] = []
    for column, one in zip(numbers, found, strict=True):
        said: dict[str, object] = {
            "name": column.name,
            "entries": one.entries,
            "numbers": one.numbers,
            "found": one.verdict,
            "a_day": f"{one.a_day:.3f}",
            "breaks": [
                {
                    "kind": each.kind,
                    "place": each.entry.place,
                    "number": each.entry.number,
                    "against": [near.place for near in each.against],
                    "ground": each.ground,
                }
                for each in one.breaks
            ],
        }
        if one.order is not None:
            pace = one.order.by_pace
            said |= {
                "inversions": one.order.inversions,
                "pairs": one.order.pairs,
                "chance": f"{one.order.chance:.3g}",
                "chance_by_order": f"{one.order.by_order:.3g}",
                "chance_by_pace": "" if pace is None else f"{pace:.3g}",
            }
        columns.append(said)
    return {"time": "" if table is None else table.time, "columns": columns}


register.add_command(audit)

COMMANDS = (register,)
