"""In and out: what lies at the carriers, what is to be opened and printed, what receipts allow.

The desk carries sealed bytes both ways and opens nothing: the cipher room opens and prints on
orders that an officer signs, many with one visit to the signer's page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import RedirectResponse, Response

from cablegram import circuits
from cablegram.desk import asked, parts
from cablegram.desk.frame import asker
from cablegram.desk.rendering import render
from cablegram.errors import RoomError, UnknownError
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

PATH = "/carrying"
TOLD = "carried"
"""The kind under which the desk keeps what the last visit came to, for its person."""


async def show(request: Request, desk: Desk) -> Response:
    """What lies there, what goes, what waits for an order."""
    person = asker(request).person
    with desk.bureau.books.view() as view:
        values: dict[str, Any] = {
            "waiting": _waiting(view),
            "to_print": [(row.cable_number, row.handle) for row in _to_print(view)],
            "to_verify": [finding.name(view, c) for c in every(view.copies, "state", "printed")],
            "outgoing": list(every(view.outgoing)),
            "owed": list(every(view.papers, "state", papers.OWED)),
            "receipts": [
                (finding.name(view, one.copy), act_named(one.act.value))
                for one in papers.awaiting(view, desk.bureau)
            ],
        }
    thing = desk.store.take(TOLD, person)
    told = thing.data.decode().splitlines() if thing is not None else []
    return render(request, desk, "carrying.html", told=told, **values)


async def carry(request: Request, desk: Desk) -> Response:
    """Have the room sign the papers we owe, and hand all that is ready to the carriers."""
    told = _sign_owed(desk)
    done = circuits.carry(desk.bureau)
    told.insert(0, counted(done.count, "{count} thing carried", "{count} things carried"))
    told += [str(one) for one in done.refused]
    return _back(request, desk, told)


async def take_in(request: Request, desk: Desk) -> Response:
    """Take in what lies at the carriers; what it allows waits on this page for an order."""
    found = circuits.take_in(desk.bureau)
    desk.office.head()
    taken = [one for one in found if one.digest]
    told: list[str] = [counted(len(taken), "{count} thing taken in", "{count} things taken in")]
    told += [
        sentence("outer {outer_number}: {why}", outer_number=one.outer_number, why=one.why)
        for one in found
        if one.why
    ]
    return _back(request, desk, told + _sign_owed(desk))


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
    return asked.sign_parts(request, desk, made, labels=labels, then=PATH, takes="carrying")


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


parts.TAKERS["carrying"] = _landed


def _waiting(view: Shelves) -> list[Incoming]:
    rows = every(view.incoming, "state", "waiting")
    return sorted((r for r in rows if r.kind == "telegram"), key=lambda row: row.outer_number)


def _to_print(view: Shelves) -> list[Telegram]:
    handles = {copy.telegram for copy in every(view.copies, "state", State.ALLOTTED.value)}
    rows = [row for handle in handles if (row := view.telegrams.get(handle)) is not None]
    return sorted(rows, key=lambda row: row.cable_number)


def _sign_owed(desk: Desk) -> list[str]:
    """Have the room sign what we owe, once a head covers it; what it says where it does not."""
    head = desk.office.head()
    with desk.bureau.books.view() as view:
        owed = list(papers.owed(view, head.size))
    for row in owed:
        try:
            desk.office.room.sign_receipt(row.digest)
        except RoomError as error:
            return [error.what, error.hint]
    return []


def _back(request: Request, desk: Desk, told: Sequence[str]) -> Response:
    _tell(desk, asker(request).person, told)
    return RedirectResponse(PATH, 303)


def _tell(desk: Desk, person: str, told: Sequence[str]) -> None:
    text = "\n".join(str(one).replace("\n", " ") for one in told)
    desk.store.put(Thing(TOLD, person, text.encode(), person))
