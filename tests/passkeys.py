"""A passkey in software, which signs as a browser and its authenticator would.

>>> office.people["molotov"] = Passkey("molotov")
>>> office.give("appoint", {..., "key_line": office.people["molotov"].public_key.line()}, ...)

``sign`` takes what can be wrong with an answer: see ``vectors.passkeys.Case``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric import ec

from cablegram.signatures.sshsig import PublicKey
from vectors import passkeys

if TYPE_CHECKING:
    from vectors.passkeys import Case

HOST = "sign.localhost"


@dataclass(frozen=True)
class Passkey:
    """One person's, for orders; ``host`` is its relying party."""

    name: str
    host: str = HOST

    @property
    def case(self) -> Case:
        """What it would answer, all of it right."""
        drawn = int.from_bytes(sha256(f"passkey {self.name}".encode()).digest(), "big")
        private = ec.derive_private_key(drawn % (passkeys.N - 1) + 1, ec.SECP256R1())
        origin = f"http://{self.host}:8452"
        return replace(
            passkeys.GOOD,
            host=self.host,
            origin=origin,
            signed_by=private,
            point=passkeys.point(private),
        )

    @property
    def public_key(self) -> PublicKey:
        """Its key line's key."""
        return PublicKey.from_line(self.case.line().decode())

    def sign(self, namespace: str, body: bytes, **faults: Any) -> str:
        """The signature over an order."""
        asked = replace(self.case, namespace=namespace.encode(), order=body, **faults)
        return asked.file().decode()
