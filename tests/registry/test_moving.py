"""Moving copies: the rules that need the books, all or nothing, a leaf for every change."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from cablegram.errors import CustodyError, OrderError, UnknownError
from cablegram.ledger import audit, log
from cablegram.model.acts import Act, State
from cablegram.model.handling import Precedence, default_series
from cablegram.model.orders import Subject
from cablegram.model.times import Counted, ReturnTerm, Unit
from cablegram.registry import custody, entries, returns
from cablegram.wire import canonical, leaf
from offices import CHIEF, READERS, START, digest, found, later, refuses

DUE = "1951-07-11T17:00:00Z"  # six 24-hour days after the telegram was received at START


@pytest.fixture(params=["memory", "sqlite"])
def office(request, tmp_path):
    """The rules are the same whatever the books lie in."""
    return found(folder=tmp_path if request.param == "sqlite" else None)


def issue(office, copies, holder="molotov", *, due_at=DUE, **facts):
    said = {"holder": holder, "due_at": due_at, "return_to": "the Eighth Department", **facts}
    office.give("issue", said, by="makarov", subjects=office.copies(copies))
    return office.copies(copies)


# --- one order, many copies -----------------------------------------------------------------------


def test_a_life(office):
    """Issue, hand over, return, file, charge out, destroy: each one leaf, in its place."""
    (copy,) = office.in_registry(1)
    before = office.size()
    issue(office, [copy])
    for act, facts, two in (
        ("hand_over", {"holder": "malenkov", "sheets": 2}, ""),
        ("return", {"sheets": 2}, ""),
        ("file", {"place": "case 12"}, ""),
        ("charge_out", {"reason": "burning"}, ""),
        ("destroy", {"method": "burnt", "sheets": 2}, "vaganov"),
    ):
        office.give(act, facts, by="makarov", two=two, subjects=[office.copy(copy)])
    told = office.leaves()[before:]
    assert [
        ("issue", 4, "molotov", ""),
        ("hand_over", 5, "malenkov", ""),
        ("return", 6, "", ""),
        ("file", 7, "", ""),
        ("charge_out", 8, "", ""),
        ("destroy", 9, "", "vaganov"),
    ] == [(entry.act, entry.seq, entry.holder, entry.second) for _, entry in told]
    for _, entry in told:
        assert ("copy", copy.handle, "makarov", "copy 1 of 4", copy.telegram, "moscow") == (
            entry.kind,
            entry.subject,
            entry.officer,
            entry.numbers,
            entry.telegram,
            entry.office,
        )
    assert '{"certificate":"1","method":"burnt","sheets":2}' == told[-1][1].evidence
    assert State.DESTROYED is office.copy(copy).state


def test_a_batch_is_all_or_nothing(office):
    """One copy of four that cannot go keeps the other three; then all go with one order."""
    copies = office.in_registry(4)
    issue(office, copies[3:])
    with refuses(office, "1/4 cannot be filed: it is issued to molotov", CustodyError):
        office.give("file", {"place": "case 1"}, subjects=office.copies(copies))
    size = office.size()
    done = office.give("file", {"place": "case 1"}, subjects=copies[:3])
    assert size + 3 == office.size()
    assert tuple(copy.handle for copy in copies[:3]) == done.copies
    assert {"filed"} == {office.copy(copy).state.value for copy in copies[:3]}


def test_a_stale_order_moves_nothing(office):
    """What changed since the officer looked must be looked at again."""
    (copy,) = office.in_registry(1)
    stale = office.sign("file", {"place": "case 1"}, subjects=[copy])
    issue(office, [copy])
    with refuses(office, "21497/1".replace("21497", "1"), CustodyError) as refused:
        office.perform([stale])
    assert "has changed since the order was made: it is issued to molotov" in str(refused[0])
    for expected in (0, 1, 99):
        with refuses(office, "has changed since", CustodyError):
            office.give("return", {"sheets": 2}, subjects=[Subject(copy.handle, expected)])


def test_every_leaf_opens_what_it_says(office):
    """Entry and seed beside each leaf make that very leaf; the audit's replay agrees."""
    copies = office.in_registry(2)
    issue(office, copies)
    with office.view() as books:
        rows = books.leaves.find()
    assert list(range(len(rows))) == [row.index for row in rows]
    for row in rows:
        entry = leaf.decode_entry(row.entry)
        assert row.leaf == leaf.make(entry, row.seed)
        assert (row.kind, row.act, row.subject, row.seq) == (
            entry.kind,
            entry.act,
            entry.subject,
            entry.seq,
        )
    assert len(rows) == len({row.seed for row in rows})
    replayed = audit.custody((row.index, row.kind, row.act, row.subject, row.seq) for row in rows)
    assert {"issued": 2, "allotted": 2} == dict(replayed.by_state)
    assert len(rows) == log.sign_checkpoint(office.bureau, office.signer).size


