"""Paperwork: hand receipts, tasks, inquiries, notices, certificates and counter-entries."""

from __future__ import annotations

import pytest

from cablegram.errors import CustodyError, MalformedError, UnknownError
from cablegram.model.acts import State
from offices import CHIEF, digest, found, later, refuses

NOTE = digest("the words of a resolution")


@pytest.fixture
def office():
    return found()


def rows(office, shelf):
    return office.dump()[shelf]


def act(office, name, copy, facts, *, two=""):
    office.give(name, facts, by="makarov", two=two, subjects=[office.copy(copy)])
    return office.copy(copy)


def issue(office, copy, holder="molotov", **facts):
    due_at = later(office.bureau.now(), days=2)
    return act(
        office, "issue", copy, {"holder": holder, "due_at": due_at, "return_to": "here", **facts}
    )


# --- hand receipts --------------------------------------------------------------------------------


def test_a_hand_receipt_closes_when_the_copy_leaves_the_hand(office):
    """Issue opens one, hand-over closes it and opens the next, return closes that."""
    (copy,) = office.in_registry(1)
    office.give("proxy", {"holder": "molotov", "person": "stalin", "may": "receive"})
    issue(office, copy, proxy="stalin", sheets=2)
    act(office, "hand_over", copy, {"holder": "malenkov", "sheets": 2, "hand_receipt": "B-44"})
    act(office, "return", copy, {"sheets": 2})
    told = [
        (r["number"], r["person"], r["proxy"], r["paper"], r["state"], r["given_by"], r["taken_by"])
        for r in rows(office, "hand_receipts")
    ]
    assert [
        (1, "molotov", "stalin", "", "closed", "issue", "hand_over"),
        (2, "malenkov", "", "B-44", "closed", "hand_over", "return"),
    ] == told
    assert {2} == {row["sheets_back"] for row in rows(office, "hand_receipts")}


def test_reading_while_the_messenger_waits_issues_nothing(office):
    """Shown: a receipt opened and closed, one leaf, and the copy never left the registry."""
    copy, lent = office.in_registry(2)
    before = office.size()
    issue(office, lent, "stalin")
    office.clock.pass_(days=3)  # stalin is late: nothing is issued to him, and he may still read
    shown = act(office, "show", copy, {"reader": "stalin", "messenger": "molotov", "sheets": 2})
    assert (State.IN_REGISTRY, "", "") == (shown.state, shown.holder, shown.due_at)
    assert before + 2 == office.size()
    receipt = rows(office, "hand_receipts")[-1]
    assert ("stalin", "molotov", "closed", 2, 2) == tuple(
        receipt[name] for name in ("person", "proxy", "state", "sheets", "sheets_back")
    )
    with refuses(office, "nobody called zzz is known here", UnknownError):
        act(office, "show", copy, {"reader": "stalin", "messenger": "zzz", "sheets": 2})
    with refuses(office, "it is issued to stalin", CustodyError):
        act(office, "show", lent, {"reader": "molotov", "sheets": 2})


def test_a_copy_shown_and_short_of_a_sheet_is_an_inquiry(office):
    """The sheets that came back are counted here too."""
    (copy,) = office.in_registry(1)
    short = act(office, "show", copy, {"reader": "stalin", "sheets": 1})
    assert ("incomplete", 1) == (short.marks, short.sheets)
    assert [("short", copy.handle, "open")] == [
        (row["cause"], row["copy"], row["state"]) for row in rows(office, "inquiries")
    ]
    receipt = rows(office, "hand_receipts")[-1]
    assert (2, 1) == (receipt["sheets"], receipt["sheets_back"])


# --- resolutions and tasks ------------------------------------------------------------------------


def resolve(office, copy, **facts):
    said = {"written_by": "stalin", "evidence": NOTE, **facts}
    act(office, "annotate", copy, said)


