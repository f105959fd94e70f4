"""One browser for all tests of a process, and a page that has the signer's modules."""

from __future__ import annotations

import pytest

from chromium import CHROMIUM, launched, served


@pytest.fixture(scope="session")
def browser():
    if not CHROMIUM:
        pytest.skip("chromium is not installed")
    with launched() as chromium:
        yield chromium


@pytest.fixture(scope="module")
def modules(browser):
    """A page at the signer's host from which its modules can be called; see ``run``."""
    with served() as origin:
        page = browser.new_context().new_page()
        page.goto(origin)
        yield page
        page.context.close()
