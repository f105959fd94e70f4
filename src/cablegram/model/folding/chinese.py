"""Chinese names in Latin, Cyrillic and characters as one: syllables of pinyin without tones.

Pinyin and Wade-Giles (with or without its apostrophes), Palladius's syllables with the
spellings of the 1950s (Пын, Цзе-дун), and characters old and new.
"""

from __future__ import annotations

import re
from functools import lru_cache

SYLLABLES_MAX = 3
"""A name's word has no more."""

Parse = tuple[str, ...]

_OF_INITIALS = {
    "b p m f": "a o ai ei ao ou an en ang eng u i ie iao iu ian in ing",
    "d t n l": "a e ai ei ao ou an en ang eng ong u i ia ie iao iu ian in iang ing uo ui uan un",
    "g k h": "a e ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang",
    "zh ch sh r": "a e i ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang",
    "z c s": "a e i ai ei ao ou an en ang eng ong u uo ui uan un",
    "j q x": "i ia ie iao iu ian in iang ing iong u ue uan un",
}
_ALONE = (
    "a o e ai ei ao ou an en ang er yi ya ye yao you yan yin yang ying yong yu yue yuan yun "
    "wu wa wo wai wei wan wen wang weng lv nv lve nve"
)
PINYIN = frozenset(
    initial + final
    for initials, finals in _OF_INITIALS.items()
    for initial in initials.split()
    for final in finals.split()
) | frozenset(_ALONE.split())

_INITIALS = {
    "б": "b", "п": "p", "м": "m", "ф": "f", "д": "d", "т": "t", "н": "n", "л": "l",
    "г": "g", "к": "k", "х": "h", "чж": "zh", "ч": "ch", "ш": "sh", "ж": "r",
    "цз": "z", "ц": "c", "с": "s",
}  # fmt: skip
_HARD = {
    "а": "a", "э": "e", "ай": "ai", "эй": "ei", "ао": "ao", "оу": "ou", "ань": "an", "энь": "en",
    "ан": "ang", "эн": "eng", "ын": "eng", "ынь": "en", "ун": "ong", "у": "u", "уа": "ua",
    "о": "uo", "уо": "uo", "уай": "uai", "уй": "ui", "уэй": "ui", "ой": "ui", "уань": "uan",
    "унь": "un", "уэнь": "un", "уан": "uang", "ы": "i", "и": "i",
}  # fmt: skip
_SOFT = {
    "и": "i", "я": "ia", "е": "ie", "яо": "iao", "ю": "iu", "янь": "ian", "инь": "in",
    "ян": "iang", "ин": "ing", "юн": "iong", "юй": "v", "юэ": "ve", "юань": "van", "юнь": "vn",
}  # fmt: skip
_PALATAL = {"z": "j", "c": "q", "s": "x"}
_NO_INITIAL = {
    "а": "a", "ай": "ai", "ань": "an", "ан": "ang", "ао": "ao", "э": "e", "эй": "ei",
    "энь": "en", "эр": "er", "о": "o", "оу": "ou", "и": "yi", "я": "ya", "е": "ye", "яо": "yao",
    "ю": "you", "янь": "yan", "инь": "yin", "ян": "yang", "ин": "ying", "юн": "yong",
    "юй": "yu", "юэ": "yue", "юань": "yuan", "юнь": "yun", "у": "wu", "ва": "wa", "во": "wo",
    "вай": "wai", "вэй": "wei", "вань": "wan", "вэнь": "wen", "ван": "wang", "вэн": "weng",
}  # fmt: skip


def _palladius() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {name: {said} for name, said in _NO_INITIAL.items()}
    for cyrillic, latin in _INITIALS.items():
        for finals, initial in ((_HARD, latin), (_SOFT, _PALATAL.get(latin, latin))):
            for final, said in finals.items():
                one = initial + said
                if initial in {"b", "p", "m", "f"}:
                    one = one.replace("uo", "o")
                one = one.replace("v", "u") if initial in "jqx" else one
                if one in PINYIN:
                    found.setdefault(cyrillic + final, set()).add(one)
    # Before the rules were settled, and on typewriters without it, э was often written е.
    for name, meant in list(found.items()):
        if "э" in name:
            found.setdefault(name.replace("э", "е"), set()).update(meant)
    return {name: frozenset(said) for name, said in found.items()}


PALLADIUS = _palladius()

