"""The folder carrier: what lies where, and what hostile hands may put there."""

from __future__ import annotations

import errno
import os
import threading
from hashlib import sha256
from pathlib import Path

import pytest

from cablegram.carriers.folder import FolderCarrier
from cablegram.errors import CircuitError
from cablegram.ports import Item


def name(data):
    return sha256(data).hexdigest()


@pytest.fixture
def root(tmp_path):
    made = tmp_path / "stick"
    made.mkdir()
    return made


@pytest.fixture
def carrier(root):
    return FolderCarrier(root)


def test_items_lie_where_the_page_says(carrier, root):
    """<root>/<to>/<from>/<sha256>, and nothing else is left."""
    carrier.send("moscow", "beijing", b"one")
    files = [path for path in root.rglob("*") if path.is_file()]
    assert [root / "moscow" / "beijing" / name(b"one")] == files
    assert b"one" == files[0].read_bytes()


def test_an_item_is_synced_before_it_is_named_and_its_folder_after(carrier, root, monkeypatch):
    """Once send returns the carrier has the bytes."""
    (root / "moscow" / "beijing").mkdir(parents=True)
    told, real_sync, real_rename = [], os.fsync, os.rename

    def fsync(descriptor):
        told.append(Path(f"/proc/self/fd/{descriptor}").readlink().name[:1])
        real_sync(descriptor)

    def rename(*args, **places):
        told.append("rename")
        real_rename(*args, **places)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "rename", rename)
    carrier.send("moscow", "beijing", b"one")
    assert [".", "rename", "b"] == told


def test_a_stick_that_is_not_there_is_told(tmp_path):
    """A missing root is never made: each verb says to put the stick in."""
    carrier = FolderCarrier(tmp_path / "nowhere")
    item = Item("beijing", name(b"one"))
    for verb in (
        lambda: carrier.send("moscow", "beijing", b"one"),
        lambda: carrier.waiting("moscow"),
        lambda: carrier.fetch("moscow", item, 10),
        lambda: carrier.clear("moscow", item),
    ):
        with pytest.raises(CircuitError, match="is not there") as refused:
            verb()
        assert "Put the stick in" in refused.value.hint
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS])
def test_a_full_stick_leaves_nothing_behind(carrier, root, monkeypatch, number):
    """CircuitError; neither item nor temp file stays; sending again is fine."""

    def fail(*_):
        raise OSError(number, os.strerror(number))

    (root / "moscow" / "beijing").mkdir(parents=True)
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", fail)
        with pytest.raises(CircuitError, match="could not be read or written"):
            carrier.send("moscow", "beijing", b"one")
    assert not [path for path in root.rglob("*") if path.is_file()]
    carrier.send("moscow", "beijing", b"one")
    assert 1 == len(list(carrier.waiting("moscow")))


def test_a_stick_pulled_while_writing_is_told(carrier, monkeypatch):
    """Also where even the temp file cannot be taken away any more."""

    def fail(*_, **__):
        raise OSError(errno.EIO, "gone")

    monkeypatch.setattr(os, "fsync", fail)
    monkeypatch.setattr(os, "unlink", fail)
    with pytest.raises(CircuitError, match="gone"):
        carrier.send("moscow", "beijing", b"one")


def odd_things(place, outside):
    """Everything that may lie in a sender's folder and is no item."""
    (place / "readme.txt").write_bytes(b"x")
    (place / ".0123456789abcdef.tmp").write_bytes(b"x")
    (place / name(b"u").upper()).write_bytes(b"u")
    (place / f"{name(b'l')}.part").write_bytes(b"l")
    (place / name(b"d")).mkdir()
    (place / name(b"outside")).symlink_to(outside)
    (place / name(b"dangling")).symlink_to(place / "nothing")
    os.mkfifo(place / name(b"pipe"))


@pytest.mark.parametrize("claimed", ["..", "Beijing", "bei jing", "x" * 33, "-a", ".tmp"])
def test_folders_that_are_no_offices_are_passed_over(carrier, root, claimed):
    """Only office ids are senders."""
    if claimed != "..":
        (root / "moscow" / claimed).mkdir(parents=True)
        (root / "moscow" / claimed / name(b"one")).write_bytes(b"one")
    carrier.send("moscow", "beijing", b"one")
    assert [Item("beijing", name(b"one"))] == list(carrier.waiting("moscow"))
    with pytest.raises(CircuitError, match="not named as items are"):
        carrier.fetch("moscow", Item(claimed, name(b"one")), 10)
    with pytest.raises(CircuitError, match="not named as items are"):
        carrier.clear("moscow", Item(claimed, name(b"one")))


