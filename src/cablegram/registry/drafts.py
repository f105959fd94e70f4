"""Drafts: who drafted, who cleared, who objected, and whether a draft may be released.

What counts are the signed orders behind a draft's leaves, read anew each time; the row is a
convenience.  A draft is its sealed bytes: whoever edits it makes another, which has no
clearances (docs/spec/clearing.md).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cablegram.errors import OrderError, UnknownError
from cablegram.model import names
from cablegram.model.orders import OfficeAct, SignedOrder
from cablegram.model.records import KeptDraft
from cablegram.registry import classifications, clearances, entries, numbering, orders, regimes
from cablegram.registry.reading import every
from cablegram.sentences import sentence
from cablegram.wire import order as order_format

if TYPE_CHECKING:
    from cablegram.bureau import Bureau
    from cablegram.model.clearing import ClearingRule
    from cablegram.model.orders import Order
    from cablegram.ports import Page, Shelves
    from cablegram.registry.orders import Given
    from cablegram.wire.draft import Draft

_RELEASERS = frozenset({"role:releaser", "role:chief", "role:officer"})
DRAFTED = "drafted"
RELEASED = "released"
_PREFIX_LEAST = 6
_SAYING = frozenset({OfficeAct.CLEAR.value, OfficeAct.OBJECT.value})
_DIGEST = re.compile(r"(?:sha256:)?([0-9a-f]{6,64})\Z")


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a draft stands: who cleared it, who objects and why, and how many must still clear."""

    draft: KeptDraft
    cleared: tuple[str, ...]
    objections: tuple[tuple[str, str], ...]
    lacks: int
    rule: ClearingRule | None

    @property
    def may_go(self) -> bool:
        """Whether it may be released as far as clearing goes."""
        return not self.lacks and not self.objections


def draft(page: Page, given: Given, bureau: Bureau) -> KeptDraft:
    """Record who drafted the sealed draft that lies here.

    Raises:
        UnknownError: no such draft lies here.
        OrderError: somebody recorded it before.
    """
    facts = given.first.facts
    digest = names.digest(str(facts["draft"]))
    if not bureau.blobs.has(digest):
        raise UnknownError("no such draft lies here", hint="Make it with `cablegram draft`.")
    before = page.drafts.get(digest)
    if before is not None:
        raise OrderError(
            "{drafter} drafted that already, as draft {number}",
            hint="Draft it again, which makes another draft.",
            drafter=before.drafter,
            number=before.number,
        )
    row = KeptDraft(
        digest=digest,
        handle=bureau.handle(),
        number=numbering.take(page, numbering.DRAFT),
        drafter=given.first.officer,
        drafted_at=bureau.now(),
        series=names.series_letter(str(facts["series"])),
        level=str(facts["level"]),
        to=str(facts["to"]),
        state=DRAFTED,
    )
    page.drafts.add(row)
    _enter(page, given, row, bureau)
    return row


def speak(page: Page, given: Given, bureau: Bureau) -> KeptDraft:
    """Record that an officer clears a draft, or objects to it; the latest word of each counts.

    Raises:
        UnknownError, OrderError: no such draft, released already, or not theirs to clear.
    """
    row = page.drafts.get(str(given.first.facts["draft"]))
    if row is None:
        raise UnknownError("no such draft is recorded here", hint="See `cablegram drafts`.")
    if row.state != DRAFTED:
        raise _released(row)
    person = given.first.officer
    if given.first.act == OfficeAct.CLEAR:
        if person == row.drafter:
            raise OrderError(
                "{person} drafted it and cannot clear it as well",
                hint="Have another clear it.",
                person=person,
            )
        rule = clearances.rule_of(page, row.level, bureau)
        if rule is not None and not regimes.is_named(page, rule.by, person, bureau):
            raise OrderError(
                "{person} is not among those who clear {level}",
                hint="Have it cleared by {whom}.",
                person=person,
                level=row.level,
                whom=rule.whom(),
            )
    _enter(page, given, row, bureau)
    return row


