"""SSH's strings, a length in 4 bytes and so many bytes, and how a signature is refused."""

from __future__ import annotations

from cablegram.errors import MalformedError, SealError


def string(data: bytes) -> bytes:
    """The bytes with their length before them."""
    return len(data).to_bytes(4, "big") + data


def take(data: bytes) -> tuple[bytes, bytes]:
    """The string that stands first, and what follows it.

    Raises:
        MalformedError: there are not so many bytes.
    """
    size = int.from_bytes(data[:4], "big")
    if len(data) < 4 + size:
        raise malformed("ends in the middle of a field")
    return data[4 : 4 + size], data[4 + size :]


def bad(what: str) -> SealError:
    """A signature that can be read and does not count; ``what`` is the whole message."""
    return SealError(what, hint="Keep it, and ask the signer to sign and send it again.")


def malformed(what: str) -> MalformedError:
    """A signature that cannot be read; ``what`` says what it is or has."""
    return MalformedError(
        "the signature {what}", hint="Ask the signer to sign it again.", what=what
    )
