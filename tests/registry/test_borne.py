"""Whoever comes with a receipt, a tracer or a certificate: its number leads to what it is about."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cablegram.errors import UnknownError
from cablegram.registry import borne, serving
from offices import digest, found, later

DUE = "1951-07-06T17:00:00Z"
ISSUE = {"holder": "molotov", "due_at": DUE, "return_to": "the Eighth Department"}


@pytest.fixture
def office():
    """Copy 1 resolved on, issued, recalled, late and traced; 2 missing; 3 and 4 burnt by two."""
    moscow = found()
    copies = moscow.in_registry(4)
    said = {"written_by": "molotov", "to": "molotov", "evidence": digest("note")}
    moscow.give("annotate", said, subjects=copies[:1])
    moscow.give("issue", ISSUE, subjects=[moscow.copy(copies[0])])
    moscow.give("recall", {"reason": "a correction"}, subjects=[moscow.copy(copies[0])])
    moscow.give("miss", {"reason": "not there"}, subjects=[copies[1]])
    moscow.give("destroy", {"method": "burnt", "sheets": 2}, subjects=copies[2:], two="vaganov")
    moscow.give("open_muster", {})
    moscow.clock.set(later(DUE, days=1))
    moscow.give("trace", {"copy": copies[0].handle, "nth": "1"})
    return moscow


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("receipt 1", [1]),
        ("tracer 1", [1]),
        ("task 1", [1]),
        ("notice 1", [1]),
        ("inquiry 1", [2]),
        ("certificate 1", [3, 4]),
        ("muster 1", [1]),
    ],
)
def test_a_number_of_ours_leads_to_its_copies(office, text, numbers):
    """Each kind counts for itself; the copies are those the paper is about."""
    with office.view() as view:
        (hit,) = serving.find(view, text)
        assert (text.split()[0], numbers) == (hit.by, [copy.number for copy in hit.copies])
        assert hit.telegram is not None


@pytest.mark.parametrize("kind", borne.KINDS)
def test_what_was_never_given_out(office, kind):
    """No paper of that kind has this number; a word that is no kind is a number like another."""
    with office.view() as view:
        with pytest.raises(UnknownError, match=f"there is no {kind} 99 here"):
            serving.find(view, f"{kind} 99")
        with pytest.raises(UnknownError, match="nothing in the books bears the number"):
            serving.find(view, f"{kind} x")


def test_a_number_that_nothing_else_bears_may_be_any(office):
    """A bare number is a telegram's first; where there is none, every kind of paper is asked."""
    with office.view() as view:
        assert "cable" == serving.find(view, "1")[0].by
        assert [] == borne.anything(view, 99)
        kinds = [hit.by for hit in borne.anything(view, 1)]
    assert ["receipt", "tracer", "certificate", "inquiry", "task", "notice", "muster"] == kinds


def test_a_paper_about_a_telegram_leads_to_its_copies(office):
    """A tracer about a whole telegram is about all of its copies."""
    with office.bureau.books.page("") as page:
        row = page.tracers.get(1)
        (copy, *_) = page.copies.find("print_number", 1) or [page.copies.get(row.copy)]
        page.tracers.put(replace(row, copy="", telegram=copy.telegram))
    with office.view() as view:
        (hit,) = borne.find(view, "tracer", 1)
        assert [1, 2, 3, 4] == [copy.number for copy in hit.copies]


def test_a_certificate_that_was_set_by_hand_leads_to_nothing_more(office):
    """Copies that its order did not destroy are not among them, however many its row says."""
    with office.bureau.books.page("") as page:
        row = page.certificates.get(1)
        page.certificates.put(replace(row, copies=row.copies + 90))
    with office.view() as view:
        assert [3, 4] == [c.number for c in borne.find(view, "certificate", 1)[0].copies]


def test_a_long_muster_is_shown_in_part(office, monkeypatch):
    """So many are looked up, and no more."""
    office.in_registry(2)
    office.give("open_muster", {})
    with office.view() as view:
        assert 3 == len(borne.find(view, "muster", 2)[0].copies)
        monkeypatch.setattr(borne, "SHOWN_MAX", 2)
        assert 2 == len(borne.find(view, "muster", 2)[0].copies)


def test_a_bare_number_of_a_notice_alone(office):
    """Where nothing else bears it, the number alone is enough."""
    (copy,) = office.in_registry(1)
    for _ in range(3):
        office.give("recall", {"reason": "again"}, subjects=[office.copy(copy)])
    with office.bureau.books.page("") as page:
        row = page.notices.get(1)
        page.notices.add(replace(row, number=77))
    with office.view() as view:
        (hit,) = serving.find(view, "77")
    assert "notice" == hit.by
