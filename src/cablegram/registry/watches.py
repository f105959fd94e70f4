"""The watch: handed over by one with what is open, taken over by the next (docs/spec/watch.md).

Who has it is what the newest order on the ledger says; the rows keep what was open at both
moments.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from cablegram.errors import CustodyError, OrderError, UnknownError
from cablegram.model.acts import FINAL, State
from cablegram.model.names import digest, person_id
from cablegram.model.roles import Role
from cablegram.model.text import clean
from cablegram.model.year import Watch
from cablegram.registry import duties, matters, notes, numbering, roster
from cablegram.registry.watching import DROPPED, HANDED, MATTER, TAKEN, handed, holder
from cablegram.wire import canonical

if TYPE_CHECKING:
    from cablegram.bureau import Bureau
    from cablegram.ports import Page, Shelves
    from cablegram.registry.orders import Given

AHEAD = timedelta(days=1)
"""How far ahead what is open reaches: the watch that takes over has a day before it."""
LAST = (numbering.CABLE, numbering.PRINT, numbering.INCOMING, numbering.OUTER)


@dataclass(frozen=True, slots=True)
class Since:
    """What came and what went between two lists of what is open, each as kind and about."""

    came: tuple[tuple[str, str], ...]
    went: tuple[tuple[str, str], ...]


def open_now(page: Shelves, bureau: Bureau) -> bytes:
    """What is open as the books stand: the list that is signed at both ends of a handover."""
    listed = duties.today(page, bureau, within=AHEAD)
    states = (state.value for state in State if state not in FINAL)
    copies = {state: page.copies.count("state", state) for state in states}
    return canonical.encode(
        {
            "open": [f"{one.kind}: {one.about}" for one in listed if one.kind != MATTER],
            "copies": {state: count for state, count in copies.items() if count},
            "last": {kind: number for kind in LAST if (number := numbering.last(page, kind))},
        }
    )


def read(data: bytes) -> tuple[list[tuple[str, str]], dict[str, int], dict[str, int]]:
    """What a list says: what is open, copies by state, and the last numbers."""
    # On a bad day it may be longer than a document that travels.
    said = json.loads(data)
    pairs = [one.partition(": ") for one in said["open"]]
    return [(kind, about) for kind, _, about in pairs], said["copies"], said["last"]


def since(row: Watch) -> Since:
    """What came and went between handing over and taking over."""
    left, met = read(row.left)[0], read(row.met)[0] if row.met else []
    return Since(
        tuple(one for one in met if one not in left),
        tuple(one for one in left if one not in met),
    )


def hand(page: Page, given: Given, bureau: Bureau) -> Watch:
    """Hand the watch over: freeze what is open, as the officer has seen it.

    Raises:
        OrderError: not theirs to hand over, or not to somebody in post.
        CustodyError: what is open is something else by now.
    """
    facts, officer = given.first.facts, given.first.officer
    to = person_id(str(facts["to"]))
    note = clean(str(facts.get("note", "")), "the note", most=500)
    _check_may_hand(page, given, note, bureau)
    if to == officer:
        raise OrderError(
            "a watch is handed over to somebody else", hint="Name who takes over with --to."
        )
    roster.standing(page, to)
    left = _signed(page, given, bureau)
    waiting = handed(page, bureau)
    if waiting is not None:
        page.watches.put(replace(waiting, state=DROPPED))
    words = str(facts.get("evidence", ""))
    row = Watch(
        number=numbering.take(page, numbering.WATCH),
        outgoing=officer,
        incoming=to,
        handed_at=bureau.now(),
        state=HANDED,
        left=left,
        leaf_index=matters.enter(page, given, MATTER, bureau),
        words=digest(words) if words else "",
        note=note,
    )
    notes.keep(page, facts, given.first.act, matters.handle(page, MATTER), row.leaf_index, bureau)
    page.watches.add(row)
    return row


def take(page: Page, given: Given, bureau: Bureau) -> Watch:
    """Take the watch over, having seen what is open now.

    Raises:
        UnknownError: no such handover waits.
        OrderError: it is to somebody else.
        CustodyError: what is open is something else by now.
    """
    facts, officer = given.first.facts, given.first.officer
    row = handed(page, bureau)
    if row is None or str(row.number) != str(facts["watch"]):
        raise UnknownError(
            "no watch {number} waits to be taken over",
            hint="See who has it with `cablegram watch show`.",
            number=str(facts["watch"])[:40],
        )
    if officer != row.incoming:
        raise OrderError(
            "watch {number} was handed over to {incoming}, and {officer} would take it",
            hint="Have {incoming} take it, or have it handed over to {officer}.",
            number=row.number,
            incoming=row.incoming,
            officer=officer,
        )
    clean(str(facts.get("note", "")), "the note", most=500)
    met = _signed(page, given, bureau)
    matters.enter(page, given, MATTER, bureau)
    row = replace(row, state=TAKEN, taken_at=bureau.now(), met=met)
    page.watches.put(row)
    return row


def _signed(page: Shelves, given: Given, bureau: Bureau) -> bytes:
    listed = open_now(page, bureau)
    if canonical.digest(listed) != given.first.facts["list"]:
        raise CustodyError(
            "what is open is not the list that was signed",
            hint="Look at it again with `cablegram duties`, and give the order again.",
        )
    return listed


def _check_may_hand(page: Shelves, given: Given, note: str, bureau: Bureau) -> None:
    now, officer = holder(page, bureau), given.first.officer
    if now in {"", officer}:
        return
    is_chief = Role.CHIEF in roster.roles_of(page, officer, bureau.now())
    if is_chief and note:
        return
    raise OrderError(
        "{holder} has the watch, and {officer} would hand it over",
        hint="Have {holder} hand it over; where they cannot, the chief does, and says why.",
        holder=now,
        officer=officer,
    )
