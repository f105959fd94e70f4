"""RFC 6962 trees and proofs, against others' vectors and a tree built the slow way."""

from __future__ import annotations

import json
from base64 import b64decode
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cablegram.errors import LedgerError
from cablegram.ledger import merkle

VECTORS = Path(__file__).resolve().parents[2].parent / "shared" / "vectors" / "merkle"


def slow_root(hashes):
    """RFC 6962, section 2.1, word for word."""
    if not hashes:
        return sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return sha256(b"\x01" + slow_root(hashes[:k]) + slow_root(hashes[k:])).digest()


def leaves(count):
    return [sha256(b"\x00" + str(number).encode()).digest() for number in range(count)]


def prove(hashes, ranges):
    return [slow_root(hashes[low:high]) for low, high in ranges]


def run(folder, vector):
    proof = [b64decode(text) for text in vector["proof"] or []]
    if folder == "inclusion":
        terms = vector["leafIdx"], vector["treeSize"], b64decode(vector["root"])
        merkle.check_inclusion(b64decode(vector["leafHash"]), *terms, proof)
    elif folder == "subtreeinclusion":
        terms = vector["leafIdx"], vector["start"], vector["end"], b64decode(vector["root"])
        merkle.check_subtree_inclusion(b64decode(vector["leafHash"]), *terms, proof)
    else:
        roots = b64decode(vector["root1"]), b64decode(vector["root2"])
        if folder == "consistency":
            merkle.check_consistency(vector["size1"], vector["size2"], *roots, proof)
        else:
            terms = vector["start"], vector["end"], vector["size"]
            merkle.check_subtree_consistency(*terms, *roots, proof)


@pytest.mark.parametrize(
    ("folder", "count"),
    [
        ("inclusion", 46),
        ("consistency", 47),
        ("subtreeinclusion", 104),
        ("subtreeconsistency", 55),
    ],
)
def test_vectors(folder, count):
    """Each of others' vectors behaves as its header says."""
    if not VECTORS.is_dir():
        pytest.skip("the shared Merkle vectors are not beside this repository")
    files = sorted((VECTORS / folder).rglob("*.json"))
    assert count == len(files)
    wrong = []
    for file in files:
        vector = json.loads(file.read_text())
        try:
            run(folder, vector)
            refused = False
        except LedgerError:
            refused = True
        if refused != vector["wantErr"]:
            wrong.append(f"{file.relative_to(VECTORS)}: {vector['desc']}")
    assert wrong == []


def test_root_is_that_of_the_rfc():
    """The fast root is the recursive one of the RFC, from the empty tree on."""
    hashes = leaves(70)
    for size in range(71):
        assert slow_root(hashes[:size]) == merkle.root(hashes[:size])


def test_known_root():
    """The tree of the RFC's own reference data: eight leaves whose root others publish."""
    entries = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657"]
    entries.append("606162636465666768696a6b6c6d6e6f")
    hashes = [merkle.leaf_hash(bytes.fromhex(entry)) for entry in entries]
    assert (
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
        == merkle.root(hashes).hex()
    )


@settings(deadline=None, max_examples=150)
@given(st.integers(1, 300), st.data())
def test_every_proof_holds_and_no_other(size, data):
    """A proof of any leaf, and of any earlier size, holds for it and for no other."""
    hashes = leaves(size)
    root = slow_root(hashes)
    index = data.draw(st.integers(0, size - 1))
    proof = prove(hashes, merkle.inclusion_ranges(index, size))
    merkle.check_inclusion(hashes[index], index, size, root, proof)
    other = data.draw(st.integers(0, size).filter(lambda n: n != index))
    with pytest.raises(LedgerError):
        merkle.check_inclusion(hashes[index], other, size, root, proof)
    earlier = data.draw(st.integers(1, size))
    old = slow_root(hashes[:earlier])
    proof = prove(hashes, merkle.consistency_ranges(earlier, size))
    merkle.check_consistency(earlier, size, old, root, proof)
    with pytest.raises(LedgerError):
        merkle.check_consistency(earlier, size, old, root, [*proof, old])
    with pytest.raises(LedgerError):
        merkle.check_consistency(earlier, size, sha256(old).digest(), root, proof)


@settings(deadline=None, max_examples=100)
@given(st.integers(1, 200), st.data())
def test_subtrees_hold(size, data):
    """A leaf can be held to any subtree on its grid, and to none off it."""
    hashes = leaves(size)
    width = 1 << data.draw(st.integers(0, 7))
    start = data.draw(st.integers(0, (size - 1) // width)) * width
    end = data.draw(st.integers(start + 1, min(start + width, size)))
    index = data.draw(st.integers(start, end - 1))
    part = hashes[start:end]
    proof = prove(part, merkle.inclusion_ranges(index - start, end - start))
    merkle.check_subtree_inclusion(hashes[index], index, start, end, slow_root(part), proof)
    terms = hashes[index], index, start, end
    with pytest.raises(LedgerError):
        merkle.check_subtree_inclusion(*terms, slow_root(part), [*proof, part[0]])
    if end - start > 1:
        with pytest.raises(LedgerError):
            merkle.check_subtree_inclusion(
                hashes[index], index + 1, start + 1, end + 1, slow_root(part), proof
            )


def subtree_proof(start, end, hashes, whole=True):
    """The proof of a subtree, as the draft's section 4.4.1 words it."""
    size = len(hashes)
    if (start, end) == (0, size):
        return [] if whole else [slow_root(hashes)]
    k = 1 << ((size - 1).bit_length() - 1)
    if end <= k:
        return [*subtree_proof(start, end, hashes[:k], whole), slow_root(hashes[k:])]
    rest, left = hashes[k:], slow_root(hashes[:k])
    if k <= start:
        return [*subtree_proof(start - k, end - k, rest, whole), left]
    return [*subtree_proof(0, end - k, rest, False), left]


@settings(deadline=None, max_examples=100)
@given(st.integers(1, 150), st.data())
def test_tree_holds_its_subtrees(size, data):
    """A tree can be held to each of its subtrees, and not to another root in its place."""
    hashes = leaves(size)
    width = 1 << data.draw(st.integers(0, 7))
    start = data.draw(st.integers(0, (size - 1) // width)) * width
    end = data.draw(st.integers(start + 1, min(start + width, size)))
    proof = subtree_proof(start, end, hashes)
    roots = slow_root(hashes[start:end]), slow_root(hashes)
    merkle.check_subtree_consistency(start, end, size, *roots, proof)
    with pytest.raises(LedgerError):
        merkle.check_subtree_consistency(start, end, size, hashes[0][::-1], roots[1], proof)
    with pytest.raises(LedgerError):
        merkle.check_subtree_consistency(start, end, size, *roots, [*proof, roots[0]])


@pytest.mark.parametrize(
    ("start", "end", "size"), [(-1, 0, 4), (3, 2, 4), (0, 5, 4), (5, 5, 4), (1, 3, 4)]
)
def test_no_such_subtree(start, end, size):
    """A subtree that is none, or is not in the tree, is refused whatever the hashes."""
    root = merkle.EMPTY_ROOT
    with pytest.raises(LedgerError):
        merkle.check_subtree_consistency(start, end, size, root, root, [])
