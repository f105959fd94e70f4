"""The package aics-tlog audits a ledger of ours, and its cosignature holds with us.

It wants Python 3.12 or newer, so it runs in a venv of its own, ``build/judges-venv``.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from cablegram.ledger import checkpoint
from cablegram.ledger.note import Verifier, encode64
from cablegram.ledger.tile import HashReader

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / "build" / "judges-venv" / "bin" / "python"
JUDGE = Path(__file__).resolve().parent / "aics_judge.py"


@pytest.fixture(scope="module")
def judge(signer):
    if not PYTHON.is_file():
        pytest.skip("there is no build/judges-venv, which takes a Python of 3.12 or newer")
    asked = subprocess.run([PYTHON, "-c", "import aics_tlog"], capture_output=True, check=False)
    if asked.returncode:
        pytest.skip("aics-tlog is not installed in build/judges-venv")

    def run(folder, old, proofs):
        return subprocess.run(
            [PYTHON, "-I", JUDGE, folder, signer.vkey(), str(old)],
            input=json.dumps(proofs),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


def get(folder):
    def read(path):
        file = folder / path
        return file.read_bytes() if file.is_file() else None

    return read


@pytest.mark.parametrize(("steps", "tiles"), [((1,), 1), ((256, 1), 3), ((1000, 1, 600), 8)])
def test_judge_holds_with_us(judge, signer, write, tmp_path, steps, tiles):
    """It audits every tile and bundle, checks our proofs, and cosigns; we check what it signed."""
    every, roots = write(tmp_path, steps)
    size, old = sum(steps), next(iter(roots))
    reader = HashReader(get(tmp_path), size)
    proofs = {
        index: [encode64(every[index]), [encode64(one) for one in reader.inclusion(index)]]
        for index in range(0, size, 1 + size // 20)
    }
    said = judge(tmp_path, old, proofs)
    assert 0 == said.returncode, said.stderr
    report = json.loads(said.stdout)
    assert (tiles, (size + 255) // 256) == (report["tiles"], report["bundles"])
    assert roots[old].hex() == report["root"]
    ledger, witness = Verifier.parse(signer.vkey()), Verifier.parse(report["witness"])
    head = checkpoint.open(report["note"].encode(), ledger, [witness])
    assert {ledger: None, witness: 1767000000} == head.signed
    assert (size, roots[size]) == (head.checkpoint.size, head.checkpoint.root)


@pytest.mark.parametrize("name", ["checkpoint", "tile/0/000", "tile/entries/001.p/44"])
def test_judge_finds_what_changed(judge, write, tmp_path, name):
    """It refuses the same ledger once a file is changed."""
    write(tmp_path, (300,))
    file = tmp_path / name
    whole = file.read_bytes()
    file.write_bytes(whole[:20] + bytes([whole[20] ^ 1]) + whole[21:])
    assert judge(tmp_path, 150, {}).returncode
