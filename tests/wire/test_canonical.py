"""Canonical JSON: one value, one spelling (docs/spec/canonical.md)."""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64encode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cablegram.errors import MalformedError
from cablegram.model.text import unclean
from cablegram.wire import canonical

texts = st.text(max_size=20).filter(lambda text: unclean(text) is None)
keys = st.text(st.characters(codec="ascii", categories=["L", "N", "P"]), max_size=8)
values = st.recursive(
    texts | st.integers(0, 2**53 - 1),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None)
@given(st.dictionaries(keys, values, max_size=4))
def test_what_is_written_is_read_back(value):
    """decode gives what encode was given, and any JSON reader sees the same."""
    data = canonical.encode(value)
    assert value == canonical.decode(data)
    assert value == json.loads(data)


@settings(deadline=None)
@given(st.dictionaries(keys, values, min_size=2, max_size=4), st.randoms())
def test_another_order_or_spacing_is_refused(value, random):
    """The same value spelled otherwise is refused."""
    data = canonical.encode(value)
    items = list(value.items())
    random.shuffle(items)
    for other in (
        json.dumps(dict(items), ensure_ascii=False, separators=(",", ":")).encode(),
        json.dumps(value, ensure_ascii=False, sort_keys=True).encode(),
        json.dumps(value, sort_keys=True, separators=(",", ":")).encode(),
    ):
        if other == data:
            continue
        with pytest.raises(MalformedError):
            canonical.decode(other)


@pytest.mark.parametrize(
    "value", [1.5, True, None, {"a": b"x"}, {1: "a"}, {"é": 1}, {"a\n": [-1]}, "\ud800"]
)
def test_what_has_no_canonical_form_is_not_written(value):
    """Floats, booleans, null, bytes, other keys, negative numbers and surrogates are refused."""
    with pytest.raises(MalformedError):
        canonical.encode(value)


def test_the_largest_document_is_read_and_one_byte_more_is_not():
    """DOCUMENT_MAX is a bound on bytes."""
    data = canonical.encode({"a": "x" * (canonical.DOCUMENT_MAX - 8)})
    assert canonical.DOCUMENT_MAX == len(data)
    canonical.decode(data)
    with pytest.raises(MalformedError, match="larger than"):
        canonical.decode(data[:-2] + b'x"}')


def test_a_hostile_nesting_is_refused():
    """Neither depth nor recursion gets past the bound."""
    for depth in (17, 100_000):
        with pytest.raises(MalformedError):
            canonical.decode(b'{"a":' + b"[" * depth + b"]" * depth + b"}")


@settings(deadline=None)
@given(st.binary(max_size=70))
def test_bytes_are_unpadded_base64url(data):
    """The standard library's base64url, without its padding, and back."""
    text = canonical.encode_bytes(data)
    assert urlsafe_b64encode(data).decode().rstrip("=") == text
    assert data == canonical.decode_bytes(text, size=len(data))
    with pytest.raises(MalformedError):
        canonical.decode_bytes(text, size=len(data) + 1)


@pytest.mark.parametrize("text", ["AA==", "A", "AB", "A A", "AA\n", "A+8", "é", "-=-="])
def test_other_spellings_of_bytes_are_refused(text):
    """Padding, loose bits, blanks and the other alphabet are refused."""
    with pytest.raises(MalformedError):
        canonical.decode_bytes(text)


def test_a_digest_is_sha256():
    """As sha256sum prints it, with its name before it."""
    assert "sha256:" + hashlib.sha256(b"x").hexdigest() == canonical.digest(b"x")
