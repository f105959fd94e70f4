"""Tallies: a muster that runs across two offices, called, counted and matched by both.

Neither count moves a copy.  Each office makes the matched list for itself; both sign its digest
(docs/spec/tally.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cablegram.errors import CustodyError, UnknownError
from cablegram.model import tally as rules
from cablegram.model.acts import IN_CUSTODY, Act
from cablegram.model.tally import Class, Item, Matched, Word
from cablegram.model.times import instant
from cablegram.registry import (
    alarms,
    announced,
    between,
    entries,
    finding,
    lines,
    mustering,
    offices,
    papers,
    settling,
    vouching,
)
from cablegram.registry.reading import every
from cablegram.wire import canonical
from cablegram.wire import tally as tally_format
from cablegram.wire.leaf import decode_entry

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from cablegram.bureau import Bureau
    from cablegram.model.custody import Copy
    from cablegram.model.records import MusterRow, Paper
    from cablegram.ports import Page, Shelves
    from cablegram.registry.orders import Given

CALLED, COUNTED, MATCHED = "called", "counted", "matched"
_WORD_OF = {Word.AWAY: (Act.RECEIPTED, Act.SETTLE_THERE), Word.DISPUTED: (Act.DISPUTE,)}
"""The acts that stand on a receipt of the other office, by what they make of the copy."""


@dataclass(frozen=True, slots=True)
class Count:
    """One count between us and another office: who called it, and the muster that is ours of it.

    ``cut`` is how many leaves our ledger had at its cut-off.
    """

    digest: str
    office: str
    caller: str
    number: int
    cut_off: str
    answer_by: str = ""


def call(page: Page, given: Given, bureau: Bureau) -> str:
    """Call another office to count what lies between us, at the cut-off of an open muster.

    Raises:
        UnknownError, OrderError: no such muster is open, or no such office is known.
        CustodyError: the muster does not span what lies between us, or it was called before.
    """
    facts = given.first.facts
    row, office = mustering.opened(page, str(facts["muster"])), str(facts["office"])
    offices.correspondent(page, office, bureau)
    if mustering.scope_of(row) not in ({}, {"office": office}):
        raise CustodyError(
            "muster {number} does not span all that lies between us and {office}",
            hint="Open one that does: `cablegram muster open --with {office}`.",
            number=row.number,
            office=office,
        )
    count = tally_format.count_of(bureau.name, office, row.number, row.cut_off)
    if _papers(page, count, lines.OUT, CALLED):
        raise CustodyError(
            "{office} was called to muster {number} before",
            hint="Wait for its count: `cablegram muster show {number}`.",
            office=office,
            number=row.number,
        )
    answer_by = str(facts.get("answer_by", ""))
    if answer_by:
        instant(answer_by)
    offices.enter(page, given, bureau, numbers=f"muster {row.number}", office=office)
    said = Count(count, office, bureau.name, row.number, row.cut_off, answer_by)
    _owe(page, said, {"kind": CALLED, "answer_by": answer_by}, given, bureau)
    return office


def check_call(page: Shelves, given: Given, bureau: Bureau) -> None:
    """Hold a muster that answers a call to the call that came in.

    Raises:
        UnknownError: no such call did.
        CustodyError: it was answered, or the muster spans something else.
    """
    facts = given.first.facts
    if "call" not in facts:
        return
    called = called_by(page, str(facts["call"]))
    if called is None or called.caller == bureau.name or facts.get("office") != called.office:
        raise UnknownError(
            "no such call to count has come in", hint="List those that wait: `cablegram duties`."
        )
    for row, _ in _papers(page, called.digest, lines.IN, CALLED):
        vouching.hold(page, row, bureau)
    if answering(page, called.digest) is not None:
        raise CustodyError(
            "the call of {office} is being answered already",
            hint="Go on with that muster: `cablegram muster show`.",
            office=called.office,
        )


def closed(page: Page, given: Given, number: int, bureau: Bureau) -> None:
    """Owe each office of the muster that was closed our count of what lies between us."""
    row = page.musters.get(number)
    assert row is not None, "it was closed a moment ago"
    counts = counts_of(page, row, bureau)
    if not counts:
        return
    concluded = mustering.conclude_now(page, row)
    away = {*concluded.outcome.unsighted}
    for count in counts:
        items = _items(page, count, away, bureau)
        most = tally_format.ITEMS_MAX
        parts = [items[n : n + most] for n in range(0, max(len(items), 1), most)]
        for part, some in enumerate(parts, start=1):
            listed: list[canonical.Value] = [tally_format.write_item(item) for item in some]
            said: dict[str, canonical.Value] = {
                "kind": COUNTED,
                "part": part,
                "parts": len(parts),
                "items": listed,
            }
            _owe(page, count, said, given, bureau)


def match(page: Page, given: Given, bureau: Bureau) -> str:
    """Sign, by two, what both counts come to; we then owe the other office that word.

    Raises:
        UnknownError: there is no such count.
        CustodyError: a count is not there yet, it was signed before, or it is another list.
    """
    facts = given.first.facts
    count = count_with(page, str(facts["muster"]), str(facts["office"]), bureau)
    found = matched(page, count, bureau)
    if found is None:
        raise CustodyError(
            "the counts of both offices are not there yet",
            hint="Close ours, and take in what the line holds.",
        )
    if _papers(page, count.digest, lines.OUT, MATCHED):
        raise CustodyError(
            "the list with {office} was signed here before",
            hint="See it: `cablegram muster show`.",
            office=count.office,
        )
    for row, _ in _papers(page, count.digest, lines.IN, COUNTED):
        vouching.hold(page, row, bureau)
    digest = canonical.digest(encode(count, found, bureau))
    if facts["matched"] != digest:
        raise CustodyError(
            "the two counts come to another list than the one that was signed",
            hint="Look at it again, and have both sign it as it is.",
        )
    offices.enter(page, given, bureau, numbers=f"muster {count.number}", office=count.office)
    _owe(page, count, {"kind": MATCHED, "matched": digest}, given, bureau)
    for one in found:
        if one.klass is Class.OPEN and one.why == "signed":
            alarms.sound(
                page,
                alarms.FORGOTTEN,
                count.office,
                f"copy {one.copy} of {one.cable} of {one.owner}: "
                f"the counts contradict what was signed between us and {count.office}",
                bureau,
                first=digest,
                second=count.digest,
            )
    return count.office


def encode(count: Count, found: Collection[Matched], bureau: Bureau) -> bytes:
    """The matched list, the same bytes at both offices."""
    first, second = sorted((bureau.name, count.office))
    items: list[canonical.Value] = [
        {
            "owner": one.owner,
            "cable": one.cable,
            "copy": one.copy,
            "first": one.first.value,
            "second": one.second.value,
            "class": one.klass.value,
            "why": one.why,
        }
        for one in found
    ]
    said: dict[str, canonical.Value] = {"count": count.digest, "first": first, "second": second}
    return canonical.encode({**said, "items": items})


def matched(page: Shelves, count: Count, bureau: Bureau) -> list[Matched] | None:
    """What both counts come to; None while one of them is not whole."""
    ours, theirs = (_counted(page, count, direction) for direction in (lines.OUT, lines.IN))
    if ours is None or theirs is None:
        return None
    return rules.match(ours, theirs) if bureau.name < count.office else rules.match(theirs, ours)


def signed(page: Shelves, count: Count) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Who has signed which list: ours under ``out``, theirs under ``in``."""
    found = {}
    for direction in (lines.OUT, lines.IN):
        for _, said in _papers(page, count.digest, direction, MATCHED):
            persons = said["persons"]
            assert isinstance(persons, list), "a matched list is signed by two"
            found[direction] = (str(said["matched"]), tuple(map(str, persons)))
    return found


