"""Entries: the only place where leaves are written, beside the rows they prove.

A leaf's index is given under the page's lock; its seed is drawn here and lies beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cablegram.model.records import Leaf
from cablegram.registry import numbering
from cablegram.wire import canonical
from cablegram.wire.leaf import SEED_SIZE, SLOTS, Entry, make

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cablegram.bureau import Bureau
    from cablegram.ports import Page, Shelves

COPY = "copy"
TELEGRAM = "telegram"
OFFICE = "office"
PERSON = "person"


def enter(page: Page, entries: Sequence[Entry], bureau: Bureau) -> int:
    """Write the leaves of these entries; gives the index of the first."""
    first = numbering.take(page, numbering.LEAF, many=len(entries)) - 1
    seeds = bureau.random(SEED_SIZE * len(entries))
    rows = []
    for n, entry in enumerate(entries):
        seed = seeds[SEED_SIZE * n : SEED_SIZE * (n + 1)]
        rows.append(
            Leaf(
                first + n,
                make(entry, seed),
                entry.kind,
                entry.act,
                entry.subject,
                entry.seq,
                opening(entry),
                seed,
            )
        )
    page.leaves.put_all(rows)
    return first


def size(page: Shelves) -> int:
    """How many leaves the books have."""
    return numbering.last(page, numbering.LEAF)


def next_seq(page: Shelves, subject: str) -> int:
    """The seq of a subject's next leaf; copies keep their own."""
    return page.leaves.count("subject", subject) + 1


def opening(entry: Entry) -> bytes:
    """The set slots of an entry as canonical JSON, as the books keep them."""
    slots: dict[str, canonical.Value] = {
        name: value for name in SLOTS if (value := getattr(entry, name)) != ""
    }
    return canonical.encode(slots)


def read_opening(data: bytes) -> Entry:
    """The entry whose ``opening`` this is."""
    slots = canonical.decode(data, what="a ledger entry's opening")
    return Entry(**slots)  # type: ignore[arg-type]  # Entry checks each slot itself


def evidence(facts: Mapping[str, str | int]) -> str:
    """The evidence slot: an order's facts as canonical JSON text."""
    return canonical.encode(dict(facts)).decode() if facts else ""
