"""Our circuits: numbers both ways, kept so that any loss, repeat or fork shows itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cablegram.errors import LostRaceError
from cablegram.model.line import Link, Verdict, judge
from cablegram.model.records import Circuit, CircuitItem
from cablegram.registry import alarms
from cablegram.registry.reading import every

if TYPE_CHECKING:
    from cablegram.bureau import Bureau
    from cablegram.model.records import Alarm
    from cablegram.ports import Page, Shelves

IN = "in"
OUT = "out"
PAPERS_IN = "papers-in"
PAPERS_OUT = "papers-out"
MISSING = "missing"
SEEN = "seen"
SENT = "sent"


def stand(page: Shelves, office: str, direction: str) -> Circuit:
    """Where one direction of a circuit stands; number 0 and no letter before the first."""
    row = page.circuits.get(office, direction)
    return row or Circuit(office, direction, 0, "")


def take_expected(page: Page, office: str, direction: str, number: int, letter: str) -> None:
    """Take the next number of an outgoing line for what has been signed with it already.

    Raises:
        LostRaceError: another process took it.
    """
    now = stand(page, office, direction)
    if now.number + 1 != number:
        raise LostRaceError(
            "number {number} to {office} was taken by another process",
            hint="Give the same order again.",
            number=number,
            office=office,
        )
    page.circuits.put(Circuit(office, direction, number, letter))


def look(page: Shelves, office: str, direction: str, link: Link) -> Verdict:
    """What an arriving link is to the line."""
    now = stand(page, office, direction)

    def item(number: int) -> CircuitItem | None:
        return page.circuit_items.get(office, direction, number)

    known, before, after = item(link.number), item(link.number - 1), item(link.number + 1)
    return judge(
        link,
        last=now.number,
        last_letter=now.letter,
        known=known.letter if known is not None else "",
        before=before.letter if before is not None else "",
        after_says=after.previous if after is not None else "",
    )


def arrive(
    page: Page, office: str, direction: str, link: Link, item: CircuitItem, bureau: Bureau
) -> Alarm | None:
    """Enter an arriving link that is next, after a gap, or late; gives the alarm of a gap.

    A gap is entered number by number, each missing until its letter comes.
    """
    now = stand(page, office, direction)
    alarm = None
    if link.number > now.number + 1:
        for number in range(now.number + 1, link.number):
            page.circuit_items.put(
                CircuitItem(office, direction, number, "", "", "", "", 0, MISSING)
            )
        alarm = alarms.sound(
            page,
            alarms.GAP,
            office,
            f"{_numbers(now.number + 1, link.number - 1)} from {office} not opened yet, or lost",
            bureau,
            first=link.letter,
            second=direction,
        )
    page.circuit_items.put(item)
    if link.number > now.number:
        page.circuits.put(Circuit(office, direction, link.number, link.letter))
    else:
        _filled(page, office, direction)
    return alarm


def _numbers(first: int, last: int) -> str:
    return f"circuit number {first}" if first == last else f"circuit numbers {first} to {last}"


def _filled(page: Page, office: str, direction: str) -> None:
    """Close an office's gap alarms once nothing on that line is missing any more."""
    missing = page.circuit_items.find("state", MISSING, "", office)
    if any(item.direction == direction for item in missing):
        return
    for alarm in page.alarms.find("state", alarms.OPEN):
        if (alarm.kind, alarm.office, alarm.second) == (alarms.GAP, office, direction):
            page.alarms.put(replace(alarm, state=alarms.FILLED))


def forked(page: Page, office: str, direction: str, link: Link, bureau: Bureau) -> Alarm:
    """Sound the alarm of a fork, with the digests of both letters."""
    now = stand(page, office, direction)
    known = page.circuit_items.get(office, direction, link.number)
    other = known.letter if known is not None and known.letter else now.letter
    for before in every(page.alarms):
        if (before.kind, before.office, before.first, before.second) == (
            alarms.FORK,
            office,
            other,
            link.letter,
        ):
            return before  # sounded already; a replay of either letter is no news
    return alarms.sound(
        page,
        alarms.FORK,
        office,
        f"number {link.number} from {office} does not fit what came before",
        bureau,
        first=other,
        second=link.letter,
    )


def came_as(page: Shelves, office: str, letter: str) -> CircuitItem | None:
    """Under which circuit number an office's letter came; None for one that came otherwise."""
    for row in page.circuit_items.find("letter", letter, IN):
        if row.office == office:
            return row
    return None


def receipted(page: Page, office: str, sealed: str, kind: str) -> CircuitItem | None:
    """Note their receipt against what we sent; None if it is for nothing we sent them."""
    rows = page.circuit_items.find("sealed", sealed) or page.circuit_items.find(
        "letter", sealed, OUT
    )
    for row in rows:
        if row.office == office and row.direction == OUT:
            kinds = sorted({*row.receipts.split(), kind})
            noted = replace(row, receipts=" ".join(kinds))
            page.circuit_items.put(noted)
            return noted
    return None
