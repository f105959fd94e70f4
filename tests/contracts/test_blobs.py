"""What every Blobs must keep: the promises of ports.Blobs."""

from __future__ import annotations

from hashlib import sha256

import pytest

from cablegram.errors import MalformedError, StorageError

ABSENT = "sha256:" + "0" * 64


@pytest.mark.parametrize("data", [b"", b"sealed", bytes(range(256)) * 1000])
def test_bytes_are_kept_under_their_digest(blobs, data):
    """put gives sha256 and the hex digest; get gives the bytes; has tells."""
    digest = "sha256:" + sha256(data).hexdigest()
    assert not blobs.has(digest)
    assert digest == blobs.put(data)
    assert blobs.has(digest)
    assert data == blobs.get(digest)


def test_a_repeat_gives_the_same_digest(blobs):
    """A repeat is harmless."""
    assert blobs.put(b"sealed") == blobs.put(b"sealed")
    assert b"sealed" == blobs.get(blobs.put(b"sealed"))


def test_what_is_not_there_is_refused(blobs):
    """StorageError: they are not there."""
    blobs.put(b"sealed")
    with pytest.raises(StorageError, match="not there") as refused:
        blobs.get(ABSENT)
    assert refused.value.hint
    assert not blobs.has(ABSENT)


@pytest.mark.parametrize("wrong", ["", "0" * 64, "sha256:../../etc", "sha256:" + "A" * 64])
def test_what_is_no_digest_is_refused(blobs, wrong):
    """Only digests in their one spelling name blobs, so that none climbs."""
    with pytest.raises(MalformedError):
        blobs.get(wrong)
    with pytest.raises(MalformedError):
        blobs.has(wrong)
