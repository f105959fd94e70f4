"""Which language the command line speaks, and what stays as it is in every one."""

from __future__ import annotations

import subprocess
import sys

import pytest

from cablegram import cli


@pytest.fixture
def said(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for name in ("CABLEGRAM_LANGUAGE", "CABLEGRAM_OFFICE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)

    def say(*arguments: str, **environ: str) -> str:
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        cli.run(arguments)
        for name in environ:
            monkeypatch.delenv(name)
        out = capsys.readouterr()
        return out.out + out.err

    return say


RUSSIAN, ENGLISH = "учреждение не названо", "no office was named"


@pytest.mark.parametrize(
    ("arguments", "environ", "line"),
    [
        ((), {}, ENGLISH),
        ((), {"LANG": "ru_RU.UTF-8"}, RUSSIAN),
        ((), {"LANG": "ru_RU.UTF-8", "LC_MESSAGES": "en_GB.UTF-8"}, ENGLISH),
        ((), {"LC_MESSAGES": "en_GB.UTF-8", "LC_ALL": "ru_RU.UTF-8"}, RUSSIAN),
        ((), {"LANG": "C.UTF-8"}, ENGLISH),
        ((), {"CABLEGRAM_LANGUAGE": "ru", "LC_ALL": "en_GB.UTF-8"}, RUSSIAN),
        (("--language", "en"), {"CABLEGRAM_LANGUAGE": "ru"}, ENGLISH),
        (("--language=ru",), {"CABLEGRAM_LANGUAGE": "en"}, RUSSIAN),
        ((), {"CABLEGRAM_LANGUAGE": "tlh"}, ENGLISH),
    ],
)
def test_the_language_is_chosen_in_this_order(said, arguments, environ, line):
    """--language, CABLEGRAM_LANGUAGE, then the machine's locale."""
    assert f"cablegram: {line}\n" in said(*arguments, "due", **environ)


def test_an_office_is_spoken_to_in_its_language(said, tmp_path):
    """Its setting goes before the machine's, and --language before it; help knows it too."""
    (tmp_path / "office.toml").write_text('language = "ru"\n')
    assert "Порядок вызова:" in said("due", "--help", LANG="en_GB.UTF-8")
    assert "Usage:" in said("--language", "en", "due", "--help")
    other = tmp_path / "other"
    other.mkdir()
    (other / "office.toml").write_bytes(b"\xff\x00")
    assert "Usage:" in said("--office", "other", "due", "--help")


def test_an_office_is_founded_in_the_language_that_is_spoken(said, tmp_path):
    """Whoever founds it in Russian is spoken to in Russian from then on."""
    (tmp_path / "pass").write_text("correct horse battery")
    said("--language", "ru", "--passphrase-file", "pass", "office", "init", "moscow", "--id",
         "moscow", "--name", "ru=Москва", "--chief", "makarov", "--work", "10")  # fmt: skip
    assert 'language = "ru"' in (tmp_path / "moscow" / "office.toml").read_text()
    assert "дел нет" in said("--office", "moscow", "duties")


def test_usage_errors_and_help_speak_it_too(said):
    """What click says is in our catalogues."""
    assert "cablegram: нет такой команды: 'foo'." in said("--language", "ru", "foo")
    assert "нет такого параметра: '--foo'" in said("--language", "ru", "due", "--foo")
    assert "не указан аргумент" in said("--language", "ru", "where")
    help_ = said("--language", "ru", "--help")
    for line in ("Порядок вызова:", "Параметры:", "Команды:", "Показать версию и выйти."):
        assert line in help_
    assert "Запечатанные телеграммы между учреждениями" in help_


def test_no_english_is_left_in_the_help_of_any_command(said):
    """Every paragraph and option of every command is said in Russian."""
    import click

    left = []

    def walk(command: click.Command, words: tuple[str, ...]) -> None:
        text = said("--language", "ru", *words, "--help")
        body = text.partition("\n\n")[2].partition("Пример:")[0]
        plain = [line for line in body.splitlines() if line.strip()]
        if not any("а" <= c <= "я" for line in plain for c in line):
            left.append(words)
        left.extend((*words, w) for w in (" the ", " is ", " of ", " and ") if w in body)
        if isinstance(command, click.Group):
            for name in command.list_commands(click.Context(command)):
                inner = command.get_command(click.Context(command), name)
                assert inner is not None
                if not inner.hidden:
                    walk(inner, (*words, name))

    walk(cli.program, ())
    assert [] == left


def test_help_and_a_command_load_no_other():
    """The list of commands comes out of a table; one that is named comes alone."""
    script = (
        "import sys\nfrom cablegram import cli\nassert cli.run({}) == 0\n"
        "print(*(m for m in sys.modules if m.startswith('cablegram.cli.')), file=sys.stderr)"
    )
    shared = {"saying", "speaking", "ordering", "session", "commands", "wording"}
    for arguments, own in ((["--help"], set()), (["proxy", "--help"], {"standing"})):
        ran = subprocess.run(
            [sys.executable, "-c", script.format(arguments)], capture_output=True, text=True,
            check=True,
        )  # fmt: skip
        loaded = {name.removeprefix("cablegram.cli.") for name in ran.stderr.split()}
        assert own <= loaded
        assert {"office", "custody", "audit", "demo"}.isdisjoint(loaded)
        assert own or shared == loaded
