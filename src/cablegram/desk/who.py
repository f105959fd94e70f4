"""Who may use a way: nobody in particular, whoever is in post, those with a role, an owner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cablegram.model.acts import State
from cablegram.model.roles import SILENT, Role

if TYPE_CHECKING:
    from cablegram.model.custody import Copy
    from cablegram.ports import Shelves


@dataclass(frozen=True, slots=True)
class Who:
    """Those with one of these ``roles``, and whoever it is about.

    ``about`` names the part of the path that has an owner: ``copy`` (out with that holder, or by
    the hand of that proxy) or ``person``.  ``anyone`` asks for no log-in at all.
    """

    roles: frozenset[Role] = frozenset()
    about: str = ""
    anyone: bool = False


EVERYONE: Final = Who(anyone=True)
IN_POST: Final = Who(frozenset(Role))
CHIEF: Final = Who(frozenset({Role.CHIEF}))

_ALL_ROUND = frozenset({Role.CHIEF, Role.OFFICER})
_REGISTRARS = _ALL_ROUND | {Role.REGISTRAR, Role.CUSTODIAN, Role.ALTERNATE}
BOOKS: Final = Who(
    _REGISTRARS | {Role.CIPHER_OFFICER, Role.PRINTER, Role.VERIFIER, Role.INSPECTOR, Role.ARCHIVIST}
)
"""Who works with the register and may look everything up in it."""

REGISTRARS: Final = Who(_REGISTRARS)
REGISTRY: Final = Who(_REGISTRARS | {Role.INSPECTOR, Role.ARCHIVIST, Role.VERIFIER})
"""Who stands at the registrar's line: whoever moves copies, verifies or counts them."""

SECONDS: Final = Who(frozenset(Role) - SILENT)
"""Who may sign second."""

ROOM: Final = Who(_REGISTRARS | {Role.CIPHER_OFFICER, Role.PRINTER, Role.VERIFIER})
INSPECTORS: Final = Who(_ALL_ROUND | {Role.INSPECTOR, Role.ARCHIVIST})
CLEARING: Final = Who(_ALL_ROUND | {Role.DRAFTER, Role.CLEARER, Role.RELEASER})
COPY: Final = Who(BOOKS.roles, about="copy")
"""The register's people, and those whose copy it is."""
PERSON: Final = Who(BOOKS.roles, about="person")


def allowed(
    who: Who, person: str, roles: frozenset[Role], path: dict[str, str], view: Shelves
) -> bool:
    """Whether this person may; what the path is about is looked up only where it decides."""
    if who.anyone or roles & who.roles:
        return True
    match who.about:
        case "person":
            return path.get("person") == person
        case "copy":
            copy = view.copies.get(path.get("copy", ""))
            return copy is not None and has(copy, person)
    return False


def has(copy: Copy, person: str) -> bool:
    """Whether a copy is out with this person, as its holder or by their hand."""
    return copy.state is State.ISSUED and person in {copy.holder, copy.proxy}
