"""Copies named by hand and by scanner, wherever a name is taken (docs/spec/check.md)."""

from __future__ import annotations

import pytest

from cablegram.errors import MalformedError, UnknownError
from cablegram.model import check
from cablegram.registry import finding, serving
from offices import found, refuses
from registry.test_passing import accept, acquainted, dispatch, post


@pytest.fixture
def moscow():
    return found()


@pytest.fixture
def special(moscow):
    return acquainted(moscow, found("special", others=("poskrebyshev",)))


def named(office, text):
    with office.view() as books:
        return finding.copy(books, text)


def test_a_copy_is_named_with_its_check_characters(moscow):
    """With them, without, in small letters, and by what a scanner types."""
    copy = moscow.in_registry(2)[1]
    typed = f"1/2-{check.of_copy('moscow', 1, 2)}"
    for text in ("1/2", typed, typed.lower(), check.code("moscow", 1, 2), "CG1:moscow:1:2"):
        assert copy == named(moscow, text)
        with moscow.view() as books:
            assert copy == serving.one(books, text)
            assert copy in finding.find(books, text)[0].copies
    with moscow.view() as books:
        assert typed == finding.spelled(books, copy)
        assert "moscow" == finding.us(books)


def test_wrong_check_characters_offer_the_nearest(moscow):
    """The number itself with its right characters, and a near one with those that were typed."""
    moscow.in_registry(3)
    third = check.of_copy("moscow", 1, 3)
    with refuses(moscow, "the check characters of 1/2 are not", MalformedError) as caught:
        named(moscow, f"1/2-{third}")
    assert f"1/2-{check.of_copy('moscow', 1, 2)}" in caught[0].hint
    assert f"1/3-{third}" in caught[0].hint
    with refuses(moscow, "the check characters of", MalformedError) as caught:
        named(moscow, "775/77-ZZ")
    assert "nothing near it" in caught[0].hint
    with moscow.view() as books, pytest.raises(MalformedError):
        finding.find(books, f"1/2-{third}")


def test_a_code_of_nothing_here(moscow):
    """What is scanned and on no charge here is laid aside."""
    with refuses(moscow, "no copy 9/9 of moscow", UnknownError):
        named(moscow, check.code("moscow", 9, 9))
    with refuses(moscow, "not the code of a copy", MalformedError):
        named(moscow, "CG1:moscow")
    with refuses(moscow, "no copy", UnknownError):
        named(moscow, "")


def test_another_offices_copy_by_what_stands_on_its_sheets(moscow, special):
    """Moscow's numbers with Moscow's characters name it in the Special Sector, beside its own."""
    own = special.in_registry(2, verifier="poskrebyshev")
    sent = dispatch(moscow, moscow.in_registry(2)[1:], "special")
    post(moscow, special)
    theirs = accept(special, "moscow")
    assert own[1] == named(special, "1/2")
    assert own[1] == named(special, f"1/2-{check.of_copy('special', 1, 2)}")
    assert theirs == named(special, f"1/2-{check.of_copy('moscow', 1, 2)}")
    assert theirs == named(special, check.code("moscow", 1, 2))
    assert theirs == named(
        special, f"{theirs.incoming}-{check.of_name('special', theirs.incoming)}"
    )
    assert sent[0].number == 2
    with refuses(special, "the check characters of", MalformedError):
        named(special, "575/1-00")
