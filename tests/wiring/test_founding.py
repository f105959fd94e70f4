"""Founding an office, whole or not at all (docs/spec/office-folder.md, "Making one")."""

from __future__ import annotations

import signal
import stat
import subprocess
import sys

import pytest

from cablegram.errors import MalformedError, OrderError, SealError, SetUpError, StorageError
from cablegram.ledger import log
from cablegram.registry import numbering, offices, roster
from cablegram.sealing.keys import OfficeKeys
from cablegram.signatures import sshsig
from cablegram.wire import card as card_format
from cablegram.wiring import desk, settings, tools
from cablegram.wiring.tools import founding as making
from folders import PASSPHRASE, founding


@pytest.fixture
def found(tmp_path):
    opened = []

    def make(**changes):
        office = tools.init_office(tmp_path / "moscow", founding(**changes))
        opened.append(office)
        return office

    yield make
    for office in opened:
        office.close()


def test_an_office_has_its_chief_its_series_and_a_signed_ledger(found):
    """The founding appointment goes back to the office key, and everything is under a head."""
    office = found(chief_name="Макаров", chief_title="chief", return_to="Registry")
    with office.bureau.books.view() as view:
        (row,) = view.officers.find()
        roster.prove(view, row, office.bureau)
        assert ("makarov", "chief", "chief", "") == (
            row.person,
            row.role,
            row.title,
            row.second_digest,
        )
        assert ("G", "Registry") == (offices.series(view).letter, offices.series(view).term.to)
        assert view.head.get(log.HEAD).size == numbering.last(view, numbering.LEAF)
    assert "Макаров".encode() == office.bureau.vault.get("name", "makarov")
    assert 2 == log.verify_whole(office.bureau)


def test_the_card_is_signed_by_both_keys_and_nothing_private_is_in_the_clear(found):
    """card.json and its signatures hold; the key files are their owner's alone."""
    office = found()
    body = (office.root / "card.json").read_bytes()
    card = card_format.decode(body)
    signatures = [(office.root / f"card.json.{n}.sig").read_text() for n in (1, 2)]
    keys = [sshsig.PublicKey.from_line(line) for line in card.signing]
    sshsig.verify_all(signatures, namespace="card@cablegram", message=body, keys=keys)
    for path in ("keys/office.age", "keys/ledger.key", "officers/makarov.key", "office.toml"):
        assert 0o600 == stat.S_IMODE((office.root / path).stat().st_mode)
    assert 0o700 == stat.S_IMODE(office.root.stat().st_mode)
    keys = tools.unlock(office.root, PASSPHRASE)
    sealed = (office.root / "keys" / "office.age").read_bytes()
    assert keys.signing_seed not in sealed
    with pytest.raises(SealError):
        tools.unlock(office.root, "another passphrase")


def test_numbers_go_on_from_an_existing_register(found):
    """The last numbers of the old register are settled by the chief's orders."""
    office = found(numbers={"cable": 21496, "outgoing": 3348, "print": 1394})
    with office.bureau.books.view() as view:
        assert 21496 == numbering.last(view, numbering.CABLE)
        assert 3348 == numbering.last(view, numbering.OUTGOING, "G")
        assert 1394 == numbering.last(view, numbering.PRINT)


def test_an_office_may_receive_under_a_classical_key(found):
    """For correspondents that have nothing else."""
    assert ["x25519"] == [key.kind for key in found(kind=tools.Kind.X25519).card.receiving]


def test_an_office_goes_by_the_machine_unless_told(found):
    """No clock file, no clock of its own."""
    office = found(at="")
    assert "machine" == office.settings.clock
    assert not office.clock.own
    assert not (office.root / "clock").exists()


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"office": "Moscow!"}, MalformedError),
        ({"chief": "file"}, MalformedError),
        ({"chief": "moscow"}, SetUpError),
        ({"series": "g"}, MalformedError),
        ({"passphrase": "short"}, SetUpError),
        ({"zone": "Europe/Nowhere"}, SetUpError),
        ({"names": {}}, MalformedError),
        ({"names": {"en": "a\u202eb"}}, MalformedError),
        ({"chief_name": "a\x07b"}, MalformedError),
        ({"carriers": {"pigeon": "north"}}, SetUpError),
        ({"numbers": {"leaf": 4}}, OrderError),
        ({"numbers": {"cable": 2**60}}, Exception),
        ({"ledger": "two words"}, Exception),
    ],
)
def test_what_does_not_fit_leaves_nothing_behind(found, tmp_path, changes, error):
    """No half office, and no hidden folder either."""
    with pytest.raises(error):
        found(**changes)
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["_write_card", "_first_orders", "_settle"])
def test_a_failure_half_way_leaves_no_half_office(found, tmp_path, monkeypatch, name):
    """Whatever fails, the folder is not there."""

    def fail(*_args, **_kwargs):
        raise OSError(28, "no space left")

    monkeypatch.setattr(making, name, fail)
    with pytest.raises(StorageError) as caught:
        found()
    assert "What was kept before is as it was." == caught.value.kept
    assert [] == list(tmp_path.iterdir())


def test_a_kill_half_way_leaves_no_office_and_making_it_again_works(tmp_path):
    """What is left begins with a dot."""
    script = (
        "import os, signal, pathlib\n"
        "from cablegram.wiring import tools\n"
        "from cablegram.wiring.tools import founding\n"
        "founding._first_orders = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "tools.init_office(pathlib.Path('moscow'), tools.Founding(office='moscow',\n"
        "    names={'en': 'x'}, chief='makarov', passphrase='correct horse', log_n=8))\n"
    )
    ended = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=False)
    assert -signal.SIGKILL == ended.returncode
    assert all(path.name.startswith(".moscow.") for path in tmp_path.iterdir())
    tools.init_office(tmp_path / "moscow", founding()).close()
    assert (tmp_path / "moscow" / "office.toml").is_file()


def test_a_folder_with_something_in_it_is_left_alone(tmp_path):
    """Nothing is ever founded over something."""
    (tmp_path / "moscow").mkdir()
    (tmp_path / "moscow" / "letter.txt").write_text("mine")
    with pytest.raises(SetUpError):
        tools.init_office(tmp_path / "moscow", founding())
    assert ["letter.txt"] == [path.name for path in (tmp_path / "moscow").iterdir()]
    (tmp_path / "file").write_text("mine")
    with pytest.raises(SetUpError):
        tools.init_office(tmp_path / "file", founding())
    assert "mine" == (tmp_path / "file").read_text()


def test_an_empty_folder_may_become_an_office(tmp_path):
    """An operator may make the folder first."""
    (tmp_path / "moscow").mkdir()
    tools.init_office(tmp_path / "moscow", founding()).close()
    assert "moscow" == settings.read(tmp_path / "moscow").office


def test_no_secret_stands_in_a_repr():
    """A founding is shown in tracebacks: its passphrase is not."""
    assert PASSPHRASE not in repr(founding())
    assert "seed" not in repr(OfficeKeys.generate())


def test_a_carriers_folder_may_be_told_from_the_office_folder_on(found, tmp_path):
    """A relative path moves with the office."""
    (tmp_path / "stick").mkdir()
    office = found(carriers={"folder": "../stick"})
    office.bureau.carriers["folder"].send("beijing", "moscow", b"sealed")
    assert 1 == len(list((tmp_path / "stick" / "beijing" / "moscow").iterdir()))
    assert ("folder",) == office.card.carriers
    assert isinstance(office, desk.Office)
