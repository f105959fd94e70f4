"""Opening: an envelope of the incoming tray becomes a telegram of the register, or an alarm.

The plan:
 1. the orders are to open this very envelope;
 2. it is opened and checked, outside any transaction;
 3. the sender's ledger holds the letter's leaf;
 4. in one transaction: what the letter is to the circuit, then register line, copies,
    the receipt owed; or the alarm.  Nothing but a result or an alarm is ever kept.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cablegram.cipher_room.unlocked import believed, given_for, name_of
from cablegram.errors import (
    CablegramError,
    CircuitError,
    MalformedError,
    SealError,
    UnknownError,
)
from cablegram.ledger import showing
from cablegram.model.line import Link, Verdict
from cablegram.model.orders import OfficeAct
from cablegram.model.records import CircuitItem
from cablegram.registry import (
    alarms,
    amending,
    entering,
    entries,
    lines,
    offices,
    orders,
    papers,
    service,
)
from cablegram.sealing import age
from cablegram.sealing import envelope as envelopes
from cablegram.wire import canonical

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cablegram.cipher_room.unlocked import Unlocked
    from cablegram.model.orders import SignedOrder
    from cablegram.model.records import Incoming, Telegram
    from cablegram.ports import Page
    from cablegram.registry.orders import Given
    from cablegram.sealing.envelope import Opened
    from cablegram.wire.card import Card

KEPT = "The sealed bytes are in the incoming tray."
_OPENED = frozenset({"opened", "repeat"})


def page_of(digest: str, signed: Sequence[SignedOrder]) -> str:
    """The key of the page on which these orders open this envelope."""
    return f"open {digest} {name_of(signed)}"


def open(digest: str, signed: Sequence[SignedOrder], room: Unlocked) -> Mapping[str, object]:
    """Open the envelope of this digest, enter it and allot its copies.

    A letter that was opened before is a repeat and a result.

    Raises:
        SealError, CircuitError, MalformedError: it does not hold; the tray says why.
        OrderError, CustodyError: the order or the office does not allow it.
    """
    bureau = room.bureau
    with bureau.books.view() as view:
        arrived = view.incoming.get(digest)
        if arrived is None or arrived.kind != "telegram":
            raise UnknownError(
                "no such envelope lies in the incoming tray",
                hint="List what does with `cablegram take-in`.",
            )
        # 1. the orders are to open this very envelope
        given_for(view, signed, bureau, OfficeAct.OPEN.value, sealed=digest)
        page_key = page_of(digest, signed)
        before = view.pages.get(page_key)
        telegram = view.telegrams.get(arrived.telegram) if arrived.state in _OPENED else None
    if telegram is not None or before is not None:
        # Nothing is deciphered for what was done already.
        room.head()
        return _again(telegram, before.answer if before else b"")
    try:
        # 2. it is opened and checked
        opened = read(arrived, room)
        # 3. the sender's ledger holds the letter's leaf
        _check_leaf(opened, room)
    except CablegramError as exc:
        with bureau.books.page("") as page:
            now = page.incoming.get(digest)
            # Another process may have opened it meanwhile.
            if now is not None and now.state in {"waiting", "refused"}:
                page.incoming.put(replace(now, state="refused", why=str(exc)))
        raise
    # 4. in one transaction
    with bureau.books.page(page_key) as page:
        now = page.incoming.get(digest)
        assert now is not None, "nothing is ever taken out of the incoming tray"
        if page.repeated is None:
            result = _enter(page, opened, now, signed, room)
            page.answer.value = result.encode() if isinstance(result, str) else b""
        else:
            result = _again(page.telegrams.get(now.telegram), page.repeated)
    room.head()
    if isinstance(result, str):
        raise _alarmed(result)
    return result


def read(arrived: Incoming, room: Unlocked) -> Opened:
    """Open and check the sealed bytes of the tray.

    Raises:
        SealError, CircuitError, MalformedError: what does not hold.
    """
    bureau = room.bureau

    def find_card(office: str) -> Card | None:
        with bureau.books.view() as view:
            return believed(view, office, bureau)

    sealed = bureau.blobs.get(arrived.digest)
    return envelopes.unseal(sealed, room.keys, me=bureau.name, find_card=find_card)


def _check_leaf(opened: Opened, room: Unlocked) -> None:
    with room.bureau.books.view() as view:
        card = offices.card_of(view, opened.letter.office)
    assert card is not None, "unseal has checked the sender's card"
    shown = showing.check(opened.envelope.proof, card.ledger_key)
    said = canonical.decode(shown.get("evidence", "").encode(), what="the evidence of a leaf")
    if shown.get("act") != OfficeAct.RELEASE.value or said.get("letter") != opened.letter_digest:
        raise SealError(
            "the ledger of {office} is shown to hold something else",
            hint="Ask the sender to seal it again.",
            kept=KEPT,
            office=opened.letter.office,
        )


def _again(telegram: Telegram | None, answer: bytes) -> Mapping[str, object]:
    """What came of these orders, or of this envelope, before.

    Raises:
        CircuitError: an alarm, in the words of then.
    """
    if answer:
        raise _alarmed(answer.decode())
    return _told(telegram, repeat=True)


def _alarmed(words: str) -> CircuitError:
    return CircuitError(words, hint="Compare both letters with their sender.", kept=KEPT)


def _enter(
    page: Page, opened: Opened, arrived: Incoming, signed: Sequence[SignedOrder], room: Unlocked
) -> Mapping[str, object] | str:
    """Enter an opened letter by what it is to its circuit; words instead are an alarm's."""
    bureau = room.bureau
    given = orders.check(page, signed, bureau)
    orders.needs_two(given, offices.two_by_series(page))
    office, envelope = opened.letter.office, opened.envelope
    link = Link(envelope.circuit_number, opened.letter_digest, envelope.previous)
    verdict = lines.look(page, office, lines.IN, link)
    if verdict is Verdict.FORK:
        alarm = lines.forked(page, office, lines.IN, link, bureau)
        orders.keep(page, given, entries.size(page) - 1)
        words = (
            f"alarm {alarm.number}: {alarm.words}; the digests are {alarm.first} and {alarm.second}"
        )
        page.incoming.put(replace(arrived, state="refused", why=words))
        return words
    if verdict is Verdict.REPEAT:
        item = page.circuit_items.get(office, lines.IN, link.number)
        assert item is not None, "a repeat has its first"
        if not item.telegram:
            return _refuse(page, opened, arrived, given, room)
        page.circuit_items.put(replace(item, attempt=max(item.attempt, envelope.attempt)))
        if arrived.state not in _OPENED:
            page.incoming.put(replace(arrived, state="repeat", why="", telegram=item.telegram))
        # Whoever seals a letter again has not had our word that it was opened.
        papers.lay_again(page, opened.letter_digest, bureau)
        return _told(page.telegrams.get(item.telegram), repeat=True)
    if service.judge(page, opened.letter, bureau):
        lines.arrive(page, office, lines.IN, link, _item(opened, arrived, ""), bureau)
        return _refuse(page, opened, arrived, given, room)
    entered = entering.enter(page, given, opened.letter, opened.letter_digest, arrived, bureau)
    item = _item(opened, arrived, entered.telegram.handle)
    gap = lines.arrive(page, office, lines.IN, link, item, bureau)
    sounded = [*filter(None, [gap]), *amending.opened(page, given, entered.telegram, bureau)]
    for one in opened.letter.attachments:
        # A sender may name any digest: what our own keys open is a telegram, whoever says what.
        if not _is_ours(one.sealed_sha256, room):
            offices.expect(page, one.sealed_sha256, entered.telegram.handle)
    debt: dict[str, canonical.Value] = {
        "kind": "opened",
        "subject": opened.letter_digest,
        "circuit_number": envelope.circuit_number,
        "attempt": envelope.attempt,
        "at": entered.telegram.opened_at,
    }
    papers.owe(page, papers.RECEIPT, office, debt, entered.leaf_index)
    return {**_told(entered.telegram, repeat=False), "alarm": "; ".join(a.words for a in sounded)}


