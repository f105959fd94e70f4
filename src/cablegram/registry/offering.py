"""Offering: what may be done next with a copy, by whoever looks at it.

What the table and the roles let be ordered, the usual first.  An offer promises nothing: the
order itself is held to every rule when it is given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cablegram.model import screens
from cablegram.model.acts import RULES, Act, Mark
from cablegram.model.roles import MAY

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from cablegram.model.custody import Copy
    from cablegram.model.roles import Role

_USUAL = (
    *(Act.VERIFY, Act.ISSUE, Act.RETURN, Act.HAND_OVER, Act.COME_BACK, Act.FILE, Act.CHARGE_OUT),
    *(Act.SHOW, Act.READ, Act.ANNOTATE, Act.FULFIL, Act.DISPATCH, Act.EXTEND, Act.RECALL),
    *(Act.FIND, Act.ROUTE, Act.DESTROY, Act.MISS, Act.DECLARE_LOST),
)
"""The acts of every day, in the order in which they are wanted."""
_OF_ITS_OWN = frozenset(
    {Act.PRINT, Act.RECEIPTED, Act.GIVE_BACK, Act.SETTLE_THERE, Act.SETTLE_BACK, Act.DISPUTE}
)
"""Acts that the room does, or that a paper of another office allows: they are duties, no offers."""


def acts(copy: Copy, roles: AbstractSet[Role]) -> tuple[Act, ...]:
    """The acts that a person of these roles may order on the copy as it is."""
    found = [
        act
        for act, rule in RULES.items()
        if copy.state in rule.sources
        and MAY[act.value] & roles
        and act not in _OF_ITS_OWN | screens.never(copy)
        and not (copy.screen and act is Act.READ)  # its reader opens it, which is no form
    ]
    if not copy.has(Mark.COMPROMISED) and Act.CONTAIN in found:
        found.remove(Act.CONTAIN)
    order = {act: n for n, act in enumerate(_USUAL)}
    return tuple(sorted(found, key=lambda act: order.get(act, len(order))))
