"""Audit: a sound folder has no findings; every change to it, or to a disclosure, is one."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cablegram.errors import LedgerError, MalformedError
from cablegram.ledger import audit, disclosure, log, tile
from cablegram.ledger.audit import FINDINGS_MAX, Finding, custody
from cablegram.ledger.checkpoint import Checkpoint
from cablegram.ledger.signer import Signer


def needed(size):
    """The files that an audit of a ledger of this size reads."""
    names = ["checkpoint"]
    for level, _ in enumerate(tile.widths(size)):
        count = size >> 8 * level
        for number in range((count + 255) // 256):
            names.append(tile.path(level, number, min(256, count - number * 256)))
            if level == 0:
                names.append(tile.path("entries", number, min(256, count - number * 256)))
    return names


@pytest.fixture(scope="module")
def small(new_office, signer):
    """An office with five leaves; read only."""
    office = new_office()
    office.enter(5)
    log.sign_checkpoint(office, signer)
    return office


def found(files, signer, **more):
    return audit.audit(files.get, signer.vkey(), **more).findings


def test_sound_folder(published, signer):
    """The public view of a sound ledger: origin, size, root, every leaf read, no findings."""
    result = audit.audit(published.get, signer.vkey())
    assert result.ok
    assert (published.origin, 300, 300, 0) == (
        result.origin,
        result.size,
        result.entries,
        result.disclosed,
    )
    assert published.books.head["head"].root == result.root


def test_every_byte_matters(small, signer):
    """Any bit flipped anywhere in a small ledger is a finding."""
    for name in needed(5):
        data = small.tiles.files[name]
        for at in range(len(data)):
            broken = data[:at] + bytes([data[at] ^ (1 << at % 8)]) + data[at + 1 :]
            assert found(small.tiles.files | {name: broken}, signer), (name, at)


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(needed(300)), st.data())
def test_any_bit_matters(published, signer, name, data):
    """So it is in a larger one, at any level."""
    whole = published.tiles.files[name]
    bit = data.draw(st.integers(0, len(whole) * 8 - 1))
    broken = bytearray(whole)
    broken[bit // 8] ^= 1 << bit % 8
    assert found(published.tiles.files | {name: bytes(broken)}, signer)


@pytest.mark.parametrize("name", needed(300))
@pytest.mark.parametrize("change", [lambda d: d[:-1], lambda d: d + b"\x00", lambda d: b"", None])
def test_any_length_matters(published, signer, name, change):
    """A file cut short, drawn out, emptied or missing is a finding."""
    files = dict(published.tiles.files)
    if change is None:
        del files[name]
        files.pop(name.partition(".p/")[0], None)
    else:
        files[name] = change(files[name])
    assert found(files, signer)


def test_findings_name_the_entry(published, signer):
    """A finding says which file or entry, in words, and the rest is still checked."""
    files = dict(published.tiles.files)
    del files["tile/entries/000"]
    files["tile/0/001.p/44"] = bytes(44 * 32)
    expected = (
        Finding(0, "tile/entries/000 is missing"),
        Finding(256, "tile/0/001.p/44 does not hold the hashes of what lies below it"),
        Finding(None, "tile/1/000.p/1 does not hold the hashes of what lies below it"),
        Finding(None, "the entries do not add up to the signed root"),
    )
    result = audit.audit(files.get, signer.vkey())
    assert expected == result.findings
    assert 44 == result.entries


def test_partial_tile_that_is_gone(published, signer):
    """Where a full tile has replaced the partial one, that is no finding."""
    files = dict(published.tiles.files)
    old = published_as_of_130(published, signer)
    del files["tile/0/000.p/130"], files["tile/entries/000.p/130"]
    assert () == found(files | {"checkpoint": old}, signer)
    damaged = files["tile/entries/000"] + b"\x00"
    assert found(files | {"checkpoint": old, "tile/entries/000": damaged}, signer)


def published_as_of_130(published, signer):
    edge, _ = tile.Edge().extend(hashes(published, 130))
    return signer.sign(Checkpoint(published.origin, 130, edge.root()).text()).encode()


def hashes(office, size):
    return [audit.merkle.leaf_hash(office.books.leaves[index].leaf) for index in range(size)]


@pytest.mark.parametrize(
    "entry",
    [
        b"",
        b"{}",
        b'{"day":"1951-02-30","root":"sha256:' + b"0" * 64 + b'","v":1}',
        b'{"day":"1951-07-05","root":"sha256:' + b"0" * 64 + b'","v":2}',
        b'{"day":"1951-07-05","root":"sha256:' + b"A" * 64 + b'","v":1}',
        b"x" * 65535,
    ],
    ids=["empty", "object", "day", "version", "capitals", "long"],
)
def test_entry_that_is_no_leaf(office, signer, entry):
    """An office that signs something else than leaves is found out, at the entry."""
    office.enter(3)
    office.books.leaves[1] = replace(office.books.leaves[1], leaf=entry)
    log.sign_checkpoint(office, signer)
    result = audit.audit(office.get, signer.vkey())
    assert (Finding(1, "a ledger entry is not a leaf"),) == result.findings


def test_checkpoint_of_another(published, signer):
    """A checkpoint that is missing or another's is the only finding."""
    result = audit.audit({}.get, signer.vkey())
    assert (Finding(None, "the checkpoint is missing"),) == result.findings
    assert not result.ok
    other = Signer(published.origin, bytes(32))
    (finding,) = audit.audit(published.get, other.vkey()).findings
    assert "a note is signed by nobody we know" == finding.what
    with pytest.raises(MalformedError):
        audit.audit(published.get, "mid.example/ledger")


