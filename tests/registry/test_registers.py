"""Our own registers as columns: every run of numbers with the moments beside it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta, timezone

from cablegram.model.records import Incoming
from cablegram.model.sequences import judge
from cablegram.registry import alarms, registers
from offices import digest, found


def seen(office, zone=UTC):
    with office.view() as view:
        return {column.name: column for column in registers.columns(view, zone)}


def test_every_run_of_numbers_is_there_with_its_times():
    """Cable, outgoing by series, print, outer and alarm numbers, each in the order it was taken."""
    office = found()
    for number in range(5):
        office.clock.pass_(hours=3 + number)
        entered = office.telegram(outgoing=40 + number)
        office.printed(list(entered.copies))
        with office.page() as page:
            alarms.sound(page, alarms.GAP, "beijing", f"number {number}", office.bureau)
            sent = replace(
                entered.telegram,
                handle=f"{number:032x}",
                direction="out",
                cable_number=0,
                outgoing_number=900 + number,
                filed_at=office.bureau.now(),
            )
            page.telegrams.put(sent)
    columns = seen(office)
    assert {
        "cable numbers",
        "outgoing numbers of series T",
        "print numbers",
        "outer numbers",
        "alarms",
    } == set(columns)
    assert [1, 2, 3, 4, 5] == sorted(e.number for e in columns["cable numbers"].entries)
    found_ = judge([(c.entries, c.periods) for c in columns.values()])
    assert {"sequence"} == {one.verdict for one in found_}
    assert not any(one.breaks for one in found_)


def test_incoming_numbers_are_taken_apart():
    """By the moment of their acceptance; the part before the stroke is one of its own."""
    office = found()
    for number in range(4):
        office.clock.pass_(days=1)
        facts = {
            "owner": "beijing",
            "owner_cable": 700 + number,
            "owner_copy": 1,
            "sheets": 2,
            "incoming": f"575/{2280 + number}",
        }
        office.give("accept", facts)
    columns = seen(office)
    assert [575] * 4 == [e.number for e in columns["incoming numbers, part 1"].entries]
    second = columns["incoming numbers, part 2"]
    assert [2280, 2281, 2282, 2283] == [e.number for e in second.entries]
    assert 86_400 == second.entries[1].at - second.entries[0].at


def test_the_year_is_that_of_the_offices_zone():
    """New year comes there first; what has no moment is left out."""
    office = found()
    rows = [
        Incoming(digest("a"), 1, "beijing", "telegram", "1951-12-31T22:00:00Z", "waiting"),
        Incoming(digest("b"), 2, "beijing", "telegram", "", "waiting"),
    ]
    with office.page() as page:
        page.incoming.put_all(rows)
    moscow = timezone(timedelta(hours=3))
    assert (1952,) == seen(office, moscow)["outer numbers"].periods
    assert (1951,) == seen(office)["outer numbers"].periods
