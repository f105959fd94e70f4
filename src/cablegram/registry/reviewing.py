"""Reviews: what becomes of a telegram's classification, and of its copies, when their time comes.

The series says after how many years.  A clock brings nothing about: a review is an order, and what
it decides is done by the acts that do it (docs/spec/year.md, "Reviews").
"""

from __future__ import annotations

from dataclasses import replace
from datetime import MAXYEAR
from itertools import chain
from typing import TYPE_CHECKING

from cablegram.errors import OrderError, UnknownError
from cablegram.model.acts import HELD_HERE, IN_CUSTODY, Act, Mark
from cablegram.model.orders import OfficeAct
from cablegram.model.text import clean
from cablegram.model.times import instant, moment, stricter
from cablegram.model.year import Review
from cablegram.ports import FIND_MAX
from cablegram.registry import matters, numbering, offices
from cablegram.registry.reading import every
from cablegram.wire.leaf import decode_entry

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cablegram.bureau import Bureau
    from cablegram.model.acts import Fact
    from cablegram.model.custody import Copy
    from cablegram.model.records import Telegram
    from cablegram.ports import Page, Shelves
    from cablegram.registry.orders import Given
    from cablegram.registry.steps import Step

CLASSIFICATION = "classification"
RETENTION = "retention"
KEEP, REGRADE, DECLASSIFY, DESTROY = "keep", "regrade", "declassify", "destroy"
DECISIONS = {
    CLASSIFICATION: (KEEP, REGRADE, DECLASSIFY),
    RETENTION: (KEEP, DESTROY),
}
"""What a review of each kind may decide."""
OPEN, DONE = "open", "done"
MATTER = "review/"
_DATED = "0"
"""No moment stands before it."""
_CARRY_OUT = frozenset({Act.REGRADE, Act.DECLASSIFY, Act.DESTROY, Act.REPORT_DESTROYED})
_NEEDS = {KEEP: "until_at", REGRADE: "level"}


def newest(page: Shelves, telegram: Telegram, what: str) -> Review | None:
    """The last review of a telegram's classification or retention; None before the first."""
    rows = page.reviews.find("telegram", telegram.handle, what, limit=1, backwards=True)
    return rows[0] if rows else None


def due_at(page: Shelves, telegram: Telegram, what: str, bureau: Bureau) -> str:
    """When a telegram comes up for review; empty where it never does.

    After the years that its series says, counted from its filing, or from when it was taken on
    charge where old books do not say; after a review that keeps it, when that one says.
    """
    last = newest(page, telegram, what)
    if last is not None:
        return last.until_at
    regime = offices.series_or_current(page, telegram.series)
    years = regime.review_years if what == CLASSIFICATION else regime.keep_years
    at = since(page, telegram) if years else ""
    return years_after(at, years, bureau) if at else ""


def since(page: Shelves, telegram: Telegram) -> str:
    """What its years are counted from: its filing; where old books do not say, its first entry."""
    if telegram.filed_at:
        return telegram.filed_at
    first = page.leaves.find("subject", telegram.handle, 1, limit=1)
    return decode_entry(first[0].entry).at if first else ""


def years_after(at: str, years: int, bureau: Bureau) -> str:
    """The same moment of the calendar so many years later, in the office's zone."""
    local = instant(at).astimezone(bureau.zone)
    year = min(local.year + years, MAXYEAR)
    try:
        return moment(local.replace(year=year))
    except ValueError:  # the 29th of February, in a year that has none
        return moment(local.replace(year=year, day=28))


def limit_of_ours(
    page: Shelves, facts: Mapping[str, Fact], owner: str, bureau: Bureau
) -> dict[str, Fact]:
    """How long another office's copy stays: what our own series keeps, where that is less."""
    years = offices.series(page).keep_years
    kept = years_after(bureau.now(), years, bureau) if years else ""
    limit = str(facts.get("limit_at", ""))
    if not kept or stricter(limit and moment(instant(limit)), kept) != kept:
        return {}
    return {"limit_at": kept, "limit_to": facts.get("limit_to") or owner}


def due(page: Shelves, what: str, until: str, bureau: Bureau) -> list[tuple[Telegram, str]]:
    """Telegrams that come up for review before a moment, oldest first; a thousand."""
    least = _least_years(page, what)
    found: list[tuple[Telegram, str]] = []
    for row in every(page.reviews, "state", OPEN, what, KEEP, below=until):
        telegram = page.telegrams.get(row.telegram)
        if telegram is not None:
            found.append((telegram, row.until_at))
    if least:
        # Nothing filed later can be due yet; what was reviewed before is passed over.
        dated = every(page.telegrams, "filed", since=_DATED, below=until)
        for telegram in chain(_undated(page, least, until, bureau), dated):
            at = due_at(page, telegram, what, bureau)
            filed = telegram.filed_at
            late = filed and years_after(filed, least, bureau) >= until
            if late or len(found) >= FIND_MAX:
                break
            if at and at < until and newest(page, telegram, what) is None:
                found.append((telegram, at))
    return sorted(found, key=lambda one: one[1])[:FIND_MAX]