def test_ledger_that_is_not_there(signer):
    """A checkpoint that promises more than anyone has is given up, not followed for ever."""
    text = Checkpoint(signer.origin, 2**53 - 1, bytes(32)).text()
    result = audit.audit({"checkpoint": signer.sign(text).encode()}.get, signer.vkey())
    assert FINDINGS_MAX + 1 == len(result.findings)
    assert "stopped" in result.findings[-1].what


def test_inspector(published, signer):
    """With the inspector's file every leaf is opened and the custody of each copy replayed."""
    lines = list(disclosure.inspector(published))
    result = audit.audit(published.get, signer.vkey(), disclosed=lines, replay=custody)
    assert () == result.findings
    assert (300, 300) == (result.entries, result.disclosed)
    # Copies 0 to 5 have 43 acts, copy 6 has 42: three to be verified, then issued and returned.
    assert (7, {"in_registry": 6, "issued": 1}) == (
        result.summary.copies,
        dict(result.summary.by_state),
    )


def test_inspector_without_replay(published, signer):
    """Without a replay each line is held to its leaf all the same."""
    lines = list(disclosure.inspector(published))
    result = audit.audit(published.get, signer.vkey(), disclosed=lines)
    assert (True, 300, None) == (result.ok, result.disclosed, result.summary)


def test_replay_may_stop_early(published, signer):
    """A replay that reads only some acts does not shorten the audit."""
    lines = list(disclosure.inspector(published))
    result = audit.audit(published.get, signer.vkey(), disclosed=lines, replay=next)
    assert (0, "copy", "allot", f"{0:032x}", 1) == result.summary
    assert (True, 300, 300) == (result.ok, result.entries, result.disclosed)


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_any_line_matters(small, signer, data):
    """A disclosure with any one character changed is a finding."""
    lines = list(disclosure.inspector(small))
    number = data.draw(st.integers(0, len(lines) - 1))
    at = data.draw(st.integers(0, len(lines[number]) - 1))
    line = bytearray(lines[number])
    line[at] ^= 1 << data.draw(st.integers(0, 6))
    lines[number] = bytes(line)
    assert found(small.tiles.files, signer, disclosed=lines, replay=custody)


def test_lie_in_a_disclosure(published, signer):
    """A value that the leaf does not hold is found at its entry, and the others are opened."""
    lines = list(disclosure.inspector(published))
    lines[4] = lines[4].replace(b'"allot"', b'"accept"')
    result = audit.audit(published.get, signer.vkey(), disclosed=lines)
    assert (Finding(3, "a disclosure does not belong to its leaf"),) == result.findings
    assert 299 == result.disclosed


def test_disclosure_of_another(published, small, signer):
    """A disclosure of another ledger, or as of another size, does not count."""
    lines = list(disclosure.inspector(published))
    other = json.loads(lines[0]) | {"origin": "other"}
    header = json.dumps(other, separators=(",", ":"), sort_keys=True).encode() + b"\n"
    (finding,) = found(published.tiles.files, signer, disclosed=[header, *lines[1:]])
    assert "the disclosure is of another ledger, other" == finding.what
    (finding,) = found(small.tiles.files, signer, disclosed=lines)
    assert "the disclosure is of 300 entries, the ledger has 5" == finding.what
    few = list(disclosure.inspector(small))
    (finding,) = found(published.tiles.files, signer, disclosed=few)
    assert "the disclosure is of 5 entries, the ledger has 300" == finding.what
    (finding,) = found(published.tiles.files, signer, disclosed=[])
    assert "cut short" in finding.what


