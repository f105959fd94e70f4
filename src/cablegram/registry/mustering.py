"""A muster in sittings: opened with what must be there, sighted by several, closed by two.

Opening freezes the cut-off: a size of the ledger, and the list of copies in custody under it,
whose digest is on the ledger.  What is done after it is accounted for act by act when it is
closed.  Nothing here changes custody.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cablegram.errors import CablegramError, CustodyError, UnknownError
from cablegram.model import check
from cablegram.model.acts import IN_CUSTODY, Act, State
from cablegram.model.muster import ELSEWHERE, Outcome, conclude
from cablegram.model.records import MusterList, MusterRow
from cablegram.model.text import clean
from cablegram.registry import between, entries, finding, matters, musters, numbering, orders
from cablegram.registry.reading import every
from cablegram.wire import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from cablegram.bureau import Bureau
    from cablegram.model.custody import Copy
    from cablegram.ports import Page, Shelves
    from cablegram.registry.orders import Given

OPEN = "open"
CLOSED = "closed"
EXPECTED = 0
"""The number of the list of what must be there; sittings count from 1."""
NOTHING = "-"
SCANNED = "scanned"
CHECKED = "checked"
TYPED = "typed"
_SCOPE = ("series", "place", "holder", "named", "office", "call")
_MUSTER = "muster"
_DIGITS_MAX = 15


@dataclass(frozen=True, slots=True)
class Sighted:
    """One name of a sitting: the copy it names (a handle, or ``-``) and how it was given."""

    handle: str
    how: str
    name: str


@dataclass(frozen=True, slots=True)
class Concluded:
    """A muster's outcome by handles, with the names that nothing bears and were typed unchecked.

    ``copies`` are all that it speaks of, as they stand.  ``additions`` and ``deletions`` are the
    difference to what had to be there at the last closed muster of the same scope, ``before`` its
    number; 0 for the first.
    """

    outcome: Outcome
    copies: Mapping[str, Copy]
    unknown: tuple[str, ...]
    unchecked: tuple[str, ...]
    before: int
    carried: int
    additions: tuple[str, ...]
    deletions: tuple[str, ...]


def open_(page: Page, given: Given, names: Sequence[str], bureau: Bureau) -> MusterRow:
    """Freeze the cut-off as of now and the list of what must be there.

    ``names`` are the copies of a spot muster; the order has their digest as ``named``.

    Raises:
        CustodyError: nothing falls under it, or the names are not the order's.
        UnknownError: a name is nobody's.
    """
    facts = given.first.facts
    if facts.get("named", "") != (musters.digest_of(names) if names else ""):
        raise CustodyError(
            "the list of copies to muster is not the one that was signed", hint="Sign this list."
        )
    for name in ("place", "note"):
        clean(str(facts.get(name, "")), f"the {name} of the muster")
    expected = sorted(_spanned(page, facts, names, bureau), key=lambda copy: copy.handle)
    # Another office may ask about what we have nothing of: that is an answer, too.
    if not (expected or facts.get("office")) or len(expected) > musters.SIGHTED_MAX:
        raise CustodyError(
            "{expected} copies fall under this muster",
            hint="Span 1 to {sighted_max}: by series, place, holder or by name.",
            expected=len(expected),
            sighted_max=musters.SIGHTED_MAX,
        )
    listed = "\n".join(f"{copy.handle} {copy.state.value}" for copy in expected).encode()
    row = MusterRow(
        number=numbering.take(page, numbering.MUSTER),
        cut_off=bureau.now(),
        officer=given.first.officer,
        second=given.second_person,
        outcome=b"{}",
        state=OPEN,
        size=entries.size(page),
        scope=canonical.encode({name: str(facts[name]) for name in _SCOPE if facts.get(name)}),
    )
    page.musters.add(row)
    frozen: dict[str, str | int] = {
        "expected": canonical.digest(listed),
        "copies": len(expected),
    }
    index = _enter(page, given, row.number, frozen, bureau)
    page.muster_lists.add(
        MusterList(row.number, EXPECTED, given.first.officer, row.cut_off, "", index, listed)
    )
    return row


def sight(page: Page, given: Given, names: Sequence[str], bureau: Bureau) -> MusterList:
    """Keep one sitting: what one person saw in one place, each name as it was given.

    A name that nothing bears is kept and listed at the end; it may be a sheet of nobody's.

    Raises:
        UnknownError: no such muster is open.
        CustodyError: the list is not the order's, or there is nothing on it.
    """
    facts = given.first.facts
    row = opened(page, str(facts["muster"]))
    if facts["sighted"] != musters.digest_of(names) or not 1 <= len(names) <= musters.SIGHTED_MAX:
        raise CustodyError(
            "the list of what was seen is not the one that was signed", hint="Sign this list."
        )
    place = clean(str(facts.get("place", "")), "where it was seen")
    number = page.muster_lists.count("", row.number)
    seen = identify(page, names)
    index = _enter(page, given, row.number, {"sitting": number}, bureau)
    sitting = MusterList(
        muster=row.number,
        number=number,
        officer=given.first.officer,
        at=bureau.now(),
        place=place,
        leaf_index=index,
        listed="\n".join(f"{one.handle} {one.how} {one.name}" for one in seen).encode(),
    )
    page.muster_lists.add(sitting)
    return sitting


def close(page: Page, given: Given, bureau: Bureau) -> MusterRow:
    """Close a muster with the outcome that the two who close it were shown.

    Offices whose copies we saw are owed a signed word that we did.

    Raises:
        UnknownError: no such muster is open.
        CustodyError: the outcome is another by now.
    """
    row = opened(page, str(given.first.facts["muster"]))
    concluded = conclude_now(page, row)
    outcome = encode(page, concluded)
    if canonical.digest(outcome) != given.first.facts["outcome"]:
        raise CustodyError(
            "muster {number} has another outcome than the one that was signed",
            hint="Look at it again, and have both sign it as it is now.",
            number=row.number,
        )
    closed = replace(
        row,
        officer=given.first.officer,
        second=given.second_person,
        outcome=outcome,
        state=CLOSED,
    )
    page.musters.put(closed)
    index = _enter(page, given, row.number, {}, bureau)
    for handle in concluded.outcome.sighted:
        copy = concluded.copies[handle]
        if copy.owner:
            musters.owe_sighting(page, copy, row.cut_off, index)
    return closed


def opened(page: Shelves, said: str) -> MusterRow:
    """An open muster by its number.

    Raises:
        UnknownError: there is none.
    """
    number = int(said) if said.isdecimal() and len(said) <= _DIGITS_MAX else 0
    row = page.musters.get(number)
    if row is None or row.state != OPEN:
        raise UnknownError(
            "no muster {said} is open",
            hint="See those that are with `cablegram muster show`.",
            said=said[:40],
        )
    return row


def identify(page: Shelves, names: Iterable[str]) -> list[Sighted]:
    """What each name that was scanned or typed means here; several sheets stay several."""
    known = _Known(page)
    return [_identified(page, clean(name, "a number that was seen"), known) for name in names]


def conclude_now(page: Shelves, row: MusterRow) -> Concluded:
    """What the muster comes to by all sittings and acts until now."""
    expected = dict(expected_of(page, row.number))
    sittings = [list(sighted(one)) for one in sittings_of(page, row.number)]
    done = since(page, row.size)
    before = _last(page, row)
    had = set() if before is None else {handle for handle, _ in expected_of(page, before.number)}
    handles = {*expected, *done, *had, *(one.handle for seen in sittings for one in seen)}
    now = {h: copy for h in handles if (copy := page.copies.get(h)) is not None}
    scope = scope_of(row)
    elsewhere = {h: now[h] for h in expected if now[h].state in ELSEWHERE}
    within = {h: acts for h, acts in done.items() if h in expected or _falls(page, now[h], scope)}
    outcome = conclude(
        expected,
        now,
        within,
        (one.handle for seen in sittings for one in seen if one.handle != NOTHING),
        musters.confirmed(page, elsewhere, row.cut_off),
    )
    named = [one for seen in sittings for one in seen]
    return Concluded(
        outcome=outcome,
        copies=now,
        unknown=tuple(one.name for one in named if one.handle == NOTHING),
        unchecked=tuple(one.name for one in named if one.how == TYPED),
        before=0 if before is None else before.number,
        carried=len(had),
        additions=tuple(sorted(expected.keys() - had)) if before else (),
        deletions=tuple(sorted(had - expected.keys())),
    )


def encode(page: Shelves, concluded: Concluded) -> bytes:
    """The outcome as the two sign it and the books keep it: names, list by list."""
    names = _Names(page, concluded.copies)
    said: dict[str, canonical.Value] = {
        field: names.all(getattr(concluded.outcome, field))
        for field in Outcome.__dataclass_fields__
    }
    said |= {
        "unknown": list(concluded.unknown),
        "unchecked": list(concluded.unchecked),
        "before": concluded.before,
        "carried": concluded.carried,
        "additions": names.all(concluded.additions),
        "deletions": names.all(concluded.deletions),
    }
    return canonical.encode(said)


def expected_of(page: Shelves, number: int) -> Iterator[tuple[str, State]]:
    """The frozen list: handles, and the states at the cut-off."""
    row = page.muster_lists.get(number, EXPECTED)
    assert row is not None, "opening writes the list"
    for line in row.listed.decode().splitlines():
        handle, _, state = line.partition(" ")
        yield handle, State(state)


def sittings_of(page: Shelves, number: int) -> list[MusterList]:
    """The sittings of a muster, in order."""
    return [row for row in every(page.muster_lists, "", number) if row.number != EXPECTED]


def sighted(sitting: MusterList) -> Iterator[Sighted]:
    """What a sitting saw."""
    for line in sitting.listed.decode().split("\n"):
        handle, how, name = line.split(" ", 2)
        yield Sighted(handle, how, name)


def scope_of(row: MusterRow) -> dict[str, str]:
    """What a muster spans; nothing for all."""
    said = canonical.decode(row.scope, what="the scope of a muster")
    return {name: str(value) for name, value in said.items()}


def still_unsighted(page: Shelves, row: MusterRow) -> list[Copy]:
    """What a closed muster did not see here, as long as no act has touched it since the cut-off."""
    concluded = conclude_now(page, row)
    return [
        copy
        for handle in concluded.outcome.unsighted
        if (copy := concluded.copies[handle]).state in IN_CUSTODY
    ]


class _Names:
    """Copies' names; two that read alike are told apart by their handles."""

    def __init__(self, page: Shelves, copies: Mapping[str, Copy]) -> None:
        self._page = page
        self._copies = copies
        self._cables: dict[str, str] = {}

    def all(self, handles: Iterable[str]) -> list[canonical.Value]:
        """The names, each once and in order."""
        named: dict[str, str] = {}
        for handle in handles:
            named[handle] = self._name(self._copies[handle])
        twice = {name for name, many in Counter(named.values()).items() if many > 1}
        return [f"{n} ({h[:8]})" if n in twice else n for h, n in named.items()]

    def _name(self, copy: Copy) -> str:
        # Ten thousand copies are of far fewer telegrams: each is looked up once.
        if copy.telegram not in self._cables:
            name = finding.name(self._page, copy)
            if copy.telegram:
                self._cables[copy.telegram] = name.partition("/")[0]
            return name
        return f"{self._cables[copy.telegram]}/{copy.number}"


