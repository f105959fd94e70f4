"""``charge``: take on charge what stood in books before ours."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cablegram.cli import saying
from cablegram.cli.ordering import Family, order
from cablegram.cli.session import Session, pass_session
from cablegram.sentences import many, sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cablegram.model.balance import Fault
    from cablegram.registry.balances import Read

SHOWN_MAX = 200
"""How many bad rows are shown one by one; --json gives them all."""

_FILE = click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
_ENCODING = click.option(
    "--encoding", default="", help="The file's encoding; UTF-8, or UTF-16 as it says itself."
)


@click.group("charge", cls=Family)
def charge() -> None:
    """Take on charge what stood in books before ours, from a CSV file, a row a copy."""


@order("check", "cablegram charge check old-books.csv")
@_FILE
@_ENCODING
@pass_session
def check(session: Session, file: Path, encoding: str) -> None:
    """Read FILE and name every row that could not be taken on charge; nothing is changed."""
    found = _read(session, file, encoding)
    if session.json:
        saying.say_json(
            {
                "telegrams": found.telegrams,
                "copies": found.copies,
                "faults": [
                    {"row": f.row, "column": f.column, "what": f.what, "do": f.do}
                    for f in found.faults
                ],
            }
        )
    else:
        _show(found.faults)
        if not found.faults:
            saying.say("{counted} can be taken on charge", counted=_counted(found))
    _refuse(found)
    saying.tell("nothing was changed; `cablegram charge take {file}` takes it on", file=file)


@order("take", "cablegram --as makarov --second vaganov charge take old-books.csv")
@_FILE
@_ENCODING
@click.option(
    "--go-on-from",
    "numbers",
    nargs=2,
    multiple=True,
    help="A kind of number and the last one used, where the file does not have it: outer 512.",
)
@click.option("--note", default="", help="A word to keep with it.")
@pass_session
def take(
    session: Session, file: Path, encoding: str, numbers: Sequence[tuple[str, str]], note: str
) -> None:
    """Take FILE on charge, by two persons; our numbers go on from its highest.

    Interrupted, it leaves whole batches; the same command goes on with the next.
    """
    from cablegram.model import balance
    from cablegram.wire import balance as format_
    from cablegram.wire import canonical

    found = _read(session, file, encoding)
    if found.faults and not session.json:
        _show(found.faults)
    _refuse(found)
    batches = balance.batches(found.groups)
    with session.office.bureau.books.view() as view:
        before = {row.batch for row in view.balances.find("", found.source)}
    fresh = [n for n in range(1, len(batches) + 1) if n not in before]
    copies = 0
    with saying.progress("copies on charge") as tell:
        for number in fresh:
            matter = format_.encode(balance.lines_of(batches[number - 1]))
            facts: dict[str, str | int] = {
                "list": canonical.digest(matter),
                "source": found.source,
                "batch": number,
                "batches": len(batches),
            }
            if note:
                facts["note"] = note
            if numbers and number == fresh[-1]:
                facts["numbers"] = " ".join(f"{kind}={last}" for kind, last in numbers)
            session.order("charge", facts, matter=matter)
            copies += sum(len(one.copies) for one in batches[number - 1])
            tell(copies)
    if session.json:
        saying.say_json(
            {
                "telegrams": found.telegrams,
                "copies": found.copies,
                "batches": len(batches),
                "taken_now": len(fresh),
                "source": found.source,
            }
        )
        return
    saying.say(
        "{counted} on charge, in {batches}",
        counted=_counted(found),
        batches=many(len(batches), "batch", "batches"),
    )
    if not fresh:
        saying.tell("this file was taken on charge before, and nothing was done again")
    elif before:
        saying.tell("{before} of its batches were on charge before", before=len(before))


@order("columns", "cablegram charge columns")
@pass_session
def columns(session: Session) -> None:
    """List the columns a file may have; the first row names those that it has, in any order."""
    from cablegram.registry import balances

    known = balances.columns()
    if session.json:
        saying.say_json({"columns": dict(known)})
        return
    for line in saying.table(("column", "holds"), list(known.items())):
        saying.say(line)


def _read(session: Session, file: Path, encoding: str) -> Read:
    from cablegram.errors import SetUpError
    from cablegram.registry import balances
    from cablegram.wire.balance import FILE_MAX

    bureau = session.office.bureau
    try:
        with click.open_file(str(file), "rb") as opened:
            data = opened.read(FILE_MAX + 1)
    except OSError as error:
        raise SetUpError("{file} cannot be read", hint="Name a CSV file.", file=file) from error
    with bureau.books.view() as view:
        return balances.read(view, data, bureau, encoding)


def _show(faults: Sequence[Fault]) -> None:
    rows = [(str(f.row), f.column, f.what, f.do) for f in faults[:SHOWN_MAX]]
    for line in saying.table(("row", "column", "what", "what to do"), rows):
        saying.say(line)
    if len(faults) > SHOWN_MAX:
        saying.tell("and {faults} more; --json gives them all", faults=len(faults) - SHOWN_MAX)


def _refuse(found: Read) -> None:
    from cablegram.errors import MalformedError

    bad = len({fault.row for fault in found.faults})
    if bad:
        raise MalformedError(
            "{rows} cannot be taken on charge",
            hint="Mend them in the file and check it again.",
            rows=many(bad, "row"),
        )


def _counted(found: Read) -> str:
    telegrams = many(found.telegrams, "telegram")
    return sentence(
        "{telegrams} and {copies}", telegrams=telegrams, copies=many(found.copies, "copy", "copies")
    )


charge.add_command(check)
charge.add_command(take)
charge.add_command(columns)

COMMANDS = (charge,)
