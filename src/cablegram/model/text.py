"""Clean text: what may stand in a name, a subject or a body that reaches a terminal or a page.

One rule for every format and every screen: NFC, no control characters but the
line feed, nothing that reorders or hides what stands beside it.
"""

from __future__ import annotations

import unicodedata

from cablegram.errors import MalformedError

_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_HIDDEN = frozenset("\u200b\u2028\u2029\u2060\ufeff\ufff9\ufffa\ufffb")

_TAGS = frozenset(map(chr, range(0xE0000, 0xE0080)))


def unclean(text: str) -> str | None:
    """What is wrong with the text, in words; None if nothing is."""
    if text.isascii() and text.isprintable():
        return None
    for character in text:
        category = unicodedata.category(character)
        if category == "Cc" and character != "\n":
            return f"a control character (U+{ord(character):04X})"
        if character in _BIDI:
            return f"a bidirectional control character (U+{ord(character):04X})"
        if character in _HIDDEN or character in _TAGS or category == "Cs":
            return f"a character that cannot be seen (U+{ord(character):04X})"
    if not unicodedata.is_normalized("NFC", text):
        return "characters that are not in normal form C"
    return None


def clean(text: str, what: str, *, most: int = 200, lines: bool = False) -> str:
    """The text itself, if it is clean, not longer than ``most`` and of one line unless ``lines``.

    Raises:
        MalformedError: it is not; the message names ``what``.
    """
    bad = unclean(text)
    if bad is None and not lines and "\n" in text:
        bad = "a line break"
    if bad is not None:
        raise MalformedError(f"{what} has {bad}", hint="Take it out and try again.")
    if len(text) > most:
        raise MalformedError(
            f"{what} is longer than {most} characters", hint="Shorten it and try again."
        )
    return text
