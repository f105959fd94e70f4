"""Three offices over a carrier that loses, repeats and reorders: what is lost shows itself.

Runs small by default; CABLEGRAM_SOAK=1 lets it run for minutes.  Sealing draws from the system's
randomness, so what a step finds may differ; no choice that Hypothesis makes hangs on it.
"""

from __future__ import annotations

import os
from collections import Counter
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from cablegram.carriers.memory import MemoryCarrier
from cablegram.errors import CablegramError, CircuitError, OrderError, UnknownError
from cablegram.model.acts import FINAL, HELD_HERE, Mark, State
from cablegram.ports import FIND_MAX
from cablegram.registry import alarms, announced, calling, disputes, papers, service
from passed import dispatch
from rooms import line_of, log_size, saved

NAMES = ("beijing", "eighth", "special")
KINDS = ("cancellation", "recall", "correction", "query")
SETTLED = ("there", "back")
IS_SOAK = os.environ.get("CABLEGRAM_SOAK") == "1"
FOUNDED = []


def founded():
    """The three offices, founded once; what brings them back to their first day."""
    if not FOUNDED:
        desks, carrier = line_of(*NAMES)
        FOUNDED.extend((desks, carrier, [saved(desk) for desk in desks]))
        FOUNDED.append([dict(desk.office.numbers) for desk in desks])
    return FOUNDED


