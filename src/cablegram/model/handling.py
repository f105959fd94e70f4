"""Handling: what precedence, classification and series ask of an office."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from cablegram.errors import MalformedError
from cablegram.model.names import FILE, person_id, series_letter
from cablegram.model.times import Counted, ReturnTerm, Unit

STANDING_LIST_MAX = 64
CAVEATS_MAX = 16


class Precedence(IntEnum):
    """How soon a telegram is handled; higher goes first."""

    ROUTINE = 1
    PRIORITY = 2
    IMMEDIATE = 3
    FLASH = 4


COPYING_PROHIBITED = "copying prohibited"
"""The caveat that every form has its own words for."""

TWO_MAY = frozenset({"release", "open", "allot"})
"""The acts that a series may ask two persons for; for others the tables alone say."""

ADDRESSEE = "addressee"
"""Stands on a standing list for whoever the telegram is written to."""


@dataclass(frozen=True, slots=True)
class Series:
    """A run of numbers with its own regime.

    ``standing`` is the list copies are allotted by: ``addressee``, ``file`` or a
    person's id, one entry a copy.  ``allowance`` is how many copies one holder may have
    overdue before nothing more is issued, save at or above ``exempt``.
    ``two`` names the acts that need two persons beside those that always do.
    """

    letter: str
    term: ReturnTerm
    standing: tuple[str, ...] = (ADDRESSEE, ADDRESSEE, FILE, FILE)
    allowance: int = 0
    exempt: Precedence = Precedence.FLASH
    two: frozenset[str] = frozenset({"release", "open", "allot"})

    def __post_init__(self) -> None:
        series_letter(self.letter)
        if not 1 <= len(self.standing) <= STANDING_LIST_MAX:
            raise MalformedError(
                f"series {self.letter} has a standing list of {len(self.standing)} copies",
                hint=f"List 1 to {STANDING_LIST_MAX} copies.",
            )
        for whom in self.standing:
            if whom not in {ADDRESSEE, FILE}:
                person_id(whom)
        if self.allowance < 0:
            raise MalformedError(
                f"series {self.letter} allows {self.allowance} overdue", hint="Allow 0 or more."
            )
        if not self.two <= TWO_MAY:
            raise MalformedError(
                f"series {self.letter} asks two persons for {min(self.two - TWO_MAY)}",
                hint=f"A series may ask it for {', '.join(sorted(TWO_MAY))}.",
            )


def default_series(letter: str, return_to: str) -> Series:
    """The regime every office begins with: the 1951 sheet's.

    Six 24-hour days from receipt, two copies to the addressee and two to file, nothing
    more issued to a holder with anything overdue.  A single officer may release and
    open, so that a post of one works; destruction and the other acts of two stay so.
    """
    return Series(
        letter=letter,
        term=ReturnTerm(6, Unit.DAYS_24H, Counted.RECEIVED, return_to),
        two=frozenset({"allot"}),
    )
