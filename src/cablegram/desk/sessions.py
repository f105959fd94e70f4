"""Sessions: who is logged in.  A cookie holds a secret, the store its digest.

Both end after an hour without a request and after half a day in any case.  A second cookie, which
opens nothing, lets ``rates`` tell a browser that somebody logged in with from a stranger's.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from cablegram.desk.frame import Asker, name_of
from cablegram.model.times import instant, moment
from cablegram.ports import Thing
from cablegram.registry import roster
from cablegram.wire import canonical

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from cablegram.desk.frame import Desk

COOKIE: Final = "__Host-cablegram"
KNOWN: Final = "__Host-known"
IDLE: Final = timedelta(hours=1)
WHOLE: Final = timedelta(hours=12)
KNOWN_FOR: Final = timedelta(days=366)
SEEN_EVERY: Final = timedelta(minutes=1)
"""How often it is written down that a session is in use."""


def begin(desk: Desk, response: Response, person: str) -> None:
    """Log this person in with this answer."""
    secret, known = desk.token(), desk.token()
    now = desk.now()
    data = canonical.encode({"made_at": now, "seen_at": now})
    desk.store.put(Thing("session", name_of(secret), data, person, desk.now(after=WHOLE)))
    desk.store.put(Thing("known", name_of(known), b"{}", "", desk.now(after=KNOWN_FOR)))
    for name, value, lasts in ((COOKIE, secret, WHOLE), (KNOWN, known, KNOWN_FOR)):
        response.set_cookie(
            name,
            value,
            max_age=int(lasts.total_seconds()),
            path="/",
            secure=True,
            httponly=True,
            samesite="lax" if name == COOKIE else "strict",
        )


def end(desk: Desk, request: Request, response: Response) -> None:
    """Log out of the session of this request."""
    desk.store.take("session", name_of(request.cookies.get(COOKIE, "")))
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="lax")


def end_others(desk: Desk, person: str, but: str) -> int:
    """End every session of a person but the one of this name; how many."""
    others = [one for one in desk.store.of("session", person) if one.name != but]
    for one in others:
        desk.store.take("session", one.name)
    return len(others)


def read(desk: Desk, request: Request) -> Asker | None:
    """Who is logged in, as the books have them in post at this moment; None where nobody is."""
    secret = request.cookies.get(COOKIE, "")
    if not secret:
        return None
    now = desk.now()
    thing = desk.store.get("session", name_of(secret), now)
    if thing is None:
        return None
    said = canonical.decode(thing.data)
    assert isinstance(said, dict), "we wrote it"
    seen = instant(str(said["seen_at"]))
    if instant(now) - seen > IDLE:
        desk.store.take("session", thing.name)
        return None
    if instant(now) - seen > SEEN_EVERY:
        data = canonical.encode({**said, "seen_at": now})
        desk.store.put(Thing("session", thing.name, data, thing.person, thing.until_at))
    with desk.bureau.books.view() as view:
        roles = roster.roles_of(view, thing.person, moment(desk.bureau.clock.now()))
    return Asker(thing.person, roles, thing.name) if roles else None


def is_known(desk: Desk, request: Request) -> str:
    """The name of the known browser that asks, or nothing."""
    secret = request.cookies.get(KNOWN, "")
    return (
        name_of(secret) if secret and desk.store.get("known", name_of(secret), desk.now()) else ""
    )
