"""Routes, references, the disclosure record, consent and what is outstanding, on the books."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cablegram.errors import CustodyError, MalformedError, UnknownError
from cablegram.registry import disclosed, notes, outstanding, references, routes
from offices import CHIEF, digest, found, later, refuses


@pytest.fixture
def office():
    return found()


def act(office, name, copy, facts, *, two=""):
    office.give(name, facts, by="makarov", two=two, subjects=[office.copy(copy)])


def issue(office, copy, holder, **facts):
    due_at = later(office.bureau.now(), days=2)
    act(office, "issue", copy, {"holder": holder, "due_at": due_at, "return_to": "here", **facts})


def stops(office, copy):
    with office.view() as view:
        return [(s.person, s.state.value) for s in routes.stops(view, office_copy(view, copy))]


def office_copy(view, copy):
    return view.copies.get(copy.handle)


# --- routes ----------------------------------------------------------------------------


def test_a_copy_goes_its_route_and_comes_home(office):
    """Issued to the first, handed on, returned by the last; each act moves one stop."""
    (copy,) = office.in_registry(1)
    act(office, "route", copy, {"readers": "stalin/24 molotov"})
    with office.view() as view:
        assert "stalin" == routes.next_reader(view, copy)
    issue(office, copy, "stalin")
    assert [("stalin", "with"), ("molotov", "waiting")] == stops(office, copy)
    office.clock.pass_(hours=30)
    with office.view() as view:
        late = outstanding.find(view, office.bureau.now())
        assert ["stalin"] == [stop.person for stop in late.stops]
    act(office, "hand_over", copy, {"holder": "molotov", "sheets": 2})
    act(office, "return", copy, {"sheets": 2})
    assert [("stalin", "done"), ("molotov", "done")] == stops(office, copy)
    with office.view() as view:
        assert "" == routes.next_reader(view, copy)
        assert () == outstanding.find(view, office.bureau.now()).stops
    issue(office, copy, "beria")  # the route is over: who has it next is anybody's


def test_off_the_route_needs_a_reason(office):
    """At the issue, at the hand-over and on the way home; then it is as the reason says."""
    (copy,) = office.in_registry(1)
    act(office, "route", copy, {"readers": "stalin molotov"})
    with refuses(office, "1/1: the copy would go to beria off its route", CustodyError):
        issue(office, copy, "beria")
    issue(office, copy, "stalin")
    with refuses(office, "off its route: molotov is next", CustodyError):
        act(office, "hand_over", copy, {"holder": "beria", "sheets": 2})
    with refuses(office, "would leave its route", CustodyError):
        act(office, "return", copy, {"sheets": 2})
    act(office, "return", copy, {"sheets": 2, "reason": "recalled by telephone"})
    assert [("stalin", "done"), ("molotov", "left")] == stops(office, copy)


def test_a_new_route_takes_the_place_of_the_running_one(office):
    """The old one stays listed; who has the copy is the first of the new, if named first."""
    (copy,) = office.in_registry(1)
    act(office, "route", copy, {"readers": "stalin molotov"})
    issue(office, copy, "stalin")
    act(office, "route", copy, {"readers": "stalin beria", "reason": "molotov is away"})
    assert [("stalin", "with"), ("beria", "waiting")] == stops(office, copy)
    old = [row for row in office.dump()["routes"] if row["round"] == 1]
    assert ["done", "left"] == [row["state"].value for row in old]
    act(office, "hand_over", copy, {"holder": "beria", "sheets": 2})
    act(office, "return", copy, {"sheets": 2})
    act(office, "route", copy, {"readers": "molotov"})
    assert [("molotov", "waiting")] == stops(office, copy)


def test_a_route_of_strangers_is_none(office):
    """Readers whom the books know, spelled as a route is."""
    (copy,) = office.in_registry(1)
    with refuses(office, "nobody called zzz", UnknownError):
        act(office, "route", copy, {"readers": "stalin zzz"})
    with refuses(office, "does not say how many hours", MalformedError):
        act(office, "route", copy, {"readers": "stalin/x"})


# --- references ----------------------------------------------------------------------------


def test_a_spravka_stands_on_both_telegrams(office):
    """One order, two leaves; each is found from the other."""
    first = office.telegram().telegram
    second = office.telegram(outgoing=3350).telegram
    size = office.size()
    facts = {"telegram": second.handle, "relation": "in_reply_to", "other": first.handle}
    office.give("refer", facts, by="makarov")
    assert size + 2 == office.size()
    office.give(
        "refer",
        {"telegram": first.handle, "relation": "see_also", "office": "provost", "number": "12/7"},
        by="makarov",
    )
    office.give(
        "refer",
        {"telegram": first.handle, "relation": "supplements", "office": "provost", "number": "13"},
        by="makarov",
    )
    with office.view() as view:
        assert [("in reply to", first.handle)] == [
            (words, row.other) for words, row in references.of(view, second)
        ]
        assert [("see also", "12/7"), ("supplements", "13"), ("answered by", "")] == [
            (words, row.their_number) for words, row in references.of(view, first)
        ]


def test_a_spravka_to_nothing_is_refused(office):
    """To itself, to two things, to half a number, twice, by no relation, from nowhere."""
    one = office.telegram().telegram.handle
    two = office.telegram(outgoing=3350).telegram.handle

    def refer(**facts):
        office.give("refer", {"telegram": one, "relation": "see_also", **facts}, by="makarov")

    refer(other=two)
    for facts, says, error in (
        ({}, "to a telegram of ours, or to an office", CustodyError),
        ({"office": "provost"}, "to a telegram of ours, or to an office", CustodyError),
        ({"number": "3"}, "to a telegram of ours, or to an office", CustodyError),
        (
            {"other": two, "office": "provost", "number": "3"},
            "to a telegram of ours, or to an office",
            CustodyError,
        ),
        ({"other": one}, "referred to itself", CustodyError),
        ({"other": two}, "reference 1 says so already", CustodyError),
        ({"other": "0" * 32}, "not in the books", UnknownError),
        ({"telegram": "0" * 32, "other": two}, "not in the books", UnknownError),
        ({"relation": "like", "other": two}, "there is no relation 'like'", MalformedError),
        ({"office": "No", "number": "3"}, "is not an office id", MalformedError),
        ({"office": "provost", "number": "3" * 41}, "longer than 40", MalformedError),
    ):
        with refuses(office, says, error):
            refer(**facts)


# --- the disclosure record -----------------------------------------------------------------------


def test_everyone_who_has_seen_a_copy_once_each(office):
    """By the first act each saw it by; from the leaves alone."""
    copy, other = office.in_registry(2)
    office.give("proxy", {"holder": "stalin", "person": "beria", "may": "open"})
    issue(office, copy, "stalin", proxy="beria")
    act(office, "read", copy, {"reader": "stalin"})
    act(office, "hand_over", copy, {"holder": "molotov", "sheets": 2})
    act(office, "annotate", copy, {"written_by": "molotov", "evidence": digest("note")})
    act(office, "return", copy, {"sheets": 2})
    act(office, "show", other, {"reader": "malenkov", "messenger": "beria", "sheets": 2})
    with office.view() as view:
        one = disclosed.of_copy(view, office_copy(view, copy))
        whole = disclosed.of_telegram(view, view.telegrams.get(copy.telegram))
    assert [
        ("chief", "print"),
        ("makarov", "verify"),
        ("stalin", "issue"),
        ("beria", "issue"),
        ("molotov", "hand_over"),
    ] == [(seen.who, seen.act) for seen in one]
    assert [
        ("chief", "open", ""),
        ("makarov", "verify", "1/1"),
        ("stalin", "issue", "1/1"),
        ("beria", "issue", "1/1"),
        ("molotov", "hand_over", "1/1"),
        ("malenkov", "show", "1/2"),
    ] == [(seen.who, seen.act, seen.copy) for seen in whole]


@pytest.mark.parametrize(("may", "has_seen"), [("receive", False), ("open", True)])
def test_a_proxy_who_may_only_receive_has_seen_nothing(office, may, has_seen):
    """A sealed packet in hand is not a copy read; what was ordered then counts, not later."""
    (copy,) = office.in_registry(1)
    said = {"holder": "stalin", "person": "beria"}
    office.give("proxy", {**said, "may": may})
    issue(office, copy, "stalin", proxy="beria")
    office.give("unproxy", {**said, "reason": "back at his desk"})
    office.give("proxy", {**said, "may": "receive" if has_seen else "open"})
    with office.view() as view:
        seen = {one.who for one in disclosed.of_copy(view, office_copy(view, copy))}
    assert {"stalin"} <= seen
    assert has_seen == ("beria" in seen)


def test_whoever_burnt_a_spoiled_print_has_seen_it(office):
    """Reprint: both persons had the spoiled sheets in their hands."""
    entered = office.telegram()
    (copy, *_) = office.printed(entered.copies[:1])
    act(office, "reprint", copy, {"reason": "smudged", "sheets": 2}, two="vaganov")
    with office.view() as view:
        seen = disclosed.of_copy(view, office_copy(view, copy))
    assert ["chief", "makarov", "vaganov"] == [one.who for one in seen]


# --- consent ----------------------------------------------------------------------------


def test_consent_is_a_scan_kept_here_or_what_came_from_them(office):
    """Not a word, not another office's paper, not an envelope nobody has opened."""
    entered = office.telegram()
    theirs = office.telegram(outgoing=3350).telegram
    others = office.telegram(outgoing=3351, sender="pyongyang").telegram
    scan = office.bureau.blobs.put(b"scan")
    unread = office.bureau.blobs.put(b"sealed")
    with office.page() as page:
        page.incoming.add(replace(page.incoming.find(limit=1)[0], digest=unread))

    def allot(number, consent):
        facts = {"copy": number, "made": number, "whom": "file", "consent": consent}
        first = office.sign("allot", facts, subjects=[entered_subject(office, entered)])
        office.perform([first, office.second(first, by="makarov")])

    with refuses(office, "'by telephone' names nothing in which beijing agreed", CustodyError):
        allot(5, "by telephone")
    for consent in (digest("nothing"), others.letter, unread):
        with refuses(office, "nothing that came from beijing, nor a scan", CustodyError):
            allot(5, consent)
    allot(5, theirs.letter)
    allot(6, scan)
    with office.view() as view:
        (row,) = view.notes.find()
        assert (scan, "allot") == (row.digest, row.act)
        assert row == notes.find(view, scan)
        with pytest.raises(UnknownError, match="no act has brought such a note"):
            notes.find(view, digest("nothing"))


