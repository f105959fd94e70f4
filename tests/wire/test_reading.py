"""Reading requests: one spelling, bounds, and whatever is not one is refused."""

from __future__ import annotations

import json

import pytest

from cablegram.errors import MalformedError
from cablegram.wire import order as order_format
from cablegram.wire import reading
from cablegram.wire.reading import Reading

KEY = "sha256:" + "1" * 64
ASKED = Reading(
    "moscow", "mid.example/ledger", "makarov", KEY, "1951-07-05T17:00:00Z", 30, bytes(32)
)


def written(**changes):
    """A request as the page says, built without the code under test."""
    said = {
        "format": "cablegram/reading/v1",
        "office": "moscow",
        "origin": "mid.example/ledger",
        "person": "makarov",
        "key": KEY,
        "made_at": "1951-07-05T17:00:00Z",
        "days": 30,
        "nonce": "A" * 43,
        **changes,
    }
    return json.dumps(said, sort_keys=True, separators=(",", ":")).encode()


def test_a_request_is_as_the_page_says():
    """Canonical JSON of eight fields."""
    assert written() == reading.encode(ASKED)
    assert ASKED == reading.decode(written())


def test_it_is_no_order():
    """Neither by its bytes nor by its namespace."""
    with pytest.raises(MalformedError):
        order_format.decode(written())
    assert reading.NAMESPACE != order_format.NAMESPACE


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        written() + b"\n",
        b" " + written(),
        written(format="cablegram/order/v1"),
        written(office="Moscow"),
        written(person="file"),
        written(origin=""),
        written(origin="x" * 256),
        written(key="1" * 64),
        written(made_at="1951-07-05"),
        written(days=0),
        written(days=91),
        written(days="30"),
        written(nonce="A" * 42),
        written(nonce="A" * 44),
        written(act="issue"),
    ],
)
def test_whatever_is_not_one_is_refused(data):
    """Another spelling, another format, out of bounds, or a field too many."""
    with pytest.raises(MalformedError):
        reading.decode(data)
