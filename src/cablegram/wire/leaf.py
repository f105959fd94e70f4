"""Leaves: one act as the ledger keeps it, open to nobody in full (docs/spec/leaf.md, version 1).

The leaf itself says only the day and a root.  The root commits to sixteen salted
slots; any of them can be shown later, with a few hashes, without showing the rest.
``make`` is called for every act and is written for speed: one SHAKE for all the salts.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from hashlib import sha256, shake_256
from typing import TYPE_CHECKING, Final

from cablegram.errors import LedgerError, MalformedError
from cablegram.model.text import unclean
from cablegram.wire import canonical

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

SLOTS: Final = (
    "kind",
    "act",
    "subject",
    "seq",
    "at",
    "officer",
    "second",
    "holder",
    "office",
    "numbers",
    "evidence",
    "order",
    "seconds",
    "telegram",
    "after",
)
INSPECTOR_SLOTS: Final = SLOTS[:4]
SLOT_COUNT: Final = 16
SLOT_CHARACTERS_MAX: Final = 16_384
SEQ_MAX: Final = 2**53 - 1
SEED_SIZE: Final = 32
HASH_SIZE: Final = 32
LEAF_SIZE: Final = 107

_TEXTS: Final = frozenset(SLOTS) - {"seq"}
_NEEDED: Final = frozenset({"kind", "act", "subject", "at"})
_NUMBER_OF: Final = {name: number for number, name in enumerate(SLOTS)}
_TAG = b"cablegram leaf v1"
_NODE = _TAG + b"\x01"
_FILLED = tuple(_TAG + b"\x00" + bytes([number]) for number in range(SLOT_COUNT))
_SALTS = b"cablegram leaf salts v1\x00"
_SPANS = tuple(slice(32 * number, 32 * number + 32) for number in range(SLOT_COUNT))
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z")
_SEQ = re.compile(r"0|[1-9][0-9]{0,15}")
_LEAF = re.compile(
    rb'\{"day":"([0-9]{4}-[0-9]{2}-[0-9]{2})","root":"sha256:([0-9a-f]{64})","v":1\}'
)
_dump = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
_ASK = "Ask the office for a new disclosure."


@dataclass(frozen=True, slots=True)
class Entry:
    """What one act writes into its leaf; an empty text is an empty slot.

    Raises:
        MalformedError: a slot that may not be empty is, a text is not clean or too long,
            ``seq`` is out of bounds or ``at`` is not a moment (``model.times``).
    """

    kind: str
    act: str
    subject: str
    seq: int
    at: str
    officer: str = ""
    second: str = ""
    holder: str = ""
    office: str = ""
    numbers: str = ""
    evidence: str = ""
    order: str = ""
    seconds: str = ""
    telegram: str = ""
    after: str = ""

    def __post_init__(self) -> None:
        if not (self.kind and self.act and self.subject):
            raise MalformedError(
                "a ledger entry lacks its kind, act or subject", hint="Name all three."
            )
        if not 0 <= self.seq <= SEQ_MAX:
            raise MalformedError(
                "a ledger entry's seq is outside 0 to 2^53-1", hint="Count from 0."
            )
        _check_moment(self.at)
        together = "".join(_texts(self))
        # One look at the whole settles nearly every entry; the slow way finds who is to blame.
        if len(together) > SLOT_CHARACTERS_MAX or not (
            together.isascii() and together.isprintable()
        ):
            for name, value in zip(SLOTS, _texts(self), strict=True):
                _check_value(name, value)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A leaf as read: its day and the root over its slots."""

    day: str
    root: bytes

    def line(self) -> bytes:
        """The 107 bytes of it."""
        return _line(self.day, self.root)


