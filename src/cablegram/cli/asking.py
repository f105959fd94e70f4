"""``where``, ``holding``, ``log`` and ``alarm``: what the books say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cablegram.cli import distant, saying, service, wording
from cablegram.cli.ordering import Family, order
from cablegram.cli.session import Session, pass_session
from cablegram.sentences import beside, many, sentence, word

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cablegram.model.records import Telegram
    from cablegram.ports import Shelves
    from cablegram.registry.finding import Found
    from cablegram.registry.serving import Sent
    from cablegram.wire.leaf import Entry

MOST = 50
MOST_MAX = 1000
"""A hundred years: no term is longer, and no calendar ends before."""


"""The lists of what is due, as people are told them."""

_most = click.option(
    "--most",
    type=click.IntRange(1, MOST_MAX),
    default=MOST,
    show_default=True,
    help="How many of each list.",
)


@order("where", "cablegram where 21497/2\ncablegram where receipt 12")
@click.argument("words", metavar="[KIND] NUMBER", nargs=-1, required=True)
@pass_session
def where(session: Session, words: Sequence[str]) -> None:
    """Say where a copy or a telegram's copies are, by any NUMBER on the sheet, ours or theirs.

    With a word before it, the number of a paper of ours: a receipt, tracer, certificate,
    inquiry, task, notice or muster.

    Of a telegram of ours it says what each office has signed for: receipted, opened, fulfilled.
    """
    from cablegram.answers import rows as answers
    from cablegram.model import custody
    from cablegram.registry import finding, serving

    if session.url:
        distant.where(session, words)
        return
    number = " ".join(words)
    with session.office.bureau.books.view() as view:
        found = serving.find(view, number)
        if session.json:
            saying.say_json(answers.found(view, found))
            return
        for hit in found:
            if hit.telegram is not None:
                saying.say(telegram_line(session, hit.by, hit.telegram))
                for line in _handling(session, view, hit.telegram):
                    saying.say("  " + line)
                for line in service.lines(session, view, hit.telegram):
                    saying.say("  " + line)
                for line in _regraded(view, hit.telegram):
                    saying.say("  " + line)
            elif hit.by in words:
                saying.say(number)
            else:
                saying.say("{number} as {by}", number=number, by=by_words(hit.by))
            rows = [
                (
                    finding.name(view, copy),
                    custody.numbered(copy),
                    wording.whom(copy.whom) or "-",
                    session.where(copy),
                )
                for copy in hit.copies
            ]
            for line in saying.table(("copy", "no.", "for", "where"), rows):
                saying.say("  " + line)
            say_sent(session, _sent(view, hit.telegram))
            _say_beside(session, view, hit)


@order("holding", "cablegram holding molotov")
@click.argument("holder")
@_most
@pass_session
def holding(session: Session, holder: str, most: int) -> None:
    """Say what HOLDER has: a person, or an office that our copies are with."""
    from cablegram.answers import lists
    from cablegram.model import custody
    from cablegram.registry import dues, finding, roster

    if session.url:
        distant.holding(session, holder, most)
        return
    bureau = session.office.bureau
    with bureau.books.view() as view:
        if view.correspondents.get(holder) is None:
            holder = roster.meant(view, holder)
        found = dues.holding(view, holder, bureau.now(), most)
        rows = [(finding.name(view, copy), copy) for copy in found.copies]
        rows.sort(key=lambda row: (row[1].due_at, saying.natural(row[0])))
        if session.json:
            saying.say_json(lists.holding(view, holder, bureau, most))
            return
    lines = [
        (name, custody.numbered(copy), copy.classification or "-", session.where(copy))
        for name, copy in rows
    ]
    for line in saying.table(("copy", "no.", "level", "where"), lines):
        saying.say(line)
    more = _more(found.count, most)
    if more:
        saying.say(more)
    has = many(found.count, "copy", "copies") if found.count else sentence("nothing")
    late = sentence(", {overdue} overdue", overdue=found.overdue) if found.overdue else ""
    saying.tell("{holder} has {has}{late}", holder=holder, has=has, late=late)


@order("log", "cablegram log 21497/2")
@click.argument("number")
@pass_session
def log(session: Session, number: str) -> None:
    """Tell the life of one copy, or of a telegram, entry by entry."""
    from cablegram.answers import rows as answers

    if session.url:
        distant.log(session, number)
        return
    bureau = session.office.bureau
    with bureau.books.view() as view:
        subject = _subject(view, number)
        if session.json:
            saying.say_json(answers.log(view, subject, bureau))
            return
        life = answers.life(view, subject)
        copy = view.copies.get(subject)
        telegram = view.telegrams.get(copy.telegram) if copy is not None else None
        about = service.lines(session, view, telegram) if telegram is not None else []
        closed = answers.closed(view, subject, bureau)
    late = [index for index, _ in life if 0 <= closed < index]
    countered = _countered(life)
    for index in late:
        said = (countered.get(index, ""), sentence("after the books were closed"))
        countered[index] = beside(filter(None, said))
    rows = [
        (
            str(index),
            session.local(entry.at),
            wording.act(entry.act),
            entry.officer + (f" + {entry.second}" if entry.second else "") or "-",
            entry.holder or entry.office or "-",
            saying.again(entry.numbers),
            *([countered.get(index, "")] if countered else ()),
        )
        for index, entry in life
    ]
    heads = ("entry", "when", "act", "by", "holder", "numbers", *([""] if countered else ()))
    for line in (*saying.table(heads, rows), *about):
        saying.say(line)


@click.group("alarm", cls=Family)
def alarm() -> None:
    """Deal with alarms."""


@order("close", "cablegram --as makarov alarm close 1 --reason 'sent again under 3350'")
@click.argument("number", type=int)
@click.option("--reason", "-r", required=True)
@pass_session
def close(session: Session, number: int, reason: str) -> None:
    """Close alarm NUMBER; it stays in the books."""
    session.order("alarm", {"number": number, "reason": reason})
    if session.json:
        saying.say_json({"alarm": number, "state": "closed"})
    else:
        saying.say("alarm {number} is closed", number=number)


def telegram_line(session: Session, by: str, telegram: object) -> str:
    """A telegram's own line, by the number that was asked for."""
    from cablegram.model.records import Telegram

    assert isinstance(telegram, Telegram)
    if telegram.direction == "in":
        parts = [
            sentence(
                "{cable}, by its {by} number: from {office}",
                cable=telegram.cable_number,
                by=by_words(by),
                office=telegram.office,
            )
        ]
        if telegram.outgoing_number:
            their = sentence("their {number}", number=telegram.outgoing_number)
            in_series = sentence("in series {series}", series=telegram.series)
            parts.append(beside([their, in_series], " ") if telegram.series else their)
        at = session.local(telegram.received_at)
        return beside([*parts, sentence("received {received_at}", received_at=at)])
    return sentence(
        "our outgoing {outgoing_number}: series {series}, filed {filed_at}",
        outgoing_number=telegram.outgoing_number,
        series=telegram.series,
        filed_at=session.local(telegram.filed_at),
    )


