"""What every Books must keep: the promises of ports.Shelf, ports.Page and ports.Books."""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import fields, replace
from enum import StrEnum
from typing import get_type_hints

import pytest

from cablegram.errors import StorageError
from cablegram.model.acts import State
from cablegram.model.custody import Copy
from cablegram.model.records import (
    Counter,
    PageKey,
    Person,
    Setting,
)
from cablegram.ports import FIND_MAX, SPECS


def a_copy(number, **changes):
    plain = Copy(
        handle=f"{number:032x}",
        telegram="e" * 32,
        number=number,
        made=9,
        whom="stalin",
        state=State.ALLOTTED,
        accountable="moscow",
        series="G",
    )
    return replace(plain, **changes)


def a_tray_row(name, laid_at="1951-07-09T10:00:00Z"):
    plain = any_row(SPECS["outgoing"], 7)
    return replace(plain, digest=f"sha256:{name}", office="special-sector", laid_at=laid_at)


def any_row(spec, number):
    """A row for any shelf: each field a value of its type that ``number`` tells apart."""
    hints = get_type_hints(spec.record)
    values = {}
    for field in fields(spec.record):
        kind = hints[field.name]
        if issubclass(kind, StrEnum):
            values[field.name] = list(kind)[number % len(kind)]
        else:
            texts = {str: f"{field.name} {number}", int: number, bytes: b"\x00\xff%d" % number}
            values[field.name] = texts[kind]
    return spec.record(**values)


@pytest.mark.parametrize("name", SPECS)
def test_every_shelf_gives_back_what_was_put_on_it(books, name):
    """Each field of each record comes back with its value and its type."""
    spec = SPECS[name]
    rows = [any_row(spec, number) for number in (3, 1, 2)]
    with books.page("") as page:
        getattr(page, name).put_all(rows)
    with books.view() as view:
        shelf = getattr(view, name)
        for row in rows:
            found = shelf.get(*(getattr(row, column) for column in spec.key))
            assert row == found
            for field in fields(row):
                assert type(getattr(row, field.name)) is type(getattr(found, field.name))
        for by in ("", *spec.finds):
            assert {*rows} == {*shelf.find(by)}
            assert 3 == shelf.count(by)


def test_a_sparse_search_finds_only_what_is_set(books):
    """Copies that must leave: those with a limit, by state and then by when."""
    with books.page("") as page:
        page.copies.put_all([a_copy(1), a_copy(2, limit_at="1952"), a_copy(3, limit_at="1951")])
        assert [3, 2] == [row.number for row in page.copies.find("limit")]
        assert [3, 2] == [row.number for row in page.copies.find("limit", State.ALLOTTED)]
        assert [2] == [row.number for row in page.copies.find("limit", "allotted", since="1952")]
        assert [2, 2] == [page.copies.count("limit"), page.copies.count("limit", "allotted")]
        assert [2, 3] == [row.number for row in page.copies.find("limit", backwards=True)]


def test_a_state_comes_back_as_a_state(books):
    """States are kept as words and read as members of their enum."""
    with books.page("") as page:
        page.copies.put(a_copy(2, state=State.ISSUED))
        assert State.ISSUED is page.copies.get(a_copy(2).handle).state


def test_extremes_of_every_type_are_kept(books):
    """The largest number, bytes that are no text, text outside the first plane, nothing."""
    leaf = replace(
        any_row(SPECS["leaves"], 0),
        index=2**53 - 1,
        leaf=bytes(range(256)),
        entry=b"",
        kind="копия",
        act="毛泽东 \U0001f5dd",
        subject="",
    )
    with books.page("") as page:
        page.leaves.put(leaf)
        assert leaf == page.leaves.get(2**53 - 1)


def test_a_row_that_is_not_there_is_none(books):
    """get gives None, find nothing, count 0."""
    with books.view() as view:
        assert view.persons.get("stalin") is None
        assert not view.persons.find()
        assert 0 == view.persons.count()


def test_put_takes_the_place_of_the_row_with_its_key(books):
    """put writes in place of the row with its key; put_all of nothing is nothing."""
    with books.page("") as page:
        page.persons.put(Person("makarov", "verifier"))
        page.persons.put(Person("makarov", "head"))
        page.persons.put_all([])
    with books.view() as view:
        assert [Person("makarov", "head")] == list(view.persons.find())


