"""Blobs, tiles, vault and paper in folders: what lies where, and what a fault leaves."""

from __future__ import annotations

import errno
import os
import stat
from hashlib import sha256
from pathlib import Path

import pytest

from cablegram.errors import StorageError
from cablegram.storage import durable, vault
from cablegram.storage.blobs import FolderBlobs, MemoryBlobs
from cablegram.storage.paper import FolderPaper
from cablegram.storage.tiles import FolderTiles, MemoryTiles
from cablegram.storage.vault import FolderVault


def files(root):
    """Every file below, by its path, with its rights."""
    return {
        str(path.relative_to(root)): stat.S_IMODE(path.stat().st_mode)
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def folders(root):
    below = {stat.S_IMODE(path.stat().st_mode) for path in root.rglob("*") if path.is_dir()}
    return below | {stat.S_IMODE(root.stat().st_mode)}


@pytest.fixture(autouse=True)
def umask():
    """A usual umask, so that rights can be told."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
def order(monkeypatch):
    """What is synced and renamed, in order: ("sync", path) and ("name", path)."""
    told = []
    real_sync, real_replace, real_link = os.fsync, Path.replace, Path.hardlink_to

    def fsync(descriptor):
        told.append(("sync", Path(f"/proc/self/fd/{descriptor}").readlink()))
        real_sync(descriptor)

    def replace(self, target):
        told.append(("name", Path(target)))
        return real_replace(self, target)

    def hardlink_to(self, target):
        told.append(("name", self))
        real_link(self, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "replace", replace)
    monkeypatch.setattr(Path, "hardlink_to", hardlink_to)
    return told


def refuse(number):
    def fail(*_):
        raise OSError(number, os.strerror(number))

    return fail


# --- durable


def test_a_file_is_synced_before_it_is_named_and_its_folder_after(tmp_path, order):
    """Temp file, write, fsync, rename, fsync folder: in this order."""
    path = tmp_path / "x"
    durable.write(path, b"new", durable.PRIVATE_FILE)
    (first, temp), *rest = order
    assert "sync" == first
    assert temp.parent == tmp_path
    assert temp.name.startswith(".")
    assert [("name", path), ("sync", tmp_path)] == rest
    assert {"x": 0o600} == files(tmp_path)


def test_missing_folders_are_made_durable_from_the_top(tmp_path, order):
    """Each new folder's name is synced in the one above it."""
    durable.folder(tmp_path / "a" / "b", durable.PRIVATE_FOLDER)
    durable.folder(tmp_path / "a" / "b", durable.PRIVATE_FOLDER)
    assert [("sync", tmp_path), ("sync", tmp_path / "a")] == order
    assert {0o700} == folders(tmp_path)


def test_a_folder_that_another_process_made_meanwhile_will_do(tmp_path, monkeypatch):
    """mkdir meets a folder that was not there a moment ago."""
    (tmp_path / "a").mkdir()
    monkeypatch.setattr(Path, "is_dir", lambda self: self == tmp_path)
    durable.folder(tmp_path / "a", durable.PRIVATE_FOLDER)


def test_the_first_new_file_wins(tmp_path):
    """write_new leaves what is there; no temp file stays."""
    for data in (b"first", b"second"):
        durable.write_new(tmp_path / "key", data, durable.PRIVATE_FILE)
    assert b"first" == (tmp_path / "key").read_bytes()
    assert {"key": 0o600} == files(tmp_path)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
def test_a_full_disk_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch, number):
    """A fault while writing or renaming: what was there before is there still, and no temp."""
    path = tmp_path / "x"
    durable.write(path, b"old", durable.PRIVATE_FILE)
    for place, name in ((os, "fsync"), (Path, "replace")):
        with monkeypatch.context() as patched:
            patched.setattr(place, name, refuse(number))
            with pytest.raises(StorageError) as refused, durable.told("it"):
                durable.write(path, b"new", durable.PRIVATE_FILE)
        assert os.strerror(number) in str(refused.value)
        assert "What was kept before is as it was." == refused.value.kept
        assert b"old" == path.read_bytes()
        assert ["x"] == list(files(tmp_path))


def test_a_disk_that_is_really_full_leaves_nothing(tmp_path):
    """A real file system without room (where this machine has one to try on)."""
    room = Path("/dev/full")
    if not room.exists():
        pytest.skip("no /dev/full on this machine")
    with pytest.raises(OSError, match="No space"), room.open("wb", buffering=0) as full:
        full.write(b"x")


# --- blobs


def test_blobs_lie_by_their_digest_and_are_private(tmp_path):
    """<two digits>/<64 digits>, 0600 in folders of 0700."""
    root = tmp_path / "blobs"
    FolderBlobs(root).put(b"sealed")
    name = sha256(b"sealed").hexdigest()
    assert {f"{name[:2]}/{name}": 0o600} == files(root)
    assert {0o700} == folders(root)


