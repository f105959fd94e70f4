"""A copy is opened in a browser by whom it is sealed to, and by nobody and nothing else.

One office with a real room, a telegram on its stick, a person with passkeys: the key is made,
lost, had back; the copy opens, and each way in which it must not is tried by name.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re

import pytest
from PIL import Image, ImageDraw

import at_the_signer as signing
import desks
from cablegram import registry
from cablegram.registry import drafts, readers, screens
from cablegram.registry.reading import every
from cablegram.wire import canonical
from cablegram.wiring import room, tools
from cablegram.wiring.desk import Office
from chromium import add_authenticator, needs_bundle, needs_chromium

pytestmark = [needs_chromium, needs_bundle]

CANARY = "канарейка 51c0 в тексте"
TEXT = f"# Проект соглашения\n\nТоварищу Филиппову.\n\n{CANARY}.\n"
CAMERA = "canary-camera-6f20"
FILE = b"canary of a file 9d41 " + os.urandom(70_000)
LOADS = """(src) => { const one = new Image(); one.src = src;
    return one.decode().then(() => "there", () => "gone"); }"""
CUT = b"\x89PNG\r\n\x1a\n" + bytes(40)


def photograph():
    """A map as a camera gives it: large, turned by a note of its own, with its maker's name."""
    drawn = Image.new("RGB", (1800, 2600), (214, 204, 178))
    pen = ImageDraw.Draw(drawn)
    for n in range(12):
        pen.line((0, 200 * n, 1800, 90 * n + 700), fill=(60, 110, 150), width=9)
    pen.ellipse((700, 900, 1100, 1300), outline=(170, 30, 30), width=16)
    notes = Image.Exif()
    notes[0x0112], notes[0x010F] = 8, CAMERA
    out = io.BytesIO()
    drawn.save(out, "JPEG", exif=notes)
    return out.getvalue()


class World:
    """The office, its browser, and what molotov has."""

    def __init__(self, folder, browser):
        self.folder, self.browser = folder, browser
        self.moscow, self.beijing = signing.two_offices(folder)
        self.office = Office(self.moscow)
        self.desk = self.office.settings.desk
        self.lines, self.left = [], []
        (folder / "text.md").write_text(TEXT)
        (folder / "карта.bin").write_bytes(FILE)
        (folder / "снимок.jpg").write_bytes(photograph())
        (folder / "обрыв.png").write_bytes(CUT)

    def person(self, **changes):
        """Molotov in a browser of their own, logged in, with an authenticator."""
        page, devtools = desks.person_in(self.browser, **changes)
        signing.enter(page, self.office, "molotov")
        return page, devtools, signing.Watch(page)

    def key(self):
        with self.office.bureau.books.view() as view:
            return readers.standing(view, "molotov", self.office.bureau)

    def reads(self):
        """How many readings the ledger has."""
        with self.office.bureau.books.view() as view:
            return sum(row.act == "read" for row in every(view.orders))

    def fresh(self):
        """A copy that is out with molotov and was never opened."""
        if not self.left:
            self.left = self.telegram()
        return self.left.pop()

    def telegram(self, *names):
        """A further telegram; its copies are sealed and issued to molotov."""
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            named = [str(self.folder / name) for name in names or ("карта.bin",)]
            attached = [word for name in named for word in ("--attach", name)]
            signing.send(self.beijing, self.folder / "text.md", *attached)
            return signing.copies_for(self.office, "molotov")


@pytest.fixture(scope="module")
def world(tmp_path_factory, browser):
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        found = World(tmp_path_factory.mktemp("reading"), browser)
    try:
        with desks.served(found.moscow):
            yield found
    finally:
        room.lock(found.moscow)
        room.lock(found.beijing)
        found.office.close()


@pytest.fixture(scope="module")
def molotov(world):
    """Molotov at a laptop: a passkey for orders, and a reading key made with it."""
    page, devtools, watch = world.person()
    signing.signing_passkey(page, world.office, "molotov")
    world.lines = make_key(world, page)
    yield page, devtools, watch
    page.context.close()


