"""Passkey signatures, checked (docs/spec/passkey.md; OpenSSH PROTOCOL.u2f, "webauthn signatures").

``ssh-keygen`` says Good to one whatever its flags, its origin and its frame were.  An order
stands on all three: they are looked at here, and nowhere else.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, NoReturn

from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256

from cablegram.model import origins
from cablegram.sentences import sentence
from cablegram.signatures.strings import bad, malformed, string, take

PASSKEY: Final = "sk-ecdsa-sha2-nistp256@openssh.com"
"""What the key is called."""
ASSERTION: Final = "webauthn-sk-ecdsa-sha2-nistp256@openssh.com"
"""What its signature is called."""
CURVE: Final = "nistp256"
POINT_SIZE: Final = 65
CLIENT_DATA_MAX: Final = 2048
EXTENSIONS_MAX: Final = 1024
ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""How many points the curve's base has: n."""

_NUMBER_MAX = 33
_PRESENT, _VERIFIED = 0x01, 0x04
_MAY_BE_BACKED_UP, _BACKED_UP = 0x08, 0x10
_ATTESTED, _EXTENDED = 0x40, 0x80
_CBOR_MAP = 5
_TAIL = 5
"""Flags and counter, in bytes."""


@dataclass(frozen=True, slots=True)
class Assertion:
    """What a passkey answered, its fields as they are spelled; nothing is checked against a key."""

    r: int
    s: int
    flags: int
    counter: int
    origin: str
    client_data: bytes
    extensions: bytes

    def spelled(self) -> bytes:
        """The signature after its algorithm, as OpenSSH puts it on the wire."""
        numbers = string(_spelled(self.r)) + string(_spelled(self.s))
        fixed = bytes([self.flags]) + self.counter.to_bytes(4, "big")
        fields = (self.origin.encode("latin-1"), self.client_data, self.extensions)
        return string(numbers) + fixed + b"".join(map(string, fields))

    def signed(self, application: str) -> bytes:
        """What the authenticator signed for that relying party."""
        tail = bytes([self.flags]) + self.counter.to_bytes(4, "big") + self.extensions
        return sha256(application.encode()).digest() + tail + sha256(self.client_data).digest()

    @classmethod
    def read(cls, data: bytes) -> Assertion:
        """The signature after its algorithm, read; then: would we have written this?

        Raises:
            MalformedError: out of bounds, or spelled otherwise.
        """
        numbers, rest = take(data)
        r, numbers = take(numbers)
        s, numbers = take(numbers)
        fixed, rest = rest[:_TAIL], rest[_TAIL:]
        origin, rest = take(rest)
        client_data, rest = take(rest)
        extensions, rest = take(rest)
        if len(client_data) > CLIENT_DATA_MAX or len(extensions) > EXTENSIONS_MAX:
            raise malformed("has more client data or extensions than a passkey's answer has")
        if max(len(r), len(s)) > _NUMBER_MAX:
            raise malformed("has numbers that are not of its curve")
        found = cls(
            int.from_bytes(r, "big"),
            int.from_bytes(s, "big"),
            fixed[0],
            int.from_bytes(fixed[1:], "big"),
            origin.decode("latin-1"),
            client_data,
            extensions,
        )
        if not (0 < found.r < ORDER and 0 < found.s <= ORDER // 2):
            raise malformed("has numbers that are not of its curve, or the greater of two")
        # Also catches bytes left over, behind the numbers or at the end, and zeros before them.
        if found.spelled() != data:
            raise malformed("is not spelled canonically")
        return found


def key_holds(point: bytes, application: str) -> bool:
    """Whether the point, of ``POINT_SIZE`` bytes, is on the curve and the application a host."""
    if not origins.is_host(application):
        return False
    try:
        _public(point)
    except ValueError:
        return False
    return True


def check(point: bytes, application: str, raw: bytes, data: bytes) -> None:
    """Hold a passkey's answer to the key and to the bytes that SSHSIG signs.

    ``raw`` is the signature after its algorithm.  The steps are those of the page.

    Raises:
        MalformedError: not a passkey's answer, or spelled otherwise.
        SealError: made for something else, elsewhere, in a frame, without touch or check.
        InvalidSignature: it does not hold under the key.
    """
    # 1. spelling
    found = Assertion.read(raw)
    # 2. flags fit what follows
    _check_flags(found)
    # 3. clientData says: webauthn.get, these very bytes, that origin, no frame
    _check_client_data(found, data)
    # 4. the signature holds; only then do the flags and the origin mean anything
    made = utils.encode_dss_signature(found.r, found.s)
    _public(point).verify(made, found.signed(application), ec.ECDSA(SHA256()))
    # 5. presence and verification
    if not found.flags & _PRESENT:
        raise bad("the passkey was not touched for this signature")
    if not found.flags & _VERIFIED:
        raise bad("the passkey did not ask who touched it (no PIN or fingerprint)")
    # 6. the origin is the application's own
    _check_origin(found.origin, application)


def _check_flags(found: Assertion) -> None:
    if found.flags & _ATTESTED:
        raise malformed("has the flags of a key that is being made")
    extended = bool(found.flags & _EXTENDED)
    if extended != bool(found.extensions):
        raise malformed("has extensions and no flag of them, or the flag and none")
    if extended and found.extensions[0] >> 5 != _CBOR_MAP:
        raise malformed("has extensions that are no map")
    if found.flags & _BACKED_UP and not found.flags & _MAY_BE_BACKED_UP:
        raise malformed("says that its key is backed up and cannot be")


def _check_client_data(found: Assertion, data: bytes) -> None:
    try:
        said = json.loads(
            found.client_data.decode(), object_pairs_hook=_named_once, parse_constant=_refuse
        )
    except (ValueError, RecursionError):
        raise malformed("has client data that is not JSON") from None
    if not isinstance(said, dict):
        raise malformed("has client data that is no object")
    challenge = urlsafe_b64encode(data).rstrip(b"=").decode()
    if said.get("type") != "webauthn.get":
        raise bad("the passkey was not asked to sign, but for something else")
    if said.get("challenge") != challenge:
        raise bad("the passkey signed something else")
    if said.get("origin") != found.origin:
        raise bad("the signature names another origin than the passkey's answer")
    if said.get("crossOrigin", False) is not False or "topOrigin" in said:
        raise bad("the passkey was asked by a page in the frame of another")
    begins = f'{{"type":"webauthn.get","challenge":"{challenge}","origin":"{found.origin}"'
    if not found.client_data.startswith(begins.encode()):
        raise malformed("has client data that is not spelled as browsers spell it")


def _check_origin(origin: str, application: str) -> None:
    found = origins.read(origin)
    if found is None:
        raise bad(
            sentence("the passkey was asked by {origin!r}, which is no page", origin=origin[:80])
        )
    if found.host != application:
        raise bad(
            sentence(
                "the passkey was asked by {origin}, and is for {application}",
                origin=origin,
                application=application,
            )
        )
    if not found.trusted:
        raise bad(sentence("the passkey was asked by {origin}, without TLS", origin=origin))


def _public(point: bytes) -> ec.EllipticCurvePublicKey:
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)


def _spelled(number: int) -> bytes:
    return number.to_bytes(number.bit_length() // 8 + 1, "big")


def _named_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands there twice")
    return found


def _refuse(text: str) -> NoReturn:
    raise ValueError(text)
