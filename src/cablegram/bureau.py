"""The bureau: this installation, as everything an order may use, chosen once by wiring.

An *office* is a correspondent in the directory; the *bureau* is us.  There is no private
key here: the room holds the office's, each officer their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cablegram.model.times import moment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

    from cablegram.ports import Blobs, Books, Carrier, Clock, Paper, Randomness, Tiles, Vault


@dataclass(frozen=True, slots=True)
class Bureau:
    """Our name, our public card and the outside world as promises.

    ``card`` is our own card's canonical bytes; ``origin`` the ledger's name; ``zone`` the zone
    local times are shown in.  ``carriers`` are by name ("folder").
    """

    name: str
    card: bytes
    origin: str
    zone: tzinfo
    books: Books
    blobs: Blobs
    tiles: Tiles
    vault: Vault
    carriers: Mapping[str, Carrier]
    paper: Paper
    clock: Clock
    random: Randomness

    def now(self) -> str:
        """The moment by the bureau's clock."""
        return moment(self.clock.now())

    def handle(self) -> str:
        """A new random ledger subject."""
        return self.random(16).hex()
