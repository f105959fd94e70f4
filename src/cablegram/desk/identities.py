"""The ask ``identity``: a reading key made in the browser, or given to a further passkey.

Its order ``enrol`` goes out with an empty recipient, which the page fills in; it comes back
signed, so that the desk needs to believe nothing (docs/spec/identity.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from cablegram.desk import asked, unlocking
from cablegram.desk.asked import Kept
from cablegram.desk.frame import asker
from cablegram.errors import MalformedError, OrderError
from cablegram.model.orders import OfficeAct
from cablegram.wire import canonical
from cablegram.wire import order as order_format
from cablegram.wiring import giving, ordering

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from cablegram.desk.frame import Desk

KIND: Final = "identity"
MAKE, ADD, SHEET = "make", "add", "sheet"
DO: Final = (MAKE, ADD, SHEET)


def ask(request: Request, desk: Desk, do: str, *, then: str) -> Response:
    """Send the browser to make a reading key, to give it to a passkey, or to print its sheet.

    Raises:
        MalformedError: something else is wanted.
        OrderError: they have no passkey to sign with, or no reading key yet.
    """
    person = asker(request).person
    if do not in DO:
        raise MalformedError("there is no such thing to do", hint="Use the page's own buttons.")
    standing = unlocking.recipient(desk, person)
    if do != MAKE and not standing:
        raise OrderError(
            "{person} has no reading key that a browser made",
            hint="Make one first.",
            person=person,
        )
    shown = {
        "kind": KIND,
        "language": request.state.language.tag,
        "office": desk.bureau.name,
        "person": person,
        "back": then,
        "do": do,
        "recipient": standing,
        "keys": unlocking.keys(desk, person),
        "wraps": unlocking.wraps(desk, person, standing),
        "orders": _orders(desk, person) if do == MAKE else [],
    }
    return asked.ask(desk, Kept(person, shown, then))


async def answer(desk: Desk, token: str, kept: Kept, said: Mapping[str, Any]) -> str:
    """Enrol what was signed, then keep the wraps: the sheet opens it if a crash comes between."""
    del token
    do, person = kept.shown["do"], kept.person
    known = [key["credential"] for key in kept.shown["keys"]]
    made = unlocking.read(said.get("wraps", []), known)
    if do == MAKE:
        _enrol(desk, kept, said)
    standing = unlocking.recipient(desk, person)
    if not standing or said.get("recipient") != standing:
        raise OrderError(
            "that is not the reading key of {person}",
            hint="Begin again at the desk.",
            person=person,
        )
    unlocking.keep(desk, person, made, standing)
    return kept.then


asked.KINDS[KIND] = answer


def _enrol(desk: Desk, kept: Kept, said: Mapping[str, Any]) -> None:
    signed = asked.signed_by_page(kept, said)
    order = order_format.decode(signed.body)
    facts = dict(order.facts)
    if order.act != OfficeAct.ENROL.value or facts.get("person") != kept.person:
        raise OrderError("this is not the order that was asked for", hint="Begin again.")
    giving.carry_out(desk.office, [signed])


def _orders(desk: Desk, person: str) -> list[str]:
    key = asked.signing_key(desk, person)
    facts = {"person": person, "recipient": ""}
    order = ordering.unsigned(
        desk.bureau, person, str(key["digest"]), OfficeAct.ENROL.value, (), facts
    )
    return [canonical.encode_bytes(order_format.encode(order))]
