"""Orders as bytes: what an officer's key signs (docs/spec/order.md, version 1).

The order itself and its meaning are ``model.orders``; its digest is its name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from cablegram.errors import MalformedError
from cablegram.model import names
from cablegram.model.orders import Head, Order, Subject
from cablegram.model.text import clean
from cablegram.model.times import instant
from cablegram.wire import canonical, fields

if TYPE_CHECKING:
    from cablegram.wire.fields import Fields

NAMESPACE: Final = "order@cablegram"
FACT_MAX: Final = 16_384
ORIGIN_MAX: Final = 255

_FORMAT = fields.format_name("order")
_SUBJECT = re.compile(r"[a-z0-9][a-z0-9:/-]{0,79}\Z")
_FACT = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")

digest = canonical.digest


def encode(order: Order) -> bytes:
    """The bytes to sign.

    Raises:
        MalformedError: something in it is out of bounds.
    """
    _check(order)
    subjects: list[canonical.Value] = [
        {"handle": subject.handle, "expected": subject.expected} for subject in order.subjects
    ]
    return canonical.encode(
        {
            "format": _FORMAT,
            "act": order.act,
            "office": order.office,
            "origin": order.origin,
            "subjects": subjects,
            "facts": dict(order.facts),
            "officer": order.officer,
            "key": order.key,
            "number": order.number,
            "signed_at": order.signed_at,
            "not_after": order.not_after,
            "head": {
                "size": order.head.size,
                "root": canonical.encode_bytes(order.head.root),
            },
            "seconds": order.seconds,
        }
    )


def decode(data: bytes) -> Order:
    """Read one order; its signature is not looked at here.

    Raises:
        MalformedError: not an order, out of bounds, or spelled otherwise.
    """
    read = fields.read(data, "order")
    head = read.within("head")
    order = Order(
        act=read.text("act"),
        office=read.text("office"),
        origin=read.text("origin"),
        subjects=tuple(_subject(entry) for entry in read.each("subjects")),
        facts=read.map("facts"),
        officer=read.text("officer"),
        key=read.text("key"),
        number=read.number("number"),
        signed_at=read.text("signed_at"),
        not_after=read.text("not_after"),
        head=Head(head.number("size"), head.data("root")),
        seconds=read.text("seconds"),
    )
    head.done()
    read.done()
    fields.same(encode(order), data, "order")
    return order


def _subject(entry: Fields) -> Subject:
    subject = Subject(entry.text("handle"), entry.number("expected"))
    entry.done()
    return subject


def _check(order: Order) -> None:
    names.office_id(order.office)
    names.person_id(order.officer)
    names.digest(order.key)
    fields.set_or(names.digest, order.seconds)
    fields.line(order.origin, "the order's ledger", most=ORIGIN_MAX)
    fields.within(order.number, "the order's number", 1, canonical.INTEGER_MAX)
    instant(order.signed_at)
    fields.set_or(instant, order.not_after)
    if order.not_after and order.not_after < order.signed_at:
        raise MalformedError("the order ends before it was signed", hint="Give a later end.")
    if len(order.head.root) != fields.HASH_SIZE:
        raise MalformedError("the order's head has a root that is not 32 bytes", hint=fields.HINT)
    for subject in order.subjects:
        if not _SUBJECT.match(subject.handle):
            raise MalformedError(
                "an order's subject is not a handle, digest or id", hint="Copy it whole."
            )
    for name, value in order.facts.items():
        if not _FACT.match(name):
            raise MalformedError("an order has a fact with no proper name", hint=fields.HINT)
        if isinstance(value, str):
            clean(value, f"the fact {name}", most=FACT_MAX, lines=True)
