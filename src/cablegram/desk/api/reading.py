"""What the books say, to whoever may look everything up, and to others what is theirs.

What is not theirs is told as what is not there, so that nobody tries out numbers.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from anyio import CapacityLimiter, to_thread
from starlette.responses import Response

from cablegram import forms
from cablegram.answers import lists, rows
from cablegram.desk import who
from cablegram.desk.api import asking
from cablegram.desk.frame import asker
from cablegram.errors import MalformedError, UnknownError
from cablegram.ledger import log
from cablegram.model.dates import read_date
from cablegram.registry import duties as kinds_of_duty
from cablegram.registry import entries, offices, paging, roster, serving
from cablegram.registry.paging import Run
from cablegram.registry.searching import Asked
from cablegram.wire import words
from cablegram.wiring.desk import Office

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from typing import Any

    from starlette.requests import Request

    from cablegram.answers.rows import Answer
    from cablegram.desk.frame import Asker, Desk
    from cablegram.ports import Shelves
    from cablegram.registry.finding import Found

DIRECTIONS: Final = {
    "in": Run("telegrams", "received", ("in",), backwards=True),
    "out": Run("telegrams", "sent", ("out",), backwards=True),
}
_PLACE_MAX: Final = paging.PLACE_MAX
PRESSES: Final = 2
_PRESSES: Final = CapacityLimiter(PRESSES)
"""How many forms are set at once: each takes a processor."""


async def office(request: Request, desk: Desk) -> Response:
    """The office, and who is asking."""
    asking.known(request, ())
    one = asker(request)
    bureau, us = desk.bureau, desk.office
    with bureau.books.view() as view:
        head = view.head.get(log.HEAD)
        said: Answer = {
            "office": bureau.name,
            "names": dict(us.card.names),
            "words": words.fingerprint(us.card),
            "zone": us.settings.zone,
            "series": offices.series(view).letter,
            "ledger": bureau.origin,
            "entries": entries.size(view),
            "signed": 0 if head is None else head.size,
            "watch": lists.watch(view, bureau),
            "clock": {"now": bureau.now(), "own": int(bureau.clock.own)},
            "you": {"person": one.person, "roles": sorted(role.value for role in one.roles)},
        }
    return asking.answer(said)


async def where(request: Request, desk: Desk) -> Response:
    """Everything that bears a number."""
    asking.known(request, ("number",))
    number = asking.text(request, "number", needed=True)
    with desk.bureau.books.view() as view:
        return asking.answer(rows.found(view, _theirs(view, number, asker(request))))


async def life(request: Request, desk: Desk) -> Response:
    """The life of the copy, or of the telegram, that bears a number."""
    asking.known(request, ("number",))
    number = asking.text(request, "number", needed=True)
    with desk.bureau.books.view() as view:
        found = _theirs(view, number, asker(request))[0]
        one = len(found.copies) == 1 and ("/" in number or found.telegram is None)
        whole = found.telegram is None or one or not _works(asker(request))
        subject = (
            found.copies[0].handle if whole or found.telegram is None else found.telegram.handle
        )
        return asking.answer(rows.log(view, subject, desk.bureau))


async def telegrams(request: Request, desk: Desk) -> Response:
    """A register, a page at a time, newest first."""
    asking.known(request, ("direction", "place", "most"))
    direction = asking.text(request, "direction") or "in"
    if direction not in DIRECTIONS:
        raise MalformedError(
            "there is no register {name!r}", hint="Use in or out.", name=direction[:40]
        )
    return _paged(request, desk, "telegrams", DIRECTIONS[direction], rows.telegram)


async def telegram(request: Request, desk: Desk) -> Response:
    """One telegram with what belongs to it."""
    asking.known(request, ())
    with desk.bureau.books.view() as view:
        found = view.telegrams.get(request.path_params["telegram"])
        if found is None:
            raise _not_there()
        said = rows.whole_telegram(view, found)
        if not _works(asker(request)):
            said = _less(view, said, asker(request).person)
    return asking.answer(said)


async def copy(request: Request, desk: Desk) -> Response:
    """One copy with its life."""
    asking.known(request, ())
    with desk.bureau.books.view() as view:
        found = view.copies.get(request.path_params["copy"])
        if found is None:
            raise _not_there()
        return asking.answer(rows.whole_copy(view, found))


async def holder(request: Request, desk: Desk) -> Response:
    """What a person or an office has."""
    asking.known(request, ("most",))
    most = asking.whole(request, "most", asking.ROWS, 1, asking.ROWS_MAX)
    whom = request.path_params["person"]
    with desk.bureau.books.view() as view:
        if view.correspondents.get(whom) is None:
            whom = roster.meant(view, whom)
        return asking.answer(lists.holding(view, whom, desk.bureau, most))


async def due(request: Request, desk: Desk) -> Response:
    """What waits, list by list."""
    asking.known(request, ("within", "most"))
    within = timedelta(days=asking.whole(request, "within", 2, 0, asking.WITHIN_MAX))
    most = asking.whole(request, "most", asking.ROWS, 1, asking.ROWS_MAX)
    with desk.bureau.books.view() as view:
        return asking.answer(lists.due(view, desk.bureau, within, most))


async def duties(request: Request, desk: Desk) -> Response:
    """What is to be done, with the command that does it."""
    asking.known(request, ("within", "kind"))
    within = timedelta(days=asking.whole(request, "within", 2, 0, asking.WITHIN_MAX))
    kinds = set(asking.texts(request, "kind"))
    if strange := kinds - set(kinds_of_duty.KINDS):
        raise MalformedError(
            "there is no kind of duty called {strange}",
            hint="Use one of {kinds}.",
            strange=min(strange)[:40],
            kinds=", ".join(kinds_of_duty.KINDS),
        )
    with desk.bureau.books.view() as view:
        return asking.answer(lists.duties_of(view, desk.bureau, desk.bureau.now(), within, kinds))


async def find(request: Request, desk: Desk) -> Response:
    """Telegrams and copies that fit a question."""
    names = ("words", "office", "person", "number")
    asking.known(request, (*names, "since", "until", "most"))
    zone = desk.office.settings.tz()
    said = {name: asking.text(request, name) for name in names}
    since, until = asking.text(request, "since"), asking.text(request, "until")
    if not any((*said.values(), since, until)):
        raise MalformedError(
            "nothing was asked for", hint="Give words, an office, a person or a day."
        )
    asked = Asked(
        **said,
        since=read_date(since, zone) if since else "",
        until=read_date(until, zone, end=True) if until else "",
        limit=asking.whole(request, "most", asking.ROWS, 1, asking.ROWS_MAX),
    )
    with desk.bureau.books.view() as view:
        return asking.answer(lists.search(view, asked, desk.bureau))


async def drafts(request: Request, desk: Desk) -> Response:
    """Drafts that wait for somebody."""
    asking.known(request, ("most",))
    most = asking.whole(request, "most", asking.ROWS, 1, asking.ROWS_MAX)
    with desk.bureau.books.view() as view:
        return asking.answer(lists.drafts(view, desk.bureau, most))


async def musters(request: Request, desk: Desk) -> Response:
    """Musters, newest first."""
    return _paged(request, desk, "musters", Run("musters", backwards=True), lists.muster_line)


async def muster(request: Request, desk: Desk) -> Response:
    """One muster with its outcome."""
    asking.known(request, ())
    with desk.bureau.books.view() as view:
        found = view.musters.get(request.path_params["number"])
        if found is None:
            raise _not_there()
        return asking.answer(lists.muster(view, found))


async def correspondents(request: Request, desk: Desk) -> Response:
    """The offices we know."""
    asking.known(request, ())
    with desk.bureau.books.view() as view:
        return asking.answer(lists.correspondents(view.correspondents.find()))


async def officers(request: Request, desk: Desk) -> Response:
    """Who is in post."""
    asking.known(request, ())
    with desk.bureau.books.view() as view:
        return asking.answer(lists.officers(view))


async def alarms(request: Request, desk: Desk) -> Response:
    """Alarms, newest first."""
    return _paged(request, desk, "alarms", Run("alarms", backwards=True), rows.row)


async def denials(request: Request, desk: Desk) -> Response:
    """Orders that were refused, newest first."""
    return _paged(request, desk, "denials", Run("denials", backwards=True), rows.row)


async def form(request: Request, desk: Desk) -> Response:
    """A form as PDF."""
    asking.known(request, ("about", "lang"))
    name = request.path_params["name"]
    about = asking.texts(request, "about")
    langs = tuple(filter(None, asking.text(request, "lang", most=40).split(",")))
    if name not in forms.FORMS:
        raise UnknownError(
            "there is no form {name}",
            hint="Use one of {names}.",
            name=name[:40],
            names=", ".join(forms.FORMS),
        )
    made = await to_thread.run_sync(_made, desk.office.root, name, about, langs, limiter=_PRESSES)
    return Response(
        made.pdf,
        media_type="application/pdf",
        headers={"content-disposition": f'inline; filename="{asking.file_name(made.name)}"'},
    )


def _made(root: Path, name: str, about: Sequence[str], langs: tuple[str, ...]) -> forms.Made:
    """A form, read on a connection of its own: it may look at much, and nobody waits for it."""
    office = Office(root)
    try:
        return forms.make(office.bureau, name, about, languages=langs)
    finally:
        office.close()


def _works(one: Asker) -> bool:
    """Whether this person works with the register and looks everything up in it."""
    return bool(one.roles & who.BOOKS.roles)


def _theirs(view: Shelves, number: str, one: Asker) -> Sequence[Found]:
    """What bears a number; of it, to whoever does not work with the register, what is theirs."""
    if _works(one):
        return serving.find(view, number)
    try:
        found = serving.find(view, number)
    except UnknownError:
        found = []
    kept = (
        replace(hit, copies=tuple(copy for copy in hit.copies if who.has(copy, one.person)))
        for hit in found
    )
    if theirs := [hit for hit in kept if hit.copies]:
        return theirs
    raise UnknownError(
        "nothing in the books bears the number {text}",
        hint="Try the cable, outgoing, print or incoming number, or 21497/2 for one copy.",
        text=number,
    )


def _less(view: Shelves, said: Answer, person: str) -> Answer:
    """A telegram as somebody sees it who has a copy of it: that copy, and the letter's own line."""
    found = view.copies.find("telegram", str(said["handle"]))
    theirs = [rows.copy(view, one) for one in found if who.has(one, person)]
    if not theirs:
        raise _not_there()
    kept = ("name", "handle", "direction", "office", "series", "cable_number", "outgoing_number")
    more = ("signatory", "classification", "precedence", "filed_at", "received_at", "fulfil_by")
    told = {name: said[name] for name in (*kept, *more)}
    return {**told, "copies": theirs, "life": [], "sent": [], "references": [], "reviews": []}


def _paged(
    request: Request, desk: Desk, name: str, run: Run, said: Callable[[Any], Answer]
) -> Response:
    """One page of a list, with the places of the pages beside it."""
    asking.known(request, ("direction", "place", "most"))
    place = asking.text(request, "place", most=_PLACE_MAX)
    most = asking.whole(request, "most", asking.ROWS, 1, asking.ROWS_MAX)
    with desk.bureau.books.view() as view:
        page = paging.read(view, run, place, most=most)
    listed = [said(one) for one in page.rows]
    return asking.answer({name: listed, "on": page.on, "back": page.back})


def _not_there() -> UnknownError:
    return UnknownError("nothing in the books is called that", hint="Look it up again.")
