"""The payload of an age file: chunks sealed in order (c2sp.org/age, "Payload"; docs/spec/age.md).

Streams work in two buffers that are made once, so memory does not depend on the
file.  A stream that fails has written an honest beginning and nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from cablegram.sealing.faults import PayloadError

if TYPE_CHECKING:
    from collections.abc import Iterator

CHUNK_SIZE = 1 << 16
TAG_SIZE = 16
SEALED_CHUNK_SIZE = CHUNK_SIZE + TAG_SIZE

# Chunks handled between two reads: enough to make calls cheap, few enough to stay in the cache.
_CHUNKS = 4


class Source(Protocol):
    """Where a stream comes from: any binary file that can ``readinto``."""

    def readinto(self, buffer: memoryview, /) -> int | None:
        """Fill the buffer from its start and say how far; 0 at the end."""


class Sink(Protocol):
    """Where a stream goes; the bytes are only good during the call."""

    def write(self, data: memoryview, /) -> int | None:
        """Take the bytes, or say how many of them were taken."""


def seal(key: bytes, data: bytes) -> bytes:
    """The sealed payload of a file that is held in memory."""
    cipher = ChaCha20Poly1305(key)
    view = memoryview(data)
    last = max(0, len(data) - 1) // CHUNK_SIZE
    return b"".join(
        cipher.encrypt(_nonce(index, last=index == last), view[at : at + CHUNK_SIZE], None)
        for index, at in enumerate(range(0, max(1, len(data)), CHUNK_SIZE))
    )


def open(key: bytes, sealed: memoryview) -> bytes:
    """The payload of a file that is held in memory.

    Raises:
        PayloadError: altered, reordered, cut off or appended to.
    """
    cipher = ChaCha20Poly1305(key)
    last = max(0, len(sealed) - 1) // SEALED_CHUNK_SIZE
    found = []
    for index, at in enumerate(range(0, max(1, len(sealed)), SEALED_CHUNK_SIZE)):
        chunk = sealed[at : at + SEALED_CHUNK_SIZE]
        _check_size(chunk, index)
        try:
            found.append(cipher.decrypt(_nonce(index, last=index == last), chunk, None))
        except InvalidTag:
            raise PayloadError("chunk {index} of the payload does not open", index=index) from None
    return b"".join(found)


def seal_stream(key: bytes, source: Source, sink: Sink) -> None:
    """Seal everything that the source gives."""
    cipher = ChaCha20Poly1305(key)
    out = memoryview(bytearray(_CHUNKS * SEALED_CHUNK_SIZE))
    index = 0
    for block, last in _blocks(source, _CHUNKS * CHUNK_SIZE, b""):
        size, filled = len(block), 0
        for at in range(0, max(1, size), CHUNK_SIZE):
            stop = min(at + CHUNK_SIZE, size)
            end = filled + stop - at + TAG_SIZE
            nonce = _nonce(index, last=last and stop == size)
            cipher.encrypt_into(nonce, block[at:stop], None, out[filled:end])
            filled, index = end, index + 1
        write_all(sink, out[:filled])


def open_stream(key: bytes, first: bytes, source: Source, sink: Sink) -> None:
    """Open the payload that begins with ``first`` and goes on in the source.

    Raises:
        PayloadError: altered, reordered, cut off or appended to; the honest chunks before
            the fault have been written.
    """
    cipher = ChaCha20Poly1305(key)
    out = memoryview(bytearray(_CHUNKS * CHUNK_SIZE))
    index = 0
    for block, last in _blocks(source, _CHUNKS * SEALED_CHUNK_SIZE, first):
        size, filled = len(block), 0
        for at in range(0, max(1, size), SEALED_CHUNK_SIZE):
            stop = min(at + SEALED_CHUNK_SIZE, size)
            chunk, final = block[at:stop], last and stop == size
            try:
                _check_size(chunk, index)
                room = out[filled : filled + len(chunk) - TAG_SIZE]
                cipher.decrypt_into(_nonce(index, last=final), chunk, None, room)
            except InvalidTag:
                filled += _misplaced(cipher, chunk, out[filled:], _nonce(index, last=not final))
                write_all(sink, out[:filled])
                raise PayloadError(
                    "chunk {index} of the payload does not open", index=index
                ) from None
            except PayloadError:
                write_all(sink, out[:filled])
                raise
            filled, index = filled + len(room), index + 1
        write_all(sink, out[:filled])


def fill(source: Source, buffer: memoryview) -> int:
    """Read until the buffer is full or the source at its end; how many bytes there are.

    Raises:
        BlockingIOError: the source does not wait for its bytes.
    """
    have = 0
    while have < len(buffer):
        got = source.readinto(buffer[have:])
        if got is None:
            # Taken for the end, it would cut a file short and seal it as whole.
            raise BlockingIOError("the source of a stream must be one that waits")
        if not got:
            break
        have += got
    return have


def write_all(sink: Sink, data: memoryview) -> None:
    """Write every byte, also where the sink takes only some at a time."""
    while data:
        taken = sink.write(data)
        if taken is None:
            return
        data = data[taken:]


def _blocks(source: Source, size: int, first: bytes) -> Iterator[tuple[memoryview, bool]]:
    """Blocks of ``size`` bytes, and whether each is the last, which may be shorter.

    The buffer has room for one byte more than a block: whether that byte comes
    says whether the block was the last.  Only an empty stream has an empty block.
    """
    buffer = memoryview(bytearray(max(size, len(first)) + 1))
    buffer[: len(first)] = first
    have = len(first)
    while True:
        have += fill(source, buffer[have : size + 1])
        if have <= size:
            yield buffer[:have], True
            return
        yield buffer[:size], False
        buffer[: have - size] = buffer[size:have]
        have -= size


def _misplaced(cipher: ChaCha20Poly1305, chunk: memoryview, out: memoryview, nonce: bytes) -> int:
    """Open a whole chunk that is only wrong in whether it is the last; its size, or 0.

    It is honest text (the file was cut off after it, or something was put behind it), so a
    stream gives it before it fails, as the age tool does.
    """
    if len(chunk) < SEALED_CHUNK_SIZE:
        return 0
    try:
        return cipher.decrypt_into(nonce, chunk, None, out[:CHUNK_SIZE])
    except InvalidTag:
        return 0


def _check_size(chunk: memoryview, index: int) -> None:
    if len(chunk) < TAG_SIZE or (len(chunk) == TAG_SIZE and index):
        raise PayloadError("the payload ends in the middle of a chunk")


def _nonce(index: int, *, last: bool) -> bytes:
    return index.to_bytes(11, "big") + (b"\1" if last else b"\0")
