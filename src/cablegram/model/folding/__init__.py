"""Folding: words as keys that are the same however a name is written (docs/spec/finding.md).

``keys`` gives what a text is found by; ``asked`` what a question looks for.  Four scripts, and
the ways they write each other's names: Palladius, pinyin and Wade-Giles for Chinese;
Kontsevich, McCune-Reischauer and the Revised system for Korean; BGN, ISO 9 and their kin for
Russian.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from cablegram.model.folding import chinese, korean, russian

TOKENS_MAX = 200
WORD_MAX = 40
WORD, NAME, CHINESE, KOREAN = "w:", "n:", "z:", "k:"
"""What each kind of key begins with."""

_TOKEN = re.compile(
    r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+|[\uac00-\ud7a3]+"
    r"|[^\W_\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7a3]+"
    r"(?:['’`ʻʼ\u0301-][^\W_\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3]+)*"
)
_APOSTROPHES = str.maketrans("’`ʻʼ", "''''")
_STOPS = (
    "a an and at by for from in of on or the to with about re as is are was were be that this "
    "и в во на о об обо по с со к ко из за от до у не что как для при а но"
)
_STOP = frozenset(_STOPS.split())
_VOWELS = "аеёиоуыэюяйьeiy"
STEM_MIN = 3
_SAME = {
    "peking": "beijing", "pekin": "beijing", "пекин": "beijing", "北京": "beijing",
    "бэйцзин": "beijing", "北平": "beijing", "peiping": "beijing",
    "nanking": "nanjing", "нанкин": "nanjing", "南京": "nanjing",
    "canton": "guangzhou", "кантон": "guangzhou", "廣州": "guangzhou", "广州": "guangzhou",
    "mukden": "shenyang", "мукден": "shenyang", "瀋陽": "shenyang", "沈阳": "shenyang",
    "tientsin": "tianjin", "天津": "tianjin", "тяньцзинь": "tianjin",
    "harbin": "harbin", "харбин": "harbin", "哈爾濱": "harbin", "哈尔滨": "harbin",
    "dairen": "dalian", "дальний": "dalian", "далянь": "dalian", "大連": "dalian",
    "大连": "dalian", "hongkong": "hongkong", "гонконг": "hongkong", "香港": "hongkong",
    "seoul": "seoul", "сеул": "seoul", "서울": "seoul", "漢城": "seoul", "汉城": "seoul",
    "pyongyang": "pyongyang", "phyongyang": "pyongyang", "пхеньян": "pyongyang",
    "평양": "pyongyang", "平壤": "pyongyang", "moscow": "moscow", "москва": "moscow",
    "moskva": "moscow", "莫斯科": "moscow", "모스크바": "moscow",
    "korea": "korea", "корея": "korea", "朝鮮": "korea", "朝鲜": "korea", "조선": "korea",
    "china": "china", "китай": "china", "中国": "china", "中國": "china", "중국": "china",
}  # fmt: skip
_SAME |= {said: said for said in _SAME.values()}
"""Places whose names are not told by how they sound."""
_PERSONS = {
    ("chiang", "kaishek"): "jiang jieshi", ("чан", "кайши"): "jiang jieshi",
    ("sun", "yatsen"): "sun zhongshan", ("сунь", "ятсен"): "sun zhongshan",
}  # fmt: skip
_CHARACTER_PERSONS = {"孫逸仙": "孫中山", "孙逸仙": "孙中山"}

Alternatives = tuple[frozenset[str], ...]


def tokens(text: str) -> list[str]:
    """The words of a text as they stand, in one spelling of characters; a bound on how many."""
    said = unicodedata.normalize("NFKC", text)
    return [found[0] for found in _TOKEN.finditer(said)][:TOKENS_MAX]


def keys(text: str) -> frozenset[str]:
    """Every key that the text is found by."""
    found: set[str] = set()
    for token in _persons(tokens(text)):
        for one in _of_token(token, name=token[:1] != token[:1].lower()):
            found |= one
    return frozenset(found)


def asked(text: str) -> list[Alternatives]:
    """For each word of a question, the sets of keys of which one must be there whole."""
    return [
        _of_token(token, name=True)
        for token in _persons(tokens(text))
        if token.casefold() not in _STOP
    ]


def _persons(found: list[str]) -> list[str]:
    """Tokens with the few persons whose usual name is another reading put right."""
    put: list[str] = []
    for token in found:
        plain = token.casefold().replace("-", "")
        whole = next(
            (
                said
                for (first, last), said in _PERSONS.items()
                if put and (put[-1].casefold(), plain[: len(last)]) == (first, last)
            ),
            "",
        )
        if whole:
            put[-1:] = [word.capitalize() for word in whole.split()]
        else:
            put.append(_CHARACTER_PERSONS.get(token, token))
    return put


@lru_cache(maxsize=65536)
def _of_token(token: str, *, name: bool) -> Alternatives:
    """The sets of keys of a word, any of which says that it is the same word."""
    word = token.casefold().translate(_APOSTROPHES).replace("\u0301", "")[:WORD_MAX]
    word = word.removesuffix("'s")
    if word in _STOP:
        return ()
    if chinese.is_characters(word):
        return _of_characters(word)
    if korean.is_hangul(word):
        found = [frozenset(KOREAN + one for one in korean.hangul(word)), frozenset({WORD + word})]
        return (*_place(word), *found)
    joined = word.replace("-", "")
    alternatives = [*_place(joined), frozenset({WORD + stem(joined)})]
    pieces = [piece for piece in word.split("-") if len(piece) >= STEM_MIN and piece != joined]
    alternatives += [frozenset({WORD + stem(piece)}) for piece in pieces] if not name else []
    if name and not joined.isdecimal():
        alternatives += _of_name(word)
    return tuple(dict.fromkeys(alternatives))


def plain(word: str) -> str:
    """A word's letters as keys have them: one case, no marks, no apostrophes or hyphens."""
    said = word.casefold().translate(_APOSTROPHES).replace("'", "").replace("-", "")
    said = said.replace("ё", "е")
    if russian.is_cyrillic(said):
        return said
    bare = (c for c in unicodedata.normalize("NFD", said) if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", "".join(bare))


def stem(word: str) -> str:
    """A word without its ending, Russian or English."""
    import snowballstemmer  # only where something is written or asked in letters

    said = plain(word)
    if said.isdecimal():
        return said
    if russian.is_cyrillic(said):
        short = str(snowballstemmer.stemmer("russian").stemWord(said))
        bare = short.rstrip(_VOWELS)
        return bare if len(bare) >= STEM_MIN else short
    return str(snowballstemmer.stemmer("english").stemWord(said))


def _of_name(word: str) -> list[frozenset[str]]:
    """A name in letters: its skeleton, and what it is in Chinese and in Korean."""
    forms = russian.nominatives(word) if russian.is_cyrillic(word) else (word,)
    found: list[frozenset[str]] = []
    for form in forms:
        joined = form.replace("-", "")
        found += _place(joined)
        if skeleton := russian.skeleton(joined):
            found.append(frozenset({NAME + skeleton}))
        read = chinese.cyrillic if russian.is_cyrillic(form) else chinese.latin
        found += [frozenset(CHINESE + one for one in parse) for parse in read(form)]
        if korean.could_be(joined):
            found += [frozenset(KOREAN + one for one in parse) for parse in korean.letters(form)]
    return found


def _of_characters(word: str) -> Alternatives:
    found = [frozenset(CHINESE + one for one in chinese.characters(word))]
    read = korean.characters(word)
    if read:
        found.append(frozenset(KOREAN + one for one in read))
    places = [frozenset({NAME + said}) for name, said in _SAME.items() if name in word]
    return (*places, *found)


def _place(word: str) -> list[frozenset[str]]:
    said = _SAME.get(word) or next((_SAME[f] for f in russian.nominatives(word) if f in _SAME), "")
    return [frozenset({NAME + said})] if said else []
