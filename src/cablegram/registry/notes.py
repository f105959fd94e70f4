"""Notes: the sealed words and scans that acts name as their evidence (docs/spec/note.md).

The shelf says which act brought a note and what it is about; only what stands there is ever
read back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cablegram.errors import UnknownError
from cablegram.model.paperwork import NoteRow
from cablegram.registry import offices, orders, returns
from cablegram.registry.reading import every

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cablegram.bureau import Bureau
    from cablegram.model.acts import Fact
    from cablegram.model.custody import Copy
    from cablegram.ports import Page, Shelves
    from cablegram.registry.orders import Given

FACTS = ("evidence", "consent")
"""The facts that may name a sealed note."""


def keep(
    page: Page, facts: Mapping[str, Fact], act: str, subject: str, index: int, bureau: Bureau
) -> None:
    """Enter the notes that an act names, where their sealed bytes lie here.

    Evidence that lies elsewhere, a paper's digest for one, stays in the act's leaf alone.
    """
    for fact in FACTS:
        digest = str(facts.get(fact, ""))
        if digest and page.notes.get(digest) is None and bureau.blobs.has(digest):
            page.notes.add(NoteRow(digest, act, subject, index))


def find(page: Shelves, digest: str) -> NoteRow:
    """The note of this digest.

    Raises:
        UnknownError: no act has named one.
    """
    row = page.notes.get(digest)
    if row is None:
        raise UnknownError(
            "no act has brought such a note", hint="See what there is with `cablegram tasks`."
        )
    return row


def newest(page: Shelves, copy: Copy) -> NoteRow:
    """The note that came last with an act on this copy.

    Raises:
        UnknownError: none did.
    """
    rows = list(every(page.notes, "subject", copy.handle))
    if not rows:
        raise UnknownError(
            "no note lies with {copy}",
            hint="See what was done to it with `cablegram log`.",
            copy=returns.naming(page, copy),
        )
    return rows[-1]


def enter_reading(page: Page, row: NoteRow, given: Given, bureau: Bureau) -> None:
    """The leaf of one reading of a note, on the office's own ledger."""
    index = offices.enter(page, given, bureau, numbers=f"note of entry {row.leaf_index}")
    orders.keep(page, given, index)
