"""A carrier in memory, which loses, repeats and reorders at will (docs/spec/carrier-folder.md)."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from cablegram.errors import CircuitError
from cablegram.model.names import office_id
from cablegram.ports import Item

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence


class MemoryCarrier:
    """What offices in one process hand each other.

    ``loses`` is asked about every item sent and ``repeats`` about every item cleared (it then
    lies there again); ``order`` puts what waits into order.  All three may be replaced.
    """

    def __init__(self) -> None:
        self.loses: Callable[[str, Item], bool] = lambda _to, _item: False
        self.repeats: Callable[[str, Item], bool] = lambda _to, _item: False
        self.order: Callable[[Sequence[Item]], Iterable[Item]] = lambda items: items
        self._items: dict[tuple[str, str, str], bytes] = {}

    def send(self, to: str, sender: str, data: bytes) -> None:
        """See ``ports.Carrier.send``."""
        item = Item(office_id(sender), sha256(data).hexdigest())
        if not self.loses(office_id(to), item):
            self._items[to, item.claimed, item.name] = bytes(data)

    def waiting(self, to: str) -> Iterator[Item]:
        """See ``ports.Carrier.waiting``; in ``order``, else by sender and name."""
        found = [Item(claimed, name) for place, claimed, name in sorted(self._items) if place == to]
        return iter(list(self.order(found)))

    def fetch(self, to: str, item: Item, most: int) -> bytes:
        """See ``ports.Carrier.fetch``."""
        data = self._items.get((to, item.claimed, item.name))
        if data is None or len(data) > most:
            what = "is gone" if data is None else f"is larger than {most} bytes"
            raise CircuitError(
                "an item that claims to be from {claimed!r} {what}",
                hint="Ask that office whether it sent it.",
                kept="The item stays where it is.",
                claimed=item.claimed,
                what=what,
            )
        return data

    def clear(self, to: str, item: Item) -> None:
        """See ``ports.Carrier.clear``."""
        if not self.repeats(to, item):
            self._items.pop((to, item.claimed, item.name), None)
