"""Holding: a copy's row against its newest leaf, and that against what was published or ordered.

Whoever can write the books cannot write the published tiles, and cannot sign: a row that was
set by hand moves no further (docs/spec/leaf.md, "The copy after the act").
"""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING

from cablegram.errors import CustodyError, LedgerError
from cablegram.ledger import log
from cablegram.model.custody import Copy
from cablegram.registry import entries, grounds
from cablegram.registry.reading import last
from cablegram.wire import canonical

if TYPE_CHECKING:
    from cablegram.bureau import Bureau
    from cablegram.ports import Shelves

_FIELDS = tuple(sorted(field.name for field in fields(Copy)))
_dump = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def row_digest(copy: Copy) -> str:
    """The digest of a copy's row, as its newest leaf has it (docs/spec/leaf.md)."""
    row = {name: value for name in _FIELDS if (value := getattr(copy, name)) not in ("", 0)}
    return canonical.digest(_dump(row).encode())


def hold(page: Shelves, copy: Copy, bureau: Bureau) -> None:
    """Hold a copy's row to its newest leaf, and that to what was published, or else was ordered.

    Raises:
        CustodyError: the row was written by hand.
    """
    leaf = last(page.leaves, "subject", copy.handle)
    entry = None if leaf is None else entries.proved(page, leaf, bureau)
    if leaf is not None and entry is not None and not log.is_covered(page, leaf):
        try:
            grounds.hold(page, leaf, bureau)
        except LedgerError:
            entry = None
    if entry is None or (entry.seq, entry.after) != (copy.seq, row_digest(copy)):
        raise CustodyError(
            "copy {number} is not in the books as the ledger has it",
            hint="Run `cablegram audit` on this office: a row was written by hand.",
            number=copy.number,
        )
