"""Orders before they are signed: who orders what, under their next number, on the newest head.

Whoever holds the person's key signs the bytes: a tool on this machine, or a browser.
"""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from cablegram.ledger import log
from cablegram.model.orders import Head, Order, Subject
from cablegram.model.times import instant, moment
from cablegram.registry.reading import last

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cablegram.bureau import Bureau
    from cablegram.model.acts import Fact
    from cablegram.model.custody import Copy
    from cablegram.ports import Shelves

GOOD_FOR: Final = timedelta(days=1)
"""How long a signed order may be given."""


def subjects(copies: Iterable[Copy]) -> tuple[Subject, ...]:
    """Copies as an order names them, as they stand now."""
    return tuple(Subject(copy.handle, copy.seq) for copy in copies)


def unsigned(
    bureau: Bureau,
    person: str,
    key: str,
    act: str,
    about: Sequence[Subject] = (),
    facts: Mapping[str, Fact] | None = None,
    seconds: str = "",
) -> Order:
    """An order of this person, to be signed by the key of this digest; good for a day."""
    now = bureau.now()
    number, head = standing(bureau, person)
    return Order(
        act=act,
        office=bureau.name,
        origin=bureau.origin,
        subjects=tuple(about),
        facts=dict(facts or {}),
        officer=person,
        key=key,
        number=number,
        signed_at=now,
        not_after=moment(instant(now) + GOOD_FOR),
        head=head,
        seconds=seconds,
    )


def standing(bureau: Bureau, person: str) -> tuple[int, Head]:
    """What the next order of a person stands on: their number for it, and the newest head."""
    with bureau.books.view() as view:
        return _next_number(view, person), _head(view)


def _next_number(view: Shelves, person: str) -> int:
    newest = last(view.orders, "officer", person)
    return 1 if newest is None else newest.number + 1


def _head(view: Shelves) -> Head:
    head = view.head.get(log.HEAD)
    return Head(0, sha256().digest()) if head is None else Head(head.size, head.root)