def test_a_blob_that_changed_is_noticed_and_a_repeat_heals_it(tmp_path):
    """StorageError: no longer what they were; the same bytes put again are good again."""
    blobs = FolderBlobs(tmp_path)
    digest = blobs.put(b"sealed")
    (path,) = (path for path in tmp_path.rglob("*") if path.is_file())
    path.write_bytes(b"sealEd")
    with pytest.raises(StorageError, match="no longer what they were"):
        blobs.get(digest)
    blobs.put(b"sealed")
    assert b"sealed" == blobs.get(digest)


def test_a_blob_that_changed_in_memory_is_noticed():
    """The same check, so that tests may damage one."""
    blobs = MemoryBlobs()
    digest = blobs.put(b"sealed")
    blobs._kept[digest] = b"sealEd"
    with pytest.raises(StorageError, match="no longer what they were"):
        blobs.get(digest)


def test_a_blob_that_may_not_be_read_is_told(tmp_path):
    """Another refusal of the system is not "not there"."""
    blobs = FolderBlobs(tmp_path)
    digest = blobs.put(b"sealed")
    (path,) = (path for path in tmp_path.rglob("*") if path.is_file())
    path.unlink()
    path.mkdir()
    with pytest.raises(StorageError, match="could not be read"):
        blobs.get(digest)
    assert not blobs.has(digest)


