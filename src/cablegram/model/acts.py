"""The table of acts: what may be done to a copy, from which state, to which, on what evidence.

The rules, the manual's page and the inspector's replay all read this table
(docs/spec/custody.md, "The table").
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from cablegram.errors import CustodyError
from cablegram.sentences import sentence, word

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class State(StrEnum):
    """Where a copy is."""

    ALLOTTED = "allotted"
    VOID = "void"
    PRINTED = "printed"
    IN_REGISTRY = "in_registry"
    ISSUED = "issued"
    FILED = "filed"
    IN_TRANSIT = "in_transit"
    WITH_OFFICE = "with_office"
    DISPUTED = "disputed"
    GIVEN_BACK = "given_back"
    DESTROYED = "destroyed"
    MISSING = "missing"
    LOST = "lost"


class Mark(StrEnum):
    """What is true of a copy beside its state."""

    COMPROMISED = "compromised"
    DECLASSIFIED = "declassified"
    INCOMPLETE = "incomplete"
    ON_RECALL = "on_recall"
    CANCELLED = "cancelled"
    CLOSED = "closed"


class Act(StrEnum):
    """What is done to a copy."""

    ALLOT = "allot"
    ACCEPT = "accept"
    VOID = "void"
    PRINT = "print"
    REPRINT = "reprint"
    VERIFY = "verify"
    ISSUE = "issue"
    READ = "read"
    ANNOTATE = "annotate"
    FULFIL = "fulfil"
    HAND_OVER = "hand_over"
    EXTEND = "extend"
    RECALL = "recall"
    REGRADE = "regrade"
    REPLACE_SHEET = "replace_sheet"
    DESCRIBE = "describe"
    RETURN = "return"
    FILE = "file"
    CHARGE_OUT = "charge_out"
    DISPATCH = "dispatch"
    RECEIPTED = "receipted"
    DISPUTE = "dispute"
    SETTLE_THERE = "settle_there"
    SETTLE_BACK = "settle_back"
    COME_BACK = "come_back"
    GIVE_BACK = "give_back"
    REPORT_DESTROYED = "report_destroyed"
    DESTROY = "destroy"
    MISS = "miss"
    DECLARE_LOST = "declare_lost"
    FIND = "find"
    COMPROMISE = "compromise"
    CONTAIN = "contain"
    DECLASSIFY = "declassify"
    SHOW = "show"
    CORRECT = "correct"
    ROUTE = "route"
    CANCEL = "cancel"


class Two(StrEnum):
    """Whether a second person must order the same act."""

    NO = "no"
    ALWAYS = "always"
    SERIES = "series"


FINAL = frozenset({State.VOID, State.GIVEN_BACK, State.DESTROYED})
IN_CUSTODY = frozenset(
    {
        State.PRINTED,
        State.IN_REGISTRY,
        State.ISSUED,
        State.FILED,
        State.IN_TRANSIT,
        State.WITH_OFFICE,
        State.DISPUTED,
    }
)
AWAY = frozenset({State.IN_TRANSIT, State.WITH_OFFICE, State.DISPUTED})
HELD_HERE = frozenset({State.IN_REGISTRY, State.ISSUED, State.FILED})
_ALL = frozenset(State)
PASSES_ON = frozenset({Act.PRINT, Act.ISSUE, Act.HAND_OVER, Act.SHOW, Act.ROUTE, Act.DISPATCH})
"""Acts that put a copy before another reader or office, or make its sheets."""

Fact = str | int
SHEETS_MAX = 9999


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table.

    ``sources`` empty: the act makes the copy.  ``target`` None: the state stays, or
    for ``find`` the state that ``miss`` kept.  ``needs`` are the facts that must be
    given, ``may`` those that can be; an integer fact is named in ``COUNTS``.
    """

    act: Act
    sources: frozenset[State]
    target: State | None
    needs: tuple[str, ...]
    may: tuple[str, ...] = ()
    two: Two = Two.NO


