"""Readers: the age key that a person's copies are sealed to (docs/spec/reading.md).

A key is a matter of its own (``reader/PERSON``).  What counts is the newest order about it on the
ledger, and the row beside it must say the same: nobody seals to what was written by hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from cablegram.errors import CustodyError, MalformedError, OrderError, UnknownError
from cablegram.ledger import log
from cablegram.model.names import person_id
from cablegram.model.orders import OfficeAct
from cablegram.model.records import Setting
from cablegram.model.roles import Role, read_roles
from cablegram.model.text import clean
from cablegram.model.times import instant, moment
from cablegram.registry import entries, matters, numbering, proving, roster
from cablegram.registry.reading import every
from cablegram.sentences import sentence
from cablegram.wire import bech32
from cablegram.wire import card as card_format

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cablegram.bureau import Bureau
    from cablegram.ports import Page, Shelves
    from cablegram.registry.orders import Given

MATTER = "reading"
FIRST, CHANGED, BROWSER = "first", "changed", "browser"
HOURS: Final = {FIRST: 0, CHANGED: 24}
"""How long a key waits until it is sealed to, in hours, where the office has settled nothing."""
HOURS_MAX = 8784
ANY_LEVEL = "*"

_KEY = "reader/"
_KINDS = {"age1pq": ("mlkem768x25519", 1216), "age": ("x25519", 32)}
"""By the prefix of its text: what a recipient is called, and how many bytes it has."""


@dataclass(frozen=True, slots=True)
class ReadingKey:
    """A person's standing key: its text, since when, and from which moment on it is sealed to."""

    person: str
    recipient: str
    since: str
    good_from: str
    first: bool
    leaf_index: int

    @property
    def kind(self) -> str:
        """``mlkem768x25519``, or ``x25519``, which a later quantum computer breaks."""
        return kind_of(self.recipient)


def kind_of(recipient: str) -> str:
    """What kind of age recipient a text is.

    Raises:
        MalformedError: mistyped, or of another kind.
    """
    prefix, raw = bech32.decode(recipient)
    kind, size = _KINDS.get(prefix, ("", 0))
    if not kind or len(raw) != size:
        raise MalformedError(
            "the recipient is not a reading key",
            hint="Give an age recipient: age1pq1... or age1...",
        )
    return kind


def enrol(page: Page, given: Given, bureau: Bureau) -> str:
    """Make a recipient the key that a person's copies are sealed to, in place of an earlier one.

    Raises:
        OrderError: somebody else's, without the chief, a second person and how its owner was told.
        MalformedError: that is no recipient.
        UnknownError: somebody the books do not know.
    """
    facts = {name: str(value) for name, value in given.first.facts.items()}
    person, recipient = person_id(facts["person"]), facts["recipient"]
    roster.check_known(page, person)
    kind_of(recipient)
    told = clean(facts.get("told", ""), "how they were told", most=500)
    _check_own(page, given, person)
    if person != given.first.officer and not (given.second and told):
        raise OrderError(
            "a reading key of {person} is enrolled by another, who has not shown that they know",
            hint="Read its words to {person}, say so (told), and have another officer sign second.",
            person=person,
        )
    for row in _rows(page):
        if row.value.decode() == recipient:
            raise OrderError(
                "that is the reading key of {person} already",
                hint="Make a new one: no two persons share a key.",
                person=row.name.removeprefix(_KEY),
            )
    return _write(page, given, person, recipient, bureau)


def unenrol(page: Page, given: Given, bureau: Bureau) -> str:
    """Take a person's key back: nothing more is sealed to it.

    Raises:
        OrderError: somebody else's, and not the chief's order.
        UnknownError: they have none.
    """
    person = person_id(str(given.first.facts["person"]))
    clean(str(given.first.facts["reason"]), "the reason", most=500)
    _check_own(page, given, person)
    if standing(page, person, bureau) is None:
        raise _none(person)
    return _write(page, given, person, "", bureau)


def settle(page: Page, which: str, value: str, _: Bureau) -> None:
    """Settle how many hours a key waits (``reading/first``, ``reading/changed``).

    Or up to which level a browser opens (``reading/browser``).

    Raises:
        OrderError: there is nothing else to settle of reading.
        MalformedError: no number of hours, or no level.
    """
    if which == BROWSER:
        clean(value, "a level", most=64)
    elif which in HOURS:
        if not value.isascii() or not value.isdecimal() or not _is_hours(value):
            raise MalformedError(
                "{value} is not a number of hours",
                hint="Give 0 to {most}.",
                value=value[:40],
                most=HOURS_MAX,
            )
    else:
        raise OrderError(
            "nothing called {which} is settled of reading",
            hint="Settle reading/first, reading/changed or reading/browser.",
            which=which[:40],
        )
    page.settings.put(Setting(f"{MATTER}/{which}", value.encode()))


