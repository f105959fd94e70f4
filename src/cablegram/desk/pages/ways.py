"""The handlers of the pages that read, one a way: what each is given out of the request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from anyio import CapacityLimiter, to_thread
from starlette.responses import Response

from cablegram import forms
from cablegram.desk.pages import (
    correspondents,
    counting,
    holding,
    lives,
    papers,
    registers,
    waiting,
)
from cablegram.desk.pages.looking import shown
from cablegram.desk.who import BOOKS
from cablegram.errors import UnknownError

if TYPE_CHECKING:
    from starlette.requests import Request

    from cablegram.desk.frame import Desk

PRESSES: Final = 2
"""How many forms are set at once: each takes a processor."""
_DIGITS_MAX = 15

today = shown(
    "today.html",
    lambda told, _, who: waiting.today(told, who.person, who.roles, books=_looks(who.roles)),
)
duties = shown(
    "duties.html", lambda told, asked, who: waiting.duties_page(told, asked.query_params, who.roles)
)
tasks = shown("tasks.html", lambda told, asked, _: waiting.tasks_page(told, asked.query_params))
watches = shown(
    "watches.html", lambda told, asked, _: waiting.watches_page(told, asked.query_params)
)
register = shown(
    "register.html",
    lambda told, asked, _: registers.register(told, asked.path_params["which"], asked.query_params),
)
find = shown("find.html", lambda told, asked, _: registers.find(told, asked.query_params))
telegram = shown(
    "telegram.html", lambda told, asked, _: lives.telegram(told, asked.path_params["telegram"])
)
copy = shown(
    "copy.html", lambda told, asked, who: lives.copy(told, asked.path_params["copy"], who.roles)
)
custody = shown("custody.html", lambda told, asked, _: holding.custody(told, asked.query_params))
holder = shown(
    "holder.html",
    lambda told, asked, _: holding.holder(told, asked.path_params["person"], asked.query_params),
)
due = shown("due.html", lambda told, _, __: holding.due(told))
tracers = shown("tracers.html", lambda told, asked, _: holding.tracers(told, asked.query_params))
musters = shown("musters.html", lambda told, asked, _: counting.musters(told, asked.query_params))
muster = shown(
    "muster.html", lambda told, asked, _: counting.muster(told, _number(asked, "number"))
)
offices = shown("offices.html", lambda told, _, __: correspondents.offices(told))
office = shown(
    "office.html",
    lambda told, asked, _: correspondents.office(
        told, asked.path_params["office"], asked.query_params
    ),
)
all_forms = shown("forms.html", lambda _, asked, __: papers.forms(asked.query_params))
help_ = shown("help.html", lambda _, __, ___: {})

_presses = CapacityLimiter(PRESSES)


async def form(request: Request, desk: Desk) -> Response:
    """A form as a PDF, set beside the loop that answers everybody else."""
    name = request.path_params["form"]
    about = papers.subjects(name, request.query_params.get("about", ""))
    paper = papers.BY_NAME.get(name)
    if paper is None or (paper.needs and not about):
        raise UnknownError(
            "that form is about nothing", hint="Choose a form, and say what it is about."
        )
    made = await to_thread.run_sync(forms.make, desk.bureau, name, about, limiter=_presses)
    way = "attachment" if request.query_params.get("save") else "inline"
    headers = {
        "content-disposition": f'{way}; filename="{made.name}"',
        "content-security-policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'",
    }
    return Response(made.pdf, media_type="application/pdf", headers=headers)


def _looks(roles: frozenset[object]) -> bool:
    """Whether somebody works with the register; whoever does not is shown what is theirs."""
    return bool(roles & BOOKS.roles)


def _number(request: Request, name: str) -> int:
    text = request.path_params[name]
    if not text.isascii() or not text.isdecimal() or len(text) > _DIGITS_MAX:
        raise UnknownError("there is no such number", hint="Go back to the list.")
    return int(text)
