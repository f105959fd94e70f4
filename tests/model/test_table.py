"""The table of acts against the design's, act by act and state by state.

``ROWS`` was written by hand from the design, before looking at the code: it is the judge.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cablegram.errors import CustodyError, MalformedError
from cablegram.model import acts, custody
from cablegram.model.acts import DONE, FINAL, IN_CUSTODY, RULES, Act, Rule, State, Two
from cablegram.model.custody import Copy, Situation

CUSTODY = "printed in_registry issued filed in_transit with_office disputed"
HERE = "in_registry issued filed"
NOT_VOID = f"allotted {CUSTODY} given_back destroyed missing lost"
SAME = "the same"
KEPT = "the state that miss kept"

# act: (from, to, how many persons)
ROWS = {
    "allot": ("", "allotted", "two where the series asks"),
    "accept": ("", "in_registry", "one"),
    "void": ("allotted", "void", "two where the series asks"),
    "print": ("allotted", "printed", "one"),
    "reprint": ("printed", "allotted", "two"),
    "verify": ("printed", "in_registry", "two where the series asks"),
    "issue": ("in_registry filed", "issued", "two where the series asks"),
    "read": (HERE, SAME, "one"),
    "annotate": (HERE, SAME, "one"),
    "fulfil": (HERE, SAME, "one"),
    "hand_over": ("issued", "issued", "two where the series asks"),
    "extend": (CUSTODY, SAME, "two where the series asks"),
    "recall": (CUSTODY, SAME, "one"),
    "regrade": (CUSTODY, SAME, "two where the series asks"),
    "replace_sheet": (CUSTODY, SAME, "two where the series asks"),
    "describe": (NOT_VOID, SAME, "one"),
    "return": ("issued", "in_registry", "one"),
    "file": ("in_registry", "filed", "one"),
    "charge_out": ("filed", "in_registry", "one"),
    "dispatch": ("in_registry filed", "in_transit", "two where the series asks"),
    "receipted": ("in_transit", "with_office", "one"),
    "dispute": ("in_transit", "disputed", "one"),
    "settle_there": ("disputed", "with_office", "two where the series asks"),
    "settle_back": ("disputed", "in_registry", "two where the series asks"),
    "come_back": ("in_transit with_office disputed", "in_registry", "one"),
    "give_back": ("in_transit", "given_back", "one"),
    "report_destroyed": ("with_office", "destroyed", "two where the series asks"),
    "destroy": ("in_registry filed", "destroyed", "two"),
    "miss": (CUSTODY, "missing", "one"),
    "declare_lost": ("missing", "lost", "two"),
    "find": ("missing lost", KEPT, "two where the series asks"),
    "compromise": (NOT_VOID, SAME, "one"),
    "contain": (NOT_VOID, SAME, "two"),
    "declassify": (NOT_VOID.replace(" destroyed", ""), SAME, "two"),
    "show": ("in_registry filed", SAME, "one"),
    "correct": (f"void {NOT_VOID}", SAME, "one"),
    "route": (HERE, SAME, "one"),
    "cancel": (NOT_VOID.replace(" destroyed", "").replace(" given_back", ""), SAME, "one"),
}
STATES = [state.value for state in State]
PERSONS = {"one": Two.NO, "two": Two.ALWAYS, "two where the series asks": Two.SERIES}

# What must be said with each act: the evidence column, in the least that passes.
EVIDENCE = {
    "allot": {"copy": 5, "made": 5, "whom": "molotov"},
    "accept": {"owner": "beijing", "incoming": "575/2280", "sheets": 2},
    "void": {"reason": "one too many"},
    "print": {"print_number": 1395, "digest": "sha256:" + "0" * 64, "sheets": 2},
    "reprint": {"reason": "smudged", "sheets": 2},
    "verify": {},
    "issue": {"holder": "molotov", "due_at": "1951-07-11T17:00:00Z", "return_to": "the registry"},
    "read": {"reader": "molotov"},
    "annotate": {"written_by": "molotov", "evidence": "sha256:" + "1" * 64},
    "fulfil": {"evidence": "sha256:" + "2" * 64},
    "hand_over": {"holder": "malenkov", "sheets": 2},
    "extend": {"due_at": "1951-07-20T17:00:00Z", "reason": "leave"},
    "recall": {"reason": "superseded"},
    "regrade": {"classification": "secret", "reason": "originator's order"},
    "replace_sheet": {"sheets": 2, "reason": "torn"},
    "describe": {"content": "on the truce"},
    "return": {"sheets": 2},
    "file": {"place": "case 12 sheet 3"},
    "charge_out": {"reason": "wanted"},
    "dispatch": {
        "office": "special",
        "transmittal": "sha256:" + "3" * 64,
        "carrier": "courier",
        "due_at": "1951-07-12T17:00:00Z",
    },
    "receipted": {"receipt": "sha256:" + "4" * 64},
    "dispute": {"reason": "seal broken"},
    "settle_there": {"receipt": "sha256:" + "5" * 64},
    "settle_back": {"receipt": "sha256:" + "6" * 64, "sheets": 2},
    "come_back": {"sheets": 2},
    "give_back": {"receipt": "sha256:" + "7" * 64},
    "report_destroyed": {"certificate": "sha256:" + "8" * 64},
    "destroy": {"method": "burnt", "sheets": 2},
    "miss": {"reason": "not seen"},
    "declare_lost": {"inquiry": 4, "reason": "closed"},
    "find": {"reason": "behind the safe"},
    "compromise": {"reason": "seen by a stranger"},
    "contain": {"inquiry": 4, "reason": "limited"},
    "declassify": {"authority": "the originator"},
    "show": {"reader": "molotov", "sheets": 2},
    "correct": {"entry": 41, "reason": "the wrong copy"},
    "route": {"readers": "molotov/48 malenkov"},
    "cancel": {"reason": "cancellation 3351 of beijing"},
}
TWO = Situation("moscow", "makarov", "vaganov")
ONE = Situation("moscow", "makarov")


def a_copy(state, act=""):
    """A copy that could stand in that state, and that the act's own guard would let pass."""
    copy = Copy(
        handle="0" * 32,
        telegram="1" * 32,
        number=2,
        made=4,
        whom="molotov",
        state=State(state),
        accountable="moscow",
        series="T",
        seq=7,
        sheets=2,
    )
    if state in {"issued", "in_transit", "with_office", "disputed"}:
        copy = replace(copy, holder="molotov" if state == "issued" else "special")
    if state in {"missing", "lost"}:
        copy = replace(copy, kept_state="filed")
    if act == "contain":
        copy = replace(copy, marks="compromised")
    if act == "give_back":
        copy = replace(copy, owner="special", holder="special")
    return copy


