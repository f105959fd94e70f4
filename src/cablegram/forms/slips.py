"""Slips and cards for one copy: hand receipt, charge-out card, tracer (docs/spec/forms.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cablegram.errors import CustodyError
from cablegram.forms import exemplar, reading
from cablegram.forms.blocks import (
    Column,
    Cut,
    Field,
    Fields,
    Layout,
    Lines,
    Prose,
    Section,
    Signature,
    Signatures,
    Table,
    Tick,
    Ticks,
)
from cablegram.model.acts import Act, State
from cablegram.model.times import instant
from cablegram.registry import tracing
from cablegram.registry.reading import every

if TYPE_CHECKING:
    from datetime import datetime

    from cablegram.forms.exemplar import Exemplar
    from cablegram.forms.reading import Event, Reading
    from cablegram.model.custody import Copy

CARD_ROWS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class HandReceipt:
    """A person's signature for a copy, and the registry's when it comes back."""

    copy: Exemplar
    holder: str
    proxy: str
    number: str
    issued_at: datetime
    issued_by: str
    due_at: datetime | None
    return_to: str
    returned_at: datetime | None
    returned_to: str
    returned_sheets: int

    def layout(self) -> Layout:
        """An A5 sheet, to be kept until the copy is back."""
        return Layout(
            "hand_receipt",
            self.copy.spelled,
            (
                self.copy.boxes(),
                Fields(
                    (
                        Field("issued_to", self.holder, 5),
                        Field("proxy", self.proxy, 4),
                        Field("receipt_number", self.number, 3),
                        Field("due_back", self.due_at, 6, large=True),
                        Field("return_to", self.return_to, 6),
                    )
                ),
                Prose("hand_receipt_words"),
                Signatures(
                    (
                        Signature("received_by", self.proxy or self.holder),
                        Signature("issued_by", self.issued_by, at=self.issued_at),
                    )
                ),
                Section("return_part"),
                Fields(
                    (
                        Field("returned", self.returned_at, 7),
                        Field("sheets_counted", self.returned_sheets, 5),
                    )
                ),
                Signatures((Signature("taken_back_by", self.returned_to, at=self.returned_at),)),
            ),
            paper="a5",
            card=True,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """One time that a copy left its place in the file."""

    to: str
    at: datetime | None
    due_at: datetime | None
    back_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeOut:
    """The card that stands where the copy should be."""

    copy: Exemplar
    place: str
    reason: str
    charges: tuple[Charge, ...]

    def layout(self) -> Layout:
        """An A5 card that lies across, its number legible in the drawer."""
        rows = tuple((c.at, c.to, c.due_at, c.back_at, None) for c in self.charges)
        return Layout(
            "charge_out",
            self.copy.spelled,
            (
                Fields(
                    (
                        Field("file_place", self.place, 6, large=True),
                        Field("reason", self.reason, 6),
                    )
                ),
                Table(
                    (
                        Column("taken", 30),
                        Column("taken_by", share=1.6),
                        Column("due_back", 30),
                        Column("returned", 30),
                        Column("initials", 22),
                    ),
                    rows,
                    blank=max(1, CARD_ROWS - len(rows)),
                ),
            ),
            paper="a5",
            flipped=True,
            card=True,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracer:
    """A demand for a copy that is overdue, and the holder's answer on the same sheet."""

    copy: Exemplar
    holder: str
    their_incoming: str
    since: datetime | None
    due_at: datetime
    return_to: str
    days_late: int
    recalled: str
    number: str

    def layout(self) -> Layout:
        """One sheet; the answer is cut off and comes back."""
        return Layout(
            "tracer",
            self.copy.spelled,
            (
                Fields(
                    (
                        Field("to_whom", self.holder, 8, large=True),
                        Field("days_late", self.days_late, 4, large=True),
                    )
                ),
                self.copy.boxes(),
                Fields(
                    (
                        Field("held_since", self.since, 4),
                        Field("due_back", self.due_at, 4),
                        Field("their_incoming", self.their_incoming, 4),
                        Field("return_to", self.return_to, 6),
                        Field("recalled", self.recalled, 4),
                        Field("tracer_number", self.number, 2),
                    )
                ),
                Prose("tracer_words"),
                Signatures((Signature("registrar"),)),
                Cut(),
                Section("answer", self.copy.spelled),
                Ticks(
                    (
                        Tick("answer_returned"),
                        Tick("answer_by"),
                        Tick("answer_passed_on"),
                        Tick("answer_extension"),
                        Tick("answer_not_found"),
                    )
                ),
                Lines("explanation", 3),
                Signatures((Signature("holder", self.holder),)),
            ),
        )


