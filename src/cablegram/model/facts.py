"""Facts: what an act is ordered with, held to its row of the table (docs/spec/custody.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cablegram.errors import CustodyError
from cablegram.model.acts import (
    COUNTS,
    MOMENTS,
    OFFICES,
    PERSON_LISTS,
    PERSONS,
    SHEETS_MAX,
)
from cablegram.model.names import office_id, person_id
from cablegram.model.text import clean
from cablegram.model.times import instant

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cablegram.model.acts import Fact, Rule


def check_facts(name: str, rule: Rule, facts: Mapping[str, Fact]) -> None:
    """Hold the facts of an act to its row: what it needs is there, nothing more, of its kind.

    Raises:
        CustodyError, MalformedError: by the fact's name; ``name`` is the copy's.
    """
    lacks = [need.replace("_", " ") for need in rule.needs if facts.get(need) in (None, "")]
    if lacks:
        raise CustodyError(
            "{name}: {act} was ordered without {lacks}",
            hint="Give {lacks}.",
            name=name,
            act=rule.act,
            lacks=" and ".join(lacks),
        )
    for fact, value in facts.items():
        if fact not in rule.needs and fact not in rule.may:
            raise CustodyError(
                "{name}: {act} has no use for {fact}",
                hint="Leave it out.",
                name=name,
                act=rule.act,
                fact=fact.replace("_", " "),
            )
        if fact in COUNTS:
            if not isinstance(value, int) or not 0 <= value <= 2**53 - 1:
                raise CustodyError(
                    "{name}: {fact} is not a count",
                    hint="Give a whole number.",
                    name=name,
                    fact=fact,
                )
            if fact in {"sheets", "spoiled"} and not 1 <= value <= SHEETS_MAX:
                raise CustodyError(
                    "{name}: {value} sheets cannot be counted",
                    hint="Count 1 to {sheets_max} sheets.",
                    name=name,
                    value=value,
                    sheets_max=SHEETS_MAX,
                )
        elif isinstance(value, int):
            raise CustodyError(
                "{name}: {fact} is not text", hint="Write it in words.", name=name, fact=fact
            )
        elif value:
            _check_text(fact, value)


def _check_text(fact: str, value: str) -> None:
    clean(value, fact.replace("_", " "), most=500)
    if fact in MOMENTS:
        instant(value)
    elif fact in PERSONS:
        person_id(value)
    elif fact in PERSON_LISTS:
        for person in value.split(" "):
            person_id(person)
    elif fact in OFFICES:
        office_id(value)
