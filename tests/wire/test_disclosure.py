"""Disclosure files: a header that says what follows, one line a leaf, no other spelling."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from cablegram.errors import MalformedError
from cablegram.wire import disclosure
from cablegram.wire.leaf import INSPECTOR_SLOTS, Entry, disclose

SEED = bytes(range(32))
ENTRY = Entry("copy", "issue", "0f" * 16, 4, "1951-07-09T18:00:00Z", "makarov")
HEADER = disclosure.Header("mid.example/ledger", 3, disclosure.View.INSPECTOR, 3)
PARTY = disclosure.Header("mid.example/ledger", 3, disclosure.View.PARTY, 1)
LINES = [(index, disclose(replace(ENTRY, seq=index), SEED, INSPECTOR_SLOTS)) for index in range(3)]
FILE = list(disclosure.write(HEADER, LINES))


def everything(lines):
    header, rest = disclosure.read(lines)
    return header, list(rest)


def test_header_is_as_the_page_says():
    """The first line names format, version, ledger, size, view and how many lines follow."""
    expected = (
        b'{"format":"cablegram disclosure","lines":3,"origin":"mid.example/ledger",'
        b'"size":3,"v":1,"view":"inspector"}\n'
    )
    assert expected == FILE[0]


def test_line_is_as_the_page_says():
    """A leaf's line has index, siblings, and each slot's value beside its salt."""
    line = json.loads(FILE[2])
    assert {"index", "siblings", "slots"} == set(line)
    assert ["1", "issue"] == [line["slots"][name][0] for name in ("seq", "act")]
    assert {43} == {len(text) for text in line["siblings"]}
    assert {43} == {len(salt) for _, salt in line["slots"].values()}


def test_reads_what_it_wrote():
    """A file read is what was written, for the inspector, for a party and for an empty ledger."""
    assert (HEADER, LINES) == everything(FILE)
    party = [(2, disclose(ENTRY, SEED, ["officer", "at"]))]
    assert (PARTY, party) == everything(disclosure.write(PARTY, party))
    empty = disclosure.Header("mid.example/ledger", 0, disclosure.View.INSPECTOR, 0)
    assert (empty, []) == everything(disclosure.write(empty, []))


def test_is_streamed():
    """A fault in the last line is found there, after the lines before it were given."""
    _, rest = disclosure.read([*FILE[:-1], b"{}\n"])
    assert LINES[:2] == [next(rest), next(rest)]
    with pytest.raises(MalformedError):
        next(rest)


@pytest.mark.parametrize(
    ("origin", "size", "view", "lines"),
    [
        ("", 3, "inspector", 3),
        ("x" * 256, 3, "inspector", 3),
        ("x", 3, "inspector", 2),
        ("x", 3, "party", 4),
        ("x", 3, "party", -1),
        ("x", -1, "party", -1),
    ],
)
def test_no_such_header(origin, size, view, lines):
    """A header out of bounds, or an inspector's that leaves leaves out, does not exist."""
    with pytest.raises(MalformedError):
        disclosure.Header(origin, size, disclosure.View(view), lines)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"cablegram disclosure", b"cablegram disclosures"),
        (b'"v":1', b'"v":2'),
        (b'"view":"inspector"', b'"view":"public"'),
        (b'"view":"inspector"', b'"view":["inspector"]'),
        (b'"lines":3', b'"lines":"3"'),
        (b'"size":3', b'"size":"3"'),
        (b'"origin":"mid.example/ledger"', b'"origin":3'),
        (b'"lines":3,', b'"lines":3,"more":1,'),
        (b'"lines":3,', b""),
        (b":3", b": 3"),
        (b"\n", b""),
        (b"mid", b"m" * 5000),
    ],
)
def test_bad_header(old, new):
    """A header with one fault is refused at once."""
    with pytest.raises(MalformedError):
        disclosure.read([FILE[0].replace(old, new), *FILE[1:]])


def changed(index, change):
    line = json.loads(FILE[1 + index])
    change(line)
    text = json.dumps(line, sort_keys=True, separators=(",", ":")).encode() + b"\n"
    return [*FILE[: 1 + index], text, *FILE[2 + index :]]


@pytest.mark.parametrize(
    "change",
    [
        lambda line: line.update(index="1"),
        lambda line: line.update(index=0),
        lambda line: line.update(index=3),
        lambda line: line.update(more=1),
        lambda line: line.update(siblings="x"),
        lambda line: line.update(siblings=[3, 4]),
        lambda line: line.update(siblings=[line["siblings"][0] + "A"]),
        lambda line: line.update(slots=[]),
        lambda line: line.update(slots={}),
        lambda line: line["slots"].pop("seq"),
        lambda line: line["slots"].update(officer=line["slots"]["act"]),
        lambda line: line["slots"].update(colour=line["slots"]["act"]),
        lambda line: line["slots"].update(act="issue"),
        lambda line: line["slots"].update(act=["issue"]),
        lambda line: line["slots"].update(act=["issue", 3]),
        lambda line: line["slots"].update(act=["issue", "AAAA"]),
        lambda line: line["slots"].update(act=["", line["slots"]["act"][1]]),
        lambda line: line["slots"].update(act=["a\rb", line["slots"]["act"][1]]),
    ],
)
def test_bad_line(change):
    """A line with one fault is refused."""
    with pytest.raises(MalformedError):
        everything(changed(1, change))


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [b""],
        FILE[:-1],
        [*FILE, FILE[-1]],
        [FILE[0], FILE[2], FILE[1], FILE[3]],
        [*FILE[:-1], FILE[-1][:-1]],
        [*FILE, b"\n"],
        [b"\n", *FILE],
        [*FILE[:2], FILE[2].replace(b"\n", b"\r\n"), FILE[3]],
    ],
    ids=["nothing", "empty", "short", "long", "order", "cut", "blank", "blank first", "crlf"],
)
def test_bad_file(lines):
    """A file cut short, drawn out or stirred is refused."""
    with pytest.raises(MalformedError):
        everything(lines)


def test_writing_holds_to_the_header():
    """Fewer leaves than promised, or another view's slots, are noticed while writing."""
    with pytest.raises(MalformedError):
        list(disclosure.write(HEADER, LINES[:2]))
    with pytest.raises(MalformedError):
        list(disclosure.write(HEADER, [(0, disclose(ENTRY, SEED, ["act"]))]))
