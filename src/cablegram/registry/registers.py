"""Our own registers as columns of numbers in time, for the register audit.

What is looked at stands in docs/spec/register-audit.md.  Each number goes by the moment that the
books have beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cablegram.model.columns import Numbers, in_parts
from cablegram.model.sequences import Entry
from cablegram.model.times import instant
from cablegram.registry.reading import every
from cablegram.wire.leaf import decode_entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import tzinfo

    from cablegram.model.columns import Line, When
    from cablegram.model.custody import Copy
    from cablegram.ports import Shelves

_Line = tuple[str, int, str]
"""A moment, the number taken then, and what bears it."""


def columns(page: Shelves, zone: tzinfo) -> list[Numbers]:
    """Every run of numbers in the books with its times; reads the registers once, whole."""
    named: dict[str, list[_Line]] = {}
    for telegram in every(page.telegrams):
        if telegram.direction == "in":
            line = (telegram.opened_at, telegram.cable_number, f"cable {telegram.cable_number}")
            named.setdefault("cable numbers", []).append(line)
        else:
            number = telegram.outgoing_number
            name = f"outgoing numbers of series {telegram.series}"
            line = (telegram.filed_at, number, f"outgoing {number}")
            named.setdefault(name, []).append(line)
    named["print numbers"] = [(r.at, r.number, f"print {r.number}") for r in every(page.print_runs)]
    named["outer numbers"] = [
        (row.taken_in_at, row.outer_number, f"outer {row.outer_number}")
        for row in every(page.incoming)
    ]
    named["alarms"] = [(row.at, row.number, f"alarm {row.number}") for row in every(page.alarms)]
    found = [_column(name, lines, zone) for name, lines in named.items() if lines]
    return found + in_parts("incoming numbers", list(_incoming(page, zone)), zone)


def _incoming(page: Shelves, zone: tzinfo) -> Iterator[Line]:
    """When each copy from elsewhere was accepted, and the number it was stamped with."""
    after: Copy | None = None
    while rows := page.copies.find("incoming", since="0", after=after):
        for copy in rows:
            for leaf in page.leaves.find("subject", copy.handle, 1, limit=1):
                yield _when(decode_entry(leaf.entry).at, zone), copy.incoming, copy.incoming
        after = rows[-1]


def _column(name: str, lines: Iterable[_Line], zone: tzinfo) -> Numbers:
    entries, periods = [], []
    for at, number, place in lines:
        if at:
            when, year = _when(at, zone)
            entries.append(Entry(when, number, place))
            periods.append(year)
    return Numbers(name, tuple(entries), tuple(periods))


def _when(at: str, zone: tzinfo) -> When:
    moment = instant(at)
    return int(moment.timestamp()), moment.astimezone(zone).year
