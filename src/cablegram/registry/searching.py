"""Searching: telegrams and copies by words, office, day, person and number, newest first.

The rarest key of the question leads; what it leads to is held to the whole question by its own
row, so that a stale or forged key finds nothing that does not fit.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import merge
from itertools import chain
from typing import TYPE_CHECKING

from cablegram.errors import CablegramError, UnknownError
from cablegram.model import folding
from cablegram.model.records import Find
from cablegram.model.text import clean
from cablegram.registry import finding, indexing, naming
from cablegram.registry.reading import every

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cablegram.bureau import Bureau
    from cablegram.model.custody import Copy
    from cablegram.model.folding import Alternatives
    from cablegram.model.records import Telegram
    from cablegram.ports import Shelves

LIMIT_MAX = 1000
LOOKED_MAX = 20_000
"""How many rows one question looks at."""
PREFIX_MIN = 3
EXPAND_MAX = 64
_LAST = "\x7f"
"""Behind a moment: nothing of that second comes after it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: words, and what narrows them; moments bound from (included) to (included)."""

    words: str = ""
    office: str = ""
    person: str = ""
    number: str = ""
    since: str = ""
    until: str = ""
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Hit:
    """A register line, or a copy that has none, that the question fits; when it is of."""

    at: str
    telegram: Telegram | None
    copy: Copy | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found, newest first; ``more`` says that not everything was looked at."""

    hits: tuple[Hit, ...]
    more: bool


def search(view: Shelves, asked: Asked, bureau: Bureau) -> Answer:
    """Everything that fits the whole question, newest first.

    Raises:
        UnknownError: nothing was asked, or nothing fits.
        MalformedError: a word is not clean.
    """
    for word in (asked.words, asked.office, asked.person, asked.number):
        clean(word, "what is looked for", most=500)
    people = naming.Spoken(view, bureau)
    clauses = [people.widened(one) for one in _clauses(view, asked.words)]
    if asked.person:
        clauses.append(people.person(asked.person))
    if asked.office:
        clauses.append(people.office(asked.office))
    work = _Work(view, asked, clauses)
    hits = work.numbered(asked.number) if asked.number else work.led()
    found = _first(hits, asked.limit)
    if not found:
        raise UnknownError(
            "nothing in the books fits that",
            hint="Ask with fewer words, or a word's beginning and a star: перемир*.",
        )
    return Answer(tuple(found), work.cut)


def _clauses(view: Shelves, words: str) -> list[Alternatives]:
    """What each word may be; a beginning with a star is every word that begins so."""
    clauses: list[Alternatives] = []
    for word in words.split():
        if word.endswith("*") and len(word) > PREFIX_MIN:
            prefix = folding.WORD + folding.plain(word.rstrip("*"))
            keys = indexing.begun(view, prefix, EXPAND_MAX)
            clauses.append(tuple(frozenset({key}) for key in keys))
    clauses += folding.asked(" ".join(word for word in words.split() if not word.endswith("*")))
    return clauses


