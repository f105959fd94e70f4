"""Sheets about a copy's life (docs/spec/forms.md).

Disclosure sheet, missing-copy report, regrade notice.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cablegram.errors import CustodyError
from cablegram.forms import exemplar, lists, reading
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
    Tick,
    Ticks,
)
from cablegram.model.acts import Act, State
from cablegram.registry.reading import every

if TYPE_CHECKING:
    from datetime import datetime

    from cablegram.forms.exemplar import Exemplar
    from cablegram.forms.lists import CopyLine
    from cablegram.forms.reading import Event, Reading
    from cablegram.model.custody import Copy
    from cablegram.model.records import Telegram

DISCLOSURE_ROWS = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One person who has seen the copy: on what ground, first and last."""

    name: str
    ground: Said
    first_at: datetime | None
    entry: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """Everyone who has seen a copy, once each, with room to sign."""

    copy: Exemplar
    seen: tuple[Seen, ...]

    def layout(self) -> Layout:
        """A list with blank rows for those to come."""
        return Layout(
            "disclosure",
            self.copy.spelled,
            (
                self.copy.boxes(),
                Prose("disclosure_words"),
                Table(
                    (
                        Column("line", 9, right=True),
                        Column("person", share=1.3),
                        Column("ground", share=1),
                        Column("first_at", 26),
                        Column("entry_number", 15, right=True),
                        Column("signature", 38),
                    ),
                    tuple(
                        (n, s.name, s.ground, s.first_at, str(s.entry), None)
                        for n, s in enumerate(self.seen, 1)
                    ),
                    blank=max(4, DISCLOSURE_ROWS - len(self.seen)),
                ),
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One act in a copy's life."""

    entry: int
    at: datetime | None
    act: Said
    by: str
    holder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingReport:
    """What is known of a copy that was not found, and what the inquiry is to find out."""

    copy: Exemplar
    missed_at: datetime | None
    reported_by: str
    reason: str
    muster: str
    last_state: Said | None
    last_holder: str
    last_seen: datetime | None
    inquiry: str
    findings: int
    ruling: str
    lost_at: datetime | None
    found_at: datetime | None
    compromised: bool
    steps: tuple[Step, ...]

    def layout(self) -> Layout:
        """What the books say, the whole life, and lines for what they do not."""
        return Layout(
            "missing",
            self.copy.spelled,
            (
                self.copy.boxes(),
                Fields(
                    (
                        Field("missed_at", self.missed_at, 4),
                        Field("reported_by", self.reported_by, 4),
                        Field("inquiry_number", self.inquiry, 2),
                        Field("findings", self.findings, 2),
                        Field("last_state", self.last_state, 4),
                        Field("last_holder", self.last_holder, 3),
                        Field("last_seen", self.last_seen, 3),
                        Field("muster_number", self.muster, 2),
                        Field("reason", self.reason, 12),
                    )
                ),
                Section("life"),
                Table(
                    (
                        Column("entry_number", 15, right=True),
                        Column("day_and_time", 26),
                        Column("act", share=1),
                        Column("by", share=1),
                        Column("holder", share=1.2),
                    ),
                    tuple((str(s.entry), s.at, s.act, s.by, s.holder) for s in self.steps),
                ),
                Lines("circumstances", 3),
                Lines("measures", 1),
                Section("ruling"),
                Ticks(
                    (
                        Tick("ruling_found", self.found_at is not None, self.found_at),
                        Tick("ruling_lost", self.lost_at is not None, self.lost_at),
                        Tick("ruling_explained", self.ruling == "explained"),
                        Tick("ruling_compromised", self.compromised),
                        Tick("ruling_contained", self.ruling == "contained"),
                    ),
                    columns=2,
                ),
                Signatures((Signature("reported_by", self.reported_by), Signature("chief"))),
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The notice to whoever has a copy: its number (0: none is owed), and when it was given."""

    number: int
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegradeNotice:
    """A change of secrecy, told to everyone who has a copy."""

    number: str
    office: str
    their_number: str
    received_at: datetime | None
    before: str
    after: str
    authority: str
    at: datetime | None
    by: str
    copies: tuple[CopyLine, ...]
    told: tuple[Told, ...]

    def layout(self) -> Layout:
        """Old marking, new marking, and each copy's holder, who signs that it was changed."""
        return Layout(
            "regrade",
            self.number,
            (
                Fields(
                    (
                        Field("classification_before", self.before, 6, large=True),
                        Field("classification_after", self.after, 6, large=True),
                        Field("authority", self.authority, 8),
                        Field("from_when", self.at, 4),
                        Field("from_office", self.office, 5),
                        Field("their_number", self.their_number, 3),
                        Field("received", self.received_at, 4),
                    )
                ),
                Prose("regrade_words", (("after", self.after), ("before", self.before))),
                Table(
                    (
                        Column("copy", 13, right=True),
                        Column("for_whom", share=1),
                        Column("where", share=1.5),
                        Column("sheets", 13, right=True),
                        Column("notice_number", 15, right=True),
                        Column("told_on", 25),
                        Column("signature", 32),
                    ),
                    tuple(
                        (c.number, c.whom, c.where, c.sheets, told.number, told.at, None)
                        for c, told in zip(self.copies, self.told, strict=True)
                    ),
                ),
                Signatures((Signature("ordered_by", self.by, at=self.at),)),
            ),
        )


_GROUNDS = {
    Act.PRINT: "officer",
    Act.VERIFY: "officer",
    Act.ISSUE: "holder",
    Act.HAND_OVER: "holder",
    Act.READ: "reader",
    Act.SHOW: "reader",
    Act.ANNOTATE: "written_by",
}


def disclosure(read: Reading, copy: Copy) -> tuple[Disclosure, Event | None]:
    """Everyone who opened, printed, verified, held or read the copy, as they first did."""
    seen: dict[str, Seen] = {}

    def saw(person: str, ground: str, at: str, entry: int) -> None:
        if person and person not in seen:
            said = Said(f"ground_{ground}")
            seen[person] = Seen(
                name=read.person(person), ground=said, first_at=read.local(at), entry=entry
            )

    telegram = read.view.telegrams.get(copy.telegram)
    if telegram is not None:
        for event in read.life(telegram.handle):
            if event.entry.act == "open":
                saw(telegram.opened_by, "open", telegram.opened_at, event.index)
    life = read.life(copy.handle)
    for event in life:
        who = _GROUNDS.get(Act(event.entry.act))
        if who is not None:
            person = event.entry.officer if who == "officer" else str(event.facts.get(who, ""))
            saw(person, event.entry.act, event.entry.at, event.index)
            if _may_open(read, event):
                saw(str(event.facts["proxy"]), "proxy", event.entry.at, event.index)
    return Disclosure(copy=exemplar.of(read, copy), seen=tuple(seen.values())), life[-1]


def _may_open(read: Reading, event: Event) -> bool:
    """Whether somebody who may open took the copy for its holder; a sealed one is not seen."""
    rows = read.view.proxies.find(
        "", str(event.facts.get("holder", "")), str(event.facts.get("proxy", ""))
    )
    return any(
        row.may == "open"
        and row.since_index < event.index
        and (not row.until_index or event.index < row.until_index)
        for row in rows
    )


def missing(read: Reading, copy: Copy) -> tuple[MissingReport, Event]:
    """The report on a copy that is missing, lost, or was.

    Raises:
        CustodyError: it was never missed.
    """
    life = read.life(copy.handle)
    about = exemplar.of(read, copy)
    missed = reading.newest(life, Act.MISS)
    if missed is None:
        raise CustodyError(
            "{name} was never missed",
            hint="Record it first: `cablegram act miss {name} --fact reason=...`.",
            name=about.name,
        )
    before = [event for event in life if event.index < missed.index]
    after = [event for event in life if event.index > missed.index]
    lost, found = reading.newest(after, Act.DECLARE_LOST), reading.newest(after, Act.FIND)
    asked = max(
        (row for row in every(read.view.inquiries, "copy", copy.handle) if row.cause == "missing"),
        key=lambda row: row.number,
        default=None,
    )
    holder = before[-1].entry.holder
    return MissingReport(
        copy=about,
        missed_at=read.local(missed.entry.at),
        reported_by=read.person(missed.entry.officer),
        reason=str(missed.facts["reason"]),
        muster=str(missed.facts.get("muster", "")),
        last_state=read.where(replace(copy, state=State(copy.kept_state)))
        if copy.kept_state
        else None,
        last_holder=read.who(holder),
        last_seen=read.local(before[-1].entry.at),
        inquiry="" if asked is None else str(asked.number),
        findings=0 if asked is None else asked.findings,
        ruling="" if asked is None else asked.ruling,
        lost_at=None if lost is None else read.local(lost.entry.at),
        found_at=None if found is None else read.local(found.entry.at),
        compromised="compromised" in copy.marks.split(),
        steps=tuple(
            Step(
                entry=e.index,
                at=read.local(e.entry.at),
                act=Said(f"act_{e.entry.act}"),
                by=" + ".join(read.person(p) for p in (e.entry.officer, e.entry.second) if p),
                holder=read.who(e.entry.holder),
            )
            for e in life
        ),
    ), missed


def regrade(read: Reading, telegram: Telegram) -> tuple[RegradeNotice, Event]:
    """The notice of a telegram's newest regrading or declassification.

    Raises:
        CustodyError: it was never regraded.
    """
    copies = list(every(read.view.copies, "telegram", telegram.handle))
    acts: list[Event] = []
    for copy in copies:
        event = reading.newest(read.life(copy.handle), Act.REGRADE, Act.DECLASSIFY)
        if event is not None:
            acts.append(event)
    if not acts:
        raise CustodyError(
            "{cable} was never regraded",
            hint="Regrade its copies first.",
            cable=telegram.cable_number,
        )
    last = max(acts, key=lambda event: event.index)
    after = str(last.facts.get("classification", ""))
    why = str(last.facts.get("reason", ""))
    authority = " · ".join(filter(None, (str(last.facts.get("authority", "")), why)))
    return RegradeNotice(
        number=str(telegram.cable_number),
        office=read.office(telegram.office),
        their_number=str(telegram.outgoing_number),
        received_at=read.local(telegram.received_at),
        before=telegram.classification,
        after=after or _declassified(read),
        authority=authority,
        at=read.local(last.entry.at),
        by=read.person(last.entry.officer),
        copies=tuple(lists.copy_line(read, copy) for copy in copies),
        told=tuple(_told(read, copy) for copy in copies),
    ), last


def _told(read: Reading, copy: Copy) -> Told:
    rows = [r for r in every(read.view.notices, "copy", copy.handle) if r.act == Act.REGRADE]
    return Told(
        number=rows[-1].number if rows else 0, at=read.local(rows[-1].given_at) if rows else None
    )


def _declassified(read: Reading) -> str:
    from cablegram.forms.words import WORDS

    return WORDS[read.languages[0]]["declassified"]