def standing(page: Shelves, row: KeptDraft, bureau: Bureau) -> Standing:
    """Where a draft stands, by the orders behind its leaves.

    Raises:
        OrderError: an order is missing, or one that stands there does not hold.
    """
    return _standing(page, row, _words(page, row, bureau), row.level, bureau)


def check_release(page: Shelves, said: Draft, given: Given, bureau: Bureau) -> None:
    """Refuse the release of a draft that is not cleared as its classification asks.

    ``said`` is the draft deciphered: its own level counts, not what its row says.

    Raises:
        OrderError: no record of who drafted it, not cleared, objected to, or released by its
            drafter alone.
    """
    digest = str(given.first.facts["draft"])
    classifications.check(page, said.policy, said.level, said.series, bureau)
    row = page.drafts.get(digest)
    rule = clearances.rule_of(page, said.level, bureau, said.policy)
    if row is None:
        if rule is None:
            return
        raise OrderError(
            "nobody is recorded as having drafted this",
            hint="Make it with `cablegram draft`, and have it cleared.",
        )
    words = _words(page, row, bureau)
    facts = words[0].facts
    if (facts["series"], facts["level"], facts["to"]) != (
        said.series,
        said.level,
        " ".join(said.to),
    ):
        raise OrderError(
            "draft {number} is not what {drafter} said it was when it was drafted",
            hint="Draft it again, and have that cleared.",
            number=row.number,
            drafter=row.drafter,
        )
    if words[-1].act == OfficeAct.RELEASE or row.state != DRAFTED:
        raise _released(row)
    stands = _standing(page, row, words, said.level, bureau, said.policy)
    for person, reason in stands.objections:
        raise OrderError(
            "{person} objects to draft {number}: {reason}",
            hint="Draft it anew, or have them clear it.",
            person=person,
            number=row.number,
            reason=reason,
        )
    if stands.lacks and rule is not None:
        raise OrderError(
            "draft {number} has {cleared} of {clearances} clearances",
            hint="Have it cleared by {whom}: `cablegram clear {number}`.",
            number=row.number,
            cleared=len(stands.cleared),
            clearances=rule.clearances,
            whom=rule.whom(),
        )
    releasers = {given.first.officer, given.second_person} - {"", words[0].officer}
    if rule is not None and rule.apart and not releasers:
        raise OrderError(
            "{officer} drafted it and cannot release it alone",
            hint="Have another officer release it, or second the release.",
            officer=words[0].officer,
        )


def released(page: Page, given: Given, telegram: str, bureau: Bureau) -> None:
    """Enter that a draft has got its number, on the page that takes it, as its last leaf."""
    row = page.drafts.get(str(given.first.facts["draft"]))
    if row is not None:
        page.drafts.put(replace(row, state=RELEASED, telegram=telegram))
        _enter(page, given, row, bureau)


def reading(page: Shelves, given: Given, bureau: Bureau) -> KeptDraft:
    """The draft that an order is to read, where its officer is one who may.

    May read it: who drafted it, whoever its classification names to clear it (anybody with such
    a role, where it names nobody), and who releases.

    Raises:
        UnknownError: nobody has recorded it.
        OrderError: they may not.
    """
    row = page.drafts.get(str(given.first.facts["draft"]))
    if row is None:
        raise UnknownError("no such draft is recorded here", hint="See `cablegram drafts`.")
    words = _words(page, row, bureau)
    person, level = given.first.officer, str(words[0].facts["level"])
    rule = clearances.rule_of(page, level, bureau)
    if rule is None or not rule.by or person == words[0].officer:
        return row
    if not regimes.is_named(page, rule.by | _RELEASERS, person, bureau):
        raise OrderError(
            "{person} is not among those who clear or release {level}",
            hint="Have it read by {whom}.",
            person=person,
            level=level,
            whom=rule.whom(),
        )
    return row


def level(page: Shelves, row: KeptDraft, bureau: Bureau) -> str:
    """The level that a draft was recorded with, as its order says it.

    Raises:
        OrderError: an order is missing, or one that stands there does not hold.
    """
    return str(_words(page, row, bureau)[0].facts["level"])


