"""The desk as an attacker sees it: what is tried here is refused, and gives nothing away."""

from __future__ import annotations

import asyncio
import base64
import json
from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

import httpx
import pytest

import desks
import hands
from cablegram.desk import logins, rates, security, waiting, writing
from cablegram.desk.frame import name_of
from cablegram.model.acts import State
from cablegram.ports import Thing
from cablegram.registry.reading import every
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


def standing(browser, state):
    with browser.desk.bureau.books.view() as view:
        return [c for c in every(view.copies, "state", state.value) if not c.owner]


def wanted(hand, copy, act="file"):
    """The token of an ask for an act on a copy."""
    said = {"copy": copy.handle, "place": "case 150", "then": "/due"}
    answer = hand.browser.post(f"/act/{act}", data=said)
    assert answer.status_code == 303, answer.text.partition('class="refusal"')[2][:300]
    return answer.headers["location"]


def now(browser, copy):
    with browser.desk.bureau.books.view() as view:
        return view.copies.get(copy.handle)


def test_nobody_elses_signature_answers_a_question(nobody, chesnokova):
    """Whoever learns the token still signs as themselves, which is not what was asked."""
    vaganov = hands.hand(nobody, "vaganov")
    copy = standing(nobody, State.IN_REGISTRY)[0]
    where = wanted(chesnokova, copy)
    vaganov.answer(where, vaganov.signatures(vaganov.asked(where)), status=403)
    assert now(nobody, copy) == copy
    assert hands.is_kept(nobody, where), "whose question it is may answer it still"
    chesnokova.sign(where)
    assert now(nobody, copy).seq == copy.seq + 1
    assert post(nobody, where.partition("#")[2], b'{"signatures":[]}').status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"{}",
        b"null",
        b"\xff",
        b"[" * 100_000,
        b'{"signatures":[]}',
        b'{"signatures":["a","b"]}',
        b'{"signatures":[["a"]]}',
        b'{"signatures":["\\ud800"]}',
        b'{"signatures":{"0":"a"}}',
        b'{"orders":["e30"],"signatures":["a"]}',
        b'{"credential":"a","line":"\\ud800","label":"","prf":false}',
        b'{"signatures":[' + b"9" * 5000 + b"]}",
    ],
    ids=lambda body: str(body[:30]),
)
def test_what_is_no_answer_changes_nothing(nobody, chesnokova, litvin, body):
    copy = standing(nobody, State.IN_REGISTRY)[0]
    sign = wanted(chesnokova, copy).partition("#")[2]
    seal = token_of(litvin.browser.post("/drafts/write", data={"kind": "telegram"}))
    make = token_of(litvin.browser.post("/me/keys"))
    for token in (sign, seal, make):
        came = post(nobody, token, body)
        assert 400 <= came.status_code < 500, came.text
        assert came.json()["error"]["message"]
    assert now(nobody, copy) == copy


def test_a_question_that_is_too_old_is_none(nobody, chesnokova):
    copy = standing(nobody, State.IN_REGISTRY)[0]
    where = wanted(chesnokova, copy)
    shown = chesnokova.asked(where)
    store, name = nobody.desk.store, name_of(where.partition("#")[2])
    thing = store.take("ask", name)
    store.put(replace(thing, until_at=nobody.desk.now(after=timedelta(seconds=-1))))
    chesnokova.answer(where, chesnokova.signatures(shown), status=404)
    assert now(nobody, copy) == copy


def at_once(browser, token, bodies, way=""):
    """Answers that are all on their way before the first of them is whole."""

    async def slowly(body):
        yield body[:1]
        await asyncio.sleep(0.3)
        yield body[1:]

    async def all_of_them():
        line = httpx.ASGITransport(browser.app, raise_app_exceptions=False)
        headers = {"origin": browser.desk.signer, **JSON_FORM}
        async with httpx.AsyncClient(transport=line, base_url=browser.desk.origin) as client:
            return await asyncio.gather(
                *(
                    client.post(f"/asked/{token}{way}", content=slowly(body), headers=headers)
                    for body in bodies
                )
            )

    return desks.apart(all_of_them)


def test_of_two_answers_at_once_one_counts(nobody, chesnokova):
    """A question is answered once."""
    copy = standing(nobody, State.IN_REGISTRY)[0]
    where = wanted(chesnokova, copy)
    said = {"signatures": chesnokova.signatures(chesnokova.asked(where))}
    bodies = [json.dumps(said).encode()] * 2
    came = at_once(nobody, where.partition("#")[2], bodies)
    assert sorted(one.status_code for one in came) == [200, 404]
    assert now(nobody, copy).seq == copy.seq + 1


def test_what_is_sealed_at_once_is_all_counted(nobody, litvin, monkeypatch):
    """More at the same time does not get round how many files a question may have."""
    monkeypatch.setattr(writing, "LAID_MAX", 3)
    seal = token_of(litvin.browser.post("/drafts/write", data={"kind": "telegram"}))
    bodies = [b"age-encryption.org/v1\n" + b"%d" % number * 100 for number in range(6)]
    came = at_once(nobody, seal, bodies, "/sealed")
    assert sorted(one.status_code for one in came) == [200] * 3 + [400] * 3


