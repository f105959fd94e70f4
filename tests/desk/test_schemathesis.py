"""schemathesis tries the API by its own document: no fault of ours, whatever is asked or signed.

2,000 cases here, 20,000 with CABLEGRAM_SOAK=1: each way alone, from way to way by the document's
links, and orders that are signed by those in post, from sound ones to nonsense.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil

import httpx
import pytest
import schemathesis
from apis import BASE, Reader, spelled
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import desks
from cablegram.desk.api import describing
from cablegram.errors import CablegramError, RoomError
from cablegram.model.acts import COUNTS, RULES, Act
from cablegram.model.orders import ACTS, OFFICE_RULES, OfficeAct, SignedOrder, Subject
from cablegram.wiring import tools

SOAK = os.environ.get("CABLEGRAM_SOAK") == "1"
TIMES = 10 if SOAK else 1
EACH = 45 * TIMES
ORDERS = 500 * TIMES
QUIET = {
    "deadline": None,
    "database": None,
    "derandomize": not SOAK,
    "suppress_health_check": list(HealthCheck),
}
DOCUMENT = json.loads(describing.document())
FEWER = describing.document().replace(b'"maxItems": 200', b'"maxItems": 3')
"""Lists of three say no less than lists of two hundred, and are made quicker."""
SCHEMA = schemathesis.openapi.from_dict(json.loads(FEWER))
OPERATIONS = {
    found.ok().definition.raw["operationId"]: found.ok() for found in SCHEMA.get_all_operations()
}
SEEN: dict[int, int] = {}


@pytest.fixture(scope="module")
def api(day, tmp_path_factory):
    """The day's office, and programs of the chief and of a drafter."""
    root = shutil.copytree(day, tmp_path_factory.mktemp("tried") / day.name)
    with desks.client(root) as nobody:
        nobody.desk.rates.take = lambda *_: True
        loop = asyncio.new_event_loop()
        way = httpx.ASGITransport(nobody.app, raise_app_exceptions=False)
        line = httpx.AsyncClient(transport=way, base_url=nobody.desk.origin)

        def ask(method, path, **rest):
            return loop.run_until_complete(line.request(method, path, **rest))

        nobody.ask = ask  # one loop and one client: thousands of questions are quickly asked
        yield nobody, Reader(nobody, "makarov"), Reader(nobody, "litvin")
        loop.run_until_complete(line.aclose())
        loop.close()


def judge(came, case=None):
    """Never a fault of ours: a locked room alone is 503 here, and it says so."""
    SEEN[came.status_code] = SEEN.get(came.status_code, 0) + 1
    if came.status_code == 503:
        assert RoomError.exit_status == came.json()["error"]["status"], came.text
        return
    assert came.status_code < 500, (case, came.status_code, came.text[:500])
    if came.status_code >= 400 and came.headers["content-type"].startswith("application/json"):
        assert {"message", "hint", "kept", "status"} == set(came.json()["error"]), came.text


def send(nobody, reader, case):
    """A case of schemathesis, as whoever reads sends it."""
    headers = {
        name: str(value)
        for name, value in (case.headers or {}).items()
        if str(value).isascii() and str(value).isprintable() and name.lower() not in _OWN
    }
    headers |= {"authorization": f"Bearer {reader.secret}", "accept": "application/json"}
    query = _query(case.query)
    query.pop("wait", None)  # a feed that waits is tried by test_feed
    rest = {"headers": headers, "params": query}
    if case.method.upper() == "POST":
        body = case.body
        data = body if isinstance(body, bytes) else json.dumps(body, default=str).encode()
        rest["content"] = data
        headers["content-type"] = case.media_type or "application/json"
    return nobody.ask(case.method.upper(), _path(case), **rest)


_OWN = {"host", "content-length", "authorization", "transfer-encoding", "connection", "accept"}


def _path(case):
    path = case.formatted_path
    return path if path.startswith("/") else f"/{path}"


