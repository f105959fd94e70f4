"""Calling: the one order of ours that another office's open notice asks for, or allows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cablegram.errors import UnknownError
from cablegram.model.acts import FINAL, RULES, Act
from cablegram.registry import finding, lines, papers
from cablegram.registry.reading import every
from cablegram.wire import notice as notice_format

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cablegram.bureau import Bureau
    from cablegram.model.acts import Fact
    from cablegram.model.custody import Copy
    from cablegram.model.records import Paper
    from cablegram.ports import Shelves
    from cablegram.wire.notice import Item, Notice

_ACTS: Mapping[str, Act] = {
    "extended": Act.EXTEND,
    "recalled": Act.RECALL,
    "regraded": Act.REGRADE,
    "declassified": Act.DECLASSIFY,
    "compromised": Act.COMPROMISE,
    "destroyed": Act.REPORT_DESTROYED,
    "cancelled": Act.CANCEL,
    "asks_extension": Act.EXTEND,
    "asks_regrade": Act.REGRADE,
    "returning": Act.EXTEND,
}
_TELLS: Mapping[str, str] = {"asks_consent": "consented", "asks_regrade": "regraded"}


@dataclass(frozen=True, slots=True)
class Call:
    """One open notice: what it says, its outer number, and the order that follows it.

    ``act`` is None where the answer is a notice of ours (``tells`` is its kind), or where nothing
    but setting it aside is left to do.  ``telegram`` names the one it is about, where it is one.
    """

    row: Paper
    said: Notice
    outer: int
    act: Act | None
    tells: str = ""
    copies: tuple[Copy, ...] = ()
    facts: Mapping[str, Fact] = field(default_factory=dict)
    telegram: int = 0


def calls(page: Shelves, bureau: Bureau) -> list[Call]:
    """Every open notice with what it calls for, oldest first."""
    return [_call(page, row, bureau) for row in every(page.papers, "state", papers.OPEN)]


def call(page: Shelves, outer: int, bureau: Bureau) -> Call:
    """The open notice that came in under an outer number.

    Raises:
        UnknownError: there is none.
    """
    for one in calls(page, bureau):
        if one.outer == outer:
            return one
    raise UnknownError(
        "no notice is open that came in under the outer number {outer}",
        hint="List those that wait with `cablegram due`.",
        outer=outer,
    )


def _call(page: Shelves, row: Paper, bureau: Bureau) -> Call:
    said = notice_format.decode(row.body)
    copies = [copy for item in said.copies for copy in _copy(page, item, bureau)]
    number = 0
    for telegram in page.telegrams.find("letter", said.letter) if said.letter else ():
        number = telegram.cable_number or telegram.outgoing_number
        copies += every(page.copies, "telegram", telegram.handle)
    act = None if said.letter and said.kind in _TELLS else _ACTS.get(said.kind)
    meant = tuple(c for c in copies if act is not None and c.state in RULES[act].sources)
    if said.kind == "traced":
        meant = tuple(copies)  # whatever became of them, it is they that are asked for
    return Call(
        row=row,
        said=said,
        outer=_outer(page, row),
        act=act if meant and act is not None else None,
        tells=_TELLS.get(said.kind, "") if said.letter else "",
        copies=meant,
        facts={} if act is None else {**_facts(act, said), "notice": row.digest},
        telegram=number,
    )


def _copy(page: Shelves, item: Item, bureau: Bureau) -> list[Copy]:
    copy = finding.by_owner(page, item.owner, item.cable, item.copy, bureau.name)
    return [] if copy is None or copy.state in FINAL else [copy]


def _outer(page: Shelves, row: Paper) -> int:
    item = page.circuit_items.get(row.office, lines.PAPERS_IN, row.number)
    taken = None if item is None else page.incoming.get(item.sealed)
    return 0 if taken is None else taken.outer_number


def _facts(act: Act, said: Notice) -> dict[str, Fact]:
    reason = f"notice {said.number} of {said.office}"
    if act is Act.EXTEND:
        return {"due_at": said.limit_at, "limit_at": said.limit_at, "reason": reason}
    if act is Act.RECALL:
        due = {"due_at": said.limit_at} if said.limit_at else {}
        return {"reason": reason, **due}
    if act is Act.REGRADE:
        return {"classification": said.level, "reason": reason}
    if act is Act.DECLASSIFY:
        return {"authority": reason}
    if act in {Act.COMPROMISE, Act.CANCEL}:
        return {"reason": reason}
    return {"certificate": said.certificate}
