"""Orders signed in a real browser: what people see, and that what comes of it is an order."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace

import pytest

from at_answers import CREATE, GET, base64url, key_of, spelled
from cablegram.errors import OrderError, SealError
from cablegram.model.orders import SignedOrder
from cablegram.signatures import sshsig
from cablegram.signatures.sshsig import PublicKey
from cablegram.wire import order as order_format
from chromium import needs_chromium, passkeys
from offices import CHIEF, found, refuses
from signing import StandIn, signer

pytestmark = needs_chromium

FACTS = {"name": "cover/X", "value": "beria"}
SPACE = order_format.NAMESPACE


@pytest.fixture(scope="module")
def at():
    with signer() as at:
        yield at


@pytest.fixture
def desk(at):
    with StandIn(at) as desk:
        yield desk


@pytest.fixture
def page(browser):
    """A page with an authenticator; whatever it complains of fails the test."""
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    page.complaints = []
    page.on("console", lambda said: page.complaints.append(said.text) if is_bad(said) else None)
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.passkeys, page.authenticator = passkeys(page)
    yield page
    context.close()
    assert [] == page.complaints


def is_bad(said):
    """What a page says of itself; that an answer had a status is the browser's own line."""
    return said.type == "error" and "Failed to load resource" not in said.text


@pytest.fixture
def molotov(desk, page):
    """Enrol Molotov's passkey in the browser: what the desk is given."""
    page.goto(desk.ask(enrol()))
    page.get_by_label("What you call it").fill("blue token")
    page.get_by_role("button", name="Make the passkey").click()
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url("**/done")
    return desk.got.pop()


def enrol(**more):
    said = {"kind": "enrol", "language": "en", "office": "moscow", "person": "molotov", "back": "/"}
    return {**said, "exclude": [], "label": "", **more}


def office_of(molotov):
    office = found()
    facts = {"person": "molotov", "key_line": molotov["line"], "role": "officer"}
    office.give("appoint", facts, by=CHIEF, two="makarov")
    return office


def order(office, molotov, /, act="settle", facts=FACTS, subjects=(), **changes):
    key = PublicKey.from_line(molotov["line"]).key_id()
    made = office.order(act, facts, by="makarov", officer="molotov", subjects=subjects, key=key)
    return order_format.encode(replace(made, **changes))


def ask(molotov, *orders, **more):
    keys = [{"credential": molotov["credential"], "line": molotov["line"]}]
    said = {"kind": "sign", "language": "en", "office": "moscow", "person": "molotov", "back": "/"}
    return {
        **said,
        "orders": [base64url(one) for one in orders],
        "keys": keys,
        "labels": {},
        **more,
    }


def sign(page):
    page.wait_for_selector("button.sign:not([data-resting])")
    page.get_by_role("button", name="Sign").click()


def test_an_enrolled_passkey_signs_an_order_that_is_carried_out(desk, page, molotov, tmp_path):
    """Enrolled, appointed, asked, read, touched: Good for ssh-keygen, for us, and performed."""
    assert ("blue token", True) == (molotov["label"], molotov["prf"])
    key = PublicKey.from_line(molotov["line"])
    assert ("sign.localhost", molotov["line"]) == (key.application, key.line())
    office = office_of(molotov)
    body = order(office, molotov)

    def performed(said):
        office.perform([SignedOrder(body, said["signatures"][0])])
        return 200, {"next": "/done"}

    page.goto(desk.ask(ask(molotov, body), performed))
    assert "settle" == page.locator(".act").inner_text().lower()
    page.get_by_text("cover/X", exact=True).wait_for()
    sign(page)
    page.wait_for_url("**/done")
    with office.view() as books:
        assert "beria" == books.cover_names.get("X").person
    made = desk.got.pop()["signatures"][0]
    sshsig.verify(made, namespace=SPACE, message=body, key=key)
    assert judged(tmp_path, molotov["line"], body, made) in {True, None}
    assert [] == desk.cookies


def judged(folder, line, body, signature):
    if shutil.which("ssh-keygen") is None:
        return None
    allowed, made = folder / "allowed", folder / "order.sig"
    allowed.write_text(f"molotov {line}\n")
    made.write_text(signature)
    words = ["-f", allowed, "-I", "molotov", "-n", SPACE, "-s", made]
    ran = subprocess.run(
        ["ssh-keygen", "-Y", "verify", *words], input=body, capture_output=True, check=False
    )
    return (ran.returncode, ran.stdout[:4]) == (0, b"Good")


def test_hundreds_of_signatures_have_one_spelling(desk, page, molotov):
    """Whatever the authenticator's numbers: the page turns the greater s and writes no zero."""
    office = office_of(molotov)
    key = PublicKey.from_line(molotov["line"])
    for _ in range(4):
        bodies = [order(office, molotov) for _ in range(16)]
        page.goto(desk.ask(ask(molotov, *bodies)))
        sign(page)
        page.wait_for_url("**/done")
        made = desk.got.pop()["signatures"]
        for body, signature in zip(bodies, made, strict=True):
            sshsig.verify(signature, namespace=SPACE, message=body, key=key)


