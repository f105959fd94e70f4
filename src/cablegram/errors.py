"""Everything that Cablegram can refuse, in one tree.

Each error carries three sentences: what was asked (the message), what to do
next (``hint``) and what was kept (``kept``).  They are literals with named
places, and one set of values fills all three.  The command line prints them
in its reader's language and adds no words of its own.  Exit statuses are
listed in docs/spec/refusals.md and do not change.
"""

from __future__ import annotations

from typing import ClassVar

from cablegram.sentences import sentence


class CablegramError(Exception):
    """The common parent: anything refused for a reason a person can act on.

    The message names the thing and its state, begins in lower case and has no
    full stop; ``hint`` is an order a person can carry out; ``kept`` is a claim
    that has a test.
    """

    exit_status: ClassVar[int] = 1

    def __init__(
        self, what: str, /, *, hint: str, kept: str = "Nothing was changed.", **values: object
    ) -> None:
        self.what: str = sentence(what, **values)
        self.hint: str = sentence(hint, **values)
        self.kept: str = sentence(kept, **values)
        super().__init__(self.what)


class MalformedError(CablegramError):
    """The bytes or words do not follow the format they claim."""

    exit_status = 3


class SealError(CablegramError):
    """A sealed thing did not open, or a signature on it did not hold."""

    exit_status = 4


class CustodyError(CablegramError):
    """The act breaks the rules of custody for that copy."""

    exit_status = 5


class LedgerError(CablegramError):
    """The ledger would contradict, or does contradict, what it has already signed."""

    exit_status = 6


class UnknownError(CablegramError):
    """No such office, officer, telegram or copy is in the books."""

    exit_status = 7


class OrderError(CablegramError):
    """An order is not signed, not by an officer in post, by one where two must, or spent."""

    exit_status = 8


class CircuitError(CablegramError):
    """Something on the line between two offices does not fit: a fork, a stranger."""

    exit_status = 9


class RoomError(CablegramError):
    """The cipher room is locked, not running, or was asked for what it does not do."""

    exit_status = 10


class StorageError(CablegramError):
    """The books or files could not be read or made durable."""

    exit_status = 11


class SetUpError(CablegramError):
    """The office folder, its settings or the machine lack something."""

    exit_status = 12


class PressError(CablegramError):
    """A sheet could not be set."""

    exit_status = 13


class LostRaceError(StorageError):
    """Another process took the number or wrote the head first; doing it again is safe."""

    exit_status = 14
