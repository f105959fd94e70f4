"""Notices between offices: what only the office that a copy answers to may allow."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cablegram.errors import CustodyError, MalformedError, OrderError, UnknownError
from cablegram.model import levels
from cablegram.model.acts import Act, State
from cablegram.model.orders import Subject
from cablegram.model.records import CircuitItem
from cablegram.registry import calling, lines, notifying, papers
from cablegram.registry.reading import every
from cablegram.wire import canonical
from cablegram.wire import notice as notice_format
from offices import START, card_of, digest, found, later, refuses
from passed import accept, acquainted, dispatch, post, settle_receipts

DUE = later(START, days=6)
LATER = later(START, days=9)


@pytest.fixture
def moscow():
    return found()


@pytest.fixture
def special(moscow):
    return acquainted(moscow, found("special", others=("poskrebyshev",)))


@pytest.fixture
def lent(moscow, special):
    """Copy 1 of Moscow's telegram, with the Special Sector: ours, theirs."""
    (copy,) = dispatch(moscow, moscow.in_registry(1), "special")
    post(moscow, special)
    theirs = accept(special, "moscow")
    post(special, moscow)
    settle_receipts(moscow)
    assert State.WITH_OFFICE is moscow.copy(copy).state
    return copy, theirs


def calls(office):
    with office.view() as books:
        return calling.calls(books, office.bureau)


def follow(office, *, two="", **changes):
    """Give the order that the one open notice calls for."""
    (call,) = calls(office)
    office.give(call.act.value, {**call.facts, **changes}, subjects=call.copies, two=two)
    return call


def owed(office):
    with office.view() as books:
        return [papers.debt_of(row) for row in every(books.papers, "state", papers.OWED)]


def ask(office, to, kind, *copies, **facts):
    office.give("ask", {"kind": kind, "office": to, **facts}, subjects=office.copies(copies))


# --- limits ---------------------------------------------------------------------------------------


def test_only_its_owner_lengthens_a_copys_limit(moscow, special, lent):
    """Asked, granted by one order, followed by one order: three books agree on the new limit."""
    ours, theirs = lent
    longer = {"due_at": LATER, "limit_at": LATER, "reason": "their word on the telephone"}
    with refuses(special, "575/1 is not ours to extend: moscow has signed no notice of it"):
        special.give("extend", longer, subjects=[theirs])
    shorter = {"due_at": later(DUE, days=-2), "limit_at": later(DUE, days=-1), "reason": "ours"}
    special.give("extend", shorter, subjects=[theirs])
    ask(special, "moscow", "asks_extension", theirs, limit_at=LATER)
    post(special, moscow)
    asked = follow(moscow)
    assert (Act.EXTEND, "asks_extension", (ours.handle,)) == (
        asked.act,
        asked.said.kind,
        tuple(copy.handle for copy in asked.copies),
    )
    assert [] == calls(moscow)
    post(moscow, special)
    (call,) = calls(special)
    with special.view() as books:
        sent = [row for row in every(books.papers) if row.kind == papers.NOTICE]
    assert {call.said.answers} < {row.digest for row in sent} | {asked.row.digest}
    for facts, says in (
        ({"limit_at": later(LATER, seconds=1)}, "says something else of 575/1"),
        ({"due_at": later(LATER, seconds=1), "limit_at": ""}, "575/1 must leave here by"),
        ({"notice": digest("none")}, "no notice waits that asks to extend 575/1"),
    ):
        with refuses(special, says, CustodyError):
            follow(special, **facts)
    with refuses(special, "no notice waits that asks to recall 575/1", CustodyError):
        special.give(
            "recall", {"reason": "x", "notice": call.row.digest}, subjects=special.copies([theirs])
        )
    follow(special)
    now = special.copy(theirs)
    assert (LATER, LATER) == (now.due_at, now.limit_at)
    assert LATER == moscow.copy(ours).due_at
    with refuses(special, "no notice waits", CustodyError):
        special.give("extend", {**call.facts}, subjects=[now])