def test_searches_follow_a_changed_row(books):
    """A row that was put again is found where it is now and not where it was."""
    with books.page("") as page:
        page.copies.put(a_copy(2, state=State.ISSUED, holder="molotov", due_at="1951-07-15"))
        page.copies.put(a_copy(2, state=State.FILED))
        assert not page.copies.find("state", State.ISSUED)
        assert not page.copies.find("holder", "molotov")
        assert [a_copy(2, state=State.FILED)] == list(page.copies.find("state", State.FILED))


def test_add_refuses_a_key_that_is_taken(books):
    """add: StorageError if the key is taken; the page can no longer be committed."""
    with books.page("") as page:
        page.persons.add(Person("makarov", "verifier"))

    def fail_and_go_on():
        with books.page("k") as page:
            page.persons.put(Person("vaganov", "cipher officer"))
            with pytest.raises(StorageError, match="persons"):
                page.persons.add(Person("makarov", "head"))
            assert Person("makarov", "verifier") == page.persons.get("makarov")
            with pytest.raises(StorageError):
                page.persons.put(Person("chesnokova", "printer"))

    with pytest.raises(StorageError) as refused:
        fail_and_go_on()
    with pytest.raises(StorageError), books.page("") as page, suppress(StorageError):
        page.persons.add(Person("makarov", "head"))
    assert refused.value.hint.endswith(".")
    assert "Nothing was changed." == refused.value.kept
    with books.view() as view:
        assert [Person("makarov", "verifier")] == list(view.persons.find())
        assert view.pages.get("k") is None


def test_add_refuses_a_taken_key_of_every_kind(books):
    """Number keys and keys of several columns are as unique as text keys."""

    def add_twice(name):
        with books.page("") as page:
            getattr(page, name).add(any_row(SPECS[name], 1))
            getattr(page, name).add(any_row(SPECS[name], 1))

    for name in ("leaves", "circuits", "orders", "circuit_items", "print_runs"):
        with pytest.raises(StorageError):
            add_twice(name)


def test_trays_give_rows_away_and_nothing_else_does(books):
    """remove: the row is gone; nothing happens if it is not there; trays only."""
    with books.page("") as page:
        page.outgoing.put_all([a_tray_row("a"), a_tray_row("b")])
        page.outgoing.remove("sha256:a", "special-sector")
        page.outgoing.remove("sha256:a", "special-sector")
    with books.page("") as page:
        assert [a_tray_row("b")] == list(page.outgoing.find("laid"))
        with pytest.raises(AssertionError, match="persons"):
            page.persons.remove("makarov")


def test_rows_come_in_the_order_of_the_search_and_then_the_key(books):
    """A search's columns give the order, and the key decides between equals."""
    rows = [a_copy(n, telegram=t, due_at=d) for n, t, d in [(5, "b", "2"), (1, "b", "2")]]
    rows += [a_copy(n, telegram=t, due_at=d) for n, t, d in [(9, "a", "2"), (3, "b", "1")]]
    with books.page("") as page:
        page.copies.put_all(rows)
        assert [1, 3, 5, 9] == [row.number for row in page.copies.find()]
        assert [9, 1, 3, 5] == [row.number for row in page.copies.find("telegram")]
        assert [3, 1, 5, 9] == [row.number for row in page.copies.find("state")]


def test_text_is_ordered_by_code_point(books):
    """Not by UTF-16 unit, locale or case."""
    covers = ["Z", "a", "Филиппов", "毛", "\uffee", "\U00020000"]
    with books.page("") as page:
        page.settings.put_all([Setting(name, b"{}") for name in reversed(covers)])
        assert covers == [row.name for row in page.settings.find()]


def test_equal_fixes_the_first_columns(books):
    """Rows whose first columns are equal; also all columns, and those of the key."""
    with books.page("") as page:
        page.copies.put_all([a_copy(n, telegram="ab"[n % 2]) for n in range(6)])
        find = page.copies.find
        assert [1, 3, 5] == [row.number for row in find("telegram", "b")]
        assert [3] == [row.number for row in find("telegram", "b", 3)]
        assert [3] == [row.number for row in find("telegram", "b", 3, a_copy(3).handle)]
        assert not find("telegram", "b", 2)
        assert not find("telegram", "b", 3, a_copy(5).handle)
        line = replace(any_row(SPECS["circuits"], 1), office="beijing")
        page.circuits.put_all([replace(line, direction=way) for way in ("in", "out")])
        assert ["in", "out"] == [row.direction for row in page.circuits.find("", "beijing")]
        assert 2 == page.circuits.count("", "beijing")


