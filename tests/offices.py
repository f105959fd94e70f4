"""Offices for tests: a bureau over memory or SQLite books, with fixed keys and a clock that is set.

``found`` makes one as the real set-up does, all through ``registry.perform``: the office key
appoints the chief and seconds the chief's first appointment, and a series is settled.  Then

>>> office = found("moscow", others=("makarov",))
>>> office.give("settle", {"name": "cover/Filippov", "value": "stalin"})
>>> signed = office.sign("relieve", {"person": "makarov", "reason": "leave"}, by="chief")
>>> office.perform([signed, office.second(signed, by="makarov")])

``telegram`` and ``printed`` stand in for the cipher room: they do on the books what it does
there, with real orders, and no sealing.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256, shake_256
from typing import TYPE_CHECKING, Any

from cablegram.bureau import Bureau
from cablegram.carriers.memory import MemoryCarrier
from cablegram.errors import CablegramError
from cablegram.ledger.signer import Signer
from cablegram.model.handling import Precedence, default_series
from cablegram.model.orders import Head, Order, SignedOrder, Subject
from cablegram.model.records import Incoming, Person, PrintRun
from cablegram.model.times import instant
from cablegram.ports import FIND_MAX, SPECS
from cablegram.registry import custody, entering, entries, numbering, offices, orders, perform
from cablegram.registry.performing import Repeat
from cablegram.sealing.keys import OfficeKeys, OfficerKey, ReceivingKey
from cablegram.sealing.recipients import Kind
from cablegram.storage.blobs import MemoryBlobs
from cablegram.storage.memory import MemoryBooks
from cablegram.storage.sql.sqlite import SqliteBooks
from cablegram.storage.tiles import MemoryTiles
from cablegram.storage.vault import MemoryVault
from cablegram.wire import canonical
from cablegram.wire import card as card_format
from cablegram.wire import letter as letter_format
from cablegram.wire import order as order_format
from cablegram.wire.leaf import decode_entry

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import tzinfo
    from pathlib import Path

    from cablegram.model.custody import Copy
    from cablegram.model.handling import Series
    from cablegram.ports import Books, Page, Shelves

START = "1951-07-05T17:00:00Z"
CHIEF = "chief"
READERS = ("stalin", "molotov", "malenkov", "beria")


class GivenClock:
    """A clock that stands still until it is set or moved."""

    own = True

    def __init__(self, at: str = START) -> None:
        self.at = instant(at)

    def now(self) -> datetime:
        """The moment it shows."""
        return self.at

    def set(self, at: str) -> None:
        """Show this moment from now on; it may be an earlier one."""
        self.at = instant(at)

    def pass_(self, **by: float) -> None:
        """Move by a timedelta's words: ``pass_(days=6, hours=1)``."""
        self.at = self.at.astimezone(UTC) + timedelta(**by)


class Drawn:
    """Randomness that is the same for the same seed."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self.count = 0

    def __call__(self, size: int) -> bytes:
        """The next ``size`` bytes."""
        self.count += 1
        return shake_256(f"{self._seed} {self.count}".encode()).digest(size)


class NoPaper:
    """A paper folder that keeps what it was given in ``sheets``."""

    def __init__(self) -> None:
        self.sheets: dict[str, bytes] = {}

    def put(self, name: str, pdf: bytes) -> str:
        """See ``ports.Paper.put``."""
        self.sheets[name] = pdf
        return name


def seed(text: str, size: int = 32) -> bytes:
    """Fixed key material for a name."""
    return shake_256(f"test seed of {text}".encode()).digest(size)


def digest(text: str) -> str:
    """A digest to stand for some evidence."""
    return "sha256:" + sha256(text.encode()).hexdigest()


def office_keys(name: str) -> OfficeKeys:
    """The office's fixed signing keys and a post-quantum receiving key."""
    receiving = ReceivingKey(1, Kind.HYBRID, seed(f"{name} receiving"))
    return OfficeKeys(seed(f"{name} signing"), seed(f"{name} companion", 64), (receiving,))


