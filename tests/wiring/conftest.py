"""Office folders for tests, made with little scrypt work."""

from __future__ import annotations

import shutil

import pytest

from cablegram.wiring import desk, room, tools
from folders import PASSPHRASE, founding


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """An office with two officers beside its chief; copied by ``office``."""
    root = tmp_path_factory.mktemp("made") / "moscow"
    office = tools.init_office(root, founding())
    keys = tools.unlock(root, PASSPHRASE)
    tools.appoint(office, tools.Post("vaganov", name="Ваганов"), chief="makarov", keys=keys)
    tools.appoint(office, tools.Post("chesnokova"), chief="makarov", other="vaganov")
    office.head()
    office.close()
    return root


@pytest.fixture
def root(made, tmp_path):
    """A copy of that office's folder; its room is locked at the end."""
    folder = tmp_path / "moscow"
    shutil.copytree(made, folder)
    yield folder
    room.lock(folder)


@pytest.fixture
def office(root):
    opened = desk.Office(root)
    yield opened
    opened.close()
