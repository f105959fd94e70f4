"""One telegram, and the life of one copy: a picture, and the same in a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cablegram.desk import drawing
from cablegram.desk.acting import fields
from cablegram.errors import UnknownError
from cablegram.model import check
from cablegram.model.acts import FINAL, MOMENTS, OFFICES, PERSONS, Act
from cablegram.model.orders import act_named
from cablegram.model.times import instant
from cablegram.registry import (
    entries,
    lines,
    lives,
    offering,
    references,
    routes,
    serving,
)
from cablegram.sentences import counted, sentence, word

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from cablegram.desk.telling import Telling
    from cablegram.model.custody import Copy
    from cablegram.model.paperwork import Reference
    from cablegram.model.records import Telegram
    from cablegram.model.roles import Role
    from cablegram.sentences import Sentence

_LABELS = {"whom": sentence("For"), "print_number": sentence("Print No.")}
"""What facts are called that nobody is asked for; the others go by what their forms say."""
_UNTOLD = frozenset({"evidence", "digest", "receipt", "transmittal", "list", "outcome"})
"""Digests: they stand in the ledger's entry."""
_SAID_ELSEWHERE = {Act.ALLOT: {"copy", "made"}, Act.ACCEPT: {"incoming"}}
HOUR_S, DAY_S = 3600, 86400


def telegram(told: Telling, handle: str) -> dict[str, Any]:
    """One telegram: what it is, its copies, its papers, its entries.

    Raises:
        UnknownError: there is none.
    """
    view = told.view
    found = view.telegrams.get(handle)
    if found is None:
        raise UnknownError("no such telegram is in the register", hint="Look for it by its number.")
    told.knows(found)
    copies = view.copies.find("telegram", handle)
    life = entries.life(view, handle)
    came = found.direction == lines.IN
    return {
        "telegram": found,
        "came": came,
        "named": found.cable_number if came else found.outgoing_number,
        "sender": told.office(found.office),
        "copies": [copy_row(told, copy) for copy in copies],
        "sent": [(told.office(one.office), one) for one in serving.sent(view, found)],
        "runs": view.print_runs.find("telegram", handle),
        "references": [_reference(told, found, one) for one in references.of(view, found)],
        "about": [_about(told, one) for one in view.telegrams.find("about", found.letter)],
        "reply_to": _letter(told, found.reply_to),
        "entries": [_entry(told, index, entry) for index, entry in life],
        "informed": told.people(found.told.split()),
    }


def copy(told: Telling, handle: str, roles: AbstractSet[Role]) -> dict[str, Any]:
    """The life of one copy.

    Raises:
        UnknownError: there is none.
    """
    view = told.view
    found = view.copies.get(handle)
    if found is None:
        raise UnknownError("no such copy is in the books", hint="Look for it by its number.")
    life = lives.of(view, found)
    ended = found.state in FINAL
    picture = drawing.life(life, told.at, told.bureau.zone, due_at=found.due_at, ended=ended)
    name = told.name(found)
    telegram_ = told.telegram(found)
    return {
        "copy": found,
        "name": name,
        "check": check.of_name(told.bureau.name, name),
        "telegram": telegram_,
        "sender": told.office(found.owner or (telegram_.office if telegram_ else "")),
        "where": told.where(found),
        "late": told.is_late(found),
        "marks": told.marks(found),
        "whom": told.whom(found.whom),
        "holder": told.who(found.holder) if found.holder else "",
        "proxy": told.person(found.proxy) if found.proxy else "",
        "accountable": told.office(found.accountable),
        "picture": picture,
        "steps": list(_steps(told, life)),
        "since": _span(life.steps[-1].entry.at, told.at),
        "lanes": {lane.holder: _lane(told, lane.holder) for lane in picture.lanes},
        "acts": offering.acts(found, roles),
        "route": [(told.person(stop.person), stop) for stop in routes.stops(view, found)],
        "tasks": [(told.person(task.person), task) for task in view.tasks.find("copy", handle)],
        "inquiries": view.inquiries.find("copy", handle),
        "tracers": view.tracers.find("copy", handle),
        "sisters": [
            told.chip(one, short=True)
            for one in (view.copies.find("telegram", found.telegram) if found.telegram else ())
        ],
    }


