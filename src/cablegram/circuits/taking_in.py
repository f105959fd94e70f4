"""Taking in: the bytes are kept, under an outer number, before anything is tried on them.

What is sealed waits for the room.  Papers are in the clear and are checked here: signature,
chain and proof, by the newest card of the office that signed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from cablegram.errors import CablegramError, CircuitError, MalformedError
from cablegram.ledger import showing
from cablegram.model.acts import Act
from cablegram.model.line import Link, Verdict
from cablegram.model.orders import OfficeAct
from cablegram.model.records import CircuitItem, Incoming, Paper
from cablegram.registry import (
    alarms,
    announced,
    entries,
    lines,
    matters,
    numbering,
    offices,
    papers,
    restoring,
)
from cablegram.signatures import sshsig
from cablegram.wire import canonical, paper
from cablegram.wire import notice as notice_format
from cablegram.wire import receipt as receipt_format
from cablegram.wire import tally as tally_format
from cablegram.wire import transmittal as transmittal_format
from cablegram.wire.leaf import Entry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cablegram.bureau import Bureau
    from cablegram.ports import Carrier, Item, Page
    from cablegram.wire.notice import Notice
    from cablegram.wire.receipt import Receipt
    from cablegram.wire.tally import Tally
    from cablegram.wire.transmittal import Transmittal

ITEM_MAX = 64 << 20
"""The most bytes taken from a carrier in one piece; larger items stay there."""

TELEGRAM = "telegram"
UNKNOWN = "unknown"
WAITING = "waiting"
ENTERED = "entered"
REPEAT = "repeat"
REFUSED = "refused"
_PAPERS = frozenset({papers.RECEIPT, papers.TRANSMITTAL, papers.NOTICE, papers.TALLY})
_PROVED = {
    "taken_in": {OfficeAct.TAKE_IN.value},
    "opened": {OfficeAct.OPEN.value},
    "fulfilled": {Act.FULFIL.value},
    "copy_received": {Act.ACCEPT.value},
    "copy_closed": {Act.COME_BACK.value},
    "copy_sighted": {OfficeAct.MUSTER.value, OfficeAct.CLOSE_MUSTER.value},
    "settled_there": {OfficeAct.AGREE.value, Act.SETTLE_THERE.value},
    "settled_back": {OfficeAct.AGREE.value, Act.SETTLE_BACK.value},
    "copy_disputed": {OfficeAct.CONTEST.value},
    restoring.STANDING: {OfficeAct.STAND.value},
    papers.TRANSMITTAL: {Act.DISPATCH.value},
    "extended": {Act.EXTEND.value},
    "recalled": {Act.RECALL.value},
    "regraded": {Act.REGRADE.value, OfficeAct.NOTIFY.value},
    "declassified": {Act.DECLASSIFY.value, OfficeAct.NOTIFY.value},
    "compromised": {Act.COMPROMISE.value, OfficeAct.NOTIFY.value},
    "destroyed": {Act.DESTROY.value, Act.REPORT_DESTROYED.value},
    "called": {OfficeAct.CALL_MUSTER.value},
    "counted": {OfficeAct.CLOSE_MUSTER.value},
    "matched": {OfficeAct.MATCH_MUSTER.value},
    "cancelled": {Act.CANCEL.value},
    "consented": {OfficeAct.NOTIFY.value},
    "asks_extension": {OfficeAct.ASK.value},
    "asks_consent": {OfficeAct.ASK.value},
    "asks_regrade": {OfficeAct.ASK.value},
    "declined": {OfficeAct.NOTIFY.value},
    "traced": {OfficeAct.TRACE.value},
    **{kind: {OfficeAct.ANSWER.value} for kind in notice_format.ANSWERS},
}
"""The acts whose leaf a paper may show, by what it says."""
_FORMATS: Mapping[str, Any] = {
    papers.RECEIPT: receipt_format,
    papers.TRANSMITTAL: transmittal_format,
    papers.NOTICE: notice_format,
    papers.TALLY: tally_format,
}
KEPT = "The bytes are kept under their outer number."


@dataclass(frozen=True, slots=True)
class TakenIn:
    """One item taken in: its digest and outer number, what it is, and what came of it."""

    digest: str
    outer_number: int
    kind: str
    claimed: str
    state: str
    why: str = ""


def take_in(bureau: Bureau) -> list[TakenIn]:
    """Take in all that lies at the carriers for us: what is sealed first, then papers by number.

    An item is cleared from its carrier only once it is kept here; a crash between
    brings it again, as a repeat.  An item that cannot be fetched stays and is reported.
    Papers refused before, for want of a card that we have by now, are tried once more.
    """
    with bureau.books.view() as view:
        before = [row for row in view.incoming.find("state", REFUSED) if row.kind in _PAPERS]
    taken: list[TakenIn] = []
    for carrier in bureau.carriers.values():
        try:
            waiting = list(carrier.waiting(bureau.name))
        except CircuitError as exc:
            taken.append(TakenIn("", 0, UNKNOWN, "", REFUSED, str(exc)))
            continue
        held: list[tuple[int, Item, bytes]] = []
        for item in waiting:
            try:
                data = carrier.fetch(bureau.name, item, ITEM_MAX)
            except CircuitError as exc:
                taken.append(TakenIn("", 0, UNKNOWN, item.claimed, REFUSED, str(exc)))
                continue
            number = _number(data)
            if number:
                held.append((number, item, data))
            else:
                taken.append(_keep_and_clear(data, item, carrier, bureau))
        # Carriers keep no order.  Papers that came together are entered as they were numbered,
        # or each of them would look like a gap.
        for _, item, data in sorted(held, key=lambda one: one[0]):
            taken.append(_keep_and_clear(data, item, carrier, bureau))
    refused = [(row.claimed, bureau.blobs.get(row.digest)) for row in before]
    for claimed, data in sorted(refused, key=lambda one: _number(one[1])):
        again = keep(data, claimed, bureau)
        taken += [again] if again.state != REFUSED else []
    return taken


def keep(data: bytes, claimed: str, bureau: Bureau) -> TakenIn:
    """Keep one item under its outer number, and enter it if it is a paper that holds.

    A repeat is a result: the same bytes keep their first outer number.
    """
    digest = bureau.blobs.put(data)
    with bureau.books.page(f"take in {digest}") as page:
        if page.repeated is None:
            row = _enter(page, data, digest, claimed, bureau)
            return TakenIn(digest, row.outer_number, row.kind, claimed, row.state, row.why)
    with bureau.books.page("") as page:
        first = page.incoming.get(digest)
        assert first is not None, "the page that kept these bytes wrote their row"
        if first.state == REFUSED and first.kind in _PAPERS:
            # Refused before, perhaps for want of a card that we have by now.
            again = _enter_paper(page, replace(first, why=""), data, bureau)
            page.incoming.put(again)
            return TakenIn(digest, again.outer_number, again.kind, claimed, again.state, again.why)
        _lay_again(page, first, data, bureau)
    return TakenIn(digest, first.outer_number, first.kind, claimed, REPEAT)


def _keep_and_clear(data: bytes, item: Item, carrier: Carrier, bureau: Bureau) -> TakenIn:
    kept = keep(data, item.claimed, bureau)
    try:
        carrier.clear(bureau.name, item)
    except CircuitError as exc:
        # It comes again as a repeat, for as long as the carrier does not let go of it.
        return replace(kept, why=kept.why or str(exc))
    return kept


def _enter(page: Page, data: bytes, digest: str, claimed: str, bureau: Bureau) -> Incoming:
    try:
        kind: str = paper.kind_of(data)
        why = ""
    except MalformedError as exc:
        kind, why = UNKNOWN, str(exc)
    row = Incoming(
        digest=digest,
        outer_number=numbering.take(page, numbering.OUTER),
        claimed=claimed,
        kind=kind,
        taken_in_at=bureau.now(),
        state=REFUSED if kind == UNKNOWN else WAITING,
        why=why,
    )
    leaf_index = _leaf(page, row, bureau)
    wanted = offices.expected(page, digest)
    if wanted and kind == TELEGRAM:
        row = replace(row, state=offices.ATTACHMENT, telegram=wanted)
    elif kind == TELEGRAM:
        _owe_taken_in(page, row, leaf_index)
    elif kind != UNKNOWN:
        row = _enter_paper(page, row, data, bureau)
    page.incoming.add(row)
    return row


def _leaf(page: Page, row: Incoming, bureau: Bureau) -> int:
    handle = matters.subject(page, bureau)
    return entries.enter(
        page,
        [
            Entry(
                kind=entries.OFFICE,
                act=OfficeAct.TAKE_IN.value,
                subject=handle,
                seq=entries.next_seq(page, handle),
                at=row.taken_in_at,
                office=row.claimed,
                numbers=f"outer {row.outer_number}",
                evidence=entries.evidence({"sealed": row.digest}),
            )
        ],
        bureau,
    )


def _owe_taken_in(page: Page, row: Incoming, leaf_index: int) -> None:
    # Before opening, who sent it is only a carrier's claim: the receipt is owed to a
    # correspondent we know by that name, and says no more than that the bytes are here.
    if page.correspondents.get(row.claimed) is not None:
        debt: dict[str, canonical.Value] = {
            "kind": "taken_in",
            "subject": row.digest,
            "at": row.taken_in_at,
        }
        papers.owe(page, papers.RECEIPT, row.claimed, debt, leaf_index)


def _enter_paper(page: Page, row: Incoming, data: bytes, bureau: Bureau) -> Incoming:
    try:
        document, body, signatures = _check_paper(page, row, data, bureau)
    except CablegramError as exc:
        return replace(row, state=REFUSED, why=str(exc))
    digest = canonical.digest(body)
    link = Link(document.number, digest, document.previous)
    verdict = lines.look(page, document.office, lines.PAPERS_IN, link)
    if verdict is Verdict.REPEAT:
        return replace(row, state=REPEAT)
    if verdict is Verdict.FORK:
        alarm = lines.forked(page, document.office, lines.PAPERS_IN, link, bureau)
        why = f"{row.kind} {document.number} of {document.office}: alarm {alarm.number}, a fork"
        return replace(row, state=REFUSED, why=why)
    item = CircuitItem(
        office=document.office,
        direction=lines.PAPERS_IN,
        number=document.number,
        letter=digest,
        previous=document.previous,
        sealed=row.digest,
        telegram="",
        attempt=1,
        state=lines.SEEN,
    )
    lines.arrive(page, document.office, lines.PAPERS_IN, link, item, bureau)
    match document:
        case receipt_format.Receipt():
            subject = document.subject
        case tally_format.Tally():
            subject = document.count
        case _:
            subject = digest
    is_notice = isinstance(document, notice_format.Notice)
    entered = Paper(
        digest=digest,
        direction=lines.IN,
        office=document.office,
        kind=row.kind,
        number=document.number,
        subject=subject,
        body=body,
        signatures="".join(signatures),
        state=papers.OPEN if is_notice else papers.ENTERED,
        leaf_index=entries.size(page) - 1,
    )
    page.papers.put(entered)
    announced.enter(page, entered, bureau)
    if isinstance(document, receipt_format.Receipt):
        _match(page, document, bureau)
    return replace(row, state=ENTERED)


def _match(page: Page, receipt: Receipt, bureau: Bureau) -> None:
    """Note a receipt against what we sent; one for what we know nothing of is an alarm.

    The other office has something of ours that our books have not: they may be an old backup.
    """
    if receipt.kind not in receipt_format.TELEGRAM_KINDS:
        return
    if receipt.copy:
        return  # a disputed copy's transmittal, which is matched with the copy
    noted = lines.receipted(page, receipt.office, receipt.subject, receipt.kind)
    if noted is None and not bureau.blobs.has(receipt.subject):
        alarms.sound(
            page,
            alarms.STRANGE,
            receipt.office,
            f"{receipt.office} has {receipt.kind.replace('_', ' ')} what our books never sent",
            bureau,
            first=receipt.subject,
        )


def _check_paper(
    page: Page, row: Incoming, data: bytes, bureau: Bureau
) -> tuple[Receipt | Transmittal | Notice | Tally, bytes, tuple[str, ...]]:
    """Hold a paper to its sender's card: all its signatures, its receiver, its proof.

    Raises:
        CablegramError: what does not hold.
    """
    body, signatures = paper.split(data)
    form = _FORMATS[row.kind]
    document: Receipt | Transmittal | Notice | Tally = form.decode(body)
    if offices.card_of(page, document.office) is None:
        raise CircuitError(
            "a {kind} from {office}, which is not a correspondent",
            hint="Add its card, then take this in again.",
            kept=KEPT,
            kind=row.kind,
            office=document.office,
        )
    card = offices.correspondent(page, document.office, bureau)
    if document.to != bureau.name:
        raise CircuitError(
            "a {kind} of {office} for {to}, not for us",
            hint="Give it to whom it is for.",
            kept=KEPT,
            kind=row.kind,
            office=document.office,
            to=document.to,
        )
    sshsig.verify_all(
        signatures,
        namespace=form.NAMESPACE,
        message=body,
        keys=[sshsig.PublicKey.from_line(line) for line in card.signing],
    )
    shown = showing.check(document.proof, card.ledger_key)
    if not _is_proved(document, shown):
        raise CircuitError(
            "a {kind} of {office} proves another act than it says",
            hint="Ask {office} what they did.",
            kept=KEPT,
            kind=row.kind,
            office=document.office,
        )
    return document, body, signatures


def _is_proved(document: Receipt | Transmittal | Notice | Tally, shown: Mapping[str, str]) -> bool:
    """Whether the leaf that a paper shows is one of the act that it speaks of."""
    act = shown.get("act")
    match document:
        case transmittal_format.Transmittal():
            said: str = papers.TRANSMITTAL
        case receipt_format.Receipt(kind="disputed", copy=copy) if copy:
            said = "copy_disputed"
        case _:
            said = document.kind
    if isinstance(document, tally_format.Tally) and document.persons:
        by = (shown.get("officer", ""), shown.get("second", ""))
        named = canonical.decode(shown.get("evidence", "{}").encode(), what="evidence")
        if by != document.persons or named.get("matched", "") != document.matched:
            return False
    if isinstance(document, notice_format.Notice) and act == Act.DESTROY:
        by = (shown.get("officer", ""), shown.get("second", ""))
        return said == "destroyed" and by == document.persons
    return said not in _PROVED or act in _PROVED[said]


def _lay_again(page: Page, row: Incoming, data: bytes, bureau: Bureau) -> None:
    """Lay out again what we signed about these bytes: whoever repeats them never had it."""
    if row.kind == papers.TRANSMITTAL:
        papers.lay_again(page, canonical.digest(paper.split(data)[0]), bureau)
    elif row.kind == TELEGRAM:
        papers.lay_again(page, row.digest, bureau)
        telegram = page.telegrams.get(row.telegram)
        if telegram is not None and row.state != offices.ATTACHMENT:
            papers.lay_again(page, telegram.letter, bureau)


def _number(data: bytes) -> int:
    """The number a paper claims; 0 for anything else."""
    try:
        if paper.kind_of(data) == TELEGRAM:
            return 0
        number = canonical.decode(paper.split(data)[0]).get("number")
    except MalformedError:
        return 0
    return number if isinstance(number, int) else 0
