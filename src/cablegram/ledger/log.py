"""The log: from leaves in the books to a signed head and static files (docs/spec/ledger.md).

Order of writes: leaves (with the acts), then head and right edge in one transaction, then
tiles and bundles, then ``checkpoint``.  The books are the truth; every file can be made
again from them.  A head only ever extends the one before, and nothing is signed before it has
been held to what was signed last.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final, Protocol

from cablegram.errors import LedgerError, MalformedError
from cablegram.ledger import merkle, proof
from cablegram.ledger.checkpoint import Checkpoint
from cablegram.ledger.frontier import Frontier
from cablegram.ledger.note import Note
from cablegram.ledger.tile import WIDTH, Edge, HashReader, bundles, path, subtrees, widths
from cablegram.model.records import SignedHead
from cablegram.ports import FIND_MAX
from cablegram.wire.leaf import HASH_SIZE, decode_leaf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cablegram.model.records import Leaf
    from cablegram.ports import Books, Ledger, Shelves, Tiles

HEAD: Final = "head"
CHECKPOINT: Final = "checkpoint"

_STOP = "Stop every process of this office and call for the ledger's audit before anything else."
_RESTORED = (
    "The books were restored from a backup older than what was published: "
    "begin a new series letter and a new ledger, and tell the correspondents."
)


class Bureau(Protocol):
    """The part of ``cablegram.bureau.Bureau`` that the ledger needs."""

    @property
    def origin(self) -> str:
        """The ledger's name."""
        ...

    @property
    def books(self) -> Books:
        """Where leaves and head are kept."""
        ...

    @property
    def tiles(self) -> Tiles:
        """Where the public files go."""
        ...


def sign_checkpoint(
    bureau: Bureau,
    signer: Ledger,
    hold: Callable[[Shelves, Leaf], None] = lambda _page, _leaf: None,
) -> SignedHead:
    """Put a signed head over every leaf in the books and publish it.

    ``hold`` refuses a new leaf that stands on nothing, by raising; it comes with its page.
    Safe to call at any time, by any process: with nothing new it gives the head there is,
    and it completes what a crash left unpublished.  When it returns, the head is durable and
    so are its files.

    Raises:
        LedgerError: the books are behind the published checkpoint, or leaves or edge differ
            from what was signed last.  Nothing was signed.
    """
    if signer.origin != bureau.origin:
        raise LedgerError(
            "the ledger key is of {origin}, the ledger is {bureau_origin}",
            hint="Give the key file of this ledger.",
            origin=signer.origin,
            bureau_origin=bureau.origin,
        )
    published = _published(bureau)
    # Pages come one after another, so to read the head and put the next on one page is a
    # compare-and-swap.  A crash before the page is kept leaves a signature nobody has seen.
    with bureau.books.page("") as page:
        head = page.head.get(HEAD)
        edge = _edge(bureau, head)
        _hold_published(published, head)
        fresh = []
        for row in chain.from_iterable(leaves(page, edge.size)):
            hold(page, row)
            fresh.append(merkle.leaf_hash(row.leaf))
        if head is None or fresh:
            edge = edge.extend(fresh)
            root = edge.root()
            note = signer.sign(Checkpoint(bureau.origin, edge.size, root).text()).encode()
            head = SignedHead(HEAD, edge.size, root, note, edge.encode())
            page.head.put(head)
    publish(bureau)
    return head


def adopt(bureau: Bureau, signer: Ledger) -> SignedHead:
    """Sign the head there is anew, under another name: for books restored from a backup.

    The leaves stay the first of the new ledger.  Nothing is published here yet.

    Raises:
        LedgerError: something is published, there is no head, or it is under this name already,
            or the leaves do not have its root.  Nothing was signed.
    """
    if _published(bureau) is not None:
        raise LedgerError(
            "a ledger is published here, and cannot go on under another name",
            hint="Restore into a new folder.",
        )
    with bureau.books.page("") as page:
        head = page.head.get(HEAD)
        if head is None or Checkpoint.parse(Note.parse(head.note).text).origin == signer.origin:
            raise LedgerError(
                "there is no head of another ledger to go on from", hint="Restore a backup."
            )
        edge = Frontier()
        for rows in leaves(page, 0, head.size):
            edge = edge.extend([merkle.leaf_hash(row.leaf) for row in rows])
        _hold_root(edge, head.root)
        text = Checkpoint(signer.origin, edge.size, edge.root()).text()
        new = SignedHead(HEAD, edge.size, edge.root(), signer.sign(text).encode(), edge.encode())
        page.head.put(new)
    return new


