"""Canonical JSON: RFC 8785, narrowed so that nothing is left open (docs/spec/canonical.md).

ASCII keys, strings in NFC without control, bidirectional or surrogate characters
(line feed excepted), integers from 0 to 2**53-1, lists and objects; no floats, booleans or
null.  ``decode`` refuses every spelling that ``encode`` would not write, so a
value has one spelling and two values can be compared as bytes.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from hashlib import sha256
from typing import TYPE_CHECKING, TypeAlias

from cablegram.errors import MalformedError
from cablegram.model.text import unclean

if TYPE_CHECKING:
    from collections.abc import Iterable

Value: TypeAlias = "str | int | list[Value] | dict[str, Value]"

INTEGER_MAX = 2**53 - 1
DEPTH_MAX = 16
DOCUMENT_MAX = 1 << 20

_HINT = "Ask whoever made it to write it again."


def encode(value: object) -> bytes:
    """The one byte string that stands for this value.

    Raises:
        MalformedError: the value has something the narrowed form cannot say.
    """
    _check(value, 0)
    # For ASCII keys and integers, sorted compact JSON with raw UTF-8 is exactly RFC 8785.
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def decode(data: bytes, *, what: str = "the document") -> dict[str, Value]:
    """Read one canonical object, refusing any other spelling of it.

    Raises:
        MalformedError: not JSON, a duplicate key, outside the narrowed form, or not
            byte for byte what ``encode`` would have written.
    """
    if len(data) > DOCUMENT_MAX:
        raise MalformedError(
            "{what} is larger than {document_max} bytes",
            hint=_HINT,
            what=what,
            document_max=DOCUMENT_MAX,
        )
    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=_pairs, parse_float=_no_float)
    except (ValueError, RecursionError) as exc:
        raise MalformedError("{what} is not canonical JSON", hint=_HINT, what=what) from exc
    if not isinstance(value, dict):
        raise MalformedError("{what} is not a JSON object", hint=_HINT, what=what)
    if encode(value) != data:
        raise MalformedError("{what} is not spelled canonically", hint=_HINT, what=what)
    return value


def digest(data: bytes) -> str:
    """``sha256:`` and the lower-case hex SHA-256 of the bytes."""
    return "sha256:" + sha256(data).hexdigest()


def encode_bytes(data: bytes) -> str:
    """Bytes as unpadded base64url."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def decode_bytes(text: str, *, size: int | None = None) -> bytes:
    """Read unpadded base64url, refusing other spellings and, where ``size`` is given, other sizes.

    Raises:
        MalformedError: stray characters, padding, loose bits or the wrong size.
    """
    try:
        data = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except (ValueError, Base64Error) as exc:
        raise MalformedError("a byte field is not base64url", hint=_HINT) from exc
    if encode_bytes(data) != text or (size is not None and len(data) != size):
        raise MalformedError("a byte field is not spelled canonically", hint=_HINT)
    return data


def _check(value: object, depth: int) -> None:
    if depth > DEPTH_MAX:
        raise MalformedError(
            "a document nests deeper than {depth_max}", hint=_HINT, depth_max=DEPTH_MAX
        )
    if isinstance(value, str):
        bad = unclean(value)
        if bad is not None:
            raise MalformedError("a text has {bad}", hint="Take it out and try again.", bad=bad)
    elif isinstance(value, dict):
        _check_keys(value)
        _check_items(value.values(), depth + 1)
    elif isinstance(value, list):
        _check_items(value, depth + 1)
    else:
        _check_number(value)


def _check_items(items: Iterable[object], depth: int) -> None:
    # Most of a document is short plain ASCII, which is clean as it stands.
    for item in items:
        if not (isinstance(item, str) and item.isascii() and item.isprintable()):
            _check(item, depth)


def _check_number(value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise MalformedError(
            "a document has a {type}, which has no canonical form",
            hint=_HINT,
            type=type(value).__name__,
        )
    if not 0 <= value <= INTEGER_MAX:
        raise MalformedError("an integer is outside 0 to 2^53-1", hint=_HINT)


def _check_keys(value: dict[object, object]) -> None:
    keys = "".join(key for key in value if isinstance(key, str))
    if not (keys.isascii() and keys.isprintable()) or not all(isinstance(k, str) for k in value):
        raise MalformedError("an object has a key that is not plain ASCII", hint=_HINT)


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("duplicate key")
    return found


def _no_float(text: str) -> float:
    raise ValueError(f"not an integer: {text[:20]}")
