"""Letters about a letter: what cancels, recalls, corrects or queries a telegram, and who may."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from cablegram.errors import CablegramError, CircuitError, CustodyError, OrderError
from cablegram.model.acts import HELD_HERE, Mark
from cablegram.registry import alarms, calling, duties, service
from cablegram.wire import canonical
from offices import later, refuses
from passed import accept, dispatch, post, settle_receipts
from rooms import TEXTS, line_of, refused, reseal, saved

WORDLESS = {"signatory": "", "addressees": ()}
AGAIN = {"en": b"Repeat\n\nfrom: the parallel\n\nto: ten miles\n"}


@pytest.fixture
def line(quick_press):
    return line_of("beijing", "eighth", "special")


@pytest.fixture
def desks(line):
    return line[0]


def telegram_of(desk, sent):
    with desk.office.view() as view:
        found = view.telegrams.get(str(sent["telegram"]))
    assert found is not None
    return found


def ours(desk, letter):
    """The telegram of this letter in a desk's books."""
    with desk.office.view() as view:
        (row,) = view.telegrams.find("letter", letter)
    return row


def arrived(desk, sender):
    """Take in what lies there and give the newest envelope of that office."""
    desk.take_in()
    with desk.office.view() as view:
        rows = [
            row for row in view.incoming.find() if (row.kind, row.claimed) == ("telegram", sender)
        ]
    return max(rows, key=lambda row: row.outer_number)


def opens(desk, sender):
    return desk.open(arrived(desk, sender).digest)


def says(desk, kind, about, to, texts=TEXTS, **changes):
    """Draft and release a letter about another, and carry it."""
    bare = {} if kind == "correction" else WORDLESS
    drafted = desk.draft(tuple(to), texts, kind=kind, reply_to=about, **{**bare, **changes})
    done = desk.send(drafted)
    desk.carry()
    return telegram_of(desk, done)


def sent_and_opened(desks, *to):
    """A telegram of Beijing's, opened at each of these; as Beijing has it."""
    done = desks[0].send(desks[0].draft(tuple(desk.office.name for desk in to)))
    desks[0].carry()
    for desk in to:
        opens(desk, "beijing")
    return telegram_of(desks[0], done)


def words(desk, letter):
    with desk.office.view() as view:
        (row,) = view.telegrams.find("letter", letter)
        return [(word.kind, word.office) for word in service.words(view, row, desk.bureau)]


def in_registry(desk, letter, verifier="makarov"):
    """All copies of an opened telegram, printed and verified."""
    row = ours(desk, letter)
    desk.print(row.handle)
    desk.office.give("verify", {}, by=verifier, subjects=desk.copies(row.handle))
    return desk.copies(row.handle)


def issue(desk, copy, to="stalin"):
    facts = {"holder": to, "due_at": later(desk.bureau.now(), days=3), "return_to": "the registry"}
    desk.office.give("issue", facts, subjects=[desk.office.copy(copy)])


def waits(desk):
    with desk.office.view() as view:
        return {
            "call in": [copy.number for copy in service.to_call_in(view)],
            "send back": [(copy.number, to) for copy, to in service.to_send_back(view)],
            "queries": [row.letter for row in service.unanswered(view)],
            "waiting": [row.letter for row in service.waiting(view)],
        }


# --- cancelled ------------------------------------------------------------------------------------


