"""Offices with a cipher room and a line between them, for tests of whole journeys.

``line_of`` founds offices that know each other's cards and share one carrier; ``Desk`` gives
the orders that a person at that office would give.  ``saved`` keeps an office as a backup
would; ``reseal`` seals a sent letter as its sender should not; ``Outage`` breaks the outside
world at one call.
"""

from __future__ import annotations

from contextlib import contextmanager
from copy import copy as shallow
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pytest

from cablegram import circuits
from cablegram.carriers.memory import MemoryCarrier
from cablegram.cipher_room import CipherRoom
from cablegram.cipher_room import sealing as room_sealing
from cablegram.errors import CablegramError, CircuitError, StorageError
from cablegram.ledger import log, showing
from cablegram.model.acts import State
from cablegram.model.handling import Precedence
from cablegram.model.times import ReturnTerm
from cablegram.registry import papers
from cablegram.sealing import age
from cablegram.sealing import envelope as envelopes
from cablegram.wire import canonical, paper
from cablegram.wire import card as card_format
from cablegram.wire import draft as draft_format
from cablegram.wire import notice as notice_format
from cablegram.wire import receipt as receipt_format
from cablegram.wire import transmittal as transmittal_format
from cablegram.wire.envelope import Envelope
from cablegram.wire.wording import Addressee, Part, part_name
from offices import NoPaper, Office, found

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

