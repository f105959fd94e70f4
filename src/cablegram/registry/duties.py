"""Duties: what is due today, kind by kind, each with the command that does it.

To add a kind, write a function that gives its duties out of what was ``Asked`` and add it to
``KINDS``.  Questions only: a clock sets flags here and changes nothing.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from cablegram.model.acts import State
from cablegram.model.times import instant, moment
from cablegram.registry import announced, dues, finding, mustering, papers, returns
from cablegram.registry.reading import every
from cablegram.sentences import sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import timedelta

    from cablegram.bureau import Bureau
    from cablegram.model.custody import Copy
    from cablegram.ports import Shelves


class Grade(IntEnum):
    """How soon: past its time, to be done today, or within the days asked about."""

    LATE = 0
    TODAY = 1
    SOON = 2


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing that somebody has to do.

    ``words`` says what is wrong or asked; ``command`` does it, in capitals what only a person
    knows.  ``at`` is the moment it is, or was, due; empty where it has none.
    """

    kind: str
    grade: Grade
    about: str
    words: str
    command: str
    at: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a kind is asked: the books, the moment, until when ahead, and what is due by it."""

    page: Shelves
    at: str
    until: str
    bureau: Bureau
    due: dues.Due


def today(page: Shelves, bureau: Bureau, *, at: str = "", within: timedelta) -> list[Duty]:
    """Everything due at a moment (now if none is given) or within a span after it.

    What is late comes first, then by moment; those of a kind stay together.
    """
    at = at or bureau.now()
    asked = Asked(page, at, moment(instant(at) + within), bureau, dues.due(page, at, within))
    order = list(KINDS)
    found = [duty for kind in KINDS.values() for duty in kind(asked)]
    return sorted(found, key=lambda duty: (duty.grade, order.index(duty.kind), duty.at))


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
        words = sentence("no receipt of {holder} has come", holder=copy.holder)
        yield Duty("no receipt", Grade.LATE, name, words, "cablegram take-in", copy.due_at)


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
        command = f"cablegram act find {name} --fact reason=WHERE"
        yield Duty("missing", Grade.LATE, name, "it has not been found", command)


def supply_hold(asked: Asked) -> Iterator[Duty]:
    """Who is supplied with nothing more, and with how many overdue."""
    for holder, many in asked.due.held:
        late = returns.overdue(asked.page, asked.at, holder)[0]
        name = finding.name(asked.page, late)
        words = sentence("{many} overdue: nothing more is issued", many=many)
        yield Duty("supply hold", Grade.TODAY, holder, words, f"cablegram return {name} --sheets N")


def to_print(asked: Asked) -> Iterator[Duty]:
    """Telegrams with copies that wait for the room."""
    for cable, many in _by_cable(asked, asked.due.unprinted):
        yield Duty("to print", Grade.TODAY, cable, _copies(many), f"cablegram print {cable}")


def to_verify(asked: Asked) -> Iterator[Duty]:
    """Telegrams with printed copies that nobody has verified."""
    for cable, many in _by_cable(asked, asked.due.unverified):
        yield Duty("to verify", Grade.TODAY, cable, _copies(many), f"cablegram verify {cable}")


def to_open(asked: Asked) -> Iterator[Duty]:
    """Telegrams that were taken in and not opened."""
    for row in asked.due.unopened:
        outer = str(row.outer_number)
        words = sentence("from {claimed}", claimed=row.claimed)
        yield Duty(
            "to open", Grade.TODAY, sentence("outer {outer}", outer=outer), words,
            f"cablegram open {outer}",
            row.taken_in_at,
        )  # fmt: skip


def to_accept(asked: Asked) -> Iterator[Duty]:
    """Copies that another office's transmittal announced and nobody accepted."""
    for offer in announced.offers(asked.page, asked.bureau):
        name = f"{offer.item.cable}/{offer.item.copy}"
        words = sentence(
            "of {owner}, sent by {office}", owner=offer.item.owner, office=offer.office
        )
        command = f"cablegram accept {name} --from {offer.item.owner} --sheets N"
        yield Duty("to accept", Grade.TODAY, name, words, command)


def owed(asked: Asked) -> Iterator[Duty]:
    """Papers that the room has yet to sign."""
    count = Counter((row.office, row.kind) for row in asked.due.owed)
    for (office, kind), many in sorted(count.items()):
        words = sentence("{many} to be signed and sent", many=many)
        yield Duty(
            "papers owed",
            Grade.TODAY,
            sentence("{kind} to {office}", kind=kind, office=office),
            words,
            "cablegram carry",
        )


def unreceipted(asked: Asked) -> Iterator[Duty]:
    """Telegrams of ours that another office has not said it opened."""
    for item in asked.due.unreceipted:
        words = sentence("{receipts} so far", receipts=item.receipts or sentence("nothing"))
        about = f"{item.office} {item.number}"
        yield Duty("not receipted", Grade.SOON, about, words, "cablegram take-in")


def open_musters(asked: Asked) -> Iterator[Duty]:
    """Musters that were opened and not closed."""
    for row in every(asked.page.musters, "state", mustering.OPEN):
        away = len(mustering.conclude_now(asked.page, row).outcome.unsighted)
        word = "sight" if away else "close"
        words = sentence("{away} not seen yet", away=away) if away else "everything was seen"
        command = f"cablegram muster {word} {row.number}" + (" LIST" if away else "")
        yield Duty("muster open", Grade.TODAY, str(row.number), words, command, row.cut_off)


def alarms(asked: Asked) -> Iterator[Duty]:
    """What does not fit, until somebody has dealt with it."""
    for one in asked.due.alarms:
        command = f"cablegram alarm close {one.number} --reason WHAT"
        yield Duty("alarm", Grade.LATE, str(one.number), one.words, command, one.at)


KINDS: dict[str, Callable[[Asked], Iterator[Duty]]] = {
    "alarm": alarms,
    "missing": missing,
    "overdue": overdue,
    "must leave": to_leave,
    "no receipt": unreceipted_copies,
    "supply hold": supply_hold,
    "receipt came": awaiting,
    "to open": to_open,
    "to print": to_print,
    "to verify": to_verify,
    "to accept": to_accept,
    "papers owed": owed,
    "muster open": open_musters,
    "due soon": due_soon,
    "not receipted": unreceipted,
}
"""Every kind of duty by its name, in the order a registrar looks."""


def _back(asked: Asked, kind: str, grade: Grade, copy: Copy) -> Duty:
    name = finding.name(asked.page, copy)
    where = "issued to" if copy.state is State.ISSUED else "with"
    return Duty(
        kind,
        grade,
        name,
        f"{where} {copy.holder}",
        f"cablegram return {name} --sheets {copy.sheets}",
        copy.due_at,
    )


def _by_cable(asked: Asked, copies: Sequence[Copy]) -> Iterator[tuple[str, int]]:
    count = Counter(copy.telegram for copy in copies)
    for handle, many in count.items():
        telegram = asked.page.telegrams.get(handle)
        assert telegram is not None, "a copy born here has its telegram"
        yield str(telegram.cable_number), many


def _copies(many: int) -> str:
    return f"{many} {'copy' if many == 1 else 'copies'}"
