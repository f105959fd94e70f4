"""The seeded office, made once and copied for whoever works on it (``seeded``)."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from seeded import seeded


@pytest.fixture(scope="session")
def day(tmp_path_factory):
    """The office of the day as a folder, to read; whoever writes takes ``office_folder``."""
    made = seeded(tmp_path_factory.mktemp("day"))
    made.office.bureau.books.close()
    return made.root


@pytest.fixture
def office_folder(day, tmp_path):
    """A copy of it, to write on."""
    return Path(shutil.copytree(day, tmp_path / day.name))
