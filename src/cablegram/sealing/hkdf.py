"""HKDF-SHA-256 (RFC 5869), the one key derivation of the age format."""

from __future__ import annotations

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_SIZE = 32

_SHA256 = SHA256()


def derive(secret: bytes, *, salt: bytes, info: bytes) -> bytes:
    """A 32-byte key for the purpose that ``info`` names."""
    return HKDF(_SHA256, KEY_SIZE, salt, info).derive(secret)
