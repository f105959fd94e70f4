"""Hands at a desk in this process: who types on the line, fills forms, and signs what is asked.

The signer's page is stood in for: ``Hand.sign`` reads the ask as it does and answers with SSHSIGs
of the person's own Ed25519 key, which the desk takes as it takes a passkey's.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

from cablegram.desk.frame import name_of
from cablegram.ports import Thing
from cablegram.wire import canonical
from cablegram.wire import order as order_format
from cablegram.wiring.tools.keys import officer_key

if TYPE_CHECKING:
    from desks import Browser


@dataclass
class Hand:
    """One person at the desk, logged in; ``keys`` counts what they typed, ``scans`` the scans."""

    browser: Browser
    person: str
    keys: int = 0
    scans: int = 0
    touches: int = 0
    answers: list[Any] = field(default_factory=list)
    text: str = ""

    # --- the line ---------------------------------------------------------------------------

    def types(self, text: str) -> dict[str, Any]:
        """Type on the line, and Enter; gives what the page's script is told."""
        self.keys += len(text) + 1
        return self._line(text)

    def scans_(self, code: str) -> dict[str, Any]:
        """Scan on the line."""
        self.scans += 1
        return self._line(code)

    def closes(self) -> dict[str, Any]:
        """An empty Enter, and whatever it asks to be signed."""
        said = self.types("")
        if "go" in said:
            self.sign(said["go"])
            return self._told()
        return said

    def _line(self, text: str) -> dict[str, Any]:
        answer = self.browser.post("/line/typed", data={"typed": text})
        said = answer.json()
        assert 200 == answer.status_code, said
        self.answers.append((text, said))
        return said

    def _told(self) -> dict[str, Any]:
        from cablegram.desk import batches

        kept = batches.load(self.browser.desk.store, self.person)
        told = [{"kind": t.answer.value, "said": t.said, "hint": t.hint} for t in kept.told]
        lines = [(e.number, e.state, e.scanned.name) for e in kept.entries]
        return {"told": told, "lines": lines}

    # --- pages, buttons and forms -----------------------------------------------------------------

    def page(self, path: str, *, keys: int = 0) -> str:
        """Open a page, by so many keys."""
        self.keys += keys
        answer = self.browser.get(path)
        assert 200 == answer.status_code, answer.text
        self.text = answer.text
        return self.text

    def presses(self, path: str) -> None:
        """Press a button, by a tab and Enter, and sign what it asks; ``{}`` is as on the page."""
        self.keys += 2
        if "{}" in path:
            pattern = re.escape(path).replace(r"\{\}", '([^/"]+)')
            found = re.search(f'action="{pattern}"', self.text)
            assert found, f"no button {path} on the page"
            path = path.format(found[1])
        answer = self.browser.post(path)
        assert 303 == answer.status_code, answer.text
        where = answer.headers["location"]
        if where.startswith(self.browser.desk.signer):
            self.sign(where)

    def fills(self, act: str, about: str = "", **said: str) -> None:
        """Open an act's form, fill in what is not there already, and sign it.

        Counted are two keys to open it, each field's characters with a tab, and Enter.
        """
        form = self.form(act, about)
        self.keys += 2 + sum(len(value) + 1 for value in said.values()) + 1
        for name, value in said.items():
            assert name in form.names, f"{act} does not ask for {name}: {form.names}"
            form.values[name] = [value]
        answer = self.browser.post(f"/act/{act}", data=form.values)
        refusal = answer.text.partition('class="refusal"')[2][:300]
        assert 303 == answer.status_code, f"{act} {about} {said}: {refusal}"
        self.sign(answer.headers["location"])

    def offers(self, act: str, name: str) -> list[str]:
        """What a form gives to choose from."""
        return [value for value in self.form(act).choices.get(name, []) if value]

    def form(self, act: str, about: str = "") -> Form:
        """An act's form as it is shown."""
        answer = self.browser.get(f"/act/{act}" + (f"?{about}" if about else ""))
        assert 200 == answer.status_code, f"{act} {about}: {answer.text[-1500:]}"
        form = Form()
        form.feed(
            answer.text.partition('<form method="post" action="/act/')[2].partition("</form>")[0]
        )
        return form

    # --- what is asked --------------------------------------------------------------------------

    def asked(self, where: str) -> dict[str, Any]:
        """The ask behind an address of the signer's page."""
        token = where.partition("#")[2]
        answer = self.browser.ask("GET", f"/asked/{token}")
        assert 200 == answer.status_code, answer.text
        return answer.json()

    def signatures(self, shown: dict[str, Any]) -> list[str]:
        """Sign each order of an ask with the person's own key."""
        office = self.browser.desk.office
        key = officer_key(office.root, office.settings, self.person)
        bodies = [canonical.decode_bytes(text) for text in shown["orders"]]
        self.touches += len(bodies)
        return [key.sign(order_format.NAMESPACE, body) for body in bodies]

    def sign(self, where: str, *, status: int = 200) -> dict[str, Any]:
        """Answer an ask with signatures; gives what the signer's page is told."""
        return self.answer(where, self.signatures(self.asked(where)), status=status)

    def answer(self, where: str, signatures: list[str], *, status: int = 200) -> dict[str, Any]:
        """Answer an ask with these signatures."""
        token = where.partition("#")[2]
        answer = self.browser.ask(
            "POST",
            f"/asked/{token}",
            content=json.dumps({"signatures": signatures}).encode(),
            headers={"origin": self.browser.desk.signer, "content-type": "application/json"},
        )
        assert status == answer.status_code, answer.text
        return answer.json()


class Form(HTMLParser):
    """The fields of a form with what stands in them, as a browser would send them."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, list[str]] = {}
        self.names: list[str] = []
        self.choices: dict[str, list[str]] = {}
        self._select = ""

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        """A field begins."""
        said = dict(attrs)
        if tag in {"input", "select", "textarea"} and said.get("name"):
            self.names.append(said["name"])
        if tag == "input" and said.get("type") != "checkbox":
            self.values.setdefault(said["name"], []).append(said.get("value") or "")
        elif tag == "select":
            self._select = said["name"]
            self.choices[self._select] = []
        elif tag == "option":
            self.choices[self._select].append(said.get("value") or "")
            if "selected" in said or len(self.choices[self._select]) == 1:
                self.values[self._select] = [said.get("value") or ""]


def hand(browser: Browser, person: str) -> Hand:
    """This person logged in, their own key known to the desk as one that a browser signs with."""
    desk = browser.desk
    key = officer_key(desk.office.root, desk.office.settings, person).public_key
    data = canonical.encode(
        {"credential": "", "line": key.line(), "label": "test", "made_at": desk.now()}
    )
    desk.store.put(Thing("key", key.key_id(), data, person))
    return Hand(browser.log_in(person), person)


def is_kept(browser: Browser, where: str) -> bool:
    """Whether the ask behind an address is still to be answered."""
    return browser.desk.store.get("ask", name_of(where.partition("#")[2])) is not None
