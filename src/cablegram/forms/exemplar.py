"""The exemplar: what every form about one copy says of it, in the same boxes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cablegram.forms.blocks import Field, Fields
from cablegram.registry import finding

if TYPE_CHECKING:
    from datetime import datetime

    from cablegram.forms.reading import Reading
    from cablegram.model.custody import Copy


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemplar:
    """One numbered copy: its name here, the same with check characters, where it comes from.

    ``number`` is "2 of 4" as two numbers, ``made`` 0 where only its owner knows it.
    """

    name: str
    spelled: str
    number: int
    made: int
    classification: str
    series: str
    from_office: str
    their_number: str
    received_at: datetime | None
    sheets: int
    print_number: int
    short_content: str = ""

    @property
    def numbered(self) -> str:
        """Its number among those made."""
        return f"{self.number} / {self.made}" if self.made else str(self.number or "")

    def boxes(self) -> Fields:
        """Two rows of boxes, the same on every form."""
        return Fields(
            (
                Field("copy_number", self.numbered, 2),
                Field("sheets", self.sheets, 2),
                Field("classification", self.classification, 4),
                Field("series", self.series, 2),
                Field("print_number", self.print_number, 2),
                Field("from_office", self.from_office, 5),
                Field("their_number", self.their_number, 3),
                Field("received", self.received_at, 4),
            )
        )


def of(read: Reading, copy: Copy) -> Exemplar:
    """The exemplar of a copy that is in the books."""
    telegram = read.view.telegrams.get(copy.telegram)
    accepted = next(iter(read.life(copy.handle)), None) if copy.owner else None
    if telegram is None:
        their = f"{copy.owner_cable or ''}/{copy.owner_copy or ''}".strip("/")
        at = read.local(accepted.entry.at) if accepted is not None else None
        sender, series, short, level = copy.owner, copy.series, "", copy.classification
    else:
        their, at = str(telegram.outgoing_number), read.local(telegram.received_at)
        sender, series = telegram.office, telegram.series
        short = telegram.short_content
        level = copy.classification or telegram.classification
    return Exemplar(
        name=finding.name(read.view, copy),
        spelled=read.spelled(copy),
        number=copy.number,
        made=copy.made,
        classification=level,
        series=series,
        from_office=read.office(sender),
        their_number=their,
        received_at=at,
        sheets=copy.sheets,
        print_number=copy.print_number,
        short_content=short,
    )
