"""Routes on the books: settled by an order, followed as the copy goes from hand to hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cablegram.errors import CustodyError
from cablegram.model import route
from cablegram.model.acts import Act
from cablegram.registry import returns, roster
from cablegram.sentences import beside

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cablegram.model.acts import Fact
    from cablegram.model.custody import Copy
    from cablegram.model.route import RouteStop
    from cablegram.ports import Page, Shelves
    from cablegram.registry.steps import Step

GOES = frozenset({Act.ISSUE, Act.HAND_OVER})
MOVES = GOES | {Act.RETURN}
"""The acts that take a copy along its route, or off it."""


def stops(page: Shelves, copy: Copy) -> Sequence[RouteStop]:
    """The stops of the copy's newest route, in order; none if it never had one."""
    rows = page.routes.find("", copy.handle)
    newest = max((row.round for row in rows), default=0)
    return [row for row in rows if row.round == newest]


def check(page: Shelves, copy: Copy, act: Act, facts: Mapping[str, Fact], at: str) -> None:
    """Hold an act to the copy's route, where one is running; a new one to persons we know.

    Raises:
        CustodyError: the act leaves the route without a reason.
        UnknownError, MalformedError: a reader whom the books do not know, or no route.
    """
    if act is Act.ROUTE:
        for person, _ in route.read(str(facts.get("readers", ""))):
            roster.check_known(page, person)
        return
    now = stops(page, copy)
    if not route.running(now):
        return
    try:
        _after(now, act, facts, at)
    except CustodyError as error:
        said = beside((returns.naming(page, copy), error.what), ": ")
        raise CustodyError(said, hint=error.hint) from error


def next_reader(page: Shelves, copy: Copy) -> str:
    """Who is to have the copy next; empty where it has no route, or its route has ended."""
    awaited = route.following(stops(page, copy))
    return "" if awaited is None else awaited.person


def follow(page: Page, step: Step, act: Act, at: str) -> None:
    """Write the stops as they stand after an act; a new route takes the place of a running one."""
    copy, now = step.now, stops(page, step.now)
    if act is Act.ROUTE:
        if route.running(now):
            page.routes.put_all(route.end(now, at, "another route was settled"))
        round_ = now[0].round + 1 if now else 1
        text = str(step.facts["readers"])
        page.routes.put_all(route.begin(copy.handle, round_, text, copy.holder, at))
    elif route.running(now):
        page.routes.put_all(_after(now, act, step.facts, at))


def _after(
    now: Sequence[RouteStop], act: Act, facts: Mapping[str, Fact], at: str
) -> list[RouteStop]:
    reason = str(facts.get("reason", ""))
    if act is Act.RETURN:
        return route.end(now, at, reason)
    return route.step(now, str(facts.get("holder", "")), at, reason)