@pytest.fixture(scope="module")
def copies(world, molotov):
    return world.telegram()


def make_key(world, page, *, until=r"enrolled"):
    """Make a reading key on the pages; gives the lines of its sheet."""
    page.goto(world.desk + "/reading")
    page.get_by_role("button", name=re.compile("Make a (reading key|new one)")).click()
    page.get_by_role("button", name="Make the key and its sheet").click()
    page.wait_for_selector(".paper")
    lines = page.locator(".lines code").all_text_contents()
    place = int(re.search(r"Line (\d)", page.text_content("label[for=typed]"))[1])
    page.fill("#typed", lines[place - 1])
    page.get_by_role("button", name="I have the sheet").click()
    page.get_by_role("button", name="Sign with the passkey").click()
    page.wait_for_selector(f"h1:text-matches('{until}')")
    return lines


def offer(world, page, copy):
    """The signer's page that offers to open the copy."""
    page.goto(world.desk + "/reading")
    page.locator(f"form[action='/reading/{copy.handle}'] button").click()
    page.wait_for_url("**/open#*")
    page.wait_for_selector("main button")


def open_it(page):
    page.get_by_role("button", name="Open with the passkey").click()
    page.wait_for_selector("article.copy, .refusal")


def said(page):
    return page.text_content("main")


# --- the key -------------------------------------------------------------------------------------


def test_the_sheet_and_the_key_leave_the_page_nowhere(world, molotov):
    """What went to the desk is an order and a locked key; no line of the sheet, no identity."""
    page, _, watch = molotov
    key = world.key()
    assert "mlkem768x25519" == key.kind
    assert watch.holds(key.recipient), "the watch sees the order"
    for line in world.lines:
        assert [] == watch.holds(line)
        assert [] == watch.holds(line.replace("-", ""))
        assert [] == signing.on_disk(world.moscow, line.replace("-", ""))
    assert [] == watch.holds("AGE-SECRET-KEY-PQ-1")
    assert [] == signing.on_disk(world.moscow, "AGE-SECRET-KEY-PQ-1")
    assert [] == page.complaints


def test_the_sheet_is_read_by_the_room_as_the_very_key(world, molotov):
    """The 52 characters are the identity that was enrolled: the sheet alone is enough."""
    from cablegram.sealing.recipients import HybridIdentity

    digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    number = 0
    for line in world.lines:
        for character in line.replace("-", "")[:-2]:
            number = number << 5 | digits.index(character)
    identity = HybridIdentity((number >> 4).to_bytes(32))
    assert world.key().recipient == str(identity.recipient())


def test_a_line_typed_wrong_goes_no_further(world, molotov):
    """Nobody goes on without the sheet: nothing is enrolled before."""
    page, _, _ = molotov
    before = world.key()
    page.goto(world.desk + "/reading")
    page.get_by_role("button", name="Make a new one").click()
    page.get_by_role("button", name="Make the key and its sheet").click()
    page.fill("#typed", "AAAA-BBBBB-CCCC-DD")
    page.get_by_role("button", name="I have the sheet").click()
    assert "is not as it stands on the sheet" in page.text_content(".told")
    assert before == world.key()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"act": "appoint"}, "in a way that this page does not know (orders)"),
        ({"facts": {"person": "makarov", "recipient": ""}}, "does not know (orders)"),
        ({"facts": {"person": "molotov", "recipient": "age1pq1theirs"}}, "does not know (orders)"),
        ({"officer": "makarov"}, "order is makarov's"),
    ],
)
def test_a_desk_cannot_have_another_key_enrolled(world, molotov, change, says):
    """The page fills in the key that it made, into an order about its own person, and no other."""
    page, before = molotov[0], world.key()
    page.goto(world.desk + "/reading")
    page.get_by_role("button", name="Make a new one").click()
    page.wait_for_url("**/identity#*")
    page.wait_for_selector("main button")
    ask = page.evaluate(
        f"fetch(`{world.desk}/asked/${{location.hash.slice(1)}}`).then(a => a.json())"
    )
    order = canonical.decode(canonical.decode_bytes(ask["orders"][0]))
    forged = canonical.encode_bytes(canonical.encode({**order, **change}))
    with lying(page, ASK, {"orders": [forged]}):
        page.get_by_role("button", name="Make the key and its sheet").click()
        page.wait_for_selector(".paper")
        place = int(re.search(r"Line (\d)", page.text_content("label[for=typed]"))[1])
        page.fill("#typed", page.locator(".lines code").nth(place - 1).text_content())
        page.get_by_role("button", name="I have the sheet").click()
        page.wait_for_selector(".refusal")
        assert says in said(page)
    assert before == world.key()


