"""Migrations: each once, each whole, none changed unnoticed (docs/spec/books.md, "Migrations")."""

from __future__ import annotations

import sqlite3
from hashlib import sha256
from pathlib import Path

import apsw
import pytest

from cablegram.errors import SetUpError
from cablegram.storage.sql import schema
from cablegram.storage.sql.schema import Migration, bring_up, migrations
from cablegram.storage.sql.sqlite import SqliteBooks

FOLDER = Path(schema.__file__).parent / "migrations"
ONE = Migration(1, "0001_one.sql", "create table a (x); insert into a values (1);")
TWO = Migration(2, "0002_two.sql", "create table b (x); insert into b select x + 1 from a;")


@pytest.fixture
def connection(tmp_path):
    opened = apsw.Connection(str(tmp_path / "try.db"))
    yield opened
    opened.close()


def seen(connection):
    return connection.execute("select version, name, sha256 from migrations").fetchall()


def test_the_files_are_numbered_and_hashed(books):
    """Each file beside the code is run, and its SHA-256 kept."""
    expected = [
        (int(path.name[:4]), path.name, sha256(path.read_bytes()).hexdigest())
        for path in sorted(FOLDER.iterdir())
    ]
    assert 1 == expected[0][0]
    assert expected == seen(books._connection)


def test_steps_run_once_and_in_order(connection):
    """An old file takes the steps it has not seen; a new one all of them."""
    bring_up(connection, [ONE])
    bring_up(connection, [ONE, TWO])
    bring_up(connection, [ONE, TWO])
    assert [(1,)] == connection.execute("select x from a").fetchall()
    assert [(2,)] == connection.execute("select x from b").fetchall()
    assert [1, 2] == [row[0] for row in seen(connection)]


def test_every_statement_of_a_step_is_run(connection):
    """Also those behind a statement that gives rows."""
    step = Migration(1, "0001_rows.sql", "create table a (x); select 1; create table b (x);")
    bring_up(connection, [step])
    connection.execute("insert into b values (1)")


def test_a_step_that_fails_leaves_the_file_as_it_was(connection):
    """One transaction each: what went before in the same step is undone."""
    bring_up(connection, [ONE])
    wrong = Migration(2, "0002_wrong.sql", "create table b (x); create table a (x);")
    with pytest.raises(apsw.SQLError):
        bring_up(connection, [ONE, wrong])
    assert [1] == [row[0] for row in seen(connection)]
    bring_up(connection, [ONE, TWO])
    assert [(2,)] == connection.execute("select x from b").fetchall()


def test_a_newer_file_is_refused_by_name(connection):
    """More steps than the program knows: SetUpError names the newest."""
    bring_up(connection, [ONE, TWO])
    with pytest.raises(SetUpError, match=r"0002_two\.sql by a newer version") as refused:
        bring_up(connection, [ONE])
    assert "The file was left as it is." == refused.value.kept


def test_a_changed_step_is_refused(connection):
    """A step whose SHA-256 or name differs from the file's."""
    bring_up(connection, [ONE])
    for other in (
        Migration(1, ONE.name, ONE.sql + " "),
        Migration(1, "0001_other.sql", ONE.sql),
    ):
        with pytest.raises(SetUpError, match=r"made by another 0001_one\.sql"):
            bring_up(connection, [other, TWO])


def test_another_programs_database_is_refused_and_kept(tmp_path):
    """A database without our table of migrations is not ours."""
    path = tmp_path / "books.db"
    with sqlite3.connect(path) as other:
        other.execute("create table songs (name text)")
    other.close()
    with pytest.raises(SetUpError, match="another program"):
        SqliteBooks(path)
    with sqlite3.connect(path) as other:
        assert [("songs",)] == other.execute("select name from sqlite_schema").fetchall()
    other.close()


def test_a_migration_meanwhile_is_noticed(books):
    """A newer program migrates while this one runs: nothing is written by the old rules."""
    books._connection.execute("insert into migrations values (99, '0099_x.sql', '')")
    for opened in (books.view, lambda: books.page("")):
        with pytest.raises(SetUpError, match="while this process ran"):
            opened().__enter__()


def test_two_processes_may_bring_up_the_same_file(tmp_path, monkeypatch):
    """The one that comes second sees inside the transaction that the step was done."""
    path = str(tmp_path / "try.db")
    first, second = apsw.Connection(path), apsw.Connection(path)
    real = schema._run

    def first_goes_ahead(connection, sql):
        if connection is second and sql == "begin immediate":
            bring_up(first, [ONE])
        real(connection, sql)

    monkeypatch.setattr(schema, "_run", first_goes_ahead)
    bring_up(second, [ONE])
    assert [(1,)] == second.execute("select x from a").fetchall()
    first.close()
    second.close()


def test_the_package_brings_its_migrations():
    """They are read through importlib.resources, so a wheel has them too."""
    assert sorted(path.name for path in FOLDER.iterdir()) == [step.name for step in migrations()]
