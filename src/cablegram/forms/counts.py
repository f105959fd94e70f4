"""Sheets of the count: muster list and watch handover (docs/spec/forms.md)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from cablegram.errors import CablegramError, UnknownError
from cablegram.forms.blocks import (
    Column,
    Field,
    Fields,
    Layout,
    Lines,
    Prose,
    Said,
    Section,
    Signature,
    Signatures,
    Table,
)
from cablegram.model.acts import HELD_HERE, State
from cablegram.registry import finding, numbering, serving, tallies, watches
from cablegram.registry.reading import every
from cablegram.wire import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from cablegram.forms.blocks import Block, Value
    from cablegram.forms.reading import Event, Reading
    from cablegram.model.custody import Copy
    from cablegram.model.records import MusterRow

_PARTS = re.compile(r"[0-9]+|[^0-9]+")
OUTCOMES = (
    "sighted",
    "sighted_elsewhere",
    "open_items",
    "unsighted",
    "unexpected",
    "doubled",
    "moved_since",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A number on a muster list, and where the books say that the copy is."""

    name: str
    sheets: int
    where: Said | None
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Both:
    """A copy on the list that two offices made of their counts: what either says, and the class."""

    name: str
    owner: str
    first: Said
    second: Said
    klass: Said


@dataclass(frozen=True, slots=True, kw_only=True)
class MusterList:
    """The outcome of a muster, heading by heading; ``number`` 0 is a list to count with."""

    number: int
    cut_off: datetime | None
    officer: str
    second: str
    parts: tuple[tuple[str, tuple[Counted, ...]], ...]
    counts: tuple[tuple[str, tuple[Both, ...]], ...] = ()

    def layout(self) -> Layout:
        """Sums first, then every number; on a list to count with each has a box."""
        sums = {name: len(found) for name, found in self.parts}
        blocks: list[Block] = [
            Fields((Field("cut_off", self.cut_off, 6, large=True), Field("counted_at", None, 6)))
        ]
        if self.number:
            boxes = [
                Field(f"muster_{name}", str(sums.get(name, 0)), 4, large=True)
                for name in ("sighted", "sighted_elsewhere", "open_items")
            ] + [
                Field(f"muster_{name}", str(sums.get(name, 0)), 3, large=True)
                for name in ("unsighted", "unexpected", "doubled", "moved_since")
            ]
            blocks.append(Fields(tuple(boxes)))
        else:
            blocks.append(Prose("muster_words"))
        for name, found in self.parts:
            if found:
                blocks += [Section(f"muster_{name}", len(found)), _counted(found)]
        for office, both in self.counts:
            blocks += [Section("muster_matched", office), _matched(both)]
        blocks += [
            Lines("remarks", 2),
            Signatures(
                (Signature("counted_by", self.officer), Signature("second_person", self.second))
            ),
        ]
        return Layout("muster", str(self.number or ""), tuple(blocks))


def _matched(both: tuple[Both, ...]) -> Table:
    return Table(
        (
            Column("line", 11, right=True),
            Column("copy", 28),
            Column("owner", 28),
            Column("tally_first", share=1),
            Column("tally_second", share=1),
            Column("tally_class", 34),
        ),
        tuple((n, b.name, b.owner, b.first, b.second, b.klass) for n, b in enumerate(both, 1)),
    )


