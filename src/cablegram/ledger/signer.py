"""The signer: the ledger's own service key, in a file of its own (docs/spec/ledger.md).

The desk signs heads unattended, so this key lies on disk in the clear, for its owner's
eyes alone; it signs checkpoints and backups' manifests, and no telegram hangs on it.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Final

from cablegram.errors import MalformedError, SetUpError
from cablegram.ledger.note import (
    ED25519,
    KEY_SIZE,
    SigningKey,
    decode64,
    encode64,
    is_name,
)

if TYPE_CHECKING:
    from pathlib import Path

FILE_MODE: Final = 0o600
FILE_SIZE_MAX: Final = 1024

_PREFIX = "PRIVATE+KEY+"
_HINT = "Restore the ledger's key file from where it is kept; do not make a new one."


class Signer:
    """Keeps ``ports.Ledger``: signs checkpoints' texts under the ledger's name."""

    def __init__(self, origin: str, seed: bytes) -> None:
        self._seed = seed
        self._key = SigningKey(origin, seed)

    @property
    def origin(self) -> str:
        """The ledger's name, the first line of its checkpoints."""
        return self._key.verifier.name

    def vkey(self) -> str:
        """The public half, for the office's card and for auditors."""
        return self._key.verifier.vkey()

    def sign(self, text: str) -> str:
        """A signed note over a checkpoint's text; the same text gives the same note."""
        return self._key.sign(text)

    def encode(self) -> str:
        """The key file's one line, secret, with its line feed."""
        verifier = self._key.verifier
        secret = encode64(bytes([ED25519]) + self._seed)
        return f"{_PREFIX}{verifier.name}+{verifier.key_id.hex()}+{secret}\n"

    @classmethod
    def decode(cls, line: str) -> Signer:
        """Read a key file's line.

        Raises:
            MalformedError: spelled otherwise than ``encode`` would.
        """
        name, _, rest = line.removeprefix(_PREFIX).removesuffix("\n").partition("+")
        data = decode64(rest.partition("+")[2])
        if is_name(name) and len(data) == 1 + KEY_SIZE:
            signer = cls(name, data[1:])
            if signer.encode() == line:
                return signer
        raise MalformedError("the ledger's key file is damaged", hint=_HINT)


def create(path: Path, origin: str, seed: bytes) -> Signer:
    """Make the key file, for its owner alone, durable when this returns.

    ``seed`` is 32 random bytes, used for nothing else.

    Raises:
        SetUpError: there is a file already; it is left as it is.
    """
    signer = Signer(origin, seed)
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    except FileExistsError as exc:
        raise SetUpError(
            "there is a ledger key at {file} already",
            hint="Use it, or move it away first.",
            file=path.name,
        ) from exc
    with os.fdopen(file, "w", encoding="utf-8") as out:
        out.write(signer.encode())
        out.flush()
        os.fsync(out.fileno())
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return signer


def load(path: Path) -> Signer:
    """The signer from its key file.

    Raises:
        SetUpError: no such file, or others may read it.
        MalformedError: the file is damaged.
    """
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            data = file.read(FILE_SIZE_MAX + 1)
    except FileNotFoundError as exc:
        raise SetUpError("there is no ledger key at {file}", hint=_HINT, file=path.name) from exc
    if stat.S_IMODE(mode) & 0o077:
        raise SetUpError(
            "the ledger key at {file} can be read by others",
            hint="Run `chmod 600` on {file} and ask who may have copied it.",
            file=path.name,
        )
    return Signer.decode(data.decode("utf-8", "replace"))
