"""How often, and how long an answer may be kept: a flood of strangers keeps nobody's order out."""

from __future__ import annotations

import json

import pytest
from apis import BASE, Reader, sign, spelled

import desks
from cablegram.desk import rates
from cablegram.model.acts import State
from cablegram.wiring import ordering

JSON = {"content-type": "application/json"}


@pytest.fixture
def nobody(office_folder):
    with desks.client(office_folder) as browser:
        # No turn comes back while the test runs, however busy the machine is.
        browser.desk.rates = rates.Rates(now=lambda: 0.0)
        yield browser


def test_a_strangers_flood_keeps_no_officers_order_out(nobody):
    """From the same address: a token says whose turn it is, though it proves nothing here."""
    codes = [
        nobody.ask("POST", BASE + "orders", content=b"{}", headers=JSON).status_code
        for _ in range(200)
    ]
    assert {400, 429} == set(codes)
    assert 429 == codes[-1]
    late = nobody.ask("POST", BASE + "orders", content=b"{}", headers=JSON)
    assert {"message", "hint", "kept", "status"} == set(late.json()["error"])
    assert "1" == late.headers["retry-after"]
    with nobody.desk.bureau.books.view() as view:
        (copy,) = view.copies.find("state", State.IN_REGISTRY.value, limit=1)
    signed = sign(nobody.desk, "chesnokova", "file", {"place": "x"}, ordering.subjects([copy]))
    secret = Reader(nobody, "chesnokova").secret
    came = nobody.ask(
        "POST",
        BASE + "orders",
        content=json.dumps(spelled(signed)).encode(),
        headers={**JSON, "authorization": f"Bearer {secret}"},
    )
    assert 200 == came.status_code, came.text


def test_a_token_that_is_made_up_is_no_turn_of_its_own(nobody):
    """Or every stranger would have as many turns as they can think of."""
    codes = [
        nobody.ask(
            "POST",
            BASE + "orders",
            content=b"{}",
            headers={**JSON, "authorization": f"Bearer cbr_{n:043d}"},
        ).status_code
        for n in range(200)
    ]
    assert 429 == codes[-1]


def test_what_may_change_is_never_kept(nobody):
    """Only a whole tile is; nothing that a person reads lies in a cache."""
    reader = Reader(nobody, "makarov")
    for path in ("office", "telegrams", "where?number=7777777", "ledger/checkpoint", "ledger/card"):
        assert "no-store" == reader.get(path).headers["cache-control"], path
    assert "immutable" in reader.get("ledger/tile/0/000").headers["cache-control"]
    with nobody.desk.bureau.books.view() as view:
        size = view.head.get("head").size
    part = f"ledger/tile/0/{size // 256:03d}.p/{size % 256}"
    assert (200, "no-store") == (
        reader.get(part).status_code,
        reader.get(part).headers["cache-control"],
    )


def test_no_other_site_reads_an_answer(nobody):
    """No answer invites another origin in, whatever it asks."""
    makarov = nobody.log_in("makarov")
    for method in ("GET", "OPTIONS", "HEAD"):
        came = makarov.ask(method, BASE + "office", headers={"origin": "https://evil.example"})
        assert "access-control-allow-origin" not in came.headers
        assert "same-origin" == came.headers["cross-origin-resource-policy"]
        assert "nosniff" == came.headers["x-content-type-options"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_what_reads_is_written_on_by_nobody(nobody, method):
    """Every reading way takes GET alone."""
    secret = Reader(nobody, "makarov").secret
    for path in ("office", "telegrams", "feed", "ledger/checkpoint", "next"):
        came = nobody.ask(method, BASE + path, headers={"authorization": f"Bearer {secret}"})
        assert 405 == came.status_code, path


def test_a_feed_that_is_only_asked_for_its_head_holds_no_place(nobody):
    """HEAD ends at once."""
    from cablegram.desk.api import feeding

    reader = Reader(nobody, "makarov")
    for _ in range(feeding.STREAMS_EACH + 2):
        headers = {"authorization": f"Bearer {reader.secret}"}
        assert 200 == nobody.ask("HEAD", BASE + "feed?since=0", headers=headers).status_code
