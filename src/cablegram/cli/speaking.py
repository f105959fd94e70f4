"""Which language is spoken, and click's part in it.

Chosen before a command is parsed, so that usage errors and help speak it too: ``--language``, then
CABLEGRAM_LANGUAGE, then the setting of the office that is meant, then the machine's locale.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cablegram import languages
from cablegram.cli import saying
from cablegram.sentences import sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

_SETTING = re.compile(r'^\s*language\s*=\s*"([^"\n]*)"', re.MULTILINE)
_SETTINGS_MAX = 1 << 16


def choose(arguments: Sequence[str]) -> None:
    """Speak what these arguments, the environment and the office ask for."""
    environ = os.environ
    folder = _given(arguments, "--office") or environ.get("CABLEGRAM_OFFICE", "")
    wishes = (
        _given(arguments, "--language"),
        environ.get("CABLEGRAM_LANGUAGE", ""),
        _setting(Path(folder or ".")),
        environ.get("LC_ALL", "") or environ.get("LC_MESSAGES", "") or environ.get("LANG", ""),
    )
    saying.speak(languages.choose(wishes))


def _given(arguments: Sequence[str], option: str) -> str:
    """What an option before the command says."""
    for one, after in zip(arguments, [*arguments[1:], ""], strict=False):
        if one == option:
            return after
        if one.startswith(option + "="):
            return one.partition("=")[2]
    return ""


def _setting(folder: Path) -> str:
    """The language in an office's settings; whether those are in order is asked when it opens."""
    with suppress(OSError, UnicodeDecodeError, ValueError):
        with (folder / "office.toml").open("rb") as file:
            found = _SETTING.search(file.read(_SETTINGS_MAX).decode())
        return found[1] if found else ""
    return ""


def _gettext(text: str) -> str:
    return saying.said(sentence(text))


def _ngettext(one: str, more: str, number: int) -> str:
    return saying.language().form(one, more, number)


# Click asks gettext for its own sentences, and gettext wants compiled catalogues: here click asks
# ours.  Its help for --help and --version is made once and kept, so ``ordering`` says that.
for _module in (click.core, click.exceptions, click.formatting, click.parser, click.types):
    vars(_module).update(_=_gettext, ngettext=_ngettext)