def entered_subject(office, entered):
    from cablegram.model.orders import Subject

    return Subject(entered.telegram.handle, 1)


def test_the_newest_note_of_a_copy(office):
    """What came last with an act on it; a digest whose words are not here is in the leaf alone."""
    copy, other = office.in_registry(2)
    for words in (b"first", b"second", b"first"):
        evidence = office.bureau.blobs.put(words)
        act(office, "annotate", copy, {"written_by": "stalin", "evidence": evidence})
    act(office, "annotate", other, {"written_by": "stalin", "evidence": digest("elsewhere")})
    with office.view() as view:
        newest = notes.newest(view, copy)
        assert office.bureau.blobs.put(b"second") == newest.digest
        with pytest.raises(UnknownError, match="no note lies with 1/2"):
            notes.newest(view, other)


def test_what_is_outstanding_as_of_a_moment(office):
    """Tasks with a day, readers past their hours, open inquiries, owed notices."""
    (copy,) = office.in_registry(1)
    act(
        office,
        "annotate",
        copy,
        {
            "written_by": "stalin",
            "evidence": digest("note"),
            "to": "molotov",
            "fulfil_by": "1951-07-09T12:00:00Z",
        },
    )
    office.give("compromise", {"reason": "photographed"}, by=CHIEF, subjects=[office.copy(copy)])
    with office.view() as view:
        before = outstanding.find(view, "1951-07-09T12:00:00Z")
        after = outstanding.find(view, "1951-07-09T12:00:01Z")
    assert ((), 1) == (before.tasks, len(after.tasks))
    assert ["compromised"] == [row.cause for row in after.inquiries]
    assert ["beijing"] == [row.to for row in after.notices]
