"""The header of an age file: one spelling, and bounds that a hostile one runs into."""

from __future__ import annotations

import time
from io import BytesIO

import pytest

from cablegram.sealing import age, header
from cablegram.sealing.faults import HeaderError
from cablegram.sealing.header import Header, Stanza
from cablegram.sealing.recipients import HybridIdentity, X25519Identity

FIRST = b"age-encryption.org/v1\n"
LAST = b"--- " + header.encode_base64(bytes(32)) + b"\n"
IDENTITIES = [HybridIdentity(b"h" * 32), X25519Identity(b"x" * 32)]


def test_spelled_by_hand():
    """A header reads as the specification says (this one is spelled out by hand)."""
    text = FIRST + b"-> one two 3\nAAAA\n-> four\n" + b"A" * 64 + b"\n\n" + LAST
    read = header.parse(text + b"payload")

    assert (Stanza("one", ("two", "3"), bytes(3)), Stanza("four", (), bytes(48))) == read.stanzas
    assert text == read.signed + b" " + LAST[4:]
    assert len(text) == read.size
    assert bytes(32) == read.mac


@pytest.mark.parametrize("size", [0, 1, 47, 48, 49, 96, 1088])
def test_reads_what_it_writes(size):
    """Bodies of every length around the line length come back, and the MAC holds."""
    stanza = Stanza("type", ("an", "argument"), b"b" * size)
    read = header.parse(header.write(b"k" * 16, [stanza]))

    read.check(b"k" * 16)
    assert (stanza,) == read.stanzas


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"age-encryption.org/v2\n-> a\n\n" + LAST,
        FIRST,
        FIRST + LAST,
        FIRST + b"-> a\n\n",
        FIRST + b"-> a\n\n---",
        FIRST + b"-> a\n\n--- ",
        FIRST + b"-> a\n\n" + LAST[:-1],
        FIRST + b"-> a\n\n---" + LAST[4:],
        FIRST + b"-> a\n\n--- " + LAST[3:],
        FIRST + b"-> a\n\n--- AAAA\n",
        FIRST + b"-> a\n\n--- " + LAST[4:-2] + b"=\n",
        FIRST + b"-> a\n\n----" + LAST[4:],
        FIRST + b"->\n\n" + LAST,
        FIRST + b"-> \n\n" + LAST,
        FIRST + b"->  a\n\n" + LAST,
        FIRST + b"-> a \n\n" + LAST,
        FIRST + b"-> a\tb\n\n" + LAST,
        FIRST + b"-> \xc3\xa9\n\n" + LAST,
        FIRST + b"-> a\r\n\r\n" + LAST,
        FIRST + b"-> a\n" + LAST,
        FIRST + b"-> a\n" + b"A" * 64 + b"\n" + LAST,
        FIRST + b"-> a\n" + b"A" * 65 + b"\n\n" + LAST,
        FIRST + b"-> a\nAAAA\nAAAA\n" + LAST,
        FIRST + b"-> a\nAA==\n" + LAST,
        FIRST + b"-> a\nAB\n" + LAST,
        FIRST + b"-> a\nA\n" + LAST,
        FIRST + b"-> a\nA*AA\n" + LAST,
        FIRST + b"\n-> a\n\n" + LAST,
        FIRST + b"-> scrypt A 1\n\n-> a\n\n" + LAST,
    ],
)
def test_other_spellings_are_refused(text):
    """One fault a case: version, end, MAC line, opening, argument, wrapping, base64, passphrase."""
    with pytest.raises(HeaderError):
        header.parse(text)


HOSTILE = {
    "20,000 empty stanzas": FIRST + b"-> a\n\n" * 20_000 + LAST,
    "65 stanzas": FIRST + b"-> a\n\n" * 65 + LAST,
    "64 stanzas of ours, with wrong keys": (
        FIRST + (b"-> X25519 " + b"Z" * 42 + b"w\n" + b"A" * 43 + b"\n") * 64 + LAST
    ),
    "one body of 120 KB": FIRST + b"-> a\n" + (b"A" * 64 + b"\n") * 1850 + b"\n" + LAST,
    "one argument of 120 KB": FIRST + b"-> " + b"a" * 120_000 + b"\n\n" + LAST,
    "60,000 arguments": FIRST + b"->" + b" a" * 60_000 + b"\n\n" + LAST,
    "120 KB of spaces": FIRST + b"->" + b" " * 120_000 + b"\n\n" + LAST,
    "120 KB of arrows": FIRST + b"-> " * 40_000 + b"\n\n" + LAST,
    "no end": FIRST + b"-> a\n\n" * 2_000_000,
    "an end without end": FIRST + b"-> a\n\n---" + b" " * 12_000_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_header_costs_little(name):
    """A header made to cost much is refused in a tenth of a second of the processor's time."""
    data = HOSTILE[name]
    for attempt in (
        lambda: age.decrypt(data, IDENTITIES),
        lambda: age.decrypt_stream(BytesIO(data), BytesIO(), IDENTITIES),
    ):
        before = time.process_time()
        with pytest.raises(Exception, match=r"header|key"):
            attempt()
        assert time.process_time() - before < 0.1


def test_stream_reads_no_more_than_the_bound():
    """A stream without an end of its header is read as far as the bound and no further."""
    source = BytesIO(HOSTILE["no end"])
    with pytest.raises(HeaderError, match="does not end within"):
        age.decrypt_stream(source, BytesIO(), IDENTITIES)
    assert source.tell() == header.HEADER_MAX + age.NONCE_SIZE


def test_header_is_a_value():
    """Two readings of one header are equal."""
    text = FIRST + b"-> a\n\n" + LAST
    assert Header((Stanza("a", (), b""),), text[:-45], bytes(32), len(text)) == header.parse(text)
