"""Golden pages: what the main pages are, to the letter, in the language of their first readers.

The main part of each page of the seeded office is compared with the file beside this test.  Whoever
changes a page on purpose runs this with CABLEGRAM_GOLDEN=write, and reads the difference.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

import desks
from cablegram.registry import finding

GOLDEN = Path(__file__).parent / "golden"
PAGES = {
    "today": "/",
    "received": "/register/received",
    "sent": "/register/sent",
    "life": "/copy/21467/3",
    "overdue": "/copy/21470/1",
    "custody": "/custody",
    "due": "/due",
    "muster": "/musters/2",
    "both": "/musters/1",
    "office": "/offices/special-sector",
}


@pytest.fixture(scope="module")
def registrar(day, tmp_path_factory):
    root = shutil.copytree(day, tmp_path_factory.mktemp("golden") / day.name)
    desks.addresses(root)
    with desks.client(root) as browser:
        yield browser.log_in("chesnokova")


@pytest.mark.parametrize("name", PAGES)
def test_a_main_page_is_what_it_was(registrar, name):
    """Handles and digests are drawn anew for each office and stand as they come, by number."""
    path = PAGES[name]
    if path.startswith("/copy/"):
        with registrar.desk.bureau.books.view() as view:
            path = "/copy/" + finding.copy(view, path.removeprefix("/copy/")).handle
    came = registrar.get(path, headers={"accept-language": "en"})
    assert 200 == came.status_code
    main = came.text.partition("<main")[2].partition("</main>")[0]
    shown = "<main" + named(main) + "</main>\n"
    file = GOLDEN / f"{name}.html"
    if os.environ.get("CABLEGRAM_GOLDEN") == "write":
        GOLDEN.mkdir(exist_ok=True)
        file.write_text(shown, "utf-8")
    assert file.read_text("utf-8") == shown


def named(html):
    """Handles and digests as h1, h2 in the order they come; words of a card as one word."""
    seen = {}
    html = re.sub(r"sha256(?::|%3A)[0-9a-f]{64}", "sha256:-", html)
    html = re.sub(r"(?<=<p class=\"code words\">)[^<]+", "words", html)
    return re.sub(r"\b[0-9a-f]{32}\b", lambda m: seen.setdefault(m[0], f"h{len(seen) + 1}"), html)