def test_a_notice_is_about_the_copies_that_it_lists(moscow, special, lent):
    """Another copy of the same office is another matter, and so is another journey."""
    ours, _ = lent
    paper = {"owner": "provost", "incoming": "12", "sheets": 1}
    other = special.copy(special.give("accept", paper).copies[0])
    moscow.give("extend", {"due_at": LATER, "reason": "granted"}, subjects=moscow.copies([ours]))
    post(moscow, special)
    (call,) = calls(special)
    with refuses(special, "the notice of moscow is not about 12", CustodyError):
        special.give("extend", call.facts, subjects=[other])
    # Paper from an office that cannot sign to us goes by the officer's word, as ever.
    facts = {"due_at": LATER, "limit_at": LATER, "reason": "their letter 7"}
    special.give("extend", facts, subjects=[other])


def test_moving_the_tracer_is_no_extension(moscow, special):
    """A copy in transit is given more time for its receipt; nobody is told that it may stay."""
    (copy,) = dispatch(moscow, moscow.in_registry(1), "special")
    moscow.give("extend", {"due_at": LATER, "reason": "the road is flooded"}, subjects=[copy])
    assert ["transmittal"] == [debt.get("kind", "transmittal") for debt in owed(moscow)]


# --- recall, regrade, declassify, compromise ------------------------------------------------------


def test_what_the_owner_does_reaches_whoever_has_the_copy(moscow, special, lent):
    """Each act of the owner's is one notice, and one confirming order of the holder's."""
    ours, theirs = lent
    soon = later(START, days=2)
    for act, facts, two in (
        ("recall", {"reason": "a correction follows", "due_at": soon}, ""),
        ("regrade", {"classification": "secret", "reason": "the crisis is over"}, ""),
        ("compromise", {"reason": "photographed"}, ""),
        ("declassify", {"authority": "the originator"}, "makarov"),
    ):
        moscow.give(act, facts, two=two, subjects=moscow.copies([ours]))
        assert 1 == post(moscow, special)
        before = special.copy(theirs)
        (call,) = calls(special)
        assert before == special.copy(theirs), "a notice moved a copy by itself"
        follow(special, two="poskrebyshev" if two else "")
        assert [] == calls(special)
        assert act == call.act.value
    now = special.copy(theirs)
    assert "secret" == now.classification
    assert "compromised declassified on_recall" == now.marks
    assert soon == now.due_at
    # What the holder followed it did not tell back.
    assert [] == owed(special)


def test_lowering_is_the_owners_and_raising_anybodys(moscow, special, lent):
    """The holder may be stricter than it must; never laxer."""
    _, theirs = lent
    with refuses(special, "575/1 is not ours to regrade", CustodyError):
        special.give("regrade", {"classification": "secret", "reason": "x"}, subjects=[theirs])
    with refuses(special, "575/1 is not ours to declassify", CustodyError):
        special.give("declassify", {"authority": "us"}, two="poskrebyshev", subjects=[theirs])
    higher = {"classification": "of special importance", "reason": "of ours"}
    special.give("regrade", higher, subjects=[theirs])
    ask(special, "moscow", "asks_regrade", theirs, level="secret")
    post(special, moscow)
    follow(moscow)
    post(moscow, special)
    with refuses(special, "says something else of 575/1", CustodyError):
        follow(special, classification="confidential")
    follow(special)
    assert "secret" == special.copy(theirs).classification


@pytest.mark.parametrize(
    ("was", "now", "lower"),
    [
        ("top secret", "secret", True),
        ("secret", "TOP SECRET", False),
        ("Совершенно секретно", "top secret", False),
        ("cosmic", "secret", True),
        ("secret", "cosmic", True),
        ("cosmic", "Cosmic", False),
        ("", "cosmic", False),
        ("", "unclassified", False),
    ],
)
def test_lower(was, now, lower):
    """By the ladder; a change between words that no ladder has counts as lowering."""
    assert lower == levels.lowers(was, now)


def test_a_compromise_is_told_to_the_owner_too(moscow, special, lent):
    """Whoever holds another's copy and finds it read by others says so."""
    ours, theirs = lent
    special.give("compromise", {"reason": "left in a taxi"}, subjects=[theirs])
    assert 1 == post(special, moscow)
    # The owner marks its copy on that word, by its own act, and does not tell it back.
    call = follow(moscow)
    assert ("compromised", "compromised") == (call.said.kind, moscow.copy(ours).marks)
    assert [] == owed(moscow)


# --- destruction ----------------------------------------------------------------------------------


