"""Our own card, written and signed anew (docs/spec/card.md)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cablegram.errors import CablegramError, SetUpError
from cablegram.signatures import PublicKey, verify_all
from cablegram.storage import durable
from cablegram.wire import canonical
from cablegram.wire import card as card_format
from cablegram.wiring.desk import CARD

if TYPE_CHECKING:
    from pathlib import Path

    from cablegram.sealing.keys import OfficeKeys
    from cablegram.wire.card import Card, SigningPages
    from cablegram.wiring.desk import Office


def write(root: Path, card: Card, keys: OfficeKeys) -> None:
    """Write a card and its signatures.

    A crash between the two leaves signatures that do not hold; writing the same card again, by
    the same order, ends it.
    """
    body = card_format.encode(card)
    durable.write(root / CARD, body, durable.PUBLIC_FILE)
    for number, signature in enumerate(keys.sign(card_format.NAMESPACE, body), start=1):
        path = root / f"{CARD}.{number}.sig"
        durable.write(path, signature.encode(), durable.PUBLIC_FILE)


def record_signer(office: Office, pages: SigningPages | None, keys: OfficeKeys) -> Card | None:
    """Say on our card where the signer is and what its files are; None if it says so already.

    The next serial, the same keys: the card's words stay as they are.

    Raises:
        SetUpError: the keys are not those of the card.
    """
    card = card_format.decode((office.root / CARD).read_bytes())
    if tuple(key.line() for key in keys.public_keys()) != card.signing:
        raise SetUpError(
            "the office's keys are not those of its card",
            hint="Bring card.json and keys/office.age from the same backup.",
        )
    if card.signer == pages:
        if not _holds(office.root, card):
            write(office.root, card, keys)
        return None
    new = replace(
        card,
        serial=card.serial + 1,
        previous=canonical.digest(card_format.encode(card)),
        made_at=office.bureau.now(),
        signer=pages,
    )
    write(office.root, new, keys)
    return new


def _holds(root: Path, card: Card) -> bool:
    try:
        verify_all(
            [path.read_text() for path in sorted(root.glob(f"{CARD}.*.sig"))],
            namespace=card_format.NAMESPACE,
            message=card_format.encode(card),
            keys=[PublicKey.from_line(line) for line in card.signing],
        )
    except (CablegramError, OSError):
        return False
    return True
