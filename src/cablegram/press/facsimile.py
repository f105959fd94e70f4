"""One numbered copy of a telegram: what its sheets show (docs/spec/facsimile.md).

``Facsimile`` holds every word and number of a copy and refuses what may not stand on
a page; ``set_copy`` words the form around it and sets it.  The times are the
local ones that the sheet shows; ``set_at`` alone is UTC and dates the file.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from cablegram.errors import MalformedError
from cablegram.model.text import clean
from cablegram.press import codes, engine, fonts
from cablegram.press.stamping import Stamp, stamp_words
from cablegram.press.words import COUNTED, FORMS, RELATIONS, SECTIONS, UNITS, Words

SLOTS_SHOWN = 18
COLUMNS = 3
COPIES_MAX = 999
STAMPS_MAX = 12
CAVEATS_MAX = 16
RELATIONS_MAX = 16
PARTS_MAX = 8
PARAGRAPHS_MAX = 2000
PARAGRAPH_MAX = 20_000
BODY_MAX = 500_000
NAME_MAX = 120
LINE_MAX = 200
NUMBER_MAX = 40
SERIES_MAX = 12
CLASSIFICATION_MAX = 80
LABEL_MAX = 60
CODE_TEXT_MAX = 80
HELD_MAX = 500
"""A last paragraph that takes more room than this may be parted from the names under it."""
LINE = 66
DAYS_MAX = 36_500
LEVEL_MAX = 4

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z")
_BOUNDS = {
    "office_heading": LINE_MAX,
    "classification": CLASSIFICATION_MAX,
    "cable_number": NUMBER_MAX,
    "series": SERIES_MAX,
    "zone": NUMBER_MAX,
    "from_office": NAME_MAX,
    "addressee": NAME_MAX,
    "label": LABEL_MAX,
    "signatory": NAME_MAX,
    "on_behalf_of": NAME_MAX,
    "sender_number": NUMBER_MAX,
    "print_number": NUMBER_MAX,
    "verifier_title": LINE_MAX,
    "verifier_name": NAME_MAX,
    "code_text": CODE_TEXT_MAX,
    "checked": NUMBER_MAX,
}


@dataclass(frozen=True, slots=True)
class ReturnWords:
    """The return term as the form says it; ``place`` in the case its sentence asks for.

    ``unit`` is one of ``UNITS``; ``counted`` one of ``COUNTED``, or empty where the
    form does not name the instant.
    """

    count: int
    unit: str
    counted: str
    place: str

    def __post_init__(self) -> None:
        _within(self.count, 1, DAYS_MAX, "the days of the return term")
        if self.unit not in UNITS or self.counted not in {"", *COUNTED}:
            raise MalformedError(
                "the return term counts in no known way",
                hint="Count in {units} from {counted}.",
                units=" or ".join(UNITS),
                counted=", ".join(COUNTED),
            )
        clean(self.place, "the place of return", most=LINE_MAX)


@dataclass(frozen=True, slots=True)
class Slot:
    """A line of the distribution list: which copy, and the name on the list."""

    copy_number: int
    name: str

    def __post_init__(self) -> None:
        _within(self.copy_number, 1, COPIES_MAX, "a copy number on the distribution list")
        clean(self.name, "a name on the distribution list", most=NAME_MAX)


@dataclass(frozen=True, slots=True)
class Part:
    """The text in one language; the first part is set first and without a section head."""

    lang: str
    title: str
    paragraphs: tuple[str, ...]
    translation: bool = False

    def __post_init__(self) -> None:
        if not _LANGUAGE.match(self.lang):
            raise MalformedError(
                "the language of a part is not a language tag", hint="Write it as in ru, en or zh."
            )
        clean(self.title, "the title of a part", most=LINE_MAX)
        _within(len(self.paragraphs), 1, PARAGRAPHS_MAX, "the number of paragraphs")
        for paragraph in self.paragraphs:
            clean(paragraph, "a paragraph", most=PARAGRAPH_MAX, lines=True)
            if not paragraph.strip():
                raise MalformedError("a paragraph is empty", hint="Leave it out.")


@dataclass(frozen=True, slots=True)
class Hand:
    """Who did it and when, in local time."""

    name: str
    at: datetime

    def __post_init__(self) -> None:
        clean(self.name, "a name on the sheet", most=NAME_MAX)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facsimile:
    """Everything the sheets of one copy show; a field left empty is not shown."""

    lang: str
    office_heading: str
    classification: str
    classification_level: int
    cable_number: str
    copy_number: int
    copies_made: int
    received_at: datetime
    zone: str
    body: tuple[Part, ...]
    set_at: datetime
    distribution: tuple[Slot, ...] = ()
    copies_prohibited: bool = True
    caveats: tuple[str, ...] = ()
    series: str = ""
    return_words: ReturnWords | None = None
    from_office: str = ""
    addressee: str = ""
    label: str = ""
    signatory: str = ""
    on_behalf_of: str = ""
    sender_number: str = ""
    sender_date: date | None = None
    deciphered: Hand | None = None
    printed: Hand | None = None
    print_number: str = ""
    copies_filed: tuple[int, ...] = ()
    verifier_title: str = ""
    verifier_name: str = ""
    verification_waived: bool = False
    relations: tuple[tuple[str, str], ...] = ()
    stamps: tuple[Stamp, ...] = ()
    code_text: str = ""
    checked: str = ""

    def __post_init__(self) -> None:
        if self.lang not in FORMS:
            raise MalformedError(
                "the form is not kept in that language",
                hint="Use {forms}.",
                forms=" or ".join(FORMS),
            )
        for field, most in _BOUNDS.items():
            clean(getattr(self, field), field.replace("_", " "), most=most)
        for caveat in self.caveats:
            clean(caveat, "a caveat", most=LINE_MAX)
        _within(len(self.relations), 0, RELATIONS_MAX, "the number of other telegrams named")
        for relation, number in self.relations:
            if relation not in RELATIONS:
                raise MalformedError(
                    "the form has no words for how two telegrams stand",
                    hint="Use one of {relations}.",
                    relations=", ".join(RELATIONS),
                )
            clean(number, "the number of another telegram", most=NUMBER_MAX)
        if self.set_at.utcoffset() != timedelta(0):
            raise MalformedError("the time of setting is not in UTC", hint="Hand it in as UTC.")
        _within(self.classification_level, 0, LEVEL_MAX, "the level of classification")
        _within(len(self.caveats), 0, CAVEATS_MAX, "the number of caveats")
        _within(len(self.stamps), 0, STAMPS_MAX, "the number of stamps")
        _within(len(self.body), 1, PARTS_MAX, "the number of parts")
        letters = sum(len(text) for part in self.body for text in part.paragraphs)
        _within(letters, 0, BODY_MAX, "the length of the text")
        self._check_copies()

    def _check_copies(self) -> None:
        _within(self.copies_made, 1, COPIES_MAX, "the number of copies made")
        _within(self.copy_number, 1, self.copies_made, "the copy number")
        listed = [slot.copy_number for slot in self.distribution]
        for numbers in (listed, list(self.copies_filed)):
            if len(set(numbers)) != len(numbers):
                raise MalformedError(
                    "a copy number stands twice on one list", hint="Give each copy one line."
                )
            for number in numbers:
                _within(number, 1, self.copies_made, "a copy number on a list")


def set_copy(f: Facsimile) -> engine.Set:
    """Set the copy: its PDF and how many sheets it has.

    Raises:
        PressError: a letter has no glyph, or its font package is not installed.
    """
    return engine.set_sheets("facsimile.typ", _data(f), f.set_at.astimezone(UTC))


def picture_copy(f: Facsimile) -> list[bytes]:
    """The sheets of ``set_copy`` as one PNG each, for a screen.

    Raises:
        PressError: as ``set_copy``.
    """
    return engine.picture_sheets("facsimile.typ", _data(f))


def related(lang: str, relation: str, number: str) -> str:
    """How the telegram stands to another, as its sheets say it: "Corrects No. 21497"."""
    return FORMS[lang].relations[relation].format(number)


def _within(value: int, least: int, most: int, what: str) -> None:
    if not least <= value <= most:
        raise MalformedError(
            "{what} is {value}, not {least} to {most}",
            hint="Correct it and try again.",
            what=what,
            value=value,
            least=least,
            most=most,
        )


def _data(f: Facsimile) -> dict[str, object]:
    words = FORMS[f.lang]
    copy = f"{words.copy} {f.copy_number}"
    telegram = f"{words.telegram} {f.cable_number}"
    sheet = words.sheet.lower()
    return {
        "lang": f.lang,
        "title": f"{telegram}, {copy}",
        "keywords": [text for text in (f.classification, f.code_text) if text],
        "faces": {"form": fonts.faces(fonts.FORM), "typed": fonts.faces(fonts.TYPED)},
        "office": f.office_heading,
        "heading": f.office_heading.upper(),
        "label": f.label,
        "classification": f.classification,
        "level": f.classification_level,
        "caveats": [*f.caveats, *(related(f.lang, *one) for one in f.relations)],
        "cable_number": f.cable_number,
        "copy_number": f.copy_number,
        "series": f.series,
        "return": _return(f.return_words, words),
        "slots": _slots(f, words),
        "arrival": _arrival(f, words),
        "addressee": f.addressee,
        "parts": [_part(part, f.lang) for part in f.body],
        "signatory": f.signatory,
        "behalf": f"{words.on_behalf_of} {f.on_behalf_of}" if f.on_behalf_of else "",
        "sender": _sender(f, words),
        "production": _production(f, words),
        "verifier": _verifier(f),
        "stamps": [stamp_words(stamp, words) for stamp in f.stamps],
        "code": codes.code_picture(f.code_text) if f.code_text else "",
        "checked": f.checked,
        "words": {
            "telegram": words.telegram,
            "no_copies": words.copies_prohibited if f.copies_prohibited else "",
            "copy": words.copy,
            "copy_mark": copy,
            "series": words.series,
            "notes": words.notes,
            "catchline": words.catchline,
            "continuation": f"{copy} · {words.continuation} {f.cable_number} · {words.sheet} ",
            "identity": f"{f.office_heading} · {words.number} {f.cable_number} · "
            f"{copy} {words.of} {f.copies_made} · {sheet} ",
            "of": f" {words.of} ",
            "verified": words.verified,
            "code_alt": f"{words.code} {f.code_text}",
        },
    }


def _return(term: ReturnWords | None, words: Words) -> str:
    if term is None:
        return ""
    return words.returned(words.days(term.count, term.unit), term.counted, term.place)


def _slots(f: Facsimile, words: Words) -> list[list[dict[str, object]]]:
    """The list row by row, numbered down the columns as the form is."""
    names = {slot.copy_number: slot.name for slot in f.distribution}
    rows = -(-max(SLOTS_SHOWN, f.copies_made) // COLUMNS)
    return [
        [
            {"number": n, "mark": f"{words.copy} {n}", "name": names.get(n, "")}
            for n in range(row, rows * COLUMNS + 1, rows)
        ]
        for row in range(1, rows + 1)
    ]


def _arrival(f: Facsimile, words: Words) -> list[dict[str, str]]:
    zone = f" ({f.zone})" if f.zone else ""
    found = [{"word": words.received, "value": words.time(f.received_at) + zone}]
    if f.from_office:
        found.append({"word": words.sent_from, "value": f.from_office})
    return found


def _part(part: Part, form: str) -> dict[str, object]:
    language = part.lang.partition("-")[0]
    which = 0 if part.translation else 1
    heads = dict.fromkeys(SECTIONS[name][which] for name in (form, language) if name in SECTIONS)
    return {
        "lang": language,
        "face": fonts.faces(fonts.TYPED, language),
        "title": part.title,
        "section": " · ".join(heads),
        "paragraphs": list(part.paragraphs),
        "ends_short": len(part.paragraphs) > 1 and _room(part.paragraphs[-1]) <= HELD_MAX,
    }


def _room(text: str) -> int:
    """How many letters' room a text takes; a square letter is two, a line feed a line."""
    wide = sum(unicodedata.east_asian_width(letter) in {"W", "F"} for letter in text)
    return len(text) + wide + LINE * text.count("\n")


