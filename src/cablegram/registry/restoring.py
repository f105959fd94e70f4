"""Restored books: what they may not do, whom they must hear, and how they go on.

The state is read from the orders ``restore`` and ``resume``, each held to its leaf
(docs/spec/restoring.md); no row of its own could be taken away unseen.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from cablegram.errors import CircuitError, OrderError
from cablegram.ledger import showing
from cablegram.model.line import GAP_MAX
from cablegram.model.names import office_id, series_letter
from cablegram.model.orders import OfficeAct, Order
from cablegram.model.records import Circuit, Counter
from cablegram.model.text import clean
from cablegram.model.times import instant
from cablegram.registry import entries, lines, numbering, offices, papers, proving
from cablegram.registry.reading import every
from cablegram.wire import canonical
from cablegram.wire import receipt as receipt_format

if TYPE_CHECKING:
    from cablegram.bureau import Bureau
    from cablegram.model.custody import Copy
    from cablegram.model.records import Telegram
    from cablegram.ports import Page, Shelves
    from cablegram.registry.orders import Given

STANDING: Final = "standing"
A_DAY: Final = 1000
A_DAY_MAX: Final = 100_000
AGAIN_MAX: Final = 20
LINE_JUMP: Final = 100
WAIVED_JUMP: Final = 500
COPY_JUMP: Final = 10
NOTHING: Final = "-"
_ROUND = 1000
_SERIES = "series/"
_DAY_S = 86_400
assert WAIVED_JUMP < GAP_MAX, "a jump must look like a gap to its receiver, never like a fork"


def last(page: Shelves, bureau: Bureau) -> tuple[Order, int] | None:
    """The newest restore of these books and its leaf; None where they never were restored."""
    rows = proving.restores(page, bureau)
    return rows[-1] if rows else None


def waiting(page: Shelves, bureau: Bureau) -> tuple[Order, int] | None:
    """The restore after which nobody has ordered to resume yet; None if there is none."""
    restored = last(page, bureau)
    if restored is None:
        return None
    for row in every(page.orders, "act", OfficeAct.RESUME.value):
        entry = entries.held(page, row.leaf_index)
        is_done = entry is not None and row.digest in {entry.order, entry.seconds}
        if is_done and row.leaf_index > restored[1]:
            return None
    return restored


def refuse_sending(page: Shelves, bureau: Bureau) -> None:
    """Refuse whatever would leave a restored office.

    Raises:
        CircuitError: it has not resumed yet.
    """
    if waiting(page, bureau) is not None:
        raise CircuitError(
            "{office} was restored from a backup and sends nothing yet",
            hint="Hear from each correspondent and give it a new series: see `cablegram resume`.",
            office=bureau.name,
        )


def refuse_print(page: Shelves, copy: Copy, bureau: Bureau) -> None:
    """Refuse to print a copy that was allotted before the books were restored.

    Raises:
        OrderError: it may have been printed since the backup was made.
    """
    restored = last(page, bureau)
    if restored is None:
        return
    first = page.leaves.find("subject", copy.handle, limit=1)
    if not first or first[0].index < restored[1]:
        raise OrderError(
            "copy {number} was allotted before the backup was restored, "
            "and may have been printed since",
            hint="Void it, and allot another copy.",
            number=copy.number,
        )


def begin(page: Page, given: Given, bureau: Bureau) -> str:
    """Note that these books come from a backup, and jump over numbers used since.

    Raises:
        OrderError: not the office's own order, or not the first on a ledger of a new name.
    """
    facts = given.first.facts
    if given.first.officer != bureau.name:
        raise OrderError(
            "a restore is ordered by the office key alone", hint="Use `cablegram restore`."
        )
    if facts["origin"] == bureau.origin or any(
        order.origin == bureau.origin for order, _ in proving.restores(page, bureau)
    ):
        raise OrderError(
            "these books were not restored under a new ledger", hint="Use `cablegram restore`."
        )
    if facts["series"] != series_used(page):
        raise OrderError("the order names other series than the books", hint="Sign it again.")
    made_at, a_day = instant(str(facts["made_at"])), int(facts["a_day"])
    days = max(0, (instant(bureau.now()) - made_at).total_seconds()) // _DAY_S + 1
    if not 0 < a_day <= A_DAY_MAX:
        raise OrderError(
            "{a_day} numbers a day", hint="Give 1 to {a_day_max}.", a_day=a_day, a_day_max=A_DAY_MAX
        )
    again = int(facts.get("again", 0))
    if again > AGAIN_MAX:
        raise OrderError(
            "restored {again} times before",
            hint="Give {again_max} at most.",
            again=again,
            again_max=AGAIN_MAX,
        )
    for row in list(every(page.numbers)):
        if row.kind in numbering.JUMPED:
            page.numbers.put(replace(row, last=beyond(row.last, a_day, int(days), again)))
    for kind in numbering.JUMPED - {numbering.OUTGOING}:
        if page.numbers.get(kind, "") is None:
            page.numbers.put(Counter(kind, "", beyond(0, a_day, int(days), again)))
    offices.enter(page, given, bureau, numbers=f"restored at {facts['size']}")
    return str(facts["origin"])


def series_used(page: Shelves) -> str:
    """The letters of every series that these books know, one blank between.

    One that is settled and unused here may have been used since the backup was made.
    """
    used = {row.series for row in every(page.numbers) if row.kind == numbering.OUTGOING}
    used |= {
        row.name.removeprefix(_SERIES)
        for row in every(page.settings)
        if row.name.startswith(_SERIES)
    }
    return " ".join(sorted(used)) or NOTHING


def refuse_series(page: Shelves, letter: str, bureau: Bureau) -> None:
    """Refuse a letter in a series that ended when the books were restored.

    Raises:
        OrderError: its numbers may have been used since the backup was made.
    """
    for order, _ in proving.restores(page, bureau):
        if letter in str(order.facts["series"]).split():
            raise OrderError(
                "series {letter} ended when {office} was restored from a backup",
                hint="Draft it again in the series that was begun since.",
                letter=letter,
                office=bureau.name,
            )


def next_copy(page: Shelves, telegram: Telegram, bureau: Bureau) -> int:
    """The number of the next extra copy, beyond those that may have been made since a backup."""
    newest = page.copies.find("telegram", telegram.handle, telegram.copies, limit=1)
    made = next(
        (leaf.index for row in newest for leaf in page.leaves.find("subject", row.handle, limit=1)),
        -1,
    )
    # Each restore since then has lost books that may have gone on from there.
    lost = sum(
        1 + int(order.facts.get("again", 0))
        for order, index in proving.restores(page, bureau)
        if made < index
    )
    return telegram.copies + COPY_JUMP * lost + 1


def beyond(last_: int, a_day: int, days: int, again: int = 0) -> int:
    """A number that none taken in so many days has reached: the next full thousand.

    ``again`` counts the books that were restored from the same backup before these: each of
    them jumped likewise, and took numbers from there (models/numbers.pml).
    """
    for _ in range(again + 1):
        last_ = -(-(last_ + a_day * days) // _ROUND) * _ROUND
    return last_


def stands(page: Shelves, office: str) -> dict[str, str | int]:
    """What we have of an office's: the facts of an order to ``stand``.

    Raises:
        CircuitError: something of theirs waits to be opened.
    """
    for row in every(page.incoming, "state", "waiting"):
        if row.claimed == office and row.kind == "telegram":
            raise CircuitError(
                "outer {outer_number} of {office} has not been opened yet",
                hint="Open it with `cablegram open {outer_number}` first.",
                outer_number=row.outer_number,
                office=office,
            )
    letters, sheets = (
        lines.stand(page, office, lines.IN),
        lines.stand(page, office, lines.PAPERS_IN),
    )
    series = sorted(
        {
            row.series
            for row in every(page.telegrams, "received", "in")
            if row.office == office and row.series
        }
    )
    return {
        "office": office,
        "circuit": letters.number,
        "letter": letters.letter or NOTHING,
        "papers": sheets.number,
        "paper": sheets.letter or NOTHING,
        "series": " ".join(series) or NOTHING,
    }


def stand(page: Page, given: Given, bureau: Bureau) -> str:
    """Say to an office what we have of theirs, so that it may go on from a backup.

    Raises:
        CircuitError: something of theirs waits to be opened.
        OrderError: the order says other than the books.
    """
    office = office_id(str(given.first.facts["office"]))
    offices.correspondent(page, office, bureau)  # a stranger is refused here
    if stands(page, office) != dict(given.first.facts):
        raise OrderError(
            "the order says other than our books have of {office}",
            hint="Sign it again.",
            office=office,
        )
    index = offices.enter(page, given, bureau, office=office)
    debt: dict[str, canonical.Value] = {
        "kind": STANDING,
        "subject": _card(page, office),
        "at": bureau.now(),
    }
    papers.owe(page, papers.RECEIPT, office, debt, index, order=given.digest)
    return office


def _card(page: Shelves, office: str) -> str:
    row = page.correspondents.get(office)
    assert row is not None, "whoever asks has looked the correspondent up"
    return canonical.digest(row.card)


def to_hear(page: Shelves, bureau: Bureau) -> dict[str, dict[str, str | int] | None]:
    """Every correspondent with whom there is a line, and how it stood since the restore."""
    restored = last(page, bureau)
    since = restored[1] if restored is not None else 0
    found: dict[str, dict[str, str | int] | None] = {
        row.office: None for row in every(page.circuits)
    }
    for office in found:
        for row in every(page.papers, "office", office, lines.IN):
            if row.kind != papers.RECEIPT or row.leaf_index < since:
                continue
            receipt = receipt_format.decode(row.body)
            if receipt.kind == STANDING:
                card = offices.correspondent(page, office, bureau)
                shown = showing.check(receipt.proof, card.ledger_key)
                said = canonical.decode(shown["evidence"].encode(), what="a standing")
                found[office] = _checked(said, bureau.name)
    return found


def _checked(said: dict[str, canonical.Value], us: str) -> dict[str, str | int] | None:
    match said:
        case {
            "office": str(office),
            "circuit": int(),
            "letter": str(),
            "papers": int(),
            "paper": str(),
            "series": str(),
        } if office == us:
            return {name: value for name, value in said.items() if isinstance(value, str | int)}
    return None


def resume(page: Page, given: Given, bureau: Bureau) -> str:
    """Let a restored office send again: a new series, and lines that go on from what others have.

    Raises:
        OrderError: it is not restored, the series is not new, or somebody was not heard.
    """
    restored = waiting(page, bureau)
    if restored is None:
        raise OrderError(
            "{office} is not restored, or has resumed already",
            hint="Send as ever.",
            office=bureau.name,
        )
    facts = given.first.facts
    letter = series_letter(str(facts["series"]))
    waived = str(facts.get("waived", "")).split()
    if waived:
        clean(str(facts.get("reason", "")), "the reason")
        if not facts.get("reason"):
            raise OrderError("a correspondent was waived without a reason", hint="Say why.")
    heard = to_hear(page, bureau)
    _check_series(page, letter, heard, bureau)
    silent = sorted(o for o, said in heard.items() if said is None and o not in waived)
    if silent:
        raise OrderError(
            "nothing has been heard from {silent} since the backup was restored",
            hint="Have them order `cablegram correspondent standing`, take it in; or waive them.",
            silent=", ".join(silent),
        )
    for office, said in heard.items():
        _go_on(page, office, lines.OUT, said, "circuit", "letter")
        _go_on(page, office, lines.PAPERS_OUT, said, "papers", "paper")
    if any(said is None for said in heard.values()):
        page.numbers.put(Counter(numbering.OUTGOING, letter, numbering.last(page, numbering.CABLE)))
    offices.enter(page, given, bureau, numbers=f"series {letter}")
    return letter


def _check_series(
    page: Shelves, letter: str, heard: dict[str, dict[str, str | int] | None], bureau: Bureau
) -> None:
    if offices.series(page, letter) != offices.series(page):
        raise OrderError(
            "series {letter} is not the current one",
            hint="Make it so: `cablegram office series {letter} --current`.",
            letter=letter,
        )
    refuse_series(page, letter, bureau)
    seen = {one for said in heard.values() if said for one in str(said["series"]).split()}
    if page.numbers.get(numbering.OUTGOING, letter) is not None or letter in seen:
        raise OrderError(
            "series {letter} has been used",
            hint="Settle a letter that was never used.",
            letter=letter,
        )


def _go_on(
    page: Page,
    office: str,
    direction: str,
    said: dict[str, str | int] | None,
    number: str,
    letter: str,
) -> None:
    """Let a line of ours go on beyond all that the other office may have of it."""
    ours = lines.stand(page, office, direction)
    newest = Circuit(office, direction, ours.number, ours.letter)
    jump = WAIVED_JUMP
    if said is not None:
        jump = LINE_JUMP
        if int(said[number]) > ours.number:
            newest = replace(newest, number=int(said[number]), letter=str(said[letter]))
    if newest.number:
        page.circuits.put(replace(newest, number=newest.number + jump))