_WADE_INITIALS = {
    "ch'": ("ch", "q"), "ch": ("zh", "j", "ch", "q"), "hs": ("x",), "sh": ("sh",),
    "ts'": ("c",), "ts": ("z", "c"), "tz'": ("c",), "tz": ("z", "c"), "ss": ("s",), "sz": ("s",),
    "k'": ("k",), "k": ("g", "k"), "p'": ("p",), "p": ("b", "p"), "t'": ("t",), "t": ("d", "t"),
    "j": ("r",), "m": ("m",), "f": ("f",), "n": ("n",), "l": ("l",), "h": ("h",), "s": ("s",),
    "": ("",), "y": ("y",), "w": ("w",),
}  # fmt: skip
_WADE_FINALS = {
    "ung": "ong", "iung": "iong", "ieh": "ie", "ueh": "ue", "ien": "ian", "ih": "i", "uei": "ui",
    "erh": "er", "eh": "e", "en": "en", "ê": "e", "u": "u",
}  # fmt: skip
_WADE_WHOLE = {
    "i": "yi", "yu": "you", "yen": "yan", "yung": "yong", "yeh": "ye", "yueh": "yue",
    "tzu": "zi", "tz'u": "ci", "ssu": "si", "szu": "si", "ko": "ge", "k'o": "ke", "ho": "he",
    "lo": "luo", "no": "nuo", "to": "duo", "t'o": "tuo", "so": "suo", "tso": "zuo", "jo": "ruo",
    "ts'o": "cuo", "cho": "zhuo", "ch'o": "chuo", "o": "e", "jih": "ri",
}  # fmt: skip


def _wade() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    finals = {piece for name in PINYIN if (piece := re.sub("^(zh|ch|sh|[^aeiouv])", "", name))}
    spelled = {final: final for final in finals} | _WADE_FINALS
    for initial, meant in _WADE_INITIALS.items():
        for final, said in spelled.items():
            for one in meant:
                if one + said in PINYIN and _soft(one) == _soft_final(one, said):
                    found.setdefault(initial + final, set()).add(one + said)
    for name, said in _WADE_WHOLE.items():
        found.setdefault(name, set()).add(said)
        found.setdefault(name.replace("'", ""), set()).add(said)
    return {name: frozenset(said) for name, said in found.items()}


def _soft(initial: str) -> bool:
    return initial in {"j", "q", "x"}


def _soft_final(initial: str, final: str) -> bool:
    if initial in {"zh", "ch", "j", "q", "x"}:
        return (
            _soft(initial)
            if final in {"i", "u", "un", "uan"}
            else final[0] in "iv" or (final == "ue")
        )
    return False


WADE = _wade()
_LATIN = {name: frozenset({*WADE.get(name, ()), *({name} & PINYIN)}) for name in {*WADE, *PINYIN}}
_LATIN_MAX = max(map(len, _LATIN))
_CYRILLIC_MAX = max(map(len, PALLADIUS))
_CHARACTERS = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")


def is_characters(text: str) -> bool:
    """Whether the text is Chinese characters and nothing else."""
    return _CHARACTERS.fullmatch(text) is not None


@lru_cache(maxsize=65536)
def latin(word: str) -> frozenset[Parse]:
    """What a Latin word may be in pinyin, a syllable an item; empty where it is no Chinese."""
    said = word.replace("ü", "v").replace("’", "'").replace("`", "'").replace("ʻ", "'")
    return _parses(said, _LATIN, _LATIN_MAX)


@lru_cache(maxsize=65536)
def cyrillic(word: str) -> frozenset[Parse]:
    """What a Cyrillic word may be in pinyin."""
    return _parses(word.replace("ъ", "'"), PALLADIUS, _CYRILLIC_MAX)


def characters(word: str) -> Parse:
    """The pinyin of characters, as names read them; one syllable a character."""
    from pypinyin import lazy_pinyin  # slow to load, and most offices never need it

    read = lazy_pinyin(word)
    surname = _SURNAMES.get(word[:1])
    return tuple([surname, *read[1:]] if surname else read)


_SURNAMES = {"曾": "zeng", "单": "shan", "單": "shan", "仇": "qiu", "解": "xie", "朴": "piao"}
"""Characters that as surnames are read in a way of their own."""


def _parses(word: str, table: dict[str, frozenset[str]], longest: int) -> frozenset[Parse]:
    found: set[Parse] = set()

    def go(at: int, before: Parse) -> None:
        if at < len(word) and word[at] in "'-":
            at += 1
        if at == len(word):
            found.add(before)
            return
        if len(before) == SYLLABLES_MAX:
            return
        for end in range(at + 1, min(at + longest, len(word)) + 1):
            for said in table.get(word[at:end], ()):
                go(end, (*before, said))

    go(0, ())
    return _shortest(found)


def _shortest(found: set[Parse]) -> frozenset[Parse]:
    """Words are read in as few syllables as they can be: xian is one, xi'an is two."""
    least = min(map(len, found - {()}), default=0)
    return frozenset(parse for parse in found if len(parse) == least and parse)
