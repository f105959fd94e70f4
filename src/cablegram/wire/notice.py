"""Notices: what one office tells or asks another about copies (docs/spec/notice.md, version 1).

Signed in the clear and numbered in one run with receipts and transmittals.  There is no free text
in one: carriers read it, and a reason is a sealed telegram's business.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, cast

from cablegram.errors import MalformedError
from cablegram.model import names
from cablegram.model.times import instant
from cablegram.wire import canonical, fields
from cablegram.wire.receipt import COPIES_MAX, check_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cablegram.wire.fields import Fields

Kind = Literal[
    "extended",
    "recalled",
    "regraded",
    "declassified",
    "compromised",
    "cancelled",
    "consented",
    "destroyed",
    "asks_extension",
    "asks_consent",
    "asks_regrade",
    "declined",
    "traced",
    "returning",
    "sent_again",
    "not_here",
]

NAMESPACE: Final = "notice@cablegram"
ITEMS_MAX: Final = 256
CERTIFICATE_MAX: Final = 100
PERSONS: Final = 2

_COPIES, _LETTER, _EITHER, _NEITHER = "copies", "letter", "either", "neither"

SAYS: Final[Mapping[str, tuple[str, tuple[str, ...], tuple[str, ...]]]] = {
    "extended": (_COPIES, ("limit_at",), ("answers",)),
    "recalled": (_COPIES, (), ("limit_at",)),
    "regraded": (_EITHER, ("level",), ("answers",)),
    "declassified": (_EITHER, (), ("answers",)),
    "compromised": (_EITHER, (), ()),
    "cancelled": (_COPIES, (), ()),
    "consented": (_LETTER, ("count",), ("answers",)),
    "destroyed": (_COPIES, ("certificate", "persons"), ()),
    "asks_extension": (_COPIES, ("limit_at",), ()),
    "asks_consent": (_LETTER, ("count",), ()),
    "asks_regrade": (_EITHER, ("level",), ()),
    "declined": (_NEITHER, ("answers",), ()),
    "traced": (_EITHER, ("count",), ()),
    "returning": (_COPIES, ("limit_at", "answers"), ()),
    "sent_again": (_NEITHER, ("answers",), ()),
    "not_here": (_NEITHER, ("answers",), ()),
}
"""What each kind is about, what it must say and what it may."""

KINDS: Final = tuple(SAYS)
ASKING: Final = frozenset(kind for kind in KINDS if kind.startswith("asks_"))
ANSWERS: Final = frozenset({"returning", "sent_again", "not_here"})
"""What answers a tracer."""

_FORMAT = fields.format_name("notice")

digest = canonical.digest


@dataclass(frozen=True, slots=True)
class Item:
    """One copy by its owner's numbers; ``under`` is the transmittal it went under, or empty."""

    owner: str
    cable: int
    copy: int
    under: str = ""

    def __post_init__(self) -> None:
        names.office_id(self.owner)
        fields.within(self.cable, "the cable number", 1, fields.NUMBER_MAX)
        fields.within(self.copy, "the copy number", 1, COPIES_MAX)
        fields.set_or(names.digest, self.under)


