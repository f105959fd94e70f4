"""Reading the books for a form: names of persons and offices, local time, a copy's life.

Nothing here writes.  A person whose name was erased stands under their id.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cablegram.forms.blocks import Imprint, Said
from cablegram.forms.words import WORDS
from cablegram.model.names import FILE
from cablegram.model.times import instant
from cablegram.registry import finding, offices
from cablegram.wire import canonical
from cablegram.wire import card as card_format
from cablegram.wire.leaf import decode_entry

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from cablegram.bureau import Bureau
    from cablegram.forms.blocks import Value
    from cablegram.model.custody import Copy
    from cablegram.ports import Shelves
    from cablegram.wire.leaf import Entry

NAME = "name"


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of a subject's life: its ledger index, the entry, and the facts it shows."""

    index: int
    entry: Entry
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reading:
    """The books as of one moment, read in the languages of a form."""

    view: Shelves
    bureau: Bureau
    languages: tuple[str, ...]

    def person(self, person: str) -> str:
        """A person's name out of the vault; the id where it is not there or was erased."""
        kept = self.bureau.vault.get(NAME, person) if person else None
        return person if kept is None else kept.decode()

    def office(self, office: str) -> str:
        """An office's name in the form's first language that its card has; else its id."""
        ours = office == self.bureau.name
        card = card_format.decode(self.bureau.card) if ours else offices.card_of(self.view, office)
        if card is None:
            return offices.headings(self.view).get(office, office)
        found = [card.names[lang] for lang in self.languages if lang in card.names]
        return found[0] if found else next(iter(card.names.values()))

    def who(self, holder: str) -> str:
        """A holder, who is a person or an office."""
        known = holder == self.bureau.name or self.view.correspondents.get(holder) is not None
        return self.office(holder) if known else self.person(holder)

    def whom(self, whom: str) -> Value:
        """For whom a copy is: a person, the file, or an office."""
        return Said("to_file") if whom == FILE else self.who(whom)

    def local(self, moment: str) -> datetime | None:
        """A moment in the office's zone; None where it is not set."""
        return instant(moment).astimezone(self.bureau.zone) if moment else None

    def life(self, subject: str) -> list[Event]:
        """Every entry of a subject, from the first on."""
        return [
            Event(index, entry, _facts(entry)) for index, entry in finding.life(self.view, subject)
        ]

    def last(self, copy: Copy) -> Event | None:
        """The newest entry of a copy."""
        for leaf in self.view.leaves.find("subject", copy.handle, copy.seq, limit=1):
            entry = decode_entry(leaf.entry)
            return Event(leaf.index, entry, _facts(entry))
        return None

    def first(self, copy: Copy) -> int:
        """The ledger index of a copy's first entry."""
        return self.view.leaves.find("subject", copy.handle, 1, limit=1)[0].index

    def event(self, index: int) -> Event:
        """The entry at this index, which the books have."""
        leaf = self.view.leaves.get(index)
        assert leaf is not None, "a row names a leaf that is there"
        entry = decode_entry(leaf.entry)
        return Event(index, entry, _facts(entry))

    def spelled(self, copy: Copy) -> str:
        """A copy as it is named here, with its check characters."""
        return finding.spelled(self.view, copy)

    def where(self, copy: Copy) -> Said:
        """Where a copy is, in words."""
        names: tuple[tuple[str, str | int], ...] = (
            ("holder", self.who(copy.holder)),
            ("accountable", self.who(copy.accountable)),
            ("place", copy.place),
        )
        return Said(f"state_{copy.state.value}", names)

    def imprint(self, event: Event | None = None) -> Imprint:
        """Head and foot of a form that is made now, about this entry if it is about one."""
        card = card_format.decode(self.bureau.card)
        head = self.view.head.get("head")
        made_at = self.local(self.bureau.now())
        assert made_at is not None, "the clock shows a moment"
        return Imprint(
            office=self.bureau.name,
            names=dict(card.names),
            languages=self.languages,
            made_at=made_at,
            origin=self.bureau.origin,
            size=0 if head is None else head.size,
            root="" if head is None else head.root.hex(),
            entry=-1 if event is None else event.index,
            order="" if event is None else event.entry.order,
        )


def languages_of(card: bytes) -> tuple[str, ...]:
    """The two languages of an office's forms: those that its card has a name in lead."""
    names = card_format.decode(card).names
    return tuple(sorted(WORDS, key=lambda lang: lang not in names))[:2]


def newest(events: list[Event], *acts: str) -> Event | None:
    """The newest of these acts; None where none was."""
    return next((event for event in reversed(events) if event.entry.act in acts), None)


def each(events: list[Event], *acts: str) -> Iterator[Event]:
    """All of these acts, in their order."""
    return (event for event in events if event.entry.act in acts)


def _facts(entry: Entry) -> Mapping[str, Any]:
    return canonical.decode(entry.evidence.encode(), what="evidence") if entry.evidence else {}
