"""Restored books: what they refuse, whom they hear, how they go on (docs/spec/restoring.md)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from cablegram import circuits
from cablegram.cipher_room import CipherRoom
from cablegram.errors import CircuitError, LedgerError, OrderError, UnknownError
from cablegram.ledger import log
from cablegram.ledger.signer import Signer
from cablegram.model.handling import default_series
from cablegram.model.line import GAP_MAX
from cablegram.model.orders import Subject
from cablegram.registry import alarms, duties, entries, lines, numbering, proving, restoring
from cablegram.storage.tiles import MemoryTiles
from cablegram.wire import canonical
from offices import CHIEF, digest, found, seed
from restored import facts_of, renamed
from rooms import Remembered, line_of, refused, saved


class Knows(Remembered):
    """A room's memory that has been restored."""

    def __init__(self, order):
        super().__init__()
        self._order = order

    def restored(self):
        return self._order


def reborn(desk, name="beijing/ledger-2.abcdef"):
    """The desk's office as a restore would make it, its room unlocked."""
    origin = renamed(desk.office, name)
    done = desk.office.give("restore", facts_of(desk.office, origin), by=desk.office.name)
    desk.head()
    desk.memory = Knows(done.order)
    desk.memory.see(desk.office.size())
    desk.room = CipherRoom(desk.bureau, desk.office.keys, desk.memory, desk.office.signer)


def stand(desk, about, by=CHIEF):
    with desk.office.view() as view:
        said = restoring.stands(view, about)
    desk.office.give("stand", said, by=by)


def opened(desk):
    for one in desk.take_in():
        if one.kind == "telegram":
            desk.open(one.digest)


@pytest.fixture
def pair():
    """beijing, restored as of its first telegram, after a second one that eighth has opened."""
    (beijing, eighth), _ = line_of("beijing", "eighth")
    beijing.send(beijing.draft(("eighth",)))
    beijing.carry()
    opened(eighth)
    beijing.head()
    backup = saved(beijing, "books")
    beijing.send(beijing.draft(("eighth",), {"en": b"The second.\n"}))
    beijing.carry()
    opened(eighth)
    backup()
    reborn(beijing)
    return beijing, eighth


def settle(office, letter):
    office.settle(default_series(letter, "the registry"))
    office.give("settle", {"name": "series", "value": letter})


def resume(desk, letter="U", **facts):
    return desk.office.give("resume", {"series": letter, **facts}, two="makarov")


def heard(beijing, eighth):
    stand(eighth, "beijing")
    eighth.carry()
    beijing.take_in()


# --- what a restored office refuses ---------------------------------------------------------------


def test_every_way_out_is_refused(pair):
    """Yesterday's backup sends nothing: no letter, no receipt, no copy, nothing carried."""
    beijing, eighth = pair
    draft = beijing.draft(("eighth",), series="U")
    with refused(beijing, CircuitError, "sends nothing yet"):
        beijing.send(draft)
    with refused(beijing, CircuitError, "sends nothing yet"):
        circuits.carry(beijing.bureau)
    copies = beijing.office.in_registry(1)
    with refused(beijing, CircuitError, "sends nothing yet"):
        beijing.office.give(
            "dispatch",
            {"office": "eighth", "carrier": "courier", "due_at": "1951-08-01T00:00:00Z"},
            subjects=copies,
        )
    eighth.send(eighth.draft(("beijing",)))
    eighth.carry()
    opened(beijing)
    with beijing.office.view() as view:
        owed = [row.digest for row in view.papers.find("state", "owed")]
    assert owed
    for one in owed:
        with refused(beijing, CircuitError, "sends nothing yet"):
            beijing.room.sign_receipt(one)


def test_what_stays_inside_goes_on(pair):
    """Copies are issued and come back as ever, under officers who were appointed before."""
    beijing, _ = pair
    (copy,) = beijing.office.in_registry(1)
    said = {"holder": "molotov", "due_at": "1951-07-10T00:00:00Z", "return_to": "here"}
    beijing.office.give("issue", said, subjects=[copy], by="makarov")
    assert "issued" == beijing.office.copy(copy).state


