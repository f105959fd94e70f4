"""The watch: handed over by one, taken over by another, and what changed between is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from cablegram.errors import CustodyError, MalformedError, OrderError, UnknownError
from cablegram.registry import duties, watches, watching
from cablegram.registry.reading import every
from cablegram.wire import canonical
from offices import CHIEF, START, digest, found, later, refuses

TWO = ("makarov", "vaganov")


@pytest.fixture
def office():
    return found()


def listed(office):
    with office.view() as books:
        return canonical.digest(watches.open_now(books, office.bureau))


def hand(office, by, to, **more):
    facts = {"to": to, "list": listed(office), **more}
    return row(office, int(office.give("hand_watch", facts, by=by).answer))


def take(office, by, number=1, **more):
    facts = {"watch": str(number), "list": listed(office), **more}
    return row(office, int(office.give("take_watch", facts, by=by).answer))


def row(office, number):
    with office.view() as books:
        return books.watches.get(number)


def holder(office):
    with office.view() as books:
        return watching.holder(books, office.bureau)


def due(office, kind="watch"):
    with office.view() as books:
        said = duties.today(books, office.bureau, within=timedelta(1))
    return [one for one in said if one.kind == kind]


def test_a_watch_goes_from_one_to_the_next(office):
    """Nobody has it, it is handed over, it waits, it is taken: and then nothing is due of it."""
    assert ("", []) == (holder(office), due(office))
    made = hand(office, "makarov", "vaganov", note="molotov is to ring")
    assert ("makarov", "vaganov", "handed", START, "molotov is to ring") == (
        made.outgoing,
        made.incoming,
        made.state,
        made.handed_at,
        made.note,
    )
    assert "" == holder(office)
    (waits,) = due(office)
    assert ("1", "from makarov, waits for vaganov", "cablegram --as vaganov watch take") == (
        waits.about,
        waits.words,
        waits.command,
    )
    office.clock.pass_(minutes=5)
    taken = take(office, "vaganov")
    assert ("taken", later(START, minutes=5)) == (taken.state, taken.taken_at)
    assert ("vaganov", []) == (holder(office), due(office))
    with refuses(office, "no watch 1 waits to be taken over", UnknownError):
        take(office, "vaganov")


def test_what_came_and_went_between_is_told(office):
    """Frozen as it was: one copy came back, another telegram came in."""
    copies = office.telegram(copies=4).copies
    made = hand(office, "makarov", "vaganov")
    left, copies_left, numbers = watches.read(made.left)
    assert ([("to print", "1")], {"allotted": 4}, {"cable": 1, "outer": 1}) == (
        left,
        copies_left,
        numbers,
    )
    office.printed(copies)
    office.telegram(outgoing=3350, copies=4)
    taken = take(office, "vaganov")
    assert made.left == taken.left
    since = watches.since(taken)
    assert (("to print", "2"), ("to verify", "1")) == since.came
    assert (("to print", "1"),) == since.went
    assert ((), ()) == (
        watches.since(replace(taken, met=taken.left)).came,
        watches.since(replace(taken, met=taken.left)).went,
    )
    assert (("to print", "1"),) == watches.since(made).went


@pytest.mark.parametrize("act", ["hand", "take"])
def test_a_list_that_is_not_what_the_books_say(office, act):
    """Whoever signs has seen what is open as it is on that page."""
    if act == "take":
        hand(office, "makarov", "vaganov")
    seen = listed(office)
    office.telegram(copies=4)
    with refuses(office, "what is open is not the list that was signed", CustodyError):
        if act == "hand":
            hand(office, "makarov", "vaganov", list=seen)
        else:
            take(office, "vaganov", list=seen)


def test_who_may_hand_it_over(office):
    """Whoever has it; and the chief, who says why."""
    hand(office, "makarov", "vaganov")
    take(office, "vaganov")
    with refuses(office, "vaganov has the watch, and makarov would hand it over", OrderError):
        hand(office, "makarov", CHIEF)
    with refuses(office, "vaganov has the watch, and chief would hand it over", OrderError):
        hand(office, CHIEF, "makarov")
    hand(office, CHIEF, "makarov", note="vaganov fell ill")
    take(office, "makarov", 2)
    assert "makarov" == holder(office)
    hand(office, "makarov", CHIEF)


@pytest.mark.parametrize(
    ("to", "error", "says"),
    [
        ("makarov", OrderError, "handed over to somebody else"),
        ("stalin", OrderError, "stalin is not an officer in post"),
        ("Vaganov", MalformedError, "is not a person's id"),
    ],
)
def test_to_whom_it_cannot_go(office, to, error, says):
    """To nobody but another officer in post."""
    with refuses(office, says, error):
        hand(office, "makarov", to)


def test_who_may_take_it(office):
    """The one it was handed to, and that very handover."""
    with refuses(office, "no watch 1 waits", UnknownError):
        take(office, "vaganov")
    hand(office, "makarov", "vaganov")
    with refuses(office, "was handed over to vaganov, and chief would take it", OrderError):
        take(office, CHIEF)
    with refuses(office, "no watch 2 waits", UnknownError):
        take(office, "vaganov", 2)
    with refuses(office, "the note", MalformedError):
        take(office, "vaganov", note="two\nlines")


def test_a_second_handover_takes_the_place_of_the_first(office):
    """Whoever was to take the first one takes nothing."""
    hand(office, "makarov", "vaganov")
    second = hand(office, "makarov", CHIEF)
    assert ("dropped", 2) == (row(office, 1).state, second.number)
    with refuses(office, "no watch 1 waits", UnknownError):
        take(office, "vaganov", 1)
    take(office, CHIEF, 2)
    assert CHIEF == holder(office)


def test_sealed_words_go_with_it(office):
    """Named by their digest; a note that lies here is entered, and one that does not is not."""
    sealed = office.bureau.blobs.put(b"sealed words")
    made = hand(office, "makarov", "vaganov", evidence=sealed)
    assert sealed == made.words
    with office.view() as books:
        assert ("hand_watch", made.leaf_index) == (
            books.notes.get(sealed).act,
            books.notes.get(sealed).leaf_index,
        )
    take(office, "vaganov")
    other = hand(office, "vaganov", "makarov", evidence=digest("elsewhere"))
    with office.view() as books:
        assert books.notes.get(other.words) is None
    with refuses(office, "a digest", MalformedError):
        hand(office, "vaganov", "makarov", evidence="x")


def test_the_one_who_has_it_was_relieved(office):
    """It is late then, and the chief hands it on."""
    hand(office, "makarov", "vaganov")
    take(office, "vaganov")
    office.give("relieve", {"person": "vaganov", "reason": "ill"}, two="makarov")
    (late,) = due(office)
    assert ("LATE", "vaganov has it, and is not in post") == (late.grade.name, late.words)
    hand(office, CHIEF, "makarov", note="vaganov was relieved")
    (waits,) = due(office)
    assert "2" == waits.about
    take(office, "makarov", 2)
    assert [] == due(office)


def test_rows_written_by_hand_give_nobody_the_watch(office):
    """Who has it is on the ledger; a handover's row is held to its order."""
    hand(office, "makarov", "vaganov")
    with office.page() as page:
        kept = page.watches.get(1)
    for changes in ({"incoming": CHIEF}, {"left": b"{}"}, {"state": "taken"}):
        with office.page() as page:
            page.watches.put(replace(kept, **changes))
        with office.view() as books, pytest.raises(OrderError, match="a handover of the watch"):
            watching.handed(books, office.bureau)
        (told,) = due(office)
        assert ("cablegram audit", True) == (told.command, "no order" in told.words)
    with office.page() as page:
        page.watches.put(replace(kept, number=9, incoming=CHIEF))
    with office.view() as books, pytest.raises(OrderError, match="a handover of the watch"):
        watching.handed(books, office.bureau)
    assert "" == holder(office)


def test_a_row_without_an_order_is_no_handover(office):
    """Nobody ever ordered one."""
    made = hand(office, "makarov", "vaganov")
    other = found("special")
    with other.page() as page:
        page.watches.put(made)
    with other.view() as books:
        assert watching.handed(books, other.bureau) is None
        assert [made] == list(every(books.watches))
