"""What waits for somebody: today, duties, tasks, watches."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from weakref import WeakKeyDictionary

from cablegram.desk.pages import registers
from cablegram.desk.pages.lives import copy_row
from cablegram.errors import CablegramError, OrderError
from cablegram.model.acts import State
from cablegram.model.roles import MAY
from cablegram.registry import (
    alarms,
    browsing,
    drafts,
    dues,
    duties,
    entries,
    finding,
    numbering,
    paging,
    papers,
    watches,
    watching,
)
from cablegram.registry.browsing import Wanted
from cablegram.registry.duties import Duty, Grade
from cablegram.registry.paging import Run
from cablegram.sentences import Sentence, word

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from cablegram.desk.telling import Telling
    from cablegram.model.roles import Role
    from cablegram.ports import Books

DAYS = 2
DAYS_MAX = 60
SHOWN = 8
FIRST = 9
MINE_MAX = 20
LISTED = 25
"""How many of each list of copies the page of all duties goes by."""
_STATES = {"printed": State.PRINTED, "allotted": State.ALLOTTED}
_OF_SOMEBODY = frozenset({"supply hold", "restored", "post ends", "proxy ends"})
MINUTE = len("1951-07-05T17:00")
KEPT_MAX = 100
_Made = tuple[tuple[object, ...], tuple[dues.Due, list[Duty]]]
_KEPT: WeakKeyDictionary[Books, dict[tuple[int, int], _Made]] = WeakKeyDictionary()
"""What was worked out last: ids and numbers, no names."""

ACTS: Mapping[str, tuple[str, str]] = {
    "alarm": ("alarm", "number"),
    "missing": ("find", "copy"),
    "overdue": ("return", "copy"),
    "must leave": ("dispatch", "copy"),
    "to trace": ("trace", "copy"),
    "to inquire": ("inquire", "copy"),
    "due soon": ("return", "copy"),
    "to verify": ("verify", "printed"),
    "to print": ("print", "allotted"),
    "to open": ("open", "sealed"),
    "to hand on": ("hand_over", "copy"),
    "task": ("fulfil", "task"),
    "to tell": ("notice", "number"),
    "inquiry": ("rule", "inquiry"),
    "dispute": ("agree", "copy"),
    "to report": ("fulfil", "telegram"),
    "charge": ("take_charge", ""),
    "watch": ("take_watch", ""),
}
"""The act that does what a kind of duty asks, and what it is done to; its page is ``/act/ACT``."""
PAGES: Mapping[str, str] = {
    "muster open": "/musters/{about}",
    "muster due": "/musters",
    "muster called": "/musters",
    "muster to match": "/musters",
    "supply hold": "/holder/{about}",
    "no receipt": "/tracers",
    "not receipted": "/offices",
    "papers owed": "/offices",
    "receipt came": "/offices",
    "to accept": "/act/accept",
    "notice came": "/act",
    "review": "/duties",
    "draft": "/drafts/{about}",
}
"""Where else a duty leads."""


def today(told: Telling, person: str, roles: AbstractSet[Role], *, books: bool) -> dict[str, Any]:
    """The first page: what is late, what is to be done, what came, what waits for whoever looks.

    Whoever does not work with the ``books`` is shown what is theirs alone.
    """
    if not books:
        return {"books": False, "watch": "", "mine": mine(told, person, roles)}
    view = told.view
    found, all_ = _worked_out(told, DAYS, SHOWN)
    late, for_today = ([one for one in all_ if one.grade is g] for g in (Grade.LATE, Grade.TODAY))
    begins = registers.today_begins(told)
    came = browsing.received(view, Wanted(since=begins), most=SHOWN)
    went = browsing.sent(view, Wanted(since=begins), most=SHOWN)
    return {
        "books": True,
        "counts": found.counts,
        "most": dues.COUNT_MAX,
        "late": [_duty(told, one, roles) for one in late[:FIRST]],
        "lates": len(late),
        "for_today": [_duty(told, one, roles) for one in for_today[:FIRST]],
        "for_todays": len(for_today),
        "soon": len(all_) - len(late) - len(for_today),
        "came": [registers.line(told, one) for one in came.rows],
        "went": [registers.line(told, one) for one in went.rows],
        "more_came": bool(came.on),
        "cut": any(count > SHOWN for count in found.counts.values()),
        "watch": _watch(told),
        "mine": mine(told, person, roles),
    }


def mine(told: Telling, person: str, roles: AbstractSet[Role]) -> dict[str, Any]:
    """What waits for this person: their tasks, what they have, drafts that they may clear."""
    view = told.view
    may_clear = bool(MAY["clear"] & roles)
    return {
        "tasks": [
            _task(told, one) for one in view.tasks.find("person", person, "open", limit=SHOWN)
        ],
        "copies": [
            copy_row(told, copy) for copy in view.copies.find("holder", person, limit=MINE_MAX)
        ],
        "drafts": [one for one in _drafts(told, SHOWN) if may_clear and one["waits"]],
    }


def duties_page(
    told: Telling, query: Mapping[str, str], roles: AbstractSet[Role]
) -> dict[str, Any]:
    """Everything that is to be done, grade by grade, narrowed to a kind where one is asked for."""
    days = _days(query.get("within", ""))
    kind = query.get("kind", "")
    due, found = _duties(told, days, roles, LISTED)
    kinds = sorted({one["kind"] for one in found}, key=list(duties.KINDS).index)
    return {
        "grades": [
            (grade, [one for one in found if one["grade"] is grade and kind in {"", one["kind"]}])
            for grade in Grade
        ],
        "kinds": [(one, word(one, "duty")) for one in kinds],
        "kind": kind,
        "within": days,
        "cut": any(count > LISTED for count in due.counts.values()),
        "listed": LISTED,
        "watch": _watch(told),
    }


def tasks_page(told: Telling, query: Mapping[str, str]) -> dict[str, Any]:
    """Tasks out of resolutions, by the day they are due; those that are done on request."""
    state = query.get("state", "open")
    state = state if state in {"open", "done", "withdrawn"} else "open"
    found = paging.read(told.view, Run("tasks", "state", (state,)), query.get("place", ""))
    return {
        "rows": [_task(told, row) for row in found.rows],
        "paged": found,
        "state": state,
        "list_path": "/tasks",
        "rest": registers.rest(query, "place"),
    }


def watches_page(told: Telling, query: Mapping[str, str]) -> dict[str, Any]:
    """Watches handed over, newest first, with what came and went between."""
    found = paging.read(told.view, Run("watches", backwards=True), query.get("place", ""))
    rows = []
    for row in found.rows:
        between = watches.since(row)
        open_, copies, last = watches.read(row.met or row.left)
        rows.append(
            {
                "watch": row,
                "outgoing": told.person(row.outgoing),
                "incoming": told.person(row.incoming),
                "came": [(word(kind, "duty"), about) for kind, about in between.came],
                "went": [(word(kind, "duty"), about) for kind, about in between.went],
                "open": len(open_),
                "copies": sum(copies.values()),
                "last": last,
            }
        )
    return {
        "rows": rows,
        "paged": found,
        "list_path": "/watches",
        "holder": _watch(told),
        "waits": _handed(told),
    }


def _duties(
    told: Telling, days: int, roles: AbstractSet[Role], most: int
) -> tuple[dues.Due, list[dict[str, Any]]]:
    """What is due, ``most`` of each list of copies, and the duties that come of it."""
    due, found = _worked_out(told, days, most)
    return due, [_duty(told, one, roles) for one in found]


def _worked_out(told: Telling, days: int, most: int) -> tuple[dues.Due, list[Duty]]:
    """The same, worked out once for each state of the books and each minute."""
    books, view = told.bureau.books, told.view
    stands = (
        entries.size(view),
        numbering.last(view, numbering.OUTER),
        view.papers.count("state", papers.OWED, most=KEPT_MAX),
        view.alarms.count("state", alarms.OPEN, most=KEPT_MAX),
        told.at[:MINUTE],
    )
    kept = _KEPT.setdefault(books, {})
    if (days, most) in kept and kept[days, most][0] == stands:
        return kept[days, most][1]
    within = timedelta(days=days)
    due = dues.due(view, told.at, within, most)
    made = (due, duties.today(view, told.bureau, at=told.at, within=within, found=due))
    if len(kept) >= KEPT_MAX:
        kept.clear()
    kept[days, most] = (stands, made)
    return made


def _duty(told: Telling, one: Duty, roles: AbstractSet[Role]) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "grade": one.grade,
        "word": word(one.kind, "duty"),
        "about": told.named(one.about) if isinstance(one.about, Sentence) else _about(told, one),
        "words": told.named(one.words),
        "at": one.at,
        "href": _leads(told, one, roles),
        "command": one.command,
    }


def _about(told: Telling, one: Duty) -> str:
    """What a duty is about: a number, or somebody who is told by name."""
    return told.who(one.about) if one.kind in _OF_SOMEBODY else one.about


def _leads(told: Telling, one: Duty, roles: AbstractSet[Role]) -> str:
    """Where the duty is done: the page of its act, for whoever may order it; else empty."""
    if one.kind in PAGES:
        return PAGES[one.kind].format(about=one.about)
    act, field = ACTS.get(one.kind, ("", ""))
    if one.kind == "to hand on" and "hand-over" not in one.command:
        act = "return"
    if not act or not MAY[act] & roles:
        return ""
    about = _pointed(told, field, str(one.about)) if field else []
    return f"/act/{act}" + (f"?{urlencode(about)}" if about else "")


def _pointed(told: Telling, field: str, about: str) -> list[tuple[str, str]]:
    """What the page of an act is told of what it is about, as it asks for it."""
    view, number = told.view, about.rpartition(" ")[2]
    whole = int(number) if number.isdecimal() else 0
    if field == "sealed":
        return [(field, row.digest) for row in view.incoming.find("outer", whole, limit=1)]
    if field == "task":
        task = view.tasks.get(whole)
        return [("copy", task.copy), (field, number)] if task is not None else []
    if field in _STATES:
        born = [
            copy
            for telegram in view.telegrams.find("cable", whole)
            for copy in view.copies.find("telegram", telegram.handle)
            if copy.state is _STATES[field]
        ]
        return [("copy", copy.handle) for copy in born]
    if field != "copy":
        return [(field, number)]
    try:
        return [(field, finding.copy(view, about).handle)]
    except CablegramError:
        return []  # a telegram that an office has not receipted is traced as well


def _task(told: Telling, row: Any) -> dict[str, Any]:
    copy = told.view.copies.get(row.copy)
    return {
        "task": row,
        "person": told.person(row.person),
        "by": told.person(row.written_by),
        "name": told.name(copy) if copy is not None else "",
        "href": f"/copy/{row.copy}",
        "late": bool(row.due_at and row.state == "open" and row.due_at < told.at),
    }


def _drafts(told: Telling, most: int) -> Iterator[dict[str, Any]]:
    for row in told.view.drafts.find("state", drafts.DRAFTED, limit=most):
        said: dict[str, Any] = {
            "draft": row,
            "drafter": told.person(row.drafter),
            "to": [told.office(one) for one in row.to.split()],
            "waits": False,
            "by_hand": None,
        }
        try:
            stands = drafts.standing(told.view, row, told.bureau)
        except OrderError as refused:
            yield {**said, "by_hand": refused, "cleared": [], "objections": [], "lacks": 0}
            continue
        yield {
            **said,
            "cleared": [told.person(one) for one in stands.cleared],
            "objections": [(told.person(who), why) for who, why in stands.objections],
            "lacks": stands.lacks,
            "waits": bool(stands.lacks),
            "may_go": stands.may_go,
        }


def _watch(told: Telling) -> str:
    try:
        who = watching.holder(told.view, told.bureau)
    except OrderError:
        return ""  # the duties say that a row was written by hand
    return told.person(who) if who else ""


def _handed(told: Telling) -> bool:
    """Whether a handover of the watch waits to be taken."""
    try:
        return watching.handed(told.view, told.bureau) is not None
    except OrderError:
        return False


def _days(text: str) -> int:
    known = text.isascii() and text.isdecimal() and len(text) <= len(str(DAYS_MAX))
    return min(int(text), DAYS_MAX) if known else DAYS
