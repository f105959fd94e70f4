"""The application: the table of ways behind its guards and walls."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount, Route, compile_path
from starlette.staticfiles import StaticFiles

from cablegram import languages
from cablegram.desk import guard, rendering
from cablegram.desk.guard import guarded
from cablegram.desk.routes import WAYS
from cablegram.desk.security import Walls
from cablegram.errors import UnknownError

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from cablegram.desk.frame import Desk

STATIC: Final = Path(__file__).parent / "static"


def build(desk: Desk) -> Starlette:
    """The desk of one office as an ASGI application."""

    async def not_found(request: Request, error: Exception) -> Response:
        del error
        request.state.language = languages.speaking(desk.office.settings.language)
        request.state.asker = None
        missing = UnknownError("there is no such page", hint="Go back, or begin at the first page.")
        return guard.refused(request, desk, missing, json=request.url.path.startswith("/api/"))

    async def failed(request: Request, error: Exception) -> Response:
        del error  # uvicorn writes it to standard error, with where it was
        request.state.language = languages.speaking(desk.office.settings.language)
        request.state.asker = None
        return rendering.render(request, desk, "failed.html", status=500)

    bodies = [(compile_path(way.path)[0], way.body_max) for way in WAYS if way.body_max]
    return Starlette(
        routes=[
            *(Route(way.path, guarded(way, desk), methods=list(way.methods)) for way in WAYS),
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
        middleware=[Middleware(Walls, desk=desk, bodies=bodies)],
        exception_handlers={404: not_found, 500: failed},
    )