def _query(query):
    return {
        name: [str(one) for one in value] if isinstance(value, list) else str(value)
        for name, value in (query or {}).items()
    }


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_no_question_brings_about_a_fault(api, name):
    """Each way, with what its document allows and with what it does not."""
    nobody, chief, drafter = api
    positive = OPERATIONS[name].as_strategy(generation_mode=schemathesis.GenerationMode.POSITIVE)
    try:
        negative = OPERATIONS[name].as_strategy(
            generation_mode=schemathesis.GenerationMode.NEGATIVE
        )
        cases = st.one_of(positive, negative)
        cases.validate()
    except Exception:  # noqa: BLE001  # a way without a word has nothing to be said wrongly
        cases = positive

    @settings(max_examples=min(EACH, 4) if name in SLOW else EACH, **QUIET)
    @given(case=cases, as_chief=st.booleans())
    def tried(case, as_chief):
        came = send(nobody, chief if as_chief else drafter, case)
        judge(came, case)

    tried()


SLOW = {"takeAuditFolder", "takeDisclosure", "listen", "makeForm"}
"""Ways that set a form, or read the ledger whole; and the feed, which waits."""


def test_links_lead_on(api):
    """From every list to what it lists, link by link: each leads to an answer."""
    _nobody, chief, _ = api
    followed = 0
    for path, way in DOCUMENT["paths"].items():
        links = way.get("get", {}).get("responses", {}).get("200", {}).get("links", {})
        start = {"/api/where": "?number=21481/1", "/api/telegrams": "?most=3"}.get(path, "")
        if "{" in path or not links:
            continue
        came = chief.get(path.removeprefix(BASE) + start)
        assert came.status_code == 200, (path, came.text)
        followed += _follow(chief, came.json(), links, 0)
    assert followed > 8, "the links lead nowhere"


def _follow(chief, said, links, depth):
    count = 0
    for link in links.values():
        target = next(
            (path, way["get"])
            for path, way in DOCUMENT["paths"].items()
            if way.get("get", {}).get("operationId") == link["operationId"]
        )
        values = {name: _pointed(said, at) for name, at in link["parameters"].items()}
        if depth > 3 or any(value in (None, "") for value in values.values()):
            continue
        path, question = target[0].removeprefix(BASE), {}
        for name, value in values.items():
            if f"{{{name}}}" in path:
                path = path.replace(f"{{{name}}}", str(value))
            else:
                question[name] = str(value)
        came = chief.get(path, params=question)
        judge(came)
        if link["operationId"] != "showHolder":  # a copy may lie with an office, or with nobody
            assert came.status_code == 200, (path, question, came.text)
        count += 1
        if came.status_code == 200 and path.split("/")[0] != "telegrams":
            more = target[1]["responses"]["200"].get("links", {})
            count += _follow(chief, came.json(), more, depth + 1)
    return count


def _pointed(said, at):
    """What a runtime expression leads to; None where nothing is."""
    for part in at.removeprefix("$response.body#/").split("/"):
        try:
            said = said[int(part)] if isinstance(said, list) else said[part]
        except (KeyError, IndexError):
            return None
    return said


# --- orders ---------------------------------------------------------------------------------------

WORDS = st.sampled_from(
    (
        "", "1", "0", "x", "grau", "makarov", "file", "moscow", "beijing", "chief", "registrar",
        "1951-07-12T09:00:00Z", "1951-07-09", "sha256:" + "1" * 64, "sha256:x", "{}", "21481/1",
        "21481", "cover/Koba", "series/T", "person/x", "heading/en", "numbers/x", "clearing/*",
        "policy/own", "watch/list", "/", "9" * 30, "yes", "keep", "regrade", "destroy", "т" * 300,
        "a\nb", "receive", "open", "burnt", "top secret", "case 12", "classification", "retention",
        "ssh-ed25519 AAAA", "grau novak", "grau:24", "Ⅷ", "asks_extension", "1951", "0f" * 16,
    )
)  # fmt: skip
SOUND = {
    "holder": ("grau", "lund"), "due_at": ("1951-07-12T09:00:00Z",), "return_to": ("registry",),
    "sheets": (1, 2, 3), "reader": ("grau",), "written_by": ("lund",), "reason": ("asked for",),
    "evidence": ("sha256:" + "1" * 64,), "place": ("case 12",), "person": ("grau", "novak"),
    "may": ("receive", "open"), "note": ("a word",), "name": ("cover/Koba", "heading/en"),
    "value": ("grau",), "readers": ("grau novak",), "content": ("words",), "method": ("burnt",),
    "classification": ("SECRET", "TOP SECRET"), "number": (1, 2), "what": ("verify",),
    "authority": ("the chief",), "limit_at": ("1951-07-20T09:00:00Z",), "nth": (1, 2),
}  # fmt: skip
"""What the rules ask for, by name: with it an order now and then is sound."""
NUMBERS = st.sampled_from((0, 1, 2, 3, 7, 9999, 10**6, 2**53 - 1))
PEOPLE = ("makarov", "makarov", "chesnokova", "vaganov", "orlova", "litvin", "brodsky")
MATTERS = st.sampled_from((b"", b"x", b"21481/1\n21481/2\n", b"\xff", b"{}"))


