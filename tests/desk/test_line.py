"""The registrar's line at the desk: scanned, kept, signed once; and what goes wrong."""

from __future__ import annotations

import pytest

import desks
import hands
from cablegram.desk import batches
from cablegram.model import check
from cablegram.model.acts import State
from cablegram.registry import finding
from cablegram.registry.reading import every
from cablegram.wiring import clock


@pytest.fixture
def nobody(office_folder):
    with desks.client(office_folder) as browser:
        yield browser


@pytest.fixture
def chesnokova(nobody):
    """The registrar."""
    return hands.hand(nobody, "chesnokova")


@pytest.fixture
def vaganov(nobody):
    """Another registrar."""
    return hands.hand(nobody, "vaganov")


def standing(browser, state, *, count, ours=True):
    """So many copies of ours that stand so, as (name, code, copy)."""
    with browser.desk.bureau.books.view() as view:
        found = [c for c in every(view.copies, "state", state.value) if ours and not c.owner]
        named = [(finding.name(view, copy), copy) for copy in found]
    # The newest first: their terms have long to run.
    named.sort(key=lambda one: [-int(n) for n in one[0].split("/")])
    return [(name, code(name), copy) for name, copy in named[:count]]


def code(name):
    cable, number = map(int, name.split("/"))
    return check.code("moscow", cable, number)


def now(browser, copy):
    with browser.desk.bureau.books.view() as view:
        return view.copies.get(copy.handle)


def kinds(said):
    return [one["kind"] for one in said["told"]]


# --- a batch --------------------------------------------------------------------------------------


def test_a_batch_is_one_signature(nobody, chesnokova):
    """Nothing is done before it is signed, and all of it is after; no answer says done before."""
    rows = standing(nobody, State.IN_REGISTRY, count=4)
    chesnokova.types("F case 150")
    for n, (_, scanned, copy) in enumerate(rows, 1):
        said = chesnokova.scans_(scanned)
        assert ["taken"] == kinds(said)
        assert n == said["count"]
        assert "1 signature closes it" in said["sum"]
        assert State.IN_REGISTRY is now(nobody, copy).state
    said = chesnokova.closes()
    assert ["done"] == kinds(said)
    assert 1 == chesnokova.touches
    for _, _, copy in rows:
        assert (State.FILED, "case 150") == (now(nobody, copy).state, now(nobody, copy).place)
    assert {"done"} == {state for _, state, _ in said["lines"]}
    with nobody.desk.bureau.books.view() as view:
        head = view.head.get("head")
        assert view.leaves.count() == head.size  # a signed head covers it


def test_sheets_are_counted_before_a_batch_closes(nobody, chesnokova):
    rows = standing(nobody, State.ISSUED, count=3)
    chesnokova.types("B")
    said = chesnokova.scans_(rows[0][1])
    assert "count its sheets" in said["told"][0]["hint"].lower()
    assert not [d for d in said["told"][0]["hint"] if d.isdigit() and d != "2"]
    said = chesnokova.types("")
    assert ["not_read"] == kinds(said)
    assert rows[0][0] in said["told"][0]["said"]
    sheets = rows[0][2].sheets
    said = chesnokova.types(f"={sheets}")
    assert "go" in chesnokova.types("")


def test_a_count_that_is_not_the_books_is_asked_for_twice(nobody, chesnokova):
    (row,) = [r for r in standing(nobody, State.ISSUED, count=50) if r[2].sheets == 2][:1]
    chesnokova.types("B")
    chesnokova.scans_(row[1])
    assert ["wrong_state"] == kinds(chesnokova.types("=1"))
    assert chesnokova.types("=1")["told"][0]["stays"]
    chesnokova.closes()
    copy = now(nobody, row[2])
    assert (State.IN_REGISTRY, 1) == (copy.state, copy.sheets)
    assert "incomplete" in copy.marks
    said = chesnokova.types("=1")
    assert ["not_read"] == kinds(said)


def test_each_line_is_counted_by_its_number(nobody, chesnokova):
    rows = standing(nobody, State.ISSUED, count=2)
    chesnokova.types("B")
    for _, scanned, _ in rows:
        chesnokova.scans_(scanned)
    chesnokova.types(f"1={rows[0][2].sheets}")
    said = chesnokova.types(f"={rows[1][2].sheets}")
    assert [False, False] == [line["uncounted"] for line in said["lines"]]
    assert ["not_read"] == kinds(chesnokova.types("7=2"))


