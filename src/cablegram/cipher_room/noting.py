"""Noting: a sealed note is read back on a signed order, once (docs/spec/note.md).

The entry first, the words second: a crash between the two leaves an entry of a reading that
did not happen, which costs a new order; the other way round somebody has read unseen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cablegram.cipher_room.unlocked import given_for, name_of
from cablegram.errors import OrderError
from cablegram.model.orders import OfficeAct
from cablegram.registry import notes
from cablegram.registry import orders as registry_orders
from cablegram.sealing import age
from cablegram.wire import note as note_format
from cablegram.wire import order as order_format

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cablegram.cipher_room.unlocked import Unlocked
    from cablegram.model.orders import SignedOrder

_SUFFIXES = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg", "image/tiff": "tif"}


def asked(signed: Sequence[SignedOrder]) -> bool:
    """Whether these orders are to read a note.

    Raises:
        MalformedError: the first is no order.
    """
    return bool(signed) and order_format.decode(signed[0].body).act == OfficeAct.READ_NOTE


def page_of(digest: str, signed: Sequence[SignedOrder]) -> str:
    """The key of the page on which these orders read this note."""
    return f"note {digest} {name_of(signed)}"


def read(digest: str, signed: Sequence[SignedOrder], room: Unlocked) -> Mapping[str, object]:
    """Read the note of this digest.

    Raises:
        UnknownError: no act has named such a note.
        OrderError: the order is for something else, or has been used.
        SealError, MalformedError: it does not open, or is no note.
    """
    bureau = room.bureau
    with bureau.books.view() as view:
        given_for(view, signed, bureau, OfficeAct.READ_NOTE.value, note=digest)
        row = notes.find(view, digest)
        used = view.pages.get(page_of(digest, signed)) is not None
    if used:
        raise _used()
    sealed = bureau.blobs.get(digest)
    note = note_format.decode(age.decrypt(sealed, room.keys.identities()))
    with bureau.books.page(page_of(digest, signed)) as page:
        if page.repeated is not None:
            raise _used()
        given = registry_orders.check(page, signed, bureau)
        notes.enter_reading(page, row, given, bureau)
    room.head()
    answer = {"media_type": note.media_type, "words": "", "file": ""}
    if note.media_type == note_format.WORDS:
        return {**answer, "words": note.words()}
    suffix = _SUFFIXES.get(note.media_type, "bin")
    name = f"note-{digest.removeprefix('sha256:')[:16]}.{suffix}"
    return {**answer, "file": bureau.paper.put(name, note.data)}


def _used() -> OrderError:
    return OrderError(
        "this order has read its note already", hint="Sign a new order to read it again."
    )
