"""What a scan means under each verb of the registrar's line (docs/spec/desk-line.md)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cablegram.errors import MalformedError, UnknownError
from cablegram.model import batch, check
from cablegram.model.acts import Act
from cablegram.model.batch import Answer, Verb
from cablegram.model.handling import default_series
from cablegram.registry import finding, mustering, scanning
from offices import found, later, refuses
from passed import accept, acquainted, dispatch, post, settle_receipts
from registry.test_mustering import opening, sight

DUE = "1951-07-11T17:00:00Z"


@pytest.fixture
def moscow():
    return found()


@pytest.fixture
def special(moscow):
    return acquainted(moscow, found("special", others=("poskrebyshev",)))


def code(office, copy):
    """What the scanner types for a copy of ours."""
    now = office.copy(copy)
    with office.view() as view:
        name = finding.name(view, now)
    cable, number = map(int, name.split("/"))
    return check.code(office.name, cable, number)


def drafts(office, by="makarov"):
    return lambda act, subjects, facts: office.order(act, facts, by=by, subjects=subjects)


def stance(office, typed):
    return scanning.stance(batch.read(typed), office.bureau)


def scan(office, verb, text, *, by="makarov", counted=0):
    before = office.rows()
    meant = batch.read(text).meant
    said = scanning.scan(
        stance(office, verb), meant, drafts(office, by), office.bureau, counted=counted
    )
    assert before == office.rows(), "a scan changed the books"
    return said


def issue(office, copies, holder="stalin", **facts):
    said = {"holder": holder, "due_at": DUE, "return_to": "here", **facts}
    office.give("issue", said, by="makarov", subjects=office.copies(copies))


# --- each verb ------------------------------------------------------------------------------------


def test_issue(moscow):
    """To whom it is said, by the day it is said, or the latest there is."""
    (copy, other, *_) = moscow.in_registry(2)
    said = scan(moscow, "I stalin", code(moscow, copy))
    assert (Answer.TAKEN, True, "issue", copy.handle) == (
        said.answer, said.taken, said.act, said.about
    )  # fmt: skip
    assert {"holder": "stalin", "return_to": "the Eighth Department"} == said.facts
    assert set(said.free) == {"due_at"}
    assert said.due_at == said.free["due_at"]
    said = scan(moscow, "I stalin 2d", code(moscow, other))
    assert "1951-07-07T23:59:59Z" == said.facts["due_at"] == said.due_at
    assert {} == said.free


def test_issue_without_a_person_goes_by_route_and_list(moscow):
    """Next on its route, else its list's; a copy for the file goes to nobody."""
    copies = moscow.in_registry(4)
    (copy,) = [one for one in copies if one.whom == "chief"][:1]
    (file,) = [one for one in copies if one.whom == "file"][:1]
    assert "chief" == scan(moscow, "I", code(moscow, copy)).facts["holder"]
    said = scan(moscow, "I", code(moscow, file))
    assert (Answer.WRONG_STATE, False) == (said.answer, said.taken)
    assert "to whom?" in said.said
    moscow.give("route", {"readers": "beria molotov"}, by="makarov", subjects=[copy])
    assert "beria" == scan(moscow, "I", code(moscow, copy)).facts["holder"]
    said = scan(moscow, "I molotov", code(moscow, copy))
    assert (Answer.WRONG_STATE, False) == (said.answer, said.taken)
    assert scan(moscow, "I molotov # he asks", code(moscow, copy)).taken


def test_issue_by_a_proxy_and_over_a_hold(moscow):
    (copy, old, *_) = moscow.in_registry(2)
    issue(moscow, [old])
    moscow.clock.pass_(days=7)
    said = scan(moscow, "I stalin", code(moscow, copy))
    assert (Answer.OVERDUE, False) == (said.answer, said.taken)
    assert "had to be back by" in said.said or "nothing more is issued" in said.said
    fresh = moscow.in_registry(1, outgoing=3350)[0]
    said = scan(moscow, "I stalin", code(moscow, fresh))
    assert (Answer.OVERDUE, False) == (said.answer, said.taken)
    assert "nothing more is issued to stalin" in said.said
    assert scan(moscow, "I stalin ! he flies at six", code(moscow, fresh)).taken
    said = scan(moscow, "I molotov @beria", code(moscow, fresh))
    assert (Answer.WRONG_STATE, False) == (said.answer, said.taken)
    moscow.give("proxy", {"holder": "molotov", "person": "beria", "may": "receive"}, by="makarov")
    said = scan(moscow, "I molotov @beria", code(moscow, fresh))
    assert ("beria", True) == (said.facts["proxy"], said.taken)
    assert "by the hand of beria" in said.said


