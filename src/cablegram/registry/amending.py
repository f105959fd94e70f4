"""Amending: what a letter about another does, on the page that releases or opens it.

The letter's entry goes on the telegram that it is about; a cancellation marks every copy of it
and tells the offices that have one.  One that came before the telegram it is about waits for it
(docs/spec/letter.md, "Letters about a letter").
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cablegram.model.acts import RULES, Act, Mark
from cablegram.registry import alarms, custody, entering, lines, notifying, service
from cablegram.registry.reading import every

if TYPE_CHECKING:
    from cablegram.bureau import Bureau
    from cablegram.model.acts import Fact
    from cablegram.model.records import Alarm, Telegram
    from cablegram.ports import Page
    from cablegram.registry.orders import Given


def released(page: Page, given: Given, telegram: Telegram, bureau: Bureau) -> None:
    """Enter a letter of ours about another on that one, on the page that gives it its number."""
    if telegram.kind in service.ACTS:
        for target in page.telegrams.find("letter", telegram.reply_to):
            _enter(page, given, telegram, target, bureau)


def opened(page: Page, given: Given, telegram: Telegram, bureau: Bureau) -> list[Alarm]:
    """What an opened letter does to the one it is about, and what was opened before does to it.

    ``service.judge`` has found that it is its sender's to send.  Gives an alarm for each letter
    that came before it and was not.
    """
    sounded = []
    if telegram.kind in service.ACTS:
        for target in page.telegrams.find("letter", telegram.reply_to):
            _apply(page, given, telegram, target, bureau)
    for before in list(every(page.telegrams, "about", telegram.letter)):
        if before.direction != lines.IN or before.kind not in service.ACTS:
            continue
        why = service.why_not(page, telegram, before.kind, before.office, bureau)
        if why:
            sounded.append(
                usurped(page, before.office, before.letter, telegram.letter, why, bureau)
            )
        else:
            _apply(page, given, before, telegram, bureau)
    return sounded


def usurped(page: Page, office: str, letter: str, about: str, words: str, bureau: Bureau) -> Alarm:
    """Sound the alarm of a letter that is not its sender's to send."""
    return alarms.sound(page, alarms.USURPED, office, words, bureau, first=letter, second=about)


def _apply(page: Page, given: Given, letter: Telegram, target: Telegram, bureau: Bureau) -> None:
    _enter(page, given, letter, target, bureau)
    if letter.kind != service.CANCELLATION:
        return
    copies = [
        copy
        for copy in every(page.copies, "telegram", target.handle)
        if copy.state in RULES[Act.CANCEL].sources and not copy.has(Mark.CANCELLED)
    ]
    if copies:
        reason = f"cancellation {letter.outgoing_number} of {letter.office}"
        facts: dict[str, Fact] = {"letter": letter.letter, "reason": reason}
        moved = custody.entail(page, copies, Act.CANCEL, facts, given, bureau)
        before = {copy.handle: copy for copy in copies}
        notifying.entailed(page, given, before, moved, Act.CANCEL, facts, bureau)


def _enter(page: Page, given: Given, letter: Telegram, target: Telegram, bureau: Bureau) -> None:
    entering.enter_telegram(
        page,
        target,
        service.ACTS[letter.kind],
        given,
        bureau,
        evidence={"letter": letter.letter, "number": service.number(letter)},
        office=letter.office,
    )
