"""Fields: what each fact of an act is called on a page, and how it is written there."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from cablegram.errors import MalformedError, UnknownError
from cablegram.model.acts import COUNTS, SHEETS_MAX
from cablegram.model.dates import read_near
from cablegram.model.text import clean
from cablegram.model.times import instant
from cablegram.registry import naming, roster, serving
from cablegram.sentences import sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import tzinfo

    from cablegram.bureau import Bureau
    from cablegram.model.acts import Fact
    from cablegram.model.records import Telegram
    from cablegram.ports import Shelves

FACT_MAX: Final = 500
COUNT_MAX: Final = 2**53 - 1
LIST_MAX: Final = 1 << 20


class Written(StrEnum):
    """How a fact is written on a page."""

    TEXT = "text"
    LONG = "long"
    PERSON = "person"
    PERSONS = "persons"
    ROUTE = "route"
    OFFICE = "office"
    MOMENT = "moment"
    COUNT = "count"
    CHOICE = "choice"
    CHOICES = "choices"
    LIST = "list"
    FILE = "file"
    TELEGRAM = "telegram"
    COPY = "copy"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several values: the value, and what it is called."""

    value: str
    name: str


@dataclass(frozen=True, slots=True)
class Field:
    """One fact on a page: its name, what it is called, how it is written, what helps.

    ``value`` is what stands there already, ``choices`` what there is to choose from (of a person
    or office: to suggest); ``needed`` that it cannot be left out.
    """

    name: str
    label: str
    written: Written
    hint: str = ""
    value: str = ""
    needed: bool = False
    choices: Sequence[Choice] = field(default=())


