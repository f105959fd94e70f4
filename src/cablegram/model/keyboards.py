"""Keyboards: what was meant by keys struck under another layout (docs/spec/desk-line.md).

A scanner types into whatever layout is on.  A text is read as it stands, then as its keys read
on a Latin keyboard, then by letters that look alike; whoever asks takes the first that holds.
"""

from __future__ import annotations

import unicodedata
from typing import Final

_LATIN = "qwertyuiop[]asdfghjkl;'zxcvbnm,./"
_LATIN_UP = 'QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>?'
_RUSSIAN = "йцукенгшщзхъфывапролджэячсмитьбю."
_RUSSIAN_UP = "ЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ,"
_KOREAN = "ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔ[]ㅁㄴㅇㄹㅎㅗㅓㅏㅣ;'ㅋㅌㅊㅍㅠㅜㅡ,./"
_KOREAN_UP = "ㅃㅉㄸㄲㅆㅛㅕㅑㅒㅖ"
_ALIKE = dict(zip("АВЕКМНОРСТУХІавекмнорстухі", "ABEKMHOPCTYXIABEKMHOPCTYXI", strict=True))

_BY_KEY: Final = {
    **{ord(k): v for k, v in zip(_KOREAN_UP, _LATIN_UP, strict=False)},
    **{ord(k): v for k, v in zip(_KOREAN, _LATIN, strict=True)},
    **{ord(k): v for k, v in zip(_RUSSIAN_UP, _LATIN_UP, strict=True)},
    **{ord(k): v for k, v in zip(_RUSSIAN, _LATIN, strict=True)},
}
_BY_LOOK: Final = {ord(k): v for k, v in _ALIKE.items()}
_FIRST_FOREIGN = 0x0400
"""Letters of other alphabets begin here: without one, no other layout was on."""


def plain(text: str) -> str:
    """What was typed, its wide and joined forms made plain, without blanks around it.

    Korean letters that stand alone are kept apart, as the keys were struck.
    """
    wide = "".join(
        unicodedata.normalize("NFKC", c) if "\uff00" <= c <= "\uffef" or c == "\u3000" else c
        for c in text
    )
    return unicodedata.normalize("NFC", wide).strip()


def by_key(text: str) -> str:
    """The text as its keys read on a Latin keyboard, where another one was on; else itself."""
    if all(ord(c) < _FIRST_FOREIGN for c in text):
        return text
    return text.translate(_BY_KEY)


def by_look(text: str) -> str:
    """The text with Cyrillic letters as the Latin ones that look like them."""
    return text.translate(_BY_LOOK)


def readings(text: str) -> tuple[str, ...]:
    """What a number or code may have been meant as, the likeliest first, each once.

    On a Russian keyboard the key of the slash writes a full stop, also where only digits are
    struck beside it: ``21497.2-37``.
    """
    text = plain(text)
    struck = [text, by_key(text), by_look(text)]
    head, dot, rest = text.partition(".")
    if dot and head.isdecimal() and rest[:1].isdecimal():
        slashed = f"{head}/{rest}"
        struck += [slashed, f"{head}/{by_key(rest)}", by_look(slashed)]
    return tuple(dict.fromkeys(struck))
