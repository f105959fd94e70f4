"""The watch as a machine: whoever hands, takes, leaves or is relieved, one has it or nobody.

After each step the books say what a list of the orders that were carried out says.
"""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from cablegram.errors import CablegramError
from cablegram.registry import watches, watching
from cablegram.registry.reading import every
from cablegram.wire import canonical
from offices import CHIEF, found

PERSONS = (CHIEF, "makarov", "vaganov")
persons = st.sampled_from(PERSONS)


class TheWatch(RuleBasedStateMachine):
    """Three officers and a telegram now and then; ``has`` and ``waits`` are what must be so."""

    def __init__(self):
        super().__init__()
        self.office = found()
        self.has, self.waits, self.number, self.taken = "", ("", ""), 0, 0

    def listed(self):
        with self.office.view() as books:
            return canonical.digest(watches.open_now(books, self.office.bureau))

    def tried(self, act, facts, by):
        """Whether the order was carried out; refused, not one row is another."""
        before = self.office.dump()
        try:
            self.office.give(act, facts, by=by)
        except CablegramError:
            assert before == self.office.dump()
            return False
        return True

    @rule(by=persons, to=persons, why=st.booleans())
    def hand(self, by, to, why):
        facts = {"to": to, "list": self.listed()} | ({"note": "ill"} if why else {})
        may = by != to and (self.has in {"", by} or (by == CHIEF and why))
        assert may == self.tried("hand_watch", facts, by)
        if may:
            self.number += 1
            self.waits = (by, to)

    @rule(by=persons, behind=st.integers(0, 1))
    def take(self, by, behind):
        facts = {"watch": str(self.number - behind), "list": self.listed()}
        may = self.waits[1] == by and not behind
        assert may == self.tried("take_watch", facts, by)
        if may:
            self.has, self.waits, self.taken = by, ("", ""), self.taken + 1

    @rule(by=persons)
    def take_what_was_seen_before(self, by):
        """The list of before another telegram came is not what is open now."""
        seen = self.listed()
        self.office.telegram(outgoing=4000 + self.office.size(), copies=1)
        facts = {"watch": str(self.number), "list": seen}
        assert not self.tried("take_watch", facts, by)

    @rule(hours=st.integers(0, 200))
    def wait(self, hours):
        self.office.clock.pass_(hours=hours)

    @invariant()
    def the_books_say_so(self):
        with self.office.view() as books:
            has = watching.holder(books, self.office.bureau)
            waits = watching.handed(books, self.office.bureau)
            rows = list(every(books.watches))
        assert self.has == has
        assert self.waits == (("", "") if waits is None else (waits.outgoing, waits.incoming))
        assert self.number == len(rows)
        states = [row.state for row in rows]
        assert self.taken == states.count(watching.TAKEN)
        assert (waits is not None) == states.count(watching.HANDED)
        for row in rows:
            assert (row.state == watching.TAKEN) == bool(row.met) == bool(row.taken_at)


TestTheWatch = TheWatch.TestCase
TestTheWatch.settings = settings(max_examples=15, stateful_step_count=20, deadline=None)
