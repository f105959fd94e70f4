"""What the office has settled and what stands in its books: numbers, cards, lines, alarms."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace

import pytest

from cablegram.errors import (
    CustodyError,
    LostRaceError,
    MalformedError,
    OrderError,
    UnknownError,
)
from cablegram.ledger.signer import Signer
from cablegram.model.handling import ADDRESSEE, Precedence, Series, default_series
from cablegram.model.line import Link, Verdict
from cablegram.model.names import FILE
from cablegram.model.orders import OfficeAct
from cablegram.model.records import CircuitItem
from cablegram.model.times import Counted, ReturnTerm, Unit
from cablegram.registry import (
    alarms,
    entering,
    entries,
    finding,
    lines,
    numbering,
    offices,
    orders,
    returns,
    roster,
)
from cablegram.wire import canonical
from offices import CHIEF, START, bare, card_of, digest, found, office_keys, refuses, seed


@pytest.fixture
def office():
    return found()


def settle(office, name, value):
    return office.give("settle", {"name": name, "value": value})


# --- numbers --------------------------------------------------------------------------------------


def test_numbers_have_no_gaps_and_none_comes_twice(office):
    """A number taken on a page that is not kept was never taken."""
    taken = []
    for keep in (True, False, True, False, False, True):
        with pytest.raises(KeyError) if not keep else nullcontext(), office.page() as page:
            taken.append(numbering.take(page, numbering.CABLE))
            _ = {True: "kept"}[keep]
    assert [1, 2, 2, 3, 3, 3] == taken
    with office.page() as page:
        assert 4 == numbering.take(page, numbering.CABLE, many=5)
        assert 9 == numbering.take(page, numbering.CABLE)
        assert 1 == numbering.take(page, numbering.OUTGOING, "T")
        assert 1 == numbering.take(page, numbering.OUTGOING, "G")
        assert 9 == numbering.last(page, numbering.CABLE)
        assert 0 == numbering.last(page, numbering.PRINT)


def test_a_number_that_was_signed_already(office):
    """It is that number or a lost race."""
    with office.page() as page:
        numbering.take_expected(page, numbering.OUTGOING, "T", 1)
    for number in (1, 3):
        with (
            refuses(office, f"outgoing number {number} was taken", LostRaceError),
            office.page() as page,
        ):
            numbering.take_expected(page, numbering.OUTGOING, "T", number)
    with office.page() as page:
        numbering.take_expected(page, numbering.OUTGOING, "T", 2)


def test_an_existing_register_goes_on(office):
    """From its last number; never back, never beyond what a letter can carry."""
    settle(office, "numbers/cable", "21496")
    settle(office, "numbers/outgoing/T", "3348")
    assert 21497 == office.telegram().telegram.cable_number
    with refuses(office, "cable numbers stand at 21497 and cannot go on from 21000", CustodyError):
        settle(office, "numbers/cable", "21000")
    with refuses(office, "cannot go on from 1000000000", CustodyError):
        settle(office, "numbers/cable", "1000000000")
    settle(office, "numbers/cable", "21497")
    with office.page() as page:
        numbering.take_expected(page, numbering.OUTGOING, "T", 3349)
        numbering.take_expected(page, numbering.OUTGOING, "G", 1)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("numbers/leaf", "5", "there are no numbers called leaf"),
        ("numbers/alarm", "5", "there are no numbers called alarm"),
        ("numbers/", "5", "there is nothing called numbers/ to settle"),
        ("numbers/cable/T", "5", "there are no numbers called cable"),
        ("numbers/outgoing", "5", "there are no numbers called outgoing"),
        ("numbers/outgoing/t", "5", "is not a series"),
        ("numbers/cable", "five", "'five' is not a number"),
        ("numbers/cable", "٥", "is not a number"),
        ("numbers/cable", "-5", "is not a number"),
        ("cover/", "stalin", "there is nothing called cover/ to settle"),
        ("cover/Filippov", "Сталин", "is not a person's id"),
        ("cover/Fil\u202eippov", "stalin", "bidirectional"),
        ("series/T", "{}", "that is not a series"),
        ("series/T", "nonsense", "is not canonical JSON"),
        ("series", "X", "series X is not settled here"),
        ("series", "x", "is not a series"),
        ("weather", "fine", "there is nothing called weather to settle"),
    ],
)
def test_settling_what_cannot_be(office, name, value, says):
    """Each refused by name; nothing is settled by halves."""
    with refuses(office, says):
        settle(office, name, value)


# --- series ---------------------------------------------------------------------------------------

FULL = Series(
    letter="G",
    term=ReturnTerm(10, Unit.CALENDAR_DAYS, Counted.PRINTED, "room 8"),
    standing=(ADDRESSEE, FILE, "molotov"),
    allowance=3,
    exempt=Precedence.PRIORITY,
    two=frozenset({"open", "release"}),
)


def test_a_series_as_bytes():
    """Written once, read back the same; the bytes are canonical JSON."""
    for regime in (FULL, default_series("T", "here")):
        assert regime == offices.read_series(offices.write_series(regime))
    said = canonical.decode(offices.write_series(FULL))
    assert {
        "letter": "G",
        "count": 10,
        "unit": "calendar days",
        "counted": "printed",
        "to": "room 8",
        "standing": ["addressee", "file", "molotov"],
        "allowance": 3,
        "exempt": "priority",
        "two": ["open", "release"],
    } == said


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("letter", 5),
        ("count", "10"),
        ("count", 0),
        ("unit", "weeks"),
        ("counted", "never"),
        ("to", "room\u202e8"),
        ("to", 8),
        ("standing", "file"),
        ("standing", [3]),
        ("standing", []),
        ("standing", 5),
        ("allowance", "3"),
        ("allowance", "three"),
        ("exempt", "soon"),
        ("exempt", 4),
        ("exempt", "Priority"),
        ("two", ["read"]),
        ("may_hold", []),
        ("may_hold", ["stalin", "molotov"]),
        ("file_copies", "yes"),
        ("short_content", "no"),
        ("short_content", "perhaps"),
        ("waits", ["open", "appoint"]),
        ("two", [["open"]]),
        ("two", ["open", "open", "release"]),
        ("two", ["release", "open"]),
        ("colour", "red"),
        ("letter", None),
    ],
)
def test_a_series_with_one_fault(field, value):
    """Every field is held to its kind; no other spelling is a series."""
    said = canonical.decode(offices.write_series(FULL))
    if value is None:
        del said[field]
    else:
        said[field] = value
    with pytest.raises(MalformedError) as refused:
        offices.read_series(canonical.encode(said))
    assert refused.value.hint


def test_which_series_counts(office):
    """The first settled is the current one until another is chosen; unknown letters go by it."""
    with office.view() as books:
        assert "T" == offices.series(books).letter == offices.series(books, "T").letter
        assert frozenset({"allot"}) == offices.two_by_series(books)
    office.settle(FULL)
    with refuses(office, "names another series than it holds", OrderError):
        settle(office, "series/T", offices.write_series(FULL).decode())
    with office.view() as books:
        assert "T" == offices.series(books).letter
        assert "G" == offices.series_or_current(books, "G").letter
        assert "T" == offices.series_or_current(books, "X").letter
    settle(office, "series", "G")
    with office.view() as books:
        assert FULL == offices.series(books)
        assert frozenset({"open", "release"}) == offices.two_by_series(books)
    empty = bare()
    with empty.view() as books:
        assert frozenset() == offices.two_by_series(books)
        with pytest.raises(UnknownError, match="series of this office is not settled here"):
            offices.series(books)


# --- correspondents -------------------------------------------------------------------------------


def know(office, card, name="beijing", **facts):
    said = {"office": name, "card": canonical.digest(card), **facts}
    return office.give("correspond", said, matter=card)


def beijing(serial=1):
    signer = Signer("beijing.test/ledger", seed("beijing ledger"))
    return card_of("beijing", office_keys("beijing"), signer, serial=serial)


def test_a_card_is_compared_once(office):
    """Uncompared it is known and not sealed to; compared it stays so; a newer one starts again."""
    with office.view() as books:
        assert offices.card_of(books, "beijing") is None
        with pytest.raises(UnknownError, match="no office beijing is known here"):
            offices.correspondent(books, "beijing", office.bureau)
    know(office, beijing())
    with office.view() as books:
        assert "beijing" == offices.card_of(books, "beijing").office
        with pytest.raises(OrderError, match="has not been compared"):
            offices.correspondent(books, "beijing", office.bureau)
    know(office, beijing(), compared="yes")
    know(office, beijing())
    with office.view() as books:
        assert 1 == offices.correspondent(books, "beijing", office.bureau).serial
    know(office, beijing(2), compared="no")
    with office.view() as books:
        assert 2 == offices.card_of(books, "beijing").serial
        with pytest.raises(OrderError, match="has not been compared"):
            offices.correspondent(books, "beijing", office.bureau)
    know(office, beijing(2), compared="yes")
    with refuses(office, "card 1 of beijing is not newer than card 2", OrderError):
        know(office, beijing(1), compared="yes")
    assert ("correspond", "beijing") == (
        office.leaves()[-1][1].act,
        office.leaves()[-1][1].office,
    )


def test_cards_that_are_refused(office):
    """Our own, another than the order names, another under the same serial, none at all."""
    with refuses(office, "moscow is ourselves", OrderError):
        know(office, office.bureau.card, "moscow")
    with refuses(office, "names another card than this", OrderError):
        know(office, beijing(), "peking")
    with refuses(office, "names another card than this", OrderError):
        office.give("correspond", {"office": "beijing", "card": digest("x")}, matter=beijing())
    with refuses(office, error=MalformedError):
        know(office, b"")
    know(office, beijing())
    other = beijing().replace(b'"zone":"Etc/UTC"', b'"zone":"Etc/GMT"')
    with refuses(office, "card 1 of beijing is not newer than card 1", OrderError):
        know(office, other)


def test_the_office_has_one_handle(office):
    """Each matter that is settled has a ledger subject of its own, its seq without a gap."""
    settle(office, "cover/Molotov", "molotov")
    settle(office, "cover/Molotov", "vaganov")
    own = [entry for _, entry in office.leaves() if entry.kind == entries.OFFICE]
    by_matter = {}
    for entry in own:
        by_matter.setdefault(entry.numbers, []).append((entry.subject, entry.seq))
    assert {"series/T", "cover/Filippov", "cover/Molotov"} == set(by_matter)
    subjects = [{subject for subject, _ in found} for found in by_matter.values()]
    assert [1, 1, 1] == [len(found) for found in subjects]
    assert 3 == len(set().union(*subjects))
    assert [1, 2] == [seq for _, seq in by_matter["cover/Molotov"]]


# --- entering -------------------------------------------------------------------------------------


def test_the_standing_list(office):
    """Two for each addressee and two to file; asked for more, the rest is file copies."""
    office.cover("Gromov", "molotov")
    entered = office.telegram(addressees=("Filippov", "Gromov"), copies=9)
    assert [
        CHIEF,
        "molotov",
        CHIEF,
        "molotov",
        FILE,
        FILE,
        FILE,
        FILE,
        FILE,
    ] == [copy.whom for copy in entered.copies]
    assert list(range(1, 10)) == [copy.number for copy in entered.copies]
    assert {9} == {copy.made for copy in entered.copies} == {entered.telegram.copies}
    assert [("telegram", "open")] + [("copy", "allot")] * 9 == [
        (entry.kind, entry.act) for _, entry in office.leaves()[-10:]
    ]
    with office.view() as books:
        arrived = books.incoming.get(entered.telegram.sealed)
        assert ("opened", entered.telegram.handle) == (arrived.state, arrived.telegram)
        assert entered.telegram == finding.telegram(books, 1)


def test_one_addressee_under_two_names(office):
    """Two cover names of one person are one addressee, with one share of copies."""
    office.cover("Dzhugashvili", CHIEF)
    entered = office.telegram(addressees=("Filippov", "Dzhugashvili", CHIEF))
    assert [CHIEF, CHIEF, FILE, FILE] == [copy.whom for copy in entered.copies]


def test_an_addressee_nobody_knows(office):
    """Nothing is entered, and the sealed bytes are where they were."""
    with refuses(office, "nobody here goes by the name Kuznetsov", CustodyError) as refused:
        office.telegram(addressees=("Filippov", "Kuznetsov"))
    assert "The sealed bytes are in the incoming tray." == refused[0].kept


def test_too_many_copies(office):
    """The list is bounded."""
    regime = replace(default_series("T", "here"), standing=(ADDRESSEE,) * 64)
    office.settle(regime)
    names = tuple(f"person-{n}" for n in range(16))
    for name in names:
        office.cover(name, name)
    assert entering.COPIES_MAX < 64 * 16
    with refuses(office, "1024 copies would be made", CustodyError):
        office.telegram(addressees=names)


def test_acts_on_a_telegram(office):
    """Each is a leaf of the telegram's subject: ours under the cable number, sent under theirs."""
    entered = office.telegram()
    signed = office.sign("release", {"draft": digest("draft")})
    sent = replace(
        entered.telegram, handle="f" * 32, direction="out", cable_number=0, outgoing_number=3349
    )
    with office.page() as page:
        given = orders.check(page, [signed], office.bureau)
        index = entering.enter_telegram(
            page, sent, OfficeAct.RELEASE, given, office.bureau, evidence={"letter": "x"}
        )
        again = entering.enter_unordered(
            page, sent, OfficeAct.ENVELOPE, office.bureau, evidence={}, office="eighth"
        )
    assert again == index + 1
    (_, release), (_, envelope) = office.leaves()[-2:]
    assert ("release", 1, "outgoing 3349", "beijing") == (
        release.act,
        release.seq,
        release.numbers,
        release.office,
    )
    assert ("envelope", 2, "", "eighth", "", sent.order_digest) == (
        envelope.act,
        envelope.seq,
        envelope.officer,
        envelope.office,
        envelope.numbers,
        envelope.order,
    )


