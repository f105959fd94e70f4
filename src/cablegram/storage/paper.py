"""Paper: the folder that printed sheets go to (docs/spec/books.md, "Paper").

The one place where text lies readable, because an officer ordered it printed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cablegram.errors import StorageError
from cablegram.model.text import unclean
from cablegram.storage import durable

if TYPE_CHECKING:
    from pathlib import Path

NAME_MAX = 120


class FolderPaper:
    """Sheets as files of one folder, made at the first ``put``, with the umask's rights."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, name: str, pdf: bytes) -> str:
        """See ``ports.Paper.put``."""
        path = self._root / _checked(name)
        with durable.told("the paper folder"):
            durable.folder(self._root, durable.PUBLIC_FOLDER)
            durable.write(path, pdf, durable.PUBLIC_FILE)
        return str(path)


def _checked(name: str) -> str:
    bad = not name or name.startswith(".") or any(stray in name for stray in "/\\:\n")
    if bad or len(name) > NAME_MAX or unclean(name) is not None:
        raise StorageError(
            "{name!r} is not a name for a sheet",
            hint="Use letters, digits, hyphens and dots, beginning with a letter or digit.",
            name=name,
        )
    return name
