"""The desk as an attacker sees it: what is tried here is refused, and gives nothing away."""

from __future__ import annotations

import asyncio
import base64

import pytest

import desks
import hands
from cablegram.desk import logins, rates, security
from cablegram.ports import Thing
from cablegram.wire import canonical
from cablegram.wiring import tools

JSON_FORM = {"content-type": "application/json"}


@pytest.fixture
def nobody(office_folder):
    with desks.client(office_folder) as browser:
        browser.desk.rates = rates.Rates(lambda: 0.0)  # how often is asked in test_entering
        yield browser


@pytest.fixture
def chesnokova(nobody):
    return hands.hand(nobody, "chesnokova")


@pytest.fixture
def litvin(nobody):
    return hands.hand(nobody, "litvin")


def spelled(text):
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


# --- what is no question ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("way", "headers"),
    [
        ("/api/ledger/proof/" + "9" * 5000, {}),
        ("/api/musters/" + "9" * 5000, {}),
        ("/static/%00", {}),
        ("/static/..%2f..%2fapp.py", {}),
        ("/static/%2e%2e/app.py", {}),
        ("/static//etc/passwd", {}),
        ("//evil.example/%2e%2e", {}),
        ("/asked/%00", {}),
        ("/act/issue", {"referer": "http://["}),
        ("/login", {"content-length": "9" * 5000}),
        ("/login", {"content-length": "\u00b2"}),
        ("/find?q=" + "(" * 4000, {}),
        ("/musters/\u0663", {}),
    ],
    ids=lambda value: str(value)[:30],
)
def test_nothing_that_is_asked_is_a_fault(nobody, way, headers):
    """A fault is told with a trace on the desk's log: nobody else fills that."""
    raw = [(k.encode(), v.encode("latin-1")) for k, v in headers.items()]
    came = nobody.log_in("brodsky").ask("GET", way, headers=raw and dict(raw))
    assert came.status_code < 500, came.text
    assert came.headers["content-security-policy"]
    assert "Traceback" not in came.text
    assert "cablegram/desk" not in came.text


@pytest.mark.parametrize("name", ["id", "challenge", "data"])
def test_half_a_character_is_no_passkey(nobody, name):
    asked = nobody.post("/login/ask").json()
    challenge = "\\ud800" if name == "challenge" else asked["challenge"]
    client = "\\ud800" if name == "data" else spelled(f'{{"challenge":"{challenge}"}}')
    found = "\\ud800" if name == "id" else "a"
    body = f'{{"id":"{found}","response":{{"clientDataJSON":"{client}"}}}}'
    came = nobody.post("/login", content=body.encode())
    assert came.status_code in {400, 403}, came.text
    assert came.json()["error"]["message"]


@pytest.mark.parametrize("path", ["/login", "/line", "/act/issue", "/asked/{}"])
def test_a_body_without_an_end_is_refused_in_words(nobody, chesnokova, litvin, path):
    """It says no length, so that its size is known only once it came."""
    seal = litvin.browser.post("/drafts/write", data={"kind": "telegram"})

    async def endless():
        for _ in range(30):
            yield b"a" * (1 << 16)

    token = token_of(seal)
    origin = nobody.desk.signer if "{}" in path else nobody.desk.origin
    kind = {"content-type": "application/x-www-form-urlencoded", "origin": origin}
    came = chesnokova.browser.ask("POST", path.format(token), content=endless(), headers=kind)
    assert came.status_code == 400, came.text
    assert "too large, or broke off" in came.text


def test_a_body_that_does_not_come_is_not_waited_for(nobody, monkeypatch):
    monkeypatch.setattr(security, "BODY_S", -16.0 + 0.2)  # and sixteen for a megabyte

    async def never():
        yield b"{"
        await asyncio.sleep(5)

    origin = {"origin": nobody.desk.origin}
    came = nobody.ask("POST", "/login", content=never(), headers=origin)
    assert came.status_code == 400
    assert "too large, or broke off" in came.text


def test_a_fault_tells_nobody_what_it_was(nobody, monkeypatch):
    """Neither its page nor its JSON, and both have every header."""

    def fails(*_):
        raise RuntimeError("a secret of makarov")

    monkeypatch.setattr(logins, "ask", fails)
    monkeypatch.setattr("cablegram.desk.asked._kept", fails)
    monkeypatch.setattr("cablegram.desk.pages.entering.local", fails)
    for came in (nobody.get("/login"), nobody.post("/login/ask"), nobody.get("/asked/x")):
        assert came.status_code == 500
        assert "secret" not in came.text
        assert "makarov" not in came.text
        for name, value in security.HEADERS.items():
            assert came.headers[name] == value
        assert came.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in came.headers["content-security-policy"]
    assert nobody.get("/asked/x").json()["error"]["message"] == "A fault of the program"


def test_what_has_ended_is_swept_away_while_the_desk_runs(nobody):
    """Or whoever asks to log in, and never does, fills the disk."""
    desk = nobody.desk

    def lay():
        for number in range(10):
            desk.store.put(Thing("challenge", str(number), b"login", "", "2000-01-01T00:00:00Z"))
        nobody.post("/login/ask")
        return len(desk.store.of("challenge"))

    assert lay() == 1
    assert lay() == 12, "not at each question"
    desk._sweep_at = 0.0
    assert lay() == 3


# --- asks ---------------------------------------------------------------------------------------


def post(browser, token, body, way="", **headers):
    return browser.ask(
        "POST",
        f"/asked/{token}{way}",
        content=body,
        headers={"origin": browser.desk.signer, **JSON_FORM, **headers},
    )


def token_of(answer):
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("#")[2]


def test_whoever_is_relieved_has_no_question_any_more(nobody, litvin):
    """Neither to read nor to answer nor to lay sealed files under: they have twelve hours."""
    seal = token_of(litvin.browser.post("/drafts/write", data={"kind": "telegram"}))
    key = token_of(litvin.browser.post("/me/keys"))
    desk = nobody.desk
    sealed = b"age-encryption.org/v1\n" + b"x" * 100
    assert post(nobody, seal, sealed, "/sealed").status_code == 200
    tools.relieve(desk.office, "litvin", "leave", chief="makarov", other="chesnokova")
    for token in (seal, key):
        assert nobody.get(f"/asked/{token}").status_code == 404
        assert post(nobody, token, b"{}").status_code == 404
    assert post(nobody, seal, sealed + b"y", "/sealed").status_code == 404
    assert not desk.bureau.blobs.has(canonical.digest(sealed + b"y"))
