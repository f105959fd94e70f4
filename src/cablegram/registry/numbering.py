"""Numbers: taken on the page that uses them, so that none is skipped and none comes twice.

A kind of number (outgoing, cable, print, outer, incoming, circuit) runs within a
series.  It may start where an existing register left off.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cablegram.errors import CustodyError, LostRaceError
from cablegram.model.records import Counter

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cablegram.ports import Page, Shelves

NUMBER_MAX = 999_999_999
"""The highest number that letters, receipts and transmittals can carry."""
DIGITS_MAX = 15
OUTGOING = "outgoing"
CABLE = "cable"
PRINT = "print"
OUTER = "outer"
INCOMING = "incoming"
ALARM = "alarm"
MUSTER = "muster"
HAND_RECEIPT = "hand_receipt"
TASK = "task"
INQUIRY = "inquiry"
NOTICE = "notice"
CERTIFICATE = "certificate"
DRAFT = "draft"
WAIVER = "waiver"
REFERENCE = "reference"
TRACER = "tracer"
WATCH = "watch"
REVIEW = "review"
LEAF = "leaf"
MAY_GO_ON = frozenset({OUTGOING, CABLE, PRINT, OUTER, INCOMING})
"""Numbers that may go on from an existing register's."""
JUMPED = frozenset(
    {
        OUTGOING,
        CABLE,
        PRINT,
        OUTER,
        INCOMING,
        ALARM,
        MUSTER,
        HAND_RECEIPT,
        TASK,
        INQUIRY,
        NOTICE,
        CERTIFICATE,
        DRAFT,
        REFERENCE,
        WAIVER,
        TRACER,
        WATCH,
        REVIEW,
    }
)
"""Numbers that jump when books come from a backup: all that stand on papers, so all but leaves."""


def read(text: str) -> int:
    """A number as an order names it, in digits; 0 for what is none, which no row bears."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= DIGITS_MAX else 0


def last(page: Shelves, kind: str, series: str = "") -> int:
    """The last number taken; 0 if none was."""
    row = page.numbers.get(kind, series)
    return 0 if row is None else row.last


def take(page: Page, kind: str, series: str = "", *, many: int = 1) -> int:
    """Take the next number, or the first of ``many``; kept if and only if the page is."""
    first = last(page, kind, series) + 1
    page.numbers.put(Counter(kind, series, first + many - 1))
    return first


def take_expected(page: Page, kind: str, series: str, expected: int) -> None:
    """Take exactly this number, which has been signed already.

    Raises:
        LostRaceError: another process took it; sign again with the next.
    """
    if last(page, kind, series) + 1 != expected:
        raise LostRaceError(
            "{kind} number {expected} was taken by another process",
            hint="Give the same order again.",
            kind=kind,
            expected=expected,
        )
    page.numbers.put(Counter(kind, series, expected))


def go_on_from(page: Page, kind: str, series: str, used: int) -> None:
    """Let the numbers of an existing register go on: ``used`` is the last one in its books.

    Raises:
        CustodyError: our own numbers have passed it already.
    """
    now = last(page, kind, series)
    if used < now or used > NUMBER_MAX:
        raise CustodyError(
            "{kind} numbers stand at {now} and cannot go on from {used}",
            hint="Give a number from {now} up.",
            kind=kind,
            now=now,
            used=used,
        )
    page.numbers.put(Counter(kind, series, used))


def hold_new(kind: str, number: int, borne: Iterable[object]) -> None:
    """Refuse a number that the books have on something already: numbers are never used again.

    Raises:
        CustodyError: what bears it is in the books, so that the counter was set back by hand.
    """
    if next(iter(borne), None) is not None:
        raise CustodyError(
            "{kind} number {number} is borne by another telegram",
            hint="Run `cablegram audit` on this office: a row was written by hand.",
            kind=kind,
            number=number,
        )
