"""Wording: the facts of an order as people read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cablegram.desk.acting import fields
from cablegram.desk.acting.fields import Written

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cablegram.model.acts import Fact


def facts(said: Mapping[str, Fact]) -> Sequence[tuple[str, str, str]]:
    """Each fact: what it is called, its value, and the same as a moment where it is one."""
    found = []
    for name, value in said.items():
        moment = str(value) if fields.of(name).written is Written.MOMENT else ""
        found.append((fields.label(name), str(value), moment))
    return found
