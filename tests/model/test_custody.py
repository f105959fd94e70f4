"""What an act changes on a copy beside its state, and what its guard refuses."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cablegram.errors import CustodyError, MalformedError
from cablegram.model import custody
from cablegram.model.acts import SHEETS_MAX, Act, Mark, State
from cablegram.model.custody import Copy, Situation

BORN = Copy(
    handle="0" * 32,
    telegram="1" * 32,
    number=2,
    made=4,
    whom="molotov",
    state=State.IN_REGISTRY,
    accountable="moscow",
    series="T",
    seq=3,
    sheets=2,
    print_number=1395,
    printed_by="chesnokova",
    classification="top secret",
)
FOREIGN = replace(
    BORN,
    telegram="",
    owner="beijing",
    owner_cable=77,
    owner_copy=3,
    incoming="575/2280",
    limit_at="1951-07-11T00:00:00Z",
    limit_to="Beijing",
)
BY = Situation("moscow", "makarov", "vaganov")
ISSUE = {"holder": "molotov", "due_at": "1951-07-11T17:00:00Z", "return_to": "room 8"}
DISPATCH = {
    "office": "special",
    "transmittal": "sha256:" + "3" * 64,
    "carrier": "courier",
    "due_at": "1951-07-12T17:00:00Z",
}


def do(copy, act, facts, situation=BY):
    return custody.decide(copy, Act(act), facts, situation)


def test_issue_and_return():
    """The loan opens with holder, date and place, and closes without them."""
    out = do(replace(BORN, place="case 12"), "issue", ISSUE)
    assert (
        replace(
            BORN,
            state=State.ISSUED,
            seq=4,
            holder="molotov",
            due_at="1951-07-11T17:00:00Z",
            return_to="room 8",
        )
        == out
    )
    assert replace(BORN, seq=5) == do(out, "return", {"sheets": 2})


def test_sheets_short_are_marked_and_stay_marked():
    """Return with a sheet short marks the copy incomplete until the sheet is replaced."""
    out = do(BORN, "issue", ISSUE)
    back = do(out, "return", {"sheets": 1})
    assert ("incomplete", 1) == (back.marks, back.sheets)
    again = do(do(back, "issue", ISSUE), "return", {"sheets": 1})
    assert ("incomplete", 1) == (again.marks, again.sheets)
    whole = do(again, "replace_sheet", {"sheets": 2, "reason": "found under the desk"})
    assert ("", 2) == (whole.marks, whole.sheets)


def test_hand_over_counts_sheets_too():
    """The next on the route signs for what there is."""
    out = do(BORN, "issue", ISSUE)
    second = do(out, "hand_over", {"holder": "malenkov", "sheets": 2})
    assert ("malenkov", "", out.due_at) == (second.holder, second.marks, second.due_at)
    short = do(out, "hand_over", {"holder": "malenkov", "sheets": 1})
    assert ("malenkov", "incomplete", 1) == (short.holder, short.marks, short.sheets)


def test_recall_marks_until_the_copy_is_back():
    """A recall sets its mark, and another date if one is given; coming back clears both."""
    out = do(BORN, "issue", ISSUE)
    called = do(out, "recall", {"reason": "superseded"})
    assert ("on_recall", out.due_at) == (called.marks, called.due_at)
    sooner = do(out, "recall", {"reason": "superseded", "due_at": "1951-07-06T09:00:00Z"})
    assert "1951-07-06T09:00:00Z" == sooner.due_at
    back = do(sooner, "return", {"sheets": 2})
    assert ("", "") == (back.marks, back.due_at)


def test_print_and_reprint():
    """Print takes number, sheets and printer down; a reprint forgets them and keeps the number."""
    waiting = replace(BORN, state=State.ALLOTTED, sheets=0, print_number=0, printed_by="")
    facts = {"print_number": 1395, "digest": "sha256:" + "0" * 64, "sheets": 3}
    printed = do(waiting, "print", facts)
    assert (1395, 3, "makarov") == (printed.print_number, printed.sheets, printed.printed_by)
    again = do(printed, "reprint", {"reason": "smudged", "sheets": 3})
    assert replace(waiting, seq=5) == again


@pytest.mark.parametrize("who", ["vaganov", "chesnokova"])
def test_neither_opener_nor_printer_verifies(who):
    """Verify: by somebody who did neither; a waiver by standing order lets them."""
    printed = replace(BORN, state=State.PRINTED)
    barred = Situation("moscow", who, barred=frozenset({"vaganov", "chesnokova"}))
    with pytest.raises(CustodyError, match=f"cannot be verified by {who}"):
        do(printed, "verify", {}, barred)
    waived = do(printed, "verify", {"waiver": "standing order 1"}, barred)
    assert (State.IN_REGISTRY, "standing order 1") == (waived.state, waived.waiver)
    assert State.IN_REGISTRY is do(printed, "verify", {}, replace(barred, officer="makarov")).state


@pytest.mark.parametrize("counted", [1, 3])
def test_destroy_wants_the_sheets_of_the_last_check(counted):
    """Destroy with other sheets than the books have is refused: something is elsewhere."""
    with pytest.raises(CustodyError, match=f"has 2 sheets in the books, and {counted} were"):
        do(BORN, "destroy", {"method": "burnt", "sheets": counted})
    gone = do(replace(BORN, place="case 12"), "destroy", {"method": "burnt", "sheets": 2})
    assert replace(BORN, state=State.DESTROYED, seq=4) == gone


def test_filing_has_a_place():
    """File says where; charge out and issue leave no place behind."""
    filed = do(BORN, "file", {"place": "case 12 sheet 3"})
    assert "case 12 sheet 3" == filed.place
    assert replace(BORN, seq=5) == do(filed, "charge_out", {"reason": "wanted"})


def test_out_to_an_office_and_back():
    """The sender is accountable until the receipt; then the other office is, with our limit."""
    sent = do(BORN, "dispatch", {**DISPATCH, "limit_at": "1951-07-20T00:00:00Z", "limit_to": "us"})
    assert ("special", "moscow", "1951-07-12T17:00:00Z") == (
        sent.holder,
        sent.accountable,
        sent.due_at,
    )
    there = do(sent, "receipted", {"receipt": "sha256:" + "4" * 64, "incoming": "575/2280"})
    assert ("special", "special", "575/2280", "1951-07-20T00:00:00Z", "us") == (
        there.holder,
        there.accountable,
        there.their_incoming,
        there.due_at,
        there.return_to,
    )
    assert replace(BORN, seq=6) == do(there, "come_back", {"sheets": 2})
    ended = do(there, "report_destroyed", {"certificate": "theirs"})
    assert ("special", "", "") == (ended.accountable, ended.due_at, ended.limit_at)


def test_a_dispute_settles_one_way_or_the_other():
    """Disputed: we stay accountable; both offices sign where the copy is."""
    argued = do(do(BORN, "dispatch", DISPATCH), "dispute", {"reason": "seal broken"})
    assert ("special", "moscow") == (argued.holder, argued.accountable)
    there = do(argued, "settle_there", {"receipt": "signed"})
    assert (State.WITH_OFFICE, "special") == (there.state, there.accountable)
    back = do(argued, "settle_back", {"receipt": "signed", "sheets": 1})
    assert ("", "moscow", "incomplete") == (back.holder, back.accountable, back.marks)


def test_what_is_another_offices_keeps_its_limit():
    """Terms nest: the owner's limit stays on an accepted copy wherever it goes and comes from."""
    sent = do(FOREIGN, "dispatch", DISPATCH)
    there = do(sent, "receipted", {"receipt": "theirs"})
    assert FOREIGN.limit_at == there.due_at
    assert replace(FOREIGN, seq=6) == do(there, "come_back", {"sheets": 2})
    longer = do(
        FOREIGN,
        "extend",
        {
            "due_at": "1951-07-15T00:00:00Z",
            "limit_at": "1951-07-20T00:00:00Z",
            "reason": "their 3360",
        },
    )
    assert ("1951-07-15T00:00:00Z", "1951-07-20T00:00:00Z") == (longer.due_at, longer.limit_at)
    same = do(FOREIGN, "extend", {"due_at": "1951-07-10T00:00:00Z", "reason": "leave"})
    assert FOREIGN.limit_at == same.limit_at


