"""A signer that runs, and a desk that stands in: asks by token, answers to a function.

>>> with signer() as at, StandIn(at) as desk:
...     page.goto(desk.ask({"kind": "sign", ...}, answered))
"""

from __future__ import annotations

import json
import secrets
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Self

from cablegram.wiring.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

START_S = 20


@dataclass(frozen=True)
class At:
    """Where a signer is, where its desk would be, and its process."""

    signer: str
    desk: str
    process: subprocess.Popen[bytes]

    def get(self, path: str, *, method: str = "GET", **headers: str) -> Any:
        """What the signer answers, its status and headers with it; never raises for a status."""
        port = self.signer.rpartition(":")[2]
        said = {"host": self.signer.partition("://")[2], **headers}
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}{path}", None, said, method=method
        )
        try:
            return urllib.request.urlopen(request, timeout=10)
        except urllib.error.HTTPError as error:
            return error


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@contextmanager
def signer(office: str = "moscow", **changes: Any) -> Iterator[At]:
    """``python -m cablegram.signer`` over a folder that has settings and nothing else."""
    desk = f"http://desk.localhost:{free_port()}"
    there = f"http://sign.localhost:{free_port()}"
    said = Settings(office, "Europe/Moscow", desk=desk, signer=there, **changes)
    with TemporaryDirectory() as folder:
        Path(folder, "office.toml").write_text(said.text(), "utf-8")
        words = [sys.executable, "-m", "cablegram.signer", folder]
        process = subprocess.Popen(words, stderr=subprocess.PIPE)
        at = At(there, desk, process)
        try:
            _wait(at)
            yield at
        finally:
            process.terminate()
            process.wait(10)
            assert process.stderr is not None
            process.stderr.close()


def _wait(at: At) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        with suppress(OSError):
            at.get("/config.json").read()
            return
        assert at.process.poll() is None, at.process.stderr.read()
        time.sleep(0.05)
    raise AssertionError("the signer did not start")


@dataclass
class StandIn:
    """A desk that has asks and pages, and cannot sign."""

    at: At
    asks: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, Callable[[Any], tuple[int, Any]]] = field(default_factory=dict)
    got: list[Any] = field(default_factory=list)
    pages: dict[str, str] = field(default_factory=dict)
    cookies: list[str] = field(default_factory=list)

    def ask(self, ask: Any, answered: Callable[[Any], tuple[int, Any]] | None = None) -> str:
        """Keep an ask; gives the address of the signer's page for it."""
        token = secrets.token_urlsafe(32)
        self.asks[token] = ask
        self.answers[token] = answered or (lambda _: (200, {"next": "/done"}))
        return f"{self.at.signer}/{ask['kind']}#{token}"

    def __enter__(self) -> Self:
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                stand_in._note(self)
                token = self.path.removeprefix("/asked/")
                if token in stand_in.asks:
                    self._json(200, stand_in.asks[token])
                elif self.path.startswith("/asked/"):
                    self._json(404, {})
                else:
                    self._html(stand_in.pages.get(self.path, "<h1>The desk</h1>"))

            def do_OPTIONS(self):
                self._json(204, None)

            def do_POST(self):
                stand_in._note(self)
                said = json.loads(self.rfile.read(int(self.headers["content-length"])))
                stand_in.got.append(said)
                self._json(*stand_in.answers[self.path.removeprefix("/asked/")](said))

            def _json(self, status, value):
                self._out(status, "application/json", b"" if value is None else _text(value))

            def _html(self, text):
                self._out(200, "text/html; charset=utf-8", f"<!doctype html>{text}".encode())

            def _out(self, status, kind, data):
                self.send_response(status)
                for name, value in (
                    ("content-type", kind),
                    ("content-length", str(len(data))),
                    ("access-control-allow-origin", stand_in.at.signer),
                    ("access-control-allow-methods", "GET, POST"),
                    ("access-control-allow-headers", "content-type"),
                ):
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *words):
                """A test's output is its own."""

        port = int(self.at.desk.rpartition(":")[2])
        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _note(self, request: BaseHTTPRequestHandler) -> None:
        if request.path.startswith("/asked/"):
            self.cookies += request.headers.get_all("cookie", [])


def _text(value: Any) -> bytes:
    return value if isinstance(value, bytes) else json.dumps(value).encode()
