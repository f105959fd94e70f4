"""A running signer held to a card: each thing that can differ is named."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from cablegram.errors import SetUpError
from cablegram.wire.card import SigningPages
from cablegram.wiring import signer_check, signer_files
from signing import signer

HASH = signer_files.manifest()["hash"]


@pytest.fixture(scope="module")
def at():
    with signer() as at:
        yield at


def test_the_one_that_is_installed_here(at):
    """It serves what the card has, and what we would serve."""
    seen = signer_check.check(at.signer, SigningPages(at.signer, HASH))
    assert (HASH, ()) == (seen.hash, seen.others)
    assert len(signer_files.code()) == seen.paths
    assert seen == signer_check.check(at.signer, None)


def test_another_than_the_card_has(at):
    """Another hash, another address, none."""
    for origin, pages, says in (
        (at.signer, SigningPages(at.signer, "sha256:" + "0" * 64), "the card has sha256:000"),
        (at.signer, SigningPages("https://sign.example", HASH), "the card has the signer at https"),
        ("ftp://sign.example", None, "is not an address of a signer"),
        ("http://sign.localhost:9", None, "does not answer"),
    ):
        with pytest.raises(SetUpError, match=says) as refused:
            signer_check.check(origin, pages)
        assert refused.value.hint.endswith(".")


DESK = "http://desk.localhost:8451"
GOOD = {
    "/sign": b"<!doctype html>",
    "/config.json": json.dumps({"desk": DESK}, separators=(",", ":")).encode(),
}


def manifest(**changes):
    named = {"/sign": signer_files.canonical.digest(GOOD["/sign"])}
    said = {"files": named, "format": signer_files.FORMAT, "hash": signer_files.whole(named)}
    return json.dumps({**said, **changes}, separators=(",", ":"), sort_keys=True).encode()


@contextmanager
def another(policy=None, **pages):
    """A server that says it is a signer."""
    policy = signer_files.policy(DESK) if policy is None else policy
    pages = {**GOOD, "/manifest.json": manifest(), **pages}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            data = pages.get(self.path)
            self.send_response(404 if data is None else 200)
            self.send_header("content-security-policy", policy)
            self.send_header("content-length", str(len(data or b"")))
            self.end_headers()
            self.wfile.write(data or b"")

        def log_message(self, *words):
            """A test's output is its own."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://sign.localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def test_a_signer_of_another_version():
    """It holds to its own list; what differs from what is installed here is named."""
    with another() as origin:
        seen = signer_check.check(origin, None)
    assert 1 == seen.paths
    assert {"/sign", "/enrol", "/static/sign.js"} <= set(seen.others)


FAULTS = {
    "no list": ({"/manifest.json": b"[]"}, "/manifest.json is not what it should be"),
    "another spelling": ({"/manifest.json": manifest() + b"\n"}, "is not what it should be"),
    "another format": ({"/manifest.json": manifest(format="x")}, "list of files is not one"),
    "an empty list": ({"/manifest.json": manifest(files={})}, "list of files is not one"),
    "a list that is none": ({"/manifest.json": manifest(files="x")}, "list of files is not one"),
    "no digest": ({"/manifest.json": manifest(files={"/sign": "x"})}, "list of files is not one"),
    "no path": ({"/manifest.json": manifest(files={"sign": HASH})}, "something that is no path"),
    "a query": ({"/manifest.json": manifest(files={"/a?b": HASH})}, "something that is no path"),
    "too many": (
        {"/manifest.json": manifest(files={f"/{n}": HASH for n in range(257)})},
        "list of files is not one",
    ),
    "another hash": ({"/manifest.json": manifest(hash=HASH)}, "another hash than its files"),
    "another file": ({"/sign": b"<script>"}, "/sign is not what its own list says"),
    "no file": ({"/sign": None}, "/sign is not there"),
    "a huge file": ({"/sign": bytes((4 << 20) + 1)}, "/sign is not there"),
    "another desk": (
        {"/config.json": b'{"desk":"http://evil.localhost:1"}'},
        "content security policy is another",
    ),
    "no desk": ({"/config.json": b'{"desk":"x"}'}, "content security policy is another"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_does_not_hold(fault):
    """Each is named, with what to do."""
    pages, says = FAULTS[fault]
    with another(**pages) as origin, pytest.raises(SetUpError) as refused:
        signer_check.check(origin, None)
    assert says in str(refused.value)


def test_walls_that_let_more_in():
    """A policy of its own is refused, however good the files are."""
    open_ = signer_files.policy(DESK).replace("connect-src 'self'", "connect-src *")
    with another(policy=open_) as origin, pytest.raises(SetUpError, match="security policy"):
        signer_check.check(origin, None)