def by_words(by: str) -> str:
    """Which of its numbers was asked by: a word of ours, or the number of an office."""
    return saying.again(by) if by.startswith("number of ") else word(by, "number")


def _sent(view: Shelves, telegram: Telegram | None) -> Sequence[Sent]:
    from cablegram.registry import serving

    return () if telegram is None else serving.sent(view, telegram)


def say_sent(session: Session, sent: Sequence[Sent]) -> None:
    """What became of a telegram of ours, an office a line: four acts that say four things."""
    rows = [
        (
            one.office,
            str(one.number),
            sentence("yes") if one.carried else "-",
            session.local(one.receipted),
            session.local(one.opened),
            session.local(one.fulfilled),
        )
        for one in sent
    ]
    heads = ("to", "circuit", "carried", "receipted", "opened", "fulfilled")
    for line in saying.table(heads, rows):
        saying.say("  " + line)
    for one in sent:
        if one.disputed:
            saying.say(
                "  disputed by {office}: {disputed}", office=one.office, disputed=one.disputed
            )


def _handling(session: Session, view: Shelves, telegram: Telegram) -> Iterator[str]:
    """How it is to be handled, where more is asked than the series asks of every telegram."""
    asked = (telegram.policy, telegram.categories, telegram.told)
    if any((*asked, telegram.reply_to, telegram.fulfil_by)):
        level = telegram.classification + (f" ({telegram.policy})" if telegram.policy else "")
        marks = (*telegram.categories.splitlines(), *telegram.caveats.splitlines())
        yield "; ".join((level, *marks))
        soon: str = word(telegram.precedence, "Precedence")
        if telegram.precedence_info not in {"", soon}:
            soon += sentence(
                ", for those told {precedence_info}",
                precedence_info=word(telegram.precedence_info, "Precedence"),
            )
        yield soon
    if telegram.fulfil_by:
        yield sentence(
            "to be carried out by {fulfil_by}", fulfil_by=session.local(telegram.fulfil_by)
        )
    if telegram.reply_to and telegram.kind not in service.VERBS:
        about = view.telegrams.find("letter", telegram.reply_to, limit=1)
        numbers = [
            str(
                one.cable_number
                or sentence("our {outgoing_number}", outgoing_number=one.outgoing_number)
            )
            for one in about
        ]
        yield sentence(
            "in reply to {numbers}", numbers=numbers[0] if numbers else telegram.reply_to
        )


