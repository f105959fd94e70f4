"""Books in SQLite: schema, durability, several processes (docs/spec/books.md, "SQLite")."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import textwrap
from contextlib import suppress
from dataclasses import fields
from enum import StrEnum
from pathlib import Path
from typing import get_type_hints

import apsw
import pytest

from cablegram.errors import SetUpError, StorageError
from cablegram.model.acts import State
from cablegram.model.custody import Copy
from cablegram.model.records import Counter, Leaf, Person
from cablegram.ports import SPECS
from cablegram.storage.sql import sqlite, statements
from cablegram.storage.sql.sqlite import CHECKPOINT_PAGES, SqliteBooks

SOURCE = Path(sqlite.__file__).resolve().parents[3]


def raw(books):
    return books._connection


# --- the schema is what ports.SPECS asks for


def wanted(spec):
    """Columns, key and indexes of a shelf, read from its spec as docs/spec/books.md says."""
    hints = get_type_hints(spec.record)
    words = {str: "TEXT", int: "INTEGER", bytes: "BLOB"}
    columns = []
    for field in fields(spec.record):
        kind = str if issubclass(hints[field.name], StrEnum) else hints[field.name]
        columns.append((field.name, words[kind]))
    indexes = {}
    for by, search in spec.finds.items():
        order = [*search, *(column for column in spec.key if column not in search)]
        if tuple(order) != spec.key:
            first = next(field for field in fields(spec.record) if field.name == order[0])
            partial = first.default == "" or by in spec.sparse
            indexes[f"{spec.name}_by_{by}"] = (order, partial)
    return columns, list(spec.key), indexes, "BLOB" in dict(columns).values()


@pytest.mark.parametrize("name", SPECS)
def test_the_migrations_make_what_the_specs_ask(books, name):
    """Tables, columns, types, keys and indexes; where this fails, SPECS and migrations differ."""
    columns, key, indexes, by_number = wanted(SPECS[name])
    run = raw(books).execute
    found = run(f"select name, type, \"notnull\", pk from pragma_table_info('{name}')").fetchall()
    assert columns == [row[:2] for row in found]
    assert key == [row[0] for row in sorted(found, key=lambda row: row[3]) if row[3]]
    assert all(row[2] for row in found)
    (strict, without) = run(
        "select strict, wr from pragma_table_list where schema = 'main' and name = ?", (name,)
    ).fetchall()[0]
    assert (1, not by_number) == (strict, without)
    made = {}
    listed = f"select name, partial from pragma_index_list('{name}') where origin = 'c'"
    for index, partial in run(listed).fetchall():
        order = run(f"select name from pragma_index_info('{index}')").fetchall()
        made[index] = ([row[0] for row in order], bool(partial))
    assert indexes == made


def test_there_is_no_table_that_no_spec_asks_for(books):
    """A shelf that is given up leaves the schema by a migration."""
    found = raw(books).execute("select name from sqlite_schema where type = 'table'").fetchall()
    assert {*SPECS, "migrations"} == {row[0] for row in found}


@pytest.mark.parametrize("name", SPECS)
def test_every_search_uses_its_index(books, name):
    """With the first column given, no search walks a whole shelf or sorts."""
    spec = SPECS[name]
    for by in ("", *spec.finds):
        asked = {
            "equal": statements.find(name, by, 1, is_set=True),
            "below": statements.find(name, by, 0, below=True),
            "since": statements.find(name, by, 0, since=True, is_set=True),
            "backwards": statements.find(name, by, 1, is_set=True, backwards=True),
            "count": statements.count(name, by, 1, is_set=True),
            "most": statements.count(name, by, 1, is_set=True, most=True),
        }
        if len(spec.key) > 1 or by:
            asked["after"] = statements.find(name, by, 1, is_set=True, after=True)
            asked["before"] = statements.find(name, by, 1, is_set=True, after=True, backwards=True)
        for way, sql in asked.items():
            values = (1,) * sql.count("?")
            plan = raw(books).execute(f"explain query plan {sql}", values).fetchall()
            words = " ".join(row[3] for row in plan)
            assert "SEARCH" in words, (by, way, words)
            assert "TEMP B-TREE" not in words, (by, way, words)


# --- durability


def test_the_books_are_synced_in_full_and_private(books, tmp_path):
    """WAL, synchronous FULL; file and log readable by their owner alone."""
    assert "wal" == raw(books).execute("pragma journal_mode").fetchall()[0][0]
    assert 2 == raw(books).execute("pragma synchronous").fetchall()[0][0]
    with books.page("") as page:
        page.persons.put(Person("makarov", ""))
    for path in tmp_path.iterdir():
        assert 0o600 == stat.S_IMODE(path.stat().st_mode), path.name


def a_group(size, start=0):
    copies = [
        Copy(f"{n:032x}", "e" * 32, n, 9, "stalin", State.ALLOTTED, "moscow", "G")
        for n in range(start, start + size)
    ]
    leaves = [
        Leaf(n, b"l" * 107, "copy", "allot", f"{n:032x}", 1, b"e" * 300, b"s" * 32)
        for n in range(start, start + size)
    ]
    return copies, leaves


@pytest.mark.parametrize("size", [1, 16, 256])
def test_a_page_costs_one_sync_whatever_is_on_it(faulty, faults, size):
    """Counted, never timed: the log is synced once, the file not at all."""
    for start in (0, size):
        copies, leaves = a_group(size, start)
        faults.syncs.clear()
        with faulty.page(f"group {start}") as page:
            page.copies.put_all(copies)
            page.leaves.put_all(leaves)
        assert ["log"] == faults.syncs


def test_reading_costs_no_sync(faulty, faults):
    """A view, a repeat and a failed page sync nothing."""
    with faulty.page("k"):
        pass
    faults.syncs.clear()
    with faulty.view() as view:
        assert view.pages.get("k")
    with faulty.page("k") as page:
        assert page.repeated is not None
    with pytest.raises(UnicodeError), faulty.page("other"):
        raise UnicodeError
    assert not faults.syncs


def test_a_new_log_and_the_close_cost_what_the_page_says(tmp_path, faults):
    """The first page on a new log: its header, then itself; the close: log, then file."""
    books = SqliteBooks(tmp_path / "books.db", vfs=faults.name)
    books.close()
    books = SqliteBooks(tmp_path / "books.db", vfs=faults.name)
    faults.syncs.clear()
    with books.page("k"):
        pass
    assert ["log", "log"] == faults.syncs
    faults.syncs.clear()
    books.close()
    assert ["log", "books"] == faults.syncs
    assert ["books.db"] == [path.name for path in tmp_path.iterdir()]


def test_the_log_goes_into_the_file_when_it_is_long(faulty, faults, tmp_path):
    """After CHECKPOINT_PAGES pages of log, at one page's end and not before."""
    size = CHECKPOINT_PAGES * 4096
    faults.syncs.clear()
    blob = b"x" * (size // 8)
    for index in range(9):
        assert "books" not in faults.syncs
        with faulty.page("") as page:
            page.leaves.put(Leaf(index, b"", "", "", "", 0, blob, b""))
        if (tmp_path / "books.db-wal").stat().st_size > size:
            break
    assert "books" in faults.syncs


def test_a_power_cut_leaves_every_page_that_was_answered(tmp_path, faults):
    """Of the files only what was synced is left: each page that had ended is there, whole."""
    kept = SqliteBooks(tmp_path / "books.db", vfs=faults.name)
    for number in range(1, 6):
        with kept.page(f"order {number}") as page:
            page.numbers.put(Counter("cable", "G", number))
            page.leaves.put_all(a_group(16, 16 * number)[1])
        after = tmp_path / f"after-{number}"
        after.mkdir()
        for name, data in faults.durable.items():
            (after / name).write_bytes(data)
        books = SqliteBooks(after / "books.db")
        with books.view() as view:
            assert number == view.numbers.get("cable", "G").last
            assert 16 * number == view.leaves.count()
            assert view.pages.get(f"order {number}")
        books.close()
    kept.close()


# --- faults


def full(kind):
    raise apsw.FullError


def broken(kind):
    raise apsw.IOError


def test_a_full_disk_is_told_and_leaves_the_books_as_they_were(faulty, faults):
    """disk full: StorageError, not kept, and the same page can be written once there is room."""

    def write():
        with faulty.page("k") as page:
            page.persons.put(Person("makarov", "verifier"))

    faults.on_write = full
    with pytest.raises(StorageError, match="disk is full") as refused:
        write()
    assert "Make room" in refused.value.hint
    faults.on_write = lambda kind: None
    with faulty.page("k") as page:
        assert page.repeated is None
        assert page.persons.get("makarov") is None
        page.persons.put(Person("makarov", "verifier"))
    with faulty.view() as view:
        assert view.persons.get("makarov")


def test_a_fault_in_the_middle_of_a_page_spoils_it(faulty, faults):
    """A page too large for memory goes to the log early; what fails there ends the page."""
    raw(faulty).execute("pragma cache_size = 5").fetchall()
    faults.on_write = full

    def write():
        with faulty.page("k") as page:
            with pytest.raises(StorageError, match="disk is full"):
                page.leaves.put_all(a_group(256)[1])
            faults.on_write = lambda kind: None
            with pytest.raises(StorageError, match="disk is full"):
                page.persons.put(Person("makarov", ""))

    with pytest.raises(StorageError, match="disk is full"):
        write()
    with faulty.view() as view:
        assert 0 == view.leaves.count() == view.persons.count() == view.pages.count()


@pytest.mark.parametrize("add", [True, False])
def test_a_fault_in_one_row_spoils_the_page(faulty, faults, add):
    """put and add alike."""
    raw(faulty).execute("pragma cache_size = 5").fetchall()
    faults.on_write = broken

    def write():
        with faulty.page("k") as page:
            for leaf in a_group(256)[1]:
                (page.leaves.add if add else page.leaves.put)(leaf)

    with pytest.raises(StorageError, match="could not be read or written"):
        write()


def test_a_fault_at_the_close_loses_nothing(tmp_path, faults):
    """The log could not go into the file; the next opening finds it and nothing is lost."""
    books = SqliteBooks(tmp_path / "books.db", vfs=faults.name)
    a_numbered_page(books)
    faults.on_write = broken
    with suppress(apsw.IOError):  # SQLite lets it pass, the stand-in for a disk does not
        books.close()
    faults.on_write = lambda kind: None
    books = SqliteBooks(tmp_path / "books.db")
    assert b"1" == a_numbered_page(books)
    books.close()


def a_numbered_page(books):
    """The page that the tests of commits repeat; it counts how often it was kept."""
    with books.page("order 1") as page:
        if page.repeated is None:
            last = page.numbers.get("cable", "G")
            page.numbers.put(Counter("cable", "G", 1 if last is None else last.last + 1))
            page.answer.value = b"1"
        return page.repeated


def test_an_error_after_the_commit_took_effect_is_told_by_the_key(books):
    """Uncertain commit, kept: the repeat gets the answer, and the number was taken once."""
    raw(books).set_wal_hook(lambda *_: apsw.SQLITE_IOERR)
    with pytest.raises(StorageError, match="may not have been kept") as refused:
        a_numbered_page(books)
    assert "its key tells" in refused.value.hint
    assert "whole or not at all" in refused.value.kept
    raw(books).set_wal_hook(None)
    assert b"1" == a_numbered_page(books)
    with books.view() as view:
        assert 1 == view.numbers.get("cable", "G").last


@pytest.mark.parametrize("reopened", [False, True])
def test_an_error_before_the_commit_took_effect_is_told_by_the_key(
    faulty, faults, tmp_path, reopened
):
    """Uncertain commit at the sync: whichever it was, the repeat leaves the number taken once."""
    faults.on_sync = broken
    with pytest.raises(StorageError, match="may not have been kept"):
        a_numbered_page(faulty)
    faults.on_sync = lambda kind: None
    if reopened:
        faulty.close()
    again = SqliteBooks(tmp_path / "books.db")
    a_numbered_page(again)
    assert b"1" == a_numbered_page(again)
    with again.view() as view:
        assert 1 == view.numbers.get("cable", "G").last
    again.close()


def test_wrong_sql_or_values_stay_programming_errors(books):
    """What SQLite says of our own mistakes is not told as the disk's fault."""
    with pytest.raises(AssertionError, match="syntax error"), books.page("") as page:
        page.persons._session.rows("select nothing from nowhere")
    with pytest.raises(OverflowError), books.page("") as page:
        page.numbers.put(Counter("cable", "G", 2**64))
    raw(books).set_wal_hook(lambda *_: apsw.SQLITE_RANGE)
    with pytest.raises(AssertionError, match="SQLite refused"), books.page("k"):
        pass


# --- opening


def test_an_old_sqlite_is_refused(monkeypatch, tmp_path):
    """SQLite below 3.51.3: SetUpError, and no file is made."""
    monkeypatch.setattr(apsw, "sqlite_lib_version", lambda: "3.51.2")
    with pytest.raises(SetUpError, match=r"3\.51\.2") as refused:
        SqliteBooks(tmp_path / "books.db")
    assert "3.51.3" in refused.value.hint
    assert not list(tmp_path.iterdir())


def test_a_place_without_a_durable_log_is_refused(tmp_path, monkeypatch):
    """A disk on which WAL cannot be had (here: books in memory) keeps no promise."""
    real = apsw.Connection
    monkeypatch.setattr(apsw, "Connection", lambda path, **options: real(":memory:"))
    with pytest.raises(SetUpError, match="not be durable here: log memory"):
        SqliteBooks(tmp_path / "books.db")


def test_a_folder_that_is_not_there_is_told(tmp_path):
    """StorageError with what to look at."""
    with pytest.raises(StorageError, match="No such file"):
        SqliteBooks(tmp_path / "nowhere" / "books.db")


def test_a_file_that_is_no_database_is_refused_and_kept(tmp_path):
    """Garbage is told as damage and not written over."""
    path = tmp_path / "books.db"
    path.write_bytes(b"this is not a database, " * 200)
    with pytest.raises(StorageError, match="damaged"):
        SqliteBooks(path)
    assert b"this is not a database, " * 200 == path.read_bytes()


def test_books_that_were_damaged_are_told(books, tmp_path):
    """A page of the file overwritten: the reading says so."""
    with books.page("") as page:
        page.leaves.put_all(a_group(256)[1])
    books.close()
    path = tmp_path / "books.db"
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xee" * (len(data) - 4096)
    path.write_bytes(data)
    with pytest.raises(StorageError, match="damaged"):
        SqliteBooks(path)


def test_a_disk_that_is_full_at_the_first_opening_is_told(tmp_path, faults):
    """No half-made books: once there is room the same file is brought up."""
    writes = []

    def full_after_some(kind):
        writes.append(kind)
        if len(writes) > 40:
            full(kind)

    faults.on_write = full_after_some
    with pytest.raises(StorageError, match="disk is full"):
        SqliteBooks(tmp_path / "books.db", vfs=faults.name)
    faults.on_write = lambda kind: None
    books = SqliteBooks(tmp_path / "books.db", vfs=faults.name)
    assert a_numbered_page(books) is None
    books.close()


def test_books_stay_what_they_were_when_opened_again(tmp_path):
    """Closing and opening changes nothing."""
    books = SqliteBooks(tmp_path / "books.db")
    a_numbered_page(books)
    books.close()
    books = SqliteBooks(tmp_path / "books.db")
    assert b"1" == a_numbered_page(books)
    books.close()


# --- several processes


def test_a_view_is_a_snapshot(books, tmp_path):
    """Nothing another process commits is seen until the view ends."""
    other = SqliteBooks(tmp_path / "books.db")
    with books.view() as view:
        with other.page("") as page:
            page.persons.put(Person("makarov", ""))
        assert 0 == view.persons.count()
        assert view.persons.get("makarov") is None
    with books.view() as view:
        assert view.persons.get("makarov")
    other.close()


def test_a_view_does_not_see_an_open_page(books, tmp_path):
    """A page of another process is seen when it has ended."""
    other = SqliteBooks(tmp_path / "books.db")
    with other.page("") as page:
        page.persons.put(Person("makarov", ""))
        with books.view() as view:
            assert 0 == view.persons.count()
    with books.view() as view:
        assert 1 == view.persons.count()
    other.close()


def test_a_page_waits_for_another_process_and_then_is_refused(books, tmp_path):
    """busy: StorageError that says to wait; nothing was changed; later it goes."""
    other = SqliteBooks(tmp_path / "books.db")
    with other.page(""):
        with pytest.raises(StorageError, match="another process") as refused:
            books.page("").__enter__()
        assert "Wait" in refused.value.hint
    with books.page("") as page:
        page.persons.put(Person("makarov", ""))
    other.close()


def run(code, path, **options):
    """Start a process of its own that has ``books`` open."""
    before = f"""
        import sys, time
        from pathlib import Path
        from cablegram.model.records import Counter, Person
        from cablegram.storage.sql.sqlite import SqliteBooks
        books = SqliteBooks(Path({str(path)!r}))
    """
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(before) + textwrap.dedent(code)],
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
        stdout=subprocess.PIPE,
        text=True,
        **options,
    )