class _Known:
    """Copies by what is scanned, each telegram looked up once."""

    def __init__(self, page: Shelves) -> None:
        self._page = page
        self._us = finding.us(page)
        self._telegrams: dict[int, list[str]] = {}

    def scanned(self, said: check.Scanned) -> str:
        """The handle of the copy that a code names, or ``-``."""
        if said.office != self._us:
            found = finding.by_owner(self._page, said.office, said.cable, said.copy, self._us)
            return NOTHING if found is None else found.handle
        if said.cable not in self._telegrams:
            rows = self._page.telegrams.find("cable", said.cable)
            self._telegrams[said.cable] = [row.handle for row in rows if row.direction == "in"]
        for handle in self._telegrams[said.cable]:
            for copy in self._page.copies.find("telegram", handle, said.copy, limit=1):
                return copy.handle
        return NOTHING


def _enter(
    page: Page, given: Given, number: int, evidence: Mapping[str, str | int], bureau: Bureau
) -> int:
    """The leaf, with what the act itself brought forth beside the order's facts."""
    index = entries.enter_order(
        page,
        given,
        bureau,
        kind=entries.OFFICE,
        subject=matters.subject(page, bureau),
        facts={**given.first.facts, **evidence},
        numbers=f"{_MUSTER} {number}",
    )
    orders.keep(page, given, index)
    return index


