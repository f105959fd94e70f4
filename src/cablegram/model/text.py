"""Clean text: what may stand in a name, a subject or a body that reaches a terminal or a page.

One rule for every format and every screen: NFC, no control characters but the
line feed, nothing that reorders or hides what stands beside it.
"""

from __future__ import annotations

import re
import unicodedata

from cablegram.errors import MalformedError

_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_CONTROL = "\x00-\x09\x0b-\x1f\x7f-\x9f"
_UNSEEN = (
    "\u00ad\u180e\u200b\u2028\u2029\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff"
    "\U000e0000-\U000e007f"
)
_BAD = re.compile(f"(?P<control>[{_CONTROL}])|(?P<bidi>[{_BIDI}])|(?P<unseen>[{_UNSEEN}])")
_WORDS = {
    "control": "a control character",
    "bidi": "a bidirectional control character",
    "unseen": "a character that cannot be seen",
}


def unclean(text: str) -> str | None:
    """What is wrong with the text, in words; None if nothing is."""
    # This is asked of every text that is written or read: the quick looks settle nearly all.
    # Whatever the pattern finds is not printable, but not the other way round.
    if not text.replace("\n", "").isprintable():
        found = _BAD.search(text)
        if found is not None:
            return f"{_WORDS[str(found.lastgroup)]} (U+{ord(found[0]):04X})"
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
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
        raise MalformedError(
            "{what} has {bad}", hint="Take it out and try again.", what=what, bad=bad
        )
    if len(text) > most:
        raise MalformedError(
            "{what} is longer than {most} characters",
            hint="Shorten it and try again.",
            what=what,
            most=most,
        )
    return text
