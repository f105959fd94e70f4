"""What people read, in their language: sentences come in, and go out as their reader speaks.

``speaking`` opens a language by its tag; ``Language.say`` says a sentence in it, and whatever it
has no words for in English.  The catalogues lie beside this file, one folder a language, as
gettext has them; ``make words`` brings them up to what the code says
(docs/decisions/0018-sentences.md).
"""

from __future__ import annotations

import re
from enum import Enum
from functools import cache, cached_property
from typing import TYPE_CHECKING, Final

from cablegram.errors import CablegramError
from cablegram.languages import po
from cablegram.sentences import BESIDE, Sentence, spelled, term

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime
    from typing import Self

DOMAIN: Final = "cablegram"
ENGLISH: Final = "en"
LANGUAGES: Final = (ENGLISH, "ru", "zh", "ko")
"""The languages there are catalogues for; English needs none."""

PLURALS: Final[Mapping[str, Callable[[int], int]]] = {
    "ru": lambda n: 2 if n % 100 in range(11, 15) else (2, 0, 1, 1, 1, 2, 2, 2, 2, 2)[n % 10],
    "zh": lambda _: 0,
    "ko": lambda _: 0,
}
"""Which form of a sentence so many take, as the heads of the catalogues say it."""

PLACES: Final[Mapping[str, tuple[str, ...]]] = {
    "act": ("Act", "OfficeAct"),
    "done": ("cannot be",),
    "listed": ("Role",),
    "roles": ("Role",),
    "state": ("State",),
    "words": ("State",),
}
"""The lists whose words stand at a place of this name, where a sentence is known again."""

_PLACE = re.compile(r"\{(\w+)[^{}]*\}")


def choose(wishes: Iterable[str]) -> str:
    """The first of these wishes that there is a language for, English otherwise.

    A wish is a language tag or a locale as POSIX spells it: ``ru``, ``ru_RU.UTF-8``, ``zh-Hans``.
    An empty one wishes nothing; ``C`` and ``POSIX`` wish for English.
    """
    for wish in wishes:
        tag = re.split(r"[_.@-]", wish.strip())[0].lower()
        tag = ENGLISH if tag in {"c", "posix"} else tag
        if tag in LANGUAGES:
            return tag
    return ENGLISH


@cache
def speaking(tag: str) -> Language:
    """The language of this tag, one of ``LANGUAGES``."""
    assert tag in LANGUAGES, "choose gives one of them"
    return Language(tag)


