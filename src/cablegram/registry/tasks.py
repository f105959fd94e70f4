"""Tasks: what a resolution orders persons to do, until they have reported or it is withdrawn.

A task belongs to its telegram: the report may be entered on any copy of it that lies here
(docs/spec/custody.md, "Resolutions and tasks").  A clock flags one that is late, and ends none.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cablegram.errors import CustodyError, UnknownError
from cablegram.model import names
from cablegram.model.paperwork import Task
from cablegram.registry import numbering, returns, roster
from cablegram.registry.reading import every

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cablegram.model.acts import Fact
    from cablegram.model.custody import Copy
    from cablegram.ports import Page, Shelves
    from cablegram.registry.orders import Given
    from cablegram.registry.steps import Step

OPEN = "open"
DONE = "done"
WITHDRAWN = "withdrawn"


def check_resolution(page: Shelves, copy: Copy, facts: Mapping[str, Fact]) -> None:
    """Hold a resolution to persons the books know, and to a day where somebody is to act.

    Raises:
        UnknownError: a person whom the books do not know.
        CustodyError: a day by which nobody is to do anything.
        MalformedError: its evidence is no digest.
    """
    names.digest(str(facts["evidence"]))
    roster.check_known(page, str(facts["written_by"]))
    for person in _persons(facts):
        roster.check_known(page, person)
    if facts.get("fulfil_by") and not facts.get("to"):
        raise CustodyError(
            "{copy}: a resolution says by when and not who is to act",
            hint="Say to whom, or leave the day out.",
            copy=returns.naming(page, copy),
        )


def check_report(page: Shelves, copy: Copy, facts: Mapping[str, Fact]) -> None:
    """Hold a report to the open task that it ends.

    Raises:
        UnknownError: no such open task.
        CustodyError: it is another telegram's.
        MalformedError: its evidence is no digest.
    """
    names.digest(str(facts["evidence"]))
    number = facts.get("task")
    if not isinstance(number, int):
        return  # none is named, or the table says better what is wrong
    task = open_task(page, number)
    if (task.telegram or task.copy) != (copy.telegram or copy.handle):
        raise CustodyError(
            "task {number} is not of {copy}",
            hint="Report it on a copy of its own telegram.",
            number=task.number,
            copy=returns.naming(page, copy),
        )


def check_withdrawn(page: Shelves, entry: int, number: int) -> None:
    """Hold the withdrawal of one task to the resolution that is countered.

    Raises:
        UnknownError: no such open task.
        CustodyError: it came of another entry.
    """
    task = open_task(page, number)
    if task.leaf_index != entry:
        raise CustodyError(
            "task {number} came of entry {leaf_index}, and {entry} is countered",
            hint="Counter entry {leaf_index}.",
            number=task.number,
            leaf_index=task.leaf_index,
            entry=entry,
        )


def check_none_open(page: Shelves, copy: Copy) -> None:
    """Refuse to destroy the copy that a resolution stands on before it is carried out.

    Raises:
        CustodyError: naming the task.
    """
    for task in page.tasks.find("copy", copy.handle):
        if task.state == OPEN:
            raise CustodyError(
                "{copy} bears a resolution: task {number} of {person} is open",
                hint="Have task {number} reported done, or withdraw it.",
                copy=returns.naming(page, copy),
                number=task.number,
                person=task.person,
            )


def open_task(page: Shelves, number: int) -> Task:
    """The open task of this number.

    Raises:
        UnknownError: there is none.
    """
    row = page.tasks.get(number)
    if row is None or row.state != OPEN:
        raise UnknownError(
            "no open task {number}", hint="List them with `cablegram tasks`.", number=number
        )
    return row


def give(page: Page, step: Step, given: Given, at: str) -> None:
    """Make a task for each person whom a resolution orders to act."""
    facts = step.facts
    for person in _persons(facts):
        page.tasks.add(
            Task(
                number=numbering.take(page, numbering.TASK),
                copy=step.now.handle,
                telegram=step.now.telegram,
                person=person,
                due_at=str(facts.get("fulfil_by", "")),
                state=OPEN,
                resolution=str(facts["evidence"]),
                written_by=str(facts["written_by"]),
                entered_by=given.first.officer,
                at=at,
                leaf_index=step.index,
            )
        )


def report(page: Page, step: Step, at: str) -> None:
    """End the task that a report of fulfilment names."""
    if "task" in step.facts:
        row = open_task(page, int(step.facts["task"]))
        evidence = str(step.facts["evidence"])
        page.tasks.put(replace(row, state=DONE, report=evidence, ended_at=at))


def withdraw(page: Page, step: Step, at: str) -> None:
    """Withdraw what a countered resolution ordered: all that is open of it, or one task."""
    number = step.facts.get("task")
    for row in list(every(page.tasks, "entry", int(step.facts["entry"]))):
        if row.state == OPEN and number in {None, row.number}:
            page.tasks.put(replace(row, state=WITHDRAWN, ended_at=at))


def _persons(facts: Mapping[str, Fact]) -> list[str]:
    return list(dict.fromkeys(str(facts.get("to", "")).split()))
