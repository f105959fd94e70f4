"""Names: offices and persons by short ids, numbers as they stand on a sheet.

An id is what books, leaves and orders carry; the words people read (an office's
heading, a person's name) lie beside it and may change or be erased.
"""

from __future__ import annotations

import re

from cablegram.errors import MalformedError

FILE = "file"
"""Stands on a distribution list where a person would: the office keeps that copy itself."""

_ID = re.compile(r"[a-z][a-z0-9-]{0,31}\Z")
_SERIES = re.compile(r"[A-ZА-Я]{1,4}\Z")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}\Z")
_COPY = re.compile(r"([0-9]{1,9})/([0-9]{1,4})\Z")


def office_id(text: str) -> str:
    """An office's id: a lower-case letter, then letters, digits and hyphens; 32 at most."""
    if not _ID.match(text):
        raise MalformedError(
            "{text!r} is not an office id",
            hint="Use lower-case letters, digits and hyphens, beginning with a letter.",
            text=text,
        )
    return text


def person_id(text: str) -> str:
    """A person's id, spelled as an office's; ``file`` is not a person."""
    if not _ID.match(text) or text == FILE:
        raise MalformedError(
            "{text!r} is not a person's id",
            hint="Use lower-case letters, digits and hyphens, beginning with a letter.",
            text=text,
        )
    return text


def series_letter(text: str) -> str:
    """A series: one to four capital letters, Latin or Cyrillic."""
    if not _SERIES.match(text):
        raise MalformedError(
            "{text!r} is not a series", hint="Use one to four capital letters.", text=text
        )
    return text


def digest(text: str) -> str:
    """A digest: ``sha256:`` and 64 lower-case hex digits."""
    if not _DIGEST.match(text):
        raise MalformedError("a digest is not sha256 and 64 hex digits", hint="Copy it whole.")
    return text


def copy_number(text: str) -> tuple[int, int]:
    """Cable number and copy number out of ``21497/2``."""
    found = _COPY.match(text)
    if not found:
        raise MalformedError(
            "{text!r} does not name a copy",
            hint="Write the number and the copy, as in 21497/2.",
            text=text,
        )
    return int(found[1]), int(found[2])
