"""Orders that wait for their second person (docs/spec/seconds.md)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse, Response

from cablegram.desk import asked, parts, waiting
from cablegram.desk.acting import offers, wording
from cablegram.desk.frame import asker
from cablegram.desk.rendering import render
from cablegram.errors import CablegramError, OrderError, UnknownError
from cablegram.model.orders import act_named
from cablegram.registry import foresee
from cablegram.wiring import ordering

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

    from cablegram.desk.frame import Desk
    from cablegram.desk.waiting import Waiting
    from cablegram.model.orders import Order


@dataclass(frozen=True, slots=True)
class Shown:
    """One order as it is shown: by whom, what, about which copies, until when, what forbids it."""

    digest: str
    person: str
    act: str
    copies: Sequence[str]
    facts: Sequence[tuple[str, str, str]]
    at: str
    until: str
    refused: CablegramError | None


async def show(request: Request, desk: Desk) -> Response:
    """What waits: to be signed second by whoever looks, and what they signed first themselves."""
    person = asker(request).person
    found = [_shown(desk, one) for one in waiting.every(desk)]
    mine = [one for one in found if one.person == person]
    others = [one for one in found if one.person != person]
    return render(request, desk, "seconds.html", mine=mine, others=others)


async def sign(request: Request, desk: Desk) -> Response:
    """Ask whoever is logged in to sign second."""
    person, waits = asker(request).person, _waiting(request, desk)
    first = waits.order
    if first.officer == person:
        raise OrderError(
            "{person} signed this first, and one person with two keys is one person",
            hint="Have somebody else sign second.",
            person=person,
        )
    key = str(asked.signing_key(desk, person)["digest"])
    order = ordering.unsigned(
        desk.bureau, person, key, first.act, first.subjects, first.facts, waits.digest
    )
    part = parts.Part(order, waits.about, waits.matter, first=waits.first)
    then = waiting.PATH
    return asked.sign_parts(request, desk, [part], labels=waits.labels, then=then)


async def withdraw(request: Request, desk: Desk) -> Response:
    """Take an order back before a second signs it: only its first person does."""
    person, waits = asker(request).person, _waiting(request, desk)
    if waits.order.officer != person:
        raise OrderError(
            "{officer} signed this, and {officer} alone withdraws it",
            hint="Leave it: it ends by itself.",
            officer=waits.order.officer,
        )
    waiting.withdraw(desk, waits.digest)
    waiting.sweep(desk)
    return RedirectResponse(waiting.PATH, 303)


def _waiting(request: Request, desk: Desk) -> Waiting:
    found = waiting.hold(desk, request.path_params["order"])
    if found is None:
        raise UnknownError("this order was seconded, and is done", hint="Look at what waits still.")
    return found


def _shown(desk: Desk, waits: Waiting) -> Shown:
    order = waits.order
    return Shown(
        digest=waits.digest,
        person=order.officer,
        act=offers.NAMES.get(order.act) or act_named(order.act),
        copies=[waits.labels.get(subject.handle, subject.handle) for subject in order.subjects],
        facts=wording.facts(order.facts),
        at=order.signed_at,
        until=order.not_after,
        refused=_refused(desk, order, waits),
    )


def _refused(desk: Desk, order: Order, waits: Waiting) -> CablegramError | None:
    """What forbids it as the books stand now; asked as if it were signed now."""
    try:
        foresee(replace(order, seconds=""), desk.bureau, matter=waits.matter)
    except CablegramError as error:
        return error
    return None