def test_an_order_of_the_old_ledger_is_dead(pair):
    """Also one that was spent after the backup, which these books know nothing of."""
    beijing, _ = pair
    old = beijing.office.sign("settle", {"name": "cover/X", "value": "molotov"}, origin="beijing/l")
    with refused(beijing, OrderError, "the order is for"):
        beijing.office.perform([old])


def test_a_copy_allotted_before_is_not_printed(pair):
    """It may have been printed since the backup; one that is opened now is printed."""
    _, eighth = pair
    with eighth.office.view() as view:
        telegram = view.telegrams.find("received", "in")[0]
    reborn(eighth, "eighth/ledger-2.abcdef")
    with refused(eighth, OrderError, "may have been printed since"):
        eighth.print(telegram.handle, by="vaganov")
    waiting = [c for c in eighth.copies(telegram.handle) if c.state == "allotted"]
    with pytest.raises(OrderError, match="may have been printed"):
        eighth.office.printed(waiting[:1])
    eighth.office.printed(eighth.office.telegram(outgoing=9000).copies[:1])


def test_the_next_extra_copy_is_beyond_what_may_have_been_made():
    """Ten further, once; after it they go on one by one."""
    office = found(others=("makarov",))
    handle = office.in_registry(1)[0].telegram
    office_copies = 4
    log.sign_checkpoint(office.bureau, office.signer)
    origin = renamed(office, "moscow/ledger-2.abcdef")
    with office.view() as view:
        telegram = view.telegrams.get(handle)
        assert telegram.copies == office_copies
        assert office_copies + 1 == restoring.next_copy(view, telegram, office.bureau)
    office.give("restore", facts_of(office, origin), by="moscow")
    for number in (office_copies + 11, office_copies + 12):
        with office.view() as view:
            telegram = view.telegrams.get(handle)
            assert number == restoring.next_copy(view, telegram, office.bureau)
        said = {
            "copy": number,
            "made": number,
            "whom": "file",
            "consent": office.bureau.blobs.put(b"a scan"),
        }
        seq = len([1 for _, entry in office.leaves() if entry.subject == handle])
        office.give("allot", said, subjects=[Subject(handle, seq)], two="makarov")


@pytest.mark.parametrize("kind", ["cable", "print", "outer", "incoming", "alarm", "muster"])
def test_numbers_jump_beyond_those_used_since(pair, kind):
    """A day begun is a thousand; the next number taken is none that may stand on a sheet."""
    beijing, _ = pair
    with beijing.office.view() as view:
        assert numbering.last(view, kind) >= 1000
        assert 0 == numbering.last(view, kind) % 1000 or kind == "outer"


def test_every_kind_of_number_jumps_but_the_leaves_own():
    """A kind that is added one day is decided on here."""
    kinds = {value for name, value in vars(numbering).items() if name.isupper()}
    assert numbering.JUMPED | {numbering.LEAF} == {one for one in kinds if isinstance(one, str)}


@pytest.mark.parametrize(
    ("last", "a_day", "days", "found_"),
    [(21497, 1000, 1, 23000), (0, 1000, 1, 1000), (1000, 1000, 2, 3000), (5, 1, 1, 1000)],
)
def test_beyond(last, a_day, days, found_):
    assert found_ == restoring.beyond(last, a_day, days)


def test_beyond_books_that_were_restored_before_these():
    """Each of them jumped to where a first restore does, and took a day's numbers from there."""
    first = restoring.beyond(21497, 1000, 3)
    assert first + 3 * 1000 <= restoring.beyond(21497, 1000, 3, 1)
    assert first == restoring.beyond(21497, 1000, 3, 0)


