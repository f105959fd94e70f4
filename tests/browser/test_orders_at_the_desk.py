"""The real desk and the real signer: a passkey made, appointed, and orders signed with it.

What the desk would ask is put into its store here, as its pages do it.
"""

from __future__ import annotations

import json
import secrets
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta

import pytest

import at_the_signer
import desks
from at_answers import CREATE, GET, base64url, key_of, spelled
from cablegram import cli
from cablegram.desk.asked import Kept
from cablegram.desk.parts import Part
from cablegram.model.times import moment
from cablegram.signatures import sshsig
from cablegram.signatures.sshsig import PublicKey
from cablegram.wire import order as order_format
from cablegram.wiring import made_keys, ordering
from cablegram.wiring.desk import Office
from chromium import needs_chromium

pytestmark = needs_chromium
SPACE = order_format.NAMESPACE


@pytest.fixture(scope="module")
def moscow(tmp_path_factory):
    """An office with a second officer, and Molotov who has no key in a browser yet."""
    root = desks.office_folder(tmp_path_factory.mktemp("orders") / "moscow")
    office = Office(root)
    at_the_signer.staff(office, "molotov")
    with desks.served(root):
        yield office
    office.close()


@pytest.fixture(scope="module")
def page(moscow, browser):
    """Molotov at the desk, logged in."""
    page, _ = desks.person_in(browser)
    at_the_signer.enter(page, moscow, "molotov")
    yield page
    page.context.close()
    assert [] == [said for said in page.complaints if "Failed to load resource" not in said]


@pytest.fixture(scope="module")
def key(moscow, page):
    """Molotov makes a passkey for orders; the chief appoints it by the words he is told."""
    page.goto(moscow.settings.desk + "/me")
    page.get_by_role("button", name="Make a passkey for orders").click()
    page.get_by_label("What you call it").fill("blue token")
    page.get_by_role("button", name="Make the passkey").click()
    shown = page.locator(".words").inner_text()
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url("**/me")
    row = page.get_by_role("row").filter(has_text="blue token").inner_text()
    assert shown in row
    assert "waits for the chief" in row
    words = ["--office", str(moscow.root), "--as", "makarov", "--second", at_the_signer.SECOND]
    assert 0 == cli.run([*words, "officer", "add", "molotov", "--words", shown.replace("-", " ")])
    page.reload()
    assert "appointed" in page.get_by_role("row").filter(has_text="blue token").inner_text()
    (made,) = made_keys.made(moscow.store, "molotov")
    assert ("blue token", shown, True) == (made.label, made.words, made.prf)
    return made


def asked(office, key, facts):
    """An ask as the desk's pages keep it: its token and the order."""
    order = ordering.unsigned(office.bureau, "molotov", key.digest, "settle", (), facts)
    body = order_format.encode(order)
    shown = {
        "kind": "sign", "language": "en", "office": "moscow", "person": "molotov",
        "orders": [base64url(body)], "back": "/me", "labels": {},
        "keys": [{"credential": key.credential, "line": key.line}],
    }  # fmt: skip
    token = secrets.token_urlsafe(32)
    until = moment(datetime.now(UTC) + timedelta(minutes=15))
    more = {"parts": [Part(order).said()], "takes": ""}
    office.store.put(Kept("molotov", shown, "/me", more=more).thing(token, until))
    return token, body


def covered(office, name):
    """Whom a cover name means by the books; None where nothing was settled."""
    with office.bureau.books.view() as view:
        row = view.cover_names.get(name)
    return None if row is None else row.person


def test_an_order_is_signed_there_and_carried_out_here(moscow, page, key):
    """Through the real desk: asked, read, signed, performed, and the question is spent."""
    token, _ = asked(moscow, key, {"name": "cover/Filippov", "value": "makarov"})
    page.goto(f"{moscow.settings.signer}/sign#{token}")
    page.get_by_role("button", name="Sign with the passkey").wait_for()
    page.wait_for_selector("button.sign:not([data-resting])").click()
    page.wait_for_url("**/me")
    assert "makarov" == covered(moscow, "Filippov")
    page.goto("about:blank")
    page.goto(f"{moscow.settings.signer}/sign#{token}")
    assert "Refused" in page.locator(".refusal").inner_text()


def test_a_login_at_the_real_desk_is_no_order(moscow, page, key):
    """Its page asks its own passkey, and the signer's, for an order: nothing lands."""
    token, body = asked(moscow, key, {"name": "cover/Evil", "value": "molotov"})
    page.goto(moscow.settings.desk + "/me")
    challenge = base64url(sshsig.signed_data(SPACE, body))
    said = page.evaluate(GET, [challenge, "sign.localhost", [key.credential]])
    assert {"error": "SecurityError"} == said
    login = page.evaluate(CREATE)
    said = page.evaluate(GET, [challenge, "desk.localhost", [login["id"]]])
    for line in (key.line, key_of(login, "sign.localhost"), key_of(login, "desk.localhost")):
        status, answer = posted(moscow, token, spelled(PublicKey.from_line(line), said))
        assert 400 <= status < 500
        assert "the signature on molotov's order does not hold" in answer["error"]["message"]
    assert covered(moscow, "Evil") is None


def posted(office, token, signature):
    """The answer of the desk to that signature, sent as its own signer's page would."""
    desk = office.settings.desk
    request = urllib.request.Request(
        f"http://127.0.0.1:{desk.rpartition(':')[2]}/asked/{token}",
        json.dumps({"signatures": [signature]}).encode(),
        {
            "host": desk.partition("://")[2],
            "origin": office.settings.signer,
            "content-type": "application/json",
        },
    )
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def test_a_key_that_waits_signs_nothing(moscow, page, key):
    """A second passkey, made and not appointed: an order with it is refused where it lands."""
    del key
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {**desks.AUTHENTICATOR, "transport": "usb"}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    page.goto(moscow.settings.desk + "/me")
    page.get_by_role("button", name="Make a passkey for orders").click()
    page.get_by_label("What you call it").fill("grey token")
    page.get_by_role("button", name="Make the passkey").click()
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url("**/me")
    grey = next(one for one in made_keys.made(moscow.store) if one.label == "grey token")
    token, _ = asked(moscow, grey, {"name": "cover/Grey", "value": "molotov"})
    page.goto(f"{moscow.settings.signer}/sign#{token}")
    page.wait_for_selector("button.sign:not([data-resting])").click()
    page.get_by_text("no key of molotov here is the one that signed").wait_for()
    assert covered(moscow, "Grey") is None
    page.goto(moscow.settings.desk + "/me")
    row = page.get_by_role("row").filter(has_text="grey token")
    row.get_by_role("button", name="Take away").click()
    page.wait_for_url("**/me")
    assert 0 == page.get_by_role("row").filter(has_text="grey token").count()
