"""Musters: what must be there, what was seen, and what another office counted of the same."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from cablegram.desk.acting import fields
from cablegram.errors import UnknownError
from cablegram.model.tally import Class
from cablegram.registry import mustering, paging, tallies
from cablegram.registry.paging import Run
from cablegram.sentences import sentence, word

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cablegram.desk.telling import Telling
    from cablegram.model.records import MusterRow
    from cablegram.model.tally import Matched, Word
    from cablegram.registry.mustering import Concluded
    from cablegram.registry.tallies import Count
    from cablegram.sentences import Sentence

SHOWN = 300
"""How many copies of one list are shown."""

LISTS: Mapping[str, Sentence] = {
    "unsighted": sentence("should be here and were not seen"),
    "open_items": sentence("with another office, which has not said so"),
    "misplaced": sentence("seen here, and elsewhere by the books"),
    "unexpected": sentence("seen and should not be"),
    "found": sentence("seen, and missing by the books"),
    "ended": sentence("seen, and should not exist any more"),
    "unknown": sentence("seen, and in no book of ours"),
    "doubled": sentence("seen on more than one sheet"),
    "unchecked": sentence("typed without check characters"),
    "checked_since": sentence("not seen, and their sheets counted by an act since"),
    "left_since": sentence("gone by an act since"),
    "added_since": sentence("came after the cut-off"),
    "beside": sentence("seen, and not of this muster"),
    "sighted_elsewhere": sentence("seen by the office that has them"),
    "sighted": sentence("seen here"),
}
"""The lists of an outcome, those that ask for something first."""
WRONG = frozenset(
    {"unsighted", "open_items", "misplaced", "unexpected", "found", "ended", "unknown", "doubled"}
)

SAYS: Mapping[str, Sentence] = {
    "none": sentence("{office} knows nothing of it"),
    "here": sentence("{office} has it"),
    "passed": sentence("{office} has passed it on"),
    "sent": sentence("{office} has sent it"),
    "away": sentence("{office} says that the other has it"),
    "disputed": sentence("{office} does not take it as it came, or was told so"),
    "missing": sentence("{office} misses it"),
    "home": sentence("{office} has it back"),
    "ended": sentence("{office} has given it back"),
    "destroyed": sentence("{office} has destroyed it"),
}
WHY: Mapping[str, Sentence] = {
    "unseen": sentence("had there, and not seen"),
    "missing": sentence("missing"),
    "destroyed": sentence("destroyed; the report is on its way, or lost"),
    "signed": sentence("claimed on the other's signature, and the other does not know it"),
    "one-sided": sentence("claimed by one, and not by the other"),
    "both": sentence("both have it"),
    "neither": sentence("each says that the other has it"),
    "came": sentence("it came after the cut-off"),
    "gone": sentence("it went after the cut-off"),
}
CLASSES: Mapping[Class, Sentence] = {
    Class.OPEN: sentence("open"),
    Class.DISPUTED: sentence("not taken as they came"),
    Class.TRANSIT: sentence("on the way, or word of it is"),
    Class.MOVED: sentence("moved since the cut-off"),
    Class.AGREED: sentence("agreed by both"),
}


_NONE: Mapping[str, Any] = {
    "expected": 0, "seen": 0, "missing": 0, "still": (), "sheet": (), "more": 0, "sittings": (),
    "counts": (),
}  # fmt: skip


def musters(told: Telling, query: Mapping[str, str]) -> dict[str, Any]:
    """All musters, newest first, and the calls of other offices that wait for one."""
    found = paging.read(told.view, Run("musters", backwards=True), query.get("place", ""))
    return {
        "rows": [_row(told, row) for row in found.rows],
        "paged": found,
        "list_path": "/musters",
        "calls": [(told.office(one.office), one) for one in tallies.waiting(told.view)],
    }


def muster(told: Telling, number: int) -> dict[str, Any]:
    """One muster: as it stands while it is open, as two signed it once it is closed.

    Raises:
        UnknownError: there is none of this number.
    """
    row = told.view.musters.get(number)
    if row is None:
        raise UnknownError("there is no muster {number}", hint="See the list.", number=number)
    said = _row(told, row)
    if row.state == "counted":
        return said | {"lists": _listed(json.loads(row.outcome)), **_NONE}
    concluded = mustering.conclude_now(told.view, row)
    expected = [handle for handle, _ in mustering.expected_of(told.view, number)]
    unsighted = set(concluded.outcome.unsighted)
    seen = set(concluded.outcome.sighted)
    is_open = row.state == mustering.OPEN
    outcome = json.loads(mustering.encode(told.view, concluded) if is_open else row.outcome)
    return said | {
        "open": is_open,
        "lists": _listed(outcome),
        "expected": len(expected),
        "seen": len(seen),
        "missing": len(unsighted),
        "still": _still(told, concluded),
        "sheet": [
            (told.chip(concluded.copies[one]), _sight(one, seen, unsighted))
            for one in expected[:SHOWN]
        ],
        "more": max(0, len(expected) - SHOWN),
        "sittings": [
            (told.person(one.officer), one, len(one.listed.splitlines()))
            for one in mustering.sittings_of(told.view, number)
        ],
        "counts": [_between(told, one) for one in tallies.counts_of(told.view, row, told.bureau)],
    }


def _sight(handle: str, seen: set[str], unsighted: set[str]) -> str:
    """How a copy of the list stands: seen, unseen, or away."""
    return "seen" if handle in seen else "unseen" if handle in unsighted else "elsewhere"


def _still(told: Telling, concluded: Concluded) -> list[dict[str, Any]]:
    """What is red: not seen, and touched by no act since."""
    copies = [concluded.copies[one] for one in concluded.outcome.unsighted[:SHOWN]]
    return [
        {
            "row": copy,
            "chip": told.chip(copy),
            "name": told.name(copy),
            "where": told.where(copy),
            "place": copy.place,
        }
        for copy in copies
    ]


def _row(told: Telling, row: MusterRow) -> dict[str, Any]:
    scope = mustering.scope_of(row)
    shown = {name: told.who(value) if name in {"holder", "office"} else value
             for name, value in scope.items() if name not in {"call", "named"}}  # fmt: skip
    return {
        "muster": row,
        "state": word(row.state, "muster state" if row.state != "counted" else "state"),
        "by": [told.person(who) for who in (row.officer, row.second) if who],
        "scope": [(fields.label(name), value) for name, value in shown.items()],
        "spot": "named" in scope,
        "open": row.state == mustering.OPEN,
    }


def _listed(outcome: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {"name": name, "words": words, "names": said[:SHOWN], "count": len(said),
         "wrong": name in WRONG}
        for name, words in LISTS.items()
        if (said := outcome.get(name) or [])
    ]  # fmt: skip


def _between(told: Telling, count: Count) -> dict[str, Any]:
    """What both counts come to, class by class, with what either says of each copy."""
    found = tallies.matched(told.view, count, told.bureau)
    ours, theirs = told.office(told.bureau.name), told.office(count.office)
    first_is_ours = told.bureau.name < count.office
    rows: list[dict[str, Any]] = [
        _matched(told, one, first_is_ours=first_is_ours, ours=ours, theirs=theirs)
        for one in found or ()
    ]
    signed = tallies.signed(told.view, count)
    return {
        "office": theirs,
        "id": count.office,
        "us": ours,
        "there": found is not None,
        "classes": [
            (klass, words, [one for one in rows if one["class"] is klass])
            for klass, words in CLASSES.items()
        ],
        "signed": {way: (told.people(who) if way == "out" else " · ".join(who))
                   for way, (_, who) in signed.items()},
        "same": len({digest for digest, _ in signed.values()}) < 2,  # noqa: PLR2004  # one list
    }  # fmt: skip


def _matched(
    told: Telling, one: Matched, *, first_is_ours: bool, ours: str, theirs: str
) -> dict[str, Any]:
    from cablegram.registry import finding

    words: tuple[Word, Word] = (one.first, one.second)
    here, there = words if first_is_ours else words[::-1]
    copy = finding.by_owner(told.view, one.owner, one.cable, one.copy, told.bureau.name)
    return {
        "class": one.klass,
        "name": f"{one.cable}/{one.copy}",
        "owner": told.office(one.owner),
        "chip": None if copy is None else told.chip(copy),
        "here": sentence(SAYS[here.value], office=ours),
        "there": sentence(SAYS[there.value], office=theirs),
        "why": WHY.get(one.why),
    }