def _counted(found: tuple[Counted, ...]) -> Table:
    return Table(
        (
            Column("line", 11, right=True),
            Column("copy", 32),
            Column("sheets", 13, right=True),
            Column("where_now", share=1),
            Column("due_back", 25),
            Column("seen", 16),
            Column("remarks", 30),
        ),
        tuple((n, c.name, c.sheets, c.where, c.due_at, None, None) for n, c in enumerate(found, 1)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One thing that waits for the watch that takes over."""

    what: Said
    about: Value
    words: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """What one watch leaves to the next: what is here, what is out, what is due."""

    at: datetime
    number: str
    outgoing: str
    incoming: str
    note: str
    by_state: tuple[tuple[Said, int], ...]
    last_numbers: tuple[tuple[str, int], ...]
    waiting: tuple[Waiting, ...]

    def layout(self) -> Layout:
        """One sheet for a quiet watch."""
        return Layout(
            "watch",
            self.number,
            (
                Fields(
                    (
                        Field("handed_over_at", self.at, 4, large=True),
                        Field("watch_outgoing", self.outgoing, 4),
                        Field("watch_incoming", self.incoming, 4),
                    )
                ),
                Section("watch_numbers"),
                Fields(tuple(Field(k, str(n or ""), 3, large=True) for k, n in self.last_numbers)),
                Section("watch_copies"),
                Table(
                    (
                        Column("where", share=1),
                        Column("copies", 26, right=True),
                        Column("sighted_now", 40),
                    ),
                    tuple((said, str(n), None) for said, n in self.by_state),
                ),
                Section("watch_waiting", len(self.waiting)),
                Table(
                    (
                        Column("what", share=0.8),
                        Column("about", 32),
                        Column("details", share=1.6),
                        Column("done", 16),
                    ),
                    tuple((w.what, w.about, w.words, None) for w in self.waiting),
                    blank=0 if self.waiting else 2,
                ),
                Lines("remarks", 3)
                if not self.note
                else Fields((Field("remarks", self.note, 12),)),
                Prose("watch_words"),
                Signatures(
                    (
                        Signature("watch_outgoing", self.outgoing),
                        Signature("watch_incoming", self.incoming),
                    )
                ),
            ),
        )


def muster(read: Reading, number: int) -> tuple[MusterList, Event | None]:
    """A muster that was held; for 0 a list of what must be here, to count with.

    Raises:
        UnknownError: no muster has that number.
    """
    if not number:
        return _to_count(read), None
    row = read.view.musters.get(number)
    if row is None:
        raise UnknownError(
            "no muster {number} was held here",
            hint="Leave the number out for a list to count with.",
            number=number,
        )
    outcome = canonical.decode(row.outcome)
    parts = tuple(
        (name, tuple(_entry(read, one) for one in _sorted(outcome.get(name)))) for name in OUTCOMES
    )
    return MusterList(
        number=number,
        cut_off=read.local(row.cut_off),
        officer=read.person(row.officer),
        second=read.person(row.second),
        parts=parts,
        counts=tuple(_both(read, row)),
    ), None


def _both(read: Reading, row: MusterRow) -> Iterator[tuple[str, tuple[Both, ...]]]:
    """The list with each office that counted, too, as far as both counts are there."""
    us = read.bureau.name
    for count in tallies.counts_of(read.view, row, read.bureau):
        first, second = sorted((us, count.office))
        found = tallies.matched(read.view, count, read.bureau) or ()
        lines = tuple(
            Both(
                name=f"{one.cable}/{one.copy}",
                owner=one.owner,
                first=_says(one.first.value, first),
                second=_says(one.second.value, second),
                klass=Said(f"class_{one.klass.value}"),
            )
            for one in found
        )
        yield count.office, lines


def _says(word: str, office: str) -> Said:
    key = "tally_word_disputed" if word == "disputed" else f"tally_{word}"
    return Said(key, (("office", office),))


def watch(read: Reading, number: int = 0) -> tuple[Handover, Event | None]:
    """What a watch that ends now leaves to the next; with a number, what one left.

    Raises:
        UnknownError: no watch of that number was handed over.
    """
    if number:
        return _handed(read, number), None
    at = read.bureau.now()
    moment = read.local(at)
    assert moment is not None, "the clock shows a moment"
    states = [
        (Said(f"count_{state.value}"), read.view.copies.count("state", state.value))
        for state in State
        if state not in {State.VOID, State.GIVEN_BACK, State.DESTROYED}
    ]
    return Handover(
        at=moment,
        number="",
        outgoing="",
        incoming="",
        note="",
        by_state=tuple((said, count) for said, count in states if count),
        last_numbers=tuple((f"last_{k}", numbering.last(read.view, k)) for k in watches.LAST),
        waiting=tuple(_waiting(read, serving.due(read.view, at, timedelta(days=1)))),
    ), None


def _handed(read: Reading, number: int) -> Handover:
    row = read.view.watches.get(number)
    if row is None:
        raise UnknownError(
            "no watch {number} was handed over",
            hint="See the last with `cablegram watch show`.",
            number=number,
        )
    opened, copies, numbers = watches.read(row.met or row.left)
    at = read.local(row.taken_at or row.handed_at)
    assert at is not None, "a handover has its moment"
    return Handover(
        at=at,
        number=str(number),
        outgoing=read.person(row.outgoing),
        incoming=read.person(row.incoming),
        note=row.note,
        by_state=tuple((Said(f"count_{state}"), count) for state, count in copies.items()),
        last_numbers=tuple((f"last_{kind}", numbers.get(kind, 0)) for kind in watches.LAST),
        waiting=tuple(
            Waiting(what=Said(f"duty_{kind.replace(' ', '_')}"), about=about, words=None)
            for kind, about in opened
        ),
    )


def _waiting(read: Reading, due: Any) -> list[Waiting]:
    found = [
        Waiting(
            what=Said(f"due_{kind}"), about=finding.name(read.view, copy), words=read.where(copy)
        )
        for kind in ("overdue", "soon", "leaving", "tracers", "missing", "unprinted", "unverified")
        for copy in getattr(due, kind)
    ]
    found += [
        Waiting(what=Said("due_held"), about=read.who(who), words=str(many))
        for who, many in due.held
    ]
    found += [
        Waiting(
            what=Said("due_unopened"),
            about=str(row.outer_number),
            words=read.office(row.claimed),
        )
        for row in due.unopened
    ]
    found += [
        Waiting(what=Said("due_owed"), about=Said(row.kind), words=read.office(row.office))
        for row in due.owed
    ]
    found += [
        Waiting(
            what=Said("due_task"),
            about=_named(read, task.copy),
            words=f"{task.number}: {read.person(task.person)}",
        )
        for task in every(read.view.tasks, "state", "open")
    ]
    found += [
        Waiting(what=Said("due_inquiry"), about=_named(read, row.copy), words=str(row.number))
        for row in every(read.view.inquiries, "state", "open")
    ]
    found += [
        Waiting(
            what=Said("due_notice"),
            about=_named(read, row.copy),
            words=f"{row.number}: {read.who(row.to)}",
        )
        for row in every(read.view.notices, "state", "owed")
    ]
    found += [
        Waiting(what=Said("due_alarm"), about=str(one.number), words=one.words)
        for one in due.alarms
    ]
    return found


def _named(read: Reading, handle: str) -> str:
    copy = read.view.copies.get(handle)
    assert copy is not None, "paperwork is about a copy that is there"
    return finding.name(read.view, copy)


def _to_count(read: Reading) -> MusterList:
    here = [copy for state in sorted(HELD_HERE) for copy in every(read.view.copies, "state", state)]
    rows = [
        Counted(
            name=read.spelled(copy),
            sheets=copy.sheets,
            where=read.where(copy),
            due_at=read.local(copy.due_at),
        )
        for copy in here
    ]
    rows.sort(key=lambda row: _natural(row.name))
    return MusterList(
        number=0,
        cut_off=read.local(read.bureau.now()),
        officer="",
        second="",
        parts=(("to_sight", tuple(rows)),),
    )


def _sorted(names: object) -> list[str]:
    found: Sequence[object] = names if isinstance(names, list) else ()
    return sorted(map(str, found), key=_natural)


def _natural(name: str) -> tuple[tuple[int, int | str], ...]:
    parts = _PARTS.findall(name)
    return tuple((0, int(p)) if p.isdecimal() else (1, p) for p in parts)


def _entry(read: Reading, name: str) -> Counted:
    copy: Copy | None = None
    try:
        copy = serving.one(read.view, name)
    except CablegramError:
        # A number that should not be there is in no book, or two read alike.
        return Counted(name=name, sheets=0, where=None)
    return Counted(
        name=name, sheets=copy.sheets, where=read.where(copy), due_at=read.local(copy.due_at)
    )
