"""Clearances: the office's rules of who clears what, as settings ``clearing/<level>``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cablegram.errors import MalformedError, OrderError
from cablegram.model.clearing import ANY_LEVEL, ClearingRule
from cablegram.model.records import Setting
from cablegram.registry import classifications, matters
from cablegram.wire import canonical

if TYPE_CHECKING:
    from cablegram.bureau import Bureau
    from cablegram.ports import Page, Shelves

CLEARING = "clearing"
PREFIX = f"{CLEARING}/"


def write(rule: ClearingRule) -> bytes:
    """A rule as canonical JSON."""
    return canonical.encode(
        {
            "level": rule.level,
            "clearances": rule.clearances,
            "by": [*sorted(rule.by)],
            "apart": int(rule.apart),
        }
    )


def read(data: bytes) -> ClearingRule:
    """The rule that ``write`` wrote.

    Raises:
        MalformedError: something else.
    """
    said: dict[str, Any] = dict(canonical.decode(data, what="a rule of clearing"))
    try:
        rule = ClearingRule(
            said["level"], int(said["clearances"]), frozenset(said["by"]), said["apart"] == 1
        )
    except (KeyError, ValueError, TypeError, AttributeError) as exc:
        raise MalformedError(
            "that is not a rule of clearing", hint="See docs/spec/clearing.md."
        ) from exc
    if write(rule) != data:
        raise MalformedError(
            "the rule of clearing is not spelled canonically", hint="Settle it again."
        )
    return rule


def settle(page: Page, which: str, value: str, _: Bureau) -> None:
    """Settle the rule of one level, or of every other (``*``).

    Raises:
        OrderError: it names another level than it holds.
    """
    if read(value.encode()).level != which:
        raise OrderError(
            "{prefix}{which} names another level than it holds",
            hint="Name it right.",
            prefix=PREFIX,
            which=which,
        )
    page.settings.put(Setting(PREFIX + which, value.encode()))


def rule_of(page: Shelves, level: str, bureau: Bureau, policy: str = "") -> ClearingRule | None:
    """What a level asks, by the newest orders; None where nothing was settled for it.

    Its own rule counts; else that of the highest level below it, by the order of the office's
    policy; else that of every level (``*``).

    Raises:
        OrderError: an order about it that does not go back to the office key.
    """
    below = classifications.levels_below(page, policy, level, bureau)
    settled = {rule.level.casefold(): rule.level for rule in rules(page)}
    for name in (level, *below, ANY_LEVEL):
        # Levels are settled as people write them, and a matter has one spelling.
        order = matters.newest(page, PREFIX + settled.get(name.casefold(), name), bureau)
        if order is not None:
            return read(str(order.facts["value"]).encode())
    return None


def rules(page: Shelves) -> list[ClearingRule]:
    """Every rule that is settled, by level."""
    found: list[ClearingRule] = []
    row: Setting | None = Setting(PREFIX, b"")
    while row is not None:
        rows = page.settings.find(after=row, limit=1)
        row = rows[0] if rows and rows[0].name.startswith(PREFIX) else None
        if row is not None:
            found.append(read(row.value))
    return found
