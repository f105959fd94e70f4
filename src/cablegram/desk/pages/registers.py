"""The registers: received, sent, and taken on charge from elsewhere; and the finding page."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from cablegram.errors import MalformedError, UnknownError
from cablegram.model.acts import State
from cablegram.model.dates import read_date
from cablegram.model.times import moment
from cablegram.registry import browsing, lines, searching
from cablegram.registry.browsing import Wanted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cablegram.desk.telling import Telling
    from cablegram.registry.browsing import Line
    from cablegram.registry.paging import Paged

RECEIVED, SENT, ACCEPTED = "received", "sent", "accepted"
LINES = 30
"""How many lines one page of a register has."""
FOUND_MAX = 60


def register(told: Telling, which: str, query: Mapping[str, str]) -> dict[str, Any]:
    """A page of one of the three registers.

    Raises:
        UnknownError: there is no such register.
        MalformedError: a day or a state that is none, or no such place in the list.
    """
    if which not in {RECEIVED, SENT, ACCEPTED}:
        raise UnknownError("there is no such register", hint="Choose one of the three.")
    wanted = read_wanted(told, query)
    place = query.get("place", "")
    if which == ACCEPTED:
        copies = browsing.accepted(told.view, wanted, place, LINES)
        rows: list[Any] = [_accepted(told, copy) for copy in copies.rows]
        paged: Paged[Any] = copies
    else:
        read = browsing.received if which == RECEIVED else browsing.sent
        paged = read(told.view, wanted, place, LINES)
        rows = [line(told, one) for one in paged.rows]
    return {
        "which": which,
        "rows": rows,
        "paged": paged,
        "list_path": f"/register/{which}",
        "rest": rest(query, "place"),
        "asked": {name: query.get(name, "") for name in ("office", "level", "state", "from", "to")},
        "offices": offices(told),
        "choices": [state for state in State if state is not State.VOID],
        "narrowed": any(query.get(name) for name in ("office", "level", "state", "from", "to")),
    }


def read_wanted(told: Telling, query: Mapping[str, str]) -> Wanted:
    """What a register is to be narrowed to, out of what was asked.

    Raises:
        MalformedError: a day or a state that is none.
    """
    zone = told.bureau.zone
    since, until = query.get("from", ""), query.get("to", "")
    state = query.get("state", "")
    if state and state not in State.__members__.values():
        raise MalformedError("there is no such state of a copy", hint="Choose one of the list.")
    return Wanted(
        office=query.get("office", ""),
        level=query.get("level", ""),
        state=State(state) if state else None,
        since=read_date(since, zone) if since else "",
        until=_after(read_date(until, zone, end=True)) if until else "",
    )


def rest(query: Mapping[str, str], *but: str) -> str:
    """What else was asked, to be asked again by a link: ``&office=beijing``."""
    from urllib.parse import urlencode

    kept = {name: value for name, value in query.items() if value and name not in but}
    return f"&{urlencode(kept)}" if kept else ""


def line(told: Telling, one: Line) -> dict[str, Any]:
    """A line of a register as it is shown."""
    telegram = one.telegram
    told.knows(telegram)
    came = telegram.direction == lines.IN
    return {
        "telegram": telegram,
        "href": f"/telegram/{telegram.handle}",
        "number": telegram.cable_number if came else telegram.outgoing_number,
        "at": telegram.received_at if came else telegram.filed_at,
        "office": told.office(telegram.office) if came else "",
        "to": [
            (item.office, told.office(item.office), item.number, item.receipts.split())
            for item in one.sent
        ],
        "chips": [told.chip(copy, short=True) for copy in one.copies],
        "late": any(told.is_late(copy) for copy in one.copies),
    }


def find(told: Telling, query: Mapping[str, str]) -> dict[str, Any]:
    """The finding page: the question, and what fits it."""
    zone = told.bureau.zone
    said = {name: query.get(name, "").strip() for name in _ASKED}
    answer: dict[str, Any] = {"asked": said, "offices": offices(told), "found": None, "more": False}
    if not any(said.values()):
        return answer
    asked = searching.Asked(
        words=said["words"],
        office=said["office"],
        person=said["person"],
        number=said["number"],
        since=read_date(said["from"], zone) if said["from"] else "",
        until=read_date(said["to"], zone, end=True) if said["to"] else "",
        limit=FOUND_MAX,
    )
    try:
        found = searching.search(told.view, asked, told.bureau)
    except UnknownError as nothing:
        return {**answer, "found": [], "nothing": nothing}
    more = found.more or len(found.hits) == FOUND_MAX
    return {**answer, "found": [_hit(told, hit) for hit in found.hits], "more": more}


_ASKED = ("words", "office", "person", "number", "from", "to")


def offices(told: Telling) -> list[tuple[str, str]]:
    """The offices that a list can be narrowed to, by name."""
    from cablegram.registry.offices import headings

    known = {row.office for row in told.view.correspondents.find()} | set(headings(told.view))
    return sorted(((one, told.office(one)) for one in known), key=lambda pair: pair[1])


def today_begins(told: Telling) -> str:
    """The moment at which the local day began."""
    from cablegram.model.times import instant

    here = instant(told.at).astimezone(told.bureau.zone)
    midnight = datetime.combine(here.date(), time(), told.bureau.zone)
    return moment(midnight.astimezone(UTC))


def _after(at: str) -> str:
    from cablegram.model.times import instant

    return moment(instant(at) + timedelta(seconds=1))


def _accepted(told: Telling, copy: Any) -> dict[str, Any]:
    return {
        "row": copy,
        "chip": told.chip(copy),
        "owner": told.office(copy.owner),
        "theirs": f"{copy.owner_cable}/{copy.owner_copy}"
        if copy.owner_cable
        else copy.owner_number,
        "where": told.where(copy),
        "late": told.is_late(copy),
    }


def _hit(told: Telling, hit: searching.Hit) -> dict[str, Any]:
    if hit.telegram is not None:
        copies = tuple(told.view.copies.find("telegram", hit.telegram.handle))
        return {"at": hit.at, "row": None, **line(told, browsing.Line(hit.telegram, copies))}
    return {"at": hit.at, **_accepted(told, hit.copy)}