@st.composite
def orders(draw, handles):
    """Act, facts and subjects: mostly such as the rules ask for, now and then nonsense."""
    act = draw(st.sampled_from(sorted(ACTS)))
    on_copies = act in {one.value for one in Act}
    rule = RULES[Act(act)] if on_copies else OFFICE_RULES[OfficeAct(act)]
    facts = {}
    for name in (*rule.needs, *draw(st.sets(st.sampled_from(rule.may or ("note",)), max_size=2))):
        counts = name in COUNTS
        facts[name] = draw(NUMBERS if counts != (draw(st.integers(0, 9)) == 0) else WORDS)
        if name in SOUND and draw(st.integers(0, 4)):
            facts[name] = draw(st.sampled_from(SOUND[name]))
    if draw(st.integers(0, 9)) == 0:
        facts.pop(next(iter(facts), ""), None)
    chosen = draw(st.lists(st.sampled_from(handles), min_size=1, max_size=2, unique=True))
    about = chosen if on_copies or draw(st.integers(0, 9)) == 0 else []
    return act, facts, about, draw(st.sampled_from(PEOPLE)), draw(MATTERS), draw(st.booleans())


def test_no_order_brings_about_a_fault(api):
    """Every act there is, by those in post: carried out, or refused in three sentences."""
    nobody, *_ = api
    office = nobody.desk.office
    with office.bureau.books.view() as view:
        handles = [row.handle for row in view.copies.find(limit=60)]
        handles += [row.handle for row in view.telegrams.find(limit=10)]
    landed = []

    @settings(max_examples=ORDERS, **QUIET)
    @given(said=orders(handles))
    def tried(said):
        act, facts, about, person, matter, two = said
        with office.bureau.books.view() as view:
            copies = {h: view.copies.get(h) for h in about}
        subjects = [Subject(h, c.seq if c is not None else 1) for h, c in copies.items()]
        try:
            signed = [tools.sign_order(office, person, act, subjects, facts)]
        except CablegramError:
            return  # what cannot be written as an order reaches no desk
        if two:
            other = "vaganov" if person != "vaganov" else "chesnokova"
            signed.append(tools.second(office, other, signed[0]))
        came = nobody.ask("POST", BASE + "orders", json=spelled(*signed, matter=matter))
        judge(came, said)
        again = nobody.ask("POST", BASE + "orders", json=spelled(*signed, matter=matter))
        judge(again, said)
        if came.status_code == 200:
            landed.append(act)
            assert (200, 1) == (again.status_code, again.json()["repeat"]), again.text
        bent = SignedOrder(signed[0].body[:-2] + b"1}", signed[0].signature)
        judge(nobody.ask("POST", BASE + "orders", json=spelled(bent)), said)

    tried()
    assert len(landed) > 4, f"hardly an order was sound: {landed}"
    assert len(set(landed)) > 2, f"they were sound in one way: {landed}"


def test_it_was_tried_often_enough():
    """What the tests above have sent, by answer: refusals and answers both."""
    if len(SEEN) < 2:
        pytest.skip("runs after the others of this file")
    assert sum(SEEN.values()) >= (20_000 if SOAK else 2_000), SEEN
    assert SEEN[200] > 100 * TIMES
    assert SEEN[400] > 100 * TIMES
