"""The private keys of an office and of an officer, and signing with them (docs/spec/keyfile.md).

The office's keys lie in one age file sealed with a passphrase; an officer's in
OpenSSH's own key file.  No ``repr`` here shows a secret.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from os import urandom
from typing import TYPE_CHECKING

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from cablegram.errors import MalformedError, SealError, SetUpError
from cablegram.sealing import age, armor
from cablegram.sealing.faults import NoMatchError
from cablegram.sealing.passphrase import LOG_N, PassphraseIdentity, PassphraseRecipient
from cablegram.sealing.recipients import (
    SEED_SIZE,
    HybridIdentity,
    HybridRecipient,
    Kind,
    X25519Identity,
    X25519Recipient,
    identity,
)
from cablegram.signatures import sshsig
from cablegram.signatures.sshsig import COMPOSITE, COMPOSITE_LABEL, ED25519, PublicKey
from cablegram.wire import canonical
from cablegram.wire.canonical import Value, decode_bytes, encode_bytes

if TYPE_CHECKING:
    from cablegram.sealing.recipients import Random

COMPANION_SEED_SIZE = 64
RECEIVING_MAX = 64

_KIND = "office-keys"
_VERSION = 1


@dataclass(frozen=True, slots=True)
class ReceivingKey:
    """One epoch's key that telegrams are sealed to."""

    epoch: int
    kind: Kind
    seed: bytes = field(repr=False)
    _identity: HybridIdentity | X25519Identity = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not 0 < self.epoch <= canonical.INTEGER_MAX:
            raise _not_keys("an epoch is not a number from 1")
        object.__setattr__(self, "_identity", identity(self.kind, self.seed))

    @property
    def identity(self) -> HybridIdentity | X25519Identity:
        """What opens telegrams of this epoch."""
        return self._identity

    def recipient(self) -> HybridRecipient | X25519Recipient:
        """What the card announces."""
        return self._identity.recipient()


@dataclass(frozen=True, slots=True)
class OfficeKeys:
    """An office's signing key, its post-quantum companion, and its receiving keys by epoch."""

    signing_seed: bytes = field(repr=False)
    companion_seed: bytes = field(repr=False)
    receiving: tuple[ReceivingKey, ...]
    _signer: OfficerKey = field(init=False, repr=False, compare=False)
    _companion: _Companion = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        names = [(key.epoch, key.kind) for key in self.receiving]
        if not 0 < len(names) <= RECEIVING_MAX or names != sorted(set(names)):
            raise _not_keys("the receiving keys are not one each, in ascending order")
        object.__setattr__(self, "_signer", OfficerKey(self.signing_seed))
        object.__setattr__(self, "_companion", _Companion(self.companion_seed))

    @classmethod
    def generate(cls, random: Random = urandom, *, kind: Kind = Kind.HYBRID) -> OfficeKeys:
        """New keys for a new office, with one receiving key for epoch 1."""
        first = ReceivingKey(1, kind, random(SEED_SIZE))
        return cls(random(SEED_SIZE), random(COMPANION_SEED_SIZE), (first,))

    @classmethod
    def from_file(cls, data: bytes, passphrase: str) -> OfficeKeys:
        """Read the key file with its passphrase.

        Raises:
            MalformedError: not an office's key file.
            SealError: another passphrase, or the file was altered.
        """
        try:
            document = age.decrypt(armor.read(data), [PassphraseIdentity(passphrase)])
        except NoMatchError as exc:
            raise SealError(
                "the passphrase does not open the office's key file",
                hint="Type the passphrase again; look at the keyboard's language.",
            ) from exc
        fields = canonical.decode(document, what="the office's key file")
        match fields:
            case {
                "kind": "office-keys",
                "v": 1,
                "companion_seed": str(companion),
                "receiving": list(receiving),
                "signing_seed": str(signing),
                **rest,
            } if not rest:
                keys = tuple(_receiving_key(value) for value in receiving)
                return cls(decode_bytes(signing), decode_bytes(companion), keys)
        raise _not_keys("the fields are not those of version 1")

    def to_file(self, passphrase: str, *, log_n: int = LOG_N, random: Random = urandom) -> bytes:
        """The key file, sealed with the passphrase.

        Raises:
            SealError: the passphrase is empty.
        """
        receiving: list[Value] = [
            {"epoch": key.epoch, "kind": key.kind.value, "seed": encode_bytes(key.seed)}
            for key in self.receiving
        ]
        document = canonical.encode(
            {
                "companion_seed": encode_bytes(self.companion_seed),
                "kind": _KIND,
                "receiving": receiving,
                "signing_seed": encode_bytes(self.signing_seed),
                "v": _VERSION,
            }
        )
        recipient = PassphraseRecipient(passphrase, log_n=log_n)
        return armor.write(age.encrypt(document, [recipient], random=random))

    def public_keys(self) -> tuple[PublicKey, PublicKey]:
        """What the card announces, and what every signature of ours is held against."""
        return (self._signer.public_key, self._companion.public_key)

    def sign(self, namespace: str, message: bytes) -> list[str]:
        """One SSHSIG signature for each of ``public_keys``, in their order."""
        return [self._signer.sign(namespace, message), self._companion.sign(namespace, message)]

    def identities(self) -> list[HybridIdentity | X25519Identity]:
        """What opens our telegrams, the newest epoch first."""
        return [key.identity for key in reversed(self.receiving)]


