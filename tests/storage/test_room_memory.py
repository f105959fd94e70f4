"""The room's memory (docs/spec/office-folder.md, "The room's memory")."""

from __future__ import annotations

import pytest

from cablegram.errors import MalformedError, StorageError
from cablegram.storage.room_memory import FileRoomMemory

ONE = "sha256:" + "1" * 64
TWO = "sha256:" + "2" * 64


@pytest.fixture
def path(tmp_path):
    return tmp_path / "room" / "memory"


def test_what_was_remembered_is_there_again(path):
    """Spent orders and the highest head, also for the next process."""
    memory = FileRoomMemory(path)
    assert (False, 0) == (memory.spent(ONE), memory.head())
    memory.spend(ONE)
    memory.see(7)
    memory.see(5)
    memory.spend(ONE)
    memory.see(7)
    for again in (memory, FileRoomMemory(path)):
        assert (True, False, 7) == (again.spent(ONE), again.spent(TWO), again.head())
    assert b'{"spent":"%s"}\n{"head":7}\n' % ONE.encode() == path.read_bytes()
    assert 0o600 == path.stat().st_mode & 0o777


def test_a_restore_is_remembered_by_its_order(path):
    """The newest counts; an office that never was restored remembers none."""
    memory = FileRoomMemory(path)
    assert "" == memory.restored()
    memory.remember_restored(ONE)
    memory.remember_restored(TWO)
    assert (TWO, TWO) == (memory.restored(), FileRoomMemory(path).restored())


@pytest.mark.parametrize("torn", [b"{", b'{"head":9', b'{"head":9}'])
def test_a_torn_last_line_is_dropped_and_what_follows_stands_on_its_own(path, torn):
    """Nobody was told that it is remembered."""
    memory = FileRoomMemory(path)
    memory.see(7)
    with path.open("ab") as file:
        file.write(torn)
    again = FileRoomMemory(path)
    assert 7 == again.head()
    again.see(8)
    assert b'{"head":7}\n{"head":8}\n' == path.read_bytes()


@pytest.mark.parametrize(
    "line",
    [
        b"\n",
        b"[]\n",
        b'{"head":"7"}\n',
        b'{"head":7,"spent":"x"}\n',
        b'{"spent":"sha256:1"}\n',
        b'{"spent": "x"}\n',
        b'{"head":7}\n{"head":7}\n',
        b'{"head":0}\n',
        b'{"lost":1}\n',
        b'{"restored":"sha256:1"}\n',
        b'{"head":' + b"7" * 300 + b"}\n",
        b"\xff\n",
    ],
)
def test_damage_before_the_last_line_is_refused(path, line):
    """A memory that was written into is not believed, and left as it is."""
    path.parent.mkdir()
    path.write_bytes(line)
    with pytest.raises(StorageError) as caught:
        FileRoomMemory(path)
    assert "The file is as it was." == caught.value.kept
    assert line == path.read_bytes()


def test_only_a_digest_is_spent(path):
    """What is appended can be read again."""
    with pytest.raises(MalformedError):
        FileRoomMemory(path).spend("sha256:x")
    assert not path.exists()


def test_what_cannot_be_written_is_not_remembered(path):
    """Durable or not at all."""
    memory = FileRoomMemory(path)
    path.mkdir(parents=True)
    with pytest.raises(StorageError):
        memory.see(3)
    assert 0 == memory.head()