def test_a_resolution_becomes_a_task_for_each_who_is_to_act(office):
    """To whom, by when, written by one and entered by another; a note without orders makes none."""
    (copy,) = office.in_registry(1)
    resolve(office, copy)
    assert [] == rows(office, "tasks")
    resolve(office, copy, to="molotov beria molotov", fulfil_by="1951-07-09T12:00:00Z")
    entry = office.size() - 1
    assert [
        (1, "molotov", "1951-07-09T12:00:00Z", "open", "stalin", "makarov", entry, NOTE),
        (2, "beria", "1951-07-09T12:00:00Z", "open", "stalin", "makarov", entry, NOTE),
    ] == [
        (
            r["number"],
            r["person"],
            r["due_at"],
            r["state"],
            r["written_by"],
            r["entered_by"],
            r["leaf_index"],
            r["resolution"],
        )
        for r in rows(office, "tasks")
    ]
    office.clock.pass_(days=400)
    assert {"open"} == {row["state"] for row in rows(office, "tasks")}


def test_a_resolution_that_nobody_can_carry_out_is_refused(office):
    """Strangers, a day without anybody to act, evidence that is no digest."""
    (copy,) = office.in_registry(1)
    with refuses(office, "nobody called zzz", UnknownError):
        resolve(office, copy, to="molotov zzz")
    with refuses(office, "nobody called zzz", UnknownError):
        resolve(office, copy, written_by="zzz")
    with refuses(office, "by when and not who is to act", CustodyError):
        resolve(office, copy, fulfil_by="1951-07-09T12:00:00Z")
    with refuses(office, "a digest is not sha256", MalformedError):
        resolve(office, copy, evidence="word of mouth")


def test_a_report_ends_its_task_on_any_copy_of_the_telegram(office):
    """The resolution stands on copy 1; the report may be entered on copy 2, of no other."""
    first, second = office.in_registry(2)
    (other,) = office.in_registry(1, outgoing=3350)
    resolve(office, first, to="molotov")
    with refuses(office, "task 1 is not of 2/1", CustodyError):
        act(office, "fulfil", other, {"evidence": NOTE, "task": 1})
    with refuses(office, "no open task 7", UnknownError):
        act(office, "fulfil", second, {"evidence": NOTE, "task": 7})
    with refuses(office, "task is not a count", CustodyError):
        act(office, "fulfil", second, {"evidence": NOTE, "task": "1"})
    with refuses(office, "task 1 of molotov is open", CustodyError):
        act(office, "destroy", first, {"method": "burnt", "sheets": 2}, two="vaganov")
    act(office, "fulfil", second, {"evidence": digest("report"), "task": 1})
    (task,) = rows(office, "tasks")
    assert ("done", digest("report"), office.bureau.now()) == (
        task["state"],
        task["report"],
        task["ended_at"],
    )
    with refuses(office, "no open task 1", UnknownError):
        act(office, "fulfil", second, {"evidence": NOTE, "task": 1})
    act(office, "fulfil", second, {"evidence": NOTE})  # a report that answers no task
    act(office, "destroy", first, {"method": "burnt", "sheets": 2}, two="vaganov")


# --- counter-entries ------------------------------------------------------------------------------


def test_a_counter_entry_withdraws_what_a_resolution_ordered(office):
    """One task of it, then all that is left; what was done stays done."""
    (copy,) = office.in_registry(1)
    resolve(office, copy, to="molotov beria malenkov")
    entry = office.size() - 1
    act(office, "fulfil", copy, {"evidence": NOTE, "task": 3})
    wrong = {"entry": entry - 1, "reason": "not for him", "task": 1}
    with refuses(office, f"task 1 came of entry {entry}", CustodyError):
        act(office, "correct", copy, wrong)
    act(office, "correct", copy, {"entry": entry, "reason": "not for him", "task": 1})
    assert ["withdrawn", "open", "done"] == [row["state"] for row in rows(office, "tasks")]


