"""About oneself: passkeys to log in with, keys to sign with, the recovery sheet, other sessions."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, RedirectResponse, Response

from cablegram.desk import logins, sessions
from cablegram.desk.frame import asker, name_of
from cablegram.desk.rendering import render
from cablegram.model.roles import Role
from cablegram.ports import Thing
from cablegram.registry import roster
from cablegram.wiring import made_keys

if TYPE_CHECKING:
    from starlette.requests import Request

    from cablegram.desk.frame import Desk

CODE_SIZE = 20
"""Bytes of a recovery code: 160 bits, eight groups of four letters and digits."""


async def show(request: Request, desk: Desk) -> Response:
    """What this person logs in and signs with."""
    who = asker(request)
    with desk.bureau.books.view() as view:
        posts = [row for row in view.officers.find("", who.person) if not row.until_index]
    standing = {row.key for row in posts}
    return render(
        request,
        desk,
        "me.html",
        passkeys=logins.passkeys(desk, who.person),
        posts=posts,
        keys=[(key, key.digest in standing) for key in made_keys.made(desk.store, who.person)],
        roles=sorted(who.roles & frozenset(Role)),
        sheet=len(desk.store.of("recovery", who.person)),
        others=len(desk.store.of("session", who.person, desk.now())) - 1,
    )


async def ask_passkey(request: Request, desk: Desk) -> Response:
    """What the browser needs to make a further passkey."""
    options = logins.ask_for_new(desk, asker(request).person, "")
    return Response(options, media_type="application/json")


async def add_passkey(request: Request, desk: Desk) -> Response:
    """Keep a further passkey."""
    label = request.query_params.get("label", "")
    logins.keep_new(desk, asker(request).person, await request.body(), label)
    return JSONResponse({"next": "/me"})


async def remove_passkey(request: Request, desk: Desk) -> Response:
    """Take a passkey away."""
    form = await request.form(max_files=0, max_fields=4)
    logins.remove(desk, asker(request).person, str(form.get("passkey", "")))
    return RedirectResponse("/me", 303)


async def end_others(request: Request, desk: Desk) -> Response:
    """End every other session of this person."""
    who = asker(request)
    sessions.end_others(desk, who.person, who.session)
    return RedirectResponse("/me", 303)


async def make_recovery(request: Request, desk: Desk) -> Response:
    """A new recovery sheet, shown this once; the one before it opens nothing any more."""
    who = asker(request)
    for old in desk.store.of("recovery", who.person):
        desk.store.take("recovery", old.name)
    code = base64.b32encode(desk.bureau.random(CODE_SIZE)).decode()
    desk.store.put(Thing("recovery", name_of(code), b"{}", who.person))
    groups = [code[n : n + 4] for n in range(0, len(code), 4)]
    with desk.bureau.books.view() as view:
        title = roster.in_post(view, who.person).title
    return render(request, desk, "recovery.html", groups=groups, title=title)
