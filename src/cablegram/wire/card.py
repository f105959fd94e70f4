"""Cards: what an office says of itself, signed by it (docs/spec/card.md, version 1).

Cards form a chain: each names the digest of the one before.  A reader trusts the first
by comparing its fingerprint words (``words.fingerprint``) once, out of band.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, Protocol, cast

from cablegram.errors import CircuitError, MalformedError
from cablegram.model import names, origins
from cablegram.model.times import instant
from cablegram.wire import canonical, fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cablegram.wire.fields import Fields

Kind = Literal["mlkem768x25519", "x25519"]

NAMESPACE: Final = "card@cablegram"
HYBRID: Final = "mlkem768x25519"
CLASSICAL: Final = "x25519"
ED25519: Final = "ssh-ed25519"
COMPANION: Final = "ssh-mldsa44-ed25519@openssh.com"
ALGORITHMS: Final = (ED25519, COMPANION)
"""What an office may sign with, in the order that signatures are written."""

KEY_SIZES: Final[dict[str, int]] = {HYBRID: 1216, CLASSICAL: 32}
NAMES_MAX: Final = 16
RECOVERY_MAX: Final = 8
RECEIVING_MAX: Final = 32
CARRIERS_MAX: Final = 8
EPOCH_MAX: Final = 999_999
ORIGIN_MAX: Final = 255
KEY_LINE_MAX: Final = 2400

_FORMAT = fields.format_name("card")
_ORIGIN = re.compile(r"[!-*,-~]{1,255}\Z")
_KEY_LINE = re.compile(r"([a-z0-9@.-]{1,64}) ([A-Za-z0-9+/]+=*)\Z")

digest = canonical.digest


class HasEpoch(Protocol):
    """A receiving key, public or private, as far as the choice between keys needs it."""

    @property
    def epoch(self) -> int:
        """Its epoch, from 1."""
        ...

    @property
    def kind(self) -> str:
        """Its kind."""
        ...


@dataclass(frozen=True, slots=True)
class Receiving:
    """One epoch's key to seal to: raw bytes, from when until when (empty: open end)."""

    epoch: int
    kind: Kind
    key: bytes
    not_before: str
    not_after: str = ""

    def __post_init__(self) -> None:
        fields.within(self.epoch, "a receiving key's epoch", 1, EPOCH_MAX)
        fields.one_of(self.kind, "a receiving key's kind", KEY_SIZES)
        if len(self.key) != KEY_SIZES[self.kind]:
            raise MalformedError(
                "a {kind} key has the wrong length", hint=fields.HINT, kind=self.kind
            )
        instant(self.not_before)
        fields.set_or(instant, self.not_after)
        if self.not_after and self.not_after <= self.not_before:
            raise MalformedError(
                "the receiving key of epoch {epoch} ends before it begins",
                hint="Give a later end.",
                epoch=self.epoch,
            )

    @property
    def name(self) -> str:
        """The key's name: the digest of its raw bytes, as envelopes carry it."""
        return canonical.digest(self.key)

    def valid(self, at: str) -> bool:
        """Whether it may be sealed to at that moment."""
        return self.not_before <= at and (not self.not_after or at < self.not_after)


@dataclass(frozen=True, slots=True)
class SigningPages:
    """Where the office's signer is, and the hash of its files (docs/spec/ask.md, "The signer").

    The relying party of its passkeys is the origin's host.
    """

    origin: str
    hash: str

    def __post_init__(self) -> None:
        found = origins.read(self.origin)
        if found is None or not found.trusted:
            raise MalformedError(
                "the card's signer {origin!r} is not an address that browsers trust",
                hint="Give one like https://sign.example.",
                origin=self.origin[:80],
            )
        names.digest(self.hash)

    @property
    def host(self) -> str:
        """The host name that passkeys for orders are made for."""
        found = origins.read(self.origin)
        assert found is not None, "it was read when it was made"
        return found.host


@dataclass(frozen=True, slots=True)
class Card:
    """An office's card.  ``signing`` and ``recovery`` are public key lines without a comment.

    ``signer`` is None where the office signs nothing in browsers, or has not said so yet.
    """

    office: str
    names: Mapping[str, str]
    serial: int
    previous: str
    signing: tuple[str, ...]
    recovery: tuple[str, ...]
    receiving: tuple[Receiving, ...]
    origin: str
    ledger_key: str
    zone: str
    carriers: tuple[str, ...]
    made_at: str
    signer: SigningPages | None = None

    def __post_init__(self) -> None:
        names.office_id(self.office)
        fields.few(tuple(self.names), "the card's names", NAMES_MAX, least=1)
        for tag, name in self.names.items():
            fields.language(tag)
            fields.line(name, "the office's name")
        fields.within(self.serial, "the card's serial", 1, fields.NUMBER_MAX)
        if bool(self.previous) != (self.serial > 1):
            raise MalformedError(
                "a card names the one before it, and only the first has none", hint=fields.HINT
            )
        fields.set_or(names.digest, self.previous)
        _check_keys(self)
        _check_receiving(self)
        if not _ORIGIN.match(self.origin):
            raise MalformedError("the card's ledger has no proper name", hint=fields.HINT)
        fields.line(self.ledger_key, "the card's ledger key", most=ORIGIN_MAX + 100)
        if not self.ledger_key.startswith(f"{self.origin}+"):
            raise MalformedError(
                "the card's ledger key is of another ledger", hint="Give the ledger's own key."
            )
        fields.zone(self.zone)
        fields.few(self.carriers, "the card's carriers", CARRIERS_MAX)
        for carrier in self.carriers:
            fields.line(carrier, "a carrier's address")
        instant(self.made_at)


