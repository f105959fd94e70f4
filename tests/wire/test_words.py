"""Fingerprint words (docs/spec/card.md, "Words")."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import pytest

import samples
from cablegram.wire import words
from cablegram.wire.card import key_blob


@pytest.mark.parametrize(
    ("address", "spelled"),
    [
        ("127.0.0.1", "lusab-babad"),
        ("63.84.220.193", "gutih-tugad"),
        ("63.118.7.35", "gutuk-bisog"),
        ("140.98.193.141", "mudof-sakat"),
        ("147.67.119.2", "natag-lisaf"),
        ("212.58.253.68", "tibup-zujah"),
    ],
)
def test_words_are_proquints(address, spelled):
    """The examples of the proquint proposal."""
    assert spelled == words.spell(bytes(map(int, address.split("."))))


def test_a_fingerprint_is_eight_words_over_the_office_and_its_keys():
    """The hash is made over what the page says, length before each."""
    card = samples.card()
    hashed = b"cablegram fingerprint v1"
    for part in (
        b"moscow",
        (2).to_bytes(4, "big"),
        (1).to_bytes(4, "big"),
        *(key_blob(line) for line in (*card.signing, *card.recovery)),
    ):
        hashed += len(part).to_bytes(4, "big") + part
    found = words.fingerprint(card)
    assert words.spell(sha256(hashed).digest()[:16]) == found
    assert 8 == len(found.split("-"))


def test_a_fingerprint_changes_with_office_and_keys_alone():
    """A new serial keeps the words; another office, key or a moved key does not."""
    card = samples.card()
    found = words.fingerprint(card)
    assert found == words.fingerprint(replace(card, serial=3, zone="Asia/Seoul"))
    for other in (
        replace(card, office="beijing"),
        replace(card, signing=card.signing[:1]),
        replace(card, recovery=()),
        replace(card, signing=card.recovery, recovery=card.signing[:1]),
    ):
        assert found != words.fingerprint(other)
