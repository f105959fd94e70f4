"""Inquiries: what is asked about one copy until two persons rule on it.

One is opened by itself where a copy is missing, short of a sheet or compromised, and by order
for anything else.  Its findings are sealed; its ruling is what ``declare_lost`` and
``contain`` stand on (docs/spec/custody.md, "Inquiries").
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING

from cablegram.errors import CustodyError, MalformedError, UnknownError
from cablegram.model import names
from cablegram.model.acts import DONE, Act, Mark
from cablegram.model.orders import OfficeAct
from cablegram.model.paperwork import Inquiry
from cablegram.registry import entries, matters, notes, numbering, proving, returns
from cablegram.registry.reading import every
from cablegram.sentences import sentence, word
from cablegram.wire import order as order_format

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cablegram.bureau import Bureau
    from cablegram.model.acts import Fact
    from cablegram.model.custody import Copy
    from cablegram.ports import Page, Shelves
    from cablegram.registry.orders import Given

OPEN = "open"
CLOSED = "closed"
_DIGITS_MAX = 15


class Cause(StrEnum):
    """Why an inquiry was opened."""

    MISSING = "missing"
    SHORT = "short"
    COMPROMISED = "compromised"
    OTHER = "other"


class Ruling(StrEnum):
    """What two persons ruled."""

    LOST = "lost"
    FOUND = "found"
    CONTAINED = "contained"
    EXPLAINED = "explained"


CAUSES: Mapping[Act, Cause] = {Act.MISS: Cause.MISSING, Act.COMPROMISE: Cause.COMPROMISED}
"""The acts that open an inquiry by themselves, and its cause."""
_STANDS_ON: Mapping[Act, Ruling] = {
    Act.DECLARE_LOST: Ruling.LOST,
    Act.CONTAIN: Ruling.CONTAINED,
}


def running(page: Shelves, copy: Copy) -> Inquiry | None:
    """The copy's open inquiry."""
    return next(iter(page.inquiries.find("copy", copy.handle, OPEN, limit=1)), None)


def find(page: Shelves, number: Fact) -> Inquiry:
    """The inquiry of this number.

    Raises:
        UnknownError: there is none.
    """
    said = str(number)
    digits = said.isascii() and said.isdecimal() and len(said) <= _DIGITS_MAX
    row = page.inquiries.get(int(said)) if digits else None
    if row is None:
        raise UnknownError(
            "no inquiry {said}", hint="List them with `cablegram inquiries`.", said=said
        )
    return row


def check(page: Shelves, copy: Copy, act: Act, facts: Mapping[str, Fact], bureau: Bureau) -> None:
    """Hold an act that names an inquiry to it: of this copy, and ruled on where it must be.

    Raises:
        UnknownError, CustodyError: which inquiry is wanted.
    """
    if "inquiry" not in facts:
        return
    row, name = find(page, facts["inquiry"]), returns.naming(page, copy)
    if row.copy != copy.handle:
        raise CustodyError(
            "inquiry {number} is not about {name}",
            hint="Name the inquiry about {name}.",
            number=row.number,
            name=name,
        )
    wanted = _STANDS_ON.get(act)
    if wanted is not None and row.ruling != wanted:
        ruled = (
            sentence("ruled {ruling}", ruling=word(row.ruling, "Ruling"))
            if row.ruling
            else sentence("not closed")
        )
        raise CustodyError(
            "{name} cannot be {done}: inquiry {number} is {ruled}",
            hint="Have two officers rule it {wanted} first.",
            name=name,
            done=DONE[act],
            number=row.number,
            ruled=ruled,
            wanted=wanted,
        )
    if wanted is not None:
        _hold(page, row, bureau)


def open_(page: Page, copy: Copy, cause: Cause, given: Given, bureau: Bureau) -> Inquiry:
    """The copy's open inquiry, opened now if there is none; gives its leaf when it is new."""
    row = running(page, copy)
    if row is not None:
        return row
    number = numbering.take(page, numbering.INQUIRY)
    facts: dict[str, Fact] = {"copy": copy.handle, "cause": cause.value}
    index = _enter(page, OfficeAct.INQUIRE, number, copy, facts, given, bureau)
    row = Inquiry(number, copy.handle, cause.value, bureau.now(), index, OPEN)
    page.inquiries.add(row)
    return row


