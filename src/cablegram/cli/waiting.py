"""``due``: everything that waits for somebody, list by list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cablegram.cli import distant, saying, wording
from cablegram.cli.asking import _more, _most
from cablegram.cli.ordering import order
from cablegram.cli.session import Session, pass_session
from cablegram.sentences import beside, many, sentence, word

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cablegram.model.custody import Copy
    from cablegram.model.records import Paper
    from cablegram.ports import Shelves
    from cablegram.registry.dues import Due


WITHIN_MAX = 36500

_LISTS = {
    "overdue": "overdue",
    "soon": "due soon",
    "missing": "missing",
    "leaving": "must go back",
    "tracers": "tracer",
    "unprinted": "to print",
    "unverified": "to verify",
    "unopened": "to open",
    "owed": "owed",
    "unreceipted": "not receipted",
    "alarms": "alarm",
}


@order("due", "cablegram due --within 2")
@click.option(
    "--within", type=click.IntRange(0, WITHIN_MAX), default=2, help="How many days ahead."
)
@_most
@pass_session
def due(session: Session, within: int, most: int) -> None:
    """Say what waits: late, due, missing, held, disputed, to print, verify, open, owed, alarms."""
    from datetime import timedelta

    from cablegram.registry import serving

    if session.url:
        distant.due(session, within, most)
        return
    bureau = session.office.bureau
    with bureau.books.view() as view:
        found = serving.due(view, bureau.now(), timedelta(days=within), most)
        rows = [
            *_due_rows(session, view, found, within, most),
            *_disputes(session, view, found),
            *_notices(session, view),
        ]
    more = {
        what: said for name, what in _LISTS.items() if (said := _more(found.counts[name], most))
    }
    if session.json:
        listed = [{"what": w, "about": a, "words": t} for w, a, t in rows]
        saying.say_json({"due": listed} | ({"more": more} if more else {}))
        return
    shown = [(word(what, "due"), about, said) for what, about, said in rows]
    for line in saying.table(("what", "about", ""), shown):
        saying.say(line)
    for what, said in more.items():
        saying.say("{what}: {said}", what=word(what, "due"), said=said)
    if more:
        saying.tell("the first {most} of each: --most tells more", most=most)
    if not rows:
        saying.tell("nothing is due")


def _due_rows(
    session: Session, view: Shelves, found: Due, within: int, most: int
) -> Iterator[tuple[str, str, str]]:
    from cablegram.registry import dues, finding

    outside = (("overdue", found.overdue), ("due soon", found.soon), ("missing", found.missing))
    for what, copies in outside:
        for copy in _in_order(view, copies):
            yield what, finding.name(view, copy), session.where(copy)
    for copy in _in_order(view, found.leaving):
        place = sentence(", to {limit_to}", limit_to=copy.limit_to) if copy.limit_to else ""
        said = sentence(
            "must leave here by {limit_at}{place}",
            limit_at=session.local(copy.limit_at),
            place=place,
        )
        yield "must go back", finding.name(view, copy), said
    for copy in _in_order(view, found.tracers):
        said = sentence(
            "no receipt of {holder} by {due_at}",
            holder=copy.holder,
            due_at=session.local(copy.due_at),
        )
        yield "tracer", finding.name(view, copy), said
    for holder, late in found.held:
        yield "supply hold", holder, dues.held_words(late)
    yield from _due_paperwork(session, view, within, most)
    yield from _due_work(session, view, found)
    for one in found.alarms:
        yield "alarm", str(one.number), one.words if session.json else saying.again(one.words)


def _due_paperwork(
    session: Session, view: Shelves, within: int, most: int
) -> Iterator[tuple[str, str, str]]:
    """Tasks, copies to be handed on, inquiries and notices that wait for somebody."""
    from datetime import timedelta

    from cablegram.model.times import instant, moment
    from cablegram.registry import finding, outstanding

    until = moment(instant(session.office.bureau.now()) + timedelta(days=within))
    found = outstanding.find(view, until, most)

    def name(handle: str) -> str:
        copy = view.copies.get(handle)
        assert copy is not None, "paperwork is about copies in the books"
        return finding.name(view, copy)

    for task in found.tasks:
        said = sentence(
            "{person}, by {due_at}, on {name}",
            person=task.person,
            due_at=session.local(task.due_at),
            name=name(task.copy),
        )
        yield "task", str(task.number), said
    for stop in found.stops:
        yield (
            "to hand on",
            name(stop.copy),
            sentence(
                "{person}, by {due_at}", person=stop.person, due_at=session.local(stop.due_at)
            ),
        )
    for inquiry in found.inquiries:
        yield (
            "inquiry",
            str(inquiry.number),
            beside((name(inquiry.copy), word(inquiry.cause, "Cause"))),
        )
    for notice in found.notices:
        said = sentence(
            "to {to}: {act} {name}",
            to=notice.to,
            act=wording.act(notice.act),
            name=name(notice.copy),
        )
        yield "notice", str(notice.number), said


def _due_work(session: Session, view: Shelves, found: Due) -> Iterator[tuple[str, str, str]]:
    """What waits for us to do it, and for other offices' word that they did."""
    for what, copies in (("to print", found.unprinted), ("to verify", found.unverified)):
        for cable, count in _by_cable(view, copies):
            yield what, cable, many(count, "copy", "copies")
    for row in found.unopened:
        said = sentence(
            "from {claimed}, taken in {taken_in_at}",
            claimed=row.claimed,
            taken_in_at=session.local(row.taken_in_at),
        )
        yield "to open", sentence("outer {outer_number}", outer_number=row.outer_number), said
    for paper in found.owed:
        yield (
            "owed",
            wording.kind(paper.kind),
            sentence(
                "to {office}, {owed_for}to be signed",
                office=paper.office,
                owed_for=_owed_for(view, paper),
            ),
        )
    for item in found.unreceipted:
        has = item.receipts or sentence("nothing")
        yield "not receipted", f"{item.office} {item.number}", sentence("{has} so far", has=has)


