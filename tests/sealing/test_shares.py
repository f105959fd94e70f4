"""The sealed copy: it opens with both halves and the addressee's key, and not with less."""

from __future__ import annotations

import pytest

from cablegram.errors import SealError
from cablegram.sealing import age, policy, shares
from cablegram.sealing.faults import NoMatchError
from cablegram.sealing.recipients import HybridIdentity, Kind, X25519Identity, identity_from_text

ADDRESSEE = HybridIdentity(b"a" * 32)
STRANGER = HybridIdentity(b"s" * 32)
TEXT = b"Copy 2 of 4.\n" * 150


@pytest.fixture(scope="module")
def copy():
    return shares.make(TEXT, ADDRESSEE.recipient())


@pytest.mark.parametrize("addressee", [ADDRESSEE, X25519Identity(b"x" * 32)])
def test_opens_with_both_halves(addressee):
    """The addressee's key, the half and the opening share together open the copy."""
    made = shares.make(TEXT, addressee.recipient())
    assert TEXT == shares.open_copy(made.content, made.half, made.share, addressee)


def test_opens_with_any_age_tool(copy):
    """Open both halves, combine them bit by bit, write the seed as an identity, open the copy."""
    halves = [age.decrypt(sealed, [ADDRESSEE]) for sealed in (copy.half, copy.share)]
    seed = bytearray(halves[0])
    for place in range(32):
        seed[place] ^= halves[1][place]
    one_off = identity_from_text(HybridIdentity(bytes(seed)).secret_text())
    assert TEXT == age.decrypt(copy.content, [one_off])


def test_all_three_may_travel(copy):
    """Each file keeps the wire policy, and the copy itself is post-quantum."""
    for sealed in (copy.content, copy.half, copy.share):
        assert Kind.HYBRID is policy.check_wire(age.header.parse(sealed))


def test_less_is_not_enough(copy):
    """Without the share, without the half or without the addressee's key the copy stays shut."""
    for half, share, key in (
        (copy.half, copy.half, ADDRESSEE),
        (copy.share, copy.share, ADDRESSEE),
        (copy.half, copy.share, STRANGER),
    ):
        with pytest.raises(NoMatchError):
            shares.open_copy(copy.content, half, share, key)
    with pytest.raises(NoMatchError):
        age.decrypt(copy.content, [ADDRESSEE])


def test_halves_of_another_copy_do_not_fit(copy):
    """Each copy has halves of its own, also of the same text for the same addressee."""
    other = shares.make(TEXT, ADDRESSEE.recipient())
    for half, share in ((copy.half, other.share), (other.half, copy.share)):
        with pytest.raises(NoMatchError):
            shares.open_copy(copy.content, half, share, ADDRESSEE)


def test_half_of_another_size_is_refused(copy):
    """A half that is not of 32 bytes is refused as such."""
    for size in (0, 31, 33):
        short = age.encrypt(bytes(size), [ADDRESSEE.recipient()])
        for half, share in ((short, copy.share), (copy.half, short)):
            with pytest.raises(SealError, match="not of the right size"):
                shares.open_copy(copy.content, half, share, ADDRESSEE)


def test_randomness_is_handed_in():
    """The two halves are what the given source gave, in this order."""
    drawn = []

    def random(size):
        drawn.append(bytes([len(drawn)]) * size)
        return drawn[-1]

    made = shares.make(TEXT, ADDRESSEE.recipient(), random=random)
    assert age.decrypt(made.half, [ADDRESSEE]) == bytes(32)
    assert age.decrypt(made.share, [ADDRESSEE]) == b"\1" * 32
    assert TEXT == age.decrypt(made.content, [HybridIdentity(b"\1" * 32)])