# --- finding --------------------------------------------------------------------------------------


@pytest.fixture
def register():
    """Cable 21497 (their 3349), print run 1395, copies 1 to 4, and what others sent us."""
    office = found()
    settle(office, "numbers/cable", "21496")
    settle(office, "numbers/print", "1394")
    know(office, beijing(), compared="yes")
    office.in_registry(4)
    said = {"owner": "beijing", "owner_cable": 88, "owner_copy": 3, "sheets": 2}
    office.give("accept", {**said, "incoming": "575/2280"}, by="makarov")
    return office


def where(office, text):
    with office.view() as books:
        return [
            (hit.by, hit.telegram.cable_number if hit.telegram else 0, len(hit.copies))
            for hit in finding.find(books, text)
        ]


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("21497", [("cable", 21497, 4)]),
        ("021497", [("cable", 21497, 4)]),
        ("21497/2", [("cable", 21497, 1)]),
        ("3349", [("outgoing", 21497, 4)]),
        ("1395", [("print", 21497, 4)]),
        ("575/2280", [("incoming", 0, 1)]),
        ("88", [("number of beijing", 0, 1)]),
        ("88/3", [("number of beijing", 0, 1)]),
    ],
)
def test_every_number_on_a_sheet_finds_it(register, text, hits):
    """Ours or theirs, of the telegram, the run or the copy."""
    assert hits == where(register, text)