_W = Written
_FACTS: Final[Mapping[str, tuple[Written, str, str]]] = {
    "answer_by": (_W.MOMENT, sentence("Answer by"), ""),
    "authority": (_W.TEXT, sentence("On whose authority"), ""),
    "call": (_W.CHOICE, sentence("Their call"), ""),
    "card": (_W.FILE, sentence("Their card"), sentence("The file that their office gave you.")),
    "carrier": (_W.TEXT, sentence("Carried by"), sentence("Who or what takes it there.")),
    "certificate": (_W.TEXT, sentence("Certificate"), sentence("Its number, if it has one.")),
    "charge": (_W.CHOICE, sentence("The copies they answer for"), ""),
    "classification": (_W.TEXT, sentence("Classification"), ""),
    "compared": (
        _W.CHOICE,
        sentence("Its words"),
        sentence("Read them to each other over another line, a word at a time."),
    ),
    "consent": (_W.CHOICE, sentence("Their consent"), ""),
    "content": (_W.TEXT, sentence("What it is about"), sentence("Short; kept in clear.")),
    "copies": (_W.LIST, sentence("Copies"), sentence("A number a line.")),
    "copy": (_W.COPY, sentence("Copy"), sentence("Its number, 21497/2.")),
    "count": (_W.COUNT, sentence("How many"), ""),
    "cut_off": (_W.MOMENT, sentence("As of"), sentence("Now, if you leave it empty.")),
    "dated_at": (_W.MOMENT, sentence("Dated"), ""),
    "decision": (_W.CHOICE, sentence("Decision"), ""),
    "digest": (_W.TEXT, sentence("Digest of the sheet"), ""),
    "draft": (_W.CHOICE, sentence("Draft"), ""),
    "due_at": (_W.MOMENT, sentence("Back by"), ""),
    "entry": (_W.CHOICE, sentence("Entry that is countered"), ""),
    "evidence": (_W.TEXT, sentence("Digest of the sealed words or scan"), ""),
    "exception": (
        _W.TEXT,
        sentence("Exception to the supply hold"),
        sentence("Why, where the holder is on hold."),
    ),
    "fulfil_by": (_W.MOMENT, sentence("To be done by"), ""),
    "hand_receipt": (
        _W.TEXT,
        sentence("Paper receipt"),
        sentence("Its number; empty takes our next."),
    ),
    "holder": (_W.PERSON, sentence("Holder"), ""),
    "incoming": (
        _W.TEXT,
        sentence("Our number on it"),
        sentence("As stamped; 575/ takes our next behind it, empty our next alone."),
    ),
    "inquiry": (_W.CHOICE, sentence("Inquiry"), ""),
    "key": (_W.CHOICE, sentence("That key alone"), ""),
    "key_line": (_W.TEXT, sentence("Public key"), sentence("One line, as ssh-keygen writes it.")),
    "kind": (_W.CHOICE, sentence("What"), ""),
    "letter": (_W.TEXT, sentence("Letter"), ""),
    "level": (_W.TEXT, sentence("Classification"), ""),
    "limit_at": (_W.MOMENT, sentence("Back with its owner by"), ""),
    "limit_to": (_W.TEXT, sentence("Back to"), ""),
    "may": (_W.CHOICE, sentence("May"), ""),
    "messenger": (_W.PERSON, sentence("Messenger"), ""),
    "method": (_W.TEXT, sentence("How it is destroyed"), ""),
    "muster": (_W.CHOICE, sentence("Muster"), ""),
    "name": (_W.TEXT, sentence("Matter"), ""),
    "named": (_W.LIST, sentence("These copies alone"), sentence("A number a line.")),
    "note": (_W.TEXT, sentence("Note"), sentence("A word to keep with it; kept in clear.")),
    "notice": (_W.CHOICE, sentence("Their notice"), ""),
    "nth": (_W.COUNT, sentence("Which tracer"), ""),
    "number": (_W.CHOICE, sentence("Number"), ""),
    "office": (_W.OFFICE, sentence("Office"), ""),
    "other": (_W.TELEGRAM, sentence("The other telegram"), sentence("Its cable number.")),
    "outcome": (_W.CHOICE, sentence("Outcome"), ""),
    "owner": (_W.OFFICE, sentence("Whose it is"), ""),
    "owner_cable": (_W.COUNT, sentence("Their number"), ""),
    "owner_copy": (_W.COUNT, sentence("Copy or exemplar"), ""),
    "owner_number": (_W.TEXT, sentence("Number that it bears"), sentence("As written: 61-k.")),
    "person": (_W.PERSON, sentence("Person"), ""),
    "place": (_W.TEXT, sentence("Place"), sentence("Case and leaf.")),
    "proxy": (_W.PERSON, sentence("By the hand of"), sentence("Who takes it for the holder.")),
    "reader": (_W.PERSON, sentence("Reader"), ""),
    "readers": (
        _W.ROUTE,
        sentence("Readers, in order"),
        sentence("With the hours each may keep it, if any: molotov/48 malenkov."),
    ),
    "reason": (_W.TEXT, sentence("Reason"), ""),
    "relation": (_W.CHOICE, sentence("How it stands to the other"), ""),
    "return_to": (_W.TEXT, sentence("Back to"), ""),
    "role": (_W.CHOICES, sentence("Roles"), ""),
    "ruling": (_W.CHOICE, sentence("Ruling"), ""),
    "says": (_W.CHOICE, sentence("Answer"), ""),
    "screen": (
        _W.PERSON,
        sentence("For the screen of"),
        sentence("A person with a reading key; empty prints on paper."),
    ),
    "sealed": (_W.CHOICE, sentence("What came in"), ""),
    "series": (_W.TEXT, sentence("Series"), ""),
    "sheets": (_W.COUNT, sentence("Sheets"), sentence("As counted.")),
    "sighted": (_W.LIST, sentence("Numbers seen"), sentence("A number a line; scan them here.")),
    "since_at": (_W.MOMENT, sentence("In force from"), ""),
    "spoiled": (_W.COUNT, sentence("Spoiled sheets destroyed"), ""),
    "task": (_W.CHOICE, sentence("Task"), ""),
    "telegram": (_W.TELEGRAM, sentence("Telegram"), sentence("Its cable number.")),
    "title": (_W.TEXT, sentence("Title"), ""),
    "to": (_W.PERSONS, sentence("Who is to act"), ""),
    "until_at": (_W.MOMENT, sentence("Until"), ""),
    "value": (_W.TEXT, sentence("Value"), ""),
    "verifier": (_W.PERSON, sentence("Verifier"), ""),
    "waived": (_W.TEXT, sentence("Offices that cannot be heard"), ""),
    "waiver": (_W.CHOICE, sentence("Standing order"), ""),
    "what": (_W.CHOICE, sentence("What"), ""),
    "whom": (_W.PERSON, sentence("For whom"), sentence("A person, or file.")),
    "written_by": (_W.PERSON, sentence("Written by"), ""),
    "year": (_W.COUNT, sentence("Year"), ""),
}
"""How each fact is written and called, and what helps; every act's own words go before these."""


