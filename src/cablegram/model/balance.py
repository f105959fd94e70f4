"""Opening balance: a line of an old register, and the acts that bring its copy where it stands.

A line is one copy, or one telegram without copies, out of books that were kept before ours
(docs/spec/opening-balance.md).  Each copy replays through the table of acts like any other.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

from cablegram.model.acts import SHEETS_MAX, Act, State
from cablegram.sentences import sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from cablegram.model.acts import Fact

    _Say = Callable[[str, str, str], None]

BATCH_MAX = 4096
"""Lines that one order takes on charge."""
COPIES_MAX = 999
NUMBER_MAX = 999_999_999
COPY_MAX = 9999
OLD_BOOKS = "the old books"
"""What stands where the old books do not say how, by whom or why."""

IN, OUT, THEIRS = "in", "out", "theirs"
"""A telegram that came to us, one that we sent, and a copy that is another office's."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it is signed: persons and offices by id, moments in UTC, counts as numbers.

    ``row`` is where it stood in the file.  Empty text and 0 mean "not said".
    """

    row: int
    direction: str = IN
    cable: int = 0
    copy: int = 0
    made: int = 0
    office: str = ""
    outgoing: int = 0
    series: str = ""
    signatory: str = ""
    classification: str = ""
    precedence: str = ""
    filed_at: str = ""
    received_at: str = ""
    content: str = ""
    print_number: int = 0
    printed_at: str = ""
    whom: str = ""
    sheets: int = 0
    state: str = ""
    holder: str = ""
    due_at: str = ""
    return_to: str = ""
    place: str = ""
    with_office: str = ""
    carrier: str = ""
    transmittal: str = ""
    receipt: str = ""
    their_incoming: str = ""
    owner: str = ""
    owner_cable: int = 0
    owner_copy: int = 0
    incoming: str = ""
    limit_at: str = ""
    limit_to: str = ""
    reason: str = ""
    inquiry: str = ""
    method: str = ""
    certificate: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a row: the column as the file has it, what is so, and what to do."""

    row: int
    column: str
    what: str
    do: str


@dataclass(frozen=True, slots=True)
class Group:
    """What is taken on together: a telegram with its copies, or one copy of another office."""

    telegram: Line | None
    copies: tuple[Line, ...]

    @property
    def size(self) -> int:
        """How many lines it has."""
        return max(len(self.copies), 1)


TELEGRAM_FIELDS = (
    "office",
    "outgoing",
    "series",
    "signatory",
    "classification",
    "precedence",
    "filed_at",
    "received_at",
    "content",
)
"""What a line says of its telegram: on one of the telegram's lines, or alike on several."""

FINAL_OR_GONE = frozenset({State.DESTROYED, State.GIVEN_BACK, State.LOST})
"""States whose sheets old books may not tell: one sheet at least is then written."""

_STATES = frozenset(
    {
        State.IN_REGISTRY,
        State.FILED,
        State.ISSUED,
        State.IN_TRANSIT,
        State.WITH_OFFICE,
        State.MISSING,
        State.LOST,
        State.DESTROYED,
        State.VOID,
        State.GIVEN_BACK,
    }
)
_NEEDS: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    State.FILED: (("place", "place", "where it lies"),),
    State.ISSUED: (("holder", "holder", "who has it"), ("due_at", "due", "until when")),
    State.IN_TRANSIT: (("with_office", "with", "the office it goes to"),),
    State.WITH_OFFICE: (("with_office", "with", "the office that has it"),),
}


def group(lines: Sequence[Line]) -> tuple[list[Group], list[Fault]]:
    """Lines of one telegram together, in the order they came, and where they contradict."""
    found: list[Fault] = []
    together: dict[tuple[str, str, int], list[Line]] = {}
    for line in lines:
        number = {IN: line.cable, OUT: line.outgoing}.get(line.direction, line.row)
        key = (line.direction, line.series if line.direction == OUT else "", number)
        together.setdefault(key, []).append(line)
    groups = []
    for (direction, _, _), members in together.items():
        if direction == THEIRS:
            groups.append(Group(None, (members[0],)))
            continue
        if direction == OUT and len(members) > 1:
            found.append(
                Fault(members[1].row, "outgoing", "this number stands twice", "Strike one out.")
            )
        telegram = _merged(members, found)
        copies = tuple(line for line in members if line.copy and direction == IN)
        if direction == IN:
            _check_copies(members, copies, found)
        made = telegram.made or max((line.copy for line in copies), default=0)
        groups.append(Group(replace(telegram, made=made), copies))
    return groups, found


def batches(groups: Iterable[Group]) -> list[list[Group]]:
    """Groups in batches of ``BATCH_MAX`` lines at most, none divided."""
    found: list[list[Group]] = []
    size = BATCH_MAX
    for one in groups:
        if size + one.size > BATCH_MAX:
            found.append([])
            size = 0
        found[-1].append(one)
        size += one.size
    return found


