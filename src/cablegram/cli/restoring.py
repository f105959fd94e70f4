"""``restore`` and ``resume``: an office from a backup, and its way back onto the lines."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cablegram.cli import saying
from cablegram.cli.ordering import order
from cablegram.cli.session import Session, pass_session
from cablegram.sentences import sentence

if TYPE_CHECKING:
    from collections.abc import Sequence


@order(
    "restore",
    "cablegram restore stick/moscow.backup moscow --identity stick/moscow-backup.key",
)
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--identity", required=True, type=click.Path(path_type=Path), help="The backup key's file."
)
@click.option("--names", type=click.Path(path_type=Path), help="The file of persons' names.")
@click.option(
    "--a-day",
    type=click.IntRange(1, 100_000),
    default=1000,
    help="More numbers of one kind than the office takes in a day.",
)
@click.option(
    "--again",
    type=click.IntRange(0, 20),
    default=0,
    help="How many times it was restored already since this backup was made.",
)
@pass_session
def restore(  # click hands each option over
    session: Session,
    file: Path,
    folder: Path,
    identity: Path,
    names: Path | None,
    a_day: int,
    again: int,
) -> None:
    """Build the office of backup FILE in FOLDER, under a new ledger; it sends nothing yet.

    Where an office restored from this backup, or from an earlier one, was lost in its turn, say
    --again 1: its numbers and its card are jumped over too.
    """
    from cablegram.wire import words
    from cablegram.wiring import tools

    key = tools.read_identity(identity)
    said = tools.read_names(names, key) if names is not None else {}
    with saying.progress("bytes unpacked") as tell:
        made = tools.restore(
            file,
            folder,
            key,
            session.passphrase(),
            a_day=a_day,
            again=again,
            names=said,
            tell=tell,
        )
    session.__dict__["office"] = office = made.office
    spelled = words.fingerprint(office.card)
    if session.json:
        saying.say_json(
            {
                "made_at": made.manifest.made_at,
                "office": made.manifest.office,
                "origin": made.origin,
                "to_hear": list(made.to_hear),
                "words": spelled,
            }
        )
        return
    saying.say(
        "{office} is restored as of {made_at}; it sends nothing yet",
        office=made.manifest.office,
        made_at=session.local(made.manifest.made_at),
    )
    saying.say("words  {spelled}", spelled=spelled)
    saying.tell("give the new card to every correspondent: `cablegram office card`")
    for one in made.to_hear:
        saying.tell("have {one} open what it has of ours, then `correspondent standing`", one=one)
    saying.tell("count what is on the shelves: copies may be elsewhere than these books say")


@order("resume", "cablegram --as makarov --second vaganov resume U")
@click.argument("letter", required=False)
@click.option("--waive", multiple=True, help="A correspondent that cannot be heard.")
@click.option("--reason", default="", help="Why it cannot.")
@pass_session
def resume(session: Session, letter: str | None, waive: Sequence[str], reason: str) -> None:
    """Let a restored office send again, in new series LETTER; without it, say who is not heard."""
    from cablegram.registry import restoring

    bureau = session.office.bureau
    if letter is not None:
        facts = {"series": letter}
        if waive:
            facts |= {"waived": " ".join(sorted(waive)), "reason": reason}
        session.order("resume", facts)
    with bureau.books.view() as view:
        waits = restoring.waiting(view, bureau) is not None
        heard = restoring.to_hear(view, bureau) if waits else {}
    if session.json:
        state = {office: int(said is not None) for office, said in heard.items()}
        saying.say_json({"heard": state, "restored": int(waits)})
        return
    if not waits:
        saying.say(
            "it sends as ever"
            if letter is None
            else sentence("it sends again, in series {letter}", letter=letter)
        )
    rows = [(o, "heard" if said is not None else "not heard yet") for o, said in heard.items()]
    for line in saying.table(("correspondent", ""), sorted(rows)):
        saying.say(line)


COMMANDS = (restore, resume)
