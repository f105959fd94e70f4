"""docs/spec/custody.md says what the table says, row by row."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cablegram.model.acts import (
    COUNTS,
    FINAL,
    HELD_HERE,
    IN_CUSTODY,
    MOMENTS,
    OFFICES,
    PERSONS,
    RULES,
    Act,
    Mark,
    State,
)

PAGE = (Path(__file__).resolve().parents[2] / "docs/spec/custody.md").read_text(encoding="utf-8")
GROUPS = {
    "*in custody*": IN_CUSTODY,
    "*held here*": HELD_HERE,
    "-": frozenset(),
    "*any*": frozenset(State),
}


def rows(heading):
    """The first table under a heading, without its head."""
    part = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = part[part.index("| ---") :].splitlines()[1:]
    table = []
    for line in lines:
        if not line.startswith("|"):
            break
        table.append([cell.strip() for cell in line.strip("|").split("|")])
    return table


def words(cell):
    return tuple(re.findall(r"`([a-z_]+)`", cell))


def states(cell):
    if cell.startswith("all but "):
        return frozenset(State) - states(cell.removeprefix("all but "))
    return GROUPS[cell] if cell in GROUPS else frozenset(map(State, cell.split(", ")))


TABLE = {words(row[0])[0]: row for row in rows("The table")}


def test_every_act_has_its_row():
    """No row more, none less, in the order of the table."""
    assert [act.value for act in RULES] == list(TABLE)


@pytest.mark.parametrize("act", [act.value for act in Act])
def test_a_row(act):
    """From, to, facts and persons are the rule's."""
    rule = RULES[Act(act)]
    _, sources, target, needs, may, persons = TABLE[act]
    assert states(sources) == rule.sources
    to = {"same": None, "kept": None}.get(target, target.strip("*"))
    assert to == (rule.target.value if rule.target else None)
    assert (target == "kept") == (act == "find")
    assert target.startswith("**") == (rule.target in FINAL)
    assert (words(needs), words(may)) == (rule.needs, rule.may)
    assert {"1": "no", "**2**": "always", "2s": "series"}[persons] == rule.two.value


def test_states_and_marks():
    """Every state and mark is on the page; final ones are called so."""
    listed = {words(row[0])[0]: row[2] for row in rows("States")}
    assert [state.value for state in State] == list(listed)
    assert {state.value for state in FINAL} == {name for name, final in listed.items() if final}
    for mark in Mark:
        assert f"| `{mark.value}` |" in PAGE
    custody = re.search(r"\*In custody\* are (.*?)\. \*Held here\* are (.*?)\.", PAGE)
    assert {state.value for state in IN_CUSTODY} == set(words(custody[1]))
    assert {state.value for state in HELD_HERE} == set(words(custody[2]))


def test_kinds_of_facts():
    """Which facts are numbers, moments and ids stands above the table."""
    said = PAGE.split("## The table")[1].split("| act |")[0]
    for kind in (COUNTS, MOMENTS, PERSONS, OFFICES):
        assert all(f"`{fact}`" in said for fact in kind)
    assert len(words(said)) == len({*words(said)})
