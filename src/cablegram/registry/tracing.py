"""Tracers: what is late is chased, by number, and an office's tracer is answered.

One goes to a reader on paper and to an office as a signed notice.  It changes nothing but that
it was sent; after the last one an inquiry is the next duty (docs/spec/tracing.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cablegram.errors import CustodyError, OrderError, UnknownError
from cablegram.model import chase
from cablegram.model.acts import State
from cablegram.model.paperwork import Tracer
from cablegram.model.text import clean
from cablegram.model.times import instant
from cablegram.registry import (
    calling,
    entries,
    inquiries,
    lines,
    matters,
    notifying,
    numbering,
    offices,
    papers,
    returns,
    serving,
)
from cablegram.registry.reading import every
from cablegram.wire import canonical
from cablegram.wire import notice as notice_format

if TYPE_CHECKING:
    from cablegram.bureau import Bureau
    from cablegram.model.custody import Copy
    from cablegram.model.handling import Series
    from cablegram.model.records import CircuitItem, Paper, Telegram
    from cablegram.ports import Page, Shelves
    from cablegram.registry.calling import Call
    from cablegram.registry.orders import Given

PERSON = "person"
OFFICE = "office"
OUT = frozenset({State.ISSUED, State.WITH_OFFICE, State.IN_TRANSIT})
"""Where a copy is out and somebody can be asked for it."""
OPENED = "opened"


@dataclass(frozen=True, slots=True)
class _Late:
    """What is late, with whom, since when; its telegram; what a notice of it says."""

    kind: str
    to: str
    due_at: str
    about: str
    debt: dict[str, canonical.Value]
    copy: str = ""
    telegram: str = ""


def of_copy(page: Shelves, copy: Copy) -> list[Tracer]:
    """The tracers about a copy to whoever has it now, for the moment it is due now."""
    rows = every(page.tracers, "copy", copy.handle, copy.due_at)
    return [row for row in rows if copy.due_at and row.to == copy.holder]


def of_telegram(page: Shelves, telegram: Telegram, office: str) -> list[Tracer]:
    """The tracers to an office about its receipt for a telegram of ours."""
    return list(every(page.tracers, "telegram", telegram.handle, office))


def receipt_due(telegram: Telegram) -> str:
    """By when an office must have said that it opened a telegram of ours."""
    return serving.receipt_due(telegram.filed_at)


def next_for(page: Shelves, copy: Copy, at: str) -> chase.Next:
    """What is next for a copy that is late: a tracer, waiting for its answer, or an inquiry.

    While an inquiry runs it is that which is to be done.
    """
    step = _next(page, copy.series, of_copy(page, copy), at)
    asked = step is chase.Next.INQUIRE and inquiries.running(page, copy) is not None
    return chase.Next.WAIT if asked else step


def next_for_telegram(page: Shelves, telegram: Telegram, office: str, at: str) -> chase.Next:
    """What is next for a telegram of ours that an office has not receipted by its day.

    After the last tracer people talk to each other: there is no copy to inquire about.
    """
    return _next(page, telegram.series, of_telegram(page, telegram, office), at)


def _next(page: Shelves, series: str, sent: list[Tracer], at: str) -> chase.Next:
    # An answer that came is dealt with first: followed, or set aside.
    if sent and answers_to(page, sent[-1], waiting=True):
        return chase.Next.WAIT
    regime = offices.series_or_current(page, series)
    moments = [row.at for row in sent]
    return chase.after(moments, at, days=regime.tracer_days, most=regime.tracers)


def trace(page: Page, given: Given, bureau: Bureau) -> Tracer:
    """Send a tracer: its number, its leaf, and the notice where an office can be reached.

    Raises:
        UnknownError: the order names no copy or telegram of ours.
        CustodyError: nothing is late, or it is not the next tracer.
    """
    facts = given.first.facts
    if ("copy" in facts) == ("telegram" in facts) or ("telegram" in facts) != ("office" in facts):
        raise OrderError(
            "a tracer is about one copy, or about one telegram and an office",
            hint="Name the copy, or the telegram and the office.",
        )
    clean(str(facts.get("note", "")), "the note", most=500)
    if "copy" in facts:
        return _about_copy(page, given, bureau)
    return _about_telegram(page, given, bureau)


def answer(page: Page, given: Given, bureau: Bureau) -> str:
    """Answer another office's tracer, which closes it here and is a notice to them.

    Raises:
        UnknownError: no such tracer is open.
        OrderError: there is no such answer, or it does not fit.
    """
    facts = given.first.facts
    call = _traced(page, str(facts["notice"]), bureau)
    says, limit = str(facts["says"]), str(facts.get("limit_at", ""))
    clean(str(facts.get("note", "")), "the note", most=500)
    if says not in notice_format.ANSWERS:
        raise OrderError(
            "a tracer is not answered by {says}",
            hint="Say {answers}.",
            says=says[:40],
            answers=", ".join(sorted(notice_format.ANSWERS)),
        )
    if (says == "returning") != bool(limit):
        raise OrderError(
            "whoever says that copies come back says by when, and nobody else",
            hint="Give the moment with `returning`, and with nothing else.",
        )
    debt: dict[str, canonical.Value] = {"kind": says, "at": bureau.now()}
    debt["answers"] = call.row.digest
    if says == "returning":
        if not call.copies or instant(limit) <= instant(bureau.now()):
            raise OrderError(
                "none of these copies is here to be sent back by then",
                hint="Give a moment to come, or answer otherwise.",
            )
        debt |= {"limit_at": limit, "copies": _items(call)}
    numbers = f"notice {call.row.number}"
    index = offices.enter(page, given, bureau, numbers=numbers, office=call.row.office)
    if says == "sent_again":
        _send_again(page, call, bureau)
    papers.owe(page, papers.NOTICE, call.row.office, debt, index, order=given.digest)
    notifying.close(page, call.row.digest)
    return says


def answers_to(page: Shelves, row: Tracer, *, waiting: bool = False) -> str:
    """What an office answered to a tracer of ours, its kind and until when; empty if nothing.

    ``waiting`` asks for an answer alone that nobody has followed or set aside.
    """
    sent = page.papers.get(row.paper) if row.paper else None
    if sent is None or sent.state != papers.SIGNED:
        return ""
    named = canonical.digest(sent.body)
    for state in (papers.OPEN,) if waiting else (papers.OPEN, papers.ENTERED):
        for paper in every(page.papers, "state", state, since=row.leaf_index):
            if (paper.kind, paper.office) != (papers.NOTICE, row.to):
                continue
            said = notice_format.decode(paper.body)
            if said.answers == named:
                return f"{said.kind} {said.limit_at}".strip()
    return ""


def _about_copy(page: Page, given: Given, bureau: Bureau) -> Tracer:
    copy = page.copies.get(str(given.first.facts["copy"]))
    if copy is None:
        raise UnknownError("the order names a copy that is not in the books", hint="Look again.")
    name, now = returns.naming(page, copy), bureau.now()
    if copy.state not in OUT or not copy.due_at or copy.due_at >= now:
        raise CustodyError(
            "{name} is not late", hint="See where it is with `cablegram where {name}`.", name=name
        )
    regime = offices.series_or_current(page, copy.series)
    sent = of_copy(page, copy)
    _check_next(given, sent, regime, name, bureau.now())
    is_person = copy.state is State.ISSUED
    debt: dict[str, canonical.Value] = {}
    if not is_person and offices.can_sign(page, copy.holder, bureau):
        item = notifying.item(page, copy, papers.went_under(page, copy), bureau)
        debt = {"copies": [item]} if item else {}
    kind = PERSON if is_person else OFFICE
    late = _Late(kind, copy.holder, copy.due_at, copy.telegram, debt, copy=copy.handle)
    return _send(page, given, late, bureau)


def _about_telegram(page: Page, given: Given, bureau: Bureau) -> Tracer:
    facts = given.first.facts
    telegram, office = page.telegrams.get(str(facts["telegram"])), str(facts["office"])
    item = None if telegram is None else sent_to(page, telegram, office)
    if telegram is None or item is None:
        raise UnknownError(
            "no such telegram of ours went to {office}",
            hint="Look it up with `cablegram where`.",
            office=office,
        )
    name, due_at = f"our {telegram.outgoing_number}", receipt_due(telegram)
    if OPENED in item.receipts.split() or due_at >= bureau.now():
        raise CustodyError(
            "the receipt of {office} for {name} is not late",
            hint="See what it has signed: `cablegram where {outgoing_number}`.",
            office=office,
            name=name,
            outgoing_number=telegram.outgoing_number,
        )
    regime = offices.series_or_current(page, telegram.series)
    sent = of_telegram(page, telegram, office)
    _check_next(given, sent, regime, name, bureau.now())
    debt: dict[str, canonical.Value] = {}
    if offices.can_sign(page, office, bureau):
        debt = {"letter": telegram.letter}
    late = _Late(OFFICE, office, due_at, telegram.handle, debt, telegram=telegram.handle)
    return _send(page, given, late, bureau)


def sent_to(page: Shelves, telegram: Telegram, office: str) -> CircuitItem | None:
    """The telegram of ours on the line to an office; None if it never went there."""
    for item in page.circuit_items.find("telegram", telegram.handle):
        if (item.direction, item.office) == (lines.OUT, office):
            return item
    return None


def _check_next(given: Given, sent: list[Tracer], regime: Series, name: str, now: str) -> None:
    """Refuse a tracer that is not the next, is one too many, or comes before its days are over.

    A note says why one goes sooner.
    """
    facts = given.first.facts
    if len(sent) >= regime.tracers:
        raise CustodyError(
            "{sent} tracers about {name} were sent, and the series has no more",
            hint="Open an inquiry: `cablegram inquiry open {name} --reason ...`.",
            sent=len(sent),
            name=name,
        )
    if str(facts["nth"]) != str(len(sent) + 1):
        raise CustodyError(
            "tracer {sent} is the next about {name}, and another was ordered",
            hint="Look whether somebody else has just sent one, then give the order again.",
            sent=len(sent) + 1,
            name=name,
        )
    step = chase.after([r.at for r in sent], now, days=regime.tracer_days, most=regime.tracers)
    if step is chase.Next.WAIT and not facts.get("note"):
        raise CustodyError(
            "a tracer about {name} went at {at}, and its answer is waited for",
            hint="Wait {tracer_days} days from then, or say in a note why one goes sooner.",
            name=name,
            at=sent[-1].at,
            tracer_days=regime.tracer_days,
        )


def _send(page: Page, given: Given, late: _Late, bureau: Bureau) -> Tracer:
    """Its number, its leaf, its row, and the notice that is owed of it where there is one."""
    nth = int(str(given.first.facts["nth"]))
    number = numbering.take(page, numbering.TRACER)
    index = entries.enter_order(
        page,
        given,
        bureau,
        kind=entries.OFFICE,
        subject=matters.subject(page, bureau),
        holder=late.to if late.kind == PERSON else "",
        office=late.to if late.kind == OFFICE else "",
        numbers=f"tracer {number}",
        telegram=late.about,
    )
    paper: Paper | None = None
    if late.debt:
        debt: dict[str, canonical.Value] = {"kind": "traced", "at": bureau.now(), "count": nth}
        debt |= late.debt
        paper = papers.owe(page, papers.NOTICE, late.to, debt, index, order=given.digest)
    row = Tracer(
        number=number,
        kind=late.kind,
        to=late.to,
        copy=late.copy,
        telegram=late.telegram,
        due_at=late.due_at,
        nth=nth,
        at=bureau.now(),
        officer=given.first.officer,
        leaf_index=index,
        paper="" if paper is None else paper.digest,
    )
    page.tracers.add(row)
    return row


def _traced(page: Shelves, named: str, bureau: Bureau) -> Call:
    for call in calling.calls(page, bureau):
        if call.row.digest == named and call.said.kind == "traced":
            return call
    raise UnknownError("no such tracer is open", hint="List those that wait with `cablegram due`.")


def _items(call: Call) -> list[canonical.Value]:
    return [notice_format.write_item(item) for item in call.said.copies]


def _send_again(page: Page, call: Call, bureau: Bureau) -> None:
    """Lay out again what we signed about it: receipts, and the transmittals of copies on the way.

    Raises:
        OrderError: we have signed nothing about it.
    """
    said = call.said
    subjects = {item.under for item in said.copies} | {said.letter}
    if said.letter:
        came = page.circuit_items.find("letter", said.letter, lines.IN)
        # Which letter an envelope holds nobody knows before it is opened: all that wait are meant.
        waiting = () if came else every(page.incoming, "state", "waiting")
        subjects |= {item.sealed for item in came} | {row.digest for row in waiting}
    for copy in call.copies:
        gone = papers.went_under(page, copy)
        subjects |= {gone.subject} if gone is not None else set()
    laid = sum(
        papers.lay_again(page, subject, bureau, office=said.office)
        for subject in sorted(subjects - {""})
    )
    if not laid:
        raise OrderError(
            "we have signed nothing about it that could go to {office} again",
            hint="Accept or open it first, which makes our receipt; or say that it is not here.",
            office=said.office,
        )
