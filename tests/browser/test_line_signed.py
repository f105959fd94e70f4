"""A batch closed with a real passkey, without a mouse; and what a tired hand does to the line."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import at_the_signer as signing
import desks
from cablegram.model import check
from cablegram.model.acts import State
from cablegram.registry import finding
from cablegram.registry.reading import every
from cablegram.wiring import clock, settings
from cablegram.wiring.desk import Office
from chromium import needs_chromium

sys.path.insert(0, str(Path(__file__).parents[1] / "desk"))

from seeded import seeded

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def moscow(tmp_path_factory):
    """The office of the day, at addresses that are free."""
    made = seeded(tmp_path_factory.mktemp("line"))
    made.office.bureau.books.close()
    known = (made.root / settings.FILE).read_text().splitlines()
    at = [f'{w} = "http://{n}.localhost:{desks.free_port()}"' for w, n in PLACES]
    lines = [line for line in known if not line.startswith(("desk =", "signer ="))]
    (made.root / settings.FILE).write_text("\n".join([lines[0], *at, *lines[1:]]) + "\n")
    office = Office(made.root)
    yield office
    office.close()


PLACES = (("desk", "desk"), ("signer", "sign"))


@pytest.fixture(scope="module")
def tab(moscow, browser):
    """The registrar at the line, with a passkey for orders."""
    with desks.served(moscow.root):
        page, _ = desks.person_in(browser)
        signing.enter(page, moscow, "chesnokova")
        signing.signing_passkey(page, moscow, "chesnokova")
        page.goto(moscow.settings.desk + "/line")
        yield page
        page.context.close()


def rows(office, state, count):
    """The newest copies of ours that stand so: their codes and handles."""
    with office.bureau.books.view() as view:
        ours = [copy for copy in every(view.copies, "state", state) if not copy.owner]
        named = [(finding.name(view, copy), copy) for copy in ours]
    named.sort(key=lambda one: [-int(n) for n in one[0].split("/")])
    codes = [check.code("moscow", *map(int, name.split("/"))) for name, _ in named]
    return [(code, copy.handle) for code, (_, copy) in zip(codes, named, strict=True)][:count]


def types(page, text):
    """Type it, and wait until the page has the answer."""
    with page.expect_response("**/line/typed") as came:
        page.keyboard.type(text)
        page.keyboard.press("Enter")
    return came.value.json()


def state(office, handle):
    with office.bureau.books.view() as view:
        return view.copies.get(handle).state


def close(page, office):
    """Enter on the empty line, Enter on the signer's page: two keys, and no mouse."""
    page.wait_for_timeout(200)
    page.keyboard.press("Enter")
    page.wait_for_url(office.settings.signer + "/**")
    page.wait_for_selector("button.sign:not([data-resting])")
    page.get_by_role("button", name="Sign").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/line")


def test_a_batch_of_two_orders_with_a_passkey(moscow, tab):
    found = rows(moscow, "in_registry", 3)
    types(tab, "F case 150")
    for code, _ in found[:2]:
        assert "taken" == types(tab, code)["told"][0]["kind"]
    types(tab, "I grau 2d")
    assert "3 lines in the batch; 2 signatures close it." == types(tab, found[2][0])["sum"]
    close(tab, moscow)
    assert "3 lines done" in tab.text_content("#told")
    assert "typed" == tab.evaluate("document.activeElement.id")
    assert [State.FILED, State.FILED, State.ISSUED] == [state(moscow, h) for _, h in found]


def test_a_scanner_that_ends_with_two_line_ends_closes_nothing(moscow, tab):
    """Carriage return and line feed are two Enters; the second comes too quickly for a hand."""
    ((code, handle),) = rows(moscow, "in_registry", 1)
    types(tab, "F case 151")
    with tab.expect_response("**/line/typed"):
        tab.evaluate(
            """code => { const field = document.getElementById("typed"), form = field.form;
            field.value = code; form.requestSubmit(); form.requestSubmit(); }""",
            code,
        )
    tab.wait_for_timeout(300)
    assert tab.url.endswith("/line")
    assert "1 line in the batch" in tab.text_content("#sum")
    types(tab, "--")
    assert State.IN_REGISTRY is state(moscow, handle)


def test_scans_faster_than_answers_are_all_taken(moscow, tab):
    """A pile is scanned while the desk still answers the first."""
    found = rows(moscow, "in_registry", 4)
    types(tab, "F case 152")
    for code, _ in found:
        tab.keyboard.insert_text(code)
        tab.keyboard.press("Enter")
        tab.wait_for_timeout(1)
    tab.wait_for_function("() => document.querySelectorAll('#lines li').length === 4")
    assert "4 lines in the batch" in tab.text_content("#sum")
    types(tab, "--")


def test_what_was_typed_while_the_desk_was_away_is_sent_when_it_is_back(moscow, tab):
    """Nothing typed is lost: it waits in the page, and the page says so."""
    ((code, _),) = rows(moscow, "in_registry", 1)
    types(tab, "F case 153")
    tab.context.set_offline(True)
    tab.keyboard.insert_text(code)
    tab.keyboard.press("Enter")
    tab.wait_for_function("() => document.getElementById('told').textContent.includes('Not sent')")
    tab.context.set_offline(False)
    tab.wait_for_function("() => document.querySelectorAll('#lines li').length === 1")
    types(tab, "--")


def test_midnight_within_a_batch_moves_no_date(moscow, tab):
    """A day that was said stays that day; what cannot be due any more is named before signing."""
    ((code, handle),) = rows(moscow, "in_registry", 1)
    types(tab, "I grau 0d")
    assert "10.7.1951 23.59" in types(tab, code)["lines"][0]["due"]
    clock.start(moscow.root / clock.FILE, "1951-07-10T21:00:01Z")
    tab.wait_for_timeout(200)  # a hand's Enter, not a scanner's line feed
    said = types(tab, "")
    assert "go" not in said
    assert "does not stand any more" in said["told"][0]["said"]
    assert State.IN_REGISTRY is state(moscow, handle)
    types(tab, "--")
