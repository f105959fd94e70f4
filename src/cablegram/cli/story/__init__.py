"""The words of telegram 21497 for the demo: retold here, or read out of an archive's page.

The two texts beside this module are a *reconstruction*: the six articles in our own words, every
fact kept.  ``read`` takes the real ones from a page laid out as the archive's is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

from cablegram.cli.story.scenes import Scene, Step, scenes
from cablegram.errors import MalformedError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["LABEL", "PAGE_MAX", "Scene", "Step", "Story", "read", "retold", "scenes"]

LABEL = "RECONSTRUCTION — РЕКОНСТРУКЦИЯ"
PAGE_MAX = 1 << 20
LANGUAGES = ("ru", "en")

_RETOLD = "21497.{}.md"
# The page has the transcription first and the translation after it.  What the form prints on
# every sheet is furniture of the page and no part of the text.
_BETWEEN = {
    "ru": (r"^Товарищу\s.*$", r"^МАО ЦЗЕ-ДУН\."),
    "en": (r"^to Cde\. FILIPPOV", r"^MAO ZEDONG\b"),
}
_FURNITURE = re.compile(
    r"/?.{0,4}сд\.\s?лист|Экз\. №|Продолжение шифртелеграммы|Лист \d", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Story:
    """The texts by language, and the label they must bear."""

    texts: dict[str, str]
    label: str


def retold() -> Story:
    """The reconstruction that comes with the program."""
    folder = files(__name__)
    return Story(
        {lang: (folder / _RETOLD.format(lang)).read_text(encoding="utf-8") for lang in LANGUAGES},
        LABEL,
    )


def read(page: Path) -> Story:
    """The two texts of an archive's page.

    Raises:
        MalformedError: too large, not UTF-8, or without both texts.
    """
    data = page.read_bytes()
    if len(data) > PAGE_MAX:
        raise MalformedError("the page is too large", hint="Give the archive's page of 21497.")
    try:
        lines = data.decode().splitlines()
    except UnicodeDecodeError as exc:
        raise MalformedError(
            "the page is not UTF-8 text", hint="Save it as UTF-8 and give it again."
        ) from exc
    return Story({lang: _between(lines, *_BETWEEN[lang]) for lang in LANGUAGES}, "")


def _between(lines: list[str], begins: str, ends: str) -> str:
    start = next((n for n, line in enumerate(lines) if re.search(begins, line)), None)
    end = next(
        (
            n
            for n, line in enumerate(lines)
            if start is not None and n > start and re.search(ends, line)
        ),
        None,
    )
    if start is None or end is None:
        raise MalformedError(
            "the page has not both the Russian and the English text of 21497",
            hint="Give the archive's page as plain text.",
        )
    kept = [line.strip() for line in lines[start + 1 : end] if not _FURNITURE.search(line)]
    return "\n\n".join(line for line in kept if line) + "\n"
