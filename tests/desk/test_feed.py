"""The feed over a real server: it resumes without loss, is bounded, and ends with its session."""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
import time
from contextlib import closing, contextmanager
from dataclasses import replace
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest
from apis import BASE, Reader, sign

import desks
from cablegram.desk.api import feeding, tokens
from cablegram.desk.frame import Desk
from cablegram.model.acts import State
from cablegram.wiring import ordering, settings
from cablegram.wiring.desk import Office


@pytest.fixture(scope="module")
def served(day, tmp_path_factory):
    """A real server over a copy of the day, and the desk's own view of it."""
    root = shutil.copytree(day, tmp_path_factory.mktemp("served") / day.name)
    known = settings.read(root)
    places = [f"http://{name}.localhost:{desks.free_port()}" for name in ("desk", "sign")]
    (root / settings.FILE).write_text(replace(known, desk=places[0], signer=places[1]).text())
    with desks.served(root), closing(Office(root)) as office:
        yield Desk(office)


def line_to(desk):
    """A bare connection to the server."""
    line = socket.create_connection(("127.0.0.1", urlsplit(desk.origin).port), timeout=20)
    line.settimeout(20)
    return line


def request(desk, secret, path="feed?since=0", *more):
    """The bytes of a question."""
    head = [
        f"GET {BASE}{path} HTTP/1.1",
        f"Host: {urlsplit(desk.origin).netloc}",
        f"Authorization: Bearer {secret}",
        *more,
    ]
    return ("\r\n".join(head) + "\r\n\r\n").encode()


@contextmanager
def listening(desk, secret, since, *more):
    """A stream that was begun; gives what reads its next event."""
    with closing(line_to(desk)) as line, line.makefile("rb") as file:
        line.sendall(request(desk, secret, f"feed?since={since}", "Connection: close", *more))
        status = file.readline()
        heads = {}
        while head := file.readline().strip():
            name, _, value = head.decode().partition(":")
            heads[name.lower()] = value.strip()
        yield status, heads, file


def event(file):
    """The next event with data, out of the chunks it comes in."""
    while True:
        found = file.readline()
        assert found, "the stream ended"
        if found.startswith(b"data: "):
            return json.loads(found.removeprefix(b"data: "))


def file_away(desk):
    """An order that leaves one entry: a copy is filed, or charged out again."""
    with desk.bureau.books.view() as view:
        (copy,) = view.copies.find("state", State.FILED.value, limit=1)
    signed = sign(desk, "chesnokova", "charge_out", {"reason": "x"}, ordering.subjects([copy]))
    from cablegram.wiring.giving import carry_out

    return carry_out(desk.office, [signed])


def size(desk):
    with desk.bureau.books.view() as view:
        return view.head.get("head").size


def test_what_comes_in_is_told_within_seconds_and_taken_up_where_it_was_cut_off(served):
    """Index by index, without loss and without telling one twice."""
    secret, _ = tokens.make(served, "makarov", 1, "")
    begin = size(served)
    with listening(served, secret, begin) as (status, heads, file):
        assert b"200" in status
        assert ("text/event-stream", "no-store") == (
            heads["content-type"].partition(";")[0],
            heads["cache-control"],
        )
        done = file_away(served)
        came = event(file)
    assert (begin, "charge_out") == (came["index"], came["act"])
    assert done.copies[0] == came["handle"]
    assert {"index", "act", "kind", "handle"} == set(came)
    file_away(served)
    with listening(served, secret, 0, f"Last-Event-ID: {begin}") as (_, _, file):
        assert begin + 1 == event(file)["index"], "the last event goes before since"


def test_one_person_does_not_keep_others_from_listening(served):
    """Four streams of one person; the fifth is told to come later, another person's goes."""
    mine, _ = tokens.make(served, "vaganov", 1, "")
    yours, _ = tokens.make(served, "orlova", 1, "")
    held = [listening(served, mine, 0) for _ in range(feeding.STREAMS_EACH)]
    opened = [one.__enter__() for one in held]  # several at once, closed below
    try:
        assert all(b"200" in status for status, _, _ in opened)
        with listening(served, mine, 0) as (status, heads, _):
            assert b"503" in status
            assert heads["retry-after"]
        with listening(served, yours, 0) as (status, _, _):
            assert b"200" in status
    finally:
        for one in held:
            one.__exit__(None, None, None)
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with listening(served, mine, 0) as (status, _, _):
            if b"200" in status:
                return
        time.sleep(0.2)
    raise AssertionError("whoever has gone is still counted")


def test_a_stream_ends_with_its_token(served):
    """At the next look, not when the connection does."""
    secret, _ = tokens.make(served, "orlova", 1, "")
    begin = size(served)
    with listening(served, secret, begin) as (status, _, file):
        assert b"200" in status
        tokens.end(served, "orlova", tokens.name_of(secret))
        file_away(served)
        with pytest.raises(AssertionError, match="the stream ended"):
            event(file)


def test_json_waits_for_the_first_and_says_where_to_go_on(served):
    """For a program that has no stream: a long poll."""
    secret, _ = tokens.make(served, "makarov", 1, "")
    begin = size(served)
    with closing(line_to(served)) as line:
        path = f"feed?since={begin}&wait=20"
        line.sendall(request(served, secret, path, "Accept: application/json", "Connection: close"))
        file_away(served)
        said = json.loads(line.makefile("rb").read().partition(b"\r\n\r\n")[2])
    assert [begin] == [one["index"] for one in said["entries"]]
    assert begin + 1 == said["next"]


