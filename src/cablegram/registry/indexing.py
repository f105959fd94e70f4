"""Indexing: the keys that lead to a telegram or copy, written on the page of what they lead to.

Keys are made of what the rows themselves say: short content, signatory, offices, and persons by
id.  No person's name out of the vault is ever among them (docs/spec/finding.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cablegram.model import folding
from cablegram.model.names import FILE
from cablegram.model.records import Find
from cablegram.registry.reading import every

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cablegram.model.custody import Copy
    from cablegram.model.records import Telegram
    from cablegram.ports import Page, Shelves

OFFICE, PERSON = "o:", "p:"
"""What the keys of an office's and a person's id begin with."""
_LAST = "\U0010ffff"


def telegram_keys(row: Telegram, whom: Iterable[str] = ()) -> frozenset[str]:
    """The keys of a register line; ``whom`` are the persons its copies are for."""
    return (
        folding.keys(f"{row.short_content} {row.signatory}")
        | ({OFFICE + row.office} if row.office else set())
        | {PERSON + person for person in whom if person not in {"", FILE}}
    )


def copy_keys(copy: Copy) -> frozenset[str]:
    """The keys of a copy that has no register line here."""
    whom = {PERSON + copy.whom} if copy.whom not in {"", FILE} else set()
    return folding.keys(copy.short_content) | {OFFICE + copy.owner} | whom


def at_of(row: Telegram) -> str:
    """The moment a telegram is found by: when it came, or was filed."""
    return row.received_at or row.filed_at


def telegram(page: Page, row: Telegram, whom: Iterable[str] = ()) -> None:
    """Let a register line be found."""
    page.finds.put_all(list(rows(telegram_keys(row, whom), at_of(row), row.handle)))


def copies(page: Page, found: Iterable[Copy], at: str) -> None:
    """Let copies from elsewhere be found; ours are found by their telegram."""
    page.finds.put_all([row for copy in found for row in rows(copy_keys(copy), at, copy.handle)])


def begun(view: Shelves, prefix: str, most: int) -> list[str]:
    """The keys that begin so, in order, ``most`` at most; one look for each."""
    found: list[str] = []
    since = prefix
    while len(found) < most:
        first = view.finds.find(since=since, below=prefix + _LAST, limit=1)
        if not first:
            break
        found.append(first[0].key)
        since = first[0].key + "\x01"
    return found


def rows(keys: Iterable[str], at: str, subject: str) -> Iterator[Find]:
    """The rows of these keys, each once."""
    return (Find(key, at, subject) for key in sorted(keys))


def rebuild(page: Page) -> int:
    """Make every key again out of the rows, for books older than the index; gives how many."""
    count = 0
    for row in every(page.telegrams):
        whom = [copy.whom for copy in every(page.copies, "telegram", row.handle)]
        made = list(rows(telegram_keys(row, whom), at_of(row), row.handle))
        page.finds.put_all(made)
        count += len(made)
    for copy in every(page.copies, "telegram", ""):
        made = list(rows(copy_keys(copy), "", copy.handle))
        page.finds.put_all(made)
        count += len(made)
    return count
