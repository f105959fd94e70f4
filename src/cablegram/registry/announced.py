"""Announced: the copies that other offices' papers speak of, found without reading the papers.

Each line of a transmittal that came in is a row, and each receipt that tells a number borne
elsewhere.  The rows are a convenience: what a paper says is read in the paper itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cablegram.model.acts import State
from cablegram.model.paperwork import PaperItem
from cablegram.registry import finding, papers
from cablegram.registry.reading import every
from cablegram.wire import receipt as receipt_format
from cablegram.wire import transmittal as transmittal_format
from cablegram.wire.leaf import decode_entry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cablegram.bureau import Bureau
    from cablegram.model.custody import Copy
    from cablegram.model.records import Paper
    from cablegram.ports import Page, Shelves
    from cablegram.wire.transmittal import Item

OPEN, ACCEPTED, OURS, SAID = "open", "accepted", "ours", "said"


@dataclass(frozen=True, slots=True)
class Offer:
    """A copy that another office's transmittal announced and that is not in our books yet."""

    office: str
    transmittal: str
    item: Item


def enter(page: Page, paper: Paper, bureau: Bureau) -> None:
    """Let the copies that a paper of another office speaks of be found."""
    if paper.kind == papers.TRANSMITTAL:
        for place, item in enumerate(transmittal_format.decode(paper.body).items, start=1):
            state = OURS if item.owner == bureau.name else OPEN
            page.paper_items.put(
                PaperItem(
                    paper.digest, place, paper.office, paper.number, paper.kind,
                    item.owner, item.cable, item.copy, state,
                )
            )  # fmt: skip
    elif paper.kind == papers.RECEIPT:
        said = receipt_format.decode(paper.body)
        if said.incoming:
            page.paper_items.put(
                PaperItem(
                    paper.digest, 1, paper.office, paper.number, paper.kind,
                    bureau.name, said.cable, said.copy, SAID, said.incoming,
                )
            )  # fmt: skip


def accepted(page: Page, transmittal: str, owner: str, cable: int, copy: int) -> None:
    """Note that a copy was taken on charge under a transmittal."""
    for row in list(every(page.paper_items, "copy", owner, cable, copy)):
        if row.paper == transmittal:
            page.paper_items.put(replace(row, state=ACCEPTED))


def offers(page: Shelves, bureau: Bureau) -> list[Offer]:
    """What transmittals announced and nobody has accepted: by office, oldest first."""
    found: list[Offer] = []
    for row in every(page.paper_items, "state", OPEN):
        paper = page.papers.get(row.paper)
        assert paper is not None, "an item is entered with its paper"
        item = transmittal_format.decode(paper.body).items[row.place - 1]
        if not _on_charge(page, item, row.paper, bureau):
            found.append(Offer(row.office, row.paper, item))
    return found


def came_under(page: Shelves, copy: Copy, bureau: Bureau) -> str:
    """The newest transmittal of the copy's holder that lists it; empty if none does."""
    telegram = page.telegrams.get(copy.telegram)
    names = [(copy.owner, copy.owner_cable, copy.owner_copy)] if copy.owner else []
    if telegram is not None:
        names.append((bureau.name, telegram.cable_number, copy.number))
    rows = [
        row
        for name in names
        for row in every(page.paper_items, "copy", *name)
        if (row.office, row.kind) == (copy.holder, papers.TRANSMITTAL)
    ]
    return max(rows, key=lambda row: row.number).paper if rows else ""


def came_home(page: Shelves, text: str) -> Iterator[Copy]:
    """Copies of ours that bore this number at another office, by the receipts it gave for them.

    The books drop such a number when the copy comes back; the receipts stay.
    """
    bore = {(row.cable, row.copy) for row in every(page.paper_items, "incoming", text)}
    for cable, number in sorted(bore):
        for telegram in page.telegrams.find("cable", cable):
            yield from page.copies.find("telegram", telegram.handle, number, limit=1)


def _on_charge(page: Shelves, item: Item, transmittal: str, bureau: Bureau) -> bool:
    """Whether the copy was accepted under this transmittal, or is open in our books."""
    copy = finding.by_owner(page, item.owner, item.cable, item.copy, bureau.name)
    if copy is None:
        return False
    if copy.state is not State.GIVEN_BACK:
        return True
    for other in page.copies.find("owner", item.owner, item.cable, item.copy):
        for leaf in page.leaves.find("subject", other.handle, 1, limit=1):
            if transmittal in decode_entry(leaf.entry).evidence:
                return True
    return False
