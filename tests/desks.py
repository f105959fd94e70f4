"""Desks for tests: an office folder served in this process, or by real servers to a real browser.

``client`` talks to the application without a network: ``desk.log_in("makarov")`` gives requests
with a session, as a passkey would.  ``served`` starts `python -m cablegram.desk` and the signer
on ports of their own; the ``browser`` fixture opens pages there, each person in a context with
a virtual authenticator of their own.
"""

from __future__ import annotations

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import httpx
from starlette.responses import Response

from cablegram.desk import sessions
from cablegram.desk.app import build
from cablegram.desk.frame import Desk
from cablegram.model.roles import SILENT
from cablegram.registry import roster
from cablegram.wiring import settings, tools
from cablegram.wiring.desk import Office
from cablegram.wiring.inviting import name_of
from cablegram.wiring.tools import keys as key_files
from cablegram.wiring.up import Servers
from folders import founding

__all__ = ["Browser", "name_of"]

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

AUTHENTICATOR = {
    "protocol": "ctap2",
    "ctap2Version": "ctap2_1",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
    "hasPrf": True,
}


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])


def office_folder(root: Path, **changes: Any) -> Path:
    """An office folder with the chief makarov in post, and addresses that are free."""
    root.parent.mkdir(parents=True, exist_ok=True)
    tools.init_office(root, founding(**changes))
    return addresses(root)


def addresses(root: Path) -> Path:
    """Give the desk and the signer of an office folder addresses that are free."""
    known = settings.read(root)
    desk, signer = (f"http://{name}.localhost:{free_port()}" for name in ("desk", "sign"))
    (root / settings.FILE).write_text(replace(known, desk=desk, signer=signer).text())
    return root


def appoint(office: Office, person: str, role: str, passphrase: str) -> None:
    """Put a person in post on the chief's order, seconded by whoever is there, or the office."""
    post = tools.Post(person, role)
    with office.bureau.books.view() as view:
        others = [
            one
            for one in roster.persons_in_post(view)
            if one != "makarov" and roster.roles_of(view, one, office.bureau.now()) - SILENT
        ]
    if others:
        tools.appoint(office, post, chief="makarov", other=others[0])
        return
    keys = key_files.unlock(office.root, passphrase)
    tools.appoint(office, post, chief="makarov", keys=keys)


def apart(work: Any) -> Any:
    """Run a coroutine in a thread of its own: a real browser's loop may run in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(work())).result()


@dataclass
class Browser:
    """Somebody's requests to a desk in this process, without a network."""

    desk: Desk
    app: Any
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **rest: Any) -> httpx.Response:
        """GET, as a link does."""
        return self.ask("GET", path, **rest)

    def post(self, path: str, **rest: Any) -> httpx.Response:
        """POST, as a form of our own pages does."""
        ours = {"origin": self.desk.origin, "sec-fetch-site": "same-origin"}
        return self.ask("POST", path, headers={**ours, **rest.pop("headers", {})}, **rest)

    def ask(self, method: str, path: str, **rest: Any) -> httpx.Response:
        """One request, its redirects not followed."""
        headers = dict(rest.pop("headers", {}))
        if self.cookies:
            headers["cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())

        async def once() -> httpx.Response:
            way = httpx.ASGITransport(self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=way, base_url=self.desk.origin) as client:
                return await client.request(method, path, headers=headers, **rest)

        return apart(once)

    def log_in(self, person: str) -> Browser:
        """Requests with a session of this person, begun as a passkey's answer begins it."""
        response = Response()
        sessions.begin(self.desk, response, person)
        lines = [v.decode() for k, v in response.raw_headers if k == b"set-cookie"]
        pairs = (line.partition(";")[0].partition("=") for line in lines)
        return Browser(self.desk, self.app, {name: value for name, _, value in pairs})


@contextmanager
def client(root: Path) -> Iterator[Browser]:
    """Requests of nobody in particular to the desk of this office."""
    office = Office(root)
    try:
        desk = Desk(office)
        yield Browser(desk, build(desk))
    finally:
        office.close()


@contextmanager
def served(root: Path) -> Iterator[Servers]:
    """The desk and the signer of this office as real servers."""
    servers = Servers(root)
    try:
        servers.come_up()
        yield servers
    finally:
        servers.end()


def person_in(browser: Any, **changes: Any) -> tuple[Any, Any]:
    """A person's own context and page, with a virtual authenticator: ``(page, its session)``.

    What the pages complain of is kept in ``page.complaints``, the authenticator's id in
    ``page.authenticator``.
    """
    context = browser.new_context()
    page = context.new_page()
    page.complaints = []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on(
        "console",
        lambda said: page.complaints.append(said.text) if said.type == "error" else None,
    )
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {**AUTHENTICATOR, **changes}
    added = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    page.authenticator = added["authenticatorId"]
    return page, devtools


def enter(page: Any, link: str) -> None:
    """Make the first passkey with the link of an invitation; ends logged in."""
    page.goto(link)
    page.get_by_role("button", name="Make a passkey").click()
    page.wait_for_url("**/me")