def test_a_counter_entry_changes_no_state_and_names_its_own_copys_entry(office):
    """The wrong entry stays; what puts the copy right is an act of its own."""
    copy, other = office.in_registry(2)
    issue(office, copy)
    entry = office.size() - 1
    after = act(office, "correct", copy, {"entry": entry, "reason": "the wrong copy"})
    assert (State.ISSUED, "molotov") == (after.state, after.holder)
    with refuses(office, "was countered by entry", CustodyError):
        act(office, "correct", copy, {"entry": entry, "reason": "again"})
    with refuses(office, f"entry {entry} is not one of 1/2", CustodyError):
        act(office, "correct", other, {"entry": entry, "reason": "slip"})
    with refuses(office, "entry is not a count", CustodyError):
        act(office, "correct", copy, {"entry": "x", "reason": "slip"})
    with refuses(office, "entry 999999 is not one of", CustodyError):
        act(office, "correct", copy, {"entry": 999_999, "reason": "slip"})


def test_withdrawing_a_whole_resolution(office):
    """Without a task, every open one of it."""
    (copy,) = office.in_registry(1)
    resolve(office, copy, to="molotov beria")
    act(office, "correct", copy, {"entry": office.size() - 1, "reason": "superseded"})
    assert ["withdrawn", "withdrawn"] == [row["state"] for row in rows(office, "tasks")]


# --- inquiries ------------------------------------------------------------------------------------


def rule(office, number, ruling, *, two="vaganov"):
    facts = {"inquiry": number, "ruling": ruling, "reason": "ruled"}
    office.give("rule", facts, by="makarov", two=two)


def test_lost_stands_on_an_inquiry_that_two_closed(office):
    """Missing opens one; its findings are counted; only a ruling lost lets the copy be lost."""
    copy, other = office.in_registry(2)
    act(office, "miss", copy, {"reason": "not seen"})
    act(office, "miss", other, {"reason": "not seen"})
    lost = {"inquiry": 1, "reason": "nothing was found"}
    with refuses(office, "inquiry 1 is not closed", CustodyError):
        act(office, "declare_lost", copy, lost, two="vaganov")
    office.give("finding", {"inquiry": 1, "evidence": NOTE}, by="makarov")
    with refuses(office, "takes two persons"):
        rule(office, 1, "lost", two="")
    with refuses(office, "there is no ruling 'gone'", MalformedError):
        rule(office, 1, "gone")
    with refuses(office, "cannot be ruled found: 1/1 is missing", CustodyError):
        rule(office, 1, "found")
    rule(office, 1, "lost")
    with refuses(office, "inquiry 1 was closed: lost", CustodyError):
        rule(office, 1, "lost")
    with refuses(office, "inquiry 1 was closed: lost", CustodyError):
        office.give("finding", {"inquiry": 1, "evidence": NOTE}, by="makarov")
    with refuses(office, "inquiry 1 is not about 1/2", CustodyError):
        act(office, "declare_lost", other, lost, two="vaganov")
    with refuses(office, "no inquiry 9", UnknownError):
        act(office, "declare_lost", copy, {**lost, "inquiry": 9}, two="vaganov")
    assert State.LOST is act(office, "declare_lost", copy, lost, two="vaganov").state
    act(office, "find", copy, {"reason": "behind the safe", "inquiry": 1})
    assert [("lost", 1), ("", 0)] == [
        (row["ruling"], row["findings"]) for row in rows(office, "inquiries")
    ]


def test_the_compromised_mark_is_contained_by_a_ruling(office):
    """Compromise opens an inquiry, or joins one; contain stands on its ruling."""
    copy, other = office.in_registry(2)
    act(office, "compromise", copy, {"reason": "photographed"})
    with refuses(office, "cannot be ruled lost", CustodyError):
        rule(office, 1, "lost")
    with refuses(office, "inquiry 1 is not closed", CustodyError):
        act(office, "contain", copy, {"inquiry": 1, "reason": "limited"}, two="vaganov")
    rule(office, 1, "contained")
    act(office, "contain", copy, {"inquiry": 1, "reason": "limited"}, two="vaganov")
    assert "" == office.copy(copy).marks
    office.give("inquire", {"copy": other.handle, "reason": "the seal looks odd"}, by="makarov")
    with refuses(office, "inquiry 2 about 1/2 is open already", CustodyError):
        office.give("inquire", {"copy": other.handle, "reason": "again"}, by="makarov")
    with refuses(office, "not in the books", UnknownError):
        office.give("inquire", {"copy": "0" * 32, "reason": "again"}, by="makarov")
    act(office, "compromise", other, {"reason": "it was opened", "inquiry": 2})
    act(office, "miss", other, {"reason": "and is gone"})  # joins the one that is open
    assert 2 == len(rows(office, "inquiries"))
    act(office, "find", other, {"reason": "on the floor"})
    rule(office, 2, "contained")


