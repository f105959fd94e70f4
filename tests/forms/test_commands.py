"""``cablegram form`` on the offices that the demo leaves: every form comes from real books."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cablegram import cli
from readback import colours, off_sheet, whole

NAMED = {
    "register": ("--from", "21497", "--to", "21498"),
    "distribution": ("21497",),
    "transmittal": ("special-sector/1",),
    "receipt": ("special-sector/1",),
    "hand-receipt": ("21498/1",),
    "tracer": ("21498/1",),
    "charge-out": ("21497/3",),
    "disclosure": ("21497/1",),
    "certificate": ("21497/1",),
    "muster": ("1",),
    "watch": (),
}
SAYS = {
    "register": ("21498", "Пекин", "тов. Сталину", "уничтожен"),
    "distribution": ("МАО ЦЗЭДУН", "СОВ. СЕКРЕТНО", "6 сут."),
    "transmittal": ("IV часть ОС ЦК ВКП(б)", "courier", "21497/2", "11.7.1951 21.00"),
    "receipt": ("575/2280", "21497/2", "Экземпляр получен", "5.7.1951 23.30"),
    "hand-receipt": ("21498/1", "тов. Сталину", "18.7.1951 09.00", "МАКАРОВ"),
    "tracer": ("21498/1", "18.7.1951 09.00"),
    "charge-out": ("case 141, leaf 226",),
    "disclosure": ("Ваганов", "Чеснокова", "МАКАРОВ", "тов. Сталину"),
    "certificate": ("burnt", "12.7.1951 09.00", "МАКАРОВ", "Чеснокова", "НАЧАЛЬНИК ОТДЕЛЕНИЯ"),
    "muster": ("8.7.1951 09.00", "Номер на двух листах", "21497/4"),
    "watch": ("21498", "1396", "в деле"),
}


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """The offices of the demo."""
    root = tmp_path_factory.mktemp("demo") / "left"
    assert 0 == cli.run(["demo", str(root)])
    return root


@pytest.fixture
def run(played, capsys, monkeypatch):
    """Give a command to the Eighth Department; gives status and both streams."""
    monkeypatch.chdir(played)
    capsys.readouterr()

    def given(*words):
        status = cli.run(["--office", "eighth", "--json", *words])
        out, err = capsys.readouterr()
        return status, out, err

    return given


@pytest.mark.parametrize("name", NAMED)
def test_every_form_comes_from_the_books_by_a_command(run, name):
    """The command says where the form lies and how many sheets it has; the form says its facts."""
    status, out, err = run("form", name, *NAMED[name])
    assert 0 == status, err
    said = json.loads(out)
    pdf = Path(said["file"]).read_bytes()
    assert "eighth/paper" in said["file"]
    assert 1 == said["sheets"]
    assert [] == off_sheet(pdf)
    assert {"0"} == colours(pdf)
    text = whole(pdf)
    for word in (*SAYS[name], "Второе Главное управление", "Second Main Directorate"):
        assert word in text, text


def test_a_transmittal_that_came_is_found_by_a_copy(run):
    """Ours for a copy's dispatch before theirs; a receipt by its copy is the newest."""
    _, out, _ = run("form", "transmittal", "21497/2")
    assert "courier" in whole(Path(json.loads(out)["file"]).read_bytes())
    _, out, _ = run("form", "receipt", "21497/2")
    assert "Экземпляр возвращён владельцу" in whole(Path(json.loads(out)["file"]).read_bytes())


def test_register_of_what_was_sent(played, run, capsys):
    """The sender's register goes by outgoing numbers, and by days."""
    for span in (("3349", "3350"), ("1951-07-05", "1951-07-12")):
        words = ["form", "register", "--sent", "--from", span[0], "--to", span[1]]
        assert 0 == cli.run(["--office", "beijing", *words])
        text = whole(Path(capsys.readouterr().out.strip()).read_bytes())
        assert "3349\u20133350" in text
        assert "eighth" in text or "Главное управление" in text


@pytest.mark.parametrize("span", [("2280", "2280"), ("1951-07-05", "1951-07-06")])
def test_register_of_copies_that_came_from_elsewhere(played, run, capsys, span):
    """The third office has no telegram of its own: its register is of copies taken on charge."""
    words = ["form", "register", "--accepted", "--from", span[0], "--to", span[1]]
    assert 0 == cli.run(["--office", "special-sector", *words])
    text = whole(Path(capsys.readouterr().out.strip()).read_bytes())
    for word in ("575/2280", "21497/2", "5.7.1951 23.30", "возвращён: Второе Главное"):
        assert word in text, text
    assert 7 == cli.run(["--office", "special-sector", *words[:3], "--from", "9", "--to", "9"])


def test_form_goes_where_it_is_told(run, tmp_path):
    """``--out`` writes one file there; a folder that is none is told."""
    out = tmp_path / "a.pdf"
    assert 0 == run("form", "watch", "--out", str(out), "--lang", "en")[0]
    assert "Watch handover" in whole(out.read_bytes())
    status, _, err = run("form", "watch", "--out", str(tmp_path / "no" / "a.pdf"))
    assert 11 == status
    assert "next: Name another file with --out." in err


@pytest.mark.parametrize("span", [("21497", "1951-07-05"), ("x", "y"), ("-1", "5")])
def test_register_takes_two_numbers_or_two_days(run, span):
    """Anything else is not spelled as a command."""
    status, _, err = run("form", "register", f"--from={span[0]}", f"--to={span[1]}")
    assert 2 == status
    assert "two numbers, or two days" in err
