"""Act forms at the desk: every act of both tables is reachable, held to the rules, and signed."""

from __future__ import annotations

import re

import pytest

import desks
import hands
from cablegram.desk.acting import fields, offers
from cablegram.model.acts import RULES, State
from cablegram.model.orders import ACTS, OFFICE_RULES
from cablegram.model.roles import MAY, Role
from cablegram.registry import finding
from cablegram.registry.reading import every

AT_THE_MACHINE = {"charge", "restore", "stand", "back_up"}
"""What they are about lies on the machine of the office."""
ON_OTHER_PAGES = {"draft", "read_note", "read_draft", "contest", "enrol", "unenrol", "read_screen"}
"""Sealed, opened and enrolled on pages of their own; a contest is made from what was announced."""


@pytest.fixture
def nobody(office_folder):
    with desks.client(office_folder) as browser:
        yield browser


@pytest.fixture
def makarov(nobody):
    """The chief, who may order everything."""
    return hands.hand(nobody, "makarov")


@pytest.fixture
def chesnokova(nobody):
    return hands.hand(nobody, "chesnokova")


def copy_in(browser, state, *, ours=True):
    """The newest copy of ours that stands so."""
    with browser.desk.bureau.books.view() as view:
        rows = [c for c in every(view.copies, "state", state.value) if bool(c.owner) != ours]
        named = [(finding.name(view, copy), copy) for copy in rows]
    return max(named, key=lambda one: [int(n) for n in re.findall(r"\d+", one[0])])


def now(browser, copy):
    with browser.desk.bureau.books.view() as view:
        return view.copies.get(copy.handle)


def fill(hand, act, **said):
    """Send a form; gives where it leads, or the page that refuses."""
    answer = hand.browser.post(f"/act/{act}", data={"then": "/line", **said})
    if answer.status_code == 303:
        return answer.headers["location"]
    return answer


def signed(hand, act, **said):
    where = fill(hand, act, **said)
    assert isinstance(where, str), where.text.partition('class="refusal"')[2][:400]
    return hand.sign(where)


def test_every_act_is_in_one_group_or_elsewhere_for_a_reason():
    """Whoever adds an act to a table gives it a place here."""
    listed = [act for _, acts in offers.GROUPS for act in acts]
    assert len(listed) == len(set(listed))
    assert set(offers.NAMES) == set(listed)
    assert ACTS - set(listed) == (AT_THE_MACHINE | ON_OTHER_PAGES) & ACTS


def test_every_fact_of_every_act_has_a_name_for_people():
    """Facts that only the act itself brings forth are never asked for."""
    never = {"print_number", "digest", "receipt", "transmittal", "made", "list", "watch", "source",
             "batch", "batches", "numbers", "matched", "unsighted", "statement", "attachments",
             "answers", "size", "root", "made_at", "backup", "origin", "a_day", "again", "circuit",
             "papers", "paper", "half", "way"}  # fmt: skip
    for act in offers.HERE:
        rule = OFFICE_RULES[act] if act in OFFICE_RULES else RULES[act]
        for fact in (*rule.needs, *rule.may):
            assert fields.known(fact) or fact in never, f"{act}: {fact}"


@pytest.mark.parametrize("act", sorted(offers.HERE))
def test_every_form_opens(nobody, makarov, act):
    """For the chief, with nothing said, and with a copy where it is about one."""
    answer = makarov.browser.get(f"/act/{act}")
    assert answer.status_code in {200, 404, 409}, answer.text
    if answer.status_code == 200:
        assert 'method="post"' in answer.text
    if act in RULES and RULES[act].sources:
        for state in sorted(RULES[act].sources):
            try:
                _, copy = copy_in(nobody, state)
            except ValueError:
                continue
            answer = makarov.browser.get(f"/act/{act}?copy={copy.handle}")
            assert answer.status_code in {200, 409}, answer.text
    assert makarov.browser.post(f"/act/{act}", data={}).status_code < 500


@pytest.mark.parametrize("role", list(Role))
def test_only_what_a_role_may_is_offered(role):
    offered = {act for _, acts in offers.offered({role}) for act in acts}
    assert offered == {act for act in offers.HERE if role in MAY[act]}


def test_who_may_not_is_told(nobody):
    vaganov = hands.hand(nobody, "vaganov")
    assert 403 == vaganov.browser.get("/act/appoint").status_code
    assert 403 == vaganov.browser.post("/act/appoint", data={}).status_code
    assert 404 == vaganov.browser.get("/act/conjure").status_code
    assert "/act/appoint" not in vaganov.browser.get("/act").text


def test_issue_has_its_defaults_and_goes_through(nobody, chesnokova):
    """The latest day there is and the place are there already; persons by their beginning."""
    _, copy = copy_in(nobody, State.IN_REGISTRY)
    page = chesnokova.browser.get(f"/act/issue?copy={copy.handle}").text
    due = re.search(r'name="due_at"[^>]*value="([^"]+)"', page)
    to = re.search(r'name="return_to"[^>]*value="([^"]+)"', page)
    assert due, page
    assert "Registry, room 214" == to[1]
    said = signed(
        chesnokova, "issue", copy=copy.handle, seq=str(copy.seq), holder="gra", due_at=due[1],
        return_to=to[1],
    )  # fmt: skip
    assert {"next": "/line"} == said
    assert (State.ISSUED, "grau") == (now(nobody, copy).state, now(nobody, copy).holder)


