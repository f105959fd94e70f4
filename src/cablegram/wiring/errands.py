"""Errands between offices that need no order: papers signed, trays carried out, carriers emptied.

Sealed bytes and receipts only; whoever opens, accepts or answers anything orders it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cablegram import circuits
from cablegram.errors import RoomError
from cablegram.registry import papers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cablegram.circuits import Carried, TakenIn
    from cablegram.wiring.desk import Office


@dataclass(frozen=True, slots=True)
class Signed:
    """How many papers the room signed, how many are left, and why."""

    count: int
    left: int = 0
    why: RoomError | None = None


def sign_owed(office: Office) -> Signed:
    """Have the room sign what we owe, once a head covers it; a locked room leaves it owed."""
    head = office.head()
    with office.bureau.books.view() as view:
        owed = list(papers.owed(view, head.size))
    for count, row in enumerate(owed):
        try:
            office.room.sign_receipt(row.digest)
        except RoomError as error:
            return Signed(count, len(owed) - count, error)
    return Signed(len(owed))


def carry(office: Office) -> tuple[Signed, Carried]:
    """Sign what we owe, and hand all that is ready to the carriers.

    Raises:
        CircuitError: the office was restored from a backup and has not resumed.
    """
    signed = sign_owed(office)
    return signed, circuits.carry(office.bureau)


def take_in(office: Office) -> Sequence[TakenIn]:
    """Take in what lies at the carriers, and put a head over it; what stayed says why."""
    found = circuits.take_in(office.bureau)
    office.head()
    return found