def test_given_back_is_what_another_office_lent():
    """To its owner a copy is given back, never receipted; one of ours is given back to nobody."""
    home = do(FOREIGN, "dispatch", {**DISPATCH, "office": "beijing"})
    with pytest.raises(CustodyError, match="on its way to its owner beijing"):
        do(home, "receipted", {"receipt": "theirs"})
    closed = do(home, "give_back", {"receipt": "theirs"})
    assert (State.GIVEN_BACK, "beijing", "", "") == (
        closed.state,
        closed.accountable,
        closed.holder,
        closed.limit_at,
    )
    lent = do(FOREIGN, "dispatch", DISPATCH)
    assert lent.holder == do(lent, "give_back", {"receipt": "theirs"}).accountable != FOREIGN.owner
    with pytest.raises(CustodyError, match="is ours, and is given back to nobody"):
        do(do(BORN, "dispatch", DISPATCH), "give_back", {"receipt": "theirs"})


def test_marks_stand_beside_the_state():
    """Compromised is set and ruled on; declassified stays; neither moves the copy."""
    with pytest.raises(CustodyError, match="does not bear the mark compromised"):
        do(BORN, "contain", {"inquiry": 4, "reason": "limited"})
    seen = do(BORN, "compromise", {"reason": "photographed"})
    assert seen.has(Mark.COMPROMISED)
    both = do(seen, "declassify", {"authority": "the originator"})
    assert "compromised declassified" == both.marks
    assert "declassified" == do(both, "contain", {"inquiry": 4, "reason": "limited"}).marks
    assert State.IN_REGISTRY is both.state


