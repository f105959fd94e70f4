"""What every Paper must keep: the promise of ports.Paper."""

from __future__ import annotations

from pathlib import Path

import pytest

from cablegram.errors import StorageError


def test_a_sheet_is_written_whole_and_its_place_is_told(paper):
    """put gives where it is; a repeat replaces it."""
    where = paper.put("21497-2.pdf", b"%PDF one")
    assert b"%PDF one" == Path(where).read_bytes()
    assert where == paper.put("21497-2.pdf", b"%PDF two")
    assert b"%PDF two" == Path(where).read_bytes()
    assert paper.put("Г-3349.pdf", b"") != where


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "../x.pdf", "a/b", "a\\b", "C:x", ".hidden", "x" * 121, "a\nb", "a\u202eb"],
)
def test_names_that_climb_or_deceive_are_refused(paper, name):
    """One clean name inside the folder, nothing else."""
    with pytest.raises(StorageError, match="not a name for a sheet"):
        paper.put(name, b"")
