"""The room itself: keys in memory, five verbs, and a check of every order before any of them.

Beside the books' own check the room holds orders against what it remembers in a file of
its own, so that books rolled back to an older day do not let an order be used again.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from cablegram.cipher_room import noting, opening, printing, receipts, reviewing, sealing
from cablegram.cipher_room.unlocked import Unlocked
from cablegram.errors import OrderError
from cablegram.ledger import log
from cablegram.registry import denials, proving, restoring
from cablegram.wire import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

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
        with self._admitted(orders_, sealing.page_of(orders_), sends=True):
            return sealing.seal(draft, orders_, self._in)

    def open(self, digest: str, orders_: Sequence[SignedOrder]) -> Mapping[str, object]:
        """Open one envelope of the incoming tray and enter it, or read a note or a draft."""
        if noting.asked(orders_):
            with self._admitted(orders_, noting.page_of(digest, orders_)):
                return noting.read(digest, orders_, self._in)
        if reviewing.asked(orders_):
            with self._admitted(orders_, reviewing.page_of(digest, orders_)):
                return reviewing.read(digest, orders_, self._in)
        with self._admitted(orders_, opening.page_of(digest, orders_)):
            return opening.open(digest, orders_, self._in)

    def print(self, telegram: str, orders_: Sequence[SignedOrder]) -> Mapping[str, object]:
        """Print the telegram's allotted copies; a repeat takes up where the run stopped."""
        with self._admitted(orders_, printing.page_of(orders_)):
            return printing.print_copies(telegram, orders_, self._in)

    def sign_receipt(self, digest: str) -> Mapping[str, object]:
        """Sign one owed receipt or transmittal whose leaf is under a head, and lay it out."""
        with self._admitted((), sends=True):
            return receipts.sign(digest, self._in)

    def status(self) -> Mapping[str, object]:
        """Whether it is unlocked, for which office, and since when."""
        return {"office": self._in.bureau.name, "state": "unlocked", "since": self._since}

    @contextmanager
    def _admitted(
        self, signed: Sequence[SignedOrder], page: str = "", *, sends: bool = False
    ) -> Iterator[None]:
        """Admit the orders; afterwards, however it ended, remember what the books have kept.

        ``page`` is the key of the page on which these orders are done.
        """
        with denials.logged(signed, self._in.bureau):
            yield from self._work(signed, page, sends=sends)

    def _work(self, signed: Sequence[SignedOrder], page: str, *, sends: bool) -> Iterator[None]:
        self._admit(signed, page)
        self._admit_restored(sends=sends)
        # A head over all that is there, before anything: books that the ledger would not sign
        # for are refused while nothing has been numbered, opened or printed.
        self._in.head()
        try:
            yield
        finally:
            self._remember(signed, page)

    def _admit(self, signed: Sequence[SignedOrder], page: str) -> None:
        """Refuse books older than the room has seen, and orders done on books since lost.

        Raises:
            OrderError: with what to do.
        """
        with self._in.bureau.books.view() as view:
            head = view.head.get(log.HEAD)
            is_done = view.pages.get(page) is not None
        size = 0 if head is None else head.size
        if size < self._memory.head():
            raise OrderError(
                "the books have a head of {size} entries, and the room has seen {head}",
                hint="The books are an old backup: restore newer ones before anything else.",
                size=size,
                head=self._memory.head(),
            )
        spent = any(self._memory.spent(canonical.digest(order.body)) for order in signed)
        if spent and not is_done:
            raise OrderError(
                "the room has carried out this order, and the books do not know it",
                hint="The books are an old backup: restore newer ones before anything.",
            )

    def _admit_restored(self, *, sends: bool) -> None:
        """Refuse books that do not know of a restore the room knows of, and sending after it.

        Raises:
            OrderError: the order to restore is not on the ledger of these books.
            CircuitError: the office was restored and sends nothing yet.
        """
        bureau, digest = self._in.bureau, self._memory.restored()
        with bureau.books.view() as view:
            kept = view.orders.get(digest) if digest else None
            known = [index for _, index in proving.restores(view, bureau)]
            if digest and (kept is None or kept.leaf_index not in known):
                raise OrderError(
                    "the room knows that the office was restored, and the books do not",
                    hint="A row was taken out of the books: compare them with the ledger.",
                )
            if sends:
                restoring.refuse_sending(view, bureau)

    def _remember(self, signed: Sequence[SignedOrder], page: str) -> None:
        """Remember the head, and orders that are done by the books.

        An order that came to nothing, or not to its end, stays unspent: it may be given again.
        """
        with self._in.bureau.books.view() as view:
            head = view.head.get(log.HEAD)
            is_done = view.pages.get(page) is not None
        self._memory.see(0 if head is None else head.size)
        for order in signed if is_done else ():
            self._memory.spend(canonical.digest(order.body))
