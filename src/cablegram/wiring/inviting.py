"""Invitations to the desk: a link with which a person makes their first passkey there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from cablegram.model.times import moment
from cablegram.ports import Thing
from cablegram.registry import roster
from cablegram.wire import canonical

if TYPE_CHECKING:
    from cablegram.wiring.desk import Office

GOOD_FOR: Final = timedelta(days=7)
TOKEN_SIZE: Final = 32


def invite(office: Office, person: str) -> str:
    """The link for a person in post; it works once, within a week.

    Raises:
        OrderError: they are not in post.
    """
    with office.bureau.books.view() as view:
        roster.in_post(view, person)
    token = canonical.encode_bytes(office.bureau.random(TOKEN_SIZE))
    until = moment(datetime.now(UTC) + GOOD_FOR)
    office.store.put(Thing("invite", name_of(token), b"{}", person, until))
    return f"{office.settings.desk}/welcome/{token}"


def name_of(secret: str) -> str:
    """What a secret is kept as: its digest."""
    return "sha256:" + sha256(secret.encode()).hexdigest()
