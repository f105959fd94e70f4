"""Grounds: what a new leaf stands on, looked at before a head is signed over it.

Whoever can write the books can write a leaf behind the last one, and a row to fit it.  They
cannot sign an order: each leaf that is not under a head yet is held to the order it names, to
that order's signatures, and to the very copy and step that the order was about.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cablegram.errors import CablegramError, LedgerError
from cablegram.ledger import log
from cablegram.model.acts import RULES, Act
from cablegram.model.orders import OfficeAct
from cablegram.registry import entries, proving
from cablegram.registry.reading import every
from cablegram.sentences import sentence
from cablegram.wire.leaf import decode_entry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cablegram.bureau import Bureau
    from cablegram.model.custody import Copy
    from cablegram.model.orders import Order
    from cablegram.model.records import Leaf
    from cablegram.ports import Shelves
    from cablegram.wire.leaf import Entry

UNORDERED = frozenset({OfficeAct.TAKE_IN.value, OfficeAct.ALARM.value})
"""Entries of what happens to an office and nobody orders; none of them is of a copy."""

MAKERS = frozenset(
    {OfficeAct.OPEN.value, OfficeAct.CHARGE.value, Act.ALLOT.value, Act.ACCEPT.value}
)
"""Orders that make copies, which are not in the books yet when they are signed."""

SPREAD = frozenset({OfficeAct.ENVELOPE.value})
"""Entries that an order brings forth one after another, each on a page of its own."""

BRINGS = {
    OfficeAct.OPEN.value: frozenset({Act.ALLOT.value, Act.CANCEL.value}),
    OfficeAct.CHARGE.value: frozenset(act.value for act in Act),
}
"""What an order brings with it on copies, beside the act that it names."""


def hold(page: Shelves, leaf: Leaf, bureau: Bureau) -> None:
    """Hold a leaf that no head covers to the order behind it.

    Raises:
        LedgerError: it stands on none.
    """
    entry = decode_entry(leaf.entry)
    fits = (entry.kind, entry.act, entry.subject, entry.seq) == (
        leaf.kind,
        leaf.act,
        leaf.subject,
        leaf.seq,
    )
    if not fits or not entries.commits(leaf, entry):
        raise _groundless(leaf)
    if not entry.order:
        if entry.act not in UNORDERED or entry.kind == entries.COPY:
            raise _groundless(leaf)
        return
    try:
        order = proving.prove_behind(
            page, entry, leaf.index, bureau, what=sentence("entry {index}", index=leaf.index)
        )
    except CablegramError as exc:
        raise _groundless(leaf) from exc
    # An order is good for a day, and time goes on: one of long ago is not given again by hand.
    before = page.leaves.get(leaf.index - 1)
    since = order.signed_at if before is None else decode_entry(before.entry).at
    if not since <= entry.at <= order.not_after:
        raise _groundless(leaf)
    stands = _is_of if entry.kind == entries.COPY else _lands_once
    if not stands(page, entry, leaf, order):
        raise _groundless(leaf)


def _is_of(page: Shelves, entry: Entry, leaf: Leaf, order: Order) -> bool:
    """Whether the order was about this copy at this step, or made it."""
    if entry.seq > 1 and entry.act == order.act:
        expected = {subject.handle: subject.expected for subject in order.subjects}
        moved = expected.get(entry.subject) == entry.seq - 1
        return moved and _stands(page.copies.get(entry.subject), entry)
    if entry.seq > 1 and order.act == OfficeAct.CHARGE:
        return _together(page, entry, page.leaves.find("subject", entry.subject, 1, limit=1))
    if entry.seq > 1:
        return entry.act in BRINGS.get(order.act, frozenset())
    if order.act not in MAKERS or entry.act not in {order.act, *BRINGS.get(order.act, ())}:
        return False
    return order.act != OfficeAct.OPEN or _opened(page, entry, leaf)


def _lands_once(page: Shelves, entry: Entry, leaf: Leaf, order: Order) -> bool:
    """Whether this is where the order landed: what it enters on no copy stands on one page.

    It is looked for from the head on that it was made on, which its signer has signed.
    """
    said, landed, passed = (entry.act, entry.subject, entry.evidence), False, False
    for row in every(page.leaves, since=order.head.size, below=leaf.index):
        before = decode_entry(row.entry)
        if before.order != entry.order:
            passed |= landed and bool(before.order)
        elif (before.act, before.subject, before.evidence) == said:
            return False
        else:
            landed = True
    return not passed or entry.act in SPREAD


def _stands(copy: Copy | None, entry: Entry) -> bool:
    """Whether a copy that this is the newest act on is where that act leaves a copy."""
    if copy is None or copy.seq != entry.seq:
        return copy is not None
    target = RULES[Act(entry.act)].target
    return target is None or copy.state is target


def _opened(page: Shelves, entry: Entry, leaf: Leaf) -> bool:
    """Whether the copy was allotted as its telegram was opened: by the same order, on its page."""
    first = page.leaves.find("subject", entry.telegram, 1, limit=1)
    made = page.copies.count("telegram", entry.telegram)
    near = all(0 < leaf.index - one.index <= made for one in first)
    return near and _together(page, entry, first)


def _together(page: Shelves, entry: Entry, first: Sequence[Leaf]) -> bool:
    """Whether an entry was written with the first one of its subject, which no head covers yet."""
    return any(
        not log.is_covered(page, one) and decode_entry(one.entry).order == entry.order
        for one in first
    )


def _groundless(leaf: Leaf) -> LedgerError:
    return LedgerError(
        "entry {index} stands on no order, and no head is signed over it",
        hint="Stop every process of this office and run `cablegram audit`: a row was written "
        "by hand.",
        index=leaf.index,
    )