def test_a_cancelled_telegram_goes_no_further(desks):
    """Marked on every copy, told to who has one, called in; nothing is printed or passed on."""
    beijing, eighth, special = desks
    letter = sent_and_opened(desks, eighth).letter
    first, second, third, _ = in_registry(eighth, letter)
    issue(eighth, first)
    dispatch(eighth.office, [second], "special")
    post(eighth.office, special.office)
    theirs = accept(special.office, "eighth", by="makarov")
    post(special.office, eighth.office)
    settle_receipts(eighth.office)
    issue(special, theirs, "molotov")

    cancelled = says(beijing, "cancellation", letter, ["eighth"], {"en": b"Sent in error.\n"})
    assert [("cancellation", "beijing")] == words(beijing, letter)
    assert [] == words(eighth, letter), "what lies unopened has no effect"
    before = eighth.office.copies([first, second, third])
    opens(eighth, "beijing")
    assert [("cancellation", "beijing")] == words(eighth, letter)
    now = eighth.office.copies([first, second, third])
    assert [copy.state for copy in before] == [copy.state for copy in now]
    assert all(copy.has(Mark.CANCELLED) for copy in eighth.copies(ours(eighth, letter).handle))
    assert [1, 2] == sorted(waits(eighth)["call in"])

    said = {"holder": "molotov", "due_at": later(eighth.bureau.now(), days=2), "return_to": "here"}
    for act, facts, copy in (
        ("issue", said, third),
        ("hand_over", {"holder": "molotov", "sheets": 2}, first),
        ("show", {"reader": "molotov", "sheets": 2}, third),
        ("route", {"readers": "molotov/4"}, third),
        ("dispatch", {"office": "special", "carrier": "x", "due_at": said["due_at"]}, third),
    ):
        with refuses(eighth.office, "1 was cancelled by beijing", CustodyError) as caught:
            eighth.office.give(act, facts, subjects=[eighth.office.copy(copy)])
        assert "Read 2; its copies are filed, destroyed or sent back." == caught[0].hint
    extra = {"copy": 5, "made": 5, "whom": "file", "consent": cancelled.letter}
    with refuses(
        eighth.office, "1 was cancelled by beijing: its copies cannot be made", CustodyError
    ):
        eighth.office.give("allot", extra, two="makarov", subjects=[subject(eighth, letter)])
    # What ends or brings home a copy stays free.
    eighth.office.give("return", {"sheets": 2}, subjects=[eighth.office.copy(first)])
    eighth.office.give("file", {"place": "case 1"}, subjects=[eighth.office.copy(third)])
    eighth.office.give(
        "destroy",
        {"method": "burnt", "sheets": 2},
        two="makarov",
        subjects=[eighth.office.copy(first)],
    )
    dispatch(eighth.office, [third], "beijing")
    assert [2] == waits(eighth)["call in"], "what goes home need not be called"

    # The third office has the copy and not the letter: it follows a notice.
    post(eighth.office, special.office)
    with special.office.view() as view:
        (call,) = calling.calls(view, special.bureau)
    assert ("cancelled", "cancel") == (call.said.kind, call.act.value)
    with refuses(special.office, "575/1 is not ours to cancel", CustodyError):
        special.office.give(
            "cancel", {"reason": "hearsay"}, subjects=special.office.copies([theirs])
        )
    special.office.give("cancel", call.facts, subjects=call.copies)
    assert special.office.copy(theirs).has(Mark.CANCELLED)
    assert [theirs.number] == waits(special)["call in"]
    special.office.give("return", {"sheets": 2}, subjects=special.office.copies([theirs]))
    with refuses(special.office, "it was cancelled by its originator", CustodyError):
        issue(special, theirs)
    dispatch(special.office, [theirs], "eighth")
    with special.office.view() as view:
        assert [] == list(service.to_call_in(view)), "it is on its way home"


def subject(desk, letter):
    from cablegram.model.orders import Subject

    row = ours(desk, letter)
    with desk.office.view() as view:
        return Subject(row.handle, view.leaves.count("subject", row.handle))


def test_nothing_of_a_cancelled_telegram_is_printed(desks):
    """Not one sheet, not even of a run that had begun; the number it would take stays free."""
    beijing, eighth, _ = desks
    letter = sent_and_opened(desks, eighth).letter
    row = ours(eighth, letter)
    says(beijing, "cancellation", letter, ["eighth"])
    opens(eighth, "beijing")
    with refused(eighth, CustodyError, "1 was cancelled by beijing: its copies cannot be printed"):
        eighth.print(row.handle)
    assert {} == eighth.bureau.paper.sheets
    eighth.office.give("void", {"reason": "cancelled"}, subjects=eighth.copies(row.handle))
    # The cancellation itself has copies, and its sheets say what it does.
    cancellation = next(r for r in telegrams(eighth) if r.kind == "cancellation")
    eighth.print(cancellation.handle)
    sheet = next(iter(eighth.bureau.paper.sheets.values())).decode()
    assert "('cancels', '1')" in sheet


