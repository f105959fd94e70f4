"""Balances: an old register read against the books, row by row, before anything is taken on.

Nothing here writes.  What a file says in words (a person's name, a local date, an office's
heading) becomes what is signed: ids, moments in UTC, counts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cablegram.errors import CablegramError, MalformedError
from cablegram.model import balance
from cablegram.model.acts import FINAL, SHEETS_MAX, State
from cablegram.model.balance import IN, OUT, THEIRS, Fault, Group, Line
from cablegram.model.dates import read_date
from cablegram.model.handling import Precedence
from cablegram.model.names import FILE, office_id, series_letter
from cablegram.model.text import clean
from cablegram.model.times import Counted
from cablegram.registry import finding, naming, offices, regimes, serving
from cablegram.sentences import sentence
from cablegram.wire import balance as format_
from cablegram.wire import canonical

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cablegram.bureau import Bureau
    from cablegram.model.handling import Series
    from cablegram.ports import Shelves
    from cablegram.wire.balance import Row

FAULTS_MAX = 10_000
_LONG = {"content": 500, "reason": 250, "note": 500, "place": 500}
_NUMBERS = {"sheets": SHEETS_MAX, "copy": balance.COPY_MAX, "made": balance.COPIES_MAX}


@dataclass(frozen=True, slots=True)
class Read:
    """A file as it was understood: what would be taken on, and what stands against it."""

    source: str
    groups: tuple[Group, ...]
    faults: tuple[Fault, ...]

    @property
    def telegrams(self) -> int:
        """How many lines of a register it has."""
        return sum(one.telegram is not None for one in self.groups)

    @property
    def copies(self) -> int:
        """How many copies it has."""
        return sum(len(one.copies) for one in self.groups)


def read(view: Shelves, data: bytes, bureau: Bureau, encoding: str = "") -> Read:
    """A file as people write it, held to itself and to the books.

    Batches of it that are on charge already are not held to the books again.

    Raises:
        MalformedError: the file as a whole cannot be read.
    """
    source = canonical.digest(data)
    reader = _Reader(view, bureau)
    lines = [reader.line(row) for row in format_.read_csv(data, encoding)]
    faults = reader.faults
    groups, torn = balance.group(lines)
    if any(fault.column == "cable" for fault in faults):
        # A row whose number cannot be read leaves its telegram, and may have had the day of it.
        torn = [fault for fault in torn if fault.column != "received"]
    faults += _unsaid(faults, torn)
    checked = [fault for line in _all(groups) for fault in balance.check(line)]
    faults += _unsaid(faults, checked)
    bad = {fault.row for fault in faults}
    taken = {row.batch for row in view.balances.find("", source)}
    fresh = [
        one
        for number, batch in enumerate(balance.batches(groups), 1)
        if number not in taken
        for one in batch
    ]
    faults += [f for f in held(view, fresh, bureau) if f.row not in bad]
    return Read(source, tuple(groups), tuple(sorted(faults, key=lambda f: f.row)[:FAULTS_MAX]))


def held(view: Shelves, groups: Sequence[Group], bureau: Bureau) -> list[Fault]:
    """What the books have against these groups: numbers that are taken, persons unknown."""
    books = _Books(view, bureau)
    for one in groups:
        if one.telegram is not None:
            books.telegram(one.telegram)
        for line in one.copies:
            books.copy(line)
    return books.faults


def _unsaid(before: Sequence[Fault], more: Sequence[Fault]) -> list[Fault]:
    """Faults of cells that nothing was found against yet: a date that cannot be read is one."""
    told = {(fault.row, fault.column) for fault in before}
    return [fault for fault in more if (fault.row, fault.column) not in told]


def _all(groups: Sequence[Group]) -> list[Line]:
    return [line for one in groups for line in one.copies or (one.telegram,) if line is not None]


class _Reader:
    """Turns cells into fields; what cannot be turned is a fault, and the field stays empty."""

    def __init__(self, view: Shelves, bureau: Bureau) -> None:
        self.faults: list[Fault] = []
        self._bureau = bureau
        self._view = view
        self._people = naming.People(view, bureau)
        self._offices = naming.offices(view, bureau)
        self._regimes: dict[str, Series] = {}

    def line(self, row: Row) -> Line:
        said: dict[str, str | int] = {}
        for column, text in row.cells.items():
            field = balance.FIELDS[column]
            try:
                said[field] = self._field(field, text)
            except CablegramError as error:
                self.faults.append(Fault(row.number, column, error.what, error.hint))
        direction = str(said.pop("direction", "")) or (THEIRS if said.get("owner") else IN)
        found = Line(row.number, direction, **said)  # type: ignore[arg-type]  # each is its field's
        try:
            return self._filled(found)
        except CablegramError as error:
            self.faults.append(Fault(row.number, "series", error.what, error.hint))
            return found

    def _field(self, field: str, text: str) -> str | int:
        if field in balance.COUNTS:
            most = _NUMBERS.get(field, balance.NUMBER_MAX)
            if not text.isascii() or not text.isdecimal() or not 1 <= int(text[:12]) <= most:
                raise MalformedError(
                    "{text!r} is no number here",
                    hint="Write 1 to {most} in digits.",
                    text=text[:40],
                    most=most,
                )
            return int(text)
        if field in balance.MOMENTS:
            return read_date(text, self._bureau.zone)
        if field in balance.PERSONS:
            return FILE if (field, text) == ("whom", FILE) else self._people.one(text)
        if field in balance.OFFICES:
            return self._office(text)
        return self._word(field, text)

    def _word(self, field: str, text: str) -> str:
        if field == "direction" and text not in {IN, OUT, THEIRS}:
            raise MalformedError(
                "{text!r} is no direction", hint="Use in, out or theirs.", text=text[:40]
            )
        if field == "series":
            return series_letter(text)
        if field == "state":
            return text.lower().replace(" ", "_").replace("-", "_")
        if field == "precedence" and text.upper() not in Precedence.__members__:
            known = ", ".join(one.name.lower() for one in Precedence)
            raise MalformedError(
                "{text!r} is no precedence", hint="Use {known}.", text=text[:40], known=known
            )
        if field == "precedence":
            return text.lower()
        return clean(text, field.replace("_", " "), most=_LONG.get(field, 200))

    def _office(self, text: str) -> str:
        known = self._offices.get(naming.folded(text))
        return known or office_id(text)

    def _filled(self, line: Line) -> Line:
        """The line with what follows of itself: series, due date, place of return."""
        if line.direction == THEIRS and not line.copy and not line.cable:
            line = replace(line, made=0)
        letter = line.series
        if letter not in self._regimes:
            self._regimes[letter] = offices.series_or_current(self._view, letter)
        regime = self._regimes[letter]
        more: dict[str, str] = {}
        if line.state == State.ISSUED:
            begins = line.printed_at if regime.term.counted is Counted.PRINTED else line.received_at
            if not line.due_at and begins:
                more["due_at"] = regime.term.due(begins, self._bureau.zone)
            if not line.return_to:
                more["return_to"] = regime.term.to
        on_way = {State.IN_TRANSIT, State.WITH_OFFICE, State.GIVEN_BACK}
        if line.state in on_way and not line.due_at:
            more["due_at"] = serving.receipt_due(self._bureau.now())
        return replace(line, **more) if more else line  # type: ignore[arg-type]  # texts all


class _Books:
    """Holds lines to the books, and to numbers that earlier lines of the same list take."""

    def __init__(self, view: Shelves, bureau: Bureau) -> None:
        self.faults: list[Fault] = []
        self._view = view
        self._bureau = bureau
        self._names: dict[str, int] = {}
        self._owned: dict[tuple[str, int, int], int] = {}
        self._runs: dict[int, int] = {}
        self._known: dict[str, bool] = {}

    def telegram(self, line: Line) -> None:
        """Whether its number may be taken, and its words written."""
        self._content(line)
        if line.direction == OUT:
            for row in self._view.telegrams.find("outgoing", line.outgoing):
                if row.direction == OUT and row.series == self._series(line):
                    do = "Strike it out: it is on charge."
                    self._fault(
                        line,
                        "outgoing",
                        sentence("{outgoing} is in the register", outgoing=line.outgoing),
                        do,
                    )
            return
        if any(row.direction == IN for row in self._view.telegrams.find("cable", line.cable)):
            do = "Strike it out, or look for it with `cablegram where`."
            self._fault(line, "cable", sentence("{cable} is in the register", cable=line.cable), do)

    def copy(self, line: Line) -> None:
        """Whether its number may be taken and its persons are known."""
        name = balance.name_of(line)
        before = self._names.setdefault(name, line.row)
        if before != line.row:
            self._fault(
                line,
                "incoming",
                sentence("{name} stands in row {before}", name=name, before=before),
                "Strike one out.",
            )
        elif self._taken(line, name):
            do = "Look for it with `cablegram where`; strike it out if it is the same copy."
            self._fault(line, "incoming", sentence("a copy goes by {name} here", name=name), do)
        if line.direction == THEIRS:
            self._content(line)
            if line.owner_cable:
                self._owner(line)
        if line.print_number:
            self._run(line)
        for column in ("whom", "holder"):
            person = getattr(line, column)
            if person and person != FILE and not self._knows(person):
                do = sentence(
                    "Make them known with `cablegram office person {person}`.", person=person
                )
                self._fault(
                    line,
                    column,
                    sentence("the books know nobody called {person}", person=person),
                    do,
                )
        if self._bureau.name in {line.with_office, line.owner}:
            self._fault(line, "with", "that office is ourselves", "Name the other office.")

    def _content(self, line: Line) -> None:
        if line.content:
            try:
                regimes.check_short_content(offices.series_or_current(self._view, line.series))
            except CablegramError as error:
                self._fault(line, "content", error.what, error.hint)

    def _taken(self, line: Line, name: str) -> bool:
        if line.direction == IN:  # its telegram's number was looked at
            return bool(self._view.copies.find("incoming", name, limit=1))
        try:
            finding.copy(self._view, name)
        except CablegramError:
            return False
        return True

    def _owner(self, line: Line) -> None:
        key = (line.owner, line.owner_cable, line.owner_copy)
        before = self._owned.setdefault(key, line.row)
        if line.state in FINAL:
            return
        if before != line.row:
            what = sentence(
                "{owner_cable}/{owner_copy} of {owner} stands in row {before}",
                owner_cable=line.owner_cable,
                owner_copy=line.owner_copy,
                owner=line.owner,
                before=before,
            )
            self._fault(line, "owner_copy", what, "Strike one out.")
        for copy in self._view.copies.find("owner", *key):
            if copy.state not in FINAL:
                do = "Strike it out: it is on charge."
                self._fault(
                    line,
                    "owner_copy",
                    sentence("it is here as {incoming}", incoming=copy.incoming),
                    do,
                )

    def _run(self, line: Line) -> None:
        of = line.cable
        before = self._runs.setdefault(line.print_number, of)
        if before != of or self._view.print_runs.get(line.print_number) is not None:
            what = sentence(
                "print number {print_number} is another telegram's", print_number=line.print_number
            )
            self._fault(line, "print", what, "Look which of the two is right, or leave it empty.")

    def _series(self, line: Line) -> str:
        return line.series or offices.series(self._view).letter

    def _knows(self, person: str) -> bool:
        if person not in self._known:
            self._known[person] = self._view.persons.get(person) is not None
        return self._known[person]

    def _fault(self, line: Line, column: str, what: str, do: str) -> None:
        self.faults.append(Fault(line.row, column, what, do))


def columns() -> Mapping[str, str]:
    """The columns a file may have, and what kind of thing stands in each."""
    kinds = (
        (balance.COUNTS, "number"),
        (balance.MOMENTS, "date"),
        (balance.PERSONS, "person"),
        (balance.OFFICES, "office"),
    )
    return {
        column: next((kind for names, kind in kinds if field in names), "text")
        for column, field in balance.FIELDS.items()
    }
