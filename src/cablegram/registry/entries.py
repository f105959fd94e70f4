"""Entries: the only place where leaves are written, beside the rows they prove.

A leaf's index is given under the page's lock; its seed is drawn here and lies beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cablegram.ledger import log
from cablegram.model.records import Leaf
from cablegram.registry import numbering
from cablegram.registry.reading import every, last
from cablegram.wire import canonical
from cablegram.wire.leaf import SEED_SIZE, Entry, decode_entry, encode_entry, make

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cablegram.bureau import Bureau
    from cablegram.ports import Page, Shelves
    from cablegram.registry.orders import Given

COPY = "copy"
TELEGRAM = "telegram"
OFFICE = "office"
PERSON = "person"
DRAFT = "draft"


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
                encode_entry(entry),
                seed,
            )
        )
    page.leaves.put_all(rows)
    return first


def enter_order(  # noqa: PLR0913  # the slots that the order itself does not fill
    page: Page,
    given: Given,
    bureau: Bureau,
    *,
    kind: str,
    subject: str,
    facts: Mapping[str, str | int] | None = None,
    act: str = "",
    holder: str = "",
    office: str = "",
    numbers: str = "",
    telegram: str = "",
) -> int:
    """Write the next leaf of a subject as an order says it; gives its index.

    ``facts`` are the evidence where it is not the order's own, ``act`` where the order's act
    brings another forth.
    """
    entry = Entry(
        kind=kind,
        act=act or given.first.act,
        subject=subject,
        seq=next_seq(page, subject),
        at=bureau.now(),
        officer=given.first.officer,
        second=given.second_person,
        holder=holder,
        office=office,
        numbers=numbers,
        evidence=evidence(given.first.facts if facts is None else facts),
        order=given.digest,
        seconds=given.second_digest,
        telegram=telegram,
    )
    return enter(page, [entry], bureau)


def size(page: Shelves) -> int:
    """How many leaves the books have."""
    return numbering.last(page, numbering.LEAF)


def held(page: Shelves, index: int) -> Entry | None:
    """The entry at this index, held to the leaf that commits to it; None where it is not."""
    leaf = page.leaves.get(index)
    if leaf is None:
        return None
    entry = decode_entry(leaf.entry)
    return entry if commits(leaf, entry) else None


def proved(page: Shelves, leaf: Leaf, bureau: Bureau) -> Entry | None:
    """The entry beside a leaf, held to the leaf and that to what was published; None if not so.

    The books lie in one place and the published tiles in another: whoever can write the one
    need not be able to write the other.  A leaf that is not published yet is held to itself.
    """
    entry = decode_entry(leaf.entry)
    if not commits(leaf, entry) or (entry.subject, entry.seq) != (leaf.subject, leaf.seq):
        return None
    return entry if log.agrees(bureau, page, leaf) else None


def commits(leaf: Leaf, entry: Entry) -> bool:
    """Whether the leaf is made of this entry and of the seed that lies beside it."""
    return len(leaf.seed) == SEED_SIZE and make(entry, leaf.seed) == leaf.leaf


def next_seq(page: Shelves, subject: str) -> int:
    """The seq of a subject's next leaf; copies keep their own."""
    newest = last(page.leaves, "subject", subject)
    return 1 if newest is None else newest.seq + 1


def evidence(facts: Mapping[str, str | int]) -> str:
    """The evidence slot: an order's facts as canonical JSON text."""
    return canonical.encode(dict(facts)).decode() if facts else ""


def facts(entry: Entry) -> dict[str, str | int]:
    """The facts in an entry's evidence slot; none where it is empty."""
    said = canonical.decode(entry.evidence.encode(), what="evidence") if entry.evidence else {}
    return {name: value for name, value in said.items() if isinstance(value, str | int)}


def life(page: Shelves, subject: str) -> list[tuple[int, Entry]]:
    """Every entry of one subject, with its ledger index, from the first on."""
    return [
        (leaf.index, decode_entry(leaf.entry)) for leaf in every(page.leaves, "subject", subject)
    ]