def expected(act, state):
    """What the design says becomes of a copy in that state; None where it is refused."""
    sources, target, _ = ROWS[act]
    if state not in sources.split():
        return None
    return {SAME: state, KEPT: "filed"}.get(target, target)


def test_the_table_has_exactly_the_acts_of_the_design():
    """One table: no act more, none less."""
    assert set(ROWS) == {act.value for act in RULES} == {act.value for act in Act}
    assert set(EVIDENCE) == set(ROWS)
    assert set(DONE) == {act for act in Act if ROWS[act.value][0]}


@pytest.mark.parametrize("act", ROWS)
def test_a_row_is_the_designs(act):
    """Each row has the design's states and persons, and needs the evidence it lists."""
    sources, target, persons = ROWS[act]
    rule = RULES[Act(act)]
    assert act == rule.act.value
    assert set(sources.split()) == {state.value for state in rule.sources}
    assert ("" if target in {SAME, KEPT} else target) == (rule.target.value if rule.target else "")
    assert PERSONS[persons] is rule.two
    assert set(EVIDENCE[act]) == set(rule.needs)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("act", [act for act in ROWS if ROWS[act][0]])
def test_every_act_from_every_state(act, state):
    """An act does what the design says from the states it names, and is refused from all others."""
    copy, wanted = a_copy(state, act), expected(act, state)
    if wanted is None:
        with pytest.raises(CustodyError) as refused:
            custody.decide(copy, Act(act), EVIDENCE[act], TWO)
        assert str(refused.value).startswith("copy 2 cannot be ")
        assert custody.words(copy) in str(refused.value)
        assert refused.value.hint.endswith(".")
        assert "Nothing was changed." == refused.value.kept
    else:
        after = custody.decide(copy, Act(act), EVIDENCE[act], TWO)
        assert wanted == after.state.value
        assert 8 == after.seq


