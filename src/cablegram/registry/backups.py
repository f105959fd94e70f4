"""Backups as the books know them: how often one is due, and when the last was noted.

A backup is made by whoever can read the folder; that one was made, an officer notes by an order
(docs/spec/backup.md, "In the books").
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from cablegram.errors import CustodyError, MalformedError, OrderError
from cablegram.model.records import Setting
from cablegram.model.times import instant, moment
from cablegram.registry import entries, matters, numbering
from cablegram.registry.reading import last

if TYPE_CHECKING:
    from cablegram.bureau import Bureau
    from cablegram.ports import Page, Shelves
    from cablegram.registry.orders import Given

MATTER = "backup"
DAYS = "days"
DAYS_MAX = 366


def settle(page: Page, which: str, value: str, _: Bureau) -> None:
    """Settle every how many days a backup is due: ``backup/days``.

    Raises:
        OrderError: there is nothing else to settle of backups.
        MalformedError: that is no number of days.
    """
    if which != DAYS:
        raise OrderError(
            "nothing called {which} is settled of backups",
            hint="Settle every how many days one is due: `cablegram backup every 7`.",
            which=which[:40],
        )
    days = numbering.read(value)
    if not 1 <= days <= DAYS_MAX or str(days) != value:
        raise MalformedError(
            "{value} is not a number of days",
            hint="Give 1 to {most}.",
            value=value[:40],
            most=DAYS_MAX,
        )
    page.settings.put(Setting(f"{MATTER}/{DAYS}", value.encode()))


def note(page: Page, given: Given, bureau: Bureau) -> str:
    """Note that a backup was made, of so many entries of the ledger; gives when.

    Raises:
        MalformedError: what is noted is none.
        CustodyError: it has more than the books, or is of a time to come.
    """
    facts = given.first.facts
    made_at, size = str(facts["made_at"]), numbering.read(str(facts["size"]))
    if instant(made_at) > instant(bureau.now()) or not 0 < size <= entries.size(page):
        raise CustodyError(
            "a backup of {size} entries, made at {made_at}, is none of these books as they are",
            hint="Make one now: `cablegram backup FILE`.",
            size=size,
            made_at=made_at,
        )
    matters.enter(page, given, MATTER, bureau)
    return made_at


def due_at(page: Shelves, bureau: Bureau) -> str:
    """By when a backup is due; empty where nobody has settled that one ever is.

    Raises:
        OrderError: the ledger and what lies beside it do not agree.
    """
    settled = matters.newest(page, f"{MATTER}/{DAYS}", bureau)
    if settled is None:
        return ""
    made = matters.newest(page, MATTER, bureau)
    if made is None:
        leaf = last(page.leaves, "subject", matters.handle(page, f"{MATTER}/{DAYS}"))
        entry = None if leaf is None else entries.held(page, leaf.index)
        assert entry is not None, "newest has proved it"
        since = entry.at
    else:
        since = str(made.facts["made_at"])
    days = timedelta(days=int(str(settled.facts["value"])))
    return moment(instant(since) + days)
