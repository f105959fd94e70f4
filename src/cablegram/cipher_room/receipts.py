"""Receipts, transmittals and notices: signed once a head covers their leaf, then laid out to go.

A debt gets its number here, so that numbers run in the order papers leave.  A crash before
the page is kept leaves a signature nobody has seen; the number is given again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cablegram.errors import LostRaceError, UnknownError
from cablegram.ledger import log, showing
from cablegram.model.acts import Act
from cablegram.registry import lines, papers, restoring
from cablegram.wire import notice as notice_format
from cablegram.wire import paper
from cablegram.wire import receipt as receipt_format
from cablegram.wire import tally as tally_format
from cablegram.wire import transmittal as transmittal_format

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cablegram.cipher_room.unlocked import Unlocked
    from cablegram.model.records import Paper
    from cablegram.ports import Shelves

RACES_MAX = 100
_TALLY_SHOWS = {
    "called": ("act",),
    "counted": ("act", "officer", "second"),
    "matched": ("act", "evidence", "officer", "second"),
}


def sign(digest: str, room: Unlocked) -> Mapping[str, object]:
    """Sign the owed paper of this digest; one that is signed already is a repeat.

    Raises:
        UnknownError: nothing of the kind is owed.
        LedgerError: no head covers its leaf yet.
    """
    bureau = room.bureau
    for _ in range(RACES_MAX):
        with bureau.books.view() as view:
            row = view.papers.get(digest)
            if row is None or row.direction != lines.OUT:
                raise UnknownError("no such paper is owed", hint="See `cablegram due`.")
            if row.state != papers.OWED:
                return {"number": row.number, "office": row.office, "repeat": 1}
            head = view.head.get(log.HEAD)
            line = lines.stand(view, row.office, lines.PAPERS_OUT)
            slots = _shown(view, row)
        if head is None or row.leaf_index >= head.size:
            room.head()
        number = line.number + 1
        written: dict[str, Any] = {
            **papers.debt_of(row),
            "office": bureau.name,
            "to": row.office,
            "number": number,
            "previous": line.letter,
            "proof": showing.show(bureau, row.leaf_index, slots),
        }
        if row.kind == papers.RECEIPT:
            body = receipt_format.encode(receipt_format.Receipt(**written))
            namespace = receipt_format.NAMESPACE
        elif row.kind == papers.TALLY:
            body = tally_format.encode(papers.tally_of(written))
            namespace = tally_format.NAMESPACE
        elif row.kind == papers.NOTICE:
            body = notice_format.encode(papers.notice_of(written))
            namespace = notice_format.NAMESPACE
        else:
            items = tuple(transmittal_format.Item(**item) for item in written.pop("items"))
            body = transmittal_format.encode(transmittal_format.Transmittal(**written, items=items))
            namespace = transmittal_format.NAMESPACE
        signatures = tuple(room.keys.sign(namespace, body))
        blob = bureau.blobs.put(paper.join(body, signatures))
        try:
            with bureau.books.page(f"sign {digest}") as page:
                if page.repeated is None:
                    papers.signed(page, row, number, body, signatures, blob, bureau)
        except LostRaceError:
            continue
        return {"number": number, "office": row.office, "repeat": 0}
    raise LostRaceError("other processes took every number we tried", hint="Do it again.")


def _shown(view: Shelves, row: Paper) -> tuple[str, ...]:
    """The slots that a paper opens: its act, and of a destruction the two who ordered it."""
    if papers.debt_of(row).get("kind") == restoring.STANDING:
        return ("act", "evidence")
    if row.kind == papers.TALLY:
        return _TALLY_SHOWS[str(papers.debt_of(row)["kind"])]
    leaf = view.leaves.get(row.leaf_index)
    is_destruction = row.kind == papers.NOTICE and leaf is not None and leaf.act == Act.DESTROY
    return ("act", "officer", "second") if is_destruction else ("act",)