def test_move_refuses_what_moves_no_copy(office):
    """``move`` takes orders that move copies in the books; nothing else passes through it."""
    copies = office.in_registry(1)
    for act, facts in (
        ("settle", {"name": "cover/X", "value": "x"}),
        ("allot", {"copy": 5, "made": 5, "whom": "file"}),
        ("accept", {"owner": "beijing", "incoming": "1", "sheets": 1}),
    ):
        signed = office.sign(act, facts, subjects=copies)
        with (
            refuses(office, f"{act} does not move a copy", OrderError),
            office.page() as page,
        ):
            custody.move(page, [signed], office.bureau)


def test_move_of_some_of_an_orders_copies(office):
    """The room prints copy by copy: what the act brings forth says which; none named is refused."""
    made = office.telegram().copies
    signed = office.sign("print", {}, subjects=made)
    facts = {"print_number": 1, "digest": digest("x"), "sheets": 2}
    with office.page() as page:
        moved = custody.move(page, [signed], office.bureau, {made[1].handle: facts})
    assert [made[1].handle] == [copy.handle for copy in moved.copies]
    assert office.size() - 1 == moved.leaf_index
    with (
        refuses(office, "print was ordered on no copy", CustodyError),
        office.page() as page,
    ):
        custody.move(page, [signed], office.bureau, {"f" * 32: facts})


# --- who may verify -------------------------------------------------------------------------------


def test_who_opened_or_printed_does_not_verify(office):
    """The books know who opened and who printed; a third person verifies."""
    made = office.telegram(by="vaganov").copies
    printed = office.printed(made, by=CHIEF)
    for person in (CHIEF, "vaganov"):
        with refuses(office, f"cannot be verified by {person}", CustodyError):
            office.give("verify", {}, by=person, subjects=printed)
    with refuses(office, "no standing order 1 lets vaganov verify", CustodyError):
        office.give("verify", {"waiver": "1"}, by="vaganov", subjects=printed[:1])
    office.give("waive", {"what": "verify", "person": "vaganov", "reason": "a post of two"})
    office.give("verify", {"waiver": "1"}, by="vaganov", subjects=printed[:1])
    assert "1" == office.copy(printed[0]).waiver
    office.give("verify", {}, by="makarov", subjects=printed[1:])
    assert {"in_registry"} == {copy.state.value for copy in office.copies(made)}
    done = office.give("accept", {"owner": "provost", "sheets": 1, "incoming": "9"})
    with refuses(office, "cannot be verified: it is in the registry", CustodyError):
        office.give("verify", {}, by="makarov", subjects=office.copies(done.copies))


# --- due dates: nested, the stricter holds --------------------------------------------------------


