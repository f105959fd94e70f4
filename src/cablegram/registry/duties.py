"""Duties: what is due today, kind by kind, with the command that does it (docs/spec/duties.md).

To add a kind, write a function that gives its duties out of what was ``Asked`` beside its like
(``duties_copies``, ``_offices``, ``_letters``, ``_desk``, ``_posts``, ``_year``) and add it to
``KINDS``.  Questions only: a clock sets flags here and changes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cablegram.model.times import instant, moment
from cablegram.registry import (
    dues,
    duties_copies,
    duties_desk,
    duties_letters,
    duties_offices,
    duties_posts,
    duties_year,
)
from cablegram.registry.duty import Asked, Duty, Grade

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import timedelta

    from cablegram.bureau import Bureau
    from cablegram.ports import Shelves

__all__ = ["KINDS", "Asked", "Duty", "Grade", "today"]


def today(
    page: Shelves,
    bureau: Bureau,
    *,
    at: str = "",
    within: timedelta,
    found: dues.Due | None = None,
) -> list[Duty]:
    """Everything due at a moment (now if none is given) or within a span after it.

    What is late comes first, then kind by kind, each by its moments: the same books give the
    same list.  ``found`` is what is due by then, where it is known already: a page that shows the
    first of each list asks for no more.
    """
    at = at or bureau.now()
    due = dues.due(page, at, within) if found is None else found
    asked = Asked(page, at, moment(instant(at) + within), bureau, due)
    order = {kind: n for n, kind in enumerate(KINDS)}
    listed = [duty for kind in KINDS.values() for duty in kind(asked)]
    return sorted(listed, key=lambda duty: (duty.grade, order[duty.kind], duty.at))


KINDS: dict[str, Callable[[Asked], Iterator[Duty]]] = {
    "alarm": duties_desk.alarms,
    "restored": duties_desk.restored,
    "missing": duties_copies.missing,
    "overdue": duties_copies.overdue,
    "must leave": duties_copies.to_leave,
    "no receipt": duties_copies.unreceipted_copies,
    "to inquire": duties_copies.to_inquire,
    "to trace": duties_copies.to_trace,
    "supply hold": duties_copies.supply_hold,
    "to call in": duties_letters.to_call_in,
    "to send back": duties_letters.to_send_back,
    "query": duties_letters.queries,
    "letter waits": duties_letters.waiting,
    "muster called": duties_letters.called,
    "muster to match": duties_letters.to_match,
    "dispute": duties_offices.disputed,
    "notice came": duties_offices.notices,
    "receipt came": duties_copies.awaiting,
    "to report": duties_offices.to_report,
    "watch": duties_posts.watch,
    "charge": duties_posts.charge,
    "to open": duties_offices.to_open,
    "to print": duties_copies.to_print,
    "to verify": duties_copies.to_verify,
    "to accept": duties_offices.to_accept,
    "papers owed": duties_offices.owed,
    "draft": duties_desk.drafts,
    "task": duties_desk.tasks,
    "to hand on": duties_desk.to_hand_on,
    "to tell": duties_desk.to_tell,
    "inquiry": duties_desk.open_inquiries,
    "muster open": duties_desk.open_musters,
    "due soon": duties_copies.due_soon,
    "not receipted": duties_offices.unreceipted,
    "muster due": duties_year.musters,
    "review": duties_year.reviews,
    "retention": duties_year.retention,
    "year": duties_year.year,
    "backup": duties_desk.backup,
    "post ends": duties_posts.appointments,
    "proxy ends": duties_posts.proxies,
    "waiver ends": duties_posts.waivers,
}
"""Every kind of duty by its name, in the order a registrar looks."""