def _sender(f: Facsimile, words: Words) -> list[str]:
    number = [f"{words.number} {f.sender_number}"] if f.sender_number else []
    return number + ([words.day(f.sender_date)] if f.sender_date else [])


def _production(f: Facsimile, words: Words) -> list[dict[str, str]]:
    rows = []
    if f.deciphered:
        value = f"{f.deciphered.name}, {words.time(f.deciphered.at)}"
        rows.append({"word": words.deciphered, "value": value})
    if f.printed:
        number = f", {words.number} {f.print_number}" if f.print_number else ""
        value = f"{f.printed.name}, {words.time(f.printed.at)}{number}"
        rows.append({"word": words.printed, "value": value})
    run = words.run(f.copies_made, _runs(f.copies_filed), len(f.copies_filed))
    rows.append({"word": "", "value": run})
    if f.verification_waived:
        rows.append({"word": "", "value": words.unverified})
    return rows


def _verifier(f: Facsimile) -> dict[str, str]:
    """The title, a line to sign and, where it is known before the signing, the name."""
    if f.verification_waived or not (f.verifier_title or f.verifier_name):
        return {}
    return {"title": f.verifier_title, "name": f"({f.verifier_name})" if f.verifier_name else ""}


def _runs(numbers: tuple[int, ...]) -> str:
    """Numbers in order, three or more in a row as their first and last: 3, 4, 7-9."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(
        f"{run[0]}\u2013{run[-1]}" if len(run) > 2 else ", ".join(map(str, run))  # noqa: PLR2004  # two in a row are shorter as they are
        for run in runs
    )
