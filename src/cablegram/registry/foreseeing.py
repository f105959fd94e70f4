"""Foreseeing: what an order would come to, asked before anybody signs it.

The order is performed on a page of the books, and the page is thrown away: so what is foreseen
is what the rules themselves say, and nothing has happened.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cablegram.errors import OrderError
from cablegram.ledger import log
from cablegram.model.acts import RULES, Act, Two
from cablegram.model.orders import OFFICE_RULES, OfficeAct, act_named
from cablegram.model.roles import SILENT, read_roles
from cablegram.registry import offices, orders, performing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cablegram.bureau import Bureau
    from cablegram.model.acts import Fact
    from cablegram.model.custody import Copy
    from cablegram.model.orders import Order, Subject
    from cablegram.ports import Page, Shelves


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What an order would come to: whether two must sign it, the copies as they would then stand.

    An act of the cipher room is asked no further than who may order it.
    """

    two: bool
    copies: tuple[Copy, ...] = ()
    answer: str = ""


class _Undone(Exception):  # noqa: N818  # nothing went wrong: the page is thrown away with it
    """Leaves the page, so that nothing of it is kept."""


def foresee(order: Order, bureau: Bureau, *, matter: bytes = b"") -> Foreseen:
    """What this order would come to if it were signed now, by two where two must.

    Raises:
        CablegramError: what ``registry.perform`` would refuse it with.
    """
    found = Foreseen(two=False)
    try:
        with bureau.books.page("") as page:
            found = _on(page, order, matter, bureau)
            raise _Undone  # noqa: TRY301  # it ends the page
    except _Undone:
        return found


def needs_two(
    page: Shelves, act: str, subjects: Sequence[Subject], facts: Mapping[str, Fact]
) -> bool:
    """Whether an order of this act, on these subjects and with these facts, takes two persons."""
    if act in OFFICE_RULES:
        rule = OFFICE_RULES[OfficeAct(act)].two
        return rule is Two.ALWAYS or (rule is Two.SERIES and act in offices.two_by_series(page))
    asked = RULES[Act(act)].two
    if asked is not Two.SERIES:
        return asked is Two.ALWAYS
    if facts.get("spoiled"):  # sheets are destroyed
        return True
    about = [
        page.copies.get(subject.handle) or page.telegrams.get(subject.handle)
        for subject in subjects
    ]
    letters = {one.series for one in about if one is not None}
    regimes = [offices.series_or_current(page, letter) for letter in sorted(letters)]
    return any(act in regime.two for regime in regimes)


def _on(page: Page, order: Order, matter: bytes, bureau: Bureau) -> Foreseen:
    log.hold(page, bureau)
    two = needs_two(page, order.act, order.subjects, order.facts)
    given = orders.as_if(page, order, _other(page, order) if two else "", bureau)
    if order.act in performing.ROOM_ONLY:
        return Foreseen(two)
    done = performing.act(page, given, matter, bureau)
    copies = [page.copies.get(handle) for handle in done.copies]
    return Foreseen(two, tuple(copy for copy in copies if copy is not None), done.answer)


def _other(page: Shelves, order: Order) -> str:
    """Somebody who could be the second person.

    Raises:
        OrderError: nobody could.
    """
    for row in page.officers.find():
        roles = read_roles(row.role)
        if not row.until_index and row.person != order.officer and not roles <= SILENT:
            return row.person
    raise OrderError(
        "{act} takes two persons, and nobody else is in post who could sign second",
        hint="Have the chief appoint a second officer first.",
        act=act_named(order.act),
    )
