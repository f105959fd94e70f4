"""office.toml (docs/spec/office-folder.md, "Settings")."""

from __future__ import annotations

import pytest

from cablegram.errors import MalformedError, SetUpError
from cablegram.wiring import settings

GOOD = """version = 1
office = "moscow"
zone = "Europe/Moscow"
clock = "machine"
language = "en"
paper = "paper"
officers = "officers"

[carriers]
folder = "/media/stick"
"""


def written(folder, text):
    (folder / "office.toml").write_text(text, "utf-8")
    return folder


def test_the_example_of_the_page_reads_and_is_written_the_same(tmp_path):
    """What is written is what was read."""
    said = settings.read(written(tmp_path, GOOD))
    assert ("moscow", "Europe/Moscow", {"folder": "/media/stick"}) == (
        said.office,
        said.zone,
        said.carriers,
    )
    assert GOOD == said.text()


def test_a_path_with_quotes_and_backslashes_comes_back(tmp_path):
    """Text is quoted so that TOML gives the same text."""
    path = 'C:\\stick "A"'
    said = settings.Settings(office="moscow", zone="UTC", carriers={"folder": path})
    assert path == settings.read(written(tmp_path, said.text())).carriers["folder"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("version = 1\n", "", "version = 1"),
        ("version = 1", "version = 2", "version = 1"),
        ('office = "moscow"\n', "", 'office = "moscow"'),
        ('office = "moscow"', "office = 7", 'office = "moscow"'),
        ('"Europe/Moscow"', '"Europe/Nowhere"', 'zone = "Europe/Moscow"'),
        ('"machine"', '"sundial"', 'clock = "machine"'),
        ('paper = "paper"', 'paper = ""', 'paper = "paper"'),
        ('officers = "officers"', 'officers = "a\\u0007b"', 'officers = "officers"'),
        ("[carriers]\n", "[transports]\n", "Take that line out"),
        ('[carriers]\nfolder = "/media/stick"', "", "[carriers]"),
        ('folder = "/media/stick"', "folder = 7", "[carriers]"),
        ('folder = "/media/stick"', 'pigeon = "north"', "[carriers]"),
        ('folder = "/media/stick"', "\n".join(f'c{n} = "x"' for n in range(9)), "[carriers]"),
        ("version = 1", 'version = 1\ncolour = "red"', "Take that line out"),
        ("version = 1", "version = = 1", "Mend that line"),
        ("version = 1", "version = 1 #" + " " * 70_000, "Mend that line"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_line_to_write(tmp_path, old, new, told):
    """Unknown, missing and wrongly typed keys are refused by name."""
    assert old in GOOD
    with pytest.raises(SetUpError) as caught:
        settings.read(written(tmp_path, GOOD.replace(old, new)))
    assert told in caught.value.hint


@pytest.mark.parametrize(("old", "new"), [('"moscow"', '"Moscow!"'), ('"en"', '"English"')])
def test_names_are_held_to_their_spelling(tmp_path, old, new):
    """An office id and a language are spelled as everywhere."""
    with pytest.raises(MalformedError):
        settings.read(written(tmp_path, GOOD.replace(old, new)))


def test_no_office_there_says_how_to_make_one(tmp_path):
    """A folder without settings is no office."""
    with pytest.raises(SetUpError) as caught:
        settings.read(tmp_path)
    assert "cablegram office init" in caught.value.hint
