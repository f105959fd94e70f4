"""Documents for tests, with every field set; ``make(changes)`` gives each with other fields."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from typing import Any

from cablegram.model.handling import Precedence
from cablegram.model.orders import Head, Order, Subject
from cablegram.model.times import Counted, ReturnTerm, Unit
from cablegram.wire.card import Card, Receiving
from cablegram.wire.draft import Draft
from cablegram.wire.envelope import Envelope
from cablegram.wire.letter import Addressee, Attachment, Letter, Part
from cablegram.wire.receipt import Receipt
from cablegram.wire.transmittal import Item, Transmittal

DIGEST = "sha256:" + "ab" * 32
OTHER = "sha256:" + "cd" * 32
SEED = "A" * 43
PROOF = "c2sp.org/tlog-proof@v1\nindex 1\n\nledger\n3\nAAAA\n\n\u2014 ledger AAAA\n"
TEXTS = {
    "body.en.md": b"Received.\n",
    "body.ru.md": "Получено. Филиппов\n".encode(),
}


def key_line(name: str, size: int, filler: int) -> str:
    parts = (name.encode(), bytes([filler]) * size)
    blob = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    return f"{name} {b64encode(blob).decode()}"


def parts(texts: dict[str, bytes]) -> tuple[Part, ...]:
    return tuple(
        Part(
            name=name,
            role="original" if name == max(texts) else "translation",
            lang=name.split(".")[1],
            media_type="text/markdown",
            size=len(text),
            sha256="sha256:" + sha256(text).hexdigest(),
        )
        for name, text in sorted(texts.items())
    )


ATTACHMENT = Attachment(
    name="карта.png",
    media_type="image/png",
    size=10,
    sha256=DIGEST,
    sealed_sha256=OTHER,
    sealed_size=3000,
    recipient=DIGEST,
)


def wording(**changes: Any) -> dict[str, Any]:
    return {
        "kind": "telegram",
        "signatory": "Мао Цзэдун",
        "on_behalf_of": "Central Committee",
        "series": "Т",
        "level": "top secret",
        "policy": "1951",
        "categories": ("armistice",),
        "caveats": ("copying prohibited",),
        "precedence_action": Precedence.IMMEDIATE,
        "precedence_info": Precedence.ROUTINE,
        "return_": ReturnTerm(6, Unit.DAYS_24H, Counted.RECEIVED, "8th department"),
        "addressees": (Addressee("Filippov", "action"), Addressee("Gromyko", "info")),
        "copies": 4,
        "zone": "Asia/Shanghai",
        "reply_to": DIGEST,
        "fulfil_by": "1951-07-10T00:00:00Z",
        "subject": "переговоры",
        "label": "reconstruction",
        "parts": parts(TEXTS),
    } | changes


def letter(**changes: Any) -> Letter:
    said = wording(office="beijing", outgoing_number=3349, filed_at="1951-07-03T09:00:00Z")
    return Letter(**said | changes)


def draft(**changes: Any) -> Draft:
    return Draft(**wording(to=("moscow", "pyongyang")) | changes)


def envelope(**changes: Any) -> Envelope:
    said = {
        "letter": DIGEST,
        "office": "beijing",
        "to": "moscow",
        "to_key": OTHER,
        "circuit_number": 12,
        "previous": OTHER,
        "attempt": 1,
        "keys": (("карта.png", SEED),),
        "proof": PROOF,
        "size": 13312,
    }
    return Envelope(**said | changes)


def card(**changes: Any) -> Card:
    said = {
        "office": "moscow",
        "names": {"en": "Eighth Department", "ru": "Восьмое управление"},
        "serial": 2,
        "previous": DIGEST,
        "signing": (
            key_line("ssh-ed25519", 32, 1),
            key_line("ssh-mldsa44-ed25519@openssh.com", 1344, 2),
        ),
        "recovery": (key_line("ssh-ed25519", 32, 3),),
        "receiving": (receiving(1), receiving(2, not_before="1951-07-01T00:00:00Z")),
        "origin": "eighth.example/ledger",
        "ledger_key": "eighth.example/ledger+00000000+AQ==",
        "zone": "Europe/Moscow",
        "carriers": ("folder:usb",),
        "made_at": "1951-06-01T00:00:00Z",
    }
    return Card(**said | changes)


def receiving(epoch: int, kind: str = "mlkem768x25519", **changes: Any) -> Receiving:
    size = {"mlkem768x25519": 1216, "x25519": 32}[kind]
    said = {
        "epoch": epoch,
        "kind": kind,
        "key": bytes([epoch, size % 256]) * (size // 2),
        "not_before": "1951-01-01T00:00:00Z",
        "not_after": "",
    }
    return Receiving(**said | changes)


def order(**changes: Any) -> Order:
    said = {
        "act": "issue",
        "office": "moscow",
        "origin": "eighth.example/ledger",
        "subjects": (Subject("0f" * 16, 3), Subject(DIGEST, 0)),
        "facts": {"holder": "stalin", "sheets": 2, "note": "a\nb"},
        "officer": "makarov",
        "key": DIGEST,
        "number": 7,
        "signed_at": "1951-07-09T18:30:00Z",
        "not_after": "1951-07-09T18:30:00Z",
        "head": Head(42, bytes(range(32))),
        "seconds": OTHER,
    }
    return Order(**said | changes)


def receipt(**changes: Any) -> Receipt:
    said = {
        "kind": "opened",
        "office": "moscow",
        "to": "beijing",
        "subject": DIGEST,
        "number": 2,
        "previous": OTHER,
        "at": "1951-07-05T18:00:00Z",
        "proof": PROOF,
        "circuit_number": 12,
        "attempt": 2,
        "incoming": "575/2280",
        "cable": 21497,
        "copy": 2,
        "sheets": 3,
        "note": "one\ntwo",
    }
    return Receipt(**said | changes)


def transmittal(**changes: Any) -> Transmittal:
    item = Item(
        owner="moscow",
        cable=21497,
        copy=2,
        sheets=2,
        seals="one of wax",
        level="top secret",
        content_sha256=DIGEST,
        limit_at="1951-07-11T18:00:00Z",
        limit_to="8th department",
    )
    said = {
        "office": "moscow",
        "to": "special-sector",
        "number": 1,
        "previous": "",
        "items": (item, Item("moscow", 21497, 3, 2)),
        "carrier": "courier Ivanov",
        "sent_at": "1951-07-06T09:00:00Z",
        "receipt_due": "1951-07-07T09:00:00Z",
        "proof": PROOF,
    }
    return Transmittal(**said | changes)
