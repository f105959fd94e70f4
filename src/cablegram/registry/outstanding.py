"""Outstanding: what of the paperwork waits for somebody, as of a moment; a clock only flags."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cablegram.model.route import StopState
from cablegram.ports import FIND_MAX
from cablegram.registry import inquiries, notices, tasks

if TYPE_CHECKING:
    from cablegram.model.paperwork import Inquiry, Notice, Task
    from cablegram.model.route import RouteStop
    from cablegram.ports import Shelves


@dataclass(frozen=True, slots=True)
class Outstanding:
    """Tasks due by then, readers who should have handed a copy on, open inquiries, owed notices."""

    tasks: tuple[Task, ...]
    stops: tuple[RouteStop, ...]
    inquiries: tuple[Inquiry, ...]
    notices: tuple[Notice, ...]


def find(page: Shelves, until: str, most: int = FIND_MAX) -> Outstanding:
    """What waits by ``until``, the first ``most`` of each."""
    return Outstanding(
        tuple(page.tasks.find("state", tasks.OPEN, below=until, limit=most)),
        tuple(page.routes.find("state", StopState.WITH.value, below=until, limit=most)),
        tuple(page.inquiries.find("state", inquiries.OPEN, limit=most)),
        tuple(page.notices.find("state", notices.OWED, limit=most)),
    )