@pytest.mark.parametrize(
    "text", ["", "0", "0/0", "21497/0", "21497/9", "1", "88/4", "89", "x", "9" * 15, "-1", "1/2/3"]
)
def test_numbers_that_nothing_bears(register, text):
    """Nothing bears it: said so, with what may be tried."""
    with refuses(register, f"nothing in the books bears the number {text}", UnknownError):
        where(register, text)
    with refuses(register, "has a control character", MalformedError):
        where(register, f"{text}\x1b")


def test_one_number_may_mean_two_things(register):
    """Both are shown, ours first."""
    register.telegram(outgoing=21497)
    assert [("cable", 21497, 4), ("outgoing", 21498, 4)] == where(register, "21497")


def test_their_incoming_number_finds_our_copy(register):
    """What another office stamped on a copy of ours is on our books too."""
    with register.page() as page:
        copy = page.copies.find("telegram")[0]
        page.copies.put(replace(copy, their_incoming="77/1"))
    assert [("their incoming", 0, 1)] == where(register, "77/1")


def test_telegrams_sent_are_found_by_their_number(register):
    """Outgoing numbers of ours; a cable number of 0 is none."""
    entered = register.telegram()
    sent = replace(
        entered.telegram, handle="f" * 32, direction="out", cable_number=0, outgoing_number=500
    )
    with register.page() as page:
        page.telegrams.put(sent)
        page.telegrams.put(replace(sent, handle="e" * 32, cable_number=600))
    assert [("outgoing", 0, 0), ("outgoing", 600, 0)] == sorted(where(register, "500"))
    with register.view() as books:
        with pytest.raises(UnknownError, match="no telegram 600 is in the register"):
            finding.telegram(books, 600)
        with pytest.raises(UnknownError, match="no copy 600/1 is in the books"):
            finding.copy(books, "600/1")
        assert finding.by_owner(books, "moscow", 600, 1, "moscow") is None
    assert ("cable", 600, 0) in where(register, "600")
    with refuses(register, "nothing in the books bears"):
        where(register, "600/1")


