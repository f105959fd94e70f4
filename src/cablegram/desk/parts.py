"""Parts: the orders of an ask, each with what belongs to it, and what came of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cablegram.desk import waiting
from cablegram.registry import foreseeing, orders
from cablegram.wire import canonical
from cablegram.wire import order as order_format
from cablegram.wiring import giving

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cablegram.desk.asked import Kept
    from cablegram.desk.frame import Desk
    from cablegram.errors import CablegramError
    from cablegram.model.orders import Order, SignedOrder
    from cablegram.wiring.giving import CarriedOut


@dataclass(frozen=True, slots=True)
class Part:
    """One of the orders of an ask, with what belongs to it alone.

    ``about`` is what a verb of the room is about, ``matter`` what a fact names by digest,
    ``first`` the signed order that this one seconds.  ``keeps`` comes back with the outcome.
    """

    order: Order
    about: str = ""
    matter: bytes = b""
    keeps: Any = None
    first: SignedOrder | None = None

    def said(self) -> dict[str, Any]:
        """As the ask keeps it, but for the order, which is shown."""
        first = self.first
        return {
            "about": self.about,
            "matter": canonical.encode_bytes(self.matter),
            "keeps": self.keeps,
            "first": None if first is None else waiting.packed(first),
        }


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one signed order: carried out, waiting for its second, or refused.

    ``again`` says that its number was taken in between: signed anew it may well stand.
    """

    order: Order
    digest: str
    keeps: Any = None
    given: CarriedOut | None = None
    waits: bool = False
    error: CablegramError | None = None
    again: bool = False


TAKERS: dict[str, Callable[[Desk, Kept, Sequence[Outcome]], str]] = {}
"""Who is told what came of the orders of an ask, by name; each gives the page to go to.

Without one, what is refused is refused on the signer's page, and is asked again there.
"""


def carry_out(desk: Desk, one: SignedOrder, part: Mapping[str, Any], kept: Kept) -> Outcome:
    """One signed order: with the one that it seconds, kept for its second, or by itself."""
    order, digest = order_format.decode(one.body), order_format.digest(one.body)
    matter = canonical.decode_bytes(part["matter"])
    if part["first"] is not None:
        waiting.hold(desk, order.seconds)
        both = [waiting.unpacked(part["first"]), one]
        given = giving.carry_out(desk.office, both, matter)
        waiting.landed(desk, order.seconds)
        return Outcome(order, digest, part["keeps"], given)
    with desk.bureau.books.view() as view:
        landed = view.orders.get(digest) is not None
        if not landed and foreseeing.needs_two(view, order.act, order.subjects, order.facts):
            # The signature is held now: nobody is shown an order that its first did not sign.
            orders.check(view, [one], desk.bureau)
            waits = waiting.Waiting(
                one, part["about"], matter, kept.shown["labels"], kept.then,
                str((kept.more or {}).get("takes", "")), part["keeps"],
            )  # fmt: skip
        else:
            waits = None
    if waits is not None:
        waiting.lay(desk, waits)
        return Outcome(order, digest, part["keeps"], waits=True)
    given = giving.carry_out(desk.office, [one], matter)
    return Outcome(order, digest, part["keeps"], given)
