"""Passkeys for orders: asked of the signer's page, kept here until the chief appoints them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import RedirectResponse, Response

from cablegram.desk import asked
from cablegram.desk.asked import Kept
from cablegram.desk.frame import asker
from cablegram.wiring import made_keys, settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from cablegram.desk.frame import Desk

KIND = "enrol"
THEN = "/me"
EXCLUDE_MAX = 64


async def make(request: Request, desk: Desk) -> Response:
    """Send whoever asks to the signer's page that makes a passkey for orders."""
    person = asker(request).person
    known = [key.credential for key in made_keys.made(desk.store, person)]
    shown = {
        "kind": KIND,
        "language": request.state.language.tag,
        "office": desk.bureau.name,
        "person": person,
        "exclude": known[-EXCLUDE_MAX:],
        "label": "",
        "back": THEN,
    }
    return asked.ask(desk, Kept(person, shown, THEN))


async def forget(request: Request, desk: Desk) -> Response:
    """Take away a passkey that nobody is in post with."""
    form = await request.form(max_files=0, max_fields=4)
    with desk.bureau.books.view() as view:
        made_keys.forget(view, desk.store, asker(request).person, str(form.get("key", "")))
    return RedirectResponse(THEN, 303)


async def answer(desk: Desk, token: str, kept: Kept, said: Mapping[str, Any]) -> str:
    """Keep what was made."""
    del token
    host = settings.host(desk.signer)
    made_keys.keep(desk.store, kept.person, said, host=host, at=desk.now())
    return kept.then


asked.KINDS[KIND] = answer
