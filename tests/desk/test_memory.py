"""P9: the running desk holds no office key and no text (docs/spec/desk-ways.md; SECURITY.md).

The room prints telegrams full of canaries while people look at pages; then the memory of the
desk's process is searched for them and for the office's keys.  The same search finds both in the
room's process: it can find them.  A tenth of the prints by default, all with CABLEGRAM_SOAK=1.
"""

from __future__ import annotations

import contextlib
import http.client
import io
import json
import os
import re
import subprocess
import sys
import threading
from dataclasses import replace
from hashlib import shake_256
from pathlib import Path

import pytest

import desks
from cablegram import cli
from cablegram.desk import sessions
from cablegram.wiring import room, settings, tools
from cablegram.wiring.desk import Office

PRINTS = 1000 if os.environ.get("CABLEGRAM_SOAK") else 100
EACH = 10
WORDS = [f"canary{shake_256(f'memory {n}'.encode()).hexdigest(6)}" for n in range(PRINTS // EACH)]
PASSPHRASE = "correct horse battery"


def run(line, *, stdin=None):
    """One command; the first line it said as JSON."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        came = cli.run(["--json", *line])
    assert 0 == came, err.getvalue()
    return json.loads(out.getvalue().partition("\n")[0] or "{}")


@pytest.fixture
def offices(tmp_path, monkeypatch):
    """Beijing and Moscow with a stick between them; Moscow's room holds its keys."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "stick").mkdir()
    (tmp_path / "pass").write_text(PASSPHRASE + "\n")
    secret = ("--passphrase-file", "pass")
    for name, chief in (("beijing", "zhou"), ("moscow", "makarov")):
        made = ("--id", name, "--name", f"en={name}", "--chief", chief, "--zone", "Etc/UTC")
        ready = ("--series", "G", "--carrier", "stick", "--work", "10")
        run([*secret, "office", "init", name, *made, *ready])
    known = settings.read(tmp_path / "moscow")
    places = {at: f"http://{at}.localhost:{desks.free_port()}" for at in ("desk", "sign")}
    text = replace(known, desk=places["desk"], signer=places["sign"]).text()
    (tmp_path / "moscow" / settings.FILE).write_text(text)
    run([*secret, "--office", "moscow", "--as", "makarov", "officer", "add", "vaganov"])
    run(["--office", "beijing", "correspondent", "add", "moscow/card.json", "--compared"])
    card = ("correspondent", "add", "beijing/card.json", "--compared")
    run(["--office", "moscow", "--as", "makarov", *card])
    for n in range(EACH):
        cover = ("office", "cover", f"Cover{n}", f"reader{n}")
        run(["--office", "moscow", "--as", "makarov", *cover])
    try:
        for name in ("beijing", "moscow"):
            run([*secret, "--office", name, "room", "unlock"])
        yield tmp_path
    finally:
        for name in ("beijing", "moscow"):
            room.lock(tmp_path / name)


def test_the_desk_never_holds_a_text_or_an_office_key(offices):
    """While the room beside it prints, and people look."""
    for n, word in enumerate(WORDS):
        (offices / f"{n}.md").write_text(f"# About {word}\n\nThe text of {word}, {word}.\n")
        to = [part for k in range(EACH) for part in ("--for", f"Cover{k}")]
        wrote = ("draft", "--to", "moscow", *to, "--signatory", "Zhou", "--text", f"en={n}.md")
        run(["--office", "beijing", "send", str(run(["--office", "beijing", *wrote])["draft"])])
    run(["--office", "beijing", "carry"])
    with desks.served(offices / "moscow") as servers, visiting(offices / "moscow") as seen:
        run(["--office", "moscow", "--as", "makarov", "take-in"])
        run(["--office", "moscow", "--as", "vaganov", "open", "--all"])
        run(["--office", "moscow", "--as", "makarov", "print", "--all", "--verifier", "vaganov"])
        printed = len(list((offices / "moscow" / "paper").rglob("*.pdf")))
        held = memory(servers.processes[0])
        assert printed >= PRINTS
    assert {200} == set(seen), "people saw pages all the while"
    assert len(seen) > 20
    keys = tools.unlock(offices / "moscow", PASSPHRASE)
    secrets = [keys.signing_seed, *(key.seed for key in keys.receiving)]
    # The room does hold them: the search finds what is there.
    with contextlib.closing(Office(offices / "moscow")) as office:
        assert "unlocked" == office.room.status()["state"]
    of_room = memory(room_process(offices / "moscow"))
    assert all(secret in of_room for secret in secrets)
    assert any(word.encode() in of_room for word in WORDS)
    assert [] == [word for word in WORDS if word.encode() in held]
    assert [] == [n for n, secret in enumerate(secrets) if secret in held]


def test_the_running_desk_has_loaded_nothing_that_opens(tmp_path):
    """After every page was asked for: no sealing, no cipher room, no tools."""
    root = desks.office_folder(tmp_path / "moscow")
    code = (
        "import sys; sys.path[:0] = sys.argv[2:]\n"
        "from pathlib import Path\n"
        "from starlette.responses import Response\n"
        "from cablegram.desk import routes, sessions\n"
        "from cablegram.desk.app import build\n"
        "from cablegram.desk.frame import Desk\n"
        "from cablegram.wiring.desk import Office\n"
        "import asyncio, httpx, re\n"
        "desk = Desk(Office(Path(sys.argv[1]))); app = build(desk); answer = Response()\n"
        "sessions.begin(desk, answer, 'makarov')\n"
        "cookie = '; '.join(v.decode().partition(';')[0] for k, v in answer.raw_headers\n"
        "                   if k == b'set-cookie')\n"
        "async def main():\n"
        "    way = httpx.ASGITransport(app, raise_app_exceptions=False)\n"
        "    async with httpx.AsyncClient(transport=way, base_url=desk.origin) as client:\n"
        "        for one in routes.WAYS:\n"
        "            if 'GET' in one.methods and 'feed' not in one.path:\n"
        "                path = re.sub(r'\\{\\w+(:\\w+)?\\}', '1', one.path)\n"
        "                await client.get(path, headers={'cookie': cookie})\n"
        "asyncio.run(main())\n"
        "print(*sorted(m for m in sys.modules if m.startswith('cablegram.')))\n"
    )
    made = subprocess.run(
        [sys.executable, "-c", code, str(root), *[p for p in sys.path if p]],
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = made.stdout.split()
    assert "cablegram.desk.routes" in loaded
    never = re.compile(r"cablegram\.(sealing|cipher_room|wiring\.(tools|room))(\.|$)")
    assert [] == [name for name in loaded if never.match(name)]


@contextlib.contextmanager
def visiting(root):
    """Somebody who looks at pages until this ends; gives the statuses they saw."""
    from starlette.responses import Response

    from cablegram.desk.frame import Desk

    office = Office(root)
    answer = Response()
    sessions.begin(Desk(office), answer, "makarov")
    cookie = next(v.decode() for k, v in answer.raw_headers if k == b"set-cookie")
    host = office.settings.desk.partition("://")[2]
    office.close()
    seen, over = [], threading.Event()

    def look():
        while not over.is_set():
            for path in ("/", "/me"):
                line = http.client.HTTPConnection("127.0.0.1", int(host.partition(":")[2]))
                line.request("GET", path, headers={"host": host, "cookie": cookie.split(";")[0]})
                seen.append(line.getresponse().status)
                line.close()
            over.wait(0.02)

    visitor = threading.Thread(target=look)
    visitor.start()
    try:
        yield seen
    finally:
        over.set()
        visitor.join()


def memory(process):
    """All that a process has in its writable memory."""
    found = []
    of = Path("/proc", str(process))
    with (of / "maps").open() as maps, (of / "mem").open("rb", 0) as mem:
        for line in maps:
            span, rights, *_ = line.split()
            if not rights.startswith("rw"):
                continue
            start, end = (int(part, 16) for part in span.split("-"))
            with contextlib.suppress(OSError, ValueError):
                mem.seek(start)
                found.append(mem.read(end - start))
    return b"\0".join(found)


def room_process(root):
    """The id of the process that holds the room's lock."""
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                for link in os.scandir(f"/proc/{entry.name}/fd"):
                    if str(Path(link.path).readlink()) == str(root / "room" / "lock"):
                        return int(entry.name)
    raise AssertionError("no process holds the room's lock")
