"""The audit folder: what an inspector takes along to check this office's ledger elsewhere.

One archive of the public files under one head, our signed card, and the disclosure file over
the same entries (docs/spec/api.md, "The audit folder"); no person, number, time or text is in
it.  It is put together on a connection of its own, so that nobody at the desk waits for it.
"""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Final

from cablegram.errors import LedgerError, StorageError
from cablegram.ledger import disclosure, folder, log
from cablegram.wire import paper, ustar
from cablegram.wiring.desk import CARD, Office

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cablegram.model.records import SignedHead

DISCLOSED: Final = "disclosed.jsonl"
READ_ME: Final = "READ-ME.txt"

_TOLD: Final = """The ledger of {office} ({origin}), {size} entries.

Check it with a program that you brought, not with one that this office gave you:

    cablegram audit ledger --card card.json --disclosed disclosed.jsonl

"ledger" has the files that the office publishes (C2SP tlog-tiles); other programs read them too.
"card.json" has the office's keys, signed by them: compare its words with the office by another
way (`cablegram correspondent words card.json`) before you believe it.
"disclosed.jsonl" opens kind, act, subject and count of every entry, and nothing else.
Keep "ledger/checkpoint": a later one must begin with it (--kept).
"""


def card(root: Path) -> bytes:
    """Our signed card in one file, as it is given to other offices.

    Raises:
        StorageError: it cannot be read.
    """
    try:
        signatures = [path.read_text() for path in sorted(root.glob(f"{CARD}.*.sig"))]
        return paper.join((root / CARD).read_bytes(), signatures)
    except OSError as error:
        raise StorageError(
            "the office's card cannot be read",
            hint="Bring card.json and its signatures back from a backup.",
        ) from error


def bundle(root: Path) -> IO[bytes]:
    """The audit folder of the office in ``root``, as one archive at its beginning.

    It lies in a file without a name, which is gone when it is closed.

    Raises:
        LedgerError: nothing is signed yet, or the published files are damaged.
        StorageError: there is no room for it.
    """
    return _made(root, _write_bundle)


def disclosed(root: Path) -> IO[bytes]:
    """The disclosure file alone, over the newest head, likewise."""
    return _made(root, _write_lines)


def _made(root: Path, write: Callable[[IO[bytes], Office, SignedHead], None]) -> IO[bytes]:
    office = Office(root)
    with ExitStack() as failed:
        file = failed.enter_context(TemporaryFile())
        try:
            write(file, office, _head(office))
            file.seek(0)
        except OSError as error:
            raise StorageError(
                "the files for an inspector could not be put together: {error}",
                hint="Make room for temporary files, then ask again.",
                error=error.strerror,
            ) from error
        finally:
            office.close()
        failed.pop_all()
    return file


def _head(office: Office) -> SignedHead:
    """The newest head, with its files published."""
    log.publish(office.bureau)
    with office.bureau.books.view() as view:
        head = view.head.get(log.HEAD)
    if head is None:
        raise LedgerError("nothing is signed yet", hint="Sign a checkpoint first.")
    return head


def _write_bundle(archive: IO[bytes], office: Office, head: SignedHead) -> None:
    told = _TOLD.format(office=office.bureau.name, origin=office.bureau.origin, size=head.size)
    _member(archive, READ_ME, told.encode())
    _member(archive, CARD, card(office.root))
    for path, data in folder.files(office.bureau, head):
        _member(archive, f"ledger/{path}", data)
    with TemporaryFile() as lines:
        _write_lines(lines, office, head)
        size = lines.tell()
        lines.seek(0)
        archive.write(ustar.header(DISCLOSED, size))
        shutil.copyfileobj(lines, archive)
    archive.write(bytes(-size % ustar.BLOCK) + ustar.END)


def _write_lines(file: IO[bytes], office: Office, head: SignedHead) -> None:
    file.writelines(disclosure.inspector(office.bureau, head))


def _member(archive: IO[bytes], name: str, data: bytes) -> None:
    archive.write(ustar.header(name, len(data)) + data + bytes(-len(data) % ustar.BLOCK))