class _Work:
    """One question at work: how much it has looked at, and whether that was all."""

    def __init__(self, view: Shelves, asked: Asked, clauses: Sequence[Alternatives]) -> None:
        self.cut = False
        self._view = view
        self._asked = asked
        self._clauses = clauses
        self._looked = 0

    def numbered(self, number: str) -> Iterator[Hit]:
        """What bears the number and fits the rest."""
        try:
            found = finding.find(self._view, number)
        except CablegramError:
            found = []
        for one in found:
            subjects = [one.telegram.handle] if one.telegram else [c.handle for c in one.copies]
            for subject in subjects:
                yield from self._fits(subject)

    def led(self) -> Iterator[Hit]:
        """What the rarest clause leads to and the rest fits; days alone lead by the register."""
        if not self._clauses:
            yield from self._of_days()
            return
        clause = min(self._clauses, key=self._weight)
        seen: set[str] = set()
        keys = sorted({self._rarest(one) for one in clause})
        leads = [self._leads(key) for key in keys]
        held = [found for key in keys for found in self._held(key)]
        others = [one for one in self._clauses if one is not clause]
        may = (row for row in _newest(leads) if self._may(row, others))
        for row in chain(may, held):
            if row.subject not in seen:
                seen.add(row.subject)
                yield from self._fits(row.subject)

    def _may(self, row: Find, clauses: Sequence[Alternatives]) -> bool:
        """Whether the keys beside this one are there: quicker than reading what it leads to."""
        return all(any(self._beside(row, keys) for keys in clause) for clause in clauses)

    def _beside(self, row: Find, keys: frozenset[str]) -> bool:
        # Who has a copy now is in no key: what a person or an office leads to may fit all the same.
        return all(
            key.startswith((indexing.PERSON, indexing.OFFICE))
            or self._view.finds.get(key, row.at, row.subject) is not None
            for key in keys
        )

    def _of_days(self) -> Iterator[Hit]:
        if not self._asked.since and not self._asked.until:
            return
        came = self._filed("in", "received")
        went = self._filed("out", "sent")
        for row in merge(came, went, key=indexing.at_of, reverse=True):
            yield from self._fits(row.handle)

    def _filed(self, direction: str, by: str) -> Iterator[Telegram]:
        after: Telegram | None = None
        since, until = self._asked.since, self._asked.until + _LAST if self._asked.until else None
        while rows := self._view.telegrams.find(
            by, direction, since=since or None, below=until, after=after, backwards=True
        ):
            for row in rows:
                if self._past_bound():
                    return
                yield row
            after = rows[-1]

    def _leads(self, key: str) -> Iterator[Find]:
        after: Find | None = None
        until = self._asked.until + _LAST if self._asked.until else None
        while True:
            rows = self._view.finds.find(
                "", key, since=self._asked.since or None, below=until, after=after, backwards=True
            )
            for row in rows:
                if self._past_bound():
                    return
                yield row
            if not rows:
                return
            after = rows[-1]

    def _held(self, key: str) -> Iterator[Find]:
        """What a person has now, whoever it was made for."""
        kind, person = key[:2], key[2:]
        if kind == indexing.PERSON:
            for copy in every(self._view.copies, "holder", person):
                yield Find(key, "", copy.telegram or copy.handle)

    def _past_bound(self) -> bool:
        self._looked += 1
        self.cut = self.cut or self._looked > LOOKED_MAX
        return self.cut

    def _rarest(self, keys: frozenset[str]) -> str:
        return min(sorted(keys), key=self._count)

    def _count(self, key: str) -> int:
        return self._view.finds.count("", key, most=LOOKED_MAX)

    def _weight(self, clause: Alternatives) -> int:
        return sum(min(map(self._count, keys)) for keys in clause)

    def _fits(self, subject: str) -> Iterator[Hit]:
        telegram = self._view.telegrams.get(subject)
        if telegram is not None:
            born = every(self._view.copies, "telegram", subject)
            people = [who for copy in born for who in (copy.whom, copy.holder)]
            keys = indexing.telegram_keys(telegram, people)
            hit = Hit(indexing.at_of(telegram), telegram, None)
        else:
            copy = self._view.copies.get(subject)
            if copy is None:
                return
            held = {indexing.PERSON + copy.holder, indexing.OFFICE + copy.holder}
            keys = indexing.copy_keys(copy) | held
            hit = Hit(finding.life(self._view, subject)[0][1].at, None, copy)
        late = self._asked.until and hit.at > self._asked.until
        if hit.at < self._asked.since or late:
            return
        if all(any(one <= keys for one in clause) for clause in self._clauses):
            yield hit


def _newest(leads: Sequence[Iterator[Find]]) -> Iterator[Find]:
    return merge(*leads, key=lambda row: row.at, reverse=True)


def _first(hits: Iterator[Hit], limit: int) -> list[Hit]:
    found: list[Hit] = []
    for hit in hits:
        found.append(hit)
        if len(found) == limit:
            break
    return found
