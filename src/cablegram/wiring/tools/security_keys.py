"""Security keys: an officer's key that lives in a token, used through ``ssh-keygen``.

The file that OpenSSH writes for an ``sk-ssh-ed25519`` key holds a handle, not the key:
``ssh-keygen -Y sign`` has the token make the signature, and asks for touch and PIN itself.
"""

from __future__ import annotations

import subprocess
from base64 import b64decode
from binascii import Error as Base64Error
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from cablegram.errors import MalformedError, SealError, SetUpError
from cablegram.signatures.sshsig import SECURITY_KEY, PublicKey, verify
from cablegram.wire import order as order_format

TOUCH_S: Final = 120.0
"""How long a token waits to be touched."""

_MAGIC = b"openssh-key-v1\0"
_BEGIN, _END = b"-----BEGIN OPENSSH PRIVATE KEY-----", b"-----END OPENSSH PRIVATE KEY-----"


@dataclass(frozen=True, slots=True)
class SecurityKey:
    """The key whose handle lies in ``path``; ``public_key`` is what its signatures are held to."""

    path: Path
    public_key: PublicKey

    def key_id(self) -> str:
        """See ``PublicKey.key_id``."""
        return self.public_key.key_id()

    def sign(self, body: bytes) -> str:
        """An order's signature, once the token was touched and knows by whom.

        Raises:
            SealError: the token refused, was not touched, or did not ask who touches it.
            SetUpError: there is no ``ssh-keygen`` here.
        """
        with TemporaryDirectory(prefix="cablegram-") as folder:
            return self._sign(body, Path(folder, "order"))

    def _sign(self, body: bytes, asked: Path) -> str:
        # The order goes by a file and not by a pipe, and what ssh-keygen says is not caught: it
        # reads the PIN where its standard input is a terminal, and says there when to touch.
        asked.write_bytes(body)
        namespace = order_format.NAMESPACE
        command = ["ssh-keygen", "-Y", "sign", "-q", "-n", namespace, "-f", str(self.path)]
        try:
            ran = subprocess.run(  # noqa: S603  # a fixed command on our own key file
                [*command, str(asked)], stdout=subprocess.DEVNULL, timeout=TOUCH_S, check=False
            )
        except FileNotFoundError as error:
            raise SetUpError(
                "a security key is used through ssh-keygen, which is not here",
                hint="Install OpenSSH's client with FIDO support.",
            ) from error
        except subprocess.TimeoutExpired as error:
            raise SealError(
                "the security key was not touched in time", hint="Order it again and touch the key."
            ) from error
        if ran.returncode != 0:
            raise SealError(
                "the security key made no signature",
                hint="Plug it in, order it again, and touch it with its PIN at hand.",
            )
        signature = asked.with_suffix(".sig").read_text("ascii", "replace")
        verify(signature, namespace=namespace, message=body, key=self.public_key)
        return signature


def security_key(data: bytes) -> PublicKey | None:
    """The public key of the handle in OpenSSH's private key file; None if it holds none.

    Raises:
        MalformedError: a handle whose public key is not one.
    """
    begin, end = data.find(_BEGIN), data.find(_END)
    try:
        blob = b64decode(data[begin + len(_BEGIN) : end], validate=False)
    except (Base64Error, ValueError):
        return None
    if begin < 0 or end < 0 or not blob.startswith(_MAGIC):
        return None
    rest = blob[len(_MAGIC) :]
    fields: list[bytes] = []
    for _ in range(3):  # cipher, key derivation and its options
        field, rest = _take(rest)
        fields.append(field)
    public, _ = _take(rest[4:])  # after the count of keys
    named, _ = _take(public)
    return PublicKey.from_blob(public) if named == SECURITY_KEY.encode() else None


def _take(data: bytes) -> tuple[bytes, bytes]:
    size = int.from_bytes(data[:4], "big")
    if len(data) < 4 + size:
        raise MalformedError(
            "the officer's key file ends in the middle", hint="Bring it from where it is kept."
        )
    return data[4 : 4 + size], data[4 + size :]
