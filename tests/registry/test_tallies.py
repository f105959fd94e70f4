"""Tallies: two offices count what lies between them, and make the same list of it."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cablegram.errors import CablegramError, CustodyError, OrderError, UnknownError
from cablegram.model.acts import HELD_HERE, State
from cablegram.model.records import Circuit
from cablegram.model.tally import Class, Word
from cablegram.registry import alarms, duties, finding, lines, mustering, musters, papers, tallies
from cablegram.registry.duties import Grade
from cablegram.wire import canonical
from offices import START, GivenClock, found, later, refuses
from passed import accept, acquainted, dispatch, post, settle_receipts
from rooms import saved

IS_SOAK = os.environ.get("CABLEGRAM_SOAK") == "1"


@pytest.fixture
def moscow():
    return found()


@pytest.fixture
def special(moscow):
    return acquainted(moscow, found("special", others=("poskrebyshev", "loginov")))


SECOND = {"moscow": "makarov", "special": "poskrebyshev"}


def opens(desk, **facts):
    return int(desk.give("open_muster", facts).answer)


def sights(office, number, copies):
    with office.view() as books:
        names = [finding.name(books, copy) for copy in copies]
    if names:
        facts = {"muster": str(number), "sighted": musters.digest_of(names)}
        office.give("sight", facts, matter="\n".join(names).encode())


def closes(office, number):
    with office.view() as books:
        row = mustering.opened(books, str(number))
        outcome = mustering.encode(books, mustering.conclude_now(books, row))
    facts = {"muster": str(number), "outcome": canonical.digest(outcome)}
    office.give("close_muster", facts, two=SECOND[office.name])


def held(office, other):
    """What a person who looks at the shelves sees: the copies that are really here."""
    with office.view() as books:
        return [copy for copy in books.copies.find() if copy.state in HELD_HERE]


def called(moscow, special, **facts):
    """Moscow opens a muster of what is with the Special Sector, and calls it."""
    number = opens(moscow, office="special")
    moscow.give("call_muster", {"muster": str(number), "office": "special", **facts})
    return number


def answers(special):
    with special.view() as books:
        (call,) = tallies.waiting(books)
    return opens(special, office=call.office, call=call.digest)


def listed(office, number, other):
    """The matched list as this office makes it, and its bytes."""
    with office.view() as books:
        count = tallies.count_with(books, str(number), other, office.bureau)
        matched = tallies.matched(books, count, office.bureau)
        assert matched is not None
        return matched, tallies.encode(count, matched, office.bureau)


def signs(office, number, other):
    _, data = listed(office, number, other)
    facts = {"muster": str(number), "office": other, "matched": canonical.digest(data)}
    office.give("match_muster", facts, two=SECOND[office.name])


def counted(moscow, special, *, unseen=()):
    """A whole count: called, answered, sighted, closed by both, exchanged; the two numbers."""
    ours = called(moscow, special)
    post(moscow, special)
    theirs = answers(special)
    gone = {copy.handle for copy in unseen}
    for office, number in ((moscow, ours), (special, theirs)):
        seen = [copy for copy in held(office, number) if copy.handle not in gone]
        sights(office, number, seen)
        closes(office, number)
    post(moscow, special)
    post(special, moscow)
    return ours, theirs


def lent(moscow, special, count=1):
    """Copies of ours with the Special Sector, receipted; ours and theirs."""
    copies = dispatch(moscow, moscow.in_registry(count), "special")
    post(moscow, special)
    theirs = [accept(special, "moscow", item) for item in range(count)]
    post(special, moscow)
    settle_receipts(moscow)
    return moscow.copies(copies), theirs


def classes(matched):
    return [
        (one.copy, one.first.value, one.second.value, one.klass.value, one.why) for one in matched
    ]


def test_what_both_have_in_order_is_agreed(moscow, special):
    """Both lists are the same bytes; two persons of each office sign it, on both ledgers."""
    lent(moscow, special, 2)
    ours, theirs = counted(moscow, special)
    (here, there) = (listed(moscow, ours, "special"), listed(special, theirs, "moscow"))
    assert here[1] == there[1]
    assert [(1, "away", "here", "agreed", ""), (2, "away", "here", "agreed", "")] == classes(
        here[0]
    )
    signs(moscow, ours, "special")
    signs(special, theirs, "moscow")
    post(moscow, special)
    post(special, moscow)
    for office, number, other in ((moscow, ours, "special"), (special, theirs, "moscow")):
        with office.view() as books:
            count = tallies.count_with(books, str(number), other, office.bureau)
            signed = tallies.signed(books, count)
        digests = {digest for digest, _ in signed.values()}
        assert {canonical.digest(here[1])} == digests
        assert ("chief", "makarov") in {persons for _, persons in signed.values()}
        assert ("chief", "poskrebyshev") in {persons for _, persons in signed.values()}
        assert 1 == sum(entry.act == "match_muster" for _, entry in office.leaves())
        with refuses(office, "was signed here before", CustodyError):
            signs(office, number, other)


def test_each_class_has_its_reason(moscow, special):
    """On the way, come since, gone since, not seen, not taken as it came."""
    mine, theirs = lent(moscow, special, 3)
    on_way, contested, late = dispatch(moscow, moscow.in_registry(3), "special")
    del on_way
    post(moscow, special)
    number = called(moscow, special)
    post(moscow, special)
    answer = answers(special)
    special.clock.pass_(hours=1)
    moscow.clock.pass_(hours=1)
    accept(special, "moscow", 2)
    with special.view() as books:
        row = books.papers.find("office", "moscow", lines.IN)[-2]
    transmittal = next(
        r.digest
        for r in rows(special, "papers")
        if r.kind == papers.TRANSMITTAL and r.direction == lines.IN and r.number > 1
    )
    del row
    said = {"owner": "moscow", "owner_cable": 2, "owner_copy": 2, "transmittal": transmittal}
    special.give("contest", {**said, "note": "the seal is broken"})
    post(special, moscow)
    settle_receipts(moscow)
    assert State.DISPUTED is moscow.copy(contested).state
    assert State.WITH_OFFICE is moscow.copy(late).state
    destroyed = {"method": "burnt", "sheets": 2}
    special.give("destroy", destroyed, two="loginov", subjects=special.copies([theirs[1]]))
    seen = [copy for copy in held(special, answer) if copy.handle != theirs[2].handle]
    sights(special, answer, seen)
    closes(special, answer)
    closes(moscow, number)
    post(moscow, special)
    post(special, moscow)
    here, there = listed(moscow, number, "special"), listed(special, answer, "moscow")
    assert here[1] == there[1]
    by_copy = {(one.cable, one.copy): (one.klass.value, one.why) for one in here[0]}
    assert {
        (1, 1): ("agreed", ""),
        (1, 2): ("moved", "gone"),
        (1, 3): ("open", "unseen"),
        (2, 1): ("transit", ""),
        (2, 2): ("disputed", ""),
        (2, 3): ("moved", "came"),
    } == by_copy
    # What neither has seen becomes missing at both, each with its inquiry on the same page.
    with moscow.view() as books:
        gone = tallies.not_seen_there(books, books.musters.get(number), moscow.bureau)
    assert [mine[2].handle] == [copy.handle for copy in gone]
    moscow.give("miss", {"reason": "not seen there", "muster": str(number)}, subjects=gone)
    with special.view() as books:
        away = mustering.still_unsighted(books, books.musters.get(answer))
    assert [theirs[2].handle] == [copy.handle for copy in away]
    special.give("miss", {"reason": "not seen", "muster": str(answer)}, subjects=away)
    for office, copy in ((moscow, mine[2]), (special, theirs[2])):
        (inquiry,) = rows(office, "inquiries")
        assert (copy.handle, "missing") == (inquiry.copy, inquiry.cause)


def rows(office, shelf):
    with office.view() as books:
        return list(getattr(books, shelf).find())


def test_an_office_that_was_put_back_is_found(moscow, special):
    """Its books do not know what it signed: open on both sides, and an alarm on both."""
    back = saved(SimpleNamespace(bureau=special.bureau), "books", "tiles")
    lent(moscow, special)
    back()
    # As where `stand` and `resume` have told it how far its papers had run.
    with moscow.view() as books:
        line = books.circuits.get("special", lines.PAPERS_IN)
    with special.page() as page:
        page.circuits.put(Circuit("moscow", lines.PAPERS_OUT, line.number, line.letter))
    ours, theirs = counted(moscow, special)
    matched, data = listed(moscow, ours, "special")
    assert data == listed(special, theirs, "moscow")[1]
    assert [(1, "away", "none", "open", "signed")] == classes(matched)
    for office, number, other in ((moscow, ours, "special"), (special, theirs, "moscow")):
        signs(office, number, other)
        (alarm,) = [one for one in rows(office, "alarms") if one.kind == alarms.FORGOTTEN]
        assert "copy 1 of 1 of moscow" in alarm.words


def test_one_that_was_put_back_unnoticed_forks_with_its_count(moscow, special):
    """Its papers take numbers again that it took before: nothing of it is believed."""
    back = saved(SimpleNamespace(bureau=special.bureau), "books", "tiles")
    lent(moscow, special)
    back()
    called(moscow, special)
    post(moscow, special)
    theirs = answers(special)
    closes(special, theirs)
    with pytest.raises(AssertionError, match="a fork"):
        post(special, moscow)
    (alarm,) = [one for one in rows(moscow, "alarms") if one.kind == alarms.FORK]
    assert "special" == alarm.office


def test_what_a_call_may_be(moscow, special):
    """Of an open muster that spans it, once, to an office that is known; answered once."""
    lent(moscow, special)
    everything = opens(moscow)
    for facts, says, error in (
        ({"muster": "9", "office": "special"}, "no muster 9 is open", UnknownError),
        ({"muster": str(everything), "office": "nobody"}, "no office nobody", UnknownError),
        (
            {"muster": str(everything), "office": "special", "answer_by": "soon"},
            "moment",
            CablegramError,
        ),
    ):
        with refuses(moscow, says, error):
            moscow.give("call_muster", facts)
    moscow.give("call_muster", {"muster": str(everything), "office": "special"})
    with refuses(moscow, "special was called to muster 1 before", CustodyError):
        moscow.give("call_muster", {"muster": str(everything), "office": "special"})
    series = opens(moscow, series="T")
    with refuses(moscow, "muster 2 does not span all", CustodyError):
        moscow.give("call_muster", {"muster": str(series), "office": "special"})
    with refuses(special, "no such call to count has come in", UnknownError):
        opens(special, office="moscow", call=canonical.digest(b"none"))
    post(moscow, special)
    with special.view() as books:
        (call,) = tallies.waiting(books)
    with refuses(special, "no such call to count has come in", UnknownError):
        opens(special, office="elsewhere", call=call.digest)
    answer = opens(special, office="moscow", call=call.digest)
    with refuses(special, "is being answered already", CustodyError):
        opens(special, office="moscow", call=call.digest)
    with special.view() as books:
        assert [] == list(tallies.waiting(books))
    facts = {"muster": str(answer), "office": "moscow", "matched": canonical.digest(b"x")}
    with refuses(special, "the counts of both offices are not there yet", CustodyError):
        special.give("match_muster", facts, two="loginov")
    with refuses(special, "muster 7 is not counted with moscow", UnknownError):
        special.give("match_muster", {**facts, "muster": "7"}, two="loginov")
    with refuses(special, "takes two persons", OrderError):
        special.give("match_muster", facts)
    sights(special, answer, held(special, answer))
    closes(special, answer)
    closes(moscow, everything)
    post(special, moscow)
    post(moscow, special)
    with refuses(special, "come to another list than the one that was signed", CustodyError):
        special.give("match_muster", facts, two="loginov")


def test_what_went_home_missing_or_on_is_told_apart(moscow, special):
    """Given back since, missing there, passed on to a third, destroyed by its owner after all."""
    archive = acquainted(special, found("archive", others=("librarian",)))
    mine, theirs = lent(moscow, special, 4)
    del mine
    number = called(moscow, special)
    post(moscow, special)
    answer = answers(special)
    for office in (moscow, special, archive):
        office.clock.pass_(hours=1)
    special.give("miss", {"reason": "gone"}, subjects=special.copies([theirs[0]]))
    dispatch(special, [theirs[1]], "archive", by="chief")
    dispatch(special, [theirs[2]], "moscow", by="chief")
    post(special, archive)
    post(special, moscow)
    with moscow.view() as books:
        copy = finding.copy(books, "1/3")
        named = came_back_under(books, copy, moscow.bureau)
    facts = {"sheets": copy.sheets, "transmittal": named}
    moscow.give("come_back", facts, subjects=[copy])
    post(moscow, special)
    settle_receipts(special, by="chief")
    sights(special, answer, held(special, answer))
    for office, which in ((special, answer), (moscow, number)):
        closes(office, which)
    post(special, moscow)
    post(moscow, special)
    here, there = listed(moscow, number, "special"), listed(special, answer, "moscow")
    assert here[1] == there[1]
    assert [
        (1, "away", "missing", "open", "missing"),
        (2, "away", "passed", "moved", "came"),
        (3, "home", "ended", "moved", "gone"),
        (4, "away", "here", "agreed", ""),
    ] == classes(here[0])


def test_an_office_younger_than_the_cut_off_counts_from_nothing(moscow):
    """All that it has came since; a muster may be called to several, each for itself."""
    moscow.in_registry(1)
    number = opens(moscow)
    young = found("special", others=("poskrebyshev",), clock=GivenClock(later(START, days=1)))
    moscow.clock.pass_(days=1)
    acquainted(moscow, young)
    acquainted(moscow, found("archive", clock=GivenClock(later(START, days=1))))
    for office in ("archive", "special"):
        moscow.give("call_muster", {"muster": str(number), "office": office})
    lent(moscow, young)
    answer = answers(young)
    sights(young, answer, held(young, answer))
    closes(young, answer)
    closes(moscow, number)
    post(young, moscow)
    post(moscow, young)
    here, there = listed(moscow, number, "special"), listed(young, answer, "moscow")
    assert here[1] == there[1]
    assert [(1, "away", "here", "moved", "came")] == classes(here[0])


def test_a_count_that_somebody_wrote_by_hand_is_not_signed(moscow, special):
    """The list of the other office is held to its signature once more where both are matched."""
    lent(moscow, special)
    ours, _ = counted(moscow, special)
    with moscow.page() as page:
        (row,) = [
            row
            for row in page.papers.find("office", "special", lines.IN)
            if row.kind == papers.TALLY
        ]
        body = row.body.replace(b'"sheets":2', b'"sheets":3')
        page.papers.put(replace(row, body=body))
    with refuses(moscow, "the tally of special is not in the books as special signed it"):
        signs(moscow, ours, "special")


def test_a_call_and_a_list_that_waits_are_duties(moscow, special):
    """Late once its day has passed; gone once it is answered and signed."""
    lent(moscow, special)
    number = called(moscow, special, answer_by=later(START, days=1))
    post(moscow, special)
    said = due(special, at=later(START, days=2))
    assert said["muster called"] == ("their muster 1", "cablegram muster answer moscow", Grade.LATE)
    answer = answers(special)
    assert "muster called" not in due(special)
    sights(special, answer, held(special, answer))
    closes(special, answer)
    assert "muster to match" not in due(special)
    closes(moscow, number)
    post(special, moscow)
    post(moscow, special)
    command = "cablegram --second WHO muster match 1 --with special"
    assert due(moscow)["muster to match"] == ("1", command, Grade.TODAY)
    signs(moscow, number, "special")
    assert "muster to match" not in due(moscow)


def test_a_call_without_a_day_is_for_today(moscow, special):
    lent(moscow, special)
    called(moscow, special)
    post(moscow, special)
    assert Grade.TODAY is due(special)["muster called"][2]


def due(office, at=""):
    with office.view() as books:
        said = duties.today(books, office.bureau, at=at, within=timedelta(days=2))
    return {one.kind: (str(one.about), one.command, one.grade) for one in said}


# --- any history ----------------------------------------------------------------------------------

STEPS = st.sampled_from(
    [
        "send",
        "send",
        "post",
        "lose",
        "accept",
        "accept",
        "settle",
        "back",
        "home",
        "destroy",
        "miss",
        "contest",
        "issue",
        "hour",
        "call",
        "answer",
    ]
)


class Life:
    """Two offices that pass copies to and fro, over a line that loses papers."""

    def __init__(self):
        self.moscow = found()
        self.special = acquainted(self.moscow, found("special", others=("poskrebyshev", "loginov")))
        self.moscow.in_registry(4)
        self.number = self.answer = 0
        self.lost = set()

    def step(self, name, pick):
        office, other = (self.moscow, self.special)[:: 1 if pick % 2 else -1]
        # What cannot be is refused, and leaves the books as they were.
        with suppress(CablegramError):
            getattr(self, name)(office, other, pick)

    def one(self, office, pick, *states):
        with office.view() as books:
            copies = [copy for copy in books.copies.find() if copy.state in states]
        copies.sort(key=lambda copy: (copy.owner, copy.owner_cable, copy.number, copy.seq))
        assert_some(copies)
        return copies[pick % len(copies)]

    def send(self, office, other, pick):
        copy = self.one(office, pick, State.IN_REGISTRY)
        dispatch(office, [copy], other.name, by="chief")

    def post(self, office, other, pick):
        del pick
        post(office, other)

    def lose(self, office, other, pick):
        """Everything that is owed is signed, and lost on the way."""
        del pick
        del other
        sign_all(office)

    def accept(self, office, other, pick):
        with office.view() as books:
            offers = announced_offers(books, office)
        assert_some(offers)
        offer = offers[pick % len(offers)]
        office.give(
            "accept",
            {
                "owner": offer.item.owner,
                "owner_cable": offer.item.cable,
                "owner_copy": offer.item.copy,
                "sheets": offer.item.sheets,
                "incoming": "575/",
                "transmittal": offer.transmittal,
            },
        )

    def settle(self, office, other, pick):
        del other, pick
        settle_receipts(office, by="chief")

    def back(self, office, other, pick):
        copy = self.one(office, pick, State.WITH_OFFICE, State.IN_TRANSIT)
        with office.view() as books:
            named = came_back_under(books, copy, office.bureau)
        facts = {"sheets": copy.sheets} | ({"transmittal": named} if named else {"note": "by hand"})
        office.give("come_back", facts, subjects=[copy])

    def home(self, office, other, pick):
        copy = self.one(office, pick, State.IN_REGISTRY)
        if copy.owner == other.name:
            dispatch(office, [copy], other.name, by="chief")

    def destroy(self, office, other, pick):
        del other
        copy = self.one(office, pick, State.IN_REGISTRY)
        second = SECOND[office.name]
        office.give(
            "destroy", {"method": "burnt", "sheets": copy.sheets}, two=second, subjects=[copy]
        )

    def miss(self, office, other, pick):
        del other
        copy = self.one(office, pick, State.IN_REGISTRY, State.WITH_OFFICE, State.ISSUED)
        office.give("miss", {"reason": "not seen"}, subjects=[copy])

    def contest(self, office, other, pick):
        with office.view() as books:
            offers = announced_offers(books, office)
        assert_some(offers)
        offer = offers[pick % len(offers)]
        said = {
            "owner": offer.item.owner,
            "owner_cable": offer.item.cable,
            "owner_copy": offer.item.copy,
            "transmittal": offer.transmittal,
            "note": "the seal is broken",
        }
        office.give("contest", said)

    def issue(self, office, other, pick):
        del other
        copy = self.one(office, pick, State.IN_REGISTRY)
        due = {"due_at": later(office.bureau.now(), hours=9), "return_to": "here"}
        office.give("issue", {"holder": "stalin", **due}, subjects=[copy])

    def hour(self, office, other, pick):
        del office, other, pick
        for one in (self.moscow, self.special):
            one.clock.pass_(hours=1)

    def call(self, office, other, pick):
        del office, other, pick
        if not self.number:
            self.number = called(self.moscow, self.special)

    def answer_(self):
        post(self.moscow, self.special)
        self.answer = answers(self.special)

    def close(self, unseen):
        """Each closes what it has begun; some copies nobody finds."""
        if not self.number:
            self.number = called(self.moscow, self.special)
        if not self.answer:
            self.answer_()
        for office, number in ((self.special, self.answer), (self.moscow, self.number)):
            seen = [copy for n, copy in enumerate(held(office, number)) if n not in unseen]
            sights(office, number, seen)
            closes(office, number)
        post(self.moscow, self.special)
        post(self.special, self.moscow)


def assert_some(found_):
    if not found_:
        raise UnknownError("nothing is there", hint="Go on.")


def sign_all(office):
    from cablegram.cipher_room import receipts
    from cablegram.cipher_room.unlocked import Unlocked
    from cablegram.ledger import log

    log.sign_checkpoint(office.bureau, office.signer)
    with office.view() as books:
        owed = [row for row in papers.owed(books, 2**53 - 1) if row.kind == papers.RECEIPT]
    for row in owed:
        receipts.sign(row.digest, Unlocked(office.bureau, office.keys, office.signer))


def announced_offers(books, office):
    from cablegram.registry import announced

    return announced.offers(books, office.bureau)


def came_back_under(books, copy, bureau):
    from cablegram.registry import announced

    return announced.came_under(books, copy, bureau)


@settings(
    deadline=None,
    max_examples=300 if IS_SOAK else 20,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate, Phase.target],
)
@given(
    steps=st.lists(st.tuples(STEPS, st.integers(0, 99)), max_size=24),
    unseen=st.sets(st.integers(0, 3), max_size=2),
)
def test_two_offices_make_one_list_of_any_history(steps, unseen):
    """Whatever passed and was lost: the same bytes on both sides, each copy in one class."""
    life = Life()
    for name, pick in steps:
        if name == "answer":
            if life.number and not life.answer:
                life.answer_()
        else:
            life.step(name, pick)
    life.close(unseen)
    here, there = (
        listed(life.moscow, life.number, "special"),
        listed(life.special, life.answer, "moscow"),
    )
    assert here[1] == there[1]
    keys = [(one.owner, one.cable, one.copy) for one in here[0]]
    assert len(keys) == len(set(keys))
    assert all(one.klass in Class for one in here[0])
    # Every copy that either office says is between them is on the list.
    for office, other in ((life.moscow, "special"), (life.special, "moscow")):
        with office.view() as books:
            for copy in books.copies.find():
                out = copy.state in {State.IN_TRANSIT, State.WITH_OFFICE, State.DISPUTED}
                had = copy.state in HELD_HERE and copy.owner == other
                if (out and copy.holder == other) or had:
                    owner = copy.owner or office.name
                    assert (owner, *papers.owners_numbers(books, copy)) in keys
    # Two words that contradict are never called agreed.
    for one in here[0]:
        if one.klass is Class.AGREED:
            assert {Word.AWAY} < {one.first, one.second}
    signs(life.moscow, life.number, "special")
    signs(life.special, life.answer, "moscow")
