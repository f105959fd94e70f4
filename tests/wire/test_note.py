"""Notes: one spelling, bounds, and whatever is not one is refused."""

from __future__ import annotations

import json
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.errors import MalformedError
from cablegram.wire import note
from cablegram.wire.note import Note

WORDS = "Сообщить мне.\nTo be done by Monday.".encode()


def written(words, **changes):
    """A note as the page says, built without the code under test."""
    head = {
        "format": "cablegram/note/v1",
        "media_type": "text/plain",
        "sha256": "sha256:" + sha256(words).hexdigest(),
        "size": len(words),
        **changes,
    }
    line = json.dumps(head, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return line.encode() + b"\n" + words


def test_a_note_is_as_the_page_says():
    """One line that says what follows, a line feed, the bytes."""
    assert written(WORDS) == note.encode(Note("text/plain", WORDS))
    assert WORDS.decode() == note.decode(written(WORDS)).words()


@given(data=st.binary(min_size=1, max_size=200))
def test_a_scan_comes_back(data):
    """Whatever the bytes, line feeds and all."""
    scan = Note("image/png", data)
    assert scan == note.decode(note.encode(scan))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}\n",
        WORDS,
        written(WORDS)[:-1],
        written(WORDS) + b"x",
        written(b""),
        written(WORDS, size=1),
        written(WORDS, sha256="sha256:" + "0" * 64),
        written(WORDS, format="cablegram/note/v2"),
        written(WORDS, media_type="Text/Plain"),
        written(WORDS, more="x"),
        written(b"a\x1b[2J"),
        written(b"\xff"),
        written("e\u0301".encode()),
        written(WORDS).replace(b'","', b'", "', 1),
        b'{"format":"cablegram/draft/v1"}\n' + WORDS,
    ],
)
def test_what_is_no_note(data):
    """Cut short, too long, another format, version or spelling, words that are not clean."""
    with pytest.raises(MalformedError):
        note.decode(data)


def test_a_note_is_bounded():
    """Words of 65,536 characters, a scan of 16 MiB."""
    Note("text/plain", b"a" * 65_536)
    with pytest.raises(MalformedError, match="longer than 65536"):
        Note("text/plain", b"a" * 65_537)
    Note("image/png", bytes(16 << 20))
    with pytest.raises(MalformedError, match="larger than 16 MiB"):
        Note("image/png", bytes((16 << 20) + 1))