def test_destruction_elsewhere_is_believed_on_a_signed_notice_alone(moscow, special, lent):
    """By certificate and both persons' ids; an officer's word, or another certificate, is none."""
    ours, theirs = lent
    with refuses(moscow, "special has signed no notice that 1/1 was destroyed", CustodyError):
        moscow.give("report_destroyed", {"certificate": "No. 12"}, subjects=moscow.copies([ours]))
    said = {"method": "burnt", "sheets": 2, "certificate": "No. 12"}
    special.give("destroy", said, two="poskrebyshev", subjects=[theirs])
    (debt,) = owed(special)
    assert ("destroyed", "No. 12", ["chief", "poskrebyshev"]) == (
        debt["kind"],
        debt["certificate"],
        debt["persons"],
    )
    post(special, moscow)
    with refuses(moscow, "says something else of 1/1", CustodyError):
        follow(moscow, certificate="No. 13")
    follow(moscow)
    assert State.DESTROYED is moscow.copy(ours).state
    assert [] == calls(moscow)


def test_destruction_further_on_is_told_all_the_way(moscow, special, lent):
    """The archive to the Special Sector, the Special Sector to Moscow."""
    archive = acquainted(special, found("archive", others=("librarian",)))
    ours, theirs = lent
    dispatch(special, [theirs], "archive", by="poskrebyshev")
    post(special, archive)
    third = accept(archive, "special", by="librarian")
    post(archive, special)
    settle_receipts(special, by="poskrebyshev")
    said = {"method": "burnt", "sheets": 2}
    archive.give("destroy", said, two="librarian", subjects=[third])
    post(archive, special)
    follow(special)
    post(special, moscow)
    call = follow(moscow)
    assert ("chief", "librarian") == call.said.persons
    assert call.said.certificate.startswith("order sha256:")
    assert State.DESTROYED is moscow.copy(ours).state


def test_a_paper_offices_certificate_is_the_digest_of_its_scan(moscow, special, lent):
    """Where the holder cannot sign to us any more, the scan is named, and nobody is told."""
    ours, _ = lent
    card = card_of("special", special.keys, special.signer, serial=2)
    moscow.give("correspond", {"office": "special", "card": canonical.digest(card)}, matter=card)
    with refuses(moscow, "is named by the digest of its scan", CustodyError):
        moscow.give("report_destroyed", {"certificate": "No. 12"}, subjects=moscow.copies([ours]))
    facts = {"certificate": digest("scan")}
    moscow.give("report_destroyed", facts, subjects=moscow.copies([ours]))
    assert [] == owed(moscow)


# --- further copies, and letters ------------------------------------------------------------------


@pytest.fixture
def beijing(moscow):
    return acquainted(moscow, found("beijing", others=("zhou",)))


def passed_between(moscow, beijing, telegram):
    """As if Beijing had sent this letter over the circuit."""
    for office, other, direction in ((moscow, "beijing", lines.IN), (beijing, "moscow", lines.OUT)):
        with office.page() as page:
            page.circuit_items.put(
                CircuitItem(
                    other, direction, 1, telegram.letter, "", digest("x"), "", 1, lines.SENT
                )
            )


def extra(moscow, telegram, number, consent, **facts):
    said = {"copy": number, "made": number, "whom": "file", "consent": consent, **facts}
    with moscow.view() as books:
        seq = books.leaves.count("subject", telegram.handle)
    moscow.give("allot", said, two="makarov", subjects=[Subject(telegram.handle, seq)])


def test_further_copies_take_the_originators_signature(moscow, beijing):
    """As many as it says, and no words instead."""
    telegram = moscow.telegram(copies=4).telegram
    passed_between(moscow, beijing, telegram)
    with refuses(moscow, "beijing has signed no consent to a further copy of 1", CustodyError):
        extra(moscow, telegram, 5, "beijing 3352")
    ask(moscow, "beijing", "asks_consent", letter=telegram.letter, count=2)
    post(moscow, beijing)
    (call,) = calls(beijing)
    assert (None, "consented") == (call.act, call.tells)
    said = {"kind": "consented", "office": "moscow", "letter": telegram.letter, "count": 2}
    with refuses(beijing, "moscow has asked nothing that this answers", OrderError):
        beijing.give("notify", {**said, "answers": digest("none")})
    beijing.give("notify", {**said, "answers": call.row.digest})
    assert [] == calls(beijing)
    post(beijing, moscow)
    (consent,) = calls(moscow)
    assert (None, "", 1) == (consent.act, consent.tells, consent.telegram)
    extra(moscow, telegram, 5, consent.row.digest)
    assert [consent] == calls(moscow)
    extra(moscow, telegram, 6, consent.row.digest)
    assert [] == calls(moscow)
    with refuses(moscow, "has signed no consent", CustodyError):
        extra(moscow, telegram, 7, consent.row.digest)
    with moscow.page() as page:  # opened again by hand, it is used up all the same
        page.papers.put(consent.row)
    with refuses(moscow, "as many copies of 1 were made as beijing consented to", CustodyError):
        extra(moscow, telegram, 7, consent.row.digest)


