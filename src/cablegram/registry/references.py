"""References: the spravka that the registry adds, our number, their number, in reply to.

One is an entry on the telegram it is about, and on the other one where that is ours too
(docs/spec/custody.md, "References").
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from cablegram.errors import CustodyError, MalformedError, UnknownError
from cablegram.model.names import office_id
from cablegram.model.paperwork import Reference
from cablegram.model.text import clean
from cablegram.registry import entries, numbering

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cablegram.bureau import Bureau
    from cablegram.model.records import Telegram
    from cablegram.ports import Page, Shelves
    from cablegram.registry.orders import Given

NUMBER_MAX = 40


class Relation(StrEnum):
    """How a telegram stands to the other one."""

    IN_REPLY_TO = "in_reply_to"
    SEE_ALSO = "see_also"
    SUPPLEMENTS = "supplements"
    CORRECTS = "corrects"
    CANCELS = "cancels"


BACK = {
    Relation.IN_REPLY_TO: "answered by",
    Relation.SEE_ALSO: "see also",
    Relation.SUPPLEMENTS: "supplemented by",
    Relation.CORRECTS: "corrected by",
    Relation.CANCELS: "cancelled by",
}
"""How the other telegram stands to the first, in words."""


def refer(page: Page, given: Given, bureau: Bureau) -> Reference:
    """Enter a reference on an officer's order.

    Raises:
        UnknownError: a telegram that is not in the books.
        CustodyError: to itself, to nothing, to two things, or entered before.
        MalformedError: there is no such relation, office or number.
    """
    facts = {name: str(value) for name, value in given.first.facts.items()}
    if facts["relation"] not in list(Relation):
        raise MalformedError(
            "there is no relation {relation!r}",
            hint="Use one of {relation2}.",
            relation=facts["relation"][:40],
            relation2=", ".join(Relation),
        )
    telegram = _telegram(page, facts["telegram"])
    other = _telegram(page, facts["other"]) if facts.get("other") else None
    office, number = facts.get("office", ""), facts.get("number", "")
    if (other is None) == (not office and not number) or bool(office) != bool(number):
        raise CustodyError(
            "a reference is to a telegram of ours, or to an office and its number",
            hint="Name one of the two.",
        )
    if other is not None and other.handle == telegram.handle:
        raise CustodyError("a telegram was referred to itself", hint="Name the other one.")
    if office:
        office_id(office)
        clean(number, "their number", most=NUMBER_MAX)
    said = (facts["relation"], facts.get("other", ""), office, number)
    for row in page.references.find("telegram", telegram.handle):
        if (row.relation, row.other, row.office, row.their_number) == said:
            raise CustodyError(
                "reference {number} says so already",
                hint="Nothing is left to do.",
                number=row.number,
            )
    count = numbering.take(page, numbering.REFERENCE)
    index = _enter(page, telegram, count, given, bureau)
    if other is not None:
        _enter(page, other, count, given, bureau)
    row = Reference(
        count,
        telegram.handle,
        facts["relation"],
        bureau.now(),
        index,
        facts.get("other", ""),
        office,
        number,
    )
    page.references.add(row)
    return row


def of(page: Shelves, telegram: Telegram) -> Iterator[tuple[str, Reference]]:
    """What a telegram is referred to and from, each with its relation in words."""
    for row in page.references.find("telegram", telegram.handle):
        yield row.relation.replace("_", " "), row
    for row in page.references.find("other", telegram.handle):
        yield BACK[Relation(row.relation)], row


def _telegram(page: Shelves, handle: str) -> Telegram:
    row = page.telegrams.get(handle)
    if row is None:
        raise UnknownError(
            "the order names a telegram that is not in the books", hint="Look it up again."
        )
    return row


def _enter(page: Page, telegram: Telegram, number: int, given: Given, bureau: Bureau) -> int:
    return entries.enter_order(
        page,
        given,
        bureau,
        kind=entries.TELEGRAM,
        subject=telegram.handle,
        office=telegram.office,
        numbers=f"reference {number}",
    )
