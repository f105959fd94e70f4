"""What the office has settled: series and their regimes, cover names, correspondents."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from cablegram.errors import MalformedError, OrderError, UnknownError
from cablegram.model.handling import SPANS, Precedence, Series
from cablegram.model.names import office_id, person_id, series_letter
from cablegram.model.orders import OfficeAct
from cablegram.model.records import Correspondent, CoverName, Setting
from cablegram.model.text import clean
from cablegram.model.times import Counted, ReturnTerm, Unit
from cablegram.registry import (
    backups,
    classifications,
    clearances,
    entries,
    matters,
    numbering,
    readers,
    roster,
)
from cablegram.registry.reading import every
from cablegram.sentences import sentence
from cablegram.wire import canonical
from cablegram.wire import card as card_format
from cablegram.wire import order as order_format

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from cablegram.bureau import Bureau
    from cablegram.ports import Page, Shelves
    from cablegram.registry.orders import Given
    from cablegram.wire.card import Card

CURRENT_SERIES = "series"
HEADING = "heading"
"""The matter that says what an office without a card is called on paper."""
HEADING_MAX = 120
_SERIES = "series/"
_SERIES_KEPT = 64
_KNOWN = "correspondent/"
_EXPECTED = "attachment/"
ATTACHMENT = "attachment"
YES, NO = "yes", "no"


def series(page: Shelves, letter: str = "") -> Series:
    """The regime of a series; of the office's current one if no letter is given.

    Raises:
        UnknownError: no such series is settled here.
    """
    if not letter:
        current = page.settings.get(CURRENT_SERIES)
        letter = "" if current is None else current.value.decode()
    row = page.settings.get(_SERIES + letter)
    if row is None:
        raise UnknownError(
            "series {letter} is not settled here",
            hint="Settle it with `cablegram office series`.",
            letter=letter or sentence("of this office"),
        )
    return read_series(row.value)


def series_or_current(page: Shelves, letter: str) -> Series:
    """The regime of a series, or the current one's where this office has none by that letter."""
    return series(page, letter if page.settings.get(_SERIES + letter) else "")


def all_series(page: Shelves) -> tuple[str, ...]:
    """The letters of every series settled here."""
    rows = page.settings.find(after=Setting(_SERIES, b""))
    begin = takewhile(lambda row: row.name.startswith(_SERIES), rows)
    return tuple(row.name.removeprefix(_SERIES) for row in begin)


def two_by_series(page: Shelves) -> frozenset[str]:
    """The acts the current series asks two persons for; none before a series is settled."""
    settled = page.settings.get(CURRENT_SERIES) is not None
    return series(page).two if settled else frozenset()


def write_series(regime: Series) -> bytes:
    """A regime as canonical JSON; what is as in every series is left out (docs/spec/books.md)."""
    said: dict[str, canonical.Value] = {
        "letter": regime.letter,
        "count": regime.term.count,
        "unit": regime.term.unit.value,
        "counted": regime.term.counted.value,
        "to": regime.term.to,
        "standing": list(regime.standing),
        "allowance": regime.allowance,
        "exempt": regime.exempt.name.lower(),
        "two": [*sorted(regime.two)],
    }
    for name in ("may_hold", "waits"):
        if getattr(regime, name):
            said[name] = sorted(getattr(regime, name))
    for name, (_, _, plain) in SPANS.items():
        if getattr(regime, name) != plain:
            said[name] = getattr(regime, name)
    if not regime.file_copies:
        said["file_copies"] = NO
    for name in ("short_content", "new_letter"):
        if getattr(regime, name):
            said[name] = YES
    return canonical.encode(said)


@lru_cache(_SERIES_KEPT)
def read_series(data: bytes) -> Series:
    """The regime that ``write_series`` wrote, or wrote before it knew as many fields.

    Raises:
        MalformedError: something else.
    """
    said: dict[str, Any] = dict(canonical.decode(data, what="the series"))
    try:
        regime = Series(
            letter=said["letter"],
            term=ReturnTerm(
                said["count"],
                Unit(said["unit"]),
                Counted(said["counted"]),
                clean(said["to"], "the place to return to"),
            ),
            standing=tuple(said["standing"]),
            allowance=int(said["allowance"]),
            exempt=Precedence[said["exempt"].upper()],
            two=frozenset(said["two"]),
            may_hold=frozenset(said.get("may_hold", ())),
            file_copies=said.get("file_copies", YES) == YES,
            short_content=said.get("short_content", NO) == YES,
            new_letter=said.get("new_letter", NO) == YES,
            waits=frozenset(said.get("waits", ())),
            **{name: int(said.get(name, plain)) for name, (_, _, plain) in SPANS.items()},
        )
    except (KeyError, ValueError, TypeError, AttributeError) as exc:
        raise MalformedError("that is not a series", hint="See docs/spec/books.md.") from exc
    if write_series(regime) != data:
        raise MalformedError("the series is not spelled canonically", hint="Settle it again.")
    return regime


