"""The registrar's line: what is typed on it, and how its lines become orders.

Pure, after docs/spec/desk-line.md.  A verb is said once and holds for all that is scanned after
it; nothing here knows which copies there are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from cablegram.errors import MalformedError
from cablegram.model import check
from cablegram.model.acts import SHEETS_MAX, Act
from cablegram.model.keyboards import by_key, plain, readings
from cablegram.model.orders import SUBJECTS_MAX, Subject
from cablegram.model.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cablegram.model.acts import Fact

TYPED_MAX: Final = 300
"""The longest line that is read, in characters."""
LINES_MAX: Final = 1000
"""The most lines that one batch holds."""


class Verb(StrEnum):
    """What is to be done with all that is scanned from now on."""

    RECEIVE = "R"
    ISSUE = "I"
    BACK = "B"
    HAND_ON = "P"
    SHOW = "S"
    FILE = "F"
    OUT = "O"
    DESTROY = "D"
    MUSTER = "M"
    WHERE = "?"


COUNTED: Final = frozenset(
    {Act.RETURN, Act.COME_BACK, Act.HAND_OVER, Act.SHOW, Act.DESTROY, Act.ACCEPT}
)
"""Acts of the line that are ordered with the sheets that were counted."""

TO_END: Final = frozenset({Verb.FILE, Verb.OUT})
"""Verbs whose words are one text to the end of the line."""

NEEDS_WORDS: Final[Mapping[Verb, str]] = {
    Verb.FILE: "F 12/3",
    Verb.OUT: "O for work",
    Verb.DESTROY: "D burnt",
    Verb.SHOW: "S molotov",
}
"""Verbs that say nothing without their words, each as it is written with them."""


class Kind(StrEnum):
    """What somebody typed."""

    CLOSE = "close"
    HELP = "help"
    DROP = "drop"
    COUNT = "count"
    VERB = "verb"
    ASK = "ask"
    COPY = "copy"


class Answer(StrEnum):
    """What a scan is told; ``told`` is what a question is, ``done`` what was signed and moved."""

    TAKEN = "taken"
    ALREADY = "already"
    NOT_OURS = "not_ours"
    OVERDUE = "overdue"
    WRONG_STATE = "wrong_state"
    NOT_READ = "not_read"
    TOLD = "told"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Words:
    """The words behind a verb, apart: whom, until when, how many sheets, by whose hand, why.

    ``rest`` is what no other part took: the place of ``F``, the method of ``D``, the number and
    place of ``M``, the stamp of ``R``.
    """

    person: str = ""
    due: str = ""
    sheets: int = 0
    proxy: str = ""
    exception: str = ""
    reason: str = ""
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed, read: its kind and what it says.

    ``number`` is the line that is taken back (0: the last, -1: all) or the sheets counted, and
    ``line`` which line has so many (0: the last); ``meant`` are the readings of a copy's number,
    the likeliest first.
    """

    kind: Kind
    verb: Verb | None = None
    words: Words = Words()
    number: int = 0
    line: int = 0
    text: str = ""
    meant: tuple[str, ...] = ()


_COUNT = re.compile(r"([0-9]{0,4})=([0-9]{1,4})\Z")
_DROP = re.compile(r"-(-|[0-9]{0,4})\Z")
_SHEETS = re.compile(r"[0-9]{1,4}\Z")
_DUE = re.compile(
    r"[0-9]{1,4}[dдв]\Z|\+[0-9]{1,5}\Z|[0-9.:T+-]*[0-9][.:-][0-9.:T+-]*\Z", re.IGNORECASE
)
_TIME = re.compile(r"[0-9]{1,2}[.:][0-9]{2}\Z")
_DAY = re.compile(r"[0-9]{1,2}\.[0-9]{1,2}(?:\.(?:[0-9]{4})?)?\Z")


def read(text: str) -> Typed:
    """What was typed on the line.

    Raises:
        MalformedError: it is nothing that the line knows, or half of something.
    """
    said = clean(plain(text), "the line", most=TYPED_MAX)
    if by_key(said).lower() in {"", "h"}:
        return Typed(Kind.HELP if said else Kind.CLOSE)
    if found := _DROP.match(said):
        return Typed(Kind.DROP, number=-1 if said == "--" else int(found[1] or 0))
    if found := _COUNT.match(said):
        return Typed(Kind.COUNT, number=_sheets(found[2]), line=int(found[1] or 0))
    letter, _, rest = said.partition(" ")
    verb = _verb(letter)
    if verb is Verb.WHERE and rest.strip():
        return Typed(Kind.ASK, verb=verb, text=rest.strip(), meant=readings(rest))
    if verb is not None:
        return Typed(Kind.VERB, verb=verb, words=_words(verb, rest.strip()), text=said)
    if not any(map(str.isdigit, said)):
        raise MalformedError(
            "{typed} is no verb and no number",
            hint="Scan a code, or begin with one of R I B P S F O D M ?; `h` tells more.",
            typed=said[:40],
        )
    return Typed(Kind.COPY, text=said, meant=readings(said))


