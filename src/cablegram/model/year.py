"""Who has the watch and which year's books are closed: rows of the office itself.

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
