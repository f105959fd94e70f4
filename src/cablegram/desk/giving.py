"""Giving signed orders: to the registry, or to the room where the act is the room's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cablegram import registry
from cablegram.errors import CablegramError
from cablegram.model.acts import Act
from cablegram.model.orders import OfficeAct
from cablegram.wire import order as order_format

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cablegram.desk.frame import Desk
    from cablegram.model.orders import SignedOrder

ROOM_VERBS: Final[Mapping[str, str]] = {
    OfficeAct.RELEASE.value: "seal",
    OfficeAct.OPEN.value: "open",
    OfficeAct.READ_NOTE.value: "open",
    OfficeAct.READ_DRAFT.value: "open",
    Act.PRINT.value: "print",
}
"""Acts that the cipher room carries out, and the verb it is asked by."""


@dataclass(frozen=True, slots=True)
class Given:
    """What came of an order: what the room or the registry answered; whether it was done before."""

    act: str
    order: str
    copies: tuple[str, ...]
    answer: Mapping[str, object]
    repeat: bool


def give(
    desk: Desk, signed: Sequence[SignedOrder], *, about: str = "", matter: bytes = b""
) -> Given:
    """Have an order (and the one that seconds it) carried out, and put a head over it.

    ``about`` is what a verb of the room is about: a draft, an envelope, a telegram.

    Raises:
        CablegramError: refused, in its three sentences.
    """
    order = order_format.decode(signed[0].body)
    digest = order_format.digest(signed[0].body)
    if order.act in ROOM_VERBS:
        answer = desk.office.room.ask(ROOM_VERBS[order.act], about, signed)
        return Given(order.act, digest, (), answer, bool(answer.get("repeat")))
    done = registry.perform(signed, desk.bureau, matter=matter)
    try:
        desk.office.head()
    except CablegramError as error:
        error.kept = "The order was carried out and is in the books; no signed head covers it."
        raise
    repeat = isinstance(done, registry.Repeat)
    came = done.done if isinstance(done, registry.Repeat) else done
    return Given(order.act, digest, came.copies, {"answer": came.answer}, repeat)
