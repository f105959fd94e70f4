"""The vault: what must be erasable, each under a key of its own (docs/spec/books.md, "Vault").

The key lies at ``keys/<kind>/<name's SHA-256>``, what it seals under ``sealed/`` at the
same place: nonce (12 bytes) and ChaCha20-Poly1305 over the data, bound to kind and name.
"""

from __future__ import annotations

import re
import secrets
from hashlib import sha256
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from cablegram.errors import StorageError
from cablegram.storage import durable

if TYPE_CHECKING:
    from pathlib import Path

KEY_SIZE = 32
NONCE_SIZE = 12

_KIND = re.compile(r"[a-z][a-z0-9-]{0,31}\Z")
_WHAT = "the vault"


class FolderVault:
    """The vault in a folder, made at the first ``put``, readable by its owner alone."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, kind: str, name: str, data: bytes) -> None:
        """See ``ports.Vault.put``.

        The key is made once and kept while the thing is; a crash between the two files
        leaves a key that seals nothing yet, or the data as it was before.
        """
        key_path, sealed_path = self._paths(kind, name)
        with durable.told(_WHAT):
            for path in (key_path, sealed_path):
                durable.folder(path.parent, durable.PRIVATE_FOLDER)
            key = _read(key_path)
            if key is None:
                # What a destroyed key sealed goes first: no key can ever open it.
                _unlink(sealed_path)
                durable.write_new(key_path, secrets.token_bytes(KEY_SIZE), durable.PRIVATE_FILE)
                key = key_path.read_bytes()
            nonce = secrets.token_bytes(NONCE_SIZE)
            sealed = nonce + _cipher(key).encrypt(nonce, data, _bound(kind, name))
            durable.write(sealed_path, sealed, durable.PRIVATE_FILE)

    def get(self, kind: str, name: str) -> bytes | None:
        """See ``ports.Vault.get``."""
        key_path, sealed_path = self._paths(kind, name)
        with durable.told(_WHAT):
            key, sealed = _read(key_path), _read(sealed_path)
        if key is None or sealed is None:
            return None
        try:
            return _cipher(key).decrypt(
                sealed[:NONCE_SIZE], sealed[NONCE_SIZE:], _bound(kind, name)
            )
        except (InvalidTag, ValueError) as error:
            raise _damaged() from error

    def destroy(self, kind: str, name: str) -> None:
        """See ``ports.Vault.destroy``.

        The key is overwritten before its name goes, so that no second link to it survives.
        """
        key_path, sealed_path = self._paths(kind, name)
        with durable.told(_WHAT):
            if key_path.is_file():
                with key_path.open("r+b") as file:
                    file.write(bytes(KEY_SIZE))
                durable.sync(key_path)
            # Also where it was gone: an earlier call may have crashed before its folder's sync.
            _unlink(key_path)
            _unlink(sealed_path)

    def _paths(self, kind: str, name: str) -> tuple[Path, Path]:
        place = sha256(name.encode()).hexdigest()
        return (
            self._root / "keys" / _checked(kind) / place,
            self._root / "sealed" / _checked(kind) / place,
        )


class MemoryVault:
    """A vault that is forgotten at exit."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], bytes] = {}

    def put(self, kind: str, name: str, data: bytes) -> None:
        """See ``ports.Vault.put``; nothing is durable or sealed here."""
        self._kept[_checked(kind), name] = bytes(data)

    def get(self, kind: str, name: str) -> bytes | None:
        """See ``ports.Vault.get``."""
        return self._kept.get((_checked(kind), name))

    def destroy(self, kind: str, name: str) -> None:
        """See ``ports.Vault.destroy``."""
        self._kept.pop((_checked(kind), name), None)


def _checked(kind: str) -> str:
    if not _KIND.match(kind):
        raise StorageError(
            "{kind!r} is not a kind of thing that the vault keeps",
            hint="Use lower-case letters, digits and hyphens, beginning with a letter.",
            kind=kind,
        )
    return kind


def _bound(kind: str, name: str) -> bytes:
    return b"cablegram vault v1\x00" + kind.encode() + b"\x00" + name.encode()


def _cipher(key: bytes) -> ChaCha20Poly1305:
    if len(key) != KEY_SIZE:
        raise _damaged()
    return ChaCha20Poly1305(key)


def _damaged() -> StorageError:
    return StorageError(
        "something in the vault is no longer what it was",
        hint="Give it again, or bring the vault's folder back from where it is kept.",
    )


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _unlink(path: Path) -> None:
    path.unlink(missing_ok=True)
    if path.parent.is_dir():
        durable.sync(path.parent)
