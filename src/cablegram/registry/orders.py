"""Signed orders: the one check that every change passes before a rule is asked.

The plan, repeated at each step below:
 1. the bytes are an order, for this office and this ledger;
 2. it is in date, and made on a head that we have;
 3. its officer is in post, or was when it landed, by appointments back to the office key;
 4. the signature is that officer's;
 5. its number is new, unless it is the very same order again;
 6. a second order says the same, names the first, and is another person's;
 7. the clock has not gone back behind the last entry;
 8. what the office has settled was ordered, too.

Whether the officer's roles may order the act is asked with step 3 (docs/spec/roles.md).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from cablegram.errors import OrderError
from cablegram.ledger.log import HEAD
from cablegram.model.acts import RULES
from cablegram.model.orders import (
    CLOCK_SLACK_S,
    OFFICE_RULES,
    OfficeAct,
    SignedOrder,
    act_named,
)
from cablegram.model.records import KeptOrder
from cablegram.model.times import instant, moment
from cablegram.registry import entries, offices, roster
from cablegram.registry.reading import every
from cablegram.wire import canonical
from cablegram.wire import order as order_format
from cablegram.wire.leaf import decode_entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cablegram.bureau import Bureau
    from cablegram.model.orders import Order
    from cablegram.ports import Page, Shelves


_HELD_BY_COPIES = frozenset(act.value for act, rule in RULES.items() if rule.sources)
"""Acts that an order can do once, for their copies stand elsewhere or further on after it."""


@dataclass(frozen=True, slots=True)
class Given:
    """Orders that passed: the first, the second if there is one, and the bytes of both."""

    first: Order
    digest: str
    second: Order | None
    second_digest: str
    signed: tuple[SignedOrder, ...]

    @property
    def second_person(self) -> str:
        """Who seconded, or nobody."""
        return "" if self.second is None else self.second.officer


def check(page: Shelves, signed: Sequence[SignedOrder], bureau: Bureau) -> Given:
    """The orders, if every step of the plan holds.

    Raises:
        OrderError: the step that does not hold, in words.
        MalformedError: the bytes are no order.
    """
    if not 1 <= len(signed) <= 2:  # noqa: PLR2004  # the first and the second person's
        raise OrderError(
            "{signed} orders were given at once",
            hint="Give one, and one that seconds it.",
            signed=len(signed),
        )
    first = _check_one(page, signed[0], bureau)
    digest = canonical.digest(signed[0].body)
    # 7. the clock has not gone back behind the last entry
    _check_clock(page, bureau)
    # 8. what the office has settled was ordered, too
    if first.act != OfficeAct.RESTORE:  # until it landed, no order of before has its ledger
        offices.hold_series(page, bureau)
    if first.seconds:
        raise OrderError(
            "an order that seconds another was given alone", hint="Give the first order with it."
        )
    if len(signed) == 1:
        return Given(first, digest, None, "", tuple(signed))
    # 6. a second order says the same, names the first, and is another person's
    second = _check_one(page, signed[1], bureau)
    if not first.same_as(second) or second.seconds != digest:
        raise OrderError(
            "the second order does not say what the first says",
            hint="Have the second officer sign the very order they were shown.",
        )
    if second.officer == first.officer:
        raise OrderError(
            "{officer} signed both orders, and two persons must",
            hint="Have another officer sign the second.",
            officer=first.officer,
        )
    return Given(first, digest, second, canonical.digest(signed[1].body), tuple(signed))


def as_if(page: Shelves, order: Order, second: str, bureau: Bureau) -> Given:
    """An unsigned order as if it had been signed, and by ``second`` too where somebody is named.

    All that can be asked without a signature is asked: its date and its number, that its officer
    is in post with that key and may order the act, and the clock.  Nothing is performed on this.

    Raises:
        OrderError: the step of the plan that does not hold, in words.
    """
    _check_date(order, bureau)
    roster.check_would(page, order, bureau)
    _check_number(page, order, b"")
    _check_clock(page, bureau)
    offices.hold_series(page, bureau)
    body = order_format.encode(order)
    digest = canonical.digest(body)
    signed = [SignedOrder(body, "")]
    if not second:
        return Given(order, digest, None, "", tuple(signed))
    other = replace(order, officer=second, seconds=digest)
    signed.append(SignedOrder(order_format.encode(other), ""))
    return Given(order, digest, other, canonical.digest(signed[1].body), tuple(signed))


def keep(page: Page, given: Given, leaf_index: int) -> None:
    """Spend the orders: keep their bytes beside the leaf they landed at."""
    pairs = [(given.first, given.digest)]
    if given.second is not None:
        pairs.append((given.second, given.second_digest))
    for (order, digest), signed in zip(pairs, given.signed, strict=True):
        if page.orders.get(digest) is None:
            page.orders.add(
                KeptOrder(
                    digest,
                    order.officer,
                    order.number,
                    order.act,
                    signed.body,
                    signed.signature,
                    leaf_index,
                )
            )


def hold_unspent(page: Shelves, given: Given) -> None:
    """Refuse an order that landed before, though its page is not in the books.

    An order on copies is held to how they stand, so that it can land once.  Any other is looked
    for among the entries since the head that it was made on: a row of the orders shelf that is
    gone does not let it land again.

    Raises:
        OrderError: it landed.
    """
    landed = page.orders.get(given.digest) is not None
    if not landed and given.first.act not in _HELD_BY_COPIES:
        since = given.first.head.size
        landed = any(
            decode_entry(leaf.entry).order == given.digest
            for leaf in every(page.leaves, since=since)
        )
    if landed:
        raise OrderError(
            "the order was carried out before, and the books do not say what came of it",
            hint="Run `cablegram audit` on this office: a row was taken out by hand.",
        )


def _check_one(page: Shelves, signed: SignedOrder, bureau: Bureau) -> Order:
    # 1. the bytes are an order, for this office and this ledger
    order = order_format.decode(signed.body)
    if order.office != bureau.name or order.origin != bureau.origin:
        raise OrderError(
            "the order is for {office}, and this is {bureau_name}",
            hint="Give it to {office}.",
            office=order.office,
            bureau_name=bureau.name,
        )
    # 2. it is in date, and made on a head that we have; one that landed in date may be carried
    # to its end after it, or a crash at midnight would leave a telegram half sealed for ever
    landed = _landed(page, signed)
    if landed is None:
        _check_date(order, bureau)
    if order.head.size > entries.size(page):
        raise OrderError(
            "the order was made on {size} entries and the books have fewer",
            hint="The books may be an old backup: compare them with the published checkpoint.",
            size=order.head.size,
        )
    head = page.head.get(HEAD)
    if head is not None and 0 < head.size == order.head.size and head.root != order.head.root:
        raise OrderError(
            "the order was made on another ledger of {size} entries than ours",
            hint="Compare the officer's checkpoint with ours: one of them was forged.",
            size=head.size,
        )
    # 3. its officer is in post, or was when it landed, by appointments back to the office key
    # 4. the signature is that officer's
    if order.officer == bureau.name:
        _check_office_may(page, order)
        roster.check_office_signature(signed, bureau)
    else:
        roster.check_signature(page, order, signed, bureau, landed=landed)
    # 5. its number is new, unless it is the very same order again
    _check_number(page, order, signed.body)
    return order


def overtaken(page: Shelves, signed: Iterable[SignedOrder]) -> bool:
    """Whether the number of one of these orders stands on another order by now."""
    for one in signed:
        said = order_format.decode(one.body)
        spent = page.orders.find("officer", said.officer, said.number, limit=1)
        if any(row.body != one.body for row in spent):
            return True
    return False


def _check_number(page: Shelves, order: Order, body: bytes) -> None:
    for spent in page.orders.find("officer", order.officer, order.number, limit=1):
        if spent.body != body:
            raise OrderError(
                "{officer} used order number {number} before",
                hint="Sign it again under the next number.",
                officer=order.officer,
                number=order.number,
            )


def _check_clock(page: Shelves, bureau: Bureau) -> None:
    """A clock that went back would let what had ended begin again."""
    size = entries.size(page)
    newest = page.leaves.get(size - 1) if size else None
    if newest is None:
        return
    at, now = decode_entry(newest.entry).at, bureau.now()
    if at > now:
        raise OrderError(
            "the office's clock stands at {now}, and the last entry is of {at}",
            hint="Set the clock right; nothing is ordered before it has passed the last entry.",
            now=now,
            at=at,
        )


def _landed(page: Shelves, signed: SignedOrder) -> int | None:
    """The leaf that this very order landed at before; None if none commits to it.

    A row on the orders shelf proves nothing: somebody relieved could have it written there.
    """
    digest = canonical.digest(signed.body)
    kept = page.orders.get(digest)
    entry = None if kept is None else entries.held(page, kept.leaf_index)
    if kept is None or entry is None or digest not in {entry.order, entry.seconds}:
        return None
    return kept.leaf_index


def _check_date(order: Order, bureau: Bureau) -> None:
    now = bureau.now()
    if order.not_after and order.not_after < now:
        raise OrderError(
            "the order was good until {not_after}",
            hint="Have it signed again.",
            not_after=order.not_after,
        )
    if order.signed_at > moment(instant(now) + timedelta(seconds=CLOCK_SLACK_S)):
        raise OrderError(
            "the order was signed at {signed_at}, which has not come yet",
            hint="Set the officer's clock, or the office's, and have it signed again.",
            signed_at=order.signed_at,
        )


def _check_office_may(page: Shelves, order: Order) -> None:
    # The office key speaks for itself once: until two persons are in post it makes and seconds
    # appointments, for otherwise nobody could ever be the second.
    if order.act == OfficeAct.RESTORE:
        return  # the act itself asks whether a ledger of a new name is there for it
    if order.act != OfficeAct.APPOINT or len(roster.persons_in_post(page)) > 1:
        raise OrderError(
            "the office key cannot order {act}",
            hint="Have an officer in post sign it.",
            act=act_named(order.act),
        )


def needs_two(given: Given, two_by_series: frozenset[str], *, founding: bool = False) -> None:
    """Refuse an office act of two that one ordered, and facts it lacks or has no use for.

    ``founding`` says that nobody is in post yet: the office key appoints the first alone.

    Raises:
        OrderError: what is missing or too much.
    """
    order = given.first
    rule = OFFICE_RULES[OfficeAct(order.act)]
    for need in rule.needs:
        if order.facts.get(need) in (None, ""):
            raise OrderError(
                "{act} was ordered without {need}",
                hint="Give {need}.",
                act=act_named(order.act),
                need=need.replace("_", " "),
            )
    for fact in order.facts:
        if fact not in rule.needs and fact not in rule.may:
            raise OrderError(
                "{act} has no use for {fact}",
                hint="Leave it out.",
                act=act_named(order.act),
                fact=fact.replace("_", " "),
            )
    series = rule.two == "series" and order.act in two_by_series
    if (rule.two == "always" or series) and given.second is None and not founding:
        raise OrderError(
            "{act} takes two persons, and one ordered it",
            hint="Have a second officer sign the same order.",
            act=act_named(order.act),
        )
