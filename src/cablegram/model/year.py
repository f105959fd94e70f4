"""The year of an office: watches handed over, books closed, what was reviewed.

No free text stands in them: what one officer says to the next is a sealed note, named by digest,
or a line of the order.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Watch:
    """A watch handed over by one officer and taken over by the next (docs/spec/watch.md).

    ``state`` is handed, taken, or dropped where another handover took its place.  ``left`` is what
    was open when it was handed over, ``met`` when it was taken over, as canonical JSON.
    ``words`` names the sealed note that goes with it, if one does.
    """

    number: int
    outgoing: str
    incoming: str
    handed_at: str
    state: str
    left: bytes
    leaf_index: int
    words: str = ""
    note: str = ""
    taken_at: str = ""
    met: bytes = b""


@dataclass(frozen=True, slots=True)
class ClosedYear:
    """A year's books of one series, closed by two (docs/spec/year.md).

    ``statement`` is what they said of the year, as canonical JSON.
    """

    year: int
    series: str
    statement: bytes
    officer: str
    second: str
    closed_at: str
    leaf_index: int


@dataclass(frozen=True, slots=True)
class Review:
    """What was decided of a telegram's classification, or of keeping its copies.

    ``what`` is classification or retention; ``decision`` keep (``until_at``), regrade (to
    ``level``), declassify or destroy.  The newest of each kind counts.  ``state`` is open, or done
    once it is carried out or another took its place.
    """

    number: int
    telegram: str
    what: str
    decision: str
    until_at: str
    level: str
    at: str
    officer: str
    leaf_index: int
    state: str
