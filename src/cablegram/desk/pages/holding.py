"""Who holds what: custody as a picture, one holder's list, and what is due, overdue and chased."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from cablegram.desk.pages.lives import copy_row
from cablegram.errors import UnknownError
from cablegram.model.acts import FINAL, State
from cablegram.registry import dues, holders, paging, returns
from cablegram.registry.paging import Run
from cablegram.sentences import term

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cablegram.desk.telling import Telling
    from cablegram.registry.holders import Column

SHOWN = 12
"""How many of each list of what is due are shown."""
WITHIN = timedelta(days=2)
_HERE = (State.ALLOTTED, State.PRINTED, State.IN_REGISTRY, State.FILED)
_OUT = (State.ISSUED, State.IN_TRANSIT, State.WITH_OFFICE, State.DISPUTED)
_GONE = (State.MISSING, State.LOST)


def custody(told: Telling, query: Mapping[str, str]) -> dict[str, Any]:
    """Who holds what now: how many copies are in each state, and a column for each holder."""
    late, after = bool(query.get("late")), query.get("after", "")[:64]
    columns = (
        holders.late(told.view, told.at) if late else holders.by_name(told.view, told.at, after)
    )
    counts = holders.by_state(told.view)
    return {
        "late": late,
        "after": after,
        "on": columns.on,
        "columns": [_column(told, one) for one in columns.columns],
        "groups": [
            (name, [(state, term(state), counts.get(state, 0)) for state in states])
            for name, states in (("here", _HERE), ("out", _OUT), ("gone", _GONE))
        ],
        "ended": sum(counts.get(state, 0) for state in FINAL),
        "most": holders.COUNT_MAX,
    }


def _column(told: Telling, one: Column) -> dict[str, Any]:
    chips = [told.chip(copy) for copy in one.copies]
    return {
        "holder": one.holder,
        "href": f"/holder/{one.holder}",
        "name": told.who(one.holder),
        "is_office": told.is_office(one.holder),
        "chips": sorted(chips, key=lambda chip: not chip.late),
        "count": one.count,
        "more": one.count - len(one.copies),
        "overdue": one.overdue,
    }


def holder(told: Telling, who: str, query: Mapping[str, str]) -> dict[str, Any]:
    """What one person or office has.

    Raises:
        UnknownError: nobody here is called that.
    """
    view = told.view
    is_office = told.is_office(who)
    if not is_office and view.persons.get(who) is None:
        raise UnknownError(
            "nobody here goes by {who}", hint="Choose somebody on the custody page.", who=who[:60]
        )
    place = query.get("place", "")
    found = paging.read(view, Run("copies", "holder", (who,)), place)
    column = holders.column(view, who, told.at, cards=1)
    held = returns.longest_overdue(view, told.at, who)
    receipts = view.hand_receipts.count("person", who, "open", most=holders.COUNT_MAX)
    return {
        "who": who,
        "name": told.who(who),
        "is_office": is_office,
        "rows": [copy_row(told, copy) for copy in found.rows],
        "paged": found,
        "list_path": f"/holder/{who}",
        "count": column.count,
        "overdue": column.overdue,
        "longest": None if held is None else told.name(held),
        "receipts": receipts,
        "tasks": list(view.tasks.find("person", who, "open", limit=SHOWN)),
        "proxies": [
            (told.person(row.person), row)
            for row in view.proxies.find("", who)
            if not row.until_index
        ],
    }


def due(told: Telling) -> dict[str, Any]:
    """What is due: each list with its first copies and how many there are."""
    found = dues.due(told.view, told.at, WITHIN, SHOWN)
    lists = {
        name: [copy_row(told, copy) for copy in getattr(found, name)]
        for name in ("overdue", "soon", "leaving", "tracers", "missing", "unprinted", "unverified")
    }
    return {
        "lists": lists,
        "counts": found.counts,
        "held": [(who, told.who(who), count) for who, count in found.held],
        "allowance": _allowance(told),
        "unopened": [(told.office(row.claimed), row) for row in found.unopened],
        "most": dues.COUNT_MAX,
        "shown": SHOWN,
    }


def tracers(told: Telling, query: Mapping[str, str]) -> dict[str, Any]:
    """The tracers that were sent, newest first, and what each was about."""
    run = Run("tracers", backwards=True)
    found = paging.read(told.view, run, query.get("place", ""))
    rows = []
    for row in found.rows:
        copy = told.view.copies.get(row.copy) if row.copy else None
        telegram = told.view.telegrams.get(row.telegram) if row.telegram else None
        rows.append(
            {
                "tracer": row,
                "to": told.who(row.to),
                "by": told.person(row.officer),
                "row": None if copy is None else copy_row(told, copy),
                "telegram": telegram,
                "answered": copy is not None and (copy.holder, copy.due_at) != (row.to, row.due_at),
            }
        )
    return {"rows": rows, "paged": found, "list_path": "/tracers"}


def _allowance(told: Telling) -> int:
    from cablegram.registry import offices

    return offices.series(told.view).allowance
