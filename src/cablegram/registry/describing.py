"""Describing: the registrar's one-line short content, for finding, where the series allows it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cablegram.errors import CustodyError, OrderError
from cablegram.model.text import clean
from cablegram.registry import custody, entries, indexing, offices, orders, regimes

if TYPE_CHECKING:
    from cablegram.bureau import Bureau
    from cablegram.model.records import Telegram
    from cablegram.ports import Page
    from cablegram.registry.custody import Moved
    from cablegram.registry.orders import Given

CONTENT_MAX = 500


def describe(page: Page, given: Given, bureau: Bureau) -> Moved:
    """Write the short content of a telegram, or of copies that came without one.

    Raises:
        OrderError: several telegrams at once, or one that has changed since.
        CustodyError: the series has no short content, or the copy's telegram has the words for it.
    """
    subjects = given.first.subjects
    telegram = page.telegrams.get(subjects[0].handle) if len(subjects) == 1 else None
    if telegram is not None:
        return _telegram(page, given, telegram, bureau)
    for subject in subjects:
        copy = page.copies.get(subject.handle)
        if copy is None:
            continue  # move_given says so better
        if copy.telegram:
            raise CustodyError(
                "copy {number} has the short content of its telegram",
                hint="Describe the telegram, by its cable number.",
                number=copy.number,
            )
        regimes.check_short_content(offices.series_or_current(page, copy.series))
    moved = custody.move_given(page, given, bureau, {})
    indexing.copies(page, moved.copies, bureau.now())
    return moved


def _telegram(page: Page, given: Given, telegram: Telegram, bureau: Bureau) -> Moved:
    facts = given.first.facts
    content = facts.get("content")
    if set(facts) != {"content"} or not isinstance(content, str) or not content:
        raise OrderError("describe needs the content, and nothing else", hint="Give content.")
    seq = entries.next_seq(page, telegram.handle)
    if given.first.subjects[0].expected != seq - 1:
        raise OrderError(
            "the telegram has changed since the order was made",
            hint="Look at it again and sign a new order.",
        )
    regimes.check_short_content(offices.series_or_current(page, telegram.series))
    words = clean(content, "the short content", most=CONTENT_MAX)
    described = replace(telegram, short_content=words)
    page.telegrams.put(described)
    indexing.telegram(page, described)
    kind = "cable" if telegram.cable_number else "outgoing"
    index = entries.enter_order(
        page,
        given,
        bureau,
        kind=entries.TELEGRAM,
        subject=telegram.handle,
        office=telegram.office,
        numbers=f"{kind} {telegram.cable_number or telegram.outgoing_number}",
    )
    orders.keep(page, given, index)
    return custody.Moved((), index)
