"""Service letters: what another letter says of one, as it stands on that one's ledger subject.

A cancellation, recall, correction or query leaves an entry on the telegram that it is about, at
the office that sent it and at each that opened it (docs/spec/letter.md, "Letters about a letter").
Only those entries count; rows lead to them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cablegram.errors import CustodyError, OrderError
from cablegram.model.acts import DONE, PASSES_ON, Act, Mark, State
from cablegram.model.orders import OfficeAct
from cablegram.registry import entries, lines, matters, notifying, returns
from cablegram.registry.reading import every
from cablegram.sentences import sentence
from cablegram.wire import order as order_format

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cablegram.bureau import Bureau
    from cablegram.model.acts import Fact
    from cablegram.model.custody import Copy
    from cablegram.model.records import Telegram
    from cablegram.ports import Shelves
    from cablegram.wire.leaf import Entry
    from cablegram.wire.letter import Letter

CANCELLATION, RECALL = "cancellation", "recall"
CORRECTION, QUERY = "correction", "query"
ACTS: Mapping[str, OfficeAct] = {
    CANCELLATION: OfficeAct.CANCELLED,
    RECALL: OfficeAct.RECALLED,
    CORRECTION: OfficeAct.CORRECTED,
    QUERY: OfficeAct.QUERIED,
}
"""What each kind of letter leaves on the one it is about."""

TO_ALL = frozenset({CANCELLATION, CORRECTION})
"""Kinds that go to every office the letter went to: its text is one everywhere, or nowhere."""

_KINDS = {act.value: kind for kind, act in ACTS.items()}
_VERBS = {CANCELLATION: "cancel", RECALL: "recall", CORRECTION: "correct", QUERY: "query"}
_ENDED = {
    CANCELLATION: "{number} was cancelled by {office}: its copies cannot be {done}",
    RECALL: "{number} was recalled by {office}: its copies cannot be {done}",
}
_WORDED = frozenset({"", CORRECTION})
"""The kinds of telegrams that others can be about: those with words of their own."""

_OUT = frozenset({State.ISSUED, State.IN_TRANSIT, State.WITH_OFFICE, State.DISPUTED})
_HERE = frozenset({State.IN_REGISTRY, State.FILED})


@dataclass(frozen=True, slots=True)
class Word:
    """One letter about a telegram: its kind, digest and sender, when and at which entry."""

    kind: str
    letter: str
    office: str
    at: str
    index: int


def words(page: Shelves, telegram: Telegram, bureau: Bureau) -> list[Word]:
    """All that letters say of a telegram, in order, from its leaves as they were published.

    Raises:
        OrderError: a leaf of it is missing, or was written by hand; the newest one, too, whose
            letter is among the telegrams.
    """
    found = []
    for seq, leaf in enumerate(every(page.leaves, "subject", telegram.handle), start=1):
        entry = entries.proved(page, leaf, bureau)
        if entry is None or entry.seq != seq:
            raise matters.by_hand(
                sentence("what was said of telegram {number}", number=number(telegram))
            )
        if entry.act in _KINDS:
            letter = str(entries.facts(entry)["letter"])
            found.append(Word(_KINDS[entry.act], letter, entry.office, entry.at, leaf.index))
    if {row.letter for row in _letters(page, telegram, bureau)} - {word.letter for word in found}:
        raise matters.by_hand(
            sentence("what was said of telegram {number}", number=number(telegram))
        )
    return found


def _letters(page: Shelves, telegram: Telegram, bureau: Bureau) -> Iterator[Telegram]:
    """The letters among the telegrams that have left their word on this one."""
    for row in every(page.telegrams, "about", telegram.letter) if telegram.letter else ():
        ours = row.direction == lines.OUT
        if row.kind in ACTS and (ours or not why_not(page, telegram, row.kind, row.office, bureau)):
            yield row


def number(telegram: Telegram) -> int:
    """Our number of a telegram: its cable number, or the outgoing one of what we sent."""
    return telegram.cable_number or telegram.outgoing_number


def by(page: Shelves, word: Word) -> int:
    """Our number of the letter that says a word."""
    return next((number(row) for row in page.telegrams.find("letter", word.letter)), 0)


def check_passing(
    page: Shelves,
    copies: Iterable[Copy],
    act: Act,
    facts: Mapping[str, Fact],
    bureau: Bureau,
) -> None:
    """Refuse to pass on copies of a telegram that was cancelled or recalled; it may go back.

    Raises:
        CustodyError: naming the letter that ended it.
    """
    if act not in PASSES_ON:
        return
    copies, to = list(copies), facts.get("office")
    back = to if act is Act.DISPATCH else ""
    for handle in {copy.telegram for copy in copies} - {""}:
        telegram = page.telegrams.get(handle)
        if telegram is None:
            raise matters.by_hand(sentence("that there is no telegram of these copies"))
        if back != telegram.office:
            check_stands(page, telegram, DONE[act], bureau)
    for copy in copies:
        born = page.telegrams.get(copy.telegram)
        above = {copy.owner, notifying.upstream(page, copy, bureau), born.office if born else ""}
        if copy.has(Mark.CANCELLED) and back not in above - {""}:
            raise CustodyError(
                "{copy} cannot be {done}: it was cancelled by its originator",
                hint="File it, destroy it, or send it back to where it came from.",
                copy=returns.naming(page, copy),
                done=DONE[act],
            )


def check_stands(page: Shelves, telegram: Telegram, done: str, bureau: Bureau) -> None:
    """Refuse what is done to copies of a telegram that its originator has cancelled or recalled.

    Raises:
        CustodyError: naming the letter.
    """
    for word in reversed(words(page, telegram, bureau)):
        if word.kind in _ENDED:
            raise CustodyError(
                _ENDED[word.kind],
                hint="Read {by}; its copies are filed, destroyed or sent back.",
                number=number(telegram),
                office=word.office,
                done=done,
                by=by(page, word),
            )


def check_release(page: Shelves, kind: str, about: str, to: Iterable[str], bureau: Bureau) -> None:
    """Refuse a letter of ours about another that is not ours to send, or not to those offices.

    Raises:
        OrderError: which, with what would be right.
    """
    if kind not in ACTS:
        return
    verb, offices = _VERBS[kind], set(to)
    row = next(iter(page.telegrams.find("letter", about)), None)
    if row is None:
        raise OrderError(
            "the telegram to {verb} is not in our books",
            hint="Name it by our own number of it.",
            verb=verb,
        )
    theirs = originator(page, row, bureau)
    if kind == QUERY:
        if offices != {theirs} or theirs == bureau.name:
            raise OrderError(
                "{number} is {theirs}'s, and a query of it goes there and nowhere else",
                hint="Send it to {theirs} alone.",
                number=number(row),
                theirs=theirs,
            )
        return
    if theirs != bureau.name:
        raise OrderError(
            "{number} is not ours to {verb}: it is {theirs}'s",
            hint="Query it, or ask {theirs} in a telegram.",
            number=number(row),
            verb=verb,
            theirs=theirs,
        )
    _check_worded(row, verb)
    went = {item.office for item in page.circuit_items.find("letter", about, lines.OUT)}
    if not offices <= went or (kind in TO_ALL and offices != went):
        raise OrderError(
            "{number} went to {went}, and this would go to {offices}",
            hint="Send it to each office that it went to."
            if kind in TO_ALL
            else "Send it to those alone that it went to.",
            number=number(row),
            went=", ".join(sorted(went)),
            offices=", ".join(sorted(offices)),
        )
    for word in words(page, row, bureau):
        if word.kind == CANCELLATION:
            raise OrderError(
                "{number} was cancelled by our {by}",
                hint="Send what is to be said now as a telegram of its own.",
                number=number(row),
                by=by(page, word),
            )


def judge(page: Shelves, letter: Letter, bureau: Bureau) -> str:
    """Why an opened letter about another is not its sender's to send; empty where it is.

    One about a letter that is not here yet is judged when that one is opened.
    """
    if letter.kind not in ACTS:
        return ""
    for row in page.telegrams.find("letter", letter.reply_to):
        return why_not(page, row, letter.kind, letter.office, bureau)
    return ""


def why_not(page: Shelves, row: Telegram, kind: str, office: str, bureau: Bureau) -> str:
    """Why an office may not send a letter of this kind about a telegram; empty where it may."""
    said = f"{office} would {_VERBS[kind]} {number(row)}"
    if kind == QUERY:
        sent = page.circuit_items.find("letter", row.letter, lines.OUT)
        went = any(item.office == office for item in sent)
        return "" if went else f"{said}, which we did not send there"
    theirs = originator(page, row, bureau)
    if theirs != office:
        return f"{said}, which is {'ours' if theirs == bureau.name else f'of {theirs}'}"
    return "" if row.kind in _WORDED else f"{said}, which is a {row.kind} itself"


def originator(page: Shelves, telegram: Telegram, bureau: Bureau) -> str:
    """Whose telegram it is, by the leaf of its opening or its release.

    Raises:
        OrderError: its row says something else than that leaf.
    """
    entry: Entry | None = None
    for leaf in page.leaves.find("subject", telegram.handle, 1, limit=1):
        entry = entries.proved(page, leaf, bureau)
    opened = {"in": OfficeAct.OPEN, "out": OfficeAct.RELEASE}[telegram.direction]
    if (
        entry is None
        or (entry.act, entry.office) != (opened, telegram.office)
        or entries.facts(entry).get("letter") != telegram.letter
    ):
        raise matters.by_hand(sentence("whose telegram {number} is", number=number(telegram)))
    return telegram.office


def unanswered(page: Shelves) -> Iterator[Telegram]:
    """Queries, ours and others', that neither a correction nor any reply has answered yet."""
    for query in every(page.telegrams, "kind", QUERY):
        if not is_answered(page, query):
            yield query


