"""A line over a carrier that loses, repeats, reorders and forges: nothing goes unnoticed.

The machine's model is a list of what was sent and what arrived; the office keeps its own.
Every loss is known no later than the next arrival, and a letter sealed again is a repeat.
"""

from __future__ import annotations

import os
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from cablegram.model.line import Link, Verdict
from cablegram.model.records import CircuitItem, Outgoing
from cablegram.registry import alarms, lines
from cablegram.registry.reading import every
from offices import START, digest, found

SOAK = bool(os.environ.get("CABLEGRAM_SOAK"))
LIFE = {
    "deadline": None,
    "max_examples": 400 if SOAK else 40,
    "stateful_step_count": 60 if SOAK else 40,
    "suppress_health_check": list(HealthCheck),
    "phases": [Phase.reuse, Phase.generate, *([Phase.shrink] if SOAK else [])],
}


class Line(RuleBasedStateMachine):
    """Beijing sends to Moscow; the carrier is not to be trusted."""

    def __init__(self):
        super().__init__()
        self.beijing = found("beijing", others=())
        self.moscow = found("moscow", others=())
        self.sent = []  # links, in order
        self.transit = []  # (link, attempt)
        self.arrived = {}  # number: letter, as the model keeps it
        self.forks = 0
        self.sealings = 0

    # --- Beijing ------------------------------------------------------------------------------

    @rule()
    def send(self):
        """The next number is taken on the page that lays the sealed bytes out."""
        number = len(self.sent) + 1
        letter = digest(f"letter {number}")
        before = self.sent[-1].letter if self.sent else ""
        with self.beijing.page() as page:
            assert before == lines.stand(page, "moscow", lines.OUT).letter
            lines.take_expected(page, "moscow", lines.OUT, number, letter)
            self.lay(page, letter)
        self.sent.append(Link(number, letter, before))
        self.transit.append((self.sent[-1], self.sealings))

    @rule(data=st.data())
    def seal_again(self, data):
        """A second attempt: other sealed bytes, the same letter under the same number."""
        if self.sent:
            link = data.draw(st.sampled_from(self.sent))
            with self.beijing.page() as page:
                self.lay(page, link.letter)
            self.transit.append((link, self.sealings))

    @rule()
    def carry(self):
        """A tray row goes once the carrier has it; carrying again finds nothing to carry."""
        with self.beijing.page() as page:
            for row in list(every(page.outgoing)):
                page.outgoing.remove(row.digest, row.office)
                page.outgoing.remove(row.digest, row.office)
            assert [] == list(page.outgoing.find())

    def lay(self, page, letter):
        self.sealings += 1
        sealed = digest(f"sealed {letter} {self.sealings}")
        page.outgoing.put(Outgoing(sealed, "moscow", "telegram", 0, START))

    # --- the carrier --------------------------------------------------------------------------

    @rule(data=st.data())
    def lose(self, data):
        if self.transit:
            self.transit.remove(data.draw(st.sampled_from(self.transit)))

    @rule(data=st.data())
    def deliver(self, data):
        """Any of what is under way, in any order; now and then it stays there to come again."""
        if not self.transit:
            return
        link, _ = data.draw(st.sampled_from(self.transit))
        if data.draw(st.booleans()):
            self.transit = [one for one in self.transit if one[0] is not link]
        verdict = self.arrive(link)
        if link.number in self.arrived:
            assert Verdict.REPEAT is verdict
        elif link.number == max(self.arrived, default=0) + 1:
            assert Verdict.NEXT is verdict
        elif link.number > max(self.arrived, default=0):
            assert Verdict.GAP is verdict
        else:
            assert Verdict.LATE is verdict
        self.arrived[link.number] = link.letter

    @rule(data=st.data())
    def forge(self, data):
        """Another letter under a number that is known, or one that names another before it."""
        last = max(self.arrived, default=0)
        number = data.draw(st.integers(1, last + 1))
        other = digest(f"forged {number}")
        true = {link.number: link for link in self.sent}.get(number)
        if number in self.arrived:
            link = Link(number, other, true.previous)
        elif number == last + 1 or number - 1 in self.arrived or number + 1 in self.arrived:
            link = Link(number, other, digest("nothing of the kind"))
        else:
            return
        assert Verdict.FORK is self.arrive(link)

    # --- Moscow -------------------------------------------------------------------------------

    def arrive(self, link):
        """What the office does with what comes, as circuits and room do it."""
        with self.moscow.page() as page:
            verdict = lines.look(page, "beijing", lines.IN, link)
            if verdict is Verdict.FORK:
                known = page.alarms.count()
                lines.forked(page, "beijing", lines.IN, link, self.moscow.bureau)
                self.forks += page.alarms.count() - known
            elif verdict is not Verdict.REPEAT:
                item = CircuitItem(
                    "beijing",
                    lines.IN,
                    link.number,
                    link.letter,
                    link.previous,
                    "",
                    "",
                    1,
                    lines.SEEN,
                )
                lines.arrive(page, "beijing", lines.IN, link, item, self.moscow.bureau)
        return verdict

    @invariant()
    def every_loss_is_noticed(self):
        """What has not come of the numbers up to the highest seen is missing on the books."""
        with self.moscow.view() as books:
            rows = {row.number: row for row in every(books.circuit_items)}
            sounded = [row for row in every(books.alarms) if row.kind == alarms.GAP]
            stands = lines.stand(books, "beijing", lines.IN)
        last = max(self.arrived, default=0)
        assert (last, self.arrived.get(last, "")) == (stands.number, stands.letter)
        missing = set(range(1, last + 1)) - set(self.arrived)
        assert missing == {n for n, row in rows.items() if row.state == lines.MISSING}
        assert self.arrived == {n: r.letter for n, r in rows.items() if r.state == lines.SEEN}
        assert bool(missing) == any(row.state == alarms.OPEN for row in sounded)

    @invariant()
    def every_fork_is_kept(self):
        """Each contradiction has one alarm with both digests, open until somebody closes it."""
        with self.moscow.view() as books:
            forks = [row for row in every(books.alarms) if row.kind == alarms.FORK]
        assert self.forks == len(forks)
        assert len({(row.first, row.second) for row in forks}) == len(forks)
        for row in forks:
            assert alarms.OPEN == row.state
            assert row.second not in self.arrived.values()

    @invariant()
    def nothing_is_skipped(self):
        """Our numbers to an office run without a gap, chained letter by letter."""
        with self.beijing.view() as books:
            assert len(self.sent) == lines.stand(books, "moscow", lines.OUT).number


