"""``--office URL``: a real desk is asked, and orders are signed with a key that stays here."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

import desks
from cablegram import cli
from cablegram.model.acts import State
from cablegram.registry import finding, returns
from cablegram.wire import canonical, paper
from cablegram.wire import card as card_format
from cablegram.wiring import desk, settings, tools
from cablegram.wiring.tools import far as far_module
from folders import PASSPHRASE


@pytest.fixture(scope="module")
def served(day, tmp_path_factory):
    """A copy of the day's office, served on a port of its own: its folder and address."""
    root = shutil.copytree(day, tmp_path_factory.mktemp("served") / day.name)
    known = settings.read(root)
    places = [f"http://{name}.localhost:{desks.free_port()}" for name in ("desk", "sign")]
    (root / settings.FILE).write_text(replace(known, desk=places[0], signer=places[1]).text())
    with desks.served(root):
        yield root, places[0]


@pytest.fixture
def keys(served, tmp_path):
    """A folder on another machine, with the keys of two persons and nothing else."""
    folder = tmp_path / "keys"
    folder.mkdir(mode=0o700)
    for person in ("chesnokova", "vaganov", "brodsky"):
        shutil.copy(served[0] / "officers" / f"{person}.key", folder)
    return folder


@pytest.fixture
def far(served, keys, tmp_path, monkeypatch, capsys):
    """Give a command from a folder that is no office; gives status, output and errors."""
    away = tmp_path / "away"
    away.mkdir()
    monkeypatch.chdir(away)
    monkeypatch.delenv("CABLEGRAM_OFFICE", raising=False)

    def given(*words, url=served[1], by="chesnokova"):
        status = cli.run(["--office", url, "--keys", str(keys), "--as", by, *words])
        return status, *capsys.readouterr()

    return given


@pytest.fixture
def near(served, capsys):
    """The same command at the office itself."""

    def given(*words):
        status = cli.run(["--office", str(served[0]), *words])
        return status, *capsys.readouterr()

    return given


def lying(served, count):
    """Copies in the registry that may go out still, born here, with what they go by."""
    office = desk.Office(served[0])
    try:
        with office.bureau.books.view() as view:
            rows = view.copies.find("state", State.IN_REGISTRY.value, limit=200)
            at, bureau = office.bureau.now(), office.bureau
            free = [r for r in rows if r.telegram and returns.latest(view, r, at, bureau)[0] > at]
            return [(finding.name(view, row), row) for row in free][:count]
    finally:
        office.close()


@pytest.mark.parametrize(
    "words",
    [
        ["where", "21481/1"],
        ["holding", "grau"],
        ["log", "21481/1"],
        ["find", "--number", "21481"],
        ["duties", "--within", "2"],
    ],
)
def test_it_says_what_is_said_at_the_office(far, near, words):
    """Line by line: who asks from elsewhere is told no less and nothing else."""
    status, out, err = far(*words)
    assert (status, out) == near(*words)[:2], err


def test_a_script_is_told_the_same(far, near):
    """``--json``, byte for byte."""
    assert near("--json", "where", "21481")[1] == far("--json", "where", "21481")[1]


def test_an_act_is_signed_here_and_done_there(far, near, served, keys):
    """File, charge out, issue, hand over and return, each by one order."""
    (name, copy), *_ = lying(served, 1)
    assert 0 == far("file", name, "--place", "case 12")[0]
    assert "filed" in near("where", name)[1]
    assert 0 == far("act", "charge-out", name, "--fact", "reason=asked for")[0]
    status, out, err = far("issue", name, "lund", "--exception", "by telephone")
    assert (0, True) == (status, f"{name} is issued to lund" in out), err
    assert 0 == far("hand-over", f"{name}={copy.sheets}", "novak")[0]
    status, out, err = far("return", f"{name}={copy.sheets}")
    assert (0, f"{name} is in the registry\n") == (status, out), err
    assert not (keys.parent / "away" / "office.toml").exists()


def test_two_sign_what_takes_two(far, served):
    """Each with a key of their own from the folder."""
    (name, copy), *_ = lying(served, 1)
    status, _, err = far("destroy", f"{name}={copy.sheets}", "--method", "burnt")
    assert (5, True) == (status, "takes two persons" in err)
    status, out, err = far(
        "--second", "vaganov", "destroy", f"{name}={copy.sheets}", "--method", "burnt"
    )
    assert (0, True) == (status, "destroyed" in out), err


