"""Who may order which act: the page says what the table says, and the table is whole."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cablegram.errors import MalformedError, OrderError
from cablegram.model.orders import ACTS
from cablegram.model.roles import (
    MATTERS,
    MAY,
    ROLES_MAX,
    SILENT,
    Role,
    check_may,
    check_may_second,
    read_roles,
    write_roles,
)

PAGE = (Path(__file__).resolve().parents[2] / "docs/spec/roles.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| `([a-z_]+)` \| (.*) \|$", PAGE, re.MULTILINE))


def test_every_act_that_can_be_ordered_has_its_row():
    """None more, none less, on the page and in the table."""
    assert set(ACTS) == set(MAY) == set(ROWS)


@pytest.mark.parametrize("act", sorted(ACTS))
def test_a_row(act):
    """The chief always, the all-round officer but for four, and those the page names."""
    named = {Role(word) for word in re.findall(r"`([a-z-]+)`", ROWS[act])}
    small = set() if act in {"appoint", "relieve", "waive", "unwaive"} else {Role.OFFICER}
    assert {Role.CHIEF} | small | (named - {Role.CHIEF, Role.OFFICER}) == MAY[act]


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("act", sorted(ACTS))
def test_each_role_and_each_act(act, role):
    """Allowed if and only if the table says so; the refusal says who may."""
    if role in MAY[act]:
        check_may("makarov", frozenset({role}), act)
        return
    with pytest.raises(OrderError, match=f"makarov is {role} here, and may not order") as caught:
        check_may("makarov", frozenset({role}), act)
    assert "chief" in caught.value.hint


def test_some_matters_are_for_more_than_the_chief():
    """Cover names and persons are the registrar's daily work; regimes are the chief's."""
    registrar = frozenset({Role.REGISTRAR})
    for matter in MATTERS:
        check_may("makarov", registrar, "settle", f"{matter}/x")
    for matter in ("series/T", "series", "numbers/cable", "coverx/y", ""):
        with pytest.raises(OrderError, match="may not order settle"):
            check_may("makarov", registrar, "settle", matter)


@pytest.mark.parametrize("role", Role)
def test_who_seconds(role):
    """Whoever answers for something; with a second role a reader may."""
    if role in SILENT:
        with pytest.raises(OrderError, match="seconds nothing"):
            check_may_second("stalin", frozenset({role}))
        check_may_second("stalin", frozenset({role, Role.INSPECTOR}))
    else:
        check_may_second("stalin", frozenset({role}))


@pytest.mark.parametrize(
    "text",
    ["", " ", "clerk", "chief ", " chief", "registrar drafter", "chief chief", "chief,officer"],
)
def test_roles_have_one_spelling(text):
    """In order, each once, one blank between."""
    with pytest.raises(MalformedError):
        read_roles(text)


def test_roles_are_bounded():
    """As many as an appointment may name, and no more."""
    many = sorted(Role)
    assert frozenset(many[:ROLES_MAX]) == read_roles(" ".join(many[:ROLES_MAX]))
    with pytest.raises(MalformedError):
        read_roles(" ".join(many[: ROLES_MAX + 1]))
    assert "chief verifier" == write_roles(frozenset({Role.VERIFIER, Role.CHIEF}))
