"""Papers: the receipts and transmittals we owe, and those of other offices, matched.

A debt is entered on the page of the act that makes it.  The room signs it once a head covers
that act's leaf; only then does it get its number and go out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from cablegram.model import tally
from cablegram.model.acts import Act, State
from cablegram.model.records import Outgoing, Paper
from cablegram.registry import lines
from cablegram.registry.reading import every
from cablegram.wire import canonical, fields
from cablegram.wire import notice as notice_format
from cablegram.wire import receipt as receipt_format
from cablegram.wire import tally as tally_format
from cablegram.wire import transmittal as transmittal_format
from cablegram.wire.leaf import decode_entry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cablegram.bureau import Bureau
    from cablegram.model.acts import Fact
    from cablegram.model.custody import Copy
    from cablegram.ports import Page, Shelves

RECEIPT = "receipt"
TRANSMITTAL = "transmittal"
NOTICE = "notice"
TALLY = "tally"
OWED = "owed"
SIGNED = "signed"
ENTERED = "entered"
OPEN = "open"
"""A notice of another office that no order has named yet."""


def owe(
    page: Page,
    kind: str,
    office: str,
    debt: Mapping[str, canonical.Value],
    leaf_index: int,
    *,
    order: str = "",
    about: str = "",
) -> Paper:
    """Enter a receipt or transmittal as owed; the same debt again is the same row.

    ``debt`` holds the format's fields, without number, chain and proof.  ``order`` is the digest
    of the order it comes of, where two orders can make one debt at one moment; ``about`` is the
    digest that leads to it, where the debt names none itself.

    Raises:
        MalformedError: it could never be signed; better refused now than owed for ever.
    """
    _check_debt(kind, office, debt)
    body = written(kind, office, debt, order)
    digest = canonical.digest(body)
    row = page.papers.get(digest)
    if row is None:
        subject = about or str(debt.get("subject", ""))
        row = Paper(digest, lines.OUT, office, kind, 0, subject, body, "", OWED, leaf_index)
        page.papers.add(row)
    return row


def written(kind: str, office: str, debt: Mapping[str, canonical.Value], order: str = "") -> bytes:
    """A debt as the books keep it; its digest is its name."""
    return canonical.encode({"debt": dict(debt), "kind": kind, "order": order, "to": office})


def owed(page: Shelves, covered: int) -> Sequence[Paper]:
    """What is owed and may be signed: its leaf is among the first ``covered``."""
    rows = page.papers.find("state", OWED, below=covered)
    # What one act owes goes in one order everywhere, which the digests of debts do not give.
    return sorted(rows, key=lambda row: (row.leaf_index, row.kind, row.office, row.digest))


def notice_of(said: Mapping[str, Any]) -> notice_format.Notice:
    """The notice of a debt and what was not known when it was made."""
    items = tuple(notice_format.Item(**item) for item in said.get("copies", ()))
    persons = tuple(said.get("persons", ()))
    return notice_format.Notice(**{**said, "copies": items, "persons": persons})


def tally_of(said: Mapping[str, Any]) -> tally_format.Tally:
    """The tally of a debt and what was not known when it was made."""
    persons = tuple(said.get("persons", ()))
    return tally_format.Tally(**{**said, "items": tuple(items_of(said)), "persons": persons})


def items_of(said: Mapping[str, Any]) -> list[tally.Item]:
    """The copies of a count, out of its debt or its document."""
    return [
        tally.Item(**{**item, "was": tally.Word(item["was"]), "now": tally.Word(item["now"])})
        for item in said.get("items", ())
    ]


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


def lay_again(page: Page, subject: str, bureau: Bureau, *, office: str = "") -> int:
    """Lay out again what we signed on this subject, for whoever never had it; gives how many.

    A transmittal is its own subject.  ``office`` is whom alone it goes to, where it is given.
    """
    rows = [*every(page.papers, "subject", subject, RECEIPT)]
    rows += every(page.papers, "subject", subject, TRANSMITTAL)
    ours = (row for row in rows if row.direction == lines.OUT and row.state == SIGNED)
    signed_ = [row for row in ours if office in {"", row.office}]
    for row in signed_:
        blob = canonical.digest(row.body + b"\n" + row.signatures.encode())
        page.outgoing.put(Outgoing(blob, row.office, row.kind, row.leaf_index, bureau.now()))
    return len(signed_)


def said(page: Shelves, subject: str, kind: str) -> bool:
    """Whether a receipt of ours on this subject says this, signed already or owed."""
    for row in every(page.papers, "subject", subject, RECEIPT):
        if row.direction == lines.OUT:
            body = canonical.decode(row.body, what="a paper of ours") if row.state == SIGNED else {}
            if (body or debt_of(row)).get("kind") == kind:
                return True
    return False


@dataclass(frozen=True, slots=True)
class Awaiting:
    """A custody act that their signed receipt allows, waiting for an officer's order."""

    copy: Copy
    act: Act
    facts: Mapping[str, Fact]


