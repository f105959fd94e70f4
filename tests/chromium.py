"""A real browser for tests: Debian's Chromium, virtual passkeys, the signer's modules as they lie.

>>> with served() as origin, launched() as browser:
...     page = browser.new_page()
...     page.goto(origin)
...     run(page, "return (await module('sheet.js')).characters(job)", "ISO79")
'3W'
"""

from __future__ import annotations

import shutil
import threading
from base64 import b64decode, b64encode
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
STATIC = ROOT / "src/cablegram/signer/static"
CHROMIUM = shutil.which("chromium") or ""
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)

needs_chromium = pytest.mark.skipif(not CHROMIUM, reason="chromium is not installed")
needs_bundle = pytest.mark.skipif(
    not (STATIC / "age.js").exists(), reason="the bundle was not made here (make bundle)"
)

_RUN = """async (job) => {
    const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    const text = (bytes) => {
        let all = "";
        for (let at = 0; at < bytes.length; at += 8192) {
            all += String.fromCharCode(...bytes.subarray(at, at + 8192));
        }
        return btoa(all);
    };
    const module = (name) => import("/" + name);
    return await WORK(job, bytes, text, module);
}"""


class _Served(SimpleHTTPRequestHandler):
    def end_headers(self):
        self.send_header("content-security-policy", CSP)
        super().end_headers()

    def do_GET(self):
        if self.path == "/":
            self.send_response(200)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(b"<!doctype html><html lang=en><title>modules</title>")
        else:
            super().do_GET()

    def log_message(self, *words):
        """Say nothing: a test's output is its own."""


@contextmanager
def served(folder: Path = STATIC) -> Iterator[str]:
    """The folder under the signer's host name; gives its origin."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Served, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://sign.localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def launched() -> Iterator[Any]:
    """Chromium, without a window."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        try:
            yield browser
        finally:
            browser.close()


def run(page: Any, code: str, job: Any = None) -> Any:
    """What the code gives in the page: the body of an async function of ``job``.

    It has ``module(name)``, and ``bytes`` and ``text`` to turn base64 into bytes and back.
    """
    work = f"(async (job, bytes, text, module) => {{ {code} }})"
    return page.evaluate(_RUN.replace("WORK", work), job)


def passkeys(page: Any, *, prf: bool = True) -> tuple[Any, str]:
    """Put an authenticator into the page's browser: its session and its id."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    return session, add_authenticator(session, prf=prf)


def add_authenticator(session: Any, *, prf: bool = True, transport: str = "internal") -> str:
    """One more authenticator, whose owner is there and shows a finger at once."""
    options = {
        "protocol": "ctap2",
        "ctap2Version": "ctap2_1",
        "transport": transport,
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
        "hasPrf": prf,
    }
    return session.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]


def b64(data: bytes) -> str:
    """Bytes as they go into a page."""
    return b64encode(data).decode()


def unb64(text: str) -> bytes:
    """Bytes as they come out of one."""
    return b64decode(text)
