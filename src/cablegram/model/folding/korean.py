"""Korean names in Hangul, Latin, Cyrillic and characters as one: rough classes of sound.

A syllable is its first sound, vowel and last sound, each by a class in which the systems
(McCune-Reischauer, the Revised one, Kontsevich and what came before it) agree.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import product

SYLLABLES_MAX = 3

Parse = tuple[str, ...]

_FIRST_HANGUL = ["K", "K", "N", "T", "T", "N", "M", "P", "P", "S", "S", "", "C", "C", "C", "K",
                 "T", "P", "H"]  # fmt: skip
_VOWEL_HANGUL = ["A", "E", "yA", "yE", "O", "E", "yO", "yE", "O", "A", "E", "E", "yO", "O", "O",
                 "E", "I", "yO", "O", "I", "I"]  # fmt: skip
_LAST_HANGUL = ["", "K", "K", "K", "N", "N", "N", "T", "L", "K", "M", "L", "L", "L", "P", "L",
                "M", "P", "P", "T", "T", "N", "T", "T", "K", "T", "P", "T"]  # fmt: skip

_FIRST = {
    "kk": "K", "gg": "K", "k'": "K", "k": "K", "g": "K", "tt": "T", "dd": "T", "t'": "T",
    "t": "T", "d": "T", "pp": "P", "bb": "P", "p'": "P", "p": "P", "b": "P", "ss": "S",
    "sh": "S", "s": "S", "jj": "C", "tch": "C", "ch'": "C", "ch": "C", "j": "C", "rh": "N",
    "r": "N", "l": "N", "n": "N", "m": "M", "h": "H", "": "",
    "кк": "K", "кх": "K", "к": "K", "г": "K", "тт": "T", "тх": "T", "т": "T", "д": "T",
    "пп": "P", "пх": "P", "п": "P", "б": "P", "сс": "S", "щ": "S", "ш": "S", "с": "S",
    "чж": "C", "чч": "C", "чх": "C", "дж": "C", "ч": "C", "ц": "C", "цз": "C", "р": "N",
    "л": "N", "н": "N", "м": "M", "х": "H",
}  # fmt: skip
_VOWEL = {
    "a": "A", "ah": "A", "ya": "yA", "wa": "A", "ae": "E", "e": "E", "ye": "yE", "yae": "yE",
    "we": "E", "wae": "E", "oe": "E", "oi": "E", "eo": "O", "ŏ": "O", "o": "O", "u": "O",
    "oo": "O", "ou": "O", "eu": "O", "ŭ": "O", "uh": "O", "yeo": "yO", "yŏ": "yO", "yo": "yO",
    "yu": "yO", "yoo": "yO", "wo": "O", "weo": "O", "wŏ": "O", "i": "I", "ee": "I", "y": "I",
    "yi": "I", "wi": "I", "ui": "I", "eui": "I", "ŭi": "I",
    "а": "A", "я": "yA", "ва": "A", "э": "E", "ве": "E", "вэ": "E", "ой": "E", "о": "O",
    "у": "O", "ы": "O", "во": "O", "ё": "yO", "ю": "yO", "и": "I", "ви": "I", "ый": "I",
    "уй": "I",
}  # fmt: skip
_LAST = {
    "ng": "N", "n": "N", "m": "M", "l": "L", "r": "L", "k": "K", "g": "K", "p": "P", "b": "P",
    "t": "T", "d": "T", "s": "T", "": "",
    "нъ": "N", "нг": "N", "н": "N", "м": "M", "ль": "L", "л": "L", "р": "L", "к": "K",
    "г": "K", "п": "P", "б": "P", "т": "T", "д": "T", "с": "T",
}  # fmt: skip
_RUSSIAN_E = ("yE", "yO", "E", "O")
"""What Cyrillic е stands for: it was written for several Korean vowels."""
_HANGUL = re.compile("[\uac00-\ud7a3]+")
_HANGUL_FIRST, _VOWELS, _LASTS = 0xAC00, 21, 28


def _syllables() -> dict[str, frozenset[str]]:
    vowels = {name: (said,) for name, said in _VOWEL.items()} | {"е": _RUSSIAN_E}
    found: dict[str, set[str]] = {}
    parts = product(_FIRST.items(), vowels.items(), _LAST.items())
    for (first, a), (vowel, bs), (last, c) in parts:
        letters = first + vowel + last
        if len({one >= "\u0400" for one in letters if one != "'"}) < 2:  # noqa: PLR2004  # two scripts
            found.setdefault(letters, set()).update(_joined(a, b, c) for b in bs)
    for irregular, said in (
        ("park", "pak"),
        ("lee", "i"),
        ("lim", "im"),
        ("syng", "sung"),
        ("young", "yong"),
    ):
        found.setdefault(irregular, set()).update(found[said])
    return {name: frozenset(said) for name, said in found.items()}


def _joined(first: str, vowel: str, last: str) -> str:
    # Before i and y an n or r falls silent in the South and is written in the North.
    silent = first == "N" and (vowel[0] == "y" or vowel == "I")
    return f"{'' if silent else first}{vowel.lstrip('y')}{last}".lower()


SYLLABLES = _syllables()
_LONGEST = max(map(len, SYLLABLES))


def is_hangul(text: str) -> bool:
    """Whether the text is Hangul and nothing else."""
    return _HANGUL.fullmatch(text) is not None


def could_be(word: str) -> bool:
    """Whether a word is short enough for a Korean name's."""
    return len(word) <= SYLLABLES_MAX * _LONGEST


