"""Rates: how often a client may ask, so that nobody's flood keeps anybody else out.

A client is a session, else a browser that somebody logged in with before, else an address:
whoever floods from an address that others share slows down only those who never logged in
from theirs.  No account's name counts, so nobody can use up somebody's attempts.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

CLIENTS_MAX: Final = 20_000


@dataclass(frozen=True, slots=True)
class Rate:
    """So many a second on the long run, and so many at once."""

    per_s: float
    burst: int


SESSION: Final = Rate(200.0, 400)
KNOWN: Final = Rate(20.0, 60)
ADDRESS: Final = Rate(20.0, 120)


class Rates:
    """Buckets by client, those asked least recently forgotten first."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, client: str, rate: Rate) -> bool:
        """Take one of what this client has left; False where nothing is."""
        now = self._now()
        left, at = self._left.pop(client, (float(rate.burst), now))
        left = min(float(rate.burst), left + (now - at) * rate.per_s)
        allowed = left >= 1
        self._left[client] = (left - 1 if allowed else left, now)
        while len(self._left) > CLIENTS_MAX:
            self._left.popitem(last=False)
        return allowed
