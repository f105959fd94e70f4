"""Offices with a cipher room and a line between them, for tests of whole journeys.

``line_of`` founds offices that know each other's cards and share one carrier; ``Desk`` gives
the orders that a person at that office would give.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from offices import NoPaper, Office, found

from cablegram import circuits
from cablegram.carriers.memory import MemoryCarrier
from cablegram.cipher_room import CipherRoom
from cablegram.ledger import log
from cablegram.model.acts import State
from cablegram.model.handling import Precedence
from cablegram.model.times import ReturnTerm
from cablegram.registry import papers
from cablegram.sealing import age
from cablegram.wire import canonical
from cablegram.wire import draft as draft_format
from cablegram.wire.wording import Addressee, Part, part_name

if TYPE_CHECKING:
    from collections.abc import Mapping

TEXTS = {
    "ru": b"# \xd0\x9f\xd1\x80\xd0\xbe\xd0\xb5\xd0\xba\xd1\x82\n\n\xd0\x9f\xd0\xb5\xd1\x80\xd0\xb2\xd1\x8b\xd0\xb9.\n",
    "en": b"# Draft\n\nThe first paragraph.\n\nThe second.\n",
}


class Remembered:
    """``ports.RoomMemory`` that forgets with the process."""

    def __init__(self) -> None:
        self._spent: set[str] = set()
        self._head = 0

    def spent(self, digest: str) -> bool:
        """See ``ports.RoomMemory``."""
        return digest in self._spent

    def spend(self, digest: str) -> None:
        """See ``ports.RoomMemory``."""
        self._spent.add(digest)

    def head(self) -> int:
        """See ``ports.RoomMemory``."""
        return self._head

    def see(self, size: int) -> None:
        """See ``ports.RoomMemory``."""
        self._head = max(self._head, size)


@dataclass
class Desk:
    """One office with its room unlocked."""

    office: Office
    room: CipherRoom
    memory: Remembered = field(default_factory=Remembered)

    @property
    def bureau(self) -> Any:
        """The office's bureau."""
        return self.office.bureau

    def head(self) -> None:
        """Put a head over the books."""
        log.sign_checkpoint(self.bureau, self.office.signer)

    def draft(self, to: tuple[str, ...], texts: Mapping[str, bytes] = TEXTS, **changes: Any) -> str:
        """Seal a draft to our own room; gives its digest."""
        first = next(iter(texts))
        parts = tuple(
            Part(
                part_name(lang),
                "original" if lang == first else "translation",
                lang,
                "text/markdown",
                len(text),
                canonical.digest(text),
            )
            for lang, text in sorted(texts.items())
        )
        said: dict[str, Any] = {
            "kind": "telegram",
            "signatory": "MAO ZEDONG",
            "series": "T",
            "level": "TOP SECRET",
            "caveats": ("copying prohibited",),
            "precedence_action": Precedence.IMMEDIATE,
            "addressees": (Addressee("Filippov", "action"),),
            "zone": "Asia/Shanghai",
            "parts": parts,
            "to": to,
        }
        packed = draft_format.encode(
            draft_format.Draft(**{**said, **changes}),
            {part_name(lang): text for lang, text in texts.items()},
        )
        own = self.office.keys.receiving[-1].recipient()
        return self.bureau.blobs.put(age.encrypt(packed, [own]))

    def send(self, draft: str, *, by: str = "chief") -> Mapping[str, object]:
        """Release a draft and have it sealed."""
        return self.room.seal(draft, [self.office.sign("release", {"draft": draft}, by=by)])

    def carry(self) -> circuits.Carried:
        """Have what is owed signed, put a head over all, and carry."""
        self.head()
        with self.bureau.books.view() as view:
            owed = list(papers.owed(view, log_size(view)))
        for row in owed:
            self.room.sign_receipt(row.digest)
        self.head()
        return circuits.carry(self.bureau)

    def take_in(self) -> list[circuits.TakenIn]:
        """Take in what lies at the carrier."""
        taken = circuits.take_in(self.bureau)
        self.head()
        return taken

    def open(self, digest: str, *, by: str = "chief") -> Mapping[str, object]:
        """Order one envelope opened."""
        return self.room.open(digest, [self.office.sign("open", {"sealed": digest}, by=by)])

    def print(self, telegram: str, *, by: str = "chief", verifier: str = "") -> Mapping[str, object]:
        """Order every allotted copy of a telegram printed."""
        with self.bureau.books.view() as view:
            copies = view.copies.find("telegram", telegram)
        waiting = [copy for copy in copies if copy.state is State.ALLOTTED]
        facts = {"verifier": verifier} if verifier else {}
        return self.room.print(
            telegram, [self.office.sign("print", facts, by=by, subjects=waiting)]
        )

    def settle_receipts(self, *, by: str = "chief") -> int:
        """Give the orders that the receipts that came in allow; gives how many."""
        with self.bureau.books.view() as view:
            waiting = papers.awaiting(view, self.bureau)
        for one in waiting:
            self.office.give(one.act.value, one.facts, by=by, subjects=[one.copy])
        self.head()
        return len(waiting)

    def copies(self, telegram: str) -> list[Any]:
        """The copies of a telegram as they stand."""
        with self.bureau.books.view() as view:
            return list(view.copies.find("telegram", telegram))


def log_size(view: Any) -> int:
    """How many leaves the signed head covers."""
    head = view.head.get("head")
    return 0 if head is None else head.size


def line_of(*names: str, **changes: Any) -> tuple[list[Desk], MemoryCarrier]:
    """Offices that know each other, over one carrier in memory, rooms unlocked."""
    carrier = MemoryCarrier()
    desks = []
    for name in names:
        office = found(name, others=("makarov", "vaganov"), **changes)
        bureau = replace(office.bureau, carriers={"folder": carrier}, paper=NoPaper())
        office.bureau = bureau
        memory = Remembered()
        desks.append(Desk(office, CipherRoom(bureau, office.keys, memory, office.signer), memory))
    for one in desks:
        for other in desks:
            if one is not other:
                one.office.know(other.office)
        one.head()
    return desks, carrier


__all__ = ["TEXTS", "Desk", "Remembered", "ReturnTerm", "line_of"]
