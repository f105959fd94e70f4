"""A person's identity as the desk has it: wrapped for their passkeys (docs/spec/identity.md).

The desk can open none of it.  It gives out only what belongs to the recipient that stands on the
ledger, so that nothing old or foreign is unlocked by mistake.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from cablegram.errors import MalformedError
from cablegram.ports import Thing
from cablegram.registry import readers
from cablegram.wire import bech32, canonical

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cablegram.desk.frame import Desk

KIND: Final = "wrap"
WRAPS_MAX: Final = 16
SEALED_MAX: Final = 4096
"""A wrap as base64url; one is about 2,320."""

_BROWSER: Final = "mlkem768x25519"
_CREDENTIAL: Final = re.compile(r"[A-Za-z0-9_-]{1,1400}\Z")
_BEGINS: Final = b"age-encryption.org/v1\n"


def recipient(desk: Desk, person: str) -> str:
    """The digest of the person's standing reading key; empty where none stands.

    One that a browser cannot have made, an x25519 key in a file, is none here.
    """
    with desk.bureau.books.view() as view:
        key = readers.standing(view, person, desk.bureau)
    return digest(key.recipient) if key is not None and key.kind == _BROWSER else ""


def digest(text: str) -> str:
    """The digest that names a recipient: of its raw bytes."""
    return canonical.digest(bech32.decode(text)[1])


def wraps(desk: Desk, person: str, standing: str) -> list[dict[str, str]]:
    """``{credential, sealed}`` of each passkey that opens the identity of this recipient."""
    found = ((name, said) for name, said in kept(desk, person) if said["recipient"] == standing)
    return [{"credential": name, "sealed": str(said["sealed"])} for name, said in found]


def kept(desk: Desk, person: str) -> list[tuple[str, Mapping[str, Any]]]:
    """Every wrap of this person by its passkey, those of earlier recipients too."""
    found: list[tuple[str, Mapping[str, Any]]] = []
    for thing in desk.store.of(KIND, person):
        said = canonical.decode(thing.data)
        found.append((thing.name.partition("/")[2], said))
    return found


def keys(desk: Desk, person: str) -> list[dict[str, str]]:
    """The passkeys that this person made to sign with: ``{credential, line, label}``."""
    found = [canonical.decode(thing.data) for thing in desk.store.of("key", person)]
    return [{name: str(said[name]) for name in ("credential", "line", "label")} for said in found]


def read(said: object, known: Sequence[str]) -> list[tuple[str, str]]:
    """Wraps out of an answer: each for another passkey of these, and of the size of one.

    Raises:
        MalformedError: something else.
    """
    if not isinstance(said, list) or len(said) > WRAPS_MAX:
        raise _strange()
    found: dict[str, str] = {}
    for one in said:
        if not isinstance(one, dict) or set(one) != {"credential", "sealed"}:
            raise _strange()
        credential, sealed = one["credential"], one["sealed"]
        if credential not in known or not _CREDENTIAL.match(credential) or credential in found:
            raise _strange()
        if not isinstance(sealed, str) or len(sealed) > SEALED_MAX:
            raise _strange()
        if not canonical.decode_bytes(sealed).startswith(_BEGINS):
            raise _strange()
        found[credential] = sealed
    return list(found.items())


def keep(desk: Desk, person: str, made: Sequence[tuple[str, str]], standing: str) -> None:
    """Keep wraps of the identity of this recipient; those of earlier ones are taken away."""
    for name, said in kept(desk, person):
        if said["recipient"] != standing:
            desk.store.take(KIND, f"{person}/{name}")
    have = {name for name, _ in kept(desk, person)}
    if len(have | {name for name, _ in made}) > WRAPS_MAX:
        raise MalformedError(
            "{person} has {most} passkeys that open the reading key",
            hint="Use one of those.",
            person=person,
            most=WRAPS_MAX,
        )
    for credential, sealed in made:
        data = {"sealed": sealed, "recipient": standing, "made_at": desk.now()}
        desk.store.put(Thing(KIND, f"{person}/{credential}", canonical.encode(data), person))


def _strange() -> MalformedError:
    return MalformedError(
        "that is not an identity wrapped for a passkey of theirs", hint="Begin again at the desk."
    )
