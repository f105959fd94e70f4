"""Offers: the acts that a person of some roles may order, in groups, as a page lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cablegram.model.acts import Act
from cablegram.model.orders import ACTS, OfficeAct
from cablegram.model.roles import MAY
from cablegram.sentences import sentence

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from cablegram.model.roles import Role

_O = OfficeAct
GROUPS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    (
        sentence("At the counter"),
        (Act.ISSUE, Act.RETURN, Act.HAND_OVER, Act.SHOW, Act.READ, Act.FILE, Act.CHARGE_OUT,
         Act.ROUTE, Act.EXTEND, Act.RECALL, Act.ANNOTATE, Act.FULFIL, Act.DESTROY,
         Act.CORRECT, Act.DESCRIBE),
    ),
    (
        sentence("In and out"),
        (_O.OPEN, Act.PRINT, Act.VERIFY, Act.REPRINT, Act.VOID, Act.ALLOT, Act.ACCEPT, Act.DISPATCH,
         Act.COME_BACK, Act.RECEIPTED, Act.GIVE_BACK, Act.DISPUTE, _O.AGREE, Act.SETTLE_THERE,
         Act.SETTLE_BACK),
    ),
    (
        sentence("What is wrong"),
        (Act.MISS, Act.FIND, Act.DECLARE_LOST, Act.COMPROMISE, Act.CONTAIN, Act.REPLACE_SHEET,
         _O.INQUIRE, _O.FINDING, _O.RULE, _O.ALARM, _O.TRACE),
    ),
    (
        sentence("Counting"),
        (_O.OPEN_MUSTER, _O.SIGHT, _O.CLOSE_MUSTER, _O.MUSTER, _O.CALL_MUSTER, _O.MATCH_MUSTER,
         _O.TAKE_CHARGE),
    ),
    (
        sentence("With other offices"),
        (_O.ASK, _O.NOTIFY, _O.NOTICE, _O.ANSWER, _O.SET_ASIDE, _O.REFER, Act.REPORT_DESTROYED,
         Act.CANCEL, _O.CORRESPOND),
    ),
    (
        sentence("Drafts"),
        (_O.CLEAR, _O.OBJECT, _O.RELEASE),
    ),
    (
        sentence("Classification and time"),
        (Act.REGRADE, Act.DECLASSIFY, _O.REVIEW, _O.CLOSE_YEAR),
    ),
    (
        sentence("The office"),
        (_O.APPOINT, _O.RELIEVE, _O.PROXY, _O.UNPROXY, _O.WAIVE, _O.UNWAIVE, _O.SETTLE,
         _O.HAND_WATCH, _O.TAKE_WATCH, _O.RESUME),
    ),
)  # fmt: skip
"""Every act that a browser orders, in the groups of the page that lists them."""

HERE: Final = frozenset(act for _, acts in GROUPS for act in acts)
ELSEWHERE: Final = ACTS - HERE
"""Acts that are ordered elsewhere: what they are about lies on no page of the desk."""


def may(act: str, roles: AbstractSet[Role]) -> bool:
    """Whether one of these roles may order the act; ``settle`` also where a matter of it allows."""
    return act in HERE and bool(MAY[act] & roles)


def offered(roles: AbstractSet[Role]) -> list[tuple[str, list[str]]]:
    """The groups and acts that these roles may order."""
    found = [(name, [str(a) for a in acts if may(a, roles)]) for name, acts in GROUPS]
    return [(name, acts) for name, acts in found if acts]
