"""Backups: sealed whole or not at all, and judged on their own (docs/spec/backup.md)."""

from __future__ import annotations

import io
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tarfile
from hashlib import sha256

import pytest

from cablegram.errors import (
    CablegramError,
    LedgerError,
    MalformedError,
    SealError,
    SetUpError,
    StorageError,
)
from cablegram.sealing import age
from cablegram.wire import backup as form
from cablegram.wire import ustar
from cablegram.wiring import tools
from cablegram.wiring.tools import backup as making
from cablegram.wiring.tools import checking


@pytest.fixture
def key(root, tmp_path):
    path = tmp_path / "safe" / "backup.key"
    path.parent.mkdir()
    tools.make_key(root, path, classical=True)
    return path


@pytest.fixture
def kept(office, key, tmp_path):
    """A backup of an office with three blobs that its books do not name."""
    for text in (b"one", b"two" * 1000, b""):
        office.bureau.blobs.put(text)
    tools.back_up(office, tmp_path / "b")
    return tmp_path / "b"


def opened(path, key):
    return age.decrypt(path.read_bytes(), [tools.read_identity(key)])


def members(path, key):
    with tarfile.open(fileobj=io.BytesIO(opened(path, key))) as tar:
        return {m.name: tar.extractfile(m).read() for m in tar}


def packed(contents):
    parts = [
        ustar.header(name, len(data)) + data + bytes(-len(data) % 512)
        for name, data in contents.items()
    ]
    return b"".join(parts) + ustar.END


def sealed(data, key, path):
    identity = tools.read_identity(key)
    path.write_bytes(age.encrypt(data, [identity.recipient()]))
    return path


def signed_anew(contents, office):
    """The members with list, manifest and note made to fit again, by the ledger's own key."""
    rest = {n: d for n, d in contents.items() if form.place(n) is not None}
    sums = b"".join(form.sums_line(sha256(d).digest(), n) for n, d in rest.items())
    old = form.decode(contents[form.MANIFEST])
    said = {name: getattr(old, name) for name in old.__slots__}
    said |= {
        "sums": "sha256:" + sha256(sums).hexdigest(),
        "bytes": sum(map(len, rest.values())),
        "blobs": sum(n.startswith("blobs/") for n in rest),
    }
    manifest = form.encode(form.Manifest(**said))
    note = office.signer.sign(form.note_text(old.office, manifest)).encode()
    return {form.MANIFEST: manifest, form.NOTE: note, form.SUMS: sums, **rest}


def refused(path, key, kind, match):
    with pytest.raises(kind, match=match) as caught:
        tools.check(path, tools.read_identity(key))
    assert caught.value.hint.endswith(".")
    assert caught.value.kept.endswith(".")


# --- what is in it ----------------------------------------------------------------------------


def test_a_backup_holds_with_its_key_alone(kept, key, office):
    """The office itself is gone when it is checked."""
    size, root = (head := office.head()).size, head.root
    office.close()
    shutil.rmtree(office.root)
    found = tools.check(kept, tools.read_identity(key))
    assert ("moscow", size, root, 3) == (
        found.manifest.office,
        found.manifest.size,
        found.manifest.root,
        found.manifest.blobs,
    )
    assert re.fullmatch(r"[a-z]{5}(-[a-z]{5}){7}", found.words)


def test_its_members_are_those_of_the_page_in_their_order(kept, key):
    """Nothing more: no vault, no ledger key, no room, no officer's key."""
    blobs = sorted(sha256(d).hexdigest() for d in (b"one", b"two" * 1000, b""))
    assert [
        "manifest.json",
        "manifest.note",
        "SHA256SUMS",
        "office.toml",
        "card.json",
        "card.json.1.sig",
        "card.json.2.sig",
        "clock",
        "keys/office.age",
        "keys/backup.recipients",
        "books.sqlite.0000",
        *(f"blobs/{b[:2]}/{b}" for b in blobs),
    ] == list(members(kept, key))


