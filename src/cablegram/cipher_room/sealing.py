"""Sealing: a released draft becomes a numbered letter, and the letter an envelope an office.

The plan; a crash between any two steps is made good by giving the same order again:
 1. the orders release this draft, and every office it is for can be sealed to;
 2. the next outgoing number is read, the letter signed with it and sealed to ourselves;
 3. number, letter and leaf commit together; a lost race signs again, its bytes never leave;
 4. a head covers the letter's leaf;
 5. for each office: an envelope is sealed and synced, then circuit number, leaf and tray row
    commit together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cablegram.cipher_room.unlocked import given_for, name_of
from cablegram.errors import LostRaceError, UnknownError
from cablegram.ledger import showing
from cablegram.model.orders import OfficeAct
from cablegram.model.records import CircuitItem, Outgoing, Telegram
from cablegram.registry import (
    amending,
    drafts,
    entering,
    indexing,
    lines,
    numbering,
    offices,
    orders,
    regimes,
    restoring,
    service,
)
from cablegram.sealing import age
from cablegram.sealing import envelope as envelopes
from cablegram.sealing.envelope import SignedLetter
from cablegram.wire import canonical, paper
from cablegram.wire import card as card_format
from cablegram.wire import draft as draft_format
from cablegram.wire import letter as letter_format
from cablegram.wire.envelope import Envelope
from cablegram.wire.letter import Letter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cablegram.cipher_room.unlocked import Unlocked
    from cablegram.model.orders import SignedOrder
    from cablegram.ports import Page, Shelves
    from cablegram.registry.orders import Given
    from cablegram.wire.card import Card
    from cablegram.wire.draft import Draft

RACES_MAX = 100


def page_of(signed: Sequence[SignedOrder]) -> str:
    """The key of the page on which these orders release their letter."""
    return f"release {name_of(signed)}"


def seal(digest: str, signed: Sequence[SignedOrder], room: Unlocked) -> Mapping[str, object]:
    """Number, sign and seal the draft of this digest as its orders say.

    Raises:
        OrderError, UnknownError, SealError: nothing was numbered.
    """
    bureau = room.bureau
    if not bureau.blobs.has(digest):
        raise UnknownError("no such draft lies here", hint="Make it with `cablegram draft`.")
    # 1. the orders release this draft, and every office it is for can be sealed to
    with bureau.books.view() as view:
        given = given_for(view, signed, bureau, OfficeAct.RELEASE.value, draft=digest)
    draft, bodies = draft_format.decode(
        age.decrypt(bureau.blobs.get(digest), room.keys.identities())
    )
    with bureau.books.view() as view:
        restoring.refuse_series(view, draft.series, bureau)
    for one in draft.attachments:
        if not bureau.blobs.has(one.sealed_sha256):
            raise UnknownError(
                "the attachment {one} does not lie beside its draft",
                hint="Draft it again.",
                one=one.name,
            )
    with bureau.books.view() as view:
        cards = {office: offices.correspondent(view, office, bureau) for office in draft.to}
    for card in cards.values():
        card_format.current(card, bureau.now())
    telegram = _number(draft, given.digest, signed, room)
    # 4. a head covers the letter's leaf
    room.head()
    letter = read_own(telegram, room)
    for card in cards.values():
        _envelope(telegram, letter, bodies, card, draft.keys, room)
    room.head()
    return {
        "telegram": telegram.handle,
        "outgoing_number": telegram.outgoing_number,
        "series": telegram.series,
        "letter": telegram.letter,
        "offices": list(draft.to),
    }


def read_own(telegram: Telegram, room: Unlocked) -> SignedLetter:
    """A letter of ours with its signatures, from the copy sealed to ourselves."""
    plain = age.decrypt(room.bureau.blobs.get(telegram.sealed), room.keys.identities())
    return SignedLetter(*paper.split(plain))


def _number(
    draft: Draft,
    order: str,
    signed: Sequence[SignedOrder],
    room: Unlocked,
) -> Telegram:
    bureau = room.bureau
    for _ in range(RACES_MAX):
        with bureau.books.view() as view:
            done = view.telegrams.find("order", order, limit=1)
            number = numbering.last(view, numbering.OUTGOING, draft.series) + 1
            if not done:  # nothing is signed with a number that it may not have
                _check_release(view, draft, orders.check(view, signed, bureau), room)
        if done:
            return done[0]
        # 2. the next number is read, the letter signed with it and sealed to ourselves
        letter = Letter.of(draft, office=bureau.name, outgoing_number=number, filed_at=bureau.now())
        written = envelopes.sign_letter(letter, room.keys)
        kept = paper.join(written.body, written.signatures)
        own = room.keys.receiving[-1].recipient()
        blob = bureau.blobs.put(age.encrypt(kept, [own]))
        telegram = Telegram(
            handle=bureau.handle(),
            direction="out",
            office=bureau.name,
            series=letter.series,
            outgoing_number=number,
            cable_number=0,
            letter=canonical.digest(written.body),
            sealed=blob,
            signatory=letter.signatory,
            classification=letter.level,
            precedence=letter.precedence_action.name.lower(),
            filed_at=letter.filed_at,
            received_at="",
            opened_at="",
            opened_by="",
            return_count=letter.return_.count if letter.return_ else 0,
            return_unit=letter.return_.unit.value if letter.return_ else "",
            return_counted=letter.return_.counted.value if letter.return_ else "",
            return_to=letter.return_.to if letter.return_ else "",
            copies=0,
            order_digest=order,
            **entering.handling(letter),
        )
        try:
            with bureau.books.page(page_of(signed)) as page:
                is_new = page.repeated is None
                if is_new:
                    _commit_letter(page, telegram, draft, signed, room)
        except LostRaceError:
            continue
        if is_new:
            return telegram
    raise LostRaceError("other processes took every number we tried", hint="Give the order again.")


def _commit_letter(
    page: Page, telegram: Telegram, draft: Draft, signed: Sequence[SignedOrder], room: Unlocked
) -> None:
    # 3. number, letter and leaf commit together
    given = orders.check(page, signed, room.bureau)
    restoring.refuse_series(page, telegram.series, room.bureau)
    _check_release(page, draft, given, room)
    number = telegram.outgoing_number
    numbering.take_expected(page, numbering.OUTGOING, telegram.series, number)
    ours = (
        row
        for row in page.telegrams.find("outgoing", number)
        if (row.direction, row.series) == (telegram.direction, telegram.series)
    )
    numbering.hold_new(numbering.OUTGOING, number, ours)
    page.telegrams.add(telegram)
    indexing.telegram(page, telegram)
    index = entering.enter_telegram(
        page,
        telegram,
        OfficeAct.RELEASE,
        given,
        room.bureau,
        evidence={"letter": telegram.letter},
    )
    drafts.released(page, given, telegram.handle, room.bureau)
    amending.released(page, given, telegram, room.bureau)
    orders.keep(page, given, index)


def _check_release(page: Shelves, draft: Draft, given: Given, room: Unlocked) -> None:
    """What the draft's own series and classification ask before it gets a number."""
    regime = offices.series_or_current(page, draft.series)
    orders.needs_two(given, regime.two)
    regimes.check_witnessed(regime, OfficeAct.RELEASE.value)
    drafts.check_release(page, draft, given, room.bureau)
    service.check_release(page, draft.kind, draft.reply_to, draft.to, room.bureau)