# --- opening -------------------------------------------------------------------------------------


def test_one_touch_enters_the_reading_and_opens_the_copy(world, molotov, copies):
    """The order stands under a head, the text on the page; class, copy and sheet on every sheet."""
    page, devtools, watch = molotov
    copy, before = copies[0], world.reads()
    offer(world, page, copy)
    assert world.reads() == before
    assert CANARY not in said(page)
    touched = []
    devtools.on("WebAuthn.credentialAsserted", lambda one: touched.append(one["credential"]))
    open_it(page)
    assert before + 1 == world.reads()
    assert CANARY in page.text_content("article.copy")
    marks = page.locator("figure.sheet .marks").all_text_contents()
    sheets = int(re.search(r"of (\d+)", marks[0])[1])
    assert 2 * sheets == len(marks)
    for mark in marks:
        assert "top secret" in mark.lower()
        assert f"/{copy.number}" in mark
        assert re.search(r"sheet \d+ of \d+", mark)
    shown = page.evaluate(
        "() => Promise.all([...document.querySelectorAll('figure img')].map(async (i) => {"
        "await i.decode(); return [i.naturalWidth, i.naturalHeight, i.src.slice(0, 5)]}))"
    )
    assert sheets == len(shown)
    assert all(wide > 500 and high > wide and src == "blob:" for wide, high, src in shown)
    assert 1 == len(touched), "more than one touch"
    with page.expect_download() as download:
        page.get_by_role("button", name="Fetch and save").click()
    assert "карта.bin" == download.value.suggested_filename
    assert FILE == download.value.path().read_bytes()
    for canary in (CANARY, FILE[:21].decode(), world.lines[0].replace("-", "")):
        assert [] == watch.holds(canary)
        assert [] == signing.on_disk(world.moscow, canary)
    assert [] == page.complaints
    page.get_by_role("link", name="resolution, fulfilment, return").click()
    page.wait_for_url(f"**/copy/{copy.handle}")
    assert "may not see or do this" not in page.text_content("main")


def test_a_picture_among_the_files_is_shown_as_the_room_drew_it(world, molotov):
    """Upright and bounded, under the copy's marks; a broken one is told; all are files."""
    page, _, watch = molotov
    copy = world.telegram("карта.bin", "снимок.jpg", "обрыв.png")[0]
    offer(world, page, copy)
    open_it(page)
    rows = page.locator(".files li")
    assert 3 == rows.count()
    assert 1 == page.locator(".files img").count()
    picture = rows.nth(1).locator("img")
    sides = "async (i) => { await i.decode(); return [i.naturalWidth, i.naturalHeight] }"
    assert [2000, 1385] == picture.evaluate(sides)
    assert "What снимок.jpg shows, drawn anew by the room" == picture.get_attribute("alt")
    assert picture.bounding_box()["width"] <= page.locator("article.copy").bounding_box()["width"]
    src = picture.get_attribute("src")
    mark = rows.nth(1).locator(".marks").text_content()
    assert "top secret" in mark.lower()
    assert f"/{copy.number}" in mark
    assert "drew no picture of this file" in rows.nth(2).text_content()
    assert "drew no picture" not in rows.nth(0).text_content()
    with page.expect_download() as download:
        rows.nth(1).get_by_role("button", name="Fetch and save").click()
    assert photograph() == download.value.path().read_bytes()
    assert [] == page.complaints
    assert "there" == page.evaluate(LOADS, src)
    page.get_by_role("button", name="Close it").click()
    assert "gone" == page.evaluate(LOADS, src)
    assert [] == watch.holds(CAMERA)
    assert [] == signing.on_disk(world.moscow, CAMERA)


