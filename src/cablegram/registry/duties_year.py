"""Duties of the year: musters, reviews, and the books of a year that has ended."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from cablegram.errors import OrderError
from cablegram.model.times import instant, moment
from cablegram.registry import (
    custodians,
    finding,
    matters,
    mustering,
    offices,
    reviewing,
    years,
)
from cablegram.registry.duty import Asked, Duty, Grade
from cablegram.registry.reading import every
from cablegram.sentences import counted, sentence
from cablegram.wire.leaf import decode_entry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cablegram.model.custody import Copy
    from cablegram.model.handling import Series
    from cablegram.model.records import MusterRow, Telegram
    from cablegram.model.year import Review


def musters(asked: Asked) -> Iterator[Duty]:
    """Series whose copies were not mustered within their period."""
    page = asked.page
    regimes = [offices.series(page, letter) for letter in offices.all_series(page)]
    asking = [regime for regime in regimes if regime.muster_days]
    if not asking:
        return
    opened = list(every(page.musters, "state", mustering.OPEN))
    closed = list(every(page.musters, "state", mustering.CLOSED))
    for regime in asking:
        due_at = _muster_due(asked, regime, closed)
        under_way = any(_spans(row, regime.letter) for row in opened)
        if due_at >= asked.until or under_way or not custodians.has_copies(page, regime.letter):
            continue
        words = counted(
            regime.muster_days,
            "every day, closed by two",
            "every {count} days, closed by two",
        )
        command = f"cablegram muster open --series {regime.letter}"
        about = custodians.named(regime.letter)
        yield Duty("muster due", asked.grade(due_at), about, words, command, due_at)


def reviews(asked: Asked) -> Iterator[Duty]:
    """Telegrams whose classification comes up, and decisions that are not carried out."""
    for telegram, at in reviewing.due(
        asked.page, reviewing.CLASSIFICATION, asked.until, asked.bureau
    ):
        yield _review(asked, "review", telegram, at, sentence("keep, regrade or declassify it"))
    for row, copies in reviewing.decided(asked.page):
        if row.what == reviewing.CLASSIFICATION:
            yield _carry_out(asked, "review", row, copies)


def retention(asked: Asked) -> Iterator[Duty]:
    """Telegrams whose copies have been kept long enough, and those to be destroyed."""
    for telegram, at in reviewing.due(asked.page, reviewing.RETENTION, asked.until, asked.bureau):
        yield _review(asked, "retention", telegram, at, sentence("keep or destroy its copies"))
    for row, copies in reviewing.decided(asked.page):
        if row.what == reviewing.RETENTION:
            yield _carry_out(asked, "retention", row, copies)


def year(asked: Asked) -> Iterator[Duty]:
    """Years that have ended and whose books are not closed, and one that ends soon."""
    try:
        waiting = years.open_years(asked.page, asked.at, asked.bureau)
    except OrderError as refused:
        yield Duty("year", Grade.LATE, "", str(refused), "cablegram audit")
        return
    for number, series in waiting:
        regime = offices.series(asked.page, series)
        ends_with = regime.new_letter and offices.series(asked.page).letter == series
        command = f"cablegram --second WHO year close {number} --series {series}"
        command += " --next LETTER" * ends_with
        words = sentence("it has ended, and its books are not closed")
        ended = years.bounds(number, asked.bureau)[1]
        yield Duty("year", Grade.TODAY, f"{number} {series}", words, command, ended)
    now = years.year_of(asked.at, asked.bureau)
    ends = years.bounds(now, asked.bureau)[1]
    if ends < asked.until and offices.all_series(asked.page):
        words = sentence("it ends: see what stands open")
        yield Duty("year", Grade.SOON, str(now), words, f"cablegram year show {now}", ends)


def _muster_due(asked: Asked, regime: Series, closed: list[MusterRow]) -> str:
    since = [row.cut_off for row in closed if _spans(row, regime.letter)]
    if not since:
        handle = matters.handle(asked.page, f"series/{regime.letter}")
        leaves = asked.page.leaves.find("subject", handle, 1, limit=1)
        since = [decode_entry(leaf.entry).at for leaf in leaves]
    if not since:
        return asked.until  # a row that no order made: whoever orders anything is told
    return moment(instant(max(since)) + timedelta(days=regime.muster_days))


def _spans(row: MusterRow, series: str) -> bool:
    scope = mustering.scope_of(row)
    return not scope or scope == {"series": series}


def _review(asked: Asked, kind: str, telegram: Telegram, at: str, words: str) -> Duty:
    name, which = _named(telegram)
    command = f"cablegram review {which} {'--keep-copies' if kind == 'retention' else '--keep'}"
    return Duty(
        kind,
        asked.grade(at),
        name,
        words,
        f"{command} UNTIL --reason WHY",
        at,
    )


def _carry_out(asked: Asked, kind: str, row: Review, copies: list[Copy]) -> Duty:
    telegram = asked.page.telegrams.get(row.telegram)
    assert telegram is not None, "what has copies to be acted on is a telegram of ours"
    name, which = _named(telegram)
    reason = f"--reason 'review {row.number}'"
    names = " ".join(finding.name(asked.page, copy) for copy in copies)
    sheets = " ".join(f"{finding.name(asked.page, copy)}={copy.sheets}" for copy in copies)
    commands = {
        reviewing.REGRADE: f"cablegram regrade {which} --level '{row.level}' {reason}",
        reviewing.DECLASSIFY: f"cablegram --second WHO act declassify {names} "
        f"--fact 'authority=review {row.number}'",
        reviewing.DESTROY: f"cablegram --second WHO destroy {sheets} --method HOW",
    }
    words = sentence("review {number}: {decision}", number=row.number, decision=row.decision)
    return Duty(kind, Grade.TODAY, name, words, commands[row.decision], row.at)


def _named(telegram: Telegram) -> tuple[str, str]:
    """A telegram as people name it, and as a command takes it."""
    if telegram.direction == "in":
        return str(telegram.cable_number), str(telegram.cable_number)
    number = str(telegram.outgoing_number)
    return sentence("our {number}", number=number), f"--sent {number}"
