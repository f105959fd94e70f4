"""Moving copies: the one function that changes custody, copy and leaf together.

Everything else is a view of the books.  The rule is ``model.custody``; here an order is
checked, the rule asked, and row and leaf written on the same page.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cablegram.errors import CustodyError, OrderError, UnknownError
from cablegram.model import custody
from cablegram.model.acts import RULES, Act, Two
from cablegram.model.custody import Situation
from cablegram.model.orders import act_named
from cablegram.registry import (
    classifications,
    entries,
    following,
    holding,
    notifying,
    offices,
    orders,
    papers,
    regimes,
    restoring,
    returns,
    roster,
    screens,
    service,
    settling,
    standing,
    vouching,
)
from cablegram.registry.steps import Step
from cablegram.wire.leaf import Entry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cablegram.bureau import Bureau
    from cablegram.model.acts import Fact
    from cablegram.model.custody import Copy
    from cablegram.model.orders import SignedOrder, Subject
    from cablegram.ports import Page, Shelves
    from cablegram.registry.orders import Given


_TAKERS = {Act.ISSUE: "holder", Act.HAND_OVER: "holder", Act.DISPATCH: "office"}
"""The fact that says who is supplied with a copy, where an act supplies somebody."""
_ON_THEIR_WORD = frozenset({Act.RECEIPTED, Act.GIVE_BACK, Act.SETTLE_THERE, Act.SETTLE_BACK})
_HOLDERS = {
    Act.ISSUE: ("holder", "proxy"),
    Act.HAND_OVER: ("holder",),
    Act.SHOW: ("reader",),
}
"""The facts that say in whose hands the copy will be, who must be one that may hold it."""
_MOVES = frozenset(act.value for act, rule in RULES.items() if rule.sources)


@dataclass(frozen=True, slots=True)
class Moved:
    """Copies as they stand after an act, and the index of its first leaf."""

    copies: tuple[Copy, ...]
    leaf_index: int


def move(
    page: Page,
    signed: Sequence[SignedOrder],
    bureau: Bureau,
    yields: Mapping[str, Mapping[str, Fact]] | None = None,
) -> Moved:
    """Carry out one signed order on every copy it names, or on none.

    ``yields`` are facts that only the act itself brings forth, by copy handle: the digest and
    sheets of what was printed.

    Raises:
        OrderError: the order itself does not hold.
        CustodyError: a rule forbids it for one of the copies.
    """
    given = orders.check(page, signed, bureau)
    return move_given(page, given, bureau, yields or {})


def move_given(
    page: Page, given: Given, bureau: Bureau, yields: Mapping[str, Mapping[str, Fact]]
) -> Moved:
    """``move`` for orders that were checked on this page."""
    if given.first.act not in _MOVES:
        raise OrderError(
            "{act} does not move a copy that is in the books",
            hint="Order one of the acts of docs/spec/custody.md.",
            act=act_named(given.first.act),
        )
    act = Act(given.first.act)
    at = bureau.now()
    before = [
        _subject(page, s, bureau) for s in given.first.subjects if not yields or s.handle in yields
    ]
    if not before:
        raise CustodyError("{act} was ordered on no copy", hint="Name at least one.", act=act)
    after: list[Copy] = []
    written: list[Entry] = []
    service.check_passing(page, before, act, given.first.facts, bureau)
    alike = entries.evidence(given.first.facts)
    numbers = following.taken(page, act, before, given.first.facts)
    steps: list[tuple[int, Mapping[str, Fact]]] = []
    for copy, (number, named) in zip(before, numbers, strict=True):
        yielded = {**yields.get(copy.handle, {}), **named}
        facts = {**given.first.facts, **yielded}
        _check_page(page, copy, act, facts, at, bureau)
        screens.check(page, copy, act, facts, given, bureau)
        changed = custody.decide(copy, act, facts, situation(page, copy, act, given, bureau))
        after.append(changed)
        said = entries.evidence(facts) if yielded else alike
        written.append(entry(act, changed, said, given, at))
        steps.append((number, facts))
    moved = record(page, after, written, given, bureau)
    made = [
        Step(was, now, facts, moved.leaf_index + n, number)
        for n, (was, now, (number, facts)) in enumerate(zip(before, after, steps, strict=True))
    ]
    following.follow(page, act, made, given, bureau)
    return moved


def entail(
    page: Page,
    copies: Sequence[Copy],
    act: Act,
    facts: Mapping[str, Fact],
    given: Given,
    bureau: Bureau,
) -> Moved:
    """An act that another order brings with it, on every copy: the opening of a cancellation.

    Raises:
        CustodyError: a row was written by hand, or the table does not allow it.
    """
    at = bureau.now()
    after: list[Copy] = []
    for copy in copies:
        holding.hold(page, copy, bureau)
        after.append(custody.decide(copy, act, facts, situation(page, copy, act, given, bureau)))
    said = entries.evidence(facts)
    written = [entry(act, copy, said, given, at) for copy in after]
    moved = record(page, after, written, given, bureau)
    steps = [
        Step(was, now, facts, moved.leaf_index + n, 0)
        for n, (was, now) in enumerate(zip(copies, after, strict=True))
    ]
    following.follow(page, act, steps, given, bureau)
    return moved


def start(
    page: Page,
    copies: Sequence[tuple[Copy, Mapping[str, Fact]]],
    act: Act,
    given: Given,
    bureau: Bureau,
    *,
    extra: bool = False,
) -> Moved:
    """Write the copies that ``allot`` or ``accept`` makes, each in its first state."""
    at = bureau.now()
    made = []
    for copy, facts in copies:
        regimes.check_witnessed(offices.series_or_current(page, copy.series), act.value)
        asked = replace(situation(page, copy, act, given, bureau), extra=extra)
        made.append(custody.begin(copy, act, facts, asked))
    written = [entry(act, copy, entries.evidence(facts), given, at) for copy, facts in copies]
    return record(page, made, written, given, bureau)


def record(
    page: Page,
    copies: Sequence[Copy],
    written: Sequence[Entry],
    given: Given,
    bureau: Bureau,
) -> Moved:
    """Write copies and leaves.  These lines are the only ones in Cablegram that change custody."""
    index = entries.enter(page, written, bureau)
    page.copies.put_all(copies)
    orders.keep(page, given, index)
    return Moved(tuple(copies), index)


def situation(page: Shelves, copy: Copy, act: Act, given: Given, bureau: Bureau) -> Situation:
    """What the rules ask about: who acts, who may not, what the series asks of two."""
    barred: set[str] = set()
    two: frozenset[str] = frozenset()
    if act is Act.VERIFY and given.first.facts.get("waiver"):
        waiver = str(given.first.facts["waiver"])
        standing.check_waiver(page, waiver, act.value, given.first.officer, bureau)
    if act is Act.VERIFY:
        barred |= {copy.printed_by, _opener(page, copy, bureau)}
    if RULES[act].two is Two.SERIES:
        two = offices.series_or_current(page, copy.series).two
    officer, second = given.first.officer, given.second_person
    name = returns.naming(page, copy)
    return Situation(bureau.name, officer, second, two, frozenset(barred), name=name)


def _opener(page: Shelves, copy: Copy, bureau: Bureau) -> str:
    """Who opened the copy's telegram: what the ledger says, whatever the telegram's row does."""
    if not copy.telegram:
        return ""
    opened = page.leaves.find("subject", copy.telegram, 1, limit=1)
    found = entries.proved(page, opened[0], bureau) if opened else None
    if found is None:
        raise CustodyError(
            "who opened the telegram of {name} is not in the books",
            hint="Run `cablegram audit` on this office: a row was written by hand.",
            name=returns.naming(page, copy),
        )
    return found.officer


def entry(act: Act, copy: Copy, evidence: str, given: Given, at: str) -> Entry:
    """The leaf of one act on one copy; ``evidence`` is made of its facts by ``entries``."""
    return Entry(
        kind=entries.COPY,
        act=act.value,
        subject=copy.handle,
        seq=copy.seq,
        at=at,
        officer=given.first.officer,
        second=given.second_person,
        holder=copy.holder,
        office=copy.accountable,
        numbers=f"copy {custody.numbered(copy)}",
        evidence=evidence,
        order=given.digest,
        seconds=given.second_digest,
        telegram=copy.telegram,
        after=holding.row_digest(copy),
    )


def _subject(page: Page, subject: Subject, bureau: Bureau) -> Copy:
    copy = page.copies.get(subject.handle)
    if copy is None:
        raise UnknownError("the order names a copy that is not in the books", hint="Look again.")
    if copy.seq != subject.expected:
        raise CustodyError(
            "{copy} has changed since the order was made: it is {words}",
            hint="Look at it again and sign a new order.",
            copy=returns.naming(page, copy),
            words=custody.words(copy),
        )
    holding.hold(page, copy, bureau)
    return copy


def _check_page(
    page: Page, copy: Copy, act: Act, facts: Mapping[str, Fact], at: str, bureau: Bureau
) -> None:
    """The rules that need more of the books than the copy itself."""
    if copy.state not in RULES[act].sources:
        return  # the table says so better
    if act is Act.DISPATCH:
        restoring.refuse_sending(page, bureau)
    if act is Act.PRINT:
        restoring.refuse_print(page, copy, bureau)
    _check_regime(page, copy, act, facts, bureau)
    due_at = str(facts.get("due_at", ""))
    if act is Act.ISSUE and due_at:
        returns.check_due(page, copy, due_at, at, bureau)
    to = str(facts.get(_TAKERS.get(act, ""), ""))
    if to and to != copy.owner:  # what goes back to its owner is not supplied
        exception = str(facts.get("exception", ""))
        returns.check_supply(page, to, copy, at, exception=exception)
    if act in {Act.RECALL, Act.DISPATCH} and due_at and due_at <= at:
        raise CustodyError(
            "{copy} would be due at {due_at}, which has passed",
            hint="Give a moment to come.",
            copy=returns.naming(page, copy),
            due_at=due_at,
        )
    following.check(page, copy, act, facts, at, bureau)
    standing.check_act(page, copy, act, facts, bureau)
    if act is Act.EXTEND and copy.owner:
        limit = str(facts.get("limit_at", "") or copy.limit_at)
        if limit and due_at > limit:
            raise CustodyError(
                "{copy} must leave here by {limit}",
                hint="Ask {owner} to extend it first, and give the new limit with it.",
                copy=returns.naming(page, copy),
                limit=limit,
                owner=copy.owner,
            )
    notifying.check(page, copy, act, facts, bureau)
    if act in _ON_THEIR_WORD:
        _check_word(page, copy, act, facts, bureau)


def _check_word(
    page: Page, copy: Copy, act: Act, facts: Mapping[str, Fact], bureau: Bureau
) -> None:
    if act in {Act.SETTLE_THERE, Act.SETTLE_BACK}:
        _check_settled(page, copy, act, facts, bureau)
    else:
        _check_receipt(page, copy, act, facts, bureau)


def _check_regime(
    page: Page, copy: Copy, act: Act, facts: Mapping[str, Fact], bureau: Bureau
) -> None:
    """What the copy's series asks: who may hold it, whether it is filed, what waits."""
    regime = offices.series_or_current(page, copy.series)
    regimes.check_witnessed(regime, act.value)
    if act is Act.FILE:
        regimes.check_filing(regime)
    if act is Act.REGRADE and not facts.get(
        "notice"
    ):  # what its originator signed is theirs to say
        telegram = page.telegrams.get(copy.telegram)
        policy = telegram.policy if telegram is not None else ""
        level = str(facts.get("classification", ""))
        classifications.check_regrade(page, policy, level, copy.series, bureau)
    for fact in _HOLDERS.get(act, ()):
        person = str(facts.get(fact, ""))
        roster.check_known(page, person)
        regimes.check_holder(page, regime, person, bureau)


