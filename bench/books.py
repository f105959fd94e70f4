"""Pages of 256 copies with 256 leaves in the books, against the same rows inserted bare.

Run: python bench/books.py [FOLDER]
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import apsw

from cablegram.model.acts import State
from cablegram.model.custody import Copy
from cablegram.model.records import Leaf
from cablegram.storage.rows import LAYOUTS
from cablegram.storage.sql import statements
from cablegram.storage.sql.sqlite import SqliteBooks

GROUP = 256
PAGES = 20


def rows(number):
    """The rows of one page."""
    first = number * GROUP
    copies = [
        Copy(
            f"{n * 2654435761 % 2**32:032x}",
            "e" * 32,
            n,
            9,
            "stalin",
            State.ALLOTTED,
            "moscow",
            "G",
        )
        for n in range(first, first + GROUP)
    ]
    leaves = [
        Leaf(n, b"l" * 107, "copy", "allot", copy.handle, 1, b"e" * 300, b"s" * 32)
        for n, copy in enumerate(copies, first)
    ]
    return copies, leaves


def through_books(path):
    """Seconds for all pages through the books."""
    books = SqliteBooks(path)
    pages = [rows(number) for number in range(PAGES)]
    begun = time.perf_counter()
    for number, (copies, leaves) in enumerate(pages):
        with books.page(f"group {number}") as page:
            page.copies.put_all(copies)
            page.leaves.put_all(leaves)
    spent = time.perf_counter() - begun
    books.close()
    return spent


def bare(path):
    """Seconds for the same rows in the same schema, as SQLite takes them from a list of tuples."""
    SqliteBooks(path).close()
    connection = apsw.Connection(str(path))
    connection.execute("pragma synchronous = full")
    pages = [
        [(name, [LAYOUTS[name].values(row) for row in part]) for name, part in named]
        for named in (zip(("copies", "leaves"), rows(n), strict=True) for n in range(PAGES))
    ]
    begun = time.perf_counter()
    for page in pages:
        connection.execute("begin immediate")
        for name, values in page:
            connection.executemany(statements.add(name), values)
        connection.execute("commit")
    spent = time.perf_counter() - begun
    connection.close()
    return spent


def main():
    """Both in turn, three times; the best of each counts."""
    with tempfile.TemporaryDirectory(dir=sys.argv[1] if len(sys.argv) > 1 else None) as folder:
        ours, theirs = [], []
        for turn in range(3):
            ours.append(through_books(Path(folder) / f"ours-{turn}.db"))
            theirs.append(bare(Path(folder) / f"bare-{turn}.db"))
    acts = GROUP * PAGES
    print(f"books  {acts / min(ours):9,.0f} copies with leaves a second")
    print(f"bare   {acts / min(theirs):9,.0f} copies with leaves a second")
    print(f"ratio  {min(theirs) / min(ours):9.2f}")


if __name__ == "__main__":
    main()
