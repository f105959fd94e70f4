"""What every Tiles must keep: the promises of ports.Tiles."""

from __future__ import annotations

import pytest

from cablegram.errors import StorageError

PATHS = ["checkpoint", "tile/0/000", "tile/0/x001/067", "tile/entries/000.p/5", "tile/1/000.p/255"]


def test_files_are_kept_under_their_paths(tiles):
    """put then get, for every shape of path a ledger uses; a second put replaces."""
    for path in PATHS:
        assert tiles.get(path) is None
        tiles.put(path, path.encode())
    for path in PATHS:
        assert path.encode() == tiles.get(path)
    tiles.put("checkpoint", b"newer")
    assert b"newer" == tiles.get("checkpoint")


def test_sync_may_come_at_any_time(tiles):
    """With nothing put, after puts, and twice."""
    tiles.sync()
    tiles.put("tile/0/000", b"hashes")
    tiles.sync()
    tiles.sync()
    assert b"hashes" == tiles.get("tile/0/000")


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/checkpoint",
        "../checkpoint",
        "tile/../../x",
        "tile//0",
        "tile/",
        ".x",
        "a/.tmp",
        "a\\b",
    ],
)
def test_paths_that_climb_are_refused(tiles, path):
    """Only paths of the ledger's folder."""
    with pytest.raises(StorageError, match="not the path of a tile"):
        tiles.put(path, b"")
    with pytest.raises(StorageError, match="not the path of a tile"):
        tiles.get(path)
