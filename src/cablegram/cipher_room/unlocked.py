"""What the room works with while it is unlocked, and the check its journeys share."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from cablegram.errors import OrderError
from cablegram.ledger import log
from cablegram.model.orders import OfficeAct, act_named
from cablegram.registry import grounds, offices, orders
from cablegram.wire import canonical

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cablegram.bureau import Bureau
    from cablegram.model.orders import SignedOrder
    from cablegram.ports import Ledger, Shelves
    from cablegram.registry.orders import Given
    from cablegram.sealing.keys import OfficeKeys
    from cablegram.wire.card import Card


@dataclass(frozen=True, slots=True)
class Unlocked:
    """What the room works with while it is unlocked; no ``repr`` shows a key."""

    bureau: Bureau
    keys: OfficeKeys = field(repr=False)
    ledger: Ledger = field(repr=False)

    def head(self) -> None:
        """Put a head over all that is in the books; what leaves the house waits for one."""
        log.sign_checkpoint(self.bureau, self.ledger, partial(grounds.hold, bureau=self.bureau))


def name_of(signed: Sequence[SignedOrder]) -> str:
    """The digest by which orders go: the first one's; empty for none."""
    return canonical.digest(signed[0].body) if signed else ""


def believed(view: Shelves, office: str, bureau: Bureau) -> Card | None:
    """The newest card of an office; None of a stranger.

    Raises:
        OrderError: nobody has compared its fingerprint words yet.
    """
    if offices.card_of(view, office) is None:
        return None
    return offices.correspondent(view, office, bureau)


def given_for(
    view: Shelves, signed: Sequence[SignedOrder], bureau: Bureau, act: str, **facts: str
) -> Given:
    """The checked orders, if they are for this act and these facts, by as many as it takes.

    Asked before anything is deciphered; the page that carries the act out asks again.

    Raises:
        OrderError: they are for something else, or by one person where two must.
    """
    given = orders.check(view, signed, bureau)
    said = {name: given.first.facts.get(name) for name in facts}
    if given.first.act != act or said != facts:
        raise OrderError(
            "the order is to {act} something else than was asked",
            hint="Sign an order for this very thing.",
            act=act_named(given.first.act),
        )
    if act in set(OfficeAct):
        orders.needs_two(given, offices.two_by_series(view))
    return given
