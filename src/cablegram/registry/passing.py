"""Passing copies between offices: dispatched, accepted, come back.

An act between offices has two halves, one on each book; either alone is an open item
that both musters show.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cablegram.errors import CustodyError, MalformedError, OrderError, UnknownError
from cablegram.model import check
from cablegram.model.acts import FINAL, Act, State
from cablegram.model.custody import Copy
from cablegram.model.times import instant, moment, stricter
from cablegram.registry import (
    announced,
    custody,
    finding,
    indexing,
    lines,
    numbering,
    offices,
    papers,
    regimes,
    returns,
    reviewing,
    settling,
)
from cablegram.wire import canonical
from cablegram.wire import transmittal as transmittal_format

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    offices.correspondent(page, office, bureau)
    if len(given.first.subjects) > transmittal_format.ITEMS_MAX:
        raise OrderError(
            "{subjects} copies do not go on one transmittal",
            hint="Send {items_max} at most with one order.",
            subjects=len(given.first.subjects),
            items_max=transmittal_format.ITEMS_MAX,
        )
    items: list[canonical.Value] = []
    yields: dict[str, dict[str, Fact]] = {}
    for subject in given.first.subjects:
        copy = page.copies.get(subject.handle)
        if copy is None:
            raise UnknownError("the order names a copy not in the books", hint="Look again.")
        limit_at, limit_to = _limit(page, copy, office, bureau)
        items.append(_item(page, copy, limit_at, limit_to, bureau))
        yields[copy.handle] = {"limit_at": limit_at, "limit_to": limit_to} if limit_at else {}
    debt: dict[str, canonical.Value] = {
        "items": items,
        "carrier": str(facts.get("carrier", "")),
        "sent_at": bureau.now(),
        "receipt_due": str(facts.get("due_at", "")),
    }
    named = canonical.digest(papers.written(papers.TRANSMITTAL, office, debt, given.digest))
    for yielded in yields.values():
        yielded["transmittal"] = named
    moved = custody.move_given(page, given, bureau, yields)
    last = moved.leaf_index + len(moved.copies) - 1
    papers.owe(page, papers.TRANSMITTAL, office, debt, last, order=given.digest)
    return moved


def accept(page: Page, given: Given, bureau: Bureau) -> Moved:
    """Enter a copy from elsewhere under our own incoming number, and owe the receipt.

    The fact ``incoming`` is a number as it is stamped; ``575/`` takes our next number behind it.

    Raises:
        CustodyError: it disagrees with the transmittal it came under.
    """
    facts = dict(given.first.facts)
    owner = str(facts.get("owner", ""))
    number, cable = whole(facts, "owner_copy"), whole(facts, "owner_cable")
    named = str(facts.get("owner_number", ""))
    number = number or min(len(named), 1)  # a paper is the first of its number, if nobody says
    _check_paper(page, owner, named, number)
    _stamp(page, facts)
    _check_one(page, owner, cable, number, bureau)
    item, sender = _announced(page, facts, owner, cable, number)
    if item is not None:
        _check_settled(page, facts, sender, item)
    _limit_stay(page, facts, item, owner, bureau)
    copy = Copy(
        handle=bureau.handle(),
        telegram="",
        number=number,
        made=0,
        whom=str(facts.get("whom", "")),
        state=State.IN_REGISTRY,
        accountable=bureau.name,
        series=offices.series(page).letter,
        sheets=whole(facts, "sheets"),
        limit_at=str(facts.get("limit_at", "")),
        limit_to=str(facts.get("limit_to", "")),
        owner=owner,
        owner_cable=cable,
        owner_copy=number,
        incoming=str(facts["incoming"]),
        classification=item.level if item is not None else "",
        short_content=_content(page, facts),
        owner_number=named,
        dated_at=str(facts.get("dated_at", "")),
    )
    moved = custody.start(page, [(copy, facts)], Act.ACCEPT, given, bureau)
    indexing.copies(page, moved.copies, bureau.now())
    if item is not None:
        announced.accepted(page, str(facts["transmittal"]), owner, cable, number)
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


def _limit_stay(
    page: Page, facts: dict[str, Fact], item: Item | None, owner: str, bureau: Bureau
) -> None:
    """The strictest of what the sender asks, what our officer wrote, and what our series keeps."""
    if item is not None and item.limit_at:
        ours = str(facts.get("limit_at", ""))
        facts["limit_at"] = stricter(item.limit_at, ours and moment(instant(ours)))
        facts["limit_to"] = item.limit_to
    facts |= reviewing.limit_of_ours(page, facts, owner, bureau)


def _check_paper(page: Page, owner: str, named: str, number: int) -> None:
    """Refuse a paper that is on charge here under its own number already.

    Raises:
        CustodyError: with the number it goes by.
    """
    for copy in page.copies.find("owner_number", named) if named else ():
        if (copy.owner, copy.number) == (owner, number) and copy.state not in FINAL:
            raise CustodyError(
                "{number} of {owner} is on charge here already, as {ours}",
                hint="Where this is another exemplar of it, say which: `--exemplar {next}`.",
                number=named,
                owner=owner,
                ours=returns.naming(page, copy),
                next=number + 1,
            )


def _check_one(page: Page, owner: str, cable: int, number: int, bureau: Bureau) -> None:
    """Refuse a second sheet of one number."""
    before = finding.by_owner(page, owner, cable, number, bureau.name) if cable else None
    if before is not None and before.state not in FINAL:
        raise CustodyError(
            "copy {number} of {cable} from {owner} is in our books already under {copy}",
            hint="A second sheet of one number is a discrepancy: ask its owner.",
            number=number,
            cable=cable,
            owner=owner,
            copy=returns.naming(page, before),
        )


def come_back(page: Page, given: Given, bureau: Bureau) -> Moved:
    """Take copies back from another office; our receipt closes their liability.

    Raises:
        UnknownError: the transmittal they are said to come under has not come in.
        CustodyError: a rule, or that transmittal is another office's or lists no such copy.
    """
    before = {s.handle: page.copies.get(s.handle) for s in given.first.subjects}
    named = str(given.first.facts.get("transmittal", ""))
    for copy in before.values():
        if copy is not None and not named and not given.first.facts.get("note"):
            # Without it no receipt of ours closes their liability, and they stay waiting.
            raise CustodyError(
                "{copy} was said to come back under no transmittal",
                hint="Take in what the line holds; if {holder} sent none, say why in a note.",
                copy=returns.naming(page, copy),
                holder=copy.holder,
            )
    moved = custody.move_given(page, given, bureau, {})
    for n, copy in enumerate(moved.copies):
        was = before[copy.handle]
        assert was is not None, "move_given has found it"
        if named:
            cable, number = papers.owners_numbers(page, copy)
            item, sender = line_of(page, named, copy.owner or bureau.name, cable, number)
            if sender != was.holder:
                raise CustodyError(
                    "{copy} was with {holder}, and the transmittal is {sender}'s",
                    hint="Name the transmittal of {holder}.",
                    copy=returns.naming(page, copy),
                    holder=was.holder,
                    sender=sender,
                )
            _check_settled(page, given.first.facts, sender, item)
            debt: dict[str, canonical.Value] = {
                "kind": "copy_closed",
                "subject": named,
                "incoming": was.their_incoming,
                "cable": cable,
                "copy": number,
                "sheets": copy.sheets,
                "at": bureau.now(),
            }
            papers.owe(page, papers.RECEIPT, sender, debt, moved.leaf_index + n)
    return moved


def fulfil(page: Page, given: Given, bureau: Bureau) -> Moved:
    """Record that copies were carried out; each telegram's originator is owed our word, once.

    A report that ends a task of ours is within the house: the originator hears of the whole.

    A copy of another office's is recorded here alone: its letter is not in our books.
    """
    moved = custody.move_given(page, given, bureau, {})
    if "task" in given.first.facts:
        return moved  # one person has done their part, which is not yet what was asked of us
    for n, copy in enumerate(moved.copies):
        telegram = page.telegrams.get(copy.telegram)
        item = None if telegram is None else lines.came_as(page, telegram.office, telegram.letter)
        if telegram is None or item is None or papers.said(page, telegram.letter, "fulfilled"):
            continue
        debt: dict[str, canonical.Value] = {
            "kind": "fulfilled",
            "subject": telegram.letter,
            "circuit_number": item.number,
            "attempt": item.attempt,
            "incoming": str(telegram.cable_number),
            "at": bureau.now(),
        }
        papers.owe(page, papers.RECEIPT, telegram.office, debt, moved.leaf_index + n)
    return moved


def _content(page: Page, facts: Mapping[str, Fact]) -> str:
    """The short content, where the series has one."""
    content = str(facts.get("content", ""))
    if content:
        regimes.check_short_content(offices.series(page))
    return content


def whole(facts: Mapping[str, Fact], name: str) -> int:
    """A count among facts that are not checked yet; what is none is refused later, by its rule."""
    value = facts.get(name, 0)
    return value if isinstance(value, int) else 0


def _stamp(page: Page, facts: dict[str, Fact]) -> None:
    """Settle our incoming number: as it was stamped, or the next of ours behind ``575/``."""
    stamp = str(facts.get("incoming", ""))
    if stamp == "" or stamp.endswith("/"):
        # A number that somebody stamped by hand before is used, and passed over.
        while _is_taken(page, taken := f"{stamp}{numbering.take(page, numbering.INCOMING)}"):
            pass
        facts["incoming"] = taken
    elif _is_taken(page, stamp):
        raise CustodyError(
            "incoming number {stamp} is taken", hint="Give the next number.", stamp=stamp
        )


def _is_taken(page: Page, stamp: str) -> bool:
    """Whether a copy goes by that number here: an incoming number, or cable and copy of ours."""
    try:
        finding.copy(page, stamp)
    except UnknownError:
        return False
    except MalformedError:
        if check.is_code(stamp):
            raise
        return False  # It ends as if in check characters, and they are no copy's: `A-12`.
    return True


def _item(
    page: Page, copy: Copy, limit_at: str, limit_to: str, bureau: Bureau
) -> dict[str, canonical.Value]:
    cable, number = papers.owners_numbers(page, copy)
    if not cable or not number:
        raise CustodyError(
            "{copy} bears no numbers of its owner, and a transmittal lists copies by those",
            hint="Let its readers come here, or send it on paper and record that it is missing.",
            copy=returns.naming(page, copy),
        )
    return {
        "owner": copy.owner or bureau.name,
        "cable": cable,
        "copy": number,
        "sheets": copy.sheets,
        "level": copy.classification,
        "content_sha256": _printed(page, copy),
        "limit_at": limit_at,
        "limit_to": limit_to,
    }


def _printed(page: Page, copy: Copy) -> str:
    """The digest of the copy's sheets as we printed them last; empty where we did not."""
    digest = ""
    for _, entry in finding.life(page, copy.handle):
        if entry.act == Act.PRINT.value:
            digest = str(canonical.decode(entry.evidence.encode()).get("digest", ""))
    return digest


