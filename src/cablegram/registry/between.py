"""Between: which copies lie between us and another office, and where each is by our books.

Read from a copy's row for now, and from its leaves for an earlier moment (docs/spec/tally.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cablegram.model.acts import AWAY, HELD_HERE, RULES, Act, State
from cablegram.model.tally import Word
from cablegram.registry import announced, finding, papers
from cablegram.registry.reading import every
from cablegram.wire.leaf import decode_entry

if TYPE_CHECKING:
    from cablegram.bureau import Bureau
    from cablegram.model.custody import Copy
    from cablegram.ports import Shelves

_AWAY = {
    State.IN_TRANSIT: Word.SENT,
    State.WITH_OFFICE: Word.AWAY,
    State.DISPUTED: Word.DISPUTED,
}
_GONE = frozenset({State.MISSING, State.LOST})
_LIES = frozenset({Word.HERE, Word.PASSED, Word.SENT, Word.AWAY, Word.DISPUTED})


def came_from(page: Shelves, copy: Copy) -> str:
    """The office that an accepted copy was had from; empty for one born here."""
    if not copy.owner:
        return ""
    under = papers.came_under(page, copy)
    return copy.owner if under is None else under.office


def word(state: State, holder: str, came: str, office: str) -> Word:
    """Where a copy in this state is, as a count with that office says it."""
    if state in AWAY and holder == office:
        return _AWAY[state]
    if state in _GONE and office in {holder, came}:
        return Word.MISSING
    if came != office:
        return Word.NONE
    if state in HELD_HERE:
        return Word.HERE
    if state in AWAY:
        return Word.PASSED
    return Word.DESTROYED if state is State.DESTROYED else Word.ENDED


def now(page: Shelves, copy: Copy, office: str) -> Word:
    """Where a copy is now, as a count with that office says it."""
    return word(copy.state, copy.holder, came_from(page, copy), office)


def before(page: Shelves, copy: Copy, office: str, cut: int) -> Word:
    """Where a copy was under the first ``cut`` leaves, by replaying its own."""
    state: State | None = None
    kept: State | None = None
    holder = ""
    for leaf in every(page.leaves, "subject", copy.handle):
        if leaf.index >= cut:
            break
        act = Act(leaf.act)
        was, target = state, RULES[act].target
        state = kept if act is Act.FIND else target or state
        kept = was if act is Act.MISS else kept
        holder = decode_entry(leaf.entry).holder
    if state is None:
        return Word.NONE
    return word(state, holder, came_from(page, copy), office)


def lies(page: Shelves, copy: Copy, office: str) -> bool:
    """Whether a copy is between us and that office now."""
    return now(page, copy, office) in _LIES


def copies(page: Shelves, office: str, bureau: Bureau) -> list[Copy]:
    """Every copy that may lie between us and that office, whatever its state."""
    found = {copy.handle: copy for copy in every(page.copies, "holder", office)}
    found |= {copy.handle: copy for copy in every(page.copies, "owner", office)}
    accepted = [
        finding.by_owner(page, item.owner, item.cable, item.copy, bureau.name)
        for item in every(page.paper_items, "state", announced.ACCEPTED, office)
    ]
    found |= {copy.handle: copy for copy in accepted if copy is not None}
    return list(found.values())
