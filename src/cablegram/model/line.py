"""A circuit as its receiver sees it: what one numbered letter says about those before it.

Chain and fork alarms go by letter digests, so that a second sealing of one letter is a
repeat and never a fork (docs/spec/envelope.md, "The chain").
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What a numbered letter is to the circuit it arrives on."""

    NEXT = "next"
    REPEAT = "repeat"
    GAP = "gap"
    LATE = "late"
    FORK = "fork"


GAP_MAX = 1000
"""A jump of more numbers than this is a fork, not a gap: nobody loses a thousand unnoticed."""


@dataclass(frozen=True, slots=True)
class Link:
    """One number on a circuit: the letter that bore it and the one it says came before."""

    number: int
    letter: str
    previous: str


def judge(
    link: Link, *, last: int, last_letter: str, known: str, before: str, after_says: str
) -> Verdict:
    """What the link is, seen from a circuit that stands at ``last``.

    ``known`` is the letter that this number bore already, ``before`` the letter under the
    number before it, ``after_says`` what the letter under the next number says came before it;
    each is empty where nothing is known.
    """
    if known:
        return Verdict.REPEAT if known == link.letter else Verdict.FORK
    if link.number == last + 1:
        return Verdict.NEXT if link.previous == last_letter else Verdict.FORK
    if link.number > last + GAP_MAX:
        return Verdict.FORK
    if link.number > last:
        return Verdict.GAP
    fits = (not before or link.previous == before) and (not after_says or after_says == link.letter)
    return Verdict.LATE if fits else Verdict.FORK
