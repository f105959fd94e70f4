"""``proxy``, ``waiver`` and ``denials``: standing orders about persons, and what was refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cablegram.cli import saying, wording
from cablegram.cli.ordering import Family, order
from cablegram.cli.session import Session, pass_session
from cablegram.sentences import sentence, word

if TYPE_CHECKING:
    from collections.abc import Sequence

_UNTIL = click.option("--until", "-u", default="", help="When it ends by itself.")
_REASON = click.option("--reason", required=True)
_ALL = click.option("--all", "everyone", is_flag=True, help="Also those that have ended.")


@click.group("proxy", cls=Family)
def proxy() -> None:
    """Say who may receive for a holder."""


@order("add", "cablegram --as makarov proxy add stalin poskrebyshev --open")
@click.argument("holder")
@click.argument("person")
@click.option("--open", "opens", is_flag=True, help="They may open it, not only receive it sealed.")
@_UNTIL
@click.option("--note", default="", help="A word to keep with it.")
@pass_session
def add_proxy(
    session: Session, holder: str, person: str, opens: bool, until: str, note: str
) -> None:
    """Let PERSON receive copies for HOLDER, sealed unless --open."""
    may = "open" if opens else "receive"
    holder, person = session.meant(holder, person)
    facts = {"holder": holder, "person": person, "may": may}
    facts |= _set(until_at=session.read_moment(until, end=True) if until else "", note=note)
    session.order("proxy", facts)
    _said(
        session,
        {"holder": holder, "person": person, "may": may},
        sentence("{person} may {may}", person=person, may=word(may, "may")),
    )


@order("end", "cablegram --as makarov proxy end stalin poskrebyshev --reason posted")
@click.argument("holder")
@click.argument("person")
@_REASON
@pass_session
def end_proxy(session: Session, holder: str, person: str, reason: str) -> None:
    """End what PERSON may receive for HOLDER."""
    holder, person = session.meant(holder, person)
    session.order("unproxy", {"holder": holder, "person": person, "reason": reason})
    _said(
        session,
        {"holder": holder, "person": person, "may": ""},
        sentence("{person} may no longer receive", person=person),
    )


@order("list", "cablegram proxy list")
@_ALL
@pass_session
def list_proxies(session: Session, everyone: bool) -> None:
    """List who may receive for whom."""
    with session.office.bureau.books.view() as view:
        found = [row for row in view.proxies.find() if everyone or not row.until_index]
    fields = ("holder", "person", "may", "until_at", "since_index", "until_index")
    rows = [
        (r.holder, r.person, word(r.may, "may"), _ends(session, r.until_at, r.until_index))
        for r in found
    ]
    _listed(session, "proxies", fields, found, ("holder", "proxy", "may", "until"), rows)


@click.group("waiver", cls=Family)
def waiver() -> None:
    """Let a small post off one rule, by the chief's standing order."""


@order("give", "cablegram --as makarov waiver give verify vaganov --reason 'a post of two'")
@click.argument("what")
@click.argument("person")
@_REASON
@_UNTIL
@pass_session
def give(session: Session, what: str, person: str, reason: str, until: str) -> None:
    """Let PERSON do WHAT (verify) though they opened or printed it themselves."""
    facts = {"what": what, "person": person, "reason": reason}
    facts |= _set(until_at=session.read_moment(until, end=True) if until else "")
    done = session.order("waive", facts)
    number = str(getattr(getattr(done, "done", done), "answer", ""))
    _said(
        session,
        {"waiver": number, **facts},
        sentence(
            "standing order {number}: {person} may {what}", number=number, person=person, what=what
        ),
    )


@order("end", "cablegram --as makarov waiver end 1 --reason 'a third officer came'")
@click.argument("number")
@_REASON
@pass_session
def end_waiver(session: Session, number: str, reason: str) -> None:
    """End standing order NUMBER."""
    session.order("unwaive", {"number": number, "reason": reason})
    _said(
        session,
        {"waiver": number, "reason": reason},
        sentence("standing order {number} is ended", number=number),
    )


@order("list", "cablegram waiver list")
@_ALL
@pass_session
def list_waivers(session: Session, everyone: bool) -> None:
    """List the standing orders."""
    with session.office.bureau.books.view() as view:
        found = [row for row in view.waivers.find() if everyone or not row.until_index]
    fields = ("number", "what", "person", "reason", "until_at", "since_index", "until_index")
    rows = [
        (str(r.number), r.what, r.person, r.reason, _ends(session, r.until_at, r.until_index))
        for r in found
    ]
    _listed(session, "waivers", fields, found, ("no.", "may", "person", "reason", "until"), rows)


@order("denials", "cablegram denials --last 20")
@click.option("--last", "most", type=click.IntRange(1, 1000), default=50, show_default=True)
@pass_session
def denials(session: Session, most: int) -> None:
    """List the orders that were refused, the newest last."""
    with session.office.bureau.books.view() as view:
        found = list(view.denials.find(limit=most, backwards=True))[::-1]
    fields = ("number", "at", "order_digest", "officer", "act", "refused", "words")
    rows = [
        (str(r.number), session.local(r.at), r.officer, wording.act(r.act), saying.again(r.words))
        for r in found
    ]
    _listed(session, "denials", fields, found, ("no.", "when", "officer", "act", "why"), rows)


def _set(**facts: str) -> dict[str, str]:
    return {name: value for name, value in facts.items() if value}


def _said(session: Session, fields: dict[str, str], words: str) -> None:
    if session.json:
        saying.say_json(dict(fields))
    else:
        saying.say(
            words
            + (sentence(" for {holder}", holder=fields["holder"]) if "holder" in fields else "")
        )


def _ends(session: Session, until_at: str, until_index: int) -> str:
    return sentence("ended") if until_index else session.local(until_at)


def _listed(
    session: Session,
    name: str,
    fields: Sequence[str],
    found: Sequence[object],
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
) -> None:
    if session.json:
        saying.say_json({name: [{f: getattr(row, f) for f in fields} for row in found]})
        return
    for line in saying.table(heads, rows):
        saying.say(line)
    if not rows:
        saying.tell("no {name}", name=word(name, "list"))


for _command in (add_proxy, end_proxy, list_proxies):
    proxy.add_command(_command)
for _command in (give, end_waiver, list_waivers):
    waiver.add_command(_command)

COMMANDS = (proxy, waiver, denials)
