"""Passkeys for orders that people made in their browsers (docs/spec/ask.md, "enrol").

The desk's store keeps them, appointed or not.  It is no evidence: whose key one is, the chief
learns from the person, by its words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cablegram.errors import MalformedError, OrderError, UnknownError
from cablegram.model.text import clean
from cablegram.ports import Thing
from cablegram.signatures import PublicKey
from cablegram.signatures.passkey import PASSKEY
from cablegram.wire import canonical, words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cablegram.ports import DeskStore, Shelves

KEYS_MAX: Final = 16
LABEL_MAX: Final = 60

_CREDENTIAL = re.compile(r"[A-Za-z0-9_-]{1,1400}")


@dataclass(frozen=True, slots=True)
class MadeKey:
    """One passkey: ``digest`` names its key, ``credential`` is its id, base64url."""

    digest: str
    person: str
    credential: str
    line: str
    label: str
    made_at: str
    prf: bool

    @property
    def words(self) -> str:
        """The eight words that its owner reads to the chief."""
        return words.of_key(self.digest)


def keep(store: DeskStore, person: str, said: Mapping[str, object], *, host: str, at: str) -> None:
    """Keep what a person's browser made; the same again changes nothing.

    Raises:
        MalformedError: not a passkey's id and line, or a label that is none.
        OrderError: for another host than the signer's, another person's, or one too many.
    """
    credential, line = said.get("credential"), said.get("line")
    label, prf = said.get("label", ""), said.get("prf", False)
    if not isinstance(credential, str) or not _CREDENTIAL.fullmatch(credential):
        raise MalformedError("that is not the id of a passkey", hint="Make it again.")
    if not isinstance(line, str) or not isinstance(label, str) or not isinstance(prf, bool):
        raise MalformedError("that is not a passkey's line and name", hint="Make it again.")
    clean(label, "the passkey's name", most=LABEL_MAX)
    key = PublicKey.from_line(line)
    if key.algorithm != PASSKEY or key.application != host or key.line() != line:
        raise OrderError(
            "the key is not a passkey for {host}", hint="Make it on the signer's page.", host=host
        )
    before = store.get("key", key.key_id())
    if before is not None and before.person != person:
        raise OrderError(
            "that passkey is another person's", hint="Each makes one of their own; log in as you."
        )
    if before is None and len(store.of("key", person)) >= KEYS_MAX:
        raise OrderError(
            "{person} has {keys_max} passkeys for orders",
            hint="Take one away that is used no more.",
            person=person,
            keys_max=KEYS_MAX,
        )
    data = {
        "credential": credential,
        "line": line,
        "label": label,
        "made_at": at,
        "prf": "yes" if prf else "",
    }
    store.put(Thing("key", key.key_id(), canonical.encode(data), person))


def made(store: DeskStore, person: str = "") -> list[MadeKey]:
    """All that were made, or one person's, the oldest first."""
    return sorted((_read(thing) for thing in store.of("key", person)), key=lambda key: key.made_at)


def waiting(view: Shelves, store: DeskStore) -> list[MadeKey]:
    """Those that nobody was ever appointed to, the oldest first."""
    return [key for key in made(store) if not view.officers.find("key", key.digest, limit=1)]


def by_words(view: Shelves, store: DeskStore, person: str, spoken: str) -> MadeKey:
    """The key of a person that waits and has these eight words, as they read them out.

    Raises:
        UnknownError: none such; a single wrong letter is enough.
    """
    typed = "-".join(re.split(r"[\s-]+", spoken.strip().lower()))
    for key in waiting(view, store):
        if key.person == person and key.words == typed:
            return key
    raise UnknownError(
        "no passkey of {person} with these words waits here",
        hint="Have them read the eight words again: another word is another key.",
        person=person,
    )


def forget(view: Shelves, store: DeskStore, person: str, digest: str) -> None:
    """Take away a key of this person's that no appointment stands on.

    Raises:
        UnknownError: there is no such key of theirs.
        OrderError: an appointment to it stands.
    """
    thing = store.get("key", digest)
    if thing is None or thing.person != person:
        raise UnknownError("there is no such passkey", hint="Look again: it may be gone already.")
    if any(not row.until_index for row in view.officers.find("key", digest)):
        raise OrderError(
            "{person} is in post with that passkey",
            hint="Have the chief relieve them of it first.",
            person=person,
        )
    store.take("key", digest)


def _read(thing: Thing) -> MadeKey:
    said = canonical.decode(thing.data)
    texts = {name: str(said[name]) for name in ("credential", "line", "label", "made_at")}
    return MadeKey(thing.name, thing.person, **texts, prf=said.get("prf") == "yes")