def test_what_is_not_set_is_found_as_empty_text(books):
    """Empty text is a value as any other where a search asks for it."""
    with books.page("") as page:
        page.copies.put_all([a_copy(1, holder="molotov"), a_copy(2), a_copy(3)])
        assert [2, 3] == [row.number for row in page.copies.find("holder", "")]
        assert [1] == [row.number for row in page.copies.find("holder", "molotov")]
        assert [2, 3, 1] == [row.number for row in page.copies.find("holder")]
        assert (2, 1, 3) == tuple(
            page.copies.count("holder", *at) for at in [("",), ("molotov",), ()]
        )


def test_below_bounds_the_next_column(books):
    """Less than the bound; neither the bound itself nor what is not set."""
    days = ["", "1951-07-14", "1951-07-15", "1951-07-16"]
    with books.page("") as page:
        page.copies.put_all(
            [a_copy(n, state=State.ISSUED, due_at=day, limit_at=day) for n, day in enumerate(days)]
        )
        page.copies.put(a_copy(9, due_at="1951-07-01"))
        overdue = page.copies.find("state", State.ISSUED, below="1951-07-16")
        assert ["1951-07-14", "1951-07-15"] == [row.due_at for row in overdue]
        assert 2 == page.copies.count("state", "issued", below="1951-07-16")
        assert 3 == page.copies.count("state", "issued", below="\U0010ffff")
        assert 0 == page.copies.count("state", "issued", below="")
        assert [1] == [row.number for row in page.copies.find("limit", "issued", below=days[2])]
        assert 1 == page.copies.count("limit", "issued", below=days[2])


def test_below_bounds_numbers_too(books):
    """A number is never "not set": zero is below one."""
    with books.page("") as page:
        page.incoming.put_all(
            [
                replace(any_row(SPECS["incoming"], n), outer_number=n, state="waiting")
                for n in range(4)
            ]
        )
        assert [0, 1] == [row.outer_number for row in page.incoming.find("outer", below=2)]
        found = page.incoming.find("state", "waiting", below=3)
        assert [0, 1, 2] == [row.outer_number for row in found]
        assert 0 == page.incoming.count("outer", below=0)


def test_below_goes_with_a_page_that_begins_after_a_row(books):
    """below and after together: neither end is included."""
    with books.page("") as page:
        page.leaves.put_all([any_row(SPECS["leaves"], n) for n in range(10)])
        after = page.leaves.get(4)
        assert [5, 6] == [row.index for row in page.leaves.find(below=7, after=after)]


def test_since_bounds_the_next_column_from_below(books):
    """The bound itself is included; with below it is a span, also for numbers."""
    days = ["", "1951-07-14", "1951-07-15", "1951-07-16"]
    with books.page("") as page:
        page.copies.put_all(
            [a_copy(n, state=State.ISSUED, due_at=day, limit_at=day) for n, day in enumerate(days)]
        )
        page.copies.put(a_copy(9, due_at="1951-07-15"))
        find, count = page.copies.find, page.copies.count
        late = find("state", State.ISSUED, since="1951-07-15")
        assert ["1951-07-15", "1951-07-16"] == [row.due_at for row in late]
        span = find("state", State.ISSUED, since="1951-07-15", below="1951-07-16")
        assert [2] == [row.number for row in span]
        assert 1 == count("state", State.ISSUED, since="1951-07-15", below="1951-07-16")
        assert 4 == count("state", State.ISSUED, since="")
        assert [2, 3] == [row.number for row in find("limit", "issued", since="1951-07-15")]
        assert 0 == count("limit", "issued", since="1951-07-16", below="1951-07-16")
        page.leaves.put_all([any_row(SPECS["leaves"], n) for n in range(10)])
        assert [7, 8, 9] == [row.index for row in page.leaves.find(since=7)]
        after = page.leaves.get(7)
        assert [8] == [row.index for row in page.leaves.find(since=7, below=9, after=after)]


@pytest.mark.parametrize("by", ["", "telegram", "state", "holder"])
def test_backwards_begins_with_the_last_row(books, by):
    """The same rows from the end; after is then the row that was met last."""
    rows = [
        a_copy(n, telegram="ab"[n % 2], holder=["", "molotov", "stalin"][n % 3], due_at=str(n % 4))
        for n in range(13)
    ]
    with books.page("") as page:
        page.copies.put_all(rows)
        forwards = list(page.copies.find(by))
        assert forwards[::-1] == list(page.copies.find(by, backwards=True))
        met = list(page.copies.find(by, limit=5, backwards=True))
        while more := page.copies.find(by, limit=5, after=met[-1], backwards=True):
            met += more
        assert forwards[::-1] == met
        newest = page.copies.find("telegram", "b", limit=1, backwards=True)
        assert [11] == [row.number for row in newest]
        assert not page.copies.find("telegram", "c", limit=1, backwards=True)


