"""Telling: rows of the books as a page shows them, for the length of one request.

Names stand for ids, numbers as people say them here, and words for states.  Names of persons come
out of the vault when they are asked for and go with the request: whoever is erased there is an id
on the next page.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from cablegram.model import custody
from cablegram.model.acts import State
from cablegram.model.names import FILE
from cablegram.registry import naming, offices
from cablegram.registry.returns import OVERDUE_STATES
from cablegram.sentences import BESIDE, Sentence, beside, counted, sentence, term, word
from cablegram.wire import card as card_format

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cablegram.bureau import Bureau
    from cablegram.model.custody import Copy
    from cablegram.model.records import Telegram
    from cablegram.ports import Shelves

_LATE = {
    State.ISSUED: sentence("overdue"),
    State.WITH_OFFICE: sentence("overdue"),
    State.IN_TRANSIT: sentence("its receipt is late"),
}
_TO_LEAVE = sentence("it should have left")

SHAPES = {
    State.ALLOTTED: "to-come",
    State.PRINTED: "to-come",
    State.IN_REGISTRY: "here",
    State.FILED: "filed",
    State.ISSUED: "out",
    State.IN_TRANSIT: "moving",
    State.WITH_OFFICE: "away",
    State.DISPUTED: "disputed",
    State.MISSING: "missing",
    State.LOST: "missing",
    State.VOID: "ended",
    State.GIVEN_BACK: "ended",
    State.DESTROYED: "ended",
}
"""The shape that a state is drawn in, told apart without colour."""


NAMED = frozenset(
    {"after", "claimed", "drafter", "holder", "office", "owner", "person", "to", "watch", "whom"}
)
"""The places of a sentence that an id stands in, to be told as a name."""


@lru_cache(maxsize=1024)
def _names_on(card: bytes) -> Mapping[str, str]:
    """The names that an office gives itself on its card, by language."""
    return dict(card_format.decode(card).names)


@dataclass(frozen=True, slots=True)
class Chip:
    """One copy as a small card: where it leads, what stands on it, and what it says in words.

    ``late`` says that its moment has passed: a corner is cut, and a word says so too.
    """

    href: str
    text: str
    shape: str
    words: Sentence
    late: bool
    marked: bool
    due_at: str


class Telling:
    """The books as one reader is told them, as of a moment."""

    def __init__(self, view: Shelves, bureau: Bureau, language: str, at: str = "") -> None:
        self.view = view
        self.bureau = bureau
        self.language = language
        self.at = at or bureau.now()
        self._names: dict[str, str] = {}
        self._offices: dict[str, str] = {}
        self._cables: dict[str, Telegram | None] = {}

    # --- who -------------------------------------------------------------------------------

    def person(self, person: str) -> str:
        """A person's name, the id where there is none."""
        if person not in self._names:
            kept = self.bureau.vault.get(naming.NAME, person) if person else None
            self._names[person] = person if kept is None else kept.decode()
        return self._names[person]

    def office(self, office: str) -> str:
        """An office's name in the reader's language where its card has it; its heading, or id."""
        if office not in self._offices:
            row = self.view.correspondents.get(office)
            card = self.bureau.card if office == self.bureau.name else row.card if row else b""
            if card:
                names = _names_on(card)
                first = next(iter(names.values()), office)
                self._offices[office] = names.get(self.language, names.get("en", first))
            else:
                self._offices[office] = offices.headings(self.view).get(office, office)
        return self._offices[office]

    def is_office(self, who: str) -> bool:
        """Whether an id is an office's: ours, or one whose card we have."""
        return who == self.bureau.name or self.view.correspondents.get(who) is not None

    def who(self, holder: str) -> str:
        """A holder, who is a person or an office."""
        if holder in self._offices or (holder not in self._names and self.is_office(holder)):
            return self.office(holder)
        return self.person(holder)

    def whom(self, whom: str) -> str:
        """For whom a copy is: a person, the file, or an office."""
        return word(whom, "for whom") if whom == FILE else self.who(whom) if whom else ""

    def people(self, persons: Iterable[str]) -> Sentence:
        """Persons in a row."""
        return beside(self.who(one) for one in persons if one)

    def named(self, text: str) -> str:
        """A sentence with names where it has ids; any other text as it stands."""
        if not isinstance(text, Sentence) or not text.values:
            return text
        values = {name: self._named(name, value) for name, value in text.values.items()}
        if text.context == BESIDE:
            return beside(
                (str_ for str_ in values.values() if isinstance(str_, str)), text.template
            )
        if text.plural:
            return counted(text.number, text.template, text.plural, **values)
        return sentence(text.template, **values)

    def _named(self, place: str, value: object) -> object:
        if isinstance(value, Sentence):
            return self.named(value) if value.values else value
        if isinstance(value, str) and place in NAMED:
            return beside(map(self.who, value.split(" ")))
        return value

    # --- copies ----------------------------------------------------------------------------

    def telegram(self, copy: Copy) -> Telegram | None:
        """The telegram that a copy is of, looked up once."""
        if copy.telegram not in self._cables:
            found = self.view.telegrams.get(copy.telegram) if copy.telegram else None
            self._cables[copy.telegram] = found
        return self._cables[copy.telegram]

    def knows(self, telegram: Telegram) -> None:
        """Remember a telegram that was read already."""
        self._cables[telegram.handle] = telegram

    def name(self, copy: Copy) -> str:
        """A copy as people name it here: 21497/2, or its incoming number."""
        if copy.owner:
            return copy.incoming
        telegram = self.telegram(copy)
        return f"{telegram.cable_number if telegram else '?'}/{copy.number}"

    def is_late(self, copy: Copy) -> bool:
        """Whether its moment has passed: to be back, to be receipted, or to leave here."""
        out = copy.state in OVERDUE_STATES or copy.state is State.IN_TRANSIT
        if out and copy.due_at and copy.due_at < self.at:
            return True
        here = copy.state in {State.IN_REGISTRY, State.FILED, State.ISSUED}
        return bool(here and copy.limit_at and copy.limit_at < self.at)

    def where(self, copy: Copy) -> Sentence:
        """Where a copy is, in words."""
        said = sentence(custody.words(copy))
        if not said.values:
            return said
        named = {"holder": self.who(copy.holder), "accountable": self.who(copy.accountable)}
        return sentence(said.template, **named)

    def marks(self, copy: Copy) -> Sequence[Sentence]:
        """The marks that a copy bears, a word each."""
        return [word(mark, "Mark") for mark in copy.marks.split()]

    def chip(self, copy: Copy, *, short: bool = False) -> Chip:
        """A copy as a small card; ``short`` shows its number among the telegram's copies alone."""
        late = self.is_late(copy)
        said = self.where(copy)
        if late:
            said = beside((said, _LATE.get(copy.state, _TO_LEAVE)))
        if copy.marks:
            said = beside((said, *self.marks(copy)))
        return Chip(
            href=f"/copy/{copy.handle}",
            text=str(copy.number) if short else self.name(copy),
            shape=SHAPES[copy.state],
            words=said,
            late=late,
            marked=bool(copy.marks),
            due_at=copy.due_at,
        )

    def state(self, state: State) -> Sentence:
        """A state's word."""
        return term(state)
