"""The container: a POSIX ustar archive in one spelling (docs/spec/envelope.md, "The container").

Members, their order and their metadata are fixed, so ``unpack`` reads a header by asking
what ``pack`` would have written.  ``tar`` reads it as any other archive.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from cablegram.errors import MalformedError
from cablegram.wire import ustar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

BLOCK: Final = ustar.BLOCK
MEMBERS_MAX: Final = 32
MEMBER_SIZE_MAX: Final = 4 << 20
CONTAINER_MAX: Final = 16 << 20

LETTER: Final = "letter.json"
ENVELOPE: Final = "envelope.json"
DRAFT: Final = "draft.json"
SIGNATURES: Final = ("ed25519.sig", "mldsa44-ed25519.sig")
"""What is added to a document's name for each signature, in the order of ``card.ALGORITHMS``."""

_HEADS = tuple(
    name
    for document in (LETTER, ENVELOPE)
    for name in (document, *(f"{document}.{suffix}" for suffix in SIGNATURES))
)
_FIXED = (*_HEADS, DRAFT)
_BODY = re.compile(r"body\.[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-[A-Z]{2})?\.md\Z")
_END = ustar.END
_NUL = b"\0"
_HINT = "Ask the sender to seal it again."


def pack(members: Sequence[tuple[str, bytes]]) -> bytes:
    """The archive of these members, given in their order, with its two zero blocks at the end.

    Raises:
        MalformedError: a name that no container has, out of order or twice, or a bound passed.
    """
    _check_names([name for name, _ in members])
    pieces: list[bytes] = []
    for name, data in members:
        if len(data) > MEMBER_SIZE_MAX:
            raise MalformedError(
                "{name} is larger than {member_size_max} bytes",
                hint="Cut it.",
                name=name,
                member_size_max=MEMBER_SIZE_MAX,
            )
        pieces += (ustar.header(name, len(data)), data, bytes(-len(data) % BLOCK))
    packed = b"".join((*pieces, _END))
    if len(packed) > CONTAINER_MAX:
        raise MalformedError(
            "a container is larger than {container_max} bytes",
            hint="Cut it.",
            container_max=CONTAINER_MAX,
        )
    return packed


def packed_size(sizes: Iterable[int]) -> int:
    """How long the archive of members of these sizes is."""
    return sum(BLOCK + size + -size % BLOCK for size in sizes) + len(_END)


def unpack(data: bytes) -> dict[str, bytes]:
    """The members by name, in their order.

    Raises:
        MalformedError: anything that ``pack`` would not have written: another kind of member
            or metadata, a strange, doubled or misplaced name, loose bytes, no end.
    """
    members, size = unpack_first(data)
    if size != len(data):
        raise MalformedError("there is something after the container's end", hint=_HINT)
    return members


def unpack_first(data: bytes) -> tuple[dict[str, bytes], int]:
    """The members of the container that the data begins with, and its size.

    What follows it is the padding, which ``padding.unpad`` judges.

    Raises:
        MalformedError: as ``unpack``.
    """
    members: dict[str, bytes] = {}
    place = 0
    while data[place : place + BLOCK] != bytes(BLOCK):
        name, size = _read_header(data[place : place + BLOCK])
        start, place = place + BLOCK, place + BLOCK + size + -size % BLOCK
        if place > CONTAINER_MAX - len(_END) or name in members:
            raise MalformedError("the container is too large or has a member twice", hint=_HINT)
        members[name] = data[start : start + size]
        if data[start + size : place] != bytes(-size % BLOCK):
            raise MalformedError("a member of the container is not filled with zeros", hint=_HINT)
    if data[place : place + len(_END)] != _END:
        raise MalformedError("the container does not end where it should", hint=_HINT)
    _check_names(members)
    return members, place + len(_END)


def is_body(name: str) -> bool:
    """Whether a member is a text of the letter."""
    return _BODY.match(name) is not None


def _read_header(header: bytes) -> tuple[str, int]:
    name = header[:100].rstrip(_NUL).decode("ascii", "replace")
    if not ustar.OCTAL.match(header[ustar.SIZE]):
        raise MalformedError("the container does not end where it should", hint=_HINT)
    size = int(header[ustar.SIZE], 8)
    if not (name in _FIXED or is_body(name)) or size > MEMBER_SIZE_MAX:
        raise MalformedError("the container has a member that does not belong", hint=_HINT)
    if header != ustar.header(name, size):
        raise MalformedError("the header of {name} is not as it should be", hint=_HINT, name=name)
    return name, size


def _check_names(given: Iterable[str]) -> None:
    names = list(given)
    if len(names) > MEMBERS_MAX:
        raise MalformedError(
            "a container has over {members_max} members", hint=_HINT, members_max=MEMBERS_MAX
        )
    bodies = sorted({name for name in names if is_body(name)})
    fixed = [name for name in _FIXED if name in names]
    if names != fixed + bodies:
        raise MalformedError("a container's members are not in their order", hint=_HINT)
    if fixed != [DRAFT] and (DRAFT in fixed or LETTER not in fixed or ENVELOPE not in fixed):
        raise MalformedError("a container is not of a letter or a draft", hint=_HINT)
