"""Restoring an office folder, whole or not at all (docs/spec/restoring.md)."""

from __future__ import annotations

import shutil
import signal
import stat
import subprocess
import sys

import pytest

from cablegram import circuits
from cablegram.errors import CircuitError, MalformedError, OrderError, SealError, SetUpError
from cablegram.ledger import log
from cablegram.registry import auditing, numbering, proving, restoring
from cablegram.storage.room_memory import FileRoomMemory
from cablegram.wire import card as card_format
from cablegram.wire import words
from cablegram.wiring import desk, tools
from folders import PASSPHRASE


@pytest.fixture
def key(root, tmp_path):
    path = tmp_path / "backup.key"
    tools.make_key(root, path, classical=True)
    return path


@pytest.fixture
def backup(office, key, tmp_path):
    office.bureau.blobs.put(b"sealed bytes")
    tools.back_up(office, tmp_path / "b", with_officers=True)
    return tmp_path / "b"


@pytest.fixture
def restored(backup, key, tmp_path):
    made = tools.restore(backup, tmp_path / "again", tools.read_identity(key), PASSPHRASE)
    yield made
    made.office.close()


def test_the_office_is_there_under_a_new_ledger_and_the_same_words(restored, office):
    """Its leaves are the old ones and one more; books, card and head hold."""
    again = restored.office
    old, new = office.card, again.card
    assert words.fingerprint(old) == words.fingerprint(new)
    assert (old.serial + 1, old.signing, old.receiving) == (new.serial, new.signing, new.receiving)
    assert old.origin != new.origin == restored.origin == again.bureau.origin
    with again.bureau.books.view() as view:
        assert [] == auditing.hold(view)
        assert "restore" == view.leaves.find(limit=1000)[-1].act
        for row in view.officers.find():
            proving.prove(view, row, again.bureau)
        assert restoring.waiting(view, again.bureau) is not None
    with office.bureau.books.view() as view:
        count = len(view.leaves.find(limit=1000))
    assert count + 1 == log.verify_whole(again.bureau)
    assert card_format.encode(new) == (again.root / "card.json").read_bytes()


def test_nothing_of_the_backup_itself_is_left_and_rights_are_as_at_the_founding(restored, office):
    left = {path.name for path in restored.office.root.iterdir()}
    assert not left & {"manifest.json", "manifest.note", "SHA256SUMS"}
    for name in ("books.sqlite", "office.toml", "keys/office.age", "keys/ledger.key"):
        assert 0o600 == stat.S_IMODE((restored.office.root / name).stat().st_mode)
    for name in ("blobs", "vault", "room", "keys"):
        assert 0o700 == stat.S_IMODE((restored.office.root / name).stat().st_mode)
    assert b"sealed bytes" == restored.office.bureau.blobs.get(
        office.bureau.blobs.put(b"sealed bytes")
    )


def test_the_old_ledgers_key_is_nowhere_in_it(restored, office):
    """It cannot sign as the old ledger, not even by mistake."""
    old = (office.root / "keys/ledger.key").read_bytes()
    assert old != (restored.office.root / "keys/ledger.key").read_bytes()
    for path in restored.office.root.rglob("*"):
        assert not path.is_file() or old.strip() not in path.read_bytes()


def test_it_obeys_its_officers_and_sends_nothing(restored):
    again = restored.office
    order = tools.sign_order(
        again, "makarov", "settle", (), {"name": "person/molotov", "value": "molotov"}
    )
    from cablegram import registry

    registry.perform([order], again.bureau)
    with pytest.raises(CircuitError, match="restored from a backup"):
        circuits.carry(again.bureau)


def test_an_order_signed_before_is_dead(office, key, tmp_path):
    """Also one that was good and not yet given when the backup was made."""
    from cablegram import registry

    order = tools.sign_order(
        office, "makarov", "settle", (), {"name": "person/molotov", "value": "molotov"}
    )
    tools.back_up(office, tmp_path / "b")
    made = tools.restore(tmp_path / "b", tmp_path / "again", tools.read_identity(key), PASSPHRASE)
    with pytest.raises(OrderError):
        registry.perform([order], made.office.bureau)
    made.office.close()


def test_the_room_remembers_it(restored):
    memory = FileRoomMemory(restored.office.root / "room" / "memory")
    with restored.office.bureau.books.view() as view:
        (row,) = view.orders.find("act", "restore")
        assert row.digest == memory.restored()
        assert view.head.get("head").size == memory.head()


