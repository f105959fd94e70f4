"""Handling: what precedence, classification and series ask of an office."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from cablegram.errors import MalformedError
from cablegram.model.acts import RULES, Act, Two
from cablegram.model.names import FILE, person_id, series_letter
from cablegram.model.orders import OFFICE_RULES
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

TWO_MAY = frozenset(
    {act.value for act, rule in RULES.items() if rule.two is Two.SERIES}
    | {act.value for act, asked in OFFICE_RULES.items() if asked.two is Two.SERIES}
)
"""The acts that a series may ask two persons for; for others the tables alone say."""

WAITS_MAY = frozenset({act.value for act in Act} | TWO_MAY)
"""The acts that a series may have wait for a witness quorum: those on its copies and telegrams."""

ROLE = "role:"
"""Begins a word of ``may_hold`` that means everybody appointed to a role: ``role:reader``."""
MAY_HOLD_MAX = 512

SPANS = {
    "tracer_days": (1, 366, 3),
    "tracers": (1, 9, 2),
    "muster_days": (0, 3660, 0),
    "review_years": (0, 200, 0),
    "keep_years": (0, 200, 0),
}
"""How long and how often, by a series' field: the least, the most, and what every series has."""

ADDRESSEE = "addressee"
"""Stands on a standing list for whoever the telegram is written to."""


@dataclass(frozen=True, slots=True)
class Series:
    """A run of numbers with its own regime.

    ``standing`` is the list copies are allotted by: ``addressee``, ``file`` or a
    person's id, one entry a copy.  ``allowance`` is how many copies one holder may have
    overdue before nothing more is issued, save at or above ``exempt``.
    ``two`` names the acts that need two persons beside those that always do.
    ``may_hold`` are persons' ids and ``role:reader``; empty is anyone the books know.
    ``file_copies`` says whether copies are kept in the file, ``short_content`` whether the
    registrar writes in clear what a telegram is about.  ``waits`` are the acts that are done
    only under a head that a quorum of witnesses has cosigned.
    ``tracers`` are sent about one thing that is late, ``tracer_days`` apart, before an inquiry.
    Its copies are mustered every ``muster_days``, its classification is reviewed and its copies
    are judged after ``review_years`` and ``keep_years``; 0 is never.  ``new_letter`` says that it
    ends with its year, and another letter begins, whose numbers count from 1.
    """

    letter: str
    term: ReturnTerm
    standing: tuple[str, ...] = (ADDRESSEE, ADDRESSEE, FILE, FILE)
    allowance: int = 0
    exempt: Precedence = Precedence.FLASH
    two: frozenset[str] = frozenset({"release", "open", "allot"})
    may_hold: frozenset[str] = frozenset()
    file_copies: bool = True
    short_content: bool = False
    waits: frozenset[str] = frozenset()
    tracer_days: int = 3
    tracers: int = 2
    muster_days: int = 0
    review_years: int = 0
    keep_years: int = 0
    new_letter: bool = False

    def __post_init__(self) -> None:
        series_letter(self.letter)
        if not 1 <= len(self.standing) <= STANDING_LIST_MAX:
            raise MalformedError(
                "series {letter} has a standing list of {standing} copies",
                hint="List 1 to {standing_list_max} copies.",
                letter=self.letter,
                standing=len(self.standing),
                standing_list_max=STANDING_LIST_MAX,
            )
        for whom in self.standing:
            if whom not in {ADDRESSEE, FILE}:
                person_id(whom)
        if self.allowance < 0:
            raise MalformedError(
                "series {letter} allows {allowance} overdue",
                hint="Allow 0 or more.",
                letter=self.letter,
                allowance=self.allowance,
            )
        self._check_acts()
        self._check_spans()
        if len(self.may_hold) > MAY_HOLD_MAX:
            raise MalformedError(
                "series {letter} lists {may_hold} who may hold its copies",
                hint="List {may_hold_max} at most, or a role.",
                letter=self.letter,
                may_hold=len(self.may_hold),
                may_hold_max=MAY_HOLD_MAX,
            )
        for who in self.may_hold:
            person_id(who.removeprefix(ROLE))
        if not self.file_copies and FILE in self.standing:
            raise MalformedError(
                "series {letter} keeps no file copies, and its standing list has some",
                hint="Leave {file} out of the standing list.",
                letter=self.letter,
                file=FILE,
            )

    def _check_spans(self) -> None:
        for name, (least, most, _) in SPANS.items():
            value = getattr(self, name)
            if not least <= value <= most:
                raise MalformedError(
                    "series {letter} has {value} {name}",
                    hint="Give {least} to {most}.",
                    letter=self.letter,
                    value=value,
                    name=name.replace("_", " "),
                    least=least,
                    most=most,
                )

    def _check_acts(self) -> None:
        for asked, may, what in (
            (self.two, TWO_MAY, "asks two persons for"),
            (self.waits, WAITS_MAY, "waits for witnesses with"),
        ):
            if not asked <= may:
                raise MalformedError(
                    "series {letter} {what} {asked}",
                    hint="It may name {may}.",
                    letter=self.letter,
                    what=what,
                    asked=min(asked - may),
                    may=", ".join(sorted(may)),
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
