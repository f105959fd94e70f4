"""``service``: letters that cancel, correct, recall or query another letter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cablegram.cli.ordering import Family, order
from cablegram.cli.session import Session, pass_session
from cablegram.sentences import sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cablegram.model.records import Telegram
    from cablegram.ports import Shelves

VERBS = {
    "cancellation": "cancels {number}",
    "recall": "recalls {number}",
    "correction": "corrects {number}",
    "query": "asks for parts of {number} again",
}
_DONE = {
    "cancellation": "cancelled by {by}, {at}",
    "recall": "recalled by {by}, {at}",
    "correction": "corrected by {by}, {at}",
    "query": "queried by {by}, {at}",
}


def _texts(function: Callable[..., Any]) -> Callable[..., Any]:
    option = click.option("--text", "texts", multiple=True, help="LANGUAGE=FILE of what is said.")
    return option(function)


def _precedence(function: Callable[..., Any]) -> Callable[..., Any]:
    option = click.option("--precedence", default="", help="As the telegram's, if not given.")
    return option(function)


@click.group("service", cls=Family)
def group() -> None:
    """Cancel, correct, recall or query a telegram that was sent: a draft, released like any."""


@order("cancel", "cablegram --as zhou service cancel 3349")
@click.argument("outgoing")
@_texts
@_precedence
@pass_session
def cancel(session: Session, /, outgoing: str, **said: Any) -> None:
    """Draft the cancellation of our telegram OUTGOING to every office that it went to.

    Opened there, no copy is printed or passed on any more. Why may be said in a text, sealed.
    """
    _draft(session, "cancellation", outgoing, said)


@order("recall", "cablegram --as zhou service recall 3349 --to moscow")
@click.argument("outgoing")
@click.option("--to", multiple=True, help="That office alone; every one it went to, if not given.")
@_texts
@_precedence
@pass_session
def recall(session: Session, /, outgoing: str, **said: Any) -> None:
    """Draft the recall of every copy of our telegram OUTGOING: they come in and go back."""
    _draft(session, "recall", outgoing, said)


@order("correct", "cablegram --as zhou service correct 3349 --for Filippov --text en=corrected.md")
@click.argument("outgoing")
@click.option("--for", "action", multiple=True, required=True, help="Who is to act, as in it.")
@click.option("--info", multiple=True, help="Who is to be told.")
@click.option("--signatory", default="", help="Whose words they are; its own, if not given.")
@_texts
@_precedence
@pass_session
def correct(session: Session, /, outgoing: str, **said: Any) -> None:
    """Draft a telegram that corrects our telegram OUTGOING, to every office that it went to.

    It answers what was queried of it.
    """
    if not said["texts"]:
        raise click.UsageError("Missing option '--text'")
    _draft(session, "correction", outgoing, said)


@order("query", "cablegram --as makarov service query 21497 --from 'the parallel' --to 'ten miles'")
@click.argument("cable")
@click.option("--from", "begin", default="", help="The last words that are clear before the gap.")
@click.option("--to", "end", default="", help="The first that are clear behind it.")
@click.option("--lang", default="en", show_default=True, help="In which language it is asked.")
@_texts
@_precedence
@pass_session
def query(session: Session, /, cable: str, **said: Any) -> None:
    """Draft a query of telegram CABLE, whose text is garbled: repeat from ... to ....

    Words typed here are sealed with the draft, but the shell may remember them: --text takes a
    file instead.
    """
    if bool(said["texts"]) == bool(said["begin"] or said["end"]):
        raise click.UsageError("say --from and --to, or give a --text")
    _draft(session, "query", cable, said)


def _draft(session: Session, kind: str, named: str, given: dict[str, Any]) -> None:
    """Seal a draft about a telegram, with what the books know of it filled in."""
    from cablegram.cli import telegram as drafting
    from cablegram.registry import lines as circuits
    from cablegram.registry import service
    from cablegram.wiring.tools import Text

    bureau = session.office.bureau
    with bureau.books.view() as view:
        row = _meant(view, named, "in" if kind == service.QUERY else "out")
        went = [i.office for i in view.circuit_items.find("letter", row.letter, circuits.OUT)]
        to = (row.office,) if kind == service.QUERY else given.get("to") or tuple(sorted(went))
        service.check_release(view, kind, row.letter, to, bureau)
    texts = []
    if given.get("begin") or given.get("end"):
        words = _repeat(given["begin"], given["end"], given["lang"])
        texts.append(Text(given["lang"], words.encode(), "original"))
    worded = kind == service.CORRECTION
    drafting.write_draft(
        session,
        {
            **drafting.BARE,
            "to": to,
            "kind": kind,
            "reply_to": row.letter,
            "signatory": (given["signatory"] or row.signatory) if worded else "",
            "action": given.get("action", ()),
            "info": given.get("info", ()),
            "texts": given["texts"],
            "level": row.classification,
            "policy": row.policy,
            "categories": tuple(row.categories.splitlines()),
            "caveats": tuple(row.caveats.splitlines()),
            "precedence": given["precedence"] or row.precedence,
            "info_precedence": "" if given["precedence"] else row.precedence_info,
            "series": row.series if kind != service.QUERY else "",
        },
        texts,
    )


def lines(session: Session, view: Shelves, telegram: Telegram) -> list[str]:
    """What a telegram does to another, and what others did to it, a line each."""
    from cablegram.registry import service

    found = [effect(view, telegram)] if telegram.kind in VERBS else []
    for word in service.words(view, telegram, session.office.bureau):
        letters = view.telegrams.find("letter", word.letter, limit=1)
        by = _numbered(letters[0]) if letters else word.office
        said = sentence(_DONE[word.kind], by=by, at=session.local(word.at))
        asks = letters[0] if letters and word.kind == service.QUERY else None
        waits = asks is not None and not service.is_answered(view, asks)
        found.append(sentence("{said}, not answered yet", said=said) if waits else said)
    return found


def effect(view: Shelves, telegram: Telegram) -> str:
    """What a letter about another does: ``cancels 21497``."""
    about = view.telegrams.find("letter", telegram.reply_to, limit=1)
    number = _numbered(about[0]) if about else sentence("a telegram not opened here yet")
    return sentence(VERBS[telegram.kind], number=number)


def _numbered(telegram: Telegram) -> str:
    if telegram.direction == "out":
        return sentence("our {outgoing}", outgoing=telegram.outgoing_number)
    return str(telegram.cable_number)


def _meant(view: Shelves, named: str, direction: str) -> Telegram:
    """The telegram that goes by this number here: one we sent, or one that came."""
    from cablegram.errors import UnknownError
    from cablegram.registry import serving

    found: Sequence[Telegram] = [
        hit.telegram
        for hit in serving.find(view, named)
        if hit.telegram is not None and hit.telegram.direction == direction
    ]
    by_letter = {row.letter: row for row in found}
    if len(by_letter) != 1:
        which = "that we sent" if direction == "out" else "that came here"
        raise UnknownError(
            "{by_letter} telegrams {which} bear the number {named}",
            hint="Give our own number of it: `cablegram where` shows it.",
            by_letter=len(by_letter) or sentence("no"),
            which=which,
            named=named,
        )
    return by_letter.popitem()[1]


_REPEAT = {
    "en": ("Repeat", "from: {}", "to: {}"),
    "ru": ("Повторите", "от: {}", "до: {}"),
}


def _repeat(begin: str, end: str, lang: str) -> str:
    """The text of a query, in a language that has words for it; English where none has."""
    verb, since, until = _REPEAT.get(lang, _REPEAT["en"])
    said = [since.format(begin) if begin else "", until.format(end) if end else ""]
    return "\n\n".join([verb, *filter(None, said)]) + "\n"


for _command in (cancel, recall, correct, query):
    group.add_command(_command)

COMMANDS = (group,)