def test_names_come_back_from_their_own_file(office, backup, key, tmp_path):
    tools.write_names(office, tmp_path / "n")
    identity = tools.read_identity(key)
    names = {**tools.read_names(tmp_path / "n", identity), "stranger": "Nobody here"}
    made = tools.restore(backup, tmp_path / "again", identity, PASSPHRASE, names=names)
    assert "Ваганов".encode() == made.office.bureau.vault.get("name", "vaganov")
    assert made.office.bureau.vault.get("name", "stranger") is None
    made.office.close()


def test_without_that_file_nobody_has_a_name(restored):
    assert restored.office.bureau.vault.get("name", "vaganov") is None


# --- what is refused ------------------------------------------------------------------------------


def left(tmp_path):
    return sorted(p.name for p in tmp_path.iterdir() if p.name.startswith((".again", "again")))


@pytest.mark.parametrize("there", ["folder", "file", "office"])
def test_nothing_is_restored_over_anything(backup, key, root, tmp_path, there):
    place = tmp_path / "again"
    if there == "office":
        shutil.copytree(root, place)
    elif there == "folder":
        place.mkdir()
    else:
        place.write_text("mine")
    with pytest.raises(SetUpError, match="already"):
        tools.restore(backup, place, tools.read_identity(key), PASSPHRASE)
    assert ["again"] == left(tmp_path)


def test_another_passphrase_or_key_leaves_nothing(backup, key, root, tmp_path):
    with pytest.raises(SealError, match="passphrase"):
        tools.restore(backup, tmp_path / "again", tools.read_identity(key), "another phrase")
    tools.make_key(root, tmp_path / "k", classical=True)
    with pytest.raises(SealError):
        tools.restore(backup, tmp_path / "again", tools.read_identity(tmp_path / "k"), PASSPHRASE)
    assert [] == left(tmp_path)


def test_a_backup_that_does_not_hold_leaves_nothing(backup, key, tmp_path):
    backup.write_bytes(backup.read_bytes()[:-100])
    with pytest.raises((SealError, MalformedError)):
        tools.restore(backup, tmp_path / "again", tools.read_identity(key), PASSPHRASE)
    assert [] == left(tmp_path)


def test_a_second_office_from_one_backup_says_so(backup, key, tmp_path):
    """Its card is newer than the first one's, and its numbers go on beyond where that one's did."""
    identity = tools.read_identity(key)
    first = tools.restore(backup, tmp_path / "first", identity, PASSPHRASE)
    second = tools.restore(backup, tmp_path / "second", identity, PASSPHRASE, again=1)
    try:
        assert first.office.card.serial + 1 == second.office.card.serial
        with first.office.bureau.books.view() as a, second.office.bureau.books.view() as b:
            for kind in numbering.JUMPED - {numbering.OUTGOING}:
                assert numbering.last(a, kind) + 1000 <= numbering.last(b, kind)
    finally:
        first.office.close()
        second.office.close()


def test_a_restored_office_can_be_backed_up_and_restored_again(restored, key, tmp_path):
    """The name of the third ledger grows no longer."""
    tools.back_up(restored.office, tmp_path / "b2", with_officers=True)
    identity = tools.read_identity(key)
    again = tools.restore(tmp_path / "b2", tmp_path / "third", identity, PASSPHRASE)
    assert again.origin.startswith("moscow/ledger-3.")
    with again.office.bureau.books.view() as view:
        assert 2 == len(proving.restores(view, again.office.bureau))
    again.office.close()


# --- kills ----------------------------------------------------------------------------------------

_KILL = """
import os, pathlib, signal, sys
from cablegram.wiring import tools
left = int(sys.argv[1])

def counted(name, args):
    global left
    if name == "open" and not (isinstance(args[1], str) and any(c in args[1] for c in "wax")):
        return
    if name in {"open", "os.rename", "os.remove", "os.mkdir", "os.chmod"}:
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

identity = tools.read_identity(pathlib.Path("backup.key"))
sys.addaudithook(counted)
tools.restore(pathlib.Path("b"), pathlib.Path("again"), identity, "correct horse battery")
"""


def test_a_kill_at_each_step_leaves_an_office_or_none(backup, key, tmp_path):
    """What is left without the rename begins with a dot; the next try is a whole one."""
    killed, step = 0, 1
    at = 0
    while True:
        ended = subprocess.run([sys.executable, "-c", _KILL, str(at)], cwd=tmp_path, check=False)
        if ended.returncode == 0:
            break
        assert -signal.SIGKILL == ended.returncode
        assert "again" not in left(tmp_path)
        for name in left(tmp_path):
            shutil.rmtree(tmp_path / name)
        killed += 1
        at += step
        assert killed < 100, "it never came to its end"
    assert killed >= 20
    again = desk.Office(tmp_path / "again")
    assert log.verify_whole(again.bureau)
    again.close()
