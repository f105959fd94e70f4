"""Denials: every order that was refused, kept on a page of its own.

A refusal changes nothing else.  What stands in the log is what the order says of itself and
the refusal's first sentence; where the signature did not hold, the officer is only claimed.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from cablegram.errors import CablegramError, MalformedError, StorageError
from cablegram.model.records import Denial
from cablegram.registry.reading import last
from cablegram.wire import canonical
from cablegram.wire import order as order_format

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cablegram.bureau import Bureau
    from cablegram.model.orders import SignedOrder

WORDS_MAX = 500


@contextmanager
def logged(signed: Sequence[SignedOrder], bureau: Bureau) -> Iterator[None]:
    """What is refused inside gets one entry in the log; a fault of storage is no refusal.

    The books may be what is wrong: a log that cannot be written does not hide the refusal.
    """
    try:
        yield
    except StorageError:
        raise
    except CablegramError as error:
        with suppress(StorageError):
            note(signed, error, bureau)
        raise


def note(signed: Sequence[SignedOrder], error: CablegramError, bureau: Bureau) -> Denial | None:
    """Write one denial, durable when it returns; nothing where the bytes are no order."""
    try:
        order = order_format.decode(signed[0].body)
    except (MalformedError, IndexError):
        return None
    with bureau.books.page("") as page:
        before = last(page.denials)
        denial = Denial(
            number=1 if before is None else before.number + 1,
            at=bureau.now(),
            order_digest=canonical.digest(signed[0].body),
            officer=order.officer,
            act=order.act,
            refused=type(error).__name__,
            words=str(error)[:WORDS_MAX],
        )
        page.denials.add(denial)
    return denial
