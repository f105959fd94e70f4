"""Disclosed: everyone who has seen a copy, once each, with when and by which act.

Derived from the leaves each time it is asked, never kept: what the ledger has is the record.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cablegram.model.acts import Act
from cablegram.model.orders import OfficeAct
from cablegram.registry import entries, standing
from cablegram.registry.returns import naming

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cablegram.model.custody import Copy
    from cablegram.model.records import Telegram
    from cablegram.ports import Shelves
    from cablegram.wire.leaf import Entry

_SEEN_BY = {
    Act.ISSUE.value: ("holder", "proxy"),
    Act.HAND_OVER.value: ("holder",),
    Act.SHOW.value: ("reader",),
    Act.READ.value: ("reader",),
    Act.ANNOTATE.value: ("written_by",),
    Act.DISPATCH.value: ("office",),
}
"""The facts that name who has had the copy before them; whoever signed for one counts as having
seen it, and an office as a whole."""
_BY_OFFICER = frozenset({Act.PRINT.value, Act.REPRINT.value, Act.VERIFY.value})
_ON_TELEGRAM = frozenset({OfficeAct.OPEN.value, OfficeAct.RELEASE.value})


@dataclass(frozen=True, slots=True)
class Seen:
    """One person or office that has seen it: first when, by which act, at which entry."""

    who: str
    at: str
    act: str
    copy: str
    index: int


def of_copy(page: Shelves, copy: Copy) -> list[Seen]:
    """Everyone who has seen this copy, in the order they first did."""
    return _first(_copy(page, copy))


def of_telegram(page: Shelves, telegram: Telegram) -> list[Seen]:
    """Everyone who has seen any copy of a telegram, or its text in the room."""
    found = [
        Seen(entry.officer, entry.at, entry.act, "", index)
        for index, entry in entries.life(page, telegram.handle)
        if entry.act in _ON_TELEGRAM
    ]
    for copy in page.copies.find("telegram", telegram.handle):
        found += _copy(page, copy)
    return _first(found)


def _copy(page: Shelves, copy: Copy) -> Iterator[Seen]:
    name = naming(page, copy)
    for index, entry in entries.life(page, copy.handle):
        for who in _who(page, index, entry):
            yield Seen(who, entry.at, entry.act, name, index)


def _who(page: Shelves, index: int, entry: Entry) -> Iterator[str]:
    if entry.act in _BY_OFFICER:
        yield entry.officer
        if entry.act == Act.REPRINT.value:
            yield entry.second  # whoever saw the spoiled sheets destroyed
    facts = entries.facts(entry)
    for fact in _SEEN_BY.get(entry.act, ()):
        # A proxy who may only receive has had a sealed packet in hand, and read nothing.
        sealed = fact == "proxy" and not standing.might_open(
            page, str(facts["holder"]), str(facts.get(fact, "")), index
        )
        if facts.get(fact) and not sealed:
            yield str(facts[fact])


def _first(seen: Iterable[Seen]) -> list[Seen]:
    first: dict[str, Seen] = {}
    for one in sorted(seen, key=lambda one: one.index):
        first.setdefault(one.who, one)
    return list(first.values())