def card_of(name: str, keys: OfficeKeys, signer: Signer, *, serial: int = 1) -> bytes:
    """The office's card, its canonical bytes."""
    key = keys.receiving[0]
    return card_format.encode(
        card_format.Card(
            office=name,
            names={"en": name.capitalize()},
            serial=serial,
            previous="" if serial == 1 else digest(f"card {serial - 1} of {name}"),
            signing=tuple(public.line() for public in keys.public_keys()),
            recovery=(),
            receiving=(
                card_format.Receiving(
                    1, key.kind.value, key.recipient().raw, "1951-01-01T00:00:00Z"
                ),
            ),
            origin=signer.origin,
            ledger_key=signer.vkey(),
            zone="Etc/UTC",
            carriers=("folder",),
            made_at="1951-01-01T00:00:00Z",
        )
    )


@dataclass
class Office:
    """One office and everyone in it.  ``people`` are the officers' keys by person id."""

    bureau: Bureau
    keys: OfficeKeys
    signer: Signer
    clock: GivenClock
    people: dict[str, OfficerKey] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The office's id."""
        return self.bureau.name

    # --- orders -----------------------------------------------------------------------------

    def hire(self, person: str) -> OfficerKey:
        """Make the person's fixed key; it puts nobody in post."""
        return self.people.setdefault(person, OfficerKey(seed(f"{self.name} {person}")))

    def order(
        self,
        act: str,
        facts: Mapping[str, str | int] | None = None,
        *,
        by: str = CHIEF,
        subjects: Sequence[Copy | Subject] = (),
        **changes: Any,
    ) -> Order:
        """An unsigned order as the command line would make it now; ``changes`` replace fields.

        ``by`` is a person, or the office's own name for an order by the office key.
        """
        key = self.keys.public_keys()[0] if by == self.name else self.hire(by).public_key
        self.numbers[by] = self.numbers.get(by, 0) + 1
        now = self.bureau.now()
        with self.bureau.books.view() as books:
            head = books.head.get("head")
        fields: dict[str, Any] = {
            "act": act,
            "office": self.name,
            "origin": self.bureau.origin,
            "subjects": tuple(
                s if isinstance(s, Subject) else Subject(s.handle, s.seq) for s in subjects
            ),
            "facts": dict(facts or {}),
            "officer": by,
            "key": key.key_id(),
            "number": self.numbers[by],
            "signed_at": now,
            "not_after": later(now, days=1),
            "head": Head(0, bytes(32)) if head is None else Head(head.size, head.root),
        }
        return Order(**{**fields, **changes})

    def seal(self, order: Order) -> SignedOrder:
        """Sign an order with its officer's key, or the office's keys."""
        body = order_format.encode(order)
        if order.officer == self.name:
            made = "".join(self.keys.sign(order_format.NAMESPACE, body))
        else:
            made = self.hire(order.officer).sign(order_format.NAMESPACE, body)
        return SignedOrder(body, made)

    def sign(
        self, act: str, facts: Mapping[str, str | int] | None = None, **rest: Any
    ) -> SignedOrder:
        """``order``, signed."""
        return self.seal(self.order(act, facts, **rest))

    def second(self, first: SignedOrder, *, by: str, **changes: Any) -> SignedOrder:
        """The order that seconds this one: the same act, subjects and facts, by someone else."""
        said = order_format.decode(first.body)
        changes = {"seconds": canonical.digest(first.body), **changes}
        return self.sign(said.act, said.facts, by=by, subjects=said.subjects, **changes)

    def perform(self, signed: Sequence[SignedOrder], matter: bytes = b"") -> Any:
        """``registry.perform`` here."""
        return perform(signed, self.bureau, matter=matter)

    def give(
        self,
        act: str,
        facts: Mapping[str, str | int] | None = None,
        *,
        by: str = CHIEF,
        two: str = "",
        matter: bytes = b"",
        **rest: Any,
    ) -> Any:
        """Sign an order and perform it; ``two`` seconds it.  A repeat is an error here."""
        signed = [self.sign(act, facts, by=by, **rest)]
        if two:
            signed.append(self.second(signed[0], by=two))
        done = self.perform(signed, matter)
        assert not isinstance(done, Repeat), "a new order came out as a repeat"
        return done

    # --- set-up -----------------------------------------------------------------------------

    def appoint(self, person: str, *, role: str = "officer", by: str = "", two: str = "") -> Any:
        """Put a person in post; by the office key unless ``by`` says who."""
        facts = {"person": person, "key_line": self.hire(person).public_key.line(), "role": role}
        return self.give("appoint", facts, by=by or self.name, two=two)

    def settle(self, regime: Series, *, by: str = CHIEF) -> Any:
        """Settle a series."""
        facts = {"name": f"series/{regime.letter}", "value": offices.write_series(regime).decode()}
        return self.give("settle", facts, by=by)

    def cover(self, cover: str, person: str, *, by: str = CHIEF) -> Any:
        """Settle a cover name, which makes the person known."""
        return self.give("settle", {"name": f"cover/{cover}", "value": person}, by=by)

    def know(self, other: Office, *, compared: str = "yes", by: str = CHIEF) -> Any:
        """Enter another office's card, its words compared."""
        facts = {"office": other.name, "card": canonical.digest(other.bureau.card)}
        if compared:
            facts["compared"] = compared
        return self.give("correspond", facts, by=by, matter=other.bureau.card)

    # --- what the cipher room does on the books -----------------------------------------------

    def telegram(
        self,
        *,
        by: str = CHIEF,
        addressees: Sequence[str] = (CHIEF,),
        outgoing: int = 3349,
        series: str = "T",
        precedence: str = "ROUTINE",
        returned: Any = None,
        copies: int = 0,
        sender: str = "beijing",
    ) -> entering.Entered:
        """Enter a telegram that the officer opens: cable number, copies allotted."""
        addressed = tuple(letter_format.Addressee(name, "action") for name in addressees)
        level = Precedence[precedence]
        letter = letter_format.Letter(
            kind="telegram",
            signatory="Mao Zedong",
            series=series,
            level="top secret",
            precedence_action=level,
            precedence_info=level,
            return_=returned,
            addressees=addressed,
            copies=copies,
            zone="Asia/Shanghai",
            parts=(
                letter_format.Part(
                    "body.ru.md", "original", "ru", "text/markdown", 7, digest("words")
                ),
            ),
            office=sender,
            outgoing_number=outgoing,
            filed_at="1951-07-03T12:00:00Z",
        )
        named = canonical.digest(letter_format.encode(letter))
        sealed = digest(f"sealed {named} {self.numbers.get(by, 0)}")
        signed = self.sign("open", {"sealed": sealed}, by=by)
        with self.bureau.books.page(f"open {sealed}") as page:
            outer = numbering.take(page, numbering.OUTER)
            arrived = Incoming(sealed, outer, sender, "telegram", self.bureau.now(), "waiting")
            page.incoming.add(arrived)
            given = orders.check(page, [signed], self.bureau)
            return entering.enter(page, given, letter, named, arrived, self.bureau)

    def printed(self, copies: Sequence[Copy], *, by: str = CHIEF, sheets: int = 2) -> list[Copy]:
        """Print copies in one run, as the room does: each on a page of its own."""
        signed = self.sign("print", {}, by=by, subjects=copies)
        key = canonical.digest(signed.body)
        with self.bureau.books.page(f"print {key}") as page:
            number = numbering.take(page, numbering.PRINT)
            page.print_runs.add(
                PrintRun(number, copies[0].telegram, by, self.bureau.now(), "open", key)
            )
        for copy in copies:
            facts = {"print_number": number, "digest": digest(copy.handle), "sheets": sheets}
            with self.bureau.books.page(f"print {key} {copy.handle}") as page:
                custody.move(page, [signed], self.bureau, {copy.handle: facts})
        with self.bureau.books.page(f"print {key} done") as page:
            run = page.print_runs.get(number)
            assert run is not None
            page.print_runs.put(replace(run, state="done"))
        return self.copies(copies)

    def in_registry(self, count: int = 4, *, verifier: str = "makarov", **rest: Any) -> list[Copy]:
        """So many copies opened and printed by the chief, verified by another."""
        made = list(self.telegram(copies=count, **rest).copies)[:count]
        printed = self.printed(made)
        self.give("verify", {}, by=verifier, subjects=printed)
        return self.copies(printed)

    # --- looking ----------------------------------------------------------------------------

    def copy(self, copy: Copy | str) -> Copy:
        """The copy as it stands now."""
        handle = copy if isinstance(copy, str) else copy.handle
        with self.bureau.books.view() as books:
            found = books.copies.get(handle)
        assert found is not None
        return found

    def copies(self, copies: Sequence[Copy | str]) -> list[Copy]:
        """The copies as they stand now."""
        return [self.copy(copy) for copy in copies]

    @contextmanager
    def view(self) -> Iterator[Shelves]:
        """The books to read."""
        with self.bureau.books.view() as books:
            yield books

    @contextmanager
    def page(self) -> Iterator[Page]:
        """A page without a key: for a hand in the books, as somebody with SQL would have."""
        with self.bureau.books.page("") as page:
            yield page

    def rows(self) -> dict[str, list[Any]]:
        """Every row of every shelf: what "nothing was changed" is held against."""
        with self.bureau.books.view() as books:
            return {
                name: list(every(getattr(books, name)))
                for name in SPECS
                if name != "denials"  # a refusal is noted there and nowhere else
            }

    def dump(self) -> dict[str, list[dict[str, Any]]]:
        """``rows``, each as a dictionary of its columns."""
        return {name: [asdict(row) for row in rows] for name, rows in self.rows().items()}

    def size(self) -> int:
        """How many leaves the books have."""
        with self.bureau.books.view() as books:
            return entries.size(books)

    def leaves(self) -> list[tuple[int, Any]]:
        """Every leaf's index and opened entry, in order."""
        with self.bureau.books.view() as books:
            return [(row.index, decode_entry(row.entry)) for row in every(books.leaves)]


