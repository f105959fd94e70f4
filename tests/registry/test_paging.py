"""Paging: every row once, whichever way one leafs, however the list changes meanwhile."""

from __future__ import annotations

import pytest

from cablegram.errors import MalformedError
from cablegram.model.records import Setting, Waiver
from cablegram.registry import paging
from cablegram.registry.paging import Run
from offices import bare

WAIVERS = Run("waivers")
BACKWARDS = Run("waivers", backwards=True)


@pytest.fixture(params=["memory", "sqlite"])
def office(request, tmp_path):
    return bare(folder=tmp_path if request.param == "sqlite" else None)


def put(office, *numbers, what="verify"):
    with office.page() as page:
        page.waivers.put_all([Waiver(n, what, "makarov", "why", "", 1, 0) for n in numbers])


def read(office, run=WAIVERS, place="", **rest):
    with office.view() as view:
        found = paging.read(view, run, place, **rest)
    return [row.number for row in found.rows], found


def leaf_through(office, run, **rest):
    """Every page from the first on, and then every page back from the last."""
    there, place, pages = [], "", []
    while True:
        numbers, found = read(office, run, place, **rest)
        there += numbers
        pages.append(numbers)
        if not found.on:
            break
        place = found.on
    returned, back = [], found.back
    while back:
        numbers, found = read(office, run, back, **rest)
        returned = numbers + returned
        back = found.back
    return there, returned, pages


@pytest.mark.parametrize("run", [WAIVERS, BACKWARDS])
@pytest.mark.parametrize("count", [0, 1, 2, 3, 6, 7])
def test_every_row_is_on_one_page(office, run, count):
    """There and back: no row twice, none left out, whatever the last page holds."""
    put(office, *range(1, count + 1))
    numbers = list(range(1, count + 1))
    numbers = numbers[::-1] if run.backwards else numbers
    there, returned, pages = leaf_through(office, run, most=3)
    assert numbers == there
    assert numbers[: len(returned)] == returned
    assert {len(page) for page in pages[:-1]} <= {3}
    assert sum(map(len, pages[:-1])) == len(returned)


def test_a_first_page_leads_back_to_nothing(office):
    """And a last one on to nothing; both say that everything was looked at."""
    put(office, 1, 2)
    _, found = read(office)
    assert ("", "", False) == (found.back, found.on, found.cut)


def test_rows_that_come_in_between_are_met_where_they_belong(office):
    """A place is a row, no count: what is added before it moves nothing."""
    put(office, 2, 4, 6, 8)
    _, first = read(office, most=2)
    put(office, 1, 5)
    assert ([5, 6], [8]) == (
        read(office, place=first.on, most=2)[0],
        read(office, place=read(office, place=first.on, most=2)[1].on, most=2)[0],
    )


def test_a_row_that_has_moved_stands_where_it_stood(office):
    """What a place says of its row counts, not what the row says by now."""
    with office.page() as page:
        page.settings.put(Setting("a", b"{}"))
        page.drafts.put(_draft("one", 1))
        page.drafts.put(_draft("two", 2))
        page.drafts.put(_draft("three", 3))
    run = Run("drafts", "state", ("drafted",))
    with office.view() as view:
        first = paging.read(view, run, most=1)
    with office.page() as page:
        page.drafts.put(_draft("one", 9))
    with office.view() as view:
        after = paging.read(view, run, first.on, most=5)
    assert ["two", "three", "one"] == [row.drafter for row in after.rows]


def _draft(name, number):
    from cablegram.model.records import KeptDraft

    digest = "sha256:" + name
    return KeptDraft(digest, name, number, name, "", "T", "secret", "beijing", "drafted")


def test_what_does_not_belong_is_passed_over(office):
    """A page is filled with what is kept, there and back."""
    put(office, *range(1, 31), what="verify")
    put(office, 3, 11, 12, 29, what="open")
    there, returned, pages = leaf_through(office, WAIVERS, most=3, keep=lambda w: w.what == "open")
    assert [[3, 11, 12], [29]] == pages
    assert ([3, 11, 12, 29], [3, 11, 12]) == (there, returned)


def test_looking_is_cut_short_and_goes_on_from_there(office, monkeypatch):
    """A page that looked at as much as one may says so, and leads further, both ways."""
    monkeypatch.setattr(paging, "LOOKED_MAX", 10)
    monkeypatch.setattr(paging, "_CHUNK", 5)
    put(office, *range(1, 41))
    put(office, 7, 25, 26, what="open")
    keep = lambda row: row.what == "open"  # noqa: E731
    numbers, first = read(office, most=3, keep=keep)
    assert ([7], "", True) == (numbers, first.back, first.cut)
    numbers, second = read(office, place=first.on, most=3, keep=keep)
    assert ([], True) == (numbers, second.cut)
    numbers, third = read(office, place=second.on, most=3, keep=keep)
    assert ([25, 26], True) == (numbers, third.cut)
    numbers, before = read(office, place=third.back, most=3, keep=keep)
    assert ([], True) == (numbers, before.cut)
    assert before.on
    assert [7] == read(office, place=before.back, most=3, keep=keep)[0]
    there, returned, _ = leaf_through(office, WAIVERS, most=1, keep=keep)
    # The last page of all is an empty one, which leads back to all three.
    assert ([7, 25, 26], [7, 25, 26]) == (there, returned)


@pytest.mark.parametrize(
    "place",
    ["on", "on~", "to~1", "on~1~2", "on~x", "on~99", "back~-1", "on~1.5", "on~" + "9" * 500],
)
def test_a_place_that_is_none_is_refused(office, place):
    """It comes with a link, so anybody may write it."""
    put(office, 1, 2)
    with pytest.raises(MalformedError, match="no such place"):
        read(office, place=place)