def copy_row(told: Telling, copy: Copy) -> dict[str, Any]:
    """A copy as a row of a table."""
    return {
        "row": copy,
        "chip": told.chip(copy),
        "name": told.name(copy),
        "whom": told.whom(copy.whom),
        "where": told.where(copy),
        "holder": copy.holder,
        "late": told.is_late(copy),
        "marks": told.marks(copy),
    }


def facts_in_words(
    told: Telling, facts: Mapping[str, str | int], act: Act
) -> list[tuple[str, Any]]:
    """What an act was given, each fact by its name: a moment stays one, to be shown as such."""
    found: list[tuple[str, Any]] = []
    for name, value in facts.items():
        if name in _UNTOLD or name in _SAID_ELSEWHERE.get(act, ()) or value == "":
            continue
        label = _LABELS.get(name) or fields.label(name)
        if name in MOMENTS:
            found.append((label, {"at": value}))
        elif name in PERSONS | OFFICES or name == "whom":
            found.append((label, told.whom(str(value))))
        elif name == "to":
            found.append((label, told.people(str(value).split())))
        elif name == "readers":
            who = [one.partition("/")[0] for one in str(value).split()]
            found.append((label, told.people(who)))
        else:
            found.append((label, str(value)))
    return found


def _steps(told: Telling, life: lives.Life) -> Iterator[dict[str, Any]]:
    before = ""
    for n, step in enumerate(life.steps, start=1):
        by = told.person(step.entry.officer)
        yield {
            "n": n,
            "index": step.index,
            "at": step.entry.at,
            "gap": _span(before, step.entry.at) if before else None,
            "act": act_named(step.act.value),
            "kind": step.act.value,
            "by": all_of_two(by, told.person(step.entry.second)) if step.entry.second else by,
            "state": step.state,
            "holder": _lane(told, step.holder),
            "facts": facts_in_words(told, step.facts, step.act),
            "countered": step.countered,
        }
        before = step.entry.at


def all_of_two(one: str, other: str) -> Sentence:
    """Two persons who did something together."""
    return sentence("{one} and {other}", one=one, other=other)


def _lane(told: Telling, holder: str) -> str:
    return sentence("the registry") if holder in {"", told.bureau.name} else told.who(holder)


def _span(before: str, after: str) -> Sentence | None:
    """How long it was, where that was an hour or more: ``6 days``, ``3 hours``."""
    seconds = (instant(after) - instant(before)).total_seconds()
    if seconds >= 2 * DAY_S:
        return counted(round(seconds / DAY_S), "{count} day", "{count} days")
    if seconds >= HOUR_S:
        return counted(round(seconds / HOUR_S), "{count} hour", "{count} hours")
    return None


def _entry(told: Telling, index: int, entry: Any) -> dict[str, Any]:
    by = told.person(entry.officer) if entry.officer else ""
    return {
        "index": index,
        "at": entry.at,
        "act": act_named(entry.act),
        "by": all_of_two(by, told.person(entry.second)) if entry.second else by,
        "office": told.office(entry.office) if entry.office else "",
    }


def _reference(told: Telling, telegram: Telegram, one: tuple[str, Reference]) -> dict[str, Any]:
    relation, row = one
    handle = row.other if row.telegram == telegram.handle else row.telegram
    other = told.view.telegrams.get(handle) if handle else None
    return {
        "relation": word(relation, "Relation"),
        "href": f"/telegram/{other.handle}" if other is not None else "",
        "number": (other.cable_number or other.outgoing_number) if other else row.their_number,
        "office": told.office(row.office) if row.office else "",
    }


def _about(told: Telling, telegram: Telegram) -> dict[str, Any]:
    del told
    number = telegram.cable_number or telegram.outgoing_number
    kind = word(telegram.kind, "kind") if telegram.kind else sentence("reply")
    return {"href": f"/telegram/{telegram.handle}", "kind": kind, "number": number}


def _letter(told: Telling, digest: str) -> dict[str, Any] | None:
    for row in told.view.telegrams.find("letter", digest, limit=1) if digest else ():
        return _about(told, row)
    return None