def test_party(published, small, signer):
    """A party's file shows its slots; it may be older than the checkpoint, but not newer."""
    lines = list(disclosure.party(published, {9: ["officer"], 280: ["numbers", "at"]}))
    result = audit.audit(published.get, signer.vkey(), disclosed=lines, replay=custody)
    shown = (
        (9, {"officer": "vaganov"}),
        (280, {"at": "1951-07-05T19:25:00Z", "numbers": "21497/2"}),
    )
    assert (True, shown, 2, 300, None) == (
        result.ok,
        result.shown,
        result.disclosed,
        result.entries,
        result.summary,
    )
    older = list(disclosure.party(small, {2: ["at"]}))
    assert 1 == audit.audit(published.get, signer.vkey(), disclosed=older).disclosed
    assert found(small.tiles.files, signer, disclosed=lines)


def test_disclosure_of_a_missing_bundle(published, signer):
    """What cannot be held to a leaf is not shown; the missing bundle is the finding."""
    files = dict(published.tiles.files)
    del files["tile/entries/000"]
    lines = list(disclosure.inspector(published))
    result = audit.audit(files.get, signer.vkey(), disclosed=lines)
    assert 44 == result.disclosed
    assert Finding(0, "tile/entries/000 is missing") in result.findings


def acts(*steps, kind="copy", subject="c"):
    return [(index, kind, act, subject, seq) for index, (act, seq) in enumerate(steps)]


@pytest.mark.parametrize(
    ("rows", "index"),
    [
        (acts(("allot", 2)), 0),
        (acts(("allot", 1), ("print", 3)), 1),
        (acts(("allot", 1), ("print", 1)), 1),
        (acts(("allot", 1), ("issue", 2)), 1),
        (acts(("print", 1)), 0),
        (acts(("allot", 1), ("burn", 2)), 1),
        (acts(("allot", 1), ("void", 2), ("print", 3)), 2),
        ([*acts(("allot", 1)), (1, "telegram", "open", "c", 2)], 1),
        (acts(("open", 1), ("open", 1), kind="telegram"), 1),
    ],
)
def test_custody_that_does_not_follow(rows, index):
    """A gap, a repeat, an act out of place or unknown, a change of kind: refused by its entry."""
    with pytest.raises(Exception, match=f"entry {index} ") as refused:
        custody(rows)
    assert isinstance(refused.value, LedgerError) or "CustodyError" == refused.type.__name__


def test_custody_of_other_kinds():
    """Acts that are not on copies are counted through and otherwise left alone."""
    rows = [*acts(("open", 1), ("print_run", 2), kind="telegram"), *acts(("allot", 1), subject="d")]
    assert 1 == custody(rows).copies


def test_replay_that_refuses(office, signer):
    """What the replay refuses is a finding; the tree is checked all the same."""
    office.enter(8)
    office.books.leaves = dict(enumerate(list(office.books.leaves.values())[7:8]))
    office.books.leaves[0] = replace(office.books.leaves[0], index=0)
    log.sign_checkpoint(office, signer)
    lines = list(disclosure.inspector(office))
    result = audit.audit(office.get, signer.vkey(), disclosed=lines, replay=custody)
    assert [True] == ["entry 0 " in finding.what for finding in result.findings]
    assert 1 == result.entries


def test_the_ledger_must_begin_with_what_was_signed_before(new_office, signer):
    """Every earlier checkpoint of ours holds; one of another history, or a larger one, does not."""
    office = new_office()
    before = []
    for count in (1, 4, 300, 7):
        office.enter(count)
        log.sign_checkpoint(office, signer)
        before.append(office.tiles.files["checkpoint"])
    files = office.tiles.files
    assert () == found(files, signer, kept=before)
    empty = signer.sign(Checkpoint(signer.origin, 0, hashlib.sha256(b"").digest()).text()).encode()
    assert () == found(files, signer, kept=[empty])
    other = signer.sign(Checkpoint(signer.origin, 5, bytes(32)).text()).encode()
    later = signer.sign(Checkpoint(signer.origin, 999, bytes(32)).text()).encode()
    forged = Signer(signer.origin, b"\7" * 32).sign(Checkpoint(signer.origin, 5, bytes(32)).text())
    for note, said in (
        (other, "against a kept checkpoint"),
        (later, "the kept checkpoint has 999 entries, this ledger 312"),
        (forged.encode(), "against a kept checkpoint"),
        (b"junk", "against a kept checkpoint"),
    ):
        (finding,) = found(files, signer, kept=[note])
        assert said in finding.what
