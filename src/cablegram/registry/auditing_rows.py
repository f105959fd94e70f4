"""Auditing rows that flags and lists stand on: tracers, watches, closed years, reviews.

Each is held to the entry where it began and to the order behind that; and there are as many of
them as the ledger has such orders.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from cablegram.model.orders import OfficeAct
from cablegram.registry import entries
from cablegram.registry.reading import every
from cablegram.sentences import Sentence, sentence
from cablegram.wire import canonical
from cablegram.wire import order as order_format

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cablegram.model.paperwork import Tracer
    from cablegram.model.year import ClosedYear, Review, Watch
    from cablegram.ports import Shelves

_TAKEN = "taken"
_Said: TypeAlias = "tuple[Mapping[str, str], Mapping[str, str]]"
"""What slots of an entry say, and facts of its order."""


def hold(books: Shelves) -> Iterator[Sentence]:
    """What in these rows is not as the ledger has it, in words."""
    for tracer in every(books.tracers):
        if not _is(books, tracer.leaf_index, _tracer(books, tracer)):
            yield _by_hand(sentence("tracer {number}", number=tracer.number))
    for watch in every(books.watches):
        if not _is(books, watch.leaf_index, _watch(watch)) or not _was_taken(books, watch):
            yield _by_hand(sentence("watch {number}", number=watch.number))
    for year in every(books.years):
        if not _is(books, year.leaf_index, _year(year)):
            yield _by_hand(
                sentence("the closed year {year} {series}", year=year.year, series=year.series)
            )
    for review in every(books.reviews):
        if not _is(books, review.leaf_index, _review(review)):
            yield _by_hand(sentence("review {number}", number=review.number))
    yield from _counts(books)


def _counts(books: Shelves) -> Iterator[Sentence]:
    """Where there are not as many rows as orders that made them."""
    taken = sum(watch.state == _TAKEN for watch in every(books.watches))
    for act, count in (
        (OfficeAct.TRACE, books.tracers.count()),
        (OfficeAct.HAND_WATCH, books.watches.count()),
        (OfficeAct.TAKE_WATCH, taken),
        (OfficeAct.CLOSE_YEAR, books.years.count()),
        (OfficeAct.REVIEW, books.reviews.count()),
    ):
        ordered = books.orders.count("act", act.value) - _seconds(books, act)
        if ordered != count:
            yield sentence(
                "{act}: {ordered} on the ledger, {count} in the books",
                act=act,
                ordered=ordered,
                count=count,
            )


def _seconds(books: Shelves, act: OfficeAct) -> int:
    """How many of the orders kept of an act only second another."""
    kept = every(books.orders, "act", act.value)
    return sum(bool(order_format.decode(row.body).seconds) for row in kept)


def _is(books: Shelves, index: int, said: _Said) -> bool:
    """Whether the entry at ``index`` and its order say all of this."""
    slots, facts = said
    entry = entries.held(books, index)
    kept = None if entry is None else books.orders.get(entry.order)
    if entry is None or kept is None or canonical.digest(kept.body) != entry.order:
        return False
    ordered = order_format.decode(kept.body).facts
    return all(getattr(entry, name) == value for name, value in slots.items()) and all(
        str(ordered.get(name, "")) == value for name, value in facts.items()
    )


def _tracer(books: Shelves, row: Tracer) -> _Said:
    copy = books.copies.get(row.copy) if row.copy else None
    slots = {
        "act": OfficeAct.TRACE.value,
        "numbers": f"tracer {row.number}",
        "officer": row.officer,
        "at": row.at,
        "holder": row.to if row.kind == "person" else "",
        "office": row.to if row.kind != "person" else "",
        "telegram": row.telegram if copy is None else copy.telegram,
    }
    return slots, {"nth": str(row.nth), "copy": row.copy}


def _watch(row: Watch) -> _Said:
    slots = {"act": OfficeAct.HAND_WATCH.value, "officer": row.outgoing, "at": row.handed_at}
    return slots, {"to": row.incoming, "list": canonical.digest(row.left), "note": row.note}


def _was_taken(books: Shelves, row: Watch) -> bool:
    """Whether a watch that is said to be taken was, by its officer and with that list."""
    if row.state != _TAKEN:
        return not row.taken_at and not row.met
    slots = {"act": OfficeAct.TAKE_WATCH.value, "officer": row.incoming, "at": row.taken_at}
    facts = {"watch": str(row.number), "list": canonical.digest(row.met)}
    kept = every(books.orders, "act", OfficeAct.TAKE_WATCH.value, since=row.leaf_index)
    return any(_is(books, order.leaf_index, (slots, facts)) for order in kept)


def _year(row: ClosedYear) -> _Said:
    slots = {
        "act": OfficeAct.CLOSE_YEAR.value,
        "officer": row.officer,
        "second": row.second,
        "at": row.closed_at,
    }
    said = canonical.digest(row.statement)
    return slots, {"year": str(row.year), "series": row.series, "statement": said}


def _review(row: Review) -> _Said:
    facts = {name: getattr(row, name) for name in ("telegram", "what", "decision", "until_at")}
    slots = {"act": OfficeAct.REVIEW.value, "officer": row.officer, "at": row.at}
    return slots, {**facts, "level": row.level}


def _by_hand(what: Sentence) -> Sentence:
    return sentence("{what} is in the books, and no order on the ledger says so", what=what)