@pytest.mark.parametrize("act", ROWS)
def test_every_needed_fact_is_needed(act):
    """An act without one of its facts, or with an empty one, is refused by the fact's name."""
    for fact in EVIDENCE[act]:
        for facts in (
            {name: value for name, value in EVIDENCE[act].items() if name != fact},
            {**EVIDENCE[act], fact: ""},
        ):
            with pytest.raises(CustodyError, match=f"without {fact.replace('_', ' ')}"):
                attempt(act, facts)


@pytest.mark.parametrize("act", ROWS)
def test_no_fact_too_many(act):
    """A fact that the act has no use for is refused, so that nothing is believed recorded."""
    with pytest.raises(CustodyError, match="no use for weather"):
        attempt(act, {**EVIDENCE[act], "weather": "fine"})


@pytest.mark.parametrize("act", ROWS)
def test_every_optional_fact_is_taken(act):
    """What an act may say it can say."""
    values = {
        "owner_cable": 21497,
        "owner_copy": 2,
        "dated_at": "1951-07-03T00:00:00Z",
        "limit_at": "1951-07-20T00:00:00Z",
        "due_at": "1951-07-20T00:00:00Z",
        "sheets": 2,
        "proxy": "chadaev",
        "whom": "stalin",
        "messenger": "chadaev",
        "fulfil_by": "1951-07-20T00:00:00Z",
        "to": "molotov malenkov",
        "task": 3,
        "inquiry": 4,
        "made": 4,
        "print_number": 1395,
    }
    for fact in set(RULES[Act(act)].may) - {"way"}:  # of a copy for the screen alone
        said = {"spoiled": 1, "method": "burnt"} if fact == "spoiled" else {}
        attempt(act, {**EVIDENCE[act], fact: values.get(fact, "said"), **said})


def test_spoiled_sheets_are_destroyed_by_two_who_say_how():
    """Page replacement: whoever destroys what was spoiled is two, and names the method."""
    facts = {**EVIDENCE["replace_sheet"], "spoiled": 1}
    with pytest.raises(CustodyError, match="nobody said how"):
        attempt("replace_sheet", facts)
    with pytest.raises(CustodyError, match="takes two persons"):
        attempt("replace_sheet", {**facts, "method": "burnt"}, ONE)
    attempt("replace_sheet", {**facts, "method": "burnt"}, TWO)


def test_sheets_counted_out_are_the_books():
    """An issue that counts its sheets counts as many as the books have."""
    attempt("issue", {**EVIDENCE["issue"], "sheets": 2})
    with pytest.raises(CustodyError, match="has 2 sheets in the books, and 1 were counted out"):
        attempt("issue", {**EVIDENCE["issue"], "sheets": 1})


def test_a_list_of_persons_is_ids():
    """Whom a resolution orders to act are ids with one space between."""
    for to in ("molotov  malenkov", "molotov,malenkov", "Molotov", "molotov "):
        with pytest.raises(MalformedError, match="is not a person's id"):
            attempt("annotate", {**EVIDENCE["annotate"], "to": to})


def attempt(act, facts, situation=TWO):
    """The act from a state that admits it; ``allot`` and ``accept`` begin."""
    rule = RULES[Act(act)]
    if not rule.sources:
        fresh = replace(a_copy(rule.target.value), seq=1)
        return custody.begin(fresh, Act(act), facts, situation)
    return custody.decide(a_copy(min(rule.sources).value, act), Act(act), facts, situation)


@pytest.mark.parametrize("act", [act for act in ROWS if ROWS[act][0]])
def test_two_persons_where_the_design_says_two(act):
    """An act of two by one person is refused; the same person twice is one."""
    if ROWS[act][2] == "two":
        with pytest.raises(CustodyError, match="takes two persons"):
            attempt(act, EVIDENCE[act], ONE)
    else:
        attempt(act, EVIDENCE[act], ONE)
    with pytest.raises(CustodyError, match="cannot be the second person to their own order"):
        attempt(act, EVIDENCE[act], Situation("moscow", "makarov", "makarov"))


