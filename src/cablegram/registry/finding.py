"""Finding: "where is copy 2 of 21497?", by any number that stands on a sheet."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cablegram.errors import MalformedError, UnknownError
from cablegram.model import check
from cablegram.model.acts import FINAL
from cablegram.model.text import clean
from cablegram.registry import entries, returns
from cablegram.sentences import sentence
from cablegram.wire import order as order_format

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cablegram.model.custody import Copy
    from cablegram.model.records import Telegram
    from cablegram.ports import Shelves
    from cablegram.wire.leaf import Entry

_COPY = re.compile(r"([0-9]{1,15})/([0-9]{1,4})\Z")
_NUMBER = re.compile(r"[0-9]{1,15}\Z")
_OFFERS_MAX = 3


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
    if check.is_code(text):
        return [_found(page, "scanned", _scanned(page, text))]
    hits = _all(page, text) if text else ()  # what has no number yet does not bear an empty one
    found = [hit for hit in hits if hit.telegram is not None or hit.copies]
    if not found and check.split(text)[1]:
        return [_found(page, "checked", _checked(page, *check.split(text)))]
    if not found:
        raise UnknownError(
            "nothing in the books bears the number {text}",
            hint="Try the cable, outgoing, print or incoming number, or 21497/2 for one copy.",
            text=text,
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
            "no telegram {cable} is in the register",
            hint="Look for it with `cablegram where`.",
            cable=cable,
        )
    return rows[0]


def copy(page: Shelves, name: str) -> Copy:
    """The one copy that goes by this name here: ``21497/2``, or an incoming number.

    Either may have its check characters behind it, ``21497/2-K7``; a scanner's code and a number
    of another office's with the characters on its sheet are a name too (docs/spec/check.md).

    Raises:
        UnknownError: none does.
        MalformedError: the check characters are not that copy's.
    """
    clean(name, "the copy's number")
    if check.is_code(name):
        return _scanned(page, name)
    found = _plain(page, name)
    if found is None and check.split(name)[1]:
        return _checked(page, *check.split(name))
    if found is None:
        raise UnknownError(
            "no copy {name} is in the books",
            hint="Write it as 21497/2, or its incoming number.",
            name=name,
        )
    return found


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


def us(page: Shelves) -> str:
    """The office whose books these are: every order in them names it."""
    return order_format.decode(page.orders.find(limit=1)[0].body).office


def spelled(page: Shelves, found: Copy) -> str:
    """A copy as people name it here, with its check characters: ``21497/2-K7``."""
    said = name(page, found)
    return f"{said}-{check.of_name(us(page), said)}"


def life(page: Shelves, subject: str) -> list[tuple[int, Entry]]:
    """Every entry of one subject, with its ledger index, from the first on."""
    return entries.life(page, subject)


def name(page: Shelves, found: Copy) -> str:
    """A copy as people name it here."""
    return returns.naming(page, found)


def _plain(page: Shelves, name: str) -> Copy | None:
    accepted = page.copies.find("incoming", name, limit=1) if name else ()
    if accepted:
        return accepted[0]
    numbers = _COPY.match(name)
    for row in page.telegrams.find("cable", int(numbers[1])) if numbers else ():
        born = page.copies.find("telegram", row.handle, int(numbers[2]), limit=1) if numbers else ()
        if born and row.direction == "in":
            return born[0]
    return None


def _scanned(page: Shelves, text: str) -> Copy:
    said = check.read_code(text)
    found = by_owner(page, said.office, said.cable, said.copy, us(page))
    if found is None:
        raise UnknownError(
            "no copy {cable}/{copy} of {office} is in the books",
            hint="Lay it aside: it is on no charge here.",
            cable=said.cable,
            copy=said.copy,
            office=said.office,
        )
    return found


def _checked(page: Shelves, name: str, given: str) -> Copy:
    """The copy of this name whose check characters these are; where none is, those close by."""
    offices = [us(page), *(row.office for row in page.correspondents.find())]
    meant = [(office, copy) for office in offices for copy in _bearing(page, office, name)]
    for office, copy in meant:
        if given == check.of_name(office, name):
            return copy
    offers = [spelled(page, copy) for _, copy in meant]
    for close in sorted(set(check.near(name))):
        offers += [
            f"{close}-{given}"
            for office in offices
            if given == check.of_name(office, close) and _bearing(page, office, close)
        ]
    raise MalformedError(
        "the check characters of {name} are not {given}",
        hint=sentence(
            "Read the sheet again: near it are {offers}.", offers=", ".join(offers[:_OFFERS_MAX])
        )
        if offers
        else "Read the sheet again: nothing near it is in the books.",
        name=name,
        given=given,
    )


def _bearing(page: Shelves, office: str, name: str) -> list[Copy]:
    """The copy that bears this number of that office's: ours as we name it, theirs as theirs."""
    if office == us(page):
        found = _plain(page, name)
        return [] if found is None else [found]
    numbers = _COPY.match(name)
    copy = by_owner(page, office, int(numbers[1]), int(numbers[2]), "") if numbers else None
    return [] if copy is None else [copy]


def _found(page: Shelves, by: str, copy: Copy) -> Found:
    return Found(by, page.telegrams.get(copy.telegram), (copy,))


def _all(page: Shelves, text: str) -> Iterator[Found]:
    numbers = _COPY.match(text)
    yield Found("incoming", None, tuple(page.copies.find("incoming", text)))
    yield Found("their incoming", None, tuple(page.copies.find("their_incoming", text)))
    theirs = page.copies.find("owner_number", text)
    yield Found("their number", None, tuple(one for one in theirs if one.incoming != text))
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