def test_the_one_copy_of_a_name(register):
    """By incoming number first, then by cable and copy number."""
    with register.view() as books:
        accepted = finding.copy(books, "575/2280")
        assert ("beijing", "575/2280") == (accepted.owner, finding.name(books, accepted))
        born = finding.copy(books, "21497/2")
        assert (2, "21497/2") == (born.number, finding.name(books, born))
        assert born == finding.by_owner(books, "moscow", 21497, 2, "moscow")
        assert accepted == finding.by_owner(books, "beijing", 88, 3, "moscow")
        assert finding.by_owner(books, "beijing", 88, 4, "moscow") is None
        assert finding.by_owner(books, "moscow", 21497, 9, "moscow") is None
        for name in ("21497", "21497/9", "1/1", ""):
            with pytest.raises(UnknownError, match=f"no copy {name} is in the books"):
                finding.copy(books, name)


def test_a_life_is_told_from_its_first_entry(register):
    """Every entry of one copy, with its place in the ledger."""
    with register.view() as books:
        copy = finding.copy(books, "21497/2")
        told = finding.life(books, copy.handle)
    assert [("allot", 1), ("print", 2), ("verify", 3)] == [(e.act, e.seq) for _, e in told]
    assert sorted(index for index, _ in told) == [index for index, _ in told]


