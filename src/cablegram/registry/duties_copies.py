"""Duties about copies: out too long, to leave, without their receipt, missing, to be made."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from cablegram.model import chase
from cablegram.model.acts import State
from cablegram.registry import dues, finding, papers, returns, tracing
from cablegram.registry.duty import Asked, Duty, Grade
from cablegram.sentences import many, sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cablegram.model.custody import Copy


def overdue(asked: Asked) -> Iterator[Duty]:
    """Copies out past their moment: with a reader, or with another office."""
    for copy in asked.due.overdue:
        yield _back(asked, "overdue", Grade.LATE, copy)


def due_soon(asked: Asked) -> Iterator[Duty]:
    """Copies that must be back soon."""
    for copy in asked.due.soon:
        yield _back(asked, "due soon", Grade.SOON, copy)


def to_leave(asked: Asked) -> Iterator[Duty]:
    """Copies of other offices that must go back where they came from."""
    for copy in asked.due.leaving:
        name = finding.name(asked.page, copy)
        yield Duty(
            "must leave",
            Grade.LATE if copy.limit_at < asked.at else Grade.SOON,
            name,
            sentence("it goes back to {limit_to}", limit_to=copy.limit_to or copy.owner),
            f"cablegram dispatch {name} --to {copy.owner} --carrier WHO",
            copy.limit_at,
        )


def unreceipted_copies(asked: Asked) -> Iterator[Duty]:
    """Dispatched copies whose receipt is late."""
    for copy in asked.due.tracers:
        name = finding.name(asked.page, copy)
        words = sentence(
            "no receipt of {holder} has come{traced}",
            holder=copy.holder,
            traced=_traced(asked, copy),
        )
        yield Duty("no receipt", Grade.LATE, name, words, "cablegram take-in", copy.due_at)


def to_trace(asked: Asked) -> Iterator[Duty]:
    """Copies that are late, and telegrams not receipted, of which a tracer is to be sent."""
    for copy in (*asked.due.overdue, *asked.due.tracers):
        if tracing.next_for(asked.page, copy, asked.at) is chase.Next.TRACE:
            name = finding.name(asked.page, copy)
            words = sentence(
                "tracer {number} to {holder}",
                number=len(tracing.of_copy(asked.page, copy)) + 1,
                holder=copy.holder,
            )
            command = f"cablegram trace {name}"
            yield Duty("to trace", Grade.LATE, name, words, command, copy.due_at)
    for item in asked.due.unreceipted:
        telegram = asked.page.telegrams.get(item.telegram)
        if telegram is None or tracing.receipt_due(telegram) >= asked.at:
            continue
        step = tracing.next_for_telegram(asked.page, telegram, item.office, asked.at)
        if step is chase.Next.TRACE:
            sent = len(tracing.of_telegram(asked.page, telegram, item.office))
            about = str(telegram.outgoing_number)
            words = sentence("tracer {number} to {office}", number=sent + 1, office=item.office)
            command = f"cablegram trace {about} --to {item.office}"
            due_at = tracing.receipt_due(telegram)
            yield Duty("to trace", Grade.LATE, about, words, command, due_at)


def to_inquire(asked: Asked) -> Iterator[Duty]:
    """Copies that no tracer brought back, about which nobody inquires yet."""
    for copy in (*asked.due.overdue, *asked.due.tracers):
        if tracing.next_for(asked.page, copy, asked.at) is chase.Next.INQUIRE:
            name = finding.name(asked.page, copy)
            words = sentence(
                "with {holder}{traced}, and nothing came",
                holder=copy.holder,
                traced=_traced(asked, copy),
            )
            command = f"cablegram inquiry open {name} --reason WHY"
            yield Duty("to inquire", Grade.LATE, name, words, command, copy.due_at)


def awaiting(asked: Asked) -> Iterator[Duty]:
    """Signed receipts that allow an act which nobody has ordered yet."""
    for one in papers.awaiting(asked.page, asked.bureau):
        name = finding.name(asked.page, one.copy)
        words = sentence("the receipt of {holder} has come", holder=one.copy.holder)
        yield Duty("receipt came", Grade.TODAY, name, words, "cablegram take-in")


def missing(asked: Asked) -> Iterator[Duty]:
    """Copies declared missing, until they are found or their inquiry ends."""
    for copy in asked.due.missing:
        name = finding.name(asked.page, copy)
        command = f"cablegram found {name} --reason WHERE"
        yield Duty("missing", Grade.LATE, name, sentence("it has not been found"), command)


def supply_hold(asked: Asked) -> Iterator[Duty]:
    """Who is supplied with nothing more, and with how many overdue."""
    for holder, count in asked.due.held:
        late = returns.longest_overdue(asked.page, asked.at, holder)
        assert late is not None, "whoever is held has something overdue"
        name = finding.name(asked.page, late)
        words = dues.held_words(count)
        yield Duty("supply hold", Grade.TODAY, holder, words, f"cablegram return {name} --sheets N")


def to_print(asked: Asked) -> Iterator[Duty]:
    """Telegrams with copies that wait for the room."""
    for cable, count in _by_cable(asked, asked.due.unprinted):
        yield Duty(
            "to print",
            Grade.TODAY,
            cable,
            many(count, "copy", "copies"),
            f"cablegram print {cable}",
        )


def to_verify(asked: Asked) -> Iterator[Duty]:
    """Telegrams with printed copies that nobody has verified."""
    for cable, count in _by_cable(asked, asked.due.unverified):
        yield Duty(
            "to verify",
            Grade.TODAY,
            cable,
            many(count, "copy", "copies"),
            f"cablegram verify {cable}",
        )


def _traced(asked: Asked, copy: Copy) -> str:
    sent = len(tracing.of_copy(asked.page, copy))
    return sentence(", {tracers} sent", tracers=many(sent, "tracer")) if sent else ""


def _back(asked: Asked, kind: str, grade: Grade, copy: Copy) -> Duty:
    name = finding.name(asked.page, copy)
    where = sentence(
        "issued to {holder}" if copy.state is State.ISSUED else "with {holder}", holder=copy.holder
    )
    return Duty(
        kind,
        grade,
        name,
        where + _traced(asked, copy),
        f"cablegram return {name} --sheets {copy.sheets}",
        copy.due_at,
    )


def _by_cable(asked: Asked, copies: Sequence[Copy]) -> Iterator[tuple[str, int]]:
    """How many copies of each telegram, the earliest telegram first."""
    found = []
    for handle, count in Counter(copy.telegram for copy in copies).items():
        telegram = asked.page.telegrams.get(handle)
        assert telegram is not None, "a copy born here has its telegram"
        found.append((telegram.cable_number, count))
    for cable, count in sorted(found):
        yield str(cable), count
