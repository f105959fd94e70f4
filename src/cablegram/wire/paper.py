"""Papers: how a signed document travels in the clear (docs/spec/receipt.md, "The paper").

One line of canonical JSON, then its armored SSHSIGs one after another.  ``ssh-keygen -Y
verify`` checks each of them over the line without its line feed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal

from cablegram.errors import MalformedError
from cablegram.wire import canonical, fields

if TYPE_CHECKING:
    from collections.abc import Sequence

Kind = Literal["telegram", "receipt", "transmittal", "notice", "tally"]

SIGNATURES_MAX: Final = 4
SIGNATURE_SIZE_MAX: Final = 16_384
PAPER_MAX: Final = canonical.DOCUMENT_MAX + 1 + SIGNATURES_MAX * SIGNATURE_SIZE_MAX

_BEGIN = "-----BEGIN SSH SIGNATURE-----\n"
_END = "-----END SSH SIGNATURE-----\n"
_ARMORED = re.compile(rf"{_BEGIN}(?:[A-Za-z0-9+/=]{{1,76}}\n){{1,400}}{_END}\Z")
_AGE = b"age-encryption.org/v1\n"
_HINT = "Ask the sender to sign and send it again."


def join(body: bytes, signatures: Sequence[str]) -> bytes:
    """The paper of a document and its signatures.

    Raises:
        MalformedError: no signature, too many, or one that is not armored.
    """
    for signature in signatures:
        if len(signature) > SIGNATURE_SIZE_MAX or not _ARMORED.match(signature):
            raise MalformedError("a signature is not an armored SSHSIG", hint=_HINT)
    if not 1 <= len(signatures) <= SIGNATURES_MAX:
        raise MalformedError(
            "a paper has {signatures} signatures", hint=_HINT, signatures=len(signatures)
        )
    if len(body) > canonical.DOCUMENT_MAX or b"\n" in body:
        raise MalformedError("a paper's document is not one line", hint=_HINT)
    return body + b"\n" + "".join(signatures).encode()


def split(data: bytes) -> tuple[bytes, tuple[str, ...]]:
    """The document and its signatures; neither is checked here.

    Raises:
        MalformedError: anything that ``join`` would not have written.
    """
    if len(data) > PAPER_MAX:
        raise MalformedError(
            "a paper is larger than {paper_max} bytes", hint=_HINT, paper_max=PAPER_MAX
        )
    body, _, rest = data.partition(b"\n")
    try:
        pieces = rest.decode("ascii").split(_END)
    except UnicodeDecodeError as exc:
        raise MalformedError("a paper's signatures are not text", hint=_HINT) from exc
    signatures = tuple(piece + _END for piece in pieces[:-1])
    fields.same(join(body, signatures), data, "paper")
    return body, signatures


def kind_of(data: bytes) -> Kind:
    """What lies at a carrier: a telegram by its age header, a paper by its format field.

    Raises:
        MalformedError: neither.
    """
    if data.startswith(_AGE):
        return "telegram"
    if data.startswith(b"{"):
        body, _ = split(data)
        stated = canonical.decode(body, what="the paper").get("format")
        kinds: tuple[Kind, ...] = ("receipt", "transmittal", "notice", "tally")
        for kind in kinds:
            if stated == fields.format_name(kind):
                return kind
    raise MalformedError("this is neither a telegram nor a paper", hint=_HINT)
