"""Sealed copies opened with a person's own identity, at the command line (docs/spec/reading.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cablegram.errors import SealError
from cablegram.sealing import envelope, policy, shares
from cablegram.sealing.faults import NoMatchError
from cablegram.sealing.recipients import HybridIdentity
from cablegram.wire import canonical, screen
from cablegram.wire.wording import Attachment

if TYPE_CHECKING:
    from cablegram.registry.screens import SealedFiles
    from cablegram.sealing.recipients import X25519Identity
    from cablegram.wire.screen import Attached, ScreenCopy


def check_identity(files: SealedFiles, identity: HybridIdentity | X25519Identity) -> None:
    """Refuse an identity that the copy is not sealed to, before anything is entered or asked.

    Raises:
        SealError: another person's, or one of before.
        MalformedError: what lies there is no sealed copy.
    """
    try:
        policy.open_wire(files.half, [identity])
    except NoMatchError as error:
        raise SealError(
            "the copy is not sealed to this identity",
            hint="Give the identity that was yours when the copy was printed.",
        ) from error


def open_copy(
    files: SealedFiles, share: bytes, identity: HybridIdentity | X25519Identity
) -> tuple[ScreenCopy, dict[str, bytes]]:
    """What the copy is, and its members by name.

    Raises:
        SealError, MalformedError: a file was altered, or belongs to another copy.
    """
    return screen.decode(shares.open_copy(files.content, files.half, share, identity))


def open_attached(sealed: bytes, attached: Attached) -> bytes:
    """An attachment out of its sealed bytes, by what the copy says of it; held to its digests.

    Raises:
        SealError, MalformedError: not the file that the copy names.
    """
    seed = canonical.decode_bytes(attached.seed)
    return envelope.open_attachment(
        sealed,
        Attachment(
            name=attached.name,
            media_type=attached.media_type,
            size=attached.size,
            sha256=attached.sha256,
            sealed_sha256=attached.sealed_sha256,
            sealed_size=attached.sealed_size,
            # The copy gives the key itself; its public half is what the letter names.
            recipient=canonical.digest(HybridIdentity(seed).recipient().raw),
        ),
        attached.seed,
    )
