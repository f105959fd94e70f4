"""The feed: what came into the ledger since an index, by act and handle (docs/spec/api.md).

No person, office, number or moment is in it: whoever listens asks for what they may see.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cablegram.registry import entries

if TYPE_CHECKING:
    from collections.abc import Callable

    from cablegram.model.records import Leaf
    from cablegram.ports import Shelves

ENTRIES_MAX: Final = 500
"""How many entries of the ledger are looked at for one answer."""


@dataclass(frozen=True, slots=True)
class Came:
    """One entry of the ledger, as the feed says it."""

    index: int
    act: str
    kind: str
    handle: str


@dataclass(frozen=True, slots=True)
class Part:
    """What came, and the index from which to ask on; ``size`` is that of the ledger."""

    came: tuple[Came, ...]
    next: int
    size: int


def read(
    view: Shelves,
    since: int,
    *,
    most: int = ENTRIES_MAX,
    keep: Callable[[Leaf], bool] | None = None,
) -> Part:
    """The entries from an index on, in order; asked again from ``next`` nothing is lost.

    ``keep`` says which of them whoever listens is told of.  An index that has not come yet gives
    nothing, and is asked for again.
    """
    size = entries.size(view)
    if since >= size:
        return Part((), since, size)
    found = view.leaves.find(since=since, below=size, limit=min(most, ENTRIES_MAX))
    came = tuple(
        Came(leaf.index, leaf.act, leaf.kind, leaf.subject)
        for leaf in found
        if keep is None or keep(leaf)
    )
    return Part(came, found[-1].index + 1 if found else since, size)
