"""Sealing and opening: what comes back, in one piece and streamed, and what must be refused."""

from __future__ import annotations

import os
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cablegram.errors import CablegramError, SealError
from cablegram.sealing import age, header, stream
from cablegram.sealing.faults import (
    HeaderError,
    HeaderMacError,
    NoMatchError,
    PayloadError,
)
from cablegram.sealing.passphrase import PassphraseIdentity, PassphraseRecipient
from cablegram.sealing.recipients import HybridIdentity, Kind, X25519Identity

CHUNK = 65536
BLOCK = 4 * CHUNK
HYBRID = HybridIdentity(b"h" * 32)
X25519 = X25519Identity(b"x" * 32)
TEXT = b"The six articles follow. " * 40
IDENTITIES = {"hybrid": HYBRID, "x25519": X25519}
SEALED = {name: age.encrypt(TEXT, [key.recipient()]) for name, key in IDENTITIES.items()}

SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, BLOCK, BLOCK + 1, 2 * BLOCK + CHUNK]


class Drip:
    """A source that gives its bytes a few at a time, and a sink that takes them so."""

    def __init__(self, data=b"", step=7001):
        self.data, self.step, self.taken = memoryview(data), step, bytearray()

    def readinto(self, buffer):
        part = self.data[: min(self.step, len(buffer))]
        buffer[: len(part)] = part
        self.data = self.data[len(part) :]
        return len(part)

    def write(self, data):
        self.taken += data[: self.step]
        return min(self.step, len(data))


def test_drip_source_and_sink():
    """Short reads and short writes change nothing."""
    text = os.urandom(CHUNK + 99)
    sealing = Drip(text)
    age.encrypt_stream(sealing, sealing, [X25519.recipient()])
    opening = Drip(bytes(sealing.taken))
    age.decrypt_stream(opening, opening, [X25519])

    assert text == bytes(opening.taken)


@pytest.mark.parametrize("name", IDENTITIES)
@pytest.mark.parametrize("size", SIZES)
def test_comes_back(name, size):
    """What is sealed in one piece or streamed opens in one piece and streamed, at every edge."""
    identity, text = IDENTITIES[name], os.urandom(size)
    sink = BytesIO()
    age.encrypt_stream(BytesIO(text), sink, [identity.recipient()])
    sealed = [sink.getvalue(), age.encrypt(text, [identity.recipient()])]

    assert len(sealed[0]) == len(sealed[1])
    for data in sealed:
        opened = BytesIO()
        age.decrypt_stream(BytesIO(data), opened, [identity])
        assert text == opened.getvalue()
        assert text == age.decrypt(data, [identity])


def test_same_randomness_same_file():
    """The randomness of an x25519 file is all handed in: the same gives the same bytes."""
    once = [age.encrypt(TEXT, [X25519.recipient()], random=bytes) for _ in range(2)]
    sink = BytesIO()
    age.encrypt_stream(BytesIO(TEXT), sink, [X25519.recipient()], random=bytes)

    assert once[0] == once[1] == sink.getvalue()
    assert once[0] != SEALED["x25519"]


def test_several_recipients_of_one_kind():
    """Each of several recipients opens the file; a stranger does not."""
    others = [X25519Identity(bytes([n]) * 32) for n in range(1, 4)]
    sealed = age.encrypt(TEXT, [other.recipient() for other in others])
    for other in others:
        assert TEXT == age.decrypt(sealed, [X25519, HYBRID, other])
    with pytest.raises(NoMatchError) as refused:
        age.decrypt(sealed, [X25519, HYBRID])
    assert refused.value.hint.endswith(".")


def test_kinds_are_never_mixed():
    """The writer refuses post-quantum beside classical, and a passphrase beside anything."""
    phrase = PassphraseRecipient("p", log_n=1)
    for mixed in (
        [HYBRID.recipient(), X25519.recipient()],
        [phrase, X25519.recipient()],
        [phrase, phrase],
    ):
        sink = BytesIO()
        with pytest.raises(SealError, match="together"):
            age.encrypt_stream(BytesIO(TEXT), sink, mixed)
        assert sink.getvalue() == b""


