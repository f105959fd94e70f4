"""``ask``, ``notify``, ``follow``, ``decline``, ``set-aside``: notices between offices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cablegram.cli import saying, wording
from cablegram.cli.ordering import order
from cablegram.cli.session import Session, pass_session
from cablegram.sentences import sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cablegram.model.acts import Fact
    from cablegram.model.orders import Subject

_OUTER = click.argument("outer", type=int)


@order("ask", "cablegram --as registrar ask extension 575/2280 --until 1951-07-14T21:00")
@click.argument("what", type=click.Choice(("extension", "consent", "regrade")))
@click.argument("number")
@click.option("--until", default="", help="Until when copies may stay.")
@click.option("--level", default="", help="Which classification it may have.")
@click.option("--copies", "count", type=int, default=1, help="How many further copies.")
@pass_session
def ask(session: Session, /, what: str, number: str, until: str, level: str, count: int) -> None:
    """Ask the office that a copy or telegram answers to for what it alone may allow.

    Why is not said here, for carriers read it: say it in a telegram, if it must be said.
    """
    facts: dict[str, Fact] = {"kind": f"asks_{what}"}
    if what == "extension":
        if not until:
            raise click.UsageError("--until is missing: until when it may stay")
        facts["limit_at"] = session.read_moment(until, end=True)
    elif what == "consent":
        facts["count"] = count
    elif not level:
        raise click.UsageError("--level is missing: which classification it may have")
    else:
        facts["level"] = level
    office, about = _upstream(session, number, facts, telegram=what == "consent")
    session.order("ask", {**facts, "office": office}, about)
    _said(
        session,
        sentence(
            "{office} is asked about {number}: {what}",
            office=office,
            number=number,
            what=wording.kind(what),
        ),
        office,
    )


@order("notify", "cablegram --as zhou notify regraded 3349 --level secret")
@click.argument("what", type=click.Choice(("regraded", "declassified", "compromised")))
@click.argument("outgoing", type=int)
@click.option("--level", default="", help="Its classification from now on.")
@click.option("--to", "only", default="", help="That office alone; all that it went to, if not.")
@pass_session
def notify(session: Session, /, what: str, outgoing: int, level: str, only: str) -> None:
    """Tell the offices that a telegram of ours went to that it is regraded, or compromised."""
    from cablegram.errors import UnknownError
    from cablegram.registry import lines

    with session.office.bureau.books.view() as view:
        ours = [t for t in view.telegrams.find("outgoing", outgoing) if t.direction == "out"]
        to = [
            (item.office, telegram.letter)
            for telegram in ours
            for item in view.circuit_items.find("letter", telegram.letter, lines.OUT)
            if only in {"", item.office}
        ]
    if not to:
        raise UnknownError(
            "no telegram {outgoing} of ours went there",
            hint="See `cablegram where {outgoing}`.",
            outgoing=outgoing,
        )
    facts: dict[str, Fact] = {"kind": what, **({"level": level} if level else {})}
    for office, letter in to:
        session.order("notify", {**facts, "office": office, "letter": letter})
    _said(
        session,
        sentence("{outgoing} is {what}", outgoing=outgoing, what=wording.kind(what)),
        ", ".join(office for office, _ in to),
    )


@order("follow", "cablegram --as makarov follow 7")
@_OUTER
@pass_session
def follow(session: Session, outer: int) -> None:
    """Do what the notice that came in under OUTER asks, or allows; `due` lists the open ones."""
    from cablegram.errors import UnknownError
    from cablegram.registry import calling

    bureau = session.office.bureau
    with bureau.books.view() as view:
        call = calling.call(view, outer, bureau)
    if call.act is not None:
        session.move_copies(call.copies, call.act, call.facts, {})
        return
    if not call.tells:
        hint = sentence("Close it: `cablegram set-aside {outer} --reason ...`.", outer=outer)
        if call.said.kind == "consented":
            hint = sentence(
                "Make the copies it allows: `cablegram allot {telegram}`.", telegram=call.telegram
            )
        raise UnknownError(
            "outer {outer} calls for no act of ours on a copy", hint=hint, outer=outer
        )
    facts: dict[str, Fact] = {"kind": call.tells, "office": call.said.office}
    facts |= {"letter": call.said.letter, "answers": call.row.digest}
    facts |= {"level": call.said.level} if call.said.level else {"count": call.said.count}
    session.order("notify", facts)
    _said(
        session,
        sentence("outer {outer} is answered: {tells}", outer=outer, tells=wording.kind(call.tells)),
        call.said.office,
    )


@order("decline", "cablegram --as makarov decline 7")
@_OUTER
@pass_session
def decline(session: Session, outer: int) -> None:
    """Say no to the notice that asks, and came in under OUTER."""
    from cablegram.registry import calling

    bureau = session.office.bureau
    with bureau.books.view() as view:
        call = calling.call(view, outer, bureau)
    facts = {"kind": "declined", "office": call.said.office, "answers": call.row.digest}
    session.order("notify", facts)
    _said(session, sentence("outer {outer} is declined", outer=outer), call.said.office)


@order("set-aside", "cablegram --as makarov set-aside 7 --reason 'the copy had come back'")
@_OUTER
@click.option("--reason", required=True)
@pass_session
def set_aside(session: Session, outer: int, reason: str) -> None:
    """Close the notice that came in under OUTER without an act; it stays in the books."""
    from cablegram.registry import calling

    bureau = session.office.bureau
    with bureau.books.view() as view:
        call = calling.call(view, outer, bureau)
    session.order("set_aside", {"notice": call.row.digest, "reason": reason})
    _said(session, sentence("outer {outer} is set aside", outer=outer), "")


def _upstream(
    session: Session, number: str, facts: dict[str, Fact], *, telegram: bool
) -> tuple[str, Sequence[Subject]]:
    """The office to ask about a copy, or about a telegram, whose letter goes into the facts."""
    from cablegram.errors import UnknownError
    from cablegram.registry import finding, notifying, serving
    from cablegram.wiring import tools

    bureau = session.office.bureau
    with bureau.books.view() as view:
        if telegram or number.isdecimal():
            if not number.isascii() or not number.isdecimal():
                raise click.UsageError(
                    sentence(
                        "{number} is not a cable number: consent is to a telegram", number=number
                    )
                )
            row = finding.telegram(view, int(number))
            facts["letter"] = row.letter
            return row.office, ()
        copy = serving.one(view, number)
        office = notifying.upstream(view, copy, bureau)
        if not copy.owner:
            born = view.telegrams.get(copy.telegram)
            facts["letter"] = born.letter if born is not None else ""
            return office, ()
    if not office:
        raise UnknownError(
            "{number} is ours, and nobody is to be asked", hint="Order the act.", number=number
        )
    return office, tools.subjects([copy])


def _said(session: Session, what: str, office: str) -> None:
    if session.json:
        saying.say_json({"done": what, "offices": office})
        return
    saying.say(what)
    if office:
        saying.tell("`cablegram carry` takes our notice to {office}", office=office)


COMMANDS = (ask, notify, follow, decline, set_aside)
