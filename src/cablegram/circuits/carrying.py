"""Carrying: the outgoing tray, handed to carriers item by item (docs/spec/carrier-folder.md).

A row stays in the tray until its carrier has the bytes, so a crash repeats and never loses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cablegram.errors import CablegramError, SetUpError
from cablegram.registry import offices, restoring
from cablegram.registry.reading import every
from cablegram.sentences import beside, sentence

if TYPE_CHECKING:
    from cablegram.bureau import Bureau
    from cablegram.ports import Carrier
    from cablegram.wire.card import Card


@dataclass(frozen=True, slots=True)
class Carried:
    """How many items went, how many wait for a head, and which carriers refused, in words."""

    count: int
    waiting: int
    refused: tuple[str, ...]


def carry(bureau: Bureau) -> Carried:
    """Hand every item whose leaf is under a head to its carrier.

    Safe to stop anywhere and call again.  A carrier that is not there refuses for its
    offices alone; their items stay in the tray.

    Raises:
        CircuitError: the office was restored from a backup and has not resumed.
    """
    with bureau.books.view() as view:
        restoring.refuse_sending(view, bureau)
        head = view.head.get("head")
        covered = 0 if head is None else head.size
        rows = list(every(view.outgoing, "laid"))
        ready = [row for row in rows if row.leaf_index < covered]
        cards = {row.office: offices.card_of(view, row.office) for row in ready}
    count, refused = 0, {}
    for row in ready:
        try:
            carrier = _carrier(row.office, cards[row.office], bureau)
            carrier.send(row.office, bureau.name, bureau.blobs.get(row.digest))
        except CablegramError as exc:
            refused[row.office] = beside((row.office, exc.what), ": ")
            continue
        # Handed over: a crash before the next line sends the same bytes again.
        with bureau.books.page("") as page:
            page.outgoing.remove(row.digest, row.office)
        count += 1
    return Carried(count, len(rows) - len(ready), tuple(refused.values()))


def _carrier(office: str, card: Card | None, bureau: Bureau) -> Carrier:
    for name in card.carriers if card is not None else ():
        if name in bureau.carriers:
            return bureau.carriers[name]
    raise SetUpError(
        "no carrier of ours reaches {office}",
        hint="Set up one of those on its card: {card}.",
        kept="What was to be carried is in the outgoing tray.",
        office=office,
        card=", ".join(card.carriers) if card else sentence("none"),
    )