# --- notices --------------------------------------------------------------------------------------


def test_whoever_has_a_copy_is_owed_word(office):
    """Recall, regrade, extend, compromise: holders; lost and compromised: the originator too."""
    held, kept, gone = office.in_registry(3)
    issue(office, held)
    for name, facts in (
        ("recall", {"reason": "superseded"}),
        ("regrade", {"classification": "secret", "reason": "by their order"}),
    ):
        copies = office.copies([held, kept])
        office.give(name, facts, by="makarov", subjects=copies)
    act(office, "compromise", held, {"reason": "photographed"})
    act(office, "miss", gone, {"reason": "not seen"})
    rule(office, 2, "lost")
    act(office, "declare_lost", gone, {"inquiry": 2, "reason": "gone"}, two="vaganov")
    assert [
        ("molotov", "person", "recall"),
        ("molotov", "person", "regrade"),
        ("molotov", "person", "compromise"),
        ("beijing", "office", "compromise"),
        ("beijing", "office", "declare_lost"),
    ] == [(row["to"], row["kind"], row["act"]) for row in rows(office, "notices")]
    office.give("notice", {"number": "4"}, by="makarov")
    office.give("notice", {"number": 1}, by="makarov")
    for said in ("1", "99", "x"):
        with refuses(office, f"no notice {said} is owed", UnknownError):
            office.give("notice", {"number": said}, by="makarov")
    assert [1, 4] == [row["number"] for row in rows(office, "notices") if row["given_at"]]


def test_an_office_that_has_or_owns_a_copy_is_told_as_an_office(office):
    """Another office's paper: its owner hears that it was compromised; we do not tell ourselves."""
    office.give("accept", {"owner": "provost", "incoming": "5", "sheets": 1}, by="makarov")
    office.give("accept", {"owner": "moscow", "incoming": "6", "sheets": 1}, by="makarov")
    with office.view() as view:
        theirs, ours = (view.copies.find("incoming", n)[0] for n in ("5", "6"))
    act(office, "compromise", theirs, {"reason": "photographed"})
    act(office, "compromise", ours, {"reason": "photographed"})
    assert [("provost", "office")] == [(row["to"], row["kind"]) for row in rows(office, "notices")]


# --- certificates ---------------------------------------------------------------------------------


def test_one_certificate_for_all_that_one_order_destroys(office):
    """Two copies of two sheets, by two; the number is ours, or stands on paper."""
    copies = office.in_registry(4)
    office.give(
        "destroy", {"method": "burnt", "sheets": 2}, by="makarov", two=CHIEF, subjects=copies[:2]
    )
    act(office, "replace_sheet", copies[2], {"sheets": 2, "reason": "torn"})
    spoiled = {"sheets": 2, "reason": "wine", "spoiled": 1, "method": "shredded"}
    act(office, "replace_sheet", copies[2], {**spoiled, "certificate": "A-7"}, two="vaganov")
    assert [
        (1, "destroy", "makarov", "chief", "burnt", 2, 4, ""),
        (2, "replace_sheet", "makarov", "vaganov", "shredded", 1, 1, "A-7"),
    ] == [
        (
            r["number"],
            r["act"],
            r["officer"],
            r["second"],
            r["method"],
            r["copies"],
            r["sheets"],
            r["paper"],
        )
        for r in rows(office, "certificates")
    ]
