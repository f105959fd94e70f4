"""What a copy for the screen says: one spelling, and one fault at a time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cablegram.errors import MalformedError
from cablegram.wire import screen, ustar
from cablegram.wire.screen import Attached, ScreenCopy, Text

COPY = ScreenCopy(
    office="moscow",
    handle="0f" * 16,
    cable=21497,
    copy=2,
    made=4,
    name="21497/2-KM",
    person="stalin",
    printed_at="1951-07-05T17:00:00Z",
    level="TOP SECRET",
    sheets=2,
    parts=(Text("body.zh.md", "zh", "original"), Text("body.en.md", "en", "translation")),
    attachments=(
        Attached(
            "plan.png", "image/png", 3, "sha256:aa", "sha256:bb", 4, "AAAA", "attachment-01.png"
        ),
        Attached("list.pdf", "application/pdf", 3, "sha256:cc", "sha256:dd", 4, "AAAA"),
    ),
)
GOOD = screen.encode(COPY, [b"one", b"two"], b"pdf", [b"english", b"chinese"], [b"plan"])


def test_there_and_back():
    """Members in their order, whoever reads them."""
    copy, members = screen.decode(GOOD)
    assert COPY == copy
    names = ["sheet-0001.png", "sheet-0002.png", "sheets.pdf", "body.en.md", "body.zh.md"]
    assert ["copy.json", *names, "attachment-01.png"] == list(members)
    assert (b"english", b"plan") == (members["body.en.md"], members["attachment-01.png"])


def test_a_key_is_in_no_repr():
    """What is logged by mistake shows no key of an attachment."""
    assert "AAAA" not in repr(COPY)


def header(name, data):
    return ustar.header(name, len(data)) + data + bytes(-len(data) % ustar.BLOCK)


def swapped(data, one, other):
    assert one in data
    return data.replace(one, other, 1)


FAULTS = {
    "nothing": b"",
    "cut": GOOD[:-512],
    "more at the end": GOOD + bytes(512),
    "no end": GOOD[:-1024] + b"x" * 1024,
    "another member": header("passwd", b"x") + GOOD,
    "a member twice": header("copy.json", b"x") + GOOD,
    "a member missing": swapped(GOOD, header("sheets.pdf", b"pdf"), b""),
    "another order": swapped(
        swapped(GOOD, header("sheets.pdf", b"pdf"), b""),
        header("body.en.md", b"english"),
        header("body.en.md", b"english") + header("sheets.pdf", b"pdf"),
    ),
    "a size that is no number": swapped(GOOD, b"00000000003\0", b"0000000000x\0"),
    "a size past the end": swapped(GOOD, b"00000000003\0", b"77777777777\0"),
    "another owner": swapped(GOOD, b"0000644\0", b"0000755\0"),
    "filled with something": swapped(GOOD, b"pdf" + bytes(509), b"pdf" + b"x" * 509),
    "another format": swapped(GOOD, b"cablegram/screen/v1", b"cablegram/screen/v2"),
    "a field too many": swapped(GOOD, b'{"attachments"', b'{"a":1,"attachments"'),
    "no sheets": swapped(GOOD, b'"sheets":2', b'"sheets":0'),
    "more sheets": swapped(GOOD, b'"sheets":2', b'"sheets":3'),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_no_copy(fault):
    """Refused for that one fault, in three sentences."""
    with pytest.raises(MalformedError) as caught:
        screen.decode(FAULTS[fault])
    assert caught.value.hint.endswith(".")


def test_no_larger_than_it_may_be(monkeypatch):
    """A bound on what is written, and on what is read."""
    monkeypatch.setattr(screen, "ARCHIVE_MAX", len(GOOD) - 1)
    with pytest.raises(MalformedError, match="larger than"):
        screen.encode(COPY, [b"one", b"two"], b"pdf", [b"english", b"chinese"], [b"plan"])
    with pytest.raises(MalformedError, match="too large"):
        screen.decode(GOOD)


def test_a_member_for_each_name():
    """A sheet without its picture is a fault of the program, and is not sealed."""
    with pytest.raises(ValueError, match="zip"):
        screen.encode(replace(COPY, sheets=3), [b"one", b"two"], b"pdf", [b"a", b"b"], [b"p"])