def test_an_extra_copy_takes_consent_and_two_where_the_series_asks():
    """Allot 2s: at opening one person does, for an extra copy two if the series says so."""
    facts = EVIDENCE["allot"]
    extra = Situation("moscow", "makarov", extra=True, two_by_series=frozenset({"allot"}))
    attempt("allot", facts, replace(extra, extra=False))
    with pytest.raises(CustodyError, match="without the originator's consent"):
        attempt("allot", facts, extra)
    with pytest.raises(CustodyError, match="takes two persons"):
        attempt("allot", {**facts, "consent": "their 3350"}, extra)
    attempt("allot", {**facts, "consent": "their 3350"}, replace(extra, second="vaganov"))
    lax = replace(extra, two_by_series=frozenset())
    attempt("allot", {**facts, "consent": "their 3350"}, lax)


@pytest.mark.parametrize("state", sorted(FINAL))
def test_final_states_are_final(state):
    """Nothing leaves void, given back or destroyed; marks alone may still change."""
    assert {"void", "given_back", "destroyed"} == {final.value for final in FINAL}
    for act in Act:
        if state in RULES[act].sources:
            assert RULES[act].target is None
            after = custody.decide(a_copy(state, act.value), act, EVIDENCE[act.value], TWO)
            assert state is after.state


def test_in_custody_is_the_designs():
    """Seven states count as custody."""
    assert set(CUSTODY.split()) == {state.value for state in IN_CUSTODY}


# --- every path out of the registry passes verify or accept ---------------------------------------

OUT = {State.ISSUED, State.IN_TRANSIT, State.WITH_OFFICE}
CHECKED = {Act.VERIFY, Act.ACCEPT}


def walk(rules, *, without):
    """Every state a copy can reach with no act of ``without``, each with a way there.

    A node is a state and the state that ``miss`` kept, so that ``find`` leads back there.
    """
    found = {}
    waiting = [((None, None), ())]
    while waiting:
        (state, kept), way = waiting.pop(0)
        for act, rule in rules.items():
            begins = state is None and not rule.sources
            if act in without or not (begins or state in rule.sources):
                continue
            target = rule.target or (kept if act is Act.FIND else state)
            node = (target, state if act is Act.MISS else kept)
            if node not in found:
                found[node] = (*way, act.value)
                waiting.append((node, found[node]))
    shortest = {}
    for (state, _), way in found.items():
        shortest.setdefault(state, way)
    return shortest


def faults(rules):
    """Ways out that nobody checked, and states that no copy can come to."""
    unchecked = {state: way for state, way in walk(rules, without=CHECKED).items() if state in OUT}
    return unchecked, set(State) - set(walk(rules, without=()))


def test_every_way_out_passes_verify_or_accept():
    """Issued, in transit, with an office: never before verify or accept; every state is reached."""
    assert ({}, set()) == faults(RULES)


@pytest.mark.parametrize(
    ("act", "sources", "way"),
    [
        (Act.ISSUE, {State.PRINTED}, ("allot", "print", "issue")),
        (Act.FILE, {State.PRINTED}, None),
        (Act.CHARGE_OUT, {State.ALLOTTED}, None),
        (Act.DISPATCH, {State.MISSING}, ("allot", "print", "miss", "dispatch")),
        (Act.RETURN, {State.PRINTED}, None),
    ],
)
def test_the_search_finds_a_way_round(act, sources, way):
    """A planted row that lets an unverified copy out is found, however roundabout."""
    rules = {**RULES, act: replace(RULES[act], sources=RULES[act].sources | sources)}
    unchecked, _ = faults(rules)
    assert unchecked
    if way is not None:
        assert way in unchecked.values()


def test_the_search_finds_a_find_that_leads_elsewhere():
    """``find`` gives back the state that was kept: one that gave the registry would be a hole."""
    rules = {**RULES, Act.FIND: replace(RULES[Act.FIND], target=State.IN_REGISTRY)}
    unchecked, _ = faults(rules)
    assert ("allot", "print", "miss", "find", "issue") == unchecked[State.ISSUED][:5]