def test_no_name_no_share_and_no_key_of_the_vault_is_in_it(kept, key, office):
    """Erasure stays erasure: what the vault keeps, and its keys, are in no backup."""
    office.bureau.vault.put("share", "copy 2", b"the opening share of copy 2")
    data = opened(kept, key)
    for file in (office.root / "vault").rglob("*"):
        if file.is_file():
            assert file.read_bytes() not in data
    for secret in ("Ваганов".encode(), b"the opening share of copy 2", b"PRIVATE+KEY"):
        assert secret not in data
    assert (office.root / "keys/ledger.key").read_bytes() not in data
    for own in (office.root / "officers").iterdir():
        assert own.read_bytes() not in data


def test_officers_keys_are_in_it_where_that_was_asked_for(office, key, tmp_path):
    tools.back_up(office, tmp_path / "b", with_officers=True)
    tools.check(tmp_path / "b", tools.read_identity(key))
    found = [name for name in members(tmp_path / "b", key) if name.startswith("officers/")]
    assert [f"officers/{p}.key" for p in ("chesnokova", "makarov", "vaganov")] == found


def test_stock_tools_open_and_judge_it(kept, key, tmp_path):
    """age, tar, sha256sum; the note names the manifest; SQLite finds the books whole."""
    if shutil.which("age") is None:
        pytest.skip("no age here: apt-get install age")
    out = tmp_path / "outside"
    out.mkdir()
    plain = subprocess.run(["age", "-d", "-i", key, kept], capture_output=True, check=True).stdout
    subprocess.run(["tar", "x", "-C", out], input=plain, check=True)
    subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=out, check=True)
    assert sha256((out / "manifest.json").read_bytes()).hexdigest() in (
        out / "manifest.note"
    ).read_text("utf-8")
    books = sqlite3.connect(out / "books.sqlite.0000")
    assert [("ok",)] == books.execute("pragma integrity_check").fetchall()
    books.close()


def test_what_others_commit_meanwhile_is_not_in_it_and_waits_for_nothing(office, key, tmp_path):
    """The books are as of one moment, while pages go on."""
    original = making.snapshot
    sizes = []

    def snapshot(books, to):
        original(books, to)
        sizes.append(office.head().size)
        for n in range(3):
            order = tools.sign_order(
                office, "makarov", "settle", (), {"name": f"person/p{n}", "value": f"p{n}"}
            )
            tools_perform([order], office.bureau)
        office.head()

    from cablegram.registry import perform as tools_perform

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(making, "snapshot", snapshot)
        tools.back_up(office, tmp_path / "b")
    found = tools.check(tmp_path / "b", tools.read_identity(key))
    assert sizes == [found.manifest.size]
    assert sizes[0] + 3 == office.head().size


def test_books_of_several_pieces_are_joined_again(office, key, tmp_path, monkeypatch):
    monkeypatch.setattr(form, "PIECE_SIZE", 1 << 16)
    manifest = tools.back_up(office, tmp_path / "b")
    assert manifest.books > 2
    assert manifest == tools.check(tmp_path / "b", tools.read_identity(key)).manifest


def test_a_large_blob_is_sealed_and_checked_in_little_memory(office, key, tmp_path):
    """64 MiB go through with a few MiB more than an empty backup takes."""
    import tracemalloc

    office.bureau.blobs.put(os.urandom(64 << 20))
    tracemalloc.start()
    tools.back_up(office, tmp_path / "b")
    tools.check(tmp_path / "b", tools.read_identity(key))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 24 << 20


def test_names_go_into_a_file_of_their_own(office, key, tmp_path):
    """An erased name is in no file of names made after it."""
    assert 1 == tools.write_names(office, tmp_path / "n")
    read = checking.read_names(tmp_path / "n", tools.read_identity(key), "moscow")
    assert {"vaganov": "Ваганов"} == read
    office.bureau.vault.destroy("name", "vaganov")
    assert 0 == tools.write_names(office, tmp_path / "m")
    with pytest.raises(MalformedError, match="not the names of beijing"):
        checking.read_names(tmp_path / "n", tools.read_identity(key), "beijing")


# --- what is refused --------------------------------------------------------------------------


