"""The application: the table of ways behind its guards and walls."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route, compile_path
from starlette.staticfiles import StaticFiles

from cablegram import languages
from cablegram.desk import guard, rendering
from cablegram.desk.guard import guarded
from cablegram.desk.routes import WAYS
from cablegram.desk.security import Walls
from cablegram.errors import UnknownError
from cablegram.sentences import sentence

if TYPE_CHECKING:
    from collections.abc import Sequence
    from re import Pattern

    from starlette.requests import Request
    from starlette.types import ASGIApp

    from cablegram.desk.frame import Desk

STATIC: Final = Path(__file__).parent / "static"
_PROGRAMS: Final = ("/api/", "/asked/")
_FAULT: Final = sentence("A fault of the program")
_LOOK: Final = sentence(
    "Go back and look whether it was done; the desk's own log says what happened."
)


class _Walled(Starlette):
    """The walls stand around everything, the page of a fault too."""

    def __init__(self, desk: Desk, bodies: Sequence[tuple[Pattern[str], int]], **said: Any) -> None:
        super().__init__(**said)
        self._desk, self._bodies = desk, bodies

    def build_middleware_stack(self) -> ASGIApp:
        """As Starlette builds it, inside the walls."""
        return Walls(super().build_middleware_stack(), self._desk, self._bodies)


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
        if request.url.path.startswith(_PROGRAMS):
            say = request.state.language.say
            said = {"message": say(_FAULT), "hint": say(_LOOK), "kept": ""}
            return JSONResponse({"error": said | {"status": 1}}, 500)
        return rendering.render(request, desk, "failed.html", status=500)

    bodies = [(compile_path(way.path)[0], way.body_max) for way in WAYS if way.body_max]
    return _Walled(
        desk,
        bodies,
        routes=[
            *(Route(way.path, guarded(way, desk), methods=list(way.methods)) for way in WAYS),
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
        exception_handlers={404: not_found, 500: failed},
    )