def _item(opened: Opened, arrived: Incoming, telegram: str) -> CircuitItem:
    return CircuitItem(
        office=opened.letter.office,
        direction=lines.IN,
        number=opened.envelope.circuit_number,
        letter=opened.letter_digest,
        previous=opened.envelope.previous,
        sealed=arrived.digest,
        telegram=telegram,
        attempt=opened.envelope.attempt,
        state=lines.SEEN,
    )


def _refuse(page: Page, opened: Opened, arrived: Incoming, given: Given, room: Unlocked) -> str:
    """Enter nothing of a letter about another that is not its sender's: an alarm, and our word.

    Its number on the circuit is used, or everything after it would look like a gap.
    """
    letter, digest = opened.letter, opened.letter_digest
    alarm = alarms.sounded(page, alarms.USURPED, digest)
    if alarm is None:
        why = service.judge(page, letter, room.bureau)
        alarm = amending.usurped(page, letter.office, digest, letter.reply_to, why, room.bureau)
        debt: dict[str, canonical.Value] = {
            "kind": "disputed",
            "subject": digest,
            "circuit_number": opened.envelope.circuit_number,
            "attempt": opened.envelope.attempt,
            "note": "It is about a letter that is not yours; nothing was done.",
            "at": room.bureau.now(),
        }
        papers.owe(page, papers.RECEIPT, letter.office, debt, entries.size(page) - 1)
    words = f"alarm {alarm.number}: {alarm.words}"
    orders.keep(page, given, entries.size(page) - 1)
    page.incoming.put(replace(arrived, state="refused", why=words))
    return words


def _is_ours(digest: str, room: Unlocked) -> bool:
    if not room.bureau.blobs.has(digest):
        return False
    try:
        age.decrypt(room.bureau.blobs.get(digest), room.keys.identities())
    except (MalformedError, SealError):
        return False
    return True


def _told(telegram: Telegram | None, *, repeat: bool) -> dict[str, object]:
    assert telegram is not None, "an opened envelope has its telegram"
    return {
        "telegram": telegram.handle,
        "cable_number": telegram.cable_number,
        "office": telegram.office,
        "outgoing_number": telegram.outgoing_number,
        "copies": telegram.copies,
        "repeat": int(repeat),
    }