def test_a_second_restore_from_one_backup_takes_no_number_of_the_first():
    """Nor an extra copy's, and nor does it stand in the card's way at a correspondent."""
    office = found(others=("makarov",))
    handle = office.in_registry(1)[0].telegram
    log.sign_checkpoint(office.bureau, office.signer)
    backup, bureau = office.bureau.books._shelves, office.bureau
    seen = []
    for again in (0, 1, 2):
        office.bureau, office.bureau.books._shelves = bureau, backup
        origin = renamed(office, f"moscow/ledger-{again}.abcdef")
        said = {"again": again} if again else {}
        office.give("restore", facts_of(office, origin, **said), by="moscow")
        with office.view() as view:
            telegram = view.telegrams.get(handle)
            extra = restoring.next_copy(view, telegram, office.bureau)
            last = {kind: numbering.last(view, kind) for kind in numbering.JUMPED}
        cable = office.telegram(outgoing=9000).telegram.cable_number
        seen.append((extra, cable, last))
    for before, after in pairwise(seen):
        assert before[0] + 1 < after[0]
        assert before[1] + 1000 <= after[1]
        assert all(
            before[2][kind] + 1000 <= after[2][kind] for kind in after[2] if kind != "outgoing"
        )


# --- hearing and resuming -------------------------------------------------------------------------


def test_an_office_that_has_heard_goes_on_in_a_new_series(pair):
    """The next letter fits what the other has last: a gap, never a fork, and no number twice."""
    beijing, eighth = pair
    settle(beijing.office, "U")
    heard(beijing, eighth)
    with beijing.office.view() as view:
        said = restoring.to_hear(view, beijing.bureau)
    assert 2 == said["eighth"]["circuit"]
    resume(beijing)
    with beijing.office.view() as view:
        assert restoring.waiting(view, beijing.bureau) is None
        assert 2 + restoring.LINE_JUMP == lines.stand(view, "eighth", lines.OUT).number
    eighth.office.know(beijing.office)
    sent = beijing.send(beijing.draft(("eighth",), series="U"))
    assert ("U", 1) == (sent["series"], sent["outgoing_number"])
    beijing.carry()
    opened(eighth)
    with eighth.office.view() as view:
        kinds = [row.kind for row in view.alarms.find()]
        seen = [(t.series, t.outgoing_number) for t in view.telegrams.find()]
    assert [alarms.GAP] == kinds
    assert len(seen) == len(set(seen)) == 3


def test_what_a_restored_office_waits_for_is_a_duty(pair):
    """Who has not been heard, then the resuming, and then nothing; the other office has none."""
    beijing, eighth = pair

    def due(desk):
        with desk.office.view() as view:
            said = duties.today(view, desk.bureau, within=timedelta(0))
        return [(o.grade.name, o.about, o.command) for o in said if o.kind == "restored"]

    assert [("LATE", "eighth", "cablegram take-in")] == due(beijing)
    settle(beijing.office, "U")
    heard(beijing, eighth)
    command = "cablegram --second WHO resume LETTER"
    assert [("TODAY", "beijing", command)] == due(beijing)
    resume(beijing)
    assert ([], []) == (due(beijing), due(eighth))


def test_a_series_that_ended_is_never_sent_in_again(pair):
    """A draft that was made in it is refused, whoever releases it, after the resuming too."""
    beijing, eighth = pair
    settle(beijing.office, "U")
    heard(beijing, eighth)
    resume(beijing)
    draft = beijing.draft(("eighth",))
    beijing.head()
    with refused(beijing, OrderError, "series T ended"):
        beijing.send(draft)


def test_a_series_that_the_correspondent_has_seen_is_not_new(pair):
    """Begun after the backup, so that our own books know nothing of it."""
    beijing, eighth = pair
    settle(beijing.office, "V")
    with eighth.office.page() as page:  # as if letters in V had come since
        row = page.telegrams.find("received", "in")[0]
        page.telegrams.put(replace(row, series="V"))
    heard(beijing, eighth)
    with refused(beijing, OrderError, "series V has been used"):
        resume(beijing, "V")