def test_issue_of_what_is_out(moscow):
    """Already with him; with another one it is a wrong state, whose hint says from whom."""
    (copy, *_) = moscow.in_registry(1)
    issue(moscow, [copy])
    assert Answer.ALREADY is scan(moscow, "I stalin", code(moscow, copy)).answer
    said = scan(moscow, "I molotov", code(moscow, copy))
    assert Answer.WRONG_STATE is said.answer
    assert "Take it back from stalin first" in said.hint


def test_back(moscow):
    """Taken with its sheets counted; late is told; here already is no fault."""
    (copy, other, *_) = moscow.in_registry(2)
    issue(moscow, [copy, other])
    said = scan(moscow, "B 2", code(moscow, copy))
    assert (Answer.TAKEN, True, "return", 2) == (said.answer, said.taken, said.act, said.sheets)
    assert {"sheets": 2} == said.facts
    moscow.clock.pass_(days=9)
    said = scan(moscow, "B 2", code(moscow, copy))
    assert (Answer.OVERDUE, True, DUE) == (said.answer, said.taken, said.due_at)
    moscow.give("return", {"sheets": 2}, by="makarov", subjects=[moscow.copy(copy)])
    said = scan(moscow, "B 2", code(moscow, copy))
    assert (Answer.ALREADY, False) == (said.answer, said.taken)
    moscow.give("file", {"place": "12"}, by="makarov", subjects=[moscow.copy(copy)])
    assert "(12)" in scan(moscow, "B 2", code(moscow, copy)).said


def test_sheets_are_counted_never_assumed(moscow):
    """Without a count, or with another one than the books', the line asks for its own."""
    (copy, *_) = moscow.in_registry(1)
    issue(moscow, [copy])
    for verb in ("B", "B 3", "B 1"):
        said = scan(moscow, verb, code(moscow, copy))
        assert (True, 0, 2) == (said.taken, said.sheets, said.books)
    short = scanning.count(scan(moscow, "B", code(moscow, copy)), 1, drafts(moscow), moscow.bureau)
    assert (True, 1, {"sheets": 1}) == (short.taken, short.sheets, short.facts)
    much = scanning.count(scan(moscow, "B", code(moscow, copy)), 3, drafts(moscow), moscow.bureau)
    assert (Answer.WRONG_STATE, False) == (much.answer, much.taken)
    assert (1, True) == (scan(moscow, "B", code(moscow, copy), counted=1).sheets, True)


def test_back_off_its_route_takes_the_reason(moscow):
    (copy, *_) = moscow.in_registry(1)
    moscow.give("route", {"readers": "stalin molotov"}, by="makarov", subjects=[copy])
    issue(moscow, [moscow.copy(copy)])
    assert Answer.WRONG_STATE is scan(moscow, "B 2", code(moscow, copy)).answer
    said = scan(moscow, "B 2 # molotov is away", code(moscow, copy))
    assert {"sheets": 2, "reason": "molotov is away"} == said.facts


def test_back_with_a_note(moscow):
    (copy, *_) = moscow.in_registry(1)
    issue(moscow, [copy])
    said = scan(moscow, "B 2 # by his secretary", code(moscow, copy))
    assert {"sheets": 2, "note": "by his secretary"} == said.facts


def test_pass_on(moscow):
    (copy, *_) = moscow.in_registry(1)
    issue(moscow, [copy])
    said = scan(moscow, "P molotov 2", code(moscow, copy))
    assert ("hand_over", {"holder": "molotov", "sheets": 2}) == (said.act, said.facts)
    assert Answer.ALREADY is scan(moscow, "P stalin 2", code(moscow, copy)).answer
    assert "to whom?" in scan(moscow, "P 2", code(moscow, copy)).said
    moscow.give("route", {"readers": "stalin beria"}, by="makarov", subjects=[moscow.copy(copy)])
    assert "beria" == scan(moscow, "P 2", code(moscow, copy)).facts["holder"]
    assert "away" == scan(moscow, "P molotov 2 # away", code(moscow, copy)).facts["reason"]