def _regraded(view: Shelves, telegram: Telegram) -> Iterator[str]:
    """Where copies are classified otherwise by now than the letter says."""
    from cablegram.model.acts import IN_CUSTODY

    found = [
        copy.classification
        for copy in view.copies.find("telegram", telegram.handle)
        if copy.state in IN_CUSTODY and copy.classification != telegram.classification
    ]
    for level in dict.fromkeys(found):
        copies = many(found.count(level), "copy", "copies")
        yield sentence("regraded: {copies} {level}", copies=copies, level=level)


def _say_beside(session: Session, view: Shelves, hit: Found) -> None:
    """What stands beside the copies: their routes, and what their telegram belongs to."""
    from cablegram.cli import circulating, tracing
    from cablegram.registry import finding, routes

    for copy in hit.copies:
        stops = routes.stops(view, copy)
        if stops:
            saying.say("  route of {copy}", copy=finding.name(view, copy))
        for line in circulating.route_lines(session, stops):
            saying.say("    " + line)
        for line in tracing.lines(session, view, copy.handle):
            saying.say(beside((f"  {finding.name(view, copy)}", line), ": "))
    for line in circulating.references(view, hit.telegram) if hit.telegram else ():
        saying.say("  " + line)


def _countered(life: Sequence[tuple[int, Entry]]) -> dict[int, str]:
    """A word for each entry that was countered, and for each that counters one."""
    from cablegram.model.acts import Act
    from cablegram.registry import entries

    said: dict[int, str] = {}
    for index, entry in life:
        if entry.act == Act.CORRECT.value:
            facts = entries.facts(entry)
            said[int(facts["entry"])] = sentence("countered by entry {index}", index=index)
            said[index] = sentence(
                "counters entry {entry}: {reason}", entry=facts["entry"], reason=facts["reason"]
            )
    return said


def _more(count: int, most: int) -> str:
    """How many a list has beyond the first."""
    from cablegram.registry.dues import COUNT_MAX

    if count <= most:
        return ""
    return (
        sentence("and {count:,} more", count=count - most)
        if count < COUNT_MAX
        else sentence("and {count:,} or more", count=count - most)
    )


def _subject(view: Shelves, number: str) -> str:
    from cablegram.registry import serving

    found = serving.find(view, number)[0]
    one_copy = len(found.copies) == 1 and ("/" in number or found.telegram is None)
    if one_copy or found.telegram is None:
        return found.copies[0].handle
    return found.telegram.handle


alarm.add_command(close)

COMMANDS = (where, holding, log, alarm)