def test_a_further_copy_bears_the_level_of_the_others(moscow):
    """What was regraded as a whole stays so; the telegram keeps what its letter says."""
    copies = moscow.in_registry(4, sender="pyongyang")
    with moscow.view() as books:
        telegram = books.telegrams.get(copies[0].telegram)
    scan = moscow.bureau.blobs.put(b"their letter")

    def regrade(some, level):
        facts = {"classification": level, "reason": "their letter 7"}
        moscow.give("regrade", facts, subjects=moscow.copies(some))

    regrade(copies[:1], "secret")
    extra(moscow, telegram, 5, scan)
    regrade(copies[1:], "secret")
    extra(moscow, telegram, 6, scan)
    with moscow.view() as books:
        fifth, sixth = books.copies.find("telegram", telegram.handle)[4:]
        now = books.telegrams.get(telegram.handle)
    assert ("top secret", "secret", "top secret") == (
        fifth.classification,
        sixth.classification,
        now.classification,
    )


def test_the_originator_regrades_what_it_sent(moscow, beijing):
    """Notice to each office it went to; copies born there are regraded on it, and not without."""
    copies = moscow.in_registry(2)
    with moscow.view() as books:
        telegram = books.telegrams.get(copies[0].telegram)
    passed_between(moscow, beijing, telegram)
    with refuses(moscow, "1/1 is not ours to regrade: beijing has signed no notice", CustodyError):
        moscow.give("regrade", {"classification": "secret", "reason": "x"}, subjects=copies)
    beijing.give(
        "notify",
        {"kind": "regraded", "office": "moscow", "letter": telegram.letter, "level": "secret"},
    )
    post(beijing, moscow)
    call = follow(moscow)
    assert 2 == len(call.copies)
    assert {"secret"} == {copy.classification for copy in moscow.copies(copies)}
    moscow.give("compromise", {"reason": "overheard"}, subjects=moscow.copies(copies))
    (debt,) = owed(moscow)
    assert ("compromised", telegram.letter, []) == (debt["kind"], debt["letter"], debt["copies"])


def test_what_a_card_row_says_by_hand_lets_nobody_off(moscow, special, lent):
    """Whether an office can sign to us is what was ordered, whatever its row says."""
    ours, theirs = lent
    for office, other in ((moscow, "special"), (special, "moscow")):
        with office.page() as page:
            row = page.correspondents.get(other)
            page.correspondents.put(replace(row, confirmed=0))
    with refuses(moscow, "special has signed no notice that 1/1 was destroyed", CustodyError):
        moscow.give(
            "report_destroyed", {"certificate": digest("scan")}, subjects=moscow.copies([ours])
        )
    with refuses(special, "575/1 is not ours to declassify", CustodyError):
        special.give("declassify", {"authority": "us"}, two="poskrebyshev", subjects=[theirs])


@pytest.mark.parametrize(
    ("consent", "says"),
    [
        ("beijing 3352", "'beijing 3352' names nothing in which beijing agreed"),
        (digest("nothing"), "the consent is nothing that came from beijing"),
    ],
)
def test_a_paper_offices_consent_is_named(moscow, consent, says):
    """Whoever cannot sign to us has agreed in a letter that came, or on paper that was scanned."""
    telegram = moscow.telegram(copies=4).telegram
    with refuses(moscow, says, CustodyError) as caught:
        extra(moscow, telegram, 5, consent)
    assert "scan" in caught[0].hint
    scan = moscow.bureau.blobs.put(b"their letter of the fifth")
    extra(moscow, telegram, 5, scan)


# --- answers, and what cannot be ------------------------------------------------------------------


