"""The press: what a sheet shows goes in, one numbered copy as a PDF comes out.

Start at ``Facsimile``, the values of one copy, and ``set_copy``, which sets them;
``picture_copy`` draws the same sheets for a screen;
``redraw`` draws a picture that somebody sent anew, as a plain PNG;
``stamp_sheets`` puts an office's stamp on a paper that has come from another;
``set_form`` sets the registry's own papers.
The press knows no books, no clock and no office: whatever stands on a sheet was
handed to it, and the same values give the same bytes (docs/spec/facsimile.md).
"""

from __future__ import annotations

from cablegram.press.engine import Set
from cablegram.press.facsimile import (
    RELATIONS_MAX,
    Facsimile,
    Hand,
    Part,
    ReturnWords,
    Slot,
    picture_copy,
    related,
    set_copy,
)
from cablegram.press.laying import set_form
from cablegram.press.redrawing import redraw
from cablegram.press.stamping import Stamp, stamp_sheets

__all__ = [
    "RELATIONS_MAX",
    "Facsimile",
    "Hand",
    "Part",
    "ReturnWords",
    "Set",
    "Slot",
    "Stamp",
    "picture_copy",
    "redraw",
    "related",
    "set_copy",
    "set_form",
    "stamp_sheets",
]