def is_answered(page: Shelves, query: Telegram) -> bool:
    """Whether a letter went the other way after a query: in reply to it, or to set right all."""
    replies = list(page.telegrams.find("about", query.letter))
    for kind in sorted(TO_ALL):
        replies += page.telegrams.find("about", query.reply_to, kind)
    began = _first(page, query)
    return any(row.direction != query.direction and _first(page, row) > began for row in replies)


def waiting(page: Shelves) -> Iterator[Telegram]:
    """Letters about a letter that has not been opened here."""
    for kind in ACTS:
        for row in every(page.telegrams, "kind", kind):
            if row.direction == "in" and not page.telegrams.find("letter", row.reply_to, limit=1):
                yield row


def to_call_in(page: Shelves) -> Iterator[Copy]:
    """Copies that are out though cancelled or recalled, and that nobody has called back yet."""
    ended = {copy.handle: copy for copy in _ended(page)}
    for copy in ended.values():
        telegram = page.telegrams.get(copy.telegram)
        home = copy.owner if telegram is None else telegram.office
        if copy.state in _OUT and copy.holder != home and not copy.has(Mark.ON_RECALL):
            yield copy


def to_send_back(page: Shelves) -> Iterator[tuple[Copy, str]]:
    """Copies that lie here and whose originator has recalled them, with that office."""
    for letter in every(page.telegrams, "kind", RECALL):
        for telegram in _about(page, letter):
            for copy in every(page.copies, "telegram", telegram.handle):
                if copy.state in _HERE:
                    yield copy, letter.office


