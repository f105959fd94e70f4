"""Finding: "where is copy 2 of 21497?", by any number that stands on a sheet."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cablegram.errors import UnknownError
from cablegram.model.acts import FINAL
from cablegram.model.text import clean
from cablegram.registry import returns
from cablegram.wire.leaf import decode_entry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cablegram.model.custody import Copy
    from cablegram.model.records import Telegram
    from cablegram.ports import Shelves
    from cablegram.wire.leaf import Entry

_COPY = re.compile(r"([0-9]{1,15})/([0-9]{1,4})\Z")
_NUMBER = re.compile(r"[0-9]{1,15}\Z")


@dataclass(frozen=True, slots=True)
class Found:
    """Something that bears a number: a telegram, with the copies meant, or an accepted copy.

    ``by`` says what the number is: cable, outgoing, print, incoming, theirs or owner's.
    """

    by: str
    telegram: Telegram | None
    copies: tuple[Copy, ...]


def find(page: Shelves, text: str) -> list[Found]:
    """Everything that the number may mean, ours first, then theirs.

    Raises:
        UnknownError: nothing in the books bears it.
    """
    clean(text, "the number")
    hits = _all(page, text) if text else ()  # what has no number yet does not bear an empty one
    found = [hit for hit in hits if hit.telegram is not None or hit.copies]
    if not found:
        raise UnknownError(
            f"nothing in the books bears the number {text}",
            hint="Try the cable, outgoing, print or incoming number, or 21497/2 for one copy.",
        )
    return found


def telegram(page: Shelves, cable: int) -> Telegram:
    """The telegram entered under a cable number of ours.

    Raises:
        UnknownError: there is none.
    """
    rows = [t for t in page.telegrams.find("cable", cable) if t.direction == "in"]
    if not rows:
        raise UnknownError(
            f"no telegram {cable} is in the register", hint="Look for it with `cablegram where`."
        )
    return rows[0]


def copy(page: Shelves, name: str) -> Copy:
    """The one copy that goes by this name here: ``21497/2``, or an incoming number.

    Raises:
        UnknownError: none does.
    """
    accepted = page.copies.find("incoming", clean(name, "the copy's number"), limit=1)
    if accepted and name:
        return accepted[0]
    numbers = _COPY.match(name)
    if numbers:
        for row in page.telegrams.find("cable", int(numbers[1])):
            born = page.copies.find("telegram", row.handle, int(numbers[2]), limit=1)
            if born and row.direction == "in":
                return born[0]
    raise UnknownError(
        f"no copy {name} is in the books", hint="Write it as 21497/2, or its incoming number."
    )


def by_owner(page: Shelves, owner: str, cable: int, number: int, us: str) -> Copy | None:
    """A copy by its owner's numbers, whether it was born here or accepted.

    One that was given back and came again is in the books twice: the one still open is meant.
    """
    if owner == us:
        for row in page.telegrams.find("cable", cable):
            if row.direction == "in":
                for born in page.copies.find("telegram", row.handle, number, limit=1):
                    return born
    accepted = page.copies.find("owner", owner, cable, number)
    return min(accepted, key=lambda copy: copy.state in FINAL, default=None)


def life(page: Shelves, subject: str) -> list[tuple[int, Entry]]:
    """Every entry of one subject, with its ledger index, from the first on."""
    return [(leaf.index, decode_entry(leaf.entry)) for leaf in page.leaves.find("subject", subject)]


def name(page: Shelves, found: Copy) -> str:
    """A copy as people name it here."""
    return returns.naming(page, found)


def _all(page: Shelves, text: str) -> Iterator[Found]:
    numbers = _COPY.match(text)
    yield Found("incoming", None, tuple(page.copies.find("incoming", text)))
    yield Found("their incoming", None, tuple(page.copies.find("their_incoming", text)))
    if numbers:
        cable, number = int(numbers[1]), int(numbers[2])
        for row in page.telegrams.find("cable", cable):
            if row.direction == "in":
                copies = page.copies.find("telegram", row.handle, number)
                if copies:
                    yield Found("cable", row, tuple(copies))
        if cable and number:
            yield from _owned(page, cable, number)
    if _NUMBER.match(text) and int(text):
        number = int(text)
        for by in ("cable", "outgoing"):
            for row in page.telegrams.find(by, number):
                yield Found(by, row, tuple(page.copies.find("telegram", row.handle)))
        run = page.print_runs.get(number)
        if run is not None:
            yield Found(
                "print",
                page.telegrams.get(run.telegram),
                tuple(page.copies.find("print_number", number)),
            )
        yield from _owned(page, number, 0)


def _owned(page: Shelves, cable: int, number: int) -> Iterator[Found]:
    """Copies accepted from other offices, by those offices' numbers."""
    for office in page.correspondents.find():
        prefix = (office.office, cable, number) if number else (office.office, cable)
        copies = page.copies.find("owner", *prefix)
        if copies:
            yield Found(f"number of {office.office}", None, tuple(copies))
