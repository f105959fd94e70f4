"""Alarms: what does not fit, kept with both digests until a person has dealt with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cablegram.errors import UnknownError
from cablegram.model.orders import OfficeAct
from cablegram.model.records import Alarm
from cablegram.registry import entries, matters, numbering, offices, orders
from cablegram.registry.reading import every
from cablegram.wire.leaf import Entry

if TYPE_CHECKING:
    from cablegram.bureau import Bureau
    from cablegram.ports import Page, Shelves
    from cablegram.registry.orders import Given

FORK = "fork"
GAP = "gap"
SHORT = "short"
"""A copy that came back, or went on, with fewer sheets than it had: an inquiry."""
STRANGE = "strange"
"""A receipt for what we never sent, as after a backup that was put back unnoticed."""
USURPED = "usurped"
"""A letter that would cancel, correct, recall or query one that is not its sender's to."""
FORGOTTEN = "forgotten"
"""A copy of which two counts contradict what an office signed, as after a restore or a fork."""
OPEN = "open"
CLOSED = "closed"
FILLED = "filled"
"""A gap whose numbers have all come since: nothing is left for a person to do."""
_DIGITS_MAX = 15


def sound(
    page: Page,
    kind: str,
    office: str,
    words: str,
    bureau: Bureau,
    *,
    first: str = "",
    second: str = "",
) -> Alarm:
    """Keep an alarm and its leaf.  ``first`` and ``second`` are digests that contradict."""
    alarm = Alarm(
        number=numbering.take(page, numbering.ALARM),
        kind=kind,
        office=office,
        at=bureau.now(),
        words=words,
        first=first,
        second=second,
        state=OPEN,
    )
    page.alarms.add(alarm)
    handle = matters.subject(page, bureau)
    evidence: dict[str, str | int] = {"kind": kind, "first": first, "second": second}
    entries.enter(
        page,
        [
            Entry(
                kind=entries.OFFICE,
                act=OfficeAct.ALARM.value,
                subject=handle,
                seq=entries.next_seq(page, handle),
                at=alarm.at,
                office=office,
                numbers=f"alarm {alarm.number}",
                evidence=entries.evidence(evidence),
            )
        ],
        bureau,
    )
    return alarm


def sounded(page: Shelves, kind: str, first: str) -> Alarm | None:
    """The alarm of this kind about a digest, whether it is open or closed."""
    return next((a for a in every(page.alarms) if (a.kind, a.first) == (kind, first)), None)


def close(page: Page, given: Given, bureau: Bureau) -> Alarm:
    """Close an alarm on an officer's order with its reason; it stays in the books.

    Raises:
        UnknownError: there is no such open alarm.
    """
    said = str(given.first.facts["number"])
    number = int(said) if said.isdecimal() and len(said) <= _DIGITS_MAX else 0
    alarm = page.alarms.get(number)
    if alarm is None or alarm.state != OPEN:
        raise UnknownError(
            "no open alarm {said}", hint="List them with `cablegram due`.", said=said
        )
    closed = Alarm(
        alarm.number,
        alarm.kind,
        alarm.office,
        alarm.at,
        alarm.words,
        alarm.first,
        alarm.second,
        CLOSED,
    )
    page.alarms.put(closed)
    index = offices.enter(page, given, bureau, numbers=f"alarm {number}", office=alarm.office)
    orders.keep(page, given, index)
    return closed
