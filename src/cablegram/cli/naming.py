"""How copies are named at the counter: ``21480/3``, ``21480/3=2`` with its sheets counted.

A word without a digit is a person, and takes the copies that stand before it:
``issue 901 jonas 903 904 grau``.  A person's id may be cut short where it stays one person's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from cablegram.sentences import sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cablegram.ports import Shelves


@dataclass(frozen=True, slots=True)
class Named:
    """One copy as it was named, the sheets that were counted (0: nobody said), and for whom."""

    name: str
    sheets: int = 0
    person: str = ""


def read(words: Sequence[str]) -> list[Named]:
    """What the words name, in order."""
    found: list[Named] = []
    waiting: list[Named] = []
    for word in words:
        if any(map(str.isdigit, word)):
            waiting.append(_counted(word))
        elif not waiting:
            raise click.UsageError(
                sentence("{word} what? Name the copies before the person", word=word)
            )
        else:
            found += [Named(one.name, one.sheets, word) for one in waiting]
            waiting = []
    return found + waiting


def persons(view: Shelves, named: Iterable[Named], given: str = "") -> list[Named]:
    """The same with whole ids, and with the person ``given`` where the words name none.

    Raises:
        UnknownError: somebody is not known here, or the word may be several.
    """
    from cablegram.registry import roster

    words = dict.fromkeys([given, *(one.person for one in named)])
    known = {word: roster.meant(view, word) if word else "" for word in words}
    return [Named(one.name, one.sheets, known[one.person or given]) for one in named]


def counted(named: Iterable[Named], sheets: int | None) -> list[Named]:
    """The same with the sheets of each; ``sheets`` where a name does not say them."""
    found = [Named(one.name, one.sheets or sheets or 0, one.person) for one in named]
    for one in found:
        if not one.sheets:
            raise click.UsageError(
                sentence(
                    "how many sheets of {copy} were counted? Write {copy}=2, or -n 2 for all",
                    copy=one.name,
                )
            )
    return found


def _counted(word: str) -> Named:
    name, has, count = word.rpartition("=")
    if not has:
        return Named(word)
    if not name or not count.isascii() or not count.isdecimal() or not int(count[:9]):
        raise click.UsageError(
            sentence("{word} is not a copy and its sheets, as in 21497/2=2", word=word)
        )
    return Named(name, int(count[:9]))
