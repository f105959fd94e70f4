"""Proofs: that a ledger has an entry, in one file to be checked anywhere (c2sp.org/tlog-proof@v1).

The file carries the whole signed checkpoint; the entry itself comes from elsewhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cablegram.errors import MalformedError
from cablegram.ledger import checkpoint, merkle
from cablegram.ledger.note import NOTE_SIZE_MAX, Note, decode64, encode64
from cablegram.ledger.tile import TREE_SIZE_MAX

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cablegram.ledger.note import Verifier

FORMAT: Final = "c2sp.org/tlog-proof@v1"
EXTRA_MAX: Final = 1 << 16
PROOF_SIZE_MAX: Final = NOTE_SIZE_MAX + 2 * EXTRA_MAX

_INDEX = re.compile(r"index (0|[1-9][0-9]{0,15})")
_HINT = "Ask the office for the proof again."


@dataclass(frozen=True, slots=True)
class Proof:
    """The place of an entry and the hashes that lead from it to the checkpoint's root.

    ``note`` is the signed checkpoint, not checked yet; ``extra`` is whatever someone
    put there: nothing vouches for it.
    """

    index: int
    hashes: tuple[bytes, ...]
    note: str
    extra: bytes | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.index <= TREE_SIZE_MAX or len(self.hashes) > merkle.PROOF_HASHES_MAX:
            raise MalformedError("a proof's index or length is out of bounds", hint=_HINT)
        if any(len(hash) != merkle.HASH_SIZE for hash in self.hashes):
            raise MalformedError("a proof has a hash that is not 32 bytes", hint=_HINT)
        if self.extra is not None and len(self.extra) > EXTRA_MAX:
            raise MalformedError(
                "a proof's extra data is over {extra_max} bytes", hint=_HINT, extra_max=EXTRA_MAX
            )
        note = self.note.encode("utf-8", "surrogatepass")
        checkpoint.Checkpoint.parse(Note.parse(note).text)

    def text(self) -> str:
        """The proof as one file."""
        lines = [FORMAT]
        if self.extra is not None:
            lines.append(f"extra {encode64(self.extra)}")
        lines.append(f"index {self.index}")
        lines += map(encode64, self.hashes)
        return "".join(f"{line}\n" for line in lines) + "\n" + self.note

    @classmethod
    def parse(cls, text: str) -> Proof:
        """Read a proof without checking it.

        Raises:
            MalformedError: spelled otherwise than ``text`` would.
        """
        if len(text) > PROOF_SIZE_MAX:
            raise MalformedError(
                "a proof is larger than {proof_size_max} bytes",
                hint=_HINT,
                proof_size_max=PROOF_SIZE_MAX,
            )
        head, _, note = text.partition("\n\n")
        first, *lines = head.split("\n")
        if first != FORMAT:
            raise MalformedError(
                "the proof does not begin with {format}", hint=_HINT, format=FORMAT
            )
        extra = None
        if lines and lines[0].startswith("extra "):
            extra = decode64(lines.pop(0).removeprefix("extra "))
        index = _INDEX.fullmatch(lines[0]) if lines else None
        if index is None:
            raise MalformedError("a proof has no index", hint=_HINT)
        proof = cls(int(index[1]), tuple(map(decode64, lines[1:])), note, extra)
        assert proof.text() == text, "every part was held to its spelling"
        return proof

    def check(
        self, entry: bytes, ledger: Verifier, witnesses: Sequence[Verifier] = ()
    ) -> checkpoint.Head:
        """The head that covers this entry, once signatures and hashes have been checked.

        Raises:
            LedgerError: a signature or the proof does not hold.
            MalformedError: the checkpoint within is not one.
        """
        head = checkpoint.open(self.note.encode(), ledger, witnesses)
        merkle.check_inclusion(
            merkle.leaf_hash(entry),
            self.index,
            head.checkpoint.size,
            head.checkpoint.root,
            self.hashes,
        )
        return head
