"""A server's patience, over real connections."""

from __future__ import annotations

import asyncio
import socket

import pytest
import uvicorn

from cablegram.wiring import patient

HEAD = b"POST / HTTP/1.1\r\nhost: x\r\n"


async def app(scope, receive, send):
    """Say how long the body was."""
    assert scope["type"] == "http"
    size, more = 0, True
    while more:
        message = await receive()
        size += len(message.get("body", b""))
        more = message.get("more_body", False)
    text = str(size).encode()
    headers = [(b"content-length", str(len(text)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": text})


def tried(attempt):
    """Run an attempt against a server: it is given what reads and what writes."""

    async def work():
        line = socket.socket()
        line.bind(("127.0.0.1", 0))
        config = uvicorn.Config(
            app, http=patient.Patient, lifespan="off", log_level="critical", access_log=False
        )
        server = uvicorn.Server(config)
        server.install_signal_handlers = lambda: None
        serving = asyncio.create_task(server.serve(sockets=[line]))
        while not server.started:  # noqa: ASYNC110  # it sets no event
            await asyncio.sleep(0.01)
        reader, writer = await asyncio.open_connection(*line.getsockname())
        try:
            async with asyncio.timeout(10):
                return await attempt(reader, writer)
        finally:
            writer.close()
            server.should_exit = True
            await serving

    return asyncio.run(work())


async def answer(reader):
    """The body of the next answer."""
    head = await reader.readuntil(b"\r\n\r\n")
    return await reader.readexactly(int(head.lower().partition(b"content-length: ")[2].split()[0]))


async def to_the_end(reader):
    """What is said until they hang up."""
    try:
        return await reader.read()
    except ConnectionResetError:
        return b""


@pytest.mark.parametrize("said", [b"", HEAD, b"\r\n"], ids=["silent", "a head half", "a line"])
def test_a_head_that_does_not_come_is_not_waited_for(monkeypatch, said):
    monkeypatch.setattr(patient, "HEAD_S", 0.3)

    async def attempt(reader, writer):
        writer.write(said)
        return await to_the_end(reader)

    assert tried(attempt) == b""


def test_nor_is_one_that_drips(monkeypatch):
    monkeypatch.setattr(patient, "HEAD_S", 0.3)

    async def attempt(reader, writer):
        writer.write(HEAD)
        for count in range(200):
            try:
                writer.write(b"a: b\r\n")
                await writer.drain()
            except ConnectionError:
                return count
            await asyncio.sleep(0.02)
        return 200

    assert tried(attempt) < 100


@pytest.mark.parametrize("said", [b"\r\n", b"P"], ids=["lines", "a letter"])
def test_a_second_request_is_not_waited_for_either(monkeypatch, said):
    """Its first byte ends the wait that uvicorn keeps between two."""
    monkeypatch.setattr(patient, "HEAD_S", 0.3)

    async def attempt(reader, writer):
        writer.write(HEAD + b"content-length: 2\r\n\r\nab")
        assert await answer(reader) == b"2"
        writer.write(said)
        return await to_the_end(reader)

    assert tried(attempt) == b""


@pytest.mark.parametrize(
    "before",
    [
        b"GET /",
        HEAD + b"a: ",
        HEAD + b"transfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\na: ",
        HEAD + b"transfer-encoding: chunked\r\n\r\n1;",
    ],
    ids=["line", "header", "trailer", "extension"],
)
def test_what_is_no_body_has_a_bound(before):
    async def attempt(reader, writer):
        writer.write(before)
        for count in range(1000):
            try:
                writer.write(b"a" * (1 << 16))
                await writer.drain()
            except ConnectionError:
                return count
        return 1000

    assert tried(attempt) < 500


def test_who_asks_in_time_is_answered(monkeypatch):
    """A long body, a slow one, and several requests over one connection."""
    monkeypatch.setattr(patient, "HEAD_S", 0.3)

    async def attempt(reader, writer):
        found = []
        for size in (0, 5, 1 << 20):
            writer.write(HEAD + b"content-length: %d\r\n\r\n" % size)
            await asyncio.sleep(0.5)
            writer.write(b"a" * size)
            found.append(await answer(reader))
        writer.write(HEAD + b"transfer-encoding: chunked\r\n\r\n")
        for _ in range(300):
            writer.write(b"400\r\n" + b"a" * 1024 + b"\r\n")
            await writer.drain()
        writer.write(b"0\r\n\r\n")
        found.append(await answer(reader))
        return found

    assert tried(attempt) == [b"0", b"5", b"1048576", b"307200"]