def test_shown_filed_out_and_destroyed(moscow):
    (copy, *_) = moscow.in_registry(1)
    text = code(moscow, copy)
    said = scan(moscow, "S beria 2 # at the counter", text)
    assert {"reader": "beria", "sheets": 2, "note": "at the counter"} == said.facts
    assert {"reader": "beria", "sheets": 2} == scan(moscow, "S beria 2", text).facts
    said = scan(moscow, "F 12/3", text)
    assert ("file", {"place": "12/3"}) == (said.act, said.facts)
    said = scan(moscow, "D burnt 2", text)
    assert ("destroy", {"method": "burnt", "sheets": 2}, True) == (said.act, said.facts, said.two)
    assert Answer.ALREADY is scan(moscow, "O for work", text).answer
    moscow.give("file", {"place": "12/3"}, by="makarov", subjects=[copy])
    assert Answer.ALREADY is scan(moscow, "F 12/3", text).answer
    assert Answer.WRONG_STATE is scan(moscow, "F 13", text).answer
    said = scan(moscow, "O for work", text)
    assert ("charge_out", {"reason": "for work"}) == (said.act, said.facts)
    moscow.give(
        "destroy", {"method": "burnt", "sheets": 2}, by="makarov", two="vaganov",
        subjects=[moscow.copy(copy)],
    )  # fmt: skip
    for verb in ("D burnt 2", "B 2", "F 12/3", "I stalin"):
        said = scan(moscow, verb, text)
        assert (Answer.WRONG_STATE, False) == (said.answer, said.taken), verb


def test_receipt_verifies_what_is_printed(moscow):
    printed = moscow.printed(list(moscow.telegram(copies=2).copies)[:1])
    text = code(moscow, printed[0])
    said = scan(moscow, "R", text)
    assert ("verify", {}, True) == (said.act, said.facts, said.taken)
    assert Answer.WRONG_STATE is scan(moscow, "R", text, by="chief").answer  # who printed it
    moscow.give("verify", {}, by="makarov", subjects=printed)
    assert Answer.ALREADY is scan(moscow, "R", text).answer


def test_who_may_not_is_told_at_the_scan(moscow):
    (copy, *_) = moscow.in_registry(1)
    moscow.appoint("reader", role="reader", by="chief", two="makarov")
    said = scan(moscow, "F 12", code(moscow, copy), by="reader")
    assert (Answer.WRONG_STATE, False) == (said.answer, said.taken)
    assert "may not order file" in said.said


def test_where(moscow):
    (copy, *_) = moscow.in_registry(1)
    issue(moscow, [copy])
    said = scan(moscow, "?", code(moscow, copy))
    assert (Answer.TOLD, False, DUE) == (said.answer, said.taken, said.due_at)
    moscow.clock.pass_(days=9)
    assert Answer.OVERDUE is scan(moscow, "?", code(moscow, copy)).answer
    moscow.give("return", {"sheets": 2}, by="makarov", subjects=[moscow.copy(copy)])
    moscow.give("file", {"place": "12/3"}, by="makarov", subjects=[moscow.copy(copy)])
    assert scan(moscow, "?", code(moscow, copy)).said.endswith("(12/3)")
    moscow.give("proxy", {"holder": "molotov", "person": "beria", "may": "receive"}, by="makarov")
    other = moscow.in_registry(1, outgoing=3350)[0]
    taken = {"due_at": later(moscow.bureau.now(), days=1), "proxy": "beria", "holder": "molotov"}
    issue(moscow, [other], **taken)
    assert "by the hand of beria" in scan(moscow, "?", code(moscow, other)).said


# --- between offices ------------------------------------------------------------------------------


def test_receipt_accepts_what_was_announced(moscow, special):
    """By its owner's code, or its number with the characters on its sheet; sheets are counted."""
    copies = moscow.in_registry(2)
    dispatch(moscow, copies[:2], "special")
    post(moscow, special)
    text = code(moscow, copies[0])
    said = scan(special, "R 575/ 2", text, by="poskrebyshev")
    assert ("accept", 2, 2, True) == (said.act, said.sheets, said.books, said.taken)
    assert ("moscow", "575/") == (said.facts["owner"], said.facts["incoming"])
    old = text.rpartition(":")[0]
    assert scan(special, "R 2", old, by="poskrebyshev").taken
    number = f"{old.split(':')[2]}/{old.split(':')[3]}-{text[-2:]}"
    said = scan(special, "R 2", number, by="poskrebyshev")
    assert said.taken
    assert f"{old.split(':')[2]}/" == said.facts["incoming"]
    assert 0 == scan(special, "R", text, by="poskrebyshev").sheets
    assert Answer.NOT_OURS is scan(special, "B 2", text, by="poskrebyshev").answer
    stranger = check.code("moscow", 7, 7)
    assert Answer.NOT_OURS is scan(special, "R 2", stranger, by="poskrebyshev").answer
    accept(special, "moscow")
    said = scan(special, "F 12", text, by="poskrebyshev")
    assert ("575/1", True) == (said.name, said.taken)
    assert Answer.ALREADY is scan(special, "R 2", text, by="poskrebyshev").answer


