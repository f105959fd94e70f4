"""The 200 slips with a real keyboard in a real browser; every scan is answered at once.

The line is typed and scanned in Chromium; forms and buttons go as a browser sends them.  What is
asked to be signed is signed with the people's own Ed25519 keys, outside, through the ask.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
from playwright.sync_api import Error as PlaywrightError
from starlette.responses import Response

import desks
import hands
from cablegram.desk import sessions
from cablegram.desk.frame import Desk
from cablegram.wiring import settings
from cablegram.wiring.desk import Office
from morning import paper_list
from morning.at_desk import AtDesk
from morning.day import HOME, Day
from morning.test_morning import _compare, _take_old_list
from morning.test_morning_at_desk import REFUSED

ANSWER_MS = 200


@dataclass
class Wire:
    """Requests to a desk that is served, as ``desks.Browser`` sends them to one that is not."""

    desk: Desk
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path, **rest):
        return self.ask("GET", path, **rest)

    def post(self, path, **rest):
        ours = {"origin": self.desk.origin, "sec-fetch-site": "same-origin"}
        return self.ask("POST", path, headers={**ours, **rest.pop("headers", {})}, **rest)

    def ask(self, method, path, **rest):
        netloc = self.desk.origin.partition("://")[2]
        headers = {"host": netloc, **rest.pop("headers", {})}
        if self.cookies:
            headers["cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        where = f"http://127.0.0.1:{netloc.rpartition(':')[2]}{path}"
        return httpx.request(method, where, headers=headers, timeout=60, **rest)

    def log_in(self, person):
        response = Response()
        sessions.begin(self.desk, response, person)
        lines = [v.decode() for k, v in response.raw_headers if k == b"set-cookie"]
        pairs = (line.partition(";")[0].partition("=") for line in lines)
        return Wire(self.desk, {name: value for name, _, value in pairs})


@dataclass
class Keyboard(hands.Hand):
    """A person whose line is a page in a real browser."""

    tab: Any = None
    took_ms: list[float] = field(default_factory=list)

    def open(self, chromium):
        context = chromium.new_context()
        origin = self.browser.desk.origin
        secure = f"https://{self.browser.desk.host}/"
        context.add_cookies(
            [
                {"name": k, "value": v, "url": secure, "secure": True}
                for k, v in self.browser.cookies.items()
            ]
        )
        self.tab = context.new_page()
        self.tab.complaints = []
        self.tab.on("pageerror", lambda error: self.tab.complaints.append(str(error)))
        self.tab.goto(origin + "/line")
        return self

    def _line(self, text):
        """Type it and Enter; the answer is what the page shows, and the focus stays on the line."""
        with self.tab.expect_response("**/line/typed") as came:
            self.tab.keyboard.insert_text(text) if len(text) > 60 else self.tab.keyboard.type(text)
            began = time.monotonic()
            self.tab.keyboard.press("Enter")
        try:
            said = came.value.json()
        except PlaywrightError:  # the answer sent the page on to the signer
            self.tab.wait_for_url(self.browser.desk.signer + "/**")
            return {"go": self.tab.url}
        if "go" not in said:
            shown = [one["said"] for one in said["told"]]
            self.tab.wait_for_function(
                "all => all.every(t => document.getElementById('told').textContent.includes(t))",
                arg=shown,
            )
            self.took_ms.append((time.monotonic() - began) * 1000)
            assert "typed" == self.tab.evaluate("document.activeElement.id")
        self.answers.append((text, said))
        return said

    def closes(self):
        # A person's Enter comes later than a scanner's line feed, which the page passes over.
        self.tab.wait_for_timeout(150)
        said = self.types("")
        if "go" not in said:
            return said
        self.tab.wait_for_url(self.browser.desk.signer + "/**")
        self.sign(self.tab.url)
        self.tab.goto(self.browser.desk.origin + "/line")
        return self._told()


def test_the_slips_in_a_real_browser(tmp_path, monkeypatch, browser):
    """The books are the paper list at one and at five; no refusal but those that are right."""
    monkeypatch.chdir(tmp_path)
    for name in ("CABLEGRAM_OFFICE", "CABLEGRAM_AS", "CABLEGRAM_DEBUG"):
        monkeypatch.setenv(name, "")
    day = Day(tmp_path)
    old, slips = paper_list.read()
    kept = paper_list.PaperList()
    try:
        day.open()
        _take_old_list(day, old)
        for line in old:
            kept.old(line)
        root = tmp_path / HOME
        desk_at, signer = (f"http://{n}.localhost:{desks.free_port()}" for n in ("desk", "sign"))
        known = replace(settings.read(root), desk=desk_at, signer=signer)
        (root / settings.FILE).write_text(known.text())
        office = Office(root)
        with desks.served(root):
            wire = Wire(Desk(office))
            people: dict[str, Keyboard] = {}

            def hand(who):
                if who not in people:
                    plain = hands.hand(wire, who)
                    people[who] = Keyboard(plain.browser, who).open(browser)
                return people[who]

            at = AtDesk(day, hand)
            for slip, after in zip(slips, [*slips[1:], None], strict=True):
                day.clock(slip.at)
                at.do(slip, after)
                kept.enter(slip)
            _compare(day, kept)
            assert set(REFUSED) == set(at.refused), at.refused
            assert not [said for one in people.values() for said in one.tab.complaints]
            took = sorted(ms for one in people.values() for ms in one.took_ms)
            assert len(took) > 300
            assert took[len(took) // 2] < ANSWER_MS, took[len(took) // 2]
            median, p99 = took[len(took) // 2], took[-len(took) // 100]
            print(f"{len(took)} answers, median {median:.0f} ms, p99 {p99:.0f} ms")
        office.close()
    finally:
        day.close()