def test_the_term_of_the_series(office):
    """Six 24-hour days from receipt, to the second; neither later nor already passed."""
    copy, other, *_ = office.in_registry(3)
    office.clock.pass_(days=2)
    for due_at in (later(DUE, seconds=1), "1952-01-01T00:00:00Z"):
        with refuses(office, f"it is due back by {DUE}", CustodyError) as refused:
            issue(office, [copy], due_at=due_at)
        assert f"Give a due date up to {DUE}." == refused[0].hint
    with refuses(office, "which has passed", CustodyError):
        issue(office, [copy], due_at=office.bureau.now())
    with refuses(office, "issue was ordered without due at", CustodyError):
        issue(office, [copy], due_at="")
    assert DUE == issue(office, [copy])[0].due_at
    assert START < issue(office, [other], due_at=later(START, days=3))[0].due_at
    out = office.copy(other)
    with office.view() as books:
        assert (DUE, "the Eighth Department") == returns.latest(
            books, out, office.bureau.now(), office.bureau
        )


@pytest.mark.parametrize(
    ("returned", "end"),
    [
        (ReturnTerm(4, Unit.DAYS_24H, Counted.RECEIVED, "Beijing"), later(START, days=4)),
        (ReturnTerm(9, Unit.DAYS_24H, Counted.RECEIVED, "Beijing"), DUE),
        (ReturnTerm(2, Unit.DAYS_24H, Counted.PRINTED, "Beijing"), later(START, days=3)),
        (ReturnTerm(1, Unit.DAYS_24H, Counted.ISSUED, "Beijing"), later(START, days=3)),
        (ReturnTerm(1, Unit.CALENDAR_DAYS, Counted.RECEIVED, "Beijing"), "1951-07-06T23:59:59Z"),
        (None, DUE),
    ],
)
def test_the_stricter_of_senders_and_ours(office, returned, end):
    """Counted from receipt, from the print run (a day later) or from the issue (two days later)."""
    entered = office.telegram(returned=returned)
    office.clock.pass_(days=1)
    printed = office.printed(entered.copies)
    office.give("verify", {}, by="makarov", subjects=printed)
    office.clock.pass_(days=1)
    said = "had to be back by" if end <= office.bureau.now() else "it is due back by"
    with refuses(office, f"{said} {end}", CustodyError):
        issue(office, printed[:1], due_at=later(end, seconds=1))


def test_the_zone_is_the_offices(tmp_path):
    """Calendar days end with the office's day, not with Greenwich's."""
    moscow = ZoneInfo("Europe/Moscow")
    regime = replace(
        default_series("T", "here"), term=ReturnTerm(1, Unit.CALENDAR_DAYS, Counted.ISSUED, "here")
    )
    office = found(regime=regime, zone=moscow)
    (copy,) = office.in_registry(1)
    # 5 July 20.00 in Moscow (UTC+3 that summer): the day after ends at 20.59.59 UTC.
    issue(office, [copy], due_at="1951-07-06T20:59:59Z")


def test_counted_from_a_print_run_that_is_not_there():
    """Without a run to count from, the term counts from now."""
    term = ReturnTerm(6, Unit.DAYS_24H, Counted.PRINTED, "here")
    office = found(regime=replace(default_series("T", "here"), term=term))
    made = office.telegram().copies
    with office.view() as books:
        end, _ = returns.latest(books, made[0], "1951-08-01T00:00:00Z", office.bureau)
        assert "1951-08-07T00:00:00Z" == end
        lost = replace(made[0], print_number=9)
        end, _ = returns.latest(books, lost, "1951-08-01T00:00:00Z", office.bureau)
        assert "1951-08-07T00:00:00Z" == end


def test_an_extension_lets_a_copy_out_again(office):
    """After the six days a copy stays in, until its term is extended; recalled, it stays in."""
    copy, called, *_ = office.in_registry(2)
    office.clock.pass_(days=10)
    for due in (later(START, days=12), later(START, days=5), DUE):
        with refuses(office, f"had to be back by {DUE}", CustodyError) as refused:
            issue(office, [copy], due_at=due)
        assert refused[0].hint.startswith("Give it more time first: `cablegram extend 1/1 --due")
    longer = later(START, days=14)
    office.give(
        "extend", {"due_at": longer, "reason": "their 3360"}, subjects=office.copies([copy])
    )
    with refuses(office, f"it is due back by {longer}", CustodyError):
        issue(office, [copy], due_at=later(longer, seconds=1))
    assert longer == issue(office, [copy], due_at=longer)[0].due_at
    office.give("return", {"sheets": 2}, by="makarov", subjects=office.copies([copy]))
    with refuses(office, f"had to be back by {DUE}", CustodyError):
        issue(office, [copy], due_at=longer)
    office.give(
        "recall", {"reason": "x", "due_at": later(START, days=30)}, subjects=office.copies([called])
    )
    with refuses(office, f"had to be back by {DUE}", CustodyError):
        issue(office, [called], due_at=later(START, days=12))


