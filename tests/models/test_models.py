"""The Spin model of custody holds, and finds each fault that is put into it (models/README.md)."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

MODELS = Path(__file__).parents[2] / "models"
SOAK = bool(os.environ.get("CABLEGRAM_SOAK"))
FAULTS = dict(re.findall(r"#define F_(\w+) (\d+)", (MODELS / "custody.pml").read_text("utf-8")))
SHOWS = {
    "TWO_HANDS": "HAS",
    "SUM": "TOTAL",
    "FINAL": "fin",
    "CLOCK": "leaf",
    "NO_VERIFY": "checked",
    "STALE_RECEIPT": "accepted",
    "PRINT_AGAIN": "pl",
    "NO_MUSTER": "HAS",
}
"""What the assertion is about that must find each fault."""


def outside(folder, *command, status=0):
    """What a program says; it must not end with a worse status."""
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert ended.returncode <= status, ended.stdout + ended.stderr
    return ended.stdout


@pytest.fixture
def search(tmp_path):
    """Search the model with a fault; gives Spin's report and the line of the assertion broken."""
    missing = [tool for tool in ("spin", "gcc") if shutil.which(tool) is None]
    if missing:
        pytest.skip(f"no {' and no '.join(missing)} here: apt-get install spin gcc libc6-dev")

    def run(fault, journeys):
        for path in MODELS.glob("*.pml"):
            shutil.copy(path, tmp_path)
        given = [f"-DFAULT={fault}", f"-DJOURNEYS={journeys}", "custody.pml"]
        outside(tmp_path, "spin", "-a", *given)
        outside(tmp_path, "gcc", "-O2", "-DSAFETY", "-DCOLLAPSE", "-o", "pan", "pan.c")
        report = outside(tmp_path, "./pan", "-m1000000")
        line = ""
        if "errors: 0" not in report:
            trail = outside(tmp_path, "spin", "-t", *given, status=1)
            number = re.search(r"custody\.pml:(\d+), Error: assertion violated", trail)
            assert number, trail[-2000:]
            line = (MODELS / "custody.pml").read_text("utf-8").splitlines()[int(number[1]) - 1]
        return report, line

    return run


def test_the_table_is_the_programs():
    """The model reads the very table that the rules read."""
    spec = importlib.util.spec_from_file_location("models_make", MODELS / "make.py")
    make = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make)
    assert make.text() == (MODELS / "table.pml").read_text("utf-8"), "run models/make.py"


def test_nothing_breaks_the_model(search):
    """All of it was searched: no assertion broke, and no path was cut short."""
    report, _ = search(0, 3 if SOAK else 2)
    assert "errors: 0" in report, report
    assert "max search depth too small" not in report
    assert int(re.search(r"(\d+) states, stored", report)[1]) > 200_000


@pytest.mark.parametrize("fault", FAULTS)
def test_each_seeded_fault_is_found(fault, search):
    """By the assertion that is there for it."""
    report, line = search(FAULTS[fault], 2 if fault == "STALE_RECEIPT" else 1)
    assert "errors: 1" in report
    assert SHOWS[fault] in line, line


def test_every_fault_has_its_assertion():
    assert set(SHOWS) == set(FAULTS)