def test_a_key_in_the_office_folder_is_refused(root):
    with pytest.raises(SetUpError, match="lie in the office folder"):
        tools.make_key(root, root / "keys" / "k")


def test_a_key_is_never_written_over_and_kinds_do_not_mix(root, key, tmp_path):
    with pytest.raises(SetUpError, match="already"):
        tools.make_key(root, key)
    with pytest.raises(SetUpError, match="of one kind"):
        tools.make_key(root, tmp_path / "other")
    tools.make_key(root, tmp_path / "second", classical=True)
    assert 2 == len(making.read_recipients(root))


def test_each_of_two_keys_opens_it(root, office, key, tmp_path):
    tools.make_key(root, tmp_path / "second", classical=True)
    tools.back_up(office, tmp_path / "b")
    for one in (key, tmp_path / "second"):
        tools.check(tmp_path / "b", tools.read_identity(one))


def test_a_hybrid_key_is_the_default(root, office, tmp_path):
    assert tools.make_key(root, tmp_path / "k").startswith("age1pq")
    tools.back_up(office, tmp_path / "b")
    tools.check(tmp_path / "b", tools.read_identity(tmp_path / "k"))


def test_nothing_is_sealed_without_a_key_or_over_a_file(office, tmp_path):
    with pytest.raises(SetUpError, match="no backup key"):
        tools.back_up(office, tmp_path / "b")
    tools.make_key(office.root, tmp_path / "k")
    (tmp_path / "b").write_text("mine")
    with pytest.raises(SetUpError, match="already"):
        tools.back_up(office, tmp_path / "b")
    assert "mine" == (tmp_path / "b").read_text()


def test_another_key_opens_nothing(kept, root, tmp_path):
    tools.make_key(root, tmp_path / "k", classical=True)
    refused(kept, tmp_path / "k", SealError, None)


def test_a_damaged_blob_ends_the_backup(office, key, tmp_path):
    """Backing up reads everything, and says what is no longer what it was."""
    digest = office.bureau.blobs.put(b"sealed bytes").removeprefix("sha256:")
    (office.root / "blobs" / digest[:2] / digest).write_bytes(b"sealed byteZ")
    with pytest.raises(StorageError, match=digest):
        tools.back_up(office, tmp_path / "b")
    assert {"moscow", "safe"} == {path.name for path in tmp_path.iterdir()}
    assert ["lock"] == [path.name for path in (office.root / ".backup").iterdir()]


def test_only_one_is_made_at_a_time(office, key, tmp_path):
    with making._work(office.root), pytest.raises(SetUpError, match="is being made"):
        tools.back_up(office, tmp_path / "b")
    tools.back_up(office, tmp_path / "b")


@pytest.mark.parametrize("at", [0, 1, 100, 511, 512, 5000, -1025, -1, "cut", "more"])
def test_every_altered_byte_is_noticed_inside_the_seal_too(kept, key, at, tmp_path):
    """By whoever has the backup's recipient, which is no secret, and seals something else."""
    data = bytearray(opened(kept, key))
    if at == "cut":
        data = data[:-1024]
    elif at == "more":
        data += bytes(512)
    else:
        data[at] ^= 1
    with pytest.raises(CablegramError):
        tools.check(sealed(bytes(data), key, tmp_path / "x"), tools.read_identity(key))


@pytest.mark.parametrize(
    "name", ["office.toml", "card.json.1.sig", "keys/office.age", "manifest.note"]
)
def test_a_member_that_is_missing_is_named(kept, key, name, tmp_path):
    contents = members(kept, key)
    del contents[name]
    refused(sealed(packed(contents), key, tmp_path / "x"), key, MalformedError, "not whole")


@pytest.mark.parametrize("name", ["office.toml", "card.json", "keys/office.age"])
def test_a_backup_that_never_had_a_member_is_not_whole(kept, key, name, office, tmp_path):
    """Even where list, manifest and signature fit."""
    contents = members(kept, key)
    del contents[name]
    forged = packed(signed_anew(contents, office))
    refused(sealed(forged, key, tmp_path / "x"), key, MalformedError, f"it has no {name}")


