"""The 1951 telegram, retold, as the press is given it."""

from datetime import UTC, date, datetime
from importlib.resources import files

import pytest

from cablegram.press import Facsimile, Hand, Part, ReturnWords, Slot, Stamp

DATA = files("cablegram.cli.story")


def read_part(name, lang, *, translation=False):
    head, *paragraphs = (DATA / name).read_text(encoding="utf-8").strip().split("\n\n")
    return Part(lang, head.removeprefix("# "), tuple(paragraphs), translation)


@pytest.fixture(scope="session")
def parts():
    return {
        "ru": read_part("21497.ru.md", "ru"),
        "en": read_part("21497.en.md", "en"),
        "translation": read_part("21497.en.md", "en", translation=True),
    }


@pytest.fixture(scope="session")
def russian(parts):
    """Makes copy 2 of 21497 on the Russian form, with changes."""
    usual = {
        "lang": "ru",
        "office_heading": "Второе Главное управление Генштаба Советской Армии",
        "classification": "СОВ. СЕКРЕТНО",
        "classification_level": 4,
        "cable_number": "21497",
        "copy_number": 2,
        "copies_made": 4,
        "received_at": datetime(1951, 7, 5, 21, 0),  # noqa: DTZ001
        "zone": "московское время",
        "body": (parts["ru"],),
        "set_at": datetime(1951, 7, 5, 20, 0, tzinfo=UTC),
        "distribution": (
            Slot(1, "тов. Сталину"),
            Slot(2, "тов. Сталину"),
            Slot(3, "в дело"),
            Slot(4, "в дело"),
        ),
        "series": "«Т»",
        "return_words": ReturnWords(
            6,
            "24-hour days",
            "received",
            "8 отдел Второго Главного управления Генштаба Советской Армии",
        ),
        "from_office": "Пекин",
        "addressee": "Товарищу ФИЛИППОВУ",
        "label": "RECONSTRUCTION — РЕКОНСТРУКЦИЯ",
        "signatory": "МАО ЦЗЭДУН",
        "sender_number": "3349",
        "sender_date": date(1951, 7, 5),
        "deciphered": Hand("Ваганов", datetime(1951, 7, 5, 22, 25)),  # noqa: DTZ001
        "printed": Hand("Чеснокова", datetime(1951, 7, 5, 23, 0)),  # noqa: DTZ001
        "print_number": "1395",
        "copies_filed": (3, 4),
        "verifier_title": "НАЧАЛЬНИК ОТДЕЛЕНИЯ, ПОЛКОВНИК",
        "verifier_name": "МАКАРОВ",
        "stamps": (
            Stamp("IV часть ОС ЦК ВКП(б)", "575/2280/ш", date(1951, 7, 5), "Подлежит возврату"),
        ),
        "code_text": "CG1:8OTD:21497:2:K7QX",
        "checked": "21497/2-K7",
    }
    return lambda **changes: Facsimile(**{**usual, **changes})


@pytest.fixture(scope="session")
def english(russian, parts):
    """Makes copy 2 of 21497 on the English form, with changes."""
    usual = {
        "lang": "en",
        "office_heading": "Second Main Directorate of the General Staff of the Soviet Army",
        "classification": "TOP SECRET",
        "zone": "Moscow time",
        "body": (parts["en"],),
        "distribution": (Slot(1, "Comrade Stalin"), Slot(2, "Comrade Stalin")),
        "series": '"G"',
        "return_words": ReturnWords(6, "24-hour days", "received", "the 8th Department"),
        "from_office": "Beijing",
        "addressee": "To Comrade FILIPPOV",
        "signatory": "MAO ZEDONG",
        "deciphered": Hand("Vaganov", datetime(1951, 7, 5, 22, 25)),  # noqa: DTZ001
        "printed": Hand("Chesnokova", datetime(1951, 7, 5, 23, 0)),  # noqa: DTZ001
        "verifier_title": "CHIEF OF SECTION, COLONEL",
        "verifier_name": "MAKAROV",
        "stamps": (Stamp("IV Unit, Special Sector", "575/2280/sh", date(1951, 7, 5)),),
    }
    return lambda **changes: russian(**{**usual, **changes})
