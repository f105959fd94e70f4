"""Orders that wait for their second person: kept as the first signed them (docs/spec/seconds.md).

Nothing is done in between.  What is kept is no evidence: the order lands with both signatures,
on one page of the books, or not at all.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from cablegram.errors import UnknownError
from cablegram.model.orders import SignedOrder
from cablegram.ports import Thing
from cablegram.wire import canonical
from cablegram.wire import order as order_format

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cablegram.desk.frame import Desk
    from cablegram.model.orders import Order

KIND: Final = "waiting"
PATH: Final = "/seconds"
"""The page where they are shown."""

TAKERS: dict[str, Callable[[Desk, Waiting, str], None]] = {}
"""Who is told that an order landed with its second, or was withdrawn: ``done`` or ``withdrawn``."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One order as its first person signed it, with what is needed to carry it out.

    ``about``, ``matter`` as ``asked.Part`` has them; ``labels`` are what its subjects are called,
    ``then`` is where the first came from, ``takes`` and ``keeps`` who is told when it lands.
    ``refused`` is why it did not, when somebody signed second.
    """

    first: SignedOrder
    about: str = ""
    matter: bytes = b""
    labels: Mapping[str, str] = field(default_factory=dict)
    then: str = "/"
    takes: str = ""
    keeps: Any = None
    refused: str = ""

    @property
    def order(self) -> Order:
        """The order."""
        return order_format.decode(self.first.body)

    @property
    def digest(self) -> str:
        """The order's name."""
        return order_format.digest(self.first.body)


def lay(desk: Desk, waits: Waiting) -> None:
    """Keep an order for its second person; durable when it returns.  A repeat is harmless."""
    said = {
        "first": packed(waits.first),
        "about": waits.about,
        "matter": canonical.encode_bytes(waits.matter),
        "labels": dict(waits.labels),
        "then": waits.then,
        "takes": waits.takes,
        "keeps": waits.keeps,
        "refused": waits.refused,
    }
    sweep(desk)
    # Its end is the office's own moment, which sweeping by the machine's clock knows nothing of.
    desk.store.put(Thing(KIND, waits.digest, json.dumps(said).encode(), waits.order.officer))


def get(desk: Desk, digest: str) -> Waiting | None:
    """The order of this name, if it waits still."""
    thing = desk.store.get(KIND, digest)
    return None if thing is None else _in_date(desk, _read(thing))


def sweep(desk: Desk) -> None:
    """Take away those whose end has come, and tell whoever asked for them."""
    for thing in desk.store.of(KIND):
        waits = _read(thing)
        if _in_date(desk, waits) is None:
            _end(desk, waits.digest, "ended")


def hold(desk: Desk, digest: str) -> Waiting | None:
    """The order that waits; None where it has landed already, so that signing again is a repeat.

    Raises:
        UnknownError: it was withdrawn, or has ended.
    """
    found = get(desk, digest)
    if found is None:
        with desk.bureau.books.view() as view:
            landed_ = view.orders.get(digest) is not None
        if not landed_:
            raise UnknownError(
                "this order waits for nobody any more",
                hint="It was withdrawn, or has ended; look at what waits.",
            )
    return found


def every(desk: Desk) -> list[Waiting]:
    """All that wait, the oldest first; not those whose end has come."""
    found = [_in_date(desk, _read(thing)) for thing in desk.store.of(KIND)]
    return sorted((one for one in found if one is not None), key=lambda one: one.order.signed_at)


def landed(desk: Desk, digest: str) -> None:
    """Take away what landed with its second, and tell whoever asked for it."""
    _end(desk, digest, "done")


def withdraw(desk: Desk, digest: str) -> None:
    """Take away what its first person takes back."""
    _end(desk, digest, "withdrawn")


def last_number(desk: Desk, person: str) -> int:
    """The highest number of this person's orders that wait; 0 where none does.

    A further order takes a later one, for these are spent once they land.
    """
    return max((_read(one).order.number for one in desk.store.of(KIND, person)), default=0)


def packed(signed: SignedOrder) -> dict[str, str]:
    """A signed order as JSON has it."""
    return {"body": canonical.encode_bytes(signed.body), "signature": signed.signature}


def unpacked(said: Mapping[str, str]) -> SignedOrder:
    """A signed order out of JSON."""
    return SignedOrder(canonical.decode_bytes(said["body"]), said["signature"])


def _end(desk: Desk, digest: str, how: str) -> None:
    thing = desk.store.take(KIND, digest)
    if thing is None:
        return  # of several who end it at once, one tells
    waits = _read(thing)
    taker = TAKERS.get(waits.takes)
    if taker is not None:
        taker(desk, waits, how)


def _in_date(desk: Desk, waits: Waiting) -> Waiting | None:
    return waits if waits.order.not_after >= desk.bureau.now() else None


def _read(thing: Thing) -> Waiting:
    said = json.loads(thing.data)
    return Waiting(
        unpacked(said["first"]),
        said["about"],
        canonical.decode_bytes(said["matter"]),
        said["labels"],
        said["then"],
        said["takes"],
        said["keeps"],
        said["refused"],
    )
