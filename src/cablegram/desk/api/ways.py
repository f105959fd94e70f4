"""The API's ways: what may be read, by path below ``/api/``, with who may."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cablegram.desk import who
from cablegram.desk.api import describing, feeding, ledger, orders, reading, tokens
from cablegram.desk.api.asking import BODY_MAX

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from cablegram.desk.frame import Desk
    from cablegram.desk.who import Who

    Handler = Callable[[Request, Desk], Awaitable[Response]]

__all__ = ["BODY_MAX", "READS", "orders", "tokens"]

READS: Final[tuple[tuple[str, Handler, Who], ...]] = (
    ("openapi.json", describing.show, who.EVERYONE),
    ("now", orders.moment, who.EVERYONE),
    ("next", orders.following, who.IN_POST),
    ("copies", orders.named, who.BOOKS),
    ("office", reading.office, who.IN_POST),
    ("where", reading.where, who.IN_POST),
    ("log", reading.life, who.IN_POST),
    ("telegrams", reading.telegrams, who.BOOKS),
    ("telegrams/{telegram}", reading.telegram, who.IN_POST),
    ("copies/{copy}", reading.copy, who.COPY),
    ("holders/{person}", reading.holder, who.PERSON),
    ("due", reading.due, who.BOOKS),
    ("duties", reading.duties, who.BOOKS),
    ("find", reading.find, who.BOOKS),
    ("drafts", reading.drafts, who.CLEARING),
    ("musters", reading.musters, who.BOOKS),
    ("musters/{number:int}", reading.muster, who.BOOKS),
    ("correspondents", reading.correspondents, who.BOOKS),
    ("officers", reading.officers, who.IN_POST),
    ("alarms", reading.alarms, who.BOOKS),
    ("denials", reading.denials, who.INSPECTORS),
    ("forms/{name}", reading.form, who.BOOKS),
    ("feed", feeding.show, who.IN_POST),
    ("ledger/checkpoint", ledger.checkpoint, who.EVERYONE),
    ("ledger/tile/{path:path}", ledger.tile, who.EVERYONE),
    ("ledger/card", ledger.card, who.EVERYONE),
    ("ledger/proof/{index:int}", ledger.proof, who.INSPECTORS),
    ("ledger/audit.tar", ledger.audit, who.INSPECTORS),
    ("ledger/disclosure.jsonl", ledger.disclosure, who.INSPECTORS),
)
