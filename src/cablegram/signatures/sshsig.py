"""SSHSIG signatures, checked (OpenSSH PROTOCOL.sshsig; docs/spec/sshsig.md).

Parsing is strict: a signature we would not have spelled so is refused.  Signing
stands in ``sealing.keys`` and builds on the pure functions here.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass
from hashlib import sha256, sha512
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

from cablegram.errors import MalformedError
from cablegram.sentences import sentence
from cablegram.signatures import passkey
from cablegram.signatures.passkey import ASSERTION, PASSKEY
from cablegram.signatures.strings import bad, malformed, string, take
from cablegram.wire.canonical import digest

if TYPE_CHECKING:
    from collections.abc import Sequence

ED25519 = "ssh-ed25519"
COMPOSITE = "ssh-mldsa44-ed25519@openssh.com"
SECURITY_KEY = "sk-ssh-ed25519@openssh.com"
RAW_SIZE: Final = {ED25519: 32, COMPOSITE: 1344, SECURITY_KEY: 32, PASSKEY: passkey.POINT_SIZE}
SIGNATURE_SIZE: Final = {ED25519: 64, COMPOSITE: 2484, SECURITY_KEY: 69}
"""In bytes; a security key's is its signature (64), flags (1) and counter (4).  A passkey's has
no one size."""
SIGNATURE_MAX = 8192
LINE_MAX = 4096

COMPOSITE_LABEL = b"COMPSIG-MLDSA44-Ed25519-SHA512"

_MLDSA_KEY_SIZE = 1312
_MLDSA_SIGNATURE_SIZE = 2420
_MAGIC = b"SSHSIG"
_VERSION = b"\0\0\0\1"
_BEGIN = "-----BEGIN SSH SIGNATURE-----"
_END = "-----END SSH SIGNATURE-----"
_COLUMNS = 70
_HASHES = {"sha512": sha512, "sha256": sha256}
_NAMESPACE = re.compile(r"[!-~]{1,64}")
_APPLICATION = re.compile(r"ssh:[!-~]{0,60}")
_ED25519_SIGNATURE_SIZE = 64
_PRESENT, _VERIFIED = 0x01, 0x04
_OTHER_DATA = 0xC0
"""Flags of data that an assertion for SSH does not carry."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that signatures are held against: its OpenSSH algorithm and its raw bytes.

    ``application`` is a security key's relying party, ``ssh:`` with what follows, or a passkey's,
    a host name; else empty.
    """

    algorithm: str
    raw: bytes
    application: str = ""

    def __post_init__(self) -> None:
        if RAW_SIZE.get(self.algorithm) != len(self.raw):
            raise _not_a_key()
        if self.algorithm == PASSKEY:
            if not passkey.key_holds(self.raw, self.application):
                raise _not_a_key()
        elif (self.algorithm == SECURITY_KEY) != bool(_APPLICATION.fullmatch(self.application)):
            raise _not_a_key()

    def blob(self) -> bytes:
        """The key as OpenSSH puts it on the wire."""
        fields = [self.algorithm.encode(), self.raw]
        if self.algorithm == PASSKEY:
            fields.insert(1, passkey.CURVE.encode())
        if self.application:
            fields.append(self.application.encode())
        return b"".join(map(string, fields))

    def line(self) -> str:
        """The key as OpenSSH writes it in a file, without a comment."""
        return f"{self.algorithm} {b64encode(self.blob()).decode()}"

    def key_id(self) -> str:
        """``sha256:`` and the hex SHA-256 of the raw bytes: what cards and orders name a key by."""
        return digest(self.raw)

    @classmethod
    def from_blob(cls, blob: bytes) -> PublicKey:
        """Read the key as OpenSSH puts it on the wire.

        Raises:
            MalformedError: another algorithm, the wrong size, or bytes left over.
        """
        algorithm, rest = take(blob)
        curve = b""
        if algorithm == PASSKEY.encode():
            curve, rest = take(rest)
        raw, rest = take(rest)
        application = b""
        if algorithm in {SECURITY_KEY.encode(), PASSKEY.encode()}:
            application, rest = take(rest)
        if rest or (algorithm == PASSKEY.encode()) != (curve == passkey.CURVE.encode()):
            raise _not_a_key()
        return cls(algorithm.decode("latin-1"), raw, application.decode("latin-1"))

    @classmethod
    def from_line(cls, line: str) -> PublicKey:
        """Read the key as OpenSSH writes it in a file; a comment after it is not looked at.

        Raises:
            MalformedError: not such a line, or a key of another algorithm.
        """
        algorithm, _, rest = line[:LINE_MAX].strip().partition(" ")
        text = rest.partition(" ")[0]
        try:
            key = cls.from_blob(b64decode(text.encode("ascii"), validate=True))
        except (ValueError, Base64Error) as exc:
            raise _not_a_key() from exc
        if key.line() != f"{algorithm} {text}":
            raise _not_a_key()
        return key


def verify(armored: str, *, namespace: str, message: bytes, key: PublicKey) -> None:
    """Hold one signature against one key; returns only if it is good.

    Raises:
        MalformedError: not an SSHSIG signature, or not spelled canonically.
        SealError: by another key, for another namespace, or over other bytes.
    """
    _check(_parse(armored), namespace=namespace, message=message, key=key)


def verify_all(
    signatures: Sequence[str], *, namespace: str, message: bytes, keys: Sequence[PublicKey]
) -> None:
    """Hold the signatures against every key of the signer's card; returns only if all are good.

    Raises:
        MalformedError: one of them is not an SSHSIG signature.
        SealError: a key has no signature (it was stripped) or two, a stranger signed beside
            them, or one does not hold.
    """
    # Count before trying any: what is missing is named even where the others hold.
    wanted = {key.blob(): key for key in keys}
    parsed = [_parse(armored) for armored in signatures]
    for signature in parsed:
        if signature.key not in wanted:
            raise bad("a signature is by a key that is not on the signer's card")
    for blob, key in wanted.items():
        count = sum(signature.key == blob for signature in parsed)
        if count != 1:
            found = "is missing" if count == 0 else f"stands there {count} times"
            raise bad(
                sentence(
                    "the {algorithm} signature by {key_id} {found}",
                    algorithm=key.algorithm,
                    key_id=key.key_id(),
                    found=found,
                )
            )
    if not wanted:
        raise bad("there is no key to hold the signatures against")
    for signature in parsed:
        _check(signature, namespace=namespace, message=message, key=wanted[signature.key])


def signed_data(namespace: str, message: bytes, *, hash_name: str = "sha512") -> bytes:
    """The bytes that an SSHSIG signature is made over."""
    assert _NAMESPACE.fullmatch(namespace), "a namespace is plain ASCII without spaces"
    hashed = _HASHES[hash_name](message).digest()
    fields = (namespace.encode(), b"", hash_name.encode(), hashed)
    return _MAGIC + b"".join(map(string, fields))


def composite_data(data: bytes) -> bytes:
    """The bytes that both halves of a composite signature are made over."""
    return b"CompositeAlgorithmSignatures2025" + COMPOSITE_LABEL + b"\0" + sha512(data).digest()


def armor(key: PublicKey, namespace: str, raw: bytes, *, hash_name: str = "sha512") -> str:
    """The signature file for this raw signature by the key, as ``ssh-keygen`` writes it.

    A passkey's raw signature is all of it but the algorithm.
    """
    if key.algorithm == PASSKEY:
        signature = string(ASSERTION.encode()) + raw
    else:
        cut = _ED25519_SIGNATURE_SIZE if key.algorithm == SECURITY_KEY else len(raw)
        signature = string(key.algorithm.encode()) + string(raw[:cut]) + raw[cut:]
    fields = (key.blob(), namespace.encode(), b"", hash_name.encode(), signature)
    blob = _MAGIC + _VERSION + b"".join(map(string, fields))
    text = b64encode(blob).decode()
    lines = [text[at : at + _COLUMNS] for at in range(0, len(text), _COLUMNS)]
    return "\n".join((_BEGIN, *lines, _END, ""))


@dataclass(frozen=True, slots=True)
class _Signature:
    key: bytes
    namespace: str
    hash_name: str
    algorithm: str
    raw: bytes


def _parse(armored: str) -> _Signature:
    """Read a signature; then ask: would we have written this?"""
    lines = armored.split("\n") if len(armored) <= SIGNATURE_MAX else []
    try:
        blob = b64decode("".join(lines[1:-2]).encode("ascii"), validate=True)
    except (ValueError, Base64Error):
        raise malformed("is not base64 in armor") from None
    if not blob.startswith(_MAGIC + _VERSION):
        raise malformed("is not SSHSIG version 1")
    rest = blob[len(_MAGIC + _VERSION) :]
    fields = []
    for _ in range(5):
        field, rest = take(rest)
        fields.append(field)
    key_blob, namespace, _, hash_name, signature = fields
    algorithm, raw = take(signature)
    if algorithm != ASSERTION.encode():
        raw, tail = take(raw)
        raw += tail if algorithm == SECURITY_KEY.encode() else b""
    found = _Signature(
        key_blob,
        namespace.decode("latin-1"),
        hash_name.decode("latin-1"),
        algorithm.decode("latin-1"),
        raw,
    )
    key = PublicKey.from_blob(key_blob)
    if found.hash_name not in _HASHES or _NAMESPACE.fullmatch(found.namespace) is None:
        raise malformed("has a hash or a namespace that is not known")
    # Also catches bytes left over, a reserved field in use, other wrapping, another algorithm.
    if armor(key, found.namespace, raw, hash_name=found.hash_name) != armored:
        raise malformed("is not spelled canonically")
    return found


def _check(signature: _Signature, *, namespace: str, message: bytes, key: PublicKey) -> None:
    if signature.key != key.blob():
        raise bad("the signature is by another key")
    if signature.namespace != namespace:
        raise bad(
            sentence(
                "the signature is for {namespace}, not for {namespace2}",
                namespace=signature.namespace,
                namespace2=namespace,
            )
        )
    data = signed_data(namespace, message, hash_name=signature.hash_name)
    try:
        _CHECKS[key.algorithm](key, signature.raw, data)
    except InvalidSignature:
        raise bad(
            sentence("the {algorithm} signature does not hold", algorithm=key.algorithm)
        ) from None


def security_key_data(application: str, tail: bytes, data: bytes) -> bytes:
    """What a security key signs: application, flags and counter (``tail``), and the data's hash.

    See PROTOCOL.u2f, "SSH U2F Signatures".
    """
    return sha256(application.encode()).digest() + tail + sha256(data).digest()


def _check_ed25519(key: PublicKey, signature: bytes, data: bytes) -> None:
    Ed25519PublicKey.from_public_bytes(key.raw).verify(signature, data)


def _check_composite(key: PublicKey, signature: bytes, data: bytes) -> None:
    data = composite_data(data)
    lattice = MLDSA44PublicKey.from_public_bytes(key.raw[:_MLDSA_KEY_SIZE])
    lattice.verify(signature[:_MLDSA_SIGNATURE_SIZE], data, COMPOSITE_LABEL)
    half = PublicKey(ED25519, key.raw[_MLDSA_KEY_SIZE:])
    _check_ed25519(half, signature[_MLDSA_SIGNATURE_SIZE:], data)


def _check_security_key(key: PublicKey, signature: bytes, data: bytes) -> None:
    made, tail = signature[:_ED25519_SIGNATURE_SIZE], signature[_ED25519_SIGNATURE_SIZE:]
    if len(signature) != SIGNATURE_SIZE[SECURITY_KEY] or tail[0] & _OTHER_DATA:
        raise malformed("has a tail that is not a security key's flags and counter")
    _check_ed25519(
        PublicKey(ED25519, key.raw), made, security_key_data(key.application, tail, data)
    )
    # Only then do the flags mean anything: ssh-keygen says Good without looking at them.
    if not tail[0] & _PRESENT:
        raise bad("the security key was not touched for this signature")
    if not tail[0] & _VERIFIED:
        raise bad("the security key did not ask who touched it (no PIN or fingerprint)")


def _check_passkey(key: PublicKey, signature: bytes, data: bytes) -> None:
    passkey.check(key.raw, key.application, signature, data)


_CHECKS = {
    ED25519: _check_ed25519,
    COMPOSITE: _check_composite,
    SECURITY_KEY: _check_security_key,
    PASSKEY: _check_passkey,
}


def _not_a_key() -> MalformedError:
    return MalformedError(
        "the public key is not an Ed25519, security-key, passkey or ML-DSA-44 key of OpenSSH's",
        hint="Copy the whole line of the key file again.",
    )
