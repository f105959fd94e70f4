"""Key files of an office and its officers: made, read, never shown (docs/spec/keyfile.md)."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from cablegram.errors import SetUpError
from cablegram.model.names import person_id
from cablegram.sealing.keys import OfficeKeys, OfficerKey
from cablegram.sentences import sentence
from cablegram.storage import durable
from cablegram.wiring.desk import OFFICE_KEYS
from cablegram.wiring.tools.security_keys import SecurityKey, security_key

if TYPE_CHECKING:
    from pathlib import Path

    from cablegram.wiring.settings import Settings

KEY_FILE_MAX = 1 << 16


def unlock(root: Path, passphrase: str) -> OfficeKeys:
    """The office's keys from its key file.

    Raises:
        SetUpError: no key file, or others may read it.
        SealError: another passphrase.
    """
    return OfficeKeys.from_file(
        read_private(root / OFFICE_KEYS, "the office's key file"), passphrase
    )


def key_path(root: Path, said: Settings, person: str) -> Path:
    """Where an officer's key lies."""
    return root / said.officers / f"{person_id(person)}.key"


def officer_key(root: Path, said: Settings, person: str) -> OfficerKey | SecurityKey:
    """An officer's key from its file: the key itself, or the handle of one in a security key.

    Raises:
        SetUpError: no such file here, or others may read it.
    """
    return key_in(root / said.officers, person)


def key_in(folder: Path, person: str) -> OfficerKey | SecurityKey:
    """Likewise, in a folder that is no office's."""
    path = folder / f"{person_id(person)}.key"
    data = read_private(path, sentence("the key file of {person}", person=person))
    public = security_key(data)
    return OfficerKey.from_openssh(data) if public is None else SecurityKey(path, public)


def make_officer_key(
    root: Path, said: Settings, person: str
) -> tuple[OfficerKey | SecurityKey, bool]:
    """A new officer's key in its file, and whether it was made now; one that lies there is kept."""
    path = key_path(root, said, person)
    if path.exists():
        return officer_key(root, said, person), False
    key = OfficerKey.generate()
    with durable.told(sentence("the key file of {person}", person=person)):
        durable.folder(path.parent, durable.PRIVATE_FOLDER)
        durable.write_new(path, key.to_openssh(), durable.PRIVATE_FILE)
    return key, True


def read_private(path: Path, what: str) -> bytes:
    """A file that its owner alone may read; ``what`` is what a refusal calls it.

    Raises:
        SetUpError: no such file here, or others may read it.
    """
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            data = file.read(KEY_FILE_MAX)
    except OSError as error:
        raise SetUpError(
            "{what} is not here: {file}",
            hint="Bring it from where it is kept, or work where it lies.",
            what=what,
            file=path.name,
        ) from error
    if mode & 0o077:
        raise SetUpError(
            "{what} can be read by others",
            hint="Run `chmod 600` on {file} and ask who may have copied it.",
            what=what,
            file=path.name,
        )
    return data