def test_things_that_are_no_items_are_passed_over(carrier, root, tmp_path):
    """Other names, temp files, folders, links and pipes neither wait nor block."""
    outside = tmp_path / "outside"
    outside.write_bytes(b"outside")
    carrier.send("moscow", "beijing", b"one")
    odd_things(root / "moscow" / "beijing", outside)
    (root / "moscow" / "readme.txt").write_bytes(b"x")
    (root / "moscow" / "special-sector").symlink_to(root / "moscow" / "beijing")
    assert [Item("beijing", name(b"one"))] == list(carrier.waiting("moscow"))


@pytest.mark.parametrize("data", [b"d", b"outside", b"dangling", b"pipe"])
def test_things_that_are_no_items_are_not_fetched(carrier, root, tmp_path, data):
    """Put there between waiting and fetching: refused at once, never followed, never waited for."""
    outside = tmp_path / "outside"
    outside.write_bytes(b"outside")
    carrier.send("moscow", "beijing", b"one")
    odd_things(root / "moscow" / "beijing", outside)
    refused = []

    def fetch():
        with pytest.raises(CircuitError) as error:
            carrier.fetch("moscow", Item("beijing", name(data)), 100)
        refused.append(error.value)

    thread = threading.Thread(target=fetch, daemon=True)
    thread.start()
    thread.join(10)
    assert refused
    assert "The item stays where it is." == refused[0].kept


@pytest.mark.parametrize(
    "wrong", ["../../etc/passwd", "", "x", "0" * 63, "A" * 64, "0" * 64 + "\n"]
)
def test_names_that_climb_are_refused(carrier, wrong):
    """An item is 64 lower-case hex digits."""
    for verb in (
        lambda: carrier.fetch("moscow", Item("beijing", wrong), 10),
        lambda: carrier.clear("moscow", Item("beijing", wrong)),
    ):
        with pytest.raises(CircuitError, match="not named as items are"):
            verb()


def test_links_to_folders_are_not_followed(carrier, root, tmp_path):
    """A link in an office's place would lead out of the stick: refused, nothing written there."""
    outside = tmp_path / "outside"
    (outside / "beijing").mkdir(parents=True)
    (root / "moscow").symlink_to(outside)
    item = Item("beijing", name(b"one"))
    for verb in (
        lambda: carrier.send("moscow", "beijing", b"one"),
        lambda: carrier.waiting("moscow"),
        lambda: carrier.fetch("moscow", item, 10),
        lambda: carrier.clear("moscow", item),
    ):
        with pytest.raises(CircuitError):
            verb()
    assert not list((outside / "beijing").iterdir())


def test_the_root_itself_may_be_a_link(root, tmp_path):
    """The operator names it; it is what lies below that is not trusted."""
    (tmp_path / "usb").symlink_to(root)
    FolderCarrier(tmp_path / "usb").send("moscow", "beijing", b"one")
    assert 1 == len(list(FolderCarrier(root).waiting("moscow")))


def test_bytes_that_are_not_their_name_are_refused_and_stay(carrier, root):
    """Truncated, flipped or exchanged on the way."""
    carrier.send("moscow", "beijing", b"one")
    (item,) = carrier.waiting("moscow")
    path = root / "moscow" / "beijing" / item.name
    for data in (b"", b"on", b"onE", b"one "):
        path.write_bytes(data)
        with pytest.raises(CircuitError, match="bytes that its name tells") as refused:
            carrier.fetch("moscow", item, 100)
        assert "The item stays where it is." == refused.value.kept
        assert data == path.read_bytes()


def test_sending_again_heals_what_lies_there(carrier, root, tmp_path):
    """A damaged item, a link or a pipe under the name gives way to the item."""
    place = root / "moscow" / "beijing"
    place.mkdir(parents=True)
    outside = tmp_path / "outside"
    outside.write_bytes(b"keep")
    for put in (
        lambda path: path.write_bytes(b"broken"),
        lambda path: path.symlink_to(outside),
        os.mkfifo,
    ):
        path = place / name(b"one")
        path.unlink(missing_ok=True)
        put(path)
        carrier.send("moscow", "beijing", b"one")
        assert b"one" == carrier.fetch("moscow", Item("beijing", path.name), 10)
    assert b"keep" == outside.read_bytes()


def test_clearing_takes_the_one_item(carrier, root):
    """The others stay; what cannot be cleared is told."""
    carrier.send("moscow", "beijing", b"one")
    carrier.send("moscow", "beijing", b"two")
    carrier.clear("moscow", Item("beijing", name(b"one")))
    assert [Item("beijing", name(b"two"))] == list(carrier.waiting("moscow"))
    (root / "moscow" / "beijing" / name(b"d")).mkdir()
    with pytest.raises(CircuitError):
        carrier.clear("moscow", Item("beijing", name(b"d")))


def test_a_large_allowance_takes_no_memory(carrier):
    """most is a bound, not a size to set aside."""
    carrier.send("moscow", "beijing", b"one")
    (item,) = carrier.waiting("moscow")
    assert b"one" == carrier.fetch("moscow", item, 1 << 62)
