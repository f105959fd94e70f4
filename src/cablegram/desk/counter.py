"""The counter: what comes of each thing that is typed or scanned on the registrar's line.

A batch in, the batch as it then stands and an answer out (docs/spec/desk-line.md).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cablegram.desk import asked, batches
from cablegram.desk.batches import DONE, OPEN, REFUSED, WAITS
from cablegram.errors import CablegramError, UnknownError
from cablegram.model import batch
from cablegram.model.batch import LINES_MAX, Answer, Kind, Stance, Verb
from cablegram.registry import foresee, scanning
from cablegram.registry.scanned import Scanned, refused
from cablegram.sentences import beside, sentence
from cablegram.wiring import ordering

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cablegram.desk.batches import Batch, Entry
    from cablegram.desk.frame import Desk
    from cablegram.model.acts import Fact
    from cablegram.model.batch import Bundle, Typed
    from cablegram.model.orders import Order, Subject
    from cablegram.registry.scanning import Drafts


@dataclass(frozen=True, slots=True)
class Told:
    """What one thing typed came to: the batch, the answers, and whether it is to be closed."""

    kept: Batch
    answers: tuple[Scanned, ...] = ()
    closes: bool = False
    helps: bool = False


WHERE = Stance(Verb.WHERE, "?")
"""What a number means while no verb has been said: a question."""


def typed(desk: Desk, person: str, text: str) -> Told:
    """What comes of one thing typed; the batch is kept when this returns."""
    kept = batches.load(desk.store, person)
    try:
        said = _typed(desk, kept, batch.read(text))
    except CablegramError as error:
        said = Told(kept, (refused(error, Answer.NOT_READ),))
    return replace(said, kept=told(desk, said.kept, said.answers or said.kept.told))


def drafts(desk: Desk, person: str) -> Drafts:
    """Makes the orders that this person would sign; a question makes none.

    Raises (when an order is made):
        OrderError: they have no key that a browser signs with.
    """

    def draft(act: str, about: Sequence[Subject], facts: Mapping[str, Fact]) -> Order:
        key = str(asked.signing_key(desk, person)["digest"])
        return ordering.unsigned(desk.bureau, person, key, act, about, facts)

    return draft


def told(desk: Desk, kept: Batch, answers: Sequence[Scanned]) -> Batch:
    """Keep a batch with its newest answers; gives it."""
    kept = replace(kept, told=tuple(answers))
    batches.keep(desk.store, kept)
    return kept


def recheck(desk: Desk, kept: Batch) -> tuple[Batch, list[Entry]]:
    """The batch as it can be signed now, and the lines of it that no longer stand.

    A copy that has moved in between is asked anew as it stands; what the rules then refuse is
    refused here, before anybody signs.
    """
    draft, fallen = drafts(desk, kept.person), list[batches.Entry]()
    for bundle in kept.bundles:
        try:
            foresee(order_of(draft, bundle), desk.bureau, matter=matter(bundle))
        except CablegramError:
            for number in bundle.lines:
                changed = _again(desk, kept, number, draft)
                kept = kept.put(changed)
                fallen += [changed] if changed.state == REFUSED else []
    return kept, fallen


def order_of(draft: Drafts, bundle: Bundle) -> Order:
    """The order that these lines are."""
    facts = dict(bundle.facts)
    if bundle.texts:
        facts["sighted"] = scanning.texts_digest(bundle.texts)
    return draft(bundle.act, bundle.subjects, facts)


def matter(bundle: Bundle) -> bytes:
    """What the order names by digest: what was seen, a line each."""
    return "\n".join(bundle.texts).encode()


def settle(kept: Batch, entries: Sequence[Entry], state: str, order: str, why: str = "") -> Batch:
    """The batch after an order of these lines: done, waiting for its second, or refused.

    Lines that were taken back after they were signed are shown again: they are done.
    """
    for entry in entries:
        now = kept.entry(entry.number)
        same = now is not None and now.scanned.about == entry.scanned.about
        number = entry.number if same or now is None else _after(kept)
        scanned = replace(entry.scanned, hint=why)
        kept = kept.put(replace(entry, number=number, state=state, order=order, scanned=scanned))
    return kept


def _typed(desk: Desk, kept: Batch, said: Typed) -> Told:
    told_ = Told(kept, closes=said.kind is Kind.CLOSE, helps=said.kind is Kind.HELP)
    match said.kind:
        case Kind.DROP:
            told_ = _drop(kept, said.number)
        case Kind.COUNT:
            told_ = _count(desk, kept, said.number, said.line)
        case Kind.VERB:
            stance = scanning.stance(said, desk.bureau)
            told_ = Told(replace(kept, stance=stance), (_standing(stance),))
        case Kind.ASK:
            told_ = Told(kept, tuple(scanning.asked(said.meant, desk.bureau)))
        case Kind.COPY:
            told_ = _scan(desk, kept, said)
    return told_


def _standing(stance: Stance) -> Scanned:
    return Scanned(Answer.TOLD, sentence("scan on"), due_at=stance.due_at)


def _scan(desk: Desk, kept: Batch, said: Typed) -> Told:
    stance, draft = kept.stance or WHERE, drafts(desk, kept.person)
    found = scanning.scan(stance, said.meant, draft, desk.bureau)
    held = kept.holds(found.about) if found.about else None
    if held is not None:
        words = sentence(
            "{name} is in this batch, line {number}", name=found.name, number=held.number
        )
        return Told(kept, (Scanned(Answer.ALREADY, words, about=found.about, name=found.name),))
    if not found.taken:
        return Told(kept, (found,))
    if len(kept.open) >= LINES_MAX:
        words = sentence("the batch is full: {count} lines", count=LINES_MAX)
        full = Scanned(Answer.NOT_READ, words, sentence("Close it with Enter, then scan on."))
        return Told(kept, (full,))
    kept = kept.fresh().add(stance.said, desk.bureau.now(), found)
    answer, entry = found, kept.entries[-1]
    if entry.uncounted:
        answer = replace(answer, hint=_to_count(stance))
    if other := batches.elsewhere(desk.store, kept.person, found.about):
        also = sentence("It is in the open batch of {person}, too.", person=other)
        answer = replace(answer, hint=beside([h for h in (answer.hint, also) if h], " "))
    return Told(kept, (answer,))


def _to_count(stance: Stance) -> str:
    if stance.sheets:
        return sentence("The books have another number of sheets: count it, and write =2.")
    return sentence("Count its sheets, and write how many: =2.")


def _count(desk: Desk, kept: Batch, sheets: int, line: int) -> Told:
    """The sheets of a line; a number that is not the books' is asked for twice."""
    entry = kept.to_count(line)
    if entry is None:
        raise UnknownError(
            "no line waits for its sheets", hint="Scan the copy first, then write =2."
        )
    name = entry.scanned.name
    if sheets not in {entry.scanned.books, entry.again}:
        words = sentence(
            "{name}: {sheets} counted, and the books have another number",
            name=name,
            sheets=sheets,
        )
        hint = sentence("Count again. If it is so, write ={sheets} once more.", sheets=sheets)
        changed = replace(entry, again=sheets)
        return Told(kept.put(changed), (Scanned(Answer.WRONG_STATE, words, hint, name=name),))
    found = scanning.count(entry.scanned, sheets, drafts(desk, kept.person), desk.bureau)
    if not found.taken:
        return Told(kept, (found,))
    words = sentence("{name}: {sheets} counted", name=name, sheets=sheets)
    return Told(kept.put(replace(entry, scanned=found)), (replace(found, said=words),))


