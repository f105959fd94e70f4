"""Papers: a document and its signatures in the clear (docs/spec/receipt.md, "The paper")."""

from __future__ import annotations

import pytest

from cablegram.errors import MalformedError
from cablegram.wire import canonical, paper

SIGNATURE = "-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n"
BODY = b'{"a":1}'


def test_a_paper_is_split_as_it_was_joined():
    """The document's bytes and each signature, in order."""
    other = SIGNATURE.replace("AAAA", "BBBB")
    joined = paper.join(BODY, (SIGNATURE, other))
    assert BODY + b"\n" + SIGNATURE.encode() + other.encode() == joined
    assert (BODY, (SIGNATURE, other)) == paper.split(joined)


@pytest.mark.parametrize(
    ("body", "signatures"),
    [
        (BODY, ()),
        (BODY, (SIGNATURE,) * 5),
        (BODY, (SIGNATURE + SIGNATURE,)),
        (BODY, (SIGNATURE[:-1],)),
        (BODY, ("AAAA\n",)),
        (BODY, (SIGNATURE.replace("AAAA\n", "A" * 76 + "\n" * 1 + ("A" * 76 + "\n") * 300),)),
        (BODY + b"\n", (SIGNATURE,)),
        (b"x" * (canonical.DOCUMENT_MAX + 1), (SIGNATURE,)),
    ],
)
def test_what_is_no_paper_is_not_joined(body, signatures):
    """One line, one to four armored signatures, all within bounds."""
    with pytest.raises(MalformedError):
        paper.join(body, signatures)


def test_a_paper_past_the_bound_is_refused_unread():
    """PAPER_MAX is a bound on bytes."""
    with pytest.raises(MalformedError, match="larger than"):
        paper.split(b"{" * (paper.PAPER_MAX + 1))