def test_an_extension_of_what_is_out(office):
    """The originator or the chief gives a later date to whoever has it."""
    (copy,) = issue(office, office.in_registry(1))
    longer = later(DUE, days=3)
    office.give("extend", {"due_at": longer, "reason": "leave"}, subjects=[copy])
    assert longer == office.copy(copy).due_at


# --- overdue is a flag, supply hold a rule --------------------------------------------------------


def late(office, *holders):
    """Whose copies are overdue: these holders' or anybody's, oldest first."""
    with office.view() as books:
        found = [
            copy
            for holder in holders or READERS
            for copy in returns.overdue(books, office.bureau.now(), holder)
        ]
        first = returns.longest_overdue(books, office.bureau.now(), holders[0]) if holders else None
    assert first == (found[0] if found and holders else None)
    return [copy.number for copy in sorted(found, key=lambda copy: copy.due_at)]


def test_the_clock_only_flags(office):
    """A year passes, and passes back: what is overdue changes, no row does."""
    copies = office.in_registry(4)
    issue(office, copies[:2])
    issue(office, copies[2:3], "malenkov", due_at=later(START, days=1))
    before = office.dump()
    assert [] == late(office)
    office.clock.set(later(START, days=1, seconds=1))
    assert [3] == late(office) == late(office, "malenkov")
    assert [] == late(office, "molotov")
    office.clock.set(DUE)
    assert [3] == late(office)  # due at that second, not past it
    office.clock.set(later(DUE, seconds=1))
    assert [3, 1, 2] == sorted(late(office), key=[3, 1, 2].index)
    assert 3 == late(office)[0]
    office.clock.pass_(days=365)
    assert 3 == len(late(office))
    office.clock.set(START)
    assert [] == late(office)
    assert before == office.dump()


def test_supply_hold(office):
    """With anything overdue a holder is issued nothing more, not even by hand-over."""
    copies = office.in_registry(4)
    issue(office, copies[:1], due_at=later(START, days=1))
    issue(office, copies[1:2], "malenkov")
    office.clock.pass_(days=2)
    said = "nothing more is issued to molotov, who has 1 overdue (0 may be): 1/1 was due back"
    with refuses(office, said, CustodyError) as no:
        issue(office, copies[2:3])
    assert no[0].hint.startswith("Take back 1/1 first, or give a signed exception")
    with refuses(office, "nothing more is issued to molotov", CustodyError):
        office.give(
            "hand_over", {"holder": "molotov", "sheets": 2}, subjects=office.copies(copies[1:2])
        )
    issue(office, copies[3:], "beria")
    office.give("return", {"sheets": 2}, by="makarov", subjects=office.copies(copies[:1]))
    issue(office, copies[2:3])


def test_supply_hold_yields_to_a_signed_exception(office):
    """With its reason on the leaf, for an issue and a hand-over."""
    copies = office.in_registry(3)
    issue(office, copies[:1], due_at=later(START, days=1))
    office.clock.pass_(days=2)
    issue(office, copies[1:2], exception="the minister asked")
    assert "the minister asked" in office.leaves()[-1][1].evidence
    issue(office, copies[2:], "malenkov")
    office.give(
        "hand_over",
        {"holder": "molotov", "sheets": 2, "exception": "the minister asked"},
        subjects=office.copies(copies[2:]),
    )


