"""``note``, and how every command takes evidence: words, a scan, or a digest that is known."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cablegram.cli import saying
from cablegram.cli.ordering import Family, order
from cablegram.cli.session import Session, pass_session

if TYPE_CHECKING:
    from collections.abc import Callable

F = TypeVar("F", bound="Callable[..., Any]")


def evidence_options(function: F) -> F:
    """``--words``, ``--scan`` or ``--evidence``, of which a command needs one."""
    for option in (
        click.option("--evidence", default="", help="The digest of a note, or of a paper."),
        click.option("--scan", type=click.Path(path_type=Path), help="A file, sealed as it is."),
        click.option(
            "--words", "-w", default="", help="The words; they are sealed, and not in clear."
        ),
    ):
        function = option(function)
    return function


def evidence(session: Session, words: str, scan: Path | None, digest: str) -> str:
    """The digest of what was given, sealed now if it was words or a scan.

    Raises:
        SetUpError: the file cannot be read.
        MalformedError: it is empty or too large, or the digest is none.
    """
    from mimetypes import guess_type

    from cablegram.errors import SetUpError
    from cablegram.model import names
    from cablegram.wire import note as note_format
    from cablegram.wiring import tools

    if sum((bool(words), scan is not None, bool(digest))) != 1:
        raise click.UsageError("give one of --words, --scan and --evidence")
    if digest:
        return names.digest(digest)
    if scan is None:
        return tools.seal_note(session.office, words.encode())
    try:
        with scan.open("rb") as file:
            data = file.read(note_format.NOTE_MAX + 1)
    except OSError as error:
        raise SetUpError(
            "{scan} cannot be read", hint="Give a file that is there.", scan=scan
        ) from error
    kind = guess_type(scan.name)[0] or "application/octet-stream"
    # A text that somebody scanned in is a file like any other: it is not held to clean words.
    kind = "application/octet-stream" if kind == note_format.WORDS else kind
    return tools.seal_note(session.office, data, kind)


@click.group("note", cls=Family)
def note() -> None:
    """Read back what was sealed: resolutions, reports, findings, consents."""


@order("read", "cablegram --as makarov note read 21497/2")
@click.argument("what")
@click.option("--reason", default="", help="Why it is read.")
@pass_session
def read(session: Session, what: str, reason: str) -> None:
    """Have the room read the newest note on a copy, or the one of a digest; it is entered first."""
    from functools import partial

    from cablegram.model.orders import OfficeAct
    from cablegram.registry import notes, serving

    with session.office.bureau.books.view() as view:
        if what.startswith("sha256:"):
            row = notes.find(view, what)
        else:
            row = notes.newest(view, serving.one(view, what))
    facts = {"note": row.digest} | ({"reason": reason} if reason else {})
    ask = partial(session.office.room.open, row.digest)
    answer = dict(session.give(OfficeAct.READ_NOTE.value, facts, (), ask))
    if session.json:
        saying.say_json({"note": row.digest, "act": row.act, **answer})
        return
    for line in str(answer["words"] or answer["file"]).splitlines():
        saying.say(line)


note.add_command(read)

COMMANDS = (note,)
