"""The API's description for machines: ``openapi.json`` beside this module, as it is."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from starlette.responses import Response

from cablegram.desk.api import asking

if TYPE_CHECKING:
    from starlette.requests import Request

    from cablegram.desk.frame import Desk


async def show(request: Request, desk: Desk) -> Response:
    """The OpenAPI document."""
    del desk
    asking.known(request, ())
    return Response(document(), media_type=asking.JSON)


@cache
def document() -> bytes:
    """Its bytes."""
    return files("cablegram.desk.api").joinpath("openapi.json").read_bytes()
