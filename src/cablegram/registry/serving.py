"""Serving the counter: what an officer who comes with a number means, and what waits for them.

Questions only: nothing here writes.  The command line and the desk ask the same ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from cablegram.errors import CablegramError, CircuitError, MalformedError, UnknownError
from cablegram.model.acts import FINAL, RULES, Act, State
from cablegram.model.orders import OfficeAct, SignedOrder
from cablegram.model.times import instant, moment
from cablegram.registry import announced, borne, dues, finding, lines, papers
from cablegram.registry.reading import every
from cablegram.sentences import sentence
from cablegram.signatures import sshsig
from cablegram.wire import canonical, paper, words
from cablegram.wire import card as card_format
from cablegram.wire import order as order_format
from cablegram.wire import receipt as receipt_format
from cablegram.wire.leaf import decode_entry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cablegram.model.acts import Fact
    from cablegram.model.custody import Copy
    from cablegram.model.records import CircuitItem, Incoming, Telegram
    from cablegram.ports import Shelves
    from cablegram.registry.finding import Found
    from cablegram.wire.card import Card

RECEIPT_WITHIN = timedelta(days=7)
"""By when another office's receipt for a dispatched copy is due, unless the order says."""


DIGITS_MAX = 15
"""No number of ours has more digits."""

due = dues.due


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a letter of ours at one office: four acts, each with its own moment.

    ``carried`` says that a carrier has it.  The others are moments that the office has signed
    for, empty while it has not; ``disputed`` is what it found wrong, in its own words.
    """

    office: str
    number: int
    carried: bool
    receipted: str = ""
    opened: str = ""
    fulfilled: str = ""
    disputed: str = ""


def copies(page: Shelves, names: Sequence[str], act: Act) -> list[Copy]:
    """The copies that go by these names; a cable number alone means all that the act can move.

    Raises:
        UnknownError: a name is nobody's, or the telegram has no copy that the act can move.
    """
    found: dict[str, Copy] = {}
    for name in names:
        for copy in _named(page, name, act):
            found[copy.handle] = copy
    return list(found.values())


def one(page: Shelves, name: str) -> Copy:
    """The one copy that goes by this name here.

    Raises:
        UnknownError: none does; where it is a number of its owner's, with the number it bears.
    """
    try:
        return finding.copy(page, name)
    except UnknownError as error:
        borne = [
            finding.name(page, copy)
            for hit in _found(page, name)
            for copy in hit.copies
            if copy.owner and copy.state not in FINAL
        ]
        if borne:
            error.hint = sentence("It bears {borne} here: name it so.", borne=" and ".join(borne))
        raise


def find(page: Shelves, text: str) -> list[Found]:
    """Everything that the number may mean, also the number of an office that has had a copy.

    With a word before it, ``receipt 12``, it is the number of that kind of paper of ours; a
    number that nothing else bears may be one of any kind.

    Raises:
        UnknownError: nothing in the books bears it.
    """
    kind, _, number = text.partition(" ")
    counted = number.isascii() and number.isdecimal() and len(number) <= DIGITS_MAX
    if kind in borne.KINDS and counted:
        found = borne.find(page, kind, int(number))
        if not found:
            raise UnknownError(
                "there is no {kind} {number} here, or it is about no copy",
                hint="Read the paper again.",
                kind=kind,
                number=number,
            )
        return found
    try:
        return finding.find(page, text)
    except UnknownError:
        had = tuple(announced.came_home(page, text))
        if had:
            return [finding.Found("their incoming before it came back", None, had)]
        whole = text.isascii() and text.isdecimal() and len(text) <= DIGITS_MAX
        found = borne.anything(page, int(text)) if whole else []
        if not found:
            raise
    return found


def to_print(page: Shelves, telegram: Telegram) -> tuple[list[Copy], list[SignedOrder]]:
    """The copies waiting to be printed, and the orders of a run that was left unfinished."""
    for run in page.print_runs.find("telegram", telegram.handle):
        if run.state == "open":
            return [], kept(page, run.order_digest)
    born = page.copies.find("telegram", telegram.handle)
    return [copy for copy in born if copy.state is State.ALLOTTED], []


def kept(page: Shelves, digest: str) -> list[SignedOrder]:
    """A spent order as it was given, with the one that seconded it."""
    first = page.orders.get(digest)
    if first is None:
        return []
    found = [SignedOrder(first.body, first.signature)]
    # The second landed at the same leaf, under the same act.
    found += [
        SignedOrder(row.body, row.signature)
        for row in page.orders.find("act", first.act, first.leaf_index)
        if order_format.decode(row.body).seconds == digest
    ]
    return found


def release_of(page: Shelves, draft: str) -> list[SignedOrder]:
    """The orders that released this draft, so that it is never numbered twice; [] if none did."""
    row = page.drafts.get(draft)
    if row is not None:
        telegram = page.telegrams.get(row.telegram)
        return [] if telegram is None else kept(page, telegram.order_digest)
    # Nobody recorded it, which is rare: each release is looked at.
    for released in every(page.orders, "act", OfficeAct.RELEASE.value):
        order = order_format.decode(released.body)
        if not order.seconds and order.facts.get("draft") == draft:
            return kept(page, released.digest)
    return []


def did(
    page: Shelves, moved: Sequence[Copy], act: Act, facts: Mapping[str, Fact], person: str
) -> bool:
    """Whether the newest act on each of these copies is this very one, by this person.

    ``facts`` are those that the person gave; what was filled in for them is not compared.
    """
    return bool(moved) and all(_did(page, copy, act, facts, person) for copy in moved)


def way_back(copy: Copy) -> Act:
    """What it is called when the copy comes back: from a person, or from another office."""
    if copy.state in RULES[Act.COME_BACK].sources:
        return Act.COME_BACK
    return Act.RETURN


def sent(page: Shelves, telegram: Telegram) -> list[Sent]:
    """What became of a telegram of ours at each office that it went to, by office."""
    return [
        _sent(page, item)
        for item in page.circuit_items.find("telegram", telegram.handle)
        if item.direction == lines.OUT
    ]


def receipt_due(at: str) -> str:
    """By when another office's receipt is due for what is dispatched now."""
    return moment(instant(at) + RECEIPT_WITHIN)