@contextmanager
def refuses(office: Office, says: str = "", error: type[CablegramError] = CablegramError) -> Any:
    """What is done inside is refused in three sentences, and not one row of the books changed.

    ``says`` is a part of the message; gives a list that then holds the refusal.
    """
    before, caught = office.rows(), []
    try:
        yield caught
    except error as refusal:
        caught.append(refusal)
    assert caught, "it was not refused"
    message, hint = str(caught[0]), caught[0].hint
    assert says in message, message
    assert message, "a refusal without a message"
    assert not message.endswith("."), message
    assert message[0] == message[0].lower(), message
    assert hint.endswith("."), hint
    assert hint[0] == hint[0].upper(), hint
    assert caught[0].kept.endswith("."), caught[0].kept
    assert office.rows() == before, "a refusal changed the books"


def every(shelf: Any) -> Iterator[Any]:
    """All rows of a shelf, however many."""
    rows = shelf.find()
    yield from rows
    while len(rows) == FIND_MAX:
        rows = shelf.find(after=rows[-1])
        yield from rows


def later(at: str, **by: float) -> str:
    """The moment that much later."""
    return (instant(at) + timedelta(**by)).strftime("%Y-%m-%dT%H:%M:%SZ")


def bare(
    name: str = "moscow",
    *,
    folder: Path | None = None,
    books: Books | None = None,
    zone: tzinfo = UTC,
    clock: GivenClock | None = None,
) -> Office:
    """An office with keys and empty books, nobody in post; in SQLite if a folder is given."""
    if books is None:
        books = MemoryBooks() if folder is None else SqliteBooks(folder / f"{name}.sqlite")
    keys = office_keys(name)
    signer = Signer(f"{name}.test/ledger", seed(f"{name} ledger"))
    clock = clock or GivenClock()
    bureau = Bureau(
        name=name,
        card=card_of(name, keys, signer),
        origin=signer.origin,
        zone=zone,
        books=books,
        blobs=MemoryBlobs(),
        tiles=MemoryTiles(),
        vault=MemoryVault(),
        carriers={"memory": MemoryCarrier()},
        paper=NoPaper(),
        clock=clock,
        random=Drawn(name),
    )
    return Office(bureau, keys, signer, clock)


def found(
    name: str = "moscow",
    *,
    others: Sequence[str] = ("makarov", "vaganov"),
    regime: Series | None = None,
    **rest: Any,
) -> Office:
    """An office in order: a chief and the others in post, series T settled.

    The office key appoints the chief alone and seconds the chief's first appointment; further
    ones are seconded by that first officer.  The chief goes by the cover name ``Filippov`` too.
    """
    office = bare(name, **rest)
    office.appoint(CHIEF, role="chief")
    for person in others[:1]:
        office.appoint(person, by=CHIEF, two=name)
    for person in others[1:]:
        office.appoint(person, by=CHIEF, two=others[0])
    office.settle(regime or default_series("T", "the Eighth Department"))
    office.cover("Filippov", CHIEF)
    with office.page() as page:  # readers whom the books know, without an order each
        for person in READERS:
            page.persons.put(Person(person, seed(f"{name} reader {person}", 16).hex()))
    return office
