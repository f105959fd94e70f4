"""The room's process: started, asked, ended (docs/spec/room-socket.md)."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import time
from pathlib import Path

import pytest

from cablegram.errors import LedgerError, RoomError, SealError, SetUpError
from cablegram.wiring import desk, room
from folders import PASSPHRASE


def pids(root):
    """The processes that serve this office, by their command lines."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().split(b"\0")
        except OSError:
            continue
        if os.fsencode(root) in words and b"serve" in words:
            found.append(int(path.parent.name))
    return found


def ended(root):
    until = time.monotonic() + 10
    while room.running(root):
        assert time.monotonic() < until
        time.sleep(0.01)
    return True


def test_a_room_is_unlocked_asked_and_locked(root):
    """It answers until it is locked, and its process is then gone."""
    assert not room.running(root)
    said = room.unlock(root, PASSPHRASE)
    assert ("moscow", "unlocked") == (said["office"], said["state"])
    assert "unlocked" == desk.RoomClient(root).status()["state"]
    assert room.lock(root)
    assert not room.lock(root)
    with pytest.raises(RoomError):
        desk.RoomClient(root).status()
    assert [] == list((root / "room").glob("socket"))
    lines = (root / "room" / "log").read_text().splitlines()
    assert ["unlocked", "locked"] == [line.split(" ", 1)[1] for line in lines]


def test_another_passphrase_starts_nothing(root):
    """The refusal comes over the pipe, in its own class."""
    with pytest.raises(SealError):
        room.unlock(root, "another passphrase")
    assert ended(root)
    with pytest.raises(RoomError):
        desk.RoomClient(root).status()


def test_two_rooms_never_serve_one_office(root):
    """The second is refused, and the first goes on."""
    room.unlock(root, PASSPHRASE)
    with pytest.raises(RoomError) as caught:
        room.unlock(root, PASSPHRASE)
    assert "already" in str(caught.value)
    assert "unlocked" == desk.RoomClient(root).status()["state"]


@pytest.mark.skipif(not Path("/proc/self/limits").exists(), reason="the system has no /proc")
def test_the_passphrase_is_nowhere_and_no_core_is_written(root):
    """Not in the arguments, the environment or the log; and core files are off."""
    room.unlock(root, PASSPHRASE)
    (pid,) = pids(root)
    for name in ("cmdline", "environ"):
        assert PASSPHRASE.encode() not in Path(f"/proc/{pid}/{name}").read_bytes()
    limits = Path(f"/proc/{pid}/limits").read_text()
    assert re.search(r"Max core file size\s+0\s+0", limits)
    assert PASSPHRASE not in (root / "room" / "log").read_text()


@pytest.mark.skipif(not Path("/proc").exists(), reason="the system has no /proc")
def test_a_killed_room_leaves_a_stale_socket_that_the_next_replaces(root):
    """A crash gives up the lock; what lies there is recognised."""
    room.unlock(root, PASSPHRASE)
    (pid,) = pids(root)
    os.kill(pid, signal.SIGKILL)
    assert ended(root)
    assert (root / "room" / "socket").is_socket()
    with pytest.raises(RoomError):
        desk.RoomClient(root).status()
    assert "unlocked" == room.unlock(root, PASSPHRASE)["state"]


@pytest.mark.skipif(not Path("/proc").exists(), reason="the system has no /proc")
def test_a_room_ends_on_sigterm_and_takes_its_socket_away(root):
    """As a system that shuts down asks it."""
    room.unlock(root, PASSPHRASE)
    (pid,) = pids(root)
    os.kill(pid, signal.SIGTERM)
    assert ended(root)
    assert not (root / "room" / "socket").exists()


def test_a_room_goes_on_after_bad_frames(root):
    """Noise, a frame too long, a request cut short, a client that goes away."""
    room.unlock(root, PASSPHRASE)
    for data in (
        b"GET / HTTP/1.1\r\n\r\n",
        b"\xff\xff\xff\xff",
        b"\0\0\0\x05{}",
        b"\0\0\0\x02{}",
        b"",
    ):
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(root / "room" / "socket"))
            line.sendall(data)
            line.shutdown(socket.SHUT_WR)
    assert "unlocked" == desk.RoomClient(root).status()["state"]


def test_a_long_path_puts_the_socket_into_a_private_folder(root, tmp_path):
    """A socket's name has room for about a hundred bytes."""
    far = tmp_path / ("far" * 30) / "moscow"
    shutil.copytree(root, far)
    room.unlock(far, PASSPHRASE)
    try:
        path = Path((far / "room" / "address").read_text().rstrip("\n"))
        assert path == desk.address(far)
        assert 0o700 == path.parent.stat().st_mode & 0o777
        assert 0o600 == path.stat().st_mode & 0o777
        assert "unlocked" == desk.RoomClient(far).status()["state"]
    finally:
        room.lock(far)
    assert not path.parent.exists()
    with pytest.raises(RoomError):
        desk.RoomClient(far).status()


def test_the_socket_is_for_its_owner_alone(root):
    """Nobody else connects."""
    room.unlock(root, PASSPHRASE)
    assert 0o600 == (root / "room" / "socket").stat().st_mode & 0o777


def test_books_that_are_not_what_was_signed_keep_the_room_locked(root, tmp_path):
    """The whole ledger is checked before a key is used: a restored backup is noticed."""
    backup = tmp_path / "backup"
    shutil.copy(root / "books.sqlite", backup)
    office = desk.Office(root)
    from cablegram import registry
    from cablegram.wiring import tools

    facts = {"name": "cover/Filippov", "value": "stalin"}
    registry.perform([tools.sign_order(office, "makarov", "settle", (), facts)], office.bureau)
    office.head()
    office.close()
    shutil.copy(backup, root / "books.sqlite")
    with pytest.raises(LedgerError):
        room.unlock(root, PASSPHRASE)
    assert ended(root)


def test_an_office_without_its_key_file_says_so(root):
    """And what to bring back."""
    (root / "keys" / "office.age").unlink()
    with pytest.raises(SetUpError):
        room.unlock(root, PASSPHRASE)


@pytest.mark.parametrize("passphrase", ["", "x" * 5000])
def test_a_passphrase_that_cannot_be_one_is_refused(root, passphrase):
    """Empty, or longer than anybody types."""
    from cablegram.errors import CablegramError

    with pytest.raises(CablegramError):
        room.unlock(root, passphrase)
    assert ended(root)