def test_a_process_killed_inside_a_page_leaves_the_books_as_they_were(books, tmp_path):
    """Killed before the commit: the old state; after it: the new one, without a close."""
    process = run(
        """
        with books.page("kept") as page:
            page.persons.put(Person("vaganov", "cipher officer"))
        with books.page("lost") as page:
            page.persons.put(Person("makarov", "verifier"))
            page.numbers.put(Counter("cable", "G", 1))
            print("inside", flush=True)
            time.sleep(60)
        """,
        tmp_path / "books.db",
    )
    assert "inside\n" == process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    process.stdout.close()
    with books.page("lost") as page:
        assert page.repeated is None
        assert [Person("vaganov", "cipher officer")] == list(page.persons.find())
        assert page.numbers.get("cable", "G") is None
    with books.page("kept") as page:
        assert b"" == page.repeated


def test_processes_take_numbers_without_gaps_or_repeats(books, tmp_path):
    """From its beginning no other page is open anywhere: 3 processes, 40 numbers each."""
    code = """
        for _ in range(40):
            with books.page("") as page:
                last = page.numbers.get("cable", "G")
                number = 1 if last is None else last.last + 1
                page.numbers.put(Counter("cable", "G", number))
                page.persons.add(Person(f"p{number}", ""))
    """
    processes = [run(code, tmp_path / "books.db") for _ in range(3)]
    for process in processes:
        assert 0 == process.wait(60)
        process.stdout.close()
    with books.view() as view:
        assert 120 == view.numbers.get("cable", "G").last
        assert 120 == view.persons.count()
