"""Disclosures out of the books: everything for an inspector, what is named for a party."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cablegram.errors import LedgerError, MalformedError
from cablegram.ledger import disclosure, log
from cablegram.wire import disclosure as form
from cablegram.wire.leaf import check


def test_inspector_has_every_leaf(published):
    """Every leaf under the head is there, with kind, act, handle and seq and nothing else."""
    header, rest = form.read(disclosure.inspector(published))
    assert form.Header(published.origin, 300, form.View.INSPECTOR, 300) == header
    for index, disclosed in rest:
        row = published.books.leaves[index]
        expected = {"kind": "copy", "act": row.act, "subject": row.subject, "seq": str(row.seq)}
        assert expected == check(row.leaf, disclosed)


def test_inspector_stops_at_the_head(office, signer):
    """A leaf that no head covers is not disclosed; without a head there is nothing to disclose."""
    office.enter(3)
    with pytest.raises(LedgerError, match="nothing is signed yet"):
        list(disclosure.inspector(office))
    log.sign_checkpoint(office, signer)
    office.enter(1)
    assert 1 + 3 == len(list(disclosure.inspector(office)))


def test_party_sees_what_is_named(published):
    """A party's file has the named slots of the named leaves."""
    lines = list(disclosure.party(published, {9: ["officer", "numbers"], 2: ["at"]}))
    header, rest = form.read(lines)
    assert form.Header(published.origin, 300, form.View.PARTY, 2) == header
    shown = {index: check(published.books.leaves[index].leaf, one) for index, one in rest}
    expected = {
        2: {"at": "1951-07-05T19:25:00Z"},
        9: {"officer": "vaganov", "numbers": "21497/2"},
    }
    assert expected == shown
    assert b"makarov" not in b"".join(lines)


def test_party_of_no_such_leaf(published, office, signer):
    """A leaf beyond the head, or an empty slot, is not disclosed."""
    with pytest.raises(LedgerError, match="leaf 300"):
        list(disclosure.party(published, {300: ["at"]}))
    with pytest.raises(MalformedError):
        list(disclosure.party(published, {3: ["second"]}))
    office.enter(3)
    log.sign_checkpoint(office, signer)
    office.enter(1)
    with pytest.raises(LedgerError, match="leaf 3"):
        list(disclosure.party(office, {3: ["at"]}))


def test_damaged_seed(office, signer):
    """A seed or entry that does not belong to its leaf is found before it is given out."""
    office.enter(3)
    log.sign_checkpoint(office, signer)
    office.books.leaves[1] = replace(office.books.leaves[1], seed=bytes(32))
    with pytest.raises(LedgerError, match="does not belong"):
        list(disclosure.inspector(office))
