"""Reading for a desk: a signed ``read`` goes in, a share comes out (docs/spec/reading.md).

Nothing here has a key: the share is sealed to the person, as the copy is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cablegram import registry
from cablegram.errors import CablegramError, OrderError
from cablegram.model.acts import Act
from cablegram.registry import screens
from cablegram.wire import order as order_format

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cablegram.model.orders import SignedOrder
    from cablegram.wiring.desk import Office


def give_share(office: Office, signed: Sequence[SignedOrder]) -> bytes:
    """Enter that a person reads a copy, put a head over it, and give its opening share.

    The same order again gives it again.  The share is an age file, sealed to that person.

    Raises:
        OrderError, CustodyError: why it is not given; nothing was entered.
        CablegramError: as ``kept`` says; the entry stands, and the order may be given again.
    """
    order = order_format.decode(signed[0].body) if signed else None
    if order is None or order.act != Act.READ or len(order.subjects) != 1:
        raise OrderError(
            "that is not an order to read one copy", hint="Sign one that names a single copy."
        )
    registry.perform(signed, office.bureau)
    try:
        office.head()
        with office.bureau.books.view() as view:
            way, person = str(order.facts.get("way", "")), str(order.facts["reader"])
            return screens.share(view, order.subjects[0].handle, person, office.bureau, way)
    except CablegramError as error:
        error.kept = "The reading is entered; nothing was given out."
        raise
