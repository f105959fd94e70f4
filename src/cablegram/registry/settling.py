"""Settling: what two offices have signed of a disputed copy, and which act that allows.

Each office's word is for one copy under one transmittal.  It may go from *there* to *back* and
never the other way: whoever has said *back* takes nothing on charge any more, so that the
sender may take the copy back on that word alone (docs/spec/custody.md, "Disputes").
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cablegram.errors import CustodyError
from cablegram.registry import lines, papers
from cablegram.registry.reading import every
from cablegram.wire import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cablegram.model.records import Paper
    from cablegram.ports import Shelves

DISPUTED = "disputed"
THERE = "settled_there"
BACK = "settled_back"
RECEIVED = "copy_received"


@dataclass(frozen=True, slots=True)
class Word:
    """One office's signed word on a copy: a receipt's kind, its digest here, and what it says."""

    kind: str
    digest: str
    sheets: int
    note: str
    incoming: str


@dataclass(frozen=True, slots=True)
class Words:
    """All that both offices have said of one copy under one transmittal, by kind."""

    ours: dict[str, Word]
    theirs: dict[str, Word]

    @property
    def our_outcome(self) -> str:
        """What we have said it settles as: there, back, or nothing yet."""
        return _outcome(self.ours)

    @property
    def their_outcome(self) -> str:
        """What they have said it settles as: there, back, or nothing yet."""
        return _outcome(self.theirs)


def words(page: Shelves, subject: str, office: str, cable: int, copy: int) -> Words:
    """What we and the other office have said of a copy; ``subject`` names the transmittal."""
    found: tuple[dict[str, Word], dict[str, Word]] = ({}, {})
    for row in every(page.papers, "subject", subject, papers.RECEIPT):
        if row.office == office:
            for word in _word(row, cable, copy):
                found[row.direction == lines.IN][word.kind] = word
    return Words(*found)


def check_outcome(said: Words, outcome: str, name: str) -> None:
    """Refuse a word of ours that would take back an earlier one.

    Raises:
        CustodyError: it was said, or both have settled it otherwise.
    """
    if said.our_outcome in {outcome, BACK}:
        raise CustodyError(
            "{name} was settled here before: {our_outcome}",
            hint="Wait for the other office's word, or take in what the line holds.",
            name=name,
            our_outcome=said.our_outcome.partition("_")[2],
        )
    if said.our_outcome == THERE and said.their_outcome == THERE:
        raise CustodyError(
            "{name} was settled by both: it is there",
            hint="Accept it, or have it sent back.",
            name=name,
        )


def allows(said: Words, outcome: str) -> str:
    """The digest of their word that lets the sender settle so; empty where none does."""
    if outcome == BACK:
        found = said.theirs.get(BACK)
    elif said.our_outcome == BACK:
        return ""
    else:
        there = said.theirs.get(THERE) if said.their_outcome == THERE else None
        found = said.theirs.get(RECEIVED) or there
    return "" if found is None else found.digest


def _outcome(said: dict[str, Word]) -> str:
    return BACK if BACK in said else THERE if THERE in said else ""


def _word(row: Paper, cable: int, copy: int) -> Iterator[Word]:
    body = canonical.decode(row.body, what="a receipt")
    receipt = papers.debt_of(row) if row.state == papers.OWED else body
    if (receipt.get("cable"), receipt.get("copy")) == (cable, copy):
        sheets = receipt.get("sheets", 0)
        assert isinstance(sheets, int), "a receipt counts its sheets"
        yield Word(
            kind=str(receipt["kind"]),
            digest=row.digest,
            sheets=sheets,
            note=str(receipt.get("note", "")),
            incoming=str(receipt.get("incoming", "")),
        )