def lines_of(batch: Iterable[Group]) -> list[Line]:
    """The lines that are signed for a batch: each telegram's words on its first line."""
    found: list[Line] = []
    for one in batch:
        if one.telegram is None:
            found += one.copies
        elif not one.copies:
            found.append(one.telegram)
        else:
            bare = dict.fromkeys(("outgoing", "made"), 0)
            empty: dict[str, str | int] = {**dict.fromkeys(TELEGRAM_FIELDS, ""), **bare}
            words: dict[str, str | int] = {
                name: getattr(one.telegram, name) for name in (*TELEGRAM_FIELDS, "made")
            }
            first, *rest = one.copies
            found.append(replace(first, **words))  # type: ignore[arg-type]  # its own fields
            found += [replace(line, **empty) for line in rest]  # type: ignore[arg-type]  # likewise
    return found


def check(line: Line) -> list[Fault]:
    """What is wrong with a line whatever the books say."""
    found: list[Fault] = []

    def fault(column: str, what: str, do: str) -> None:
        found.append(Fault(line.row, column, what, do))

    _check_numbers(line, fault)
    if line.direction == OUT or (line.direction == IN and not line.copy):
        if line.state:
            fault("state", "a state stands without a copy", "Give the copy's number.")
        return found
    if line.state not in _STATES:
        states = ", ".join(sorted(_STATES)).replace("_", " ")
        fault(
            "state",
            sentence("{state} is no state", state=line.state or sentence("nothing")),
            sentence("Use one of {states}.", states=states),
        )
        return found
    if not line.sheets and State(line.state) not in FINAL_OR_GONE | {State.VOID}:
        fault(
            "sheets",
            "the sheets are not counted",
            sentence("Count 1 to {sheets_max} sheets.", sheets_max=SHEETS_MAX),
        )
    for name, column, what in _NEEDS.get(line.state, ()):
        if not getattr(line, name):
            fault(
                column,
                sentence("it is {state}", state=line.state.replace("_", " ")),
                sentence("Say {what}.", what=what),
            )
    if line.state == State.VOID and line.direction == THEIRS:
        fault("state", "another office's copy cannot be void here", "Leave the row out.")
    if line.state == State.GIVEN_BACK and line.direction != THEIRS:
        fault("state", "a copy of ours is given back to nobody", "Use in registry.")
    return found


def steps(line: Line, us: str) -> list[tuple[Act, dict[str, Fact]]]:
    """The acts, each with its facts, from the first on, that lead to the line's state."""
    why = line.reason or OLD_BOOKS
    if line.state == State.VOID:
        made = max(line.made, line.copy)
        allot: dict[str, Fact] = {"copy": line.copy, "made": made, "whom": line.whom or "file"}
        return [(Act.ALLOT, allot), (Act.VOID, {"reason": why})]
    first = (Act.ACCEPT, _accepted(line, us))
    sent: dict[str, Fact] = {
        "office": line.owner if line.state == State.GIVEN_BACK else line.with_office,
        "transmittal": line.transmittal or OLD_BOOKS,
        "carrier": line.carrier or OLD_BOOKS,
        "due_at": line.due_at,
    }
    if line.limit_at and line.direction == IN:
        sent |= {"limit_at": line.limit_at, "limit_to": line.limit_to}
    receipt: dict[str, Fact] = {"receipt": line.receipt or OLD_BOOKS}
    there = {**receipt, "incoming": line.their_incoming} if line.their_incoming else receipt
    sheets = line.sheets or 1
    issued: dict[str, Fact] = {
        "holder": line.holder,
        "due_at": line.due_at,
        "return_to": line.return_to,
    }
    destroyed: dict[str, Fact] = {"method": line.method or OLD_BOOKS, "sheets": sheets}
    if line.certificate:
        destroyed["certificate"] = line.certificate
    ruled = (
        sentence("{why}, inquiry {inquiry}", why=why, inquiry=line.inquiry) if line.inquiry else why
    )
    lost: dict[str, Fact] = {"inquiry": 0, "reason": ruled}  # none of ours
    rest: Mapping[str, list[tuple[Act, dict[str, Fact]]]] = {
        State.FILED: [(Act.FILE, {"place": line.place})],
        State.ISSUED: [(Act.ISSUE, issued)],
        State.IN_TRANSIT: [(Act.DISPATCH, sent)],
        State.WITH_OFFICE: [(Act.DISPATCH, sent), (Act.RECEIPTED, there)],
        State.GIVEN_BACK: [(Act.DISPATCH, sent), (Act.GIVE_BACK, receipt)],
        State.DESTROYED: [(Act.DESTROY, destroyed)],
        State.MISSING: [(Act.MISS, {"reason": why})],
        State.LOST: [(Act.MISS, {"reason": why}), (Act.DECLARE_LOST, lost)],
    }
    return [first, *rest.get(line.state, [])]


def name_of(line: Line) -> str:
    """What the copy of a line goes by: ``21497/2``, or its incoming number."""
    return f"{line.cable}/{line.copy}" if line.direction == IN else line.incoming


