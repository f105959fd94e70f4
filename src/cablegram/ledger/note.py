"""Signed notes: text with signature lines (c2sp.org/signed-note@v1.0.0; docs/spec/ledger.md).

Two kinds of key: Ed25519 over the text (type 1), with which a ledger signs its own
checkpoints, and the witness's timestamped cosignature/v1 (type 4,
c2sp.org/tlog-cosignature@v1.0.1), which is checked here but not made.  The only
module of the ledger that knows the cryptography library.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from cablegram.errors import LedgerError, MalformedError

if TYPE_CHECKING:
    from collections.abc import Iterable

ED25519: Final = 1
COSIGNATURE: Final = 4
NOTE_SIZE_MAX: Final = 1 << 20
SIGNATURES_MAX: Final = 64
NAME_MAX: Final = 255
KEY_SIZE: Final = 32
TIMESTAMP_MAX: Final = 2**63 - 1

_KEY_ID_SIZE = 4
_STAMP_SIZE = 8
_DASH = "\u2014 "
_HINT = "Fetch it again, or ask its author for it."
_SUSPECT = "Do not rely on it; compare the key's fingerprint with its owner, then fetch it again."


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key with its name: what checks one kind of signature line."""

    name: str
    kind: int
    public: bytes

    def __post_init__(self) -> None:
        if not is_name(self.name) or len(self.public) != KEY_SIZE:
            raise MalformedError("a verifier key has a bad name or length", hint=_HINT)
        if self.kind not in (ED25519, COSIGNATURE):
            raise MalformedError("a verifier key is of a kind not used here", hint=_HINT)

    @property
    def key_id(self) -> bytes:
        """Four bytes that, with the name, say which key a signature line is of."""
        return key_id(self.name, self.kind, self.public)

    def vkey(self) -> str:
        """The key as a line of text: name, key id and key, with pluses between."""
        return f"{self.name}+{self.key_id.hex()}+{encode64(bytes([self.kind]) + self.public)}"

    @classmethod
    def parse(cls, vkey: str) -> Verifier:
        """Read a verifier key as ``vkey`` writes it.

        Raises:
            MalformedError: any other spelling, or a key id that is not the key's.
        """
        name, _, rest = vkey.partition("+")
        data = decode64(rest.partition("+")[2])
        verifier = cls(name, data[0] if data else 0, data[1:])
        if verifier.vkey() != vkey:
            raise MalformedError("a verifier key does not fit its key id", hint=_HINT)
        return verifier

    def check(self, text: str, signature: bytes) -> int | None:
        """Hold a signature to a text; of a cosignature, its time in seconds since 1970.

        Raises:
            LedgerError: it does not hold.
        """
        message, stamp = text.encode(), None
        if self.kind == COSIGNATURE:
            stamp = int.from_bytes(signature[:_STAMP_SIZE], "big")
            signature = signature[_STAMP_SIZE:]
            message = f"cosignature/v1\ntime {stamp}\n".encode() + message
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature as exc:
            raise _false_signature(self.name) from exc
        if stamp is not None and stamp > TIMESTAMP_MAX:
            raise _false_signature(self.name)
        return stamp


class SigningKey:
    """A ledger's own Ed25519 key and name.  Hold it as short as possible; it is never shown."""

    def __init__(self, name: str, seed: bytes) -> None:
        assert len(seed) == KEY_SIZE, "an Ed25519 seed is 32 bytes"
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.verifier = Verifier(name, ED25519, self._key.public_key().public_bytes_raw())

    def sign(self, text: str) -> str:
        """The text as a note with our signature line."""
        check_text(text)
        blob = self.verifier.key_id + self._key.sign(text.encode())
        return Note(text, (Line(self.verifier.name, blob),)).encode().decode()


@dataclass(frozen=True, slots=True)
class Line:
    """One signature line: the key's name, and key id and signature as one blob."""

    name: str
    blob: bytes

    @property
    def key_id(self) -> bytes:
        """The four bytes before the signature."""
        return self.blob[:_KEY_ID_SIZE]

    @property
    def signature(self) -> bytes:
        """The signature itself."""
        return self.blob[_KEY_ID_SIZE:]