@pytest.mark.parametrize(
    ("letter", "kind", "match"),
    [("T", OrderError, "series T ended"), ("W", UnknownError, "not settled")],
)
def test_the_series_must_be_new_and_settled(pair, letter, kind, match):
    beijing, eighth = pair
    heard(beijing, eighth)
    with refused(beijing, kind, match):
        resume(beijing, letter)


def test_the_series_must_be_the_current_one(pair):
    """Or what is drafted next would begin in the series that ended."""
    beijing, eighth = pair
    settle(beijing.office, "U")
    beijing.office.settle(default_series("W", "the registry"))
    heard(beijing, eighth)
    with refused(beijing, OrderError, "series W is not the current one"):
        resume(beijing, "W")
    resume(beijing, "U")


def test_nobody_resumes_unheard_alone_or_twice(pair):
    beijing, eighth = pair
    settle(beijing.office, "U")
    with refused(beijing, OrderError, "nothing has been heard from eighth"):
        resume(beijing)
    heard(beijing, eighth)
    with refused(beijing, OrderError, "takes two persons"):
        beijing.office.give("resume", {"series": "U"})
    resume(beijing)
    settle(beijing.office, "W")
    with refused(beijing, OrderError, "is not restored"):
        resume(beijing, "W")


def test_a_standing_from_before_the_restore_is_not_heard():
    """Only what they say after it counts."""
    (beijing, eighth), _ = line_of("beijing", "eighth")
    beijing.send(beijing.draft(("eighth",)))
    beijing.carry()
    opened(eighth)
    heard(beijing, eighth)
    reborn(beijing)
    with beijing.office.view() as view:
        assert {"eighth": None} == restoring.to_hear(view, beijing.bureau)


def test_a_correspondent_is_waived_by_two_with_a_reason(pair):
    """Then the jump is wider, and the new series begins beyond the numbers used since."""
    beijing, _ = pair
    settle(beijing.office, "U")
    with refused(beijing, OrderError, "without a reason"):
        resume(beijing, waived="eighth")
    resume(beijing, waived="eighth", reason="their office was closed")
    with beijing.office.view() as view:
        assert 1 + restoring.WAIVED_JUMP == lines.stand(view, "eighth", lines.OUT).number
        assert numbering.last(view, numbering.OUTGOING, "U") >= 1000
    assert restoring.WAIVED_JUMP < GAP_MAX


def test_what_waits_to_be_opened_is_opened_before_an_office_stands(pair):
    beijing, eighth = pair
    eighth.send(eighth.draft(("beijing",)))
    eighth.carry()
    beijing.take_in()
    with beijing.office.view() as view, pytest.raises(CircuitError, match="not been opened yet"):
        restoring.stands(view, "eighth")
    with beijing.office.view() as view:  # what waits is theirs, and nobody else's
        assert 0 == restoring.stands(view, "paris")["circuit"]


def test_a_standing_that_says_other_than_the_books_is_refused(pair):
    _, eighth = pair
    with eighth.office.view() as view:
        said = restoring.stands(view, "beijing")
    with refused(eighth, OrderError, "says other than our books"):
        eighth.office.give("stand", {**said, "circuit": 7})
    with refused(eighth, UnknownError, "no office"):
        eighth.office.give("stand", {**said, "office": "paris"})


def test_a_standing_about_another_office_is_not_heard():
    """Evidence that is not about us says nothing of our lines."""
    assert restoring._checked({"office": "paris"}, "beijing") is None


# --- who may restore, and what is held to the ledger ----------------------------------------------


