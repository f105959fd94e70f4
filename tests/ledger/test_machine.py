"""A ledger through any run of entries, heads, crashes and restored backups, seen from outside."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from cablegram.errors import LedgerError, StorageError
from cablegram.ledger import audit, checkpoint, log, merkle
from cablegram.ledger.note import Verifier
from cablegram.ledger.tile import HashReader


def machine(new_office, signer):
    verifier = Verifier.parse(signer.vkey())

    class Ledger(RuleBasedStateMachine):
        """One office; ``seen`` is the last checkpoint that an outsider fetched."""

        def __init__(self):
            super().__init__()
            self.office = new_office()
            self.seen = None
            self.backup = {}, {}

        @property
        def head(self):
            head = self.office.books.head.get("head")
            return 0 if head is None else head.size

        @rule(count=st.integers(0, 3) | st.sampled_from([255, 256, 700]))
        def enter(self, count):
            self.office.enter(count)

        @rule()
        def sign(self):
            head = log.sign_checkpoint(self.office, signer)
            assert len(self.office.books.leaves) == head.size
            assert head.note == self.office.get("checkpoint")

        @rule(writes=st.integers(0, 8))
        def sign_and_crash(self, writes):
            tiles = self.office.tiles
            tiles.fail_at = len(tiles.puts) + writes
            with suppress(StorageError):
                log.sign_checkpoint(self.office, signer)
            tiles.fail_at = None

        @rule()
        def sign_on_a_full_disk(self):
            before = dict(self.office.books.head), dict(self.office.tiles.files)
            self.office.books.fail_commits = 1
            with suppress(StorageError):
                log.sign_checkpoint(self.office, signer)
            self.office.books.fail_commits = 0
            assert before == (self.office.books.head, self.office.tiles.files)

        @rule(data=st.data())
        def lose_a_file(self, data):
            files = self.office.tiles.files
            names = sorted(set(files) - {"checkpoint"})
            if names:
                del files[data.draw(st.sampled_from(names))]
                log.publish(self.office, whole=True)

        @rule()
        def back_up(self):
            self.backup = dict(self.office.books.leaves), dict(self.office.books.head)

        @rule(count=st.integers(0, 300))
        def restore(self, count):
            books = self.office.books
            latest = books.leaves, books.head
            books.leaves, books.head = map(dict, self.backup)
            self.office.era += 1
            self.office.enter(count)
            if self.seen is None or self.seen.size <= self.head:
                self.sign()
                self.back_up()
                return
            kept = dict(books.head), dict(self.office.tiles.files)
            for ask in (lambda: log.sign_checkpoint(self.office, signer), self.whole):
                with pytest.raises(LedgerError):
                    ask()
            assert kept == (books.head, self.office.tiles.files)
            books.leaves, books.head = latest

        @rule()
        def whole(self):
            assert len(self.office.books.leaves) == log.verify_whole(self.office)

        @invariant()
        def outsiders_see_one_history(self):
            data = self.office.get("checkpoint")
            if data is None:
                assert self.seen is None
                return
            now = checkpoint.open(data, verifier).checkpoint
            assert () == audit.audit(self.office.get, signer.vkey()).findings
            if self.seen is not None and self.seen.size:
                proof = HashReader(self.office.get, now.size).consistency(self.seen.size)
                merkle.check_consistency(self.seen.size, now.size, self.seen.root, now.root, proof)
            self.seen = now

    return Ledger


def test_any_run(new_office, signer):
    """Whatever happens, what is published is sound and only ever extends what was seen before."""
    run_state_machine_as_test(
        machine(new_office, signer),
        settings=settings(deadline=None, max_examples=40, stateful_step_count=20),
    )
