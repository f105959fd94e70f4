"""For the room: what is to be opened and printed, and what other offices' receipts allow.

The desk opens nothing: the cipher room does, on orders that an officer signs, many of them with
one visit to the signer's page.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from starlette.responses import RedirectResponse, Response

from cablegram.desk import asked, parts
from cablegram.desk.frame import asker
from cablegram.desk.rendering import render
from cablegram.errors import UnknownError
from cablegram.model.acts import Act, State
from cablegram.model.orders import OfficeAct, Subject, act_named
from cablegram.ports import Thing
from cablegram.registry import finding, papers, serving
from cablegram.registry.reading import every
from cablegram.sentences import beside, counted, sentence
from cablegram.wiring import ordering

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

    from cablegram.desk.asked import Kept
    from cablegram.desk.frame import Desk
    from cablegram.desk.parts import Outcome
    from cablegram.model.records import Incoming, Telegram
    from cablegram.ports import Shelves

PATH = "/room"
TOLD = "room"
"""The kind under which the desk keeps what the last visit came to, for its person."""
TOLD_FOR: Final = timedelta(minutes=2)


async def show(request: Request, desk: Desk) -> Response:
    """What waits for the room, and for an order."""
    person = asker(request).person
    with desk.bureau.books.view() as view:
        values: dict[str, Any] = {
            "waiting": _waiting(view),
            "to_print": [(row.cable_number, row.handle) for row in _to_print(view)],
            "to_verify": sorted(
                (finding.name(view, c) for c in every(view.copies, "state", "printed")),
                key=lambda name: [int(n) for n in re.findall("[0-9]+", name)],
            ),
            "receipts": [
                (finding.name(view, one.copy), act_named(one.act.value))
                for one in papers.awaiting(view, desk.bureau)
            ],
        }
    thing = desk.store.get(TOLD, person, desk.now())
    told = thing.data.decode().splitlines() if thing is not None else []
    return render(request, desk, "room.html", told=told, **values)


async def receipts(request: Request, desk: Desk) -> Response:
    """Ask for the orders that other offices' receipts allow, all at once."""
    with desk.bureau.books.view() as view:
        found = papers.awaiting(view, desk.bureau)
        labels = {one.copy.handle: finding.name(view, one.copy) for one in found}
    wanted = [
        (one.act.value, (Subject(one.copy.handle, one.copy.seq),), dict(one.facts), "")
        for one in found
    ]
    return _ask(request, desk, wanted, labels)


async def open_(request: Request, desk: Desk) -> Response:
    """Ask for the orders that open all that waits, in the order in which it came."""
    with desk.bureau.books.view() as view:
        rows = _waiting(view)
    wanted = [(OfficeAct.OPEN.value, (), {"sealed": row.digest}, row.digest) for row in rows]
    return _ask(request, desk, wanted, {})


async def print_(request: Request, desk: Desk) -> Response:
    """Ask for the orders that print all that is to be printed, a run for each telegram.

    A run that stopped in the middle goes on by the order that began it: nobody signs it anew.
    """
    wanted: list[tuple[str, Any, Any, str]] = []
    labels, again = dict[str, str](), list[tuple[str, Any]]()
    with desk.bureau.books.view() as view:
        for telegram in _to_print(view):
            copies, begun = serving.to_print(view, telegram)
            if begun:
                again.append((telegram.handle, begun))
                continue
            subjects = tuple(Subject(copy.handle, copy.seq) for copy in copies)
            labels |= {copy.handle: finding.name(view, copy) for copy in copies}
            wanted.append((Act.PRINT.value, subjects, {}, telegram.handle))
    for handle, begun in again:
        desk.office.room.print(handle, begun)
    if not wanted and again:
        desk.office.head()
        return _back(request, desk, [sentence("what had stopped is printed")])
    return _ask(request, desk, wanted, labels)


def _ask(
    request: Request, desk: Desk, wanted: Sequence[tuple[str, Any, Any, str]], labels: Any
) -> Response:
    if not wanted:
        raise UnknownError("nothing waits for that", hint="Look again when something has come.")
    person = asker(request).person
    key = str(asked.signing_key(desk, person)["digest"])
    made = [
        parts.Part(
            ordering.unsigned(desk.bureau, person, key, act, about, facts),
            what,
            keeps=[labels.get(subject.handle, "") for subject in about],
        )
        for act, about, facts, what in wanted
    ]
    return asked.sign_parts(request, desk, made, labels=labels, then=PATH, takes="room")


def _landed(desk: Desk, kept: Kept, outcomes: Sequence[Outcome]) -> str:
    """Say what came of each order; one that is refused keeps none of the others back."""
    told: list[str] = []
    done = [one for one in outcomes if one.error is None]
    if done:
        told.append(counted(len(done), "{count} order carried out", "{count} orders carried out"))
    for one in outcomes:
        if one.error is not None:
            about = beside([name for name in one.keeps if name] or [act_named(one.order.act)])
            told.append(beside((about, one.error.what, one.error.hint), ": "))
    _tell(desk, kept.person, told)
    return PATH


parts.TAKERS["room"] = _landed


def _waiting(view: Shelves) -> list[Incoming]:
    rows = every(view.incoming, "state", "waiting")
    return sorted((r for r in rows if r.kind == "telegram"), key=lambda row: row.outer_number)


def _to_print(view: Shelves) -> list[Telegram]:
    handles = {copy.telegram for copy in every(view.copies, "state", State.ALLOTTED.value)}
    rows = [row for handle in handles if (row := view.telegrams.get(handle)) is not None]
    return sorted(rows, key=lambda row: row.cable_number)


def _back(request: Request, desk: Desk, told: Sequence[str]) -> Response:
    _tell(desk, asker(request).person, told)
    return RedirectResponse(PATH, 303)


def _tell(desk: Desk, person: str, told: Sequence[str]) -> None:
    text = "\n".join(str(one).replace("\n", " ") for one in told)
    until = desk.now(after=TOLD_FOR)
    desk.store.put(Thing(TOLD, person, text.encode(), person, until))