def test_lines():
    """Every loss is noticed no later than the next arrival; a letter sealed again is a repeat."""
    run_state_machine_as_test(Line, settings=settings(**LIFE))


def forgetful(monkeypatch):
    """A gap is passed over in silence."""
    right = lines.arrive

    def arrive(page, office, direction, link, item, bureau):
        now = lines.stand(page, office, direction)
        if link.number > now.number + 1:
            page.circuits.put(replace(now, number=link.number - 1))
        return right(page, office, direction, link, item, bureau)

    monkeypatch.setattr(lines, "arrive", arrive)


def trusting(monkeypatch):
    """Whatever bears a known number is taken for a repeat."""
    right = lines.judge

    def judge(link, *, known, **rest):
        return Verdict.REPEAT if known else right(link, known=known, **rest)

    monkeypatch.setattr(lines, "judge", judge)


@pytest.mark.parametrize("plant", [forgetful, trusting])
def test_the_machine_finds_a_planted_fault(plant, monkeypatch):
    """A line that does not notice is noticed."""
    plant(monkeypatch)
    once = settings(**{**LIFE, "max_examples": 200, "phases": [Phase.generate]}, database=None)
    with pytest.raises((AssertionError, ExceptionGroup)):
        run_state_machine_as_test(Line, settings=once)
