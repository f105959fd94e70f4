"""The sealed copy for a screen, and the opening share that lets it open (docs/spec/sealed-copy.md).

The copy is sealed to a one-off key whose seed is the exclusive or of two random
halves.  One travels with the copy; the registry keeps the other until the ledger
has the reading.  Without both there is no key.
"""

from __future__ import annotations

from dataclasses import dataclass
from os import urandom
from typing import TYPE_CHECKING

from cablegram.errors import SealError
from cablegram.sealing import age, policy
from cablegram.sealing.recipients import SEED_SIZE, HybridIdentity

if TYPE_CHECKING:
    from cablegram.sealing.recipients import Identity, Random, Recipient


@dataclass(frozen=True, slots=True)
class SealedCopy:
    """Three age files: ``content`` and ``half`` go to the addressee, ``share`` stays here."""

    content: bytes
    half: bytes
    share: bytes


def make(content: bytes, addressee: Recipient, *, random: Random = urandom) -> SealedCopy:
    """Seal one copy to its addressee, in need of an opening share."""
    half, share = random(SEED_SIZE), random(SEED_SIZE)
    one_off = HybridIdentity(join(half, share)).recipient()
    return SealedCopy(
        age.encrypt(content, [one_off], random=random),
        age.encrypt(half, [addressee], random=random),
        age.encrypt(share, [addressee], random=random),
    )


def open_copy(content: bytes, half: bytes, share: bytes, identity: Identity) -> bytes:
    """What the copy says, from its three files and the addressee's identity.

    Raises:
        MalformedError: one of them is not an age file.
        SealError: one of them is not for this identity, was altered, or belongs to another copy.
    """
    halves = [policy.open_wire(sealed, [identity]) for sealed in (half, share)]
    if any(len(found) != SEED_SIZE for found in halves):
        raise SealError(
            "a half of the copy's key is not of the right size",
            hint="Ask the registry that made the copy for its half and share again.",
            kept="The sealed bytes are unchanged.",
        )
    return policy.open_wire(content, [HybridIdentity(join(*halves))])


def join(half: bytes, share: bytes) -> bytes:
    """The seed of the one-off key: the exclusive or of the two halves."""
    return bytes(one ^ other for one, other in zip(half, share, strict=True))
