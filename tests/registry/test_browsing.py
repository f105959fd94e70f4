"""Browsing: what stands in each register, newest first, and what narrows it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cablegram.model import balance
from cablegram.model.acts import State
from cablegram.model.handling import default_series
from cablegram.model.records import CircuitItem, Telegram
from cablegram.registry import balances, browsing, lines
from cablegram.registry.browsing import Wanted
from cablegram.wire import balance as format_
from cablegram.wire import canonical
from offices import found

OURS = """cable,copy,office,outgoing,received,classification,whom,sheets,state,holder,due
21401,1,beijing,3300,1.7.1951,secret,stalin,2,in registry,,
21402,1,beijing,3301,2.7.1951,top secret,molotov,2,issued,beria,1.9.1951
21402,2,beijing,3301,2.7.1951,top secret,molotov,2,in registry,,
21403,1,harbin,12,3.7.1951,secret,,2,in registry,,
21404,1,beijing,3302,4.7.1951,secret,molotov,2,issued,molotov,1.9.1951
21405,,harbin,13,5.7.1951,secret,,,,,
"""
THEIRS = """owner,owner_cable,owner_copy,incoming,sheets,state,classification
provost,77,2,575/2280,3,in registry,secret
provost,78,2,575/2281,3,in registry,top secret
harbin,5,1,575/2282,3,in registry,secret
"""


@pytest.fixture(params=["memory", "sqlite"])
def office(request, tmp_path):
    regime = default_series("T", "the Eighth Department")
    made = found(regime=regime, folder=tmp_path if request.param == "sqlite" else None)
    take(made, OURS)
    take(made, THEIRS)
    with made.page() as page:
        for n, (to, level) in enumerate((("a", "secret"), ("b", "secret"), ("a", "open")), 1):
            page.telegrams.put(_sent(n, level))
            page.circuit_items.put(_item(to, n, f"out{n}"))
        page.circuit_items.put(_item("b", 9, "out3"))
        page.circuit_items.put(_item("a", 4, "gone"))  # a row by hand leads to nothing
    return made


def take(office, text):
    with office.view() as view:
        seen = balances.read(view, text.encode(), office.bureau)
    assert seen.faults == ()
    matter = format_.encode(balance.lines_of(seen.groups))
    facts = {"list": canonical.digest(matter), "source": seen.source, "batch": 1, "batches": 1}
    office.give("charge", facts, two="makarov", matter=matter)


def _sent(number, level):
    before = Telegram(
        handle=f"out{number}", direction="out", office="moscow", series="T",
        outgoing_number=number, cable_number=0, letter="", sealed="", signatory="",
        classification=level, precedence="routine", filed_at=f"1951-07-0{number}T09:00:00Z",
        received_at="", opened_at="", opened_by="", return_count=0, return_unit="",
        return_counted="", return_to="", copies=0, order_digest="",
    )  # fmt: skip
    return replace(before)


def _item(to, number, telegram):
    return CircuitItem(to, lines.OUT, number, "", "", "", telegram, 1, lines.SENT)


def received(here, place="", most=40, **wanted):
    with here.view() as view:
        found = browsing.received(view, Wanted(**wanted), place, most)
    return [line.telegram.cable_number for line in found.rows], found


def sent(here, place="", most=40, **wanted):
    with here.view() as view:
        found = browsing.sent(view, Wanted(**wanted), place, most)
    return [line.telegram.outgoing_number for line in found.rows], found


def accepted(here, **wanted):
    with here.view() as view:
        return [copy.incoming for copy in browsing.accepted(view, Wanted(**wanted)).rows]


def test_what_was_received_comes_newest_first_with_its_copies(office):
    """And page by page."""
    numbers, found = received(office)
    assert [21405, 21404, 21403, 21402, 21401] == numbers
    assert [0, 1, 1, 2, 1] == [len(line.copies) for line in found.rows]
    first, page = received(office, most=2)
    assert ([21405, 21404], [21403, 21402]) == (first, received(office, page.on, most=2)[0])


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"office": "beijing"}, [21404, 21402, 21401]),
        ({"office": "beijing", "level": "secret"}, [21404, 21401]),
        ({"office": "provost"}, []),  # copies of theirs came, and no telegram
        ({"office": "nowhere"}, []),
        ({"level": "top secret"}, [21402]),
        ({"state": State.ISSUED}, [21404, 21402]),
        ({"state": State.IN_REGISTRY}, [21403, 21402, 21401]),
        ({"state": State.LOST}, []),
        ({"office": "beijing", "state": State.IN_REGISTRY}, [21402, 21401]),
        ({"since": "1951-07-02T00:00:00Z", "until": "1951-07-04T00:00:00Z"}, [21403, 21402]),
        ({"office": "beijing", "since": "1951-07-02T00:00:00Z"}, [21404, 21402]),
        ({"office": "beijing", "until": "1951-07-02T00:00:00Z"}, [21401]),
    ],
)
def test_what_narrows_what_was_received(office, wanted, expected):
    """Each alone and together."""
    assert expected == received(office, **wanted)[0]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, [3, 2, 1]),
        ({"level": "secret"}, [2, 1]),
        ({"office": "a"}, [3, 1]),
        ({"office": "a", "level": "secret"}, [1]),
        ({"office": "b"}, [3, 2]),
        ({"office": "b", "until": "1951-07-03T00:00:00Z"}, [2]),
        ({"office": "b", "since": "1951-07-03T00:00:00Z"}, [3]),
        ({"since": "1951-07-02T00:00:00Z", "until": "1951-07-03T00:00:00Z"}, [2]),
        ({"state": State.ISSUED}, [3, 2, 1]),  # what we sent has no copies here
    ],
)
def test_what_narrows_what_was_sent(office, wanted, expected):
    """An office is one that it went to, in the order of its circuit."""
    assert expected == sent(office, **wanted)[0]


def test_what_was_sent_says_where_it_went(office):
    """One circuit number an office."""
    _, found = sent(office)
    assert [["a", "b"], ["b"], ["a"]] == [[i.office for i in line.sent] for line in found.rows]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, ["575/2282", "575/2281", "575/2280"]),
        ({"level": "secret"}, ["575/2282", "575/2280"]),
        ({"office": "provost"}, ["575/2281", "575/2280"]),
        ({"office": "provost", "level": "top secret"}, ["575/2281"]),
        ({"state": State.IN_REGISTRY}, ["575/2282", "575/2281", "575/2280"]),
        ({"state": State.FILED}, []),
    ],
)
def test_what_narrows_what_was_accepted(office, wanted, expected):
    """Copies that came from elsewhere, by our stamp."""
    assert expected == accepted(office, **wanted)
