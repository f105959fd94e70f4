"""Reading identities: the age key a person reads with, in a file of theirs (docs/spec/reading.md).

The file is the one that other age tools write: comments, and one secret key in a line.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cablegram.errors import MalformedError, SetUpError
from cablegram.model.names import person_id
from cablegram.sealing import recipients
from cablegram.sealing.recipients import SEED_SIZE, Kind
from cablegram.sentences import sentence
from cablegram.storage import durable
from cablegram.wiring.tools import keys as key_files

if TYPE_CHECKING:
    from pathlib import Path

    from cablegram.sealing.recipients import HybridIdentity, X25519Identity
    from cablegram.wiring.settings import Settings


def identity_path(root: Path, said: Settings, person: str) -> Path:
    """Where a person's identity lies unless they keep it elsewhere: beside their signing key."""
    return root / said.officers / f"{person_id(person)}.age"


def make_identity(path: Path, *, classical: bool = False) -> str:
    """Make an identity in a new file; gives its recipient.

    Raises:
        SetUpError: something lies there already.
    """
    if path.exists():
        raise SetUpError(
            "there is something at {to} already",
            hint="Name a file that is not there yet; an identity that is lost opens nothing again.",
            to=path.name,
        )
    kind = Kind.X25519 if classical else Kind.HYBRID
    identity = recipients.identity(kind, os.urandom(SEED_SIZE))
    public = str(identity.recipient())
    text = f"# reading key of a person\n# public key: {public}\n{identity.secret_text()}\n"
    with durable.told(sentence("the identity {file}", file=path.name)):
        durable.folder(path.parent, durable.PRIVATE_FOLDER)
        durable.write_new(path, text.encode(), durable.PRIVATE_FILE)
    return public


def read_identity(path: Path) -> HybridIdentity | X25519Identity:
    """The identity from its file.

    Raises:
        SetUpError: it is not there, or others may read it.
        MalformedError: it is no age identity.
    """
    data = key_files.read_private(path, sentence("the identity"))
    try:
        lines = data.decode("ascii").splitlines()
    except UnicodeDecodeError:
        lines = []
    found = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    if len(found) != 1:
        raise MalformedError(
            "{file} has not one identity in it",
            hint="Give the file that `cablegram officer reading-key new` wrote.",
            file=path.name,
        )
    return recipients.identity_from_text(found[0])
