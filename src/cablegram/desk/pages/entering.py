"""Coming in: logging in and out, the first passkey, the recovery sheet, the language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, RedirectResponse, Response

from cablegram.desk import guard, logins, sessions
from cablegram.desk.frame import name_of
from cablegram.desk.rendering import LANGUAGE_NAMES, render
from cablegram.errors import MalformedError, UnknownError
from cablegram.wiring import inviting

if TYPE_CHECKING:
    from starlette.requests import Request

    from cablegram.desk.frame import Desk

LANGUAGE_FOR_S = 366 * 86_400


def local(path: str) -> str:
    """A path of ours to go on to; whatever could be elsewhere becomes the first page."""
    ours = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if ours and "\\" not in path else "/"


async def show_login(request: Request, desk: Desk) -> Response:
    """The page to log in on."""
    then = local(request.query_params.get("next", "/"))
    if request.state.asker is not None:
        return RedirectResponse(then, 303)
    return render(request, desk, "login.html", then=then)


async def ask_login(request: Request, desk: Desk) -> Response:
    """What the browser asks the passkey."""
    del request
    return Response(logins.ask(desk), media_type="application/json")


async def log_in(request: Request, desk: Desk) -> Response:
    """Log in whoever's passkey answered."""
    person = logins.log_in(desk, await request.body())
    answer = JSONResponse({"next": "/"})
    sessions.begin(desk, answer, person)
    return answer


async def log_out(request: Request, desk: Desk) -> Response:
    """End this session."""
    answer = RedirectResponse("/login", 303)
    sessions.end(desk, request, answer)
    return answer


async def show_welcome(request: Request, desk: Desk) -> Response:
    """The page that an invitation opens."""
    token = request.path_params["token"]
    person = logins.invited(desk, token)
    return render(request, desk, "welcome.html", person=person, token=token)


async def ask_welcome(request: Request, desk: Desk) -> Response:
    """What the browser needs to make the first passkey."""
    person = logins.invited(desk, request.path_params["token"])
    return Response(logins.ask_for_new(desk, person, ""), media_type="application/json")


async def welcome(request: Request, desk: Desk) -> Response:
    """Keep the first passkey, and log its owner in; the invitation is used up."""
    token = request.path_params["token"]
    person = logins.invited(desk, token)
    logins.keep_new(desk, person, await request.body(), "")
    desk.store.take("invite", name_of(token))
    answer = JSONResponse({"next": "/me"})
    sessions.begin(desk, answer, person)
    return answer


async def show_recover(request: Request, desk: Desk) -> Response:
    """The page that asks for the code on the recovery sheet."""
    return render(request, desk, "recover.html")


async def recover(request: Request, desk: Desk) -> Response:
    """Turn the code on the sheet into an invitation; the code is used up."""
    form = await request.form(max_files=0, max_fields=4)
    code = "".join(c for c in str(form.get("code", "")).upper() if c.isalnum())
    thing = desk.store.take("recovery", name_of(code), desk.now())
    if thing is None:
        raise UnknownError(
            "this code opens nothing",
            hint="Type all of it, as it stands on the newest sheet; or ask the office for a link.",
        )
    return RedirectResponse(inviting.invite(desk.office, thing.person), 303)


async def choose_language(request: Request, desk: Desk) -> Response:
    """Answer in this language from now on, in this browser."""
    del desk
    form = await request.form(max_files=0, max_fields=4)
    tag = str(form.get("language", ""))
    if tag not in LANGUAGE_NAMES:
        raise MalformedError("there is no such language", hint="Choose one of the list.")
    answer = RedirectResponse(local(str(form.get("then", "/"))), 303)
    answer.set_cookie(
        guard.LANGUAGE_COOKIE,
        tag,
        max_age=LANGUAGE_FOR_S,
        secure=True,
        httponly=True,
        samesite="lax",
    )
    return answer
