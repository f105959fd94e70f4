"""Signed notes: the specification's own examples, and every spelling but the one refused."""

from __future__ import annotations

from base64 import b64encode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from cablegram.errors import LedgerError, MalformedError
from cablegram.ledger.note import (
    COSIGNATURE,
    ED25519,
    SIGNATURES_MAX,
    Line,
    Note,
    SigningKey,
    Verifier,
    decode64,
    encode64,
)

# The example in the documentation of Go's note package.
VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
EXAMPLE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKv"
    "qfqdngotpRZb6KE6RyyBwJnAM=\n"
)
TEXT = "one\n\ntwo\n"
KEY = SigningKey("mid.example/ledger", bytes(range(32)))
NOTE = KEY.sign(TEXT).encode()
WITNESS_KEY = Ed25519PrivateKey.from_private_bytes(b"w" * 32)
WITNESS = Verifier("witness.example/w1", COSIGNATURE, WITNESS_KEY.public_key().public_bytes_raw())


def cosign(text, stamp):
    """A cosignature/v1 line as tlog-cosignature words it."""
    signed = WITNESS_KEY.sign(f"cosignature/v1\ntime {stamp}\n{text}".encode())
    return Line(WITNESS.name, WITNESS.key_id + stamp.to_bytes(8, "big") + signed)


def test_example_of_another():
    """A note that another implementation signed holds under its key."""
    verifier = Verifier.parse(VKEY)
    note = Note.parse(EXAMPLE.encode())
    assert {verifier: None} == note.verify([verifier])
    assert EXAMPLE.encode() == note.encode()
    assert note.text.endswith("problem is.\n")


def test_signing():
    """What we sign verifies, its text may have blank lines, and it is the same each time."""
    note = Note.parse(NOTE)
    assert TEXT == note.text
    assert {KEY.verifier: None} == note.verify([KEY.verifier])
    assert NOTE == KEY.sign(TEXT).encode()
    assert KEY.verifier == Verifier.parse(KEY.verifier.vkey())


def test_cosignature():
    """A witness's line holds with its time; the ledger's own stays beside it."""
    note = Note(TEXT, (*Note.parse(NOTE).lines, cosign(TEXT, 1679315147)))
    signed = Note.parse(note.encode()).verify([WITNESS, KEY.verifier])
    assert {KEY.verifier: None, WITNESS: 1679315147} == signed
    assert WITNESS == Verifier.parse(WITNESS.vkey())


@pytest.mark.parametrize(
    "line",
    [
        Line(WITNESS.name, cosign(TEXT, 5).blob[:-1]),
        Line(WITNESS.name, cosign(TEXT, 5).blob[:8]),
        Line(WITNESS.name, cosign("other\n", 5).blob),
        cosign(TEXT, 2**63),
    ],
    ids=["short", "no signature", "other text", "year 292 billion"],
)
def test_false_cosignature(line):
    """A cosignature that does not hold refuses the note, though the ledger's own holds."""
    note = Note(TEXT, (*Note.parse(NOTE).lines, line))
    with pytest.raises(LedgerError, match="witness"):
        note.verify([KEY.verifier, WITNESS])


def test_unknown_keys_are_passed_over():
    """Lines of other keys, even of the same name or the same key id, do not matter."""
    other = SigningKey("mid.example/ledger", b"o" * 32)
    same_id = Line("someone.else", Note.parse(NOTE).lines[0].blob)
    lines = (*Note.parse(other.sign(TEXT).encode()).lines, same_id, *Note.parse(NOTE).lines)
    assert {KEY.verifier: None} == Note(TEXT, lines).verify([KEY.verifier])


def test_nobody_we_know():
    """A note without a line of a known key is refused."""
    with pytest.raises(LedgerError, match="nobody"):
        Note.parse(NOTE).verify([WITNESS])


def test_twice_by_one():
    """Two lines of one key refuse the note."""
    with pytest.raises(LedgerError, match="twice"):
        Note(TEXT, Note.parse(NOTE).lines * 2).verify([KEY.verifier])