COUNTS = frozenset(
    {
        "sheets",
        "copy",
        "made",
        "print_number",
        "owner_copy",
        "owner_cable",
        "entry",
        "inquiry",
        "spoiled",
        "task",
    }
)
"""Facts that are whole numbers; every other fact is text."""

MOMENTS = frozenset({"due_at", "limit_at", "fulfil_by", "dated_at"})
PERSONS = frozenset({"holder", "proxy", "reader", "written_by", "messenger", "screen"})
PERSON_LISTS = frozenset({"to"})
"""Facts that name several persons, by ids with a space between."""
OFFICES = frozenset({"owner", "office"})
"""Facts that are moments, persons' ids and offices' ids: no name of a person enters a leaf."""


def _rule(
    act: Act,
    sources: Iterable[State],
    target: State | None,
    needs: str,
    *,
    may: str = "",
    two: Two = Two.NO,
) -> tuple[Act, Rule]:
    return act, Rule(act, frozenset(sources), target, tuple(needs.split()), tuple(may.split()), two)


_S = State
RULES: Mapping[Act, Rule] = dict(
    (
        _rule(Act.ALLOT, (), _S.ALLOTTED, "copy made whom", may="reason consent", two=Two.SERIES),
        _rule(
            Act.ACCEPT,
            (),
            _S.IN_REGISTRY,
            "owner incoming sheets",
            may="owner_cable owner_copy transmittal limit_at limit_to whom note "
            "made print_number content owner_number dated_at",
        ),
        _rule(Act.VOID, {_S.ALLOTTED}, _S.VOID, "reason", two=Two.SERIES),
        _rule(
            Act.PRINT,
            {_S.ALLOTTED},
            _S.PRINTED,
            "print_number digest sheets",
            may="verifier attachments screen half",
        ),
        _rule(
            Act.REPRINT,
            {_S.PRINTED},
            _S.ALLOTTED,
            "reason sheets",
            may="method certificate",
            two=Two.ALWAYS,
        ),
        _rule(Act.VERIFY, {_S.PRINTED}, _S.IN_REGISTRY, "", may="note waiver", two=Two.SERIES),
        _rule(
            Act.ISSUE,
            {_S.IN_REGISTRY, _S.FILED},
            _S.ISSUED,
            "holder due_at return_to",
            may="proxy hand_receipt exception sheets reason note",
            two=Two.SERIES,
        ),
        _rule(Act.READ, HELD_HERE, None, "reader", may="way note"),
        _rule(Act.ANNOTATE, HELD_HERE, None, "written_by evidence", may="to fulfil_by note"),
        _rule(Act.FULFIL, HELD_HERE, None, "evidence", may="task note"),
        _rule(
            Act.HAND_OVER,
            {_S.ISSUED},
            _S.ISSUED,
            "holder sheets",
            may="hand_receipt exception reason note",
            two=Two.SERIES,
        ),
        _rule(Act.EXTEND, IN_CUSTODY, None, "due_at reason", may="limit_at notice", two=Two.SERIES),
        _rule(Act.RECALL, IN_CUSTODY, None, "reason", may="due_at notice"),
        _rule(Act.REGRADE, IN_CUSTODY, None, "classification reason", may="notice", two=Two.SERIES),
        _rule(
            Act.REPLACE_SHEET,
            IN_CUSTODY,
            None,
            "sheets reason",
            may="digest spoiled method certificate",
            two=Two.SERIES,
        ),
        _rule(Act.DESCRIBE, _ALL - {_S.VOID}, None, "content"),
        _rule(Act.RETURN, {_S.ISSUED}, _S.IN_REGISTRY, "sheets", may="reason note"),
        _rule(Act.FILE, {_S.IN_REGISTRY}, _S.FILED, "place"),
        _rule(Act.CHARGE_OUT, {_S.FILED}, _S.IN_REGISTRY, "reason"),
        _rule(
            Act.DISPATCH,
            {_S.IN_REGISTRY, _S.FILED},
            _S.IN_TRANSIT,
            "office transmittal carrier due_at",
            may="limit_at limit_to exception note",
            two=Two.SERIES,
        ),
        _rule(Act.RECEIPTED, {_S.IN_TRANSIT}, _S.WITH_OFFICE, "receipt", may="incoming sheets"),
        _rule(Act.DISPUTE, {_S.IN_TRANSIT}, _S.DISPUTED, "reason", may="receipt"),
        _rule(
            Act.SETTLE_THERE, {_S.DISPUTED}, _S.WITH_OFFICE, "receipt", may="note", two=Two.SERIES
        ),
        _rule(
            Act.SETTLE_BACK,
            {_S.DISPUTED},
            _S.IN_REGISTRY,
            "receipt sheets",
            may="note",
            two=Two.SERIES,
        ),
        _rule(
            Act.COME_BACK,
            {_S.IN_TRANSIT, _S.WITH_OFFICE, _S.DISPUTED},
            _S.IN_REGISTRY,
            "sheets",
            may="transmittal note",
        ),
        _rule(Act.GIVE_BACK, {_S.IN_TRANSIT}, _S.GIVEN_BACK, "receipt"),
        _rule(
            Act.REPORT_DESTROYED,
            {_S.WITH_OFFICE},
            _S.DESTROYED,
            "certificate",
            may="notice",
            two=Two.SERIES,
        ),
        _rule(
            Act.DESTROY,
            {_S.IN_REGISTRY, _S.FILED},
            _S.DESTROYED,
            "method sheets",
            may="certificate note",
            two=Two.ALWAYS,
        ),
        _rule(Act.MISS, IN_CUSTODY, _S.MISSING, "reason", may="muster inquiry"),
        _rule(Act.DECLARE_LOST, {_S.MISSING}, _S.LOST, "inquiry reason", two=Two.ALWAYS),
        _rule(Act.FIND, {_S.MISSING, _S.LOST}, None, "reason", may="inquiry", two=Two.SERIES),
        _rule(Act.COMPROMISE, _ALL - {_S.VOID}, None, "reason", may="inquiry notice"),
        _rule(Act.CONTAIN, _ALL - {_S.VOID}, None, "inquiry reason", two=Two.ALWAYS),
        _rule(
            Act.DECLASSIFY,
            _ALL - {_S.VOID, _S.DESTROYED},
            None,
            "authority",
            may="reason notice",
            two=Two.ALWAYS,
        ),
        _rule(
            Act.SHOW,
            {_S.IN_REGISTRY, _S.FILED},
            None,
            "reader sheets",
            may="messenger hand_receipt note",
        ),
        _rule(Act.CORRECT, _ALL, None, "entry reason", may="task"),
        _rule(Act.ROUTE, HELD_HERE, None, "readers", may="reason note"),
        _rule(Act.CANCEL, _ALL - FINAL, None, "reason", may="letter notice"),
    )
)
del _S
_BY_NAME: Mapping[str, Rule] = {act.value: rule for act, rule in RULES.items()}


