"""Checkpoints: the head a ledger signs (c2sp.org/tlog-checkpoint@v1.0.0, "Note text").

Parsing is strict: text that ``Checkpoint.text`` would not write is refused, so
that one head has one spelling and two heads can be compared as bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cablegram.errors import LedgerError, MalformedError
from cablegram.ledger import merkle
from cablegram.ledger.note import Note, Verifier, check_text, decode64, encode64
from cablegram.ledger.tile import TREE_SIZE_MAX

if TYPE_CHECKING:
    from collections.abc import Sequence

ORIGIN_MAX: Final = 255

_LINES = 3
_HINT = "Fetch it again."


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a tree: whose, how large, its root; and lines others may have added.

    Raises:
        MalformedError: something in it cannot stand in a checkpoint.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        lines = (self.origin, *self.extensions)
        if not all(lines) or any("\n" in line for line in lines):
            raise MalformedError("a checkpoint has an empty or broken line", hint=_HINT)
        if len(self.origin) > ORIGIN_MAX or not 0 <= self.size <= TREE_SIZE_MAX:
            raise MalformedError("a checkpoint's origin or size is out of bounds", hint=_HINT)
        if len(self.root) != merkle.HASH_SIZE:
            raise MalformedError("a checkpoint's root is not 32 bytes", hint=_HINT)
        if self.size == 0 and self.root != merkle.EMPTY_ROOT:
            raise MalformedError("a checkpoint of no leaves has a root of some", hint=_HINT)
        check_text(self.text())

    def text(self) -> str:
        """The text that is signed."""
        lines = (self.origin, str(self.size), encode64(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Read the text of a checkpoint.

        Raises:
            MalformedError: spelled otherwise than ``text`` would.
        """
        lines = text.split("\n")[:-1]
        if len(lines) < _LINES or not (lines[1].isascii() and lines[1].isdigit()):
            raise MalformedError("a checkpoint lacks its three lines", hint=_HINT)
        size = int(lines[1][:20])
        checkpoint = cls(lines[0], size, decode64(lines[2]), tuple(lines[_LINES:]))
        if checkpoint.text() != text:
            raise MalformedError("the checkpoint is not spelled canonically", hint=_HINT)
        return checkpoint


@dataclass(frozen=True, slots=True)
class Head:
    """A checkpoint whose signatures were checked: by whom, and when each cosigned it."""

    checkpoint: Checkpoint
    signed: dict[Verifier, int | None]


def open(note: bytes, ledger: Verifier, witnesses: Sequence[Verifier] = ()) -> Head:
    """Read a signed checkpoint of the ledger whose key is given.

    Raises:
        MalformedError: not a checkpoint.
        LedgerError: not signed by the ledger's own key, of another origin, or a witness's
            cosignature on it does not hold.
    """
    read = Note.parse(note)
    signed = read.verify([ledger, *witnesses])
    checkpoint = Checkpoint.parse(read.text)
    if ledger not in signed or checkpoint.origin != ledger.name:
        raise LedgerError(
            "the checkpoint is not {ledger}'s own",
            hint="Compare the ledger's key with the office's card.",
            ledger=ledger.name,
        )
    return Head(checkpoint, signed)
