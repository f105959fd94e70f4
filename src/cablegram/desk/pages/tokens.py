"""Reading tokens of one's own: asked for, shown once, listed, ended."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from starlette.responses import RedirectResponse, Response

from cablegram.desk.api import tokens
from cablegram.desk.frame import asker
from cablegram.desk.rendering import render
from cablegram.errors import MalformedError
from cablegram.model.text import clean
from cablegram.wire import canonical
from cablegram.wire.reading import DAYS_MAX

if TYPE_CHECKING:
    from starlette.requests import Request

    from cablegram.desk.frame import Desk

_DAYS: Final = re.compile(r"[1-9][0-9]?\Z")


async def show(request: Request, desk: Desk) -> Response:
    """What reads in this person's name."""
    return _page(request, desk)


async def make(request: Request, desk: Desk) -> Response:
    """A new token, shown in this answer and never again."""
    form = await request.form(max_files=0, max_fields=4)
    days = str(form.get("days", ""))
    label = clean(str(form.get("label", "")), "the token's name", most=tokens.LABEL_MAX)
    if not _DAYS.match(days) or int(days) > DAYS_MAX:
        raise MalformedError(
            "a reading token is good for 1 to {most} days", hint="Write a number.", most=DAYS_MAX
        )
    secret, until = tokens.make(desk, asker(request).person, int(days), label)
    return _page(request, desk, secret=secret, until=until)


async def end(request: Request, desk: Desk) -> Response:
    """End one of this person's tokens."""
    form = await request.form(max_files=0, max_fields=4)
    tokens.end(desk, asker(request).person, str(form.get("token", "")))
    return RedirectResponse("/tokens", 303)


def _page(request: Request, desk: Desk, *, secret: str = "", until: str = "") -> Response:
    standing = tokens.of(desk, asker(request).person)
    rows = [(one.name, canonical.decode(one.data), one.until_at) for one in standing]
    rows.sort(key=lambda row: str(row[1]["made_at"]))
    return render(
        request, desk, "tokens.html", rows=rows, secret=secret, until=until, desk_origin=desk.origin
    )