def enter_reading(page: Page, row: KeptDraft, given: Given, bureau: Bureau) -> None:
    """The leaf of one reading, among the draft's own."""
    orders.keep(page, given, _enter(page, given, row, bureau))


def find(page: Shelves, text: str) -> KeptDraft:
    """The draft of this number or digest; the beginning of a waiting one's digest will do.

    Raises:
        UnknownError: there is none, or more than one.
    """
    if text.isascii() and text.isdecimal() and len(text) < _PREFIX_LEAST:
        found = list(page.drafts.find("number", int(text), limit=1))
    else:
        begins = _DIGEST.match(text)
        whole = page.drafts.get(f"sha256:{begins[1]}") if begins else None
        found = [whole] if whole is not None else []
        if begins and whole is None:
            waiting = every(page.drafts, "state", DRAFTED)
            found = [row for row in waiting if row.digest[7:].startswith(begins[1])]
    if len(found) != 1:
        raise UnknownError(
            "{found} drafts go by {text}",
            hint="See `cablegram drafts`.",
            found=len(found) or sentence("no"),
            text=text[:80],
        )
    return found[0]


def _standing(
    page: Shelves,
    row: KeptDraft,
    words: list[Order],
    level: str,
    bureau: Bureau,
    policy: str = "",
) -> Standing:
    rule = clearances.rule_of(page, level, bureau, policy)
    latest = {order.officer: order for order in words if order.act in _SAYING}
    cleared = tuple(
        sorted(
            person
            for person, order in latest.items()
            if order.act == OfficeAct.CLEAR
            and person != words[0].officer
            and (rule is None or regimes.is_named(page, rule.by, person, bureau))
        )
    )
    objections = tuple(
        (person, str(order.facts["reason"]))
        for person, order in sorted(latest.items())
        if order.act == OfficeAct.OBJECT
    )
    return Standing(row, cleared, objections, rule.lacks(cleared) if rule else 0, rule)


def _words(page: Shelves, row: KeptDraft, bureau: Bureau) -> list[Order]:
    """What officers have said of a draft, in order: drafted first; each proved by its signature."""
    found: list[Order] = []
    for seq, leaf in enumerate(every(page.leaves, "subject", row.handle), start=1):
        entry = entries.held(page, leaf.index)
        kept = None if entry is None else page.orders.get(entry.order)
        if entry is None or kept is None or (entry.subject, entry.seq) != (row.handle, seq):
            raise _by_hand(row)
        order = orders.check(page, [SignedOrder(kept.body, kept.signature)], bureau).first
        if (order.act, order.facts.get("draft")) != (entry.act, row.digest):
            raise _by_hand(row)
        found.append(order)
    if not found or found[0].act != OfficeAct.DRAFT:
        raise _by_hand(row)
    _check_objections(page, row, found)
    return found


def _check_objections(page: Shelves, row: KeptDraft, words: list[Order]) -> None:
    """No objection is lost because the leaf that has it does not name the draft any more."""
    said = {(one.officer, one.number) for one in words if one.act == OfficeAct.OBJECT}
    began = entries.life(page, row.handle)[0][0]
    for kept in every(page.orders, "act", OfficeAct.OBJECT.value, since=began):
        order = order_format.decode(kept.body)
        if order.facts.get("draft") == row.digest and (order.officer, order.number) not in said:
            raise _by_hand(row)


def _enter(page: Page, given: Given, row: KeptDraft, bureau: Bureau) -> int:
    return entries.enter_order(
        page,
        given,
        bureau,
        kind=entries.DRAFT,
        subject=row.handle,
        office=bureau.name,
        numbers=f"draft {row.number}",
    )


def _released(row: KeptDraft) -> OrderError:
    return OrderError(
        "draft {number} was released already",
        hint="Send a correction or a cancellation instead.",
        number=row.number,
    )


def _by_hand(row: KeptDraft) -> OrderError:
    return OrderError(
        "draft {number} is not in the books as its orders have it",
        hint="Compare the books with the ledger: a row was written by hand.",
        number=row.number,
    )