def test_counting_stops_where_it_is_told(books):
    """No further than most; how many there are where that is fewer."""
    with books.page("") as page:
        page.copies.put_all([a_copy(n, telegram="ab"[n % 2]) for n in range(9)])
        assert [1, 4, 4] == [page.copies.count("telegram", "b", most=n) for n in (1, 4, 50)]
        assert 5 == page.copies.count("telegram", since="a", below="b", most=7)
        assert 0 == page.copies.count("telegram", "c", most=3)


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
@pytest.mark.parametrize("by", ["", "telegram", "state", "holder"])
def test_paging_meets_every_row_once(books, by, limit):
    """after the last row of the page before comes the next one, with equals told by the key."""
    rows = [
        a_copy(n, telegram="ab"[n % 2], holder=["", "molotov", "stalin"][n % 3], due_at=str(n % 4))
        for n in range(13)
    ]
    with books.page("") as page:
        page.copies.put_all(rows)
    with books.view() as view:
        met = list(view.copies.find(by, limit=limit))
        while more := view.copies.find(by, limit=limit, after=met[-1]):
            assert len(more) <= limit
            met += more
        assert list(view.copies.find(by)) == met
        assert 13 == len(met)


def test_paging_within_equal_columns(books):
    """after works behind equal columns, and gives nothing once every column is given."""
    with books.page("") as page:
        page.copies.put_all([a_copy(n, telegram="ab"[n % 2]) for n in range(8)])
        third = page.copies.get(a_copy(3).handle)
        assert [5, 7] == [r.number for r in page.copies.find("telegram", "b", after=third)]
        assert not page.copies.find("telegram", "b", 3, after=third)
        assert not page.copies.find("", third.handle, after=third)


def test_find_gives_a_thousand_rows_at_most(books):
    """Without a limit FIND_MAX rows come; count tells how many there are."""
    with books.page("") as page:
        page.leaves.put_all(
            [replace(any_row(SPECS["leaves"], n), subject="s") for n in range(FIND_MAX + 5)]
        )
        assert FIND_MAX == len(page.leaves.find("subject", "s"))
        assert FIND_MAX + 5 == page.leaves.count("subject", "s")


def test_a_page_sees_its_own_writes_and_a_view_sees_committed_ones(books):
    """What is read is as of the page's beginning, with its own writes."""
    with books.page("") as page:
        page.numbers.put(Counter("cable", "G", 21497))
        assert Counter("cable", "G", 21497) == page.numbers.get("cable", "G")
    with books.view() as view:
        assert Counter("cable", "G", 21497) == view.numbers.get("cable", "G")


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, StorageError])
def test_an_error_inside_leaves_the_books_as_they_were(books, error):
    """All that is written on a page is kept, or none of it; the next page is a good one."""
    with books.page("") as page:
        page.persons.put(Person("makarov", "verifier"))
    raised = error("no", hint="No.") if error is StorageError else error()

    def fail():
        with books.page("k") as page:
            page.persons.put(Person("makarov", "head"))
            page.outgoing.put(a_tray_row("a"))
            raise raised

    with pytest.raises(error):
        fail()
    with books.page("k") as page:
        assert page.repeated is None
        assert Person("makarov", "verifier") == page.persons.get("makarov")
        assert 0 == page.outgoing.count()
        page.persons.put(Person("makarov", "head"))
    with books.view() as view:
        assert Person("makarov", "head") == view.persons.get("makarov")


def test_a_page_with_a_key_is_kept_once(books):
    """If a page with this key was committed before, repeated is the answer given then."""
    with books.page("order 1") as page:
        assert page.repeated is None
        page.numbers.put(Counter("cable", "G", 1))
        page.answer.value = b"cable 1"
    for _ in range(2):
        with books.page("order 1") as page:
            assert b"cable 1" == page.repeated
            assert Counter("cable", "G", 1) == page.numbers.get("cable", "G")
            with pytest.raises(AssertionError, match="repeated"):
                page.numbers.put(Counter("cable", "G", 2))
    with books.view() as view:
        assert PageKey("order 1", b"cable 1") == view.pages.get("order 1")
        assert 1 == view.pages.count()
        assert Counter("cable", "G", 1) == view.numbers.get("cable", "G")


