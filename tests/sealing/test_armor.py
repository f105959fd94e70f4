"""Armor: what comes back, and the faults that the public vectors do not have."""

from __future__ import annotations

import subprocess

import pytest

from cablegram.sealing import armor
from cablegram.sealing.faults import ArmorError

GOOD = armor.write(b"sealed" * 20)


@pytest.mark.parametrize("size", [0, 1, 47, 48, 49, 96, 5000])
def test_comes_back(size):
    """Data of every length around the line length comes back; ``base64`` writes the same lines."""
    data = bytes(n % 251 for n in range(size))
    text = armor.write(data)
    lines = subprocess.run(["base64", "-w64"], input=data, capture_output=True, check=True).stdout

    assert data == armor.read(text) == armor.read(b" \r\n" + text.replace(b"\n", b"\r\n") + b"\t")
    assert lines.split() == text.split(b"\n")[1:-2]


@pytest.mark.parametrize(
    "text",
    [
        b"",
        GOOD[1:],
        GOOD.replace(b"END", b"and"),
        GOOD.replace(b"FILE", b"file"),
        GOOD + b"sealed",
        GOOD * 2,
        GOOD.replace(b"\n", b"\r"),
        GOOD.replace(b"\n", b"\n\n", 2),
        GOOD.replace(b"c2Vh", b"c2V", 1),
        GOOD.replace(b"c2Vh", b"c2V*", 1),
        GOOD.replace(b"c2Vh", b"c2Vh ", 1),
        armor.write(bytes(armor.ARMOR_MAX)),
    ],
)
def test_other_spellings_are_refused(text):
    """Other marks, other wrapping, other characters and more than the bound are refused."""
    with pytest.raises(ArmorError):
        armor.read(text)
