"""Following: what an act on a copy asks of the paperwork beside it, and what it leaves there.

``check`` is asked before the rule, ``taken`` gives the numbers that the act takes, ``follow``
writes the rows once copy and leaf are written; all on the page of the act.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cablegram.errors import CustodyError
from cablegram.model.acts import Act, Mark
from cablegram.model.paperwork import Certificate
from cablegram.registry import (
    alarms,
    entries,
    hand_receipts,
    inquiries,
    notes,
    notices,
    numbering,
    returns,
    reviewing,
    roster,
    routes,
    tasks,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cablegram.bureau import Bureau
    from cablegram.model.acts import Fact
    from cablegram.model.custody import Copy
    from cablegram.ports import Page, Shelves
    from cablegram.registry.orders import Given
    from cablegram.registry.steps import Step

_SIGNED_FOR = frozenset({Act.ISSUE, Act.HAND_OVER, Act.SHOW})
_RECEIPTED = _SIGNED_FOR | {Act.RETURN}
_KNOWN = {Act.READ: ("reader",), Act.SHOW: ("messenger",)}
"""The facts that name persons whom the books must know, beside those who hold the copy."""
_ENDS_SHEETS = frozenset({Act.DESTROY, Act.REPRINT, Act.REPLACE_SHEET})


def check(  # the copy, what is done to it, and by what it is judged
    page: Shelves, copy: Copy, act: Act, facts: Mapping[str, Fact], at: str, bureau: Bureau
) -> None:
    """The rules of an act that lie in the paperwork.

    Asked before the facts themselves are checked: what is missing or of the wrong kind is left
    to the table.

    Raises:
        CustodyError, UnknownError, MalformedError: which rule.
    """
    for fact in _KNOWN.get(act, ()):
        roster.check_known(page, str(facts.get(fact, "")))
    if act is Act.ANNOTATE and facts.get("evidence") and facts.get("written_by"):
        tasks.check_resolution(page, copy, facts)
    elif act is Act.FULFIL and facts.get("evidence"):
        tasks.check_report(page, copy, facts)
    elif act is Act.DESTROY:
        tasks.check_none_open(page, copy)
    elif act is Act.CORRECT and isinstance(facts.get("entry"), int):
        _check_correction(page, copy, facts)
    if act is Act.ROUTE or act in routes.MOVES:
        routes.check(page, copy, act, facts, at)
    inquiries.check(page, copy, act, facts, bureau)


def taken(
    page: Page, act: Act, copies: Sequence[Copy], facts: Mapping[str, Fact]
) -> list[tuple[int, dict[str, Fact]]]:
    """For each copy the number that the act takes, and the facts that its leaf names it by."""
    many = len(copies)
    if act in _SIGNED_FOR:
        first = numbering.take(page, numbering.HAND_RECEIPT, many=many)
        return [(first + n, _named(facts, "hand_receipt", first + n)) for n in range(many)]
    if ends_sheets(act, facts):
        number = numbering.take(page, numbering.CERTIFICATE)
        return [(number, _named(facts, "certificate", number))] * many
    return [(0, {})] * many


def ends_sheets(act: Act, facts: Mapping[str, Fact]) -> bool:
    """Whether sheets come to an end by the act, which takes a certificate."""
    return act in _ENDS_SHEETS and (act is not Act.REPLACE_SHEET or "spoiled" in facts)


def follow(page: Page, act: Act, steps: Sequence[Step], given: Given, bureau: Bureau) -> None:
    """Write what the act leaves beside its copies."""
    at = bureau.now()
    for step in steps:
        notes.keep(page, step.facts, act.value, step.now.handle, step.index, bureau)
        if act is Act.ROUTE or act in routes.MOVES:
            routes.follow(page, step, act, at)
        if act in _RECEIPTED:
            hand_receipts.follow(page, step, act, at)
        elif act is Act.ANNOTATE:
            tasks.give(page, step, given, at)
        elif act is Act.FULFIL:
            tasks.report(page, step, at)
        elif act is Act.CORRECT:
            tasks.withdraw(page, step, at)
        notices.owe(page, step, act, at, bureau)
        if act in inquiries.CAUSES and "inquiry" not in step.facts:
            inquiries.open_(page, step.now, inquiries.CAUSES[act], given, bureau)
        _short(page, step, given, bureau)
    if ends_sheets(act, given.first.facts):
        _certify(page, act, steps, given, at)
    reviewing.follow(page, act, steps)


def corrections(page: Shelves, subject: str) -> dict[int, int]:
    """The entries of a copy that were countered, each with the entry that counters it."""
    found = {}
    for index, entry in entries.life(page, subject):
        if entry.act == Act.CORRECT.value:
            found[int(entries.facts(entry)["entry"])] = index
    return found


def _check_correction(page: Shelves, copy: Copy, facts: Mapping[str, Fact]) -> None:
    """A counter-entry names an entry of this very copy, and none that was countered before.

    Raises:
        CustodyError: it does not.
    """
    entry = int(facts["entry"])
    leaf, name = page.leaves.get(entry), returns.naming(page, copy)
    if leaf is None or leaf.subject != copy.handle:
        raise CustodyError(
            "entry {entry} is not one of {name}",
            hint="See its entries: `cablegram log {name}`.",
            entry=entry,
            name=name,
        )
    number = facts.get("task")
    if isinstance(number, int):
        tasks.check_withdrawn(page, entry, number)
        return
    before = corrections(page, copy.handle).get(entry)
    if before is not None:
        raise CustodyError(
            "entry {entry} of {name} was countered by entry {before}",
            hint="If that was wrong, counter entry {before}.",
            entry=entry,
            name=name,
            before=before,
        )


def _named(facts: Mapping[str, Fact], fact: str, number: int) -> dict[str, Fact]:
    return {} if facts.get(fact) else {fact: str(number)}


def _short(page: Page, step: Step, given: Given, bureau: Bureau) -> None:
    """A copy found short of a sheet sounds an alarm and opens an inquiry."""
    was, copy = step.was, step.now
    if copy.has(Mark.INCOMPLETE) and not was.has(Mark.INCOMPLETE):
        words = f"{returns.naming(page, copy)} has {copy.sheets} of {was.sheets} sheets"
        alarms.sound(page, alarms.SHORT, was.holder, words, bureau, first=given.digest)
        inquiries.open_(page, copy, inquiries.Cause.SHORT, given, bureau)


def _certify(page: Page, act: Act, steps: Sequence[Step], given: Given, at: str) -> None:
    facts, first = steps[0].facts, steps[0]
    said = str(facts["certificate"])
    page.certificates.add(
        Certificate(
            number=first.number,
            act=act.value,
            at=at,
            officer=given.first.officer,
            second=given.second_person,
            method=str(facts.get("method", "")),
            copies=len(steps),
            sheets=int(facts["spoiled"] if act is Act.REPLACE_SHEET else facts["sheets"])
            * len(steps),
            order_digest=given.digest,
            leaf_index=first.index,
            paper="" if said == str(first.number) else said,
        )
    )
