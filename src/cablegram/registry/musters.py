"""Holding a muster: freeze a cut-off, count what was seen, compare, keep the outcome."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cablegram.errors import CustodyError, MalformedError
from cablegram.model.acts import HELD_HERE, IN_CUSTODY
from cablegram.model.muster import ELSEWHERE, Muster, compare
from cablegram.model.records import MusterRow
from cablegram.model.text import clean
from cablegram.model.times import instant
from cablegram.registry import lines, numbering, offices, orders, papers
from cablegram.registry.reading import every
from cablegram.registry.returns import naming
from cablegram.wire import canonical
from cablegram.wire import receipt as receipt_format
from cablegram.wire.leaf import decode_entry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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


def read_list(matter: bytes) -> list[str]:
    """The numbers that were seen, from a list with one a line.

    Raises:
        MalformedError: it is not text.
    """
    try:
        return matter.decode().split("\n") if matter else []
    except UnicodeDecodeError as exc:
        raise MalformedError(
            "the list of what was seen is not text", hint="Write a number a line."
        ) from exc


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
            "the cut-off {cut_off} has not come yet",
            hint="Count as of now or earlier.",
            cut_off=cut_off,
        )
    if len(sighted) > SIGHTED_MAX or given.first.facts["sighted"] != digest_of(sighted):
        raise CustodyError(
            "the list of what was seen is not the one that was signed", hint="Sign this list."
        )
    for name in sighted:
        clean(name, "a number that was seen")
    expected = _expected(page)
    since = tuple(n for n, copy in expected.items() if _moved_since(page, copy, cut_off))
    outcome = compare(expected, sighted, confirmed(page, expected, cut_off))
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
        owe_sighting(page, expected[name], cut_off, index)
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


def _expected(page: Shelves) -> dict[str, Copy]:
    """The copies that must be there, by name."""
    found: dict[str, Copy] = {}
    for state in sorted(IN_CUSTODY):
        for copy in every(page.copies, "state", state.value):
            name = naming(page, copy)
            # An incoming number may read like a cable and copy number of ours that came later:
            # neither of the two may hide the other.
            found[name if name not in found else f"{name} ({copy.handle[:8]})"] = copy
    return found


def _moved_since(page: Shelves, copy: Copy, cut_off: str) -> bool:
    """Whether the copy's newest entry is after the cut-off, so that seeing it proves less."""
    newest = page.leaves.find("subject", copy.handle, copy.seq, limit=1)
    return any(decode_entry(leaf.entry).at > cut_off for leaf in newest)


def confirmed(page: Shelves, expected: Mapping[str, Copy], cut_off: str) -> frozenset[str]:
    """Copies elsewhere whose holder has signed that it saw them at the cut-off or after."""
    elsewhere = {name: copy for name, copy in expected.items() if copy.state in ELSEWHERE}
    said = {
        (office, receipt.cable, receipt.copy)
        for office in {copy.holder for copy in elsewhere.values()}
        for row in every(page.papers, "office", office, lines.IN)
        if row.kind == papers.RECEIPT
        for receipt in [receipt_format.decode(row.body)]
        if receipt.kind == "copy_sighted" and receipt.at >= cut_off
    }
    return frozenset(
        name
        for name, copy in elsewhere.items()
        if (copy.holder, *papers.owners_numbers(page, copy)) in said
    )


def owe_sighting(page: Page, copy: Copy, cut_off: str, leaf_index: int) -> None:
    """Owe our word to the office that sent us the copy, which may not be its owner."""
    sent = papers.came_under(page, copy) if copy.state in HELD_HERE else None
    if sent is not None:
        debt: dict[str, canonical.Value] = {
            "kind": "copy_sighted",
            "subject": sent.subject,
            "incoming": copy.incoming,
            "cable": copy.owner_cable,
            "copy": copy.owner_copy,
            "sheets": copy.sheets,
            "at": cut_off,
        }
        papers.owe(page, papers.RECEIPT, sent.office, debt, leaf_index)
