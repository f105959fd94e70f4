"""What may travel: the wire policy, apart from the reader (docs/spec/age.md, "What may travel").

Exactly one native stanza, and grease.  Everything else that age could carry is
refused by its name before any key is tried; no plugin is ever run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cablegram.errors import SealError
from cablegram.sealing import age
from cablegram.sealing.recipients import Kind
from cablegram.sentences import sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cablegram.sealing.header import Header, Stanza
    from cablegram.sealing.recipients import Identity
    from cablegram.sealing.stream import Sink, Source

WIRE_HEADER_MAX = 4096

_NATIVE = {"mlkem768x25519": Kind.HYBRID, "X25519": Kind.X25519}
_GREASE = "-grease"
_SHOWN_MAX = 40


def check_wire(header: Header) -> Kind:
    """The one native recipient type of the file: hybrid or, to be labelled, x25519.

    Raises:
        SealError: the header has something that may not travel; the message names it.
    """
    if header.size > WIRE_HEADER_MAX:
        raise _refused(
            sentence(
                "its header is longer than {wire_header_max} bytes", wire_header_max=WIRE_HEADER_MAX
            )
        )
    found = [stanza for stanza in header.stanzas if not stanza.kind.endswith(_GREASE)]
    for stanza in found:
        if stanza.kind not in _NATIVE:
            raise _refused(_named(stanza))
    if len(found) != 1:
        raise _refused(
            "it is sealed to more than one key" if found else "it is sealed to no office's key"
        )
    return _NATIVE[found[0].kind]


def open_wire(data: bytes, identities: Sequence[Identity]) -> bytes:
    """Open a file that came from outside: first the policy, then the keys.

    Raises:
        MalformedError: not an age file.
        SealError: refused by the policy, not sealed to us, or altered.
    """
    return age.decrypt(data, identities, check=check_wire)


def open_wire_stream(source: Source, sink: Sink, identities: Sequence[Identity]) -> None:
    """As ``open_wire``, in constant memory; what was written before an error is to be discarded."""
    age.decrypt_stream(source, sink, identities, check=check_wire)


def _named(stanza: Stanza) -> str:
    kind = stanza.kind[:_SHOWN_MAX]
    if kind == Kind.PASSPHRASE:
        return "it is sealed with a passphrase"
    if kind.startswith("ssh-"):
        return sentence("it is sealed to an SSH key ({kind})", kind=kind)
    if kind.endswith("tag"):
        return sentence("it is sealed to a hardware token ({kind})", kind=kind)
    return sentence("its stanza {kind} asks for a plugin, and none is ever run", kind=kind)


def _refused(why: str) -> SealError:
    return SealError(
        "the sealed file may not travel: {why}",
        hint="Ask the sender to seal it to the one key on your card.",
        kept="The sealed bytes are unchanged.",
        why=why,
    )