# --- lines ----------------------------------------------------------------------------------------


def item(number, letter, previous="", state=lines.SEEN, direction=lines.IN):
    return CircuitItem("beijing", direction, number, letter, previous, "", "", 1, state)


def arrive(office, number, letter, previous=""):
    """What the line makes of a link; entered if it may be."""
    link = Link(number, letter, previous)
    with office.page() as page:
        verdict = lines.look(page, "beijing", lines.IN, link)
        alarm = None
        if verdict in {Verdict.NEXT, Verdict.GAP, Verdict.LATE}:
            alarm = lines.arrive(
                page, "beijing", lines.IN, link, item(number, letter, previous), office.bureau
            )
        elif verdict is Verdict.FORK:
            alarm = lines.forked(page, "beijing", lines.IN, link, office.bureau)
    return verdict.value, alarm and alarm.kind


def open_alarms(office):
    with office.view() as books:
        return [(row.kind, row.words) for row in books.alarms.find("state", alarms.OPEN)]


def test_a_line(office):
    """Next, gap, late, repeat, fork: each noticed as it comes, and kept."""
    assert ("next", None) == arrive(office, 1, "a")
    assert ("next", None) == arrive(office, 2, "b", "a")
    assert ("gap", "gap") == arrive(office, 5, "e", "d")
    assert [("gap", "circuit numbers 3 to 4 from beijing not opened yet, or lost")] == open_alarms(
        office
    )
    assert ("repeat", None) == arrive(office, 2, "b", "a")
    assert ("late", None) == arrive(office, 4, "d", "c")
    assert 1 == len(open_alarms(office))
    with office.view() as books:
        assert (5, "e") == (
            lines.stand(books, "beijing", lines.IN).number,
            lines.stand(books, "beijing", lines.IN).letter,
        )
        assert lines.MISSING == books.circuit_items.get("beijing", lines.IN, 3).state
    assert ("late", None) == arrive(office, 3, "c", "b")
    assert [] == open_alarms(office)
    assert ("fork", "fork") == arrive(office, 4, "x", "c")
    assert ("fork", "fork") == arrive(office, 6, "y", "x")
    assert ("next", None) == arrive(office, 6, "f", "e")
    with office.view() as books:
        forks = [row for row in books.alarms.find() if row.kind == alarms.FORK]
    assert [("d", "x"), ("e", "y")] == [(row.first, row.second) for row in forks]
    assert ("fork", "fork") == arrive(office, 4, "x", "c")
    assert ("fork", "fork") == arrive(office, 4, "z", "c")
    with office.view() as books:
        assert 3 == len([row for row in books.alarms.find() if row.kind == alarms.FORK])


