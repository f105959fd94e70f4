"""A telegram is written in a browser: sealed there to the room, signed there, read by no desk."""

from __future__ import annotations

import os
import re

import pytest

import at_the_signer as signing
import desks
from cablegram.registry.reading import every
from cablegram.sealing import envelope, policy
from cablegram.wire import draft as draft_format
from cablegram.wiring import tools
from cablegram.wiring.desk import Office
from cablegram.wiring.tools import keys as key_files
from chromium import needs_bundle, needs_chromium
from folders import PASSPHRASE, founding

pytestmark = [needs_chromium, needs_bundle]

CANARY = "канарейка 7f3a белая"
SUBJECT = "canary-subject-51c0"
NAME = "Filippov-canary-88"
FILE = b"canary of a file: 9d41 " + os.urandom(40_000)


@pytest.fixture(scope="module")
def moscow(tmp_path_factory):
    """An office with a drafter who has a passkey, and another office that it may write to."""
    folder = tmp_path_factory.mktemp("writing")
    root = desks.office_folder(folder / "moscow")
    other = Office(tools.init_office(folder / "beijing", founding(office="beijing")).root)
    office = Office(root)
    signing.staff(office, "molotov")
    signing.knows(office, other)
    other.close()
    yield office
    office.close()


@pytest.fixture(scope="module")
def at_desk(moscow, browser):
    """Molotov logged in, with the passkey for orders; every byte that leaves is watched."""
    with desks.served(moscow.root):
        page, devtools = desks.person_in(browser)
        signing.enter(page, moscow, "molotov")
        signing.signing_passkey(page, moscow, "molotov")
        yield page, devtools, signing.Watch(page)
        page.context.close()


FORGE = """(change) => {
    const fetched = window.fetch;
    window.fetch = async (url, how) => {
        const answer = await fetched(url, how);
        if (!/\\/asked\\/[^/]+$/.test(url) || how.method === "POST") return answer;
        return new Response(JSON.stringify({...(await answer.json()), ...change}));
    };
}"""
FORGE_ORDER = """async (change) => {
    const {base64url, bytesOf, decode, encode} = await import("/static/canonical.js");
    const fetched = window.fetch;
    window.fetch = async (url, how) => {
        const answer = await fetched(url, how);
        if (!/\\/asked\\/[^/]+$/.test(url) || how.method === "POST") return answer;
        const ask = await answer.json();
        const order = {...decode(bytesOf(ask.orders[0])), ...change};
        return new Response(JSON.stringify({...ask, orders: [base64url(encode(order))]}));
    };
}"""
"""A desk that lies: what it answers is changed on its way into the page."""


def begin(page, office):
    page.goto(office.settings.desk + "/drafts")
    page.get_by_role("button", name="Write", exact=True).click()
    page.wait_for_url("**/seal#*")
    page.wait_for_selector("textarea")


def fill(page):
    page.fill("textarea", f"# Проект\n\n{CANARY}\n\nВторой абзац.")
    page.get_by_label("beijing").check()
    page.get_by_label("Name or cover name of an addressee").fill(NAME)
    page.get_by_label("Signatory").fill("Mao Zedong")
    page.get_by_label("Subject").fill(SUBJECT)
    page.get_by_label("Level").select_option("top secret")
    page.get_by_label("To be fulfilled by").fill("1951-07-15T21:00")
    page.get_by_label("Copies go back after").fill("6")
    page.get_by_label("Back to").fill("the eighth department")
    page.set_input_files(
        "#files", files=[{"name": "карта.bin", "mimeType": "image/png", "buffer": FILE}]
    )


def room_reads(office, digest):
    """The draft of that digest, opened with the office's own key."""
    keys = key_files.unlock(office.root, PASSPHRASE)
    opened = policy.open_wire(office.bureau.blobs.get(digest), keys.identities())
    return draft_format.decode(opened)


