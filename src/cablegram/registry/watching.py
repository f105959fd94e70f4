"""Who has the watch, and what waits to be taken over, as the ledger has it (docs/spec/watch.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cablegram.model.orders import OfficeAct
from cablegram.registry import matters
from cablegram.registry.reading import last
from cablegram.wire import canonical

if TYPE_CHECKING:
    from cablegram.bureau import Bureau
    from cablegram.model.year import Watch
    from cablegram.ports import Shelves

MATTER = "watch"
HANDED = "handed"
TAKEN = "taken"
DROPPED = "dropped"


def holder(page: Shelves, bureau: Bureau) -> str:
    """Who has the watch; empty while nobody has taken it.

    Raises:
        OrderError: the books say one thing and the ledger another.
    """
    for order in reversed(matters.all_of(page, MATTER, bureau)):
        if order.act == OfficeAct.TAKE_WATCH:
            return order.officer
    return ""


def handed(page: Shelves, bureau: Bureau) -> Watch | None:
    """The handover that waits to be taken; None where none does."""
    row = last(page.watches)
    order = matters.newest(page, MATTER, bureau)
    if row is None or order is None or order.act != OfficeAct.HAND_WATCH:
        return None
    said = (order.facts["to"], order.facts["list"], HANDED)
    if said != (row.incoming, canonical.digest(row.left), row.state):
        raise matters.by_hand("a handover of the watch")
    return row
