"""``route``, ``disclosed``, ``refer``: who reads after whom, who has read, what belongs to what."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from cablegram.cli import saying, wording
from cablegram.cli.ordering import order
from cablegram.cli.session import Session, pass_session
from cablegram.sentences import beside, sentence, term, word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cablegram.model.records import Telegram
    from cablegram.model.route import RouteStop
    from cablegram.ports import Shelves

_RELATIONS = ("in-reply-to", "see-also", "supplements", "corrects", "cancels")


@order("route", "cablegram --as makarov route 21497/2 molotov/48 malenkov/24 beria")
@click.argument("copy")
@click.argument("readers", nargs=-1)
@click.option("--reason", default="", help="Why, where it takes the place of another.")
@pass_session
def route(session: Session, copy: str, readers: Sequence[str], reason: str) -> None:
    """Settle who reads COPY after whom, and how many hours each may keep it; alone, show it."""
    from cablegram.model.acts import Act
    from cablegram.registry import routes, serving

    with session.office.bureau.books.view() as view:
        found = serving.one(view, copy)
    if readers:
        words = [reader.partition("/") for reader in readers]
        whole = session.meant(*(word for word, _, _ in words))
        named = zip(whole, words, strict=True)
        readers = [f"{who}{slash}{hours}" for who, (_, slash, hours) in named]
        facts = {"readers": " ".join(readers), "reason": reason}
        session.move_copies([found], Act.ROUTE, facts, {})
        if session.json:
            return
    with session.office.bureau.books.view() as view:
        stops = routes.stops(view, found)
    if session.json:
        saying.say_json({"route": [asdict(stop) for stop in stops]})
        return
    for line in route_lines(session, stops):
        saying.say(line)
    if not stops:
        saying.tell("{copy} has no route", copy=copy)


def route_lines(session: Session, stops: Sequence[RouteStop]) -> list[str]:
    """A route as a table; nothing where there is none."""
    rows = [
        (
            str(stop.place),
            stop.person,
            sentence("{hours} h", hours=stop.hours) if stop.hours else "-",
            term(stop.state),
            session.local(stop.since),
            session.local(stop.until or stop.due_at),
            stop.why,
        )
        for stop in stops
    ]
    return saying.table(("", "reader", "for", "", "from", "until", ""), rows)


@order("disclosed", "cablegram disclosed 21497/2")
@click.argument("number")
@pass_session
def disclosed(session: Session, number: str) -> None:
    """Say everyone who has seen a copy, or a telegram, once each: when first, and by which act."""
    from cablegram.registry import disclosed as disclosed_
    from cablegram.registry import serving

    with session.office.bureau.books.view() as view:
        hit = serving.find(view, number)[0]
        whole = hit.telegram if "/" not in number else None
        if whole is not None:
            seen = disclosed_.of_telegram(view, whole)
        else:
            seen = disclosed_.of_copy(view, hit.copies[0])
    if session.json:
        saying.say_json({"disclosed": [asdict(one) for one in seen]})
        return
    rows = [
        (one.who, session.local(one.at), wording.act(one.act), one.copy or "-", str(one.index))
        for one in seen
    ]
    for line in saying.table(("seen by", "first", "act", "copy", "entry"), rows):
        saying.say(line)
    if not rows:
        saying.tell("nobody has seen {number}", number=number)


@order("refer", "cablegram --as makarov refer 21497 --relation in-reply-to --to 21480")
@click.argument("number")
@click.option("--relation", type=click.Choice(_RELATIONS), required=True)
@click.option("--to", "other", default="", help="Another telegram here, by cable or outgoing.")
@click.option("--office", default="", help="Or the office whose number it is.")
@click.option("--number", "theirs", default="", help="Their number.")
@click.option("--note", default="", help="A word to keep with it.")
@pass_session
def refer(session: Session, /, number: str, relation: str, other: str, **said: str) -> None:
    """Add a spravka: telegram NUMBER replies to, supplements, corrects or cancels another one."""
    facts = {
        "relation": relation.replace("-", "_"),
        "office": said["office"],
        "number": said["theirs"],
        "note": said["note"],
    }
    with session.office.bureau.books.view() as view:
        telegram = _telegram(view, number)
        facts["telegram"] = telegram.handle
        facts["other"] = _telegram(view, other).handle if other else ""
    session.order("refer", {name: value for name, value in facts.items() if value})
    with session.office.bureau.books.view() as view:
        lines = references(view, telegram)
    if session.json:
        saying.say_json({"telegram": telegram.handle, "references": lines})
        return
    for line in lines:
        saying.say(line)


def references(view: Shelves, telegram: Telegram) -> list[str]:
    """What a telegram belongs to, a line each: ``21497 in reply to 21480``."""
    from cablegram.registry import references as references_

    lines: list[str] = []
    for relation, row in references_.of(view, telegram):
        far = row.telegram if row.other == telegram.handle else row.other
        mate = view.telegrams.get(far) if far else None
        to = (
            sentence("{their_number} of {office}", their_number=row.their_number, office=row.office)
            if mate is None
            else _number(mate)
        )
        lines.append(beside((_number(telegram), word(relation, "Relation"), to), " "))
    return lines


def _number(telegram: Telegram) -> str:
    return str(telegram.cable_number or telegram.outgoing_number)


def _telegram(view: Shelves, number: str) -> Telegram:
    from cablegram.errors import UnknownError
    from cablegram.registry import serving

    for hit in serving.find(view, number):
        if hit.telegram is not None:
            return hit.telegram
    raise UnknownError(
        "{number} is no telegram here", hint="Look for it with `cablegram where`.", number=number
    )


COMMANDS = (route, disclosed, refer)