def test_what_was_opened_opens_again_without_a_new_entry(world, molotov, copies):
    """As long as it is out and its date has not come."""
    page, _, _ = molotov
    offer(world, page, copies[0])
    open_it(page)
    before = world.reads()
    offer(world, page, copies[0])
    assert "Nothing new is entered" in said(page)
    open_it(page)
    assert CANARY in page.text_content("article.copy")
    assert before == world.reads()


def test_a_copy_that_was_closed_is_gone_from_the_page(world, molotov, copies):
    """Close it, or go back: no word and no picture of it stays in the page."""
    page, _, _ = molotov
    offer(world, page, copies[0])
    open_it(page)
    blob = page.get_attribute("figure img", "src")
    assert "there" == page.evaluate(LOADS, blob)
    page.get_by_role("button", name="Close it").click()
    assert CANARY not in page.content()
    assert "gone" == page.evaluate(LOADS, blob)
    offer(world, page, copies[0])
    open_it(page)
    page.goto(world.desk + "/reading")
    page.go_back()
    assert CANARY not in page.content()


def test_the_recovery_sheet_opens_it_too(world, molotov, copies):
    """Typed line by line; a slip is told with its line before anything is sent."""
    page, _, watch = molotov
    offer(world, page, copies[0])
    page.get_by_role("button", name="Open with the recovery sheet").click()
    fill(page, [world.lines[0], world.lines[1][:-1] + "x", *world.lines[2:]])
    assert "Line 2 is not as it stands" in page.text_content(".told")
    assert "line-2" == page.evaluate("document.activeElement.id")
    fill(page, world.lines)
    page.wait_for_selector("article.copy")
    assert CANARY in page.text_content("article.copy")
    assert [] == watch.holds(world.lines[0].replace("-", ""))


def fill(page, lines):
    for place, line in enumerate(lines, 1):
        page.fill(f"#line-{place}", line)
    page.get_by_role("button", name="Use this sheet").click()


# --- a desk that lies, bytes that were altered ---------------------------------------------------

BYTES = """([name, what]) => {
    const fetched = window.fetch;
    window.fetch = async (url, how) => {
        const answer = await fetched(url, how);
        if (!String(url).endsWith(name)) return answer;
        const bytes = new Uint8Array(await answer.arrayBuffer());
        if (what === "cut") return new Response(bytes.slice(0, -1));
        bytes[bytes.length - 1] ^= 1;
        return new Response(bytes);
    };
}"""
ANSWER = """(change) => {
    const fetched = window.fetch;
    window.fetch = async (url, how) => {
        const answer = await fetched(url, how);
        if (how?.method !== "POST" || !answer.ok) return answer;
        return new Response(JSON.stringify({...(await answer.json()), ...change}));
    };
}"""
ASK = """(change) => {
    const fetched = window.fetch;
    window.fetch = async (url, how) => {
        const answer = await fetched(url, how);
        if (how?.method === "POST" || !/\\/asked\\/[^/]+$/.test(url)) return answer;
        return new Response(JSON.stringify({...(await answer.json()), ...change}));
    };
}"""


@contextlib.contextmanager
def lying(page, script, value):
    """The page anew, with a desk that lies: its answers are changed on their way into the page."""
    session = page.context.new_cdp_session(page)
    session.send("Page.enable")
    source = {"source": f"({script})({json.dumps(value)});"}
    added = session.send("Page.addScriptToEvaluateOnNewDocument", source)
    page.reload()
    page.wait_for_selector("main button, .refusal")
    yield
    session.send("Page.removeScriptToEvaluateOnNewDocument", added)


