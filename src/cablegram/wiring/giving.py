"""Orders that were signed elsewhere: carried out here as the command line does (docs/spec/api.md).

Whoever hands them in is nobody: the signatures say who orders.  They are looked at before
anything else, so that a stranger neither writes a line in the log of denials nor takes the
books' turn to write.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from cablegram import registry
from cablegram.errors import CablegramError, OrderError, RoomError, UnknownError
from cablegram.model.acts import Act
from cablegram.model.orders import OfficeAct, act_named
from cablegram.model.screens import BROWSER
from cablegram.registry import proving
from cablegram.registry.performing import Repeat
from cablegram.wire import canonical
from cablegram.wire import order as order_format
from cablegram.wire.room import ABOUT_MAX

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cablegram.model.orders import Order, SignedOrder
    from cablegram.ports import Shelves
    from cablegram.wiring.desk import Office

SIGNED_MAX: Final = 2
"""The first and the second person's."""

READS: Final = frozenset({OfficeAct.READ_NOTE.value, OfficeAct.READ_DRAFT.value})
"""Acts whose answer is a text, unless it is sealed to who reads it: no desk may have one."""

BY_ROOM: Final = READS | {OfficeAct.RELEASE.value, OfficeAct.OPEN.value, Act.PRINT.value}
"""Acts that are the cipher room's to carry out."""

_NAMED: Final = {
    OfficeAct.RELEASE.value: "draft",
    OfficeAct.READ_DRAFT.value: "draft",
    OfficeAct.OPEN.value: "sealed",
}
"""The fact that says what the room is asked about."""

_UNCOVERED = "The order was carried out and is in the books; no signed head covers it."


@dataclass(frozen=True, slots=True)
class CarriedOut:
    """What came of an order: its digest, who gave it, the copies it moved, what it answers.

    ``room`` is the cipher room's answer where it was the room's to carry out, without the places
    of files on this machine.  ``size`` is that of the signed head over it.
    """

    order: str
    person: str
    act: str
    copies: tuple[str, ...]
    answer: str
    repeat: bool = False
    room: Mapping[str, object] = field(default_factory=dict)
    size: int = 0


def carry_out(office: Office, signed: Sequence[SignedOrder], matter: bytes = b"") -> CarriedOut:
    """Carry out one signed order, and put a signed head over it; the same again is a repeat.

    ``matter`` is what the order names by digest, as ``registry.perform`` takes it.

    Raises:
        OrderError: a signature is not that of a key of its officer; nothing was written.
        RoomError: the room is locked, or a text would come through the desk.
        CablegramError: as ``registry.perform`` and the room refuse.
    """
    first = vouch(office, signed)
    done = (
        _by_room(office, first, signed)
        if first.act in BY_ROOM
        else _by_registry(office, first, signed, matter)
    )
    try:
        head = office.head()
    except CablegramError as error:
        error.kept = _UNCOVERED
        raise
    return replace(done, size=head.size)


def vouch(office: Office, signed: Sequence[SignedOrder]) -> Order:
    """The first order, if each is signed by a key that this office knows as its officer's.

    Whether they are in post still, and may, is asked where it lands: an order that landed while
    they were is a repeat for ever.

    Raises:
        OrderError: none, too many, or a signature of nobody here.
        MalformedError: the bytes are no order.
    """
    if not 1 <= len(signed) <= SIGNED_MAX:
        raise OrderError(
            "{signed} orders were given at once",
            hint="Give one, and one that seconds it.",
            signed=len(signed),
        )
    said = [order_format.decode(one.body) for one in signed]
    with office.bureau.books.view() as view:
        for order, one in zip(said, signed, strict=True):
            _vouch_one(view, order, one, office)
    return said[0]


def _vouch_one(view: Shelves, order: Order, signed: SignedOrder, office: Office) -> None:
    if order.officer == office.bureau.name:
        proving.check_office_signature(signed, office.bureau)
        return
    for row in view.officers.find("", order.officer):
        if row.key == order.key:
            proving.check_officer(row, order, signed)
            return
    raise OrderError(
        "no key of {officer} here is the one that signed",
        hint="Sign with the key that the chief put in post.",
        officer=order.officer,
    )


def _by_registry(
    office: Office, first: Order, signed: Sequence[SignedOrder], matter: bytes
) -> CarriedOut:
    came = registry.perform(signed, office.bureau, matter=matter)
    repeat = isinstance(came, Repeat)
    told = came.done if isinstance(came, Repeat) else came
    return CarriedOut(told.order, first.officer, first.act, told.copies, told.answer, repeat=repeat)


def _by_room(office: Office, first: Order, signed: Sequence[SignedOrder]) -> CarriedOut:
    sealed = first.act == OfficeAct.READ_DRAFT.value and first.facts.get("way") == BROWSER
    if first.act in READS and not sealed:
        raise RoomError(
            "{act} gives a text, and no text comes through the desk",
            hint="Read it at the office's own machine, with the command line.",
            act=act_named(first.act),
        )
    digest = canonical.digest(signed[0].body)
    with office.bureau.books.view() as view:
        repeat = view.orders.get(digest) is not None
        about = _about(view, first)
    # Neither view nor page is open while the room works: it writes pages of its own.
    match first.act:
        case OfficeAct.RELEASE.value:
            answer = dict(office.room.seal(about, signed))
        case OfficeAct.OPEN.value | OfficeAct.READ_DRAFT.value:
            answer = dict(office.room.open(about, signed))
        case _:
            answer = dict(office.room.print(about, signed))
    answer.pop("files", None)
    handles = tuple(subject.handle for subject in first.subjects)
    return CarriedOut(digest, first.officer, first.act, handles, "", repeat=repeat, room=answer)


def _about(view: Shelves, first: Order) -> str:
    """What the room is asked about: a draft, an envelope, or the telegram of the copies."""
    fact = _NAMED.get(first.act)
    if fact is not None:
        said = first.facts.get(fact)
        if not isinstance(said, str) or not said or len(said) > ABOUT_MAX:
            raise OrderError(
                "{act} was ordered without {need}",
                hint="Give {need}.",
                act=act_named(first.act),
                need=fact,
            )
        return said
    for subject in first.subjects[:1]:
        copy = view.copies.get(subject.handle)
        if copy is not None and copy.telegram:
            return copy.telegram
    raise UnknownError(
        "the order names no copy that is to be printed", hint="Name the copies of one telegram."
    )
