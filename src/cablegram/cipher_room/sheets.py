"""Sheets: what the books, the letter and the vault say of one copy, laid out for the press."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cablegram.model import check
from cablegram.model.acts import Act
from cablegram.model.handling import COPYING_PROHIBITED
from cablegram.model.names import FILE
from cablegram.model.times import instant
from cablegram.press import RELATIONS_MAX, Facsimile, Hand, Part, ReturnWords, Slot, related
from cablegram.registry import classifications, offices, roster, service, standing
from cablegram.wire import card as card_format
from cablegram.wire import order as order_format

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from cablegram.bureau import Bureau
    from cablegram.model.custody import Copy
    from cablegram.model.orders import SignedOrder
    from cablegram.model.records import PrintRun, Telegram
    from cablegram.ports import Shelves
    from cablegram.sealing.envelope import Opened
    from cablegram.wire.card import Card

FORM_LANGUAGES = ("ru", "en")
NAME = "name"
_VERBS = {
    service.CORRECTION: "corrects",
    service.CANCELLATION: "cancels",
    service.RECALL: "recalls",
    service.QUERY: "queries",
}


def compose(
    view: Shelves,
    telegram: Telegram,
    copy: Copy,
    run: PrintRun,
    opened: Opened,
    signed: Sequence[SignedOrder],
    bureau: Bureau,
) -> Facsimile:
    """Everything the sheets of this copy show.  The run's moment stands on them, not now's."""
    letter = opened.letter
    ours = card_format.decode(bureau.card)
    lang = _form_language(ours)
    term = offices.series_or_current(view, telegram.series).term
    copies = view.copies.find("telegram", telegram.handle)
    title, name = _verifier(view, signed, bureau)
    relations = _relations(view, telegram, bureau)
    sender = offices.card_of(view, telegram.office)
    return Facsimile(
        lang=lang,
        office_heading=_named(ours, lang),
        classification=letter.level,
        classification_level=classifications.weight(view, letter.policy, letter.level, bureau),
        cable_number=str(telegram.cable_number),
        copy_number=copy.number,
        copies_made=copy.made,
        received_at=_local(telegram.received_at, bureau),
        zone=_offset(_local(telegram.received_at, bureau)),
        body=_body(opened, lang, relations),
        relations=relations,
        set_at=instant(run.at),
        distribution=tuple(
            Slot(c.number, person_name(bureau, c.whom)) for c in copies if c.whom != FILE
        ),
        copies_prohibited=COPYING_PROHIBITED in letter.caveats,
        caveats=tuple(c for c in letter.caveats if c != COPYING_PROHIBITED),
        series=telegram.series,
        return_words=ReturnWords(term.count, term.unit.value, term.counted.value, term.to),
        from_office=_named(sender, lang) if sender is not None else telegram.office,
        addressee=", ".join(a.name for a in letter.addressees if a.role == "action"),
        label=letter.label,
        signatory=letter.signatory,
        on_behalf_of=letter.on_behalf_of,
        sender_number=str(telegram.outgoing_number),
        sender_date=_local(letter.filed_at, bureau).date(),
        deciphered=Hand(
            person_name(bureau, telegram.opened_by), _local(telegram.opened_at, bureau)
        ),
        printed=Hand(person_name(bureau, run.officer), _local(run.at, bureau)),
        print_number=str(run.number),
        copies_filed=tuple(c.number for c in copies if c.whom == FILE),
        verifier_title=title,
        verifier_name=name,
        verification_waived=_waived(view, telegram, run, signed, bureau),
        code_text=check.code(bureau.name, telegram.cable_number, copy.number),
        checked=f"{telegram.cable_number}/{copy.number}-"
        + check.of_copy(bureau.name, telegram.cable_number, copy.number),
    )


def person_name(bureau: Bureau, person: str) -> str:
    """A person's name out of the vault; the id where it is not there or was erased."""
    kept = bureau.vault.get(NAME, person)
    return person if kept is None else kept.decode()


def _verifier(view: Shelves, signed: Sequence[SignedOrder], bureau: Bureau) -> tuple[str, str]:
    """Title and name of whoever the print order says will verify; nothing if it does not say."""
    person = str(order_format.decode(signed[0].body).facts.get("verifier", ""))
    if not person:
        return "", ""
    return roster.in_post(view, person).title, person_name(bureau, person)


def _waived(
    view: Shelves,
    telegram: Telegram,
    run: PrintRun,
    signed: Sequence[SignedOrder],
    bureau: Bureau,
) -> bool:
    """Whether who will verify opened or printed it, as a standing order of the chief lets them."""
    person = str(order_format.decode(signed[0].body).facts.get("verifier", ""))
    if person not in {telegram.opened_by, run.officer}:
        return False
    return bool(standing.waiver_for(view, Act.VERIFY.value, person, bureau))


def _relations(view: Shelves, telegram: Telegram, bureau: Bureau) -> tuple[tuple[str, str], ...]:
    """Which telegram this one is about, and what has corrected it by now."""
    found: list[tuple[str, str]] = []
    if telegram.kind in _VERBS:
        about = view.telegrams.find("letter", telegram.reply_to, limit=1)
        number = str(service.number(about[0])) if about else "-"  # it may not be opened yet
        found.append((_VERBS[telegram.kind], number))
    found += [
        ("corrected_by", str(service.by(view, word)))
        for word in service.words(view, telegram, bureau)
        if word.kind == service.CORRECTION
    ]
    return tuple(found[:RELATIONS_MAX])


def _body(opened: Opened, lang: str, relations: tuple[tuple[str, str], ...]) -> tuple[Part, ...]:
    """The texts, the original first; of a letter without any, what it does to which telegram."""
    parts = sorted(opened.letter.parts, key=lambda part: part.role != "original")
    said = tuple(_part(part.lang, opened.bodies[part.name], part.role) for part in parts)
    return said or (Part(lang, "", tuple(f"{related(lang, *one)}." for one in relations)),)


def _part(lang: str, text: bytes, role: str) -> Part:
    """A part of the letter: an optional first line ``# title``, paragraphs between blank lines."""
    blocks = [block.strip() for block in text.decode().split("\n\n")]
    title = ""
    if blocks and blocks[0].startswith("# "):
        title = blocks.pop(0).removeprefix("# ")
    paragraphs = tuple(block for block in blocks if block)
    return Part(lang, title, paragraphs, translation=role == "translation")


def _form_language(card: Card) -> str:
    return next((lang for lang in FORM_LANGUAGES if lang in card.names), "en")


def _named(card: Card, lang: str) -> str:
    return card.names.get(lang) or next(iter(card.names.values()))


def _local(moment: str, bureau: Bureau) -> datetime:
    return instant(moment).astimezone(bureau.zone)


def _offset(at: datetime) -> str:
    text = at.strftime("%z")
    return f"{text[:3]}:{text[3:5]}"