def telegrams(desk):
    with desk.office.view() as view:
        return list(view.telegrams.find())


def test_a_letter_without_words_has_sheets_too(desks):
    """A cancellation may say nothing but what it is."""
    beijing, eighth, _ = desks
    letter = sent_and_opened(desks, eighth).letter
    says(beijing, "cancellation", letter, ["eighth"], {})
    opens(eighth, "beijing")
    cancellation = next(row for row in telegrams(eighth) if row.kind == "cancellation")
    eighth.print(cancellation.handle)
    sheet = next(iter(eighth.bureau.paper.sheets.values())).decode()
    assert "paragraphs=('Cancels No. 1.',)" in sheet


def test_an_order_of_ours_names_no_letter(desks):
    """The opening has its effect itself; nobody cancels by naming a letter in an order."""
    _, eighth, _ = desks
    letter = sent_and_opened(desks, eighth).letter
    (copy, *_) = in_registry(eighth, letter)
    with refuses(eighth.office, "a letter that cancels has its effect when it is opened"):
        eighth.office.give("cancel", {"reason": "x", "letter": letter}, subjects=[copy])
    with refuses(eighth.office, "1/1 is not ours to cancel: beijing has signed no notice of it"):
        eighth.office.give("cancel", {"reason": "x"}, subjects=[copy])


def test_a_paper_offices_cancellation_is_the_officers_word(desks):
    """Of a copy from an office that cannot sign to us, as with every other word of theirs."""
    _, eighth, _ = desks
    paper = {"owner": "provost", "incoming": "12", "sheets": 1}
    copy = eighth.office.copy(eighth.office.give("accept", paper).copies[0])
    eighth.office.give("cancel", {"reason": "their letter 7"}, subjects=[copy])
    assert eighth.office.copy(copy).has(Mark.CANCELLED)
    with refuses(eighth.office, "12 cannot be issued: it was cancelled", CustodyError):
        issue(eighth, copy)


# --- recalled -------------------------------------------------------------------------------------


def test_a_recalled_telegram_goes_home(desks):
    """Nothing is passed on; what is out is called in and what is here goes back."""
    beijing, eighth, _ = desks
    letter = sent_and_opened(desks, eighth).letter
    first, second, *_ = in_registry(eighth, letter)
    issue(eighth, first)
    says(beijing, "recall", letter, ["eighth"], {"en": b"All copies, please.\n"})
    opens(eighth, "beijing")
    assert [("recall", "beijing")] == words(eighth, letter) == words(beijing, letter)
    assert not any(copy.marks for copy in eighth.copies(ours(eighth, letter).handle))
    with refuses(
        eighth.office, "1 was recalled by beijing: its copies cannot be issued", CustodyError
    ):
        issue(eighth, second)
    expected = [(n, "beijing") for n in (2, 3, 4)]
    assert ([1], expected) == (waits(eighth)["call in"], sorted(waits(eighth)["send back"]))
    eighth.office.give("recall", {"reason": "recalled"}, subjects=[eighth.office.copy(first)])
    assert [] == waits(eighth)["call in"]
    eighth.office.give("return", {"sheets": 2}, subjects=[eighth.office.copy(first)])
    dispatch(eighth.office, [first, second], "beijing")
    assert expected[1:] == sorted(waits(eighth)["send back"])


# --- corrected and queried ------------------------------------------------------------------------


