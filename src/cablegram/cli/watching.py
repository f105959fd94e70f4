"""``watch``: hand it over, take it over, see who has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cablegram.cli import saying
from cablegram.cli.noting import evidence, evidence_options
from cablegram.cli.ordering import Family, order
from cablegram.cli.session import Session, pass_session
from cablegram.sentences import sentence, word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cablegram.model.acts import Fact
    from cablegram.model.year import Watch
    from cablegram.ports import Shelves

_NOTE = click.option("--note", default="", help="One line, kept in clear.")


@click.group("watch", cls=Family)
def watch() -> None:
    """Hand the watch over with what is open, take it over, see who has it."""


@order("hand", "cablegram --as makarov watch hand --to chesnokova --note 'molotov is to ring'")
@click.option("--to", required=True, help="Who takes over.")
@_NOTE
@evidence_options
@pass_session
def hand(session: Session, /, to: str, note: str, **given: Any) -> None:
    """Hand the watch over to another officer: what is open is frozen as it stands now."""
    from cablegram.registry import watches
    from cablegram.wire import canonical

    bureau = session.office.bureau
    (to,) = session.meant(to)
    facts: dict[str, Fact] = {"to": to, **({"note": note} if note else {})}
    if given["words"] or given["scan"] is not None or given["evidence"]:
        facts["evidence"] = evidence(session, given["words"], given["scan"], given["evidence"])
    with bureau.books.view() as view:
        facts["list"] = canonical.digest(watches.open_now(view, bureau))
    done = session.order("hand_watch", facts)
    with bureau.books.view() as view:
        row = _row(view, int(getattr(getattr(done, "done", done), "answer", "0")))
    _show(session, row)
    if not session.json:
        saying.tell("{to} takes it: `cablegram --as {to} watch take`", to=to)


@order("take", "cablegram --as chesnokova watch take")
@_NOTE
@pass_session
def take(session: Session, note: str) -> None:
    """Take over the watch that was handed to you; says what came and went since."""
    from cablegram.errors import UnknownError
    from cablegram.registry import watches, watching
    from cablegram.wire import canonical

    bureau = session.office.bureau
    with bureau.books.view() as view:
        row = watching.handed(view, bureau)
        if row is None:
            raise UnknownError(
                "no watch waits to be taken over",
                hint="Have whoever has it hand it over: `cablegram watch hand --to ...`.",
            )
        listed = canonical.digest(watches.open_now(view, bureau))
    facts: dict[str, Fact] = {"watch": str(row.number), "list": listed}
    session.order("take_watch", facts | ({"note": note} if note else {}))
    with bureau.books.view() as view:
        _show(session, _row(view, row.number))


@order("show", "cablegram watch show")
@click.argument("number", type=int, required=False)
@pass_session
def show(session: Session, number: int | None) -> None:
    """Say who has the watch and what was handed over; with NUMBER, that handover."""
    from cablegram.registry import watching
    from cablegram.registry.reading import last

    bureau = session.office.bureau
    with bureau.books.view() as view:
        has = watching.holder(view, bureau)
        row = last(view.watches) if number is None else _row(view, number)
    if row is not None:
        _show(session, row)
    elif session.json:
        saying.say_json({"watch": 0, "holder": has})
    if not has:
        saying.tell("nobody has taken the watch yet")
    elif not session.json:
        saying.tell("{has} has the watch", has=has)


def _show(session: Session, row: Watch) -> None:
    from cablegram.registry import watches

    opened, copies, _ = watches.read(row.met or row.left)
    since = watches.since(row) if row.met else None
    if session.json:
        fields = ("outgoing", "incoming", "handed_at", "taken_at", "state", "note", "words")
        said: dict[str, object] = {name: getattr(row, name) for name in fields}
        said |= {"watch": row.number, "open": _listed(opened), "copies": copies}
        if since is not None:
            said |= {"came": _listed(since.came), "went": _listed(since.went)}
        saying.say_json(said)
        return
    when = session.local(row.taken_at or row.handed_at)
    saying.say(
        "watch {number}, {outgoing} to {incoming}, {state} {when}",
        number=row.number,
        outgoing=row.outgoing,
        incoming=row.incoming,
        state=word(row.state, "watch state"),
        when=when,
    )
    for line in (row.note, row.words and sentence("sealed words {words}", words=row.words)):
        if line:
            saying.say("  " + line)
    for line in saying.table(
        ("what is open", "about"), [(word(kind, "duty"), about) for kind, about in opened]
    ):
        saying.say("  " + line)
    if not opened:
        saying.say("  nothing is open")
    for sign, pairs in (("came", since.came), ("went", since.went)) if since else ():
        for kind, about in pairs:
            saying.say(
                "  {sign} since it was handed over: {kind} {about}",
                sign=word(sign, "since"),
                kind=word(kind, "duty"),
                about=about,
            )


def _listed(pairs: Sequence[tuple[str, str]]) -> list[str]:
    return [f"{kind}: {about}" for kind, about in pairs]


def _row(view: Shelves, number: int) -> Watch:
    from cablegram.errors import UnknownError

    row = view.watches.get(number)
    if row is None:
        raise UnknownError(
            "no watch {number} was handed over",
            hint="See the last with `cablegram watch show`.",
            number=number,
        )
    return row


for _command in (hand, take, show):
    watch.add_command(_command)

COMMANDS = (watch,)
