"""Naming: which person or office a word of the counter means.

Persons' names lie in the vault and nowhere else; they are read when somebody asks and are
kept for that question alone.
"""

from __future__ import annotations

import unicodedata
from functools import cached_property
from itertools import islice, product
from typing import TYPE_CHECKING

from cablegram.errors import UnknownError
from cablegram.model import folding
from cablegram.registry import indexing
from cablegram.registry.offices import headings
from cablegram.registry.reading import every
from cablegram.sentences import any_of
from cablegram.wire import card as card_format

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cablegram.bureau import Bureau
    from cablegram.model.folding import Alternatives
    from cablegram.ports import Shelves

SHORTEST = 3
"""How many letters of an office's name must be typed at least."""
SPELLED_MAX = 256
"""How many ways of spelling a whole name are looked for."""
OFFICES_MAX = 1000
"""How many offices without a card are looked at by name."""
NAME = "name"
"""The kind under which the vault keeps persons' names."""


def folded(text: str) -> str:
    """A word as words are compared: one case, one spelling of its characters and spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().replace("ё", "е").split())


class People:
    """The persons the books know, by id, by cover name and by their name in the vault."""

    def __init__(self, view: Shelves, bureau: Bureau) -> None:
        self._ids = {row.person for row in every(view.persons)}
        self._names: dict[str, set[str]] = {}
        for row in every(view.cover_names):
            self._names.setdefault(folded(row.cover), set()).add(row.person)
        for person in self._ids:
            kept = bureau.vault.get(NAME, person)
            if kept is not None:
                self._names.setdefault(folded(kept.decode()), set()).add(person)

    def one(self, text: str) -> str:
        """The id of the one person this means.

        Raises:
            UnknownError: nobody here goes by it, or two do.
        """
        if text in self._ids:
            return text
        found = sorted(self._names.get(folded(text), ()))
        if len(found) == 1:
            return found[0]
        if found:
            raise UnknownError(
                "{text} may be {found}",
                hint="Write the id of the one meant.",
                text=text[:60],
                found=" or ".join(found),
            )
        raise UnknownError(
            "nobody here goes by the name {text}",
            hint="Make them known with `cablegram office person ID --name NAME`.",
            text=text[:60],
        )


class Spoken:
    """Persons and offices by any word of their names, in any script, for one question."""

    def __init__(self, view: Shelves, bureau: Bureau) -> None:
        self._view = view
        self._bureau = bureau

    @cached_property
    def _people(self) -> Mapping[str, frozenset[str]]:
        """The keys of each person's names, by the key of their id."""
        said: dict[str, list[str]] = {}
        for row in every(self._view.persons):
            kept = self._bureau.vault.get(NAME, row.person)
            said[row.person] = [row.person.title(), (kept or b"").decode()]
        for cover in every(self._view.cover_names):
            said.setdefault(cover.person, []).append(cover.cover)
        return {
            indexing.PERSON + who: folding.keys(" . ".join(names)) for who, names in said.items()
        }

    @cached_property
    def _offices(self) -> Mapping[str, frozenset[str]]:
        said: dict[str, list[str]] = {}
        for heading, office in offices(self._view, self._bureau).items():
            said.setdefault(office, []).append(heading.title())
        for key in indexing.begun(self._view, indexing.OFFICE, OFFICES_MAX):
            office = key.removeprefix(indexing.OFFICE)
            said.setdefault(office, []).append(office.title())
        return {
            indexing.OFFICE + office: folding.keys(" . ".join(names))
            for office, names in said.items()
        }

    def widened(self, clause: Alternatives) -> Alternatives:
        """A word, or whoever goes by it."""
        more = [
            frozenset({key})
            for named in (self._people, self._offices)
            for key, keys in named.items()
            if any(one <= keys for one in clause)
        ]
        return (*clause, *more)

    def person(self, text: str) -> Alternatives:
        """A person by id or name: their id's key, or the words of the name where they stand."""
        words = folding.asked(text)
        known = [
            frozenset({key})
            for key, keys in self._people.items()
            if key == indexing.PERSON + text
            or (words and all(any(o <= keys for o in w) for w in words))
        ]
        spelled = (frozenset().union(*parts) for parts in islice(product(*words), SPELLED_MAX))
        return (*known, *(one for one in spelled if one))

    def office(self, text: str) -> Alternatives:
        """An office by id or heading.

        Raises:
            UnknownError: no such office is known, nor does anything come from it.
        """
        words = folding.asked(text)
        known = [
            frozenset({key})
            for key, keys in self._offices.items()
            if key == indexing.OFFICE + text
            or (words and all(any(o <= keys for o in w) for w in words))
        ]
        if not known:
            raise UnknownError(
                "no office {text} is known here",
                hint="Name it by its id; `cablegram correspondent list` has them.",
                text=text[:60],
            )
        return tuple(known)


def offices(view: Shelves, bureau: Bureau) -> Mapping[str, str]:
    """Offices' ids by every heading that their cards give them, folded."""
    cards = [row.card for row in every(view.correspondents)]
    found: dict[str, str] = {}
    for card in (bureau.card, *cards):
        known = card_format.decode(card)
        for heading in (known.office, *known.names.values()):
            found.setdefault(folded(heading), known.office)
    for office, heading in headings(view).items():
        found.setdefault(folded(office), office)
        found.setdefault(folded(heading), office)
    return found


def office(view: Shelves, bureau: Bureau, word: str) -> str:
    """The id of the office that a word means: id, heading, or what begins one office's alone.

    Raises:
        UnknownError: none's, or several offices'.
    """
    known = offices(view, bureau)
    said = folded(word)
    if said in known:
        return known[said]
    begin = sorted({who for name, who in known.items() if said and name.startswith(said)})
    if len(begin) == 1 and len(said) >= SHORTEST:
        return begin[0]
    if begin:
        raise UnknownError(
            "{word} may be {offices}",
            hint="Write it longer: {first}.",
            word=word[:60],
            offices=any_of(begin[:SHORTEST]),
            first=begin[0],
        )
    raise UnknownError(
        "no office {word} is known here",
        hint="Say what it is called first: `cablegram office heading ID 'ITS NAME'`.",
        word=word[:60],
    )