def test_double_scans_and_taking_back(nobody, chesnokova):
    rows = standing(nobody, State.IN_REGISTRY, count=3)
    chesnokova.types("F case 150")
    for _, scanned, _ in rows:
        chesnokova.scans_(scanned)
    said = chesnokova.scans_(rows[1][1])
    assert (["already"], 3) == (kinds(said), said["count"])
    assert 2 == chesnokova.types("-2")["count"]
    assert 1 == chesnokova.types("-")["count"]
    assert ["not_read"] == kinds(chesnokova.types("-7"))
    assert ["taken"] == kinds(chesnokova.scans_(rows[1][1]))
    assert 0 == chesnokova.types("--")["count"]
    assert ["not_read"] == kinds(chesnokova.types(""))
    assert ["not_read"] == kinds(chesnokova.types("-"))


def test_several_orders_are_said_before_and_signed_at_once(nobody, chesnokova):
    """As few as there can be, one touch each."""
    rows = standing(nobody, State.IN_REGISTRY, count=4)
    chesnokova.types("F case 150")
    chesnokova.scans_(rows[0][1])
    chesnokova.types("I grau 2d")
    chesnokova.scans_(rows[1][1])
    chesnokova.types("F case 150")
    said = chesnokova.scans_(rows[2][1])
    assert "3 lines in the batch; 2 signatures close it." == said["sum"]
    chesnokova.closes()
    assert 2 == chesnokova.touches
    assert [State.FILED, State.ISSUED, State.FILED, State.IN_REGISTRY] == [
        now(nobody, copy).state for _, _, copy in rows
    ]


# --- what is kept ---------------------------------------------------------------------------------


def test_a_second_tab_a_logout_and_a_crash_lose_nothing(nobody, chesnokova):
    rows = standing(nobody, State.IN_REGISTRY, count=2)
    chesnokova.types("F case 150")
    chesnokova.scans_(rows[0][1])
    page = chesnokova.browser.get("/line").text
    assert rows[0][0] in page
    assert "case 150" in page
    chesnokova.browser.post("/logout")
    again = hands.hand(nobody, "chesnokova")
    assert rows[0][0] in again.browser.get("/line").text
    assert 2 == again.scans_(rows[1][1])["count"]
    assert ["done"] == kinds(again.closes())


def test_nobody_sees_anothers_batch(nobody, chesnokova, vaganov):
    (row,) = standing(nobody, State.IN_REGISTRY, count=1)
    chesnokova.types("F case 150")
    chesnokova.scans_(row[1])
    assert row[0] not in vaganov.browser.get("/line").text


def test_a_plain_form_does_the_same(nobody, chesnokova):
    """Without the page's script: each scan is a page, and the closing one leads to the signer."""
    (row,) = standing(nobody, State.IN_REGISTRY, count=1)
    post = chesnokova.browser.post
    assert "case 150" in post("/line", data={"typed": "F case 150"}).text
    page = post("/line", data={"typed": row[1]})
    assert row[0] in page.text
    assert "1 line in the batch" in page.text
    assert "open" in post("/line", data={"typed": "h"}).text.partition("<details")[2][:60]
    answer = post("/line", data={"typed": ""})
    assert 303 == answer.status_code
    assert answer.headers["location"].startswith(nobody.desk.signer + "/sign#")
    chesnokova.sign(answer.headers["location"])
    assert "1 line done" in chesnokova.browser.get("/line").text
    assert State.FILED is now(nobody, row[2]).state


# --- a bad day ------------------------------------------------------------------------------------


def test_two_clerks_with_one_copy(nobody, chesnokova, vaganov):
    """The second is told at the scan; a line that still stands is signed as the copy stands."""
    rows = standing(nobody, State.IN_REGISTRY, count=2)
    chesnokova.types("F case 150")
    vaganov.types("I grau 2d")
    for _, scanned, _ in rows:
        chesnokova.scans_(scanned)
    said = vaganov.scans_(rows[0][1])
    assert ["taken"] == kinds(said)
    assert "chesnokova" in said["told"][0]["hint"]
    chesnokova.closes()
    assert ["done"] == kinds(vaganov.closes())  # whoever has the paper: out of the file, to grau
    assert (State.ISSUED, "grau") == (now(nobody, rows[0][2]).state, now(nobody, rows[0][2]).holder)


