"""Matters: what the office has settled, each with a ledger subject of its own.

A matter is named (``series/T``, ``cover/Filippov``, ``correspondent/beijing``).  Its leaves are
the orders about it, oldest first, so that what stands is what the newest one says; rows in
the books are a convenience, held to it wherever a rule stands on them (docs/spec/roles.md).
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from cablegram.errors import LedgerError, OrderError
from cablegram.ledger import log
from cablegram.model.orders import OfficeAct
from cablegram.model.records import Setting
from cablegram.registry import entries, grounds, proving
from cablegram.registry.reading import every, last
from cablegram.sentences import sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cablegram.bureau import Bureau
    from cablegram.model.orders import Order
    from cablegram.ports import Page, Shelves
    from cablegram.registry.orders import Given

SUBJECT = "subject"
_PROVED_MAX = 4096
_HANDLE_DIGITS = 32

_NAMED: Mapping[str, Callable[[Mapping[str, str | int]], str]] = {
    OfficeAct.SETTLE.value: lambda facts: str(facts["name"]),
    OfficeAct.PROXY.value: lambda facts: f"proxy/{facts['holder']}/{facts['person']}",
    OfficeAct.UNPROXY.value: lambda facts: f"proxy/{facts['holder']}/{facts['person']}",
    OfficeAct.UNWAIVE.value: lambda facts: f"waiver/{facts['number']}",
}
"""Orders that say themselves which matter they are about."""

_proved: dict[tuple[str, bytes, str, str], Order] = {}
"""Orders proved before, by origin, leaf and what lay beside it: what was ordered stays ordered."""


def subject(page: Page, bureau: Bureau) -> str:
    """The office's own ledger handle, drawn on the first page that needs it."""
    row = page.settings.get(SUBJECT)
    if row is None:
        row = Setting(SUBJECT, bureau.handle().encode())
        page.settings.add(row)
    return row.value.decode()


def handle(page: Shelves, name: str) -> str:
    """The ledger handle of a matter: nobody without the books can tell it from a random one."""
    row = page.settings.get(SUBJECT)
    ours = b"" if row is None else row.value
    return sha256(ours + b"\x00" + name.encode()).hexdigest()[:_HANDLE_DIGITS]


def enter(page: Page, given: Given, name: str, bureau: Bureau, *, office: str = "") -> int:
    """The leaf of an order about a matter; gives its index."""
    subject(page, bureau)
    return entries.enter_order(
        page,
        given,
        bureau,
        kind=entries.OFFICE,
        subject=handle(page, name),
        office=office,
        numbers=name,
    )


def newest(page: Shelves, name: str, bureau: Bureau) -> Order | None:
    """The newest order about a matter, proved; None where nothing was ordered about it.

    Raises:
        OrderError: the books say one was, and the ledger does not.
    """
    leaf = last(page.leaves, "subject", handle(page, name))
    return None if leaf is None else _order(page, leaf.index, name, bureau)


def all_of(page: Shelves, name: str, bureau: Bureau) -> list[Order]:
    """Every order about a matter, oldest first, each proved."""
    return [
        _order(page, leaf.index, name, bureau)
        for leaf in every(page.leaves, "subject", handle(page, name))
    ]


def hold(page: Shelves, name: str, value: str, bureau: Bureau) -> None:
    """Hold what the books have settled under a name to the newest order about it.

    Raises:
        OrderError: nobody ordered that.
    """
    order = newest(page, name, bureau)
    if order is None or order.facts.get("value") != value:
        raise by_hand(sentence("what is settled as {name}", name=name))


def by_hand(what: str) -> OrderError:
    """The refusal of a row that stands on no order."""
    return OrderError(
        "{what} is in the books, and no order on the ledger says so",
        hint="Settle it again by a signed order, and run `cablegram audit`: a row was written "
        "by hand.",
        what=what,
    )


def _order(page: Shelves, index: int, name: str, bureau: Bureau) -> Order:
    leaf = page.leaves.get(index)
    entry = None if leaf is None else entries.proved(page, leaf, bureau)
    if leaf is None or entry is None:
        raise by_hand(sentence("what is settled as {name}", name=name))
    if not log.is_covered(page, leaf):
        try:
            grounds.hold(page, leaf, bureau)
        except LedgerError as exc:
            raise by_hand(sentence("what is settled as {name}", name=name)) from exc
    key = (bureau.origin, leaf.leaf, entry.order, name)
    order = _proved.get(key)
    if order is None:
        order, _ = proving.prove_order(
            page, entry.order, bureau, index=index, what=f"what is settled as {name}"
        )
        about = _NAMED.get(order.act)
        if about is not None and about(order.facts) != name:
            raise by_hand(sentence("what is settled as {name}", name=name))
        if len(_proved) >= _PROVED_MAX:
            _proved.clear()
        _proved[key] = order
    return order