@pytest.mark.parametrize("what", ["turned", "cut"])
def test_altered_bytes_do_not_open(world, molotov, copies, what):
    """The content's last byte: nothing is shown, and the page says that it was altered."""
    page, _, _ = molotov
    offer(world, page, copies[0])
    with lying(page, BYTES, ["/sealed/content", what]):
        open_it(page)
        assert "The sealed bytes were altered." in said(page)
        assert CANARY not in page.content()


def test_an_altered_half_is_told_before_anything_is_entered(world, molotov, copies):
    """The half opens before the order goes out: no reading of what could not be read."""
    page, before = molotov[0], world.reads()
    offer(world, page, copies[1])
    with lying(page, BYTES, ["/sealed/half", "turned"]):
        open_it(page)
        assert "The sealed bytes were altered." in said(page)
        assert "Nothing was read, and nothing was entered." in said(page)
    assert before == world.reads()


def test_without_its_share_a_copy_does_not_open(world, molotov, copies):
    """None, another copy's, or one that is no share: the text stays shut."""
    page, _, _ = molotov
    with world.office.bureau.books.view() as view:
        other = screens.share(view, copies[0].handle, "molotov", world.office.bureau, "browser")
        half = screens.sealed_copy(view, copies[0].handle, world.office.bureau).half
    for share, says in (
        (None, "in a way that this page does not know (share)"),
        (canonical.encode_bytes(half), "does not belong to this copy"),
        (canonical.encode_bytes(other[:-1]), "were altered"),
        ("", "are not sealed as a copy is"),
    ):
        offer(world, page, copies[0])
        with lying(page, ANSWER, {"share": share}):
            open_it(page)
            assert says in said(page), share
            assert CANARY not in page.content()


def test_a_copy_handed_over_in_place_of_another_is_told(world, molotov, copies):
    """Both are this person's, so both would open: the page holds it to the order's own subject."""
    page, _, _ = molotov
    offer(world, page, copies[1])
    open_it(page)
    assert CANARY in page.text_content("article.copy")
    offer(world, page, copies[0])
    with lying(page, ASK, {"handle": copies[1].handle}):
        open_it(page)
        assert "another copy than was asked for" in said(page)
        assert CANARY not in page.content()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"recipient": "sha256:" + "0" * 64}, "opens another identity than the one"),
        ({"recipient": "sha256:x"}, "in a way that this page does not know (recipient)"),
        ({"wraps": [{"credential": "AAAA", "sealed": "x" * 5000}]}, "does not know (wraps)"),
        ({"what": "note"}, "in a way that this page does not know (what)"),
        ({"office": "beijing"}, "the desk asks for beijing"),
        ({"person": "makarov"}, "is molotov's"),
    ],
)
def test_an_ask_that_is_not_as_it_should_be_is_refused(world, molotov, change, says):
    """Out of its bounds, for another office, or with another identity: nothing is entered."""
    page, before = molotov[0], world.reads()
    copy = world.fresh()
    offer(world, page, copy)
    with lying(page, ASK, change):
        if page.locator("button", has_text="Open with the passkey").count():
            open_it(page)
        assert says.lower() in said(page).lower()
        assert "Nothing was read, and nothing was entered." in said(page)
    assert before == world.reads()


@pytest.mark.parametrize("act", ["return", "destroy", "read_draft"])
def test_another_order_in_place_of_the_reading_is_not_signed(world, molotov, act):
    """The desk slips in an order of its own under the same button."""
    page = molotov[0]
    copy = world.fresh()
    offer(world, page, copy)
    ask = page.evaluate(
        "fetch(`${DESK}/asked/${location.hash.slice(1)}`).then((answer) => answer.json())".replace(
            "${DESK}", world.desk
        )
    )
    order = canonical.decode(canonical.decode_bytes(ask["orders"][0]))
    facts = {"return": {"sheets": 1}, "destroy": {}, "read_draft": {"draft": "x"}}[act]
    forged = canonical.encode_bytes(canonical.encode({**order, "act": act, "facts": facts}))
    with lying(page, ASK, {"orders": [forged]}):
        assert "the order says something else than that you read this" in said(page).lower()
        assert 0 == page.locator("button.sign").count()