def test_a_query_is_answered_by_a_correction(desks):
    """Due on both sides from then on until it has come; either sheet names the other."""
    beijing, eighth, special = desks
    letter = sent_and_opened(desks, eighth, special).letter
    query = says(eighth, "query", letter, ["beijing"], AGAIN)
    assert [("query", "eighth")] == words(eighth, letter)
    assert [query.letter] == waits(eighth)["queries"]
    assert [] == waits(beijing)["queries"]
    opens(beijing, "eighth")
    assert [("query", "eighth")] == words(beijing, letter)
    assert [query.letter] == waits(beijing)["queries"]

    says(beijing, "correction", letter, ["eighth", "special"])
    assert [] == waits(beijing)["queries"]
    assert [query.letter] == waits(eighth)["queries"]
    for desk in (eighth, special):
        opens(desk, "beijing")
        assert ("correction", "beijing") == words(desk, letter)[-1]
    assert [] == waits(eighth)["queries"]
    old = ours(eighth, letter)
    eighth.print(old.handle)
    new = next(row for row in telegrams(eighth) if row.kind == "correction")
    eighth.print(new.handle)
    sheets = eighth.bureau.paper.sheets
    number = new.cable_number
    assert f"('corrected_by', '{number}')" in sheets["1-copy-1.pdf"].decode()
    assert "('corrects', '1')" in sheets[f"{number}-copy-1.pdf"].decode()
    assert not any(copy.has(Mark.CANCELLED) for copy in eighth.copies(old.handle))


def test_a_query_is_answered_by_any_reply_to_it(desks):
    """Where nothing is garbled, the originator says so in a telegram."""
    beijing, eighth, _ = desks
    letter = sent_and_opened(desks, eighth).letter
    query = says(eighth, "query", letter, ["beijing"], AGAIN)
    opens(beijing, "eighth")
    beijing.send(beijing.draft(("eighth",), reply_to=query.letter))
    beijing.carry()
    assert [] == waits(beijing)["queries"]
    opens(eighth, "beijing")
    assert [] == waits(eighth)["queries"]


def due(desk):
    with desk.office.view() as view:
        said = duties.today(view, desk.bureau, within=timedelta(days=2))
    return {(one.kind, str(one.about)): (str(one.words), one.command) for one in said}


def test_each_of_them_is_a_duty_with_its_command(desks):
    """To call in, to send back, to answer, to wait for."""
    beijing, eighth, special = desks
    letter = sent_and_opened(desks, eighth, special).letter
    first, second, *_ = in_registry(eighth, letter)
    issue(eighth, first)
    dispatch(eighth.office, [second], "special")
    says(eighth, "query", letter, ["beijing"], AGAIN)
    assert ("1 was queried, and nothing has come", "cablegram take-in") == due(eighth)[
        "query", "our 1"
    ]
    opens(beijing, "eighth")
    assert (
        "eighth asks for parts of our 1 again",
        "cablegram service correct 1 --for WHOM --text LANGUAGE=FILE",
    ) == due(beijing)["query", "1"]
    says(beijing, "recall", letter, ["eighth"])
    opens(eighth, "beijing")
    said = due(eighth)
    assert ("cancelled or recalled, and issued to stalin", "cablegram recall 1/1 --reason WHY") == (
        said["to call in", "1/1"]
    )
    assert "cancelled or recalled, and with special" == said["to call in", "1/2"][0]
    assert (
        "recalled by beijing",
        "cablegram dispatch 1/3 --to beijing --carrier WHO",
    ) == said["to send back", "1/3"]


# --- whose it is ----------------------------------------------------------------------------------


def unchecked(monkeypatch):
    """As if the other office had a program of its own that asks nothing."""
    monkeypatch.setattr(service, "check_release", lambda *_: None)


