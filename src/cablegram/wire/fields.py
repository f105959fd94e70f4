"""Fields: taking checked values out of a document (docs/spec/canonical.md, "Documents").

``read`` opens a document and holds it to its format name; each ``Fields`` method takes one
field away; ``done`` refuses whatever is left, so that known keys are there exactly.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from cablegram.errors import MalformedError
from cablegram.model.text import clean
from cablegram.wire import canonical

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

HINT: Final = "Ask whoever made it to write it again."
LINE_MAX: Final = 200
HASH_SIZE: Final = 32
PROOF_BEGINS: Final = "c2sp.org/tlog-proof@v1\n"
PROOF_MAX: Final = 65_536
NUMBER_MAX: Final = 999_999_999
SHEETS_MAX: Final = 9999

_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-[A-Z]{2})?\Z")
_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+/-]{0,63}\Z")
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,62}/[a-z0-9][a-z0-9.+-]{0,62}\Z")


class Fields:
    """The fields of one object that have not been taken yet."""

    def __init__(self, value: canonical.Value, what: str) -> None:
        if not isinstance(value, dict):
            raise MalformedError("{what} is not an object", hint=HINT, what=what)
        self._left = dict(value)
        self._what = what

    def left(self) -> tuple[str, ...]:
        """The names of the fields that have not been taken yet."""
        return tuple(self._left)

    def text(self, name: str) -> str:
        """A text field."""
        value = self._take(name)
        if not isinstance(value, str):
            raise self._wrong(name, "text")
        return value

    def number(self, name: str) -> int:
        """A whole number."""
        value = self._take(name)
        if not isinstance(value, int):
            raise self._wrong(name, "a whole number")
        return value

    def data(self, name: str) -> bytes:
        """Bytes, spelled as base64url."""
        return canonical.decode_bytes(self.text(name))

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts."""
        values = self._list(name)
        found = tuple(value for value in values if isinstance(value, str))
        if len(found) != len(values):
            raise self._wrong(name, "a list of texts")
        return found

    def each(self, name: str) -> list[Fields]:
        """A list of objects."""
        return [Fields(value, f"an entry of {self._what}'s {name}") for value in self._list(name)]

    def within(self, name: str) -> Fields:
        """One object."""
        return Fields(self._take(name), f"{self._what}'s {name}")

    def map(self, name: str) -> dict[str, str | int]:
        """An object whose values are texts and whole numbers, under any names."""
        value = self._take(name)
        if not isinstance(value, dict):
            raise self._wrong(name, "an object")
        plain = {key: item for key, item in value.items() if isinstance(item, str | int)}
        if len(plain) != len(value):
            raise self._wrong(name, "an object of texts and whole numbers")
        return plain

    def done(self) -> None:
        """Refuse fields that the format does not have.

        Raises:
            MalformedError: something is left.
        """
        if self._left:
            name = min(self._left)[:40]
            raise MalformedError(
                "{what} has a field {name!r} too many", hint=HINT, what=self._what, name=name
            )

    def _take(self, name: str) -> canonical.Value:
        if name not in self._left:
            raise MalformedError(
                "{what} lacks its field {name!r}", hint=HINT, what=self._what, name=name
            )
        return self._left.pop(name)

    def _list(self, name: str) -> list[canonical.Value]:
        value = self._take(name)
        if not isinstance(value, list):
            raise self._wrong(name, "a list")
        return value

    def _wrong(self, name: str, wanted: str) -> MalformedError:
        return MalformedError(
            "{what}'s field {name!r} is not {wanted}",
            hint=HINT,
            what=self._what,
            name=name,
            wanted=wanted,
        )


def format_name(name: str) -> str:
    """What stands in the ``format`` field: ``cablegram/letter/v1``."""
    return f"cablegram/{name}/v1"


def read(data: bytes, name: str) -> Fields:
    """The fields of a document, once it is canonical and of this format and version.

    Raises:
        MalformedError: it is not.
    """
    what = f"the {name}"
    fields = Fields(canonical.decode(data, what=what), what)
    if fields.text("format") != format_name(name):
        raise MalformedError(
            "{what} is not of the format {format_name}",
            hint=HINT,
            what=what,
            format_name=format_name(name),
        )
    return fields


def same(written: bytes, data: bytes, name: str) -> None:
    """Hold what was read to what we would have written.

    Raises:
        MalformedError: they differ.
    """
    if written != data:
        raise MalformedError(
            "the {name} is not as it would have been written", hint=HINT, name=name
        )


def line(text: str, what: str, *, most: int = LINE_MAX, empty: bool = False) -> str:
    """One line of clean text, not empty unless ``empty``."""
    if not text and not empty:
        raise MalformedError("{what} is empty", hint="Fill it in.", what=what)
    return clean(text, what, most=most)


def within(value: int, what: str, least: int, most: int) -> int:
    """A whole number in its bounds."""
    if not least <= value <= most:
        raise MalformedError(
            "{what} is {value}",
            hint="Use {least} to {most}.",
            what=what,
            value=value,
            least=least,
            most=most,
        )
    return value


def one_of(text: str, what: str, choices: Collection[str]) -> str:
    """One of the words that may stand there."""
    if text not in choices:
        raise MalformedError(
            "{what} is {text!r}",
            hint="Use {choices}.",
            what=what,
            text=text[:40],
            choices=", ".join(sorted(choices)),
        )
    return text


def set_or(check: Callable[[str], object], text: str) -> None:
    """Hold the text to a check, unless it is empty: "not set"."""
    if text:
        check(text)


def few(items: Sequence[object], what: str, most: int, *, least: int = 0) -> None:
    """Hold a list to its bounds."""
    if not least <= len(items) <= most:
        raise MalformedError(
            "{what} has {items} entries",
            hint="Use {least} to {most}.",
            what=what,
            items=len(items),
            least=least,
            most=most,
        )


def distinct(items: Sequence[object], what: str) -> None:
    """Refuse a list that names something twice."""
    if len(set(items)) != len(items):
        raise MalformedError("{what} names something twice", hint="Name each once.", what=what)


def language(text: str) -> str:
    """A language tag as we write it: ``ru``, ``zh-Hans``, ``pt-BR``."""
    if not _LANGUAGE.match(text):
        raise MalformedError(
            "{text!r} is not a language", hint="Write it as in ru, ko or zh-Hans.", text=text[:40]
        )
    return text


def zone(text: str) -> str:
    """The name of a time zone, by its spelling alone: ``Europe/Moscow``."""
    if not _ZONE.match(text):
        raise MalformedError(
            "{text!r} is not a time zone", hint="Write Europe/Moscow.", text=text[:70]
        )
    return text


def media_type(text: str) -> str:
    """A media type in lower case without parameters: ``image/png``."""
    if not _MEDIA_TYPE.match(text):
        raise MalformedError(
            "{text!r} is not a media type", hint="Write image/png.", text=text[:70]
        )
    return text


def proof(text: str, what: str) -> str:
    """Hold the proof of a leaf to its form and bound; ``ledger.showing`` judges it."""
    if not text.startswith(PROOF_BEGINS) or not text.endswith("\n"):
        raise MalformedError(
            "{what} has no proof of its leaf", hint="Prove its leaf first.", what=what
        )
    return clean(text, f"{what}'s proof", most=PROOF_MAX, lines=True)
