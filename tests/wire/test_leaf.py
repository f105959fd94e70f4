"""Leaves: one spelling, sixteen salted slots, and disclosures that show no more than they name."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from hashlib import sha256, shake_256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cablegram.errors import LedgerError, MalformedError
from cablegram.wire import canonical
from cablegram.wire.leaf import (
    INSPECTOR_SLOTS,
    LEAF_SIZE,
    SLOT_CHARACTERS_MAX,
    SLOTS,
    Disclosed,
    Entry,
    Leaf,
    check,
    decode_entry,
    decode_leaf,
    disclose,
    encode_entry,
    make,
)

SEED = bytes(range(32))
ENTRY = Entry(
    kind="copy",
    act="issue",
    subject="0f" * 16,
    seq=4,
    at="1951-07-09T18:00:00Z",
    officer="makarov",
    holder="поскребышев",
    numbers="21497/2",
    order="sha256:" + "ab" * 32,
)


def slow_root(entry, seed):
    """The root as docs/spec/leaf.md words it, slot by slot."""
    stream = shake_256(b"cablegram leaf salts v1" + b"\x00" + seed).digest(512)
    level = []
    for number in range(16):
        salt = stream[32 * number : 32 * number + 32]
        value = str(getattr(entry, SLOTS[number])) if number < 14 else ""
        if value:
            salted = b"cablegram leaf v1" + b"\x00" + bytes([number]) + salt + value.encode()
            level.append(sha256(salted).digest())
        else:
            level.append(salt)
    while len(level) > 1:
        level = [
            sha256(b"cablegram leaf v1" + b"\x01" + level[at] + level[at + 1]).digest()
            for at in range(0, len(level), 2)
        ]
    return level[0]


def test_slots_are_the_entry():
    """The entry's fields are the slots, in slot order; the inspector's are an aligned quarter."""
    assert [field.name for field in fields(Entry)] == list(SLOTS)
    assert ("kind", "act", "subject", "seq") == INSPECTOR_SLOTS


def test_leaf_is_as_the_page_says():
    """A leaf is canonical JSON of day, root and version, 107 bytes, with the page's root."""
    expected = {"day": "1951-07-09", "root": f"sha256:{slow_root(ENTRY, SEED).hex()}", "v": 1}
    data = make(ENTRY, SEED)
    assert canonical.encode(expected) == data
    assert LEAF_SIZE == len(data) == 107
    assert Leaf("1951-07-09", slow_root(ENTRY, SEED)) == decode_leaf(data)
    assert data == decode_leaf(data).line()


def test_day_is_the_utc_date():
    """The day is that of the moment, in UTC, at both ends of it."""
    for at in ("1951-07-09T00:00:00Z", "1951-07-09T23:59:59Z"):
        assert b'{"day":"1951-07-09"' == make(replace(ENTRY, at=at), SEED)[:19]


def test_seed_hides_the_entry():
    """The same entry under another seed is another leaf."""
    assert make(ENTRY, SEED) != make(ENTRY, bytes(32))


@pytest.mark.parametrize(
    "bad",
    [
        {"kind": ""},
        {"act": ""},
        {"subject": ""},
        {"seq": -1},
        {"seq": 2**53},
        {"at": ""},
        {"at": "1951-07-09T18:00:00"},
        {"at": "1951-07-09T18:00:00+00:00"},
        {"at": "1951-07-09T18:00:00.5Z"},
        {"at": "1951-07-09T24:00:00Z"},
        {"at": "1951-02-29T18:00:00Z"},
        {"at": "0000-01-01T00:00:00Z"},
        {"at": "1951-07-09T18:00:00Z\n"},
        {"officer": "two\nlines"},
        {"officer": "a\x00b"},
        {"holder": "и\u0306"},
        {"holder": "\u202eevil"},
        {"evidence": "x" * (SLOT_CHARACTERS_MAX + 1)},
    ],
    ids=str,
)
def test_no_such_entry(bad):
    """An entry that lacks what it must have, or has what it must not, does not exist."""
    with pytest.raises(MalformedError):
        replace(ENTRY, **bad)


def test_long_entry():
    """Several long slots are fine as long as each is within its bound."""
    long = "x" * SLOT_CHARACTERS_MAX
    entry = replace(ENTRY, evidence=long, numbers=long)
    leaf = make(entry, SEED)
    assert {"evidence": long} == check(leaf, disclose(entry, SEED, ["evidence"]))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        make(ENTRY, SEED) + b"\n",
        make(ENTRY, SEED).replace(b'"v":1', b'"v":2'),
        make(ENTRY, SEED).replace(b"07-09", b"02-30"),
        make(ENTRY, SEED).replace(b"sha256:", b"sha512:"),
        make(ENTRY, SEED).upper(),
        make(ENTRY, SEED).replace(b"1951", "１９51".encode()),
        make(ENTRY, SEED).replace(b",", b", "),
        json.dumps({"v": 1, "day": "1951-07-09", "root": "sha256:" + "0" * 64}).encode(),
    ],
    ids=lambda data: data.decode()[:24],
)
def test_no_such_leaf(data):
    """Anything but the one spelling of a leaf is refused."""
    with pytest.raises(MalformedError):
        decode_leaf(data)


FILLED = [name for name in SLOTS if str(getattr(ENTRY, name))]


@settings(deadline=None)
@given(st.sets(st.sampled_from(FILLED), min_size=1))
def test_any_slots_can_be_shown(names):
    """Whatever slots are named are shown, and those alone, and they hold to the leaf."""
    disclosed = disclose(ENTRY, SEED, names)
    expected = {name: str(getattr(ENTRY, name)) for name in names}
    assert expected == check(make(ENTRY, SEED), disclosed)
    assert sorted(names, key=SLOTS.index) == [name for name, _, _ in disclosed.shown]
    assert len(disclosed.siblings) <= 16 - len(names)


