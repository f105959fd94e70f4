"""Every way into the desk: role by role, owner and stranger, with a session and without.

What is expected stands in docs/spec/desk-ways.md, written by hand; what is asked comes out of
the table of ways.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

import desks
from cablegram.desk import rates, routes, who
from cablegram.desk.who import allowed
from cablegram.model.acts import State
from cablegram.model.roles import Role
from cablegram.wiring import tools
from folders import PASSPHRASE

PAGE = Path(__file__).resolve().parents[2] / "docs" / "spec" / "desk-ways.md"
FORBIDDEN = "may not see or do this"
PLACE = re.compile(r"\{\w+(?::\w+)?\}")


@dataclass(frozen=True)
class Row:
    """A row of the page."""

    path: str
    methods: tuple[str, ...]
    who: str
    proof: str


def tables():
    """The page's lists of roles and its rows, as they are written."""
    cells = [
        [cell.strip() for cell in line.strip("|\n ").split("|")]
        for line in PAGE.read_text("utf-8").splitlines()
        if line.startswith("|") and not line.startswith("| ---")
    ]
    roles, rows = {"in post": frozenset(Role), "anyone": frozenset()}, []
    for row in cells:
        name = row[0].strip("`")
        if name.startswith("/"):
            proof = row[3] if len(row) > 3 else ""
            rows.append(Row(name, tuple(row[1].split()), row[2], proof))
        elif len(row) == 2 and name not in {"who", "anyone", "in post"}:
            words = re.findall(r"`([^`]+)`", row[1])
            found = [roles[w] if w in roles else frozenset({Role(w)}) for w in words]
            roles[name] = frozenset().union(*found)
    return roles, rows


ROLES, ROWS = tables()
WAYS = {(way.path, way.methods): way for way in routes.WAYS}
EXPECTED = {(row.path, row.methods): row for row in ROWS}
NAMES = sorted(EXPECTED)


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """An office with one person for each role, and one who was relieved."""
    root = desks.office_folder(tmp_path_factory.mktemp("ways") / "moscow")
    with desks.client(root) as browser:
        office = browser.desk.office
        for role in Role:
            if role is not Role.CHIEF:
                desks.appoint(office, person(role), role.value, PASSPHRASE)
        desks.appoint(office, "relieved", "officer", PASSPHRASE)
        tools.relieve(office, "relieved", "leave", chief="makarov", other=person(Role.OFFICER))
        yield browser


def person(role):
    """The person who has this role alone."""
    return "makarov" if role is Role.CHIEF else f"the-{role.value}"


def test_the_page_has_a_row_for_every_way_and_no_other():
    """A way without a row fails here."""
    assert NAMES == sorted(WAYS)
    assert len(routes.WAYS) == len(WAYS), "no way stands twice"
    assert len(ROWS) == len(EXPECTED)


@pytest.mark.parametrize("name", NAMES, ids=lambda name: f"{name[1][0]} {name[0]}")
def test_a_way_is_open_to_whom_the_page_says(desk, name):
    """Each role alone gets past the guard, or is told that it may not."""
    way, row = WAYS[name], EXPECTED[name]
    whose, _, owner = row.who.partition(" + ")
    assert (whose == "anyone", owner, row.proof) == (way.who.anyone, way.who.about, way.proof)
    for role in Role:
        came = ask(desk.log_in(person(role)), way)
        may = whose == "anyone" or role in ROLES[whose] or owner == "person"
        # Whose person the path names is asked below; here it names the one who asks.
        assert may == (FORBIDDEN not in came.text), f"{role}: {came.status_code}"
        assert came.status_code < 500 or came.status_code == 503, came.text


@pytest.mark.parametrize("name", NAMES, ids=lambda name: f"{name[1][0]} {name[0]}")
def test_without_a_session_a_way_leads_to_the_door(desk, name):
    """So it does with one that ended, and for whoever was relieved."""
    way = WAYS[name]
    forged = desks.Browser(desk.desk, desk.app, {"__Host-cablegram": "A" * 43})
    for browser in (desk, forged, desk.log_in("relieved")):
        came = ask(browser, way)
        shut = came.status_code == 401 or came.headers.get("location", "").startswith("/login")
        assert shut == (not way.who.anyone), came.text


@pytest.mark.parametrize("name", NAMES, ids=lambda name: f"{name[1][0]} {name[0]}")
def test_a_write_from_another_origin_is_refused(desk, name):
    """But where it carries its own authority; and what writes is not read."""
    way = WAYS[name]
    if way.methods == ("GET",):
        return
    elsewhere = {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}
    came = ask(desk.log_in("makarov"), way, headers=elsewhere)
    if way.proof:
        assert came.status_code >= 400
    else:
        assert 403 == came.status_code
        assert "not sent from a page of this desk" in came.text
    if not any(w.path == way.path and "GET" in w.methods for w in routes.WAYS):
        assert desk.log_in("makarov").get(path(way)).status_code in {404, 405}


@pytest.mark.parametrize("state", State)
def test_an_owner_is_the_holder_of_an_issued_copy(state):
    """Whatever else the copy's row says of them, and nobody beside the holder and the proxy."""
    import samples_desk as samples

    view = samples.view_of(state, holder="molotov", proxy="clerk")
    for name in ("molotov", "clerk", "stalin", "moscow", ""):
        may = allowed(who.COPY, name, frozenset({Role.READER}), {"copy": "h"}, view)
        assert may == (state is State.ISSUED and name in {"molotov", "clerk"})
    assert not allowed(who.COPY, "molotov", frozenset({Role.READER}), {"copy": "other"}, view)
    assert allowed(who.COPY, "anybody", frozenset({Role.REGISTRAR}), {"copy": "other"}, view)


def test_a_person_is_their_own_owner():
    """And nobody else's."""
    reader = frozenset({Role.READER})
    assert allowed(who.PERSON, "molotov", reader, {"person": "molotov"}, None)
    assert not allowed(who.PERSON, "molotov", reader, {"person": "stalin"}, None)


def path(way, asker="makarov"):
    """A path of the way; where it names a person, the one who asks."""
    filled = way.path.replace("{person}", asker)
    return PLACE.sub("1", filled)


def ask(browser, way, **rest):
    """One request on a way, by whoever this browser's session is of."""
    session = browser.cookies.get("__Host-cablegram", "")
    kept = browser.desk.store.get("session", desks.name_of(session)) if session else None
    asker = kept.person if kept is not None else "makarov"
    method = way.methods[0]
    browser.desk.rates = rates.Rates(lambda: 0.0)  # how often is asked in test_entering
    if method == "GET":
        if way.is_json:  # or the feed would be events without an end
            rest["headers"] = {"accept": "application/json", **rest.get("headers", {})}
        return browser.get(path(way, asker), **rest)
    return browser.post(path(way, asker), **rest)
