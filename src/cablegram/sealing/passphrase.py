"""The passphrase recipient of age, for key files (c2sp.org/age, "scrypt"; docs/spec/age.md)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from cablegram.errors import SealError
from cablegram.sealing.faults import HeaderError
from cablegram.sealing.header import Stanza, decode_base64, encode_base64
from cablegram.sealing.recipients import WRAPPED_SIZE, Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cablegram.sealing.recipients import Random

LOG_N = 18
LOG_N_MAX = 20

_SALT_SIZE = 16
_SALT_PREFIX = b"age-encryption.org/v1/scrypt"
_ZERO_NONCE = bytes(12)
_DECIMAL = re.compile(r"[1-9][0-9]{0,8}")


class PassphraseRecipient:
    """Seals to a passphrase; the only recipient of its file."""

    __slots__ = ("_log_n", "_passphrase")

    kind: Final = Kind.PASSPHRASE

    def __init__(self, passphrase: str, *, log_n: int = LOG_N) -> None:
        """Take the passphrase; ``log_n`` doubles the work and memory with each step.

        Raises:
            SealError: the passphrase is empty, or the work factor outside 1 to 20.
        """
        if not passphrase or not 0 < log_n <= LOG_N_MAX:
            raise SealError(
                "nothing can be sealed with an empty passphrase or that work factor",
                hint="Give a passphrase, and a work factor from 1 to {log_n_max}.",
                log_n_max=LOG_N_MAX,
            )
        self._passphrase = passphrase
        self._log_n = log_n

    def wrap(self, file_key: bytes, random: Random) -> Stanza:
        """As ``Recipient.wrap``; ``random`` gives the salt."""
        salt = random(_SALT_SIZE)
        key = _stretch(self._passphrase, salt, self._log_n)
        body = ChaCha20Poly1305(key).encrypt(_ZERO_NONCE, file_key, None)
        arguments = (encode_base64(salt).decode(), str(self._log_n))
        return Stanza(Kind.PASSPHRASE, arguments, body)


class PassphraseIdentity:
    """Opens what was sealed to the passphrase."""

    __slots__ = ("_log_n_max", "_passphrase")

    def __init__(self, passphrase: str, *, log_n_max: int = LOG_N_MAX) -> None:
        self._passphrase = passphrase
        self._log_n_max = log_n_max

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        """As ``Identity.unwrap``; refuses more work than it was told to do."""
        # A header with a passphrase has this one stanza: header.parse saw to it.
        stanza = stanzas[0]
        if stanza.kind != Kind.PASSPHRASE:
            return None
        if len(stanza.arguments) != 2:  # noqa: PLR2004  # salt and work factor
            raise HeaderError("the scrypt stanza does not have two arguments")
        salt = decode_base64(stanza.arguments[0].encode())
        work = stanza.arguments[1]
        if len(salt) != _SALT_SIZE or len(stanza.body) != WRAPPED_SIZE:
            raise HeaderError("the scrypt stanza has a field of the wrong size")
        if _DECIMAL.fullmatch(work) is None or int(work) > self._log_n_max:
            raise HeaderError(
                "the scrypt stanza asks for more work than 2^{log_n_max}, or does not say",
                log_n_max=self._log_n_max,
            )
        try:
            key = _stretch(self._passphrase, salt, int(work))
            return ChaCha20Poly1305(key).decrypt(_ZERO_NONCE, stanza.body, None)
        except InvalidTag:
            return None


def _stretch(passphrase: str, salt: bytes, log_n: int) -> bytes:
    stretched = Scrypt(_SALT_PREFIX + salt, 32, 1 << log_n, 8, 1)
    return stretched.derive(passphrase.encode())
