"""The office's policy: levels in order, other policies' equals, and what may not be sent."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cablegram.errors import CustodyError, MalformedError, OrderError
from cablegram.model.classification import Level, Policy
from cablegram.model.clearing import ClearingRule
from cablegram.registry import classifications, clearances
from cablegram.wire import canonical
from offices import found, refuses

SU = Policy(
    "SU",
    (
        Level("unclassified", "U"),
        Level("secret", "S", 2, (("ru", "секретно"),), (), ("NATO/NATO SECRET", "CN/机密")),
        Level("top secret", "TS", 3, (("ru", "совершенно секретно"),), ("G", "T"), ("CN/绝密",)),
    ),
)


@pytest.fixture
def office():
    made = found()
    settle(made, SU)
    return made


def settle(office, policy, which="own"):
    """Settle a policy."""
    value = classifications.write(policy).decode()
    return office.give("settle", {"name": f"policy/{which}", "value": value})


@pytest.mark.parametrize(
    ("policy", "level", "rank"),
    [
        ("", "secret", 1),
        ("SU", "SECRET", 1),
        ("su", "S", 1),
        ("", "Секретно", 1),
        ("", "TS", 2),
        ("NATO", "Nato Secret", 1),
        ("CN", "绝密", 2),
        ("NATO", "secret", None),
        ("CN", "TS", None),
        ("", "cosmic", None),
        ("", "", None),
    ],
)
def test_the_place_of_a_level(policy, level, rank):
    """By name, abbreviation or word without regard to capitals; others' by what they equal."""
    assert rank == SU.rank(policy, level)
    assert SU.levels[2 if rank is None else rank] == SU.level_of(policy, level)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda: Policy("", SU.levels), "the policy has no name"),
        (lambda: Policy("A/B", SU.levels), "the policy has no name"),
        (lambda: Policy("SU", ()), "has 0 levels"),
        (lambda: Policy("SU", SU.levels[:1] * 17), "has 17 levels"),
        (lambda: Policy("SU", SU.levels[::-1]), "a lower level is heavier"),
        (lambda: Policy("SU", (Level("a"), Level("b", "A"))), "spelled alike"),
        (lambda: Policy("SU", (Level("a", equals=("X/x",)), Level("b", equals=("x/X",)))), "alike"),
        (lambda: Level(""), "a level has no name"),
        (lambda: Level("a", weight=5), "has the weight 5"),
        (lambda: Level("a", weight=-1), "has the weight -1"),
        (lambda: Level("a", series=("t",)), "is not a series"),
        (lambda: Level("a", equals=("NATO",)), "is not another policy's level"),
        (lambda: Level("a", equals=("/b",)), "is not another policy's level"),
        (lambda: Level("a\u202e"), "a classification has"),
        (lambda: Level("a", equals=tuple(f"X/{n}" for n in range(17))), "too many words"),
    ],
)
def test_a_policy_that_is_none(change, says):
    """One fault each."""
    with pytest.raises(MalformedError, match=says):
        change()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", 5),
        ("name", None),
        ("levels", None),
        ("levels", "top"),
        ("levels", [5]),
        ("levels", [{"abbreviation": "S"}]),
        ("levels", [{"name": "secret", "colour": "red"}]),
        ("levels", [{"name": "secret"}]),
        ("levels", [{"name": "secret", "weight": "heavy"}]),
        ("levels", [{"name": "secret", "words": ["x"]}]),
        ("more", "x"),
    ],
)
def test_a_stored_policy_with_one_fault(field, value):
    """One spelling a policy."""
    assert SU == classifications.read(classifications.write(SU))
    said = canonical.decode(classifications.write(SU))
    if value is None:
        del said[field]
    else:
        said[field] = value
    with pytest.raises(MalformedError) as refused:
        classifications.read(canonical.encode(said))
    assert refused.value.hint


def test_what_may_be_sent_under_it(office):
    """A level of ours, or one that equals it, in a series that it goes in."""
    with office.view() as books:
        classifications.check(books, "", "Secret", "X", office.bureau)
        classifications.check(books, "NATO", "NATO SECRET", "X", office.bureau)
        classifications.check(books, "SU", "top secret", "T", office.bureau)
    with (
        refuses(office, "cosmic is not a level of the policy SU", OrderError) as unknown,
        office.view() as books,
    ):
        classifications.check(books, "", "cosmic", "T", office.bureau)
    assert "unclassified, secret, top secret" in unknown[0].hint
    with (
        refuses(office, "top secret does not go in series X", OrderError),
        office.view() as books,
    ):
        classifications.check(books, "", "top secret", "X", office.bureau)


