"""The two native age recipients, post-quantum and classical (c2sp.org/age; docs/spec/age.md).

A *recipient* is the public key to seal to, an *identity* the secret key to open
with.  Both are made of raw bytes; the Bech32 texts are for other tools.
"""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from hashlib import shake_256
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from cablegram.errors import MalformedError, SealError
from cablegram.sealing.faults import HeaderError
from cablegram.sealing.header import Stanza, decode_base64, encode_base64
from cablegram.sealing.hkdf import derive
from cablegram.wire import bech32

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Random: TypeAlias = Callable[[int], bytes]
    """Gives that many unpredictable bytes: ``os.urandom`` outside of tests."""

SEED_SIZE = 32
X25519_SIZE = 32
HYBRID_SIZE = 1216
WRAPPED_SIZE = 32

_MLKEM_SIZE = 1184
_MLKEM_SEED_SIZE = 64
_SHARE_SIZE = 1120
_ZERO_NONCE = bytes(12)
_X25519_INFO = b"age-encryption.org/v1/X25519"
_HYBRID_INFO = b"age-encryption.org/mlkem768x25519"
_HYBRID = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)
# Used to test shares only: a share of low order gives zero with every key.
_ANY_KEY = X25519PrivateKey.from_private_bytes(bytes(31) + b"\x40")


class Kind(StrEnum):
    """The recipient types that Cablegram writes."""

    HYBRID = "mlkem768x25519"
    X25519 = "x25519"
    PASSPHRASE = "scrypt"  # noqa: S105  # a name, not a secret


class Recipient(Protocol):
    """Whoever a file can be sealed to."""

    @property
    def kind(self) -> Kind:
        """The type of recipient; kinds are never mixed in one file."""

    def wrap(self, file_key: bytes, random: Random) -> Stanza:
        """The stanza that gives this file key to the recipient."""


class Identity(Protocol):
    """Whatever a file can be opened with."""

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        """The file key, or None where no stanza is for this identity.

        Raises:
            HeaderError: a stanza of this identity's type is malformed.
        """


class HybridRecipient:
    """ML-KEM-768 with X25519: stays shut when X25519 alone is broken."""

    __slots__ = ("_key", "raw")

    kind: Final = Kind.HYBRID

    def __init__(self, raw: bytes, key: hpke.MLKEM768X25519PublicKey | None = None) -> None:
        """Read the 1,216 raw bytes; ``key`` is the same key where it is parsed already.

        Raises:
            MalformedError: the wrong size, or not an ML-KEM key.
        """
        self.raw = raw
        self._key = key or _hybrid_key(raw)

    def __str__(self) -> str:
        return bech32.encode("age1pq", self.raw)

    def wrap(self, file_key: bytes, random: Random) -> Stanza:  # noqa: ARG002  # see below
        """As ``Recipient.wrap``; the library draws the randomness itself."""
        try:
            sealed = _HYBRID.encrypt(file_key, self._key, _HYBRID_INFO)
        except ValueError as exc:
            raise _unusable() from exc
        share = encode_base64(sealed[:_SHARE_SIZE]).decode()
        return Stanza(Kind.HYBRID, (share,), sealed[_SHARE_SIZE:])


class HybridIdentity:
    """The secret of a ``HybridRecipient``: one seed of 32 bytes (X-Wing)."""

    __slots__ = ("_curve", "_key", "_lattice", "_seed")

    def __init__(self, seed: bytes) -> None:
        if len(seed) != SEED_SIZE:
            raise _not_a_key(Kind.HYBRID)
        expanded = shake_256(seed).digest(_MLKEM_SEED_SIZE + X25519_SIZE)
        self._seed = seed
        self._lattice = MLKEM768PrivateKey.from_seed_bytes(expanded[:_MLKEM_SEED_SIZE])
        self._curve = X25519PrivateKey.from_private_bytes(expanded[_MLKEM_SEED_SIZE:])
        self._key = hpke.MLKEM768X25519PrivateKey(self._lattice, self._curve)

    def recipient(self) -> HybridRecipient:
        """What others seal to."""
        lattice, curve = self._lattice.public_key(), self._curve.public_key()
        raw = lattice.public_bytes_raw() + curve.public_bytes_raw()
        return HybridRecipient(raw, hpke.MLKEM768X25519PublicKey(lattice, curve))

    def secret_text(self) -> str:
        """The secret as other age tools read it; write it nowhere but where it is kept."""
        return bech32.encode("AGE-SECRET-KEY-PQ-", self._seed)

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        """As ``Identity.unwrap``."""
        for stanza in stanzas:
            if stanza.kind == "mlkem768x25519":
                share = _share(stanza, _SHARE_SIZE)
                try:
                    return _HYBRID.decrypt(share + stanza.body, self._key, _HYBRID_INFO)
                except InvalidTag:
                    _check_order(share)
        return None


class X25519Recipient:
    """The classical recipient, for correspondents whose card offers nothing else."""

    __slots__ = ("_key", "raw")

    kind: Final = Kind.X25519

    def __init__(self, raw: bytes) -> None:
        if len(raw) != X25519_SIZE:
            raise _not_a_key(self.kind)
        self.raw = raw
        self._key = X25519PublicKey.from_public_bytes(raw)

    def __str__(self) -> str:
        return bech32.encode("age", self.raw)

    def wrap(self, file_key: bytes, random: Random) -> Stanza:
        """As ``Recipient.wrap``; ``random`` gives the one-off key."""
        one_off = X25519PrivateKey.from_private_bytes(random(X25519_SIZE))
        share = one_off.public_key().public_bytes_raw()
        try:
            secret = one_off.exchange(self._key)
        except ValueError as exc:
            raise _unusable() from exc
        key = derive(secret, salt=share + self.raw, info=_X25519_INFO)
        body = ChaCha20Poly1305(key).encrypt(_ZERO_NONCE, file_key, None)
        return Stanza("X25519", (encode_base64(share).decode(),), body)