def hangul(word: str) -> Parse:
    """The classes of each syllable of Hangul."""
    return tuple(map(_block, word))


def characters(word: str) -> Parse:
    """The classes of characters read in Korean; empty where one is not of those in names."""
    if not all(one in HANJA for one in word):
        return ()
    read = "".join(HANJA[one] for one in word)
    return hangul("김" + read[1:] if word[0] == "金" else read)


@lru_cache(maxsize=65536)
def letters(word: str) -> frozenset[Parse]:
    """What a Latin or Cyrillic word may be in Korean; empty where it is none."""
    said = word.replace("’", "'").replace("ʼ", "'")
    found: set[Parse] = set()

    def go(at: int, before: Parse) -> None:
        if at < len(said) and said[at] == "-":
            at += 1
        if at == len(said):
            found.add(before)
        elif len(before) < SYLLABLES_MAX:
            for end in range(at + 1, min(at + _LONGEST, len(said)) + 1):
                for one in SYLLABLES.get(said[at:end], ()):
                    go(end, (*before, one))

    go(0, ())
    least = min(map(len, found - {()}), default=0)
    return frozenset(parse for parse in found if len(parse) == least and parse)


def _block(one: str) -> str:
    code = ord(one) - _HANGUL_FIRST
    first, rest = divmod(code, _VOWELS * _LASTS)
    vowel, last = divmod(rest, _LASTS)
    return _joined(_FIRST_HANGUL[first], _VOWEL_HANGUL[vowel], _LAST_HANGUL[last])


_READINGS = (
    "김金 이李 박朴 최崔 정鄭郑正貞丁靜 강姜康 조趙赵曺 윤尹允潤 장張张 임林任 한韓韩漢 "
    "오吳吴 서徐瑞 신申辛信 권權权 황黃黄 안安 송宋松 유柳劉刘 홍洪弘 전全田 고高 문文 "
    "손孫孙 양梁楊杨 배裵裴 백白 허許许 남南 심沈 노盧卢 하河夏 곽郭 성成星聖 차車车 "
    "주朱周柱 우禹佑 구具九 민閔民敏 진陳陈鎭镇珍 지池志 엄嚴严 방方 공孔 현玄鉉賢贤 함咸 "
    "변邊边 여呂 추秋 도都道 소蘇苏 석石錫锡 선宣善 설薛 마馬马 길吉 연延 위魏 표表 명明 "
    "기奇基 반潘 왕王 옥玉 맹孟 일日一 영永英榮荣泳 헌憲宪 용庸龍龙勇 건健建 승承勝 "
    "만晚晩萬万 두斗 봉奉鳳凤 책策 무武 삼三 웅雄 광光廣广 호昊鎬浩虎 욱旭 철哲鐵铁 "
    "수秀洙壽寿 동東东 국國国 화化和華华 원元源 식植 창昌 덕德 상相尙 순順顺 희喜熙 자子 "
    "숙淑 인仁 의義义 효孝 춘春 종鍾钟鐘 규奎圭 태泰 대大 중中重 환煥焕 복福 남男 갑甲 을乙 "
    "병炳 천天千 학學学鶴 산山 섭燮 율律 균均 필弼 경慶庆京景 홍紅 달達达 극極 벽璧 평平 "
    "양壤 시時 창彰 열烈 택澤泽 재在載 혁赫 훈勳勋 계桂 림臨 걸杰傑 윤胤 형亨炯 겸謙 교敎"
)
HANJA = {one: reading[0] for reading in _READINGS.split() for one in reading[1:]}
"""Characters that stand in Korean names, with their reading; others are read in Chinese alone."""
