"""Check characters: two behind a number that is typed by hand (docs/spec/check.md; ISO 7064).

The standard's MOD 1271-36 finds every single wrong character and every two neighbours
changed about.  It holds for any characters whose values stay under 1271, so that a stamp with
a slash or a Cyrillic letter is checked as it stands.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cablegram.errors import MalformedError
from cablegram.model.names import office_id

if TYPE_CHECKING:
    from collections.abc import Iterator

CODE = "CG1"
"""What a scanner's code begins with."""

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_RADIX = 36
_MODULUS = 1271
_DIGITS = "0123456789"
_TYPED = re.compile(r"(.+)-([0-9A-Za-z]{2})\Z")
_CODE = re.compile(
    r"CG1:([a-z][a-z0-9-]{0,31}):([0-9]{1,9}):([0-9]{1,4})(?::([0-9A-Z]{2}))?\Z", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a scanner's code says: whose copy, by its owner's numbers."""

    office: str
    cable: int
    copy: int


def characters(text: str) -> str:
    """The two check characters of a text, letters counted as capitals."""
    product = 0
    for character in text.upper():
        product = (product + _value(character)) * _RADIX % _MODULUS
    check = (1 - product * _RADIX) % _MODULUS
    return _ALPHABET[check // _RADIX] + _ALPHABET[check % _RADIX]


def of_copy(office: str, cable: int, copy: int) -> str:
    """The check characters of a copy by its owner's numbers."""
    return of_name(office, f"{cable}/{copy}")


def of_name(office: str, name: str) -> str:
    """The check characters of a copy as it is named in an office: ``21497/2``, ``575/2280``."""
    return characters(f"{office}:{name}")


def code(office: str, cable: int, copy: int) -> str:
    """What stands on the sheets for a scanner: ``CG1:moscow:21497:2:K7``."""
    return f"{CODE}:{office}:{cable}:{copy}:{of_copy(office, cable, copy)}"


def split(text: str) -> tuple[str, str]:
    """A typed name and its check characters, in capitals; those are empty where none stand."""
    found = _TYPED.match(text)
    return (found[1], found[2].upper()) if found else (text, "")


def is_code(text: str) -> bool:
    """Whether it is meant as a scanner's code."""
    return text[: len(CODE) + 1].upper() == f"{CODE}:"


def read_code(text: str) -> Scanned:
    """What a scanner typed.

    Raises:
        MalformedError: it is no code, or not the one that was printed.
    """
    found = _CODE.match(text)
    if not found:
        raise MalformedError(
            "{text!r} is not the code of a copy",
            hint="Scan it again, or type the number.",
            text=text[:80],
        )
    scanned = Scanned(office_id(found[1].lower()), int(found[2]), int(found[3]))
    if found[4] and found[4].upper() != of_copy(scanned.office, scanned.cable, scanned.copy):
        raise MalformedError(
            "the code of {cable}/{copy} of {office} was not read right",
            hint="Scan it again, or type the number.",
            cable=scanned.cable,
            copy=scanned.copy,
            office=scanned.office,
        )
    return scanned


def near(name: str) -> Iterator[str]:
    """Names one slip away: another digit, two neighbours changed about, one too many or few."""
    for n, character in enumerate(name):
        yield name[:n] + name[n + 1 :]
        for digit in _DIGITS:
            yield name[:n] + digit + name[n:]
            if character.isdecimal() and digit != character:
                yield name[:n] + digit + name[n + 1 :]
        if name[n + 1 : n + 2] not in {"", character}:
            yield name[:n] + name[n + 1] + character + name[n + 2 :]
    for digit in _DIGITS:
        yield name + digit


def _value(character: str) -> int:
    place = _ALPHABET.find(character)
    return place if place >= 0 else _RADIX + ord(character) % (_MODULUS - _RADIX)
