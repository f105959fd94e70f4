"""What stands before every handler: headers, host, size, whose write it is, how often.

Same-origin is asked of every write, by ``Origin`` and by the fetch metadata where a browser
sends them; the only exceptions are ways whose request carries its own authority, a signed order
or an ask's token (``Way.proof``).  Nothing is ever written on GET.
"""

from __future__ import annotations

import asyncio
import re
import time
from typing import TYPE_CHECKING, Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse

from cablegram.errors import OrderError
from cablegram.sentences import sentence

if TYPE_CHECKING:
    from collections.abc import Sequence
    from re import Pattern

    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from cablegram.desk.frame import Desk

BODY_MAX: Final = 1 << 20
"""How large a request may be, unless its way says more."""
BODY_S: Final = 30.0
"""How long a body may be on its way, and a second more for each so many bytes that it may have."""
BYTES_A_S: Final = 1 << 16
PATH_MAX: Final = 2048

_LENGTH: Final = re.compile(r"[0-9]{1,12}\Z")
READING: Final = frozenset({"GET", "HEAD"})
HEADERS: Final = {
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}


def policy(signer: str) -> str:
    """The content security policy: our own files alone, forms to us and on to the signer."""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        f"connect-src 'self'; form-action 'self' {signer}; base-uri 'none'; "
        "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )


class Walls:
    """Headers on every answer; no other host name; no body that is too large."""

    def __init__(
        self, app: ASGIApp, desk: Desk, bodies: Sequence[tuple[Pattern[str], int]] = ()
    ) -> None:
        self._app = app
        self._netloc = desk.origin.partition("://")[2]
        self._secure = desk.origin.startswith("https:")
        self._policy = policy(desk.signer)
        self._bodies = bodies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def out(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._put_headers(scope, MutableHeaders(scope=message))
            await send(message)

        headers = Headers(scope=scope)
        if headers.get("host") != self._netloc:
            answer = PlainTextResponse("this is another host's desk\n", 421)
            await answer(scope, receive, out)
            return
        path = scope["path"]
        if len(path) > PATH_MAX:
            await PlainTextResponse("there is no such page\n", 404)(scope, receive, out)
            return
        most = next((most for ours, most in self._bodies if ours.match(path)), BODY_MAX)
        length = headers.get("content-length", "0")
        if not _LENGTH.match(length) or int(length) > most:
            await PlainTextResponse("too large\n", 413)(scope, receive, out)
            return
        await self._app(scope, _bounded(receive, most), out)

    def _put_headers(self, scope: Scope, headers: MutableHeaders) -> None:
        headers.setdefault("content-security-policy", self._policy)
        for name, value in HEADERS.items():
            headers.setdefault(name, value)
        if self._secure:
            headers.setdefault("strict-transport-security", "max-age=31536000")
        if not scope["path"].startswith("/static/"):
            headers.setdefault("cache-control", "no-store")


def _bounded(receive: Receive, most: int) -> Receive:
    """A body within its bounds of size and time; beyond either, as if whoever sends it had gone."""
    taken, all_there, ends = 0, False, time.monotonic() + BODY_S + most / BYTES_A_S

    async def bounded() -> Message:
        nonlocal taken, all_there
        if all_there:
            return await receive()
        try:
            async with asyncio.timeout(ends - time.monotonic()):
                message = await receive()
        except TimeoutError:
            return {"type": "http.disconnect"}
        taken += len(message.get("body", b""))
        if taken > most:
            return {"type": "http.disconnect"}
        all_there = not message.get("more_body", False)
        return message

    return bounded


def check_same_origin(request: Request, origin: str) -> None:
    """A write comes from our own pages.

    Raises:
        OrderError: another site's page sent it, or something that is no browser.
    """
    site = request.headers.get("sec-fetch-site")
    if request.headers.get("origin") == origin and site in {None, "same-origin"}:
        return
    raise OrderError(
        "this was not sent from a page of this desk",
        hint="Open the page here and send it again.",
    )


def address(request: Request) -> str:
    """The address that asks."""
    return request.client.host if request.client is not None else ""


TOO_OFTEN: Final = sentence("Too many requests. Wait a second, then go on.")
