"""Lists out of the books: what is held, due, to be done, counted, refused, found.

Each gives its first rows and says how many there are, or where the next page begins; none reads
a register to its end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cablegram.answers import rows
from cablegram.errors import OrderError
from cablegram.registry import drafts as registry_drafts
from cablegram.registry import dues, duties, mustering, outstanding, searching, watching
from cablegram.registry.reading import every
from cablegram.wire import card as card_format
from cablegram.wire import words

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import timedelta

    from cablegram.answers.rows import Answer
    from cablegram.bureau import Bureau
    from cablegram.model.records import Correspondent, MusterRow
    from cablegram.ports import Shelves
    from cablegram.registry.duties import Duty
    from cablegram.registry.searching import Asked, Hit

COPIES: Final = (
    "overdue",
    "soon",
    "leaving",
    "tracers",
    "missing",
    "unprinted",
    "unverified",
)
"""The lists of what is due that are of copies."""

CLOSED_MAX: Final = 1000
"""How many musters, denials and the like one answer has."""


def holding(view: Shelves, holder: str, bureau: Bureau, most: int) -> Answer:
    """What a person or an office has of ours."""
    found = dues.holding(view, holder, bureau.now(), most)
    return {
        "holder": holder,
        "copies": [rows.copy(view, copy) for copy in found.copies],
        "count": found.count,
        "overdue": found.overdue,
    }


def due(view: Shelves, bureau: Bureau, within: timedelta, most: int) -> Answer:
    """What waits for somebody, list by list, as of now; ``counts`` says how many of each."""
    at = bureau.now()
    found = dues.due(view, at, within, most)
    beside = outstanding.find(view, at, most)
    said: Answer = {
        name: [rows.copy(view, copy) for copy in getattr(found, name)] for name in COPIES
    }
    for name in ("unopened", "unreceipted", "alarms"):
        said[name] = [rows.row(one) for one in getattr(found, name)]
    said["owed"] = [rows.row(one, but=("signatures",)) for one in found.owed]
    for name in ("tasks", "stops", "inquiries", "notices"):
        said[name] = [rows.row(one) for one in getattr(beside, name)]
    return {
        "as_of": at,
        **said,
        "held": [{"holder": who, "overdue": many} for who, many in found.held],
        "counts": dict(found.counts),
    }


def duties_of(
    view: Shelves, bureau: Bureau, at: str, within: timedelta, kinds: Collection[str] = ()
) -> Answer:
    """What is to be done at a moment, each with the command that does it."""
    found = duties.today(view, bureau, at=at, within=within)
    return said_duties(
        [one for one in found if not kinds or one.kind in kinds], at, watch(view, bureau)
    )


def watch(view: Shelves, bureau: Bureau) -> str:
    """Who has the watch; nobody where a row of it was written by hand, which the duties say."""
    try:
        return watching.holder(view, bureau)
    except OrderError:
        return ""


def said_duties(found: Sequence[Duty], at: str, holder: str) -> Answer:
    """These duties, as of a moment, and who has the watch."""
    listed = [
        {
            "kind": duty.kind,
            "grade": duty.grade.name.lower(),
            "about": duty.about,
            "words": duty.words,
            "command": duty.command,
            "at": duty.at,
        }
        for duty in found
    ]
    return {"as_of": at, "duties": listed, "watch": holder}


def musters(found: Sequence[MusterRow]) -> Answer:
    """Musters, each a line."""
    return {"musters": [muster_line(one) for one in found]}


def muster_line(one: MusterRow) -> Answer:
    """A muster as a list has it."""
    fields = ("number", "cut_off", "state", "officer", "second")
    return {name: getattr(one, name) for name in fields}


def muster(view: Shelves, one: MusterRow) -> Answer:
    """A muster and its outcome: as it was closed, or as it stands while it is open."""
    data = one.outcome
    if one.state == mustering.OPEN:
        data = mustering.encode(view, mustering.conclude_now(view, one))
    return {
        "muster": one.number,
        "cut_off": one.cut_off,
        "state": one.state,
        "by": one.officer,
        "second": one.second,
        **_long(data),
    }


def correspondents(found: Sequence[Correspondent]) -> Answer:
    """The offices we know, with the words of their cards."""
    cards = [(one, card_format.decode(one.card)) for one in found]
    return {
        "correspondents": [
            {
                "office": one.office,
                "serial": one.serial,
                "compared": one.confirmed,
                "names": dict(card.names),
                "words": words.fingerprint(card),
            }
            for one, card in cards
        ]
    }


def officers(view: Shelves, *, everyone: bool = False) -> Answer:
    """Who is in post, by id; with those relieved where ``everyone`` is asked for."""
    fields = (
        "person",
        "role",
        "title",
        "key",
        "since_index",
        "until_index",
        "since_at",
        "until_at",
    )
    found = [one for one in every(view.officers) if everyone or not one.until_index]
    return {"officers": [{name: getattr(one, name) for name in fields} for one in found]}


def drafts(view: Shelves, bureau: Bureau, most: int) -> Answer:
    """Drafts that wait for somebody, with how each stands."""
    found = view.drafts.find("state", registry_drafts.DRAFTED, limit=most)
    listed = []
    for one in found:
        stands = registry_drafts.standing(view, one, bureau)
        listed.append(
            {
                **rows.row(one),
                "cleared": list(stands.cleared),
                "objections": [{"by": who, "reason": why} for who, why in stands.objections],
                "lacks": stands.lacks,
            }
        )
    return {"drafts": listed}


def search(view: Shelves, asked: Asked, bureau: Bureau) -> Answer:
    """What fits a question, newest first."""
    found = searching.search(view, asked, bureau)
    return {"found": [_hit(view, hit) for hit in found.hits], "more": int(found.more)}


def _hit(view: Shelves, hit: Hit) -> Answer:
    if hit.telegram is not None:
        copies = [rows.copy(view, c) for c in view.copies.find("telegram", hit.telegram.handle)]
        return {"at": hit.at, "telegram": rows.telegram(hit.telegram), "copies": copies}
    assert hit.copy is not None, "a hit is of a telegram or of a copy"
    return {"at": hit.at, "telegram": {}, "copies": [rows.copy(view, hit.copy)]}


def _long(data: bytes) -> Mapping[str, object]:
    """A muster's outcome, which may be longer than a document that travels."""
    import json

    found: Mapping[str, object] = json.loads(data)
    return found
