"""The registry's own papers: blocks that were worded go in, a form as PDF comes out.

The press gives the faces, the code for the scanner and the file's standards; what stands on a
form, and in which words, is the business of ``forms`` (docs/spec/forms.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cablegram.press import codes, engine, fonts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


def set_form(data: Mapping[str, object], code_text: str, at: datetime) -> engine.Set:
    """Set one form, dated ``at`` (UTC); the same three give the same bytes.

    Raises:
        PressError: a letter has no glyph, or its font package is not installed.
    """
    faces = {"form": fonts.faces(fonts.FORM), "typed": fonts.faces(fonts.TYPED)}
    laid = {**data, "faces": faces, "code": codes.code_picture(code_text)}
    return engine.set_sheets("form.typ", laid, at)
