"""Names in four scripts: what is one finds each other, what is not does not."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path

import pytest

from cablegram.model import folding

SHARED = Path(__file__).resolve().parents[3] / "shared" / "frus" / "telegrams.jsonl"

SAME = [
    ["Пэн Дэ-хуай", "Пын Дэхуай", "Пэн Дэхуая", "Peng Dehuai", "P'eng Te-huai", "Peng Teh-huai",
     "彭德怀", "彭德懷", "PENG DEHUAI", "peng dehuai", "Пен Де-хуай"],
    ["Мао Цзэ-дун", "Мао Цзе-дун", "Мао Цзэдуна", "Mao Zedong", "Mao Tse-tung", "毛泽东", "毛澤東"],
    ["Чжоу Энь-лай", "Чжоу Эньлаем", "Zhou Enlai", "Chou En-lai", "周恩来", "周恩來"],
    ["Лю Шао-ци", "Liu Shaoqi", "Liu Shao-ch'i", "刘少奇", "劉少奇"],
    ["Гао Ган", "Gao Gang", "Kao Kang", "高岗", "高崗"],
    ["Чжу Дэ", "Zhu De", "Chu Teh", "朱德"],
    ["Линь Бяо", "Линя Бяо", "Lin Biao", "Lin Piao", "林彪"],
    ["Чан Кай-ши", "Chiang Kai-shek", "Jiang Jieshi", "蔣介石", "蒋介石"],
    ["Ким Ир Сен", "Ким Ир Сену", "Kim Il Sung", "Kim Il-sung", "Kim Ilsŏng", "김일성", "金日成"],
    ["Пак Хен Ен", "Пак Хон Ён", "Pak Hon-yong", "Park Hon Young", "Pak Hŏn-yŏng",
     "박헌영", "朴憲永"],
    ["Ли Сын Ман", "Syngman Rhee", "Yi Sŭngman", "Lee Seung-man", "이승만", "李承晩"],
    ["Молотов", "Молотову", "Molotov", "Molotow", "MOLOTOV"],
    ["Хрущёв", "Хрущев", "Хрущёву", "Khrushchev", "Hruŝëv"],
    ["Вышинский", "Вышинского", "Vyshinsky", "Vyshinskii", "Vyshinskiy", "Vyšinskij", "Wyshinsky"],
    ["Чеснокова", "Chesnokova", "Česnokova"],
    ["Пекин", "Пекина", "Peking", "Beijing", "北京"],
    ["Пхеньян", "Пхеньяне", "Pyongyang", "평양", "平壤"],
]  # fmt: skip


def finds(query, text):
    keys = folding.keys(text)
    return all(any(one <= keys for one in alternatives) for alternatives in folding.asked(query))


@pytest.mark.parametrize("names", SAME, ids=lambda names: names[0])
def test_all_ways_of_writing_a_name_find_each_other(names):
    """Each, asked, finds each, written, also inside a sentence."""
    # What is written small is a word of a sentence; what is asked may be typed small.
    written = [name for name in names if not name.isascii() or not name.islower()]
    missed = [(one, other) for one in names for other in written if not finds(one, other)]
    assert [] == missed


def test_different_persons_do_not_find_each_other():
    """No name of one person finds another's."""
    wrong = [
        (one, other)
        for these, those in combinations(SAME, 2)
        for one in these
        for other in those
        if finds(one, other) or finds(other, one)
    ]
    assert [] == wrong


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("перемирие", "О перемирии в Корее"),
        ("корея перемирие", "О перемирии в Корее"),
        ("talks", "On the talk of 5 July"),
        ("железные дороги", "О железных дорогах"),
        ("彭德懷", "彭德怀抵达平壤"),
        ("Пхеньян", "彭德怀抵达平壤"),
        ("김일성", "김일성이 도착했다"),
        ("3349", "In reply to 3349"),
        ("Пэн Дэ-хуай Корея", "Arrival of P'eng Te-huai in Korea"),
    ],
)
def test_words_in_their_cases(asked, text):
    """Endings, scripts and particles do not hide a word."""
    assert finds(asked, text)


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("перемирие", "О железных дорогах"),
        ("Пэн Дэ-хуай", "О перемирии"),
        ("Lin", "the men can sing"),
    ],
)
def test_what_is_not_there_is_not_found(asked, text):
    """Small words of English are no Chinese syllables unless they are written as names."""
    assert not finds(asked, text)


def test_recall_and_precision_on_a_published_volume():
    """Of telegrams that name a person in print, the other spellings find all, and little else."""
    if not SHARED.is_file():
        pytest.skip("shared/frus/telegrams.jsonl is not here")
    texts = []
    with SHARED.open(encoding="utf-8") as lines:
        for line in lines:
            texts.append(json.loads(line)["title"] or "")
            if len(texts) == 4000:
                break
    for asked, printed in (("Чан Кай-ши", "Chiang Kai"), ("Вышинский", "Vyshin"), ("Пекин", "Pek")):
        meant = {n for n, text in enumerate(texts) if printed in text}
        found = {n for n, text in enumerate(texts) if finds(asked, text)}
        assert meant <= found, (asked, [texts[n] for n in sorted(meant - found)][:5])
