"""One session in every language: the same books and ledger byte for byte, the same to scripts.

What a script may rest on is promised in docs/spec/refusals.md: exit status, ``--json``, files.
"""

from __future__ import annotations

import contextlib
import io
import shutil
import sqlite3
from hashlib import sha256

import pytest

from cablegram import cli
from cablegram.languages import LANGUAGES
from cablegram.wiring import desk

START = """
--passphrase-file pass office init moscow --id moscow --name en=Moscow --chief makarov --series T
 --zone Europe/Moscow --own-clock 1951-07-05T18:30 --carrier stick --work 10
--passphrase-file pass --office moscow --as makarov officer add vaganov --role registrar
 --role archivist --role cipher-officer
"""
SESSION = [
    "office person stalin --name Stalin",
    "office person beria --name Beria",
    "office cover Filippov stalin",
    "office heading war-ministry War",
    "office heading archive Archive",
    "proxy add stalin beria",
    "waiver give verify makarov --reason small",
    "waiver end 1 --reason enough",
    "office series T --short-content --days 6 --counted received --return-to here",
    "paper war-ministry 61-k 3.7 2 two wagons",
    "paper archive 12 4.7 3 one letter",
    "issue 1 stalin --due 1951-07-09T12:00",
    "issue 1 stalin",
    "resolve 1 --to beria --by 1951-07-09T12:00 --words read",
    "extend 1 --due 1951-07-12T12:00 --reason leave",
    "return 1 --sheets 1",
    "return 1 --sheets 2",
    "file 1 --place case",
    "file 2 --place case",
    "act charge-out 2 --fact reason=wanted",
    "issue 2 nobody",
    "--as vaganov office clearing SECRET --clearances 2",
    "destroy 1=2 --method burnt",
    "--second vaganov destroy 1=2 --method burnt",
    "inquiry open 2 --reason gone",
    "act miss 2 --fact reason=gone",
    "act find 2 --fact reason=behind",
    "--second vaganov muster open",
    "charge check none.csv",
    "watch take",
    "watch hand --to vaganov",
    "--as vaganov watch take",
    "nonsense",
    "issue",
]
ASKED = [
    "office show", "duties", "due", "officer list", "officer roles", "act", "office series show",
    "log 1", "where 1", "where 2", "holding stalin", "find wagons", "denials", "proxy list",
    "waiver list", "tasks", "inquiries", "notices", "receipts", "certificates", "muster list",
    "drafts", "tracers", "watch show", "year show 1951", "register audit --column cable", "audit",
    "correspondent list", "disclosed 1", "alarm list", "room status", "where 99", "draft",
    "nonsense",
]  # fmt: skip
PLAIN = ("--version", "completely unknown", "--office nowhere due", "--as nobody issue 1 --to x")


class Drawn:
    """Bytes that are drawn alike every time it is asked anew."""

    def __init__(self):
        self.count = 0

    def __call__(self, size):
        self.count += 1
        return (sha256(str(self.count).encode()).digest() * (size // 32 + 1))[:size]


def typed(line):
    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = cli.run(line.split())
        out.flush()
    return status, out.buffer.getvalue().decode(), err.getvalue()


def rows_of(path):
    """Every row of every table, as bytes would have them."""
    with contextlib.closing(sqlite3.connect(path)) as books:
        names = [n for (n,) in books.execute("select name from sqlite_schema where type = 'table'")]
        return {name: sorted(map(repr, books.execute(f'select * from "{name}"'))) for name in names}


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """An office founded once, and worked in from there in each language."""
    folder = tmp_path_factory.mktemp("alike")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for name in ("CABLEGRAM_OFFICE", "CABLEGRAM_AS", "CABLEGRAM_DEBUG", "LC_ALL", "LANG"):
            patch.delenv(name, raising=False)
        patch.setenv("CABLEGRAM_LANGUAGE", "en")
        (folder / "pass").write_text("correct horse battery")
        (folder / "stick").mkdir()
        for line in START.strip().replace("\n ", " ").splitlines():
            assert 0 == typed(line)[0], line
        made = {}
        for tag in LANGUAGES:
            shutil.rmtree(folder / "office", ignore_errors=True)
            shutil.copytree(folder / "moscow", folder / "office", symlinks=True)
            patch.setenv("CABLEGRAM_LANGUAGE", tag)
            patch.setattr(desk, "_random", Drawn())
            before = "--passphrase-file pass --office office --as makarov "
            done = [typed(before + line) for line in SESSION]
            answers = [typed(f"--json --office office {line}") for line in ASKED]
            plain = [typed(line) for line in PLAIN]
            office = folder / "office"
            files = {
                path.relative_to(office).as_posix(): path.read_bytes()
                for path in sorted(office.rglob("*"))
                if path.is_file() and "sqlite" not in path.name and "vault" not in path.parts
            }
            made[tag] = done, answers, plain, rows_of(office / "books.sqlite"), files
        return made


OTHERS = [tag for tag in LANGUAGES if tag != "en"]


def test_the_session_is_worth_comparing(world):
    """Most of it is done, some of it is refused, and every language was really spoken."""
    done, answers, _, rows, _ = world["en"]
    statuses = [status for status, _, _ in done]
    assert statuses.count(0) >= 15
    assert {2, 5} <= set(statuses)
    assert len(rows["leaves"]) > 20
    assert len(rows["denials"]) > 0
    spoken = [status for status, out, _ in answers if status in {0, 20} and out.startswith("{")]
    assert len(spoken) > 25
    assert [d[1:] for d in done] != [d[1:] for d in world["ru"][0]]


@pytest.mark.parametrize("tag", OTHERS)
def test_books_and_ledger_are_the_same_bytes(world, tag):
    """Every row of the books, every file of the office but persons' names, which are sealed."""
    assert world["en"][3] == world[tag][3]
    assert world["en"][4] == world[tag][4]


@pytest.mark.parametrize("tag", OTHERS)
def test_scripts_read_the_same(world, tag):
    """Exit statuses of all commands, and the whole of what they answer with ``--json``."""
    for part, lines in ((0, SESSION), (1, ASKED), (2, PLAIN)):
        mine, theirs = world["en"][part], world[tag][part]
        assert [status for status, _, _ in mine] == [status for status, _, _ in theirs]
        if part == 1:
            for line, (_, here, _), (_, there, _) in zip(lines, mine, theirs, strict=True):
                assert (line, here) == (line, there)
