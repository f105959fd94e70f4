"""Keys struck under another layout read as they were meant, and nothing else does."""

from __future__ import annotations

import pytest

from cablegram.model import check, keyboards
from cablegram.model.batch import Verb

RUSSIAN = {"R": "к", "I": "ш", "B": "и", "P": "з", "S": "ы", "F": "а", "O": "щ", "D": "в", "M": "ь"}
KOREAN = {
    "R": "ㄱ",
    "I": "ㅑ",
    "B": "ㅠ",
    "P": "ㅔ",
    "S": "ㄴ",
    "F": "ㄹ",
    "O": "ㅐ",
    "D": "ㅇ",
    "M": "ㅡ",
}


def test_every_verb_has_its_key_on_other_keyboards():
    """The table of docs/spec/desk-line.md; no letter stands for two verbs."""
    for table in (RUSSIAN, KOREAN):
        assert set(table) | {"?"} == {verb.value for verb in Verb}
        assert len(set(table.values())) == len(table)
        for verb, key in table.items():
            assert verb.lower() == keyboards.by_key(key).lower()
            assert verb == keyboards.by_key(key.upper()).upper()


@pytest.mark.parametrize(
    ("struck", "meant"),
    [
        ("СП1Жьщысщц:21497:2:Л7", "CG1:moscow:21497:2:K7"),
        ("СП1ЖьщысщцЖ21497Ж2ЖЛ7", "CG1:moscow:21497:2:K7"),
        ("сп1ЖЬЩЫСЩЦЖ21497Ж2Жл7", "cg1:MOSCOW:21497:2:k7"),
        ("21497.2-Л7", "21497/2-K7"),
        ("21497/2-К7", "21497/2-K7"),
        ("21497.2-37", "21497/2-37"),
        ("２１４９７／２－Ｋ７", "21497/2-K7"),
        ("  21497/2-k7\u3000", "21497/2-k7"),
        ("CG1:moscow:21497:2:K7", "CG1:moscow:21497:2:K7"),
    ],
)
def test_a_number_is_among_its_readings(struck, meant):
    """A scanner under a Russian keyboard, capitals locked, wide digits, letters that look alike."""
    assert meant in keyboards.readings(struck)


def test_the_first_reading_is_what_stands_there():
    """What was meant as it stands is never taken for something else."""
    for text in ("21497/2-K7", "575/2280-0A", "К-12", "901-K7"):
        assert keyboards.readings(text)[0] == text
    assert ("21497/2-K7",) == keyboards.readings("21497/2-K7")


def test_readings_of_a_wrong_layout_differ_in_nothing_but_letters():
    """No digit of a number changes by reading it otherwise: it cannot name another copy."""
    for reading in keyboards.readings("21497.2-Л7"):
        digits = "".join(c if c.isdigit() else " " for c in reading)
        assert ["21497", "2", "7"] == digits.split()


def test_korean_letters_that_stand_alone_stay_apart():
    """An input method that joins them is undone by nobody; single ones are keys."""
    assert "ㅡ" == keyboards.plain("ㅡ")
    assert "m" == keyboards.by_key("ㅡ")


def test_what_looks_alike_is_read_so():
    assert "K7" == keyboards.by_look("К7")
    assert check.split("21497/2-К7")[1] == ""  # a Cyrillic letter is no check character
