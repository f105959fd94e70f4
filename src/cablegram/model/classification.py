"""Classification: the levels of a policy in order, and what other policies' levels equal here.

docs/spec/classification.md.  A level that nobody here knows is treated as the highest.
"""

from __future__ import annotations

from dataclasses import dataclass

from cablegram.errors import MalformedError
from cablegram.model.names import series_letter
from cablegram.model.text import clean

LEVELS_MAX = 16
WORDS_MAX = 16
WEIGHT_MAX = 4
HEAVIEST = 3
"""How heavy a level stands on the sheet where the office has settled no policy."""


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a policy.

    ``words`` are other spellings of it by language tag, ``abbreviation`` its short one.
    ``weight`` is how heavy it stands on a sheet (2 up: bold, 3 up: red).  ``series`` are the only
    series that its telegrams may go in; none: any.  ``equals`` are levels of other policies,
    as ``POLICY/LEVEL``.
    """

    name: str
    abbreviation: str = ""
    weight: int = 0
    words: tuple[tuple[str, str], ...] = ()
    series: tuple[str, ...] = ()
    equals: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for text in (self.name, self.abbreviation, *(word for _, word in self.words)):
            clean(text, "a classification", most=64)
        for text in self.equals:
            clean(text, "an equal classification", most=130)
            if not all(text.partition("/")):
                raise MalformedError(
                    "{text!r} is not another policy's level",
                    hint="Write POLICY/LEVEL.",
                    text=text[:40],
                )
        if not self.name:
            raise MalformedError("a level has no name", hint="Name it.")
        if not 0 <= self.weight <= WEIGHT_MAX:
            raise MalformedError(
                "{name} has the weight {weight}",
                hint="Give 0 to {weight_max}.",
                name=self.name,
                weight=self.weight,
                weight_max=WEIGHT_MAX,
            )
        if max(len(self.words), len(self.series), len(self.equals)) > WORDS_MAX:
            raise MalformedError(
                "{name} has too many words",
                hint="Give {words_max}.",
                name=self.name,
                words_max=WORDS_MAX,
            )
        for letter in self.series:
            series_letter(letter)

    def spellings(self) -> frozenset[str]:
        """Every way to write it, without regard to capitals."""
        words = (self.name, self.abbreviation, *(word for _, word in self.words))
        return frozenset(word.casefold() for word in words if word)


@dataclass(frozen=True, slots=True)
class Policy:
    """An office's policy: its name and its levels, the lowest first."""

    name: str
    levels: tuple[Level, ...]

    def __post_init__(self) -> None:
        clean(self.name, "the policy", most=64)
        if not self.name or "/" in self.name:
            raise MalformedError("the policy has no name", hint="Name it, without a slash.")
        if not 1 <= len(self.levels) <= LEVELS_MAX:
            raise MalformedError(
                "the policy has {levels} levels",
                hint="Give 1 to {levels_max}.",
                levels=len(self.levels),
                levels_max=LEVELS_MAX,
            )
        spelled = [word for level in self.levels for word in level.spellings()]
        spelled += [word.casefold() for level in self.levels for word in level.equals]
        if len(set(spelled)) != len(spelled):
            raise MalformedError("two levels are spelled alike", hint="Spell each its own way.")
        weights = [level.weight for level in self.levels]
        if weights != sorted(weights):
            raise MalformedError(
                "a lower level is heavier than a higher one", hint="Give the lowest level first."
            )

    def rank(self, policy: str, level: str) -> int | None:
        """The place of a level here, 0 the lowest; None for one that nobody here knows."""
        ours = policy.casefold() in {"", self.name.casefold()}
        said = level.casefold() if ours else f"{policy}/{level}".casefold()
        for rank, one in enumerate(self.levels):
            known = one.spellings() if ours else {word.casefold() for word in one.equals}
            if said in known:
                return rank
        return None

    def within(self, policy: str, level: str, most: str) -> bool:
        """Whether a level is at most as high as one of ours; one that nobody here knows is not."""
        rank, bound = self.rank(policy, level), self.rank("", most)
        return rank is not None and bound is not None and rank <= bound

    def level_of(self, policy: str, level: str) -> Level:
        """The level it equals here; the highest for one that nobody here knows."""
        rank = self.rank(policy, level)
        return self.levels[-1 if rank is None else rank]
