"""Stamps of later offices, on a paper that others made (docs/spec/facsimile.md).

A copy that passes on keeps its sheets; the office that it comes to adds its stamp.  The paper
is a stranger's file: it is read in a process of its own, with bounds on time and memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cablegram.errors import MalformedError, PressError
from cablegram.model.text import clean
from cablegram.press import apart, fonts
from cablegram.press.words import FORMS, Words

if TYPE_CHECKING:
    from datetime import date

PAPER_MAX = 16 * 1024 * 1024
SHEETS_MAX = 999
PLACES = 4
"""How many stamps the column for notes has room for on sheet 1."""
OFFICE_MAX = 120
NUMBER_MAX = 40
ORDER_MAX = 200

_BEGINS = b"%PDF-"


@dataclass(frozen=True, slots=True)
class Stamp:
    """The incoming stamp of a later office."""

    office: str
    incoming_number: str
    day: date
    return_order: str = ""

    def __post_init__(self) -> None:
        clean(self.office, "the office of a stamp", most=OFFICE_MAX)
        clean(self.incoming_number, "the incoming number of a stamp", most=NUMBER_MAX)
        clean(self.return_order, "the return order of a stamp", most=ORDER_MAX)


def stamp_sheets(pdf: bytes, sheets: int, stamp: Stamp, *, lang: str, beside: int = 0) -> bytes:
    """The paper with the stamp on sheet 1; the same values give the same bytes.

    Args:
        pdf: the paper as it came.  Links, scripts and attached files in it do not come along.
        sheets: how many it must have.
        stamp: what it says.
        lang: language of the stamp's own words, a key of ``FORMS``.
        beside: how many stamps it has already; this one stands above them.

    Raises:
        MalformedError: not a PDF of that many sheets that can be embedded.
        PressError: no room for another stamp, no glyph for a letter, or a paper that the
            typesetter breaks down on or takes too long over.
    """
    if lang not in FORMS:
        raise MalformedError(
            "the stamp has no words in that language", hint="Use {forms}.", forms=" or ".join(FORMS)
        )
    if not 1 <= sheets <= SHEETS_MAX:
        raise MalformedError(
            "a paper of {sheets} sheets is not stamped",
            hint="Stamp one of 1 to {sheets_max} sheets, or by hand.",
            sheets=sheets,
            sheets_max=SHEETS_MAX,
        )
    if not 0 <= beside < PLACES:
        raise PressError(
            "sheet 1 has room for {places} stamps and {beside} stand there",
            hint="Stamp this copy by hand.",
            places=PLACES,
            beside=beside,
        )
    if not pdf.startswith(_BEGINS):
        raise MalformedError("the paper is not a PDF", hint="Look which file it is.")
    if len(pdf) > PAPER_MAX:
        raise MalformedError(
            "the paper has {pdf} bytes, more than {paper_max}",
            hint="Stamp it by hand.",
            pdf=len(pdf),
            paper_max=PAPER_MAX,
        )
    words = FORMS[lang]
    data = {
        "lang": lang,
        "title": f"{words.incoming} {stamp.incoming_number}",
        "alt": f"{words.sheet} ",
        "faces": {"form": fonts.faces(fonts.FORM), "typed": fonts.faces(fonts.TYPED)},
        "stamp": stamp_words(stamp, words),
        "beside": beside,
    }
    return apart.set_over("stamping.typ", data, pdf, sheets)


def stamp_words(stamp: Stamp, words: Words) -> dict[str, str]:
    """What the stamp says, line by line, for the template."""
    return {
        "office": stamp.office,
        "order": stamp.return_order,
        "number": f"{words.incoming} {stamp.incoming_number}",
        "date": f"{words.dated} {words.day(stamp.day)}",
    }