DONE: Mapping[Act, str] = {
    Act.PRINT: word("printed", "cannot be"),
    Act.REPRINT: word("reprinted", "cannot be"),
    Act.VOID: word("voided", "cannot be"),
    Act.VERIFY: word("verified", "cannot be"),
    Act.ISSUE: word("issued", "cannot be"),
    Act.READ: word("read", "cannot be"),
    Act.ANNOTATE: word("annotated", "cannot be"),
    Act.FULFIL: word("reported fulfilled", "cannot be"),
    Act.HAND_OVER: word("handed over", "cannot be"),
    Act.EXTEND: word("extended", "cannot be"),
    Act.RECALL: word("recalled", "cannot be"),
    Act.REGRADE: word("regraded", "cannot be"),
    Act.REPLACE_SHEET: word("given a new sheet", "cannot be"),
    Act.DESCRIBE: word("described", "cannot be"),
    Act.RETURN: word("returned", "cannot be"),
    Act.FILE: word("filed", "cannot be"),
    Act.CHARGE_OUT: word("charged out", "cannot be"),
    Act.DISPATCH: word("dispatched", "cannot be"),
    Act.RECEIPTED: word("receipted", "cannot be"),
    Act.DISPUTE: word("disputed", "cannot be"),
    Act.SETTLE_THERE: word("settled there", "cannot be"),
    Act.SETTLE_BACK: word("settled back", "cannot be"),
    Act.COME_BACK: word("taken back", "cannot be"),
    Act.GIVE_BACK: word("given back", "cannot be"),
    Act.REPORT_DESTROYED: word("reported destroyed", "cannot be"),
    Act.DESTROY: word("destroyed", "cannot be"),
    Act.MISS: word("declared missing", "cannot be"),
    Act.DECLARE_LOST: word("declared lost", "cannot be"),
    Act.FIND: word("found", "cannot be"),
    Act.COMPROMISE: word("marked compromised", "cannot be"),
    Act.CONTAIN: word("ruled contained", "cannot be"),
    Act.DECLASSIFY: word("declassified", "cannot be"),
    Act.SHOW: word("shown", "cannot be"),
    Act.CORRECT: word("corrected", "cannot be"),
    Act.ROUTE: word("sent on a route", "cannot be"),
    Act.CANCEL: word("cancelled", "cannot be"),
}
"""What was done, as a refusal says it behind "cannot be"."""


