"""Signing heads: only ever longer, never against what was signed, whole again after any crash."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cablegram.errors import CablegramError, LedgerError, MalformedError, StorageError
from cablegram.ledger import audit, log, merkle
from cablegram.ledger.note import Verifier
from cablegram.ledger.proof import Proof
from cablegram.ledger.signer import Signer
from cablegram.storage.memory import MemoryBooks


def sound(office, signer):
    result = audit.audit(office.get, signer.vkey())
    assert () == result.findings
    return result


def test_first_head(office, signer):
    """Even no leaves have a head; nothing new has no new one."""
    head = log.sign_checkpoint(office, signer)
    assert (0, merkle.EMPTY_ROOT) == (head.size, head.root)
    assert head == log.sign_checkpoint(office, signer)
    assert head.note == office.get("checkpoint")
    assert 0 == sound(office, signer).size


def test_heads_extend(office, signer):
    """Each head covers every leaf, is published with its files, and holds to all leaves."""
    for count in (1, 254, 1, 1, 1200, 0):
        office.enter(count)
        head = log.sign_checkpoint(office, signer)
        assert len(office.books.leaves) == head.size
        hashes = [merkle.leaf_hash(row.leaf) for _, row in sorted(office.books.leaves.items())]
        assert merkle.root(hashes) == head.root
        assert head.size == sound(office, signer).entries == log.verify_whole(office)


def test_one_transaction_a_head(office, signer):
    """Head and edge are written on one page; nothing else is written to the books."""
    log.sign_checkpoint(office, signer)
    office.enter(3)
    leaves = dict(office.books.leaves)
    head = log.sign_checkpoint(office, signer)
    assert leaves == office.books.leaves
    assert {"head": head} == office.books.head


def test_checkpoint_comes_last(office, signer):
    """Tiles are durable before the checkpoint that needs them is written."""
    office.enter(300)
    log.sign_checkpoint(office, signer)
    assert ["sync", "checkpoint", "sync"] == office.tiles.puts[-3:]
    assert "tile/0/001.p/44" in office.tiles.puts[:-3]


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 9)), min_size=1, max_size=4))
def test_crash_at_any_write(new_office, signer, steps):
    """Wherever a write fails, the published folder stays sound and the next call completes it."""
    office = new_office()
    for count, fail_at in steps:
        office.enter(count)
        office.tiles.fail_at = len(office.tiles.puts) + fail_at
        with suppress(StorageError):
            log.sign_checkpoint(office, signer)
        if office.get("checkpoint") is not None:
            sound(office, signer)
    office.tiles.fail_at = None
    log.sign_checkpoint(office, signer)
    assert len(office.books.leaves) == sound(office, signer).entries


def test_page_that_is_not_kept(office, signer):
    """A head that could not be committed is not published, and the next one stands."""
    office.enter(5)
    office.books.fail_commits = 1
    with pytest.raises(StorageError):
        log.sign_checkpoint(office, signer)
    assert {} == office.books.head
    assert office.get("checkpoint") is None
    assert 5 == log.sign_checkpoint(office, signer).size


def test_restored_books(office, signer):
    """Books behind their own published checkpoint sign nothing, whatever they enter since."""
    office.enter(5)
    log.sign_checkpoint(office, signer)
    backup = dict(office.books.leaves), dict(office.books.head)
    office.enter(5)
    log.sign_checkpoint(office, signer)
    public = dict(office.tiles.files)
    for leaves, head in (backup, ({}, {})):
        office.books.leaves, office.books.head = dict(leaves), dict(head)
        office.enter(20)
        for _ in range(2):
            with pytest.raises(LedgerError, match="published checkpoint has 10") as refused:
                log.sign_checkpoint(office, signer)
        assert "backup" in refused.value.hint
        for ask in (log.verify_whole, log.publish, partial(log.publish, whole=True)):
            with pytest.raises(LedgerError, match="published checkpoint has 10"):
                ask(office)
        assert head == office.books.head
        assert public == office.tiles.files


def test_forked_books(office, signer):
    """Books of the same length and another root than was published sign nothing."""
    office.enter(5)
    log.sign_checkpoint(office, signer)
    public = dict(office.tiles.files)
    office.books.head.clear()
    office.tiles.files.clear()
    office.books.leaves[2] = replace(office.books.leaves[2], leaf=office.books.leaves[3].leaf)
    log.sign_checkpoint(office, signer)
    office.tiles.files = public
    for ask in (lambda o: log.sign_checkpoint(o, signer), log.publish, log.verify_whole):
        with pytest.raises(LedgerError, match="another root"):
            ask(office)


def test_key_of_another_ledger(office):
    """A key under another name signs nothing."""
    with pytest.raises(LedgerError, match="the ledger key is of other"):
        log.sign_checkpoint(office, Signer("other", bytes(32)))
    assert {} == office.books.head


@pytest.mark.parametrize(
    "change",
    [
        lambda head: replace(head, edge=head.edge[:-1]),
        lambda head: replace(head, edge=head.edge[:-1] + bytes([head.edge[-1] ^ 1])),
        lambda head: replace(head, edge=bytes(8)),
        lambda head: replace(head, size=head.size - 1),
        lambda head: replace(head, root=bytes(32)),
        lambda head: replace(head, note=head.note.replace(b"\n5\n", b"\n4\n")),
        lambda head: replace(head, note=b"?"),
    ],
)
def test_damaged_head(office, signer, change):
    """A stored head, note or edge that disagree with each other sign nothing."""
    office.enter(5)
    head = log.sign_checkpoint(office, signer)
    office.books.head["head"] = change(head)
    office.tiles.files.clear()
    office.enter(1)
    with pytest.raises((LedgerError, MalformedError)):
        log.sign_checkpoint(office, signer)
    assert {} == office.tiles.files


@pytest.mark.parametrize("gone", [4, 5, 6])
def test_lost_leaf(office, signer, gone):
    """A gap in the leaves signs nothing: before the head, after it, or at its edge."""
    office.enter(5)
    head = log.sign_checkpoint(office, signer)
    office.enter(3)
    del office.books.leaves[gone]
    with pytest.raises(LedgerError):
        log.sign_checkpoint(office, signer)
    assert head == office.books.head["head"]


def test_altered_leaf_is_found(office, signer):
    """A leaf altered after it was signed is found by recomputing the whole."""
    office.enter(300)
    log.sign_checkpoint(office, signer)
    office.enter(10)
    office.books.leaves[7] = replace(office.books.leaves[7], leaf=office.books.leaves[8].leaf)
    with pytest.raises(LedgerError, match="the first 300 leaves"):
        log.verify_whole(office)
    office.books.leaves[7] = replace(office.books.leaves[7], leaf=b"{}")
    with pytest.raises(MalformedError):
        log.verify_whole(office)


def test_whole_of_shrunk_books(office, signer):
    """Fewer leaves than were signed are found."""
    office.enter(10)
    log.sign_checkpoint(office, signer)
    del office.books.leaves[9]
    with pytest.raises(LedgerError, match="9 leaves where 10 were signed"):
        log.verify_whole(office)


def test_whole_under_an_older_checkpoint(office, signer):
    """A published checkpoint that lags behind the head is held to the leaves as well."""
    office.enter(3)
    log.sign_checkpoint(office, signer)
    old = office.get("checkpoint")
    office.enter(3)
    log.sign_checkpoint(office, signer)
    office.tiles.files["checkpoint"] = old
    assert 6 == log.verify_whole(office)
    fork = old.replace(old.split(b"\n")[2], b"A" * 43 + b"=")
    office.tiles.files["checkpoint"] = fork
    with pytest.raises(LedgerError, match="the first 3 leaves"):
        log.verify_whole(office)


def test_whole_of_nothing(office, signer):
    """An office without leaves, with or without a head, is whole."""
    assert 0 == log.verify_whole(office)
    log.publish(office)
    log.sign_checkpoint(office, signer)
    assert 0 == log.verify_whole(office)


def test_files_are_rebuilt(office, signer):
    """Every file of the newest head can be made again from the books."""
    office.enter(700)
    log.sign_checkpoint(office, signer)
    before = dict(office.tiles.files)
    office.tiles.files.clear()
    log.sign_checkpoint(office, signer)
    assert before == office.tiles.files
    office.tiles.files["tile/0/000"] = b"damaged"
    log.publish(office)
    assert b"damaged" == office.tiles.files["tile/0/000"]
    log.publish(office, whole=True)
    assert before == office.tiles.files


@pytest.mark.parametrize("damage", ["gone", "short", "other"])
def test_damaged_edge_files(office, signer, damage):
    """Where the published right edge is damaged, everything is written again."""
    office.enter(300)
    log.sign_checkpoint(office, signer)
    path = "tile/0/001.p/44"
    data = office.tiles.files[path]
    if damage == "gone":
        del office.tiles.files[path]
    else:
        office.tiles.files[path] = data[:-32] if damage == "short" else data[32:] + data[:32]
    del office.tiles.files["tile/entries/000"]
    office.enter(5)
    log.sign_checkpoint(office, signer)
    sound(office, signer)


def test_leaves_that_do_not_add_up(office, signer):
    """Leaves altered under a signed head are not published, whole or from the edge on."""
    office.enter(10)
    log.sign_checkpoint(office, signer)
    old = dict(office.tiles.files)
    office.enter(300)
    log.sign_checkpoint(office, signer)
    for files, index in ((old, 12), ({}, 3)):
        office.tiles.files = dict(files)
        kept = office.books.leaves[index]
        office.books.leaves[index] = replace(kept, leaf=office.books.leaves[index + 1].leaf)
        with pytest.raises(LedgerError, match="do not have the root that was signed"):
            log.publish(office)
        assert files == office.tiles.files
        office.books.leaves[index] = kept


@pytest.mark.parametrize("whole", [False, True])
def test_published_fork_is_not_papered_over(office, signer, whole):
    """A published tree that is not the beginning of the head is never replaced."""
    office.enter(3)
    log.sign_checkpoint(office, signer)
    public = dict(office.tiles.files)
    office.books.leaves[1] = replace(office.books.leaves[1], leaf=office.books.leaves[2].leaf)
    office.books.head.clear()
    office.tiles.files.clear()
    office.enter(3)
    log.sign_checkpoint(office, signer)
    office.tiles.files = dict(public)
    with pytest.raises(LedgerError, match="do not have the root that was signed"):
        log.publish(office, whole=whole)
    del office.tiles.files["tile/0/000.p/3"]
    with pytest.raises(LedgerError, match="the first 3 leaves"):
        log.publish(office, whole=whole)
    assert public["checkpoint"] == office.tiles.files["checkpoint"]
    assert len(public) - 1 == len(office.tiles.files)


def test_unreadable_checkpoint(office, signer):
    """A published checkpoint that is damaged is not written over: a person looks first."""
    office.enter(3)
    log.sign_checkpoint(office, signer)
    office.tiles.files["checkpoint"] = b"?"
    with pytest.raises(LedgerError, match="cannot be read"):
        log.sign_checkpoint(office, signer)
    assert b"?" == office.tiles.files["checkpoint"]


def test_newer_head_meanwhile(office, signer):
    """A process that was overtaken does not put an older checkpoint in place of the newer."""
    office.enter(3)
    pages = []

    def overtaken():
        pages.append(1)
        if len(pages) == 2:  # The first process is about to publish its head of 3.
            office.enter(3)
            log.sign_checkpoint(office, signer)

    office.books.on_page = overtaken
    assert 3 == log.sign_checkpoint(office, signer).size
    assert 6 == sound(office, signer).size


def test_inclusion(office, signer):
    """A proof of any leaf under the head, even if its files were not published yet."""
    office.enter(300)
    verifier = Verifier.parse(signer.vkey())
    with pytest.raises(LedgerError, match="no signed head covers leaf 0"):
        log.inclusion(office, 0)
    log.sign_checkpoint(office, signer)
    office.tiles.files.clear()
    for index in (0, 255, 256, 299):
        proof = Proof.parse(log.inclusion(office, index))
        assert 300 == proof.check(office.books.leaves[index].leaf, verifier).checkpoint.size
    office.enter(1)
    for index in (300, 301):
        with pytest.raises(LedgerError, match="no signed head"):
            log.inclusion(office, index)


def test_inclusion_from_damaged_files(office, signer):
    """A proof that does not hold is never given out."""
    office.enter(300)
    log.sign_checkpoint(office, signer)
    office.tiles.files["tile/0/000"] = bytes(8192)
    with pytest.raises(CablegramError):
        log.inclusion(office, 3)


def test_over_the_books_of_storage(office, signer):
    """The same over the memory books that every contract suite runs."""
    office.enter(1300)
    made = MemoryBooks()
    with made.page("") as page:
        page.leaves.put_all(list(office.books.leaves.values()))
    expected = log.sign_checkpoint(office, signer)
    office.books = made
    office.tiles.files.clear()
    assert expected == log.sign_checkpoint(office, signer)
    assert 1300 == log.verify_whole(office)
    Proof.parse(log.inclusion(office, 1299))
