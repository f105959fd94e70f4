"""Papers: the receipts and transmittals we owe, and those of other offices, matched.

A debt is entered on the page of the act that makes it.  The room signs it once a head covers
that act's leaf; only then does it get its number and go out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cablegram.model.acts import Act, State
from cablegram.model.records import Outgoing, Paper
from cablegram.registry import finding, lines
from cablegram.wire import canonical
from cablegram.wire import receipt as receipt_format
from cablegram.wire import transmittal as transmittal_format

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cablegram.bureau import Bureau
    from cablegram.model.acts import Fact
    from cablegram.model.custody import Copy
    from cablegram.ports import Page, Shelves

RECEIPT = "receipt"
TRANSMITTAL = "transmittal"
OWED = "owed"
SIGNED = "signed"
ENTERED = "entered"
PAPERS_MAX = 1000


def owe(
    page: Page, kind: str, office: str, debt: Mapping[str, canonical.Value], leaf_index: int
) -> Paper:
    """Enter a receipt or transmittal as owed; the same debt again is the same row.

    ``debt`` holds the format's fields, without number, chain and proof.
    """
    body = canonical.encode({"debt": dict(debt), "kind": kind, "to": office})
    digest = canonical.digest(body)
    row = page.papers.get(digest)
    if row is None:
        subject = str(debt.get("subject", ""))
        row = Paper(digest, lines.OUT, office, kind, 0, subject, body, "", OWED, leaf_index)
        page.papers.add(row)
    return row


def owed(page: Shelves, covered: int) -> Sequence[Paper]:
    """What is owed and may be signed: its leaf is among the first ``covered``."""
    return page.papers.find("state", OWED, below=covered)


def debt_of(row: Paper) -> dict[str, canonical.Value]:
    """The fields of an owed paper."""
    debt = canonical.decode(row.body, what="an owed paper")["debt"]
    assert isinstance(debt, dict), "owe writes the debt as an object"
    return debt


def signed(
    page: Page,
    row: Paper,
    number: int,
    body: bytes,
    signatures: tuple[str, ...],
    blob: str,
    bureau: Bureau,
) -> Paper:
    """Enter what the room signed and lay it in the outgoing tray.

    Raises:
        LostRaceError: another process used the number; sign again.
    """
    digest = canonical.digest(body)
    lines.take_expected(page, row.office, lines.PAPERS_OUT, number, digest)
    subject = digest if row.kind == TRANSMITTAL else row.subject
    done = replace(
        row,
        number=number,
        subject=subject,
        body=body,
        signatures="".join(signatures),
        state=SIGNED,
    )
    page.papers.put(done)
    page.outgoing.put(Outgoing(blob, row.office, row.kind, row.leaf_index, bureau.now()))
    return done


@dataclass(frozen=True, slots=True)
class Awaiting:
    """A custody act that their signed receipt allows, waiting for an officer's order."""

    copy: Copy
    act: Act
    facts: Mapping[str, Fact]


def awaiting(page: Shelves, bureau: Bureau) -> list[Awaiting]:
    """What the receipts that came in allow: a copy they have, or one they closed."""
    found: list[Awaiting] = []
    for state in (State.IN_TRANSIT, State.DISPUTED):
        for copy in page.copies.find("state", state.value):
            found += _for_copy(page, copy, bureau)
    return found


def _for_copy(page: Shelves, copy: Copy, bureau: Bureau) -> list[Awaiting]:
    for paper in _transmittals(page, copy):
        for row in page.papers.find("subject", paper.subject, RECEIPT):
            if row.direction != lines.IN or row.office != copy.holder:
                continue
            receipt = receipt_format.decode(row.body)
            named = finding.by_owner(
                page, copy.owner or bureau.name, receipt.cable, receipt.copy, bureau.name
            )
            if named is None or named.handle != copy.handle:
                continue
            if receipt.kind == "copy_closed" and copy.owner == copy.holder:
                return [Awaiting(copy, Act.GIVE_BACK, {"receipt": row.digest})]
            if receipt.kind == "copy_received" and copy.state is State.IN_TRANSIT:
                facts: dict[str, Fact] = {
                    "receipt": row.digest,
                    "incoming": receipt.incoming,
                    "sheets": receipt.sheets,
                }
                return [Awaiting(copy, Act.RECEIPTED, facts)]
    return []


def _transmittals(page: Shelves, copy: Copy) -> list[Paper]:
    """Our signed transmittals to the copy's holder, newest first."""
    rows = page.papers.find("office", copy.holder, lines.OUT)
    return [row for row in reversed(rows) if row.kind == TRANSMITTAL and row.state == SIGNED]


def transmittals_in(
    page: Shelves, office: str
) -> list[tuple[Paper, transmittal_format.Transmittal]]:
    """Another office's transmittals to us, newest first."""
    rows = page.papers.find("office", office, lines.IN)
    return [
        (row, transmittal_format.decode(row.body))
        for row in reversed(rows)
        if row.kind == TRANSMITTAL
    ]
