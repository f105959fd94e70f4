"""Words that rows keep as text, as members of our own lists, to be said in any language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cablegram.sentences import Sentence, beside, word

if TYPE_CHECKING:
    from collections.abc import Iterable

STATES = (
    *("waiting", "entered", "repeat", "refused", "opened"),
    *("open", "closed", "done", "withdrawn", "late", "owed", "given", "answered"),
    *("locked", "unlocked"),
)
"""How things other than copies stand."""

KINDS = ("telegram", "receipt", "transmittal", "notice", "unknown")
"""What comes in and goes out, beside what its format says it is."""

FOR_WHOM = ("file",)
"""Whom a copy may be for, other than a person."""

MAY = ("open", "receive")
"""What a proxy may do."""


def act(name: str) -> Sentence:
    """An act on a copy, or another that an order names."""
    from cablegram.model.orders import act_named

    return act_named(name)


def kind(name: str) -> Sentence:
    """What a paper, a receipt, a notice or a letter is."""
    return word(name, "kind")


def state(name: str) -> Sentence:
    """How something stands that is not a copy."""
    return word(name, "state")


def whom(name: str) -> str:
    """Whom a copy is for: a person as they are called, or the file."""
    return word(name, "for whom") if name in FOR_WHOM else name


def roles(names: Iterable[str]) -> Sentence:
    """Roles, one after another."""
    return beside(word(name, "Role") for name in names)


def marks(names: str) -> Sentence:
    """The marks that a copy bears."""
    return beside((word(name, "Mark") for name in names.split()), ", ")
