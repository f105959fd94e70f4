"""Books that went on from a backup: what the tool does around them, for offices in tests."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cablegram.ledger import log
from cablegram.ledger.signer import Signer
from cablegram.registry import restoring
from cablegram.storage.tiles import MemoryTiles
from cablegram.wire import canonical
from cablegram.wire import card as card_format
from offices import digest, seed

if TYPE_CHECKING:
    from offices import Office


def facts_of(office: Office, before: str, **changes: Any) -> dict[str, Any]:
    """The facts of an order to ``restore`` these books, whose ledger was ``before``."""
    with office.view() as view:
        series = restoring.series_used(view)
    said = {
        "backup": digest("manifest"),
        "made_at": office.bureau.now(),
        "origin": before,
        "size": office.size(),
        "a_day": 1000,
        "series": series,
    }
    return {**said, **changes}


def renamed(office: Office, name: str) -> str:
    """Put the office's books under a new ledger and card; gives the old ledger's name."""
    origin = office.bureau.origin
    office.signer = Signer(name, seed(name))
    card = card_format.decode(office.bureau.card)
    card = replace(
        card,
        serial=card.serial + 1,
        previous=canonical.digest(office.bureau.card),
        origin=name,
        ledger_key=office.signer.vkey(),
    )
    tiles = MemoryTiles()
    body = card_format.encode(card)
    office.bureau = replace(office.bureau, card=body, origin=name, tiles=tiles)
    log.adopt(office.bureau, office.signer)
    return origin
