"""Copies for the screen: what may be done with a sealed one (docs/spec/reading.md).

``Copy.screen`` is that person as long as the copy's opening share may stand.  What brings the
copy back, or to its end, closes it for good: the mark ``closed`` says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cablegram.errors import CustodyError
from cablegram.model.acts import DONE, Act, Mark, State
from cablegram.sentences import any_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cablegram.model.acts import Fact
    from cablegram.model.custody import Copy

BROWSER = "browser"
COMMAND_LINE = "command_line"
WAYS = (BROWSER, COMMAND_LINE)
"""How a copy is opened: the fact ``way``."""

EACH = "*"
"""What ``print`` says where each copy is sealed to the person it is for."""

CLOSES = frozenset({Act.RETURN, Act.DECLARE_LOST, Act.REPORT_DESTROYED, Act.DESTROY})
ENDS = CLOSES | {Act.REPRINT}
"""Acts after which the opening share of a copy is gone."""

_PASSES = frozenset({Act.HAND_OVER, Act.SHOW, Act.ROUTE, Act.DISPATCH, Act.REPLACE_SHEET})
_OPENS = frozenset({Act.ISSUE, Act.READ}) | (_PASSES - {Act.REPLACE_SHEET})


def check(copy: Copy, act: Act, facts: Mapping[str, Fact], officer: str, name: str) -> None:
    """Refuse what a sealed copy, or a closed one, does not admit.

    Args:
        copy: the copy before the act.
        act: what is to be done.
        facts: the act's facts, checked by themselves.
        officer: who orders it.
        name: what the copy goes by.

    Raises:
        CustodyError: which rule.
    """
    if copy.has(Mark.CLOSED) and act in _OPENS:
        raise CustodyError(
            "{name} cannot be {done}: it was a copy for the screen, and is closed",
            hint="Destroy it, and allot a further copy where it is needed again.",
            name=name,
            done=DONE[act],
        )
    if copy.screen and act in _PASSES:
        raise CustodyError(
            "{name} cannot be {done}: it is sealed to {screen}, and opens for nobody else",
            hint="Return it, and print a further copy for whoever needs one.",
            name=name,
            done=DONE[act],
            screen=copy.screen,
        )
    if act is Act.READ:
        _check_read(copy, facts, officer, name)
    elif copy.screen and act is Act.ISSUE:
        _check_issue(copy, facts, name)
    elif copy.screen and act is Act.RETURN and facts["sheets"] != copy.sheets:
        raise CustodyError(
            "{name} is on a screen and comes back whole: {sheets} sheets",
            hint="Return it with {sheets} sheets.",
            name=name,
            sheets=copy.sheets,
        )


def never(copy: Copy) -> frozenset[Act]:
    """The acts that are refused of a copy for what it is: sealed to a person, or closed."""
    return (_OPENS if copy.has(Mark.CLOSED) else frozenset()) | (
        _PASSES if copy.screen else frozenset()
    )


def after(copy: Copy, act: Act, changed: Mapping[str, object]) -> dict[str, object]:
    """What an act changes beside what is in ``changed``, of a copy for the screen."""
    if not copy.screen or act not in ENDS:
        return {}
    if act not in CLOSES:
        return {"screen": ""}
    marks = str(changed.get("marks", copy.marks))
    return {"screen": "", "marks": " ".join(sorted({*marks.split(), Mark.CLOSED.value}))}


def _check_issue(copy: Copy, facts: Mapping[str, Fact], name: str) -> None:
    if copy.screen not in {facts["holder"], facts.get("proxy")}:
        raise CustodyError(
            "{name} is sealed to {screen}, and opens for nobody else",
            hint="Issue it to {screen}, or to a holder whose proxy they are.",
            name=name,
            screen=copy.screen,
        )


def _check_read(copy: Copy, facts: Mapping[str, Fact], officer: str, name: str) -> None:
    way = facts.get("way", "")
    if not copy.screen:
        if way:
            raise CustodyError(
                "{name} is on paper, and is not opened by {way}",
                hint="Enter the reading without a way.",
                name=name,
                way=str(way)[:40],
            )
        return
    if copy.state is not State.ISSUED:
        raise CustodyError(
            "{name} is not out with {screen}",
            hint="Have it issued first: `cablegram issue {name}`.",
            name=name,
            screen=copy.screen,
        )
    if way not in WAYS:
        raise CustodyError(
            "{name} is opened on a screen, and nobody said how",
            hint="Say the way: {ways}.",
            name=name,
            ways=any_of(WAYS),
        )
    if not copy.screen == facts["reader"] == officer:
        raise CustodyError(
            "{name} is sealed to {screen}, who alone opens it",
            hint="Have {screen} order it.",
            name=name,
            screen=copy.screen,
        )
    for mark in (Mark.ON_RECALL, Mark.COMPROMISED):
        if copy.has(mark):
            raise CustodyError(
                "{name} does not open: it bears the mark {mark}",
                hint="Ask the registry; it was told to bring the copy back.",
                name=name,
                mark=mark,
            )
