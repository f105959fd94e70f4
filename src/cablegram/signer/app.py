"""The server itself: an ASGI application over files in memory, and nothing that could be asked.

No cookies, no state, no query, no body; GET and HEAD; one host name.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from cablegram.wiring import settings
from cablegram.wiring.signer_files import Served, policy, served

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from pathlib import Path

    from cablegram.wiring.settings import Settings

    Scope = Mapping[str, Any]
    Receive = Callable[[], Awaitable[Mapping[str, Any]]]
    Send = Callable[[Mapping[str, Any]], Awaitable[None]]

CARD_FILE: Final = "card.json"
REQUESTS_AT_ONCE: Final = 256
_PORTS = {"https": 443, "http": 80}
_HEADERS: Final[Mapping[str, str]] = {
    "cache-control": "no-cache",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "publickey-credentials-get=(self), publickey-credentials-create=(self), "
    "camera=(), microphone=(), geolocation=(), payment=(), usb=(), clipboard-read=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


class Signer:
    """One office's signer as an ASGI application."""

    def __init__(self, said: Settings, card: bytes = b"") -> None:
        self._files = served(said, card)
        self._host = urlsplit(said.signer).netloc
        self._headers = {**_HEADERS, "content-security-policy": policy(said.desk)}
        if said.signer.startswith("https:"):
            self._headers["strict-transport-security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request; nothing of its body is ever received."""
        del receive
        if scope["type"] != "http":  # uvicorn asks once whether there is anything to start
            return
        status, file, more = self._answer(scope)
        headers = {**self._headers, **more, "content-type": file.kind}
        if status != HTTPStatus.NOT_MODIFIED:
            headers["content-length"] = str(len(file.data))
        spelled = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": status, "headers": spelled})
        bare = scope["method"] == "HEAD" or status == HTTPStatus.NOT_MODIFIED
        await send({"type": "http.response.body", "body": b"" if bare else file.data})

    def _answer(self, scope: Scope) -> tuple[int, Served, Mapping[str, str]]:
        asked = dict(scope["headers"])
        if asked.get(b"host", b"").decode("latin-1") != self._host:
            return HTTPStatus.MISDIRECTED_REQUEST, _said("this is another host's signer"), {}
        if scope["method"] not in {"GET", "HEAD"}:
            said = _said("the signer is only read")
            return HTTPStatus.METHOD_NOT_ALLOWED, said, {"allow": "GET, HEAD"}
        file = self._files.get(scope["path"])
        if file is None or scope["query_string"]:
            return HTTPStatus.NOT_FOUND, _said("there is no such page"), {}
        mark = f'"{file.digest}"'
        if asked.get(b"if-none-match") == mark.encode():
            return HTTPStatus.NOT_MODIFIED, file, {"etag": mark}
        return HTTPStatus.OK, file, {"etag": mark}


def serve(root: Path) -> None:
    """Serve the signer of the office in this folder until told to stop.

    Raises:
        SetUpError: no office there, or its settings do not hold.
    """
    import uvicorn

    from cablegram.wiring.patient import Patient

    said = settings.read(root)
    place, card = urlsplit(said.signer), root / CARD_FILE
    uvicorn.run(
        Signer(said, card.read_bytes() if card.exists() else b""),
        host="127.0.0.1",
        port=place.port or _PORTS[place.scheme],
        http=Patient,
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        limit_concurrency=REQUESTS_AT_ONCE,
    )


def _said(text: str) -> Served:
    return Served(f"{text}\n".encode(), "text/plain; charset=utf-8")
