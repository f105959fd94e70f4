"""The room's frames: a request, and the answer or refusal to it (docs/spec/room-socket.md).

Bytes only; ``cipher_room.process`` serves them and ``wiring.desk`` sends them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cablegram import errors
from cablegram.errors import CablegramError, MalformedError, RoomError
from cablegram.model.orders import SignedOrder
from cablegram.model.text import unclean
from cablegram.wire import canonical, fields

if TYPE_CHECKING:
    from collections.abc import Mapping

FRAME_MAX: Final = canonical.DOCUMENT_MAX
LENGTH_SIZE: Final = 4
ORDERS_MAX: Final = 4
ABOUT_MAX: Final = 100
VERBS: Final = ("seal", "open", "print", "sign_receipt", "status", "lock")

_REQUEST = "room-request"
_REPLY = "room-reply"
_HINT = "Use the same version of Cablegram on both sides."


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked: the verb, the digest or handle it is about, and the signed orders."""

    verb: str
    about: str = ""
    orders: tuple[SignedOrder, ...] = ()

    def __post_init__(self) -> None:
        fields.one_of(self.verb, "the room's verb", VERBS)
        fields.line(self.about, "what the room is asked about", most=ABOUT_MAX, empty=True)
        fields.few(self.orders, "the room's request", ORDERS_MAX)


def frame(body: bytes) -> bytes:
    """The body after its length.

    Raises:
        MalformedError: longer than a frame may be.
    """
    if len(body) > FRAME_MAX:
        raise MalformedError(
            "a frame of {body} bytes is too long", hint="Ask for less at a time.", body=len(body)
        )
    return len(body).to_bytes(LENGTH_SIZE, "big") + body


def length(prefix: bytes) -> int:
    """The length that a prefix announces.

    Raises:
        MalformedError: no prefix, nothing, or more than a frame may have.
    """
    announced = int.from_bytes(prefix, "big")
    if len(prefix) != LENGTH_SIZE or not 0 < announced <= FRAME_MAX:
        raise MalformedError("a frame has no proper length", hint=_HINT)
    return announced


def encode_request(request: Request) -> bytes:
    """The request's body."""
    orders = [
        {"body": canonical.encode_bytes(order.body), "signature": order.signature}
        for order in request.orders
    ]
    return canonical.encode(
        {
            "format": fields.format_name(_REQUEST),
            "verb": request.verb,
            "about": request.about,
            "orders": orders,
        }
    )


def decode_request(body: bytes) -> Request:
    """Read a request.

    Raises:
        MalformedError: another format, version, verb or spelling.
    """
    read = fields.read(body, _REQUEST)
    orders = []
    for entry in read.each("orders"):
        orders.append(SignedOrder(entry.data("body"), entry.text("signature")))
        entry.done()
    request = Request(read.text("verb"), read.text("about"), tuple(orders))
    read.done()
    return request


def encode_answer(answer: Mapping[str, object]) -> bytes:
    """The body of an answer."""
    return canonical.encode({"format": fields.format_name(_REPLY), "answer": dict(answer)})


def encode_refusal(error: CablegramError) -> bytes:
    """The body of a refusal, under the nearest class that ``errors`` names."""
    name = next(c.__name__ for c in type(error).__mro__ if c.__module__ == errors.__name__)
    sentences = {"what": str(error), "hint": error.hint, "kept": error.kept}
    refusal = {"class": name, **{part: _said(text) for part, text in sentences.items()}}
    return canonical.encode({"format": fields.format_name(_REPLY), "refusal": refusal})


def decode_reply(body: bytes) -> dict[str, canonical.Value]:
    """The answer of a reply.

    Raises:
        CablegramError: the refusal, as the class that it was on the other side.
        MalformedError: another format, version or spelling.
    """
    match canonical.decode(body, what="the room's reply"):
        case {"format": "cablegram/room-reply/v1", "answer": dict(answer), **rest} if not rest:
            return answer
        case {
            "format": "cablegram/room-reply/v1",
            "refusal": {
                "class": str(name),
                "what": str(what),
                "hint": str(hint),
                "kept": str(kept),
                **more,
            },
            **rest,
        } if not rest and not more:
            raise _class(name)(what, hint=hint, kept=kept)
    raise MalformedError("the room's reply is not a reply of version 1", hint=_HINT)


def _said(text: str) -> str:
    """A sentence as a frame can carry it: what is not clean is spelled out."""
    return text if unclean(text) is None else ascii(text)[1:-1]


def _class(name: str) -> type[CablegramError]:
    found = getattr(errors, name, RoomError)
    is_ours = isinstance(found, type) and issubclass(found, CablegramError)
    return found if is_ours else RoomError
