"""A whole telegram in browsers, from the draft to the return, by people who never see a terminal.

Zhou writes and releases it in Beijing.  In Moscow makarov takes it in, opens it and has one copy
sealed for molotov's screen; vaganov, who neither opened nor printed, verifies and issues it;
molotov reads it; vaganov takes it back, and it opens no more.  Four people, four browsers.
"""

from __future__ import annotations

import contextlib
import io
import re
from dataclasses import replace

import pytest

import at_the_signer as signing
import desks
from cablegram.model.acts import State
from cablegram.registry.reading import every
from cablegram.wiring import room, settings, tools
from cablegram.wiring.desk import Office
from cablegram.wiring.tools import keys as key_files
from chromium import needs_bundle, needs_chromium
from folders import PASSPHRASE

pytestmark = [needs_chromium, needs_bundle]

CANARY = "канарейка e14d летит"
TEXT = f"# О вагонах\n\nТоварищу Филиппову.\n\n{CANARY}. Два вагона для Сорна."


@pytest.fixture
def offices(tmp_path):
    """Moscow and Beijing, each with a desk, a signer and an unlocked room."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        moscow, beijing = signing.two_offices(tmp_path)
    known = settings.read(beijing)
    desk, signer = (f"http://{name}.localhost:{desks.free_port()}" for name in ("desk", "sign"))
    (beijing / settings.FILE).write_text(replace(known, desk=desk, signer=signer).text())
    try:
        with (
            contextlib.closing(Office(moscow)) as at_moscow,
            contextlib.closing(Office(beijing)) as at_beijing,
        ):
            keys = key_files.unlock(beijing, PASSPHRASE)
            tools.appoint(at_beijing, tools.Post("lin", "officer"), chief="zhou", keys=keys)
            with desks.served(moscow), desks.served(beijing):
                yield at_moscow, at_beijing
    finally:
        room.lock(moscow)
        room.lock(beijing)


class Person:
    """Somebody at a desk, in a browser of their own."""

    def __init__(self, browser, office, name, *, chief="makarov", second="vaganov"):
        self.office, self.name = office, name
        self.page, _ = desks.person_in(browser)
        self.watch = signing.Watch(self.page)
        signing.enter(self.page, office, name)
        signing.signing_passkey(self.page, office, name, chief=chief, second=second)

    def go(self, path):
        self.page.bring_to_front()
        self.page.goto(self.office.settings.desk + path)

    def press(self, name):
        self.page.bring_to_front()
        self.page.get_by_role("button", name=name, exact=True).click()

    def sign(self, then=r"//desk\."):
        """Read the order, touch the passkey, come back to the desk; gives what was shown."""
        self.page.wait_for_selector("article.order")
        shown = self.page.text_content("article.order")
        self.page.wait_for_selector("button.sign:not([data-resting])")
        assert [] == signing.faults(self.page)
        self.press("Sign with the passkey")
        self.page.wait_for_url(re.compile(then))
        self.page.wait_for_load_state()
        return shown

    def sees(self, text):
        return text in self.page.text_content("main")


def copies(office, state=None):
    with office.bureau.books.view() as view:
        return [one for one in every(view.copies) if state is None or one.state is state]


def test_from_the_draft_to_the_return(offices, browser):
    """Every step on a page, every act signed by a passkey, and no desk has a word of it."""
    moscow, beijing = offices
    zhou = Person(browser, beijing, "zhou", chief="zhou", second="lin")
    makarov, vaganov, molotov = (
        Person(browser, moscow, name) for name in ("makarov", "vaganov", "molotov")
    )

    # Beijing: written and sealed in the browser, released, carried.
    zhou.go("/drafts")
    zhou.press("Write")
    page = zhou.page
    page.wait_for_selector("textarea")
    assert [] == signing.faults(page)
    page.fill("textarea", TEXT)
    page.get_by_label("moscow").check()
    page.get_by_label("Name or cover name of an addressee").fill("Filippov")
    page.get_by_label("Signatory").fill("Mao Zedong")
    zhou.press("Seal it")
    zhou.sign(r"/drafts/\d+$")
    zhou.press("Release")
    assert "release" in zhou.sign().lower()
    zhou.go("/carrying")
    zhou.press("Carry out now")

    # Molotov makes the key that copies are sealed to.
    make_key(molotov)

    # Moscow: taken in, opened, one copy sealed for molotov's screen.
    makarov.go("/carrying")
    makarov.press("Take in now")
    makarov.go("/")
    makarov.page.get_by_role("link", name=re.compile("Do it: to open")).click()
    makarov.press("On to the signature")
    assert makarov.sign().startswith("open")
    own = next(one for one in copies(moscow) if one.whom == "molotov")
    makarov.go(f"/act/print?copy={own.handle}")
    makarov.page.get_by_label("For the screen of").fill("molotov")
    makarov.press("On to the signature")
    makarov.sign()
    assert State.PRINTED is copy_now(moscow, own).state

    # Whoever opened and printed may not verify it; vaganov may, and issues it.
    makarov.go(f"/act/verify?copy={own.handle}")
    makarov.press("On to the signature")
    assert makarov.page.locator(".refusal").count()
    for act in ("verify", "issue"):
        vaganov.go(f"/act/{act}?copy={own.handle}")
        if act == "issue":
            vaganov.page.get_by_label("Holder").fill("molotov")
        vaganov.press("On to the signature")
        vaganov.sign()
    assert ("molotov", State.ISSUED) == (
        copy_now(moscow, own).holder,
        copy_now(moscow, own).state,
    )

    # Molotov reads it: the entry stands first, then the text is there, on this page alone.
    molotov.go("/reading")
    molotov.page.locator(f"form[action='/reading/{own.handle}'] button").click()
    molotov.page.wait_for_url("**/open#*")
    molotov.page.wait_for_selector("article.order")
    assert [] == signing.faults(molotov.page)
    molotov.press("Open with the passkey")
    molotov.page.wait_for_selector("article.copy")
    assert [] == signing.faults(molotov.page)
    assert CANARY in molotov.page.text_content("article.copy")
    with moscow.bureau.books.view() as view:
        assert ["read"] == [row.act for row in every(view.orders) if row.act == "read"]

    # Back: vaganov counts the sheets; that copy opens no more.
    vaganov.go(f"/act/return?copy={own.handle}")
    vaganov.page.get_by_label("Sheets").fill("1")
    vaganov.press("On to the signature")
    vaganov.sign()
    assert State.IN_REGISTRY is copy_now(moscow, own).state
    molotov.go("/reading")
    assert 0 == molotov.page.locator(f"form[action='/reading/{own.handle}']").count()

    for person in (zhou, makarov, vaganov, molotov):
        # Chromium complains of the refusal above, and of nothing else.
        said = [one for one in person.page.complaints if "409 (Conflict)" not in one]
        assert ([], int(person is makarov)) == (said, len(person.page.complaints))
        assert [] == person.watch.holds(CANARY), person.name
    for office in (moscow, beijing):
        found = signing.on_disk(office.root, CANARY)
        assert [] == [name for name in found if not name.startswith("paper/")]


def copy_now(office, copy):
    with office.bureau.books.view() as view:
        return view.copies.get(copy.handle)


def make_key(person):
    """The reading key, its sheet typed back once."""
    person.go("/reading")
    person.press("Make a reading key")
    page = person.page
    page.get_by_role("button", name="Make the key and its sheet").click()
    page.wait_for_selector(".paper")
    assert [] == signing.faults(page)
    lines = page.locator(".lines code").all_text_contents()
    place = int(re.search(r"Line (\d)", page.text_content("label[for=typed]"))[1])
    page.fill("#typed", lines[place - 1])
    page.get_by_role("button", name="I have the sheet").click()
    page.wait_for_selector("article.order")
    page.wait_for_selector("button.sign:not([data-resting])")
    person.press("Sign with the passkey")
    page.wait_for_selector("h1:text-matches('enrolled')")