def encode(card: Card) -> bytes:
    """The bytes to sign."""
    receiving: list[canonical.Value] = [
        {
            "epoch": key.epoch,
            "kind": key.kind,
            "key": canonical.encode_bytes(key.key),
            "not_before": key.not_before,
            "not_after": key.not_after,
        }
        for key in card.receiving
    ]
    return canonical.encode(
        {
            "format": _FORMAT,
            "office": card.office,
            "names": dict(card.names),
            "serial": card.serial,
            "previous": card.previous,
            "signing": list(card.signing),
            "recovery": list(card.recovery),
            "receiving": receiving,
            "origin": card.origin,
            "ledger_key": card.ledger_key,
            "zone": card.zone,
            "carriers": list(card.carriers),
            "made_at": card.made_at,
            **_spelled(card.signer),
        }
    )


def decode(data: bytes) -> Card:
    """Read one card; its signatures are not looked at here.

    Raises:
        MalformedError: not a card, out of bounds, or spelled otherwise.
    """
    read = fields.read(data, "card")
    named = read.within("names")
    card = Card(
        office=read.text("office"),
        names={tag: named.text(tag) for tag in named.left()},
        serial=read.number("serial"),
        previous=read.text("previous"),
        signing=read.texts("signing"),
        recovery=read.texts("recovery"),
        receiving=tuple(_receiving(entry) for entry in read.each("receiving")),
        origin=read.text("origin"),
        ledger_key=read.text("ledger_key"),
        zone=read.text("zone"),
        carriers=read.texts("carriers"),
        made_at=read.text("made_at"),
        signer=_signer(read.within("signer")) if "signer" in read.left() else None,
    )
    read.done()
    fields.same(encode(card), data, "card")
    return card


def current(card: Card, at: str) -> Receiving:
    """The key to seal to at that moment: the newest hybrid one, else the newest there is.

    Raises:
        CircuitError: none of the card's keys is valid then.
    """
    valid = [
        key
        for key in card.receiving
        if key.valid(at) and may_seal_to(key.kind, key.epoch, card.receiving)
    ]
    if not valid:
        raise CircuitError(
            "no receiving key of {office} is valid at {at}",
            hint="Ask {office} for its newest card and take it in.",
            office=card.office,
            at=at,
        )
    return max(valid, key=lambda key: (key.kind == HYBRID, key.epoch))


def may_seal_to(kind: str, epoch: int, offered: Iterable[HasEpoch]) -> bool:
    """Whether a key of that kind and epoch may be used by an office that offers these keys.

    An x25519 key stands back behind every hybrid key of its own or an earlier epoch, so that
    nobody can choose the weaker one.
    """
    return kind == HYBRID or not any(key.kind == HYBRID and key.epoch <= epoch for key in offered)


def algorithm(key_line: str) -> str:
    """The algorithm of a public key line."""
    return key_line.partition(" ")[0]


def key_blob(key_line: str) -> bytes:
    """The bytes of a public key line, as OpenSSH puts them on the wire.

    Raises:
        MalformedError: not an algorithm and base64 with nothing after it, or they disagree.
    """
    found = _KEY_LINE.match(key_line)
    if found is None or len(key_line) > KEY_LINE_MAX:
        raise MalformedError("a public key line is malformed", hint="Copy it without its comment.")
    try:
        blob = b64decode(found[2], validate=True)
    except ValueError as exc:
        raise MalformedError("a public key is not base64", hint="Copy it whole.") from exc
    name = found[1].encode()
    if b64encode(blob).decode() != found[2] or not blob.startswith(
        len(name).to_bytes(4, "big") + name
    ):
        raise MalformedError("a public key is not of the kind it says", hint="Copy it whole.")
    return blob


def _check_keys(card: Card) -> None:
    fields.few(card.signing, "the card's signing keys", len(ALGORITHMS), least=1)
    fields.few(card.recovery, "the card's recovery keys", RECOVERY_MAX)
    for key_line in (*card.signing, *card.recovery):
        key_blob(key_line)
        fields.one_of(algorithm(key_line), "a key's algorithm", ALGORITHMS)
    fields.distinct((*card.signing, *card.recovery), "the card's keys")
    present = [algorithm(key_line) for key_line in card.signing]
    if present != [known for known in ALGORITHMS if known in present]:
        raise MalformedError(
            "the card's signing keys are not one of each algorithm in order", hint=fields.HINT
        )


def _check_receiving(card: Card) -> None:
    fields.few(card.receiving, "the card's receiving keys", RECEIVING_MAX, least=1)
    fields.distinct([key.key for key in card.receiving], "the card's receiving keys")
    order = [(key.epoch, key.kind) for key in card.receiving]
    if order != sorted(set(order)):
        raise MalformedError(
            "the card's receiving keys are not one of a kind for each epoch, in order",
            hint=fields.HINT,
        )


def _spelled(signer: SigningPages | None) -> dict[str, canonical.Value]:
    """The field, where there is one: a card without it is spelled as all cards were before."""
    return {} if signer is None else {"signer": {"origin": signer.origin, "hash": signer.hash}}


def _signer(entry: Fields) -> SigningPages:
    signer = SigningPages(entry.text("origin"), entry.text("hash"))
    entry.done()
    return signer


def _receiving(entry: Fields) -> Receiving:
    key = Receiving(
        epoch=entry.number("epoch"),
        kind=cast("Kind", entry.text("kind")),
        key=entry.data("key"),
        not_before=entry.text("not_before"),
        not_after=entry.text("not_after"),
    )
    entry.done()
    return key
