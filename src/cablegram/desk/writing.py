"""The ask ``seal``: a telegram is written, sealed and signed in the browser, never here.

What the page needs to offer (offices, series, levels) goes out; what comes back are files sealed to
keys that the desk has not, and the order ``draft`` that names the sealed draft (docs/spec/ask.md).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from cablegram.desk import asked
from cablegram.desk.asked import Kept, Reply
from cablegram.desk.frame import asker
from cablegram.errors import CablegramError, MalformedError, OrderError, UnknownError
from cablegram.model.levels import LADDER
from cablegram.model.orders import OfficeAct
from cablegram.registry import classifications, offices, readers, service, serving
from cablegram.registry.reading import every
from cablegram.wire import canonical
from cablegram.wire import order as order_format
from cablegram.wire.wording import ABOUT_ANOTHER, ATTACHMENT_SIZE_MAX, ATTACHMENTS_MAX
from cablegram.wiring import giving, ordering

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from cablegram.desk.frame import Desk
    from cablegram.ports import Shelves

KIND: Final = "seal"
GOOD_FOR: Final = timedelta(hours=12)
"""A telegram takes longer to write than an order to sign."""
SEALED_MAX: Final = ATTACHMENT_SIZE_MAX + (ATTACHMENT_SIZE_MAX >> 3)
"""A sealed file: with its padding, which is at most 12 in a hundred."""
LAID_MAX: Final = 2 * (ATTACHMENTS_MAX + 1)
"""Files sealed under one ask; twice as many as a draft can have, for whoever begins again."""
KINDS: Final = ("telegram", *sorted(ABOUT_ANOTHER))

_BEGINS: Final = b"age-encryption.org/v1\n"
_FACTS: Final = ("draft", "series", "level", "to")


def ask(request: Request, desk: Desk, *, kind: str, about: str, then: str) -> Response:
    """Send the browser to write a telegram; ``about`` is a number of the one it answers.

    Raises:
        OrderError: the person has no passkey to sign with.
        UnknownError: no telegram, or more than one, bears that number.
    """
    person = asker(request).person
    if kind not in KINDS:
        raise MalformedError("there is no such kind of letter", hint="Choose one of the list.")
    with desk.bureau.books.view() as view:
        letter = _letter(view, about) if about else ""
        choices = _choices(view, desk)
    if kind in ABOUT_ANOTHER and not letter:
        raise MalformedError(
            "a {kind} does not say which letter it is about", hint="Name its letter.", kind=kind
        )
    shown = {
        "kind": KIND,
        "language": request.state.language.tag,
        "office": desk.bureau.name,
        "person": person,
        "back": then,
        "orders": [_order(desk, person)],
        "keys": [_key(desk, person)],
        "draft_key": readers.draft_key(desk.bureau),
        "letter": kind,
        "reply_to": letter,
        "about": about,
        **choices,
    }
    return asked.ask(desk, Kept(person, shown, then, more={"laid": []}), good_for=GOOD_FOR)


def fresh(desk: Desk, kept: Kept) -> Kept:
    """The ask with its order on the newest head: the page asks once more before it signs."""
    return replace(kept, shown={**kept.shown, "orders": [_order(desk, kept.person)]})


def take(desk: Desk, kept: Kept, sealed: bytes) -> tuple[str, Kept]:
    """Keep a file that the page sealed.

    Raises:
        MalformedError: it is no sealed file, or too many were sent.
    """
    laid = list((kept.more or {}).get("laid", []))
    if not sealed.startswith(_BEGINS) or len(sealed) > SEALED_MAX:
        raise MalformedError("that is not a sealed file", hint="Write it anew at the desk.")
    if len(laid) >= LAID_MAX:
        raise MalformedError(
            "{most} files were sealed for this draft already",
            hint="Begin a new draft at the desk.",
            most=LAID_MAX,
        )
    digest = desk.bureau.blobs.put(sealed)
    return digest, replace(kept, more={**(kept.more or {}), "laid": [*laid, digest]})


async def answer(desk: Desk, token: str, kept: Kept, said: Mapping[str, Any]) -> str | Reply:
    """Record who drafted what lies here sealed."""
    del token
    signed = asked.signed_by_page(kept, said)
    facts = order_format.decode(signed.body).facts
    draft, series, level, to = (str(facts.get(name, "")) for name in _FACTS)
    if set(facts) != set(_FACTS) or draft not in (kept.more or {}).get("laid", []):
        raise OrderError(
            "the order names another draft than was sealed here", hint="Seal it once more."
        )
    with desk.bureau.books.view() as view:
        for office in to.split(" "):
            offices.correspondent(view, office, desk.bureau)
        offices.series(view, series)
        classifications.check(view, "", level, series, desk.bureau)
        about = str(kept.shown["reply_to"])
        service.check_release(view, str(kept.shown["letter"]), about, to.split(" "), desk.bureau)
    number = giving.carry_out(desk.office, [signed]).answer
    return Reply(f"/drafts/{number}", {"number": number})


asked.KINDS[KIND] = answer
asked.TAKES[KIND] = take
asked.FRESH[KIND] = fresh


def _order(desk: Desk, person: str) -> str:
    key = asked.signing_key(desk, person)
    facts = dict.fromkeys(_FACTS, "")
    order = ordering.unsigned(
        desk.bureau, person, str(key["digest"]), OfficeAct.DRAFT.value, (), facts
    )
    return canonical.encode_bytes(order_format.encode(order))


def _key(desk: Desk, person: str) -> dict[str, str]:
    key = asked.signing_key(desk, person)
    return {"credential": str(key["credential"]), "line": str(key["line"])}


def _choices(view: Shelves, desk: Desk) -> dict[str, Any]:
    policy = classifications.own(view, desk.bureau)
    current = offices.series(view)
    levels = [row[0] for row in LADDER] if policy is None else [one.name for one in policy.levels]
    return {
        "offices": list(_offices(view, desk)),
        "series": list(offices.all_series(view)),
        "current_series": current.letter,
        "levels": levels,
        "policy": "" if policy is None else policy.name,
        "zone": desk.office.settings.zone,
    }


def _offices(view: Shelves, desk: Desk) -> Iterator[dict[str, str]]:
    """The offices that may be written to: known, and their words compared."""
    for row in every(view.correspondents):
        try:
            card = offices.correspondent(view, row.office, desk.bureau)
        except CablegramError:
            continue
        yield {"id": row.office, "name": next(iter(card.names.values()))}


def _letter(view: Shelves, number: str) -> str:
    letters = {hit.telegram.letter for hit in serving.find(view, number) if hit.telegram}
    if len(letters) != 1:
        raise UnknownError(
            "{letters} telegrams bear the number {named}",
            hint="Give our own number of the one it is about.",
            letters=len(letters) or "no",
            named=number[:40],
        )
    return letters.pop()
