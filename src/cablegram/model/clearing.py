"""Clearing: who must agree to a draft before it may be released (docs/spec/clearing.md).

Drafter, clearer and releaser are three facts.  A clearance is of one draft's sealed bytes: an
edit makes another draft, which nobody has cleared.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cablegram.errors import MalformedError
from cablegram.model.handling import ROLE
from cablegram.model.names import person_id
from cablegram.model.text import clean
from cablegram.sentences import beside, sentence, word

if TYPE_CHECKING:
    from collections.abc import Collection

ANY_LEVEL = "*"
"""Stands for every level that has no rule of its own."""
CLEARANCES_MAX = 8
CLEARERS_MAX = 64


@dataclass(frozen=True, slots=True)
class ClearingRule:
    """What a classification asks before release.

    ``clearances`` is how many persons must clear, ``by`` who they are (persons' ids and
    ``role:clearer``; empty is any officer but the drafter).  ``apart`` asks that somebody else
    than the drafter releases.
    """

    level: str
    clearances: int = 1
    by: frozenset[str] = frozenset()
    apart: bool = True

    def __post_init__(self) -> None:
        clean(self.level, "the classification", most=64)
        if not self.level:
            raise MalformedError("a rule of clearing names no classification", hint="Name one.")
        if not 0 <= self.clearances <= CLEARANCES_MAX:
            raise MalformedError(
                "{clearances} clearances were asked for",
                hint="Ask for 0 to {clearances_max}.",
                clearances=self.clearances,
                clearances_max=CLEARANCES_MAX,
            )
        if len(self.by) > CLEARERS_MAX:
            raise MalformedError(
                "{by} were named to clear",
                hint="Name {clearers_max} at most.",
                by=len(self.by),
                clearers_max=CLEARERS_MAX,
            )
        for who in self.by:
            person_id(who.removeprefix(ROLE))

    def lacks(self, cleared: Collection[str]) -> int:
        """How many clearances are still to come."""
        return max(0, self.clearances - len(cleared))

    def whom(self) -> str:
        """Who may clear, in words."""
        if not self.by:
            return sentence("any officer but the drafter")
        roles = sorted(who.removeprefix(ROLE) for who in self.by if who.startswith(ROLE))
        named = sorted(who for who in self.by if not who.startswith(ROLE))
        return beside((*named, *(sentence("any {role}", role=word(one, "Role")) for one in roles)))
