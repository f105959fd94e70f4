"""Catalogues as GNU gettext writes them, read as they stand: a strict reader of what Babel writes.

There is nothing to compile, so a catalogue is the same in a checkout, an editable install and a
wheel.  What is marked fuzzy, or not translated yet, is as if it were not there.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    Entries = Mapping[tuple[str, str], tuple[str, ...]]


def read(lines: Iterable[str]) -> Entries:
    """What a catalogue says: its forms, by context and English text.

    Raises:
        ValueError: a line is none of a catalogue's.
    """
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    parts: dict[str, str] = {}
    last, fuzzy = "", False
    for line in (*lines, ""):
        line = line.rstrip("\n")  # noqa: PLW2901  # the line without its end
        if line.startswith('"'):
            parts[last] += _text(line)
        elif line.startswith("msg"):
            last, _, rest = line.partition(" ")
            parts[last] = _text(rest)
        elif line.startswith("#"):
            fuzzy = fuzzy or line.startswith("#, fuzzy")
        elif not line:
            forms = tuple(text for name, text in parts.items() if name.startswith("msgstr"))
            if parts.get("msgid") and forms and all(forms) and not fuzzy:
                found[parts.get("msgctxt", ""), parts["msgid"]] = forms
            parts, fuzzy = {}, False
        else:
            raise ValueError(line)
    return found


def _text(quoted: str) -> str:
    if "\\" in quoted:
        return str(json.loads(quoted))
    if len(quoted) < 2 or not quoted[0] == quoted[-1] == '"':  # noqa: PLR2004  # its two quotes
        raise ValueError(quoted)
    return quoted[1:-1]
