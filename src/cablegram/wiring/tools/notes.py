"""Notes: words or a scan sealed to our own room, to be named as evidence (docs/spec/note.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cablegram.sealing import age, recipients
from cablegram.sealing.recipients import Kind
from cablegram.wire import card as card_format
from cablegram.wire import note as note_format
from cablegram.wire.note import Note

if TYPE_CHECKING:
    from cablegram.wiring.desk import Office


def seal_note(office: Office, data: bytes, media_type: str = note_format.WORDS) -> str:
    """Seal words or a scan to our own newest key and keep it; gives the digest it goes by.

    Raises:
        MalformedError: empty, too large, or words that are not clean.
    """
    note = note_format.encode(Note(media_type, data))
    key = card_format.current(office.card, office.bureau.now())
    sealed = age.encrypt(note, [recipients.recipient(Kind(key.kind), key.key)])
    return office.bureau.blobs.put(sealed)