@dataclass(frozen=True, slots=True)
class Notice:
    """What an office says of copies or of a letter; which fields are set is its kind's affair.

    ``limit_at`` is by when copies go back, ``level`` a classification, ``count`` how many further
    copies or which tracer it is, ``persons`` the ids of the two who destroyed.  ``answers`` is the
    digest of the notice that asked or traced.
    """

    kind: Kind
    office: str
    to: str
    number: int
    previous: str
    at: str
    proof: str
    letter: str = ""
    copies: tuple[Item, ...] = ()
    limit_at: str = ""
    level: str = ""
    count: int = 0
    certificate: str = ""
    persons: tuple[str, ...] = ()
    answers: str = ""

    def __post_init__(self) -> None:
        fields.one_of(self.kind, "the notice's kind", KINDS)
        check_line(self.office, self.to, self.number, self.previous)
        instant(self.at)
        fields.proof(self.proof, "the notice")
        fields.set_or(names.digest, self.letter)
        fields.set_or(names.digest, self.answers)
        fields.set_or(instant, self.limit_at)
        fields.line(self.level, "the classification", most=64, empty=True)
        fields.within(self.count, "the number of further copies", 0, COPIES_MAX)
        fields.line(self.certificate, "the certificate", most=CERTIFICATE_MAX, empty=True)
        fields.few(self.copies, "the notice", ITEMS_MAX)
        fields.distinct([(i.owner, i.cable, i.copy) for i in self.copies], "the notice")
        for person in self.persons:
            names.person_id(person)
        fields.distinct(self.persons, "the notice")
        self._check_says()

    def _check_says(self) -> None:
        about, needs, may = SAYS[self.kind]
        has = {_COPIES: bool(self.copies), _LETTER: bool(self.letter)}
        wanted = {
            _COPIES: ({_COPIES},),
            _LETTER: ({_LETTER},),
            _EITHER: ({_COPIES}, {_LETTER}),
            _NEITHER: (set(),),
        }[about]
        if {what for what, is_there in has.items() if is_there} not in wanted:
            raise MalformedError(
                "a notice {kind} is not about {about} alone",
                hint=fields.HINT,
                kind=self.kind,
                about=about,
            )
        for name in ("limit_at", "level", "count", "certificate", "persons", "answers"):
            value = getattr(self, name)
            if name in needs and not value:
                raise MalformedError(
                    "a notice {kind} lacks its {name}", hint=fields.HINT, kind=self.kind, name=name
                )
            if value and name not in needs and name not in may:
                raise MalformedError(
                    "a notice {kind} has a {name}", hint=fields.HINT, kind=self.kind, name=name
                )
        if self.persons and len(self.persons) != PERSONS:
            raise MalformedError("a copy is destroyed by two persons", hint=fields.HINT)


def encode(notice: Notice) -> bytes:
    """The bytes to sign."""
    return canonical.encode(
        {
            "format": _FORMAT,
            "kind": notice.kind,
            "office": notice.office,
            "to": notice.to,
            "number": notice.number,
            "previous": notice.previous,
            "at": notice.at,
            "letter": notice.letter,
            "copies": [write_item(item) for item in notice.copies],
            "limit_at": notice.limit_at,
            "level": notice.level,
            "count": notice.count,
            "certificate": notice.certificate,
            "persons": list(notice.persons),
            "answers": notice.answers,
            "proof": notice.proof,
        }
    )


def decode(data: bytes) -> Notice:
    """Read one notice; its signatures and proof are not looked at here.

    Raises:
        MalformedError: not a notice, out of bounds, or spelled otherwise.
    """
    read = fields.read(data, "notice")
    notice = Notice(
        kind=cast("Kind", read.text("kind")),
        office=read.text("office"),
        to=read.text("to"),
        number=read.number("number"),
        previous=read.text("previous"),
        at=read.text("at"),
        letter=read.text("letter"),
        copies=tuple(_read_item(entry) for entry in read.each("copies")),
        limit_at=read.text("limit_at"),
        level=read.text("level"),
        count=read.number("count"),
        certificate=read.text("certificate"),
        persons=read.texts("persons"),
        answers=read.text("answers"),
        proof=read.text("proof"),
    )
    read.done()
    fields.same(encode(notice), data, "notice")
    return notice


def write_item(item: Item) -> canonical.Value:
    """One copy as it stands in a notice."""
    return {"owner": item.owner, "cable": item.cable, "copy": item.copy, "under": item.under}


def _read_item(entry: Fields) -> Item:
    item = Item(
        entry.text("owner"), entry.number("cable"), entry.number("copy"), entry.text("under")
    )
    entry.done()
    return item
