"""Showing: one leaf of ours, some of its slots and its place under a head, in one text.

A tlog-proof whose extra data is the leaf and one disclosure line (docs/spec/ledger.md,
"Showing").  Letters, receipts and transmittals carry one, so that their receiver knows that
the act behind them is in the sender's ledger.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cablegram.errors import LedgerError
from cablegram.ledger import log, proof
from cablegram.ledger.disclosure import open_leaf
from cablegram.ledger.note import Verifier
from cablegram.wire import disclosure, leaf

if TYPE_CHECKING:
    from collections.abc import Collection


def show(bureau: log.Bureau, index: int, slots: Collection[str]) -> str:
    """The proof of the leaf at ``index``, with these slots open.

    Raises:
        LedgerError: no head covers it yet.
    """
    proved = proof.Proof.parse(log.inclusion(bureau, index))
    with bureau.books.view() as books:
        row = books.leaves.get(index)
    assert row is not None, "inclusion has found it"
    line = disclosure.encode_line(index, open_leaf(row, slots))
    return replace(proved, extra=row.leaf + b"\n" + line).text()


def check(text: str, ledger_key: str) -> dict[str, str]:
    """The open slots, once they, the leaf and its place have been checked.

    ``ledger_key`` is the verifier key on the office's card.

    Raises:
        LedgerError: a hash or signature does not hold.
        MalformedError: it is not such a text.
    """
    proved = proof.Proof.parse(text)
    entry, _, line = (proved.extra or b"").partition(b"\n")
    index, disclosed = disclosure.decode_line(line)
    if index != proved.index:
        raise LedgerError(
            "a proof opens another leaf than it proves", hint="Ask the office for it again."
        )
    proved.check(entry, Verifier.parse(ledger_key))
    return leaf.check(entry, disclosed)