def _limit(page: Page, copy: Copy, office: str, bureau: Bureau) -> tuple[str, str]:
    """By when the office must send it back here, and where to; nothing if it is the owner."""
    if copy.owner == office:
        return "", ""
    return returns.latest(page, copy, bureau.now(), bureau)


def _announced(
    page: Page, facts: dict[str, Fact], owner: str, cable: int, number: int
) -> tuple[Item | None, str]:
    """The transmittal's line for the copy, and who sent it; nothing for paper without one."""
    named = str(facts.get("transmittal", ""))
    if not named:
        return None, ""
    item, sender = line_of(page, named, owner, cable, number)
    said = settling.words(page, named, sender, cable, number)
    # What was disputed and settled as here is here with the sheets that it has.
    if item.sheets != facts.get("sheets") and settling.DISPUTED not in said.ours:
        raise CustodyError(
            "copy {number} of {cable} was sent with {sheets} sheets, and {sheets2} were counted",
            hint="Count again; if sheets are short, tell {sender} before accepting.",
            number=number,
            cable=cable,
            sheets=item.sheets,
            sheets2=facts.get("sheets"),
            sender=sender,
        )
    return item, sender


def _check_settled(page: Page, facts: Mapping[str, Fact], sender: str, item: Item) -> None:
    """A copy that we disputed is taken on charge only once both have signed that it is here."""
    named = str(facts["transmittal"])
    said = settling.words(page, named, sender, item.cable, item.copy)
    if settling.DISPUTED not in said.ours:
        return
    if said.their_outcome != settling.THERE or said.our_outcome == settling.BACK:
        raise CustodyError(
            "copy {copy} of {cable} is disputed, and {sender} has not signed that it stays here",
            hint="Settle it with them first, or send it back.",
            copy=item.copy,
            cable=item.cable,
            sender=sender,
        )


def line_of(page: Page, named: str, owner: str, cable: int, number: int) -> tuple[Item, str]:
    """What a transmittal that came in says of a copy, and who sent it."""
    row = page.papers.get(named)
    if row is None or (row.kind, row.direction) != (papers.TRANSMITTAL, lines.IN):
        raise UnknownError("no such transmittal has come in", hint="Take in what the line holds.")
    for item in transmittal_format.decode(row.body).items:
        if (item.owner, item.cable, item.copy) == (owner, cable, number):
            return item, row.office
    raise CustodyError(
        "the transmittal does not list copy {number} of {cable}",
        hint="Ask {office} what they sent.",
        number=number,
        cable=cable,
        office=row.office,
    )
