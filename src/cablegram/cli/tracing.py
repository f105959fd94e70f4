"""``trace``, ``tracers``, ``answer``: chase what is late, and answer those who chase us."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cablegram.cli import saying, wording
from cablegram.cli.ordering import order
from cablegram.cli.session import Session, pass_session
from cablegram.sentences import sentence

if TYPE_CHECKING:
    from cablegram.model.acts import Fact
    from cablegram.model.paperwork import Tracer
    from cablegram.ports import Shelves

_HOW = {"returning": "returning", "sent-again": "sent_again", "not-here": "not_here"}


@order("trace", "cablegram --as registrar trace 21497/1\ncablegram trace 3349 --to moscow")
@click.argument("number")
@click.option("--to", "office", default="", help="The office whose receipt for NUMBER is late.")
@click.option("--note", default="", help="A word to keep with it.")
@pass_session
def trace(session: Session, number: str, office: str, note: str) -> None:
    """Send a tracer about a copy that is late; with --to, about our telegram NUMBER.

    It goes to another office as a signed notice, and to a reader on paper.
    """
    facts: dict[str, Fact] = {"note": note} if note else {}
    with session.office.bureau.books.view() as view:
        facts |= _of_telegram(view, number, office) if office else _of_copy(view, number)
    done = session.order("trace", facts)
    with session.office.bureau.books.view() as view:
        row = view.tracers.get(int(getattr(getattr(done, "done", done), "answer", "0")))
        assert row is not None, "the order wrote it"
    if session.json:
        said = {"tracer": row.number, "nth": row.nth, "to": row.to}
        saying.say_json({**said, "notice": int(row.paper != "")})
        return
    saying.say(
        "tracer {number} about {copy} to {to}, {ordinal}",
        number=row.number,
        copy=number,
        to=row.to,
        ordinal=_ORDINALS[row.nth],
    )
    if row.paper:
        saying.tell("`cablegram carry` takes it to {to}", to=row.to)
    elif row.copy:
        saying.tell("print it: `cablegram form tracer {number}`", number=number)


@order("tracers", "cablegram tracers 21497/1")
@click.argument("copy", default="")
@pass_session
def tracers(session: Session, copy: str) -> None:
    """List the tracers that were sent, about COPY or all, with what offices answered."""
    from cablegram.registry import serving, tracing
    from cablegram.registry.reading import every

    with session.office.bureau.books.view() as view:
        if copy:
            rows = list(every(view.tracers, "copy", serving.one(view, copy).handle))
        else:
            rows = list(every(view.tracers))
        said = [(row, _about(view, row), tracing.answers_to(view, row)) for row in rows]
    if session.json:
        fields = ("number", "kind", "to", "nth", "at", "due_at", "officer")
        listed = [
            {**{name: getattr(row, name) for name in fields}, "about": about, "answer": answer}
            for row, about, answer in said
        ]
        saying.say_json({"tracers": listed})
        return
    shown = [
        (
            str(row.number),
            about,
            row.to,
            _ORDINALS[row.nth],
            session.local(row.at),
            session.local(row.due_at),
            _answer(session, answer),
        )
        for row, about, answer in said
    ]
    heads = ("tracer", "about", "to", "", "sent", "was due", "answer")
    for line in saying.table(heads, shown):
        saying.say(line)
    if not rows:
        saying.tell("no tracer was sent")


@order("answer", "cablegram --as registrar answer 7 returning --by 1951-07-20T18:00")
@click.argument("outer", type=int)
@click.argument("how", type=click.Choice(tuple(_HOW)))
@click.option("--by", default="", help="By when copies that are returning are there.")
@click.option("--note", default="", help="A word to keep with it.")
@pass_session
def answer(session: Session, outer: int, how: str, by: str, note: str) -> None:
    """Answer the tracer that came in under OUTER.

    Copies are returning by a day; our receipt goes to them again; or it is not here.
    """
    from cablegram.registry import calling

    bureau = session.office.bureau
    with bureau.books.view() as view:
        call = calling.call(view, outer, bureau)
    facts: dict[str, Fact] = {"notice": call.row.digest, "says": _HOW[how]}
    facts |= {"limit_at": session.read_moment(by)} if by else {}
    session.order("answer", facts | ({"note": note} if note else {}))
    if session.json:
        saying.say_json({"outer": outer, "answer": _HOW[how], "office": call.row.office})
        return
    saying.say("outer {outer} is answered: {how}", outer=outer, how=how)
    saying.tell("`cablegram carry` takes our answer to {office}", office=call.row.office)


_ORDINALS = (
    "",
    sentence("the first"),
    sentence("the second"),
    *(sentence("no. {n}", n=n) for n in range(3, 10)),
)


def lines(session: Session, view: Shelves, handle: str) -> list[str]:
    """The tracers about a copy, a line each, for whoever asks where it is."""
    from cablegram.registry.reading import every

    return [
        sentence(
            "tracer {number} to {to}, {ordinal}, {at}",
            number=row.number,
            to=row.to,
            ordinal=_ORDINALS[row.nth],
            at=session.local(row.at),
        )
        for row in every(view.tracers, "copy", handle)
    ]


def _of_copy(view: Shelves, number: str) -> dict[str, Fact]:
    from cablegram.errors import UnknownError
    from cablegram.registry import numbering, serving, tracing

    try:
        copy = serving.one(view, number)
    except UnknownError as error:
        sent = view.telegrams.find("outgoing", numbering.read(number))
        if any(telegram.direction == "out" for telegram in sent):
            error.hint = sentence(
                "For our telegram, name the office that is late: `trace {number} --to ...`.",
                number=number,
            )
        raise
    return {"copy": copy.handle, "nth": str(len(tracing.of_copy(view, copy)) + 1)}


def _of_telegram(view: Shelves, number: str, office: str) -> dict[str, Fact]:
    from cablegram.errors import UnknownError
    from cablegram.registry import numbering, tracing

    for telegram in view.telegrams.find("outgoing", numbering.read(number)):
        if telegram.direction == "out" and tracing.sent_to(view, telegram, office) is not None:
            nth = len(tracing.of_telegram(view, telegram, office)) + 1
            return {"telegram": telegram.handle, "office": office, "nth": str(nth)}
    raise UnknownError(
        "no telegram {number} of ours went to {office}",
        hint="See `cablegram where {number}`.",
        number=number,
        office=office,
    )


def _about(view: Shelves, row: Tracer) -> str:
    from cablegram.registry import finding

    copy = view.copies.get(row.copy) if row.copy else None
    if copy is not None:
        return finding.name(view, copy)
    telegram = view.telegrams.get(row.telegram)
    return (
        "-"
        if telegram is None
        else sentence("our {outgoing_number}", outgoing_number=telegram.outgoing_number)
    )


def _answer(session: Session, said: str) -> str:
    kind, _, limit = said.partition(" ")
    when = sentence(" by {limit}", limit=session.local(limit)) if limit else ""
    return (wording.kind(kind) + when) or "-"


COMMANDS = (trace, tracers, answer)