def _disputes(session: Session, view: Shelves, found: Due) -> Iterator[tuple[str, str, str]]:
    """Disputes that are not settled, of our copies and of those that we did not take on charge."""
    from cablegram.registry import duties_offices
    from cablegram.registry.duty import Asked

    bureau = session.office.bureau
    now = bureau.now()
    for one in duties_offices.disputed(Asked(view, now, now, bureau, found)):
        yield "dispute", one.about, beside((one.words, f"`{one.command}`"), "; ")


def _notices(session: Session, view: Shelves) -> Iterator[tuple[str, str, str]]:
    """Other offices' notices that nobody has followed yet, with the command that does."""
    from cablegram.registry import calling, finding

    for call in calling.calls(view, session.office.bureau):
        said = call.said
        names = [finding.name(view, copy) for copy in call.copies]
        about = ", ".join(names) or (
            str(call.telegram) if call.telegram else sentence("no copy of ours")
        )
        until = (
            sentence(" until {limit_at}", limit_at=session.local(said.limit_at))
            if said.limit_at
            else ""
        )
        level = f" {said.level}" if said.level else ""
        what = sentence(
            "{office}: {kind} {about}{until}{level}",
            office=said.office,
            kind=wording.kind(said.kind),
            about=about,
            until=until,
            level=level,
        )
        if said.kind == "consented":
            todo = sentence("`cablegram allot {telegram}`", telegram=call.telegram)
        elif said.kind == "traced":
            todo = sentence("`cablegram answer {outer}`", outer=call.outer)
        elif call.act is None and not call.tells:
            todo = sentence("`cablegram set-aside {outer}`", outer=call.outer)
        else:
            todo = sentence("`cablegram follow {outer}`", outer=call.outer)
        todo += (
            sentence(" or `decline {outer}`", outer=call.outer)
            if said.kind.startswith("asks_")
            else ""
        )
        yield "notice", sentence("outer {outer}", outer=call.outer), beside((what, todo), "; ")


def _in_order(view: Shelves, copies: Sequence[Copy]) -> list[Copy]:
    from cablegram.registry import finding

    return sorted(copies, key=lambda copy: (copy.due_at, saying.natural(finding.name(view, copy))))


def _by_cable(view: Shelves, copies: Sequence[Copy]) -> list[tuple[str, int]]:
    """How many copies of each of their telegrams stand like them, by cable number."""
    found = []
    for handle, state in dict.fromkeys((copy.telegram, copy.state) for copy in copies):
        telegram = view.telegrams.get(handle)
        if telegram is not None:
            born = view.copies.find("telegram", handle)
            found.append((telegram.cable_number, sum(copy.state is state for copy in born)))
    return [(str(cable), many) for cable, many in sorted(found)]


def _owed_for(view: Shelves, paper: Paper) -> str:
    """What an owed paper is about: ``copy received 21497/2, ``."""
    from cablegram.registry import papers

    said = papers.debt_of(paper)
    if paper.kind in {papers.NOTICE, papers.TALLY}:
        return "" if paper.kind == papers.TALLY else wording.kind(str(said["kind"])) + ", "
    if paper.kind != papers.RECEIPT:
        items = said["items"]
        assert isinstance(items, list), "a transmittal lists its copies"
        return ", ".join(f"{item['cable']}/{item['copy']}" for item in items) + ", "  # type: ignore[call-overload, index]  # the format's own objects
    what = wording.kind(str(said["kind"]))
    if said.get("copy"):
        return what + f" {said['cable']}/{said['copy']}, "
    taken = view.incoming.get(paper.subject)
    if taken is not None:
        return sentence("{what} outer {outer_number}, ", what=what, outer_number=taken.outer_number)
    for telegram in view.telegrams.find("letter", paper.subject, limit=1):
        return what + f" {telegram.cable_number or telegram.outgoing_number}, "
    return what + ", "


COMMANDS = (due,)
