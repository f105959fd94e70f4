"""Paper from offices without Cablegram: on charge under its own number, found by it, receipted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cablegram import forms
from cablegram.errors import CustodyError, MalformedError, OrderError, UnknownError
from cablegram.model.handling import default_series
from cablegram.registry import finding, naming, offices
from offices import found, later, refuses

FROM = {"owner": "war-ministry", "sheets": 3, "owner_number": "61-k"}


@pytest.fixture(params=["memory", "sqlite"])
def office(request, tmp_path):
    return found(folder=tmp_path if request.param == "sqlite" else None)


def accept(office, **facts):
    (handle,) = office.give("accept", {**FROM, **facts}).copies
    with office.view() as view:
        return view.copies.get(handle)


def test_what_our_own_series_keeps_is_a_limit_of_others_copies(office):
    """The stricter of both rules: what nobody limits, or limits later, stays as long as ours do."""
    now = office.bureau.now()
    ours, sooner = now.replace("1951", "1952"), later(now, days=9)
    assert ("", "") == (accept(office).limit_at, accept(office, owner_copy=2).limit_to)
    office.settle(replace(default_series("T", "here"), keep_years=1))
    for number, (said, expected) in enumerate(
        (({}, (ours, FROM["owner"])), ({"limit_at": later(ours, days=9)}, (ours, FROM["owner"])),
         ({"limit_at": later(ours, days=9), "limit_to": "them"}, (ours, "them")),
         ({"limit_at": sooner, "limit_to": "them"}, (sooner, "them"))),
        start=3,
    ):  # fmt: skip
        copy = accept(office, owner_copy=number, **said)
        assert expected == (copy.limit_at, copy.limit_to)


def test_a_paper_bears_its_own_number(office):
    """Its number as it is written and its day are kept, and lead to it."""
    copy = accept(office, dated_at="1951-07-03T00:00:00Z")
    assert ("61-k", "1951-07-03T00:00:00Z", 1) == (copy.owner_number, copy.dated_at, copy.number)
    with office.bureau.books.view() as view:
        (hit,) = finding.find(view, "61-k")
        assert ("their number", (copy,)) == (hit.by, hit.copies)
        with pytest.raises(UnknownError):
            finding.find(view, "62-k")


def test_one_number_of_two_kinds_is_told_once(office):
    """A paper whose own number is our number on it is found as ours."""
    copy = accept(office, owner_number="901", incoming="901")
    with office.view() as view:
        assert ["incoming"] == [hit.by for hit in finding.find(view, "901")]
        assert (copy,) == finding.find(view, "901")[0].copies


def test_a_paper_is_on_charge_once(office):
    """The same exemplar again is refused with the number it goes by; another one is not."""
    first = accept(office)
    with refuses(office, f"61-k of war-ministry is on charge here already, as {first.incoming}"):
        accept(office)
    assert 2 == accept(office, owner_copy=2).number
    assert "bank" == accept(office, owner="bank").owner
    office.give("destroy", {"sheets": 3, "method": "burnt"}, subjects=[first], two="vaganov")
    assert 1 == accept(office).number


def test_a_day_is_a_moment(office):
    """What is no moment is no day."""
    with refuses(office, "is not a moment", MalformedError):
        accept(office, dated_at="yesterday")


def test_an_office_without_a_card_has_a_heading(office):
    """It is settled by order, found by its beginning, and stands on forms; a card goes before."""
    office.give("settle", {"name": "heading/war-ministry", "value": "War Ministry"})
    office.give("settle", {"name": "heading/war-office", "value": "Foreign War Office"})
    copy = accept(office)
    with office.bureau.books.view() as view:
        assert {"war-ministry": "War Ministry", "war-office": "Foreign War Office"} == (
            offices.headings(view)
        )
        for word in ("war-ministry", "War Ministry", "WAR MIN", "war-m"):
            assert "war-ministry" == naming.office(view, office.bureau, word)
        assert office.bureau.name == naming.office(view, office.bureau, office.bureau.name)
        with pytest.raises(UnknownError, match="may be"):
            naming.office(view, office.bureau, "war")
        with pytest.raises(UnknownError, match="fo may be war-office"):
            naming.office(view, office.bureau, "fo")
        with pytest.raises(UnknownError, match="no office elsewhere is known here"):
            naming.office(view, office.bureau, "elsewhere")
        with pytest.raises(UnknownError, match="no office  is known here"):
            naming.office(view, office.bureau, "")
    receipt = forms.make(office.bureau, "paper-receipt", (copy.incoming,)).form
    assert "War Ministry" == receipt.office
    assert ("61-k", 3, copy.incoming) == (
        receipt.papers[0].their_number,
        receipt.papers[0].sheets,
        receipt.papers[0].number,
    )


@pytest.mark.parametrize(
    ("name", "value"), [("heading/War", "War Ministry"), ("heading/war", ""), ("heading/", "War")]
)
def test_what_is_no_heading(office, name, value):
    """An id and a name, or nothing is settled."""
    with refuses(office, "", (MalformedError, OrderError)):
        office.give("settle", {"name": name, "value": value})


def test_a_receipt_goes_to_one_office(office):
    """Papers of two offices, or a copy born here, stand on no receipt together."""
    one, two = accept(office), accept(office, owner="bank")
    with pytest.raises(CustodyError, match="these are of 2"):
        forms.make(office.bureau, "paper-receipt", (one.incoming, two.incoming))
    (born,) = office.in_registry(1)
    with office.bureau.books.view() as view:
        name = finding.name(view, born)
    with pytest.raises(CustodyError, match="these are of 0"):
        forms.make(office.bureau, "paper-receipt", (name,))
