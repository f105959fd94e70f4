"""``charge shelf`` and ``charge shelves``: an opening balance by scanning shelf after shelf."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cablegram.cli import saying
from cablegram.cli.charging import charge
from cablegram.cli.ordering import order
from cablegram.cli.session import Session, pass_session
from cablegram.sentences import many

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import IO

    from cablegram.wire.balance import Row

_OLD = click.argument("old", type=click.Path(path_type=Path))
_COUNTED = click.argument("counted", type=click.Path(path_type=Path))
_ENCODING = click.option("--encoding", default="", help="The encoding of the old books' file.")


@order("shelf", "cablegram charge shelf old-books.csv counted.csv 'case 12'")
@_OLD
@_COUNTED
@click.argument("place")
@click.option("--scanned", type=click.File("r"), default="-", help="What was scanned; - types.")
@_ENCODING
@pass_session
def shelf(
    session: Session, old: Path, counted: Path, place: str, scanned: IO[str], encoding: str
) -> None:
    """Scan the shelf at PLACE, hold it to the OLD books, and write what was seen into COUNTED.

    A name or code a line, with its sheets where they are counted (21405/2=3); an empty line, or
    the end of the file, closes the shelf. Nothing is taken on charge: `charge take` does that with
    COUNTED, when all shelves are done.
    """
    from cablegram.registry import shelving

    before = _rows(counted, "") if counted.exists() else []
    found = shelving.close(
        _rows(old, encoding), before, place, _lines(scanned), session.office.bureau.name
    )
    _write(counted, [*(row.cells for row in before), *found.rows])
    if session.json:
        saying.say_json(
            {
                "place": place,
                "there": list(found.there),
                "absent": [list(one) for one in found.absent],
                "elsewhere": [list(one) for one in found.elsewhere],
                "unknown": list(found.unknown),
                "before": [list(one) for one in found.before],
            }
        )
        return
    saying.say(
        "{place}: {seen} seen, {there} as the old books say",
        place=place,
        seen=many(len(found.rows), "copy", "copies"),
        there=len(found.there),
    )
    for name, where in found.absent:
        saying.say("{copy} is not here, and the old books say: {where}", copy=name, where=where)
    for name, where in found.elsewhere:
        saying.say("{copy} is here, and the old books say: {where}", copy=name, where=where)
    for name in found.unknown:
        saying.say("{copy} is here, and the old books do not have it", copy=name)
    for name, where in found.before:
        saying.say("{copy} was seen on another shelf before: {where}", copy=name, where=where)
    saying.tell("written into {file}; the next shelf, or `cablegram charge shelves`", file=counted)


@order("shelves", "cablegram charge shelves old-books.csv counted.csv --finish")
@_OLD
@_COUNTED
@click.option("--finish", is_flag=True, help="Write the rest of the old books into COUNTED too.")
@_ENCODING
@pass_session
def shelves(session: Session, old: Path, counted: Path, finish: bool, encoding: str) -> None:
    """List what the OLD books have on a shelf and no shelf had.

    With --finish those are written as missing, and what is out, destroyed or void as it stands, so
    that COUNTED is the whole balance: `charge check` it, then `charge take` it.
    """
    from cablegram.registry import shelving

    seen = _rows(counted, "")
    lost, others = shelving.left(_rows(old, encoding), seen)
    if finish:
        rest = [*map(shelving.missing, lost), *others]
        _write(counted, [*(row.cells for row in seen), *rest])
    if session.json:
        names = [[shelving.name_of(cells), shelving.says(cells)] for cells in lost]
        saying.say_json({"unseen": names, "others": len(others), "finished": int(finish)})
        return
    for cells in lost:
        saying.say(
            "{copy} was on no shelf, and the old books say: {where}",
            copy=shelving.name_of(cells),
            where=shelving.says(cells),
        )
    if not lost:
        saying.tell("every copy that lies at rest by the old books was seen")
    if finish:
        saying.tell("{file} is whole: `cablegram charge check {file}`", file=counted)


def _rows(file: Path, encoding: str) -> list[Row]:
    from cablegram.errors import SetUpError
    from cablegram.wire import balance

    try:
        return balance.read_csv(file.read_bytes(), encoding)
    except OSError as error:
        raise SetUpError("{file} cannot be read", hint="Name a CSV file.", file=file) from error


def _write(file: Path, rows: Sequence[Mapping[str, str]]) -> None:
    """The whole file, or the one before: a crash loses no shelf."""
    from cablegram.errors import StorageError
    from cablegram.wire import balance

    beside = file.with_name(f".{file.name}.tmp")
    try:
        beside.write_bytes(balance.write_csv(rows))
        beside.replace(file)
    except OSError as error:
        raise StorageError(
            "{file} cannot be written", hint="Name a file in a folder of yours.", file=file
        ) from error


def _lines(scanned: IO[str]) -> Iterable[str]:
    if scanned.isatty():
        saying.tell("scan or type, a copy a line; an empty line closes the shelf")
        sys.stderr.flush()
    for line in scanned:
        if not line.strip():
            return
        yield line


charge.add_command(shelf)
charge.add_command(shelves)

COMMANDS = ()
