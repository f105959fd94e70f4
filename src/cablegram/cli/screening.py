"""``open-copy`` and ``readable``: copies for the screen, read at the command line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cablegram.cli import saying
from cablegram.cli.ordering import order
from cablegram.cli.session import Session, pass_session
from cablegram.sentences import many, sentence

if TYPE_CHECKING:
    from cablegram.model.custody import Copy
    from cablegram.registry.screens import Readable
    from cablegram.wire.screen import ScreenCopy

_PATH = click.Path(path_type=Path)


@order(
    "open-copy",
    "cablegram --as molotov open-copy 21497/2 --identity molotov.age\n"
    "cablegram --as molotov open-copy 21497/2 --pdf 21497-2.pdf --attachments plans",
)
@click.argument("copy")
@click.option("--identity", type=_PATH, help="Its file; beside your signing key if not given.")
@click.option("--pdf", type=_PATH, help="A new file for the sheets; readable, and yours to guard.")
@click.option("--attachments", type=_PATH, help="A folder for the attachments, as they are.")
@pass_session
def open_copy(
    session: Session, copy: str, identity: Path | None, pdf: Path | None, attachments: Path | None
) -> None:
    """Open a copy that is sealed to you, and read it.

    That you read it is entered, and a head put over it, before its opening share is given; the
    second time nothing is entered. After its return or its date that copy does not open again.
    """
    from cablegram.model.screens import COMMAND_LINE
    from cablegram.registry import screens, serving
    from cablegram.wiring import reading, tools

    us = session.office
    path = identity or tools.identity_path(us.root, us.settings, session.person)
    key = tools.reading_identity(path)
    for file in filter(None, (pdf,)):
        _check_new(file)
    with us.bureau.books.view() as view:
        found = serving.one(view, copy)
        files = screens.sealed_copy(view, found.handle, us.bureau)
        tools.check_identity(files, key)
        known = screens.readable(view, session.person, us.bureau, COMMAND_LINE)
        again = [one for one in known if one.copy.handle == found.handle and one.opened_at]
        share = (
            screens.share(view, found.handle, session.person, us.bureau, COMMAND_LINE)
            if again
            else b""
        )
    if not share:
        facts = screens.order_facts(session.person, COMMAND_LINE)
        share = session.give(
            "read", facts, tools.subjects([found]), lambda signed: reading.give_share(us, signed)
        )
    said, members = tools.open_copy(files, share, key)
    if pdf is not None:
        _write(pdf, members["sheets.pdf"])
    if attachments is not None:
        _attachments(session, found, said, attachments)
    _show(session, said, members, again[0].opened_at if again else "")


@order("readable", "cablegram --as molotov readable")
@pass_session
def readable(session: Session) -> None:
    """List the copies that are out to you on a screen, and why one does not open."""
    from cablegram.model.screens import COMMAND_LINE
    from cablegram.registry import screens

    bureau = session.office.bureau
    with bureau.books.view() as view:
        found = screens.readable(view, session.person, bureau, COMMAND_LINE)
    if session.json:
        rows = [
            {
                "copy": one.name,
                "handle": one.copy.handle,
                "can_open": int(one.can_open),
                "why_not": one.why_not,
                "opened_at": one.opened_at,
                "due_at": one.copy.due_at,
            }
            for one in found
        ]
        saying.say_json({"readable": rows})
        return
    shown = [
        (
            one.name,
            sentence("until {day}", day=session.local(one.copy.due_at)),
            _state(one, bureau.now()),
        )
        for one in found
    ]
    for line in saying.table(("copy", "", ""), shown):
        saying.say(line)
    if not found:
        saying.tell("no copy is out to {person} on a screen", person=session.person)


def _state(one: Readable, now: str) -> str:
    if one.copy.due_at <= now:
        return sentence("its date has passed: it does not open any more")
    if one.why_not:
        return one.why_not
    return sentence("opened") if one.opened_at else sentence("not opened yet")


def _show(session: Session, said: ScreenCopy, members: dict[str, bytes], before: str) -> None:
    if session.json:
        texts = [
            {"lang": p.lang, "role": p.role, "words": members[p.name].decode()} for p in said.parts
        ]
        named = [one.name for one in said.attachments]
        saying.say_json(
            {
                "copy": said.name,
                "level": said.level,
                "sheets": said.sheets,
                "texts": texts,
                "attachments": named,
                "repeat": int(bool(before)),
            }
        )
        return
    saying.say(
        "{level}  copy {copy} of {made}  No. {cable}",
        level=said.level,
        copy=said.copy,
        made=said.made,
        cable=said.cable,
    )
    for part in said.parts:
        saying.say(f"{part.lang}, {part.role}")
        for line in members[part.name].decode().splitlines():
            saying.say("  " + line)
    for one in said.attachments:
        saying.say("attachment {name}, {size} bytes", name=one.name, size=one.size)
    if before:
        at = session.local(before)
        saying.tell("you opened it first on {at}; nothing was entered again", at=at)
    saying.tell(
        "when you are done, have it taken back with {sheets}; then it opens no more",
        sheets=many(said.sheets, "sheet"),
    )


def _attachments(session: Session, copy: Copy, said: ScreenCopy, folder: Path) -> None:
    """The attachments as files of numbers: their names are the sender's."""
    from cablegram.registry import screens
    from cablegram.wiring import tools

    bureau = session.office.bureau
    folder.mkdir(parents=True, exist_ok=True)
    for number, one in enumerate(said.attachments, start=1):
        with bureau.books.view() as view:
            sealed = screens.attachment(view, copy.handle, one.sealed_sha256, bureau)
        suffix = Path(one.name).suffix
        kind = suffix if suffix.removeprefix(".").isalnum() and suffix.isascii() else ""
        _write(folder / f"{said.cable}-attachment-{number}{kind}", tools.open_attached(sealed, one))


def _check_new(path: Path) -> None:
    from cablegram.errors import SetUpError

    if path.exists():
        raise SetUpError(
            "there is something at {to} already",
            hint="Name a file that is not there yet.",
            to=path.name,
        )


def _write(path: Path, data: bytes) -> None:
    """A readable file, for its owner alone."""
    from cablegram.errors import StorageError

    _check_new(path)
    try:
        path.touch(0o600)
        path.write_bytes(data)
    except OSError as error:
        raise StorageError(
            "{file} cannot be written", hint="Name another place.", file=path.name
        ) from error


COMMANDS = (open_copy, readable)
