"""The offices that we exchange with, and what is open between each and us, on both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cablegram.desk.pages.lives import copy_row
from cablegram.errors import UnknownError
from cablegram.model.acts import HELD_HERE, State
from cablegram.registry import announced, calling, lines, paging, papers
from cablegram.registry.offices import headings
from cablegram.registry.paging import Run
from cablegram.sentences import word
from cablegram.wire import card as card_format
from cablegram.wire import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cablegram.desk.telling import Telling
    from cablegram.model.records import CircuitItem, Correspondent

SHOWN = 40
COUNT_MAX = 2000


def offices(told: Telling) -> dict[str, Any]:
    """Every office, with how much is open on either side."""
    view = told.view
    rows = [_office(told, row) for row in view.correspondents.find()]
    known = {row["id"] for row in rows}
    return {
        "rows": sorted(rows, key=lambda row: str(row["name"])),
        "named": sorted((one, said) for one, said in headings(view).items() if one not in known),
    }


def office(told: Telling, name: str, query: Mapping[str, str]) -> dict[str, Any]:
    """One office: its lines, and the open items of both sides.

    Raises:
        UnknownError: we have no card of it.
    """
    view, us = told.view, told.bureau
    row = view.correspondents.get(name)
    if row is None:
        raise UnknownError("no office {name} is known here", hint="See the list.", name=name[:60])
    card = card_format.decode(row.card)
    theirs = paging.read(
        view, Run("copies", "owner", (name,)), query.get("place", ""), most=SHOWN,
        keep=lambda copy: copy.state in HELD_HERE | {State.MISSING, State.IN_TRANSIT},
    )  # fmt: skip
    ours = view.copies.find("holder", name, limit=SHOWN)
    return {
        **_office(told, row),
        "names": [(lang, said) for lang, said in card.names.items() if said != told.office(name)],
        "words": words.fingerprint(card),
        "zone": card.zone,
        "with_them": [copy_row(told, copy) for copy in ours],
        "with_us": [{**copy_row(told, copy), "theirs": f"{copy.owner_cable}/{copy.owner_copy}"}
                    for copy in theirs.rows],
        "paged": theirs,
        "list_path": f"/offices/{name}",
        "unreceipted": list(_unreceipted(told, name)),
        "owed": [{"kind": word(one.kind, "kind"), "at": one.leaf_index}
                 for one in view.papers.find("state", papers.OWED) if one.office == name],
        "missing": [item.number for item in _items(told, name, lines.IN, lines.MISSING)],
        "calls": [(word(one.said.kind, "kind"), one, [told.chip(copy) for copy in one.copies])
                  for one in calling.calls(view, us) if one.said.office == name],
        "offers": [one for one in announced.offers(view, us) if one.office == name],
        "alarms": [one for one in view.alarms.find("state", "open") if one.office == name],
    }  # fmt: skip


def _office(told: Telling, row: Correspondent) -> dict[str, Any]:
    view, name = told.view, row.office
    stands = {way: lines.stand(view, name, way).number
              for way in (lines.IN, lines.OUT, lines.PAPERS_IN, lines.PAPERS_OUT)}  # fmt: skip
    late = sum(
        view.copies.count("holder", name, state.value, below=told.at, most=COUNT_MAX)
        for state in (State.WITH_OFFICE, State.IN_TRANSIT)
    )
    return {
        "id": name,
        "href": f"/offices/{name}",
        "name": told.office(name),
        "compared": bool(row.confirmed),
        "stands": stands,
        "ours_there": view.copies.count("holder", name, most=COUNT_MAX),
        "late_there": late,
        "theirs_here": sum(
            1 for copy in view.copies.find("owner", name) if copy.state in HELD_HERE
        ),
        "waiting": sum(1 for _ in _unreceipted(told, name)),
    }


def _unreceipted(told: Telling, name: str) -> Iterator[dict[str, Any]]:
    """What we sent them, of which they have not signed that they opened it."""
    for item in told.view.circuit_items.find("", name, lines.OUT, limit=SHOWN, backwards=True):
        if item.state == lines.SENT and "opened" not in item.receipts.split():
            telegram = told.view.telegrams.get(item.telegram)
            yield {
                "item": item,
                "number": "" if telegram is None else telegram.outgoing_number,
                "href": f"/telegram/{item.telegram}",
                "at": "" if telegram is None else telegram.filed_at,
                "receipts": [word(one, "kind") for one in item.receipts.split()],
            }


def _items(told: Telling, name: str, direction: str, state: str) -> Iterator[CircuitItem]:
    for item in told.view.circuit_items.find("state", state, "", name):
        if item.direction == direction:
            yield item
