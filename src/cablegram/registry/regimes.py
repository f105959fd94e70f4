"""Regimes: what a series asks of everything that happens to its copies and telegrams.

Who may hold them, whether copies are kept in the file, whether a short content may stand in
clear, and which acts wait for witnesses.  Terms and supply hold stand in ``returns``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cablegram.errors import CustodyError, OrderError
from cablegram.model.handling import ROLE
from cablegram.model.names import FILE
from cablegram.model.orders import act_named
from cablegram.registry import roster

if TYPE_CHECKING:
    from collections.abc import Collection

    from cablegram.bureau import Bureau
    from cablegram.model.handling import Series
    from cablegram.ports import Shelves


def check_holder(page: Shelves, regime: Series, person: str, bureau: Bureau) -> None:
    """Refuse a person who may not hold a copy of the series; nobody (an empty id) passes.

    Raises:
        CustodyError: neither named by the series nor appointed to a role that it names.
        OrderError: an appointment that does not go back to the office key.
    """
    if not person or is_named(page, regime.may_hold, person, bureau):
        return
    raise CustodyError(
        "{person} may not hold a copy of series {letter}",
        hint="Give it to one who may: `cablegram office series show` lists them.",
        person=person,
        letter=regime.letter,
    )


def is_named(page: Shelves, named: Collection[str], person: str, bureau: Bureau) -> bool:
    """Whether a list of persons' ids and ``role:`` words means the person; an empty one does.

    Raises:
        OrderError: an appointment that does not go back to the office key.
    """
    if not named or person in named:
        return True
    roles = {who.removeprefix(ROLE) for who in named if who.startswith(ROLE)}
    for row in page.officers.find("", person):
        stands = not row.until_index and roster.in_date(row, bureau.now())
        if stands and roles & set(row.role.split(" ")):
            roster.prove(page, row, bureau)
            return True
    return False


def check_filing(regime: Series) -> None:
    """Refuse to lay a copy into the file where the series keeps none there.

    Raises:
        CustodyError: it keeps none.
    """
    if not regime.file_copies:
        raise CustodyError(
            "series {letter} keeps no copies in the file",
            hint="Return it to its owner, or destroy it, instead.",
            letter=regime.letter,
        )


def check_whom(page: Shelves, regime: Series, whom: str, bureau: Bureau) -> None:
    """Refuse a copy for somebody who could never have it: a person, or the file.

    Raises:
        CustodyError: by the series' rule.
    """
    if whom == FILE:
        check_filing(regime)
    else:
        check_holder(page, regime, whom, bureau)


def check_short_content(regime: Series) -> None:
    """Refuse words in clear on what a telegram is about where the series has none.

    Raises:
        CustodyError: it has none.
    """
    if not regime.short_content:
        raise CustodyError(
            "series {letter} keeps no short content: it would lie in clear in the books",
            hint="Leave it out, or settle `cablegram office series {letter} "
            "--short-content` first.",
            letter=regime.letter,
        )


def check_witnessed(regime: Series, act: str) -> None:
    """Refuse an act that waits for a quorum of witnesses.

    No witness is known to an office yet, so that none has cosigned any head: the act waits.

    Raises:
        OrderError: it waits.
    """
    if act in regime.waits:
        raise OrderError(
            "{act} waits for witnesses in series {letter}, and none is known here",
            hint="Settle the acts that wait with `cablegram office series {letter} "
            "--waits none`, if they need not.",
            act=act_named(act),
            letter=regime.letter,
        )
