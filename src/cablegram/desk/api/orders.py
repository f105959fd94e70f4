"""Signed orders from elsewhere, and what an order must know before it is signed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from anyio import CapacityLimiter, to_thread
from starlette.responses import Response

from cablegram.answers import rows
from cablegram.desk.api import asking
from cablegram.desk.frame import asker
from cablegram.errors import MalformedError
from cablegram.model.acts import RULES, Act
from cablegram.model.orders import SignedOrder
from cablegram.registry import returns, roster, serving
from cablegram.wire import canonical
from cablegram.wire import order as order_format
from cablegram.wiring import ordering
from cablegram.wiring.giving import BY_ROOM, SIGNED_MAX, carry_out

if TYPE_CHECKING:
    from starlette.requests import Request

    from cablegram.desk.frame import Desk
    from cablegram.model.custody import Copy
    from cablegram.ports import Shelves

MATTER_MAX: Final = 1 << 20
SIGNATURE_MAX: Final = 16_384
ROOM_AT_ONCE: Final = 4
ORDERS_AT_ONCE: Final = 8
_ROOM: Final = CapacityLimiter(ROOM_AT_ONCE)
_BOOKS: Final = CapacityLimiter(ORDERS_AT_ONCE)


async def give(request: Request, desk: Desk) -> Response:
    """Carry out one signed order; whoever brings it is nobody, its signatures say who orders."""
    said = await asking.body(request)
    given = asking.taken(said, "orders", list)
    matter = _data(asking.taken(said, "matter", str, ""), MATTER_MAX)
    asking.done(said)
    if not 1 <= len(given) <= SIGNED_MAX:
        raise MalformedError("give one order, and one that seconds it", hint="Sign them again.")
    signed = [_signed(one) for one in given]
    # The room takes its time, and a page waits for the disk: neither is waited for here, and
    # what waits for the room keeps no other order and no file from its turn.
    turn = _ROOM if order_format.decode(signed[0].body).act in BY_ROOM else _BOOKS
    done = await to_thread.run_sync(carry_out, desk.office, signed, matter, limiter=turn)
    with desk.bureau.books.view() as view:
        found = [view.copies.get(handle) for handle in done.copies]
        copies = [rows.copy(view, copy) for copy in found if copy is not None]
    return asking.answer(
        {
            "order": done.order,
            "act": done.act,
            "person": done.person,
            "copies": copies,
            "answer": done.answer,
            "repeat": int(done.repeat),
            "room": dict(done.room),
            "size": done.size,
        }
    )


async def moment(request: Request, desk: Desk) -> Response:
    """The office's moment: its clock may be one of its own."""
    asking.known(request, ())
    return Response(f"{desk.bureau.now()}\n", media_type="text/plain")


async def following(request: Request, desk: Desk) -> Response:
    """What the next order of whoever asks stands on: their number, the head, the moment."""
    asking.known(request, ())
    person = asker(request).person
    number, head = ordering.standing(desk.bureau, person)
    return asking.answer(
        {
            "office": desk.bureau.name,
            "origin": desk.bureau.origin,
            "person": person,
            "number": number,
            "now": desk.bureau.now(),
            "head": {"size": head.size, "root": canonical.encode_bytes(head.root)},
        }
    )


async def named(request: Request, desk: Desk) -> Response:
    """The copies that names mean for an act, and the persons that words mean."""
    asking.known(request, ("name", "act", "person"))
    act = _act(asking.text(request, "act", needed=True))
    names, words = asking.texts(request, "name"), asking.texts(request, "person")
    with desk.bureau.books.view() as view:
        copies = serving.copies(view, names, act)
        said: dict[str, object] = {
            "copies": [rows.copy(view, copy) for copy in copies],
            "persons": [roster.meant(view, word) for word in words],
            **_proposed(view, copies, act, desk),
        }
    return asking.answer(said)


def _proposed(view: Shelves, copies: list[Copy], act: Act, desk: Desk) -> dict[str, object]:
    """By when and to where copies come back at the latest, where they are issued."""
    if act is not Act.ISSUE or not copies:
        return {"due_at": "", "return_to": ""}
    latest = [returns.latest(view, copy, desk.bureau.now(), desk.bureau) for copy in copies]
    return {"due_at": min(at for at, _ in latest), "return_to": latest[0][1]}


def _act(text: str) -> Act:
    found = {act.value: act for act in Act if RULES[act].sources}
    if text not in found:
        raise MalformedError(
            "there is no act {act!r} on copies", hint="See docs/spec/custody.md.", act=text[:40]
        )
    return found[text]


def _signed(one: Any) -> SignedOrder:
    if not isinstance(one, dict):
        raise MalformedError("an order is not an object", hint="Give body and signature.")
    said = dict(one)
    body = _data(asking.taken(said, "body", str), canonical.DOCUMENT_MAX)
    signature: str = asking.taken(said, "signature", str)
    asking.done(said)
    if len(signature) > SIGNATURE_MAX:
        raise MalformedError("a signature is too long", hint="Give the SSHSIG as text.")
    return SignedOrder(body, signature)


def _data(text: str, most: int) -> bytes:
    """Bytes out of base64url, no more than so many."""
    if len(text) > most * 4 // 3 + 4:
        raise MalformedError("the body has more than may be given at once", hint="Give less.")
    return canonical.decode_bytes(text)