def test_an_office_without_a_policy_takes_any_level():
    """And prints it as heavy as before."""
    office = found()
    with office.view() as books:
        assert classifications.own(books, office.bureau) is None
        classifications.check(books, "", "anything", "X", office.bureau)
        assert 3 == classifications.weight(books, "", "anything", office.bureau)


def test_how_heavy_it_stands_on_the_sheet(office):
    """What nobody here knows is treated as the highest."""
    with office.view() as books:
        assert [0, 2, 3, 2, 3] == [
            classifications.weight(books, *said, office.bureau)
            for said in (
                ("", "U"),
                ("", "secret"),
                ("", "top secret"),
                ("CN", "机密"),
                ("NATO", "COSMIC TOP SECRET"),
            )
        ]


def test_an_office_has_one_policy(office):
    """Settled again it is another; there is none beside it."""
    with refuses(office, "policy/NATO is no policy of this office", OrderError):
        settle(office, SU, "NATO")
    settle(office, replace(SU, name="RU"))
    with office.view() as books:
        assert "RU" == classifications.own(books, office.bureau).name


@pytest.mark.parametrize(
    ("level", "says"),
    [
        ("cosmic", "cosmic is not a level of the policy SU as it is known here"),
        ("top secret", "a copy of series T is not top secret: that goes in series G or Q"),
    ],
)
def test_a_copy_is_regraded_to_what_its_series_takes(level, says):
    """A level that nobody knows, or that the copy's series does not take, is refused."""
    made = found()
    *lower, highest = SU.levels
    settle(made, replace(SU, levels=(*lower, replace(highest, series=("G", "Q")))))
    (copy,) = made.in_registry(1)
    with refuses(made, says, CustodyError):
        made.give("regrade", {"classification": level, "reason": "asked"}, subjects=[copy])


def test_a_copy_is_regraded_within_the_policy(office):
    """To a level of the policy that its series takes; without a policy, to any."""
    (copy,) = office.in_registry(1)
    said = {"classification": "TS", "reason": "a list of agents"}
    office.give("regrade", said, subjects=[copy])
    assert "TS" == office.copy(copy).classification
    free = found()
    (copy,) = free.in_registry(1)
    free.give(
        "regrade", {"classification": "of special importance", "reason": "x"}, subjects=[copy]
    )
    assert "of special importance" == free.copy(copy).classification


@pytest.mark.parametrize(
    ("settled", "level", "asked"),
    [
        ({"secret": 1}, "top secret", 1),
        ({"secret": 1}, "secret", 1),
        ({"secret": 1}, "unclassified", 0),
        ({"secret": 1}, "cosmic", 1),
        ({"secret": 1, "top secret": 3}, "TS", 3),
        ({"unclassified": 1, "secret": 2}, "top secret", 2),
        ({"*": 4, "top secret": 2}, "secret", 4),
        ({"*": 4}, "cosmic", 4),
        ({"секретно": 2}, "top secret", 2),
        ({}, "top secret", 0),
    ],
)
def test_a_rule_holds_for_every_level_above_it(office, settled, level, asked):
    """Up to the next level that has a rule of its own; by the order of the office's policy."""
    for name, clearances_ in settled.items():
        rule = clearances.write(ClearingRule(name, clearances_)).decode()
        office.give("settle", {"name": f"clearing/{name}", "value": rule})
    with office.view() as view:
        rule = clearances.rule_of(view, level, office.bureau)
    assert asked == (rule.clearances if rule else 0)


@pytest.mark.parametrize(("level", "asked"), [("top secret", 2), ("secret", 0), ("cosmic", 0)])
def test_without_a_policy_the_levels_that_all_know_stand_in_order(level, asked):
    """Confidential is below top secret everywhere; a level of nobody's is on no ladder."""
    office = found()
    rule = clearances.write(ClearingRule("совершенно секретно", 2)).decode()
    office.give("settle", {"name": "clearing/совершенно секретно", "value": rule})
    with office.view() as view:
        found_ = clearances.rule_of(view, level, office.bureau)
    assert asked == (found_.clearances if found_ else 0)


def test_a_policy_set_by_hand_is_no_policy(office):
    """Nor does one go because its row, or the leaf of its order, is not found any more."""
    with office.page() as page:
        row = page.settings.get("policy/own")
        page.settings.put(replace(row, value=row.value.replace(b"TS", b"TT")))
    with (
        office.view() as books,
        pytest.raises(OrderError, match="the classification policy is in the books, and no order"),
    ):
        classifications.own(books, office.bureau)
