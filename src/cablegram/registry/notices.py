"""Notices: who must be told of an act on a copy that they have, or that is theirs.

They stand as duties until somebody has given them and says so; persons are told by us,
offices by a letter (docs/spec/custody.md, "Notices").
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cablegram.errors import UnknownError
from cablegram.model.acts import Act, State
from cablegram.model.paperwork import Notice
from cablegram.registry import numbering, offices

if TYPE_CHECKING:
    from cablegram.bureau import Bureau
    from cablegram.ports import Page
    from cablegram.registry.orders import Given
    from cablegram.registry.steps import Step

OWED = "owed"
GIVEN = "given"
PERSON = "person"
OFFICE = "office"
TO_HOLDERS = frozenset({Act.RECALL, Act.REGRADE, Act.EXTEND, Act.COMPROMISE, Act.CANCEL})
TO_ORIGINATOR = frozenset({Act.COMPROMISE, Act.DECLARE_LOST})
_DIGITS_MAX = 15


def owe(page: Page, step: Step, act: Act, at: str, bureau: Bureau) -> None:
    """Owe word of an act to whoever has the copy, and to its originator where it asks for that."""
    copy = step.now
    told: dict[str, str] = {}
    if act in TO_HOLDERS and copy.holder:
        with_person = State.ISSUED in {copy.state, copy.kept_state}
        told[copy.holder] = PERSON if with_person else OFFICE
    if act in TO_ORIGINATOR:
        telegram = page.telegrams.get(copy.telegram)
        owner = copy.owner if telegram is None else telegram.office
        told[owner] = OFFICE
    for to, kind in told.items():
        if to != bureau.name:
            number = numbering.take(page, numbering.NOTICE)
            row = Notice(number, to, kind, copy.handle, act.value, at, step.index, OWED)
            page.notices.add(row)


def give(page: Page, given: Given, bureau: Bureau) -> Notice:
    """Note that a notice was given.

    Raises:
        UnknownError: there is no such owed notice.
    """
    said = str(given.first.facts["number"])
    digits = said.isascii() and said.isdecimal() and len(said) <= _DIGITS_MAX
    row = page.notices.get(int(said)) if digits else None
    if row is None or row.state != OWED:
        raise UnknownError(
            "no notice {said} is owed", hint="List them with `cablegram notices`.", said=said
        )
    office = row.to if row.kind == OFFICE else ""
    offices.enter(page, given, bureau, numbers=f"notice {row.number}", office=office)
    row = replace(row, state=GIVEN, given_at=bureau.now())
    page.notices.put(row)
    return row
