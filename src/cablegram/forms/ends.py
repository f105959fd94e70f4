"""The destruction certificate: the record of an end, by two (docs/spec/forms.md)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cablegram.errors import CustodyError, UnknownError
from cablegram.forms import exemplar, reading
from cablegram.forms.blocks import (
    Column,
    Field,
    Fields,
    Layout,
    Prose,
    Signature,
    Signatures,
    Table,
)
from cablegram.model.acts import Act, State
from cablegram.registry import entries

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from cablegram.forms.exemplar import Exemplar
    from cablegram.forms.reading import Event, Reading
    from cablegram.model.custody import Copy


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """The record of an end, by two; not yet filled where nothing was ordered destroyed."""

    number: str
    copies: tuple[Exemplar, ...]
    method: str
    at: datetime | None
    first: str
    first_title: str
    second: str
    second_title: str
    note: str
    orders: tuple[str, ...]

    def layout(self) -> Layout:
        """What was destroyed, how, and the two who answer for it."""
        sheets = sum(copy.sheets for copy in self.copies)
        return Layout(
            "certificate",
            self.number,
            (
                Prose("certificate_words"),
                Table(
                    (
                        Column("line", 9, right=True),
                        Column("copy", 24),
                        Column("from_office", share=1.4),
                        Column("their_number", 18, right=True),
                        Column("classification", share=1),
                        Column("print_number", 17, right=True),
                        Column("sheets", 13, right=True),
                    ),
                    tuple(
                        (
                            n,
                            c.spelled,
                            c.from_office,
                            c.their_number,
                            c.classification,
                            c.print_number,
                            c.sheets,
                        )
                        for n, c in enumerate(self.copies, 1)
                    ),
                ),
                Fields(
                    (
                        Field("copies_in_all", len(self.copies), 3, large=True),
                        Field("sheets_in_all", sheets, 3, large=True),
                        Field("destroyed_at", self.at, 6, large=True),
                        Field("method", self.method, 6),
                        Field("orders", " · ".join(o[7:23] for o in self.orders), 6),
                        Field("note", self.note, 12),
                    )
                ),
                Prose("certificate_close"),
                Signatures(
                    (
                        Signature("destroyed_by", self.first, self.first_title, self.at),
                        Signature("second_person", self.second, self.second_title, self.at),
                    )
                ),
            ),
        )


def certificate(read: Reading, copies: Sequence[Copy]) -> tuple[Certificate, Event | None]:
    """The certificate of the order that destroyed the copies, with all that it destroyed.

    For copies that are still here it gives the sheet to fill in and sign.

    Raises:
        CustodyError: some are destroyed and some are not, or by different orders.
    """
    ends = [reading.newest(read.life(copy.handle), Act.DESTROY) for copy in copies]
    orders = {end.entry.order for end in ends if end is not None}
    if len(orders) > 1 or (orders and None in ends):
        raise CustodyError(
            "the copies were not destroyed by one order",
            hint="Print one certificate for each order: name one copy of it.",
        )
    end = ends[0]
    if end is None:
        here = {State.IN_REGISTRY, State.FILED}
        gone = [copy for copy in copies if copy.state not in here]
        if gone:
            name = exemplar.of(read, gone[0]).name
            raise CustodyError(
                "{name} is not here to be destroyed",
                hint="See where it is with `cablegram where {name}`.",
                name=name,
            )
        about = tuple(exemplar.of(read, copy) for copy in copies)
        return _certificate(read, about, None), None
    return _whole(read, end)


def numbered(read: Reading, number: int) -> tuple[Certificate, Event | None]:
    """The certificate of this number: copies, or spoiled sheets of some that remain.

    Raises:
        UnknownError: none has it.
    """
    row = read.view.certificates.get(number)
    if row is None:
        raise UnknownError(
            "there is no certificate {number}",
            hint="Name a copy that was destroyed instead.",
            number=number,
        )
    return _whole(read, read.event(row.leaf_index))


def _whole(read: Reading, end: Event) -> tuple[Certificate, Event]:
    """The certificate of an order: its leaves stand one after another from the kept one on."""
    kept = read.view.orders.get(end.entry.order)
    assert kept is not None, "an order that was done is kept"
    about: list[Exemplar] = []
    index = kept.leaf_index
    while index < entries.size(read.view):
        event = read.event(index)
        copy = read.view.copies.get(event.entry.subject)
        if event.entry.order != end.entry.order:
            break
        if copy is not None:
            sheets = event.facts.get("spoiled", event.facts["sheets"])
            about.append(replace(exemplar.of(read, copy), sheets=int(sheets)))
        index += 1
    return _certificate(read, tuple(about), end), end


def _certificate(read: Reading, about: tuple[Exemplar, ...], end: Event | None) -> Certificate:
    if end is None:
        return Certificate(
            number="",
            copies=about,
            method="",
            at=None,
            first="",
            first_title="",
            second="",
            second_title="",
            note="",
            orders=(),
        )
    entry = end.entry
    return Certificate(
        number=str(end.facts.get("certificate", "")),
        copies=about,
        method=str(end.facts.get("method", "")),
        at=read.local(entry.at),
        first=read.person(entry.officer),
        first_title=_title(read, entry.officer),
        second=read.person(entry.second),
        second_title=_title(read, entry.second),
        note=str(end.facts.get("note", "")),
        orders=tuple(order for order in (entry.order, entry.seconds) if order),
    )


def _title(read: Reading, person: str) -> str:
    rows = read.view.officers.find("", person)
    return rows[-1].title if rows else ""