def _ended(page: Shelves) -> Iterator[Copy]:
    for kind in (CANCELLATION, RECALL):
        for letter in every(page.telegrams, "kind", kind):
            for telegram in _about(page, letter):
                yield from every(page.copies, "telegram", telegram.handle)
    # Copies from elsewhere have no telegram here: what cancelled them is an order of ours.
    for order in every(page.orders, "act", Act.CANCEL.value):
        for subject in order_format.decode(order.body).subjects:
            copy = page.copies.get(subject.handle)
            assert copy is not None, "an order that was kept moved its copies"
            yield copy


def _about(page: Shelves, letter: Telegram) -> list[Telegram]:
    """The telegram that a letter of another office is about, where that is theirs."""
    if letter.direction != "in":
        return []
    found = page.telegrams.find("letter", letter.reply_to)
    return [row for row in found if (row.direction, row.office) == ("in", letter.office)]


def _first(page: Shelves, telegram: Telegram) -> int:
    return next(
        (leaf.index for leaf in page.leaves.find("subject", telegram.handle, 1, limit=1)), 0
    )


def _check_worded(row: Telegram, verb: str) -> None:
    if row.kind not in _WORDED:
        raise OrderError(
            "{number} is a {kind}, and there is nothing in it to {verb}",
            hint="Name the telegram that it was about.",
            number=number(row),
            kind=row.kind,
            verb=verb,
        )
