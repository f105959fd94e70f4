"""Charging: copies that old books accounted for are taken on, a signed list an order.

Every copy begins with its own leaf and comes to where it stands by the acts of the table, all
by the one order of two persons that names the list by its digest.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cablegram.errors import CustodyError, OrderError
from cablegram.model import balance, custody
from cablegram.model.acts import Act, State
from cablegram.model.balance import IN, OUT, THEIRS
from cablegram.model.custody import Copy, Situation
from cablegram.model.orders import OfficeAct
from cablegram.model.records import Balance, Find, PrintRun, Telegram
from cablegram.registry import balances, entries, indexing, numbering, offices
from cablegram.registry import custody as moving
from cablegram.sentences import sentence
from cablegram.wire import balance as format_
from cablegram.wire import canonical
from cablegram.wire.leaf import Entry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cablegram.bureau import Bureau
    from cablegram.model.balance import Group, Line
    from cablegram.ports import Page
    from cablegram.registry.orders import Given


def take(page: Page, given: Given, matter: bytes, bureau: Bureau) -> Balance:
    """Take a list on charge, whole or not at all; our numbers go on from its highest.

    Raises:
        OrderError: another list than the order names.
        CustodyError: that batch is on charge already, or a row does not fit the books.
        MalformedError: it is no such list.
    """
    facts = given.first.facts
    if canonical.digest(matter) != facts["list"]:
        raise OrderError("the order names another list than this", hint="Sign it for this list.")
    source, batch, many = str(facts["source"]), facts["batch"], facts["batches"]
    if not isinstance(batch, int) or not isinstance(many, int) or not 1 <= batch <= many:
        raise OrderError("the list has no place among its batches", hint="Number it from 1.")
    if page.balances.get(source, batch) is not None:
        raise CustodyError(
            "batch {batch} of this list is on charge",
            hint="Go on with the next batch.",
            batch=batch,
        )
    groups = _check(page, format_.decode(matter), bureau)
    at = bureau.now()
    work = _Work(page, given, bureau, at)
    for one in groups:
        work.take(one)
    moved = moving.record(page, work.copies, work.written, given, bureau)
    page.print_runs.put_all(list(work.runs.values()))
    page.telegrams.put_all(work.telegrams)
    page.finds.put_all(work.finds)
    _go_on(page, groups, str(facts.get("numbers", "")))
    offices.enter(page, given, bureau, numbers=f"batch {batch} of {many}")
    row = Balance(
        source,
        batch,
        many,
        str(facts["list"]),
        given.digest,
        moved.leaf_index,
        len(work.telegrams),
        len(work.copies),
    )
    page.balances.add(row)
    return row


def _check(page: Page, lines: Sequence[Line], bureau: Bureau) -> list[Group]:
    """The groups of a signed list, once nothing stands against any of its rows."""
    groups, faults = balance.group(lines)
    if not faults:
        faults = [fault for line in lines for fault in balance.check(line)]
    faults = faults or balances.held(page, groups, bureau)
    if faults:
        first = faults[0]
        raise CustodyError(
            sentence(
                "row {row}, {column}: {what}", row=first.row, column=first.column, what=first.what
            )
            + (sentence(", and {faults} more", faults=len(faults) - 1) if len(faults) > 1 else ""),
            hint=first.do,
        )
    return groups


class _Work:
    """One batch in the making: rows and entries, written together at its end."""

    def __init__(self, page: Page, given: Given, bureau: Bureau, at: str) -> None:
        self.telegrams: list[Telegram] = []
        self.copies: list[Copy] = []
        self.written: list[Entry] = []
        self.runs: dict[int, PrintRun] = {}
        self.finds: list[Find] = []
        self._given = given
        self._bureau = bureau
        self._at = at
        self._series = offices.series(page).letter
        self._situation = Situation(bureau.name, given.first.officer, given.second_person)

    def take(self, one: Group) -> None:
        telegram = None if one.telegram is None else self._telegram(one.telegram, one.copies)
        for line in one.copies:
            self._copy(line, telegram)
        if telegram is None:
            keys, at, subject = (
                indexing.copy_keys(self.copies[-1]),
                self._at,
                self.copies[-1].handle,
            )
        else:
            keys = indexing.telegram_keys(telegram, {line.whom for line in one.copies})
            at, subject = indexing.at_of(telegram), telegram.handle
        self.finds += indexing.rows(keys, at, subject)

    def _telegram(self, line: Line, copies: Sequence[Line]) -> Telegram:
        row = Telegram(
            handle=self._bureau.handle(),
            direction=line.direction,
            office=line.office or (self._bureau.name if line.direction == OUT else ""),
            series=line.series or self._series,
            outgoing_number=line.outgoing,
            cable_number=line.cable,
            letter="",
            sealed="",
            signatory=line.signatory,
            classification=line.classification,
            precedence=line.precedence or "routine",
            filed_at=line.filed_at,
            received_at=line.received_at,
            opened_at="",
            opened_by="",
            return_count=0,
            return_unit="",
            return_counted="",
            return_to="",
            copies=max(line.made, len(copies)),
            order_digest=self._given.digest,
            short_content=line.content,
        )
        said: dict[str, str | int] = {
            "office": row.office,
            "outgoing": row.outgoing_number,
            "signatory": row.signatory,
            "filed_at": row.filed_at,
            "received_at": row.received_at,
            "content": row.short_content,
            "made": row.copies,
        }
        kind = "cable" if line.direction == IN else "outgoing"
        self.written.append(
            Entry(
                kind=entries.TELEGRAM,
                act=OfficeAct.CHARGE.value,
                subject=row.handle,
                seq=1,
                at=self._at,
                officer=self._given.first.officer,
                second=self._given.second_person,
                office=row.office,
                numbers=f"{kind} {row.cable_number or row.outgoing_number}",
                evidence=entries.evidence({n: v for n, v in said.items() if v not in ("", 0)}),
                order=self._given.digest,
                seconds=self._given.second_digest,
            )
        )
        self.telegrams.append(row)
        return row

    def _copy(self, line: Line, telegram: Telegram | None) -> None:
        line = line if telegram is None else replace(line, made=telegram.copies)
        (first, facts), *rest = balance.steps(line, self._bureau.name)
        copy = custody.begin(self._begun(line, telegram, first), first, facts, self._situation)
        self._write(first, copy, entries.evidence(facts))
        for act, said in rest:
            copy = custody.decide(copy, act, said, self._situation)
            self._write(act, copy, entries.evidence(said))
        self.copies.append(copy)
        if telegram is not None and line.print_number and line.print_number not in self.runs:
            at = line.printed_at or telegram.received_at
            self.runs[line.print_number] = PrintRun(
                line.print_number, telegram.handle, "", at, "done", self._given.digest
            )

    def _begun(self, line: Line, telegram: Telegram | None, first: Act) -> Copy:
        void = first is Act.ALLOT
        theirs = line.direction == THEIRS
        return Copy(
            handle=self._bureau.handle(),
            telegram="" if telegram is None else telegram.handle,
            number=line.owner_copy if theirs else line.copy,
            made=0 if theirs else line.made,
            whom=line.whom or ("file" if void else ""),
            state=State.ALLOTTED if void else State.IN_REGISTRY,
            accountable=self._bureau.name,
            series=(telegram.series if telegram is not None else line.series) or self._series,
            sheets=0 if void else line.sheets or 1,
            print_number=0 if void else line.print_number,
            limit_at=line.limit_at if theirs else "",
            limit_to=line.limit_to if theirs else "",
            owner=line.owner,
            owner_cable=line.owner_cable,
            owner_copy=line.owner_copy,
            incoming=line.incoming,
            classification=line.classification or (telegram.classification if telegram else ""),
            short_content=line.content if theirs else "",
        )

    def _write(self, act: Act, copy: Copy, evidence: str) -> None:
        self.written.append(moving.entry(act, copy, evidence, self._given, self._at))


def _go_on(page: Page, groups: Sequence[Group], said: str) -> None:
    """Let our numbers go on from the highest of the list, and from those that were named."""
    highest: dict[tuple[str, str], int] = {}

    def used(kind: str, series: str, number: int) -> None:
        highest[kind, series] = max(number, highest.get((kind, series), 0))

    current = offices.series(page).letter
    for one in groups:
        telegram = one.telegram
        if telegram is not None and telegram.direction == OUT:
            used(numbering.OUTGOING, telegram.series or current, telegram.outgoing)
        elif telegram is not None:
            used(numbering.CABLE, "", telegram.cable)
        for line in one.copies:
            used(numbering.PRINT, "", line.print_number)
            used(numbering.INCOMING, "", _counted(line.incoming))
    for (kind, series), number in highest.items():
        if number > numbering.last(page, kind, series):
            numbering.go_on_from(page, kind, series, number)
    for word in said.split():
        name, _, number_said = word.partition("=")
        kind, _, series = name.partition("/")
        offices.go_on(page, kind, series, number_said)


def _counted(stamp: str) -> int:
    """The running number in a stamp: what stands behind the first slash, or all of it."""
    _, slash, behind = stamp.partition("/")
    digits = (behind if slash else stamp).partition("/")[0].partition("-")[0].strip()
    good = digits.isascii() and digits.isdecimal() and len(digits) <= len(str(numbering.NUMBER_MAX))
    return int(digits) if good else 0
