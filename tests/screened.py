"""A reader with a key of their own, for tests of copies for the screen."""

from __future__ import annotations

from cablegram.registry import screens
from cablegram.sealing.recipients import HybridIdentity
from offices import seed

HOLDER = "stalin"
IDENTITY = HybridIdentity(seed("stalin's own"))


def appoint(office, person, role):
    """Put a person in post, on the chief's order."""
    facts = {"person": person, "key_line": office.hire(person).public_key.line(), "role": role}
    office.give("appoint", facts, two="makarov")


def enrol(desk, person, identity):
    """Enrol a person's reading key, on their own order, under a head."""
    facts = {"person": person, "recipient": str(identity.recipient())}
    desk.office.give("enrol", facts, by=person)
    desk.head()


def files(desk, copy):
    """The sealed files of a copy."""
    with desk.bureau.books.view() as view:
        return screens.sealed_copy(view, copy.handle, desk.bureau)
