"""A bad day at the counter: slips, full disks, silent rooms, two at once; each has its answer."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from cablegram import registry
from cablegram.cli import demo, saying, session
from cablegram.errors import LostRaceError, MalformedError, OrderError, UnknownError
from cablegram.model.acts import RULES, Act
from cablegram.registry import serving
from cablegram.sentences import many
from cablegram.wiring import desk, room, tools
from folders import founding
from offices import found, later

BY = ("--as", "makarov")
PAPER = ("--paper", "--sheets", 2)


@pytest.fixture
def beijing(tmp_path):
    """Another office beside."""
    root = tmp_path / "beijing"
    other = founding(office="beijing", chief="zhou", names={"en": "Beijing"})
    tools.init_office(root, other).close()
    return root


def typed(root, line, **environment):
    """A command line of a shell, given to the program as a process of its own."""
    program = f"{sys.executable} -m cablegram --office {root}"
    return subprocess.run(
        ["bash", "-c", line.replace("cablegram", program, 1)],
        capture_output=True,
        check=False,
        env={**os.environ, **environment},
    )


# What is due.


@pytest.mark.parametrize(("days", "status"), [(0, 0), (36500, 0), (36501, 2), (-1, 2), (10**12, 2)])
def test_no_span_is_too_long_for_the_calendar(run, days, status):
    """A span that no calendar has is a slip at the keyboard."""
    assert status == run("due", "--within", days)[0]


def test_a_missing_copy_stays_due_until_it_is_found(run):
    """Also without a date."""
    run(*BY, "accept", "12/1", "--from", "archive", *PAPER)
    run(*BY, "act", "miss", 1, "--fact", "reason=not there")
    assert any(line.startswith("missing  1") for line in run("due")[1].splitlines())
    assert "missing" == json.loads(run("--json", "due")[1])["due"][0]["what"]


def test_copies_wait_to_be_printed_and_then_to_be_verified():
    """Neither is forgotten."""
    office = found()
    copies = office.telegram(copies=3).copies
    now = office.bureau.now()
    span = serving.RECEIPT_WITHIN
    with office.view() as view:
        assert (len(copies), 0) == tuple(len(some) for some in _work(serving.due(view, now, span)))
    office.printed(copies)
    with office.view() as view:
        due = serving.due(view, later(now, days=1), span)
    assert (0, len(copies)) == tuple(len(some) for some in _work(due))


def _work(due):
    return due.unprinted, due.unverified


# Output that goes nowhere.


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this machine")
@pytest.mark.parametrize("command", ["office show", "--help", "office card", "--json due"])
def test_a_full_disk_is_said_and_not_taken_for_a_fault(root, command):
    """Exit status 11, three lines, and no word of the interpreter after them."""
    said = typed(root, f"cablegram {command} > /dev/full")
    lines = said.stderr.decode().splitlines()
    assert (11, "cablegram: the answer could not be written") == (said.returncode, lines[-3])
    assert lines[-2].startswith("next: Give the output somewhere to go; look with `cablegram where")
    assert "kept: What was committed is kept." == lines[-1]


def test_a_closed_output_is_said_too(root):
    """And no file of the books takes its place."""
    said = typed(root, "cablegram office show >&-")
    assert 11 == said.returncode
    assert b"the answer could not be written" in said.stderr
    assert 0 == typed(root, "cablegram office show 2>&-").returncode
    assert 0 == typed(root, "cablegram office show <&-").returncode


def test_a_terminal_without_the_letters_gets_them_spelled_out(root, run):
    """As in a plain C locale."""
    run(*BY, "office", "person", "molotov", "--name", "Молотов")
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    said = typed(root, "cablegram office person", **plain)
    assert (0, b"\\u041c\\u043e") == (said.returncode, said.stdout.split(b"molotov  ")[1][:12])


# A silent room.


def test_a_room_that_hangs_is_not_waited_for(run, monkeypatch):
    """How it stands is asked for a few seconds alone."""
    folder = Path(tempfile.mkdtemp(prefix="cablegram-"))
    monkeypatch.setattr(desk, "STATUS_S", 0.1)
    monkeypatch.setattr(desk, "address", lambda _: folder / "socket")
    monkeypatch.setattr(room, "running", lambda _: True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as silent:
        silent.bind(str(folder / "socket"))
        silent.listen()
        status, _, err = run("room", "status")
    monkeypatch.undo()
    shutil.rmtree(folder)
    assert 10 == status
    assert "has not answered" in err.splitlines()[0]


# Two commands at once.


def test_an_order_whose_number_was_taken_meanwhile_is_signed_anew(run, root, monkeypatch):
    """The one who typed it is not asked to."""
    perform, others = registry.perform, iter(("stalin", "bulganin"))

    def beaten(signed, bureau, **rest):
        other = next(others, None)
        if other:
            office = desk.Office(root)
            facts = {"name": f"person/{other}", "value": other}
            perform([tools.sign_order(office, "makarov", "settle", (), facts)], office.bureau)
            office.close()
        return perform(signed, bureau, **rest)

    monkeypatch.setattr(registry, "perform", beaten)
    status, out, _ = run("--json", *BY, "office", "person", "molotov")
    assert 0 == status
    known = [person for person, _ in json.loads(out)["persons"]]
    assert {"bulganin", "molotov", "stalin"} <= set(known)


@pytest.mark.parametrize(
    ("error", "lost", "status", "tries"),
    [
        (LostRaceError, 4, 0, 5),
        (LostRaceError, 5, 14, session.TRIES),
        (OrderError, 1, 8, 1),
    ],
)
def test_a_lost_race_is_run_again_a_few_times(run, monkeypatch, error, lost, status, tries):
    """And no other refusal of an order is."""
    perform, count = registry.perform, []

    def fail(signed, bureau, **rest):
        count.append(signed)
        if len(count) <= lost:
            raise error("another was first", hint="Do it again.")
        return perform(signed, bureau, **rest)

    monkeypatch.setattr(registry, "perform", fail)
    assert (status, tries) == (run(*BY, "office", "person", "molotov")[0], len(count))
    assert all(signed == count[0] for signed in count)


# A muster.


def test_a_muster_says_where_what_stayed_away_should_be_and_what_to_do(run, tmp_path):
    """In the order that people count; what is not in the books is named as such."""
    for number in range(1, 12):
        run(*BY, "accept", f"12/{number}", "--from", "archive", *PAPER)
    run(*BY, "file", 10, "--place", "case 12")
    seen = [str(number) for number in range(1, 12) if number not in {2, 10}]
    (tmp_path / "seen").write_text("\n".join([*reversed(seen), "77/7"]))
    _, out, err = run(*BY, "muster", "--sighted", "seen")
    lines = out.splitlines()
    assert "     9 seen here: 1, 3, 4, 5, 6, 7, 8, 9, 11" == lines[1]
    assert [
        "     2 should be here and were not seen:",
        "       2 is in the registry",
        "       10 is in the file (case 12)",
    ] == [line.replace("is filed", "is in the file") for line in lines[2:5]]
    assert "       77/7 is not in the books" in lines
    assert "look again; what stays away: `cablegram miss 2 --reason ...`" in err


# An audit.


def test_an_audit_blames_nobody_for_a_slip(run, root, beijing, tmp_path):
    """No checkpoint, another's key, a checkpoint that was changed: each is said plainly."""
    ours, theirs = root / "card.json", beijing / "card.json"
    ledger = tmp_path / "copied"
    shutil.copytree(root / "ledger", ledger)
    _, _, err = run("audit", ledger, "--card", theirs, office=False)
    assert f"the checkpoint in {ledger} is of moscow/ledger, the key of beijing/ledger" in err
    data = (ledger / "checkpoint").read_bytes()
    lines = data.split(b"\n")
    (ledger / "checkpoint").write_bytes(b"\n".join([lines[0], b"1", *lines[2:]]))
    status, out, err = run("audit", ledger, "--card", ours, office=False)
    assert (6, "") == (status, out)
    assert f"the checkpoint in {ledger} does not hold: " in err
    (ledger / "checkpoint").unlink()
    status, _, err = run("audit", ledger, "--card", ours, office=False)
    assert 6 == status
    assert f"there is no checkpoint in {ledger}" in err
    (tmp_path / "words").write_text("a shopping list\n")
    _, _, err = run("audit", "--disclosed", "words")
    assert "moscow/ledger could not be held to all that was given: 1 finding\n" in err


