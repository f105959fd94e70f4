"""Clocks: the machine's, or one of the office's own for drills (docs/spec/office-folder.md)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cablegram.errors import MalformedError, SetUpError
from cablegram.model.times import instant, moment
from cablegram.storage import durable

if TYPE_CHECKING:
    from pathlib import Path

    from cablegram.ports import Clock

FILE = "clock"


class MachineClock:
    """The machine's own clock."""

    own = False

    def now(self) -> datetime:
        """See ``ports.Clock.now``."""
        return datetime.now(UTC)


class OwnClock:
    """A clock that stands at the moment in its file until it is set."""

    own = True

    def __init__(self, path: Path) -> None:
        self._path = path

    def now(self) -> datetime:
        """See ``ports.Clock.now``; the file is read each time, since the room shares it.

        Raises:
            SetUpError: the file is not there, or has no moment.
        """
        try:
            line = self._path.read_text("utf-8")
            return instant(line.removesuffix("\n"))
        except (OSError, UnicodeDecodeError, MalformedError) as error:
            raise SetUpError(
                "the office's own clock shows no moment",
                hint="Set it with `cablegram office clock --set 1951-07-05T21:00 --drill`.",
            ) from error

    def set(self, to: str, *, drill: bool = False) -> None:
        """Set the clock forward; back only in a drill.

        Raises:
            SetUpError: it would go back.
        """
        at = instant(to)
        if not drill and at < (now := self.now()):
            raise SetUpError(
                "the clock stands at {moment} and does not go back to {to}",
                hint="Give a later moment, or add --drill if nothing real hangs on it.",
                moment=moment(now),
                to=to,
            )
        start(self._path, to)


def start(path: Path, to: str) -> None:
    """Let a clock stand at this moment."""
    with durable.told("the office's own clock"):
        durable.write(path, f"{moment(instant(to))}\n".encode(), durable.PRIVATE_FILE)


def choose(root: Path, kind: str) -> Clock:
    """The clock that the settings name."""
    return OwnClock(root / FILE) if kind == "own" else MachineClock()
