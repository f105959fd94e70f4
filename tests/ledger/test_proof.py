"""Proofs in one file: what tlog-proof@v1 writes, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cablegram.errors import LedgerError, MalformedError
from cablegram.ledger import log
from cablegram.ledger.note import Verifier
from cablegram.ledger.proof import EXTRA_MAX, FORMAT, Proof


@pytest.fixture(scope="module")
def text(published):
    return log.inclusion(published, 77)


def test_form(text, published):
    """Name and version, index, hashes from the leaf up, an empty line, the signed checkpoint."""
    lines = text.split("\n")
    assert [FORMAT, "index 77"] == lines[:2]
    assert 2 + 9 == lines.index("")  # 300 leaves: nine hashes above leaf 77
    assert text.endswith("\n\n" + published.tiles.files["checkpoint"].decode())
    assert text == Proof.parse(text).text()


def test_holds(text, signer, published):
    """It leads from the entry to the signed head, and from no other entry."""
    verifier = Verifier.parse(signer.vkey())
    proof = Proof.parse(text)
    assert 300 == proof.check(published.books.leaves[77].leaf, verifier).checkpoint.size
    with pytest.raises(LedgerError):
        proof.check(published.books.leaves[78].leaf, verifier)
    with pytest.raises(LedgerError):
        replace(proof, index=78).check(published.books.leaves[77].leaf, verifier)


def test_extra(text):
    """Extra data, which nothing vouches for, is carried along; even none at all."""
    for extra in (b"", b"seen by the registry", bytes(EXTRA_MAX)):
        with_extra = replace(Proof.parse(text), extra=extra)
        assert with_extra == Proof.parse(with_extra.text())
        assert with_extra.text().split("\n")[1].startswith("extra ")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (FORMAT, "c2sp.org/tlog-proof@v2"),
        ("index 77", "index 077"),
        ("index 77", "index +77"),
        ("index 77", "index -1"),
        ("index 77", f"index {2**53}"),
        ("index 77", "index " + "7" * 5000),
        ("index 77\n", ""),
        ("index 77", "index 77\nindex 77"),
        ("index 77", "extra AAA\nindex 77"),
        ("index 77", "extra\nindex 77"),
        ("index 77", "extra AA==\nextra AA==\nindex 77"),
        ("index 77", "index 77\nAAAA"),
        ("index 77", "index 77\n" + (("A" * 43 + "=\n") * 63)[:-1]),
        ("index 77", "index 77\n"),
        ("\n\nmid", "\n\n\nmid"),
        ("\n\nmid", "\nmid"),
        ("\n", "\r\n"),
        ("\n\nmid", "\n\n\ud800mid"),
        ("index 77", "index 77\n\ud800"),
    ],
)
def test_no_such_proof(text, old, new):
    """A proof with one fault of form is refused."""
    with pytest.raises(MalformedError):
        Proof.parse(text.replace(old, new))


@pytest.mark.parametrize("text", ["", FORMAT, FORMAT + "\n\n", "x" * (2 << 20)])
def test_nothing_like_a_proof(text):
    """So is what has hardly begun to be one, or is too large."""
    with pytest.raises(MalformedError):
        Proof.parse(text)


def test_too_much_extra(text):
    """Extra data has a bound."""
    with pytest.raises(MalformedError):
        replace(Proof.parse(text), extra=bytes(EXTRA_MAX + 1))
