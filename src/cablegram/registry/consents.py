"""Consents: what an originator must have said before a further copy of its telegram is made.

One that can sign to us says it in a notice, which serves as many copies as it says; of any other
a letter or paper of theirs, or a scan that is kept here, is named by its digest
(docs/spec/custody.md, "What an act asks").
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cablegram.errors import CustodyError, MalformedError
from cablegram.model import names
from cablegram.registry import lines, notifying, offices, service, vouching
from cablegram.wire import notice as notice_format
from cablegram.wire.leaf import decode_entry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cablegram.bureau import Bureau
    from cablegram.model.acts import Fact
    from cablegram.model.records import Telegram
    from cablegram.ports import Page


def check(page: Page, telegram: Telegram, facts: Mapping[str, Fact], bureau: Bureau) -> str:
    """The open notice by which the originator lets a copy be made; empty where it cannot sign.

    Raises:
        CustodyError: it has not said so, or what is named is nothing of theirs.
        OrderError: whose telegram it is, is not in the books as the ledger has it.
    """
    if not telegram.sealed:
        return ""  # its words are here on paper alone, which is refused before consent matters
    named = str(facts.get("consent", ""))
    office = service.originator(page, telegram, bureau)
    if not offices.can_sign(page, office, bureau):
        if named:
            _check_kept(page, telegram, named, bureau)
        return ""
    row = page.papers.get(named)
    said = None if row is None else notifying.opened(row)
    if said is None or (said.kind, said.office, said.letter) != (
        "consented",
        telegram.office,
        telegram.letter,
    ):
        raise CustodyError(
            "{office} has signed no consent to a further copy of {cable}",
            hint="Ask with `cablegram ask consent {cable}`.",
            office=telegram.office,
            cable=telegram.cable_number,
        )
    assert row is not None, "what it says was read from it"
    vouching.hold(page, row, bureau)
    if _made(page, telegram, named) >= said.count:
        raise CustodyError(
            "as many copies of {cable} were made as {office} consented to",
            hint="Ask for more: `cablegram ask consent {cable}`.",
            cable=telegram.cable_number,
            office=telegram.office,
        )
    return named


def served(page: Page, telegram: Telegram, named: str) -> None:
    """Close a consent once as many copies were made by it as it allows."""
    row = page.papers.get(named)
    if row is None:
        return
    if _made(page, telegram, named) >= notice_format.decode(row.body).count:
        notifying.close(page, named)


def _made(page: Page, telegram: Telegram, named: str) -> int:
    """How many copies were made by this consent."""
    return sum(
        named in decode_entry(leaf.entry).evidence
        for copy in page.copies.find("telegram", telegram.handle)
        for leaf in page.leaves.find("subject", copy.handle, 1, limit=1)
    )


def _check_kept(page: Page, telegram: Telegram, consent: str, bureau: Bureau) -> None:
    """Hold a consent to something of the originator's that came in, or a scan kept here."""
    try:
        names.digest(consent)
    except MalformedError as exc:
        raise CustodyError(
            "{consent!r} names nothing in which {office} agreed to a further copy",
            hint="Give the cable number of the telegram in which they did, or a scan: --scan FILE.",
            consent=consent[:40],
            office=telegram.office,
        ) from exc
    paper = page.papers.get(consent)
    letters = page.telegrams.find("letter", consent)
    theirs = (lines.IN, telegram.office)
    came = (paper is not None and (paper.direction, paper.office) == theirs) or any(
        (row.direction, row.office) == theirs for row in letters
    )
    # What lies in the incoming tray is sealed and unread: it says nothing yet.
    kept = bureau.blobs.has(consent) and page.incoming.get(consent) is None
    if not came and not kept:
        raise CustodyError(
            "the consent is nothing that came from {office}, nor a scan kept here",
            hint="Name the letter in which they agreed, or give its scan.",
            office=telegram.office,
        )
