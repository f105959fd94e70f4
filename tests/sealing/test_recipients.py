"""Recipients and identities: raw bytes, texts, and keys that must be refused."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from hypothesis import given, settings
from hypothesis import strategies as st

from cablegram.errors import MalformedError, SealError
from cablegram.sealing import age
from cablegram.sealing.faults import HeaderError
from cablegram.sealing.header import Stanza, encode_base64
from cablegram.sealing.recipients import (
    HybridIdentity,
    HybridRecipient,
    Kind,
    X25519Identity,
    X25519Recipient,
    identity,
    identity_from_text,
    recipient,
    recipient_from_text,
)
from cablegram.wire import bech32

HYBRID = HybridIdentity(b"h" * 32)
X25519 = X25519Identity(b"x" * 32)
IDENTITIES = [HYBRID, X25519]
INFO = b"age-encryption.org/mlkem768x25519"


@pytest.mark.parametrize("key", IDENTITIES)
def test_texts_and_raw_bytes_agree(key):
    """A recipient and an identity are the same from their text and from their raw bytes."""
    public = key.recipient()
    assert public.raw == recipient_from_text(str(public)).raw
    assert public.raw == recipient(public.kind, public.raw).raw
    assert public.raw == identity_from_text(key.secret_text()).recipient().raw


@pytest.mark.parametrize("key", IDENTITIES)
def test_recipient_from_raw_bytes_can_be_sealed_to(key):
    """What a card carries is enough to seal with."""
    public = recipient(key.recipient().kind, key.recipient().raw)
    assert age.decrypt(age.encrypt(b"text", [public]), [key]) == b"text"


def test_kinds_make_their_own():
    """A card's kind and a key file's kind name the class; a passphrase is not such a kind."""
    assert isinstance(recipient(Kind.HYBRID, HYBRID.recipient().raw), HybridRecipient)
    assert isinstance(recipient(Kind.X25519, bytes(32)), X25519Recipient)
    assert isinstance(identity(Kind.HYBRID, bytes(32)), HybridIdentity)
    assert isinstance(identity(Kind.X25519, bytes(32)), X25519Identity)
    for made in (recipient, identity):
        with pytest.raises(MalformedError, match="not a scrypt key"):
            made(Kind.PASSPHRASE, bytes(32))


@pytest.mark.parametrize("made", [HybridIdentity, X25519Identity, X25519Recipient, HybridRecipient])
@pytest.mark.parametrize("size", [0, 31, 33, 1215, 1217])
def test_wrong_sizes_are_refused(made, size):
    """A key that exists has the size of its kind."""
    with pytest.raises(MalformedError, match="key"):
        made(bytes(size))


def test_unusable_keys_are_refused():
    """What is no ML-KEM key, or would give an X25519 secret of zero, is not sealed to."""
    raw = HYBRID.recipient().raw
    with pytest.raises(MalformedError):
        HybridRecipient(b"\xff" * 1184 + raw[1184:])
    for public in (HybridRecipient(raw[:1184] + bytes(32)), X25519Recipient(bytes(32))):
        with pytest.raises(SealError, match="cannot be sealed to"):
            age.encrypt(b"text", [public])


def test_no_repr_shows_a_secret():
    """Neither the raw seed nor its text is in the repr of an identity."""
    for key in IDENTITIES:
        assert key.secret_text() not in repr(key)
        assert "hhhh" not in repr(key)
        assert "xxxx" not in repr(key)


# --- stanzas ----------------------------------------------------------------------------------


@pytest.mark.parametrize("key", IDENTITIES)
def test_malformed_stanza_is_refused(key):
    """A native stanza has one argument of its size, canonical, and a body of 32 bytes."""
    good = key.recipient().wrap(b"k" * 16, bytes)
    share = good.arguments[0]
    faults = [
        (),
        (share, share),
        (share[:-4],),
        (share + "AAAA",),
        (share[:-1] + "*",),
        (share + "=",),
        (encode_base64(bytes(1121)).decode(),),
    ]
    assert key.unwrap([good]) == b"k" * 16
    for arguments in faults:
        with pytest.raises(HeaderError):
            key.unwrap([Stanza(good.kind, arguments, good.body)])
    for body in (good.body[:-1], good.body + b"\0", b""):
        with pytest.raises(HeaderError, match="wrong size"):
            key.unwrap([Stanza(good.kind, good.arguments, body)])


@pytest.mark.parametrize("key", IDENTITIES)
def test_others_stanzas_are_passed_over(key):
    """Stanzas of unknown types and those for other keys are skipped, whatever they hold."""
    other = type(key)(b"o" * 32).recipient().wrap(b"o" * 16, bytes)
    mine = key.recipient().wrap(b"k" * 16, bytes)
    assert key.unwrap([Stanza("spy", ("%",), b""), other, mine]) == b"k" * 16
    assert key.unwrap([Stanza("spy", ("%",), b""), other]) is None


def test_half_of_the_hybrid_key_is_not_enough():
    """The right X25519 half with a wrong ML-KEM half opens nothing, nor the other way round."""
    sealed = HYBRID.recipient().wrap(b"k" * 16, bytes)
    other = HybridIdentity(b"o" * 32)
    for lattice, curve in ((HYBRID, other), (other, HYBRID)):
        mixed = HybridIdentity(bytes(32))
        mixed._key = type(HYBRID._key)(lattice._lattice, curve._curve)
        assert mixed.unwrap([sealed]) is None


def test_low_order_shares_are_refused():
    """A share that makes the X25519 secret zero is malformed, even where the rest is right.

    The stanza is built here from RFC 9180 and X-Wing, with the zero secret that a careless
    reader would compute, so that only the check for it can refuse it.
    """
    honest = hybrid_stanza(HYBRID, curve_secret=None)
    assert HYBRID.unwrap([honest]) == b"k" * 16
    with pytest.raises(HeaderError, match="low order"):
        HYBRID.unwrap([hybrid_stanza(HYBRID, curve_secret=bytes(32))])
    zero = (encode_base64(bytes(32)).decode(),)
    with pytest.raises(HeaderError, match="low order"):
        X25519.unwrap([Stanza("X25519", zero, bytes(32))])


def hybrid_stanza(key, curve_secret):
    """A stanza made from the primitives up; its share is zeros where a secret is given."""
    public = key.recipient().raw
    lattice_secret, share = MLKEM768PublicKey.from_public_bytes(public[:1184]).encapsulate()
    one_off = X25519Identity(b"e" * 32)
    curve_share = one_off.recipient().raw if curve_secret is None else bytes(32)
    if curve_secret is None:
        curve_secret = one_off._key.exchange(key._curve.public_key())
    mixed = lattice_secret + curve_secret + curve_share + public[1184:] + rb"\.//^\ "[:6]
    secret = hashlib.sha3_256(mixed).digest()
    suite = b"HPKE" + bytes.fromhex("647a00010003")

    def extract(salt, label, data):
        return hmac.digest(salt, b"HPKE-v1" + suite + label + data, "sha256")

    def expand(label, size):
        info = size.to_bytes(2, "big") + b"HPKE-v1" + suite + label + context
        return hmac.digest(schedule, info + b"\1", "sha256")[:size]

    context = b"\0" + extract(b"", b"psk_id_hash", b"") + extract(b"", b"info_hash", INFO)
    schedule = extract(secret, b"secret", b"")
    sealed = ChaCha20Poly1305(expand(b"key", 32)).encrypt(
        expand(b"base_nonce", 12), b"k" * 16, None
    )
    argument = encode_base64(share + curve_share).decode()
    return Stanza("mlkem768x25519", (argument,), sealed)


# --- Bech32 -----------------------------------------------------------------------------------

# BIP 173, "Test vectors": valid texts, and texts with a fault each.
VALID = [
    "A12UEL5L",
    "a12uel5l",
    "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs",
    "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw",
    "11qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqc8247j",
]
INVALID = [
    "pzry9x0s0muk",
    "1pzry9x0s0muk",
    "x1b4n0q5v",
    "li1dgmt3",
    "de1lg7wt\xff",
    "A1G7SGD8",
    "10a06t8",
    "1qzzfhee",
    "",
    "1",
]


@pytest.mark.parametrize("text", VALID)
def test_bech32_valid(text):
    """The valid texts of BIP 173 read, and are spelled again as they were."""
    prefix, data = bech32.decode(text)
    assert text == bech32.encode(prefix, data)


@pytest.mark.parametrize("text", INVALID)
def test_bech32_invalid(text):
    """The invalid texts of BIP 173 are refused, and not repeated in the message."""
    with pytest.raises(MalformedError) as refused:
        bech32.decode(text)
    assert not text or text not in str(refused.value)


@given(data=st.binary(max_size=80), upper=st.booleans())
@settings(deadline=None)
def test_bech32_comes_back(data, upper):
    """Any bytes under either case come back."""
    prefix = "AGE-X-" if upper else "age-x-"
    assert (prefix, data) == bech32.decode(bech32.encode(prefix, data))


@given(at=st.integers(0, 73), character=st.sampled_from("qpzry9x8gf2tvdw0s3jn54khce6mua7lQ1b "))
@settings(deadline=None)
def test_bech32_mistype_is_refused(at, character):
    """A mistyped character anywhere is refused."""
    text = X25519.secret_text().lower()
    typed = text[:at] + character + text[at + 1 :]
    if typed != text:
        with pytest.raises(MalformedError):
            bech32.decode(typed)


def test_bech32_faults_of_spelling():
    """Mixed case, loose bits and texts past the bound are refused."""
    text = X25519.secret_text()
    values = [0] * 9 + [1]  # 50 bits: six bytes and two bits that are not zero
    check = bech32._polymod(bech32._spread("age") + values + [0] * 6) ^ 1
    values += [check >> 5 * (5 - place) & 31 for place in range(6)]
    loose = "age1" + "".join("qpzry9x8gf2tvdw0s3jn54khce6mua7l"[value] for value in values)
    for fault in (text[:20] + text[20:].lower(), loose, bech32.encode("age", bytes(3000))):
        with pytest.raises(MalformedError):
            bech32.decode(fault)


def test_texts_of_other_types_are_refused():
    """A recipient is not taken for an identity, nor another type for one of ours."""
    token = bech32.encode("age1tag", bytes(33))
    for text in (X25519.secret_text(), token):
        with pytest.raises(MalformedError, match="not known"):
            recipient_from_text(text)
    for text in (str(X25519.recipient()), token):
        with pytest.raises(MalformedError, match="not known"):
            identity_from_text(text)