def test_supply_hold_yields_to_precedence(office):
    """At or above the series' precedence a copy is issued all the same."""
    routine = office.in_registry(2)
    issue(office, routine[:1], due_at=later(START, days=1))
    immediate = office.in_registry(1, outgoing=3350, precedence="IMMEDIATE")
    flash = office.in_registry(1, outgoing=3351, precedence="FLASH")
    office.clock.pass_(days=2)
    with refuses(office, "nothing more is issued to molotov", CustodyError):
        issue(office, immediate)
    issue(office, flash)


@pytest.mark.parametrize("allowance", [1, 2])
def test_the_allowance_of_the_series(allowance):
    """So many overdue are borne; one more holds."""
    regime = replace(default_series("T", "here"), allowance=allowance, exempt=Precedence.IMMEDIATE)
    office = found(regime=regime)
    copies = office.in_registry(4)
    issue(office, copies[:allowance], due_at=later(START, days=1))
    office.clock.pass_(days=2)
    issue(office, copies[3:], due_at=later(START, days=3))
    office.clock.pass_(days=2)
    with refuses(office, "nothing more is issued", CustodyError):
        issue(office, copies[2:3], due_at=later(START, days=5))


def test_a_copy_does_not_hold_itself(office):
    """A hand-over to who has it already overdue is no new supply."""
    (copy,) = office.in_registry(1)
    issue(office, [copy], due_at=later(START, days=1))
    office.clock.pass_(days=2)
    office.give("hand_over", {"holder": "molotov", "sheets": 2}, subjects=[office.copy(copy)])


def test_another_series_has_its_own_term(office):
    """A telegram of a series that is settled here goes by it; of one that is not, by ours."""
    long = replace(
        default_series("G", "here"), term=ReturnTerm(30, Unit.DAYS_24H, Counted.RECEIVED, "here")
    )
    office.settle(long)
    (g,) = office.in_registry(1, series="G", outgoing=1)
    (x,) = office.in_registry(1, series="X", outgoing=2)
    issue(office, [g], due_at=later(START, days=30))
    with refuses(office, f"it is due back by {DUE}", CustodyError):
        issue(office, [x], due_at=later(START, days=30))


# --- extra copies ---------------------------------------------------------------------------------


def allot(office, telegram, number, *, two="", whom="file", **facts):
    scan = office.bureau.blobs.put(b"a scan of their consent")
    said = {"copy": number, "made": number, "whom": whom, "consent": scan, **facts}
    return office.give("allot", said, two=two, subjects=[Subject(telegram.handle, 1)])


def test_an_extra_copy(office):
    """The next number, with consent and by two; the sheets printed before keep what they say."""
    entered = office.telegram()
    for facts, two, says in (
        ({}, "", "allot takes two persons"),
        ({"consent": ""}, "makarov", "without the originator's consent"),
        ({"copy": 6}, "makarov", "the next copy of 1 is number 5"),
        ({"made": 4}, "makarov", "the next copy of 1 is number 5"),
        ({"copy": 4, "made": 4}, "makarov", "the next copy of 1 is number 5"),
        ({"whom": "stranger"}, "makarov", "nobody here goes by the name stranger"),
    ):
        with refuses(office, says, CustodyError):
            allot(office, entered.telegram, 5, two=two, **facts)
    done = allot(office, entered.telegram, 5, two="makarov")
    (handle,) = done.copies
    extra = office.copy(handle)
    assert (5, 5, "file", State.ALLOTTED, 1) == (
        extra.number,
        extra.made,
        extra.whom,
        extra.state,
        extra.seq,
    )
    assert [4, 4, 4, 4] == [copy.made for copy in office.copies(entered.copies)]
    allot(office, entered.telegram, 6, two="makarov", whom=CHIEF)