def counts_of(page: Shelves, row: MusterRow, bureau: Bureau) -> list[Count]:
    """The counts that a muster of ours belongs to: those it called, or the one it answers."""
    scope = mustering.scope_of(row)
    if "call" in scope:
        called = called_by(page, scope["call"])
        return [] if called is None else [called]
    found = []
    for office in page.correspondents.find():
        count = tally_format.count_of(bureau.name, office.office, row.number, row.cut_off)
        for _, said in _papers(page, count, lines.OUT, CALLED):
            by = str(said["answer_by"])
            found.append(Count(count, office.office, bureau.name, row.number, row.cut_off, by))
    return found


def count_with(page: Shelves, muster: str, office: str, bureau: Bureau) -> Count:
    """The count with an office that a muster of ours belongs to.

    Raises:
        UnknownError: there is none.
    """
    row = page.musters.get(int(muster)) if muster.isdecimal() else None
    counts = [] if row is None else counts_of(page, row, bureau)
    found = [count for count in counts if count.office == office]
    if found:
        return found[0]
    raise UnknownError(
        "muster {muster} is not counted with {office}",
        hint="Call them while it is open: `cablegram muster call {muster} --to {office}`.",
        muster=muster[:20],
        office=office,
    )


def called_by(page: Shelves, count: str) -> Count | None:
    """The call of another office that goes by this digest."""
    for row, said in _papers(page, count, lines.IN, CALLED):
        number, by = said["muster"], str(said["answer_by"])
        assert isinstance(number, int), "a tally numbers its muster"
        return Count(count, row.office, row.office, number, str(said["cut_off"]), by)
    return None


