"""The line to other offices: what waits to go, what came, and both done now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse, Response

from cablegram.desk.rendering import render
from cablegram.registry import papers
from cablegram.registry.reading import every
from cablegram.sentences import word
from cablegram.wiring import errands

if TYPE_CHECKING:
    from starlette.requests import Request

    from cablegram.desk.frame import Desk
    from cablegram.ports import Shelves

CAME_MAX = 30


@dataclass(frozen=True, slots=True)
class Waiting:
    """What goes to one office: how many items are ready, how many wait for a head."""

    office: str
    ready: int
    uncovered: int


async def show(request: Request, desk: Desk) -> Response:
    """What waits to go, office by office; what came last."""
    with desk.bureau.books.view() as view:
        head = view.head.get("head")
        covered = 0 if head is None else head.size
        going = _going(view, covered)
        owed = len(list(papers.owed(view, covered)))
        came = view.incoming.find("outer", limit=CAME_MAX, backwards=True)
    rows = [(one, word(one.kind, "kind"), word(one.state, "state")) for one in came]
    return render(request, desk, "line_out.html", going=going, owed=owed, came=rows)


async def carry(request: Request, desk: Desk) -> Response:
    """Carry out now."""
    signed, carried = errands.carry(desk.office)
    if signed.why is not None:
        raise signed.why
    return _back(request, desk, carried.refused)


async def take_in(request: Request, desk: Desk) -> Response:
    """Take in now, and sign what follows from it."""
    stayed = tuple(one.why for one in errands.take_in(desk.office) if not one.digest)
    errands.carry(desk.office)
    return _back(request, desk, stayed)


def _back(request: Request, desk: Desk, stayed: tuple[str, ...]) -> Response:
    if stayed:
        return render(request, desk, "line_stays.html", status=409, stayed=stayed)
    return RedirectResponse("/carrying", 303)


def _going(view: Shelves, covered: int) -> list[Waiting]:
    counts: dict[str, list[int]] = {}
    for row in every(view.outgoing, "laid"):
        counts.setdefault(row.office, [0, 0])[row.leaf_index >= covered] += 1
    return [Waiting(office, *both) for office, both in sorted(counts.items())]
