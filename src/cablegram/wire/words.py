"""Fingerprint words: an office's keys as eight words to be read aloud (docs/spec/card.md, "Words").

Sixteen bits make one word, consonant and vowel by turns, as proquints do (arXiv:0901.4016).
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final

from cablegram.wire.card import key_blob

if TYPE_CHECKING:
    from cablegram.wire.card import Card

WORDS: Final = 8

_CONSONANTS = "bdfghjklmnprstvz"
_VOWELS = "aiou"
_TAG = b"cablegram fingerprint v1"
_READING_TAG = b"cablegram reading key v1\0"


def fingerprint(card: Card) -> str:
    """Eight words, with hyphens between, for the card's office id and signing and recovery keys.

    They stay the same from card to card as long as those keys do.
    """
    hasher = sha256(_TAG)
    keys = (key_blob(key_line) for key_line in (*card.signing, *card.recovery))
    counts = len(card.signing).to_bytes(4, "big"), len(card.recovery).to_bytes(4, "big")
    for part in (card.office.encode(), *counts, *keys):
        hasher.update(len(part).to_bytes(4, "big") + part)
    return spell(hasher.digest()[: 2 * WORDS])


def reading_key(recipient: str) -> str:
    """Eight words for a person's reading key, as its text spells it (docs/spec/reading.md)."""
    return spell(sha256(_READING_TAG + recipient.encode()).digest()[: 2 * WORDS])


def of_key(key_id: str) -> str:
    """Eight words of one key, by its name (``sha256:`` and hex): what its owner reads aloud."""
    return spell(bytes.fromhex(key_id.removeprefix("sha256:"))[: 2 * WORDS])


def spell(data: bytes) -> str:
    """An even number of bytes as words with hyphens between."""
    return "-".join(
        _word(int.from_bytes(data[start : start + 2], "big")) for start in range(0, len(data), 2)
    )


def _word(bits: int) -> str:
    return (
        _CONSONANTS[bits >> 12]
        + _VOWELS[bits >> 10 & 3]
        + _CONSONANTS[bits >> 6 & 15]
        + _VOWELS[bits >> 4 & 3]
        + _CONSONANTS[bits & 15]
    )