class X25519Identity:
    """The secret of an ``X25519Recipient``."""

    __slots__ = ("_key", "_raw", "_seed")

    def __init__(self, seed: bytes) -> None:
        if len(seed) != SEED_SIZE:
            raise _not_a_key(Kind.X25519)
        self._seed = seed
        self._key = X25519PrivateKey.from_private_bytes(seed)
        self._raw = self._key.public_key().public_bytes_raw()

    def recipient(self) -> X25519Recipient:
        """What others seal to."""
        return X25519Recipient(self._raw)

    def secret_text(self) -> str:
        """The secret as other age tools read it; write it nowhere but where it is kept."""
        return bech32.encode("AGE-SECRET-KEY-", self._seed)

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        """As ``Identity.unwrap``."""
        for stanza in stanzas:
            if stanza.kind == "X25519":
                share = _share(stanza, X25519_SIZE)
                try:
                    secret = self._key.exchange(X25519PublicKey.from_public_bytes(share))
                except ValueError:
                    raise HeaderError("the header has a share of low order") from None
                key = derive(secret, salt=share + self._raw, info=_X25519_INFO)
                try:
                    return ChaCha20Poly1305(key).decrypt(_ZERO_NONCE, stanza.body, None)
                except InvalidTag:
                    continue
        return None


@lru_cache(maxsize=256)  # public keys alone, and an office seals to the same few all day
def recipient(kind: Kind, raw: bytes) -> HybridRecipient | X25519Recipient:
    """The recipient of this kind with these raw bytes, as a card gives them.

    Raises:
        MalformedError: not a key of this kind.
    """
    made = _RECIPIENTS.get(kind)
    if made is None:
        raise _not_a_key(kind)
    return made(raw)


def identity(kind: Kind, seed: bytes) -> HybridIdentity | X25519Identity:
    """The identity of this kind with this secret seed, as a key file gives it.

    Raises:
        MalformedError: not a key of this kind.
    """
    made = _IDENTITIES.get(kind)
    if made is None:
        raise _not_a_key(kind)
    return made(seed)


def recipient_from_text(text: str) -> HybridRecipient | X25519Recipient:
    """Read ``age1pq1...`` or ``age1...``.

    Raises:
        MalformedError: mistyped, or a recipient of another type.
    """
    prefix, raw = bech32.decode(text)
    kind = {"age1pq": Kind.HYBRID, "age": Kind.X25519}.get(prefix)
    if kind is None:
        raise MalformedError(
            "the recipient is of a type that is not known",
            hint="Ask for an age1pq or an age1 recipient.",
        )
    return recipient(kind, raw)


def identity_from_text(text: str) -> HybridIdentity | X25519Identity:
    """Read ``AGE-SECRET-KEY-PQ-1...`` or ``AGE-SECRET-KEY-1...``.

    Raises:
        MalformedError: mistyped, or an identity of another type.
    """
    prefix, seed = bech32.decode(text)
    kind = {"AGE-SECRET-KEY-PQ-": Kind.HYBRID, "AGE-SECRET-KEY-": Kind.X25519}.get(prefix)
    if kind is None:
        raise MalformedError(
            "the identity is of a type that is not known",
            hint="Give an AGE-SECRET-KEY-PQ-1 or an AGE-SECRET-KEY-1.",
        )
    return identity(kind, seed)


def _share(stanza: Stanza, size: int) -> bytes:
    """The share that is the only argument of a native stanza, and a body of the right size."""
    if len(stanza.arguments) != 1:
        raise HeaderError("the {kind} stanza does not have one argument", kind=stanza.kind)
    share = decode_base64(stanza.arguments[0].encode())
    if len(share) != size or len(stanza.body) != WRAPPED_SIZE:
        raise HeaderError("the {kind} stanza has a field of the wrong size", kind=stanza.kind)
    return share


def _hybrid_key(raw: bytes) -> hpke.MLKEM768X25519PublicKey:
    if len(raw) != HYBRID_SIZE:
        raise _not_a_key(Kind.HYBRID)
    try:
        lattice = MLKEM768PublicKey.from_public_bytes(raw[:_MLKEM_SIZE])
    except ValueError as exc:
        raise _not_a_key(Kind.HYBRID) from exc
    return hpke.MLKEM768X25519PublicKey(
        lattice, X25519PublicKey.from_public_bytes(raw[_MLKEM_SIZE:])
    )


def _check_order(share: bytes) -> None:
    """Tell a share of low order, which the library refuses without saying so, from another's."""
    curve = X25519PublicKey.from_public_bytes(share[-X25519_SIZE:])
    try:
        _ANY_KEY.exchange(curve)
    except ValueError:
        raise HeaderError("the header has a share of low order") from None


def _not_a_key(kind: Kind) -> MalformedError:
    return MalformedError(
        "the bytes are not a {kind} key", hint="Ask the key's owner for it again.", kind=kind
    )


def _unusable() -> SealError:
    return SealError(
        "the recipient's key cannot be sealed to",
        hint="Ask its owner for a new key, and compare the fingerprint.",
    )


_RECIPIENTS: dict[Kind, type[HybridRecipient | X25519Recipient]] = {
    Kind.HYBRID: HybridRecipient,
    Kind.X25519: X25519Recipient,
}
_IDENTITIES: dict[Kind, type[HybridIdentity | X25519Identity]] = {
    Kind.HYBRID: HybridIdentity,
    Kind.X25519: X25519Identity,
}