def publish(bureau: Bureau, *, whole: bool = False) -> None:
    """Write the files that the newest head asks for and that are not published yet.

    With ``whole``, write every file again, whatever is there.  A crash on the way leaves files
    that the old checkpoint does not need; the next call writes the same ones again.

    Raises:
        LedgerError: the leaves in the books do not add up to the signed head, or to the
            published checkpoint.  Nothing was written.
    """
    published = _published(bureau)
    with bureau.books.view() as books:
        head = books.head.get(HEAD)
        _hold_published(published, head)
        if head is None or (published is not None and published.size == head.size and not whole):
            return
        made = None if whole else _last_tile(bureau, books, published, head)
        first, tiles = made or _tiles(bureau, books, published, head, whole=whole)
        # What is written from here on has been held to both signed roots.
        for path, data in _bundles(books, first, head.size):
            bureau.tiles.put(path, data)
    for path, data in tiles:
        bureau.tiles.put(path, data)
    bureau.tiles.sync()
    # Under the books' lock, and only if no newer head has come, so that the published
    # checkpoint never goes back.  Whoever set the newer one publishes it.
    with bureau.books.page("") as page:
        if page.head.get(HEAD) == head:
            bureau.tiles.put(CHECKPOINT, head.note)
            bureau.tiles.sync()


def verify_whole(bureau: Bureau) -> int:
    """Recompute the tree from every leaf in the books; gives how many there are.

    Holds the signed head, the stored edge and the published checkpoint to it.  Run at
    start and on schedule; a million leaves take some seconds.

    Raises:
        LedgerError: something differs from what was signed.
        MalformedError: a leaf in the books is not one.
    """
    published = _published(bureau)
    with bureau.books.view() as books:
        head = books.head.get(HEAD)
        stored = _edge(bureau, head)
        _hold_published(published, head)
        expected = {stored.size: stored.root()}
        if published is not None:
            expected[published.size] = published.root
        edge = Frontier()
        for rows in leaves(books, 0):
            hashes = [merkle.leaf_hash(decode_leaf(row.leaf).line()) for row in rows]
            for size in sorted(expected):
                if edge.size < size <= edge.size + len(hashes):
                    cut = size - edge.size
                    edge = edge.extend(hashes[:cut])
                    hashes = hashes[cut:]
                    _hold_root(edge, expected.pop(size))
            edge = edge.extend(hashes)
        for size, root in expected.items():
            if size:
                raise _behind(size, edge.size)
            _hold_root(Frontier(), root)
    return edge.size


def inclusion(bureau: Bureau, index: int) -> str:
    """The proof of the leaf at ``index`` under the newest head (c2sp.org/tlog-proof@v1).

    Raises:
        LedgerError: no head covers that leaf yet, or the published files are damaged.
    """
    with bureau.books.view() as books:
        head = books.head.get(HEAD)
        row = books.leaves.get(index)
    if head is None or row is None or index >= head.size:
        raise LedgerError(
            "no signed head covers leaf {index} yet", hint="Sign a checkpoint first.", index=index
        )
    if bureau.tiles.get(CHECKPOINT) != head.note:
        publish(bureau)
    hashes = HashReader(bureau.tiles.get, head.size).inclusion(index)
    merkle.check_inclusion(merkle.leaf_hash(row.leaf), index, head.size, head.root, hashes)
    return proof.Proof(index, tuple(hashes), head.note.decode()).text()


def leaves(books: Shelves, first: int, end: int | None = None) -> Iterator[Sequence[Leaf]]:
    """The leaves from index ``first`` to before ``end``, or to the last, some at a time.

    Raises:
        LedgerError: one is missing between them, or before ``first``.
    """
    last = books.leaves.get(first - 1) if first else None
    if first and last is None:
        raise _behind(first, first - 1)
    while end is None or first < end:
        most = FIND_MAX if end is None else min(FIND_MAX, end - first)
        rows = books.leaves.find(after=last, limit=most)
        if not rows and end is None:
            return
        if not rows or (rows[0].index, rows[-1].index) != (first, first + len(rows) - 1):
            raise LedgerError(
                "the books lack leaf {first} or one soon after", hint=_STOP, first=first
            )
        yield rows
        first, last = first + len(rows), rows[-1]


def hold(books: Shelves, bureau: Bureau) -> None:
    """Refuse books whose head is behind, or not, what was published.

    Raises:
        LedgerError: they were restored from a backup, or differ.
    """
    _hold_published(_published(bureau), books.head.get(HEAD))


def agrees(bureau: Bureau, books: Shelves, leaf: Leaf) -> bool:
    """Whether a leaf in the books is the one in the published tile, where that is there.

    The newest tile may have been written anew since the head was read, or not yet: what is
    not there says nothing.
    """
    head = books.head.get(HEAD)
    if head is None or not is_covered(books, leaf):
        return True
    number, place = divmod(leaf.index, WIDTH)
    width = min(WIDTH, head.size - number * WIDTH)
    data = bureau.tiles.get(path(0, number, width))
    if data is None:
        return True
    return data[place * HASH_SIZE : (place + 1) * HASH_SIZE] == merkle.leaf_hash(leaf.leaf)