def test_nobody_looks_while_nobody_listens(office_folder):
    """One look for all, once a second, and none when the last has gone."""
    with closing(Office(office_folder)) as office:
        desk = Desk(office)

        async def tried():
            feed = feeding.Feed(desk)
            seats = [feed.enter(f"p{n // 4}") for n in range(8)]
            assert all(seats)
            begin = feed._size()
            came = await asyncio.gather(*(feed.beyond(begin, 2.2) for _ in seats))
            assert not any(came)
            looks = feed.looks
            assert 1 <= looks <= 3, "each listener looked by itself"
            for seat in seats:
                seat.leave()
                seat.leave()
            assert 0 == feed.listening
            await asyncio.sleep(1.3)
            still = feed.looks
            await asyncio.sleep(1.3)
            assert still == feed.looks

        desks.apart(tried)


def test_as_many_as_there_are_seats(office_folder):
    """And not one more, whoever they are."""
    with closing(Office(office_folder)) as office:

        async def tried():
            feed = feeding.Feed(Desk(office))
            seats = [feed.enter(f"p{n // feeding.STREAMS_EACH}") for n in range(100)]
            assert feeding.STREAMS_MAX == len([seat for seat in seats if seat])
            for seat in filter(None, seats):
                seat.leave()

        desks.apart(tried)


def test_atom_tells_the_newest(office_folder):
    """For a program that reads nothing else; no person is in it."""
    with desks.client(office_folder) as nobody:
        reader = Reader(nobody, "makarov")
        came = reader.get("feed", headers={"accept": "application/atom+xml"})
        said = reader.json("feed", since=0)
    assert came.headers["content-type"].startswith("application/atom+xml")
    root = ET.fromstring(came.text)
    entries = root.findall("{http://www.w3.org/2005/Atom}entry")
    assert feeding.ATOM_ROWS == len(entries)
    assert (500, 500) == (len(said["entries"]), said["next"])
    assert "chesnokova" not in came.text


# --- an attacker's connections ------------------------------------------------------------------


@pytest.mark.parametrize(
    "head",
    [
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
        "Content-Length: 5\r\nContent-Length: 6",
        "Content-Length: -1",
        "Content-Length: 99999999999999999999",
        "Transfer-Encoding: xchunked",
    ],
)
def test_two_ways_to_count_a_body_are_refused(served, head):
    """No second request is smuggled behind the first."""
    host = urlsplit(served.origin).netloc
    smuggled = f"GET /api/openapi.json HTTP/1.1\r\nHost: {host}\r\n\r\n"
    ask = (
        f"POST {BASE}orders HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
        f"{head}\r\n\r\n0\r\n\r\n{smuggled}"
    )
    with closing(line_to(served)) as line:
        line.sendall(ask.encode())
        line.shutdown(socket.SHUT_WR)
        came = line.makefile("rb").read()
    assert b"openapi" not in came, came[:400]
    assert not came.startswith(b"HTTP/1.1 5"), came[:200]


@pytest.mark.parametrize(
    "host", ["evil.example", "desk.localhost", "desk.localhost:1", "127.0.0.1", ""]
)
def test_another_host_name_gets_nothing(served, host):
    """A name that leads here from elsewhere reads no answer."""
    with closing(line_to(served)) as line:
        line.sendall(f"GET {BASE}openapi.json HTTP/1.0\r\nHost: {host}\r\n\r\n".encode())
        came = line.makefile("rb").read()
    assert b"openapi" not in came
    assert b" 421 " in came.partition(b"\r\n")[0] or b" 400 " in came.partition(b"\r\n")[0]


def test_a_slow_body_does_not_keep_others_waiting(served):
    """While one drips, others are answered; and who drips is cut off."""
    host = urlsplit(served.origin).netloc
    secret, _ = tokens.make(served, "makarov", 1, "")
    slow = [line_to(served) for _ in range(20)]
    for line in slow:
        line.sendall(
            f"POST {BASE}orders HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
            "Content-Length: 100\r\n\r\n{".encode()
        )
    began = time.monotonic()
    with closing(line_to(served)) as line:
        line.sendall(request(served, secret, "office", "Connection: close"))
        assert b" 200 " in line.makefile("rb").read().partition(b"\r\n")[0]
    assert time.monotonic() - began < 5
    for line in slow:
        line.close()


def test_no_header_comes_out_of_what_was_asked(served):
    """Nothing of a path, a name or a word ends up in a header line."""
    secret, _ = tokens.make(served, "makarov", 1, "")
    for path in (
        "forms/distribution?about=21481%0d%0aSet-Cookie:%20x=1",
        "forms/x%0d%0aSet-Cookie:%20x=1",
        "holders/x%0d%0aSet-Cookie:%20x=1",
        "ledger/tile/%0d%0aSet-Cookie:%20x=1",
    ):
        with closing(line_to(served)) as line:
            line.sendall(request(served, secret, path, "Connection: close"))
            head = line.makefile("rb").read().partition(b"\r\n\r\n")[0]
        assert b"set-cookie" not in head.lower()
        assert b" 5" not in head.partition(b"\r\n")[0][8:11], head