def test_an_order_is_told_in_words_and_labels_are_the_desk_s(desk, page, molotov):
    """Act, subjects, facts, who and until when are the page's words; a label says whose it is."""
    office = office_of(molotov)
    copies = office.in_registry(2)
    facts = {"holder": "stalin", "due_at": "1951-07-15T21:00:00Z", "return_to": "the eighth"}
    body = order(office, molotov, "issue", facts, subjects=copies)
    labels = {copies[0].handle: "copy 2 of No. 21497", "stalin": "I. V. Stalin"}
    page.goto(desk.ask(ask(molotov, body, labels=labels)))
    assert "issue" == page.locator(".act").inner_text().lower()
    said = page.locator("main").inner_text()
    for expected in (
        "stalin",
        "16 July 1951",
        "00:00",
        "GMT+3",
        "molotov, of moscow",
        "the eighth",
    ):
        assert expected in said
    assert copies[0].handle in said
    assert copies[1].handle in said
    marked = [each.inner_text() for each in page.locator(".said").all()]
    assert 3 == len(marked)
    assert "copy 2 of No. 21497" in marked[0]
    assert "the desk says" in marked[0]
    assert "the desk gives it no name" in marked[1]
    assert "I. V. Stalin" in marked[2]


BROKEN = {
    "another spelling": lambda body: body.replace(b'":', b'": ', 1),
    "a field twice": lambda body: body[:-1] + b',"act":"issue"}',
    "a field more": lambda body: json.dumps({**json.loads(body), "x": 1}).encode(),
    "no number": lambda body: body.replace(b'"number":', b'"number":0'),
    "an act nobody knows": lambda body: body.replace(b'"act":"settle"', b'"act":"befriend"'),
    "a text that turns round": lambda body: body.replace(b"beria", "be\u202eria".encode()),
    "an integer as float": lambda body: body.replace(b'"size":', b'"size":1e1,"x":'),
    "not JSON": lambda body: body[:-1],
    "a moment that is none": lambda body: body.replace(b"1951-07-05", b"1951-02-30"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_what_cannot_be_read_whole_is_not_shown(desk, page, molotov, fault):
    """No button, nothing of the order on the page, three sentences."""
    office = office_of(molotov)
    page.goto(desk.ask(ask(molotov, BROKEN[fault](order(office, molotov)))))
    assert "cannot be read whole" in page.locator(".refusal").inner_text()
    assert 0 == page.locator("button.sign").count()
    assert "beria" not in page.locator("main").inner_text()


def test_what_is_not_this_person_s_is_not_shown(desk, page, molotov):
    """Another's order, another office's, a key that is none of these, a key for another host."""
    office = office_of(molotov)
    body = order(office, molotov)
    theirs = order_format.encode(office.order("settle", FACTS, by="makarov"))
    away = order(office, molotov, office="harbin")
    other = order(office, molotov, key=office.people["makarov"].public_key.key_id())
    elsewhere = PublicKey.from_line(molotov["line"])
    line = PublicKey(elsewhere.algorithm, elsewhere.raw, "desk.localhost").line()
    cases = (
        (ask(molotov, theirs), "makarov's, and the desk asks molotov"),
        (ask(molotov, away), "asks for harbin"),
        (ask(molotov, other), "none of your passkeys here"),
        (ask({**molotov, "line": line}, body), "none of your passkeys here"),
        ({**ask(molotov, body), "office": "harbin"}, "this is the signer of moscow"),
        ({**ask(molotov, body), "kind": "seal"}, "does not know (kind)"),
        ({**ask(molotov, body), "orders": []}, "does not know (orders)"),
        ({**ask(molotov, body), "keys": "none"}, "does not know (keys)"),
        ({**ask(molotov, body), "language": "xx"}, "does not know (language)"),
        ({**ask(molotov, body), "labels": {"a": 1}}, "does not know (labels)"),
    )
    for said, expected in cases:
        page.goto("about:blank")
        page.goto(desk.ask({**said, "kind": "sign"}).replace("/seal#", "/sign#"))
        if said["kind"] != "sign":
            desk.asks = dict.fromkeys(desk.asks, said)
            page.reload()
        assert expected in page.locator(".refusal").inner_text(), expected
        assert 0 == page.locator("button.sign").count()


def test_a_token_that_is_none_or_spent(at, desk, page):
    """Three sentences, and the way back."""
    page.goto(f"{at.signer}/sign")
    assert "no question to answer" in page.locator(".refusal").inner_text()
    page.goto("about:blank")
    page.goto(f"{at.signer}/sign#{'A' * 43}")
    assert "was answered, or is too old" in page.locator(".refusal").inner_text()
    assert at.desk + "/" == page.get_by_role("link", name="Back to the desk").get_attribute("href")


def test_what_the_desk_refuses_is_said_as_the_desk_s(desk, page, molotov):
    """Its three sentences, marked."""
    office = office_of(molotov)
    error = {"message": "makarov is on leave", "hint": "Wait for him.", "kept": "Nothing changed."}
    page.goto(desk.ask(ask(molotov, order(office, molotov)), lambda _: (409, {"error": error})))
    sign(page)
    said = page.locator(".refusal").inner_text()
    for expected in ("says the desk", "Makarov is on leave.", "Wait for him.", "Nothing changed."):
        assert expected in said


def test_an_order_that_was_overtaken_is_shown_anew(desk, page, molotov):
    """The desk says again: the page fetches, shows the new order, and says why."""
    office = office_of(molotov)
    first, second = (
        order(office, molotov),
        order(office, molotov, facts={**FACTS, "value": "stalin"}),
    )

    def overtaken(_):
        token = next(reversed(desk.asks))
        desk.asks[token] = ask(molotov, second)
        desk.answers[token] = lambda _: (200, {"next": "/done"})
        return 409, {"error": {"message": "x", "hint": "y", "kept": "z"}, "again": True}

    page.goto(desk.ask(ask(molotov, first), overtaken))
    sign(page)
    page.get_by_text("came between").wait_for()
    assert "stalin" in page.locator(".order").inner_text()
    sign(page)
    page.wait_for_url("**/done")
    made = desk.got.pop()["signatures"][0]
    key = PublicKey.from_line(molotov["line"])
    sshsig.verify(made, namespace=SPACE, message=second, key=key)


def test_nobody_is_sent_to_another_host(desk, page, molotov):
    """Whatever the desk says comes next, it is a page of the desk's."""
    office = office_of(molotov)
    for there in ("//evil.localhost/x", "https://evil.localhost/x", "done", "/\\evil.localhost"):
        page.goto(
            desk.ask(ask(molotov, order(office, molotov)), lambda _, n=there: (200, {"next": n}))
        )
        sign(page)
        assert "does not know (next)" in page.locator(".refusal").inner_text()


# --- a login is no order ------------------------------------------------------------------------


def refused_everywhere(office, body, line, signature):
    """By the check itself, whatever key it is held to, and where orders land."""
    with pytest.raises(SealError):
        sshsig.verify(signature, namespace=SPACE, message=body, key=PublicKey.from_line(line))
    with refuses(office, "the signature on molotov's order does not hold", OrderError):
        office.perform([SignedOrder(body, signature)])


def test_the_desk_s_pages_cannot_ask_the_signer_s_passkey(at, desk, page, molotov):
    """A page of the desk that asks for the signer's relying party gets a SecurityError."""
    page.goto(f"{at.desk}/")
    body = order(office_of(molotov), molotov)
    challenge = base64url(sshsig.signed_data(SPACE, body))
    for allow in ([molotov["credential"]], []):
        said = page.evaluate(GET, [challenge, "sign.localhost", allow])
        assert {"error": "SecurityError"} == said


def test_a_login_whose_challenge_is_an_order_is_no_order(at, desk, page, molotov):
    """The desk asks its own login passkey for an order's very bytes: nothing comes of it."""
    office = office_of(molotov)
    page.goto(f"{at.desk}/")
    login = page.evaluate(CREATE)
    body = order(office, molotov)
    challenge = base64url(sshsig.signed_data(SPACE, body))
    said = page.evaluate(GET, [challenge, "desk.localhost", [login["id"]]])
    for line in (molotov["line"], key_of(login, "sign.localhost")):
        refused_everywhere(office, body, line, spelled(PublicKey.from_line(line), said))
    # Under its own key and host it holds, as it must: nobody is in post with that key.
    theirs = PublicKey.from_line(key_of(login, "desk.localhost"))
    sshsig.verify(spelled(theirs, said), namespace=SPACE, message=body, key=theirs)
    with refuses(office, "the signature on molotov's order does not hold", OrderError):
        office.perform([SignedOrder(body, spelled(theirs, said))])


def test_a_page_above_or_below_is_no_signer(at, desk, page, molotov):
    """A host below the signer's may ask for its passkeys; what they sign there is no order."""
    office = office_of(molotov)
    port = desk.at.desk.rpartition(":")[2]
    page.goto(f"http://evil.sign.localhost:{port}/")
    body = order(office, molotov)
    challenge = base64url(sshsig.signed_data(SPACE, body))
    said = page.evaluate(GET, [challenge, "sign.localhost", [molotov["credential"]]])
    assert "error" not in said, (
        "Chromium lets a host below ask; that is why the origin is looked at"
    )
    made = spelled(PublicKey.from_line(molotov["line"]), said)
    refused_everywhere(office, body, molotov["line"], made)