def test_a_late_letter_that_does_not_fit_is_a_fork(office):
    """What fills a gap must fit on both sides."""
    arrive(office, 1, "a")
    arrive(office, 3, "c", "b")
    assert ("fork", "fork") == arrive(office, 2, "x", "a")
    assert ("fork", "fork") == arrive(office, 2, "b", "y")
    assert ("late", None) == arrive(office, 2, "b", "a")
    assert [] == [kind for kind, _ in open_alarms(office) if kind == alarms.GAP]


def test_a_gap_of_one_line_is_not_anothers(office):
    """Letters and papers of one office are two lines; a gap in one stays open beside the other."""
    arrive(office, 2, "b", "a")
    with office.page() as page:
        link = Link(2, "p", "o")
        lines.arrive(
            page,
            "beijing",
            lines.PAPERS_IN,
            link,
            item(2, "p", "o", direction=lines.PAPERS_IN),
            office.bureau,
        )
    assert 2 == len(open_alarms(office))
    arrive(office, 1, "a")
    assert 1 == len(open_alarms(office))


def test_our_numbers_to_an_office(office):
    """Taken in order, each once; who signed with a number that is gone signs again."""
    with office.page() as page:
        lines.take_expected(page, "beijing", lines.OUT, 1, "a")
        lines.take_expected(page, "beijing", lines.OUT, 2, "b")
    for number in (1, 2, 4):
        with (
            refuses(office, f"number {number} to beijing was taken", LostRaceError),
            office.page() as page,
        ):
            lines.take_expected(page, "beijing", lines.OUT, number, "c")
    with office.view() as books:
        assert (2, "b") == (
            lines.stand(books, "beijing", lines.OUT).number,
            lines.stand(books, "beijing", lines.OUT).letter,
        )
        assert (0, "") == (
            lines.stand(books, "eighth", lines.OUT).number,
            lines.stand(books, "eighth", lines.OUT).letter,
        )