def test_an_extra_copy_of_nothing(office):
    """One telegram of ours, and only one."""
    entered = office.telegram()
    said = {"copy": 5, "made": 5, "whom": "file", "consent": "x"}
    two = [Subject(entered.telegram.handle, 1), Subject("f" * 32, 1)]
    for subjects in ([], two):
        with refuses(office, "an extra copy is of one telegram", OrderError):
            office.give("allot", said, two="makarov", subjects=subjects)
    with refuses(office, "names no telegram of ours", OrderError):
        office.give("allot", said, two="makarov", subjects=two[1:])
    with office.page() as page:
        page.telegrams.put(replace(entered.telegram, handle="f" * 32, direction="out"))
    with refuses(office, "names no telegram of ours", OrderError):
        office.give("allot", said, two="makarov", subjects=two[1:])


def test_an_unknown_copy(office):
    """A handle that is in no book."""
    with refuses(office, "names a copy that is not in the books", UnknownError):
        office.give("return", {"sheets": 1}, subjects=[Subject("e" * 32, 1)])


def test_evidence_is_the_facts(office):
    """The leaf of an act holds its facts as canonical JSON; of an act without facts, nothing."""
    assert "" == entries.evidence({})
    assert '{"a":1,"b":"x"}' == entries.evidence({"b": "x", "a": 1})
    copies = office.in_registry(1)
    assert "" == office.leaves()[-1][1].evidence
    issue(office, copies)
    said = canonical.decode(office.leaves()[-1][1].evidence.encode())
    assert {
        "holder": "molotov",
        "due_at": DUE,
        "return_to": "the Eighth Department",
        "hand_receipt": "1",  # taken by the act itself
    } == said
    assert Act.ISSUE.value == office.leaves()[-1][1].act


def test_nobody_unknown_gets_a_copy(office):
    """A slip of the pen is not a new holder, nor a way round a supply hold."""
    (copy,) = office.in_registry(1)
    with refuses(office, "nobody called stlin is known here", UnknownError) as refused:
        issue(office, [copy], "stlin")
    assert refused[0].hint.startswith("Did you mean stalin?")
    with refuses(office, "nobody called zzz is known here", UnknownError) as refused:
        issue(office, [copy], "stalin", proxy="zzz")
    assert "Enter them first: `cablegram office person zzz`." == refused[0].hint
    office.give("settle", {"name": "person/zzz", "value": "zzz"})
    with refuses(office, "names another person than it says", OrderError):
        office.give("settle", {"name": "person/zzz", "value": "yyy"})
    assert "zzz" == issue(office, [copy], "zzz")[0].holder


def test_sheets_short_are_an_inquiry_and_sheets_too_many_a_slip(office):
    """More than were made is refused; fewer marks the copy, sounds an alarm and bars its end."""
    (copy,) = office.in_registry(1)
    issue(office, [copy])
    with refuses(office, "has 2 sheets, and 9 were counted", CustodyError):
        office.give("return", {"sheets": 9}, by="makarov", subjects=office.copies([copy]))
    office.give("return", {"sheets": 1}, by="makarov", subjects=office.copies([copy]))
    short = office.copy(copy)
    assert ("incomplete", 1) == (short.marks, short.sheets)
    with office.view() as books:
        (alarm,) = books.alarms.find()
    assert ("short", "molotov", "open") == (alarm.kind, alarm.office, alarm.state)
    assert alarm.words.endswith("has 1 of 2 sheets")
    facts = {"method": "burnt", "sheets": 1}
    first = office.sign("destroy", facts, by="makarov", subjects=[short])
    with refuses(office, "short of a sheet", CustodyError):
        office.perform([first, office.second(first, by="chief")])
    office.give("replace_sheet", {"sheets": 2, "reason": "found"}, subjects=[short])
    whole = office.copy(copy)
    assert ("", 2) == (whole.marks, whole.sheets)


@pytest.mark.parametrize("act", ["recall", "dispatch"])
def test_nothing_is_due_in_the_past(office, act):
    """A date that has gone by is a slip, not a supply hold at once."""
    (copy,) = office.in_registry(1)
    facts = {"due_at": "1951-07-01T00:00:00Z"}
    facts |= {"reason": "x"} if act == "recall" else {"office": "special", "carrier": "c"}
    office.know(found("special"))
    with refuses(office, "which has passed", CustodyError):
        office.give(act, facts, subjects=office.copies([copy]))