@settings(deadline=None)
@given(st.sets(st.sampled_from(FILLED), min_size=1), st.data())
def test_one_bit_changed_is_refused(names, data):
    """One bit changed in any salt, sibling or value no longer fits the leaf."""
    disclosed = disclose(ENTRY, SEED, names)
    parts = [part for _, value, salt in disclosed.shown for part in (salt, value.encode())]
    parts += disclosed.siblings
    at = data.draw(st.integers(0, len(parts) - 1))
    bit = data.draw(st.integers(0, len(parts[at]) * 8 - 1))
    parts[at] = bytes(
        byte ^ (1 << bit % 8) if number == bit // 8 else byte
        for number, byte in enumerate(parts[at])
    )
    count = len(disclosed.shown)

    def read():
        shown = tuple(
            (name, parts[2 * number + 1].decode(), parts[2 * number])
            for number, (name, _, _) in enumerate(disclosed.shown)
        )
        check(make(ENTRY, SEED), Disclosed(shown, tuple(parts[2 * count :])))

    with pytest.raises((LedgerError, MalformedError, UnicodeDecodeError)):
        read()


def test_inspector_takes_two_siblings():
    """The inspector's four slots are one subtree: two hashes lead to the root."""
    assert 2 == len(disclose(ENTRY, SEED, INSPECTOR_SLOTS).siblings)


@pytest.mark.parametrize("names", [[], ["second"], ["slot14"], ["kind", "second"]], ids=str)
def test_what_cannot_be_shown(names):
    """No slot, an empty one or an unknown one cannot be disclosed."""
    with pytest.raises(MalformedError):
        disclose(ENTRY, SEED, names)


GOOD = disclose(ENTRY, SEED, ["act", "at"])


@pytest.mark.parametrize(
    ("shown", "siblings"),
    [
        (GOOD.shown[::-1], GOOD.siblings),
        (GOOD.shown[:1] * 2, GOOD.siblings),
        ((("act", "", bytes(32)),), GOOD.siblings),
        ((("act", "issue", bytes(31)),), GOOD.siblings),
        ((("act", "iss\nue", bytes(32)),), GOOD.siblings),
        ((("acts", "issue", bytes(32)),), GOOD.siblings),
        (GOOD.shown, (*GOOD.siblings[:-1], bytes(33))),
    ],
    ids=["order", "twice", "empty", "salt", "unclean", "unknown", "sibling"],
)
def test_no_such_disclosure(shown, siblings):
    """A disclosure with a fault of form does not exist."""
    with pytest.raises(MalformedError):
        Disclosed(tuple(shown), tuple(siblings))


@pytest.mark.parametrize(
    "siblings", [GOOD.siblings[:-1], (*GOOD.siblings, bytes(32)), GOOD.siblings[::-1], ()]
)
def test_siblings_must_fit(siblings):
    """Siblings too few, too many or out of order lead to no root."""
    with pytest.raises(LedgerError):
        check(make(ENTRY, SEED), Disclosed(GOOD.shown, siblings))


def test_of_another_leaf():
    """A disclosure fits its own leaf only."""
    with pytest.raises(LedgerError):
        check(make(replace(ENTRY, seq=5), SEED), GOOD)


def forged(entry_at, day, **slots):
    """A leaf whose slots say what ``Entry`` would not: an office that lies."""
    entry = replace(ENTRY, at=entry_at)
    object.__setattr__(entry, "at", entry_at)
    for name, value in slots.items():
        object.__setattr__(entry, name, value)
    disclosed = disclose(entry, SEED, ["seq", "at"])
    return Leaf(day, slow_root(entry, SEED)).line(), disclosed


def test_day_must_be_that_of_the_moment():
    """A leaf may not bear another day than the act in it."""
    leaf, disclosed = forged("1951-07-09T18:00:00Z", "1951-07-10")
    with pytest.raises(LedgerError, match="a leaf of 1951-07-10 holds an act of 1951-07-09"):
        check(leaf, disclosed)


@pytest.mark.parametrize("seq", ["04", "+4", "4 ", "９", str(2**53), "-1"])
def test_seq_has_one_spelling(seq):
    """A seq that Entry would not write is refused though its hash fits."""
    leaf, disclosed = forged("1951-07-09T18:00:00Z", "1951-07-09", seq=seq)
    with pytest.raises(MalformedError):
        check(leaf, disclosed)


def test_at_has_one_spelling():
    """So is a moment."""
    entry = replace(ENTRY)
    object.__setattr__(entry, "at", "1951-07-09 18:00")
    with pytest.raises(MalformedError):
        check(Leaf("1951-07-09", slow_root(entry, SEED)).line(), disclose(entry, SEED, ["at"]))


def test_books_keep_the_entry():
    """The entry beside the leaf is canonical JSON of the slots that are set, and reads back."""
    expected = {name: getattr(ENTRY, name) for name in FILLED}
    assert canonical.encode(expected) == encode_entry(ENTRY)
    assert ENTRY == decode_entry(encode_entry(ENTRY))


@pytest.mark.parametrize(
    "change",
    [{"seq": "4"}, {"seq": None}, {"kind": None}, {"officer": ""}, {"officer": 3}, {"color": "x"}],
    ids=str,
)
def test_damaged_entry(change):
    """An entry in the books that we would not have written is refused."""
    slots = {name: getattr(ENTRY, name) for name in FILLED} | change
    slots = {name: value for name, value in slots.items() if value is not None}
    with pytest.raises(MalformedError):
        decode_entry(canonical.encode(slots))
