"""Books brought back from a backup: neither the room nor the ledger is fooled."""

from __future__ import annotations

import pytest

from cablegram.errors import (
    LedgerError,
    OrderError,
)
from rooms import line_of, refused, saved

LETTERS = [{"en": f"The {word} paragraph.\n".encode()} for word in ("first", "second", "third")]


@pytest.fixture
def line():
    return line_of("beijing", "eighth")


def send(desk, to="eighth", text=0):
    return desk.send(desk.draft((to,), LETTERS[text]))


def carried(beijing, eighth):
    """What beijing has in its tray, taken in at eighth: telegrams only."""
    beijing.carry()
    return [one for one in eighth.take_in() if one.kind == "telegram"]


def test_books_older_than_the_room_has_seen_are_refused(line):
    """A restored backup of ours opens, seals and signs nothing, even with its old ledger files."""
    (beijing, eighth), _ = line
    send(beijing)
    (taken,) = carried(beijing, eighth)
    backup = saved(eighth, "books", "tiles")
    eighth.open(taken.digest)
    with eighth.office.view() as view:
        owed = [row.digest for row in view.papers.find("state", "owed")]
    backup()
    with refused(eighth, OrderError, "the room has seen") as caught:
        eighth.open(taken.digest)
    assert "old backup" in caught.value.hint
    draft = eighth.draft(("beijing",))
    with refused(eighth, OrderError, "the room has seen"):
        eighth.send(draft)
    for digest in owed:
        with refused(eighth, OrderError, "the room has seen"):
            eighth.room.sign_receipt(digest)


def test_books_behind_the_published_checkpoint_do_nothing(line):
    """The ledger signs no shorter tree, and until it signs the room does not act."""
    (beijing, eighth), _ = line
    send(beijing)
    (taken,) = carried(beijing, eighth)
    backup = saved(eighth, "books", "memory")
    eighth.open(taken.digest)
    backup()
    with refused(eighth, LedgerError, "published checkpoint"):
        eighth.open(taken.digest)
    with pytest.raises(LedgerError, match="published checkpoint"):
        eighth.head()


def test_an_order_spent_on_books_that_were_lost_is_not_used_again(line):
    """The room's memory outlives the books: what it has done it does not do again."""
    (beijing, eighth), _ = line
    send(beijing)
    (taken,) = carried(beijing, eighth)
    eighth.head()
    order = eighth.office.sign("open", {"sealed": taken.digest})
    backup = saved(eighth, "books", "tiles")
    eighth.room.open(taken.digest, [order])
    backup()
    # books brought back and written on until they are as long as before
    while eighth.office.size() < eighth.memory.head():
        eighth.office.give("settle", {"name": "cover/X", "value": "chief"})
    eighth.head()
    with refused(eighth, OrderError, "the books do not know it"):
        eighth.room.open(taken.digest, [order])


def test_the_room_says_where_it_stands(line):
    """Status needs no order and changes nothing."""
    (beijing, _), _ = line
    assert {"office": "beijing", "state": "unlocked", "since": "1951-07-05T17:00:00Z"} == dict(
        beijing.room.status()
    )