@dataclass(frozen=True, slots=True)
class Note:
    """A text and its signature lines, none of them checked yet."""

    text: str
    lines: tuple[Line, ...]

    def encode(self) -> bytes:
        """The note as one file."""
        lines = "".join(f"{_DASH}{line.name} {encode64(line.blob)}\n" for line in self.lines)
        return f"{self.text}\n{lines}".encode()

    @classmethod
    def parse(cls, data: bytes) -> Note:
        """Read a note without checking any signature.

        Raises:
            MalformedError: not a note, too large, or spelled otherwise than ``encode`` would.
        """
        if len(data) > NOTE_SIZE_MAX:
            raise MalformedError(
                "a note is larger than {note_size_max} bytes",
                hint=_HINT,
                note_size_max=NOTE_SIZE_MAX,
            )
        try:
            whole = data.decode("utf-8")
        except UnicodeDecodeError as exc:
            raise MalformedError("a note is not UTF-8", hint=_HINT) from exc
        head, gap, tail = whole.rpartition("\n\n")
        if not gap or not tail.endswith("\n"):
            raise MalformedError("a note has no signatures", hint=_HINT)
        check_text(head + "\n")
        rows = tail[:-1].split("\n")
        if len(rows) > SIGNATURES_MAX:
            raise MalformedError(
                "a note has over {signatures_max} signatures",
                hint=_HINT,
                signatures_max=SIGNATURES_MAX,
            )
        return cls(head + "\n", tuple(map(_line, rows)))

    def verify(self, verifiers: Iterable[Verifier]) -> dict[Verifier, int | None]:
        """Which of these keys signed, each with its cosignature's time (None for a plain one).

        Lines of other keys are passed over, as the specification asks.

        Raises:
            LedgerError: a line of one of these keys does not hold or is there twice, or
                none of them signed.
        """
        known = {(verifier.name, verifier.key_id): verifier for verifier in verifiers}
        held: dict[Verifier, int | None] = {}
        for line in self.lines:
            verifier = known.get((line.name, line.key_id))
            if verifier is None:
                continue
            if verifier in held:
                raise LedgerError(
                    "a note is signed twice by {verifier}", hint=_HINT, verifier=verifier.name
                )
            held[verifier] = verifier.check(self.text, line.signature)
        if not held:
            raise LedgerError("a note is signed by nobody we know", hint=_SUSPECT)
        return held


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """The first four bytes of SHA-256 over name, line feed, kind and public key."""
    return sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:_KEY_ID_SIZE]


def is_name(name: str) -> bool:
    """Whether a key may be called so: 1 to 255 characters, no white space, plus or control."""
    return 0 < len(name) <= NAME_MAX and not any(
        character.isspace() or character == "+" or character < " " for character in name
    )


def check_text(text: str) -> None:
    """Refuse a text that a note cannot carry.

    Raises:
        MalformedError: it does not end in a line feed or has another control character.
    """
    if not text.endswith("\n") or any(c < " " and c != "\n" for c in text):
        raise MalformedError("a note's text has control characters or no end", hint=_HINT)


def encode64(data: bytes) -> str:
    """Standard base64, padded."""
    return b64encode(data).decode()


def decode64(text: str) -> bytes:
    """Read standard base64 as ``encode64`` writes it.

    Raises:
        MalformedError: any other spelling.
    """
    try:
        data = b64decode(text.encode("ascii"), validate=True)
    except (ValueError, Base64Error) as exc:
        raise MalformedError("a field is not base64", hint=_HINT) from exc
    if encode64(data) != text:
        raise MalformedError("a field's base64 is not spelled canonically", hint=_HINT)
    return data


def _line(row: str) -> Line:
    name, _, blob = row.removeprefix(_DASH).partition(" ")
    if not row.startswith(_DASH) or not is_name(name):
        raise MalformedError("a note's signature line is malformed", hint=_HINT)
    line = Line(name, decode64(blob))
    if not line.signature:
        raise MalformedError("a note's signature line has no signature", hint=_HINT)
    return line


def _false_signature(name: str) -> LedgerError:
    return LedgerError("the signature of {name} does not hold", hint=_SUSPECT, name=name)
