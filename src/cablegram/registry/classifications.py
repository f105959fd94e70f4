"""Classifications: the office's own policy as it is settled (docs/spec/classification.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cablegram.errors import CustodyError, MalformedError, OrderError
from cablegram.model.classification import HEAVIEST, Level, Policy
from cablegram.model.levels import LADDER
from cablegram.model.records import Setting
from cablegram.registry import matters
from cablegram.sentences import any_of
from cablegram.wire import canonical

if TYPE_CHECKING:
    from cablegram.bureau import Bureau
    from cablegram.ports import Page, Shelves

MATTER = "policy"
OWN = "own"
_NAME = f"{MATTER}/{OWN}"


def write(policy: Policy) -> bytes:
    """A policy as canonical JSON."""
    levels: list[canonical.Value] = [
        {
            "name": level.name,
            "abbreviation": level.abbreviation,
            "weight": level.weight,
            "words": dict(level.words),
            "series": [*level.series],
            "equals": [*level.equals],
        }
        for level in policy.levels
    ]
    return canonical.encode({"name": policy.name, "levels": levels})


def of(said: dict[str, Any]) -> Policy:
    """The policy that a table of fields says; what is not there is empty.

    Raises:
        MalformedError: a field of another kind, or one that no policy has.
    """
    try:
        levels = tuple(
            Level(
                name=one["name"],
                abbreviation=one.get("abbreviation", ""),
                weight=int(one.get("weight", 0)),
                words=tuple(sorted(one.get("words", {}).items())),
                series=tuple(one.get("series", ())),
                equals=tuple(one.get("equals", ())),
            )
            for one in said["levels"]
        )
        policy = Policy(said["name"], levels)
    except (KeyError, ValueError, TypeError, AttributeError) as exc:
        raise MalformedError(
            "that is not a policy", hint="See docs/spec/classification.md."
        ) from exc
    known = {"name", "abbreviation", "weight", "words", "series", "equals"}
    if set(said) != {"name", "levels"} or any(set(one) - known for one in said["levels"]):
        raise MalformedError(
            "the policy says something that no policy has", hint="See docs/spec/classification.md."
        )
    return policy


def read(data: bytes) -> Policy:
    """The policy that ``write`` wrote.

    Raises:
        MalformedError: something else.
    """
    policy = of(dict(canonical.decode(data, what="the policy")))
    if write(policy) != data:
        raise MalformedError("the policy is not spelled canonically", hint="Settle it again.")
    return policy


def settle(page: Page, which: str, value: str, _: Bureau) -> None:
    """Settle the office's own policy.

    Raises:
        OrderError: another than its own.
    """
    if which != OWN:
        raise OrderError(
            "{matter}/{which} is no policy of this office",
            hint="Settle {name}.",
            matter=MATTER,
            which=which,
            name=_NAME,
        )
    read(value.encode())
    page.settings.put(Setting(_NAME, value.encode()))


def own(page: Shelves, bureau: Bureau) -> Policy | None:
    """The office's policy, by the newest order about it; None before one is settled.

    Raises:
        OrderError: an order about it that does not go back to the office key, or none for what
            the books have settled.
    """
    row = page.settings.get(_NAME)
    order = matters.newest(page, _NAME, bureau)
    value = None if order is None else str(order.facts["value"]).encode()
    if value != (None if row is None else row.value):
        raise matters.by_hand("the classification policy")
    return None if value is None else read(value)


def weight(page: Shelves, policy: str, level: str, bureau: Bureau) -> int:
    """How heavy a level stands on the sheet; one that nobody here knows as the highest."""
    ours = own(page, bureau)
    return HEAVIEST if ours is None else ours.level_of(policy, level).weight


def check_regrade(page: Shelves, policy: str, level: str, series: str, bureau: Bureau) -> None:
    """Refuse a copy's new level that nobody here knows, or that its series does not take.

    Raises:
        CustodyError: naming the levels, or the series, there are.
    """
    ours = own(page, bureau)
    if ours is None:
        return
    if ours.rank(policy, level) is None:
        raise CustodyError(
            "{level} is not a level of the policy {policy} as it is known here",
            hint="Regrade it to one of {ours}: {names}.",
            level=level,
            policy=policy or ours.name,
            ours=ours.name,
            names=", ".join(one.name for one in ours.levels),
        )
    wanted = ours.level_of(policy, level).series
    if wanted and series not in wanted:
        raise CustodyError(
            "a copy of series {series} is not {level}: that goes in series {wanted}",
            hint="Regrade it to a level of series {series}, or ask its originator to send it anew.",
            series=series,
            level=level,
            wanted=any_of(wanted),
        )


def levels_below(page: Shelves, policy: str, level: str, bureau: Bureau) -> list[str]:
    """Every way to spell this level, then each lower one, the highest first.

    By the office's policy, where one is settled, and a level that nobody here knows is above all
    of it; else by the ladder that every office knows, and there such a level is of its own.
    """
    ours = own(page, bureau)
    if ours is not None:
        rank = ours.rank(policy, level)
        ladder = [
            tuple(filter(None, (one.name, one.abbreviation, *(word for _, word in one.words))))
            for one in ours.levels
        ]
        top = len(ladder) if rank is None else rank + 1
    else:
        ladder = list(LADDER)
        top = next((n for n, row in enumerate(ladder, 1) if level.casefold() in row), 0)
    return [word for row in ladder[:top][::-1] for word in row]


def check(page: Shelves, policy: str, level: str, series: str, bureau: Bureau) -> None:
    """Refuse a telegram of ours under a level that is not ours, or in a series not its own.

    Raises:
        OrderError: naming the levels, or the series, there are.
    """
    ours = own(page, bureau)
    if ours is None:
        return
    if ours.rank(policy, level) is None:
        names = ", ".join(one.name for one in ours.levels)
        raise OrderError(
            "{level} is not a level of the policy {policy} as it is known here",
            hint="Draft it again under one of {ours}: {names}.",
            level=level,
            policy=policy or ours.name,
            ours=ours.name,
            names=names,
        )
    wanted = ours.level_of(policy, level).series
    if wanted and series not in wanted:
        raise OrderError(
            "{level} does not go in series {series}",
            hint="Draft it again in series {wanted}.",
            level=level,
            series=series,
            wanted=" or ".join(wanted),
        )
