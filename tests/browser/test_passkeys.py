"""The door in a real browser: the first passkey, logging in with it, a second one."""

from __future__ import annotations

import pytest

import desks
from cablegram.wiring import inviting
from cablegram.wiring.desk import Office


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return desks.office_folder(tmp_path_factory.mktemp("desk") / "moscow")


def test_the_first_passkey_and_what_it_opens(root, browser):
    """Invited, in, out, in again; without verification of the user the door stays shut."""
    office = Office(root)
    link = inviting.invite(office, "makarov")
    with desks.served(root):
        page, _ = desks.person_in(browser)
        desks.enter(page, link)
        assert "makarov" == page.text_content("h1")
        page.get_by_role("button", name="Log out", exact=True).click()
        page.wait_for_url("**/login")
        page.get_by_role("button", name="Log in with a passkey").click()
        page.wait_for_url("**/")
        assert "Today" == page.text_content("h1")
        page.goto(link)
        assert "opens nothing any more" in page.text_content("main")
        complaints = [said for said in page.complaints if "404" not in said]
        assert [] == complaints

        stranger, _ = desks.person_in(browser)
        stranger.goto(office.settings.desk + "/login")
        stranger.get_by_role("button", name="Log in with a passkey").click()
        stranger.wait_for_function("document.getElementById('said').textContent !== ''")
        assert "Nothing was changed" in stranger.text_content("#said")
    office.close()