class Language:
    """One language that people read."""

    def __init__(self, tag: str) -> None:
        self.tag = tag

    def say(self, text: object) -> str:
        """What is said, in this language: a sentence, a word of ours, or a text as it stands.

        A text that is no sentence is looked up whole where it is more than one word: a single one
        may be anybody's name.
        """
        if self.tag == ENGLISH:
            return str(spelled({"": text})[""])
        said = self._value(text)
        return said if isinstance(said, str) else str(said)

    def again(self, text: str) -> str:
        """A sentence that comes as text, out of the books or from another process.

        It is known again by the words between its places; one that is not stays as it is.
        """
        if self.tag == ENGLISH or (isinstance(text, Sentence) and text.values):
            return self.say(text)
        forms = self._entries.get(("", text))
        if forms:
            return forms[0]
        for fixed, pattern, template in self._patterns:
            if fixed in text and (found := pattern.fullmatch(text)):
                values = {n: self._again_at(n, part) for n, part in found.groupdict().items()}
                return self._entries["", template][0].format_map(values)
        return text

    def _again_at(self, place: str, text: str) -> str:
        """What stands at a place of a sentence that was known again."""
        for context in PLACES.get(place, ()):
            if forms := self._entries.get((context, text)):
                return forms[0]
        return self.again(text)

    def form(self, one: str, more: str, number: int) -> str:
        """The form of a sentence that so many take, its places not yet filled."""
        forms = self._entries.get(("", one)) if self.tag != ENGLISH else None
        if forms:
            return forms[PLURALS[self.tag](number)]
        return one if number == 1 else more

    def number(self, number: int) -> str:
        """A number as this language groups its digits."""
        if self.tag == ENGLISH:
            return f"{number:,}"
        from babel.numbers import format_decimal

        return format_decimal(number, locale=self.tag)

    def day_and_time(self, at: datetime) -> str:
        """A day and a time of it as this language writes them, in the zone of ``at``."""
        if self.tag == ENGLISH:
            return f"{at.day}.{at.month}.{at.year} {at:%H.%M}"
        from babel.dates import format_skeleton

        day = format_skeleton("yMd", at, at.tzinfo, locale=self.tag)
        return f"{day} {at:%H:%M}"

    def whole_day(self, at: datetime) -> str:
        """A day with the name of its weekday and month, as a page is headed."""
        if self.tag == ENGLISH:
            return f"{at:%A}, {at.day} {at:%B} {at.year}"
        from babel.dates import format_date

        return format_date(at, "full", locale=self.tag)

    def short_day(self, at: datetime) -> str:
        """A day without its year: ``5 Jul``."""
        if self.tag == ENGLISH:
            return f"{at.day} {at:%b}"
        from babel.dates import format_skeleton

        return format_skeleton("MMMd", at, at.tzinfo, locale=self.tag)

    @cached_property
    def _entries(self) -> po.Entries:
        from importlib.resources import files

        path = files(__name__).joinpath(self.tag, "LC_MESSAGES", f"{DOMAIN}.po")
        with path.open(encoding="utf-8") as file:
            return po.read(file)

    @cached_property
    def _terms(self) -> Mapping[str, str]:
        """Words of our own lists, whichever list they are of."""
        return {text: forms[0] for (context, text), forms in self._entries.items() if context}

    @cached_property
    def _patterns(self) -> Sequence[tuple[str, re.Pattern[str], str]]:
        """Sentences with places, those with most words of their own first."""
        found = []
        for context, template in self._entries:
            fixed = _PLACE.split(template)[::2]
            # One that begins with a place, and has single words between, could be anything.
            known = bool(fixed[0].strip()) or any(" " in part.strip() for part in fixed)
            if len(fixed) > 1 and not context and known:
                found.append((max(fixed, key=len), _pattern(template), template))
        return sorted(found, key=lambda one: -len(_PLACE.sub("", one[2])))

    def _value(self, value: object) -> object:
        if isinstance(value, Sentence):
            return self._sentence(value)
        if isinstance(value, CablegramError):
            return self._value(value.what)
        if isinstance(value, Enum):
            return self._sentence(term(value))
        if isinstance(value, str) and " " in value:
            return self._entries.get(("", value), (self._terms.get(value, value),))[0]
        if isinstance(value, int) and not isinstance(value, bool):
            return _Number(value, self)
        return value

    def _sentence(self, said: Sentence) -> str:
        values = {name: self._value(value) for name, value in said.values.items()}
        if said.context == BESIDE:
            return said.template.join(map(str, values.values()))
        if said.plural:
            values["count"] = self.number(said.number)
            return self.form(said.template, said.plural, said.number).format_map(values)
        forms = self._entries.get((said.context, said.template))
        template = forms[0] if forms else said.template
        return template.format_map(values) if values else template


class _Number(int):
    """A number that a sentence may ask to be grouped, as in ``{count:,}``."""

    language: Language

    def __new__(cls, value: int, language: Language) -> Self:
        made = super().__new__(cls, value)
        made.language = language
        return made

    def __format__(self, spec: str) -> str:
        return self.language.number(self) if spec == "," else super().__format__(spec)


def _pattern(template: str) -> re.Pattern[str]:
    named: set[str] = set()
    parts = []
    for n, part in enumerate(_PLACE.split(template)):
        if n % 2 == 0:
            parts.append(re.escape(part.replace("{{", "{").replace("}}", "}")))
        else:
            parts.append(f"(?P={part})" if part in named else f"(?P<{part}>.+?)")
            named.add(part)
    return re.compile("".join(parts), re.DOTALL)
