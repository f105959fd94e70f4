"""Audit: is this folder of files the ledger its office signed (docs/spec/ledger.md, "Audit")?

All it takes is a way to read published files and the office's verifier key; with a
disclosure file, each line is held to its leaf as well, and an inspector's acts are
replayed.  Nothing is believed that does not lead to the signed root.  What is wrong comes
back as findings; only the inability to read at all is an error.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final, Generic, TypeAlias, TypeVar

from cablegram.errors import CablegramError, LedgerError
from cablegram.ledger import checkpoint, merkle, note, tile
from cablegram.model import acts
from cablegram.sentences import sentence
from cablegram.wire import disclosure, leaf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

S = TypeVar("S")

Row: TypeAlias = tuple[int, str, str, str, int]
"""One disclosed act for the replay: leaf index, kind, act, subject, seq."""

FINDINGS_MAX: Final = 1000
COPY: Final = "copy"
"""The kind of those entries that are acts on copies."""

_EXPLAIN = "Ask the office to explain this entry."
_STRIDE = 2 + leaf.LEAF_SIZE
_LEAVES = re.compile(
    rb'(?:\x00\x6b\{"day":"[0-9]{4}-[0-9]{2}-[0-9]{2}","root":"sha256:[0-9a-f]{64}","v":1\})*'
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What is not as it must be, in plain words; ``index`` is the first entry concerned."""

    index: int | None
    what: str


