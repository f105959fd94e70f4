"""Custodians: who answers for the copies, and the change of one for another by a muster.

A charge is of one series, or of all that have no custodian of their own.  Who has it is what the
newest order on the ledger says (docs/spec/custodians.md).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from cablegram.errors import CustodyError, OrderError, UnknownError
from cablegram.model.acts import IN_CUSTODY
from cablegram.model.names import series_letter
from cablegram.model.orders import OfficeAct
from cablegram.model.roles import MAY, Role, read_roles
from cablegram.model.text import clean
from cablegram.model.times import instant, moment
from cablegram.ports import FIND_MAX
from cablegram.registry import matters, mustering, numbering, offices, proving, roster
from cablegram.registry.reading import every
from cablegram.sentences import sentence
from cablegram.wire import canonical
from cablegram.wire import order as order_format

if TYPE_CHECKING:
    from cablegram.bureau import Bureau
    from cablegram.model.records import MusterRow
    from cablegram.ports import Page, Shelves
    from cablegram.registry.orders import Given

ALL = "*"
"""The charge of every series without a custodian of its own."""
MATTER = "charge/"
FRESH = timedelta(days=31)
"""How old a muster may be for a change to stand on it."""
_FEW = 20
"""How many copies of a state are looked at first: nearly always one of them settles it."""
OPEN = "open"
"""What a relief says of a charge that it leaves to nobody."""
ANSWERS = MAY[OfficeAct.TAKE_CHARGE.value]
"""The roles that may answer for copies."""


def holder(page: Shelves, series: str, bureau: Bureau) -> str:
    """Who took charge of a series' copies last; empty where nobody ever did.

    Raises:
        OrderError: the ledger and what lies beside it do not agree.
    """
    order = matters.newest(page, MATTER + series, bureau)
    return "" if order is None else order.officer


def charges(page: Shelves, bureau: Bureau) -> dict[str, str]:
    """Every charge that somebody has taken, with who answers for it."""
    found = {s: holder(page, s, bureau) for s in (ALL, *offices.all_series(page))}
    return {series: person for series, person in found.items() if person}


def has_copies(page: Shelves, series: str, apart: frozenset[str] = frozenset()) -> bool:
    """Whether copies stand in a charge; where it cannot be told quickly, they are taken to.

    ``apart`` are the series that a charge of all leaves to custodians of their own.
    """
    for most in (_FEW, FIND_MAX):
        for state in IN_CUSTODY:
            rows = page.copies.find("state", state.value, limit=most)
            if any(_stands_in(copy.series, series, apart) for copy in rows):
                return True
            if len(rows) == FIND_MAX:
                return True
    return False


def fresh(page: Shelves, series: str, at: str) -> MusterRow | None:
    """The newest muster that a change of this charge may stand on; None if there is none."""
    musters = every(page.musters, "state", mustering.CLOSED)
    found = [row for row in musters if _spans(row, series) and _is_fresh(row, at)]
    return found[-1] if found else None


def take(page: Page, given: Given, bureau: Bureau) -> str:
    """Take charge of a series' copies, on a muster of them; gives who answered for them before.

    The one who answered signs too; where they cannot, a chief does, with the reason.

    Raises:
        OrderError: not theirs to hand over, or nobody's to take.
        UnknownError, CustodyError: no such muster, or not one that it can stand on.
    """
    facts, incoming = given.first.facts, given.first.officer
    series = str(facts["series"])
    if series != ALL:
        offices.series(page, series_letter(series))
    for name in ("reason", "note"):
        clean(str(facts.get(name, "")), f"the {name}", most=500)
    before = holder(page, series, bureau)
    if before == incoming:
        raise OrderError(
            "{incoming} answers for these copies already",
            hint="Nothing is to be done.",
            incoming=incoming,
        )
    _check_second(page, given, before, bureau)
    apart = frozenset(charges(page, bureau)) - {ALL}
    if has_copies(page, series, apart) or "muster" in facts:
        _check_muster(page, given, series, bureau)
    matters.enter(page, given, MATTER + series, bureau)
    return before


def check_relief(page: Shelves, given: Given, bureau: Bureau) -> None:
    """Refuse to relieve whoever answers for copies, unless the order leaves their charge open.

    Raises:
        CustodyError: for which copies they answer.
    """
    facts = given.first.facts
    person, key, said = (str(facts.get(name, "")) for name in ("person", "key", "charge"))
    if said not in {"", OPEN}:
        raise OrderError(
            "a charge is left {open}, or it is handed over first",
            hint="Leave it out, or say open.",
            open=OPEN,
        )
    if said == OPEN or _stays(page, person, key):
        return
    taken = charges(page, bureau)
    apart = frozenset(taken) - {ALL}
    for series, who in taken.items():
        if who == person and has_copies(page, series, apart):
            raise _answers(person, series)
    if not taken and _only_custodian(page, person) and has_copies(page, ALL):
        raise _answers(person, ALL)


def _stands_in(letter: str, series: str, apart: frozenset[str]) -> bool:
    return letter not in apart if series == ALL else letter == series


def _stays(page: Shelves, person: str, key: str) -> bool:
    """Whether another appointment of theirs goes on that may answer for copies."""
    rows = [row for row in page.officers.find("", person) if not row.until_index]
    return bool(key) and any(row.key != key and read_roles(row.role) & ANSWERS for row in rows)


def custodians(page: Shelves) -> list[str]:
    """Everybody with a standing appointment as custodian."""
    rows = (row for row in every(page.officers) if not row.until_index)
    return sorted({row.person for row in rows if Role.CUSTODIAN in read_roles(row.role)})


def named(series: str) -> str:
    """A charge as people name it."""
    return sentence("every series") if series == ALL else sentence("series {letter}", letter=series)


def _only_custodian(page: Shelves, person: str) -> bool:
    return custodians(page) == [person]


def _answers(person: str, series: str) -> CustodyError:
    return CustodyError(
        "{person} answers for copies of {named}",
        hint="Have another take charge of them on a muster (`cablegram custodian take`), "
        "or leave the charge open: `--leave-charge-open`.",
        person=person,
        named=named(series),
    )


def _check_second(page: Shelves, given: Given, before: str, bureau: Bureau) -> None:
    second, incoming = given.second_person, given.first.officer
    now = bureau.now()
    is_chief = Role.CHIEF in roster.roles_of(page, second, now)
    if before == second:
        return
    if not before and (is_chief or Role.CHIEF in roster.roles_of(page, incoming, now)):
        return
    if before and is_chief and given.first.facts.get("reason"):
        return
    if not before:
        raise OrderError(
            "nobody answers for these copies yet, and {second} is no chief",
            hint="Have a chief second it.",
            second=second,
        )
    raise OrderError(
        "{before} answers for these copies, and {second} would hand them over",
        hint="Have {before} second it; where they cannot, a chief does, with the reason.",
        before=before,
        second=second,
    )


def _check_muster(page: Shelves, given: Given, series: str, bureau: Bureau) -> None:
    """Hold the order to a muster closed by two, of all these copies, and lately."""
    facts = given.first.facts
    said = str(facts.get("muster", ""))
    row = page.musters.get(numbering.read(said))
    if row is None or row.state != mustering.CLOSED:
        raise UnknownError(
            "no muster {said} of these copies was closed by two",
            hint="Open one, sight the copies, close it: `cablegram muster open`.",
            said=said[:40],
        )
    if not _spans(row, series) or not _is_fresh(row, bureau.now()):
        raise CustodyError(
            "muster {number} is not of all these copies, and within {days} days",
            hint="Hold one of all that stands in this charge: `cablegram muster open`.",
            number=row.number,
            days=FRESH.days,
        )
    digest = canonical.digest(row.outcome)
    if facts.get("outcome") != digest or not _was_closed(page, row, digest, bureau):
        raise CustodyError(
            "muster {number} has another outcome than the one that was signed",
            hint="Look at it again: `cablegram muster show {number}`.",
            number=row.number,
        )
    away = len(mustering.still_unsighted(page, row))
    if str(facts.get("unsighted", "")) != str(away):
        raise CustodyError(
            "{away} copies that muster {number} did not see are still not accounted for",
            hint="Declare them missing (`cablegram muster miss {number}`), "
            "or take charge with that many.",
            away=away,
            number=row.number,
        )


def _spans(row: MusterRow, series: str) -> bool:
    scope = mustering.scope_of(row)
    return not scope or scope == {"series": series}


def _is_fresh(row: MusterRow, at: str) -> bool:
    return moment(instant(at) - FRESH) <= row.cut_off <= at


def _was_closed(page: Shelves, row: MusterRow, outcome: str, bureau: Bureau) -> bool:
    """Whether two closed this muster with this outcome: their order on the ledger says so."""
    for kept in every(page.orders, "act", OfficeAct.CLOSE_MUSTER.value):
        order = order_format.decode(kept.body)
        if order.seconds or str(order.facts["muster"]) != str(row.number):
            continue
        if order.facts["outcome"] == outcome:
            proving.prove_order(
                page, kept.digest, bureau, index=kept.leaf_index, what=f"muster {row.number}"
            )
            return True
    return False
