"""The wire policy: one vector a rule; what may not travel is refused by name and never tried."""

from __future__ import annotations

from collections import defaultdict
from io import BytesIO
from pathlib import Path

import pytest

from cablegram.errors import SealError
from cablegram.sealing import header, policy
from cablegram.sealing.recipients import Kind, identity_from_text

FOLDER = Path(__file__).parent / "wire"
TEXT = b"The six articles follow.\n"


def read(path):
    """The fields of a vector, and its file."""
    text, _, body = path.read_bytes().partition(b"\n\n")
    fields = defaultdict(list)
    for line in text.decode().splitlines():
        key, value = line.split(": ", 1)
        fields[key].append(value)
    return fields, body


class Untouchable:
    """An identity that must not be asked."""

    def unwrap(self, stanzas):
        pytest.fail("an identity was tried")


@pytest.mark.parametrize("path", sorted(FOLDER.iterdir()), ids=lambda path: path.name)
def test_vector(path):
    """The file is opened as the kind its header names, or refused in these words, untried."""
    fields, body = read(path)
    expected = fields["expect"][0]
    sink = BytesIO()
    if expected in set(Kind):
        identities = [identity_from_text(text) for text in fields["identity"]]
        policy.open_wire_stream(BytesIO(body), sink, identities)
        assert TEXT == sink.getvalue() == policy.open_wire(body, identities)
        assert Kind(expected) is policy.check_wire(header.parse(body))
        return
    for attempt in (
        lambda: policy.open_wire(body, [Untouchable()]),
        lambda: policy.open_wire_stream(BytesIO(body), sink, [Untouchable()]),
    ):
        with pytest.raises(SealError) as refused:
            attempt()
        assert expected in str(refused.value)
        assert refused.value.kept == "The sealed bytes are unchanged."
    assert sink.getvalue() == b""


def test_there_are_more_bad_vectors_than_good():
    """The vectors are there, and most of them are refused."""
    kinds = [read(path)[0]["expect"][0] in set(Kind) for path in FOLDER.iterdir()]
    assert len(kinds) == 18
    assert kinds.count(True) == 4