NEXT: Mapping[State, str] = {
    State.ALLOTTED: "Print it first.",
    State.VOID: "A void number stays void; allot a further copy instead.",
    State.PRINTED: "Have it verified first: `cablegram verify {name}`.",
    State.IN_REGISTRY: "The registry holds it already.",
    State.FILED: "It lies in the file: `cablegram charge-out {name} --reason WHY` first.",
    State.GIVEN_BACK: "It is back with {accountable}; the book of this copy is closed.",
    State.DESTROYED: "A destroyed copy stays destroyed; allot a further copy instead.",
    State.MISSING: "Record that it was found first: `cablegram found {name} --reason WHERE`.",
    State.LOST: "Record that it was found first: `cablegram found {name} --reason WHERE`.",
    State.ISSUED: "Take it back from {holder} first: `cablegram return {name}=SHEETS`.",
    State.IN_TRANSIT: "Wait for the receipt of {holder}, or record that it came back.",
    State.WITH_OFFICE: "Take it back from {holder} first: `cablegram return {name}=SHEETS`.",
    State.DISPUTED: "Settle it with {holder} first: `cablegram settle {name}`.",
}
"""What to do first with a copy that is there, by where it is."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """What an inspector's replay gives: how many subjects ended in which state."""

    by_state: Mapping[str, int]
    copies: int


def replay(entries: Iterable[tuple[int, str, str, int]]) -> Replayed:
    """Run (leaf index, act, subject, seq) of every copy leaf through the table.

    Raises:
        CustodyError: no such act, an act from a state that does not admit it, or a seq that
            skips or repeats.
    """
    states: dict[str, tuple[State, int, State | None]] = {}
    for index, act_name, subject, seq in entries:
        rule = _BY_NAME.get(act_name)
        state, last, kept = states.get(subject, (None, 0, None))
        follows = rule is not None and (state in rule.sources if state else not rule.sources)
        if rule is None or not follows or seq != last + 1:
            raise CustodyError(
                "entry {index} does not follow: {act_name} after {state}, "
                "number {seq} after {last}",
                hint="Ask the office to explain this entry.",
                index=index,
                act_name=act_name,
                state=state or sentence("nothing"),
                seq=seq,
                last=last,
            )
        target = rule.target or (kept if rule.act is Act.FIND else state)
        assert target is not None, "an act without a target starts from a state"
        if rule.act is Act.MISS:
            kept = state
        states[subject] = (target, seq, kept)
    count: dict[str, int] = {}
    for ended, _, _ in states.values():
        count[ended.value] = count.get(ended.value, 0) + 1
    return Replayed(dict(sorted(count.items())), len(states))
