"""Saying things: data on standard output, all else on standard error, nothing raw on either.

All that a person reads goes through here, and here it turns into their language: whoever speaks
gives English, as a literal with named places and their values (HOUSE.md, "Sentences").
"""

from __future__ import annotations

import os
import re
import sys
import time
import unicodedata
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from cablegram.sentences import sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import tzinfo

    from cablegram.languages import Language

PREFIX = "cablegram: "
ELSEWHERE = "Give the output somewhere to go; look with `cablegram where` whether it was done."
ENGLISH = "en"
EVERY_S = 0.2
"""How often progress is told."""

_tag = ENGLISH

_DIGITS = re.compile(r"([0-9]+)")

_WIDE = frozenset("WF")
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def plain(text: str) -> str:
    """One line that a terminal shows as it is: whatever acts or hides is spelled out."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_shown, text))


def speak(tag: str) -> None:
    """Say all that follows in this language, one of ``languages.LANGUAGES``."""
    global _tag  # noqa: PLW0603  # a process speaks one language, as it has one standard output
    _tag = tag


def language() -> Language:
    """The language that is spoken."""
    from cablegram.languages import speaking

    return speaking(_tag)


def said(text: object) -> str:
    """A sentence in the language that is spoken; other text as it stands."""
    if _tag == ENGLISH and isinstance(text, str):
        return text
    return language().say(text)


def again(text: str) -> str:
    """A sentence that comes as mere text, from the books or another process."""
    return text if _tag == ENGLISH else language().again(text)


def say(line: str = "", /, **values: object) -> None:
    """A line of data."""
    sys.stdout.write(plain(said(sentence(line, **values))) + "\n")


def tell(line: str, /, **values: object) -> None:
    """A line about the data, on standard error."""
    # What was asked for is on standard output: a word about it that is lost spoils nothing.
    with suppress(OSError):
        sys.stderr.write(plain(PREFIX + said(sentence(line, **values))) + "\n")


def say_json(value: Mapping[str, object]) -> None:
    """Data for a script: one canonical JSON object."""
    from cablegram.wire import canonical

    sys.stdout.write(canonical.encode(dict(value)).decode() + "\n")


def say_bytes(data: bytes) -> None:
    """Data as it is, for a file or another program.

    Raises:
        StorageError: it could not be written.
    """
    from cablegram.errors import StorageError

    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        # What is still held for it goes nowhere, and the interpreter's end does not say so.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        raise StorageError(
            "the answer could not be written",
            hint=ELSEWHERE,
            kept="What was committed is kept.",
        ) from error


def refuse(what: str, hint: str, kept: str) -> None:
    """The three lines of a refusal."""
    for line in (
        PREFIX + again(what),
        said(sentence("next: ")) + again(hint),
        said(sentence("kept: ")) + again(kept),
    ):
        with suppress(OSError):
            sys.stderr.write(plain(line) + "\n")


def natural(name: str) -> tuple[tuple[str, int, str], ...]:
    """A key that sorts names as people count: 21497/2 before 21497/10."""
    parts = _DIGITS.split(name)
    words, numbers = parts[::2], [*parts[1::2], ""]
    return tuple((w, int(n or -1), n) for w, n in zip(words, numbers, strict=True))


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows under their heads, aligned as a terminal shows them; nothing for no rows."""
    if not rows:
        return []
    named = [said(sentence(head)) for head in heads]
    shown = [[plain(said(cell)) for cell in row] for row in (named, *rows)]
    widths = [max(width(row[n]) for row in shown) for n in range(len(heads))]
    return [
        "  ".join(
            cell + " " * (most - width(cell)) for cell, most in zip(row, widths, strict=True)
        ).rstrip()
        for row in shown
    ]


def width(text: str) -> int:
    """How many columns the text takes: two for a wide character, none for a combining one."""
    return sum(
        0 if unicodedata.combining(c) else 1 + (unicodedata.east_asian_width(c) in _WIDE)
        for c in text
    )


@contextmanager
def progress(what: str) -> Iterator[Callable[[int], None]]:
    """Tells how far long work is, on a terminal alone; call what this gives with the count."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    shown = 0.0

    def tell_count(count: int) -> None:
        nonlocal shown
        now = time.monotonic()
        if now - shown > EVERY_S:
            shown = now
            told = f"{language().number(count)} {plain(said(sentence(what)))}"
            sys.stderr.write(f"\r{PREFIX}{told}")
            sys.stderr.flush()

    try:
        yield tell_count
    finally:
        if shown:
            sys.stderr.write("\r\x1b[K")


def when(moment: str, zone: tzinfo, *, english: bool = False) -> str:
    """A moment in local time: ``5.7.1951 21.00 (+03:00)``; a dash where it is not set.

    Day and time are written as the language does, and the offset stands beside them in all.
    """
    from cablegram.languages import speaking
    from cablegram.model.times import instant

    if not moment:
        return "-"
    at = instant(moment).astimezone(zone)
    offset = at.strftime("%z")
    written = (speaking(ENGLISH) if english else language()).day_and_time(at)
    return f"{written} ({offset[:3]}:{offset[3:5]})"


def typed(moment: str, zone: tzinfo) -> str:
    """A moment in local time as a person types it: ``1951-07-05T21:00+03:00``."""
    from cablegram.model.times import instant

    return instant(moment).astimezone(zone).isoformat().replace(":00+", "+").replace(":00-", "-")


def _shown(character: str) -> str:
    if unicodedata.category(character) not in _HIDDEN:
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004  # one plane