def test_a_copy_that_moved_in_between_is_asked_anew(nobody, chesnokova, vaganov):
    """What still stands is signed as it stands now; what does not is named before anybody signs."""
    rows = standing(nobody, State.IN_REGISTRY, count=2)
    chesnokova.types("F case 150")
    for _, scanned, _ in rows:
        chesnokova.scans_(scanned)
    vaganov.types("I grau 2d")
    vaganov.scans_(rows[0][1])
    vaganov.closes()
    said = chesnokova.types("")
    assert "go" not in said
    assert ["wrong_state"] == kinds(said)
    assert rows[0][0] in said["told"][0]["said"]
    assert 1 == said["count"]
    assert ["done"] == kinds(chesnokova.closes())
    assert State.FILED is now(nobody, rows[1][2]).state
    assert State.ISSUED is now(nobody, rows[0][2]).state


def test_a_batch_that_partly_fails_says_which_lines_stand(nobody, chesnokova, vaganov):
    """Signed, but one copy was moved meanwhile: its order falls, the other is done."""
    rows = standing(nobody, State.IN_REGISTRY, count=3)
    chesnokova.types("F case 150")
    chesnokova.scans_(rows[0][1])
    chesnokova.scans_(rows[1][1])
    chesnokova.types("F case 151")
    chesnokova.scans_(rows[2][1])
    where = chesnokova.types("")["go"]
    vaganov.types("D burnt")
    vaganov.types("F case 7")
    vaganov.scans_(rows[2][1])
    assert ["done"] == kinds(vaganov.closes())
    chesnokova.sign(where)
    kept = batches.load(nobody.desk.store, "chesnokova")
    assert ["done", "done", "refused"] == [entry.state for entry in kept.entries]
    assert ["done", "wrong_state"] == [one.answer.value for one in kept.told]
    page = chesnokova.browser.get("/line").text
    assert "has changed since the order was made" in page
    assert ["case 150", "case 150", "case 7"] == [now(nobody, c).place for _, _, c in rows]


def test_a_number_used_by_another_tab_is_signed_again(nobody, chesnokova):
    """The lost race: nothing is lost, and the batch is closed once more."""
    rows = standing(nobody, State.IN_REGISTRY, count=2)
    chesnokova.types("F case 150")
    chesnokova.scans_(rows[0][1])
    where = chesnokova.types("")["go"]
    shown = chesnokova.asked(where)
    signatures = chesnokova.signatures(shown)
    chesnokova.types("--")
    chesnokova.types("F case 151")
    chesnokova.scans_(rows[1][1])
    chesnokova.closes()
    chesnokova.answer(where, signatures)
    kept = batches.load(nobody.desk.store, "chesnokova")
    assert "used order number" in kept.told[0].said
    assert State.IN_REGISTRY is now(nobody, rows[0][2]).state


def test_a_signature_that_does_not_hold_moves_nothing(nobody, chesnokova, vaganov):
    (row,) = standing(nobody, State.IN_REGISTRY, count=1)
    chesnokova.types("F case 150")
    chesnokova.scans_(row[1])
    where = chesnokova.types("")["go"]
    chesnokova.answer(where, vaganov.signatures(vaganov.asked(where)))
    assert State.IN_REGISTRY is now(nobody, row[2]).state
    kept = batches.load(nobody.desk.store, "chesnokova")
    assert "does not hold" in kept.told[0].said


def test_what_is_signed_twice_is_done_once(nobody, chesnokova):
    rows = standing(nobody, State.IN_REGISTRY, count=1)
    chesnokova.types("F case 150")
    chesnokova.scans_(rows[0][1])
    where = chesnokova.types("")["go"]
    signatures = chesnokova.signatures(chesnokova.asked(where))
    chesnokova.answer(where, signatures)
    seq = now(nobody, rows[0][2]).seq
    assert not hands.is_kept(nobody, where)
    chesnokova.answer(where, signatures, status=404)
    assert seq == now(nobody, rows[0][2]).seq


def test_who_has_no_key_may_ask_and_not_order(nobody):
    """A question needs no key; a line does, and says so."""
    (row,) = standing(nobody, State.IN_REGISTRY, count=1)
    bare = hands.Hand(nobody.log_in("chesnokova"), "chesnokova")
    assert ["told"] == kinds(bare.scans_(row[1]))
    assert ["told"] == kinds(bare.types(f"? {row[0]}"))
    bare.types("F case 150")
    assert ["wrong_state"] == kinds(bare.scans_(row[1]))


def test_the_line_is_for_those_who_work_with_the_register(nobody):
    hands.hand(nobody, "brodsky")
    assert 303 == nobody.log_in("grau").get("/line").status_code  # a reader is in no post here
    assert 200 == nobody.log_in("brodsky").get("/line").status_code
    assert 303 == nobody.get("/line").status_code
    assert 403 == nobody.ask("POST", "/line", data={"typed": "h"}).status_code