def of(name: str, **changes: object) -> Field:
    """The field of a fact, by what is the same in every act, with an act's own changes."""
    known = _FACTS.get(name)
    written, label, hint = known or (_W.TEXT, sentence(name.replace("_", " ")), "")
    said: dict[str, object] = {"written": written, "label": label, "hint": hint, **changes}
    return Field(name, **said)  # type: ignore[arg-type]  # the fields of Field by name


def known(name: str) -> bool:
    """Whether a fact has words of its own."""
    return name in _FACTS


def label(name: str) -> str:
    """What a fact is called."""
    return of(name).label


def read(field_: Field, text: str, view: Shelves, bureau: Bureau) -> Fact:
    """A fact out of what was written; an empty text where nothing was.

    Raises:
        MalformedError, UnknownError: what was written is none; it names the field.
    """
    text = text.strip()
    reads = _READS.get(field_.written)
    if field_.written is Written.CHOICE and field_.name in COUNTS:
        reads = _count
    if not text:
        return ""
    if reads is None:
        return clean(text, field_.name.replace("_", " "), most=FACT_MAX)
    return reads(field_, text, view, bureau)


def person(view: Shelves, bureau: Bureau, word: str) -> str:
    """The id of whom a word means: an id or its beginning, a cover name, a name.

    Raises:
        UnknownError: nobody's, or several persons'.
    """
    if word == "file":
        return word
    try:
        return roster.meant(view, word.lower())
    except UnknownError:
        return naming.People(view, bureau).one(word)


def telegram(view: Shelves, text: str) -> Telegram:
    """The telegram that a number or a handle means: a cable number, or our outgoing one.

    Raises:
        UnknownError: none's.
    """
    row = view.telegrams.get(text)
    if row is not None:
        return row
    for hit in serving.find(view, text):
        if hit.telegram is not None:
            return hit.telegram
    raise UnknownError(
        "{number} is no telegram here", hint="Write its cable number.", number=text[:40]
    )


def spelled(at: str, zone: tzinfo) -> str:
    """A moment as it is written in a field: a day alone where it is that day's last second."""
    if not at:
        return ""
    here = instant(at).astimezone(zone)
    day = f"{here.day}.{here.month}.{here.year}"
    if here.strftime("%H%M%S") == "235959":
        return day
    return f"{day} {here:%H.%M}" + (f".{here:%S}" if here.second else "")


def _moment(field_: Field, text: str, _: Shelves, bureau: Bureau) -> Fact:
    # What ends ends with the day; what a count is as of begins with it.
    end = field_.name not in {"cut_off", "since_at", "dated_at"}
    return read_near(text, bureau.zone, bureau.now(), end=end)


def _persons(_: Field, text: str, view: Shelves, bureau: Bureau) -> Fact:
    return " ".join(person(view, bureau, word) for word in text.split())


def _route(_: Field, text: str, view: Shelves, bureau: Bureau) -> Fact:
    words = [word.partition("/") for word in text.split()]
    return " ".join(f"{person(view, bureau, w)}{slash}{hours}" for w, slash, hours in words)


def _count(field_: Field, text: str, _: Shelves, __: Bureau) -> Fact:
    most = SHEETS_MAX if field_.name in {"sheets", "spoiled"} else COUNT_MAX
    if not text.isascii() or not text.isdecimal() or not 0 <= int(text[:17]) <= most:
        raise MalformedError("{text!r} is not a number", hint="Write it in digits.", text=text[:40])
    return int(text)


_READS: Final[Mapping[Written, Callable[[Field, str, Shelves, Bureau], Fact]]] = {
    Written.COUNT: _count,
    Written.MOMENT: _moment,
    Written.PERSON: lambda _, text, view, bureau: person(view, bureau, text),
    Written.PERSONS: _persons,
    Written.ROUTE: _route,
    Written.TELEGRAM: lambda _, text, view, __: telegram(view, text).handle,
    Written.COPY: lambda _, text, view, __: serving.one(view, text).handle,
    Written.OFFICE: lambda _, text, view, bureau: naming.office(view, bureau, text),
}
