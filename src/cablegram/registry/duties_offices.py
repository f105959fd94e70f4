"""Duties between offices: what came in, what we owe them, and what they have not answered."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from cablegram.model.acts import State
from cablegram.registry import (
    announced,
    calling,
    disputes,
    finding,
    lines,
    papers,
    settling,
    tracing,
)
from cablegram.registry.duty import Asked, Duty, Grade
from cablegram.registry.reading import every
from cablegram.sentences import many, sentence, word
from cablegram.wire import notice as notice_format

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cablegram.model.custody import Copy
    from cablegram.registry.announced import Offer
    from cablegram.registry.calling import Call
    from cablegram.registry.settling import Words


def to_open(asked: Asked) -> Iterator[Duty]:
    """Telegrams that were taken in and not opened."""
    for row in asked.due.unopened:
        outer = str(row.outer_number)
        words = sentence("from {claimed}", claimed=row.claimed)
        about, command = sentence("outer {outer}", outer=outer), f"cablegram open {outer}"
        yield Duty("to open", Grade.TODAY, about, words, command, row.taken_in_at)


def to_accept(asked: Asked) -> Iterator[Duty]:
    """Copies that another office's transmittal announced and nobody accepted."""
    for offer in announced.offers(asked.page, asked.bureau):
        name = f"{offer.item.cable}/{offer.item.copy}"
        said = _words(asked, offer)
        if settling.DISPUTED not in said.ours or _may_accept(said):
            words = sentence(
                "of {owner}, sent by {office}", owner=offer.item.owner, office=offer.office
            )
            command = f"cablegram accept {name} --from {offer.item.owner} --sheets N"
            yield Duty("to accept", Grade.TODAY, name, words, command)


def owed(asked: Asked) -> Iterator[Duty]:
    """Papers that the room has yet to sign."""
    count = Counter((row.office, row.kind) for row in asked.due.owed)
    for (office, kind), owing in sorted(count.items()):
        words = sentence("{owing} to be signed and sent", owing=owing)
        yield Duty(
            "papers owed",
            Grade.TODAY,
            sentence("{kind} to {office}", kind=word(kind, "kind"), office=office),
            words,
            "cablegram carry",
        )


def unreceipted(asked: Asked) -> Iterator[Duty]:
    """Telegrams of ours that another office has not said it opened."""
    for item in asked.due.unreceipted:
        telegram = asked.page.telegrams.get(item.telegram)
        due_at = "" if telegram is None else tracing.receipt_due(telegram)
        grade = Grade.LATE if "" < due_at < asked.at else Grade.SOON
        words = sentence("{receipts} so far", receipts=item.receipts or sentence("nothing"))
        if telegram is not None and (
            sent := tracing.of_telegram(asked.page, telegram, item.office)
        ):
            words += sentence(", {tracers} sent", tracers=many(len(sent), "tracer"))
        about = f"{item.office} {item.number}"
        yield Duty("not receipted", grade, about, words, "cablegram take-in", due_at)


def notices(asked: Asked) -> Iterator[Duty]:
    """Signed notices of other offices that nobody has followed, declined or set aside."""
    for call in calling.calls(asked.page, asked.bureau):
        names = " ".join(finding.name(asked.page, copy) for copy in call.copies)
        about = names or (str(call.telegram) if call.telegram else sentence("no copy of ours"))
        words = sentence(
            "{office}: {kind} {about}",
            office=call.said.office,
            kind=word(call.said.kind, "kind"),
            about=about,
        )
        yield Duty(
            "notice came",
            Grade.LATE if "" < call.said.limit_at < asked.at else Grade.TODAY,
            sentence("outer {outer}", outer=call.outer),
            words,
            _answer(call),
            call.said.limit_at,
        )


def disputed(asked: Asked) -> Iterator[Duty]:
    """Copies whose receiver does not take them as they came, on either side."""
    for copy in every(asked.page.copies, "state", State.DISPUTED.value):
        name = finding.name(asked.page, copy)
        back, there = (disputes.their_word(asked.page, copy, one) for one in ("back", "there"))
        if back or there:
            command = f"cablegram settle {name} " + (f"back --sheets {copy.sheets}" * bool(back))
            command += "there" * (not back)
            words = sentence("{holder} has signed how it settles", holder=copy.holder)
            yield Duty("dispute", Grade.TODAY, name, words, command)
        else:
            yield _unsettled(name, copy.holder, our_word(asked, copy))
    for offer in announced.offers(asked.page, asked.bureau):
        said = _words(asked, offer)
        if settling.DISPUTED in said.ours and not _may_accept(said) and not _is_back(said):
            name = f"{offer.item.cable}/{offer.item.copy}"
            yield _unsettled(name, offer.office, said.our_outcome)


def to_report(asked: Asked) -> Iterator[Duty]:
    """Telegrams to be carried out by a day, of whose fulfilment nobody has told their originator.

    One that came over no circuit has nobody to be told by a paper of ours.
    """
    for telegram in every(asked.page.telegrams, "fulfil", below=asked.until):
        if telegram.direction != lines.IN or not telegram.fulfil_by:
            continue
        came = lines.came_as(asked.page, telegram.office, telegram.letter)
        if came is not None and not papers.said(asked.page, telegram.letter, "fulfilled"):
            cable = str(telegram.cable_number)
            words = sentence("{office} asks word of its fulfilment", office=telegram.office)
            command = f"cablegram fulfil {cable} --words WHAT"
            grade = asked.grade(telegram.fulfil_by)
            yield Duty("to report", grade, cable, words, command, telegram.fulfil_by)


def our_word(asked: Asked, copy: Copy) -> str:
    """How we have said that a disputed copy of ours settles; empty where we have not."""
    sent = papers.went_under(asked.page, copy)
    if sent is None:
        return ""
    cable, number = papers.owners_numbers(asked.page, copy)
    return settling.words(asked.page, sent.subject, copy.holder, cable, number).our_outcome


def _unsettled(name: str, office: str, ours: str) -> Duty:
    if ours:
        words = sentence(
            "we said {ours}, and {office} has not signed the same",
            ours=ours.partition("_")[2],
            office=office,
        )
        return Duty("dispute", Grade.SOON, name, words, "cablegram take-in")
    words = sentence("with {office}, and nobody has said how it settles", office=office)
    return Duty("dispute", Grade.TODAY, name, words, f"cablegram settle {name} THERE-OR-BACK")


def _answer(call: Call) -> str:
    if call.act is not None or call.tells:
        may_decline = call.said.kind in notice_format.ASKING
        return f"cablegram follow {call.outer}" + f" (or decline {call.outer})" * may_decline
    if call.said.kind == "traced":
        return f"cablegram answer {call.outer} HOW"
    if call.said.kind == "consented":
        return f"cablegram allot {call.telegram} --for WHOM --reason WHY"
    return f"cablegram set-aside {call.outer} --reason WHY"


def _words(asked: Asked, offer: Offer) -> Words:
    item = offer.item
    return settling.words(asked.page, offer.transmittal, offer.office, item.cable, item.copy)


def _may_accept(said: Words) -> bool:
    return said.their_outcome == settling.THERE and not _is_back(said)


def _is_back(said: Words) -> bool:
    """Whether we have said that it goes back: then nothing more is to be done with it here."""
    return said.our_outcome == settling.BACK