def _drop(kept: Batch, number: int) -> Told:
    if number < 0:
        left = tuple(entry for entry in kept.entries if entry.state not in {OPEN, REFUSED})
        words = sentence("{count} lines taken back", count=len(kept.entries) - len(left))
        return Told(replace(kept, entries=left), (Scanned(Answer.TOLD, words),))
    entry = kept.entry(number)
    if entry is None:
        raise UnknownError("there is no such line to take back", hint="See the lines above.")
    name = entry.scanned.name
    if entry.state in {DONE, WAITS}:
        raise UnknownError(
            "{name} was signed, and is taken back no more",
            hint="Withdraw what waits for its second person; counter what is done with `correct`.",
            name=name,
        )
    words = sentence("{name} taken back", name=name)
    return Told(kept.drop(entry.number), (Scanned(Answer.TOLD, words, name=name),))


def _again(desk: Desk, kept: Batch, number: int, draft: Drafts) -> Entry:
    """One line asked anew, of the copy as it stands now."""
    entry = kept.entry(number)
    assert entry is not None, "a bundle is made of the batch's lines"
    one = entry.scanned
    if one.subject is not None:
        with desk.bureau.books.view() as view:
            copy = view.copies.get(one.subject.handle)
        seq = one.subject.expected if copy is None else copy.seq
        one = replace(one, subject=replace(one.subject, expected=seq))
    found = scanning.foreseen(one, draft, desk.bureau)
    if found.taken:
        return replace(entry, scanned=found)
    # What was scanned stays to be seen, with the refusal beside it.
    return replace(
        entry, state=REFUSED, scanned=replace(one, hint=beside((found.said, found.hint), ". "))
    )


def _after(kept: Batch) -> int:
    return 1 + max((entry.number for entry in kept.entries), default=0)
