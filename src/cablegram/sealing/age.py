"""Seal and open age files (c2sp.org/age v1; docs/spec/age.md).

The format is read and written here; every primitive is the cryptography
library's.  What comes from outside goes through ``policy.open_wire``, which
refuses what may not travel before any key is tried.
"""

from __future__ import annotations

from os import urandom
from typing import TYPE_CHECKING

from cablegram.errors import SealError
from cablegram.sealing import header, stream
from cablegram.sealing.faults import HeaderError, NoMatchError
from cablegram.sealing.hkdf import derive
from cablegram.sealing.recipients import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cablegram.sealing.header import Header
    from cablegram.sealing.recipients import Identity, Random, Recipient
    from cablegram.sealing.stream import Sink, Source

NONCE_SIZE = 16


def encrypt(data: bytes, recipients: Sequence[Recipient], *, random: Random = urandom) -> bytes:
    """Seal bytes to the recipients.

    Raises:
        SealError: the recipients cannot share a file.
        HeaderError: no recipient, or too many.
    """
    head, key = _begin(recipients, random)
    return head + stream.seal(key, data)


def encrypt_stream(
    source: Source, sink: Sink, recipients: Sequence[Recipient], *, random: Random = urandom
) -> None:
    """Seal everything in the source to the recipients, in constant memory.

    Raises:
        SealError: the recipients cannot share a file; nothing was written.
        HeaderError: no recipient, or too many; nothing was written.
    """
    head, key = _begin(recipients, random)
    stream.write_all(sink, memoryview(head))
    stream.seal_stream(key, source, sink)


def decrypt(
    data: bytes,
    identities: Sequence[Identity],
    *,
    check: Callable[[Header], object] | None = None,
) -> bytes:
    """Open a file with the first identity that fits.

    ``check`` is shown the header before any identity is tried, and raises to refuse it.

    Raises:
        MalformedError: not an age file (``HeaderError``).
        SealError: no identity fits, or something was altered (see ``faults``).
    """
    head = header.parse(data)
    file_key = _file_key(head, identities, check)
    start = head.size + NONCE_SIZE
    key = _payload_key(file_key, data[head.size : start])
    return stream.open(key, memoryview(data)[start:])


def decrypt_stream(
    source: Source,
    sink: Sink,
    identities: Sequence[Identity],
    *,
    check: Callable[[Header], object] | None = None,
) -> None:
    """Open the file in the source into the sink, in constant memory.

    When this raises, what was written is an honest beginning at most: discard it.

    Raises:
        MalformedError: not an age file (``HeaderError``).
        SealError: no identity fits, or something was altered (see ``faults``).
    """
    buffer = bytearray(header.HEADER_MAX + NONCE_SIZE)
    first = bytes(buffer[: stream.fill(source, memoryview(buffer))])
    head = header.parse(first)
    file_key = _file_key(head, identities, check)
    start = head.size + NONCE_SIZE
    key = _payload_key(file_key, first[head.size : start])
    stream.open_stream(key, first[start:], source, sink)


def _begin(recipients: Sequence[Recipient], random: Random) -> tuple[bytes, bytes]:
    """Header and nonce of a new file, and the key of its payload."""
    kinds = {recipient.kind for recipient in recipients}
    if len(kinds) > 1 or (Kind.PASSPHRASE in kinds and len(recipients) > 1):
        raise SealError(
            "one file cannot be sealed to {kinds} recipients together",
            hint="Seal a file for each.",
            kinds=" and ".join(sorted(kinds)),
        )
    file_key = random(header.FILE_KEY_SIZE)
    stanzas = [recipient.wrap(file_key, random) for recipient in recipients]
    nonce = random(NONCE_SIZE)
    return header.write(file_key, stanzas) + nonce, _payload_key(file_key, nonce)


def _file_key(
    head: Header, identities: Sequence[Identity], check: Callable[[Header], object] | None
) -> bytes:
    if check is not None:
        check(head)
    for identity in identities:
        file_key = identity.unwrap(head.stanzas)
        if file_key is not None:
            head.check(file_key)
            return file_key
    raise NoMatchError


def _payload_key(file_key: bytes, nonce: bytes) -> bytes:
    if len(nonce) != NONCE_SIZE:
        raise HeaderError("the file ends before its payload")
    return derive(file_key, salt=nonce, info=b"payload")
