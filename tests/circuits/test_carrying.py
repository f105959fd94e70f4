"""Carrying: what leaves, in which order of writes, and what stays in the tray."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cablegram import circuits
from cablegram.errors import CablegramError, CircuitError, StorageError
from cablegram.model.records import Outgoing
from rooms import Outage, line_of


def tray(desk):
    with desk.office.view() as view:
        return [(row.office, row.kind) for row in view.outgoing.find("laid")]


def lay(desk, office, count=1, *, leaf=0):
    with desk.office.page() as page:
        for n in range(count):
            blob = desk.bureau.blobs.put(f"{office} {n}".encode())
            page.outgoing.put(Outgoing(blob, office, "telegram", leaf, f"1951-07-05T{n:08}"))


class Gone:
    """A carrier that is not there."""

    def __init__(self, after=0):
        self.left = after

    def send(self, *_):
        if not self.left:
            raise CircuitError(
                "the carrier's folder is not there",
                hint="Put the stick in.",
                kept="What waits to go stays in the outgoing tray.",
            )
        self.left -= 1


def test_nothing_leaves_before_a_head_covers_its_leaf():
    """What a correspondent holds is in a signed ledger."""
    (beijing, eighth), _ = line_of("beijing", "eighth")
    beijing.head()
    lay(beijing, "eighth", leaf=beijing.office.size())
    carried = circuits.carry(beijing.bureau)
    assert (0, 1, ()) == (carried.count, carried.waiting, carried.refused)
    assert [] == eighth.take_in()
    beijing.office.give("settle", {"name": "cover/X", "value": "chief"})
    beijing.head()
    assert 1 == circuits.carry(beijing.bureau).count
    assert [] == tray(beijing)


def test_an_office_without_any_head_carries_nothing():
    """Before the first checkpoint nothing leaves."""
    (beijing, _), _ = line_of("beijing", "eighth")
    lay(beijing, "eighth")
    with beijing.office.page() as page:
        page.head._session.to_write("head").clear()
    assert 1 == circuits.carry(beijing.bureau).waiting


def test_an_office_that_no_carrier_reaches_holds_up_nobody_else():
    """A carrier refuses for its offices alone; their items stay in the tray."""
    (beijing, eighth, special), carrier = line_of("beijing", "eighth", "special")
    with beijing.office.page() as page:
        row = page.correspondents.get("eighth")
        card = row.card.replace(b'"carriers":["folder"]', b'"carriers":["pigeon"]')
        page.correspondents.put(replace(row, card=card))
    lay(beijing, "eighth")
    lay(beijing, "nobody")
    lay(beijing, "special")
    carried = circuits.carry(beijing.bureau)
    assert 1 == carried.count
    assert (
        "eighth: no carrier of ours reaches eighth",
        "nobody: no carrier of ours reaches nobody",
    ) == tuple(sorted(carried.refused))
    assert [("eighth", "telegram"), ("nobody", "telegram")] == sorted(tray(beijing))
    assert 1 == len(list(carrier.waiting("special")))
    assert ([], special.office.name) == (list(carrier.waiting("eighth")), "special")
    assert eighth.office.name == "eighth"


def test_a_carrier_that_fails_midway_keeps_the_rest_in_the_tray():
    """Carry says who was refused, in words; the rest goes the next time."""
    (beijing, _), carrier = line_of("beijing", "eighth")
    lay(beijing, "eighth", 5)
    beijing.office.bureau = replace(beijing.bureau, carriers={"folder": Gone(after=2)})
    carried = circuits.carry(beijing.bureau)
    assert (2, 0) == (carried.count, carried.waiting)
    assert ("eighth: the carrier's folder is not there",) == carried.refused
    assert 3 == len(tray(beijing))
    beijing.office.bureau = replace(beijing.bureau, carriers={"folder": carrier})
    assert (3, ()) == (circuits.carry(beijing.bureau).count, circuits.carry(beijing.bureau).refused)
    assert [] == tray(beijing)


def test_bytes_that_were_lost_here_are_reported_and_stay_in_the_tray():
    """What cannot be read is not carried, and the row that says so is kept."""
    (beijing, _), _ = line_of("beijing", "eighth")
    lay(beijing, "eighth", 2)
    beijing.bureau.blobs._kept.pop(next(reversed(beijing.bureau.blobs._kept)))
    carried = circuits.carry(beijing.bureau)
    assert 1 == carried.count
    assert 1 == len(carried.refused)
    assert 1 == len(tray(beijing))


def test_a_crash_after_the_carrier_has_it_repeats_and_never_loses():
    """The row leaves the tray after the bytes have left the house."""
    (beijing, eighth), _ = line_of("beijing", "eighth")
    outage = Outage()
    outage.over_desk(beijing)
    beijing.send(beijing.draft(("eighth",)))
    outage.plan(2, after=False)  # send, then the page
    with pytest.raises(StorageError):
        circuits.carry(beijing.bureau)
    outage.over()
    assert [("eighth", "telegram")] == tray(beijing)
    (first,) = eighth.take_in()
    assert 1 == circuits.carry(beijing.bureau).count
    (second,) = eighth.take_in()
    assert ("waiting", "repeat") == (first.state, second.state)
    assert first.outer_number == second.outer_number


def test_more_items_than_one_look_finds_all_leave():
    """The tray has no end at a thousand."""
    (beijing, _), carrier = line_of("beijing", "eighth")
    lay(beijing, "eighth", 1005)
    assert 1005 == circuits.carry(beijing.bureau).count
    assert 1005 == len(list(carrier.waiting("eighth")))


def test_what_is_refused_says_what_to_do():
    """Every refusal has its three sentences."""
    with pytest.raises(CablegramError) as caught:
        Gone().send()
    assert caught.value.kept.endswith(".")
