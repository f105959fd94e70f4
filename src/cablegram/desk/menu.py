"""The menu: what each page is called and who is offered it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cablegram.desk import who
from cablegram.sentences import sentence

if TYPE_CHECKING:
    from cablegram.desk.frame import Asker
    from cablegram.desk.who import Who


@dataclass(frozen=True, slots=True)
class Entry:
    """One page of the menu; ``key`` is the letter that opens it together with the access key."""

    path: str
    name: str
    who: Who
    key: str = ""


MENU: Final[tuple[tuple[Entry, ...], ...]] = (
    (
        Entry("/", sentence("Today"), who.IN_POST, "t"),
        Entry("/duties", sentence("Duties"), who.BOOKS, "d"),
        Entry("/find", sentence("Find"), who.BOOKS, "f"),
    ),
    (
        Entry("/line", sentence("The line"), who.REGISTRY, "l"),
        Entry("/room", sentence("For the room"), who.ROOM, "i"),
        Entry("/act", sentence("Acts"), who.IN_POST, "a"),
        Entry("/seconds", sentence("For a second"), who.SECONDS, "s"),
    ),
    (
        Entry("/register/received", sentence("Telegrams received"), who.BOOKS, "r"),
        Entry("/register/sent", sentence("Telegrams sent"), who.BOOKS),
        Entry("/register/accepted", sentence("From elsewhere"), who.BOOKS),
        Entry("/drafts", sentence("Drafts"), who.CLEARING),
    ),
    (
        Entry("/custody", sentence("Custody"), who.BOOKS, "c"),
        Entry("/due", sentence("Due and overdue"), who.BOOKS, "o"),
        Entry("/tracers", sentence("Tracers"), who.BOOKS),
        Entry("/tasks", sentence("Tasks"), who.BOOKS),
        Entry("/musters", sentence("Musters"), who.BOOKS, "u"),
    ),
    (
        Entry("/offices", sentence("Offices"), who.BOOKS),
        Entry("/carrying", sentence("Carrying"), who.ROOM),
        Entry("/watches", sentence("The watch"), who.BOOKS),
        Entry("/forms", sentence("Forms"), who.BOOKS, "p"),
        Entry("/inspect", sentence("For an inspector"), who.INSPECTORS, "n"),
    ),
    (
        Entry("/reading", sentence("Reading"), who.IN_POST, "g"),
        Entry("/me", sentence("Myself"), who.IN_POST, "m"),
        Entry("/help", sentence("Help"), who.IN_POST, "h"),
    ),
)
"""The pages in groups, as they stand beside every page."""


def offered(asker: Asker | None) -> tuple[tuple[Entry, ...], ...]:
    """The groups and entries this person is offered."""
    if asker is None:
        return ()
    groups = (tuple(e for e in group if asker.roles & e.who.roles) for group in MENU)
    return tuple(group for group in groups if group)
