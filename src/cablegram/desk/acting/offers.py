"""Offers: the acts that a person of some roles may order, in groups, as a page lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cablegram.model.acts import Act
from cablegram.model.orders import ACTS, OfficeAct
from cablegram.model.roles import MAY
from cablegram.sentences import sentence

if TYPE_CHECKING:
    from collections.abc import Mapping
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

NAMES: Final[Mapping[str, str]] = {
    Act.ISSUE: sentence("Issue to a person"),
    Act.RETURN: sentence("Take back from a person"),
    Act.HAND_OVER: sentence("Hand on to the next person"),
    Act.SHOW: sentence("Read at the counter"),
    Act.READ: sentence("Enter that somebody read it"),
    Act.FILE: sentence("Lay into the file"),
    Act.CHARGE_OUT: sentence("Take out of the file"),
    Act.ROUTE: sentence("Settle who reads after whom"),
    Act.EXTEND: sentence("Give more time"),
    Act.RECALL: sentence("Ask back before its time"),
    Act.ANNOTATE: sentence("Enter a resolution"),
    Act.FULFIL: sentence("Enter a report of fulfilment"),
    Act.DESTROY: sentence("Destroy"),
    Act.CORRECT: sentence("Counter an entry"),
    Act.DESCRIBE: sentence("Write what it is about"),
    _O.OPEN: sentence("Open what came in"),
    Act.PRINT: sentence("Print"),
    Act.VERIFY: sentence("Verify"),
    Act.REPRINT: sentence("Withdraw a sheet and print again"),
    Act.VOID: sentence("Void a number"),
    Act.ALLOT: sentence("Allot a further copy"),
    Act.ACCEPT: sentence("Take on charge from elsewhere"),
    Act.DISPATCH: sentence("Send to another office"),
    Act.COME_BACK: sentence("Take back from an office"),
    Act.RECEIPTED: sentence("Enter their receipt"),
    Act.GIVE_BACK: sentence("Enter that its owner has it back"),
    Act.DISPUTE: sentence("Enter their dispute"),
    _O.AGREE: sentence("Say how a dispute is settled"),
    Act.SETTLE_THERE: sentence("Settle: it stays there"),
    Act.SETTLE_BACK: sentence("Settle: it comes back"),
    Act.MISS: sentence("Declare missing"),
    Act.FIND: sentence("Enter that it was found"),
    Act.DECLARE_LOST: sentence("Declare lost"),
    Act.COMPROMISE: sentence("Mark as compromised"),
    Act.CONTAIN: sentence("Rule that it was contained"),
    Act.REPLACE_SHEET: sentence("Put a sheet in"),
    _O.INQUIRE: sentence("Open an inquiry"),
    _O.FINDING: sentence("Enter a finding"),
    _O.RULE: sentence("Rule on an inquiry"),
    _O.ALARM: sentence("Close an alarm"),
    _O.TRACE: sentence("Send a tracer"),
    _O.OPEN_MUSTER: sentence("Open a muster"),
    _O.SIGHT: sentence("Enter what was seen"),
    _O.CLOSE_MUSTER: sentence("Close a muster"),
    _O.MUSTER: sentence("Count all at once"),
    _O.CALL_MUSTER: sentence("Call another office to count"),
    _O.MATCH_MUSTER: sentence("Sign what both counts come to"),
    _O.TAKE_CHARGE: sentence("Take charge of the copies"),
    _O.ASK: sentence("Ask another office"),
    _O.NOTIFY: sentence("Tell another office"),
    _O.NOTICE: sentence("Enter that word was given"),
    _O.ANSWER: sentence("Answer a tracer"),
    _O.SET_ASIDE: sentence("Set a notice aside"),
    _O.REFER: sentence("Refer to another telegram"),
    Act.REPORT_DESTROYED: sentence("Enter that it was destroyed there"),
    Act.CANCEL: sentence("Follow a cancellation"),
    _O.CORRESPOND: sentence("Enter a correspondent's card"),
    _O.CLEAR: sentence("Clear a draft"),
    _O.OBJECT: sentence("Object to a draft"),
    _O.RELEASE: sentence("Release a draft"),
    Act.REGRADE: sentence("Regrade"),
    Act.DECLASSIFY: sentence("Declassify"),
    _O.REVIEW: sentence("Enter a review"),
    _O.CLOSE_YEAR: sentence("Close the year"),
    _O.APPOINT: sentence("Put in post"),
    _O.RELIEVE: sentence("Relieve"),
    _O.PROXY: sentence("Name a proxy"),
    _O.UNPROXY: sentence("End a proxy"),
    _O.WAIVE: sentence("Let somebody off a rule"),
    _O.UNWAIVE: sentence("End a standing order"),
    _O.SETTLE: sentence("Settle a matter"),
    _O.HAND_WATCH: sentence("Hand the watch over"),
    _O.TAKE_WATCH: sentence("Take the watch over"),
    _O.RESUME: sentence("Send again after a restore"),
}
"""What a person does with each act, as the pages say it."""

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