def _check_settled(
    page: Page, copy: Copy, act: Act, facts: Mapping[str, Fact], bureau: Bureau
) -> None:
    """A dispute settles only as the other office has signed it, and never against our own word."""
    sent = papers.went_under(page, copy)
    subject = "" if sent is None else sent.subject
    said = settling.words(page, subject, copy.holder, *papers.owners_numbers(page, copy))
    outcome = settling.BACK if act is Act.SETTLE_BACK else settling.THERE
    word = settling.allows(said, outcome)
    if not word or word != facts.get("receipt"):
        raise CustodyError(
            "{holder} has not signed that {copy} settles so",
            hint="Take in what the line holds, then order it with the receipt that came.",
            holder=copy.holder,
            copy=returns.naming(page, copy),
        )
    _hold_word(page, word, bureau)


def _check_receipt(
    page: Page, copy: Copy, act: Act, facts: Mapping[str, Fact], bureau: Bureau
) -> None:
    """An office's word closes our liability only if that office has signed it."""
    found = papers.answered(page, copy, bureau)
    said = {} if found is None or found.act is not act else found.facts
    if any(facts.get(name, fact) != fact for name, fact in said.items()) or not said:
        raise CustodyError(
            "{holder} has signed no such receipt for {copy}",
            hint="Take in what the line holds, then order it with the receipt that came.",
            holder=copy.holder,
            copy=returns.naming(page, copy),
        )
    _hold_word(page, str(said["receipt"]), bureau)


def _hold_word(page: Page, receipt: str, bureau: Bureau) -> None:
    """Hold the other office's word to its signature, whatever the row says of it."""
    row = page.papers.get(receipt)
    assert row is not None, "what it says was read from it"
    vouching.hold(page, row, bureau)