def settled(page: Shelves, which: str, bureau: Bureau) -> str:
    """What is settled of reading, by the newest order; empty where nothing is.

    Raises:
        OrderError: the books say something else than the ledger.
    """
    name = f"{MATTER}/{which}"
    order, row = matters.newest(page, name, bureau), page.settings.get(name)
    said = "" if order is None else str(order.facts["value"])
    if said != ("" if row is None else row.value.decode()):
        raise matters.by_hand(sentence("what is settled as {name}", name=name))
    return said


def standing(page: Shelves, person: str, bureau: Bureau) -> ReadingKey | None:
    """The person's key as it stands, whether it is sealed to yet or not; None where none does.

    Raises:
        OrderError: the books say something else than the ledger.
    """
    name = _KEY + person
    orders = matters.all_of(page, name, bureau)
    leaves = list(every(page.leaves, matters.SUBJECT, matters.handle(page, name)))
    newest = orders[-1] if orders else None
    stands = newest is not None and newest.act == OfficeAct.ENROL
    recipient = str(newest.facts["recipient"]) if stands and newest is not None else ""
    row = page.settings.get(name)
    said = None if newest is None else recipient.encode()
    # A leaf that was hidden by hand leaves a gap, or a row that says something else.
    whole = [leaf.seq for leaf in leaves] == list(range(1, len(leaves) + 1))
    if not whole or said != (None if row is None else row.value):
        raise matters.by_hand(sentence("the reading key of {person}", person=person))
    if not recipient:
        return None
    entry = entries.held(page, leaves[-1].index)
    assert entry is not None, "its order was proved by this leaf"
    first = len(leaves) == 1
    which = FIRST if first else CHANGED
    hours = timedelta(hours=int(settled(page, which, bureau) or HOURS[which]))
    good_from = moment(instant(entry.at) + hours)
    return ReadingKey(person, recipient, entry.at, good_from, first, leaves[-1].index)


def sealed_to(page: Shelves, person: str, bureau: Bureau) -> ReadingKey:
    """The key that copies of this person are sealed to now.

    Raises:
        UnknownError: they have none.
        CustodyError: no head covers its order yet, or its waiting time is not over.
        OrderError: the books say something else than the ledger.
    """
    key = standing(page, person, bureau)
    if key is None:
        raise _none(person)
    leaf = page.leaves.get(key.leaf_index)
    if leaf is None or not log.is_covered(page, leaf):
        raise CustodyError(
            "no signed head covers the reading key of {person} yet",
            hint="Put a head over it, then try again.",
            person=person,
        )
    if bureau.now() < key.good_from:
        raise CustodyError(
            "the reading key of {person} is new, and is sealed to from {good_from} on",
            hint="Wait until then, and ask {person} whether it is theirs.",
            person=person,
            good_from=key.good_from,
        )
    return key


def all_keys(page: Shelves, bureau: Bureau) -> Iterator[ReadingKey]:
    """Every standing key, by person."""
    for row in _rows(page):
        key = standing(page, row.name.removeprefix(_KEY), bureau)
        if key is not None:
            yield key


def draft_key(bureau: Bureau) -> str:
    """The recipient that drafts are sealed to: the newest receiving key of our own card."""
    key = card_format.current(card_format.decode(bureau.card), bureau.now())
    prefix = next(prefix for prefix, (kind, _) in _KINDS.items() if kind == key.kind)
    return bech32.encode(prefix, key.key)


def _write(page: Page, given: Given, person: str, recipient: str, bureau: Bureau) -> str:
    name = _KEY + person
    page.settings.put(Setting(name, recipient.encode()))
    matters.enter(page, given, name, bureau)
    return person


def _check_own(page: Shelves, given: Given, person: str) -> None:
    """Refuse an order about somebody else's key that is not the chief's."""
    order = given.first
    # The appointment that the order was signed under has been followed back to the office key.
    row = proving.by_key(roster.standing(page, order.officer), order.officer, order.key)
    if person != order.officer and Role.CHIEF not in read_roles(row.role):
        raise OrderError(
            "{officer} cannot say what {person} reads with",
            hint="Have {person} order it, or the chief.",
            officer=order.officer,
            person=person,
        )


def _rows(page: Shelves) -> Iterator[Setting]:
    """The keys as the books have them, by person; an empty value is one taken back."""
    row: Setting | None = Setting(_KEY, b"")
    while row is not None:
        rows = page.settings.find(after=row, limit=1)
        row = rows[0] if rows and rows[0].name.startswith(_KEY) else None
        if row is not None:
            yield row


def _is_hours(value: str) -> bool:
    hours = numbering.read(value)
    return hours <= HOURS_MAX and str(hours) == value


def _none(person: str) -> UnknownError:
    return UnknownError(
        "{person} has no reading key",
        hint="Have them enrol one: `cablegram --as {person} officer reading-key new`.",
        person=person,
    )