@pytest.mark.parametrize("kind", ["cancellation", "recall", "correction", "query"])
def test_a_strangers_letter_is_an_alarm_and_changes_nothing(desks, monkeypatch, kind):
    """Its bytes are kept, its number on the circuit is used, its sender is told; nothing else."""
    _, eighth, special = desks
    letter = sent_and_opened(desks, eighth, special).letter
    in_registry(eighth, letter)
    unchecked(monkeypatch)
    usurper = says(special, kind, letter, ["eighth"])
    row = arrived(eighth, "special")
    before = eighth.office.dump()
    with pytest.raises(CircuitError, match="alarm 1: special would") as caught:
        eighth.open(row.digest)
    assert caught.value.hint.endswith(".")
    assert caught.value.kept == "The sealed bytes are in the incoming tray."
    after = eighth.office.dump()
    changed = {name for name in before if before[name] != after[name]}
    assert {"telegrams", "copies", "notices", "print_runs"}.isdisjoint(changed)
    assert [] == words(eighth, letter)
    (alarm,) = after["alarms"]
    assert (alarms.USURPED, usurper.letter, letter) == (
        alarm["kind"],
        alarm["first"],
        alarm["second"],
    )
    assert "alarm 1: " in next(
        one["why"] for one in after["incoming"] if one["digest"] == row.digest
    )

    # The same again, and the same letter in another envelope: told as before, sounded once.
    with pytest.raises(CircuitError, match="alarm 1: special would"):
        eighth.open(row.digest)
    done = {"telegram": usurper.handle, "offices": ["eighth"]}
    again = eighth.bureau.carriers["folder"]
    again.send("eighth", "special", reseal(special, done, eighth))
    with pytest.raises(CircuitError, match="alarm 1: special would"):
        opens(eighth, "special")
    assert 1 == len(eighth.office.dump()["alarms"])
    # What comes next on that circuit is no gap, and the usurper has our word.
    special.send(special.draft(("eighth",)))
    special.carry()
    assert "" == opens(eighth, "special")["alarm"]
    eighth.carry()
    special.take_in()
    with special.office.view() as view:
        (item,) = view.circuit_items.find("letter", usurper.letter, "out")
    assert "disputed taken_in" == item.receipts


def test_an_originator_is_told_of_others_letters_about_its_own(desks, monkeypatch):
    """Who would correct ours, or query what never went there, is an alarm here too."""
    beijing, eighth, special = desks
    letter = sent_and_opened(desks, eighth).letter
    unchecked(monkeypatch)
    for number, (desk, kind, why) in enumerate(
        (
            (eighth, "correction", "eighth would correct 1, which is ours"),
            (special, "query", "special would query 1, which we did not send there"),
        ),
        start=1,
    ):
        says(desk, kind, letter, ["beijing"])
        with pytest.raises(CircuitError, match=f"alarm {number}: {why}"):
            opens(beijing, desk.office.name)
    assert [] == words(beijing, letter)


def test_a_query_of_a_query_is_none(desks, monkeypatch):
    """A letter without words of its own has nothing in it to cancel or correct."""
    beijing, eighth, _ = desks
    letter = sent_and_opened(desks, eighth).letter
    recall = says(beijing, "recall", letter, ["eighth"])
    opens(eighth, "beijing")
    for kind in ("cancellation", "recall", "correction"):
        with refused(beijing, OrderError, "2 is a recall, and there is nothing in it to"):
            beijing.send(beijing.draft(("eighth",), kind=kind, reply_to=recall.letter))
    unchecked(monkeypatch)
    says(beijing, "cancellation", recall.letter, ["eighth"])
    with pytest.raises(CircuitError, match="beijing would cancel 2, which is a recall itself"):
        opens(eighth, "beijing")


@pytest.mark.parametrize(
    ("kind", "who", "to", "refusal"),
    [
        ("cancellation", 1, ["beijing"], "1 is not ours to cancel: it is beijing's"),
        ("correction", 1, ["special"], "1 is not ours to correct: it is beijing's"),
        ("query", 0, ["eighth"], "1 is beijing's, and a query of it goes there"),
        ("query", 1, ["special"], "1 is beijing's, and a query of it goes there"),
        ("cancellation", 0, ["eighth"], "1 went to eighth, special, and this would go to eighth"),
        ("recall", 0, ["nowhere"], "no office nowhere is known here"),
    ],
)
def test_what_is_not_ours_to_send_gets_no_number(desks, kind, who, to, refusal):
    """Refused at the release, before the number is used."""
    letter = sent_and_opened(desks, *desks[1:]).letter
    desk = desks[who]
    drafted = desk.draft(tuple(to), kind=kind, reply_to=letter)
    with refused(desk, CablegramError, refusal):
        desk.send(drafted)


