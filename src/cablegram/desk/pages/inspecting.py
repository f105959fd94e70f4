"""For an inspector: what the ledger proves in plain words, and what to take along to check it.

Nothing here is a proof: a page comes from the very office that is inspected.  It says so, and
what it offers is judged elsewhere by a tool that the inspector brought.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cablegram.desk.rendering import render
from cablegram.errors import CablegramError, MalformedError, UnknownError
from cablegram.ledger import log, merkle, showing
from cablegram.ledger.checkpoint import Checkpoint
from cablegram.ledger.note import Note
from cablegram.ledger.proof import Proof
from cablegram.model.orders import act_named
from cablegram.registry.reading import last
from cablegram.sentences import sentence
from cablegram.wire import words
from cablegram.wire.leaf import INSPECTOR_SLOTS, decode_leaf

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from cablegram.desk.frame import Desk
    from cablegram.model.records import SignedHead

DENIALS: Final = 20
SLOTS: Final = {
    "kind": sentence("It is of a"),
    "act": sentence("Act"),
    "subject": sentence("Handle"),
    "seq": sentence("Its count there"),
}
"""What an entry says of itself to an inspector, and what a page calls it."""

_INDEX: Final = re.compile(r"(?:0|[1-9][0-9]{0,14})\Z")


@dataclass(frozen=True, slots=True)
class Step:
    """One step from an entry to the root: the entries joined, and the hash that comes of it."""

    first: int
    last: int
    left: bool
    hash: str


@dataclass(frozen=True, slots=True)
class Proved:
    """One entry: what it says of itself, and the way to the signed root."""

    index: int
    day: str
    slots: Mapping[str, str]
    leaf: str
    steps: Sequence[Step]
    root: str


async def show(request: Request, desk: Desk) -> Response:
    """The ledger as it stands, what to take along, and one entry where it is asked for."""
    asked = request.query_params.get("entry", "").strip()
    with desk.bureau.books.view() as view:
        head = view.head.get(log.HEAD)
        newest = last(view.denials)
        denials = view.denials.find(limit=DENIALS, backwards=True)
    proved, wrong = None, None
    if asked and head is not None:
        try:
            proved = _proved(desk, head, _index(asked))
        except CablegramError as error:
            wrong = error
    return render(
        request,
        desk,
        "inspect.html",
        origin=desk.bureau.origin,
        size=0 if head is None else head.size,
        root="" if head is None else head.root.hex(),
        signed="" if head is None else head.note.decode(),
        words=words.fingerprint(desk.office.card),
        entry=asked[:20],
        proved=proved,
        wrong=wrong,
        denials=denials,
        acts={one.number: act_named(one.act) for one in denials},
        slot_names=SLOTS,
        refused=0 if newest is None else newest.number,
    )


def _index(text: str) -> int:
    if not _INDEX.match(text):
        raise MalformedError(
            "{text} is not the number of an entry",
            hint="Write it in digits.",
            text=ascii(text[:20]),
        )
    return int(text)


def _proved(desk: Desk, head: SignedHead, index: int) -> Proved:
    """The proof of one entry, step by step, as whoever has it can follow with a pencil.

    Raises:
        UnknownError: no head covers it.
    """
    if index >= head.size:
        raise UnknownError(
            "no signed head covers entry {index} yet", hint="Ask for an earlier one.", index=index
        )
    proof = Proof.parse(showing.show(desk.bureau, index, INSPECTOR_SLOTS))
    slots = showing.check(proof.text(), desk.office.card.ledger_key)
    entry = (proof.extra or b"").partition(b"\n")[0]
    size = Checkpoint.parse(Note.parse(proof.note.encode()).text).size
    found = merkle.leaf_hash(entry)
    start, steps = found.hex(), []
    for (low, high), other in zip(merkle.inclusion_ranges(index, size), proof.hashes, strict=True):
        left = low < index
        found = merkle.node_hash(other, found) if left else merkle.node_hash(found, other)
        steps.append(Step(low, high - 1, left, found.hex()))
    return Proved(index, decode_leaf(entry).day, slots, start, tuple(steps), found.hex())