def named(meant: tuple[str, ...]) -> tuple[str, ...]:
    """Of the readings of a number those that can be checked: codes, and checked numbers.

    Raises:
        MalformedError: the number stands without its check characters.
    """
    found = tuple(text for text in meant if check.is_code(text) or check.split(text)[1])
    if not found:
        raise MalformedError(
            "{typed} has no check characters",
            hint="Scan it, or type the two characters that stand behind the number on the sheet.",
            typed=meant[0][:40],
        )
    return found


@dataclass(frozen=True, slots=True)
class Stance:
    """A verb with its words settled: persons by their ids, the day as a moment.

    ``muster`` is the number of the muster that ``M`` is for, ``place`` where it is sighted, or
    where ``F`` files; ``method``, ``stamp`` are those of ``D`` and ``R``; ``said`` is the verb as
    it was typed.
    """

    verb: Verb
    said: str
    person: str = ""
    due_at: str = ""
    sheets: int = 0
    proxy: str = ""
    exception: str = ""
    reason: str = ""
    place: str = ""
    method: str = ""
    stamp: str = ""
    muster: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a batch as an order would say it.

    ``subjects`` names the copy as it stood when it was scanned; a line of a muster has none, and
    ``text`` is what was read there.  ``free`` are facts that nobody said and that the earliest of
    an order's lines settles.
    """

    number: int
    act: str
    facts: Mapping[str, Fact]
    subjects: tuple[Subject, ...]
    free: Mapping[str, str]
    text: str = ""


@dataclass(frozen=True, slots=True)
class Bundle:
    """Lines that become one order: their numbers, the act, its facts, its subjects, its texts."""

    lines: tuple[int, ...]
    act: str
    facts: Mapping[str, Fact]
    subjects: tuple[Subject, ...]
    texts: tuple[str, ...] = ()


def bundles(lines: Iterable[Line]) -> list[Bundle]:
    """As few orders as say all that the lines say, in the order of their first lines."""
    groups: dict[object, list[Line]] = {}
    for line in lines:
        key = (line.act, tuple(sorted(line.facts.items())), tuple(sorted(line.free)))
        groups.setdefault(key, []).append(line)
    found: list[Bundle] = []
    for group in groups.values():
        for start in range(0, len(group), SUBJECTS_MAX):
            part = group[start : start + SUBJECTS_MAX]
            free = {name: min(line.free[name] for line in part) for name in part[0].free}
            found.append(
                Bundle(
                    tuple(line.number for line in part),
                    part[0].act,
                    {**part[0].facts, **free},
                    tuple(subject for line in part for subject in line.subjects),
                    tuple(line.text for line in part if line.text),
                )
            )
    return found


def _verb(letter: str) -> Verb | None:
    for reading in (letter, by_key(letter)):
        try:
            return Verb(reading.upper())
        except ValueError:
            continue
    return None


def _sheets(text: str) -> int:
    if not 1 <= int(text) <= SHEETS_MAX:
        raise MalformedError(
            "{count} sheets cannot be counted",
            hint="Count 1 to {sheets_max} sheets.",
            count=int(text),
            sheets_max=SHEETS_MAX,
        )
    return int(text)


def _words(verb: Verb, text: str) -> Words:
    """The words of a verb, each in its part.

    Raises:
        MalformedError: words that the verb has no use for, or none where it needs some.
    """
    if not text:
        if verb in NEEDS_WORDS:
            raise MalformedError(
                "{verb} stands without its words",
                hint="Write it as in `{example}`.",
                verb=verb.value,
                example=NEEDS_WORDS[verb],
            )
        return Words()
    if verb in TO_END | {Verb.MUSTER}:
        return Words(rest=text)
    text, reason = _tail(text, "#")
    text, exception = _tail(text, "!")
    parts = text.split()
    sheets = 0
    if parts and _SHEETS.match(parts[-1]) and verb is not Verb.ISSUE:
        sheets = _sheets(parts.pop())
    return _parts(verb, parts, Words(sheets=sheets, exception=exception, reason=reason))


def _parts(verb: Verb, parts: list[str], said: Words) -> Words:
    if verb in {Verb.DESTROY, Verb.RECEIVE}:
        if verb is Verb.DESTROY and not parts:
            return _words(verb, "")
        return Words(sheets=said.sheets, reason=said.reason, rest=" ".join(parts))
    person, due, proxy = "", [], ""
    for part in parts:
        if part.startswith("@") and verb is Verb.ISSUE and not proxy and len(part) > 1:
            proxy = part[1:].lower()
        elif (_DUE.match(part) or _TIME.match(part) or _DAY.match(part)) and verb is Verb.ISSUE:
            due.append(part)
        elif not person and verb is not Verb.BACK and part[0].isalpha():
            person = part.lower()
        else:
            raise MalformedError(
                "{verb} has no use for {word}",
                hint="See what it takes with `h`.",
                verb=verb.value,
                word=part[:40],
            )
    if verb is Verb.SHOW and not person:
        return _words(verb, "")
    return Words(person, " ".join(due), said.sheets, proxy, said.exception, said.reason)


def _tail(text: str, mark: str) -> tuple[str, str]:
    """The text before a mark that begins a word, and what stands behind it."""
    head, _, tail = f" {text}".partition(f" {mark}")
    return head.strip(), tail.strip()