def test_what_was_cancelled_is_not_corrected(desks):
    """It is said anew, as a telegram of its own; and a telegram we do not have is nobody's."""
    beijing, eighth, _ = desks
    letter = sent_and_opened(desks, eighth).letter
    says(beijing, "cancellation", letter, ["eighth"])
    for kind in ("cancellation", "correction", "recall"):
        with refused(beijing, OrderError, "1 was cancelled by our 2"):
            beijing.send(beijing.draft(("eighth",), kind=kind, reply_to=letter))
    unknown = canonical.digest(b"nothing")
    with refused(beijing, OrderError, "the telegram to recall is not in our books"):
        beijing.send(beijing.draft(("eighth",), kind="recall", reply_to=unknown))


# --- order of arrival -----------------------------------------------------------------------------


def test_a_cancellation_that_comes_first_waits_for_its_telegram(desks):
    """Carriers keep no order: what it says is done on the page that opens the other."""
    beijing, eighth, _ = desks
    done = beijing.send(beijing.draft(("eighth",)))
    beijing.carry()
    letter = telegram_of(beijing, done).letter
    telegram = arrived(eighth, "beijing")
    cancelled = says(beijing, "cancellation", letter, ["eighth"])
    opens(eighth, "beijing")
    assert [cancelled.letter] == waits(eighth)["waiting"]
    assert "cablegram open --all" == due(eighth)["letter waits", "1"][1]
    eighth.open(telegram.digest)
    assert [] == waits(eighth)["waiting"]
    assert [("cancellation", "beijing")] == words(eighth, letter)
    assert all(copy.has(Mark.CANCELLED) for copy in eighth.copies(ours(eighth, letter).handle))
    with refused(eighth, CustodyError, "was cancelled by beijing"):
        eighth.print(ours(eighth, letter).handle)


def test_a_strangers_that_comes_first_is_found_then(desks, monkeypatch):
    """Nobody could know whose the telegram was until it was opened."""
    beijing, eighth, special = desks
    done = beijing.send(beijing.draft(("eighth", "special")))
    beijing.carry()
    letter = telegram_of(beijing, done).letter
    opens(special, "beijing")
    telegram = arrived(eighth, "beijing")
    unchecked(monkeypatch)
    says(special, "cancellation", letter, ["eighth"])
    opens(eighth, "special")
    opened = eighth.open(telegram.digest)
    assert "special would cancel" in opened["alarm"]
    assert [] == words(eighth, letter)
    assert not any(copy.marks for copy in eighth.copies(ours(eighth, letter).handle))


def test_a_reply_that_comes_first_is_no_letter_about_it(desks):
    """An ordinary telegram in reply to one that lies unopened does nothing to that one."""
    beijing, eighth, _ = desks
    done = beijing.send(beijing.draft(("eighth",)))
    beijing.carry()
    letter = telegram_of(beijing, done).letter
    telegram = arrived(eighth, "beijing")
    beijing.send(beijing.draft(("eighth",), reply_to=letter))
    beijing.carry()
    opens(eighth, "beijing")
    assert [] == waits(eighth)["waiting"]
    assert "" == eighth.open(telegram.digest)["alarm"]
    assert [] == words(eighth, letter)


def test_what_is_over_is_not_cancelled(desks, monkeypatch):
    """Copies that are void or marked already stay as they are; the letter is entered."""
    beijing, eighth, _ = desks
    letter = sent_and_opened(desks, eighth).letter
    row = ours(eighth, letter)
    eighth.office.give("void", {"reason": "not wanted"}, subjects=eighth.copies(row.handle))
    says(beijing, "cancellation", letter, ["eighth"])
    opens(eighth, "beijing")
    assert not any(copy.marks for copy in eighth.copies(row.handle))
    unchecked(monkeypatch)
    says(beijing, "cancellation", letter, ["eighth"])
    opens(eighth, "beijing")
    assert [("cancellation", "beijing")] * 2 == words(eighth, letter) == words(beijing, letter)
    assert [] == waits(beijing)["call in"], "ours went out, and no copy of it is here"


