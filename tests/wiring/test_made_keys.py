"""Passkeys that people made for orders: kept, found by their words, taken away."""

from __future__ import annotations

import pytest

from cablegram.errors import MalformedError, OrderError, UnknownError
from cablegram.storage.desk_store import DeskStore
from cablegram.wire import words
from cablegram.wiring import made_keys
from offices import CHIEF, found
from passkeys import Passkey

AT = "2026-11-25T12:00:00Z"
HOST = "sign.localhost"


def said(name="molotov", **changes):
    line = Passkey(name).public_key.line()
    return {"credential": "AAAA", "line": line, "label": "blue token", "prf": True, **changes}


def keep(store, person="molotov", at=AT, **changes):
    made_keys.keep(store, person, said(**changes), host=HOST, at=at)


@pytest.fixture
def store():
    store = DeskStore()
    yield store
    store.close()


@pytest.fixture
def view():
    with found().view() as view:
        yield view


def test_what_is_kept_is_had_again(store, view):
    """Once, however often it is sent; by person, the oldest first."""
    keep(store)
    keep(store, label="the same")
    keep(store, "stalin", name="stalin", at="2026-11-25T11:00:00Z", prf=False)
    first, second = made_keys.made(store)
    assert ("stalin", "molotov") == (first.person, second.person)
    assert [second] == made_keys.made(store, "molotov")
    assert ("the same", AT, "AAAA", True) == (
        second.label, second.made_at, second.credential, second.prf,
    )  # fmt: skip
    assert not first.prf
    assert Passkey("molotov").public_key.key_id() == second.digest
    assert [first, second] == made_keys.waiting(view, store)


def test_its_words_are_the_first_half_of_its_name():
    """Two bytes a word, as cards spell theirs (docs/spec/card.md: 7f00 0001 is lusab-babad)."""
    assert words.of_key("sha256:7f000001" + "00" * 28).startswith("lusab-babad-babab-")
    assert 8 == words.of_key("sha256:" + "ab" * 32).count("-") + 1


FAULTS = {
    "no id": ({"credential": ""}, MalformedError, "id of a passkey"),
    "an id that is none": ({"credential": "A+/="}, MalformedError, "id of a passkey"),
    "a number for an id": ({"credential": 7}, MalformedError, "id of a passkey"),
    "an id too long": ({"credential": "A" * 1401}, MalformedError, "id of a passkey"),
    "no line": ({"line": None}, MalformedError, "line and name"),
    "a label that is none": ({"label": ["x"]}, MalformedError, "line and name"),
    "a word for a truth": ({"prf": "yes"}, MalformedError, "line and name"),
    "a label too long": ({"label": "x" * 61}, MalformedError, "60"),
    "a label that turns round": ({"label": "a\u202eb"}, MalformedError, "bidirectional"),
    "a comment": (
        {"line": Passkey("molotov").public_key.line() + " x"},
        OrderError,
        "is not a passkey for",
    ),
    "another kind": (
        {"line": found().people[CHIEF].public_key.line()},
        OrderError,
        "is not a passkey for",
    ),
    "another host": (
        {"line": Passkey("molotov", "desk.localhost").public_key.line()},
        OrderError,
        "is not a passkey for sign.localhost",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_not_kept(store, fault):
    """Each is refused, and nothing is there after it."""
    changes, error, says = FAULTS[fault]
    with pytest.raises(error, match=says):
        keep(store, **changes)
    assert [] == made_keys.made(store)


def test_nobody_takes_another_s_and_nobody_fills_the_store(store):
    """The same key under another's name; a seventeenth."""
    keep(store)
    with pytest.raises(OrderError, match="another person's"):
        keep(store, "stalin")
    for n in range(15):
        keep(store, name=f"molotov {n}")
    with pytest.raises(OrderError, match="molotov has 16 passkeys"):
        keep(store, name="molotov 16")
    assert 16 == len(made_keys.made(store))


def test_the_chief_finds_it_by_its_words(store, view):
    """As they are heard: capitals, blanks for hyphens.  One letter off, or another's: none."""
    keep(store)
    (key,) = made_keys.made(store)
    for spoken in (key.words, key.words.upper(), "  " + key.words.replace("-", " ") + " "):
        assert key == made_keys.by_words(view, store, "molotov", spoken)
    wrong = ("b" if key.words[0] != "b" else "d") + key.words[1:]
    for person, spoken in (
        ("molotov", wrong), ("stalin", key.words), ("molotov", key.words[:23]), ("molotov", ""),
    ):  # fmt: skip
        with pytest.raises(UnknownError, match="no passkey of"):
            made_keys.by_words(view, store, person, spoken)


def test_one_that_is_appointed_waits_no_more(store):
    """Nor is it taken away while the appointment stands; after it, it may be."""
    office = found()
    keep(store)
    (key,) = made_keys.made(store)
    facts = {"person": "molotov", "key_line": key.line, "role": "officer"}
    office.give("appoint", facts, by=CHIEF, two="makarov")
    with office.view() as view:
        assert [] == made_keys.waiting(view, store)
        with pytest.raises(UnknownError):
            made_keys.by_words(view, store, "molotov", key.words)
        with pytest.raises(OrderError, match="molotov is in post with that passkey"):
            made_keys.forget(view, store, "molotov", key.digest)
    office.give("relieve", {"person": "molotov", "reason": "leave"}, by=CHIEF, two="makarov")
    with office.view() as view:
        with pytest.raises(UnknownError, match="no such passkey"):
            made_keys.forget(view, store, "stalin", key.digest)
        made_keys.forget(view, store, "molotov", key.digest)
        with pytest.raises(UnknownError, match="no such passkey"):
            made_keys.forget(view, store, "molotov", key.digest)
    assert [] == made_keys.made(store)
