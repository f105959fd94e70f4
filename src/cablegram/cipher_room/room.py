"""The room itself: keys in memory, five verbs, and a check of every order before any of them.

Beside the books' own check the room holds orders against what it remembers in a file of
its own, so that books rolled back to an older day do not let an order be used again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cablegram.cipher_room import opening, printing, receipts, sealing
from cablegram.cipher_room.unlocked import Unlocked
from cablegram.errors import OrderError
from cablegram.ledger import log
from cablegram.wire import canonical

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cablegram.bureau import Bureau
    from cablegram.model.orders import SignedOrder
    from cablegram.ports import Ledger, RoomMemory
    from cablegram.sealing.keys import OfficeKeys


class CipherRoom:
    """``ports.Room`` in this process."""

    def __init__(
        self, bureau: Bureau, keys: OfficeKeys, memory: RoomMemory, ledger: Ledger
    ) -> None:
        self._in = Unlocked(bureau, keys, ledger)
        self._memory = memory
        self._since = bureau.now()

    def seal(self, draft: str, orders_: Sequence[SignedOrder]) -> Mapping[str, object]:
        """Number, sign and seal a released draft; a repeat gives the same telegram."""
        self._admit(orders_)
        result = sealing.seal(draft, orders_, self._in)
        self._spend(orders_)
        return result

    def open(self, digest: str, orders_: Sequence[SignedOrder]) -> Mapping[str, object]:
        """Open one envelope of the incoming tray, enter it and allot its copies."""
        self._admit(orders_)
        result = opening.open(digest, orders_, self._in)
        self._spend(orders_)
        return result

    def print(self, telegram: str, orders_: Sequence[SignedOrder]) -> Mapping[str, object]:
        """Print the telegram's allotted copies; a repeat takes up where the run stopped."""
        self._admit(orders_)
        result = printing.print_copies(telegram, orders_, self._in)
        self._spend(orders_)
        return result

    def sign_receipt(self, digest: str) -> Mapping[str, object]:
        """Sign one owed receipt or transmittal whose leaf is under a head, and lay it out."""
        self._admit(())
        return receipts.sign(digest, self._in)

    def status(self) -> Mapping[str, object]:
        """Whether it is unlocked, for which office, and since when."""
        return {"office": self._in.bureau.name, "state": "unlocked", "since": self._since}

    def _admit(self, signed: Sequence[SignedOrder]) -> None:
        """Refuse books older than the room has seen, and orders spent on books since lost.

        Raises:
            OrderError: with what to do.
        """
        with self._in.bureau.books.view() as view:
            head = view.head.get(log.HEAD)
            size = 0 if head is None else head.size
            if size < self._memory.head():
                raise OrderError(
                    f"the books have a head of {size} entries, and the room has seen "
                    f"{self._memory.head()}",
                    hint="The books are an old backup: restore newer ones before anything else.",
                )
            for order in signed:
                digest = canonical.digest(order.body)
                if self._memory.spent(digest) and view.orders.get(digest) is None:
                    raise OrderError(
                        "the room has carried out this order, and the books do not know it",
                        hint="The books are an old backup: restore newer ones before anything.",
                    )
        self._memory.see(size)

    def _spend(self, signed: Sequence[SignedOrder]) -> None:
        for order in signed:
            self._memory.spend(canonical.digest(order.body))
