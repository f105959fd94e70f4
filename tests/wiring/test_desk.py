"""The desk's side: an office folder as a bureau, the room's client."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading

import pytest

from cablegram.errors import OrderError, RoomError, SetUpError
from cablegram.wire import room as frames
from cablegram.wiring import desk


def test_a_bureau_has_our_name_card_and_promises(office):
    """Everything an order may use, and no key."""
    bureau = office.bureau
    assert ("moscow", "moscow/ledger") == (bureau.name, bureau.origin)
    assert bureau.card == (office.root / "card.json").read_bytes()
    assert 32 == len(bureau.handle())
    assert bureau.clock.own
    office.close()
    office.close()


def test_the_desk_loads_nothing_that_holds_a_private_key(root):
    """Neither sealing nor the cipher room is in the process that shows the books."""
    script = (
        "import sys; from pathlib import Path; from cablegram.wiring import desk\n"
        f"office = desk.Office(Path({str(root)!r})); office.bureau; office.head(); office.room\n"
        "from cablegram.registry import serving\n"
        "print([name for name in sys.modules if name.startswith(('cablegram.sealing', "
        "'cablegram.cipher_room', 'cablegram.press'))])"
    )
    said = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert "[]" == said.stdout.strip()


def test_a_card_of_another_office_is_refused(root):
    """Settings and card speak of one office."""
    path = root / "office.toml"
    path.write_text(path.read_text().replace('office = "moscow"', 'office = "minsk"'))
    with pytest.raises(SetUpError):
        desk.open_bureau(root)


@pytest.mark.parametrize("name", ["card.json", "books.sqlite"])
def test_what_is_not_there_is_not_made_anew(root, name):
    """New books beside an old ledger would be a fork."""
    (root / name).unlink()
    with pytest.raises(SetUpError):
        desk.open_bureau(root)
    assert not (root / name).exists()


def test_a_locked_room_says_how_to_unlock_it(office):
    """No socket, or one that nobody answers."""
    with pytest.raises(RoomError) as caught:
        office.room.status()
    assert "room unlock" in caught.value.hint
    with socket.socket(socket.AF_UNIX) as stale:
        stale.bind(str(office.root / "room" / "socket"))
    with pytest.raises(RoomError) as caught:
        office.room.status()
    assert "room unlock" in caught.value.hint


def answering(path, reply):
    """A room that answers one connection with these bytes."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen()

    def serve():
        with listener, listener.accept()[0] as connection:
            connection.recv(1 << 20)
            connection.sendall(reply)

    thread = threading.Thread(target=serve)
    thread.start()
    return thread


@pytest.mark.parametrize("reply", [b"", b"\0\0", b"\0\0\0\x10short"])
def test_a_room_that_ends_in_the_middle_is_told(office, reply):
    """What it had committed is kept, and the order can be given again."""
    thread = answering(office.root / "room" / "socket", reply)
    with pytest.raises(RoomError) as caught:
        office.room.open("sha256:" + "0" * 64, ())
    assert "What the room had committed is kept." == caught.value.kept
    thread.join()


def test_a_refusal_comes_back_as_the_same_class(office):
    """With its three sentences."""
    error = OrderError("no", hint="Do.", kept="All.")
    frame = frames.frame(frames.encode_refusal(error))
    thread = answering(office.root / "room" / "socket", frame)
    with pytest.raises(OrderError) as caught:
        office.room.seal("sha256:" + "0" * 64, ())
    assert ("no", "Do.", "All.") == (str(caught.value), caught.value.hint, caught.value.kept)
    thread.join()


def test_a_socket_we_may_not_reach_is_told_otherwise(office):
    """Then it is not locked, but out of reach."""
    (office.root / "room" / "socket").symlink_to("socket")
    with pytest.raises(RoomError) as caught:
        office.room.status()
    assert "user" in caught.value.hint


def test_an_address_in_a_folder_that_others_can_write_is_refused(tmp_path):
    """Where the path is too long, the socket lies elsewhere, but never where others may write."""
    root = tmp_path / ("long" * 30)
    (root / "room").mkdir(parents=True)
    with pytest.raises(RoomError):
        desk.address(root)
    private = tmp_path / "private"
    private.mkdir(0o700)
    (root / "room" / "address").write_text(f"{private}/socket\n")
    assert private / "socket" == desk.address(root)
    private.chmod(0o777)
    with pytest.raises(RoomError) as caught:
        desk.address(root)
    assert "others can write" in str(caught.value)
    assert desk.ADDRESS_MAX < len(os.fsencode(root / "room" / "socket"))
