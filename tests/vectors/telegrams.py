"""Telegrams with one fault each, made with fixed keys and below the project's own ``seal``.

``CASES`` are built anew for every test; run from the root, ``python -m vectors.telegrams`` with
``tests`` and ``src`` on the path writes some of them as files into ``telegram/``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256, sha512
from pathlib import Path
from typing import TYPE_CHECKING, Any

import samples
from cablegram.sealing import age
from cablegram.sealing.keys import OfficeKeys, ReceivingKey
from cablegram.sealing.passphrase import PassphraseRecipient
from cablegram.sealing.recipients import Kind
from cablegram.wire import canonical, container, padding
from cablegram.wire import envelope as envelopes
from cablegram.wire import letter as letters
from cablegram.wire.card import Card, Receiving

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).resolve().parent
HYBRID, CLASSICAL = Kind.HYBRID, Kind.X25519
BEGIN = "1951-01-01T00:00:00Z"


def office_keys(office: str, *kinds: Kind) -> OfficeKeys:
    """Fixed keys of an office, one receiving key for each kind, in epochs from 1."""
    receiving = tuple(
        ReceivingKey(epoch, kind, sha256(f"{office} {epoch}".encode()).digest())
        for epoch, kind in enumerate(kinds, 1)
    )
    return OfficeKeys(sha256(office.encode()).digest(), sha512(office.encode()).digest(), receiving)


def office_card(office: str, keys: OfficeKeys, **changes: Any) -> Card:
    """The card that announces these keys."""
    return samples.card(
        office=office,
        serial=1,
        previous="",
        signing=tuple(key.line() for key in keys.public_keys()),
        receiving=tuple(
            Receiving(key.epoch, key.kind.value, key.recipient().raw, BEGIN)
            for key in keys.receiving
        ),
        **changes,
    )


BEIJING = office_keys("beijing", HYBRID)
MOSCOW = office_keys("moscow", CLASSICAL, HYBRID, HYBRID, CLASSICAL)
PYONGYANG = office_keys("pyongyang", HYBRID)
HARBIN = office_keys("harbin", CLASSICAL)
OFFICES = {"beijing": BEIJING, "moscow": MOSCOW, "pyongyang": PYONGYANG, "harbin": HARBIN}
CARDS = {name: office_card(name, keys) for name, keys in OFFICES.items()}
CARDS["harbin"] = replace(CARDS["harbin"], signing=CARDS["harbin"].signing[:1])

Members = list[tuple[str, bytes]]


def same(value: Any) -> Any:
    return value


@dataclass(frozen=True)
class Sender:
    """Whose keys sign what."""

    letter: OfficeKeys = BEIJING
    envelope: OfficeKeys = BEIJING
    letter_namespace: str = letters.NAMESPACE
    envelope_namespace: str = envelopes.NAMESPACE


def build(
    *,
    letter: dict[str, Any] | None = None,
    envelope: dict[str, Any] | None = None,
    texts: dict[str, bytes] | None = None,
    signed_by: Sender = Sender(),  # frozen
    epoch: int = 3,
    size_said: int | None = None,
    change: Callable[[Members], Members] = same,
    packed: Callable[[bytes], bytes] = same,
    padded: Callable[[bytes], bytes] = same,
    recipients: list[Any] | None = None,
) -> bytes:
    """A telegram from beijing to moscow, with whatever is changed on the way."""
    key = MOSCOW.receiving[epoch - 1]
    said = samples.letter(reply_to="", **(letter or {}))
    body = letters.encode(said)
    outer = samples.envelope(
        letter=canonical.digest(body),
        to_key=canonical.digest(key.recipient().raw),
        keys=(),
        **(envelope or {}),
    )
    size = 0
    while True:
        over = envelopes.encode(replace(outer, size=size if size_said is None else size_said))
        whole = container.pack(
            change(
                [
                    *_document("letter.json", body, signed_by.letter, signed_by.letter_namespace),
                    *_document(
                        "envelope.json", over, signed_by.envelope, signed_by.envelope_namespace
                    ),
                    *sorted((texts or samples.TEXTS).items()),
                ]
            )
        )
        if len(whole) == size:
            break
        size = len(whole)
    sealed = padded(padding.pad(packed(whole)))
    return age.encrypt(sealed, recipients or [key.recipient()])


def _document(name: str, body: bytes, keys: OfficeKeys, namespace: str) -> Members:
    signatures = keys.sign(namespace, body)
    named = zip(container.SIGNATURES, signatures, strict=True)
    return [(name, body), *((f"{name}.{suffix}", text.encode()) for suffix, text in named)]


def without(name: str) -> Callable[[Members], Members]:
    return lambda members: [member for member in members if member[0] != name]


def having(name: str, data: bytes) -> Callable[[Members], Members]:
    return lambda members: [(n, data if n == name else d) for n, d in members]


def swapped(members: Members) -> Members:
    """The envelope's two signatures under each other's names."""
    found = dict(members)
    one, two = (f"envelope.json.{suffix}" for suffix in container.SIGNATURES)
    found[one], found[two] = found[two], found[one]
    return list(found.items())


def last_byte(data: bytes) -> bytes:
    return data[:-1] + b"\x01"


def raw(kind: Kind, office: OfficeKeys, epoch: int = 1) -> Any:
    key = office.receiving[epoch - 1]
    assert kind == key.kind
    return key.recipient()


def draft_in() -> bytes:
    """A draft, sealed as if it were a telegram."""
    sealed = padding.pad(container.pack([("draft.json", b"{}")]))
    return age.encrypt(sealed, [raw(HYBRID, MOSCOW, 3)])


CLEAR = {f"body.{lang}.md": text for lang, text in (("en", b"Altered.\n"), ("ru", b"x\n"))}
OTHER_LETTER = letters.encode(samples.letter(subject="another"))
LONGER = {"body.en.md": b"x" * 4600}
"""So long that zeros follow the container: 23,040 bytes in 23,552."""

ESCAPE = {"body.en.md": b"\x1b[2J"}
CASES: dict[str, tuple[Callable[[], bytes], str, str, str]] = {
    "good": (build, "accepted", "", "everything as it should be"),
    "good-first-epoch": (
        lambda: build(epoch=1),
        "accepted",
        "",
        "an x25519 key of an epoch before there was a hybrid one",
    ),
    "good-older": (lambda: build(epoch=2), "accepted", "", "a hybrid key of an older epoch"),
    "not-age": (lambda: b"hello", "HeaderError", "", "no age file"),
    "passphrase": (
        lambda: build(recipients=[PassphraseRecipient("x", log_n=2)]),
        "SealError",
        "passphrase",
        "sealed with a passphrase",
    ),
    "two-stanzas": (
        lambda: build(recipients=[raw(HYBRID, MOSCOW, 3), raw(HYBRID, PYONGYANG)]),
        "SealError",
        "more than one key",
        "sealed to two offices",
    ),
    "wrong-key": (
        lambda: build(recipients=[raw(HYBRID, PYONGYANG)]),
        "NoMatchError",
        "not sealed to any key",
        "sealed to another office",
    ),
    "downgraded": (
        lambda: build(epoch=4),
        "CircuitError",
        "though we offer a hybrid one",
        "sealed to an x25519 key behind a hybrid one",
    ),
    "altered": (
        lambda: last_byte(build()),
        "PayloadError",
        "",
        "the last byte of the payload is another",
    ),
    "draft": (draft_in, "MalformedError", "is a draft", "a draft was sealed"),
    "container": (
        lambda: build(packed=lambda data: data[:100].replace(b"\0", b"x", 1) + data[100:]),
        "MalformedError",
        "does not belong",
        "a member of another name",
    ),
    "padding-hidden": (
        lambda: build(texts=LONGER, letter={"parts": samples.parts(LONGER)}, padded=last_byte),
        "MalformedError",
        "hidden in the padding",
        "the last byte of the padding is not zero",
    ),
    "padding-long": (
        lambda: build(padded=lambda data: data + bytes(512)),
        "MalformedError",
        "length",
        "a block of zeros too many",
    ),
    "envelope-malformed": (
        lambda: build(change=having("envelope.json", b'{"a":1}')),
        "MalformedError",
        "lacks its field 'format'",
        "the envelope is none",
    ),
    "size": (
        lambda: build(size_said=512),
        "MalformedError",
        "another length",
        "the envelope says another length",
    ),
    "stranger": (
        lambda: build(letter={"office": "tokyo"}, envelope={"office": "tokyo"}),
        "CircuitError",
        "tokyo, whose card we do not have",
        "from an office we do not know",
    ),
    "stripped-companion": (
        lambda: build(change=without("envelope.json.mldsa44-ed25519.sig")),
        "SealError",
        "was taken off",
        "the envelope's companion signature is gone",
    ),
    "stripped-ed25519": (
        lambda: build(change=without("envelope.json.ed25519.sig")),
        "SealError",
        "was taken off",
        "the envelope's Ed25519 signature is gone",
    ),
    "stripped-letter": (
        lambda: build(change=without("letter.json.mldsa44-ed25519.sig")),
        "SealError",
        "was taken off",
        "the letter's companion signature is gone",
    ),
    "swapped": (
        lambda: build(change=swapped),
        "SealError",
        "another key",
        "signatures under each other's names",
    ),
    "extra": (
        lambda: build(
            letter={"office": "harbin"},
            envelope={"office": "harbin"},
            signed_by=Sender(HARBIN, HARBIN),
        ),
        "SealError",
        "not on harbin's card",
        "a companion signature that the card does not have",
    ),
    "forged": (
        lambda: build(signed_by=Sender(envelope=PYONGYANG)),
        "SealError",
        "another key",
        "the envelope is signed by another office",
    ),
    "namespace": (
        lambda: build(signed_by=Sender(envelope_namespace=letters.NAMESPACE)),
        "SealError",
        "not for envelope@cablegram",
        "a signature of a letter on the envelope",
    ),
    "signature-text": (
        lambda: build(change=having("letter.json.ed25519.sig", b"\xff")),
        "MalformedError",
        "the signature",
        "a signature that is none",
    ),
    "forwarded": (
        lambda: build(envelope={"to": "pyongyang"}),
        "CircuitError",
        "not sealed by it to this office",
        "sent to another office and sealed again to us",
    ),
    "resealed": (
        lambda: build(recipients=[raw(HYBRID, MOSCOW, 2)]),
        "CircuitError",
        "not sealed by it to this office and key",
        "sealed again to another key of ours",
    ),
    "other-letter": (
        lambda: build(change=having("letter.json", OTHER_LETTER)),
        "SealError",
        "not the one that the envelope names",
        "another letter in the envelope",
    ),
    "letter-forged": (
        lambda: build(signed_by=Sender(letter=PYONGYANG)),
        "SealError",
        "another key",
        "the letter is signed by another office",
    ),
    "letter-of-another": (
        lambda: build(letter={"office": "pyongyang"}),
        "CircuitError",
        "the letter is of pyongyang",
        "another office's letter, signed by the sender",
    ),
    "text-altered": (
        lambda: build(texts=CLEAR),
        "MalformedError",
        "is not the text that the letter names",
        "the texts are others",
    ),
    "text-missing": (
        lambda: build(change=without("body.ru.md")),
        "MalformedError",
        "body.ru.md is missing",
        "a text is gone",
    ),
    "text-stray": (
        lambda: build(texts=samples.TEXTS | {"body.zh.md": b"x"}),
        "MalformedError",
        "a text that the letter does not name",
        "a text too many",
    ),
    "text-escape": (
        lambda: build(texts=ESCAPE, letter={"parts": samples.parts(ESCAPE)}),
        "MalformedError",
        "a control character",
        "a terminal escape in the text",
    ),
    "attachment-key": (
        lambda: build(letter={"attachments": (samples.ATTACHMENT,)}),
        "MalformedError",
        "one key for each attachment",
        "an attachment without its key",
    ),
}
FILES = (
    "good",
    "good-first-epoch",
    "wrong-key",
    "two-stanzas",
    "downgraded",
    "altered",
    "padding-hidden",
    "stranger",
    "stripped-companion",
    "forged",
    "forwarded",
    "other-letter",
    "letter-of-another",
    "text-altered",
)
"""The cases that lie here as files, too."""


if __name__ == "__main__":
    for name in FILES:
        make, expect, says, because = CASES[name]
        header = [f"expect: {expect}", *([f"says: {says}"] if says else []), f"because: {because}"]
        head = "".join(f"{line}\n" for line in header).encode() + b"\n"
        (HERE / "telegram" / f"{name}.vector").write_bytes(head + make())
