"""Hand receipts: a person's signature for a copy, closed when the copy leaves their hands.

Each has a number of ours, taken on the page where the copy changes hands; one on paper
keeps the number it bears beside it (docs/spec/custody.md, "Hand receipts").
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cablegram.model.acts import Act
from cablegram.model.paperwork import HandReceipt

if TYPE_CHECKING:
    from cablegram.model.custody import Copy
    from cablegram.ports import Page, Shelves
    from cablegram.registry.steps import Step

OPEN = "open"
CLOSED = "closed"


def given(page: Shelves, copy: Copy) -> bool:
    """Whether the person whom the copy is for has signed for it before."""
    return any(row.person == copy.whom for row in page.hand_receipts.find("copy", copy.handle))


def follow(page: Page, step: Step, act: Act, at: str) -> None:
    """Close whoever signed for the copy before, and open the signature of whoever has it now."""
    if act is not Act.SHOW:
        for row in page.hand_receipts.find("copy", step.now.handle, OPEN):
            page.hand_receipts.put(
                replace(
                    row, state=CLOSED, taken_by=act.value, taken_at=at, sheets_back=step.now.sheets
                )
            )
    if act is Act.RETURN:
        return
    facts = step.facts
    said = str(facts["hand_receipt"])
    opened = HandReceipt(
        number=step.number,
        copy=step.now.handle,
        person=str(facts.get("reader") or facts["holder"]),
        proxy=str(facts.get("proxy") or facts.get("messenger") or ""),
        # Whoever takes a copy over signs for the sheets that were counted into their hands.
        sheets=step.was.sheets if act is Act.SHOW else step.now.sheets,
        given_by=act.value,
        given_at=at,
        leaf_index=step.index,
        state=OPEN,
        paper="" if said == str(step.number) else said,
    )
    if act is Act.SHOW:  # read while the messenger waits: signed for and given back in one sitting
        opened = replace(
            opened, state=CLOSED, taken_by=act.value, taken_at=at, sheets_back=step.now.sheets
        )
    page.hand_receipts.add(opened)
