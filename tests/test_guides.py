"""Guides are run as they stand: what follows ``$`` in a console block, in one shell.

A line of output may end in ``...`` where it differs each time.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cablegram.wiring import room

GUIDES = sorted((Path(__file__).parents[1] / "docs" / "guides").glob("*.md"))
_BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
_MARK = "=== "


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash on this machine")
@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.stem)
def test_what_a_guide_shows_is_what_happens(path, tmp_path):
    """Every example in the manual runs, and says what the page says."""
    lines = [
        line for block in _BLOCK.findall(path.read_text("utf-8")) for line in block.splitlines()
    ]
    commands = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
    assert commands
    script = 'set -e\ncablegram() { "$PYTHON" -m cablegram "$@"; }\n'
    script += "\n".join(f"echo '{_MARK}{n}'\n{line}" for n, line in enumerate(commands))
    environment = {k: v for k, v in os.environ.items() if not k.startswith("CABLEGRAM_")}
    try:
        ran = subprocess.run(
            ["bash", "-c", script],
            cwd=tmp_path,
            env={**environment, "PYTHON": sys.executable},
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        for settings in tmp_path.glob("*/office.toml"):
            room.lock(settings.parent)
    assert 0 == ran.returncode, ran.stdout + ran.stderr + (tmp_path / "notes").read_text()
    said = iter(ran.stdout.splitlines())
    for wanted, line in zip(_numbered(lines), said, strict=True):
        if wanted.endswith("..."):
            assert line.startswith(wanted.removesuffix("..."))
        else:
            assert wanted == line


def _numbered(lines):
    """The page's lines, each command as the mark that the script says before it."""
    count = 0
    for line in lines:
        if line.startswith("$ "):
            yield f"{_MARK}{count}"
            count += 1
        else:
            yield line
