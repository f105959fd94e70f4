"""Sentences that people read: English here, and what is needed to say them in another language.

A sentence is a literal with named places, and what fills them stands beside it:
``sentence("{copy} is out with {holder}", copy=copy.ref, holder=copy.holder)``.  What comes back
is the English text, a plain ``str`` to everybody but the edge, which looks the literal up in its
reader's language (``cablegram.languages``).  So the rules know no language but this one, and
what is written into books, ledgers and formats is the same everywhere.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

BESIDE = "beside"
"""The context of what only puts texts side by side: no catalogue has it."""


class Sentence(str):
    """English text that remembers how it was made.

    ``template`` is the literal and ``values`` what fills its places.  Where it is about so many,
    ``plural`` is the literal for more than one and ``number`` how many.  ``context`` tells apart
    what English spells alike.
    """

    __slots__ = ("context", "number", "plural", "template", "values")

    template: str
    values: Mapping[str, object]
    plural: str
    number: int
    context: str

    def __add__(self, other: str) -> Sentence:
        """Both, one after the other, each still to be said in another language."""
        return beside((self, other), "")

    def __radd__(self, other: str) -> Sentence:
        """Likewise."""
        return beside((other, self), "")


def sentence(template: str, /, **values: object) -> Sentence:
    """A sentence; without values it is the text as it stands.

    A sentence stays what it is; one whose places have no values yet takes these.
    """
    if isinstance(template, Sentence):
        if template.values or not values or "{" not in template:
            return template
        template = template.template
    return _made(template.format_map(spelled(values)) if values else template, template, values)


def counted(count: int, one: str, more: str, /, **values: object) -> Sentence:
    """A sentence about so many, ``{count}`` in it: ``one`` for one of them, else ``more``."""
    text = (one if count == 1 else more).format_map({**spelled(values), "count": f"{count:,}"})
    made = _made(text, one, values)
    made.plural, made.number = more, count
    return made


def many(count: int, one: str, more: str = "", /) -> Sentence:
    """So many of a thing: ``1 copy``, ``4 copies``; with an s where ``more`` is not given."""
    return counted(count, "{count} " + one, "{count} " + (more or one + "s"))


def term(member: Enum) -> Sentence:
    """A word out of one of our own lists, such as a state or an act: ``in registry``."""
    said = member.value if isinstance(member.value, str) else member.name.lower()
    return word(str(said), type(member).__name__)


def word(text: str, context: str) -> Sentence:
    """A word of our own that is kept as text; ``context`` says which list it is of."""
    text = text.replace("_", " ")
    made = _made(text, text, {})
    made.context = context
    return made


def beside(texts: Iterable[str], separator: str = ", ") -> Sentence:
    """Texts in a row; those that are sentences are still to be said in another language."""
    texts = tuple(texts)
    made = _made(separator.join(texts), separator, {str(n): text for n, text in enumerate(texts)})
    made.context = BESIDE
    return made


def any_of(texts: Iterable[str]) -> Sentence:
    """One of these: ``a, b or c``."""
    *others, last = texts
    return (
        sentence("{others} or {last}", others=beside(others), last=last)
        if others
        else sentence(last)
    )


def all_of(texts: Iterable[str]) -> Sentence:
    """All of these: ``a, b and c``."""
    *others, last = texts
    return (
        sentence("{others} and {last}", others=beside(others), last=last)
        if others
        else sentence(last)
    )


def spelled(values: Mapping[str, object]) -> dict[str, object]:
    """What fills the places of a sentence, as English has it."""
    return {name: term(v) if isinstance(v, Enum) else v for name, v in values.items()}


def _made(text: str, template: str, values: Mapping[str, object]) -> Sentence:
    made = Sentence(text)
    made.template, made.values = template, values
    made.plural, made.number, made.context = "", 0, ""
    return made
