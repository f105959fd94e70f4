"""What the printed form says, language by language (docs/spec/facsimile.md, "The words").

A language is one ``Words``: its labels, and the few places where grammar decides.  To
add one, add an entry to ``FORMS``; the sheets need nothing else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, datetime

UNITS = ("24-hour days", "calendar days")
COUNTED = ("received", "opened", "printed", "issued")

RELATIONS = ("corrects", "corrected_by", "cancels", "recalls", "queries")
"""How a telegram stands to another whose number its sheets name."""

SECTIONS = {
    "ru": ("Перевод", "Текст"),
    "en": ("Translation", "Text"),
    "zh": ("译文", "原文"),
    "ko": ("번역문", "원문"),
}
"""Translation and original text, as the head of a further part says it in its own language."""

_NUMBER_GAP = re.compile("(?<=[0-9]) ")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of the form in one language."""

    telegram: str
    copies_prohibited: str
    copy: str
    of: str
    series: str
    received: str
    sent_from: str
    notes: str
    catchline: str
    continuation: str
    sheet: str
    number: str
    on_behalf_of: str
    deciphered: str
    printed: str
    verified: str
    unverified: str
    relations: Mapping[str, str]
    incoming: str
    dated: str
    code: str
    day: Callable[[date], str]
    time: Callable[[datetime], str]
    days: Callable[[int, str], str]
    returned: Callable[[str, str, str], str]
    run: Callable[[int, str, int], str]


def _kept_together(sentence: str) -> str:
    """In capitals, with no line ending between a number and what it counts."""
    return _NUMBER_GAP.sub("\u00a0", sentence).upper()


def _ru_day(day: date) -> str:
    return f"{day.day}.{day.month}.{day.year} г."


def _ru_time(at: datetime) -> str:
    return f"{at:%H.%M} ч. {_ru_day(at)}"


def _ru_days(count: int, unit: str) -> str:
    # After "по истечении" all stand in the genitive, and so does the number's noun.
    if unit == "24-hour days":
        return f"{count} суток"
    if count % 10 == 1 and count % 100 != 11:  # noqa: PLR2004  # 1, 21, 101, not 11, 111
        return f"{count} календарного дня"
    return f"{count} календарных дней"


_RU_COUNTED = {
    "received": "с момента получения",
    "opened": "с момента расшифрования",
    "printed": "с момента отпечатания",
    "issued": "с момента выдачи",
}
_RU_HARD_START = re.compile("[вф][бвгджзклмнпрстфхцчшщ]", re.IGNORECASE)


def _ru_returned(days: str, counted: str, place: str) -> str:
    since = f" {_RU_COUNTED[counted]}" if counted else ""
    into = "во" if _RU_HARD_START.match(place) else "в"
    return _kept_together(f"подлежит возврату по истечении {days}{since} {into}\u00a0{place}")


def _ru_run(made: int, filed: str, count: int) -> str:
    signs = "№" if count == 1 else "№№"
    return f"отп. {made} экз." + (f" Экз. {signs} {filed} — в дело." if count else "")


RUSSIAN = Words(
    telegram="ШИФРТЕЛЕГРАММА №",
    copies_prohibited="Снятие копий воспрещается",
    copy="Экз. №",
    of="из",
    series="СЕРИЯ",
    received="получена",
    sent_from="откуда",
    notes="Для заметок\nи\nрезолюции",
    catchline="/См. сл. лист/",
    continuation="Продолжение шифртелеграммы №",
    sheet="Лист",
    number="№",
    on_behalf_of="по поручению:",
    deciphered="Расш.",
    printed="Отп.",
    verified="Проверил:",
    unverified="Без проверки, по постоянному распоряжению начальника.",
    relations={
        "corrects": "Исправляет № {}",
        "corrected_by": "Исправлена № {}",
        "cancels": "Аннулирует № {}",
        "recalls": "Отзывает № {}",
        "queries": "Просит повторить из № {}",
    },
    incoming="Вх. №",
    dated="от",
    code="Код экземпляра для считывателя:",
    day=_ru_day,
    time=_ru_time,
    days=_ru_days,
    returned=_ru_returned,
    run=_ru_run,
)

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def _en_day(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _en_time(at: datetime) -> str:
    return f"{at:%H%M}, {_en_day(at)}"


def _en_days(count: int, unit: str) -> str:
    days = "day" if count == 1 else "days"
    return f"{count} {days} of 24 hours" if unit == "24-hour days" else f"{count} calendar {days}"


_EN_COUNTED = {
    "received": "from receipt",
    "opened": "from deciphering",
    "printed": "from printing",
    "issued": "from issue",
}


def _en_returned(days: str, counted: str, place: str) -> str:
    since = f" {_EN_COUNTED[counted]}" if counted else ""
    return _kept_together(f"to be returned on expiry of {days}{since} to\u00a0{place}")


def _en_run(made: int, filed: str, count: int) -> str:
    printed = f"{made} {'copy' if made == 1 else 'copies'} printed."
    names = "Copy No." if count == 1 else "Copies Nos."
    return printed + (f" {names} {filed} to file." if count else "")


ENGLISH = Words(
    telegram="CIPHER TELEGRAM No.",
    copies_prohibited="Making copies is prohibited",
    copy="Copy No.",
    of="of",
    series="SERIES",
    received="received",
    sent_from="from",
    notes="For notes\nand\nresolution",
    catchline="/See next sheet/",
    continuation="Continuation of cipher telegram No.",
    sheet="Sheet",
    number="No.",
    on_behalf_of="on behalf of",
    deciphered="Deciphered",
    printed="Printed",
    verified="Verified:",
    unverified="Not verified, by the chief's standing order.",
    relations={
        "corrects": "Corrects No. {}",
        "corrected_by": "Corrected by No. {}",
        "cancels": "Cancels No. {}",
        "recalls": "Recalls No. {}",
        "queries": "Asks for parts of No. {} again",
    },
    incoming="Inc. No.",
    dated="of",
    code="The copy's code for a scanner:",
    day=_en_day,
    time=_en_time,
    days=_en_days,
    returned=_en_returned,
    run=_en_run,
)

FORMS = {"ru": RUSSIAN, "en": ENGLISH}
