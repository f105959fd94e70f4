"""One office on disk that commands are given to, with nothing sealed in it yet."""

from __future__ import annotations

import shutil

import pytest

from cablegram import cli
from cablegram.wiring import room, tools
from folders import PASSPHRASE, founding


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    root = tmp_path_factory.mktemp("made") / "moscow"
    office = tools.init_office(root, founding())
    keys = tools.unlock(root, PASSPHRASE)
    tools.appoint(office, tools.Post("vaganov"), chief="makarov", keys=keys)
    office.head()
    office.close()
    return root


@pytest.fixture
def root(made, tmp_path, monkeypatch):
    """A copy of the office; commands are given from the folder above it."""
    shutil.copytree(made, tmp_path / "moscow")
    monkeypatch.chdir(tmp_path)
    for name in ("CABLEGRAM_OFFICE", "CABLEGRAM_AS", "CABLEGRAM_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    yield tmp_path / "moscow"
    room.lock(tmp_path / "moscow")


@pytest.fixture
def run(root, capsys):
    """Give a command to the office; gives status, standard output and standard error."""

    def given(*arguments, office=True):
        named = ["--office", str(root)] if office else []
        status = cli.run([*named, *map(str, arguments)])
        out, err = capsys.readouterr()
        return status, out, err

    return given
