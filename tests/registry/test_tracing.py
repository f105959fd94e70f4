"""Tracers: sent by number when something is late, answered by those they go to."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from cablegram.cipher_room import receipts
from cablegram.cipher_room.unlocked import Unlocked
from cablegram.errors import CustodyError, MalformedError, OrderError, UnknownError
from cablegram.ledger import log
from cablegram.model.acts import Act, State
from cablegram.model.chase import Next
from cablegram.model.handling import default_series
from cablegram.model.records import CircuitItem, Paper, Telegram
from cablegram.registry import calling, duties, lines, papers, tracing
from cablegram.registry.reading import every
from cablegram.wire import canonical
from cablegram.wire import notice as notice_format
from offices import START, card_of, digest, found, later, refuses
from passed import accept, acquainted, dispatch, post, settle_receipts

DUE = later(START, days=2)
LATE = later(DUE, days=1)


@pytest.fixture
def moscow():
    return found()


@pytest.fixture
def special(moscow):
    return acquainted(moscow, found("special", others=("poskrebyshev",)))


def out(office, holder="molotov"):
    """A copy issued, and its moment passed."""
    (copy, *_) = office.in_registry(2)
    term = {"holder": holder, "due_at": DUE, "return_to": "here"}
    office.give("issue", term, subjects=[copy])
    office.clock.set(LATE)
    return office.copy(copy)


def facts(copy, nth=1, **more):
    return {"copy": copy.handle, "nth": str(nth), **more}


def trace(office, copy, nth=1):
    number = int(office.give("trace", facts(copy, nth)).answer)
    with office.view() as books:
        return books.tracers.get(number)


def due(office, at=""):
    with office.view() as books:
        said = duties.today(books, office.bureau, at=at, within=timedelta(0))
    return {one.kind: one for one in said}


def rows(office):
    with office.view() as books:
        return list(every(books.tracers))


# --- to a reader ------------------------------------------------------------------------------


def test_a_reader_is_traced_twice_and_then_asked_about(moscow):
    """Each by its number; between them days pass; and the copy is where it was all along."""
    copy = out(moscow)
    before = due(moscow)
    assert ("tracer 1 to molotov", "cablegram trace 1/1") == (
        before["to trace"].words,
        before["to trace"].command,
    )
    first = trace(moscow, copy)
    said = (first.number, first.nth, first.kind, first.to, first.due_at, first.paper)
    assert (1, 1, "person", "molotov", DUE, "") == said
    after = due(moscow)
    assert "to trace" not in after
    assert "issued to molotov, 1 tracer sent" == after["overdue"].words
    moscow.clock.pass_(days=3)
    assert "tracer 2 to molotov" == due(moscow)["to trace"].words
    assert 2 == trace(moscow, copy, 2).number
    moscow.clock.pass_(days=3)
    last = due(moscow)
    assert "to trace" not in last
    assert "with molotov, 2 tracers sent, and nothing came" == last["to inquire"].words
    moscow.give("inquire", {"copy": copy.handle, "reason": "no answer"})
    assert {"inquiry", "overdue", "supply hold", "to print"} == set(due(moscow))
    assert copy == moscow.copy(copy)


def test_its_leaf_says_all_of_it(moscow):
    """Number, whom it went to, the telegram, the facts and the order."""
    copy = out(moscow)
    row = trace(moscow, copy)
    entry = dict(moscow.leaves())[row.leaf_index]
    assert ("office", "trace", "chief", "molotov", "") == (
        entry.kind,
        entry.act,
        entry.officer,
        entry.holder,
        entry.office,
    )
    assert ("tracer 1", copy.telegram) == (entry.numbers, entry.telegram)
    assert copy.handle in entry.evidence
    with moscow.view() as books:
        assert row.leaf_index == books.orders.get(entry.order).leaf_index


def test_a_new_day_is_a_new_run(moscow):
    """Extended, it is not late; late again, its tracers count from one."""
    copy = out(moscow)
    trace(moscow, copy)
    longer = {"due_at": later(LATE, days=1), "reason": "ill"}
    moscow.give("extend", longer, subjects=[copy])
    with refuses(moscow, "1/1 is not late", CustodyError):
        moscow.give("trace", facts(copy))
    moscow.clock.pass_(days=2)
    assert "tracer 1 to molotov" == due(moscow)["to trace"].words
    assert (2, 1) == ((row := trace(moscow, copy)).number, row.nth)


def test_another_holder_is_another_run(moscow):
    """Nobody answers for the tracers of whoever had it before."""
    copy = out(moscow)
    trace(moscow, copy)
    over = {"holder": "beria", "sheets": 2, "exception": "a test"}
    moscow.give("hand_over", over, subjects=[copy])
    copy = moscow.copy(copy)
    with moscow.view() as books:
        assert [] == tracing.of_copy(books, copy)
    assert "beria" == trace(moscow, copy).to


@pytest.mark.parametrize(
    ("changes", "error", "says"),
    [
        ({"copy": "0" * 32}, UnknownError, "not in the books"),
        ({"nth": "2"}, CustodyError, "tracer 1 is the next about 1/1"),
        ({"nth": "0"}, CustodyError, "tracer 1 is the next about 1/1"),
        ({"nth": "one"}, CustodyError, "tracer 1 is the next about 1/1"),
        ({"telegram": "0" * 32, "office": "special"}, OrderError, "about one copy, or about one"),
        ({"office": "special"}, OrderError, "about one copy, or about one"),
        ({"note": "two\nlines"}, MalformedError, "note"),
        ({"reason": "x"}, OrderError, "has no use for reason"),
    ],
)
def test_what_is_no_tracer(moscow, changes, error, says):
    """Refused, and no number is taken."""
    copy = out(moscow)
    with refuses(moscow, says, error):
        moscow.give("trace", facts(copy) | changes)
    assert 1 == trace(moscow, copy).number


def test_two_registrars_send_one_each(moscow):
    """Both saw that none was sent: the second is refused, and told to look."""
    copy = out(moscow)
    signed = [moscow.sign("trace", facts(copy), by=by) for by in ("chief", "makarov")]
    moscow.perform(signed[:1])
    with refuses(moscow, "tracer 2 is the next about 1/1", CustodyError):
        moscow.perform(signed[1:])
    assert 1 == len(rows(moscow))


def test_a_second_tracer_waits_for_the_answer_to_the_first(moscow):
    """The same command twice sends one; a note says why another goes sooner."""
    copy = out(moscow)
    trace(moscow, copy)
    with refuses(moscow, "a tracer about 1/1 went at", CustodyError) as caught:
        moscow.give("trace", facts(copy, 2))
    assert "Wait 3 days from then" in caught[0].hint
    moscow.give("trace", facts(copy, 2, note="he rang"))
    assert [1, 2] == [row.nth for row in rows(moscow)]


def test_no_more_than_the_series_has(moscow):
    """After the last one it is an inquiry that helps."""
    moscow.settle(replace(default_series("T", "here"), two=frozenset(), tracers=1))
    copy = out(moscow)
    trace(moscow, copy)
    moscow.clock.pass_(days=3)
    with refuses(moscow, "1 tracers about 1/1 were sent", CustodyError) as caught:
        moscow.give("trace", facts(copy, 2))
    assert "inquiry open 1/1" in caught[0].hint


@pytest.mark.parametrize("act", ["return", "miss"])
def test_what_came_back_is_traced_no_more(moscow, act):
    """Nor what is declared missing: that has its own inquiry."""
    copy = out(moscow)
    said = {"return": {"sheets": 2}, "miss": {"reason": "gone"}}[act]
    moscow.give(act, said, subjects=[copy])
    assert "to trace" not in due(moscow)
    with refuses(moscow, "is not late", CustodyError):
        moscow.give("trace", facts(copy))


def test_a_row_written_by_hand_sends_nothing(moscow):
    """It may hide that a tracer is due, and can undo nothing."""
    copy = out(moscow)
    row = trace(moscow, copy)
    size = moscow.size()
    with moscow.page() as page:
        page.tracers.put(replace(row, number=7, nth=2))
    with moscow.view() as books:
        assert [] == papers.owed(books, 2**53)
    assert size == moscow.size()


# --- to an office -----------------------------------------------------------------------------


def lent(moscow, special):
    """A copy of ours, accepted by the Special Sector; ours and theirs."""
    (copy,) = dispatch(moscow, moscow.in_registry(1), "special")
    post(moscow, special)
    theirs = accept(special, "moscow")
    post(special, moscow)
    assert [Act.RECEIPTED] == settle_receipts(moscow)
    return moscow.copy(copy), theirs


def call(office):
    with office.view() as books:
        (one,) = calling.calls(books, office.bureau)
    return one


def late_there(moscow, special):
    ours, theirs = lent(moscow, special)
    for office in (moscow, special):
        office.clock.set(later(ours.due_at, days=1))
    trace(moscow, ours)
    assert 1 == post(moscow, special)
    return moscow.copy(ours), theirs


def kept(office):
    with office.view() as books:
        return [paper for paper in every(books.papers) if paper.direction == lines.IN]


def answer(office, says, **more):
    facts_ = {"notice": call(office).row.digest, "says": says, **more}
    return office.give("answer", facts_)


def test_an_office_is_traced_by_a_notice_and_says_by_when(moscow, special):
    """Traced, answered, granted: three orders of three officers, and then nothing waits."""
    ours, theirs = late_there(moscow, special)
    traced = call(special)
    assert ("traced", 1, (theirs.handle,)) == (
        traced.said.kind,
        traced.said.count,
        tuple(copy.handle for copy in traced.copies),
    )
    said = due(special)["notice came"]
    assert (f"cablegram answer {traced.outer} HOW", True) == (said.command, "traced" in said.words)
    by = later(special.bureau.now(), days=4)
    # What they ask beside it, and a receipt of theirs, are no answers.
    ask_ = {"kind": "asks_extension", "office": "moscow", "limit_at": by}
    special.give("ask", ask_, subjects=[theirs])
    post(special, moscow)
    moscow.give("set_aside", {"notice": call(moscow).row.digest, "reason": "a tracer went"})
    receipted = [paper for paper in kept(moscow) if paper.kind == papers.RECEIPT]
    size = moscow.size()
    with moscow.page() as page:
        page.papers.put(replace(receipted[0], leaf_index=size))
    answer(special, "returning", limit_at=by)
    assert "notice came" not in due(special)
    assert 1 == post(special, moscow)
    # Days pass: while the answer is open, it is that which is to be dealt with.
    moscow.clock.pass_(days=3, hours=12)
    assert "to trace" not in due(moscow)
    promised = call(moscow)
    assert ("returning", Act.EXTEND) == (promised.said.kind, promised.act)
    with moscow.view() as books:
        (row,) = every(books.tracers)
        assert f"returning {by}" == tracing.answers_to(books, row)
    moscow.give("extend", promised.facts, subjects=promised.copies)
    assert by == moscow.copy(ours).due_at
    assert {"papers owed", "to print", "to tell"} == set(due(moscow))
    post(moscow, special)
    granted = call(special)
    assert ("extended", by) == (granted.said.kind, granted.said.limit_at)
    special.give("extend", granted.facts, subjects=granted.copies)
    assert by == special.copy(theirs).limit_at
    with moscow.view() as books:
        assert f"returning {by}" == tracing.answers_to(books, row)
        assert "" == tracing.answers_to(books, row, waiting=True)


def test_no_longer_than_they_said(moscow, special):
    """Their word grants what it says, and to that copy."""
    ours, _ = late_there(moscow, special)
    answer(special, "returning", limit_at=later(special.bureau.now(), days=4))
    post(special, moscow)
    promised = call(moscow)
    longer = {**promised.facts, "due_at": later(moscow.bureau.now(), days=5)}
    with refuses(moscow, "says something else of 1/1", CustodyError):
        moscow.give("extend", longer, subjects=[ours])


def test_a_receipt_that_was_lost_is_sent_again(moscow, special):
    """Moscow never had it: traced, the Special Sector lays it out once more."""
    (copy,) = dispatch(moscow, moscow.in_registry(1), "special")
    post(moscow, special)
    accept(special, "moscow")
    with special.view() as books:
        (row,) = papers.owed(books, 2**53)
    log.sign_checkpoint(special.bureau, special.signer)
    receipts.sign(row.digest, Unlocked(special.bureau, special.keys, special.signer))
    with special.page() as page:
        for lying in list(every(page.outgoing)):
            page.outgoing.remove(lying.digest, lying.office)
    for office in (moscow, special):
        office.clock.set(later(START, days=8))
    assert {"no receipt", "to trace"} <= set(due(moscow))
    trace(moscow, moscow.copy(copy))
    assert "no receipt of special has come, 1 tracer sent" == due(moscow)["no receipt"].words
    post(moscow, special)
    answer(special, "sent_again")
    with special.view() as books:
        assert ["receipt"] == [lying.kind for lying in every(books.outgoing)]


def test_a_copy_on_its_way_back_is_announced_again(moscow, special):
    """Their transmittal is what they signed last."""
    _, theirs = late_there(moscow, special)
    dispatch(special, [theirs], "moscow", by="poskrebyshev", exception="late")
    assert 1 == post(special, moscow)
    with special.page() as page:
        for lying in list(every(page.outgoing)):
            page.outgoing.remove(lying.digest, lying.office)
    answer(special, "sent_again")
    with special.view() as books:
        kinds = sorted(lying.kind for lying in every(books.outgoing))
    assert ["receipt", "transmittal"] == kinds


@pytest.mark.parametrize(
    ("said", "error", "says"),
    [
        ({"says": "soon"}, OrderError, "a tracer is not answered by soon"),
        ({"says": "returning"}, OrderError, "says by when"),
        ({"says": "not_here", "limit_at": LATE}, OrderError, "says by when"),
        ({"says": "returning", "limit_at": START}, OrderError, "none of these copies is here"),
        ({"says": "not_here", "notice": digest("x")}, UnknownError, "no such tracer is open"),
    ],
)
def test_what_is_no_answer(moscow, special, said, error, says):
    """Refused, and the tracer stays open."""
    late_there(moscow, special)
    with refuses(special, says, error):
        special.give("answer", {"notice": call(special).row.digest, **said})
    assert "traced" == call(special).said.kind


def test_nothing_was_signed_that_could_go_again(moscow, special):
    """Announced and not accepted: there is no receipt."""
    (copy,) = dispatch(moscow, moscow.in_registry(1), "special")
    post(moscow, special)
    for office in (moscow, special):
        office.clock.set(later(START, days=8))
    trace(moscow, moscow.copy(copy))
    post(moscow, special)
    with refuses(special, "we have signed nothing about it", OrderError):
        answer(special, "sent_again")
    with refuses(special, "none of these copies is here", OrderError):
        answer(special, "returning", limit_at=later(special.bureau.now(), days=1))
    answer(special, "not_here")
    post(special, moscow)
    said = call(moscow)
    assert ("not_here", None) == (said.said.kind, said.act)
    with moscow.view() as books:
        (row,) = every(books.tracers)
        assert "not_here" == tracing.answers_to(books, row)
    moscow.give("set_aside", {"notice": said.row.digest, "reason": "we look for it"})


def test_a_tracer_to_an_office_that_cannot_be_reached_is_paper(moscow):
    """Its card was compared when the copy went, its new one is not: no notice is owed."""
    beijing = acquainted(moscow, found("beijing"))
    (copy,) = dispatch(moscow, moscow.in_registry(1), "beijing")
    post(moscow, beijing)
    moscow.clock.set(later(START, days=8))
    card = card_of("beijing", beijing.keys, beijing.signer, serial=2)
    moscow.give("correspond", {"office": "beijing", "card": canonical.digest(card)}, matter=card)
    assert ("office", "") == ((row := trace(moscow, moscow.copy(copy))).kind, row.paper)
    with moscow.view() as books:
        assert "" == tracing.answers_to(books, row)


def test_a_copy_without_its_owners_numbers_is_traced_on_paper(moscow, special):
    """No notice could name it; the book keeps that it was asked for all the same."""
    paper = {"owner": "archive", "incoming": "12", "sheets": 1}
    copy = moscow.copy(moscow.give("accept", paper).copies[0])
    with moscow.page() as page:
        page.copies.put(replace(copy, state=State.WITH_OFFICE, holder="special", due_at=START))
    moscow.clock.pass_(days=1)
    assert "" == trace(moscow, moscow.copy(copy)).paper


# --- telegrams of ours ------------------------------------------------------------------------


@pytest.fixture
def sent(moscow, special):
    """A telegram of ours that the Special Sector has not said it opened."""
    letter = digest("letter")
    telegram = Telegram(
        handle="a" * 32,
        direction=lines.OUT,
        office="moscow",
        series="T",
        outgoing_number=77,
        cable_number=0,
        letter=letter,
        sealed=digest("sealed"),
        signatory="Stalin",
        classification="secret",
        precedence="routine",
        filed_at=START,
        received_at="",
        opened_at="",
        opened_by="",
        return_count=0,
        return_unit="",
        return_counted="",
        return_to="",
        copies=0,
        order_digest="",
    )
    with moscow.page() as page:
        page.telegrams.add(telegram)
        for office in ("special", "beijing"):
            page.circuit_items.put(
                CircuitItem(office, lines.OUT, 1, letter, "", "", telegram.handle, 1, lines.SENT)
            )
    return telegram


def ask(telegram, nth=1, office="special"):
    return {"telegram": telegram.handle, "office": office, "nth": str(nth)}


def test_a_telegram_without_its_receipt(moscow, special, sent):
    """Seven days after it was filed a tracer is due, three later another, and then none."""
    assert "to trace" not in due(moscow, later(START, days=7))
    moscow.clock.set(later(START, days=8))
    first = due(moscow)["to trace"]
    assert "tracer 1 to" in first.words
    assert 1 == int(moscow.give("trace", ask(sent)).answer)
    with moscow.view() as books:
        step = tracing.next_for_telegram(books, sent, "special", moscow.bureau.now())
        assert Next.WAIT is step
    moscow.clock.pass_(days=3)
    moscow.give("trace", ask(sent, 2))
    moscow.clock.pass_(days=3)
    with refuses(moscow, "2 tracers about our 77 were sent", CustodyError):
        moscow.give("trace", ask(sent, 3))
    with moscow.view() as books:
        said = duties.today(books, moscow.bureau, within=timedelta(0))
    words = {one.about: (one.grade.name, one.words) for one in said if one.kind == "not receipted"}
    assert ("LATE", "nothing so far, 2 tracers sent") == words["special 1"]
    assert ("LATE", "nothing so far") == words["beijing 1"]
    assert ["cablegram trace 77 --to beijing"] == [o.command for o in said if o.kind == "to trace"]


def test_where_the_telegram_is_known_its_receipt_goes_again(moscow, special, sent):
    """By the letter, and by the sealed bytes that it came in."""
    moscow.clock.set(later(START, days=8))
    special.clock.set(later(START, days=8))
    moscow.give("trace", ask(sent))
    assert 1 == post(moscow, special)
    assert ("traced", sent.letter) == ((said := call(special).said).kind, said.letter)
    with refuses(special, "we have signed nothing about it", OrderError):
        answer(special, "sent_again")
    with refuses(special, "none of these copies is here", OrderError):
        answer(special, "returning", limit_at=later(special.bureau.now(), days=1))
    sealed = digest("sealed")
    receipt = Paper(
        digest("receipt"), lines.OUT, "moscow", "receipt", 1, sealed, b"{}", "x", papers.SIGNED, 0
    )
    with special.page() as page:
        page.circuit_items.put(
            CircuitItem("moscow", lines.IN, 1, sent.letter, "", sealed, "", 1, lines.SEEN)
        )
        page.papers.put(receipt)
        page.papers.put(replace(receipt, digest=digest("theirs"), direction=lines.IN))
    answer(special, "sent_again")
    with special.view() as books:
        assert ["receipt"] == [lying.kind for lying in every(books.outgoing)]


@pytest.mark.parametrize(
    ("changes", "error", "says"),
    [
        ({"telegram": "0" * 32}, UnknownError, "no such telegram of ours went to special"),
        ({"office": "archive"}, UnknownError, "no such telegram of ours went to archive"),
        ({"nth": "2"}, CustodyError, "tracer 1 is the next about our 77"),
    ],
)
def test_what_is_no_tracer_of_a_telegram(moscow, special, sent, changes, error, says):
    """Refused in words."""
    moscow.clock.set(later(START, days=8))
    with refuses(moscow, says, error):
        moscow.give("trace", ask(sent) | changes)


def test_what_was_opened_is_not_late(moscow, special, sent):
    """Nor what is not due yet."""
    with refuses(moscow, "the receipt of special for our 77 is not late", CustodyError):
        moscow.give("trace", ask(sent))
    moscow.clock.set(later(START, days=8))
    with moscow.page() as page:
        item = tracing.sent_to(page, sent, "special")
        page.circuit_items.put(replace(item, receipts="opened taken_in"))
    with refuses(moscow, "the receipt of special for our 77 is not late", CustodyError):
        moscow.give("trace", ask(sent))


def test_a_telegram_to_a_stranger_is_traced_on_paper(moscow, sent):
    """Beijing's card was never compared here."""
    moscow.clock.set(later(START, days=8))
    row = int(moscow.give("trace", ask(sent, office="beijing")).answer)
    with moscow.view() as books:
        assert "" == books.tracers.get(row).paper


def test_every_kind_of_answer_can_be_given():
    """The wire's list is the rule's."""
    assert {"returning", "sent_again", "not_here"} == notice_format.ANSWERS
