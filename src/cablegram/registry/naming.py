"""Naming: which person or office a word of the counter means.

Persons' names lie in the vault and nowhere else; they are read when somebody asks and are
kept for that question alone.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from cablegram.errors import UnknownError
from cablegram.registry.reading import every
from cablegram.wire import card as card_format

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cablegram.bureau import Bureau
    from cablegram.ports import Shelves

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
                f"{text[:60]} may be {' or '.join(found)}", hint="Write the id of the one meant."
            )
        raise UnknownError(
            f"nobody here goes by the name {text[:60]}",
            hint="Make them known with `cablegram office person ID --name NAME`.",
        )


def offices(view: Shelves, bureau: Bureau) -> Mapping[str, str]:
    """Offices' ids by every heading that their cards give them, folded."""
    cards = [row.card for row in every(view.correspondents)]
    found: dict[str, str] = {}
    for card in (bureau.card, *cards):
        known = card_format.decode(card)
        for heading in (known.office, *known.names.values()):
            found.setdefault(folded(heading), known.office)
    return found