@pytest.mark.parametrize(
    "name", ["../evil", "/evil", "vault/x", "blobs/aa/../x", "keys/ledger.key"]
)
def test_a_name_that_no_backup_has_is_refused(kept, key, name, office, tmp_path):
    """Nothing is ever written outside the folder that a backup is unpacked into."""
    contents = signed_anew(members(kept, key), office)
    contents[form.SUMS] += form.sums_line(sha256(b"x").digest(), name)
    contents[name] = b"x"
    with pytest.raises(MalformedError):
        tools.check(sealed(packed(contents), key, tmp_path / "x"), tools.read_identity(key))


def test_a_manifest_that_the_ledger_key_did_not_sign_is_refused(kept, key, tmp_path):
    """A thief with the recipient alone makes no backup that passes."""
    from cablegram.ledger.signer import Signer

    contents = members(kept, key)

    class Thief:
        signer = Signer("moscow/ledger", bytes(32))

    forged = packed(signed_anew(contents, Thief))
    refused(sealed(forged, key, tmp_path / "x"), key, CablegramError, None)


def test_a_row_written_by_hand_is_found(kept, key, office, tmp_path):
    """The books in it are held to its ledger, whoever sealed it."""
    contents = members(kept, key)
    work = tmp_path / "hand.sqlite"
    work.write_bytes(contents["books.sqlite.0000"])
    books = sqlite3.connect(work)
    books.execute("update leaves set act = 'settle' where \"index\" = 0")
    books.commit()
    books.execute("pragma journal_mode = delete")
    books.close()
    contents["books.sqlite.0000"] = work.read_bytes()
    forged = packed(signed_anew(contents, office))
    refused(sealed(forged, key, tmp_path / "x"), key, LedgerError, "not as its ledger has them")


def test_a_blob_that_the_books_name_must_be_there(office, key, tmp_path):
    with office.bureau.books.page("") as page:
        from cablegram.model.records import Outgoing

        digest = office.bureau.blobs.put(b"sealed")
        page.outgoing.put(Outgoing(digest, "beijing", "telegram", 0, "1951-07-05T15:30:00Z"))
    tools.back_up(office, tmp_path / "b")
    tools.check(tmp_path / "b", tools.read_identity(key))
    contents = members(tmp_path / "b", key)
    del contents[form.blob(digest.removeprefix("sha256:"))]
    forged = packed(signed_anew(contents, office))
    refused(sealed(forged, key, tmp_path / "x"), key, LedgerError, "lacks the sealed bytes")


# --- kills ------------------------------------------------------------------------------------

_KILL = """
import os, pathlib, signal, sys
from cablegram.storage import durable
from cablegram.wiring import desk, tools
left = int(sys.argv[1])

def counted(name, args):
    global left
    if name == "open" and not (isinstance(args[1], str) and any(c in args[1] for c in "wax")):
        return
    if name in {"open", "os.rename", "os.remove", "os.mkdir", "os.chmod"}:
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

office = desk.Office(pathlib.Path("moscow"))
office.bureau
sys.addaudithook(counted)
tools.back_up(office, pathlib.Path("out/b"))
"""


def test_a_kill_at_each_step_leaves_a_backup_that_holds_or_none(root, key, tmp_path):
    """And the next one is made as if nothing had been."""
    (tmp_path / "out").mkdir()
    killed = 0
    for at in range(200):
        ended = subprocess.run([sys.executable, "-c", _KILL, str(at)], cwd=tmp_path, check=False)
        there = (tmp_path / "out" / "b").exists()
        if there:
            tools.check(tmp_path / "out" / "b", tools.read_identity(key))
            (tmp_path / "out" / "b").unlink()
        if ended.returncode == 0:
            assert there
            break
        assert -signal.SIGKILL == ended.returncode
        assert all(path.name.startswith(".b.") for path in (tmp_path / "out").iterdir())
        killed += 1
    else:
        pytest.fail("it was killed 200 times and never came to its end")
    assert killed >= 6
    assert ["lock"] == [path.name for path in (root / ".backup").iterdir()]
