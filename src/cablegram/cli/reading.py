"""``officer reading-key`` and ``office reading``: whom copies for the screen are sealed to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cablegram.cli import saying
from cablegram.cli.office import office
from cablegram.cli.officer import officer
from cablegram.cli.ordering import Family, order
from cablegram.cli.session import Session, pass_session
from cablegram.sentences import counted, sentence

if TYPE_CHECKING:
    from cablegram.registry.readers import ReadingKey

_FILE = click.Path(path_type=Path)


@click.group("reading-key", cls=Family)
def reading_key() -> None:
    """The age keys that copies for the screen are sealed to, one a person."""


@order("new", "cablegram --as molotov officer reading-key new --identity molotov.age")
@click.option("--identity", type=_FILE, help="The new file; beside your signing key if not given.")
@click.option("--classical", is_flag=True, help="X25519 alone: a later quantum computer opens it.")
@pass_session
def new(session: Session, identity: Path | None, *, classical: bool) -> None:
    """Make an identity of your own in a new file, and enrol its recipient."""
    from cablegram.registry import readers
    from cablegram.wiring import tools

    us = session.office
    path = identity or tools.identity_path(us.root, us.settings, session.person)
    recipient = tools.make_identity(path, classical=classical)
    try:
        _enrol(session, session.person, recipient, "")
    except BaseException:
        # Kept where the order landed and what came after it failed: it is the person's key then.
        with us.bureau.books.view() as view:
            key = readers.standing(view, session.person, us.bureau)
        if key is None or key.recipient != recipient:
            path.unlink()
        raise
    saying.tell("the identity lies in {file}; who has it reads what is sealed to it", file=path)


@order("add", "cablegram --as molotov officer reading-key add age1pq1...")
@click.argument("recipient")
@click.option("--person", default="", help="Whose it is; your own if not given.")
@click.option("--told", default="", help="Of another's: how they were told, and what they said.")
@pass_session
def add(session: Session, recipient: str, person: str, told: str) -> None:
    """Enrol RECIPIENT, an age1pq1... or age1..., whose identity was made elsewhere.

    The chief enrols another's, with a second person, once its owner was told and read its words.
    A file with the recipient in it will do as well.
    """
    from cablegram.cli.telegram import read

    whose = person or session.person
    if not recipient.startswith("age1") and Path(recipient).is_file():
        recipient = read(Path(recipient)).decode("ascii", "replace").strip()
    _enrol(session, whose, recipient, told)


@order("end", "cablegram --as molotov officer reading-key end --reason 'the laptop is gone'")
@click.option("--person", default="", help="Whose it is; your own if not given.")
@click.option("--reason", required=True)
@pass_session
def end(session: Session, person: str, reason: str) -> None:
    """Take a reading key back: nothing more is sealed to it."""
    whose = person or session.person
    session.order("unenrol", {"person": whose, "reason": reason})
    if session.json:
        saying.say_json({"person": whose, "recipient": ""})
    else:
        saying.say("{person} has no reading key any more", person=whose)
        saying.tell("copies that were sealed to it before open with it until they are back")


@order("list", "cablegram officer reading-key list")
@pass_session
def list_(session: Session) -> None:
    """List the keys that stand, their words, and from when they are sealed to."""
    from cablegram.registry import readers

    bureau = session.office.bureau
    with bureau.books.view() as view:
        keys = list(readers.all_keys(view, bureau))
    if session.json:
        saying.say_json({"reading_keys": [_said(key) for key in keys]})
        return
    rows = [(key.person, key.kind, _words(key), _from(session, key)) for key in keys]
    for line in saying.table(("person", "kind", "words", ""), rows):
        saying.say(line)
    if not rows:
        saying.tell("nobody has a reading key")


@order("reading", "cablegram --as makarov office reading --browser secret --changed 48")
@click.option("--first", type=int, help="Hours until a person's first key is sealed to.")
@click.option("--changed", type=int, help="Hours until a further key of theirs is.")
@click.option("--browser", help="The highest level that opens in a browser; * for any.")
@pass_session
def reading(session: Session, /, **said: int | str | None) -> None:
    """Show what is settled of reading on a screen, or settle it."""
    from cablegram.registry import readers

    for which, value in said.items():
        if value is not None:
            session.order("settle", {"name": f"{readers.MATTER}/{which}", "value": str(value)})
            saying.tell("settled: {name}", name=f"{readers.MATTER}/{which}")
    bureau = session.office.bureau
    with bureau.books.view() as view:
        level = readers.settled(view, readers.BROWSER, bureau) or readers.ANY_LEVEL
        hours = {
            which: int(readers.settled(view, which, bureau) or usual)
            for which, usual in readers.HOURS.items()
        }
    if session.json:
        saying.say_json({**hours, readers.BROWSER: level})
        return
    saying.say(
        counted(
            hours[readers.FIRST],
            "a first reading key is sealed to after {count} hour",
            "a first reading key is sealed to after {count} hours",
        )
    )
    saying.say(
        counted(
            hours[readers.CHANGED],
            "a further one after {count} hour",
            "a further one after {count} hours",
        )
    )
    if level == readers.ANY_LEVEL:
        saying.say("copies of any level open in a browser")
    else:
        saying.say(
            "copies up to {level} open in a browser, others at the command line", level=level
        )


@order("draft-key", "cablegram office draft-key")
@pass_session
def draft_key(session: Session) -> None:
    """Show the recipient that drafts are sealed to: the newest receiving key on our card."""
    from cablegram.registry import readers

    recipient = readers.draft_key(session.office.bureau)
    if session.json:
        saying.say_json({"draft_key": recipient, "kind": readers.kind_of(recipient)})
    else:
        saying.say(recipient)


def _enrol(session: Session, person: str, recipient: str, told: str) -> None:
    from cablegram.registry import readers

    facts = {"person": person, "recipient": recipient} | ({"told": told} if told else {})
    session.order("enrol", facts)
    bureau = session.office.bureau
    with bureau.books.view() as view:
        key = readers.standing(view, person, bureau)
    assert key is not None, "it was enrolled a moment ago"
    if session.json:
        saying.say_json(_said(key))
        return
    saying.say("{person} has a reading key, {kind}", person=person, kind=key.kind)
    saying.say("words  {words}", words=_words(key))
    if key.kind != "mlkem768x25519":
        saying.tell("what is sealed to it is not covered against a later quantum computer")
    if bureau.now() < key.good_from:
        saying.tell("it is sealed to from {at} on", at=session.local(key.good_from))


def _said(key: ReadingKey) -> dict[str, object]:
    return {
        "person": key.person,
        "recipient": key.recipient,
        "kind": key.kind,
        "since": key.since,
        "good_from": key.good_from,
        "words": _words(key),
    }


def _words(key: ReadingKey) -> str:
    from cablegram.wire import words

    return words.reading_key(key.recipient)


def _from(session: Session, key: ReadingKey) -> str:
    if session.office.bureau.now() < key.good_from:
        return sentence("from {since_at}", since_at=session.local(key.good_from))
    return sentence("sealed to")


for _command in (new, add, end, list_):
    reading_key.add_command(_command)
officer.add_command(reading_key)
for _command in (reading, draft_key):
    office.add_command(_command)

COMMANDS = ()