@dataclass(frozen=True, slots=True)
class Disclosed:
    """Some slots of one leaf, with what is needed to hold them to its root.

    ``shown`` has (slot name, value, salt) in slot order; ``siblings`` the hashes of the
    largest subtrees without a shown slot, from left to right.

    Raises:
        MalformedError: nothing is shown, or a slot is unknown, empty, unclean, twice or
            out of order, or a salt or sibling is not 32 bytes.
    """

    shown: tuple[tuple[str, str, bytes], ...]
    siblings: tuple[bytes, ...]

    def __post_init__(self) -> None:
        before = -1
        for name, value, salt in self.shown:
            number = _number(name)
            if number <= before:
                raise MalformedError("a disclosure's slots are out of order", hint=_ASK)
            before = number
            if not value or len(salt) != HASH_SIZE:
                raise MalformedError(
                    "the disclosed slot {name} is empty or unsalted", hint=_ASK, name=name
                )
            _check_value(name, value)
        if before < 0:
            raise MalformedError("a disclosure shows no slot", hint=_ASK)
        if any(len(sibling) != HASH_SIZE for sibling in self.siblings):
            raise MalformedError("a disclosure has a hash that is not 32 bytes", hint=_ASK)


def encode_entry(entry: Entry) -> bytes:
    """The entry as the books keep it beside its leaf: canonical JSON of the slots that are set."""
    slots: dict[str, canonical.Value] = {
        name: text for name, text in zip(SLOTS, _texts(entry), strict=True) if text
    }
    slots["seq"] = entry.seq
    # An entry's texts were checked when it was made, so this is what canonical.encode gives.
    return _dump(slots).encode()


def decode_entry(data: bytes) -> Entry:
    """Read what ``encode_entry`` wrote.

    Raises:
        MalformedError: it would not have written that.
    """
    slots = canonical.decode(data, what="a ledger entry")
    seq = slots.pop("seq", None)
    texts = {name: text for name, text in slots.items() if isinstance(text, str) and text}
    if texts != slots or not isinstance(seq, int) or not _NEEDED <= texts.keys() <= _TEXTS:
        raise MalformedError(
            "a ledger entry in the books is damaged", hint="Restore the books from a backup."
        )
    return Entry(seq=seq, **texts)


def make(entry: Entry, seed: bytes) -> bytes:
    """The leaf that commits to the entry.

    ``seed`` is 32 random bytes, never used for another leaf.  Keep them beside it, in the
    same transaction: without them no slot can ever be disclosed.
    """
    return _line(entry.at[:10], _fold(_slot_hashes(entry, seed))[0])


def disclose(entry: Entry, seed: bytes, slots: Collection[str]) -> Disclosed:
    """The named slots of an entry, for someone who has its leaf.

    Raises:
        MalformedError: no slot is named, or one is unknown or empty.
    """
    stream = _stream(seed)
    texts = _texts(entry)
    numbers = sorted({_number(name) for name in slots})
    shown = tuple((SLOTS[n], texts[n], stream[_SPANS[n]]) for n in numbers)
    hashes = _slot_hashes(entry, seed)
    siblings = tuple(_fold(hashes[low:high])[0] for low, high in _cover(0, SLOT_COUNT, numbers))
    return Disclosed(shown, siblings)


def check(leaf: bytes, disclosed: Disclosed) -> dict[str, str]:
    """The shown values by slot name, once the leaf's root has been rebuilt from them.

    Raises:
        MalformedError: the leaf, its ``seq`` or its ``at`` is not well spelled.
        LedgerError: the disclosure is not of this leaf.
    """
    read = decode_leaf(leaf)
    hashes = {
        _NUMBER_OF[name]: sha256(_FILLED[_NUMBER_OF[name]] + salt + value.encode()).digest()
        for name, value, salt in disclosed.shown
    }
    siblings = iter(disclosed.siblings)
    try:
        root = _rebuild(0, SLOT_COUNT, hashes, siblings)
    except StopIteration:
        root = b""
    if root != read.root or next(siblings, None) is not None:
        raise LedgerError("a disclosure does not belong to its leaf", hint=_ASK)
    values = {name: value for name, value, _ in disclosed.shown}
    seq = values.get("seq")
    if seq is not None and (_SEQ.fullmatch(seq) is None or int(seq) > SEQ_MAX):
        raise MalformedError("a disclosed seq is not a plain number", hint=_ASK)
    at = values.get("at")
    if at is not None:
        _check_moment(at)
        if at[:10] != read.day:
            raise LedgerError(
                "a leaf of {day} holds an act of {at}", hint=_ASK, day=read.day, at=at[:10]
            )
    return values


