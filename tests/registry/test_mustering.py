"""Musters in sittings: what was frozen, what was seen, and what was done in between."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cablegram.errors import CustodyError, MalformedError, OrderError, UnknownError
from cablegram.model import check
from cablegram.model.acts import State
from cablegram.model.muster import Outcome
from cablegram.registry import duties, mustering, musters
from cablegram.wire import canonical
from offices import digest, found, later, refuses
from registry.test_passing import accept, acquainted, dispatch, post, settle_receipts

DUE = "1951-07-11T17:00:00Z"
TERM = {"holder": "molotov", "due_at": DUE, "return_to": "here"}


@pytest.fixture
def moscow():
    return found()


@pytest.fixture
def special(moscow):
    return acquainted(moscow, found("special", others=("poskrebyshev",)))


def opening(office, *names, **facts):
    if names:
        facts["named"] = musters.digest_of(names)
    done = office.give("open_muster", facts, matter="\n".join(names).encode())
    return int(done.answer)


def sight(office, number, *seen, by="makarov", **facts):
    said = {"muster": str(number), "sighted": musters.digest_of(seen), **facts}
    return int(office.give("sight", said, by=by, matter="\n".join(seen).encode()).answer)


def outcome(office, number):
    with office.view() as books:
        row = books.musters.get(number)
        if row.state == mustering.CLOSED:
            return json.loads(row.outcome)
        return json.loads(mustering.encode(books, mustering.conclude_now(books, row)))


def close(office, number, *, by="chief", two="makarov"):
    with office.view() as books:
        row = books.musters.get(number)
        named = canonical.digest(mustering.encode(books, mustering.conclude_now(books, row)))
    office.give("close_muster", {"muster": str(number), "outcome": named}, by=by, two=two)
    return outcome(office, number)


def lists(said, *names):
    return tuple(sorted(said[name]) for name in names)


def code(number, cable=1, office="moscow"):
    return check.code(office, cable, number)


def test_opened_sighted_by_two_people_and_closed_by_two(moscow):
    """Scanned, typed with check characters and typed plain; what is frozen is on the ledger."""
    moscow.in_registry(4)
    number = opening(moscow, note="yearly")
    leaf = moscow.leaves()[-1][1]
    with moscow.view() as books:
        frozen = books.muster_lists.get(number, 0)
        handles = [handle for handle, _ in mustering.expected_of(books, number)]
    assert ("open_muster", "muster 1") == (leaf.act, leaf.numbers)
    said = json.loads(leaf.evidence)
    assert (4, canonical.digest(frozen.listed)) == (said["copies"], said["expected"])
    assert sorted(handles) == handles
    assert 1 == sight(moscow, number, code(1), place="shelf 1")
    typed = f"1/2-{check.of_copy('moscow', 1, 2)}"
    assert 2 == sight(moscow, number, typed, "1/3", "9/9", by="vaganov")
    before = outcome(moscow, number)
    assert (["1/1", "1/2", "1/3"], ["1/4"]) == lists(before, "sighted", "unsighted")
    assert (["9/9"], ["1/3", "9/9"]) == lists(before, "unknown", "unchecked")
    facts = {"muster": "1", "outcome": digest("another")}
    with refuses(moscow, "takes two persons", OrderError):
        moscow.give("close_muster", facts)
    with refuses(moscow, "another outcome than the one that was signed", CustodyError):
        moscow.give("close_muster", facts, two="makarov")
    assert before == close(moscow, number)
    with moscow.view() as books:
        row = books.musters.get(number)
    assert ("closed", "chief", "makarov") == (row.state, row.officer, row.second)
    assert {State.IN_REGISTRY} == {moscow.copy(handle).state for handle in handles}
    with refuses(moscow, "no muster 1 is open", UnknownError):
        sight(moscow, number, "1/4")


def test_what_is_done_after_the_cut_off_is_accounted_for(moscow, special):
    """Returned, destroyed, sent, receipted, printed and lost since: each in its own list."""
    copies = moscow.in_registry(8, outgoing=1)
    moscow.give("issue", TERM, subjects=copies[:2])
    number = opening(moscow)
    moscow.give("return", {"sheets": 2}, subjects=moscow.copies(copies[:1]))
    burnt = {"method": "burnt", "sheets": 2}
    moscow.give("destroy", burnt, two="makarov", subjects=moscow.copies(copies[2:3]))
    dispatch(moscow, copies[3:5], "special")
    post(moscow, special)
    accept(special, "moscow", 0)
    post(special, moscow)
    assert 1 == len(settle_receipts(moscow))
    moscow.give("miss", {"reason": "gone"}, subjects=moscow.copies(copies[5:6]))
    moscow.give("file", {"place": "case 1"}, subjects=moscow.copies(copies[6:7]))
    added = moscow.in_registry(1, outgoing=2)
    sight(moscow, number, code(8), code(1, cable=2))
    said = close(moscow, number)
    assert (["1/8"], ["1/1"]) == lists(said, "sighted", "checked_since")
    # a sheet filed since by somebody's word was not counted by anyone
    assert ["1/2", "1/6", "1/7"] == sorted(said["unsighted"])
    assert (["1/3", "1/4"], ["1/5"]) == lists(said, "left_since", "open_items")
    assert f"2/{added[0].number}" in said["added_since"]


def test_what_should_not_be_there(moscow, special):
    """Destroyed, missing, elsewhere or of another scope, and seen all the same; two of one."""
    copies = moscow.in_registry(4)
    dispatch(moscow, copies[:1], "special")
    burnt = {"method": "burnt", "sheets": 2}
    moscow.give("destroy", burnt, two="makarov", subjects=moscow.copies(copies[1:2]))
    moscow.give("miss", {"reason": "gone"}, subjects=moscow.copies(copies[2:3]))
    number = opening(moscow)
    sight(moscow, number, *(code(n) for n in (1, 2, 3, 4, 4)), code(9), "CG1:moscow:1")
    said = outcome(moscow, number)
    assert (["1/1"], ["1/2"], ["1/3"], ["1/4"]) == lists(
        said, "misplaced", "ended", "found", "doubled"
    )
    assert ["1/1", "1/4"] == sorted(said["sighted"])
    assert [code(9), "CG1:moscow:1"] == said["unknown"]


def test_partial_musters(moscow):
    """By series, place, holder, or copies by name; others that are seen are beside it."""
    copies = moscow.in_registry(4)
    moscow.give("file", {"place": "case 12, leaf 1"}, subjects=copies[:1])
    moscow.give("issue", TERM, subjects=copies[1:2])
    place = opening(moscow, place="case 12")
    sight(moscow, place, code(1), code(2))
    assert (["1/1"], ["1/2"]) == lists(outcome(moscow, place), "sighted", "beside")
    holder = opening(moscow, holder="molotov")
    assert ["1/2"] == outcome(moscow, holder)["unsighted"]
    assert 4 == len(outcome(moscow, opening(moscow, series="T"))["unsighted"])
    spot = opening(moscow, "1/3", code(4))
    sight(moscow, spot, code(3), code(1))
    said = outcome(moscow, spot)
    assert (["1/3"], ["1/4"], ["1/1"]) == lists(said, "sighted", "unsighted", "beside")
    with moscow.view() as books:
        assert {"place": "case 12"} == mustering.scope_of(books.musters.get(place))
    with refuses(moscow, "0 copies fall under this muster", CustodyError):
        opening(moscow, series="X")
    with refuses(moscow, "no copy 7/7 is in the books", UnknownError):
        opening(moscow, "7/7")
    with refuses(moscow, "the list of copies to muster is not", CustodyError):
        moscow.give("open_muster", {"named": digest("other")}, matter=b"1/1")


def test_additions_and_deletions_since_the_last_of_its_kind(moscow):
    """The last sum, what came and what went make what must be there now."""
    copies = moscow.in_registry(3, outgoing=1)
    first = opening(moscow)
    assert 0 == close(moscow, first)["before"]
    burnt = {"method": "burnt", "sheets": 2}
    moscow.give("destroy", burnt, two="makarov", subjects=moscow.copies(copies[:1]))
    moscow.in_registry(2, outgoing=2)
    said = outcome(moscow, opening(moscow))
    made = said["carried"] + len(said["additions"]) - len(said["deletions"])
    with moscow.view() as books:
        assert made == len(list(mustering.expected_of(books, 2)))
    assert (1, ["1/1"]) == (said["before"], said["deletions"])
    assert {"2/1", "2/2"} <= set(said["additions"])


def test_another_offices_sighting_counts(moscow, special):
    """The Special Sector closes by two; its signed word closes our open item."""
    copies = moscow.in_registry(2)
    dispatch(moscow, copies[:1], "special")
    post(moscow, special)
    theirs = accept(special, "moscow")
    post(special, moscow)
    settle_receipts(moscow)
    number = opening(moscow)
    assert ["1/1"] == outcome(moscow, number)["open_items"]
    special.clock.pass_(hours=1)
    at_special = opening(special)
    sight(special, at_special, code(1), by="poskrebyshev")
    assert [theirs.incoming] == close(special, at_special, two="poskrebyshev")["sighted"]
    assert 1 == post(special, moscow)
    assert ["1/1"] == outcome(moscow, number)["sighted_elsewhere"]


def test_two_that_read_alike_are_two(moscow):
    """An incoming number that a cable number repeats hides neither copy."""
    moscow.give("accept", {"owner": "provost", "sheets": 1, "incoming": "1/2"}, by="makarov")
    moscow.in_registry(2)
    names = outcome(moscow, opening(moscow))["unsighted"]
    assert 2 == sum(name.startswith("1/2 (") for name in names)


def test_sittings_that_cannot_be(moscow):
    """No such muster, another list than was signed, nothing on it, no clean text."""
    moscow.in_registry(1)
    number = opening(moscow)
    for wrong in ("2", "x", "9" * 16):
        with refuses(moscow, "is open", UnknownError):
            sight(moscow, wrong, "1/1")
    with refuses(moscow, "is not the one that was signed", CustodyError):
        moscow.give("sight", {"muster": "1", "sighted": digest("x")}, matter=b"1/1")
    with refuses(moscow, "is not the one that was signed", CustodyError):
        sight(moscow, number)
    with refuses(moscow, "a control character", MalformedError):
        sight(moscow, number, "1/1\x1b")


def test_what_stays_away_and_the_duty(moscow):
    """Declared missing by its number; whatever was touched since is not offered."""
    copies = moscow.in_registry(3)
    moscow.give("issue", TERM, subjects=copies[1:2])
    number = opening(moscow)
    sight(moscow, number, code(1))

    def open_duty():
        with moscow.view() as books:
            said = duties.today(books, moscow.bureau, within=timedelta(0))
        return [(one.words, one.command) for one in said if one.kind == "muster open"]

    assert [("2 not seen yet", "cablegram muster sight 1 LIST")] == open_duty()
    moscow.give("return", {"sheets": 2}, subjects=moscow.copies(copies[1:2]))
    close(moscow, number)
    assert [] == open_duty()
    with moscow.view() as books:
        away = mustering.still_unsighted(books, books.musters.get(number))
    assert [copies[2].handle] == [copy.handle for copy in away]
    moscow.give("miss", {"reason": "not seen", "muster": "1"}, subjects=away)
    with moscow.view() as books:
        assert [] == mustering.still_unsighted(books, books.musters.get(number))
    full = opening(moscow)
    sight(moscow, full, code(1), code(2))
    assert [("everything was seen", "cablegram --second WHO muster close 2")] == open_duty()


ACTS = ("seen", "seen again", "return", "destroy", "dispatch", "file", "miss", "nothing")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(ACTS), min_size=4, max_size=4), st.sets(st.integers(0, 3)))
def test_whatever_happens_in_between_every_copy_is_accounted_for_once(acts, issued):
    """The six lists part the frozen list, and each copy's place follows from what was done."""
    moscow = found()
    acquainted(moscow, found("special", others=("poskrebyshev",)))
    copies = moscow.in_registry(4)
    out = [copies[n] for n in sorted(issued)]
    if out:
        moscow.give("issue", TERM, subjects=out)
    number = opening(moscow)
    expected: dict[str, str] = {}
    doubled = []
    for n, act in enumerate(acts):
        name, copy = f"1/{n + 1}", moscow.copies(copies[n : n + 1])
        if act in {"return", "destroy", "dispatch", "file"} and n in issued:
            moscow.give("return", {"sheets": 2}, subjects=copy)
            copy = moscow.copies(copy)
        returned = act not in {"seen", "seen again", "nothing", "miss"} and n in issued
        where = "checked_since" if returned else "unsighted"
        if act.startswith("seen"):
            sheets = [code(n + 1)] * (2 if act == "seen again" else 1)
            sight(moscow, number, *sheets)
            where = "sighted"
            doubled += [name] if act == "seen again" else []
        elif act == "destroy":
            burnt = {"method": "burnt", "sheets": 2}
            moscow.give("destroy", burnt, two="makarov", subjects=copy)
            where = "left_since"
        elif act == "dispatch":
            dispatch(moscow, copy, "special")
            where = "open_items"
        elif act == "file":
            moscow.give("file", {"place": "case 1"}, subjects=copy)
        elif act == "miss":
            moscow.give("miss", {"reason": "gone"}, subjects=copy)
        expected[name] = where
    moscow.clock.set(later(moscow.bureau.now(), hours=1))
    said = close(moscow, number)
    six = list(Outcome.__dataclass_fields__)[:6]
    assert expected == {name: field for field in six for name in said[field]}
    assert 4 == sum(len(said[field]) for field in six)
    assert doubled == said["doubled"]
