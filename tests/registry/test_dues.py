"""What is due in a register of any size: the first of each list, oldest first, and counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from cablegram.model.acts import HELD_HERE, State
from cablegram.model.custody import Copy
from cablegram.model.records import CircuitItem, Incoming
from cablegram.registry import dues
from offices import digest, found, later

DAY = timedelta(days=1)


@pytest.fixture
def office():
    return found(others=("makarov",))


def a_copy(number, **changes):
    plain = Copy(f"{number:032x}", "", number, 0, "", State.ISSUED, "moscow", "T", owner="x")
    return replace(plain, **changes)


def put(office, rows):
    with office.page() as page:
        page.copies.put_all(rows)


def ask(office, at, within=DAY, most=1000):
    with office.view() as view:
        return dues.due(view, at, within, most)


def test_the_first_of_each_list_and_how_many_there_are(office):
    """Oldest first over both states; the count is of all."""
    now = office.bureau.now()
    rows = [a_copy(n, due_at=later(now, hours=-n), holder="stalin") for n in range(1, 8)]
    rows += [
        a_copy(n, state=State.WITH_OFFICE, due_at=later(now, hours=-n), holder="beijing")
        for n in range(8, 12)
    ]
    rows += [a_copy(n, due_at=later(now, hours=n - 20), holder="molotov") for n in range(20, 26)]
    put(office, rows)
    told = ask(office, now, most=3)
    assert [11, 10, 9] == [copy.number for copy in told.overdue]
    assert [20, 21, 22] == [copy.number for copy in told.soon]  # due this very moment is soon
    assert (11, 6) == (told.counts["overdue"], told.counts["soon"])
    assert (("beijing", 4),) == told.held  # of those who have the first ones
    assert (("beijing", 4), ("stalin", 7)) == ask(office, now).held
    nothing = ask(office, later(now, days=-2), most=3)
    assert ((), 0, ()) == (nothing.overdue, nothing.counts["overdue"], nothing.held)


def test_no_list_is_counted_for_ever(office, monkeypatch):
    """There are that many, or more."""
    monkeypatch.setattr(dues, "COUNT_MAX", 5)
    put(office, [a_copy(n, state=State.MISSING) for n in range(9)])
    assert 5 == ask(office, office.bureau.now(), most=2).counts["missing"]


def test_nor_is_what_one_holder_has(office, monkeypatch):
    """A hold says how many are overdue, or that there are that many or more."""
    monkeypatch.setattr(dues, "HELD_MAX", 3)
    now = office.bureau.now()
    put(office, [a_copy(n, due_at=later(now, hours=-n), holder="stalin") for n in range(1, 6)])
    put(office, [a_copy(n, due_at=later(now, hours=-n), holder="molotov") for n in range(7, 9)])
    told = [dues.held_words(count) for _, count in ask(office, now).held]
    assert [
        "2 overdue: nothing more is issued",
        "3 or more overdue: nothing more is issued",
    ] == told


@pytest.mark.parametrize("state", list(State))
def test_only_what_is_here_must_go_back(office, state):
    """By its limit; what left or ended is not passed over one by one."""
    now = office.bureau.now()
    put(office, [a_copy(n, state=state, limit_at=later(now, hours=n)) for n in (1, 2, 40)])
    told = ask(office, now)
    assert ([1, 2] if state in HELD_HERE else []) == [copy.number for copy in told.leaving]


@pytest.mark.parametrize(
    ("receipts", "waits"),
    [
        ("", True),
        ("taken_in", True),
        ("disputed taken_in", True),
        ("fulfilled", True),
        ("opened", False),
        ("opened taken_in", False),
        ("disputed fulfilled opened taken_in", False),
    ],
)
def test_what_is_not_opened_there_waits_whatever_else_is_signed(office, receipts, waits):
    """Every list of receipts without that one."""
    row = CircuitItem("beijing", "out", 7, digest("c"), "", digest("d"), "", 1, "sent", receipts)
    with office.page() as page:
        page.circuit_items.put(row)
        page.circuit_items.put(replace(row, number=3, receipts="taken_in"))
    told = ask(office, office.bureau.now())
    assert ([3, 7] if waits else [3]) == [item.number for item in told.unreceipted]
    assert 1 + waits == told.counts["unreceipted"]


def test_what_waits_to_be_opened_is_counted_without_what_comes_with_it(office):
    """Attachments wait with their telegram."""
    with office.page() as page:
        for n, kind in enumerate(["telegram", "attachment", "telegram"]):
            page.incoming.put(Incoming(digest(f"{n}"), n + 1, "beijing", kind, "", "waiting"))
    told = ask(office, office.bureau.now(), most=1)
    assert ([1], 2) == ([row.outer_number for row in told.unopened], told.counts["unopened"])


def test_what_one_holder_has(office):
    """Copies, how many, and how many of them are overdue."""
    now = office.bureau.now()
    put(
        office,
        [a_copy(n, holder="molotov", due_at=later(now, hours=n - 3)) for n in range(1, 8)]
        + [a_copy(9, holder="stalin", due_at=now)],
    )
    with office.view() as view:
        has = dues.holding(view, "molotov", now, 4)
        assert ([1, 2, 3, 4], 7, 2) == ([c.number for c in has.copies], has.count, has.overdue)
        assert dues.Holding((), 0, 0) == dues.holding(view, "beria", now)