def settle(page: Page, given: Given, bureau: Bureau) -> None:
    """Settle a matter by name.

    ``series/T``, ``series`` (the current one), ``cover/NAME``, ``person/ID`` (a person who may
    hold copies; the value is the id again), or ``numbers/cable`` and ``numbers/outgoing/T``,
    whose value is the last number of an existing register, ``clearing/LEVEL``, ``policy/own``,
    or ``heading/ID``, the name of an office that has no card.

    Raises:
        OrderError: there is no such matter.
        CustodyError: our own numbers have passed that one.
    """
    name, value = str(given.first.facts["name"]), str(given.first.facts["value"])
    kind, _, which = name.partition("/")
    if name == CURRENT_SERIES:
        series(page, series_letter(value))
        page.settings.put(Setting(name, value.encode()))
    elif kind in _MATTERS and which:
        _MATTERS[kind](page, which, value, bureau)
    else:
        raise OrderError(
            "there is nothing called {name} to settle", hint="See `--help`.", name=name
        )
    matters.enter(page, given, name, bureau)


def hold_series(page: Shelves, bureau: Bureau) -> None:
    """Hold regimes, which series is current and who clears to the orders that settled them.

    Raises:
        OrderError: a row was written by hand.
    """
    current = page.settings.get(CURRENT_SERIES)
    if current is None:
        _hold_unsettled(page)
        return
    settled: list[tuple[int, str]] = []
    for prefix in (_SERIES, clearances.PREFIX):
        for row in _settled(page, prefix):
            matters.hold(page, row.name, row.value.decode(), bureau)
            if prefix == _SERIES:
                settled.append((_began(page, row.name), row.name.removeprefix(_SERIES)))
    said = matters.newest(page, CURRENT_SERIES, bureau)
    # The first series that was settled is the current one until another is made so.
    letter = min(settled, default=(0, ""))[1] if said is None else str(said.facts["value"])
    if letter != current.value.decode():
        raise matters.by_hand("the current series")


def _began(page: Shelves, name: str) -> int:
    """The leaf at which a matter was settled first."""
    began = page.leaves.find("subject", matters.handle(page, name), 1, limit=1)
    if not began:
        raise matters.by_hand(sentence("when {name} was settled", name=name))
    return began[0].index


def _hold_unsettled(page: Shelves) -> None:
    """Without a current series there is none at all, and no order has ever settled one."""
    ordered = (
        str(order_format.decode(kept.body).facts["name"])
        for kept in every(page.orders, "act", OfficeAct.SETTLE.value)
    )
    if any(_settled(page, _SERIES)) or any(name.startswith(_SERIES) for name in ordered):
        raise matters.by_hand("that no series is current")


def _settled(page: Shelves, prefix: str) -> Iterator[Setting]:
    """What is settled under names that begin so: a handful, beside many other settings."""
    row: Setting | None = Setting(prefix, b"")
    while row is not None:
        rows = page.settings.find(after=row, limit=1)
        row = rows[0] if rows and rows[0].name.startswith(prefix) else None
        if row is not None:
            yield row


def _settle_series(page: Page, which: str, value: str, _: Bureau) -> None:
    regime = read_series(value.encode())
    if which != regime.letter:
        raise OrderError(
            "{series}{which} names another series than it holds",
            hint="Name it right.",
            series=_SERIES,
            which=which,
        )
    page.settings.put(Setting(_SERIES + which, value.encode()))
    if page.settings.get(CURRENT_SERIES) is None:
        page.settings.put(Setting(CURRENT_SERIES, regime.letter.encode()))


def _settle_cover(page: Page, which: str, value: str, bureau: Bureau) -> None:
    cover = clean(which, "a cover name")
    roster.known_person(page, person_id(value), bureau)
    page.cover_names.put(CoverName(cover, value))


def covered(page: Shelves, name: str, bureau: Bureau) -> str:
    """The person a cover name stands for here; the name itself where it stands for nobody.

    Raises:
        OrderError: the books say one, and no order does.
    """
    row = page.cover_names.get(name)
    if row is None:
        return name
    matters.hold(page, f"cover/{name}", row.person, bureau)
    return row.person


def _settle_person(page: Page, which: str, value: str, bureau: Bureau) -> None:
    if which != value:
        raise OrderError(
            "person/{which} names another person than it says", hint="Name them right.", which=which
        )
    roster.known_person(page, person_id(value), bureau)


def _settle_heading(page: Page, which: str, value: str, _: Bureau) -> None:
    heading = clean(value, "a heading", most=HEADING_MAX)
    page.settings.put(Setting(f"{HEADING}/{office_id(which)}", heading.encode()))


def headings(page: Shelves) -> Mapping[str, str]:
    """What offices without a card are called on paper, by id."""
    prefix = f"{HEADING}/"
    return {row.name.removeprefix(prefix): row.value.decode() for row in _settled(page, prefix)}


def _settle_numbers(page: Page, which: str, value: str, _: Bureau) -> None:
    kind, _slash, letter = which.partition("/")
    go_on(page, kind, letter, value)