def awaiting(page: Shelves, bureau: Bureau) -> list[Awaiting]:
    """What the receipts that came in allow: a copy they have, one they closed, a wrong one."""
    copies = every(page.copies, "state", State.IN_TRANSIT.value)
    found = [one for copy in copies if (one := answered(page, copy, bureau)) is not None]
    return sorted(found, key=lambda one: (one.copy.owner, *owners_numbers(page, one.copy)))


def answered(page: Shelves, copy: Copy, bureau: Bureau) -> Awaiting | None:
    """What their receipt allows for a copy in transit; None while none has come in.

    Only a receipt for the transmittal of its last dispatch counts: one for an earlier
    journey says nothing of this one.
    """
    sent = went_under(page, copy)
    if sent is None or sent.state != SIGNED:
        return None
    for row in every(page.papers, "subject", sent.subject, RECEIPT):
        if row.direction != lines.IN:
            continue
        receipt = receipt_format.decode(row.body)
        parties = (receipt.office, receipt.to) == (copy.holder, bureau.name)
        if not parties or (receipt.cable, receipt.copy) != owners_numbers(page, copy):
            continue
        facts: dict[str, Fact] = {"receipt": row.digest}
        if receipt.kind == "copy_closed" and copy.owner:
            return Awaiting(copy, Act.GIVE_BACK, facts)
        if receipt.kind == "disputed":
            reason = " ".join(receipt.note.split())
            return Awaiting(copy, Act.DISPUTE, {**facts, "reason": reason})
        if receipt.kind == "copy_received" and receipt.sheets != copy.sheets:
            reason = f"{receipt.sheets} sheets were received, and {copy.sheets} were sent"
            return Awaiting(copy, Act.DISPUTE, {**facts, "reason": reason})
        if receipt.kind == "copy_received" and copy.owner != copy.holder:
            facts |= {"incoming": receipt.incoming, "sheets": receipt.sheets}
            return Awaiting(copy, Act.RECEIPTED, facts)
    return None


def came_under(page: Shelves, copy: Copy) -> Paper | None:
    """The transmittal that an accepted copy came under; None for one that came without."""
    return _named(page, next(iter(_evidence(page, copy, Act.ACCEPT)), {}))


def owners_numbers(page: Shelves, copy: Copy) -> tuple[int, int]:
    """Cable and copy number of a copy in its owner's books: ours, if it was born here."""
    telegram = page.telegrams.get(copy.telegram)
    if telegram is None:
        return copy.owner_cable, copy.owner_copy
    return telegram.cable_number, copy.number


def went_under(page: Shelves, copy: Copy) -> Paper | None:
    """Our transmittal for the copy's last dispatch."""
    return _named(page, next(reversed(_evidence(page, copy, Act.DISPATCH)), {}))


def _evidence(page: Shelves, copy: Copy, act: Act) -> list[dict[str, canonical.Value]]:
    """The facts of every such act on the copy, from its leaves."""
    return [
        canonical.decode(decode_entry(leaf.entry).evidence.encode(), what="a leaf's evidence")
        for leaf in every(page.leaves, "subject", copy.handle)
        if leaf.act == act
    ]


def _named(page: Shelves, facts: Mapping[str, canonical.Value]) -> Paper | None:
    return page.papers.get(str(facts.get("transmittal", "")))


def _check_debt(kind: str, office: str, debt: Mapping[str, canonical.Value]) -> None:
    """Make the paper that the debt will become, with stand-ins for what is not known yet."""
    rest: dict[str, Any] = {
        **debt,
        "office": "us" if office != "us" else "we",
        "to": office,
        "number": 1,
        "previous": "",
        "proof": f"{fields.PROOF_BEGINS}\n",
    }
    if kind == RECEIPT:
        receipt_format.Receipt(**rest)
    elif kind == NOTICE:
        notice_of(rest)
    elif kind == TALLY:
        us = rest["caller"] if rest["caller"] != office else rest["office"]
        tally_of({**rest, "office": us})
    else:
        items = tuple(transmittal_format.Item(**item) for item in rest.pop("items"))
        transmittal_format.Transmittal(**rest, items=items)
