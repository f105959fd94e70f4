"""Paper that came with a copy: held to what was announced, stamped, laid in our paper folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cablegram.errors import CustodyError, SetUpError
from cablegram.model.times import instant
from cablegram.press import Stamp, stamp_sheets
from cablegram.press.stamping import PAPER_MAX
from cablegram.press.words import FORMS
from cablegram.wire import canonical

if TYPE_CHECKING:
    from pathlib import Path

    from cablegram.model.custody import Copy
    from cablegram.wiring.desk import Office


def read(path: Path, announced: str) -> bytes:
    """The sheets as they came, held to the digest the transmittal announced (or none).

    Raises:
        SetUpError: the file cannot be read.
        CustodyError: they are not the sheets that were sent.
    """
    try:
        with path.open("rb") as file:
            data = file.read(PAPER_MAX + 1)
    except OSError as exc:
        raise SetUpError("the sheets cannot be read", hint="Give the PDF that came.") from exc
    if announced and canonical.digest(data) != announced:
        raise CustodyError(
            "the sheets are not the ones that the transmittal announced",
            hint="Do not accept the copy; tell the office that sent it.",
        )
    return data


def stamp(office: Office, copy: Copy, data: bytes) -> str:
    """Put our incoming stamp on an accepted copy's sheets; gives where they lie.

    Raises:
        MalformedError, PressError: they cannot be stamped; the copy stays accepted.
    """
    languages = [lang for lang in FORMS if lang in office.card.names]
    lang = languages[0] if languages else next(iter(FORMS))
    at = instant(office.bureau.now()).astimezone(office.settings.tz())
    name = office.card.names.get(lang) or next(iter(office.card.names.values()))
    mark = Stamp(
        office=name,
        incoming_number=copy.incoming,
        day=at.date(),
        return_order=RETURN_ORDERS.get(lang, ""),
    )
    stamped = stamp_sheets(data, copy.sheets, mark, lang=lang)
    return office.bureau.paper.put(f"{copy.incoming.replace('/', '-')}.pdf", stamped)


RETURN_ORDERS = {"ru": "Подлежит возврату", "en": "To be returned to"}