# --- drafts --------------------------------------------------------------------------------------


def test_a_draft_is_read_and_cleared_where_the_desk_cannot_read_it(world, molotov):
    """The room seals it to molotov; all that its letter will say is shown; then it is cleared."""
    page, _, watch = molotov
    made = ("--to", "beijing", "--for", "Gao-canary-77", "--signatory", "Filippov")
    text = ("--text", f"en={world.folder / 'text.md'}", "--attach", world.folder / "карта.bin")
    at = ("--office", world.moscow, "--as", "makarov")
    signing.command(*at, "draft", *made, *text, "--level", "top secret")
    with world.office.bureau.books.view() as view:
        row = max(every(view.drafts), key=lambda one: one.number)
    page.goto(f"{world.desk}/drafts/{row.number}")
    page.get_by_role("button", name="Read the draft").click()
    page.wait_for_url("**/open#*")
    open_it(page)
    shown = page.text_content("article.copy")
    for words in (CANARY, "Gao-canary-77", "Filippov", "top secret", "карта.bin"):
        assert words in shown
    with page.expect_download() as download:
        page.get_by_role("button", name="Fetch and save").click()
    assert FILE == download.value.path().read_bytes()
    for canary in (CANARY, "Gao-canary-77"):
        assert [] == watch.holds(canary)
        assert [] == signing.on_disk(world.moscow, canary)
    page.get_by_role("link", name="Back to the desk").click()
    page.wait_for_url(f"**/drafts/{row.number}")
    page.get_by_role("button", name="Clear", exact=True).click()
    page.wait_for_url("**/sign#*")
    page.locator("button.sign:not([data-resting])").click()
    page.wait_for_url(f"**/drafts/{row.number}")
    assert "molotov" in page.text_content("dl.facts")
    with world.office.bureau.books.view() as view:
        assert ("molotov",) == drafts.standing(view, row, world.office.bureau).cleared


# --- other passkeys, other keys ---------------------------------------------------------------


def test_a_second_passkey_opens_once_the_first_has_let_it_in(world, molotov, copies):
    """Its touch alone locks the key for itself; before, it signs and opens nothing."""
    page, devtools, _ = molotov
    first = devtools.send("WebAuthn.getCredentials", {"authenticatorId": page.authenticator})
    assert first["credentials"]
    second = add_authenticator(devtools, transport="usb")
    presence(devtools, page.authenticator, on=False)
    signing.signing_passkey(page, world.office, "molotov", "blue token")
    presence(devtools, page.authenticator, on=True)
    page.goto(world.desk + "/reading")
    page.get_by_role("button", name="Give it to a further passkey").click()
    page.get_by_label("blue token").check()
    presence(devtools, second, on=False)
    page.get_by_role("button", name="Touch one that opens it").click()
    page.wait_for_selector("h1:text-matches('Now touch')")
    presence(devtools, page.authenticator, on=False)
    presence(devtools, second, on=True)
    page.get_by_role("button", name="Touch the new one").click()
    page.wait_for_selector("h1:text-matches('opens your reading key')")
    copy = world.fresh()
    offer(world, page, copy)
    open_it(page)
    assert CANARY in page.text_content("article.copy")
    presence(devtools, page.authenticator, on=True)
    devtools.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": second})


def presence(devtools, authenticator, *, on):
    said = {"authenticatorId": authenticator, "enabled": on}
    devtools.send("WebAuthn.setAutomaticPresenceSimulation", said)