class OfficerKey:
    """An officer's Ed25519 key, which signs orders; OpenSSH's tools can use it too."""

    __slots__ = ("_key", "public_key")

    public_key: PublicKey

    def __init__(self, seed: bytes) -> None:
        if len(seed) != SEED_SIZE:
            raise _not_keys("the signing key is not of 32 bytes")
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public_key = PublicKey(ED25519, self._key.public_key().public_bytes_raw())

    def __repr__(self) -> str:
        return f"OfficerKey({self.public_key.key_id()})"

    @classmethod
    def generate(cls, random: Random = urandom) -> OfficerKey:
        """A new key."""
        return cls(random(SEED_SIZE))

    @classmethod
    def from_openssh(cls, data: bytes, passphrase: str | None = None) -> OfficerKey:
        """Read OpenSSH's private key file.

        Raises:
            MalformedError: not such a file, or not an Ed25519 key.
            SealError: it wants a passphrase, or another one.
            SetUpError: it has a passphrase and the package ``bcrypt`` is not installed.
        """
        # The library answers with one kind of error for a damaged file and for a wrong passphrase,
        # and with a TypeError where one of the two is missing.
        try:
            key = serialization.load_ssh_private_key(
                data, None if passphrase is None else passphrase.encode()
            )
        except UnsupportedAlgorithm as exc:
            raise _no_bcrypt() from exc
        except TypeError as exc:
            raise SealError(
                "the officer's key file and the passphrase do not go together",
                hint="Give the passphrase the file has, or none where it has none.",
            ) from exc
        except ValueError as exc:
            raise MalformedError(
                "the officer's key file cannot be read, or its passphrase is another",
                hint="Check the passphrase, then check the file with `ssh-keygen -y -f`.",
            ) from exc
        if not isinstance(key, Ed25519PrivateKey):
            raise MalformedError(
                "the officer's key is not an Ed25519 key",
                hint="Make one with `ssh-keygen -t ed25519`.",
            )
        return cls(key.private_bytes_raw())

    def to_openssh(self, passphrase: str | None = None) -> bytes:
        """OpenSSH's private key file, with a passphrase on it if one is given.

        Raises:
            SealError: the passphrase is empty.
            SetUpError: a passphrase is given and the package ``bcrypt`` is not installed.
        """
        if passphrase == "":
            raise SealError(
                "an empty passphrase protects nothing",
                hint="Give a passphrase, or ask for a key file without one.",
            )
        try:
            lock = (
                serialization.NoEncryption()
                if passphrase is None
                else serialization.BestAvailableEncryption(passphrase.encode())
            )
            return self._key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, lock
            )
        except UnsupportedAlgorithm as exc:
            raise _no_bcrypt() from exc

    def sign(self, namespace: str, message: bytes) -> str:
        """The SSHSIG signature over the message."""
        raw = self._key.sign(sshsig.signed_data(namespace, message))
        return sshsig.armor(self.public_key, namespace, raw)


class _Companion:
    """The composite of ML-DSA-44 and Ed25519 that signs beside the office's Ed25519 key."""

    __slots__ = ("_curve", "_lattice", "public_key")

    def __init__(self, seed: bytes) -> None:
        if len(seed) != COMPANION_SEED_SIZE:
            raise _not_keys("the companion key is not of 64 bytes")
        self._lattice = MLDSA44PrivateKey.from_seed_bytes(seed[:SEED_SIZE])
        self._curve = Ed25519PrivateKey.from_private_bytes(seed[SEED_SIZE:])
        raws = (key.public_key().public_bytes_raw() for key in (self._lattice, self._curve))
        self.public_key = PublicKey(COMPOSITE, b"".join(raws))

    def sign(self, namespace: str, message: bytes) -> str:
        data = sshsig.composite_data(sshsig.signed_data(namespace, message))
        raw = self._lattice.sign(data, COMPOSITE_LABEL) + self._curve.sign(data)
        return sshsig.armor(self.public_key, namespace, raw)


def _receiving_key(value: Value) -> ReceivingKey:
    match value:
        case {
            "epoch": int(epoch),
            "kind": "mlkem768x25519" | "x25519" as kind,
            "seed": str(seed),
            **rest,
        } if not rest:
            return ReceivingKey(epoch, Kind(kind), decode_bytes(seed))
    raise _not_keys("a receiving key has other fields than those of version 1")


def _not_keys(what: str) -> MalformedError:
    return MalformedError(
        "these are not an office's keys: {what}",
        hint="Take the key file from where `office init` wrote it, or from its copy.",
        what=what,
    )


def _no_bcrypt() -> SetUpError:
    return SetUpError(
        "a passphrase on an officer's key file needs the Python package bcrypt",
        hint="Install bcrypt, or keep the key without a passphrase on an encrypted disk.",
    )