def test_a_full_disk_keeps_no_part_of_a_blob(tmp_path, monkeypatch):
    """Nothing under the final name, and the office goes on once there is room."""
    blobs = FolderBlobs(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", refuse(errno.ENOSPC))
        with pytest.raises(StorageError, match="No space"):
            blobs.put(b"sealed")
    assert not files(tmp_path)
    assert b"sealed" == blobs.get(blobs.put(b"sealed"))


# --- tiles


def test_tiles_are_synced_together_and_the_checkpoint_last(tmp_path, order):
    """put renames and syncs no file; sync makes files, then their folders durable."""
    tiles = FolderTiles(tmp_path)
    (tmp_path / "tile" / "0").mkdir(parents=True)
    tiles.put("tile/0/000", b"one")
    tiles.put("tile/0/001", b"two")
    assert ["name", "name"] == [what for what, _ in order]
    order.clear()
    tiles.sync()
    folder = tmp_path / "tile" / "0"
    assert [("sync", path) for path in (folder / "000", folder / "001", folder)] == order
    order.clear()
    tiles.put("checkpoint", b"head")
    tiles.sync()
    assert [("name", tmp_path / "checkpoint"), ("sync", tmp_path / "checkpoint")] == order[:2]
    assert ("sync", tmp_path) == order[-1]
    order.clear()
    tiles.sync()
    assert not order


def test_tiles_are_for_all_to_read(tmp_path):
    """Rights are those the umask leaves."""
    root = tmp_path / "ledger"
    FolderTiles(root).put("tile/0/000.p/5", b"x")
    assert {"tile/0/000.p/5": 0o644} == files(root)
    assert {0o755} == folders(root)


def test_a_sync_that_failed_is_done_again(tmp_path, monkeypatch, order):
    """What could not be made durable stays on the list."""
    tiles = FolderTiles(tmp_path)
    tiles.put("checkpoint", b"head")
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", refuse(errno.EIO))
        with pytest.raises(StorageError, match="the ledger's folder"):
            tiles.sync()
    order.clear()
    tiles.sync()
    assert ("sync", tmp_path / "checkpoint") == order[0]


def test_memory_tiles_tell_what_a_power_cut_would_leave():
    """What was put since the last sync is not in it."""
    tiles = MemoryTiles()
    tiles.put("tile/0/000", b"x")
    tiles.sync()
    tiles.put("checkpoint", b"head")
    assert {"tile/0/000": b"x"} == tiles.synced


def test_a_tile_below_a_file_is_not_there(tmp_path):
    """A path that runs through a file is none, as one that is absent."""
    tiles = FolderTiles(tmp_path)
    tiles.put("tile/0/000", b"x")
    assert tiles.get("tile/0/000/5") is None


# --- vault


def place(name):
    return sha256(name.encode()).hexdigest()


def test_the_vault_keeps_keys_apart_from_what_they_seal(tmp_path):
    """keys/ and sealed/, private, without the name or the data readable in either."""
    root = tmp_path / "vault"
    FolderVault(root).put("name", "makarov", b"Makarov the verifier")
    where = place("makarov")
    assert {f"keys/name/{where}": 0o600, f"sealed/name/{where}": 0o600} == files(root)
    assert {0o700} == folders(root)
    key, sealed = ((root / part / "name" / where).read_bytes() for part in ("keys", "sealed"))
    assert 32 == len(key)
    assert 12 + len(b"Makarov the verifier") + 16 == len(sealed)
    assert b"Makarov" not in key + sealed


def test_each_thing_has_a_key_of_its_own(tmp_path):
    """No key serves twice, and a repeat keeps the key under a new nonce."""
    kept = FolderVault(tmp_path)
    for name in ("a", "b"):
        kept.put("name", name, b"the same")
    keys = {path.read_bytes() for path in (tmp_path / "keys").rglob("*") if path.is_file()}
    assert 2 == len(keys)
    path = tmp_path / "sealed" / "name" / place("a")
    before = path.read_bytes()
    kept.put("name", "a", b"the same")
    assert before[:12] != path.read_bytes()[:12]
    after = {path.read_bytes() for path in (tmp_path / "keys").rglob("*") if path.is_file()}
    assert keys == after


def test_destruction_overwrites_the_key_before_unlinking_it(tmp_path, order):
    """A second link to the key (a temp file of a crash, say) holds zeros afterwards."""
    kept = FolderVault(tmp_path)
    kept.put("name", "makarov", b"M")
    path = tmp_path / "keys" / "name" / place("makarov")
    second = tmp_path / "second"
    os.link(path, second)
    order.clear()
    kept.destroy("name", "makarov")
    assert bytes(32) == second.read_bytes()
    assert [("sync", path), ("sync", path.parent)] == order[:2]
    assert ["second"] == list(files(tmp_path))


def test_destroyed_data_stays_unreadable_beside_a_new_key(tmp_path, monkeypatch):
    """What an old key sealed is gone before a new key of that name is there."""
    kept = FolderVault(tmp_path)
    kept.put("name", "makarov", b"old")
    sealed = tmp_path / "sealed" / "name" / place("makarov")
    old = sealed.read_bytes()
    kept.destroy("name", "makarov")
    sealed.write_bytes(old)
    assert kept.get("name", "makarov") is None
    with monkeypatch.context() as patched:
        patched.setattr(durable, "write", refuse(errno.ENOSPC))
        with pytest.raises(StorageError):
            kept.put("name", "makarov", b"new")
    assert kept.get("name", "makarov") is None
    kept.put("name", "makarov", b"new")
    assert b"new" == kept.get("name", "makarov")


def test_a_crash_between_key_and_data_leaves_what_was_before(tmp_path, monkeypatch):
    """At first: nothing; at a repeat: the data as it was."""
    kept = FolderVault(tmp_path)
    real = durable.write
    for before in (None, b"one"):
        with monkeypatch.context() as patched:
            patched.setattr(durable, "write", refuse(errno.ENOSPC))
            with pytest.raises(StorageError, match="the vault could not be"):
                kept.put("name", "makarov", b"two")
        assert before == kept.get("name", "makarov")
        assert durable.write is real
        kept.put("name", "makarov", b"one")


def test_two_processes_may_put_the_same_name_first(tmp_path, monkeypatch):
    """The key that was there first serves both."""
    one, other = FolderVault(tmp_path), FolderVault(tmp_path)
    real = vault._unlink

    def other_goes_ahead(path):
        monkeypatch.setattr(vault, "_unlink", real)
        real(path)
        other.put("name", "makarov", b"other's")

    monkeypatch.setattr(vault, "_unlink", other_goes_ahead)
    one.put("name", "makarov", b"one's")
    assert b"one's" == other.get("name", "makarov")


@pytest.mark.parametrize("part", ["keys", "sealed"])
@pytest.mark.parametrize("fault", ["flip", "cut", "empty", "swap"])
def test_damage_in_the_vault_is_told(tmp_path, part, fault):
    """A flipped, cut or exchanged file: StorageError, not somebody else's name."""
    kept = FolderVault(tmp_path)
    kept.put("name", "makarov", b"Makarov")
    kept.put("name", "vaganov", b"Vaganov")
    path = tmp_path / part / "name" / place("makarov")
    data = path.read_bytes()
    swapped = (path.parent / place("vaganov")).read_bytes()
    path.write_bytes(
        {"flip": data[:-1] + bytes([data[-1] ^ 1]), "cut": data[:5], "empty": b"", "swap": swapped}[
            fault
        ]
    )
    with pytest.raises(StorageError, match="no longer what it was") as refused:
        kept.get("name", "makarov")
    assert "Makarov" not in str(refused.value) + refused.value.hint


def test_files_exchanged_as_a_pair_are_told(tmp_path):
    """Key and data of one name put under another: bound to kind and name, so refused."""
    kept = FolderVault(tmp_path)
    kept.put("name", "makarov", b"Makarov")
    kept.put("name", "vaganov", b"Vaganov")
    for part in ("keys", "sealed"):
        folder = tmp_path / part / "name"
        (folder / place("makarov")).write_bytes((folder / place("vaganov")).read_bytes())
    with pytest.raises(StorageError, match="no longer what it was"):
        kept.get("name", "makarov")


# --- paper


def test_sheets_are_for_all_that_the_umask_lets_read(tmp_path):
    """One folder, the umask's rights, durable."""
    root = tmp_path / "paper"
    assert str(root / "21497-2.pdf") == FolderPaper(root).put("21497-2.pdf", b"%PDF")
    assert {"21497-2.pdf": 0o644} == files(root)


def test_a_full_disk_keeps_no_part_of_a_sheet(tmp_path, monkeypatch):
    """The old sheet or none."""
    monkeypatch.setattr(os, "fsync", refuse(errno.ENOSPC))
    with pytest.raises(StorageError, match="paper folder"):
        FolderPaper(tmp_path).put("21497-2.pdf", b"%PDF")
    assert not files(tmp_path)
