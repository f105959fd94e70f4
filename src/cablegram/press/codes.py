"""The small code a scanner reads from a sheet (docs/spec/facsimile.md, "The code")."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO

import segno

QUIET_MODULES = 2
"""White modules inside the picture; the paper around it gives the rest."""


@lru_cache(maxsize=64)
def code_picture(text: str) -> str:
    """The QR code of the text at error level M, as an SVG drawing of one path.

    A QR and not a micro code, which few scanners read.
    """
    picture = BytesIO()
    segno.make_qr(text, error="m", boost_error=False).save(
        picture, kind="svg", border=QUIET_MODULES, xmldecl=False, nl=False, svgclass=None
    )
    return picture.getvalue().decode()
