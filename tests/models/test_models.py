"""The Spin models hold, and each finds every fault that is put into it (models/README.md)."""

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
SHOWS = {
    "custody": {
        "TWO_HANDS": "HAS",
        "SUM": "TOTAL",
        "FINAL": "fin",
        "CLOCK": "leaf",
        "NO_VERIFY": "checked",
        "STALE_RECEIPT": "accepted",
        "PRINT_AGAIN": "pl",
        "NO_MUSTER": "HAS",
    },
    "numbers": {
        "RACE": "paper",
        "TWICE": "bears",
        "OWN_PAGE": "used",
        "NO_JUMP": "paper",
        "SHORT": "paper",
        "AGAIN": "paper",
        "OLD_ORDER": "bears",
    },
}
"""What the assertion is about that must find each fault, by model."""

WHOLE = {
    "custody": (("-DJOURNEYS=3",) if SOAK else (), 200_000),
    "numbers": (() if SOAK else ("-DORDERS=2",), 400_000),
}
"""How each model is searched when nothing is wrong, and the least states that must be seen."""
IDLE = {
    "custody": {
        # As the second office: it prints nothing to verify, and is not sent what it misses.
        "checked[c] = 1",
        "pl[c] = ( ((st[((1*1)+c)]==4)) -> ((2+(3*1))) : ((1+(3*1))) )",
    },
    "numbers": set(),
}
"""What no search comes to: a model in which nothing moves would hold as well."""
SMALL = {"custody": ("-DJOURNEYS=1",), "numbers": ("-DORDERS=2",)}
WIDER = {"STALE_RECEIPT": ("-DJOURNEYS=2",)}


def faults(model):
    """The faults that the model names, by their numbers."""
    return dict(re.findall(r"#define [FN]_(\w+) (\d+)", source(model)))


def source(model):
    return (MODELS / f"{model}.pml").read_text("utf-8")


def outside(folder, *command, status=0):
    """What a program says; it must not end with a worse status."""
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert ended.returncode <= status, ended.stdout + ended.stderr
    return ended.stdout


@pytest.fixture
def search(tmp_path):
    """Search a model with a fault; gives Spin's report and the line of the assertion broken."""
    missing = [tool for tool in ("spin", "gcc") if shutil.which(tool) is None]
    if missing:
        pytest.skip(f"no {' and no '.join(missing)} here: apt-get install spin gcc libc6-dev")

    def run(model, fault, defined):
        for path in MODELS.glob("*.pml"):
            shutil.copy(path, tmp_path)
        given = [f"-DFAULT={fault}", *defined, f"{model}.pml"]
        outside(tmp_path, "spin", "-a", *given)
        outside(tmp_path, "gcc", "-O2", "-DSAFETY", "-DCOLLAPSE", "-o", "pan", "pan.c")
        report = outside(tmp_path, "./pan", "-m1000000")
        line = ""
        if "errors: 0" not in report:
            trail = outside(tmp_path, "spin", "-t", *given, status=1)
            number = re.search(rf"{model}\.pml:(\d+), Error: assertion violated", trail)
            assert number, trail[-2000:]
            line = source(model).splitlines()[int(number[1]) - 1]
        return report, line

    return run


def test_the_table_is_the_programs():
    """The model reads the very table that the rules read."""
    spec = importlib.util.spec_from_file_location("models_make", MODELS / "make.py")
    make = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make)
    assert make.text() == (MODELS / "table.pml").read_text("utf-8"), "run models/make.py"


@pytest.mark.parametrize("model", WHOLE)
def test_nothing_breaks_the_model(model, search):
    """All of it was searched: no assertion broke, no path was cut short, every line was run."""
    defined, least = WHOLE[model]
    report, _ = search(model, 0, defined)
    assert "errors: 0" in report, report
    assert "max search depth too small" not in report
    assert int(re.search(r"(\d+) states, stored", report)[1]) > least
    idle = re.findall(rf'{model}\.pml:\d+, state \d+, "(?!-end-)(.+)"', report)
    assert IDLE[model] == set(idle) - {"D_STEP65"}


@pytest.mark.parametrize(
    ("model", "fault"), [(model, fault) for model in SHOWS for fault in faults(model)]
)
def test_each_seeded_fault_is_found(model, fault, search):
    """By the assertion that is there for it."""
    report, line = search(model, faults(model)[fault], WIDER.get(fault, SMALL[model]))
    assert "errors: 1" in report
    assert SHOWS[model][fault] in line, line


@pytest.mark.parametrize("model", SHOWS)
def test_every_fault_has_its_assertion(model):
    assert set(SHOWS[model]) == set(faults(model))