def test_their_receipts_are_noted(office):
    """By sealed or letter digest, each kind once; for nothing we sent them, nothing."""
    sent = replace(item(1, "letter", state=lines.SENT, direction=lines.OUT), sealed="sealed")
    with office.page() as page:
        page.circuit_items.put(sent)
        page.circuit_items.put(item(1, "other"))
        assert "taken_in" == lines.receipted(page, "beijing", "sealed", "taken_in").receipts
        assert "opened taken_in" == lines.receipted(page, "beijing", "letter", "opened").receipts
        assert "opened taken_in" == lines.receipted(page, "beijing", "sealed", "opened").receipts
        assert lines.receipted(page, "eighth", "letter", "opened") is None
        assert lines.receipted(page, "beijing", "other", "opened") is None
        assert lines.receipted(page, "beijing", "nothing", "opened") is None


# --- alarms ---------------------------------------------------------------------------------------


def test_an_alarm_stays_until_a_person_has_dealt_with_it(office):
    """Sounded with both digests and a leaf, closed by a signed order with its reason, kept."""
    with office.page() as page:
        sounded = alarms.sound(
            page, alarms.FORK, "beijing", "two letters", office.bureau, first="a", second="b"
        )
    assert (1, START, alarms.OPEN) == (sounded.number, sounded.at, sounded.state)
    assert ("alarm", "beijing", "alarm 1", "") == (
        office.leaves()[-1][1].act,
        office.leaves()[-1][1].office,
        office.leaves()[-1][1].numbers,
        office.leaves()[-1][1].officer,
    )
    for number in ("2", "0", "one", "-1", "9" * 30, "¹"):
        with refuses(office, f"no open alarm {number}", UnknownError):
            office.give("alarm", {"number": number, "reason": "x"})
    done = office.give("alarm", {"number": "1", "reason": "their error, 3360"}, by="makarov")
    assert "1" == done.answer
    assert "their error" in office.leaves()[-1][1].evidence
    with office.view() as books:
        assert replace(sounded, state=alarms.CLOSED) == books.alarms.get(1)
    with refuses(office, "no open alarm 1", UnknownError):
        office.give("alarm", {"number": 1, "reason": "x"})


# --- attachments ----------------------------------------------------------------------------------


def test_a_sealed_file_is_expected_before_it_comes_or_found_after(office):
    """Whether it has come or not, it is known whose attachment it is."""
    entered = office.telegram()
    with office.page() as page:
        assert "" == offices.expected(page, digest("file"))
        offices.expect(page, digest("file"), entered.telegram.handle)
        assert entered.telegram.handle == offices.expected(page, digest("file"))
        opened = page.incoming.get(entered.telegram.sealed)
        offices.expect(page, opened.digest, "f" * 32)
        assert opened == page.incoming.get(opened.digest)  # a telegram already: nobody's file
        waiting = replace(opened, digest=digest("other"), state="refused", why="no telegram")
        page.incoming.put(waiting)
        offices.expect(page, waiting.digest, "f" * 32)
        arrived = page.incoming.get(waiting.digest)
    assert (offices.ATTACHMENT, "", "f" * 32) == (arrived.state, arrived.why, arrived.telegram)


# --- persons --------------------------------------------------------------------------------------


def test_persons_have_handles(office):
    """A random ledger subject each, drawn once."""
    with office.page() as page:
        first = roster.known_person(page, "gromyko", office.bureau)
        assert first == roster.known_person(page, "gromyko", office.bureau)
        other = roster.known_person(page, "vyshinsky", office.bureau)
    assert first.handle != other.handle
    assert 32 == len(first.handle)


def test_a_copy_is_named_as_people_name_it(register):
    """Cable and copy number for ours, the incoming number for another office's."""
    with register.view() as books:
        names = {returns.naming(books, copy) for copy in books.copies.find()}
    assert {"21497/1", "21497/2", "21497/3", "21497/4", "575/2280"} == names
