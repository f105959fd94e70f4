"""Holding a muster: freeze a cut-off, count what was seen, compare, keep the outcome."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cablegram.errors import CustodyError
from cablegram.model.acts import HELD_HERE, IN_CUSTODY
from cablegram.model.muster import ELSEWHERE, Muster, compare
from cablegram.model.records import MusterRow
from cablegram.model.text import clean
from cablegram.model.times import instant
from cablegram.registry import finding, lines, numbering, offices, orders, papers
from cablegram.registry.returns import naming
from cablegram.wire import canonical
from cablegram.wire import receipt as receipt_format
from cablegram.wire.leaf import decode_entry

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cablegram.bureau import Bureau
    from cablegram.model.custody import Copy
    from cablegram.ports import Page, Shelves
    from cablegram.registry.orders import Given

SIGHTED_MAX = 100_000


@dataclass(frozen=True, slots=True)
class Held:
    """A muster that was held: its number, cut-off and outcome."""

    number: int
    cut_off: str
    outcome: Muster
    moved_since: tuple[str, ...]


def digest_of(sighted: Sequence[str]) -> str:
    """The digest by which an order names the list of what was seen, order and repeats kept."""
    return canonical.digest("\n".join(sighted).encode())


def hold(page: Page, given: Given, sighted: Sequence[str], bureau: Bureau) -> Held:
    """Compare what was seen with the books as of the order's cut-off, and keep the outcome.

    Nothing changes state: what was not seen is listed, and becomes missing only by an
    officer's order.  Offices whose copies we saw are owed a signed word that we did.

    Raises:
        CustodyError: the cut-off is to come, or the list is not the order's.
    """
    cut_off = str(given.first.facts["cut_off"])
    instant(cut_off)
    if cut_off > bureau.now():
        raise CustodyError(
            f"the cut-off {cut_off} has not come yet", hint="Count as of now or earlier."
        )
    if len(sighted) > SIGHTED_MAX or given.first.facts["sighted"] != digest_of(sighted):
        raise CustodyError(
            "the list of what was seen is not the one that was signed", hint="Sign this list."
        )
    for name in sighted:
        clean(name, "a number that was seen")
    expected = {naming(page, copy): copy for copy in _in_custody(page)}
    since = tuple(n for n, copy in expected.items() if _moved_since(page, copy, cut_off))
    outcome = compare(expected, sighted, _confirmed(page, expected, cut_off, bureau))
    number = numbering.take(page, numbering.MUSTER)
    page.musters.add(
        MusterRow(
            number,
            cut_off,
            given.first.officer,
            given.second_person,
            canonical.encode(as_json(outcome, since)),
        )
    )
    index = offices.enter(page, given, bureau, numbers=f"muster {number}")
    orders.keep(page, given, index)
    for name in outcome.sighted:
        _owe_sighting(page, expected[name], cut_off, index)
    return Held(number, cut_off, outcome, since)


def as_json(outcome: Muster, moved_since: tuple[str, ...]) -> dict[str, canonical.Value]:
    """The outcome as the books keep it and ``--json`` shows it."""
    return {
        "sighted": list(outcome.sighted),
        "sighted_elsewhere": list(outcome.sighted_elsewhere),
        "open_items": list(outcome.open_items),
        "unsighted": list(outcome.unsighted),
        "unexpected": list(outcome.unexpected),
        "doubled": list(outcome.doubled),
        "moved_since": list(moved_since),
    }


def _in_custody(page: Shelves) -> Iterator[Copy]:
    for state in sorted(IN_CUSTODY):
        after = None
        while rows := page.copies.find("state", state.value, after=after):
            yield from rows
            after = rows[-1]


def _moved_since(page: Shelves, copy: Copy, cut_off: str) -> bool:
    """Whether the copy's newest entry is after the cut-off, so that seeing it proves less."""
    newest = page.leaves.find("subject", copy.handle, copy.seq, limit=1)
    return any(decode_entry(leaf.entry).at > cut_off for leaf in newest)


def _confirmed(
    page: Shelves, expected: dict[str, Copy], cut_off: str, bureau: Bureau
) -> frozenset[str]:
    """Copies elsewhere whose holder has signed that it saw them at the cut-off or after."""
    found = set()
    for name, copy in expected.items():
        if copy.state not in ELSEWHERE:
            continue
        for row in page.papers.find("office", copy.holder, lines.IN):
            if row.kind != papers.RECEIPT:
                continue
            receipt = receipt_format.decode(row.body)
            if receipt.kind != "copy_sighted" or receipt.at < cut_off:
                continue
            named = finding.by_owner(
                page, copy.owner or bureau.name, receipt.cable, receipt.copy, bureau.name
            )
            if named is not None and named.handle == copy.handle:
                found.add(name)
    return frozenset(found)


def _owe_sighting(page: Page, copy: Copy, cut_off: str, leaf_index: int) -> None:
    if not copy.owner or copy.state not in HELD_HERE or page.correspondents.get(copy.owner) is None:
        return
    for row, transmittal in papers.transmittals_in(page, copy.owner):
        if any((i.cable, i.copy) == (copy.owner_cable, copy.owner_copy) for i in transmittal.items):
            debt: dict[str, canonical.Value] = {
                "kind": "copy_sighted",
                "subject": row.subject,
                "incoming": copy.incoming,
                "cable": copy.owner_cable,
                "copy": copy.owner_copy,
                "sheets": copy.sheets,
                "at": cut_off,
            }
            papers.owe(page, papers.RECEIPT, row.office, debt, leaf_index)
            return