def test_a_telegram_is_written_and_the_desk_never_has_it(moscow, at_desk):
    """The room reads it byte for byte; no request and no file of the desk has a word of it."""
    page, _, watch = at_desk
    begin(page, moscow)
    fill(page)
    page.get_by_role("button", name="Add a translation").click()
    page.locator("textarea").nth(1).fill("A draft.\n\nThe second paragraph.")
    page.get_by_role("button", name="Seal it").click()
    page.wait_for_selector("article.order")
    shown = page.text_content("main")
    assert "top secret" in shown
    assert "beijing" in shown
    assert SUBJECT not in shown
    page.get_by_role("button", name="Sign with the passkey").click()
    page.wait_for_url(re.compile(r"/drafts/\d+$"))
    assert [] == page.complaints

    with moscow.bureau.books.view() as view:
        (row,) = every(view.drafts)
    assert ("molotov", "beijing", "top secret") == (row.drafter, row.to, row.level)
    draft, bodies = room_reads(moscow, row.digest)
    assert f"# Проект\n\n{CANARY}\n\nВторой абзац.\n".encode() == bodies["body.en.md"]
    assert b"A draft.\n\nThe second paragraph.\n" == bodies["body.ru.md"]
    assert (SUBJECT, "1951-07-15T18:00:00Z") == (draft.subject, draft.fulfil_by)
    assert [NAME] == [one.name for one in draft.addressees]
    assert ("copying prohibited",) == draft.caveats
    (file,), ((_, seed),) = draft.attachments, draft.keys
    sealed = moscow.bureau.blobs.get(file.sealed_sha256)
    assert FILE == envelope.open_attachment(sealed, file, seed)

    for canary in (CANARY, SUBJECT, NAME, "Mao Zedong", "карта.bin", FILE[:22].decode(), seed):
        assert [] == watch.holds(canary), canary
        assert [] == signing.on_disk(moscow.root, canary), canary
    assert watch.holds("beijing"), "the watch sees what is sent"


def test_nothing_typed_is_lost_when_it_does_not_fit(moscow, at_desk):
    """A field that is missing is named and has the focus; the words stay where they were."""
    page, _, watch = at_desk
    begin(page, moscow)
    fill(page)
    page.get_by_label("Signatory").fill("")
    before = len(watch.sent)
    page.get_by_role("button", name="Seal it").click()
    page.wait_for_selector("section.refusal")
    assert "Signatory is empty." in page.text_content("section.refusal")
    assert "signatory" == page.evaluate("document.activeElement.name")
    assert CANARY in page.input_value("textarea")
    assert "карта.bin" in page.text_content(".chosen")
    sealed = [url for url, _ in watch.sent[before:] if "/sealed" in url]
    assert [] == sealed, "bytes were handed over before it fitted"
    page.get_by_label("Signatory").fill("Mao Zedong")
    page.get_by_role("button", name="Seal it").click()
    page.wait_for_selector("article.order")
    page.get_by_role("button", name="Go on writing").click()
    assert CANARY in page.input_value("textarea")
    assert "Mao Zedong" == page.input_value("#signatory")


def test_nothing_typed_is_lost_when_the_desk_is_away(moscow, at_desk):
    """No answer: said in three sentences over the form, which is as it was."""
    page, _, _ = at_desk
    begin(page, moscow)
    fill(page)
    page.context.set_offline(True)
    page.get_by_role("button", name="Seal it").click()
    page.wait_for_selector("section.refusal")
    said = page.text_content("section.refusal")
    assert "does not answer" in said
    assert "what you wrote is still on the page" in said
    assert CANARY in page.input_value("textarea")
    page.context.set_offline(False)
    page.get_by_role("button", name="Seal it").click()
    page.wait_for_selector("article.order")


def test_a_desk_that_names_a_key_of_its_own_gets_nothing(moscow, at_desk):
    """The key is that of the card, from the signer's host: another is refused before sealing."""
    page, _, watch = at_desk
    begin(page, moscow)
    fill(page)

    page.evaluate(FORGE, {"draft_key": moscow.settings.desk})
    before = len(watch.sent)
    page.get_by_role("button", name="Seal it").click()
    page.wait_for_selector("section.refusal")
    assert "another key for drafts" in page.text_content("section.refusal")
    assert [] == [url for url, _ in watch.sent[before:] if "/sealed" in url]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"act": "release"}, "in a way that this page does not know"),
        ({"officer": "makarov"}, "the order is makarov's"),
        ({"office": "beijing"}, "the desk asks for beijing"),
        ({"facts": {"draft": ""}}, "in a way that this page does not know"),
        ({"key": "sha256:" + "0" * 64}, "none of your passkeys"),
    ],
)
def test_another_order_than_to_record_the_draft_is_not_signed(moscow, at_desk, change, says):
    """The desk could slip in any order: the page fills in a draft's and signs no other."""
    page, _, _ = at_desk
    begin(page, moscow)
    fill(page)

    page.evaluate(FORGE_ORDER, change)
    page.get_by_role("button", name="Seal it").click()
    page.wait_for_selector("section.refusal")
    assert says in page.text_content("section.refusal")
    assert CANARY in page.input_value("textarea")


def test_a_signer_without_the_bundle_says_what_is_missing(moscow, at_desk):
    """Set up where no node could be had: the page is there, and names the way out."""
    page, _, _ = at_desk
    page.route("**/static/age.js", lambda route: route.abort())
    page.goto(moscow.settings.desk + "/drafts")
    page.get_by_role("button", name="Write", exact=True).click()
    page.wait_for_selector(".refusal")
    said = page.text_content("main")
    assert "was set up without what seals and opens in a browser" in said
    assert "`make bundle`" in said
    page.unroute("**/static/age.js")
    page.complaints.clear()
