"""Batches: what each person has scanned and not signed yet (docs/spec/desk-line.md).

Kept in the desk's store from the scan to the signature.  It is no evidence: no copy's state
follows from it, and a line is done only once an order moved the copy.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from cablegram.model import batch
from cablegram.model.batch import COUNTED, Answer, Line, Stance, Verb
from cablegram.model.orders import Subject
from cablegram.ports import Thing
from cablegram.registry.scanned import Scanned

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cablegram.model.batch import Bundle
    from cablegram.ports import DeskStore

KIND: Final = "line"
OPEN, WAITS, DONE, REFUSED = "open", "waits", "done", "refused"
"""In the batch; signed by the first of two; done; refused where it landed."""

COUNTED_ACTS: Final = frozenset(act.value for act in COUNTED)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a batch: what was scanned, under which verb, when, and how it stands.

    ``again`` is a count that differed from the books' and was asked for once more; ``order`` is
    the digest of the order that moved it, or waits for its second person.
    """

    number: int
    verb: str
    at: str
    scanned: Scanned
    state: str = OPEN
    again: int = 0
    order: str = ""

    @property
    def uncounted(self) -> bool:
        """Whether its sheets are still to be counted."""
        return self.state == OPEN and self.scanned.act in COUNTED_ACTS and not self.scanned.sheets

    @property
    def is_late(self) -> bool:
        """Whether it came back after its date."""
        return self.scanned.answer is Answer.OVERDUE

    def line(self) -> Line:
        """The line as an order would say it."""
        one = self.scanned
        subjects = () if one.subject is None else (one.subject,)
        return Line(self.number, one.act, one.facts, subjects, one.free, one.text)


@dataclass(frozen=True, slots=True)
class Batch:
    """One person's verb and lines; ``told`` is the newest answer, for whoever opens the page."""

    person: str
    stance: Stance | None = None
    entries: tuple[Entry, ...] = ()
    told: tuple[Scanned, ...] = ()

    @property
    def open(self) -> tuple[Entry, ...]:
        """The lines that no order has moved yet, nor refused."""
        return tuple(entry for entry in self.entries if entry.state == OPEN)

    @property
    def bundles(self) -> list[Bundle]:
        """The orders that the open lines are."""
        return batch.bundles(entry.line() for entry in self.open)

    def entry(self, number: int) -> Entry | None:
        """The line of this number; 0 is the last open one."""
        if number == 0:
            return self.open[-1] if self.open else None
        return next((entry for entry in self.entries if entry.number == number), None)

    def to_count(self, number: int) -> Entry | None:
        """The open line whose sheets are counted now: this one, else the last that waits for it."""
        counted = [entry for entry in self.open if entry.scanned.act in COUNTED_ACTS]
        if number:
            return next((entry for entry in counted if entry.number == number), None)
        found = [entry for entry in counted if entry.uncounted] or counted
        return found[-1] if found else None

    def holds(self, about: str) -> Entry | None:
        """The open line about this copy, if there is one."""
        return next((entry for entry in self.open if entry.scanned.about == about), None)

    def fresh(self) -> Batch:
        """The batch to scan into: once nothing of it is open, what was done is forgotten."""
        return self if self.open else replace(self, entries=())

    def add(self, verb: str, at: str, scanned: Scanned) -> Batch:
        """With one more line."""
        number = 1 + max((entry.number for entry in self.entries), default=0)
        return replace(self, entries=(*self.entries, Entry(number, verb, at, scanned)))

    def put(self, changed: Entry) -> Batch:
        """With this line in place of the one of its number; added where there is none."""
        if self.entry(changed.number) is None:
            return replace(self, entries=(*self.entries, changed))
        entries = tuple(changed if e.number == changed.number else e for e in self.entries)
        return replace(self, entries=entries)

    def drop(self, number: int) -> Batch:
        """Without the line of this number."""
        return replace(self, entries=tuple(e for e in self.entries if e.number != number))


def load(store: DeskStore, person: str) -> Batch:
    """A person's batch; an empty one where nothing is kept."""
    thing = store.get(KIND, person)
    if thing is None:
        return Batch(person)
    said = json.loads(thing.data)
    stance = said["stance"]
    return Batch(
        person,
        None if stance is None else Stance(**{**stance, "verb": Verb(stance["verb"])}),
        tuple(_entry(one) for one in said["entries"]),
        tuple(_scanned(one) for one in said["told"]),
    )


def keep(store: DeskStore, kept: Batch) -> None:
    """Keep a person's batch; durable when it returns."""
    said = {
        "stance": None if kept.stance is None else asdict(kept.stance),
        "entries": [asdict(entry) for entry in kept.entries],
        "told": [asdict(one) for one in kept.told],
    }
    store.put(Thing(KIND, kept.person, json.dumps(said).encode(), kept.person))


def elsewhere(store: DeskStore, person: str, about: str) -> str:
    """Who else has a copy in an open batch; nobody where none has."""
    for thing in store.of(KIND):
        if thing.person != person and load(store, thing.person).holds(about) is not None:
            return thing.person
    return ""


def packed(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """Lines as an ask keeps them."""
    return [asdict(entry) for entry in entries]


def unpacked(said: Sequence[dict[str, Any]]) -> list[Entry]:
    """Lines as an ask kept them."""
    return [_entry(one) for one in said]


def _entry(said: dict[str, Any]) -> Entry:
    return Entry(**{**said, "scanned": _scanned(said["scanned"])})


def _scanned(said: dict[str, Any]) -> Scanned:
    subject = said["subject"]
    named = None if subject is None else Subject(**subject)
    return Scanned(**{**said, "answer": Answer(said["answer"]), "subject": named})
