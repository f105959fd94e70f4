"""Passing copies between offices: dispatched, accepted, come back.

An act between offices has two halves, one on each book; either alone is an open item
that both musters show.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cablegram.errors import CustodyError, UnknownError
from cablegram.model.acts import Act, State
from cablegram.model.custody import Copy
from cablegram.registry import custody, finding, numbering, offices, papers, returns
from cablegram.wire import canonical
from cablegram.wire import transmittal as transmittal_format

if TYPE_CHECKING:
    from cablegram.bureau import Bureau
    from cablegram.model.acts import Fact
    from cablegram.ports import Page
    from cablegram.registry.custody import Moved
    from cablegram.registry.orders import Given
    from cablegram.wire.transmittal import Item


def dispatch(page: Page, given: Given, bureau: Bureau) -> Moved:
    """Send copies to another office under one transmittal, which we then owe.

    Raises:
        CustodyError, OrderError, UnknownError: a rule, or a correspondent not compared.
    """
    facts = given.first.facts
    office = str(facts.get("office", ""))
    offices.correspondent(page, office)
    items: list[canonical.Value] = []
    for subject in given.first.subjects:
        copy = page.copies.get(subject.handle)
        if copy is None:
            raise UnknownError("the order names a copy not in the books", hint="Look again.")
        items.append(_item(page, copy, bureau))
    debt: dict[str, canonical.Value] = {
        "items": items,
        "carrier": str(facts.get("carrier", "")),
        "sent_at": bureau.now(),
        "receipt_due": str(facts.get("due_at", "")),
    }
    named = canonical.digest(
        canonical.encode({"debt": debt, "kind": papers.TRANSMITTAL, "to": office})
    )
    yields: dict[str, dict[str, Fact]] = {
        subject.handle: {"transmittal": named} for subject in given.first.subjects
    }
    moved = custody.move_given(page, given, bureau, yields)
    last = moved.leaf_index + len(moved.copies) - 1
    papers.owe(page, papers.TRANSMITTAL, office, debt, last)
    return moved


def accept(page: Page, given: Given, bureau: Bureau) -> Moved:
    """Enter a copy from elsewhere under our own incoming number, and owe the receipt.

    The fact ``incoming`` is a number as it is stamped; ``575/`` takes our next number behind it.

    Raises:
        CustodyError: it disagrees with the transmittal it came under.
    """
    facts = dict(given.first.facts)
    owner = str(facts.get("owner", ""))
    number = int(facts.get("owner_copy", 0) or 0)
    cable = int(facts.get("owner_cable", 0) or 0)
    stamp = str(facts.get("incoming", ""))
    if stamp == "" or stamp.endswith("/"):
        facts["incoming"] = f"{stamp}{numbering.take(page, numbering.INCOMING)}"
    before = finding.by_owner(page, owner, cable, number, bureau.name) if cable else None
    if before is not None and before.state not in {State.GIVEN_BACK, State.DESTROYED}:
        raise CustodyError(
            f"copy {number} of {cable} from {owner} is in our books already "
            f"under {before.incoming}",
            hint="A second sheet of one number is a discrepancy: ask its owner.",
        )
    if page.copies.find("incoming", str(facts["incoming"]), limit=1):
        raise CustodyError(
            f"incoming number {facts['incoming']} is taken", hint="Give the next number."
        )
    item, sender = _announced(page, facts, owner, cable, number)
    copy = Copy(
        handle=bureau.handle(),
        telegram="",
        number=number,
        made=max(number, 1),
        whom=str(facts.get("whom", "")),
        state=State.IN_REGISTRY,
        accountable=bureau.name,
        series=offices.series(page).letter,
        sheets=int(facts["sheets"]) if isinstance(facts.get("sheets"), int) else 0,
        limit_at=str(facts.get("limit_at", "")),
        limit_to=str(facts.get("limit_to", "")),
        owner=owner,
        owner_cable=cable,
        owner_copy=number,
        incoming=str(facts["incoming"]),
        classification=item.level if item is not None else "",
    )
    moved = custody.start(page, [(copy, facts)], Act.ACCEPT, given, bureau)
    if item is not None:
        debt: dict[str, canonical.Value] = {
            "kind": "copy_received",
            "subject": str(facts["transmittal"]),
            "incoming": copy.incoming,
            "cable": cable,
            "copy": number,
            "sheets": copy.sheets,
            "at": bureau.now(),
        }
        papers.owe(page, papers.RECEIPT, sender, debt, moved.leaf_index)
    return moved


def come_back(page: Page, given: Given, bureau: Bureau) -> Moved:
    """Take copies back from another office; our receipt closes their liability."""
    before = {s.handle: page.copies.get(s.handle) for s in given.first.subjects}
    moved = custody.move_given(page, given, bureau, {})
    named = str(given.first.facts.get("transmittal", ""))
    for n, copy in enumerate(moved.copies):
        was = before[copy.handle]
        assert was is not None, "move_given has found it"
        telegram = page.telegrams.get(copy.telegram)
        if named and telegram is not None:
            debt: dict[str, canonical.Value] = {
                "kind": "copy_closed",
                "subject": named,
                "incoming": was.their_incoming,
                "cable": telegram.cable_number,
                "copy": copy.number,
                "sheets": copy.sheets,
                "at": bureau.now(),
            }
            papers.owe(page, papers.RECEIPT, was.holder, debt, moved.leaf_index + n)
    return moved


def _item(page: Page, copy: Copy, bureau: Bureau) -> canonical.Value:
    telegram = page.telegrams.get(copy.telegram)
    cable = copy.owner_cable if telegram is None else telegram.cable_number
    return {
        "owner": copy.owner or bureau.name,
        "cable": cable,
        "copy": copy.owner_copy if copy.owner else copy.number,
        "sheets": copy.sheets,
        "level": copy.classification,
        "limit_at": _limit(page, copy, bureau)[0],
        "limit_to": _limit(page, copy, bureau)[1],
    }


def _limit(page: Page, copy: Copy, bureau: Bureau) -> tuple[str, str]:
    if copy.owner:
        return "", ""
    return returns.latest(page, copy, bureau.now(), bureau)


def _announced(
    page: Page, facts: dict[str, Fact], owner: str, cable: int, number: int
) -> tuple[Item | None, str]:
    """The transmittal's line for the copy, and who sent it; nothing for paper without one."""
    named = str(facts.get("transmittal", ""))
    if not named:
        return None, ""
    row = page.papers.get(named)
    if row is None or row.kind != papers.TRANSMITTAL:
        raise UnknownError("no such transmittal has come in", hint="Take in what the line holds.")
    for item in transmittal_format.decode(row.body).items:
        if (item.owner, item.cable, item.copy) == (owner, cable, number):
            if item.sheets != facts.get("sheets"):
                raise CustodyError(
                    f"copy {number} of {cable} was sent with {item.sheets} sheets, "
                    f"and {facts.get('sheets')} were counted",
                    hint=f"Count again; if sheets are short, tell {row.office} before accepting.",
                )
            return item, row.office
    raise CustodyError(
        f"the transmittal does not list copy {number} of {cable}",
        hint=f"Ask {row.office} what they sent.",
    )