def decode_leaf(data: bytes) -> Leaf:
    """Read one leaf.

    Raises:
        MalformedError: any other spelling, or a day that does not exist.
    """
    found = _LEAF.fullmatch(data)
    if found is None or not is_day(found[1].decode()):
        raise MalformedError("a ledger entry is not a leaf", hint="Take it from the ledger again.")
    return Leaf(found[1].decode(), bytes.fromhex(found[2].decode()))


def is_day(day: str) -> bool:
    """Whether ``YYYY-MM-DD`` is a day of the calendar."""
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return True


def _check_moment(at: str) -> None:
    if _MOMENT.fullmatch(at) is None or not is_day(at[:10]):
        raise MalformedError(
            "a ledger entry's time is not a moment in UTC",
            hint="Write it as in 1951-07-09T18:00:00Z.",
        )


def _check_value(name: str, value: str) -> None:
    bad = "a line break" if "\n" in value else unclean(value)
    if bad is not None:
        raise MalformedError(
            "the slot {name} has {bad}", hint="Take it out and try again.", name=name, bad=bad
        )
    if len(value) > SLOT_CHARACTERS_MAX:
        raise MalformedError(
            "the slot {name} is longer than {slot_characters_max} characters",
            hint="Put the text itself elsewhere and its digest here.",
            name=name,
            slot_characters_max=SLOT_CHARACTERS_MAX,
        )


def _number(name: str) -> int:
    number = _NUMBER_OF.get(name)
    if number is None:
        raise MalformedError("a leaf has no slot of that name", hint="See docs/spec/leaf.md.")
    return number


def _texts(entry: Entry) -> tuple[str, ...]:
    return (
        entry.kind,
        entry.act,
        entry.subject,
        str(entry.seq),
        entry.at,
        entry.officer,
        entry.second,
        entry.holder,
        entry.office,
        entry.numbers,
        entry.evidence,
        entry.order,
        entry.seconds,
        entry.telegram,
        entry.after,
    )


def _stream(seed: bytes) -> bytes:
    assert len(seed) == SEED_SIZE, "a leaf's seed is 32 bytes"
    return shake_256(_SALTS + seed).digest(SLOT_COUNT * HASH_SIZE)


def _slot_hashes(entry: Entry, seed: bytes) -> list[bytes]:
    stream = _stream(seed)
    hashes = [stream[span] for span in _SPANS]
    for number, text in enumerate(_texts(entry)):
        if text:
            hashes[number] = sha256(_FILLED[number] + hashes[number] + text.encode()).digest()
    return hashes


def _fold(hashes: list[bytes]) -> list[bytes]:
    while len(hashes) > 1:
        pairs = iter(hashes)
        hashes = [
            sha256(_NODE + left + right).digest() for left, right in zip(pairs, pairs, strict=True)
        ]
    return hashes


def _line(day: str, root: bytes) -> bytes:
    return f'{{"day":"{day}","root":"sha256:{root.hex()}","v":1}}'.encode()


def _cover(low: int, high: int, numbers: list[int]) -> Iterator[tuple[int, int]]:
    """The largest subtrees of slots ``low`` to ``high`` without any of ``numbers``."""
    if not any(low <= number < high for number in numbers):
        yield low, high
    elif high - low > 1:
        middle = (low + high) // 2
        yield from _cover(low, middle, numbers)
        yield from _cover(middle, high, numbers)


def _rebuild(low: int, high: int, shown: dict[int, bytes], siblings: Iterator[bytes]) -> bytes:
    if not any(low <= number < high for number in shown):
        return next(siblings)
    if high - low == 1:
        return shown[low]
    middle = (low + high) // 2
    left = _rebuild(low, middle, shown, siblings)
    return sha256(_NODE + left + _rebuild(middle, high, shown, siblings)).digest()