def test_declined_and_set_aside(moscow, special, lent):
    """A no is an answer; it waits until a person has seen it."""
    _, theirs = lent
    ask(special, "moscow", "asks_extension", theirs, limit_at=LATER)
    post(special, moscow)
    (call,) = calls(moscow)
    moscow.give("notify", {"kind": "declined", "office": "special", "answers": call.row.digest})
    assert [] == calls(moscow)
    post(moscow, special)
    (answer,) = calls(special)
    assert ("declined", None, "") == (answer.said.kind, answer.act, answer.tells)
    with special.view() as books:
        assert answer == calling.call(books, answer.outer, special.bureau)
        with pytest.raises(UnknownError, match="no notice is open"):
            calling.call(books, 999, special.bureau)
    special.give("set_aside", {"notice": answer.row.digest, "reason": "seen"})
    assert [] == calls(special)
    with refuses(special, "no such notice is open", UnknownError):
        special.give("set_aside", {"notice": answer.row.digest, "reason": "seen"})


def test_what_cannot_be_notified(moscow, special, lent):
    """Acts speak for themselves; letters are those that passed; copies are those had from there."""
    ours, theirs = lent
    said = {"office": "moscow", "letter": digest("none"), "level": "secret"}
    asked = {"kind": "asks_regrade", **said}
    with refuses(special, "a notice asks_regrade comes of an act", OrderError):
        special.give("notify", asked)
    for facts, subjects, error, says in (
        ({"kind": "extended"}, (), OrderError, "comes of an act on the copies"),
        ({"kind": "regraded"}, [theirs], OrderError, "on copies comes of an act on them"),
        ({"kind": "regraded"}, (), OrderError, "none that passed between us and moscow"),
        ({"kind": "asks_regrade"}, (), OrderError, "none that passed between us and moscow"),
        ({"kind": "asks_consent", "office": "provost"}, (), UnknownError, "no office provost"),
    ):
        with refuses(special, says, error):
            act = "ask" if facts["kind"].startswith("asks_") else "notify"
            special.give(act, {**said, **facts}, subjects=subjects)
    with refuses(special, "lacks its limit_at", MalformedError):
        ask(special, "moscow", "asks_extension", theirs)
    with refuses(moscow, "1/1 is not special's to allow anything of", OrderError):
        ask(moscow, "special", "asks_extension", ours, limit_at=LATER)
    with refuses(special, "names no copy as it stands", UnknownError):
        special.give(
            "ask",
            {"kind": "asks_extension", "office": "moscow", "limit_at": LATER},
            subjects=[Subject(theirs.handle, theirs.seq + 7)],
        )


def test_ours_alone(moscow):
    """A copy without a limit of anybody's, and one whose owner is ourselves, answer to nobody."""
    balance = {"owner": "moscow", "owner_cable": 9, "owner_copy": 1, "sheets": 2, "incoming": "o 1"}
    copy = moscow.copy(moscow.give("accept", balance).copies[0])
    with moscow.view() as books:
        assert "" == notifying.upstream(books, copy, moscow.bureau)
    moscow.give("regrade", {"classification": "secret", "reason": "ours"}, subjects=[copy])
    assert [] == owed(moscow)


def test_kinds_are_all_answered_for():
    """Each kind has an act or an answer, or is closed by hand."""
    told = set(notifying.TELLS.values())
    told |= notice_format.ASKING | {"traced"} | notice_format.ANSWERS
    assert told | {"consented", "declined"} == set(notice_format.KINDS)


def test_a_copy_without_its_owners_numbers_cannot_be_told_of(moscow, special):
    """No notice could name it; what is done to it stays in our own books."""
    paper = {"owner": "moscow", "incoming": "12", "sheets": 1}
    copy = special.copy(special.give("accept", paper).copies[0])
    special.give("compromise", {"reason": "left in a taxi"}, subjects=[copy])
    said = {"method": "burnt", "sheets": 1}
    special.give("destroy", said, two="poskrebyshev", subjects=special.copies([copy]))
    assert [] == owed(special)


def test_the_destruction_of_what_was_printed_here_is_ours_alone(moscow, beijing):
    """Beijing has the words; the sheets were never its own."""
    (copy, *_) = moscow.in_registry(1)
    said = {"method": "burnt", "sheets": 2}
    moscow.give("destroy", said, two="makarov", subjects=[copy])
    assert [] == owed(moscow)