# Help.


def test_help_names_the_environment_and_the_table_of_acts(run):
    """What a rule asks for is shown without trying it."""
    shown = " ".join(run("--help")[1].split())
    assert "CABLEGRAM_OFFICE" in shown
    assert "CABLEGRAM_AS" in shown
    status, out, _ = run("act")
    assert 0 == status
    for act, rule in RULES.items():
        if rule.sources and act is not Act.PRINT:
            (line,) = (row for row in out.splitlines() if row.split()[0] == _typed(act))
            assert set(rule.needs) <= set(line.split())
    rows = {row["act"]: row for row in json.loads(run("--json", "act")[1])["acts"]}
    assert ("always", "destroyed") == (rows["destroy"]["two"], rows["destroy"]["to"])
    assert 2 == run(*BY, "act", "read")[0]
    assert 3 == run(*BY, "act", "conjure")[0]


def _typed(act):
    return act.value.replace("_", "-")


def test_a_person_is_entered_named_and_listed(run, root):
    """The name lies in the vault alone; entering twice is no second order."""
    run(*BY, "office", "person", "molotov")
    _, _, err = run(*BY, "office", "person", "molotov", "--name", "Молотов")
    assert "molotov was known before" in err
    said = json.loads(run("--json", "office", "person")[1])["persons"]
    assert ["molotov", "Молотов"] in said
    assert "Молотов".encode() not in (root / "books.sqlite").read_bytes()
    assert 3 == run(*BY, "office", "person", "Molotov!")[0]
    assert 3 == run(*BY, "office", "person", "stalin", "--name", "a\x07b")[0]