def _envelope(
    telegram: Telegram,
    letter: SignedLetter,
    texts: Mapping[str, bytes],
    card: Card,
    keys: tuple[tuple[str, str], ...],
    room: Unlocked,
) -> None:
    # 5. an envelope is sealed and synced, then circuit number, leaf and tray row together
    bureau = room.bureau
    attachments = tuple(one.sealed_sha256 for one in letter_format.decode(letter.body).attachments)
    for _ in range(RACES_MAX):
        with bureau.books.view() as view:
            if any(
                item.office == card.office
                for item in view.circuit_items.find("letter", telegram.letter, lines.OUT)
            ):
                return
            line = lines.stand(view, card.office, lines.OUT)
            kept = view.orders.get(telegram.order_digest)
        assert kept is not None, "the order was kept with the letter"
        receiving = card_format.current(card, bureau.now())
        envelope = Envelope(
            letter=telegram.letter,
            office=bureau.name,
            to=card.office,
            to_key=receiving.name,
            circuit_number=line.number + 1,
            previous=line.letter,
            attempt=1,
            keys=keys,
            proof=showing.show(bureau, kept.leaf_index, ("act", "evidence")),
        )
        sealed = envelopes.seal(letter, texts, envelope, card, receiving, room.keys, bureau.random)
        blob = bureau.blobs.put(sealed)
        item = CircuitItem(
            office=card.office,
            direction=lines.OUT,
            number=line.number + 1,
            letter=telegram.letter,
            previous=line.letter,
            sealed=blob,
            telegram=telegram.handle,
            attempt=1,
            state=lines.SENT,
        )
        try:
            with bureau.books.page(f"envelope {telegram.letter} {card.office}") as page:
                if page.repeated is None:
                    _commit_envelope(page, telegram, item, attachments, room)
        except LostRaceError:
            continue
        return
    raise LostRaceError("other processes took every number we tried", hint="Give the order again.")


def _commit_envelope(
    page: Page,
    telegram: Telegram,
    item: CircuitItem,
    attachments: tuple[str, ...],
    room: Unlocked,
) -> None:
    bureau = room.bureau
    lines.take_expected(page, item.office, lines.OUT, item.number, item.letter)
    page.circuit_items.add(item)
    index = entering.enter_unordered(
        page,
        telegram,
        OfficeAct.ENVELOPE,
        bureau,
        evidence={"circuit": item.number, "sealed": item.sealed},
        office=item.office,
    )
    page.outgoing.put(Outgoing(item.sealed, item.office, "telegram", index, bureau.now()))
    for digest in attachments:
        page.outgoing.put(Outgoing(digest, item.office, "attachment", index, bureau.now()))