def _undated(page: Shelves, least: int, until: str, bureau: Bureau) -> Iterator[Telegram]:
    """Telegrams of old books that do not say when they were filed, if any can be due yet."""
    charges = page.orders.find("act", OfficeAct.CHARGE.value, limit=1)
    first = page.leaves.get(charges[0].leaf_index) if charges else None
    if first and years_after(decode_entry(first.entry).at, least, bureau) < until:
        yield from every(page.telegrams, "filed", "")


def to_do(page: Shelves, row: Review) -> list[Copy]:
    """The copies on which a decision to regrade, declassify or destroy is to be carried out yet."""
    copies = list(every(page.copies, "telegram", row.telegram))
    if row.decision == REGRADE:
        return [c for c in copies if c.state in IN_CUSTODY and c.classification != row.level]
    if row.decision == DECLASSIFY:
        return [c for c in copies if c.state in IN_CUSTODY and not c.has(Mark.DECLASSIFIED)]
    return [c for c in copies if c.state in HELD_HERE]


def decided(page: Shelves) -> Iterator[tuple[Review, list[Copy]]]:
    """Reviews whose decision is not carried out on every copy yet."""
    for what, decisions in DECISIONS.items():
        for decision in decisions[1:]:
            for row in every(page.reviews, "state", OPEN, what, decision):
                copies = to_do(page, row)
                if copies:
                    yield row, copies


def follow(page: Page, act: Act, steps: Sequence[Step]) -> None:
    """Close the reviews whose decision an act on copies has carried out."""
    done = {step.now.telegram for step in steps} if act in _CARRY_OUT else set()
    for handle in sorted(done - {""}):
        for what in DECISIONS:
            for row in page.reviews.find("telegram", handle, what, limit=1, backwards=True):
                if row.state == OPEN and row.decision != KEEP and not to_do(page, row):
                    page.reviews.put(replace(row, state=DONE))


def review(page: Page, given: Given, bureau: Bureau) -> Review:
    """Record what was decided of a telegram: keep it until then, regrade, declassify, destroy.

    Raises:
        UnknownError: no such telegram.
        OrderError: no such decision, or it lacks what it needs.
        MalformedError: a moment or words that are none.
    """
    facts = {name: str(value) for name, value in given.first.facts.items()}
    telegram = page.telegrams.get(facts["telegram"])
    if telegram is None:
        raise UnknownError("the order names no telegram of ours", hint="Look it up again.")
    what, decision = facts["what"], facts["decision"]
    if decision not in DECISIONS.get(what, ()):
        raise OrderError(
            "a review of {what} does not decide {decision}",
            hint="It may decide {decisions}.",
            what=what[:40],
            decision=decision[:40],
            decisions=", ".join(DECISIONS.get(what, DECISIONS)),
        )
    for name in ("until_at", "level"):
        if bool(facts.get(name)) != (_NEEDS.get(decision) == name):
            raise OrderError(
                "{decision} is decided with its {needs} alone",
                hint="Give what it needs, and leave the rest out.",
                decision=decision,
                needs=_NEEDS.get(decision, "reason"),
            )
    for name in ("reason", "note", "level"):
        clean(facts.get(name, ""), f"the {name}", most=500)
    until_at = facts.get("until_at", "")
    if until_at and instant(until_at) <= instant(bureau.now()):
        raise OrderError(
            "it would be kept until {until_at}, which has passed",
            hint="Give a moment to come.",
            until_at=until_at,
        )
    number = numbering.take(page, numbering.REVIEW)
    index = matters.enter(page, given, MATTER + telegram.handle, bureau)
    before = newest(page, telegram, what)
    if before is not None:
        page.reviews.put(replace(before, state=DONE))
    row = Review(
        number=number,
        telegram=telegram.handle,
        what=what,
        decision=decision,
        until_at=until_at,
        level=facts.get("level", ""),
        at=bureau.now(),
        officer=given.first.officer,
        leaf_index=index,
        state=OPEN,
    )
    if decision != KEEP and not to_do(page, row):
        row = replace(row, state=DONE)
    page.reviews.add(row)
    return row


def _least_years(page: Shelves, what: str) -> int:
    """The shortest span that any series has; 0 where none has one."""
    regimes = [offices.series(page, letter) for letter in offices.all_series(page)]
    spans = [r.review_years if what == CLASSIFICATION else r.keep_years for r in regimes]
    return min((span for span in spans if span), default=0)