def test_a_restore_is_the_office_keys_and_the_first_on_a_new_ledger(pair):
    beijing, _ = pair
    good = facts_of(beijing.office, "beijing/ledger")
    with refused(beijing, OrderError, "by the office key alone"):
        beijing.office.give("restore", good)
    with refused(beijing, OrderError, "not restored under a new ledger"):
        beijing.office.give("restore", good, by="beijing")
    origin = renamed(beijing.office, "beijing/ledger-3.abcdef")
    for wrong, match in (
        ({"origin": beijing.bureau.origin}, "not restored under a new ledger"),
        ({"series": "Q"}, "other series"),
        ({"a_day": 0}, "numbers a day"),
        ({"again": 21}, "times before"),
    ):
        with refused(beijing, OrderError, match):
            beijing.office.give("restore", facts_of(beijing.office, origin, **wrong), by="beijing")
    beijing.office.give("restore", facts_of(beijing.office, origin), by="beijing")


def test_a_second_restore_begins_it_all_again(pair):
    """Appointments of three ledgers are proved, each under the name its ledger had."""
    beijing, eighth = pair
    settle(beijing.office, "U")
    heard(beijing, eighth)
    resume(beijing)
    beijing.head()
    reborn(beijing, "beijing/ledger-3.abcdef")
    with beijing.office.view() as view:
        assert 2 == len(proving.restores(view, beijing.bureau))
        assert restoring.waiting(view, beijing.bureau) is not None
        for row in view.officers.find():
            proving.prove(view, row, beijing.bureau)
    with refused(beijing, OrderError, "series U ended"):
        resume(beijing, "U")


def test_a_restore_or_a_resuming_that_no_leaf_proves_counts_for_nothing(pair):
    """Rows written by hand: neither makes an office restored, nor lets it send."""
    beijing, _ = pair
    forged = beijing.office.sign("resume", {"series": "U"})
    with beijing.office.page() as page:
        from cablegram.model.records import KeptOrder

        index = entries.size(page) - 1
        name = canonical.digest(forged.body)
        row = KeptOrder(name, CHIEF, 99, "resume", forged.body, forged.signature, index)
        page.orders.add(row)
    with beijing.office.view() as view:
        assert restoring.waiting(view, beijing.bureau) is not None
    office = found()
    forged = office.sign("restore", facts_of(office, "x"), by="moscow")
    with office.page() as page:
        name = canonical.digest(forged.body)
        page.orders.add(KeptOrder(name, "moscow", 99, "restore", forged.body, forged.signature, 0))
    with office.view() as view:
        assert restoring.last(view, office.bureau) is None


def test_the_room_is_not_fooled_by_books_without_the_restore(pair):
    """Whoever takes the order out of the books by SQL gets nothing out of the room."""
    beijing, _ = pair
    draft = beijing.draft(("eighth",), series="U")
    beijing.memory._order = digest("an order the books do not have")
    with refused(beijing, OrderError, "the room knows that the office was restored"):
        beijing.send(draft)


# --- adopting -------------------------------------------------------------------------------------


def test_a_head_is_adopted_once_and_only_over_its_own_leaves():
    office = found()
    other = Signer("moscow/ledger-2.abcdef", seed("other"))
    with pytest.raises(LedgerError, match="no head of another"):
        log.adopt(office.bureau, other)
    log.sign_checkpoint(office.bureau, office.signer)
    with pytest.raises(LedgerError, match="is published here"):
        log.adopt(office.bureau, other)
    bare = replace(office.bureau, tiles=MemoryTiles())
    with pytest.raises(LedgerError, match="no head of another"):
        log.adopt(bare, office.signer)
    with office.page() as page:
        leaf = page.leaves.get(0)
        page.leaves.put(replace(leaf, leaf=page.leaves.get(1).leaf))
    with pytest.raises(LedgerError, match="root that was signed"):
        log.adopt(bare, other)
    with office.page() as page:
        page.leaves.put(leaf)
    new = log.adopt(bare, other)
    assert (office.size(), True) == (new.size, new.note.startswith(b"moscow/ledger-2.abcdef\n"))
    under = replace(bare, origin=other.origin)
    assert office.size() == log.verify_whole(under)
    assert new == log.sign_checkpoint(under, other)
