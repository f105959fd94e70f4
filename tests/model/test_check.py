"""Check characters (docs/spec/check.md): the standard's value, and the slips they must find."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.errors import MalformedError
from cablegram.model import check

STANDARD = st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=20)
STAMPS = st.text("0123456789/-:ABCXYZАБТГ№", min_size=1, max_size=20)


def by_definition(text):
    """The standard's congruence, worked as it is written: the whole sum leaves 1."""
    values = [int(letter, 36) for letter in text]
    return sum(a * 36**n for n, a in enumerate(reversed(values))) % 1271


def test_the_standards_own_example():
    """ISO 7064 gives ISO79 the characters 3W."""
    assert "3W" == check.characters("ISO79")
    assert 1 == by_definition("ISO793W")


@given(STANDARD)
def test_a_text_with_its_characters_leaves_one(text):
    """The pure systems' condition, for any text of the standard's alphabet."""
    assert 1 == by_definition(text + check.characters(text))


@given(STAMPS, st.integers(0), st.sampled_from("0123456789/ABCXYZАБТГ"))
def test_every_single_wrong_character_is_found(text, where, other):
    """Whatever stands on a stamp, one wrong character never goes unseen."""
    n = where % len(text)
    if other != text[n]:
        assert check.characters(text) != check.characters(text[:n] + other + text[n + 1 :])


@given(STAMPS, st.integers(0))
def test_two_neighbours_changed_about_are_found(text, where):
    """21497 typed as 21947, also over a slash."""
    n = where % len(text)
    swapped = text[:n] + text[n : n + 2][::-1] + text[n + 2 :]
    if swapped != text:
        assert check.characters(text) != check.characters(swapped)


def test_a_name_and_its_characters():
    """They stand behind a hyphen, in either case; a stamp's own hyphen is not one."""
    assert ("21497/2", "K7") == check.split("21497/2-k7")
    assert ("575/2280", "") == check.split("575/2280")
    assert ("12-345", "") == check.split("12-345")
    assert check.of_copy("moscow", 21497, 2) == check.of_name("moscow", "21497/2")
    assert check.of_copy("moscow", 21497, 2) == check.characters("MOSCOW:21497/2")
    assert check.of_copy("moscow", 21497, 2) != check.of_copy("beijing", 21497, 2)


def test_a_code_is_read_as_it_was_printed():
    """Also one from before there were check characters, and in a scanner's capitals."""
    code = check.code("moscow", 21497, 2)
    assert code.startswith("CG1:moscow:21497:2:")
    for text in (code, code.upper(), "CG1:moscow:21497:2"):
        assert check.is_code(text)
        assert check.Scanned("moscow", 21497, 2) == check.read_code(text)
    assert not check.is_code("21497/2")


@pytest.mark.parametrize("text", ["CG1:", "CG1:moscow:21497", "CG1:moscow:2149x:2", "CG1:a:1:2:3"])
def test_what_is_no_code(text):
    """Cut short, or with a letter among the digits."""
    with pytest.raises(MalformedError, match="is not the code of a copy"):
        check.read_code(text)


def test_a_code_read_wrong_is_refused():
    """A digit that the scanner took for another."""
    wrong = check.code("moscow", 21497, 2).replace("21497", "21491")
    with pytest.raises(MalformedError, match="not read right"):
        check.read_code(wrong)


def test_what_is_one_slip_away():
    """A wrong digit, neighbours changed about (also a slash), one too few, one too many."""
    found = set(check.near("21497/2"))
    assert {"21491/2", "21497/3", "21947/2", "2149/72", "2149/2", "211497/2", "21497/21"} <= found
    assert "21497/2" not in found
