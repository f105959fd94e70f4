"""The audit folder: what was taken along is judged elsewhere, by a tool that was brought."""

from __future__ import annotations

import sqlite3
import tarfile
import threading

import pytest

from cablegram import cli
from cablegram.errors import LedgerError, StorageError
from cablegram.ledger import showing
from cablegram.wiring import inspecting, tools


def taken(root, away):
    """The archive unpacked where no office is."""
    with inspecting.bundle(root) as archive, tarfile.open(fileobj=archive) as read:
        read.extractall(away, filter="data")
    return away


@pytest.fixture
def away(root, office, tmp_path, monkeypatch):
    office.head()
    folder = taken(root, tmp_path / "away")
    monkeypatch.chdir(folder)
    monkeypatch.delenv("CABLEGRAM_OFFICE", raising=False)
    return folder


AUDIT = ["audit", "ledger", "--card", "card.json", "--disclosed", "disclosed.jsonl"]


def test_what_was_taken_is_judged_good_elsewhere(away, capsys):
    """The very command that READ-ME.txt tells, in a folder that has nothing else."""
    assert f"cablegram {' '.join(AUDIT)}" in (away / "READ-ME.txt").read_text()
    assert 0 == cli.run(AUDIT)
    out, err = capsys.readouterr()
    assert "every entry is as it was signed" in out
    assert "" == err


def test_what_was_changed_on_the_way_is_found(away, capsys):
    """One bit of a bundle, and the judge says so."""
    bundle = next((away / "ledger" / "tile" / "entries").rglob("[0-9]*.p/*"))
    data = bytearray(bundle.read_bytes())
    data[-5] ^= 1
    bundle.write_bytes(data)
    assert 6 == cli.run(AUDIT)


def test_the_files_are_whole_while_the_office_goes_on(root, office, tmp_path, monkeypatch):
    """Orders that land meanwhile do not tear it: all of it is under one head."""
    office.head()
    written, real = [], inspecting.disclosure.inspector

    def inspector(bureau, head):
        facts = {"name": "cover/Klim", "value": "makarov"}
        from cablegram import registry

        registry.perform([tools.sign_order(office, "makarov", "settle", (), facts)], office.bureau)
        written.append(office.head().size)
        yield from real(bureau, head)

    monkeypatch.setattr(inspecting.disclosure, "inspector", inspector)
    folder = taken(root, tmp_path / "away")
    size = int((folder / "ledger" / "checkpoint").read_text().splitlines()[1])
    assert [size + 1] == written
    monkeypatch.chdir(folder)
    assert 0 == cli.run(AUDIT)


def test_nobody_at_the_desk_waits_for_it(root, office, monkeypatch):
    """It reads on a connection of its own: the desk's own views go on meanwhile."""
    office.head()
    real, going, looked = inspecting.disclosure.inspector, threading.Event(), threading.Event()

    def slow(bureau, head):
        lines = real(bureau, head)
        yield next(lines)
        going.set()
        assert looked.wait(10)
        yield from lines

    monkeypatch.setattr(inspecting.disclosure, "inspector", slow)
    thread = threading.Thread(target=lambda: inspecting.disclosed(root).close())
    thread.start()
    assert going.wait(10)
    with office.bureau.books.view() as view:
        assert view.persons.get("makarov") is not None
    looked.set()
    thread.join(10)
    assert not thread.is_alive()


def test_nothing_is_signed_yet(root):
    """There is nothing to take along."""
    with sqlite3.connect(root / "books.sqlite") as hand:
        hand.execute("delete from head")
    (root / "ledger" / "checkpoint").unlink()
    with pytest.raises(LedgerError):
        inspecting.bundle(root)


def test_no_room_for_it_is_said(root, office, monkeypatch):
    """A full disk is a refusal, and leaves nothing open."""
    office.head()

    def full(*_):
        raise OSError(28, "No space left on device")
        yield b""

    monkeypatch.setattr(inspecting.disclosure, "inspector", full)
    with pytest.raises(StorageError, match="No space left"):
        inspecting.bundle(root)


def test_a_card_that_is_gone_is_said(root, office):
    """Without the keys nobody could check it."""
    office.head()
    (root / "card.json").unlink()
    with pytest.raises(StorageError):
        inspecting.card(root)


def test_the_proof_of_one_entry_is_checked_alone(root, office, tmp_path, monkeypatch, capsys):
    """One file and the card: what the entry says of itself, and its place under a head."""
    office.head()
    (tmp_path / "entry.proof").write_text(
        showing.show(office.bureau, 1, ("kind", "act", "subject", "seq"))
    )
    (tmp_path / "moscow.card").write_bytes(inspecting.card(root))
    monkeypatch.chdir(tmp_path)
    command = ["audit", "--proof", "entry.proof", "--card", "moscow.card"]
    assert 0 == cli.run(command)
    out = capsys.readouterr().out
    assert "entry 1 of moscow/ledger is under a signed head of" in out
    assert "  act      settle" in out
    text = (tmp_path / "entry.proof").read_text()
    (tmp_path / "entry.proof").write_text(text.replace("index 1\n", "index 2\n"))
    assert 6 == cli.run(command)
    (tmp_path / "entry.proof").write_bytes(b"\xff")
    assert 3 == cli.run(command)
    (tmp_path / "entry.proof").unlink()
    assert 12 == cli.run(command)
