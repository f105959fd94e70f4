"""The guard: what a way asks for is asked here, once, before its handler runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response

from cablegram import languages
from cablegram.desk import rates, rendering, security, sessions
from cablegram.desk.api import asking, tokens
from cablegram.desk.who import allowed
from cablegram.errors import (
    CablegramError,
    LostRaceError,
    MalformedError,
    OrderError,
    PressError,
    RoomError,
    SealError,
    SetUpError,
    StorageError,
    UnknownError,
)
from cablegram.wire.canonical import INTEGER_MAX

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request

    from cablegram.desk.frame import Asker, Desk
    from cablegram.desk.routes import Way
    from cablegram.languages import Language

STATUSES: Final[tuple[tuple[type[CablegramError], int], ...]] = (
    (MalformedError, 400),
    (SealError, 400),
    (UnknownError, 404),
    (OrderError, 403),
    (LostRaceError, 409),
    (RoomError, 503),
    (StorageError, 503),
    (SetUpError, 503),
    (PressError, 422),
)
"""How each refusal is told over HTTP, the first that fits; every other is a conflict, 409."""

LANGUAGE_COOKIE: Final = "language"
_API: Final = "/api/"
_LATER: Final = {"retry-after": "1"}
_WHO: Final = {"www-authenticate": "Bearer"}


def status_of(error: CablegramError) -> int:
    """The status a refusal has over HTTP."""
    return next((status for kind, status in STATUSES if isinstance(error, kind)), 409)


def guarded(way: Way, desk: Desk) -> Callable[[Request], Awaitable[Response]]:
    """The way's handler behind all that it asks for."""

    async def handle(request: Request) -> Response:
        request.state.language = _language(desk, request)
        request.state.asker = None
        try:
            request.state.asker = _asker(desk, request, way)
            if not _in_time(desk, request, way):
                if way.is_json:
                    return asking.refusal(429, "too many requests", "Wait a second.", _LATER)
                said = rendering.say(request.state.language, security.TOO_OFTEN)
                return PlainTextResponse(f"{said}\n", 429, _LATER)
            if request.method not in security.READING and not way.proof:
                security.check_same_origin(request, desk.origin)
            _check_numbers(request)
            if not way.who.anyone and request.state.asker is None:
                return _to_login(request, way)
            _check_may(request, way, desk)
            return await way.handler(request, desk)
        except CablegramError as error:
            return refused(request, desk, error, json=way.is_json)
        except ClientDisconnect:
            gone = MalformedError("the body is too large, or broke off", hint="Send less.")
            return refused(request, desk, gone, json=way.is_json)

    return handle


def refused(request: Request, desk: Desk, error: CablegramError, *, json: bool) -> Response:
    """A refusal in its three sentences, as a page or as JSON."""
    status = status_of(error)
    if json:
        return JSONResponse({"error": three(error, request.state.language)}, status)
    return rendering.render(request, desk, "refused.html", status=status, error=error)


def three(error: CablegramError, language: Language) -> dict[str, str | int]:
    """The three sentences of a refusal in a language, and its exit status."""
    return {
        "message": rendering.say(language, error.what),
        "hint": rendering.say(language, error.hint),
        "kept": rendering.say(language, error.kept),
        "status": error.exit_status,
    }


def _check_numbers(request: Request) -> None:
    """Nothing bears a number that no book can hold.

    Raises:
        UnknownError: the path has one.
    """
    if any(isinstance(v, int) and v > INTEGER_MAX for v in request.path_params.values()):
        raise UnknownError("nothing bears such a number", hint="Look it up again.")


def _check_may(request: Request, way: Way, desk: Desk) -> None:
    if way.who.anyone:
        return
    asker = request.state.asker
    with desk.bureau.books.view() as view:
        may = allowed(way.who, asker.person, asker.roles, request.path_params, view)
    if not may:
        raise OrderError(
            "{person} may not see or do this",
            hint="Ask the chief of the office for the role that may.",
            person=asker.person,
        )


def _to_login(request: Request, way: Way) -> Response:
    if way.is_json:
        return asking.refusal(401, "nobody is logged in", "Log in, or give a token.", _WHO)
    if request.method not in security.READING:
        return RedirectResponse("/login", 303)
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse("/login" if here == "/" else f"/login?next={quote(here)}", 303)


def _asker(desk: Desk, request: Request, way: Way) -> Asker | None:
    """Who asks: by a reading token on the API's reading ways, else by the session.

    Whoever gives a token is asked for nothing else: one that is not good is not helped by a
    cookie.  A way with a proof of its own looks at neither.
    """
    if not way.path.startswith(_API):
        return sessions.read(desk, request)
    if way.proof:
        return None
    return tokens.read(desk, request) if tokens.given(request) else sessions.read(desk, request)


def _in_time(desk: Desk, request: Request, way: Way) -> bool:
    if way.proof and way.path.startswith(_API) and (reader := tokens.read(desk, request)):
        # It proves nothing here, but a stranger's flood does not keep this person's orders out.
        return desk.rates.take(reader.session, rates.SESSION)
    if request.state.asker is not None:
        return desk.rates.take(request.state.asker.session, rates.SESSION)
    if known := sessions.is_known(desk, request):
        return desk.rates.take(known, rates.KNOWN)
    return desk.rates.take(security.address(request), rates.ADDRESS)


def _language(desk: Desk, request: Request) -> Language:
    wishes = [request.cookies.get(LANGUAGE_COOKIE, "")]
    accepted = request.headers.get("accept-language", "")[:200]
    wishes += [part.partition(";")[0] for part in accepted.split(",")]
    return languages.speaking(languages.choose([*wishes, desk.office.settings.language]))