TEXTS = {
    "ru": "# Проект\n\nПервый.\n".encode(),
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

    def restored(self) -> str:
        """See ``ports.RoomMemory``."""
        return ""

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
        first = next(iter(texts), "")
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

    def print(
        self, telegram: str, *, by: str = "chief", verifier: str = ""
    ) -> Mapping[str, object]:
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


# --- backups -------------------------------------------------------------------------------


def saved(desk: Desk, *parts: str) -> Callable[[], None]:
    """Keep these parts of an office as they are; calling what it gives brings them back.

    Parts are names of ``Bureau`` fields, and ``memory`` for the room's; all of them if none.
    """
    bureau = desk.bureau
    kept: list[tuple[Any, dict[str, Any]]] = []
    for name in parts or ("books", "blobs", "tiles", "vault", "paper", "memory"):
        thing = desk.memory if name == "memory" else getattr(bureau, name)
        kept.append((thing, {key: _own(value) for key, value in vars(thing).items()}))

    def restore() -> None:
        for thing, state in kept:
            for key, value in state.items():
                setattr(thing, key, _own(value))

    return restore


def _own(value: Any) -> Any:
    return shallow(value) if isinstance(value, dict | set | list) else value


# --- what a sender should not do -----------------------------------------------------------


def reseal(
    desk: Desk,
    sent: Mapping[str, object],
    to: Desk,
    *,
    signed: Any = None,
    texts: Mapping[str, bytes] = TEXTS,
    **changes: Any,
) -> bytes:
    """The letter that ``desk`` sent in another envelope to ``to``, with fields changed."""
    with desk.bureau.books.view() as view:
        telegram = view.telegrams.get(str(sent["telegram"]))
        index = view.orders.get(telegram.order_digest).leaf_index
        item = next(
            item
            for item in view.circuit_items.find("letter", telegram.letter, "out")
            if item.office == to.office.name or len(sent["offices"]) == 1
        )
    card = card_format.decode(to.bureau.card)
    receiving = card.receiving[0]
    said: dict[str, Any] = {
        "letter": telegram.letter,
        "office": desk.office.name,
        "to": to.office.name,
        "to_key": receiving.name,
        "circuit_number": item.number,
        "previous": item.previous,
        "attempt": 2,
        "keys": (),
        "proof": showing.show(desk.bureau, index, ("act", "evidence")),
    }
    letter = signed or room_sealing.read_own(telegram, desk.room._in)
    bodies = {part_name(lang): text for lang, text in texts.items()}
    envelope = Envelope(**{**said, **changes})
    return envelopes.seal(letter, bodies, envelope, card, receiving, desk.office.keys)


def signed_paper(desk: Desk, document: Any) -> bytes:
    """A receipt or transmittal signed by a desk's office, whatever it says."""
    forms = {
        receipt_format.Receipt: receipt_format,
        transmittal_format.Transmittal: transmittal_format,
        notice_format.Notice: notice_format,
    }
    form: Any = forms[type(document)]
    body = form.encode(document)
    return paper.join(body, tuple(desk.office.keys.sign(form.NAMESPACE, body)))


@contextmanager
def refused(
    desk: Desk, kind: type[CablegramError], match: str | None, *changes: str
) -> Iterator[pytest.ExceptionInfo[CablegramError]]:
    """What is done inside is refused in three sentences and changes these shelves alone."""
    before = desk.office.dump()
    with pytest.raises(kind, match=match) as caught:
        yield caught
    after = desk.office.dump()
    assert {name for name in before if before[name] != after[name]} <= set(changes)
    assert caught.value.hint.endswith(".")
    assert caught.value.kept.endswith(".")
    assert not str(caught.value).endswith(".")


# --- outages -------------------------------------------------------------------------------


class Outage:
    """Breaks the outside world of one desk at its n-th call, before or after it took effect.

    What comes after is broken too, as for a process that was killed, until ``over``.
    """

    def __init__(self) -> None:
        self.calls = 0
        self.at = 0
        self.after = False
        self.is_down = False

    def plan(self, at: int, *, after: bool) -> None:
        """Break at this call from now."""
        self.calls, self.at, self.after, self.is_down = 0, at, after, False

    def over(self) -> None:
        """Let everything work again."""
        self.at, self.is_down = 0, False

    @contextmanager
    def call(self, error: type[Exception] = StorageError) -> Iterator[None]:
        """One call that may break."""
        self.calls += 1
        is_now = self.calls == self.at
        if self.is_down or (is_now and not self.after):
            self.is_down = True
            raise error("the plug was pulled", hint="Do it again.", kept="Whatever was durable.")
        yield
        if is_now:
            self.is_down = True
            raise error("the plug was pulled", hint="Do it again.", kept="Whatever was durable.")

    def over_desk(self, desk: Desk) -> None:
        """Put every promise that this desk uses behind the outage."""
        bureau = replace(
            desk.bureau,
            books=_Books(desk.bureau.books, self),
            blobs=_Behind(desk.bureau.blobs, self, {"put"}),
            tiles=_Behind(desk.bureau.tiles, self, {"put", "sync"}),
            paper=_Behind(desk.bureau.paper, self, {"put"}),
            carriers={
                name: _Behind(carrier, self, {"send", "clear"}, CircuitError)
                for name, carrier in desk.bureau.carriers.items()
            },
        )
        desk.office.bureau = bureau
        memory: Any = _Behind(desk.memory, self, {"spend", "see"})
        desk.room = CipherRoom(bureau, desk.office.keys, memory, desk.office.signer)


class _Behind:
    def __init__(
        self, inner: Any, outage: Outage, names: set[str], error: type[Exception] = StorageError
    ) -> None:
        self._inner, self._outage, self._names, self._error = inner, outage, names, error

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if name not in self._names:
            return found

        def call(*args: Any) -> Any:
            with self._outage.call(self._error):
                return found(*args)

        return call


class _Books:
    def __init__(self, inner: Any, outage: Outage) -> None:
        self._inner, self._outage = inner, outage

    def view(self) -> Any:
        return self._inner.view()

    @contextmanager
    def page(self, key: str) -> Iterator[Any]:
        with self._outage.call(), self._inner.page(key) as page:
            yield page


def shelves_of(desk: Desk, *leave: str) -> dict[str, Any]:
    """Every row of every shelf of a desk, but for some shelves."""
    dump = desk.office.dump()
    return {name: rows for name, rows in dump.items() if name not in leave}


__all__ = [
    "TEXTS",
    "Desk",
    "Outage",
    "Remembered",
    "ReturnTerm",
    "line_of",
    "log_size",
    "refused",
    "reseal",
    "saved",
    "shelves_of",
    "signed_paper",
]
