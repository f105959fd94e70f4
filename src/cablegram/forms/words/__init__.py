"""What forms say, language by language; every language has the same keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cablegram.forms.words import english, russian

if TYPE_CHECKING:
    from collections.abc import Mapping

WORDS: Mapping[str, Mapping[str, str]] = {"ru": russian.WORDS, "en": english.WORDS}
