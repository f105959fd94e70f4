"""Tests read English, wherever they run; those of a browser share one."""

import os

import pytest

os.environ["CABLEGRAM_LANGUAGE"] = "en"


@pytest.fixture(scope="session")
def browser():
    """A real browser, one for all tests of a process; skips where there is none."""
    from chromium import CHROMIUM, launched

    if not CHROMIUM:
        pytest.skip("chromium is not installed")
    with launched() as chromium:
        yield chromium
