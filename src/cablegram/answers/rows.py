"""Single things out of the books: a copy, a telegram, an entry, a paper, what a number means.

A row is said with every column it has, under its own name, and what people call it beside it.
"""

from __future__ import annotations

from dataclasses import fields
from enum import Enum
from typing import TYPE_CHECKING, Any

from cablegram.registry import entries, finding, routes, serving, years
from cablegram.registry.reading import every
from cablegram.wire.leaf import SLOTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cablegram.bureau import Bureau
    from cablegram.model.custody import Copy
    from cablegram.model.records import Telegram
    from cablegram.ports import Shelves
    from cablegram.registry.finding import Found
    from cablegram.wire.leaf import Entry

Answer = dict[str, object]


def row(record: Any, *, but: Iterable[str] = ()) -> Answer:
    """A row by its columns; without bytes, and without those named."""
    left = {*but}
    said = ((field.name, getattr(record, field.name)) for field in fields(record))
    return {
        name: _plain(value)
        for name, value in said
        if name not in left and not isinstance(value, bytes)
    }


def copy(view: Shelves, one: Copy) -> Answer:
    """A copy as it stands; ``copy`` is what it goes by here."""
    return {"copy": finding.name(view, one), **row(one)}


def telegram(one: Telegram) -> Answer:
    """A line of the register; ``name`` is the number that people call it by here."""
    return {"name": named(one), **row(one)}


def named(one: Telegram) -> str:
    """The number that a telegram goes by: ours on what came in, ours on what went out."""
    return str(one.cable_number if one.direction == "in" else one.outgoing_number)


def entry(index: int, one: Entry) -> Answer:
    """A ledger entry by its slots."""
    return {"index": index, **{slot: getattr(one, slot) for slot in SLOTS}}


def found(view: Shelves, hits: Sequence[Found]) -> Answer:
    """What a number means: each telegram or copy that bears it."""
    return {
        "found": [
            {
                "by": hit.by,
                "telegram": hit.telegram.handle if hit.telegram else "",
                "line": telegram(hit.telegram) if hit.telegram else {},
                "copies": [copy(view, one) for one in hit.copies],
                "sent": [row(one) for one in _sent(view, hit.telegram)],
            }
            for hit in hits
        ]
    }


def life(view: Shelves, subject: str) -> list[tuple[int, Entry]]:
    """Every entry of a copy or telegram, with the office's own about it: tracers, reviews."""
    about = [one.leaf_index for one in every(view.tracers, "copy", subject)]
    about += [one.leaf_index for one in every(view.tracers, "telegram", subject)]
    about += [one.leaf_index for one in every(view.reviews, "telegram", subject)]
    held = [(index, entries.held(view, index)) for index in about]
    own = finding.life(view, subject)
    return sorted([*own, *((i, e) for i, e in held if e is not None)], key=lambda one: one[0])


def log(view: Shelves, subject: str, bureau: Bureau) -> Answer:
    """A life as it is told: its entries, and which came after the books were closed over it."""
    told = life(view, subject)
    end = closed(view, subject, bureau)
    late = [index for index, _ in told if 0 <= end < index]
    return {"entries": [entry(index, one) for index, one in told], "after_closing": late}


def closed(view: Shelves, subject: str, bureau: Bureau) -> int:
    """The entry by which the books were closed that a copy or telegram stands in; -1 if none."""
    one = view.copies.get(subject)
    line = view.telegrams.get(subject if one is None else one.telegram)
    return -1 if line is None else years.closed_over(view, line, bureau)


def whole_copy(view: Shelves, one: Copy) -> Answer:
    """A copy with its life, its route, and what is asked or signed because of it."""
    return {
        **copy(view, one),
        "life": [entry(index, said) for index, said in life(view, one.handle)],
        "route": [row(stop) for stop in routes.stops(view, one)],
        "hand_receipts": [row(r) for r in view.hand_receipts.find("copy", one.handle)],
        "tasks": [row(r) for r in view.tasks.find("copy", one.handle)],
        "inquiries": [row(r) for r in view.inquiries.find("copy", one.handle)],
        "tracers": [row(r) for r in view.tracers.find("copy", one.handle)],
    }


def whole_telegram(view: Shelves, one: Telegram) -> Answer:
    """A telegram with its copies, its own entries, and what each office signed for."""
    return {
        **telegram(one),
        "copies": [copy(view, each) for each in view.copies.find("telegram", one.handle)],
        "life": [entry(index, said) for index, said in life(view, one.handle)],
        "sent": [row(each) for each in _sent(view, one)],
        "references": [row(r) for r in view.references.find("telegram", one.handle)],
        "reviews": [row(r) for r in view.reviews.find("telegram", one.handle)],
    }


def _sent(view: Shelves, one: Telegram | None) -> Sequence[serving.Sent]:
    return () if one is None else serving.sent(view, one)


def _plain(value: object) -> object:
    """A column as JSON has it here: a flag is 0 or 1, a word of a list is its text."""
    if isinstance(value, Enum):
        return value.value
    return int(value) if isinstance(value, bool) else value