@pytest.mark.parametrize("count", [0, header.STANZAS_MAX + 1])
def test_writer_keeps_the_readers_bounds(count):
    """Nothing is sealed that our own reader would refuse: no recipient, or too many."""
    with pytest.raises(HeaderError, match=f"to {count} recipients"):
        age.encrypt(TEXT, [X25519.recipient()] * count)


def test_most_recipients_fit_the_header():
    """As many hybrid recipients as the bound names fit the header's bound as well."""
    sealed = age.encrypt(TEXT, [HYBRID.recipient()] * header.STANZAS_MAX)
    assert TEXT == age.decrypt(sealed, [HYBRID])


def test_check_comes_before_any_identity():
    """A caller's check refuses the header before an identity is asked."""

    class Untouchable:
        def unwrap(self, stanzas):
            pytest.fail("an identity was tried")

    def refuse(head):
        raise SealError(f"{len(head.stanzas)} refused", hint="Stop.")

    with pytest.raises(SealError, match="1 refused"):
        age.decrypt(SEALED["x25519"], [Untouchable()], check=refuse)
    with pytest.raises(SealError, match="1 refused"):
        age.decrypt_stream(BytesIO(SEALED["x25519"]), BytesIO(), [Untouchable()], check=refuse)


@pytest.mark.parametrize("name", SEALED)
@given(data=st.data())
@settings(deadline=None, max_examples=120)
def test_every_flipped_bit_is_refused(name, data):
    """No bit of header or payload can be turned; streamed, only an honest beginning comes out."""
    sealed = bytearray(SEALED[name])
    bit = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[bit // 8] ^= 1 << bit % 8
    sink = BytesIO()
    with pytest.raises(CablegramError) as refused:
        age.decrypt(bytes(sealed), [IDENTITIES[name]])
    assert refused.value.kept == "The sealed bytes are unchanged."
    with pytest.raises(CablegramError):
        age.decrypt_stream(BytesIO(sealed), sink, [IDENTITIES[name]])
    assert TEXT.startswith(sink.getvalue())


def test_swapped_headers_are_refused():
    """A header goes with its own payload: another's, for the same key, does not open it."""
    other = age.encrypt(b"Other words.", [X25519.recipient()])
    one = SEALED["x25519"]
    with pytest.raises(PayloadError):
        age.decrypt(one[: header.parse(one).size] + other[header.parse(other).size :], [X25519])


def test_added_stanza_is_refused():
    """A stanza slipped into the header is seen, though it hides nothing from the addressee."""
    sealed = SEALED["x25519"].replace(b"\n-> ", b"\n-> spy\n\n-> ", 1)
    with pytest.raises(HeaderMacError):
        age.decrypt(sealed, [X25519])


def chunks_of(size):
    """A file of that many bytes: its text, its head, its sealed chunks."""
    text = os.urandom(size)
    sealed = age.encrypt(text, [X25519.recipient()])
    start = header.parse(sealed).size + age.NONCE_SIZE
    step = stream.SEALED_CHUNK_SIZE
    return text, sealed[:start], [sealed[at : at + step] for at in range(start, len(sealed), step)]


@pytest.mark.parametrize(
    ("fault", "honest"),
    [
        ("cut after a chunk", 5),
        ("cut in a chunk", 5),
        ("cut in a tag", 5),
        ("first two swapped", 0),
        ("one left out", 2),
        ("one twice", 3),
        ("one appended", 6),
        ("a byte appended", 6),
        ("an empty chunk appended", 6),
        ("everything cut", 0),
    ],
)
def test_broken_order_is_refused(fault, honest):
    """Chunks cannot be cut, swapped, dropped, doubled or appended; what came before is honest."""
    text, head, chunks = chunks_of(6 * CHUNK)
    tail = {
        "cut after a chunk": chunks[:5],
        "cut in a chunk": [*chunks[:5], chunks[5][:-1]],
        "cut in a tag": [*chunks[:5], chunks[5][:9]],
        "first two swapped": [chunks[1], chunks[0], *chunks[2:]],
        "one left out": [*chunks[:2], *chunks[3:]],
        "one twice": [*chunks[:3], *chunks[2:]],
        "one appended": [*chunks, chunks[5]],
        "a byte appended": [*chunks, b"\0"],
        "an empty chunk appended": [*chunks, chunks_of(0)[2][0]],
        "everything cut": [],
    }[fault]
    broken, sink = head + b"".join(tail), BytesIO()
    with pytest.raises(PayloadError):
        age.decrypt(broken, [X25519])
    with pytest.raises(PayloadError):
        age.decrypt_stream(BytesIO(broken), sink, [X25519])
    assert text[: honest * CHUNK] == sink.getvalue()


def test_short_nonce_is_refused():
    """A file that ends before its payload is malformed, not short of a key."""
    sealed = SEALED["x25519"]
    cut = sealed[: header.parse(sealed).size + 15]
    with pytest.raises(HeaderError, match="ends before"):
        age.decrypt(cut, [X25519])
    with pytest.raises(HeaderError, match="ends before"):
        age.decrypt_stream(BytesIO(cut), BytesIO(), [X25519])


def test_source_that_does_not_wait_is_refused():
    """A source with nothing to give yet is not taken for one that ended."""

    class Impatient:
        def readinto(self, buffer):
            return None

    with pytest.raises(BlockingIOError):
        age.encrypt_stream(Impatient(), BytesIO(), [X25519.recipient()])


def test_sink_that_does_not_count():
    """A sink that says nothing about how much it took has taken it all."""
    parts = []

    class Silent:
        def write(self, data):
            parts.append(bytes(data))

    age.encrypt_stream(BytesIO(TEXT), Silent(), [X25519.recipient()])
    assert TEXT == age.decrypt(b"".join(parts), [X25519])


def test_passphrase_comes_back():
    """A passphrase opens what was sealed with it, in any script; another does not."""
    sealed = age.encrypt(TEXT, [PassphraseRecipient("шесть статей", log_n=2)])
    assert TEXT == age.decrypt(sealed, [PassphraseIdentity("шесть статей")])
    with pytest.raises(NoMatchError):
        age.decrypt(sealed, [PassphraseIdentity("шесть статьей")])
    with pytest.raises(NoMatchError):
        age.decrypt(SEALED["hybrid"], [PassphraseIdentity("шесть статей")])
    with pytest.raises(HeaderError, match="more work"):
        age.decrypt(sealed, [PassphraseIdentity("шесть статей", log_n_max=1)])


@pytest.mark.parametrize(("phrase", "log_n"), [("", 2), ("p", 0), ("p", 21)])
def test_bad_passphrase_recipient_is_refused(phrase, log_n):
    """Nothing is sealed with an empty passphrase or a work factor nobody could open."""
    with pytest.raises(SealError):
        PassphraseRecipient(phrase, log_n=log_n)


@pytest.mark.parametrize(
    "arguments", ["", "AAAA", "AAAA 2", "{salt} 2 2", "{salt} 02", "{salt} 99", "{salt} 0"]
)
def test_bad_passphrase_stanza_is_refused(arguments):
    """A passphrase stanza has one salt of 16 bytes and one plain work factor."""
    salt = header.encode_base64(bytes(16)).decode()
    words = tuple(arguments.format(salt=salt).split())
    head = header.write(bytes(16), [header.Stanza("scrypt", words, bytes(32))])
    with pytest.raises(HeaderError):
        age.decrypt(head + bytes(40), [PassphraseIdentity("p")])


def test_kind_is_said():
    """Every recipient says its kind, which labels what is sealed to it."""
    recipients = (HYBRID.recipient(), X25519.recipient(), PassphraseRecipient("p"))
    assert list(Kind) == [recipient.kind for recipient in recipients]
