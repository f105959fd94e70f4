"""Reading on a screen: the copies that are out with a person, and the key that opens them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cablegram.desk import identities, opening, unlocking
from cablegram.desk.frame import asker
from cablegram.desk.rendering import render
from cablegram.registry import readers, screens
from cablegram.wire import words

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from cablegram.desk.frame import Desk

FIELDS_MAX = 4


async def show(request: Request, desk: Desk) -> Response:
    """The copies for the screen of whoever is logged in, and their reading key."""
    person = asker(request).person
    with desk.bureau.books.view() as view:
        found = screens.readable(view, person, desk.bureau, opening.WAY)
        key = readers.standing(view, person, desk.bureau)
    standing = unlocking.recipient(desk, person)
    wrapped = {one["credential"] for one in unlocking.wraps(desk, person, standing)}
    passkeys = [
        (one["label"], one["credential"] in wrapped) for one in unlocking.keys(desk, person)
    ]
    return render(
        request,
        desk,
        "reading.html",
        copies=found,
        key=key,
        in_browser=bool(standing),
        words=words.reading_key(key.recipient) if key is not None else "",
        passkeys=passkeys,
    )


async def read(request: Request, desk: Desk) -> Response:
    """Go on to open one copy."""
    return opening.ask_copy(request, desk, request.path_params["copy"], then="/reading")


async def change_key(request: Request, desk: Desk) -> Response:
    """Go on to make a reading key, to give it to a passkey, or to print its sheet again."""
    form = await request.form(max_files=0, max_fields=FIELDS_MAX)
    return identities.ask(request, desk, str(form.get("do", "")), then="/reading")
