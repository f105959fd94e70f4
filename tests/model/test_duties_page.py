"""A kind of duty is in the code, on its page, and has its words on the form of the watch."""

from __future__ import annotations

import re
from pathlib import Path

from cablegram.forms.words import english, russian
from cablegram.registry import duties

PAGE = (Path(__file__).resolve().parents[2] / "docs/spec/duties.md").read_text(encoding="utf-8")


def test_the_page_lists_every_kind():
    """In the order in which they are told; none more, none less."""
    first = [line.split(" | ")[0] for line in PAGE.splitlines() if line.startswith("| `")]
    assert list(duties.KINDS) == [kind for cell in first for kind in re.findall("`([^`]+)`", cell)]


def test_every_kind_has_its_words_on_the_form():
    """A watch that is handed over may leave any of them, save another handover."""
    for words in (english, russian):
        lacks = [k for k in duties.KINDS if f"duty_{k.replace(' ', '_')}" not in words.WORDS]
        assert ["watch"] == lacks