@pytest.mark.parametrize("origin", ["null", "http://sign.localhost:1", "https://evil.example", ""])
def test_no_other_page_answers_or_reads_a_question(nobody, chesnokova, origin):
    token = wanted(chesnokova, standing(nobody, State.IN_REGISTRY)[0]).partition("#")[2]
    for came in (
        nobody.ask("GET", f"/asked/{token}", headers={"origin": origin}),
        nobody.ask("OPTIONS", f"/asked/{token}", headers={"origin": origin}),
        nobody.ask("POST", f"/asked/{token}", content=b"{}", headers={"origin": origin}),
        nobody.ask("POST", f"/asked/{token}/sealed", content=b"", headers={"origin": origin}),
    ):
        assert came.headers["access-control-allow-origin"] == nobody.desk.signer
        assert "access-control-allow-credentials" not in came.headers
        assert came.request.method in {"GET", "OPTIONS"} or came.status_code == 403


def test_a_form_of_plain_text_is_no_answer_of_another_site(nobody, chesnokova):
    """JSON ways are written by our own pages alone, whatever the body calls itself."""
    for path in ("/login", "/login/ask", "/me/passkeys/ask", "/me/passkeys", "/line/typed"):
        for headers in ({}, {"origin": "null"}, {"origin": nobody.desk.signer}):
            plain = {"content-type": "text/plain", **headers}
            came = chesnokova.browser.ask("POST", path, content=b"{}", headers=plain)
            assert came.status_code == 403, path


# --- persons ------------------------------------------------------------------------------------


def test_one_person_with_two_keys_is_one_person(nobody):
    """Neither the page nor the API takes both signatures of a pair from them."""
    makarov = hands.hand(nobody, "makarov")
    chesnokova = hands.hand(nobody, "chesnokova")
    copy = standing(nobody, State.IN_REGISTRY)[0]
    said = {"copy": copy.handle, "method": "burnt", "sheets": str(copy.sheets), "then": "/due"}
    answer = chesnokova.browser.post("/act/destroy", data=said)
    assert answer.status_code == 303, answer.text.partition('class="refusal"')[2][:300]
    assert chesnokova.sign(answer.headers["location"])["next"] == "/seconds"
    digest = waiting.every(nobody.desk)[-1].digest
    came = chesnokova.browser.post(f"/seconds/{digest}/sign")
    assert came.status_code == 403
    assert "one person with two keys" in came.text
    assert makarov.browser.post(f"/seconds/{digest}/withdraw").status_code == 403
    first = waiting.get(nobody.desk, digest).first
    own = tools.sign_order(
        nobody.desk.office, "chesnokova", "destroy",
        waiting.get(nobody.desk, digest).order.subjects,
        waiting.get(nobody.desk, digest).order.facts, seconds=digest,
    )  # fmt: skip
    orders = [waiting.packed(first), waiting.packed(own)]
    came = nobody.ask(
        "POST", "/api/orders", content=json.dumps({"orders": orders}).encode(), headers=JSON_FORM
    )
    assert 400 <= came.status_code < 500
    assert now(nobody, copy) == copy


HOSTILE = "\"><img src=x onerror=a>{{7*7}}'\\u0000"[:-6]


def test_no_text_that_anybody_wrote_is_html(nobody):
    """Names, labels and what was typed stand on pages as they were written."""
    desk = nobody.desk
    tools.appoint(
        desk.office, tools.Post("eve", name=HOSTILE, role="drafter"),
        chief="makarov", other="chesnokova",
    )  # fmt: skip
    makarov = hands.hand(nobody, "makarov")
    eve = hands.hand(nobody, "eve")
    desk.store.put(
        Thing("login", "a", canonical.encode(
            {"key": "", "count": 0, "label": HOSTILE, "made_at": desk.now()}), "eve")
    )  # fmt: skip
    for key in desk.store.of("key", "eve"):
        said = {**canonical.decode(key.data), "label": HOSTILE}
        desk.store.put(replace(key, data=canonical.encode(said)))
    eve.browser.post("/tokens", data={"days": "3", "label": HOSTILE})
    seen = 0
    for browser, path in [
        *((eve.browser, path) for path in ("/", "/me", "/tokens", "/reading", "/drafts")),
        *(
            (makarov.browser, path)
            for path in (
                "/find", "/custody", "/holder/eve", "/watches", "/act/appoint", "/act/relieve",
                "/tasks", "/inspect", "/register/incoming",
            )
        ),
    ]:  # fmt: skip
        for asked in ("", f"?q={quote(HOSTILE)}&person={quote(HOSTILE)}&then={quote(HOSTILE)}"):
            page = browser.get(path + asked).text
            assert "<img" not in page, path
            assert "49" not in page.partition("&lt;img src=x onerror=a&gt;")[2][:6]
            seen += "&lt;img" in page
    assert seen >= 4
