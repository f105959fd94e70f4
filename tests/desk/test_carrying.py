"""The line, minded at the desk: out, in, by a button and by itself."""

from __future__ import annotations

import contextlib
import shutil

import pytest

import desks
from cablegram.desk.minding import Minder
from cablegram.wiring import room, tools
from cablegram.wiring.desk import Office
from folders import PASSPHRASE, founding


@pytest.fixture
def offices(tmp_path):
    """Beijing, with a telegram for Moscow in its tray, and Moscow; their rooms are unlocked."""
    (tmp_path / "stick").mkdir()
    roots = {}
    for name, chief in (("beijing", "zhou"), ("moscow", "makarov")):
        roots[name] = tmp_path / name
        made = founding(office=name, chief=chief, carriers={"folder": str(tmp_path / "stick")})
        tools.init_office(roots[name], made)
    for name, other, chief in (("beijing", "moscow", "zhou"), ("moscow", "beijing", "makarov")):
        with contextlib.closing(Office(roots[name])) as office:
            know(office, chief, roots[other] / "card.json")
    try:
        for root in roots.values():
            room.unlock(root, PASSPHRASE)
        yield roots
    finally:
        for root in roots.values():
            room.lock(root)


def know(office, chief, card):
    """Enter another office's card, as `correspondent add --compared` does."""
    from cablegram import cli

    line = ["--office", str(office.root), "--as", chief, "correspondent", "add", str(card)]
    assert 0 == cli.run([*line, "--compared"])


def send(root, tmp_path):
    """A telegram in Beijing's tray."""
    from cablegram import cli

    (tmp_path / "t.md").write_text("# About wagons\n\nTwo wagons.\n")
    words = ["draft", "--to", "moscow", "--for", "Filippov", "--signatory", "Zhou"]
    assert 0 == cli.run(["--office", str(root), *words, "--text", f"en={tmp_path / 't.md'}"])
    assert 0 == cli.run(["--office", str(root), "send", "1"])


def test_what_waits_is_carried_out_and_taken_in_by_a_button(offices, tmp_path, capsys):
    """The telegram lies in Moscow's incoming tray, unopened; the page says so on both sides."""
    send(offices["beijing"], tmp_path)
    with desks.client(offices["beijing"]) as nobody:
        zhou = nobody.log_in("zhou")
        assert "moscow" in zhou.get("/carrying").text
        came = zhou.post("/carrying/out")
        assert (303, "/carrying") == (came.status_code, came.headers["location"])
        assert "Nothing waits to go out" in zhou.get("/carrying").text
    with desks.client(offices["moscow"]) as nobody:
        makarov = nobody.log_in("makarov")
        assert "Nothing has come yet" in makarov.get("/carrying").text
        assert 303 == makarov.post("/carrying/in").status_code
        page = makarov.get("/carrying").text
        assert "beijing" in page
        assert "waiting" in page


def test_a_stick_that_is_not_there_leaves_everything_where_it_is(offices, tmp_path, capsys):
    """In three sentences; what was to go is still in the tray."""
    send(offices["beijing"], tmp_path)
    shutil.rmtree(tmp_path / "stick")
    with desks.client(offices["beijing"]) as nobody:
        zhou = nobody.log_in("zhou")
        came = zhou.post("/carrying/out")
        assert 409 == came.status_code
        assert "Put the stick in" in came.text
        with nobody.desk.bureau.books.view() as view:
            assert 1 == view.outgoing.count()


def test_the_line_is_minded_without_anybody(offices, tmp_path, capsys):
    """One round at each end; what goes wrong is said once."""
    send(offices["beijing"], tmp_path)
    with (
        contextlib.closing(Office(offices["beijing"])) as beijing,
        contextlib.closing(Office(offices["moscow"])) as moscow,
    ):
        Minder(beijing.root, 0).round(beijing)
        Minder(moscow.root, 0).round(moscow)
        with moscow.bureau.books.view() as view:
            assert ["waiting"] == [row.state for row in view.incoming.find()]
        shutil.rmtree(tmp_path / "stick")
        minder = Minder(moscow.root, 0)
        capsys.readouterr()
        for _ in range(3):
            minder.round(moscow)
        assert 1 == capsys.readouterr().err.count("\n")


def test_a_locked_room_leaves_receipts_owed(offices, tmp_path, capsys):
    """The button says so, and what could go has not been lost."""
    send(offices["beijing"], tmp_path)
    with desks.client(offices["beijing"]) as nobody:
        nobody.log_in("zhou").post("/carrying/out")
    room.lock(offices["moscow"])
    with desks.client(offices["moscow"]) as nobody:
        makarov = nobody.log_in("makarov")
        makarov.post("/carrying/in")
        came = makarov.post("/carrying/out")
        assert 503 == came.status_code
        assert "locked" in came.text
