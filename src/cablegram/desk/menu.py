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
    (Entry("/", sentence("Today"), who.IN_POST, "t"),),
    (Entry("/me", sentence("Myself"), who.IN_POST, "m"),),
)
"""The pages in groups, as they stand beside every page."""


def offered(asker: Asker | None) -> tuple[tuple[Entry, ...], ...]:
    """The groups and entries this person is offered."""
    if asker is None:
        return ()
    groups = (tuple(e for e in group if asker.roles & e.who.roles) for group in MENU)
    return tuple(group for group in groups if group)