def test_a_limit_of_theirs_stands_in_the_line(moscow, special):
    (copy, *_) = moscow.in_registry(1)
    dispatch(moscow, [copy], "special", limit_at=DUE, limit_to="Moscow")
    post(moscow, special)
    said = scan(special, "R 2", code(moscow, copy), by="poskrebyshev")
    assert (DUE, "the Eighth Department") == (said.due_at, said.facts["limit_to"])


def test_back_from_an_office_comes_under_its_transmittal(moscow, special):
    """Without one, a note says why; both verbs take it."""
    (copy, *_) = moscow.in_registry(1)
    dispatch(moscow, [copy], "special")
    post(moscow, special)
    theirs = accept(special, "moscow")
    post(special, moscow)
    settle_receipts(moscow)
    text = code(moscow, copy)
    said = scan(moscow, "B 2", text)
    assert (Answer.WRONG_STATE, False) == (said.answer, said.taken)
    assert scan(moscow, "B 2 # by hand", text).facts == {"sheets": 2, "note": "by hand"}
    dispatch(special, [theirs], "moscow", by="poskrebyshev")
    post(special, moscow)
    for verb in ("B 2", "R 2"):
        said = scan(moscow, verb, text)
        assert ("come_back", True) == (said.act, said.taken), said
        assert said.facts["transmittal"].startswith("sha256:")


# --- what is not read -----------------------------------------------------------------------------


def test_half_a_number_is_not_read(moscow):
    (copy, *_) = moscow.in_registry(1)
    number = code(moscow, copy).split(":")
    name = f"{number[2]}/{number[3]}"
    wrong = "00" if number[4] != "00" else "01"
    for text in (name, f"{name}-{wrong}", number[2], f"CG1:moscow:{number[2]}:1:{wrong}", "CG1:x"):
        said = scan(moscow, "F 12", text)
        assert (Answer.NOT_READ, False) == (said.answer, said.taken), text
        assert number[4] not in said.said + said.hint or wrong in text, "the characters are told"
    assert scan(moscow, "F 12", f"{name}-{number[4]}").taken
    assert scan(moscow, "F 12", f"{name}-{number[4].lower()}").taken


def test_a_scan_under_another_layout_is_read(moscow):
    (copy, *_) = moscow.in_registry(1)
    text = code(moscow, copy)
    keys = dict(zip("CGmoscow:", "СПьщысщцЖ", strict=True))
    struck = "".join(keys.get(c, c) for c in text[:-2])
    assert scan(moscow, "а 12", struck + text[-2:]).taken
    assert scan(moscow, "F 12", text.swapcase()).taken


def test_a_stamp_that_looks_checked_is_not(moscow):
    """An incoming number that ends as a checked one does is no checked number."""
    facts = {"owner": "academy", "owner_number": "9", "incoming": "A-12", "sheets": 2}
    (handle,) = moscow.give("accept", facts, by="makarov").copies
    with refuses(moscow, "is not the code of a copy"):
        moscow.give("accept", {**facts, "owner_number": "10", "incoming": "CG1:x"}, by="makarov")
    said = scan(moscow, "F 12", "9A-12")
    assert Answer.NOT_READ is said.answer
    meant = ("A-12",)
    said = scanning.scan(stance(moscow, "F 12"), meant, drafts(moscow), moscow.bureau)
    assert (Answer.NOT_READ, False) == (said.answer, said.taken)
    checked = f"A-12-{check.of_name('moscow', 'A-12')}"
    said = scanning.scan(stance(moscow, "F 12"), (checked,), drafts(moscow), moscow.bureau)
    assert (handle, True) == (said.about, said.taken)


def test_another_offices_code_is_not_ours(moscow):
    for verb in ("B 2", "F 12", "I stalin", "D burnt 2", "?"):
        said = scan(moscow, verb, check.code("washington", 21497, 2))
        assert (Answer.NOT_OURS, False) == (said.answer, said.taken)
        assert "is in the books" in said.said


# --- verbs and questions --------------------------------------------------------------------------


def test_persons_by_their_beginning_and_under_another_layout(moscow):
    assert "stalin" == stance(moscow, "I sta").person
    assert "stalin" == stance(moscow, "Ш ыефдшт").person
    assert "beria" == stance(moscow, "I molotov @ber").proxy
    for word in ("nobody", "тщищвн"):
        with pytest.raises(UnknownError, match="nobody called"):
            stance(moscow, f"I {word}")