# A draft.


def test_a_draft_that_could_not_be_sent_is_refused_at_once(run, beijing, tmp_path):
    """By the option that is missing, or the office that cannot be written to."""
    (tmp_path / "t.md").write_text("Words.\n")
    (tmp_path / "empty.md").write_text(" \n")
    given = {"--to": "beijing", "--for": "x", "--signatory": "y", "--text": "en=t.md"}

    def drafted(**changes):
        options = {**given, **{f"--{name.replace('_', '-')}": v for name, v in changes.items()}}
        words = [word for option, v in options.items() if v for word in (option, v)]
        status, _, err = run("--as", "makarov", "draft", *words)
        return status, err.splitlines()[0]

    for option, name in (("for", "--for"), ("text", "--text"), ("signatory", "--signatory")):
        assert (2, True) == ((said := drafted(**{option: ""}))[0], name in said[1])
    assert (2, True) == ((said := drafted(return_to="Registry"))[0], "--return-days" in said[1])
    assert (3, "cablegram: empty.md is empty") == drafted(text="en=empty.md")
    assert (7, "cablegram: no office beijing is known here") == drafted()
    assert (8, "cablegram: moscow is ourselves") == drafted(to="moscow")
    run(*BY, "correspondent", "add", beijing / "card.json")
    assert (8, "cablegram: the card of beijing has not been compared") == drafted()
    run(*BY, "correspondent", "add", beijing / "card.json", "--compared")
    assert (7, "cablegram: series Q is not settled here") == drafted(series="Q")
    assert 0 == drafted()[0]


# Numbers of theirs.


def test_a_copy_named_by_its_owners_number_is_told_its_own(run, beijing):
    """The sheet bears both."""
    run(*BY, "correspondent", "add", beijing / "card.json", "--compared")
    run(*BY, "accept", "12/1", "--from", "beijing", "--incoming", "575/1", *PAPER)
    status, _, err = run(*BY, "file", "12/1", "--place", "case 1")
    assert (7, "next: It bears 575/1 here: name it so.") == (status, err.splitlines()[1])
    assert "Write it as 21497/2" in run(*BY, "file", "13/1", "--place", "case 1")[2]


def test_nobodys_number_stays_unknown():
    """Whatever it looks like."""
    office = found()
    with office.view() as view:
        with pytest.raises(UnknownError):
            serving.one(view, "9/9")
        with pytest.raises(MalformedError):
            serving.one(view, "x\x07")
        with pytest.raises(UnknownError):
            serving.find(view, "575/2280")


# Words.


def test_one_is_one_and_names_are_counted():
    """``1 copy``, and 21497/2 before 21497/10."""
    assert "1 copy" == many(1, "copy", "copies")
    assert "2 copies, 1 finding, 0 findings" == ", ".join(
        (many(2, "copy", "copies"), many(1, "finding"), many(0, "finding"))
    )
    names = ["575/2280", "21497/10", "21497/2", "B-7", "575/", ""]
    assert ["", "575/", "575/2280", "21497/2", "21497/10", "B-7"] == sorted(
        names, key=saying.natural
    )


def test_an_empty_list_says_so(run):
    """On standard error: there are no data."""
    assert ("", True) == ((said := run("correspondent", "list"))[1], "nothing" in said[2])
    assert ("", True) == ((said := run(*BY, "open", "--all"))[1], "nothing" in said[2])


def test_the_demo_names_the_program_as_it_can_be_typed(monkeypatch, tmp_path):
    """By its name where a shell finds it, else by where it lies."""
    (tmp_path / "cablegram").touch(0o755)
    monkeypatch.setattr(demo.sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "cablegram" == demo._program()
    monkeypatch.setenv("PATH", "")
    assert str(tmp_path / "cablegram") == demo._program()
    (tmp_path / "cablegram").unlink()
    assert "cablegram" == demo._program()
