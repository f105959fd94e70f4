"""A duty: one thing that somebody has to do, and what its kinds are asked.

The kinds stand in ``duties_copies``, ``duties_offices``, ``duties_desk`` and ``duties_posts``;
``duties`` lists them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cablegram.bureau import Bureau
    from cablegram.ports import Shelves
    from cablegram.registry import dues


class Grade(IntEnum):
    """How soon: past its time, to be done today, or within the days asked about."""

    LATE = 0
    TODAY = 1
    SOON = 2


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing that somebody has to do.

    ``words`` says what is wrong or asked; ``command`` does it, in capitals what only a person
    knows.  ``at`` is the moment it is, or was, due; empty where it has none.
    """

    kind: str
    grade: Grade
    about: str
    words: str
    command: str
    at: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a kind is asked: the books, the moment, until when ahead, and what is due by it."""

    page: Shelves
    at: str
    until: str
    bureau: Bureau
    due: dues.Due

    def grade(self, at: str) -> Grade:
        """How soon a moment is: passed, or ahead."""
        return Grade.LATE if at < self.at else Grade.SOON