def hand_receipt(read: Reading, copy: Copy) -> tuple[HandReceipt, Event]:
    """The receipt for a copy's last issue or handing over.

    Raises:
        CustodyError: it was never in a person's hands.
    """
    life = read.life(copy.handle)
    given = reading.newest(life, Act.ISSUE, Act.HAND_OVER, Act.SHOW)
    about = exemplar.of(read, copy)
    if given is None:
        raise CustodyError(
            "{name} has not been issued to anybody",
            hint="Issue it, then print its receipt.",
            name=about.name,
        )
    signed = next(
        row
        for row in every(read.view.hand_receipts, "copy", copy.handle)
        if row.leaf_index == given.index
    )
    backs = [e for e in life if e.index > given.index and e.entry.act == Act.RETURN]
    back = given if given.entry.act == Act.SHOW else next(iter(backs), None)
    issued = reading.newest(
        [e for e in life if e.index <= given.index], Act.ISSUE, Act.EXTEND, Act.RECALL
    )
    terms = issued.facts if issued is not None else {}
    at = read.local(given.entry.at)
    assert at is not None, "an entry has its moment"
    return HandReceipt(
        copy=about,
        holder=read.person(signed.person),
        proxy=read.person(signed.proxy),
        number=f"{signed.number} ({signed.paper})" if signed.paper else str(signed.number),
        issued_at=at,
        issued_by=read.person(given.entry.officer),
        due_at=read.local(copy.due_at or str(terms.get("due_at", ""))),
        return_to=copy.return_to or _return_to(life),
        returned_at=None if back is None else read.local(back.entry.at),
        returned_to="" if back is None else read.person(back.entry.officer),
        returned_sheets=signed.sheets_back,
    ), given


def _return_to(life: list[Event]) -> str:
    issued = reading.newest(life, Act.ISSUE)
    return "" if issued is None else str(issued.facts.get("return_to", ""))


_OUT = (Act.ISSUE, Act.DISPATCH, Act.CHARGE_OUT)
_BACK = frozenset({Act.FILE.value, Act.RETURN.value, Act.COME_BACK.value})


def charge_out(read: Reading, copy: Copy) -> tuple[ChargeOut, Event]:
    """The card for a copy that was filed, with every time it has left its place.

    Raises:
        CustodyError: it has no place in the file.
    """
    life = read.life(copy.handle)
    filed = reading.newest(life, Act.FILE)
    about = exemplar.of(read, copy)
    if filed is None:
        raise CustodyError(
            "{name} has no place in the file",
            hint="File it first; a card stands where it was filed.",
            name=about.name,
        )
    first = next(e.index for e in life if e.entry.act == Act.FILE)
    out = [e for e in life if e.index > first and e.entry.act in _OUT]
    charges = []
    for n, event in enumerate(out):
        until = out[n + 1].index if n + 1 < len(out) else life[-1].index + 1
        back = next(
            (e for e in life if event.index < e.index < until and e.entry.act in _BACK), None
        )
        to = str(event.facts.get("holder", "") or event.facts.get("office", ""))
        charges.append(
            Charge(
                to=read.who(to) if to else read.person(event.entry.officer),
                at=read.local(event.entry.at),
                due_at=read.local(str(event.facts.get("due_at", ""))),
                back_at=None if back is None else read.local(back.entry.at),
            )
        )
    last = out[-1] if out else filed
    reason = str(last.facts.get("reason", "") or last.facts.get("note", ""))
    return ChargeOut(
        copy=about, place=str(filed.facts["place"]), reason=reason, charges=tuple(charges)
    ), last


_OUT_STATES = frozenset({State.ISSUED, State.WITH_OFFICE, State.IN_TRANSIT})


def tracer(read: Reading, copy: Copy) -> tuple[Tracer, Event]:
    """The tracer for a copy that is out.

    Raises:
        CustodyError: it is not out, or not due at any moment.
    """
    life = read.life(copy.handle)
    about = exemplar.of(read, copy)
    if copy.state not in _OUT_STATES or not copy.due_at:
        raise CustodyError(
            "{name} is with nobody who could be asked for it",
            hint="See where it is with `cablegram where {name}`.",
            name=about.name,
        )
    given = reading.newest(life, Act.ISSUE, Act.HAND_OVER, Act.DISPATCH)
    assert given is not None, "a copy that is out was given"
    due = read.local(copy.due_at)
    assert due is not None
    late = (instant(read.bureau.now()) - instant(copy.due_at)).days
    recall = reading.newest(life, Act.RECALL)
    sent = tracing.of_copy(read.view, copy)
    return Tracer(
        copy=about,
        holder=read.who(copy.holder),
        their_incoming=copy.their_incoming,
        since=read.local(given.entry.at),
        due_at=due,
        return_to=copy.return_to or copy.limit_to,
        days_late=max(0, late),
        recalled="" if recall is None else str(recall.facts["reason"]),
        number=f"{sent[-1].number} ({sent[-1].nth})" if sent else "",
    ), given
