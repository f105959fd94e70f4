"""A page that has the signer's modules."""

from __future__ import annotations

import pytest

from chromium import served


@pytest.fixture(scope="module")
def modules(browser):
    """A page at the signer's host from which its modules can be called; see ``run``."""
    with served() as origin:
        page = browser.new_context().new_page()
        page.goto(origin)
        yield page
        page.context.close()
