"""The border of the program: refusals, usage, faults, what reaches a terminal."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import click
import pytest

from cablegram import cli, errors
from cablegram.cli import saying, waiting
from cablegram.cli.ordering import Order, order
from cablegram.errors import CablegramError
from cablegram.wire import canonical

CLOCK = "cablegram: this office keeps a clock of its own: 5.7.1951 18.30 (+03:00)\n"


def every_error():
    found = [CablegramError]
    for one in found:
        found += [c for c in one.__subclasses__() if c.__module__ == errors.__name__]
    return found


def every_command(group=None, words=()):
    """Every command and group with the words that lead to it."""
    group = group or cli.program
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        yield (*words, name), command
        if isinstance(command, click.Group):
            yield from every_command(command, (*words, name))


def instead(monkeypatch, function):
    """Let ``cablegram due`` do something else."""
    monkeypatch.setattr(waiting.due, "callback", function)


@pytest.mark.parametrize("error", every_error(), ids=lambda error: error.__name__)
def test_a_refusal_is_three_lines_and_its_own_exit_status(run, monkeypatch, error):
    """What was asked, what to do next, what was kept; on standard error, and nothing else."""

    def refuse(**_):
        raise error("it is so", hint="Do this.", kept="All is kept.")

    instead(monkeypatch, refuse)
    status, out, err = run("due")
    assert (error.exit_status, "") == (status, out)
    assert "cablegram: it is so\nnext: Do this.\nkept: All is kept.\n" == err


def test_exit_statuses_are_all_different():
    """A script can tell them apart."""
    statuses = [error.exit_status for error in every_error()]
    assert sorted(set(statuses)) == sorted(statuses)
    assert not {0, 2, 70, 130} & set(statuses)


def test_the_page_of_refusals_lists_every_status():
    """docs/spec/refusals.md is what does not change."""
    from pathlib import Path

    page = (Path(__file__).parents[2] / "docs" / "spec" / "refusals.md").read_text("utf-8")
    for error in every_error():
        assert f"| {error.exit_status} | `{error.__name__}` |" in page


@pytest.mark.parametrize("debug", [False, True])
def test_a_fault_is_told_without_its_words_unless_they_are_asked_for(run, monkeypatch, debug):
    """Exit status 70, no path, no traceback."""

    def fail(**_):
        raise ZeroDivisionError("SECRET")

    instead(monkeypatch, fail)
    if debug:
        monkeypatch.setenv("CABLEGRAM_DEBUG", "1")
    status, out, err = run("due")
    assert (70, "") == (status, out)
    assert "cablegram: a fault of the program: ZeroDivisionError" == err.splitlines()[0]
    assert debug is ("SECRET" in err)
    assert debug is (len(err.splitlines()) > 3)
    assert debug is ("/" in err)


@pytest.mark.parametrize("error", [KeyboardInterrupt, click.Abort])
def test_an_interruption_is_told(run, monkeypatch, error):
    """Exit status 130, as shells have it."""

    def stop(**_):
        raise error

    instead(monkeypatch, stop)
    status, _, err = run("due")
    assert 130 == status
    assert ["cablegram: ", "next: ", "kept: "] == [
        line[: line.index(": ") + 2] for line in err.splitlines()
    ]


def test_an_exit_asked_for_is_given(run, monkeypatch):
    """A command may end the program with a status of its own."""

    def leave(**_):
        raise SystemExit(5)

    instead(monkeypatch, leave)
    with pytest.raises(SystemExit) as caught:
        run("due")
    assert 5 == caught.value.code


@pytest.mark.parametrize(
    ("arguments", "example"),
    [
        (("nonsense",), "cablegram --office moscow --as makarov verify 21497"),
        (("--colour",), "cablegram --office moscow --as makarov verify 21497"),
        (("verify",), "cablegram --as makarov verify 21497"),
        (("file", "21497/1"), "cablegram --as makarov file 21497/3 --place 'case 12, leaf 226'"),
        (("print", "many"), "cablegram --as chesnokova print 21497 --verifier makarov"),
        (("officer", "promote"), "cablegram --as makarov officer add vaganov"),
        (("muster", "--sighted", "gone.txt"), "muster --sighted seen.txt"),
    ],
)
def test_what_is_not_spelled_as_a_command_is_shown_how(run, arguments, example):
    """Exit status 2, three lines, the order that would be."""
    status, out, err = run(*arguments)
    lines = err.splitlines()
    assert (2, "", 3) == (status, out, len(lines))
    assert lines[0].startswith("cablegram: ")
    assert lines[1].startswith("next: Write it as in: ")
    assert example in lines[1]
    assert "kept: Nothing was changed." == lines[2]


@pytest.mark.parametrize("arguments", [(), ("office",), ("room",)])
def test_nothing_asked_shows_what_there_is(run, arguments):
    """The help, on standard error."""
    status, out, err = run(*arguments, office=False)
    assert (2, "") == (status, out)
    assert "Commands:" in err


@pytest.mark.parametrize("words", [words for words, _ in every_command()], ids=" ".join)
def test_every_help_ends_in_an_example_and_the_exit_statuses(run, words):
    """So that nobody has to guess how it is written."""
    status, out, _ = run(*words, "--help", office=False)
    assert 0 == status
    example = out.split("Example:\n", 1)[1]
    assert example.lstrip().startswith("cablegram ")
    assert "70 a fault" in " ".join(example.split("Exit status:")[1].split())


def test_the_commands_of_the_house_are_all_there():
    """Those that docs and demo speak of."""
    names = {words[0] for words, _ in every_command()}
    wanted = (
        "office officer correspondent room draft drafts clear object release send "
        "carry take-in open print verify issue "
        "hand-over return file dispatch accept destroy recall where due muster log audit alarm"
    )
    assert set(wanted.split()) <= names


def test_help_is_quick_and_loads_nothing_heavy():
    """`cablegram --help` is there before anybody waits."""
    script = (
        "import sys; from cablegram import cli; status = cli.run(['--help']);"
        "heavy = ('cryptography', 'apsw', 'typst', 'segno', 'cablegram.sealing', "
        "'cablegram.registry', 'cablegram.storage');"
        "sys.exit(status or any(name in sys.modules for name in heavy))"
    )
    begun = time.process_time()
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert (0, b"") == (said.returncode, said.stderr)
    assert time.process_time() - begun < 1


def test_the_module_is_the_program(root):
    """`python -m cablegram` too, with its exit status."""
    command = [sys.executable, "-m", "cablegram", "--office", str(root), "where", "9"]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    assert 7 == said.returncode
    assert said.stderr.startswith("cablegram: nothing in the books bears the number 9\nnext: ")


def test_a_reader_that_has_gone_is_no_fault(root):
    """As in `cablegram office show | true`."""
    script = f"{sys.executable} -m cablegram --office {root} office show | true"
    command = ["bash", "-o", "pipefail", "-c", script]
    said = subprocess.run(command, capture_output=True, check=False)
    assert b"Traceback" not in said.stderr
    assert said.returncode in {0, 141}


def test_an_own_clock_is_told_after_every_output_but_a_refusal(run):
    """Nobody takes a drill for the day."""
    assert run("where", "9")[2].count("\n") == 3
    for arguments in (("office", "show"), ("due",), ("--json", "officer", "list")):
        status, _, err = run(*arguments)
        assert 0 == status
        assert err.endswith(CLOCK)


def test_the_folder_we_stand_in_is_the_office(root, run, monkeypatch):
    """Or the one that the environment names."""
    assert 12 == run("office", "show", office=False)[0]
    monkeypatch.setenv("CABLEGRAM_OFFICE", str(root))
    assert 0 == run("office", "show", office=False)[0]
    monkeypatch.delenv("CABLEGRAM_OFFICE")
    monkeypatch.chdir(root)
    assert 0 == run("office", "show", office=False)[0]


def test_moments_in_a_refusal_are_local_and_can_be_typed_again(run, monkeypatch):
    """The books speak UTC; people do not."""
    instead(monkeypatch, lambda **_: None)

    def refuse():
        click.get_current_context().obj.office  # noqa: B018  # opens the settings
        raise errors.CustodyError(
            "due 1951-07-11T15:30:00Z, not 1951-13-11T15:30:00Z", hint="Do.", kept="All."
        )

    instead(monkeypatch, lambda **_: refuse())
    assert "1951-13-11T15:30:00Z" in run("due")[2]

    def late():
        click.get_current_context().obj.office  # noqa: B018  # likewise
        raise errors.CustodyError("due 1951-07-11T15:30:00Z", hint="By 1951-07-11T15:30:07Z.")

    instead(monkeypatch, lambda **_: late())
    lines = run("due")[2].splitlines()
    assert "cablegram: due 1951-07-11T18:30+03:00" == lines[0]
    assert "next: By 1951-07-11T18:30:07+03:00." == lines[1]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("Филиппов 菲利波夫 필리포프", "Филиппов 菲利波夫 필리포프"),
        ("a\x1b[2Jb", "a\\u001b[2Jb"),
        ("a\rb\nc\x07", "a\\u000db\\u000ac\\u0007"),
        ("\u202eevil\u2066", "\\u202eevil\\u2066"),
        ("\u200bx\ufeff\u2028", "\\u200bx\\ufeff\\u2028"),
        ("\U000e0041", "\\U000e0041"),
        ("\x9b31m", "\\u009b31m"),
    ],
)
def test_nothing_raw_reaches_a_terminal(text, shown, capsys):
    """Control and bidirectional characters are spelled out, on both streams."""
    saying.say(text)
    saying.tell(text)
    saying.refuse(text, text, text)
    out, err = capsys.readouterr()
    assert f"{shown}\n" == out
    assert f"cablegram: {shown}\ncablegram: {shown}\nnext: {shown}\nkept: {shown}\n" == err


def test_hostile_arguments_are_shown_spelled_out(run):
    """Also those that usage errors repeat."""
    for word in ("\x1b[31mred", "a\u202eb"):
        for arguments in ((word,), ("where", word), ("verify", word), ("office", "cover", word)):
            _, out, err = run(*arguments)
            assert word not in out + err


def test_a_table_is_aligned_as_a_terminal_shows_it():
    """Wide characters take two columns, combining ones none."""
    lines = saying.table(("name", "n"), [("北京", "1"), ("Мао", "2"), ("e\u0301", "3")])
    assert ["name  n", "北京  1", "Мао   2", "e\u0301     3"] == lines
    assert [] == saying.table(("name",), [])
    assert [4, 3, 1] == [saying.width(text) for text in ("北京", "Мао", "e\u0301")]


def test_a_moment_not_set_is_a_dash():
    """And one that is, is local with its offset."""
    from zoneinfo import ZoneInfo

    zone = ZoneInfo("Europe/Moscow")
    assert "-" == saying.when("", zone)
    assert "5.7.1951 21.00 (+03:00)" == saying.when("1951-07-05T18:00:00Z", zone)
    west = ZoneInfo("America/New_York")
    assert "1951-07-05T14:00-04:00" == saying.typed("1951-07-05T18:00:00Z", west)


def test_json_is_canonical(run):
    """One spelling, one line."""
    for arguments in (("office", "show"), ("due",), ("officer", "list"), ("office", "series")):
        status, out, _ = run("--json", *arguments)
        assert 0 == status
        assert out.encode() == canonical.encode(json.loads(out)) + b"\n"


def test_progress_is_for_terminals_alone(monkeypatch, capsys):
    """In a pipe nothing of it appears."""
    with saying.progress("entries") as tell:
        tell(256)
    assert ("", "") == capsys.readouterr()
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    with saying.progress("entries") as tell:
        tell(256_000)
        tell(256_001)
    _, err = capsys.readouterr()
    assert "\rcablegram: 256,000 entries\r\x1b[K" == err
    with saying.progress("entries"):
        pass
    assert "" == capsys.readouterr().err


def test_a_command_keeps_its_example():
    """What ``order`` makes knows how it is written."""

    @order("nod", "cablegram nod")
    def nod():
        """Nod."""

    assert isinstance(nod, Order)
    assert "cablegram nod" == nod.example


def test_main_exits_with_the_status(monkeypatch, capsys):
    """From the arguments it is given, or the program's own."""
    with pytest.raises(SystemExit) as caught:
        cli.main(["--help"])
    assert 0 == caught.value.code
    monkeypatch.setattr(sys, "argv", ["cablegram", "nonsense"])
    with pytest.raises(SystemExit) as caught:
        cli.main()
    assert 2 == caught.value.code
    capsys.readouterr()


def test_version_is_told(run):
    """The package's own."""
    status, out, _ = run("--version", office=False)
    assert 0 == status
    assert out.startswith("cablegram, version ")