@pytest.mark.parametrize(
    ("act", "lost"),
    [
        (Act.PRINT, {State.PRINTED}),
        (Act.FILE, {State.FILED}),
        (Act.GIVE_BACK, {State.GIVEN_BACK}),
        (Act.DECLARE_LOST, {State.LOST}),
        (Act.DISPATCH, {State.IN_TRANSIT, State.WITH_OFFICE, State.DISPUTED, State.GIVEN_BACK}),
    ],
)
def test_the_search_finds_a_row_that_is_gone(act, lost):
    """A removed row leaves states that nothing leads to."""
    rules = {name: rule for name, rule in RULES.items() if name is not act}
    assert ({}, lost) == faults(rules)


def test_a_copy_born_here_comes_out_by_verify_alone():
    """Without ``verify`` and ``accept`` a copy gets no further than the printer."""
    stuck = {State.ALLOTTED, State.VOID, State.PRINTED, State.MISSING, State.LOST}
    assert stuck == set(walk(RULES, without=CHECKED))


# --- replay ---------------------------------------------------------------------------------------


@st.composite
def walks(draw):
    """A random life of a few copies, told twice: by ``decide`` and as leaves."""
    copies, leaves = {}, []
    for index in range(draw(st.integers(1, 40))):
        name = draw(st.sampled_from("abc"))
        copy = copies.get(name)
        if copy is None:
            act = draw(st.sampled_from([Act.ALLOT, Act.ACCEPT]))
            copy = replace(a_copy(RULES[act].target.value), seq=1)
        else:
            act = draw(st.sampled_from([act for act in Act if RULES[act].sources]))
            facts = EVIDENCE[act.value]
            if act is Act.DESTROY:
                facts = {**facts, "sheets": copy.sheets or 1}
            try:
                copy = custody.decide(copy, act, facts, TWO)
            except CustodyError:
                continue
        copies[name] = copy
        leaves.append((index, act.value, name, copy.seq))
    return copies, leaves


@settings(deadline=None, max_examples=200)
@given(walks())
def test_replay_agrees_with_decide(life):
    """An inspector who sees kind, act, subject and seq alone ends in the same states."""
    copies, leaves = life
    count = {}
    for copy in copies.values():
        count[copy.state.value] = count.get(copy.state.value, 0) + 1
    assert acts.Replayed(count, len(copies)) == acts.replay(leaves)


GOOD = [
    (0, "allot", "a", 1),
    (1, "print", "a", 2),
    (2, "verify", "a", 3),
    (3, "miss", "a", 4),
    (4, "declare_lost", "a", 5),
    (5, "find", "a", 6),
    (6, "issue", "a", 7),
    (7, "accept", "b", 1),
]


def test_replay_of_a_life():
    """Found again, the copy is where it was missed from."""
    assert acts.Replayed({"in_registry": 1, "issued": 1}, 2) == acts.replay(GOOD)
    assert acts.Replayed({}, 0) == acts.replay([])


@pytest.mark.parametrize(
    ("place", "leaf"),
    [
        (2, (2, "issue", "a", 3)),  # issued before it was verified
        (2, (2, "verify", "a", 4)),  # a leaf left out
        (2, (2, "verify", "a", 2)),  # a seq twice
        (0, (0, "print", "a", 1)),  # nothing was allotted
        (7, (7, "accept", "a", 8)),  # accepted, but it is here already
        (7, (7, "allot", "b", 2)),  # begins at 2
        (7, (7, "shred", "b", 1)),  # no such act
        (7, (7, "appoint", "b", 1)),  # an act, but not on a copy
    ],
)
def test_replay_refuses_what_does_not_follow(place, leaf):
    """An act from a state that does not admit it, and a seq that skips or repeats."""
    with pytest.raises(CustodyError, match=f"entry {place} does not follow"):
        acts.replay([*GOOD[:place], leaf, *GOOD[place + 1 :]])


def test_a_rule_is_a_value():
    """The table's rows cannot be changed by whoever reads them."""
    rule = RULES[Act.ISSUE]
    assert Rule(rule.act, rule.sources, rule.target, rule.needs, rule.may, rule.two) == rule
    with pytest.raises(AttributeError):
        rule.target = None