# --- by hand --------------------------------------------------------------------------------------


def test_no_row_cancels_a_telegram_or_lets_it_stand(desks):
    """Only the entries on its ledger subject count; a row that says more stops the act."""
    beijing, eighth, special = desks
    letter = sent_and_opened(desks, eighth, special).letter
    row = ours(eighth, letter)
    other = sent_and_opened(desks, eighth)
    # A row that says another is a cancellation of it cancels nothing.
    with eighth.office.page() as page:
        fake = page.telegrams.find("letter", other.letter)[0]
        page.telegrams.put(replace(fake, kind="cancellation", reply_to=letter))
    with pytest.raises(OrderError, match="what was said of telegram 1 is in the books"):
        words(eighth, letter)
    with eighth.office.page() as page:
        page.telegrams.put(fake)
    assert [] == words(eighth, letter)
    eighth.print(row.handle)
    # A row that says that the telegram is somebody else's lets nobody else cancel it.
    with eighth.office.page() as page:
        page.telegrams.put(replace(row, office="special"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(service, "check_release", lambda *_: None)
        says(special, "cancellation", letter, ["eighth"])
    with pytest.raises(OrderError, match="whose telegram 1 is is in the books"):
        opens(eighth, "special")
    with eighth.office.page() as page:
        page.telegrams.put(row)
    says(beijing, "cancellation", letter, ["eighth", "special"])
    opens(eighth, "beijing")
    # Its entry cannot be taken for another's, and the mark cannot be wiped off.
    with eighth.office.page() as page:
        leaf = next(
            leaf for leaf in page.leaves.find("subject", row.handle) if leaf.act == "cancelled"
        )
        page.leaves.put(replace(leaf, seq=99))
    with (
        eighth.office.view() as view,
        pytest.raises(OrderError, match="what was said of telegram 1"),
    ):
        service.words(view, row, eighth.bureau)
    with eighth.office.page() as page:
        for copy in page.copies.find("telegram", row.handle):
            page.copies.put(replace(copy, marks=""))
    for copy in eighth.copies(row.handle):
        assert copy.state not in HELD_HERE
        with refuses(eighth.office, error=CablegramError):
            eighth.office.give("verify", {}, by="makarov", subjects=[copy])


@pytest.mark.parametrize("kind", ["recall", "cancellation", "query"])
def test_a_letters_word_hidden_by_hand_is_missed(desks, kind):
    """The newest leaf of a telegram made to be about something else: its letter still says it."""
    beijing, eighth, _ = desks
    letter = sent_and_opened(desks, eighth).letter
    first = in_registry(eighth, letter)[0]
    reader, asked = (beijing, eighth) if kind == "query" else (eighth, beijing)
    says(asked, kind, letter, [reader.office.name])
    opens(reader, asked.office.name)
    before, about = reader.office.dump(), ours(reader, letter).handle
    with reader.office.page() as page:
        leaf = page.leaves.find("subject", about)[-1]
        assert leaf.act == service.ACTS[kind].value
        page.leaves.put(replace(leaf, subject="0" * 32))
    with pytest.raises(OrderError, match="what was said of telegram 1 is in the books"):
        words(reader, letter)
    if kind != "query":
        with refuses(eighth.office, error=CablegramError):
            issue(eighth, first)
    assert before["copies"] == reader.office.dump()["copies"]


def test_a_backup_from_before_the_cancellation_opens_it_again(desks):
    """The bytes come again, and so does what they do: once in either books."""
    beijing, eighth, _ = desks
    letter = sent_and_opened(desks, eighth).letter
    says(beijing, "cancellation", letter, ["eighth"])
    back = saved(eighth, "books", "tiles")
    row = arrived(eighth, "beijing")
    eighth.open(row.digest)
    assert 1 == eighth.open(row.digest)["repeat"]
    assert [("cancellation", "beijing")] == words(eighth, letter)
    assert 4 == sum(entry.act == "cancel" for _, entry in eighth.office.leaves())
    back()
    assert [] == words(eighth, letter)
