"""Russian names in Cyrillic and in Latin as one, and Russian words without their endings."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_LATIN = dict(
    zip(
        "абвгдежзийклмнопрстуфхцчшщъыьэюя",
        "abvgdeZziiklmnoprstufhcCSS*i*eua",
        strict=True,
    )
)
_ISO9 = {"š": "sh", "č": "ch", "ž": "zh", "ŝ": "shch", "û": "u", "â": "a", "ê": "e", "è": "e",
         "ě": "e", "ë": "e", "ś": "sh", "ć": "ch", "ż": "zh"}  # fmt: skip
_STEPS = tuple(
    (re.compile(pattern), said)
    for pattern, said in (
        (r"shch|stch|schtsch|szcz|sch|sh|sz", "S"),
        (r"tsch|tch|ch|cz", "C"),
        (r"zh", "Z"),
        (r"kh|x", "h"),
        (r"ts|tz", "c"),
        (r"ph", "f"),
        (r"w", "v"),
        (r"ck|q", "k"),
        (r"[yji]o", "e"),
        (r"[yji]u", "u"),
        (r"[yji]a", "a"),
        (r"[yji]e", "e"),
        (r"[yj]", "i"),
    )
)
_SOFT = re.compile(r"(?<=.)[Ee]?[\u0301]")
_ENDINGS = ("ыми", "ими", "ого", "его", "ому", "ему", "ами", "ями", "ым", "им", "ой", "ою", "ей",
            "ею", "ом", "ем", "ём", "ах", "ях", "ам", "ям", "ов", "ев", "а", "у", "е", "ы", "и",
            "ю", "я", "о")  # fmt: skip
_ADJECTIVE = frozenset({"ого", "ому", "им", "ом", "ой", "ую", "ая", "ых", "их"})
_YOTATED = frozenset({"я", "ю", "ем", "ём", "е", "и", "ей", "ею"})
STEM_MIN = 3


@lru_cache(maxsize=65536)
def skeleton(word: str) -> str:
    """A name's letters as all the ways of writing it agree on them; one case, Latin or Cyrillic."""
    if is_cyrillic(word):
        said = "".join(_LATIN.get(one, "*") for one in word.replace("ё", "е")).replace("*", "")
        said = re.sub("i[ea]", lambda found: found[0][1], said)
    else:
        said = "".join(_ISO9.get(one, one) for one in word)
        said = unicodedata.normalize("NFD", said)
        said = "".join(one for one in said if "a" <= one <= "z")
        for pattern, into in _STEPS:
            said = pattern.sub(into, said)
    return re.sub(r"(.)\1+", r"\1", said)


@lru_cache(maxsize=65536)
def nominatives(word: str) -> tuple[str, ...]:
    """A Cyrillic name as it stands and as it may stand on its own: Молотова, Молотов."""
    found = {word}
    for ending in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem == word or len(stem) < STEM_MIN - 1:
            continue
        found.add(stem)
        if ending in _ADJECTIVE:
            found |= {stem + "ий", stem + "ый"}
        if ending in _YOTATED:
            found |= {stem + "й", stem + "ь"}
        if ending in {"у", "е", "ы", "и", "ой", "ою"}:
            found.add(stem + "а")
    return tuple(sorted(found))


def is_cyrillic(word: str) -> bool:
    """Whether its first letter is Cyrillic."""
    return "\u0400" <= word[:1] <= "\u052f"
