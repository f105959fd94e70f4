"""A copy opened in a browser: from the touch to its sheets, as its reader waits for them.

A real office with its room, its desk and its signer; Debian's Chromium with a virtual passkey,
whose touch takes no time; a telegram of two sheets with a file.  Measured in the page, from the
button to the last picture decoded: the touch, the order on its way, its entry under a head, the
share, four age files opened, the sheets drawn.  Its peer is the same copy opened by our own code
from the same three files, without a browser, a desk or a ledger.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import statistics
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import at_the_signer as signing
import desks
from cablegram.registry import screens
from cablegram.sealing import shares
from cablegram.sealing.recipients import HybridIdentity
from cablegram.wire import screen
from cablegram.wiring import room
from cablegram.wiring.desk import Office

TIMES = 20
MOST_S = 1.0
SENTENCE = "Each side withdraws its forces ten miles from the parallel within three months. "
OPENED = """() => new Promise((done) => {
    const began = performance.now();
    const look = async () => {
        const sheets = [...document.querySelectorAll("figure.sheet img")];
        if (sheets.length === 0) return requestAnimationFrame(look);
        await Promise.all(sheets.map((sheet) => sheet.decode()));
        return done([performance.now() - began, sheets.length]);
    };
    document.querySelector("button.sign").click();
    look();
})"""


def main():
    if not Path(desks.CHROMIUM).exists():
        print("chromium is not installed: nothing was measured")
        return
    with TemporaryDirectory() as folder, quiet():
        moscow, beijing = signing.two_offices(Path(folder))
        office = Office(moscow)
        try:
            with desks.served(moscow), desks.chromium() as browser:
                found = measured(Path(folder), office, beijing, browser)
        finally:
            room.lock(moscow)
            room.lock(beijing)
            office.close()
    first, again, sheets, peer, size = found
    print(f"a copy of {sheets} sheets, {size / 1024:.0f} KiB sealed, opened {TIMES} times")
    report("in the browser, the first time (entered, under a head)", first)
    report("in the browser, again (nothing entered)", again)
    report("peer: the three files by our own code", peer)
    assert statistics.median(first) < MOST_S, "a first opening takes a second or more"
    assert max(again) < MOST_S, "an opening takes a second or more"


def measured(folder, office, beijing, browser):
    page, _ = desks.person_in(browser)
    signing.enter(page, office, "molotov")
    signing.signing_passkey(page, office, "molotov")
    seed = reading_key(page, office)
    text, file = folder / "text.md", folder / "file.bin"
    text.write_text("\n\n".join([SENTENCE * 3] * 14))
    file.write_bytes(os.urandom(100_000))
    copies = []
    while len(copies) < TIMES:
        signing.send(beijing, text, "--attach", str(file))
        copies += signing.copies_for(office, "molotov")
    first = [opened(page, office, copy) for copy in copies[:TIMES]]
    again = [opened(page, office, copies[0]) for _ in range(TIMES)]
    with office.bureau.books.view() as view:
        files = screens.sealed_copy(view, copies[0].handle, office.bureau)
        given = screens.share(view, copies[0].handle, "molotov", office.bureau, "browser")
    peer, identity = [], HybridIdentity(seed)
    for _ in range(TIMES):
        began = time.perf_counter()
        screen.decode(shares.open_copy(files.content, files.half, given, identity))
        peer.append(time.perf_counter() - began)
    times = [[took / 1000 for took, _ in each] for each in (first, again)]
    return (*times, first[0][1], peer, len(files.content))


def opened(page, office, copy):
    page.goto(office.settings.desk + "/reading")
    page.locator(f"form[action='/reading/{copy.handle}'] button").click()
    page.wait_for_url("**/open#*")
    page.wait_for_selector("button.sign:not([disabled])")
    page.wait_for_load_state("networkidle")
    return page.evaluate(OPENED)


def reading_key(page, office):
    """Make the key on the pages; its seed, from the lines of its sheet."""
    page.goto(office.settings.desk + "/reading")
    page.get_by_role("button", name="Make a reading key").click()
    page.get_by_role("button", name="Make the key and its sheet").click()
    page.wait_for_selector(".paper")
    lines = page.locator(".lines code").all_text_contents()
    place = int(re.search(r"Line (\d)", page.text_content("label[for=typed]"))[1])
    page.fill("#typed", lines[place - 1])
    page.get_by_role("button", name="I have the sheet").click()
    page.get_by_role("button", name="Sign with the passkey").click()
    page.wait_for_selector("h1:text-matches('enrolled')")
    number = 0
    for character in "".join(line.replace("-", "")[:-2] for line in lines):
        number = number << 5 | "0123456789ABCDEFGHJKMNPQRSTVWXYZ".index(character)
    return (number >> 4).to_bytes(32)


def report(what, times):
    ranked = sorted(times)
    median, worst = statistics.median(ranked), ranked[-1]
    print(f"{what}: median {median * 1000:.0f} ms, slowest of {len(ranked)} {worst * 1000:.0f} ms")


def quiet():
    """What the commands say while the stage is set is not what was measured."""
    stack = contextlib.ExitStack()
    stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
    stack.enter_context(contextlib.redirect_stderr(io.StringIO()))
    return stack


if __name__ == "__main__":
    main()