class Line(RuleBasedStateMachine):
    """``sent`` are letters by (from, to, number); ``ever`` all that ever lay at the carrier."""

    def __init__(self):
        super().__init__()
        desks, self.carrier, restores, numbers = founded()
        for desk, restore, said in zip(desks, restores, numbers, strict=True):
            restore()
            desk.office.numbers = dict(said)
        self.desks = {desk.office.name: desk for desk in desks}
        self.carrier.__dict__.update(MemoryCarrier().__dict__)
        self.carrier.loses = self._loses
        self.carrier.repeats = lambda _, __: self.is_repeating
        self.losing = 0
        self.is_repeating = False
        self.sent = {}
        self.ever = []
        self.count = 0
        self.usurping = set()

    def _loses(self, to, item):
        if self.losing:
            self.losing -= 1
            return True
        return False

    def rows(self, name, shelf, by="", *equal):
        with self.desks[name].office.view() as view:
            return list(getattr(view, shelf).find(by, *equal))

    @initialize(order=st.sampled_from(["as sent", "reversed"]))
    def carriers_order(self, order):
        self.carrier.order = reversed if order == "reversed" else (lambda items: items)
        for name in NAMES:
            self.released(name, tuple(other for other in NAMES if other != name))
        self.day(lost=0, backwards=False)

    @rule(lost=st.sampled_from([0, 0, 0, 1]), backwards=st.booleans())
    def day(self, lost, backwards):
        """Everywhere what is owed goes out, what lies there comes in, and the tray is opened."""
        for name in NAMES:
            self.carry(name, lost)
        for name in NAMES:
            self.take_in(name, repeating=False)
            rows = [row for row in self.rows(name, "incoming") if row.kind == "telegram"]
            waiting = [row for row in rows if row.state == "waiting"]
            for row in sorted(waiting, key=lambda row: row.outer_number, reverse=backwards):
                self._open(name, row)
            self.settle_receipts(name)

    @rule(lost=st.sampled_from([0, 0, 1, 2]), backwards=st.booleans())
    def another_day(self, lost, backwards):
        """Days come more often than anything else."""
        self.day(lost, backwards)

    @rule(pair=st.permutations(NAMES), both=st.booleans())
    def send(self, pair, both):
        """One letter to one office or to both others."""
        self.released(pair[0], tuple(sorted(pair[1:] if both else pair[1:2])))

    def released(self, name, to, **changes):
        """Release a letter, and note under which circuit number it went to each office."""
        self.count += 1
        desk, text = self.desks[name], {"en": f"Telegram {self.count}.\n".encode()}
        done = desk.send(desk.draft(to, text, **changes))
        for office in to:
            (item,) = [
                row
                for row in self.rows(name, "circuit_items", "letter", done["letter"], "out")
                if row.office == office
            ]
            assert (name, office, item.number) not in self.sent, "a circuit number came twice"
            self.sent[name, office, item.number] = done["letter"]
        return done["letter"]

    # --- letters about letters ----------------------------------------------------------------

    @rule(name=st.sampled_from(NAMES), which=st.integers(0, 999), kind=st.sampled_from(KINDS))
    def amend(self, name, which, kind):
        """Cancel, recall or correct a telegram of ours, or query one of theirs."""
        direction = "in" if kind == "query" else "out"
        found = [row for row in self.rows(name, "telegrams") if row.direction == direction]
        if not found:
            return
        row = sorted(found, key=lambda row: (row.office, row.outgoing_number))[which % len(found)]
        went = {
            item.office for item in self.rows(name, "circuit_items", "letter", row.letter, "out")
        }
        to = (row.office,) if kind == "query" else tuple(sorted(went))
        bare = {} if kind == "correction" else {"signatory": "", "addressees": ()}
        with suppress(OrderError):  # cancelled before, or a letter with no words of its own
            self.released(name, to, kind=kind, reply_to=row.letter, **bare)

    @rule(pair=st.permutations(NAMES), which=st.integers(0, 999), kind=st.sampled_from(KINDS[:3]))
    def usurp(self, pair, which, kind):
        """An office whose program asks nothing does so with another office's telegram."""
        theirs = [
            row
            for row in self.rows(pair[0], "telegrams")
            if row.direction == "in" and row.kind in {"", "correction"}
        ]
        if not theirs:
            return
        row = sorted(theirs, key=lambda row: row.cable_number)[which % len(theirs)]
        bare = {} if kind == "correction" else {"signatory": "", "addressees": ()}
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(service, "check_release", lambda *_: None)
            letter = self.released(pair[0], pair[1:2], kind=kind, reply_to=row.letter, **bare)
        self.usurping.add(letter)

    @invariant()
    def only_an_originator_is_heard(self):
        """On each opened telegram stand its own originator's letters, each once, and no other's."""
        for name in NAMES:
            rows = self.rows(name, "telegrams")
            for row in rows:
                about = Counter(
                    (one.kind, one.letter)
                    for one in rows
                    if one.reply_to == row.letter
                    and one.kind in KINDS
                    and one.letter not in self.usurping
                )
                with self.desks[name].office.view() as view:
                    said = [
                        word
                        for word in service.words(view, row, self.desks[name].bureau)
                        if word.office != name or word.letter not in self.usurping  # its own books
                    ]
                assert about == Counter((word.kind, word.letter) for word in said)
                is_over = any(word.kind == "cancellation" for word in said)
                for copy in self.rows(name, "copies", "telegram", row.handle):
                    assert is_over == copy.has(Mark.CANCELLED) or copy.state in FINAL

    # --- copies between offices ---------------------------------------------------------------

    @rule(name=st.sampled_from(NAMES), to=st.sampled_from(NAMES), which=st.integers(0, 999))
    def lend(self, name, to, which):
        """A copy is printed if need be, and goes to another office."""
        office = self.desks[name].office
        with suppress(CablegramError):
            copy = self.copy_in(name, which, State.IN_REGISTRY, State.ALLOTTED)
            if copy.state is State.ALLOTTED:
                office.give("verify", {}, by="makarov", subjects=office.printed([copy]))
            dispatch(office, [copy], to)

    @rule(name=st.sampled_from(NAMES), which=st.integers(0, 999), contests=st.booleans())
    def accept(self, name, which, contests):
        """A copy that was announced is taken on charge, or not taken as it came."""
        office = self.desks[name].office
        with office.view() as view:
            offers = announced.offers(view, office.bureau)
        if not offers:
            return
        offer = offers[which % len(offers)]
        said = {
            "owner": offer.item.owner,
            "owner_cable": offer.item.cable,
            "owner_copy": offer.item.copy,
            "transmittal": offer.transmittal,
        }
        with suppress(CablegramError):
            if contests:
                office.give("contest", {**said, "note": "the seal is broken"})
            else:
                office.give("accept", {**said, "sheets": offer.item.sheets, "incoming": "5/"})

    @rule(name=st.sampled_from(NAMES))
    def settle_receipts(self, name):
        """What the receipts that came in allow is ordered."""
        self.desks[name].settle_receipts()

    @rule(name=st.sampled_from(NAMES), which=st.integers(0, 999), outcome=st.sampled_from(SETTLED))
    def agree(self, name, which, outcome):
        """The sender of a disputed copy says how it settles, or acts on the receiver's word."""
        office = self.desks[name].office
        with suppress(CablegramError):
            copy = self.copy_in(name, which, State.DISPUTED)
            with office.view() as view:
                word = disputes.their_word(view, copy, outcome)
            if word:
                facts = {"receipt": word} | ({"sheets": copy.sheets} if outcome == "back" else {})
                office.give(f"settle_{outcome}", facts, two="makarov", subjects=[copy])
            else:
                facts = {"outcome": outcome, "sheets": copy.sheets}
                office.give("agree", facts, subjects=[copy])

    @rule(name=st.sampled_from(NAMES), which=st.integers(0, 999))
    def tell(self, name, which):
        """A copy that is elsewhere is recalled, and whoever has it told so."""
        with suppress(CablegramError):
            copy = self.copy_in(name, which, State.WITH_OFFICE, State.IN_TRANSIT)
            self.desks[name].office.give("recall", {"reason": "wanted"}, subjects=[copy])

    @rule(name=st.sampled_from(NAMES))
    def follow(self, name):
        """The first open notice is followed, or set aside where there is nothing to do."""
        office = self.desks[name].office
        with office.view() as view:
            found = calling.calls(view, office.bureau)
        if found and found[0].act is not None:
            with suppress(CablegramError):
                office.give(found[0].act.value, found[0].facts, subjects=found[0].copies)
        elif found:
            office.give("set_aside", {"notice": found[0].row.digest, "reason": "nothing is here"})

    def copy_in(self, name, which, *states):
        copies = [copy for copy in self.rows(name, "copies") if copy.state in states]
        if not copies:
            raise UnknownError("no copy stands so", hint="Go on.")
        order = sorted(copies, key=lambda c: (c.owner, c.owner_cable, c.number, c.incoming))
        return order[which % len(order)]

    @invariant()
    def no_copy_is_in_two_hands(self):
        """Whatever was lost, repeated or disputed, one office at most has a copy here."""
        hands = Counter()
        for name in NAMES:
            for copy in self.rows(name, "copies"):
                if copy.state in HELD_HERE:
                    with self.desks[name].office.view() as view:
                        numbers = papers.owners_numbers(view, copy)
                    hands[copy.owner or name, *numbers] += 1
        assert {1} >= set(hands.values()), hands

    @rule(name=st.sampled_from(NAMES), lost=st.integers(0, 3))
    def carry(self, name, lost):
        """What is owed is signed; some of what leaves is lost."""
        self.losing = lost
        before = dict(self.carrier._items)
        carried = self.desks[name].carry()
        assert () == carried.refused
        self.losing = 0
        self.ever += [
            (place, data) for place, data in self.carrier._items.items() if place not in before
        ]

    @rule(name=st.sampled_from(NAMES), repeating=st.booleans())
    def take_in(self, name, repeating):
        """Items are kept; sometimes the carrier does not let go of them."""
        self.is_repeating = repeating
        for one in self.desks[name].take_in():
            assert one.state in {"waiting", "repeat", "entered"}, one
        self.is_repeating = False

    @rule(which=st.integers(0, 999))
    def replay(self, which):
        """Somebody lays at the carrier again what lay there once."""
        if self.ever:
            place, sealed = self.ever[which % len(self.ever)]
            self.carrier._items[place] = sealed

    @rule(name=st.sampled_from(NAMES), which=st.integers(0, 999))
    def open(self, name, which):
        """Any envelope in the tray, in any order, also one that was opened."""
        tray = [row for row in self.rows(name, "incoming") if row.kind == "telegram"]
        if not tray:
            return
        row = sorted(tray, key=lambda row: row.outer_number)[which % len(tray)]
        done = self._open(name, row)
        if done is None:
            return
        assert (row.state != "waiting") == bool(done["repeat"])
        self._losses_are_known(name, str(done["office"]), "in", alarms.GAP)

    def _open(self, name, row):
        """The envelope opened; None for a letter about another that is not its sender's."""
        before = len(self.rows(name, "alarms"))
        with suppress(CircuitError):
            return self.desks[name].open(row.digest)
        kinds = {one.kind for one in self.rows(name, "alarms")[before:]}
        assert {alarms.USURPED, alarms.GAP} >= kinds
        (now,) = [one for one in self.rows(name, "incoming") if one.digest == row.digest]
        assert " would " in now.why
        return None

    @rule(name=st.sampled_from(NAMES))
    def what_does_not_hold(self, name):
        """A refusal has its three sentences and leaves the books alone."""
        desk = self.desks[name]
        desk.head()
        before = desk.office.dump()
        with desk.office.view() as view:
            owed = list(papers.owed(view, log_size(view)))
        with pytest.raises(CablegramError) as refused:
            desk.open("sha256:" + "0" * 64)
        assert refused.value.hint.endswith(".")
        assert refused.value.kept.endswith(".")
        assert before == desk.office.dump()
        assert len(owed) <= FIND_MAX

    def _losses_are_known(self, name, office, direction, kind):
        """Up to the highest number that was opened every number is here, or missing and alarmed."""
        items = self.rows(name, "circuit_items", "", office, direction)
        numbers = [item.number for item in items]
        assert list(range(1, len(items) + 1)) == numbers
        missing = [item.number for item in items if item.state == "missing"]
        open_gaps = [
            alarm.words
            for alarm in self.rows(name, "alarms")
            if (alarm.kind, alarm.state, alarm.office, alarm.second)
            == (kind, "open", office, direction)
        ]
        for number in missing:
            assert any(_covers(words, number) for words in open_gaps), (number, open_gaps)
        assert bool(missing) or not open_gaps

    @invariant()
    def papers_that_are_lost_are_known(self):
        for name in NAMES:
            for office in NAMES:
                if office != name:
                    self._losses_are_known(name, office, "papers-in", alarms.GAP)

    @invariant()
    def nothing_is_opened_twice(self):
        for name in NAMES:
            came = [row for row in self.rows(name, "telegrams") if row.direction == "in"]
            assert len(came) == len({row.letter for row in came})
            assert sorted(row.cable_number for row in came) == list(range(1, len(came) + 1))
            assert not self.usurping & {row.letter for row in came if self._is_known(name, row)}
            for item in (i for n in NAMES for i in self.rows(name, "circuit_items", "", n, "in")):
                if item.state == "seen":
                    assert item.letter == self.sent[item.office, name, item.number]

    def _is_known(self, name, row):
        """Whether what a letter is about was opened here before it was."""
        about = self.rows(name, "telegrams", "letter", row.reply_to)
        return any(one.direction == "in" and one.cable_number < row.cable_number for one in about)

    @invariant()
    def receipts_match(self):
        for name in NAMES:
            for office in NAMES:
                for item in self.rows(name, "circuit_items", "", office, "out"):
                    if "opened" in item.receipts.split():
                        assert self.rows(office, "telegrams", "letter", item.letter)
                    if "taken_in" in item.receipts.split():
                        row = self.desks[office]
                        assert row.bureau.blobs.has(item.sealed)

    @invariant()
    def nothing_is_called_a_fork(self):
        for name in NAMES:
            assert Counter() == Counter(
                alarm.kind
                for alarm in self.rows(name, "alarms")
                if alarm.kind not in {alarms.GAP, alarms.USURPED}
            )

    def teardown(self):
        """One more telegram each way, all of it carried: every loss before it is known by then."""
        self.carrier.order = sorted_by_name
        for name in NAMES:
            desk = self.desks[name]
            others = tuple(office for office in NAMES if office != name)
            desk.send(desk.draft(others, {"en": b"The closing telegram.\n"}))
            desk.carry()
        for name in NAMES:
            desk = self.desks[name]
            desk.take_in()
            for row in self.rows(name, "incoming"):
                if row.kind == "telegram" and row.state == "waiting":
                    self._open(name, row)
            for office in NAMES:
                if office != name:
                    self._losses_are_known(name, office, "in", alarms.GAP)
                    here = {i.number for i in self.rows(name, "circuit_items", "", office, "in")}
                    gone = {n for a, b, n in self.sent if (a, b) == (office, name)}
                    assert gone <= here


def sorted_by_name(items):
    return sorted(items, key=lambda item: (item.claimed, item.name))


def _covers(words, number):
    """Whether an alarm's words name this circuit number: "circuit numbers 3 to 4 from ..."."""
    said = [int(word) for word in words.partition(" from ")[0].split() if word.isdecimal()]
    return said[0] <= number <= said[-1]


def test_a_line_of_offices_notices_every_loss():
    """P4: dropped, reordered, repeated: nothing is opened twice and no loss goes unseen."""
    run_state_machine_as_test(
        Line,
        settings=settings(
            deadline=None,
            max_examples=400 if IS_SOAK else 15,
            stateful_step_count=60 if IS_SOAK else 20,
            suppress_health_check=list(HealthCheck),
        ),
    )
