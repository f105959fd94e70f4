"""How a telegram is handled: what its row keeps, and the precedence of those who are told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cablegram.model.handling import Precedence
from cablegram.registry import entering, returns
from cablegram.wire import letter as letter_format
from offices import CHIEF, digest, found, refuses


@pytest.fixture
def office():
    return found()


def letter(**changes):
    """A letter to the chief to act and to Molotov to be told."""
    said = {
        "kind": "telegram",
        "signatory": "Mao Zedong",
        "series": "T",
        "level": "top secret",
        "policy": "SU",
        "categories": ("Releasable To: XAA (permissive)", "ATOMAL"),
        "caveats": ("copying prohibited",),
        "precedence_action": Precedence.FLASH,
        "precedence_info": Precedence.ROUTINE,
        "addressees": (
            letter_format.Addressee("Filippov", "action"),
            letter_format.Addressee("molotov", "info"),
        ),
        "reply_to": digest("their letter"),
        "fulfil_by": "1951-07-09T00:00:00Z",
        "zone": "Asia/Shanghai",
        "parts": (
            letter_format.Part("body.ru.md", "original", "ru", "text/markdown", 7, digest("words")),
        ),
        "office": "beijing",
        "outgoing_number": 3349,
        "filed_at": "1951-07-03T12:00:00Z",
    }
    return letter_format.Letter(**{**said, **changes})


def test_the_row_keeps_how_it_is_to_be_handled():
    """Policy, categories, caveats, both precedences, the reply and the term of fulfilment."""
    assert {
        "policy": "SU",
        "categories": "Releasable To: XAA (permissive)\nATOMAL",
        "caveats": "copying prohibited",
        "precedence_info": "routine",
        "reply_to": digest("their letter"),
        "fulfil_by": "1951-07-09T00:00:00Z",
        "kind": "",
    } == entering.handling(letter())


def entered(office, made):
    """Enter a letter as the room does after opening it."""
    from cablegram.model.records import Incoming
    from cablegram.registry import numbering, orders
    from cablegram.wire import canonical

    named = canonical.digest(letter_format.encode(made))
    sealed = digest(f"sealed {named}")
    signed = office.sign("open", {"sealed": sealed})
    with office.bureau.books.page(f"open {sealed}") as page:
        outer = numbering.take(page, numbering.OUTER)
        arrived = Incoming(sealed, outer, "beijing", "telegram", office.bureau.now(), "waiting")
        page.incoming.add(arrived)
        given = orders.check(page, [signed], office.bureau)
        return entering.enter(page, given, made, named, arrived, office.bureau)


def test_who_is_only_told_waits_as_long_as_they_may(office):
    """A FLASH for who acts goes past a supply hold; the routine copy of who is told does not."""
    late = office.in_registry(2, outgoing=3348)
    out = {"due_at": "1951-07-06T17:00:00Z", "return_to": "here"}
    office.give("issue", {"holder": CHIEF, **out}, subjects=late[:1])
    office.give("issue", {"holder": "molotov", **out}, subjects=late[1:])
    office.clock.pass_(days=2)
    made = entered(office, letter())
    assert "molotov" == made.telegram.told
    copies = office.printed(made.copies)
    office.give("verify", {}, by="makarov", subjects=copies)
    mine, theirs = (
        next(c for c in office.copies(copies) if c.whom == whom) for whom in (CHIEF, "molotov")
    )
    soon = {"due_at": "1951-07-09T17:00:00Z", "return_to": "here"}
    office.give("issue", {"holder": CHIEF, **soon}, subjects=[mine])
    with refuses(office, "nothing more is issued to molotov"):
        office.give("issue", {"holder": "molotov", **soon}, subjects=[theirs])
    assert Precedence.FLASH is returns.precedence_of(made.telegram, mine)
    assert Precedence.ROUTINE is returns.precedence_of(made.telegram, theirs)
    before = replace(made.telegram, precedence_info="")
    assert Precedence.FLASH is returns.precedence_of(before, theirs)


def test_what_must_be_carried_out_is_found_by_its_term(office):
    """In the order of the terms, without those that have none."""
    entered(office, letter())
    entered(office, letter(outgoing_number=3350, fulfil_by=""))
    with office.view() as books:
        rows = books.telegrams.find("fulfil", below="1951-07-10T00:00:00Z")
    assert [3349] == [row.outgoing_number for row in rows]
