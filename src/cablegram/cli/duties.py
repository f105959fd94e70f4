"""``duties``: what is due today, each line with the command that does it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cablegram.cli import distant, saying
from cablegram.cli.ordering import order
from cablegram.cli.session import Session, pass_session
from cablegram.sentences import Sentence, beside, term, word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cablegram.registry.duties import Duty

WITHIN_MAX = 36500
DUE = 20
"""The exit status that tells a timer: something is late or due today."""


@order("duties", "cablegram duties --within 2")
@click.option(
    "--within", type=click.IntRange(0, WITHIN_MAX), default=2, help="How many days ahead."
)
@click.option("--as-of", default="", help="At which moment; now if not given.")
@click.option("--kind", "kinds", multiple=True, help="This kind alone; may be given again.")
@click.option("--quiet", is_flag=True, help="Say nothing at all where nothing is due.")
@pass_session
@click.pass_context
def duties(
    context: click.Context,
    session: Session,
    /,
    within: int,
    as_of: str,
    kinds: tuple[str, ...],
    *,
    quiet: bool,
) -> None:
    """Say what is due, with the command that does it: late first, then today's, then what comes.

    It exits with 20 where anything is late or due today, for a timer, and with 0 where nothing is.
    What stands in capitals in a command is for a person to fill in.
    """
    from datetime import timedelta

    from cablegram.answers import lists
    from cablegram.errors import MalformedError
    from cablegram.registry import duties as registry

    strange = set(kinds) - set(registry.KINDS)
    if strange:
        raise MalformedError(
            "there is no kind of duty called {strange}",
            hint="Use one of {kinds}.",
            strange=min(strange),
            kinds=", ".join(registry.KINDS),
        )
    if session.url and not as_of:
        if distant.duties(session, within, kinds):
            context.exit(DUE)
        return
    bureau = session.office.bureau
    at = session.read_moment(as_of) if as_of else bureau.now()
    with bureau.books.view() as view:
        found = registry.today(view, bureau, at=at, within=timedelta(days=within))
        watch = lists.watch(view, bureau)
    found = [duty for duty in found if not kinds or duty.kind in kinds]
    if quiet and not found:
        return
    _show(session, found, at, watch)
    if any(duty.grade is not registry.Grade.SOON for duty in found):
        context.exit(DUE)


def _show(session: Session, found: Sequence[Duty], at: str, watch: str) -> None:
    if session.json:
        from cablegram.answers import lists

        saying.say_json(lists.said_duties(found, at, watch))
        return
    shown = [
        (
            term(duty.grade),
            word(duty.kind, "duty"),
            duty.about,
            beside((_words(duty), session.local(duty.at))) if duty.at else _words(duty),
            duty.command,
        )
        for duty in found
    ]
    for line in saying.table(("", "what", "about", "", "do"), shown):
        saying.say(line)
    if not found:
        saying.tell("nothing is due")
    if watch:
        saying.tell("{watch} has the watch", watch=watch)


def _words(duty: Duty) -> str:
    """What a duty says; an alarm is kept as text, and is known again."""
    return duty.words if isinstance(duty.words, Sentence) else saying.again(duty.words)


COMMANDS = (duties,)