def _accepted(line: Line, us: str) -> dict[str, Fact]:
    said: dict[str, Fact] = {
        "owner": line.owner or us,
        "incoming": name_of(line),
        "sheets": line.sheets or 1,
        "owner_cable": line.cable or line.owner_cable,
        "owner_copy": line.copy or line.owner_copy,
        "made": line.made,
        "print_number": line.print_number,
        "whom": line.whom,
        "note": line.note,
    }
    if line.direction == THEIRS:
        said |= {"limit_at": line.limit_at, "limit_to": line.limit_to, "content": line.content}
    return {name: value for name, value in said.items() if value not in ("", 0)}


def _check_numbers(line: Line, fault: _Say) -> None:
    for is_wrong, column, what, do in _WRONG[line.direction]:
        if is_wrong(line):
            fault(column, what, do)


def _merged(members: Sequence[Line], found: list[Fault]) -> Line:
    """What the lines of a telegram say of it together."""
    said: dict[str, str | int] = {}
    for name in (*TELEGRAM_FIELDS, "made"):
        for line in members:
            value = getattr(line, name)
            if value and said.setdefault(name, value) != value:
                column = COLUMN_OF.get(name, name)
                what = sentence(
                    "{value} here, {said} in an earlier row of this telegram",
                    value=value,
                    said=said[name],
                )
                found.append(Fault(line.row, column, what, "Write the same, or leave it empty."))
    if members[0].direction == IN and not said.get("received_at"):
        do = "Give the day on one of its rows."
        found.append(Fault(members[0].row, "received", "the day of receipt is not said", do))
    return replace(members[0], **said)  # type: ignore[arg-type]  # its own fields


def _check_copies(members: Sequence[Line], copies: Sequence[Line], found: list[Fault]) -> None:
    if len(copies) > COPIES_MAX:
        do = sentence("Take {copies_max} at most under one number.", copies_max=COPIES_MAX)
        found.append(
            Fault(
                copies[-1].row,
                "copy",
                sentence("{copies} copies of one telegram", copies=len(copies)),
                do,
            )
        )
    seen: dict[int, int] = {}
    made = max((line.made for line in members), default=0)
    for line in copies:
        if line.copy in seen:
            what = sentence(
                "copy {copy} stands in row {seen} already", copy=line.copy, seen=seen[line.copy]
            )
            found.append(Fault(line.row, "copy", what, "Strike one of them out."))
        seen[line.copy] = line.row
        if made and line.copy > made:
            what = sentence("copy {copy} of {made}", copy=line.copy, made=made)
            found.append(Fault(line.row, "copy", what, "Look which of the two is right."))
    if copies or len(members) > 1:
        lacks = sentence("Give the copy's number.")
        found += [Fault(m.row, "copy", "no copy number", lacks) for m in members if not m.copy]


_WRONG: Mapping[str, tuple[tuple[Callable[[Line], bool], str, str, str], ...]] = {
    IN: (
        (
            lambda line: not line.cable,
            "cable",
            "no cable number, and no owner either",
            "Give one of the two.",
        ),
        (
            lambda line: bool(line.incoming),
            "incoming",
            "a copy of ours bears no incoming number of ours",
            "Leave it out.",
        ),
    ),
    OUT: (
        (
            lambda line: not line.outgoing,
            "outgoing",
            "an outgoing telegram without its number",
            "Give the number.",
        ),
        (
            lambda line: not line.filed_at,
            "filed",
            "the day it was filed is not said",
            "Give the day.",
        ),
        (
            lambda line: bool(line.cable or line.copy or line.owner),
            "direction",
            "an outgoing telegram has no copies here",
            "Give its line alone.",
        ),
    ),
    THEIRS: (
        (
            lambda line: not line.owner,
            "owner",
            "another office's copy without its office",
            "Say whose it is.",
        ),
        (
            lambda line: not line.incoming,
            "incoming",
            "another office's copy bears no number here",
            "Give its stamp.",
        ),
        (
            lambda line: bool(line.cable or line.copy),
            "cable",
            "another office's copy has its owner's numbers",
            "Write them in owner_cable and owner_copy.",
        ),
    ),
}
"""What a line of each direction must and must not say."""

COLUMN_OF: Mapping[str, str] = {
    "filed_at": "filed",
    "received_at": "received",
    "printed_at": "printed",
    "print_number": "print",
    "due_at": "due",
    "limit_at": "limit",
    "with_office": "with",
}
"""Columns of a file that are named shorter than the fields they fill."""
FIELDS: Mapping[str, str] = {
    COLUMN_OF.get(part.name, part.name): part.name for part in fields(Line) if part.name != "row"
}
"""The field that each column of a file fills."""
COUNTS = frozenset(
    {"cable", "copy", "made", "outgoing", "print_number", "sheets", "owner_cable", "owner_copy"}
)
MOMENTS = frozenset({"filed_at", "received_at", "printed_at", "due_at", "limit_at"})
PERSONS = frozenset({"whom", "holder"})
OFFICES = frozenset({"office", "with_office", "owner"})
"""Which fields are whole numbers, moments, persons' and offices' ids; all others are text."""
