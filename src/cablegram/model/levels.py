"""Levels of classification, so that raising can be told from lowering."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

LADDER: Final[tuple[tuple[str, ...], ...]] = (
    ("unclassified", "несекретно", "公开", "공개"),
    ("restricted", "official", "для служебного пользования", "内部", "대외비"),
    ("confidential", "конфиденциально"),
    ("secret", "секретно", "机密", "비밀"),
    ("top secret", "совершенно секретно", "绝密", "극비"),
    ("of special importance", "особой важности"),
)
"""From the lowest up; words beside each other mean the same."""

_RANK: Mapping[str, int] = {word: rank for rank, row in enumerate(LADDER) for word in row}


def within(level: str, most: str) -> bool:
    """Whether a level is at most as high as another; one that is on no ladder is so by its name."""
    said, bound = level.strip().casefold(), most.strip().casefold()
    if said not in _RANK or bound not in _RANK:
        return said == bound
    return _RANK[said] <= _RANK[bound]


def lowers(was: str, now: str) -> bool:
    """Whether going from one level to another lowers it; so does a change that cannot be told."""
    before, after = was.strip().casefold(), now.strip().casefold()
    if before == after:
        return False
    if before not in _RANK or after not in _RANK:
        return bool(before)  # a copy without a level is not lowered by giving it one
    return _RANK[after] < _RANK[before]