def answering(page: Shelves, count: str) -> MusterRow | None:
    """Our muster that answers a call."""
    found = (row for row in every(page.musters) if mustering.scope_of(row).get("call") == count)
    return next(found, None)


def waiting(page: Shelves) -> Iterator[Count]:
    """Calls of other offices that no muster of ours answers."""
    for office in page.correspondents.find():
        for row in every(page.papers, "office", office.office, lines.IN):
            if row.kind == papers.TALLY and tally_format.decode(row.body).kind == CALLED:
                called = called_by(page, row.subject)
                if called is not None and answering(page, row.subject) is None:
                    yield called


def not_seen_there(page: Shelves, row: MusterRow, bureau: Bureau) -> list[Copy]:
    """Copies that the other office answers for, and that the list we both have leaves open."""
    found = []
    for count in counts_of(page, row, bureau):
        ours_first = bureau.name < count.office
        for one in matched(page, count, bureau) or ():
            copy = finding.by_owner(page, one.owner, one.cable, one.copy, bureau.name)
            ours = one.first if ours_first else one.second
            if one.klass is Class.OPEN and ours is Word.AWAY and copy is not None:
                found += [copy] if copy.state in IN_CUSTODY else []
    return found


def _items(page: Page, count: Count, away: Collection[str], bureau: Bureau) -> list[Item]:
    cut = _cut(page, count, bureau)
    found = {copy.handle: copy for copy in between.copies(page, count.office, bureau)}
    changed = [page.copies.get(handle) for handle in mustering.since(page, cut)]
    found |= {copy.handle: copy for copy in changed if copy is not None}
    items: dict[rules.Key, Item] = {}
    for copy in found.values():
        item = _item(page, copy, count.office, cut, bureau, seen=copy.handle not in away)
        if item is not None and item.key not in items:
            items[item.key] = item
    for item in _contested(page, count, cut, bureau):
        items.setdefault(item.key, item)
    return sorted(items.values(), key=lambda item: item.key)


def _item(
    page: Page, copy: Copy, office: str, cut: int, bureau: Bureau, *, seen: bool
) -> Item | None:
    cable, number = papers.owners_numbers(page, copy)
    was, now = between.before(page, copy, office, cut), between.now(page, copy, office)
    ends = {Word.NONE, Word.ENDED, Word.DESTROYED}
    if not cable or not number or (was in ends and now in ends):
        return None
    if now is Word.NONE:
        now = Word.DESTROYED if copy.state.value == "destroyed" else Word.HOME
    sent = papers.went_under(page, copy)
    return Item(
        owner=copy.owner or bureau.name,
        cable=cable,
        copy=number,
        was=was,
        now=now,
        seen=int(seen or now is not Word.HERE),
        sheets=copy.sheets,
        under=sent.subject if sent is not None and now in {Word.SENT, Word.AWAY} else "",
        word=_word(page, copy, now),
    )


