"""Returns: when a copy must be back, and what a clock makes of it.

Terms nest: the reader owes the copy to the registry that issued it, that registry to the
office it had it from.  The stricter of the sender's and our own rule holds.  A clock
sets flags here and never changes a state.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cablegram.errors import CustodyError
from cablegram.model.acts import Mark, State
from cablegram.model.handling import Precedence
from cablegram.model.times import Counted, ReturnTerm, Unit, stricter
from cablegram.registry import offices
from cablegram.registry.reading import every
from cablegram.sentences import any_of
from cablegram.wire.leaf import decode_entry

if TYPE_CHECKING:
    from cablegram.bureau import Bureau
    from cablegram.model.custody import Copy
    from cablegram.model.records import Telegram
    from cablegram.ports import Shelves

OVERDUE_STATES = (State.ISSUED, State.WITH_OFFICE)
NAMED_MAX = 3
"""How many of what is overdue a refusal names."""
_AT_REST = frozenset({State.IN_REGISTRY, State.FILED})


def sender_term(telegram: Telegram) -> ReturnTerm | None:
    """The return term the letter asks for, if it asks for one.

    Raises:
        CustodyError: the books have a term that no letter can ask for.
    """
    if not telegram.return_count:
        return None
    try:
        unit, counted = Unit(telegram.return_unit), Counted(telegram.return_counted)
    except ValueError as exc:
        raise CustodyError(
            "the return term of {cable} is none",
            hint="Run `cablegram audit` on this office: a row was written by hand.",
            cable=telegram.cable_number,
        ) from exc
    return ReturnTerm(telegram.return_count, unit, counted, telegram.return_to)


def latest(page: Shelves, copy: Copy, at: str, bureau: Bureau) -> tuple[str, str]:
    """The latest moment a copy issued ``at`` may be out, and the place it goes back to.

    A copy that lies here and was given an extension may be out until that ends.
    """
    regime = offices.series_or_current(page, copy.series)
    if copy.due_at and copy.state in _AT_REST and not copy.has(Mark.ON_RECALL):
        return stricter(copy.due_at, copy.limit_at), regime.term.to
    telegram = page.telegrams.get(copy.telegram)
    ends = [regime.term.due(_start(page, copy, regime.term, at), bureau.zone)]
    ends += [copy.limit_at, copy.due_at if copy.state in _AT_REST else ""]
    if telegram is not None:
        asked = sender_term(telegram)
        if asked is not None:
            ends.append(asked.due(_start(page, copy, asked, at), bureau.zone))
    return stricter(*ends), regime.term.to


def _start(page: Shelves, copy: Copy, term: ReturnTerm, at: str) -> str:
    telegram = page.telegrams.get(copy.telegram)
    if term.counted is Counted.RECEIVED and telegram is not None:
        return telegram.received_at
    if term.counted is Counted.RECEIVED:
        # A copy from elsewhere was received when it was accepted: its first entry.
        return decode_entry(page.leaves.find("subject", copy.handle, 1, limit=1)[0].entry).at
    if term.counted is Counted.PRINTED and copy.print_number:
        run = page.print_runs.get(copy.print_number)
        if run is not None:
            return run.at
    return at


def check_due(page: Shelves, copy: Copy, due_at: str, at: str, bureau: Bureau) -> None:
    """Refuse a due date after the latest one, or one that has passed.

    Raises:
        CustodyError: with the latest moment there is.
    """
    end, _ = latest(page, copy, at, bureau)
    if end <= at:
        raise CustodyError(
            "{copy} had to be back by {end}, and cannot go out again",
            hint="Give it more time first: `cablegram extend {copy} --due WHEN --reason WHY`.",
            copy=naming(page, copy),
            end=end,
        )
    if due_at > end:
        raise CustodyError(
            "{copy} cannot be out until {due_at}: it is due back by {end}",
            hint="Give a due date up to {end}.",
            copy=naming(page, copy),
            due_at=due_at,
            end=end,
        )
    if due_at <= at:
        raise CustodyError(
            "{copy} would be due at {due_at}, which has passed",
            hint="Give a date from now up to {end}.",
            copy=naming(page, copy),
            due_at=due_at,
            end=end,
        )


def overdue(page: Shelves, at: str, holder: str) -> list[Copy]:
    """Copies that a holder has out past their due moment, oldest first."""
    found: list[Copy] = []
    for state in OVERDUE_STATES:
        found += every(page.copies, "holder", holder, state.value, below=at)
    return sorted(found, key=lambda copy: copy.due_at)


def longest_overdue(page: Shelves, at: str, holder: str) -> Copy | None:
    """The copy that a holder should have given back first; None if nothing is overdue."""
    found = [
        copy
        for state in OVERDUE_STATES
        for copy in page.copies.find("holder", holder, state.value, below=at, limit=1)
    ]
    return min(found, key=lambda copy: copy.due_at, default=None)


def check_supply(page: Shelves, holder: str, copy: Copy, at: str, *, exception: str) -> None:
    """Refuse to issue to a holder with more overdue than the series allows.

    Raises:
        CustodyError: naming what is overdue.
    """
    regime = offices.series_or_current(page, copy.series)
    telegram = page.telegrams.get(copy.telegram)
    held = [late for late in overdue(page, at, holder) if late.handle != copy.handle]
    if len(held) <= regime.allowance or exception:
        return
    if telegram is not None and precedence_of(telegram, copy) >= regime.exempt:
        return
    names = [naming(page, late) for late in held[:NAMED_MAX]]
    raise CustodyError(
        "nothing more is issued to {holder}, who has {count} overdue ({allowed} may be): "
        "{copy} was due back at {due_at}",
        hint="Take back {copies} first, or give a signed exception with its reason: "
        "`--exception WHY`.",
        holder=holder,
        count=len(held),
        allowed=regime.allowance,
        copy=names[0],
        copies=any_of(names),
        due_at=held[0].due_at,
    )


def precedence_of(telegram: Telegram, copy: Copy) -> Precedence:
    """How soon this copy is handled: one for a person who is only told may wait longer."""
    told = copy.whom in telegram.told.split() and telegram.precedence_info
    return Precedence[(telegram.precedence_info if told else telegram.precedence).upper()]


def naming(page: Shelves, copy: Copy) -> str:
    """A copy as people name it: ``21497/2``, or its incoming number where it is not ours."""
    if copy.owner:
        return copy.incoming
    telegram = page.telegrams.get(copy.telegram)
    # Its telegram can only be missing where a hand took the row: a refusal still has to name it.
    return f"{telegram.cable_number if telegram else 'copy'}/{copy.number}"
