"""Telegrams sealed and opened: a letter in an envelope (docs/spec/envelope.md).

What comes in is judged by ``unseal`` in the order of its numbered plan; nothing of it
is given out before the last step has held.  The leaf's proof is the caller's to check.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from os import urandom
from typing import TYPE_CHECKING, Final

from cablegram.errors import CablegramError, CircuitError, MalformedError, SealError
from cablegram.sealing import age, header, policy, recipients
from cablegram.sealing.faults import NoMatchError
from cablegram.sealing.recipients import HybridIdentity, Kind
from cablegram.signatures import sshsig
from cablegram.signatures.sshsig import PublicKey
from cablegram.wire import canonical, container, padding
from cablegram.wire import card as cards
from cablegram.wire import envelope as envelopes
from cablegram.wire import letter as letters
from cablegram.wire.wording import ATTACHMENT_SIZE_MAX, Attachment, check_texts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cablegram.sealing.keys import OfficeKeys, ReceivingKey
    from cablegram.sealing.recipients import Random
    from cablegram.wire.card import Card, Receiving
    from cablegram.wire.envelope import Envelope
    from cablegram.wire.letter import Letter

KEPT: Final = "The sealed bytes are in the incoming tray."

_AGAIN = "Ask the sender to seal and send it again."
_SUSPECT = "Do not act on it; ask the sender by another way what was sent."
_MEMBER_OF: Final = dict(zip(cards.ALGORITHMS, container.SIGNATURES, strict=True))


@dataclass(frozen=True, slots=True)
class SignedLetter:
    """A letter's bytes and the office's signatures on them, one for each of its algorithms.

    ``letter`` is what the bytes say, where whoever signed them still has it.
    """

    body: bytes
    signatures: tuple[str, ...]
    letter: Letter | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class SealedAttachment:
    """An attachment as the letter names it, its key for the envelopes, and its sealed file."""

    attachment: Attachment
    seed: str = field(repr=False)
    sealed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Opened:
    """A telegram that held in every respect but its leaf's proof.

    ``kind`` is the key it was sealed to; telegrams of kind x25519 are labelled so.
    """

    letter: Letter
    letter_body: bytes
    letter_signatures: tuple[str, ...]
    letter_digest: str
    envelope: Envelope
    envelope_digest: str
    bodies: dict[str, bytes] = field(repr=False)
    kind: Kind


def sign_letter(letter: Letter, keys: OfficeKeys) -> SignedLetter:
    """The letter, signed with every algorithm of the office."""
    body = letters.encode(letter)
    return SignedLetter(body, tuple(keys.sign(letters.NAMESPACE, body)), letter)


def seal(
    signed: SignedLetter,
    bodies: Mapping[str, bytes],
    envelope: Envelope,
    to: Card,
    receiving: Receiving,
    keys: OfficeKeys,
    random: Random = urandom,
) -> bytes:
    """Seal a signed letter to one key of one office; ``envelope.size`` is filled in here.

    Raises:
        CircuitError: the envelope is of another letter, or to another office or key, or the
            office's card offers a better key.
        MalformedError: the texts or attachment keys are not the letter's.
    """
    letter = signed.letter or letters.decode(signed.body)
    if letters.digest(signed.body) != envelope.letter or letter.office != envelope.office:
        raise CircuitError("the envelope is made for another letter", hint="Seal it anew.")
    if (envelope.to, envelope.to_key) != (to.office, receiving.name):
        raise CircuitError("the envelope is made for another office or key", hint="Seal it anew.")
    if receiving not in to.receiving or not cards.may_seal_to(
        receiving.kind, receiving.epoch, to.receiving
    ):
        raise CircuitError(
            "the key of epoch {epoch} may not be sealed to by {office}'s card",
            hint="Seal to the key that the newest card gives for today.",
            epoch=receiving.epoch,
            office=to.office,
        )
    check_texts(letter.parts, bodies)
    _check_attachments(letter, envelope)
    recipient = recipients.recipient(Kind(receiving.kind), receiving.key)
    return age.encrypt(
        padding.pad(_pack(signed, bodies, envelope, keys)), [recipient], random=random
    )


def unseal(
    sealed: bytes, keys: OfficeKeys, *, me: str, find_card: Callable[[str], Card | None]
) -> Opened:
    """Open one telegram sealed to us and check all of it but the proof of its leaf.

    1. The wire policy: one native stanza, nothing else.
    2. age: one of our keys opens it, and not one that a better key of ours stands before.
    3. The container: its members, order and metadata are fixed.
    4. The padding: zeros, as many as there should be.
    5. The envelope reads, and is as long as it says.
    6. The sender is known.
    7. The envelope's signatures: every algorithm of the sender's card, and no other.
    8. The receiver is us, and the key named is the one that opened it.
    9. The letter is the one that the envelope names.
    10. The letter's signatures, as in 7.
    11. The letter is the sender's own.
    12. The texts and attachment keys are those that the letter names.

    Args:
        sealed: the whole age file.
        keys: the office's keys.
        me: our own office id.
        find_card: gives the newest card we hold of an office, None if we know none.

    Raises:
        MalformedError: not a telegram by its form (1, 3, 4, 5, 12).
        SealError: not sealed to us, or altered (1, 2); a signature was stripped, is by a key
            not on the card or does not hold (7, 10); another letter (9).
        CircuitError: a stranger's (6), or not sent to us by who signed it (2, 8, 11).
    """
    try:
        return _unseal(sealed, keys, me, find_card)
    except CablegramError as exc:
        exc.kept = KEPT
        raise


def seal_attachment(
    data: bytes, *, name: str, media_type: str, random: Random = urandom
) -> SealedAttachment:
    """Seal a file to a one-off hybrid key of its own, padded.

    Raises:
        MalformedError: too large, or the name or media type is not one.
    """
    if len(data) > ATTACHMENT_SIZE_MAX:
        raise MalformedError(
            "the file is larger than {attachment_size_max} bytes",
            hint="Send it in parts.",
            attachment_size_max=ATTACHMENT_SIZE_MAX,
        )
    seed = random(recipients.SEED_SIZE)
    one_off = HybridIdentity(seed).recipient()
    sealed = age.encrypt(padding.pad(data), [one_off], random=random)
    attachment = Attachment(
        name=name,
        media_type=media_type,
        size=len(data),
        sha256=canonical.digest(data),
        sealed_sha256=canonical.digest(sealed),
        sealed_size=len(sealed),
        recipient=canonical.digest(one_off.raw),
    )
    return SealedAttachment(attachment, canonical.encode_bytes(seed), sealed)


def open_attachment(sealed: bytes, attachment: Attachment, seed: str) -> bytes:
    """Open an attachment with its key from the envelope; the sealed digest is held first.

    Raises:
        SealError: not the file or not the key that the letter names, or altered.
        MalformedError: not an age file, or not padded as it should be.
    """
    if len(sealed) != attachment.sealed_size or (
        canonical.digest(sealed) != attachment.sealed_sha256
    ):
        raise _not_named("the sealed file is not the one that the letter names")
    identity = HybridIdentity(canonical.decode_bytes(seed, size=recipients.SEED_SIZE))
    if canonical.digest(identity.recipient().raw) != attachment.recipient:
        raise _not_named("the key is not the one that the letter names for the attachment")
    data = padding.unpad(policy.open_wire(sealed, [identity]), attachment.size)
    if canonical.digest(data) != attachment.sha256:
        raise _not_named("the attachment is not the one that the letter names")
    return data


def _pack(
    signed: SignedLetter, bodies: Mapping[str, bytes], envelope: Envelope, keys: OfficeKeys
) -> bytes:
    """The container, with an envelope in it that says how long the container is."""
    # The first round measures, with the letter's signatures standing in; the second signs
    # and fits, save where the size's own digits fill one block more.
    signatures: Sequence[str] = signed.signatures
    size = 0
    while True:
        body = envelopes.encode(envelope, size=size)
        if size:
            signatures = keys.sign(envelopes.NAMESPACE, body)
        members = [
            *_members(container.LETTER, signed.body, signed.signatures),
            *_members(container.ENVELOPE, body, signatures),
            *sorted(bodies.items()),
        ]
        fits = container.packed_size(len(data) for _, data in members)
        if fits == size:
            return container.pack(members)
        size = fits


def _members(name: str, body: bytes, signatures: Sequence[str]) -> list[tuple[str, bytes]]:
    """A document and its signatures, in the order of the algorithms."""
    suffixed = zip(container.SIGNATURES, signatures, strict=False)
    return [(name, body), *((f"{name}.{suffix}", text.encode()) for suffix, text in suffixed)]


def _unseal(
    sealed: bytes, keys: OfficeKeys, me: str, find_card: Callable[[str], Card | None]
) -> Opened:
    # 1, 2
    kind = policy.check_wire(header.parse(sealed))
    key, padded = _decrypt(sealed, kind, keys)
    # 3, 4
    members, size = container.unpack_first(padded)
    padding.unpad(padded, size)
    # 5
    if container.ENVELOPE not in members:
        raise MalformedError("what was sealed is a draft, not a telegram", hint=_AGAIN)
    envelope_body = members[container.ENVELOPE]
    envelope = envelopes.decode(envelope_body)
    if envelope.size != size:
        raise MalformedError("the envelope says another length than it has", hint=_AGAIN)
    # 6
    sender = find_card(envelope.office)
    if sender is None:
        raise CircuitError(
            "the telegram says it is from {office}, whose card we do not have",
            hint="Take in the card of {office} and compare its words, then open again.",
            office=envelope.office,
        )
    # 7
    _verify(members, container.ENVELOPE, envelopes.NAMESPACE, sender)
    # 8
    _check_to(envelope, me, key)
    # 9
    letter_body = members[container.LETTER]
    letter_digest = letters.digest(letter_body)
    if letter_digest != envelope.letter:
        raise SealError("the letter is not the one that the envelope names", hint=_SUSPECT)
    # 10
    letter_signatures = _verify(members, container.LETTER, letters.NAMESPACE, sender)
    # 11
    letter = letters.decode(letter_body)
    if letter.office != envelope.office:
        raise CircuitError(
            "the letter is of {office}, in an envelope of {envelope_office}",
            hint=_SUSPECT,
            office=letter.office,
            envelope_office=envelope.office,
        )
    # 12
    bodies = {name: data for name, data in members.items() if container.is_body(name)}
    check_texts(letter.parts, bodies)
    _check_attachments(letter, envelope)
    return Opened(
        letter=letter,
        letter_body=letter_body,
        letter_signatures=letter_signatures,
        letter_digest=letter_digest,
        envelope=envelope,
        envelope_digest=envelopes.digest(envelope_body),
        bodies=bodies,
        kind=kind,
    )


def _check_to(envelope: Envelope, me: str, key: ReceivingKey) -> None:
    if envelope.to != me or envelope.to_key != canonical.digest(key.recipient().raw):
        raise CircuitError(
            "the telegram from {office} was not sealed by it to this office and key",
            hint="Tell {office} that its telegram was forwarded.",
            office=envelope.office,
        )


def _decrypt(sealed: bytes, kind: Kind, keys: OfficeKeys) -> tuple[ReceivingKey, bytes]:
    """The key of ours that opens the file, and what was sealed."""
    for key in reversed(keys.receiving):
        if key.kind != kind:
            continue
        try:
            opened = age.decrypt(sealed, [key.identity])
        except NoMatchError:
            continue
        if not cards.may_seal_to(key.kind, key.epoch, keys.receiving):
            raise CircuitError(
                "the telegram is sealed to the {kind} key of epoch {epoch} alone, "
                "though we offer a hybrid one",
                hint="Ask the sender to take in our newest card and to seal it again.",
                kind=kind,
                epoch=key.epoch,
            )
        return key, opened
    raise NoMatchError


def _verify(
    members: Mapping[str, bytes], name: str, namespace: str, signer: Card
) -> tuple[str, ...]:
    """The signatures on a member, once each key of the card has one and no other is there."""
    found = {
        suffix: members[f"{name}.{suffix}"]
        for suffix in container.SIGNATURES
        if f"{name}.{suffix}" in members
    }
    held: list[str] = []
    for key in map(PublicKey.from_line, signer.signing):
        armored = found.pop(_MEMBER_OF[key.algorithm], None)
        if armored is None:
            raise SealError(
                "the {algorithm} signature of {office} on {name} was taken off",
                hint=_SUSPECT,
                algorithm=key.algorithm,
                office=signer.office,
                name=name,
            )
        held.append(armored.decode("ascii", "replace"))
        sshsig.verify(held[-1], namespace=namespace, message=members[name], key=key)
    if found:
        raise SealError(
            "{name} has a signature of a kind that is not on {office}'s card",
            hint=_SUSPECT,
            name=name,
            office=signer.office,
        )
    return tuple(held)


def _check_attachments(letter: Letter, envelope: Envelope) -> None:
    if [name for name, _ in envelope.keys] != [a.name for a in letter.attachments]:
        raise MalformedError("the envelope has not one key for each attachment", hint=_AGAIN)


def _not_named(what: str) -> SealError:
    return SealError(what, hint=_AGAIN, kept="The sealed bytes are unchanged.")
