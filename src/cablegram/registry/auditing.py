"""Auditing our own books: every row that the ledger speaks of is held to it.

The ledger is the truth once a head covers it.  What is a projection of it (copies) or lies
beside it (openings, columns to search by, spent orders) is compared entry by entry, so that a
row written by hand shows, even where every leaf is as it was signed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cablegram.errors import CablegramError
from cablegram.model.acts import RULES, Act, State
from cablegram.registry import auditing_rows, entries
from cablegram.registry.reading import every
from cablegram.sentences import sentence
from cablegram.wire import canonical
from cablegram.wire.leaf import decode_entry

if TYPE_CHECKING:
    from cablegram.ports import Shelves
    from cablegram.wire.leaf import Entry

FINDINGS_MAX = 1000


@dataclass(slots=True)
class _Life:
    """What the entries of one copy add up to."""

    state: str
    kept: str
    last: Entry
    sheets: int = 0


@dataclass(slots=True)
class _Books:
    lives: dict[str, _Life] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)


def hold(books: Shelves) -> list[str]:
    """What in the books is not as the ledger has it, in words; empty if nothing is.

    Reads every leaf once; some seconds for a million.
    """
    found = _Books()
    count = 0
    for row in every(books.leaves):
        count += 1
        try:
            entry = decode_entry(row.entry)
            same = entries.commits(row, entry)
        except CablegramError as exc:
            found.findings.append(sentence("entry {index}: {exc}", index=row.index, exc=exc))
            continue
        columns = (row.kind, row.act, row.subject, row.seq)
        if not same or columns != (entry.kind, entry.act, entry.subject, entry.seq):
            found.findings.append(
                sentence("entry {index}: what lies beside it is not what it says", index=row.index)
            )
        elif entry.kind == entries.COPY:
            _follow(found, entry)
        if len(found.findings) >= FINDINGS_MAX:
            return found.findings
    if count != entries.size(books):
        found.findings.append(
            sentence(
                "the books count {size} entries and have {count}",
                size=entries.size(books),
                count=count,
            )
        )
    _hold_copies(books, found)
    _hold_orders(books, found)
    found.findings += auditing_rows.hold(books)
    return found.findings[:FINDINGS_MAX]


def _follow(found: _Books, entry: Entry) -> None:
    """The state that an act leads to, by the table; the ledger's own audit judges the way."""
    rule = RULES[Act(entry.act)]
    before = found.lives.get(entry.subject)
    state = before.state if before is not None else ""
    kept = before.kept if before is not None else ""
    sheets = before.sheets if before is not None else 0
    if rule.act is Act.MISS:
        kept = state
    if rule.target is not None:
        state = rule.target.value
    elif rule.act is Act.FIND:
        state = kept
    facts = canonical.decode(entry.evidence.encode()) if entry.evidence else {}
    counted = 0 if rule.act is Act.REPRINT else facts.get("sheets", sheets)
    assert isinstance(counted, int), "sheets are a count in every row of the table"
    sheets = counted
    found.lives[entry.subject] = _Life(state, kept, entry, sheets)


def _hold_copies(books: Shelves, found: _Books) -> None:
    seen = 0
    for copy in every(books.copies):
        life = found.lives.get(copy.handle)
        if life is None:
            found.findings.append(
                sentence("copy {handle} is in the books and not on the ledger", handle=copy.handle)
            )
            continue
        seen += 1
        said = (copy.state.value, copy.seq, copy.holder, copy.accountable, copy.sheets)
        last = life.last
        if said != (life.state, last.seq, last.holder, last.office, life.sheets):
            found.findings.append(
                sentence(
                    "copy {number} ({handle}) is {State} with "
                    "{holder}, {sheets} sheets, in the books; the ledger has "
                    "{state} with {holder2}, {life_sheets} sheets",
                    number=copy.number,
                    handle=copy.handle[:8],
                    State=State(copy.state),
                    holder=copy.holder or sentence("nobody"),
                    sheets=copy.sheets,
                    state=life.state,
                    holder2=last.holder or sentence("nobody"),
                    life_sheets=life.sheets,
                )
            )
    if seen != len(found.lives):
        gone = len(found.lives) - seen
        found.findings.append(
            sentence("copies on the ledger that are not in the books: {gone}", gone=gone)
        )


def _hold_orders(books: Shelves, found: _Books) -> None:
    for row in every(books.orders):
        if canonical.digest(row.body) != row.digest:
            found.findings.append(
                sentence("an order of {officer} is not the one that was spent", officer=row.officer)
            )