def test_a_day_is_fixed_when_it_is_said(moscow):
    """Two days from today end with that day, in the office's zone; midnight moves nothing."""
    said = stance(moscow, "I stalin 2d")
    assert "1951-07-07T23:59:59Z" == said.due_at
    assert "1951-07-05T23:59:59Z" == stance(moscow, "I stalin 0d").due_at
    moscow.clock.pass_(days=1)
    (copy, *_) = moscow.in_registry(1)
    one = scanning.scan(said, (code(moscow, copy),), drafts(moscow), moscow.bureau)
    assert "1951-07-07T23:59:59Z" == one.facts["due_at"]
    assert "1951-07-09T23:59:59Z" == stance(moscow, "I stalin 9.7").due_at
    with pytest.raises(MalformedError, match="is not a day"):
        stance(moscow, "I stalin 32.13")
    moscow.clock.set("9999-01-01T00:00:00Z")
    with pytest.raises(MalformedError, match="after all dates"):
        stance(moscow, "I stalin 999d")


def test_questions(moscow):
    (copy, *_) = moscow.in_registry(1)
    issue(moscow, [copy])
    with moscow.view() as view:
        name = finding.name(view, copy)
    (said,) = scanning.asked(batch.read(f"? {name}").meant, moscow.bureau)
    assert (f"{name} is issued to stalin, due", DUE) == (said.said, said.due_at)
    (said,) = scanning.asked(batch.read("? sta").meant, moscow.bureau)
    assert f"{name} is issued to stalin, due" == said.said
    (said,) = scanning.asked(batch.read("? beria").meant, moscow.bureau)
    assert "beria has nothing" == said.said
    for text, says in (("? 99999", "bears the number"), ("? zzz", "nobody called")):
        with pytest.raises(UnknownError, match=says):
            scanning.asked(batch.read(text).meant, moscow.bureau)
    found_ = scanning.asked(batch.read(f"? {name.split('/')[0]}").meant, moscow.bureau)
    assert len(found_) > 1


def test_a_number_with_no_copies_says_so(moscow):
    entered = moscow.telegram(copies=1)
    with moscow.page() as page:
        page.telegrams.put(replace(entered.telegram, handle="f" * 32, cable_number=777))
    (said,) = scanning.asked(("777",), moscow.bureau)
    assert "777 has no copies" == said.said


# --- musters --------------------------------------------------------------------------------------


def test_a_muster_notes_all_that_is_seen(moscow):
    """Here, elsewhere by the books, and of nobody: each is a line, and the answer says which."""
    (copy, other, *_) = moscow.in_registry(2)
    number = opening(moscow)
    assert number == stance(moscow, "M").muster
    said = stance(moscow, f"M {number} shelf 3")
    assert (number, "shelf 3") == (said.muster, said.place)
    issue(moscow, [other])
    stranger = check.code("washington", 21497, 2)
    seen = [scan(moscow, f"M {number} shelf 3", text) for text in (
        code(moscow, copy), code(moscow, other), stranger
    )]  # fmt: skip
    assert [Answer.TAKEN, Answer.WRONG_STATE, Answer.NOT_OURS] == [one.answer for one in seen]
    assert all(one.taken for one in seen)
    assert {"muster": str(number), "place": "shelf 3"} == seen[0].facts
    assert {"muster": str(number)} == scan(moscow, "M", stranger).facts
    texts = [one.text for one in seen]
    moscow.give(
        "sight",
        {**seen[0].facts, "sighted": scanning.texts_digest(texts)},
        by="makarov",
        matter="\n".join(texts).encode(),
    )
    assert Answer.NOT_READ is scan(moscow, "M", "21497/1").answer


def test_a_muster_must_be_one_that_is_open(moscow):
    moscow.in_registry(1)
    with pytest.raises(UnknownError, match="0 musters are open"):
        stance(moscow, "M")
    opening(moscow)
    second = opening(moscow)
    with pytest.raises(UnknownError, match="2 musters are open"):
        stance(moscow, "M")
    with pytest.raises(UnknownError, match="2 musters are open"):
        stance(moscow, "M shelf")
    with pytest.raises(UnknownError):
        stance(moscow, "M 99")
    assert second == stance(moscow, f"M {second}").muster


def test_every_verb_of_the_page_is_known():
    """The table of docs/spec/desk-line.md and the code name the same verbs."""
    assert {v.value for v in Verb} == set("RIBPSFODM?")
    assert {Act.RETURN, Act.DESTROY} <= batch.COUNTED
    assert mustering.OPEN == "open"
    assert default_series("T", "x").letter == "T"
    assert sight is not None
