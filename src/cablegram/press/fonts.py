"""Which faces the press has, and which a text needs (docs/fonts.md).

The typesetter brings three families with Latin, Greek and Cyrillic.  Chinese and
Korean come from the packages of the extra ``cjk``; system fonts are never used,
so that a sheet looks the same on every machine.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from cablegram.errors import PressError

if TYPE_CHECKING:
    from collections.abc import Iterable

FORM = "New Computer Modern"
TYPED = "DejaVu Sans Mono"


@dataclass(frozen=True, slots=True)
class FontPackage:
    """A package with a face for one script."""

    module: str
    family: str
    script: str
    letters: re.Pattern[str]


CHINESE = FontPackage(
    "pylopdf_fonts_zh_cn",
    "Noto Serif SC",
    "Chinese",
    re.compile("[\u2e80-\u2fdf\u3000-\u30ff\u31c0-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef]"),
)
KOREAN = FontPackage(
    "pylopdf_fonts_ko",
    "Noto Serif KR",
    "Korean",
    re.compile("[\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff]"),
)
PACKAGES = (CHINESE, KOREAN)


@cache
def folder(package: FontPackage) -> Path | None:
    """Where the package keeps its font files; None if it is not installed."""
    found = find_spec(package.module)
    if found is None or found.origin is None:
        return None
    return Path(found.origin).parent


def folders() -> list[Path]:
    """The folders of all font packages that are installed."""
    return [path for path in map(folder, PACKAGES) if path is not None]


def require(texts: Iterable[str]) -> None:
    """Refuse texts in a script whose font package is not installed.

    Raises:
        PressError: Chinese or Korean without its package.
    """
    missing = [package for package in PACKAGES if folder(package) is None]
    if not missing:
        return
    for text in texts:
        for package in missing:
            if package.letters.search(text):
                raise PressError(
                    "a text has {script} letters and the press has no face for them",
                    hint="Install cablegram[cjk] and print again.",
                    script=package.script,
                )


def faces(family: str, language: str = "") -> list[str]:
    """The family, then those for Chinese and Korean that are installed; Korean first for Korean."""
    order = reversed(PACKAGES) if language == "ko" else PACKAGES
    return [family, *(package.family for package in order if folder(package) is not None)]
