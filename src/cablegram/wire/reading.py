"""Reading requests: with which a person asks for a token that reads (docs/spec/api.md, version 1).

Signed in a namespace of their own, so that none is an order and no order is one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cablegram.model import names
from cablegram.model.times import instant
from cablegram.wire import canonical, fields

NAMESPACE: Final = "reading@cablegram"
DAYS_MAX: Final = 90
NONCE_SIZE: Final = 32
ORIGIN_MAX: Final = 255

_FORMAT: Final = fields.format_name("reading")


@dataclass(frozen=True, slots=True)
class Reading:
    """Who asks to read, in which office, with which key, and for how many days."""

    office: str
    origin: str
    person: str
    key: str
    made_at: str
    days: int
    nonce: bytes

    def __post_init__(self) -> None:
        names.office_id(self.office)
        names.person_id(self.person)
        names.digest(self.key)
        instant(self.made_at)
        fields.line(self.origin, "the request's ledger", most=ORIGIN_MAX)
        fields.within(self.days, "the number of days", 1, DAYS_MAX)
        fields.within(len(self.nonce), "the size of the nonce", NONCE_SIZE, NONCE_SIZE)


def encode(asked: Reading) -> bytes:
    """The bytes to sign."""
    return canonical.encode(
        {
            "format": _FORMAT,
            "office": asked.office,
            "origin": asked.origin,
            "person": asked.person,
            "key": asked.key,
            "made_at": asked.made_at,
            "days": asked.days,
            "nonce": canonical.encode_bytes(asked.nonce),
        }
    )


def decode(data: bytes) -> Reading:
    """Read a request; its signature is not looked at here.

    Raises:
        MalformedError: not one, out of bounds, or spelled otherwise.
    """
    read = fields.read(data, "reading")
    asked = Reading(
        office=read.text("office"),
        origin=read.text("origin"),
        person=read.text("person"),
        key=read.text("key"),
        made_at=read.text("made_at"),
        days=read.number("days"),
        nonce=read.data("nonce"),
    )
    read.done()
    fields.same(encode(asked), data, "reading")
    return asked