def test_missing_keeps_where_it_was():
    """Miss keeps the state; lost or found, it is back where it was, and the gap has its leaves."""
    out = do(BORN, "issue", ISSUE)
    gone = do(out, "miss", {"reason": "not seen"})
    assert (State.MISSING, "issued", "molotov") == (gone.state, gone.kept_state, gone.holder)
    lost = do(gone, "declare_lost", {"inquiry": 4, "reason": "closed"})
    for copy in (gone, lost):
        found = do(copy, "find", {"reason": "behind the safe"})
        assert replace(out, seq=copy.seq + 1) == found


def test_regrade_and_extend():
    """The originator's orders: another classification, a later date."""
    assert (
        "secret" == do(BORN, "regrade", {"classification": "secret", "reason": "x"}).classification
    )
    later = do(BORN, "extend", {"due_at": "1951-08-01T00:00:00Z", "reason": "leave"})
    assert "1951-08-01T00:00:00Z" == later.due_at


@pytest.mark.parametrize(
    ("act", "fact", "value", "says"),
    [
        ("return", "sheets", "two", "sheets is not a count"),
        ("return", "sheets", -1, "sheets is not a count"),
        ("return", "sheets", 2**53, "sheets is not a count"),
        ("return", "sheets", 0, "0 sheets cannot be counted"),
        ("return", "sheets", SHEETS_MAX + 1, "10000 sheets cannot be counted"),
        ("return", "note", 5, "note is not text"),
    ],
)
def test_counts_are_counts_and_texts_are_texts(act, fact, value, says):
    """A fact of the wrong kind is refused by its name."""
    out = do(BORN, "issue", ISSUE)
    with pytest.raises(CustodyError, match=says):
        do(out, act, {"sheets": 2, fact: value})


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"holder": "В. М. Молотов"}, "is not a person's id"),
        ({"holder": "file"}, "is not a person's id"),
        ({"proxy": "Chadaev"}, "is not a person's id"),
        ({"due_at": "tomorrow"}, "is not a moment"),
        ({"due_at": "1951-07-06"}, "is not a moment"),
        ({"due_at": "1951-02-30T00:00:00Z"}, "is not a moment"),
        ({"return_to": "room\u202e8"}, "bidirectional"),
        ({"note": "two\nlines"}, "a line break"),
        ({"note": "n" * 501}, "longer than 500"),
    ],
)
def test_facts_that_leaves_must_not_carry(facts, says):
    """No name of a person, no date that is none, no text that hides something goes on a leaf."""
    with pytest.raises(MalformedError, match=says):
        do(BORN, "issue", {**ISSUE, **facts})


def test_an_office_is_named_by_its_id():
    """Dispatch goes to an office's id."""
    with pytest.raises(MalformedError, match="is not an office id"):
        do(BORN, "dispatch", {**DISPATCH, "office": "Особый сектор"})
    assert do(BORN, "dispatch", {**DISPATCH, "note": ""}).holder == "special"


@pytest.mark.parametrize(
    ("state", "words", "hint"),
    [
        ("allotted", "allotted", "Print it first."),
        ("void", "void", "A void number stays void; allot a further copy instead."),
        ("printed", "printed", "Have it verified first: `cablegram verify copy"),
        ("in_registry", "in the registry", "The registry holds it already."),
        ("issued", "issued to molotov", "Take it back from molotov first: `cablegram return copy"),
        ("filed", "filed", "It lies in the file: `cablegram charge-out copy"),
        ("in_transit", "in transit to molotov", "Wait for the receipt of molotov"),
        ("with_office", "with molotov", "Take it back from molotov first: `cablegram return copy"),
        (
            "disputed",
            "disputed with molotov",
            "Settle it with molotov first: `cablegram settle copy",
        ),
        ("given_back", "given back to moscow", "It is back with moscow"),
        ("destroyed", "destroyed", "A destroyed copy stays destroyed"),
        ("missing", "missing", "Record that it was found first: `cablegram found copy"),
        ("lost", "lost", "Record that it was found first: `cablegram found copy"),
    ],
)
def test_a_refusal_says_where_it_is_and_what_next(state, words, hint):
    """Every state has its words and its next step, with whoever has the copy."""
    copy = replace(FOREIGN, state=State(state), holder="molotov")
    assert words == custody.words(copy)
    act = Act.PRINT if state != "allotted" else Act.ISSUE
    with pytest.raises(CustodyError) as refused:
        do(copy, act, {})
    assert str(refused.value).endswith(f"it is {words}")
    assert refused.value.hint.startswith(hint)