@dataclass(frozen=True, slots=True)
class Result(Generic[S]):
    """What an audit found; the ledger is as it was signed only if ``ok``.

    ``entries`` is how many leaves were read, ``disclosed`` how many of them a disclosure
    opened, ``shown`` what a party's disclosure shows, ``summary`` what the replay gave.
    """

    origin: str
    size: int
    root: bytes
    entries: int = 0
    disclosed: int = 0
    shown: tuple[tuple[int, dict[str, str]], ...] = ()
    summary: S | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing was found wrong."""
        return not self.findings


def audit(
    get: tile.Get,
    vkey: str,
    *,
    disclosed: Iterable[bytes] | None = None,
    replay: Callable[[Iterable[Row]], S] | None = None,
    kept: Iterable[bytes] = (),
) -> Result[S]:
    """Check a published ledger, in one pass and with memory for a few tiles.

    ``disclosed`` are the lines of a disclosure file.  ``replay`` (``custody``, say) is given
    the acts of an inspector's file in ledger order; what it raises is a finding.  ``kept`` are
    signed checkpoints that somebody put by earlier: the ledger must begin with each of them.

    Raises:
        MalformedError: ``vkey`` is not a verifier key.
    """
    verifier = note.Verifier.parse(vkey)
    data = get("checkpoint")
    try:
        if data is None:
            raise LedgerError("the checkpoint is missing", hint="Fetch it.")
        head = checkpoint.open(data, verifier).checkpoint
    except CablegramError as exc:
        return Result(verifier.name, 0, b"", findings=(Finding(None, exc.what),))
    work: _Audit[S] = _Audit(get, head)
    try:
        # 1. What was disclosed, against the leaves, reading as many of them as it takes.
        if disclosed is not None:
            work.disclose(disclosed, replay)
        # 2. The leaves not read yet: spelling, and bundles against tiles of level 0.
        for _ in work.leaves:
            pass
        # 3. The levels above, and the root.
        work.tree()
        # 4. What was signed before, against what is signed now.
        for note_before in kept:
            work.grown_from(note_before, verifier)
    except _EnoughError:
        work.findings.append(
            Finding(
                None,
                sentence(
                    "there is more; the audit stopped at {findings_max}", findings_max=FINDINGS_MAX
                ),
            )
        )
    return work.result()


def custody(rows: Iterable[Row]) -> acts.Replayed:
    """Replay an inspector's acts over the table of acts, to be given to ``audit``.

    Every subject, copy or not, must be of one kind and its ``seq`` count from 1 without a
    gap; the copies' acts must follow the table.

    Raises:
        LedgerError: a subject changes kind, a ``seq`` skips or repeats, or an act is unknown.
        CustodyError: an act does not follow from the state its copy was in.
    """
    return acts.replay(_copies(rows))


def _copies(rows: Iterable[Row]) -> Iterator[tuple[int, str, str, int]]:
    before: dict[str, tuple[str, int]] = {}
    for index, kind, act, subject, seq in rows:
        if (kind, seq - 1) != before.get(subject, (kind, 0)):
            raise LedgerError(
                "entry {index} does not follow the one before of its subject",
                hint=_EXPLAIN,
                index=index,
            )
        before[subject] = kind, seq
        if kind == COPY:
            if act not in acts.RULES:
                raise LedgerError(
                    "entry {index} has an act that is in no table", hint=_EXPLAIN, index=index
                )
            yield index, act, subject, seq


class _EnoughError(Exception):
    """So much is wrong that looking further helps nobody."""


class _Audit(Generic[S]):
    """One audit under way."""

    def __init__(self, get: tile.Get, head: checkpoint.Checkpoint) -> None:
        self.findings: list[Finding] = []
        self.leaves = self._read()
        self._get = get
        self._head = head
        self._days: set[bytes] = set()
        self._above = bytearray()  # The roots of full tiles of level 0.
        self._last = b""  # The partial tile of level 0.
        self._entries = 0
        self._disclosed = 0
        self._shown: list[tuple[int, dict[str, str]]] = []
        self._summary: S | None = None

    def result(self) -> Result[S]:
        return Result(
            self._head.origin,
            self._head.size,
            self._head.root,
            self._entries,
            self._disclosed,
            tuple(self._shown),
            self._summary,
            tuple(self.findings),
        )

    def disclose(self, lines: Iterable[bytes], replay: Callable[[Iterable[Row]], S] | None) -> None:
        """Hold a disclosure file to the leaves; an inspector's acts go through ``replay``."""
        try:
            header, rest = disclosure.read(lines)
            self._hold_header(header)
            opened = self._opened(rest)
            if header.view is disclosure.View.PARTY:
                self._shown.extend(opened)
                return
            rows = (
                (index, values["kind"], values["act"], values["subject"], int(values["seq"]))
                for index, values in opened
            )
            if replay is not None:
                self._summary = replay(rows)
            for _ in rows:
                pass
        except CablegramError as exc:
            self._find(None, exc.what)

    def tree(self) -> None:
        """Check each level above 0 against what the one below adds up to, then the root."""
        levels = [self._last] if self._head.size else []
        row = bytes(self._above)
        while row:
            full = len(row) // tile.FULL
            tiles = [row[at : at + tile.FULL] for at in range(0, len(row), tile.FULL)]
            for number, hashes in enumerate(tiles):
                self._hold_tile(len(levels), number, hashes, index=None)
            levels.append(b"".join(tiles[full:]))
            row = b"".join(map(merkle.perfect_root, tiles[:full]))
        if tile.Edge(self._head.size, tuple(levels)).root() != self._head.root:
            self._find(None, "the entries do not add up to the signed root")

    def grown_from(self, kept: bytes, verifier: note.Verifier) -> None:
        """Hold the ledger to a checkpoint that was kept: it must begin with what that signed."""
        try:
            before = checkpoint.open(kept, verifier).checkpoint
            if before.size > self._head.size:
                raise LedgerError(
                    "the kept checkpoint has {size} entries, this ledger {head_size}",
                    hint=_EXPLAIN,
                    size=before.size,
                    head_size=self._head.size,
                )
            if before.size:
                hashes = tile.HashReader(self._get, self._head.size).consistency(before.size)
                merkle.check_consistency(
                    before.size, self._head.size, before.root, self._head.root, hashes
                )
        except CablegramError as exc:
            self.findings.append(
                Finding(None, sentence("against a kept checkpoint: {exc}", exc=exc))
            )

    def _hold_header(self, header: disclosure.Header) -> None:
        if header.origin != self._head.origin:
            raise LedgerError(
                "the disclosure is of another ledger, {origin}",
                hint="Take the one of this ledger.",
                origin=header.origin,
            )
        all_of_it = header.view is disclosure.View.PARTY or header.size == self._head.size
        if header.size > self._head.size or not all_of_it:
            raise LedgerError(
                "the disclosure is of {size} entries, the ledger has {head_size}",
                hint="Ask for one as of this checkpoint.",
                size=header.size,
                head_size=self._head.size,
            )

    def _opened(
        self, lines: Iterable[tuple[int, leaf.Disclosed]]
    ) -> Iterator[tuple[int, dict[str, str]]]:
        for index, one in lines:
            data = next(data for at, data in self.leaves if at == index)
            if data is None:  # Its bundle is a finding already.
                continue
            try:
                values = leaf.check(data, one)
            except CablegramError as exc:
                self._find(index, exc.what)
                continue
            self._disclosed += 1
            yield index, values

    def _read(self) -> Iterator[tuple[int, bytes | None]]:
        """Every leaf by index, None where it cannot be had, its tile of level 0 checked."""
        for first in range(0, self._head.size, tile.WIDTH):
            number, width = first // tile.WIDTH, min(tile.WIDTH, self._head.size - first)
            entries = self._bundle(number, width)
            hashes = b"".join([sha256(b"\x00" + entry).digest() for entry in entries])
            if entries:
                self._hold_tile(0, number, hashes, index=first)
            else:  # The tree then lacks them, and the root says so too.
                hashes = bytes(width * tile.HASH)
            if width == tile.WIDTH:
                self._above += merkle.perfect_root(hashes)
            else:
                self._last = hashes
            self._entries += len(entries)
            yield from enumerate(entries or [None] * width, first)

    def _bundle(self, number: int, width: int) -> list[bytes]:
        """The leaves of a bundle, each held to its spelling; none if it cannot be had."""
        first = number * tile.WIDTH
        try:
            data = tile.read(self._get, "entries", number, width)
            entries = tile.decode_bundle(data, width)
        except CablegramError as exc:
            self._find(first, exc.what)
            return []
        # One look at the whole bundle settles it; the slow way finds which leaf is to blame.
        days = {data[at + 10 : at + 20] for at in range(0, len(data), _STRIDE)} - self._days
        if _LEAVES.fullmatch(data) and all(leaf.is_day(day.decode()) for day in days):
            self._days |= days
            return entries
        for index, entry in enumerate(entries, first):
            try:
                leaf.decode_leaf(entry)
            except CablegramError as exc:
                self._find(index, exc.what)
        return entries

    def _hold_tile(self, level: int, number: int, hashes: bytes, *, index: int | None) -> None:
        width = len(hashes) // tile.HASH
        try:
            if tile.read(self._get, level, number, width) != hashes:
                path = tile.path(level, number, width)
                self._find(
                    index,
                    sentence("{path} does not hold the hashes of what lies below it", path=path),
                )
        except CablegramError as exc:
            self._find(index, exc.what)

    def _find(self, index: int | None, what: str) -> None:
        self.findings.append(Finding(index, what))
        if len(self.findings) >= FINDINGS_MAX:
            raise _EnoughError