# --- two persons ----------------------------------------------------------------------------------


def test_destroyed_by_two_at_two_desks(nobody, chesnokova, vaganov):
    """The first signs, nothing is done; the second sees it in words and signs; then it is."""
    rows = [r for r in standing(nobody, State.FILED, count=50) if r[2].sheets == 2][:2]
    chesnokova.types("D burnt 2")
    for _, scanned, _ in rows:
        assert ["taken"] == kinds(chesnokova.scans_(scanned))
    said = chesnokova.closes()
    assert "2 lines wait for the second" in said["told"][0]["said"]
    assert {"waits"} == {state for _, state, _ in said["lines"]}
    assert all(State.FILED is now(nobody, copy).state for _, _, copy in rows)
    page = chesnokova.browser.get("/seconds").text
    assert "Withdraw it" in page
    assert "Sign second" not in page
    page = vaganov.browser.get("/seconds").text
    assert all(name in page for name, _, _ in rows)
    assert "burnt" in page
    order = page.partition("/seconds/")[2].partition("/sign")[0]
    assert 403 == chesnokova.browser.post(f"/seconds/{order}/sign").status_code
    assert 403 == vaganov.browser.post(f"/seconds/{order}/withdraw").status_code
    answer = vaganov.browser.post(f"/seconds/{order}/sign")
    vaganov.sign(answer.headers["location"])
    assert all(State.DESTROYED is now(nobody, copy).state for _, _, copy in rows)
    kept = batches.load(nobody.desk.store, "chesnokova")
    assert {"done"} == {entry.state for entry in kept.entries}
    assert 404 == vaganov.browser.post(f"/seconds/{order}/sign").status_code


def test_withdrawn_before_the_second_signs(nobody, chesnokova, vaganov):
    (row,) = [r for r in standing(nobody, State.FILED, count=50) if r[2].sheets == 2][:1]
    chesnokova.types("D burnt 2")
    chesnokova.scans_(row[1])
    chesnokova.closes()
    page = vaganov.browser.get("/seconds").text
    order = page.partition("/seconds/")[2].partition("/sign")[0]
    where = vaganov.browser.post(f"/seconds/{order}/sign").headers["location"]
    chesnokova.browser.post(f"/seconds/{order}/withdraw")
    assert "Nothing waits for you" in vaganov.browser.get("/seconds").text
    vaganov.sign(where, status=404)
    assert State.FILED is now(nobody, row[2]).state
    kept = batches.load(nobody.desk.store, "chesnokova")
    assert ["refused"] == [entry.state for entry in kept.entries]


def test_what_nobody_seconded_in_time_is_told_and_done_to_nothing(nobody, chesnokova, vaganov):
    """A look at the page writes nothing; the next order that is laid there sweeps."""
    rows = [r for r in standing(nobody, State.FILED, count=50) if r[2].sheets == 2][:2]
    chesnokova.types("D burnt 2")
    chesnokova.scans_(rows[0][1])
    chesnokova.closes()
    clock.start(nobody.desk.office.root / clock.FILE, "1951-07-12T09:00:00Z")
    kept = list(nobody.desk.store.of("waiting"))
    assert "Nothing waits for you" in vaganov.browser.get("/seconds").text
    assert kept == list(nobody.desk.store.of("waiting"))
    chesnokova.types("D burnt 2")
    chesnokova.scans_(rows[1][1])
    chesnokova.closes()
    (left,) = nobody.desk.store.of("waiting")
    assert left.name != kept[0].name
    assert State.FILED is now(nobody, rows[0][2]).state


def test_orders_after_one_that_waits_take_other_numbers(nobody, chesnokova, vaganov):
    """What waits keeps its number: a later order does not make it worthless."""
    filed = [r for r in standing(nobody, State.FILED, count=50) if r[2].sheets == 2][:1]
    here = standing(nobody, State.IN_REGISTRY, count=1)
    chesnokova.types("D burnt 2")
    chesnokova.scans_(filed[0][1])
    chesnokova.closes()
    chesnokova.types("F case 150")
    chesnokova.scans_(here[0][1])
    assert ["done"] == kinds(chesnokova.closes())
    page = vaganov.browser.get("/seconds").text
    order = page.partition("/seconds/")[2].partition("/sign")[0]
    vaganov.sign(vaganov.browser.post(f"/seconds/{order}/sign").headers["location"])
    assert State.DESTROYED is now(nobody, filed[0][2]).state