def test_a_refusal_keeps_what_was_written(nobody, chesnokova):
    """The rules themselves refuse; nothing typed is lost."""
    _, copy = copy_in(nobody, State.IN_REGISTRY)
    answer = fill(
        chesnokova, "issue", copy=copy.handle, seq=str(copy.seq), holder="grau",
        due_at="1.1.1952", return_to="Registry", note="his own words",
    )  # fmt: skip
    assert 409 == answer.status_code
    assert "it is due back by" in answer.text
    assert "his own words" in answer.text
    assert 'value="1.1.1952"' in answer.text
    answer = fill(chesnokova, "issue", copy=copy.handle, holder="nobody-here", due_at="+1")
    assert "nobody-here" in answer.text
    assert "goes by the name" in answer.text
    answer = fill(chesnokova, "issue", copy=copy.handle, seq=str(copy.seq + 1), holder="grau",
                  due_at="+1", return_to="x")  # fmt: skip
    assert "has changed since" in answer.text
    assert copy == now(nobody, copy)


def test_a_copy_may_be_named_by_its_number(nobody, chesnokova):
    name, copy = copy_in(nobody, State.IN_REGISTRY)
    signed(chesnokova, "file", copy=name, place="case 150")
    assert "case 150" == now(nobody, copy).place
    signed(chesnokova, "charge_out", copy=copy.handle, reason="for work")
    assert State.IN_REGISTRY is now(nobody, copy).state


def test_several_copies_are_one_order(nobody, chesnokova):
    with nobody.desk.bureau.books.view() as view:
        rows = [c for c in every(view.copies, "state", "in_registry") if not c.owner][:3]
    where = nobody.desk.signer
    answer = chesnokova.browser.post(
        "/act/file",
        data={"copy": [c.handle for c in rows], "seq": [str(c.seq) for c in rows],
              "place": "case 150", "then": "/due"},
    )  # fmt: skip
    assert answer.headers["location"].startswith(where)
    assert {"next": "/due"} == chesnokova.sign(answer.headers["location"])
    assert 1 == chesnokova.touches
    assert {"case 150"} == {now(nobody, copy).place for copy in rows}


def test_an_act_of_two_waits_for_the_second(nobody, chesnokova, makarov):
    _, copy = copy_in(nobody, State.FILED)
    page = chesnokova.browser.get(f"/act/destroy?copy={copy.handle}").text
    assert "A second person must sign this too" in page
    said = signed(chesnokova, "destroy", copy=copy.handle, method="burnt", sheets=str(copy.sheets))
    assert {"next": "/seconds"} == said
    assert State.FILED is now(nobody, copy).state
    order = makarov.browser.get("/seconds").text.partition("/seconds/")[2].partition("/sign")[0]
    makarov.sign(makarov.browser.post(f"/seconds/{order}/sign").headers["location"])
    assert State.DESTROYED is now(nobody, copy).state


def test_an_alarm_is_closed_and_a_proxy_named(nobody, chesnokova):
    """Acts of the office, with what there is to choose from."""
    with nobody.desk.bureau.books.view() as view:
        (alarm, *_) = view.alarms.find("state", "open")
    page = chesnokova.browser.get(f"/act/alarm?number={alarm.number}").text
    assert f'value="{alarm.number}" selected' in page
    signed(chesnokova, "alarm", number=str(alarm.number), reason="looked into")
    with nobody.desk.bureau.books.view() as view:
        assert "closed" == view.alarms.get(alarm.number).state
    signed(chesnokova, "proxy", holder="lund", person="novak", may="receive", until_at="15.7")
    with nobody.desk.bureau.books.view() as view:
        (row,) = [r for r in view.proxies.find() if r.holder == "lund"]
    assert ("novak", "1951-07-15T20:59:59Z") == (row.person, row.until_at)


def test_a_muster_from_opening_to_its_close(nobody, chesnokova, makarov):
    """Opened by place, sighted from a list, closed by two who sign what it came to."""
    signed(chesnokova, "open_muster", place="case 138")
    with nobody.desk.bureau.books.view() as view:
        number = max(row.number for row in view.musters.find())
        seen = [
            finding.name(view, c)
            for c in every(view.copies, "state", "filed")
            if c.place == "case 138"
        ]
    signed(chesnokova, "sight", muster=str(number), sighted="\r\n".join(seen), place="case 138")
    page = chesnokova.browser.get(f"/act/close_muster?muster={number}").text
    assert f'value="{number}" selected' in page
    signed(chesnokova, "close_muster", muster=str(number))
    order = makarov.browser.get("/seconds").text.partition("/seconds/")[2].partition("/sign")[0]
    makarov.sign(makarov.browser.post(f"/seconds/{order}/sign").headers["location"])
    with nobody.desk.bureau.books.view() as view:
        assert "closed" == view.musters.get(number).state


def test_then_is_a_page_of_ours(nobody, chesnokova):
    """An address elsewhere leads nowhere."""
    _, copy = copy_in(nobody, State.IN_REGISTRY)
    for then in ("https://evil.example", "//evil.example", "/\\evil", "/a\nb"):
        where = fill(chesnokova, "file", copy=copy.handle, place="x", then=then)
        assert "/" == chesnokova.asked(where)["back"]
    page = chesnokova.browser.get(
        f"/act/file?copy={copy.handle}", headers={"referer": nobody.desk.origin + "/due?days=3"}
    ).text
    assert 'name="then" value="/due?days=3"' in page
    page = chesnokova.browser.get("/act/file", headers={"referer": "https://evil.example/x"}).text
    assert "evil" not in page
