"""The rows of the books: what one page can read and write, shelf by shelf.

Every field is text, a whole number or bytes, so that each storage keeps the same
thing.  Moments are UTC text (``model.times``); an empty text means "not set".
No person's name, telegram text or private key stands in any of them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Telegram:
    """One line of the register: a telegram that we opened (``direction`` in) or sent (out).

    ``cable_number`` is ours and 0 on what we sent; ``outgoing_number`` is the sender's.
    ``sealed`` is the digest of the sealed bytes that the room opens for printing.
    ``precedence`` is that of action addressees, ``precedence_info`` of those who are ``told``
    (their ids, a space between); ``categories`` and ``caveats`` have one a line.  ``reply_to`` is
    a letter's digest, ``fulfil_by`` a moment.  ``kind`` is the letter's where it is not a telegram:
    recall, query, correction, cancellation, closing.
    """

    handle: str
    direction: str
    office: str
    series: str
    outgoing_number: int
    cable_number: int
    letter: str
    sealed: str
    signatory: str
    classification: str
    precedence: str
    filed_at: str
    received_at: str
    opened_at: str
    opened_by: str
    return_count: int
    return_unit: str
    return_counted: str
    return_to: str
    copies: int
    order_digest: str
    short_content: str = ""
    policy: str = ""
    categories: str = ""
    caveats: str = ""
    precedence_info: str = ""
    told: str = ""
    reply_to: str = ""
    fulfil_by: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """A sealed draft and who drafted it; ``number`` is what people call it until it has another.

    ``state`` is drafted or released, then ``telegram`` is its handle.  ``to`` lists offices with
    spaces between.  Who cleared it and who objects stands on its leaves, under ``handle``.
    """

    digest: str
    handle: str
    number: int
    drafter: str
    drafted_at: str
    series: str
    level: str
    to: str
    state: str
    telegram: str = ""


@dataclass(frozen=True, slots=True)
class PrintRun:
    """One print run: its number, who printed, and the moment its sheets show.

    ``state`` is open, done or void; an abandoned run is void and its number stays used.
    """

    number: int
    telegram: str
    officer: str
    at: str
    state: str
    order_digest: str


@dataclass(frozen=True, slots=True)
class Officer:
    """An appointment: a person, their public key line, and the leaves that began and ended it.

    ``role`` names the roles, one blank between; ``since_at`` and ``until_at`` bound them in time
    where they are set.  ``until_index`` is 0 while it stands.  ``order_digest`` and
    ``second_digest`` are the appointing orders, kept on the orders shelf; the founding one is
    signed by the office key.
    """

    person: str
    key: str
    key_line: str
    role: str
    title: str
    since_index: int
    until_index: int
    order_digest: str
    second_digest: str
    since_at: str = ""
    until_at: str = ""


@dataclass(frozen=True, slots=True)
class Proxy:
    """Who receives for a holder: ``may`` is receive (sealed) or open.

    ``until_index`` is 0 while it stands; ``until_at`` bounds it in time where it is set.
    """

    holder: str
    person: str
    may: str
    until_at: str
    since_index: int
    until_index: int


@dataclass(frozen=True, slots=True)
class Waiver:
    """A standing order of the chief that lets a small post off one rule.

    ``what`` is the act whose rule is waived, ``person`` whom it lets do it; it stands like a proxy.
    """

    number: int
    what: str
    person: str
    reason: str
    until_at: str
    since_index: int
    until_index: int


@dataclass(frozen=True, slots=True)
class Denial:
    """An order that was refused: as it says of itself, and the refusal's class and first sentence.

    ``officer`` is a claim where the signature did not hold.
    """

    number: int
    at: str
    order_digest: str
    officer: str
    act: str
    refused: str
    words: str


@dataclass(frozen=True, slots=True)
class Person:
    """A person by id; the name lies in the vault.  ``handle`` is their ledger subject."""

    person: str
    handle: str


@dataclass(frozen=True, slots=True)
class Correspondent:
    """Another office as we know it: its newest card, and whether its words were compared."""

    office: str
    card: bytes
    serial: int
    confirmed: int


@dataclass(frozen=True, slots=True)
class CoverName:
    """A cover name as letters write it, and the person it stands for here."""

    cover: str
    person: str


@dataclass(frozen=True, slots=True)
class Setting:
    """A settled matter of the office by name, as canonical JSON (a series' regime, the zone)."""

    name: str
    value: bytes


@dataclass(frozen=True, slots=True)
class Outgoing:
    """The outgoing tray: sealed bytes or a signed paper that waits for a carrier.

    ``leaf_index`` is the leaf that a head must cover before it may leave.
    """

    digest: str
    office: str
    kind: str
    leaf_index: int
    laid_at: str


@dataclass(frozen=True, slots=True)
class Incoming:
    """The incoming tray: bytes kept under their outer number before anything was tried on them.

    ``state`` is waiting, opened, repeat, entered (papers) or refused; ``why`` says why refused.
    ``claimed`` is the office the carrier named: a claim, nothing more.
    """

    digest: str
    outer_number: int
    claimed: str
    kind: str
    taken_in_at: str
    state: str
    why: str = ""
    telegram: str = ""


@dataclass(frozen=True, slots=True)
class Circuit:
    """One direction of the line with an office: the last circuit number and letter digest."""

    office: str
    direction: str
    number: int
    letter: str


@dataclass(frozen=True, slots=True)
class CircuitItem:
    """One number on a circuit: the letter that bore it, and the one it says came before.

    ``state`` is missing, seen or sent.
    ``sealed`` is the digest of its first sealed bytes, ``attempt`` the newest attempt.
    ``receipts`` lists what the other office has signed for it: ``taken_in opened fulfilled``.
    """

    office: str
    direction: str
    number: int
    letter: str
    previous: str
    sealed: str
    telegram: str
    attempt: int
    state: str
    receipts: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """A receipt or transmittal, ours or theirs.

    ``state`` is owed (body not yet signed), signed, or entered (theirs, checked).
    ``body`` is its canonical JSON, ``signatures`` its SSHSIGs one after the other.
    ``subject`` is a digest; ``leaf_index`` the leaf that must be under a head first.
    """

    digest: str
    direction: str
    office: str
    kind: str
    number: int
    subject: str
    body: bytes
    signatures: str
    state: str
    leaf_index: int


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that does not fit, kept until a person has dealt with it."""

    number: int
    kind: str
    office: str
    at: str
    words: str
    first: str
    second: str
    state: str


@dataclass(frozen=True, slots=True)
class KeptOrder:
    """A spent order, by digest: its bytes, signature and the leaf it landed at."""

    digest: str
    officer: str
    number: int
    act: str
    body: bytes
    signature: str
    leaf_index: int


@dataclass(frozen=True, slots=True)
class Leaf:
    """One ledger entry beside its opening: ``leaf`` is public, ``entry`` and ``seed`` are not.

    ``entry`` is the canonical JSON of the slots that are set.
    """

    index: int
    leaf: bytes
    kind: str
    act: str
    subject: str
    seq: int
    entry: bytes
    seed: bytes


@dataclass(frozen=True, slots=True)
class SignedHead:
    """The newest signed head (one row, ``name`` is "head"): note and stored right edge."""

    name: str
    size: int
    root: bytes
    note: bytes
    edge: bytes


@dataclass(frozen=True, slots=True)
class Counter:
    """The last number taken of a kind in a series."""

    kind: str
    series: str
    last: int


@dataclass(frozen=True, slots=True)
class Balance:
    """A batch of an opening balance that was taken on charge: its file, its place, its list.

    ``source`` is the digest of the whole file, ``list`` that of the batch as it was signed.
    """

    source: str
    batch: int
    batches: int
    list: str
    order_digest: str
    leaf_index: int
    telegrams: int
    copies: int


@dataclass(frozen=True, slots=True)
class Find:
    """A key that leads to a telegram or copy by its handle; ``at`` is the moment of that.

    It is made again from the rows that it leads to at any time.
    """

    key: str
    at: str
    subject: str


@dataclass(frozen=True, slots=True)
class PageKey:
    """A page that was committed, by its idempotency key, with what it answered."""

    key: str
    answer: bytes


@dataclass(frozen=True, slots=True)
class MusterRow:
    """One muster: its frozen cut-off and its outcome as canonical JSON.

    ``state`` is counted (by one, at once), open or closed (by two).  ``officer`` and ``second``
    are who counted or closed it, until then who opened it.  ``size`` is how many leaves the
    ledger had at the cut-off, ``scope`` what it spans, as canonical JSON.
    """

    number: int
    cut_off: str
    officer: str
    second: str
    outcome: bytes
    state: str = "counted"
    size: int = 0
    scope: bytes = b"{}"


@dataclass(frozen=True, slots=True)
class MusterList:
    """A list of a muster: number 0 is what must be there, the others are sittings.

    ``listed`` has a line for each copy: its handle and state at the cut-off; in a sitting its
    handle (``-`` where nothing bears the name), how it was named (scanned, checked, typed) and
    the name as it was given.
    """

    muster: int
    number: int
    officer: str
    at: str
    place: str
    leaf_index: int
    listed: bytes