def go_on(page: Page, kind: str, letter: str, value: str) -> None:
    """Let the numbers of a kind go on from an old register's last, as people write it.

    Raises:
        OrderError: there are no such numbers.
        MalformedError: the last one is not written in digits.
        CustodyError: ours have passed it.
    """
    if kind not in numbering.MAY_GO_ON or (letter != "") != (kind == numbering.OUTGOING):
        raise OrderError(
            "there are no numbers called {kind}",
            hint="Use one of {may_go_on}.",
            kind=kind,
            may_go_on=", ".join(sorted(numbering.MAY_GO_ON)),
        )
    if not value.isascii() or not value.isdecimal():
        raise MalformedError(
            "{value!r} is not a number", hint="Write it in digits.", value=value[:40]
        )
    numbering.go_on_from(page, kind, letter and series_letter(letter), int(value))


_MATTERS: Mapping[str, Callable[[Page, str, str, Bureau], None]] = {
    "series": _settle_series,
    "cover": _settle_cover,
    "person": _settle_person,
    HEADING: _settle_heading,
    "numbers": _settle_numbers,
    clearances.CLEARING: clearances.settle,
    classifications.MATTER: classifications.settle,
    backups.MATTER: backups.settle,
    readers.MATTER: readers.settle,
}


def know(page: Page, given: Given, card: bytes, bureau: Bureau) -> Correspondent:
    """Enter another office's card, on an officer's order that names its digest.

    Raises:
        OrderError: another card than the order's, our own, or an older one than we know.
    """
    facts = given.first.facts
    known = card_format.decode(card)
    if canonical.digest(card) != facts["card"] or known.office != office_id(str(facts["office"])):
        raise OrderError("the order names another card than this", hint="Sign it for this card.")
    if known.office == bureau.name:
        raise OrderError(
            "{office} is ourselves", hint="Give the other office's card.", office=known.office
        )
    before = page.correspondents.get(known.office)
    if before is not None and before.card != card and known.serial <= before.serial:
        raise OrderError(
            "card {serial} of {office} is not newer than card {before_serial}",
            hint="Ask them for their newest card and compare its words again.",
            serial=known.serial,
            office=known.office,
            before_serial=before.serial,
        )
    compared = int(facts.get("compared", "") == "yes")
    same = before is not None and before.card == card
    if same and before is not None:
        compared = max(compared, before.confirmed)
    row = Correspondent(known.office, card, known.serial, compared)
    page.correspondents.put(row)
    matters.enter(page, given, _KNOWN + known.office, bureau, office=known.office)
    return row


def card_of(page: Shelves, office: str) -> Card | None:
    """A correspondent's newest card, or None for a stranger."""
    row = page.correspondents.get(office)
    return None if row is None else card_format.decode(row.card)


def correspondent(page: Shelves, office: str, bureau: Bureau) -> Card:
    """A correspondent's newest card, its words compared, by an officer's order.

    Raises:
        UnknownError: a stranger.
        OrderError: nobody has compared its fingerprint words yet, or no order says so.
    """
    row = page.correspondents.get(office)
    if row is None:
        raise UnknownError(
            "no office {office} is known here",
            hint="Add its card with `correspondent add`.",
            office=office,
        )
    if not row.confirmed:
        raise OrderError(
            "the card of {office} has not been compared",
            hint="Read its words to each other, then `correspondent add --compared`.",
            office=office,
        )
    if not can_sign(page, office, bureau):
        raise matters.by_hand(sentence("that the card of {office} was compared", office=office))
    return card_format.decode(row.card)


def can_sign(page: Shelves, office: str, bureau: Bureau) -> bool:
    """Whether an office can sign to us: its newest card was compared, by the orders about it.

    What its row says of that counts for nothing, either way.

    Raises:
        OrderError: the books have another card than was ordered, or none where one was.
    """
    row = page.correspondents.get(office)
    said = [order.facts for order in matters.all_of(page, _KNOWN + office, bureau)]
    newest = said[-1]["card"] if said else None
    if newest != (None if row is None else canonical.digest(row.card)):
        raise matters.by_hand(sentence("the card of {office}", office=office))
    return any((facts["card"], facts.get("compared")) == (newest, "yes") for facts in said)


def expect(page: Page, sealed: str, telegram: str) -> None:
    """Note that a sealed file is an attachment of this telegram, whether it has come or not."""
    row = page.incoming.get(sealed)
    if row is None:
        page.settings.put(Setting(_EXPECTED + sealed, telegram.encode()))
    elif row.kind == "telegram" and row.state in {"waiting", "refused"}:
        page.incoming.put(replace(row, state=ATTACHMENT, why="", telegram=telegram))


def expected(page: Shelves, sealed: str) -> str:
    """The telegram that a sealed file has been expected for; empty if none has."""
    row = page.settings.get(_EXPECTED + sealed)
    return "" if row is None else row.value.decode()


def enter(page: Page, given: Given, bureau: Bureau, *, numbers: str = "", office: str = "") -> int:
    """The leaf of an act on the office itself."""
    handle = matters.subject(page, bureau)
    return entries.enter_order(
        page, given, bureau, kind=entries.OFFICE, subject=handle, office=office, numbers=numbers
    )
