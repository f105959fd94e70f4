"""The bundle: others' code that the signer serves is pinned, recorded, and made alike."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BROWSER = ROOT / "browser"
PACKAGES = ROOT / "build/bundle"
SERVED = ROOT / "src/cablegram/signer/static"
LICENCES = {"MIT", "BSD-3-Clause"}

RECORD = json.loads((BROWSER / "bundle.json").read_text())
LOCK = json.loads((BROWSER / "package-lock.json").read_text())

needs_packages = pytest.mark.skipif(
    shutil.which("node") is None or not (PACKAGES / "node_modules/esbuild").is_dir(),
    reason="node or the packages of browser/ are not installed (make bundle)",
)


def bundle(to: Path, *, browser: Path = BROWSER, packages: Path = PACKAGES):
    return subprocess.run(
        ["node", browser / "bundle.mjs", packages, to],
        capture_output=True,
        text=True,
        check=False,
    )


def recorded(name: str) -> tuple[int, str]:
    return RECORD[name]["bytes"], RECORD[name]["sha256"]


def measured(path: Path) -> tuple[int, str]:
    data = path.read_bytes()
    return len(data), sha256(data).hexdigest()


@needs_packages
def test_bundle_is_the_recorded_bytes_each_time(tmp_path):
    """Made again, and from a copy under another path, it is byte for byte what is recorded."""
    elsewhere = tmp_path / "another place"
    shutil.copytree(PACKAGES, elsewhere, symlinks=True)
    for packages in (PACKAGES, elsewhere):
        ran = bundle(tmp_path / "to", packages=packages)
        assert (0, "") == (ran.returncode, ran.stderr)
        assert recorded("age") == measured(tmp_path / "to/age.js")
        assert recorded("licences") == measured(tmp_path / "to/age.licences.txt")


@needs_packages
def test_a_bundle_of_one_other_byte_is_not_served(tmp_path):
    """A package that was changed after it was checked by npm changes nothing that is served."""
    packages = tmp_path / "packages"
    shutil.copytree(PACKAGES, packages, symlinks=True)
    stream = packages / "node_modules/age-encryption/dist/stream.js"
    text = stream.read_text()
    assert "64 * 1024" in text
    stream.write_text(text.replace("64 * 1024", "65 * 1024"))
    ran = bundle(tmp_path / "to", packages=packages)
    assert 1 == ran.returncode
    assert "not the one that browser/bundle.json records" in ran.stderr
    assert not (tmp_path / "to").exists()


@needs_packages
def test_a_package_without_its_licence_is_not_bundled(tmp_path):
    """Others' code is handed on with the words it asks to be handed on with."""
    packages = tmp_path / "packages"
    shutil.copytree(PACKAGES, packages, symlinks=True)
    (packages / "node_modules/@scure/base/LICENSE").unlink()
    ran = bundle(tmp_path / "to", packages=packages)
    assert 1 == ran.returncode
    assert "brings no text of its licence" in ran.stderr
    assert not (tmp_path / "to").exists()


def test_what_is_served_is_what_is_recorded():
    """The files in the signer's folder, where set-up made them."""
    if not (SERVED / "age.js").exists():
        pytest.skip("the bundle was not made here (make bundle)")
    assert recorded("age") == measured(SERVED / "age.js")
    assert recorded("licences") == measured(SERVED / "age.licences.txt")


def test_bundle_makes_no_code_and_asks_nobody():
    """Nothing in it makes code of text, loads more of it, or speaks to a server."""
    if not (SERVED / "age.js").exists():
        pytest.skip("the bundle was not made here (make bundle)")
    code = (SERVED / "age.js").read_text()
    assert [] == re.findall(
        r"\beval\(|\bFunction\(|\bimport\(|\bfetch\(|XMLHttpRequest|WebSocket|sendBeacon"
        r"|innerHTML|document\.|localStorage|https?://(?!age-encryption\.org)",
        code,
    )
    assert 200_000 > len(code)


def test_lock_pins_each_package_by_its_hash():
    """npm takes nothing that is not the recorded bytes, and the lock says from nowhere."""
    pinned = {path: each for path, each in LOCK["packages"].items() if path}
    assert 10 < len(pinned)
    for path, each in pinned.items():
        assert re.fullmatch(r"sha512-[A-Za-z0-9+/]{86}==", each["integrity"]), path
        assert not {"resolved", "hasInstallScript"} & set(each) or path == "node_modules/esbuild"


def test_record_names_each_package_as_the_lock_pins_it():
    """Name, version and licence of all that is in the file; no licence that nobody has read."""
    locked = {
        (path.rpartition("node_modules/")[2], each["version"], each["license"])
        for path, each in LOCK["packages"].items()
        if path
    }
    said = {(one["name"], one["version"], one["license"]) for one in RECORD["packages"]}
    assert said <= locked
    assert LICENCES >= {one["license"] for one in RECORD["packages"]}
    (esbuild,) = {version for name, version, _ in locked if name == "esbuild"}
    assert RECORD["made_with"] == f"esbuild {esbuild}"


def test_the_judge_in_node_is_what_the_browser_runs():
    """The interop tests hold the very versions that are bundled."""
    judge = json.loads((ROOT / "tests/interop/package-lock.json").read_text())["packages"]
    both = [path for path in judge if path and path in LOCK["packages"]]
    assert "node_modules/age-encryption" in both
    assert {path for path in LOCK["packages"] if "@noble" in path or "@scure" in path} <= set(both)
    for path in both:
        assert judge[path]["integrity"] == LOCK["packages"][path]["integrity"], path


def test_wheel_brings_the_bundle(tmp_path):
    """Whoever installs the wheel has it, licences beside it."""
    if not (SERVED / "age.js").exists():
        pytest.skip("the bundle was not made here (make bundle)")
    pytest.importorskip("hatchling")
    ran = subprocess.run(
        [ROOT / ".venv/bin/python", "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert 0 == ran.returncode, ran.stderr
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as held:
        code = held.read("cablegram/signer/static/age.js")
        assert held.read("cablegram/signer/static/age.licences.txt")
    assert recorded("age") == (len(code), sha256(code).hexdigest())