def is_covered(books: Shelves, leaf: Leaf) -> bool:
    """Whether the newest signed head is over a leaf."""
    head = books.head.get(HEAD)
    return head is not None and leaf.index < head.size


def _published(bureau: Bureau) -> Checkpoint | None:
    """The published checkpoint as it claims to be; it is our own file, so no signature is asked."""
    data = bureau.tiles.get(CHECKPOINT)
    try:
        return None if data is None else Checkpoint.parse(Note.parse(data).text)
    except MalformedError as exc:
        raise LedgerError(
            "the published checkpoint cannot be read: {exc}",
            hint="Compare the head with what the correspondents hold, then move the file away.",
            exc=exc,
        ) from exc


def _edge(bureau: Bureau, head: SignedHead | None) -> Frontier:
    """The stored right edge, held to the head that was signed last."""
    if head is None:
        return Frontier()
    edge = Frontier.decode(head.edge)
    signed = Note.parse(head.note).text
    if (edge.size, edge.root()) != (head.size, head.root) or (
        signed != Checkpoint(bureau.origin, head.size, head.root).text()
    ):
        raise LedgerError("the stored right edge is not that of the last signed head", hint=_STOP)
    return edge


def _hold_published(published: Checkpoint | None, head: SignedHead | None) -> None:
    if published is None:
        return
    size = 0 if head is None else head.size
    if published.size > size:
        raise LedgerError(
            "the published checkpoint has {size} leaves, the books' head {size2}",
            hint=_RESTORED,
            size=published.size,
            size2=size,
        )
    if head is not None and published.size == size and published.root != head.root:
        raise LedgerError(
            "the published checkpoint of {size} leaves has another root than the books' head",
            hint=_STOP,
            size=size,
        )


def _last_tile(
    bureau: Bureau, books: Shelves, published: Checkpoint | None, head: SignedHead
) -> tuple[int, list[tuple[str, bytes]]] | None:
    """What ``_tiles`` gives where the leaves since the published checkpoint fill no tile.

    Only the last row of hashes differs then.  All to its left is in the head's own frontier, so
    that both signed roots are held without reading the upper levels; None where they do not hold.
    """
    first = head.size - head.size % WIDTH
    if published is None or published.size <= first:
        return None
    width = published.size - first
    left = Frontier.decode(head.edge).roots[: first.bit_count()]
    row = bureau.tiles.get(path(0, first // WIDTH, width)) or b""
    if merkle.fold([*left, *subtrees(row)]) != published.root:
        return None
    fresh = chain.from_iterable(leaves(books, published.size, head.size))
    row += b"".join(merkle.leaf_hash(leaf.leaf) for leaf in fresh)
    if merkle.fold([*left, *subtrees(row)]) != head.root:
        return None
    return first, [(path(0, first // WIDTH, head.size - first), row)]


def _tiles(
    bureau: Bureau,
    books: Shelves,
    published: Checkpoint | None,
    head: SignedHead,
    *,
    whole: bool,
) -> tuple[int, list[tuple[str, bytes]]]:
    """The leaf that the first new bundle begins with, and path and content of each new tile."""
    edge = Edge() if whole or published is None else _published_edge(bureau, published)
    first = edge.size - edge.size % WIDTH
    tiles: list[tuple[str, bytes]] = []
    old = (0, merkle.EMPTY_ROOT) if published is None else (published.size, published.root)
    for size, signed in (old, (head.size, head.root)):
        rows = leaves(books, edge.size, size)
        edge, more = edge.extend(merkle.leaf_hash(row.leaf) for page in rows for row in page)
        tiles += more
        _hold_root(edge, signed)
    return first, tiles


def _published_edge(bureau: Bureau, published: Checkpoint) -> Edge:
    """The right edge as published; the empty one where it is not whole, to begin from there."""
    reader = HashReader(bureau.tiles.get, published.size)
    try:
        levels = [
            reader.tile(level, published.size >> 8 * (level + 1)) if width else b""
            for level, width in enumerate(widths(published.size))
        ]
    except LedgerError:
        return Edge()
    edge = Edge(published.size, tuple(levels))
    return edge if edge.root() == published.root else Edge()


def _bundles(books: Shelves, first: int, end: int) -> Iterator[tuple[str, bytes]]:
    waiting: list[bytes] = []
    for rows in leaves(books, first, end):
        waiting += [row.leaf for row in rows]
        whole = len(waiting) // WIDTH * WIDTH
        yield from bundles(first, waiting[:whole])
        first, waiting = first + whole, waiting[whole:]
    yield from bundles(first, waiting)


def _hold_root(edge: Edge | Frontier, root: bytes) -> None:
    if edge.root() != root:
        raise LedgerError(
            "the first {size} leaves in the books do not have the root that was signed",
            hint=_STOP,
            size=edge.size,
        )


def _behind(size: int, found: int) -> LedgerError:
    return LedgerError(
        "the books have {found} leaves where {size} were signed",
        hint=_RESTORED,
        found=found,
        size=size,
    )