def test_when_every_passkey_is_lost_the_sheet_lets_a_new_one_in(world, molotov):
    """Another device, another passkey, appointed anew: the sheet is typed, the new one opens."""
    page, _, watch = world.person()
    signing.signing_passkey(page, world.office, "molotov", "new laptop")
    copy = world.fresh()
    offer(world, page, copy)
    assert "None of your passkeys here opens your reading key yet" in said(page)
    for thing in world.office.store.of("wrap", "molotov"):
        world.office.store.take("wrap", thing.name)
    page.goto(world.desk + "/reading")
    page.get_by_role("button", name="Give it to a further passkey").click()
    page.get_by_label("new laptop").check()
    page.get_by_role("button", name="Type the recovery sheet").click()
    fill(page, world.lines)
    page.get_by_role("button", name="Touch the new one").click()
    page.wait_for_selector("h1:text-matches('opens your reading key')")
    offer(world, page, copy)
    open_it(page)
    assert CANARY in page.text_content("article.copy")
    assert [] == watch.holds(world.lines[2].replace("-", ""))
    page.context.close()


def test_a_passkey_without_prf_is_told_apart(world):
    """It signs the order; the key comes from the sheet, and the page says why."""
    page, _, _ = world.person(hasPrf=False)
    signing.signing_passkey(page, world.office, "molotov", "old token")
    before = world.key()
    page.goto(world.desk + "/reading")
    page.get_by_role("button", name="Give it to a further passkey").click()
    page.get_by_label("old token").check()
    page.get_by_role("button", name=re.compile("Touch one|Type the")).click()
    page.wait_for_selector(".refusal, #line-1")
    copy = world.fresh()
    offer(world, page, copy)
    page.get_by_role("button", name="Sign with the passkey, then type the sheet").click()
    page.wait_for_selector("#line-1")
    assert "keeps no secret" in said(page)
    fill(page, world.lines)
    page.wait_for_selector("article.copy")
    assert CANARY in page.text_content("article.copy")

    page.goto(world.desk + "/reading")
    page.get_by_role("button", name="Make a new one").click()
    page.get_by_role("button", name="Make the key and its sheet").click()
    place = int(re.search(r"Line (\d)", page.text_content("label[for=typed]"))[1])
    page.fill("#typed", page.locator(".lines code").nth(place - 1).text_content())
    page.get_by_role("button", name="I have the sheet").click()
    page.get_by_role("button", name="Sign with the passkey").click()
    page.wait_for_selector("h1:text-matches('cannot open a reading key')")
    assert before == world.key(), "enrolled before it was asked"
    page.context.close()


# --- what ends it -----------------------------------------------------------------------------


def test_a_copy_that_was_returned_does_not_open_again(world, copies):
    """Not from the list, not from a page that was open, not with its share from before."""
    page, _, _ = world.person()
    signing.signing_passkey(page, world.office, "molotov", "third laptop")
    copy = world.fresh()
    offer(world, page, copy)
    address = page.url
    with world.office.bureau.books.view() as view:
        copy = view.copies.get(copy.handle)
    facts = {"sheets": copy.sheets}
    signed = tools.sign_order(world.office, "makarov", "return", tools.subjects([copy]), facts)
    registry.perform([signed], world.office.bureau)
    world.office.head()
    before = world.reads()
    page.get_by_role("button", name="Sign with the passkey, then type the sheet").click()
    fill(page, world.lines)
    page.wait_for_selector(".refusal")
    assert "Refused, says the desk" in said(page)
    assert CANARY not in page.content()
    assert before == world.reads()
    page.goto(world.desk + "/reading")
    assert 0 == page.locator(f"form[action='/reading/{copy.handle}']").count()
    assert address
    page.context.close()


def test_after_its_date_a_copy_does_not_open(world):
    """Its row says so in the list, and there is nothing to press."""
    page, _, _ = world.person()
    copy = world.fresh()
    with world.office.bureau.books.view() as view:
        due = view.copies.get(copy.handle).due_at
    signing.command("--office", world.moscow, "office", "clock", "--set", "1951-07-09T21:00")
    assert due < world.office.bureau.now()
    page.goto(world.desk + "/reading")
    row = page.locator("tr", has_text=f"/{copy.number}").last.text_content()
    assert "Open" not in row.replace("Opened", "")
    assert 0 == page.locator(f"form[action='/reading/{copy.handle}']").count()
    page.context.close()