@settings(deadline=None, max_examples=200)
@given(st.integers(0, len(NOTE) * 8 - 1))
def test_any_bit_flipped(bit):
    """No bit of a note with one signature can change."""
    broken = bytearray(NOTE)
    broken[bit // 8] ^= 1 << bit % 8
    with pytest.raises((LedgerError, MalformedError)):
        Note.parse(bytes(broken)).verify([KEY.verifier])


SIGNATURE = NOTE.decode().rpartition("\n\n")[2]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        TEXT.encode(),
        NOTE[:-1],
        NOTE + b"\n",
        NOTE + b"more\n",
        NOTE.replace(b"\n\ntwo", b"\n\x00two"),
        NOTE.replace(b"two", b"t\rwo"),
        NOTE.replace(b"two", b"\xff"),
        NOTE.replace("\u2014".encode(), b"-"),
        NOTE.replace("\u2014 ".encode(), "\u2014  ".encode()),
        NOTE.replace(b"mid.example", b"mid+example"),
        NOTE.replace(b"mid.example", "mid\u00a0example".encode()),
        NOTE.replace(b"mid.example/ledger ", b" "),
        NOTE.replace(b"=\n", b"\n"),
        NOTE.replace(b"=\n", b"==\n"),
        f"{TEXT}\n\u2014 x AAAAAA==\n".encode().replace(b"AAAAAA==", b"AAAAAB=="),
        f"{TEXT}\n\u2014 x AAAAAA==\n".encode(),
        f"{TEXT}\n\u2014 x \n".encode(),
        f"{TEXT}\n\u2014 x \u0410\u0410\u0410\u0410\n".encode(),
        f"{TEXT}\n\u2014 {'x' * 256} AAAAAAAA\n".encode(),
        f"{TEXT}\n{SIGNATURE * (SIGNATURES_MAX + 1)}".encode(),
        b"x" * (1 << 20) + NOTE,
    ],
)
def test_no_such_note(data):
    """What ``encode`` would not have written is not a note."""
    with pytest.raises(MalformedError):
        Note.parse(data)


def test_sixteen_signatures_are_read():
    """The specification's least: sixteen lines, and up to our bound."""
    for count in (16, SIGNATURES_MAX):
        assert count == len(Note.parse(f"{TEXT}\n{SIGNATURE * count}".encode()).lines)


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "PeterNeumann",
        VKEY.replace("c74f20a3", "c74f20a4"),
        VKEY.replace("c74f20a3", "C74F20A3"),
        VKEY.replace("Peter", "peter"),
        VKEY.replace("PeterNeumann", ""),
        VKEY.replace("PeterNeumann", "Peter Neumann"),
        VKEY[:-1],
        VKEY + "\n",
        VKEY[:-4],
        "x+00000000+" + b64encode(b"\x02" + bytes(32)).decode(),
    ],
)
def test_no_such_key(vkey):
    """A verifier key of another spelling, length, kind or key id is refused."""
    with pytest.raises(MalformedError):
        Verifier.parse(vkey)


def test_key_that_is_no_point():
    """A public key that is no point on the curve verifies nothing."""
    verifier = Verifier("x", ED25519, b"\xff" * 32)
    with pytest.raises(LedgerError):
        verifier.check(TEXT, bytes(64))


@pytest.mark.parametrize("text", ["", "no end", "tab\t\n", "null\x00\n"])
def test_no_such_text(text):
    """A text that a note cannot carry is not signed."""
    with pytest.raises(MalformedError):
        KEY.sign(text)


def test_base64_has_one_spelling():
    """Loose bits, missing padding and strange alphabets are refused."""
    assert b"\xfb\xff" == decode64(encode64(b"\xfb\xff"))
    for text in ("+/9=", "-_8=", "+/8", " +/8=", "+/8=\n", "ä"):
        with pytest.raises(MalformedError):
            decode64(text)