def _spanned(
    page: Shelves, facts: Mapping[str, str | int], names: Sequence[str], bureau: Bureau
) -> Iterator[Copy]:
    scope = {name: str(facts[name]) for name in _SCOPE if facts.get(name)}
    if "office" in scope:
        found = between.copies(page, scope["office"], bureau)
        yield from (c for c in found if c.state in IN_CUSTODY and _falls(page, c, scope))
        return
    if names:
        spot = {copy.handle: copy for copy in (finding.copy(page, name) for name in names)}
        yield from (copy for copy in spot.values() if copy.state in IN_CUSTODY)
        return
    for state in sorted(IN_CUSTODY):
        yield from (c for c in every(page.copies, "state", state.value) if _falls(page, c, scope))


def _falls(page: Shelves, copy: Copy, scope: Mapping[str, str]) -> bool:
    """Whether the copy is within the scope; a spot muster takes in nothing beside its names."""
    return (
        "named" not in scope
        and scope.get("series", copy.series) == copy.series
        and copy.place.startswith(scope.get("place", ""))
        and scope.get("holder", copy.holder) == copy.holder
        and ("office" not in scope or between.lies(page, copy, scope["office"]))
    )


def _identified(page: Shelves, name: str, known: _Known) -> Sighted:
    how = SCANNED if check.is_code(name) else CHECKED if check.split(name)[1] else TYPED
    try:
        if how == SCANNED:
            return Sighted(known.scanned(check.read_code(name)), how, name)
        return Sighted(finding.copy(page, name).handle, how, name)
    except CablegramError:
        return Sighted(NOTHING, how, name)


def since(page: Shelves, size: int) -> dict[str, frozenset[Act]]:
    """The acts on each copy after the cut-off."""
    acts: dict[str, set[Act]] = {}
    after = page.leaves.get(size - 1)
    while rows := page.leaves.find(after=after):
        for row in rows:
            if row.kind == entries.COPY:
                acts.setdefault(row.subject, set()).add(Act(row.act))
        after = rows[-1]
    return {handle: frozenset(done) for handle, done in acts.items()}


def _last(page: Shelves, row: MusterRow) -> MusterRow | None:
    """The last closed muster of the same scope before this one."""
    before = [
        one
        for one in every(page.musters, "state", CLOSED)
        if one.number < row.number and one.scope == row.scope
    ]
    return before[-1] if before else None
