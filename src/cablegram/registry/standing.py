"""Standing orders about persons: who may receive for whom, and what a small post is let off.

Each is a matter of its own (``proxy/HOLDER/PERSON``, ``waiver/N``): rows list them, and what
counts is the newest order on the ledger about it (docs/spec/roles.md).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cablegram.errors import CustodyError, MalformedError, OrderError, UnknownError
from cablegram.model.acts import Act
from cablegram.model.names import person_id
from cablegram.model.orders import OfficeAct
from cablegram.model.records import Proxy, Waiver
from cablegram.model.roles import Role
from cablegram.model.text import clean
from cablegram.model.times import instant
from cablegram.registry import entries, matters, numbering, roster
from cablegram.registry.reading import every

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cablegram.bureau import Bureau
    from cablegram.model.acts import Fact
    from cablegram.model.custody import Copy
    from cablegram.ports import Page, Shelves
    from cablegram.registry.orders import Given

RECEIVE = "receive"
OPEN = "open"
MAY = (RECEIVE, OPEN)
WAIVABLE = frozenset({Act.VERIFY.value})
"""Acts whose rule about persons a small post may be let off."""


def name_proxy(page: Page, given: Given, bureau: Bureau) -> Proxy:
    """Let a person receive for a holder: ``receive`` sealed, or ``open``.

    Raises:
        OrderError: a reader names a proxy for somebody else.
        UnknownError: somebody the books do not know.
    """
    facts = {name: str(value) for name, value in given.first.facts.items()}
    holder, person = person_id(facts["holder"]), person_id(facts["person"])
    if facts["may"] not in MAY:
        raise MalformedError(
            "a proxy cannot be let {may}",
            hint="Use {may2}.",
            may=facts["may"][:40],
            may2=" or ".join(MAY),
        )
    if holder == person:
        raise OrderError(
            "{holder} needs no proxy to be themselves", hint="Name another person.", holder=holder
        )
    _check_own(page, given, holder, bureau)
    for one in (holder, person):
        roster.check_known(page, one)
    until_at = _until(facts.get("until_at", ""), bureau.now())
    clean(facts.get("note", ""), "the note", most=500)
    for row in page.proxies.find("", holder, person):
        if not row.until_index:
            raise OrderError(
                "{person} is a proxy of {holder} already",
                hint="End that first, then name anew.",
                person=person,
                holder=holder,
            )
    index = matters.enter(page, given, _proxy(holder, person), bureau)
    made = Proxy(holder, person, facts["may"], until_at, index, 0)
    page.proxies.add(made)
    return made


def end_proxy(page: Page, given: Given, bureau: Bureau) -> Proxy:
    """End what a person may do for a holder.

    Raises:
        UnknownError: the person is not their proxy.
    """
    holder, person = (str(given.first.facts[name]) for name in ("holder", "person"))
    _check_own(page, given, holder, bureau)
    for row in page.proxies.find("", holder, person):
        if not row.until_index:
            index = matters.enter(page, given, _proxy(holder, person), bureau)
            ended = replace(row, until_index=index)
            page.proxies.put(ended)
            return ended
    raise UnknownError(
        "{person} is no proxy of {holder}",
        hint="List them: `cablegram proxy list`.",
        person=person,
        holder=holder,
    )


def check_proxy(page: Shelves, holder: str, person: str, bureau: Bureau) -> str:
    """What a person may do for a holder now: receive or open.

    Raises:
        CustodyError: nothing; the order that let them is over, or there was none.
    """
    order = matters.newest(page, _proxy(holder, person), bureau)
    # Row and ledger must both say so: a leaf that was hidden by hand ends nothing otherwise.
    stands = any(not row.until_index for row in page.proxies.find("", holder, person))
    if stands and order is not None and order.act == OfficeAct.PROXY:
        until_at = str(order.facts.get("until_at", ""))
        if not until_at or bureau.now() < until_at:
            return str(order.facts["may"])
    raise CustodyError(
        "{person} may not receive for {holder}",
        hint="Give it to {holder}, or name the proxy: `cablegram proxy add {holder} {person}`.",
        person=person,
        holder=holder,
    )


def might_open(page: Shelves, holder: str, person: str, index: int) -> bool:
    """Whether the newest order about a proxy before a leaf let them open, and not only receive."""
    before = [
        entry
        for at, entry in entries.life(page, matters.handle(page, _proxy(holder, person)))
        if at < index
    ]
    return bool(before) and entries.facts(before[-1]).get("may") == OPEN


def check_act(
    page: Shelves, copy: Copy, act: Act, facts: Mapping[str, Fact], bureau: Bureau
) -> None:
    """Hold a proxy that an act names, and one who reads, to the standing orders.

    Raises:
        CustodyError: no order lets them.
    """
    proxy = str(facts.get("proxy", ""))
    if proxy:
        check_proxy(page, str(facts.get("holder", "")), proxy, bureau)
    if act is Act.READ and copy.proxy and facts.get("reader") == copy.proxy:
        may = check_proxy(page, copy.holder, copy.proxy, bureau)
        if may != OPEN:
            raise CustodyError(
                "{proxy} may receive for {holder}, and not open",
                hint="If it was opened all the same, mark the copy compromised and say so.",
                proxy=copy.proxy,
                holder=copy.holder,
            )


def waive(page: Page, given: Given, bureau: Bureau) -> Waiver:
    """Let a person off one rule of a small post, by the chief's standing order.

    Raises:
        OrderError: that rule is never waived.
        UnknownError: somebody the books do not know.
    """
    facts = {name: str(value) for name, value in given.first.facts.items()}
    if facts["what"] not in WAIVABLE:
        raise OrderError(
            "no standing order lets anybody off {what}",
            hint="What can be waived: {waivable}.",
            what=facts["what"][:40],
            waivable=", ".join(sorted(WAIVABLE)),
        )
    roster.standing(page, person_id(facts["person"]))
    clean(facts["reason"], "the reason", most=500)
    until_at = _until(facts.get("until_at", ""), bureau.now())
    number = numbering.take(page, numbering.WAIVER)
    index = matters.enter(page, given, _waiver(number), bureau)
    made = Waiver(number, facts["what"], facts["person"], facts["reason"], until_at, index, 0)
    page.waivers.add(made)
    return made


def end_waiver(page: Page, given: Given, bureau: Bureau) -> Waiver:
    """End a standing order.

    Raises:
        UnknownError: none such stands.
    """
    said = str(given.first.facts["number"])
    row = page.waivers.get(numbering.read(said))
    if row is None or row.until_index:
        raise UnknownError(
            "no standing order {said}", hint="List them: `cablegram waiver list`.", said=said
        )
    ended = replace(row, until_index=matters.enter(page, given, _waiver(row.number), bureau))
    page.waivers.put(ended)
    return ended


def check_waiver(page: Shelves, number: str, what: str, person: str, bureau: Bureau) -> None:
    """Hold a waiver that an order names to the standing order that it is.

    Raises:
        CustodyError: none of that number stands, or it is another's or about something else.
    """
    order = matters.newest(page, _waiver(numbering.read(number)), bureau)
    row = page.waivers.get(numbering.read(number))
    stands = row is not None and not row.until_index and order is not None
    facts = order.facts if stands and order is not None and order.act == OfficeAct.WAIVE else {}
    until_at = str(facts.get("until_at", ""))
    if (facts.get("what"), facts.get("person")) != (what, person) or (
        until_at and until_at <= bureau.now()
    ):
        raise CustodyError(
            "no standing order {number} lets {person} {what} what they opened or printed",
            hint="Have another officer do it, or the chief give the standing order.",
            number=number,
            person=person,
            what=what,
        )


def waiver_for(page: Shelves, what: str, person: str, bureau: Bureau) -> str:
    """The number of a standing order that lets the person, as an order names it; empty if none."""
    for row in every(page.waivers):
        if (row.what, row.person, row.until_index) == (what, person, 0):
            try:
                check_waiver(page, str(row.number), what, person, bureau)
            except CustodyError:
                continue
            return str(row.number)
    return ""


def _check_own(page: Shelves, given: Given, holder: str, bureau: Bureau) -> None:
    officer = given.first.officer
    if roster.roles_of(page, officer, bureau.now()) <= {Role.READER} and officer != holder:
        raise OrderError(
            "{officer} cannot say who receives for {holder}",
            hint="Have {holder} order it, or the registrar.",
            officer=officer,
            holder=holder,
        )


def _until(until_at: str, now: str) -> str:
    if until_at and instant(until_at) <= instant(now):
        raise OrderError(
            "it would end at {until_at}, which has passed",
            hint="Give a later end.",
            until_at=until_at,
        )
    return until_at


def _proxy(holder: str, person: str) -> str:
    return f"proxy/{holder}/{person}"


def _waiver(number: int) -> str:
    return f"waiver/{number}"