def _word(page: Page, copy: Copy, now: Word) -> str:
    """The newest paper of the other office that our word on the copy stands on."""
    if now in {Word.HERE, Word.PASSED}:
        under = papers.came_under(page, copy)
        return "" if under is None else under.digest
    wanted = _WORD_OF.get(now, (Act.COME_BACK,) if now is Word.HOME else ())
    for leaf in reversed(list(every(page.leaves, "subject", copy.handle))):
        if leaf.act in wanted:
            facts = entries.facts(decode_entry(leaf.entry))
            return str(facts.get("receipt", "") or facts.get("transmittal", ""))
    return ""


def _contested(page: Page, count: Count, cut: int, bureau: Bureau) -> Iterator[Item]:
    """Copies of their transmittals that we disputed, and that are not settled by both."""
    for offer in announced.offers(page, bureau):
        item = offer.item
        said = settling.words(page, offer.transmittal, offer.office, item.cable, item.copy)
        settled = said.our_outcome == said.their_outcome == settling.BACK
        if offer.office != count.office or settling.DISPUTED not in said.ours or settled:
            continue
        contested = page.papers.get(said.ours[settling.DISPUTED].digest)
        is_old = contested is not None and contested.leaf_index < cut
        was = Word.DISPUTED if is_old else Word.NONE
        yield Item(
            item.owner, item.cable, item.copy, was, Word.DISPUTED, 1, item.sheets,
            word=offer.transmittal,
        )  # fmt: skip


def _cut(page: Page, count: Count, bureau: Bureau) -> int:
    """How many leaves our ledger had at the cut-off: by our own clock where they called."""
    if count.caller == bureau.name:
        row = page.musters.get(count.number)
        assert row is not None, "we called it"
        return row.size
    size = entries.size(page)
    while size:
        leaf = page.leaves.get(size - 1)
        if leaf is None or decode_entry(leaf.entry).at <= count.cut_off:
            break
        size -= 1
    return size


def _owe(
    page: Page, count: Count, said: dict[str, canonical.Value], given: Given, bureau: Bureau
) -> Paper:
    persons = [] if said["kind"] == CALLED else [given.first.officer, given.second_person]
    debt: dict[str, canonical.Value] = {
        "at": bureau.now(),
        "caller": count.caller,
        "muster": count.number,
        "cut_off": count.cut_off,
        "persons": list(persons),
        **said,
    }
    leaf = entries.size(page) - 1
    order = given.digest
    return papers.owe(page, papers.TALLY, count.office, debt, leaf, order=order, about=count.digest)


def _papers(
    page: Shelves, count: str, direction: str, kind: str
) -> list[tuple[Paper, dict[str, canonical.Value]]]:
    """The papers of a count one way, of one kind, with what each says, signed or not."""
    found = []
    for row in every(page.papers, "subject", count, papers.TALLY):
        body = canonical.decode(row.body, what="a tally")
        said = papers.debt_of(row) if row.state == papers.OWED else dict(body)
        if (row.direction, said["kind"]) == (direction, kind):
            found.append((row, said))
    return found


def _counted(page: Shelves, count: Count, direction: str) -> list[Item] | None:
    """One office's whole count; None while a part of it is missing."""
    items: list[Item] = []
    parts: set[int] = set()
    wanted = 0
    for _, said in _papers(page, count.digest, direction, COUNTED):
        part, wanted = said["part"], said["parts"]  # type: ignore[assignment]  # the format's own
        parts.add(part)  # type: ignore[arg-type]  # the format's own
        items += papers.items_of(said)
    return items if wanted and len(parts) == wanted else None
