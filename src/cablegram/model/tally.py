"""Tallies: two offices' counts of the copies between them, matched (docs/spec/tally.md).

The rules look at either count in the same way, so that both offices make the same list of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Key = tuple[str, int, int]
"""A copy by its owner: office, cable and copy number."""


class Word(StrEnum):
    """Where a copy is by the books of the office that counts it."""

    NONE = "none"
    HERE = "here"
    PASSED = "passed"
    SENT = "sent"
    AWAY = "away"
    DISPUTED = "disputed"
    MISSING = "missing"
    HOME = "home"
    ENDED = "ended"
    DESTROYED = "destroyed"


class Class(StrEnum):
    """What two counts of one copy come to."""

    AGREED = "agreed"
    MOVED = "moved"
    TRANSIT = "transit"
    DISPUTED = "disputed"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Item:
    """One copy of a count: where it was at the cut-off, where it is, and what says so.

    ``seen`` is 0 where it had to be seen and was not.  ``under`` is the counting office's own
    transmittal, ``word`` the newest paper that the other office signed about it.
    """

    owner: str
    cable: int
    copy: int
    was: Word
    now: Word
    seen: int = 1
    sheets: int = 0
    under: str = ""
    word: str = ""

    @property
    def key(self) -> Key:
        """Which copy it is."""
        return (self.owner, self.cable, self.copy)


@dataclass(frozen=True, slots=True)
class Matched:
    """One copy of the matched list: what either office says of it, and what that comes to."""

    owner: str
    cable: int
    copy: int
    first: Word
    second: Word
    klass: Class
    why: str


_GONE = frozenset({Word.NONE, Word.HOME, Word.ENDED, Word.DESTROYED})
_HAS = frozenset({Word.HERE, Word.PASSED})


def match(first: Iterable[Item], second: Iterable[Item]) -> list[Matched]:
    """The two counts side by side, each copy once, by owner, cable and copy number."""
    ones, others = _by_key(first), _by_key(second)
    found = []
    for key in sorted(ones.keys() | others.keys()):
        nothing = Item(*key, Word.NONE, Word.NONE)
        one, other = ones.get(key, nothing), others.get(key, nothing)
        klass, why = judge(one, other)
        found.append(Matched(*key, one.now, other.now, klass, why))
    return found


def judge(one: Item, other: Item) -> tuple[Class, str]:
    """What two offices' words on one copy come to, and why; whichever comes first."""
    klass, why = _now(one, other)
    if klass is Class.AGREED and (one.was, other.was) != (one.now, other.now):
        return Class.MOVED, "came"
    return klass, why


def _now(one: Item, other: Item) -> tuple[Class, str]:
    words = {one.now, other.now}
    if Word.MISSING in words:
        return Class.OPEN, "missing"
    if Word.DISPUTED in words:
        return _disputed(one, other)
    if words <= _GONE:
        return Class.MOVED, "gone"
    if Word.SENT in words:
        return (Class.OPEN, "destroyed") if Word.DESTROYED in words else (Class.TRANSIT, "")
    return _at_rest(one, other)


def _at_rest(one: Item, other: Item) -> tuple[Class, str]:
    """Neither says that it is on its way: one must have it, and the other know so."""
    words = {one.now, other.now}
    if Word.AWAY in words and words & _HAS:
        seen = one.seen and other.seen
        return (Class.AGREED, "") if seen else (Class.OPEN, "unseen")
    if words == {Word.AWAY, Word.DESTROYED}:
        ended = one if one.now is Word.DESTROYED else other
        is_new = ended.was is not Word.DESTROYED
        return (Class.MOVED, "gone") if is_new else (Class.OPEN, "destroyed")
    return Class.OPEN, _contradiction(one, other)


def _disputed(one: Item, other: Item) -> tuple[Class, str]:
    with_it = other.now if one.now is Word.DISPUTED else one.now
    if with_it in {Word.DISPUTED, Word.SENT, Word.AWAY}:
        return Class.DISPUTED, ""
    if with_it in _HAS | {Word.HOME}:
        return Class.TRANSIT, ""  # settled, and the word of it is on its way
    return Class.OPEN, _contradiction(one, other)


def _contradiction(one: Item, other: Item) -> str:
    """Why two words on a copy that nothing explains do not go together."""
    if any(claim.word and claim.now is not Word.NONE for claim in (one, other)):
        return "signed"
    if Word.NONE in {one.now, other.now}:
        return "one-sided"
    return "neither" if one.now is other.now is Word.AWAY else "both"


def _by_key(items: Iterable[Item]) -> Mapping[Key, Item]:
    return {item.key: item for item in items}