def read_card(data: bytes) -> tuple[Card, bytes]:
    """A card out of its paper, held to the keys it names itself; gives its body too.

    This proves that whoever made it has those keys, not who they are: the words do that.

    Raises:
        MalformedError, SealError: not a card, or a signature on it does not hold.
    """
    body, signatures = paper.split(data)
    card = card_format.decode(body)
    keys = [sshsig.PublicKey.from_line(line) for line in card.signing]
    sshsig.verify_all(signatures, namespace=card_format.NAMESPACE, message=body, keys=keys)
    return card, body


def compared(page: Shelves, card: Card) -> bool:
    """Whether this card has the words of a card of that office that was compared before."""
    row = page.correspondents.get(card.office)
    if row is None or not row.confirmed:
        return False
    return words.fingerprint(card_format.decode(row.card)) == words.fingerprint(card)


def outer(page: Shelves, text: str) -> Incoming:
    """What came in under an outer number.

    Raises:
        UnknownError: nothing did.
    """
    if not text.isascii() or not text.isdecimal():
        raise MalformedError(
            "{text!r} is not an outer number", hint="Write it in digits.", text=text[:40]
        )
    rows = page.incoming.find("outer", int(text), limit=1) if len(text) <= DIGITS_MAX else []
    if not rows:
        raise UnknownError(
            "nothing came in under the outer number {text}",
            hint="See what waits to be opened with `cablegram due`.",
            text=text,
        )
    return rows[0]


def to_open(page: Shelves, text: str) -> Incoming:
    """The telegram that came in under an outer number.

    Raises:
        UnknownError: nothing came in under it.
        CircuitError: something else did.
    """
    row = outer(page, text)
    if row.kind != "telegram":
        raise CircuitError(
            "outer number {outer_number} is a {kind}, which is not opened",
            hint="Open telegrams only; papers are entered when they are taken in.",
            kept="The bytes are kept under their outer number.",
            outer_number=row.outer_number,
            kind=row.kind,
        )
    return row


def _sent(page: Shelves, item: CircuitItem) -> Sent:
    said: dict[str, str] = {}
    for subject in (item.sealed, item.letter):
        for row in every(page.papers, "subject", subject, papers.RECEIPT):
            if (row.office, row.direction) == (item.office, lines.IN):
                receipt = receipt_format.decode(row.body)
                said[receipt.kind] = receipt.note if receipt.kind == "disputed" else receipt.at
    return Sent(
        office=item.office,
        number=item.number,
        carried=page.outgoing.get(item.sealed, item.office) is None,
        receipted=said.get("taken_in", ""),
        opened=said.get("opened", ""),
        fulfilled=said.get("fulfilled", ""),
        disputed=said.get("disputed", ""),
    )


def _found(page: Shelves, text: str) -> list[Found]:
    try:
        return finding.find(page, text)
    except CablegramError:
        return []


def _named(page: Shelves, name: str, act: Act) -> list[Copy]:
    try:
        return [one(page, name)]
    except UnknownError:
        if not name.isascii() or not name.isdecimal():
            raise
    telegram = finding.telegram(page, int(name))
    sources = RULES[act].sources
    found = [c for c in page.copies.find("telegram", telegram.handle) if c.state in sources]
    if not found:
        raise UnknownError(
            "no copy of {name} is where {act} could take it",
            hint="See where they are with `cablegram where {name}`.",
            name=name,
            act=act,
        )
    return found


def _did(page: Shelves, copy: Copy, act: Act, facts: Mapping[str, Fact], person: str) -> bool:
    for leaf in page.leaves.find("subject", copy.handle, copy.seq, limit=1):
        entry = decode_entry(leaf.entry)
        if entry.act != act.value or entry.officer != person:
            return False
        said = canonical.decode(entry.evidence.encode(), what="evidence") if entry.evidence else {}
        return all(said.get(name) == value for name, value in facts.items())
    return False