def inquire(page: Page, given: Given, bureau: Bureau) -> Inquiry:
    """Open an inquiry on an officer's order, about the copy whose handle it names.

    Raises:
        UnknownError: no such copy.
        CustodyError: one about it is open already.
    """
    copy = page.copies.get(str(given.first.facts["copy"]))
    if copy is None:
        raise UnknownError("the order names a copy that is not in the books", hint="Look again.")
    row = running(page, copy)
    if row is not None:
        raise CustodyError(
            "inquiry {number} about {copy} is open already",
            hint="Add what was found to inquiry {number}.",
            number=row.number,
            copy=returns.naming(page, copy),
        )
    return open_(page, copy, Cause.OTHER, given, bureau)


def finding(page: Page, given: Given, bureau: Bureau) -> Inquiry:
    """Add a sealed finding to an open inquiry.

    Raises:
        UnknownError, CustodyError: no such inquiry, or it is closed.
        MalformedError: the evidence is no digest.
    """
    row = _open(page, given)
    names.digest(str(given.first.facts["evidence"]))
    index = _enter_on(page, row, given, bureau)
    notes.keep(page, given.first.facts, given.first.act, row.copy, index, bureau)
    row = replace(row, findings=row.findings + 1)
    page.inquiries.put(row)
    return row


def rule(page: Page, given: Given, bureau: Bureau) -> Inquiry:
    """Close an inquiry with a ruling, on the order of two.

    Raises:
        UnknownError, CustodyError: no such inquiry, it is closed, or the copy is not so.
        MalformedError: there is no such ruling.
    """
    row, said = _open(page, given), str(given.first.facts["ruling"])
    if said not in list(Ruling):
        raise MalformedError(
            "there is no ruling {said!r}",
            hint="Rule one of {ruling}.",
            said=said,
            ruling=", ".join(Ruling),
        )
    copy = page.copies.get(row.copy)
    assert copy is not None, "an inquiry is about a copy in the books"
    is_missing = copy.state.value in {"missing", "lost"}
    fits = {
        Ruling.LOST: is_missing,
        Ruling.FOUND: not is_missing,
        Ruling.CONTAINED: copy.has(Mark.COMPROMISED),
        Ruling.EXPLAINED: not is_missing,
    }
    if not fits[Ruling(said)]:
        raise CustodyError(
            sentence(
                "inquiry {number} cannot be ruled {said}: {copy} is ",
                number=row.number,
                said=said,
                copy=returns.naming(page, copy),
            )
            + ("missing" if is_missing else f"{copy.state.value.replace('_', ' ')}"),
            hint="Record first what became of the copy, or rule otherwise.",
        )
    _enter_on(page, row, given, bureau)
    row = replace(row, state=CLOSED, ruling=said, closed_at=bureau.now())
    page.inquiries.put(row)
    return row


def _hold(page: Shelves, row: Inquiry, bureau: Bureau) -> None:
    """Hold a ruling to the order of the two who gave it, and its inquiry to the leaf it began at.

    Raises:
        OrderError: nobody ruled so on this copy.
    """
    what = sentence("the ruling of inquiry {number}", number=row.number)
    leaf = page.leaves.get(row.leaf_index)
    began = None if leaf is None else entries.proved(page, leaf, bureau)
    if (
        began is None
        or began.numbers != f"inquiry {row.number}"
        or entries.facts(began).get("copy") != row.copy
    ):
        raise matters.by_hand(what)
    for kept in every(page.orders, "act", OfficeAct.RULE.value, since=row.leaf_index):
        said = order_format.decode(kept.body)
        ruled = (str(said.facts["inquiry"]), said.facts["ruling"])
        if ruled == (str(row.number), row.ruling) and not said.seconds:
            proving.prove_order(page, kept.digest, bureau, index=kept.leaf_index, what=what)
            return
    raise matters.by_hand(what)


def _open(page: Shelves, given: Given) -> Inquiry:
    row = find(page, given.first.facts["inquiry"])
    if row.state != OPEN:
        raise CustodyError(
            "inquiry {number} was closed: {ruling}",
            hint="Open another about the copy.",
            number=row.number,
            ruling=row.ruling,
        )
    return row


def _enter_on(page: Page, row: Inquiry, given: Given, bureau: Bureau) -> int:
    copy = page.copies.get(row.copy)
    assert copy is not None, "an inquiry is about a copy in the books"
    act = OfficeAct(given.first.act)
    return _enter(page, act, row.number, copy, given.first.facts, given, bureau)


def _enter(
    page: Page,
    act: OfficeAct,
    number: int,
    copy: Copy,
    facts: Mapping[str, Fact],
    given: Given,
    bureau: Bureau,
) -> int:
    return entries.enter_order(
        page,
        given,
        bureau,
        kind=entries.OFFICE,
        subject=matters.subject(page, bureau),
        act=act.value,
        facts=facts,
        numbers=f"inquiry {number}",
        telegram=copy.telegram,
    )
