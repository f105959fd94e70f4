"""Tallies: a muster across two offices, called, counted and matched (docs/spec/tally.md).

Signed in the clear, numbered in one run with receipts; no words in them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, cast

from cablegram.errors import MalformedError
from cablegram.model import names
from cablegram.model.tally import Item, Word
from cablegram.model.times import instant
from cablegram.wire import canonical, fields
from cablegram.wire.receipt import COPIES_MAX, check_line

if TYPE_CHECKING:
    from cablegram.wire.fields import Fields

Kind = Literal["called", "counted", "matched"]

NAMESPACE: Final = "tally@cablegram"
KINDS: Final = ("called", "counted", "matched")
ITEMS_MAX: Final = 2048
PARTS_MAX: Final = 999
PERSONS: Final = 2

_FORMAT = fields.format_name("tally")

digest = canonical.digest


@dataclass(frozen=True, slots=True)
class Tally:
    """One office's word in a count between two; which fields are set is its kind's affair."""

    kind: Kind
    office: str
    to: str
    number: int
    previous: str
    at: str
    caller: str
    muster: int
    cut_off: str
    proof: str
    answer_by: str = ""
    part: int = 0
    parts: int = 0
    items: tuple[Item, ...] = ()
    matched: str = ""
    persons: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        fields.one_of(self.kind, "the tally's kind", KINDS)
        check_line(self.office, self.to, self.number, self.previous)
        for moment in (self.at, self.cut_off):
            instant(moment)
        fields.set_or(instant, self.answer_by)
        fields.within(self.muster, "the muster's number", 1, fields.NUMBER_MAX)
        fields.within(self.part, "the part of the count", 0, PARTS_MAX)
        fields.within(self.parts, "the parts of the count", self.part, PARTS_MAX)
        fields.few(self.items, "the count", ITEMS_MAX)
        fields.distinct([item.key for item in self.items], "the count")
        for item in self.items:
            _check_item(item)
        fields.set_or(names.digest, self.matched)
        for person in self.persons:
            names.person_id(person)
        fields.distinct(self.persons, "the tally")
        fields.proof(self.proof, "the tally")
        self._check_says()

    def _check_says(self) -> None:
        if self.caller not in {self.office, self.to}:
            raise MalformedError("a third office called the count", hint=fields.HINT)
        counted, matched = self.kind == "counted", self.kind == "matched"
        right = (
            counted == bool(self.part and self.parts),
            counted or not self.items,
            matched == bool(self.matched),
            self.kind == "called" or not self.answer_by,
            self.kind != "called" or self.caller == self.office,
            len(self.persons) == (0 if self.kind == "called" else PERSONS),
        )
        if not all(right):
            raise MalformedError(
                "a tally {kind} says too much or too little", hint=fields.HINT, kind=self.kind
            )

    @property
    def count(self) -> str:
        """The digest by which the count goes, in all papers of either office about it."""
        other = self.to if self.caller == self.office else self.office
        return count_of(self.caller, other, self.muster, self.cut_off)


def count_of(caller: str, other: str, muster: int, cut_off: str) -> str:
    """The digest by which a count between two offices goes."""
    said: dict[str, canonical.Value] = {
        "called_by": caller,
        "cut_off": cut_off,
        "muster": muster,
        "to": other,
    }
    return canonical.digest(canonical.encode(said))


def encode(tally: Tally) -> bytes:
    """The bytes to sign."""
    return canonical.encode(
        {
            "format": _FORMAT,
            "kind": tally.kind,
            "office": tally.office,
            "to": tally.to,
            "number": tally.number,
            "previous": tally.previous,
            "at": tally.at,
            "caller": tally.caller,
            "muster": tally.muster,
            "cut_off": tally.cut_off,
            "answer_by": tally.answer_by,
            "part": tally.part,
            "parts": tally.parts,
            "items": [write_item(item) for item in tally.items],
            "matched": tally.matched,
            "persons": list(tally.persons),
            "proof": tally.proof,
        }
    )


def decode(data: bytes) -> Tally:
    """Read one tally; its signatures and proof are not looked at here.

    Raises:
        MalformedError: not a tally, out of bounds, or spelled otherwise.
    """
    read = fields.read(data, "tally")
    tally = Tally(
        kind=cast("Kind", read.text("kind")),
        office=read.text("office"),
        to=read.text("to"),
        number=read.number("number"),
        previous=read.text("previous"),
        at=read.text("at"),
        caller=read.text("caller"),
        muster=read.number("muster"),
        cut_off=read.text("cut_off"),
        answer_by=read.text("answer_by"),
        part=read.number("part"),
        parts=read.number("parts"),
        items=tuple(_read_item(entry) for entry in read.each("items")),
        matched=read.text("matched"),
        persons=read.texts("persons"),
        proof=read.text("proof"),
    )
    read.done()
    fields.same(encode(tally), data, "tally")
    return tally


def write_item(item: Item) -> dict[str, canonical.Value]:
    """One copy as it stands in a count."""
    return {
        "owner": item.owner,
        "cable": item.cable,
        "copy": item.copy,
        "was": item.was.value,
        "now": item.now.value,
        "seen": item.seen,
        "sheets": item.sheets,
        "under": item.under,
        "word": item.word,
    }


def _read_item(entry: Fields) -> Item:
    item = Item(
        entry.text("owner"),
        entry.number("cable"),
        entry.number("copy"),
        Word(fields.one_of(entry.text("was"), "where a copy was", list(Word))),
        Word(fields.one_of(entry.text("now"), "where a copy is", list(Word))),
        entry.number("seen"),
        entry.number("sheets"),
        entry.text("under"),
        entry.text("word"),
    )
    entry.done()
    return item


def _check_item(item: Item) -> None:
    names.office_id(item.owner)
    fields.within(item.cable, "the cable number", 1, fields.NUMBER_MAX)
    fields.within(item.copy, "the copy number", 1, COPIES_MAX)
    fields.within(item.seen, "whether it was seen", 0, 1)
    fields.within(item.sheets, "the number of sheets", 0, fields.SHEETS_MAX)
    for named in (item.under, item.word):
        fields.set_or(names.digest, named)
    if item.was is item.now is Word.NONE:
        raise MalformedError("a count lists a copy that is not between the two", hint=fields.HINT)