def test_an_empty_answer_still_is_a_repeat(books):
    """A page that answered nothing is told from one that never was."""
    with books.page("k"):
        pass
    with books.page("k") as page:
        assert b"" == page.repeated


def test_the_empty_key_never_repeats(books):
    """The empty key is for pages that are harmless to repeat."""
    for number in (1, 2):
        with books.page("") as page:
            assert page.repeated is None
            page.numbers.put(Counter("cable", "G", number))
    with books.view() as view:
        assert Counter("cable", "G", 2) == view.numbers.get("cable", "G")
        assert 0 == view.pages.count()


def test_a_view_is_not_written_on(books):
    """Writing on a view is a programming error."""
    with books.view() as view:
        for write in (
            lambda: view.persons.put(Person("makarov", "")),
            lambda: view.persons.put_all([Person("makarov", "")]),
            lambda: view.persons.add(Person("makarov", "")),
            lambda: view.outgoing.remove("sha256:a", "moscow"),
        ):
            with pytest.raises(AssertionError, match="written on"):
                write()


def test_nothing_is_used_after_its_end(books):
    """A shelf kept beyond its view or page is a programming error, even while another is open."""
    with books.view() as view:
        pass
    with books.page("") as page:
        pass
    with books.page(""):
        for shelves in (view, page):
            with pytest.raises(AssertionError, match="ended"):
                shelves.persons.get("makarov")
            with pytest.raises(AssertionError, match="ended"):
                shelves.persons.find()
            with pytest.raises(AssertionError, match="ended"):
                shelves.persons.put(Person("makarov", ""))


@pytest.mark.parametrize("outer", ["view", "page"])
@pytest.mark.parametrize("inner", ["view", "page"])
def test_one_inside_another_is_a_programming_error(books, outer, inner):
    """In one thread a view or page is opened only when no other is."""
    opened = {"view": books.view, "page": lambda: books.page("")}
    with opened[outer](), pytest.raises(AssertionError, match="inside another"):
        opened[inner]().__enter__()
    with opened[inner]():
        pass


def test_threads_take_turns(books):
    """Pages come one after another: a second thread's page begins when the first has ended."""
    begun, told = threading.Event(), []

    def second():
        begun.set()
        with books.page("") as page:
            told.append(page.numbers.get("cable", "G"))

    thread = threading.Thread(target=second)
    with books.page("") as page:
        thread.start()
        assert begun.wait(10)
        page.numbers.put(Counter("cable", "G", 1))
        assert not told
    thread.join(10)
    assert [Counter("cable", "G", 1)] == told


@pytest.mark.parametrize(
    "wrong",
    [
        lambda page: page.persons.put(Counter("cable", "G", 1)),
        lambda page: page.persons.put(Person("makarov", 7)),
        lambda page: page.numbers.put(Counter("cable", "G", "1")),
        lambda page: page.persons.get(),
        lambda page: page.persons.get("makarov", "head"),
        lambda page: page.leaves.get("1"),
        lambda page: page.copies.find("telegram", 7),
        lambda page: page.copies.find("telegram", "t", 1, "h", "more"),
        lambda page: page.copies.find("", "h", below="i"),
        lambda page: page.copies.find("state", below=7),
        lambda page: page.copies.find("state", since=7),
        lambda page: page.copies.find("", "h", since="i"),
        lambda page: page.copies.find(limit=0),
        lambda page: page.copies.find(limit=FIND_MAX + 1),
        lambda page: page.copies.find(after=Person("makarov", "")),
        lambda page: page.copies.count("telegram", 7),
        lambda page: page.outgoing.remove("sha256:a"),
    ],
)
def test_wrong_types_and_shapes_are_programming_errors(books, wrong):
    """A row of another shelf, a field of another type, a key or search of another shape."""
    with books.page("") as page, pytest.raises(AssertionError):
        wrong(page)


def test_an_unknown_search_is_a_programming_error(books):
    """Only searches that SPECS lists exist."""
    with books.view() as view, pytest.raises(KeyError):
        view.copies.find("shelf_mark")


def test_a_word_of_an_enum_may_stand_in_a_text_column(books):
    """StrEnum members are text: what was put is equal to what comes back."""
    row = replace(any_row(SPECS["circuits"], 1), direction=State.FILED)
    with books.page("") as page:
        page.circuits.put(row)
        assert row == page.circuits.get(row.office, "filed")
