"""Every implementation of each promise in ports.py; a suite runs once for each of them."""

from __future__ import annotations

import pytest

from cablegram.carriers.folder import FolderCarrier
from cablegram.carriers.memory import MemoryCarrier
from cablegram.storage.blobs import FolderBlobs, MemoryBlobs
from cablegram.storage.memory import MemoryBooks
from cablegram.storage.paper import FolderPaper
from cablegram.storage.sql.sqlite import SqliteBooks
from cablegram.storage.tiles import FolderTiles, MemoryTiles
from cablegram.storage.vault import FolderVault, MemoryVault


@pytest.fixture(params=["memory", "sqlite"])
def books(request, tmp_path):
    if request.param == "memory":
        yield MemoryBooks()
    else:
        kept = SqliteBooks(tmp_path / "books.db")
        yield kept
        kept.close()


@pytest.fixture(params=["memory", "folder"])
def blobs(request, tmp_path):
    return MemoryBlobs() if request.param == "memory" else FolderBlobs(tmp_path / "blobs")


@pytest.fixture(params=["memory", "folder"])
def tiles(request, tmp_path):
    return MemoryTiles() if request.param == "memory" else FolderTiles(tmp_path / "ledger")


@pytest.fixture(params=["memory", "folder"])
def vault(request, tmp_path):
    return MemoryVault() if request.param == "memory" else FolderVault(tmp_path / "vault")


@pytest.fixture(params=["memory", "folder"])
def carrier(request, tmp_path):
    return MemoryCarrier() if request.param == "memory" else FolderCarrier(tmp_path)


@pytest.fixture(params=["folder"])
def paper(request, tmp_path):
    return FolderPaper(tmp_path / "paper")