def test_a_refusal_is_the_one_of_the_office(far, near):
    """The same three sentences, and the same exit status."""
    assert near("where", "7777777") == far("where", "7777777")
    late = far("issue", "21463/5", "lund")
    assert late == near("--as", "chesnokova", "issue", "21463/5", "lund")
    assert "(+03:00)" in late[2] or "T07:55" in late[2], "the moment is the office's"
    status, _, err = far("verify", "21481", by="brodsky")
    assert status in {7, 8}
    assert err.count("\n") == 3, err


@pytest.mark.parametrize(
    "words",
    [
        ["take-in"],
        ["print", "21481"],
        ["muster", "open"],
        ["audit"],
        ["office", "show"],
        ["backup", "x"],
    ],
)
def test_what_does_not_work_at_a_distance_says_so(far, words):
    """In three sentences, with what does."""
    status, _, err = far(*words)
    assert status in {2, 12}, err
    if status == 12:
        assert "at the office's own machine" in err


def test_the_key_stays_where_it_lies(far, keys):
    """Beside it a token and the office's card are kept, readable by its owner alone."""
    assert 0 == far("where", "21481/1")[0]
    kept = {path.name: path.stat().st_mode & 0o777 for path in keys.iterdir()}
    assert {"chesnokova.reading": 0o600, "desk.localhost.card": 0o600}.items() <= kept.items()
    token = (keys / "chesnokova.reading").read_text()
    assert 0 == far("where", "21481/1")[0]
    assert token == (keys / "chesnokova.reading").read_text(), "it is asked for once"
    (keys / "chesnokova.reading").write_text("cbr_" + "A" * 43 + "\n")
    assert 0 == far("where", "21481/1")[0], "one that is not good any more is asked for anew"


def test_another_card_than_the_first_time_is_not_believed(far, keys, served):
    """A desk that speaks for another office gets no signature."""
    assert 0 == far("where", "21481/1")[0]
    place = keys / "desk.localhost.card"
    said = json.loads(place.read_bytes().split(b"\n", 1)[0])
    office_keys = tools.unlock(served[0], PASSPHRASE)
    said["origin"] = "elsewhere/ledger"
    said["ledger_key"] = said["ledger_key"].replace("moscow/ledger", "elsewhere/ledger")
    changed = canonical.encode(said)
    place.write_bytes(paper.join(changed, office_keys.sign(card_format.NAMESPACE, changed)))
    status, _, err = far("--json", "file", "21481/1", "--place", "x")
    assert (12, True) == (status, "another card than the first time" in err), err


def test_an_address_that_is_no_desk(far, tmp_path):
    """Nobody there, somebody else, or an address in clear to another machine."""
    status, _, err = far("where", "1", url=f"http://desk.localhost:{desks.free_port()}")
    assert (12, True) == (status, "does not answer" in err)
    for url in ("http://desk.example", "http://user@desk.localhost:1", "http://desk.localhost:1/x"):
        status, _, err = far("where", "1", url=url)
        assert (12, True) == (status, "is not the address of a desk" in err), url


class Strange(BaseHTTPRequestHandler):
    """Something that answers, and is no desk: it sends whoever asks elsewhere."""

    asked: list[str] = []  # noqa: RUF012  # read by the test

    def do_GET(self):
        self.asked.append(self.path)
        self.send_response(302)
        self.send_header("location", "http://127.0.0.1:1/")
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        """Say nothing."""


def test_nobody_is_followed_elsewhere(far):
    """No redirect, so no token and no order goes to another place."""
    server = HTTPServer(("127.0.0.1", 0), Strange)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        status, _, err = far("where", "1", url=f"http://desk.localhost:{server.server_port}")
        assert (3, True) == (status, "is no desk" in err)
        assert ["/api/ledger/card"] == Strange.asked
    finally:
        server.shutdown()
        server.server_close()


def test_a_line_that_breaks_is_tried_again_with_the_same_bytes(far, near, served, monkeypatch):
    """The order was done the first time; the second time it is a repeat, and nobody is misled."""
    (name, _), *_ = lying(served, 1)
    real, lost = far_module.Far._ask, []

    def breaks(self, method, path, said=None, headers=None):
        came = real(self, method, path, said, headers)
        if method == "POST" and path == "/api/orders" and not lost:
            lost.append(said)
            raise far_module._SilentError("the line broke", hint="Again.")
        return came

    monkeypatch.setattr(far_module.Far, "_ask", breaks)
    status, out, err = far("file", name, "--place", "case 9")
    assert (0, 1) == (status, len(lost)), err
    assert f"{name} is filed (case 9)" in out
    assert "this was ordered before" in err
