"""The public folder as a whole: every file that a head asks for, whatever was signed since.

What is given is what ``audit`` reads: the checkpoint, tiles and bundles (docs/spec/ledger.md).
Nothing is held to anything here: whoever has the files does that with a tool of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cablegram.ledger import log, tile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cablegram.model.records import SignedHead


def files(bureau: log.Bureau, head: SignedHead) -> Iterator[tuple[str, bytes]]:
    """Path and content of each file under a head of ours, the checkpoint first.

    No view is open meanwhile: files under a head never change.  A partial tile that was taken
    away since is cut from the full one.

    Raises:
        LedgerError: a file is missing; ``log.publish`` with ``whole`` writes them again.
    """
    yield log.CHECKPOINT, head.note
    yield from _row(bureau, "entries", head.size)
    level, size = 0, head.size
    while size:
        yield from _row(bureau, level, size)
        level, size = level + 1, size // tile.WIDTH


def _row(bureau: log.Bureau, level: tile.Level, size: int) -> Iterator[tuple[str, bytes]]:
    """The tiles that hold so many hashes of a level, or so many entries."""
    for number in range(-(-size // tile.WIDTH)):
        width = min(tile.WIDTH, size - number * tile.WIDTH)
        data = tile.read(bureau.tiles.get, level, number, width)
        yield tile.path(level, number, width), data
