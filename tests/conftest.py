"""Tests read English, wherever they run; those of a browser get one for each file."""

import os

import pytest

os.environ["CABLEGRAM_LANGUAGE"] = "en"


@pytest.fixture(scope="module")
def browser():
    """A real browser, one for each file of tests; skips where there is none.

    Its event loop runs in this thread until the file is done, and nobody else's can meanwhile.
    """
    from chromium import CHROMIUM, launched

    if not CHROMIUM:
        pytest.skip("chromium is not installed")
    with launched() as chromium:
        yield chromium
