"""The typesetter behind the press; the one module that knows typst (docs/spec/facsimile.md).

A template and its data go in, a tagged PDF comes out: PDF/A-2a and PDF/UA-1, no clock,
no path, no font of the machine.  A letter without a glyph is an error and never a box.
A PDF that others made may be the ground for a stamp; then no such standard is claimed.
"""

from __future__ import annotations

import json
import os
import re
import threading
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import typst

from cablegram.errors import MalformedError, PressError
from cablegram.press import fonts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

TEMPLATES = Path(__file__).with_name("templates")
PICTURE_PPI = 132
"""Dots an inch of a sheet on a screen: an A4 sheet is 1,091 wide."""
STANDARDS: list[typst.PDFStandard] = ["a-2a", "ua-1"]

# Read at the very start of the file, where no text of a telegram can stand.
_SHEETS = re.compile(rb"%PDF-[0-9.]+\n%[\x80-\xff]+\n\n1 0 obj\n<</Type/Pages/Count ([0-9]+)/")
_NO_SHEET = re.compile(r"page ([0-9]+) does not exist")
_LINE_SIZE = 1 << 20
_NO_GLYPH = re.compile(r'the text `"(.+)"` could not be displayed', re.DOTALL)
_started_in: list[int] = []
_local = threading.local()


@dataclass(frozen=True, slots=True)
class Set:
    """A copy as it comes from the press."""

    pdf: bytes
    sheets: int


def set_sheets(template: str, data: Mapping[str, object], at: datetime) -> Set:
    """Set the template with the data, dated ``at``; the same three give the same bytes.

    Raises:
        PressError: a letter has no glyph, a font package is absent, or this process
            was forked from one that had already set something.
    """
    fonts.require(_texts(data))
    try:
        pdf = _compiled(template, data, standards=STANDARDS, timestamp=int(at.timestamp()))
    except typst.TypstError as exc:
        raise _refusal(exc.message) from exc
    counted = _SHEETS.match(pdf)
    assert counted is not None, "the typesetter begins a file with its tree of pages"
    return Set(pdf, int(counted[1]))


def picture_sheets(template: str, data: Mapping[str, object]) -> list[bytes]:
    """The sheets that ``set_sheets`` sets from these, as one PNG each, for a screen.

    Raises:
        PressError: as ``set_sheets``.
    """
    fonts.require(_texts(data))
    try:
        made = _compiler(template).compile(
            format="png",
            ppi=PICTURE_PPI,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False, sort_keys=True)},
        )
    except typst.TypstError as exc:
        raise _refusal(exc.message) from exc
    pictures = made if isinstance(made, list) else [made]
    return [picture for picture in pictures if picture is not None]


def set_over(template: str, data: Mapping[str, object], paper: bytes, sheets: int) -> bytes:
    """Set the template over all sheets of a PDF that others made; the PDF has no date.

    The reading of such a file can end or stall the process, so nobody calls this but
    ``apart``, in one of its own.

    Raises:
        MalformedError: no PDF that can be embedded, or one with another number of sheets.
        PressError: as ``set_sheets``.
    """
    fonts.require(_texts(data))
    try:
        # Only a standard makes an absent glyph an error, and none takes an embedded PDF: so
        # what is added is set alone first.
        _compiled(template, {**data, "sheets": 0}, standards=["ua-1"])
    except typst.TypstError as exc:
        raise _refusal(exc.message) from exc
    inputs = {"paper": _in_numbers(paper)}
    found = _sheets_in(template, data, inputs, sheets)
    if found != str(sheets):
        raise MalformedError(
            "the paper has {found} sheets that can be read and not {sheets}",
            hint="Count its sheets again.",
            found=found,
            sheets=sheets,
        )
    try:
        return _compiled(template, {**data, "sheets": sheets}, inputs)
    except typst.TypstError as exc:
        raise _unreadable() from exc


def _sheets_in(
    template: str, data: Mapping[str, object], inputs: Mapping[str, str], sheets: int
) -> str:
    # The typesetter counts no sheets for us.  Asking for one more tells how many there are;
    # one sheet too few would otherwise be left out in silence.
    try:
        _compiled(template, {**data, "sheets": sheets + 1}, inputs)
    except typst.TypstError as exc:
        absent = _NO_SHEET.search(exc.message)
        if absent is None:
            raise _unreadable() from exc
        return str(int(absent[1]) - 1)
    return f"more than {sheets}"


def _compiled(
    template: str,
    data: Mapping[str, object],
    inputs: Mapping[str, str] | None = None,
    *,
    standards: list[typst.PDFStandard] | None = None,
    timestamp: int | None = None,
) -> bytes:
    pdf, warnings = _compiler(template).compile_with_warnings(
        format="pdf",
        sys_inputs={
            "data": json.dumps(data, ensure_ascii=False, sort_keys=True),
            **(inputs or {}),
        },
        pdf_standards=standards or [],
        timestamp=timestamp,
    )
    if warnings:
        raise _refusal(warnings[0].message)
    assert isinstance(pdf, bytes), "a PDF is one file"
    return pdf


def _in_numbers(paper: bytes) -> str:
    """The bytes as lines of JSON: text is all that goes in."""
    lines = (paper[i : i + _LINE_SIZE] for i in range(0, len(paper), _LINE_SIZE))
    return "\n".join(str(list(line)) for line in lines)


def _compiler(template: str) -> typst.Compiler:
    # The typesetter's own threads do not survive a fork: the child would wait for ever.
    if not _started_in:
        _started_in.append(os.getpid())
    if _started_in[0] != os.getpid():
        raise PressError(
            "the press was started before this process was forked",
            hint="Start worker processes by spawn, or print from the first process.",
        )
    # One for each thread: the data belong to the compiler, not to the call.
    made: dict[str, typst.Compiler] = _local.__dict__.setdefault("made", {})
    if template not in made:
        made[template] = typst.Compiler(
            TEMPLATES / template,
            root=TEMPLATES,
            font_paths=_loaded_fonts(),
            ignore_system_fonts=True,
        )
    return made[template]


@cache
def _loaded_fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, font_paths=fonts.folders())


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def _refusal(message: str) -> PressError:
    # The typesetter quotes the letter itself; the plain text stays out of the message.
    found = _NO_GLYPH.search(message)
    if found is None:
        return PressError(
            "the typesetter refused the sheets", hint="Install the releases of the lock file again."
        )
    points = " ".join(f"U+{ord(character):04X}" for character in found[1])
    return PressError(
        "no face of the press has a glyph for {points}",
        hint="Write it with other letters and print again.",
        points=points,
    )


def _unreadable() -> MalformedError:
    return MalformedError(
        "the paper is not a PDF that can be embedded",
        hint="Ask for a plain one of version 1.7 or older, without a password, or stamp by hand.",
    )
