"""Every way into the desk, in one table: its path, its handler, who may, what proves a write.

The tests make their matrix of ways, roles, owners and sessions out of this table; a way that
is missing from their expectations fails the build.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cablegram.desk import asked, enrolling, who, writing
from cablegram.desk.api import ways as api
from cablegram.desk.pages import (
    acts,
    drafting,
    entering,
    errands,
    inspecting,
    line,
    myself,
    reading,
    room,
    seconds,
    ways,
)
from cablegram.desk.pages import tokens as token_pages

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from cablegram.desk.frame import Desk
    from cablegram.desk.who import Who


@dataclass(frozen=True, slots=True)
class Way:
    """One way in.  ``proof`` says that a write carries its own authority, and which.

    It is then let in from other origins and without a log-in: an ask's ``token``, or the
    signatures of an ``order``.  ``is_json``: refusals are JSON.  ``body_max``: in bytes.
    """

    path: str
    handler: Callable[[Request, Desk], Awaitable[Response]]
    who: Who
    methods: tuple[str, ...] = ("GET",)
    proof: str = ""
    is_json: bool = False
    body_max: int = 0


_POST = ("POST",)

WAYS: tuple[Way, ...] = (
    Way("/", ways.today, who.IN_POST),
    # The register, read.
    Way("/duties", ways.duties, who.BOOKS),
    Way("/due", ways.due, who.BOOKS),
    Way("/find", ways.find, who.BOOKS),
    Way("/register/{which}", ways.register, who.BOOKS),
    Way("/telegram/{telegram}", ways.telegram, who.BOOKS),
    Way("/copy/{copy}", ways.copy, who.COPY),
    Way("/custody", ways.custody, who.BOOKS),
    Way("/holder/{person}", ways.holder, who.PERSON),
    Way("/tracers", ways.tracers, who.BOOKS),
    Way("/tasks", ways.tasks, who.BOOKS),
    Way("/musters", ways.musters, who.BOOKS),
    Way("/musters/{number}", ways.muster, who.BOOKS),
    Way("/offices", ways.offices, who.BOOKS),
    Way("/offices/{office}", ways.office, who.BOOKS),
    Way("/watches", ways.watches, who.BOOKS),
    Way("/forms", ways.all_forms, who.BOOKS),
    Way("/forms/{form}", ways.form, who.BOOKS),
    Way("/help", ways.help_, who.IN_POST),
    # Logging in and out.
    Way("/login", entering.show_login, who.EVERYONE),
    Way("/login/ask", entering.ask_login, who.EVERYONE, _POST, is_json=True),
    Way("/login", entering.log_in, who.EVERYONE, _POST, is_json=True),
    Way("/logout", entering.log_out, who.IN_POST, _POST),
    Way("/welcome/{token}", entering.show_welcome, who.EVERYONE),
    Way("/welcome/{token}/ask", entering.ask_welcome, who.EVERYONE, _POST, is_json=True),
    Way("/welcome/{token}", entering.welcome, who.EVERYONE, _POST, is_json=True),
    Way("/recover", entering.show_recover, who.EVERYONE),
    Way("/recover", entering.recover, who.EVERYONE, _POST),
    Way("/language", entering.choose_language, who.EVERYONE, _POST),
    # About oneself.
    Way("/me", myself.show, who.IN_POST),
    Way("/me/passkeys/ask", myself.ask_passkey, who.IN_POST, _POST, is_json=True),
    Way("/me/passkeys", myself.add_passkey, who.IN_POST, _POST, is_json=True),
    Way("/me/passkeys/remove", myself.remove_passkey, who.IN_POST, _POST),
    Way("/me/keys", enrolling.make, who.IN_POST, _POST),
    Way("/me/keys/remove", enrolling.forget, who.IN_POST, _POST),
    Way("/me/sessions/end", myself.end_others, who.IN_POST, _POST),
    Way("/me/recovery", myself.make_recovery, who.IN_POST, _POST),
    # The counter.
    Way("/room", room.show, who.ROOM),
    Way("/room/receipts", room.receipts, who.ROOM, _POST),
    Way("/room/open", room.open_, who.ROOM, _POST),
    Way("/room/print", room.print_, who.ROOM, _POST),
    Way("/act", acts.show, who.IN_POST),
    Way("/act/{act}", acts.form, who.IN_POST),
    Way("/act/{act}", acts.order, who.IN_POST, _POST),
    Way("/line", line.show, who.REGISTRY),
    Way("/line", line.take, who.REGISTRY, _POST),
    Way("/line/typed", line.typed, who.REGISTRY, _POST, is_json=True),
    Way("/seconds", seconds.show, who.SECONDS),
    Way("/seconds/{order}/sign", seconds.sign, who.SECONDS, _POST),
    Way("/seconds/{order}/withdraw", seconds.withdraw, who.SECONDS, _POST),
    # The line to other offices.
    Way("/carrying", errands.show, who.ROOM),
    Way("/carrying/out", errands.carry, who.ROOM, _POST),
    Way("/carrying/in", errands.take_in, who.ROOM, _POST),
    # Questions to the signer's pages.
    Way("/asked/{token}", asked.show, who.EVERYONE, is_json=True),
    Way("/asked/{token}", asked.answer, who.EVERYONE, ("POST", "OPTIONS"), "token", is_json=True),
    Way("/asked/{token}/sealed/{name}", asked.show_sealed, who.EVERYONE, is_json=True),
    Way(
        "/asked/{token}/sealed",
        asked.take_sealed,
        who.EVERYONE,
        ("POST", "OPTIONS"),
        "token",
        is_json=True,
        body_max=writing.SEALED_MAX,
    ),
    # Drafts, and copies on a screen.
    Way("/drafts", drafting.show_all, who.CLEARING),
    Way("/drafts/write", drafting.write, who.CLEARING, _POST),
    Way("/drafts/{draft}", drafting.show, who.CLEARING),
    Way("/drafts/{draft}/read", drafting.read, who.CLEARING, _POST),
    Way("/drafts/{draft}/speak", drafting.speak, who.CLEARING, _POST),
    Way("/drafts/{draft}/release", drafting.release, who.CLEARING, _POST),
    Way("/reading", reading.show, who.IN_POST),
    Way("/reading/{copy}", reading.read, who.IN_POST, _POST),
    Way("/me/reading-key", reading.change_key, who.IN_POST, _POST),
    # For an inspector, and for programs that read in one's name.
    Way("/inspect", inspecting.show, who.INSPECTORS),
    Way("/tokens", token_pages.show, who.IN_POST),
    Way("/tokens", token_pages.make, who.IN_POST, _POST),
    Way("/tokens/end", token_pages.end, who.IN_POST, _POST),
    # The API (docs/spec/api.md): orders that are signed elsewhere, and what may be read.
    Way("/api/orders", api.orders.give, who.EVERYONE, _POST, "order", True, api.BODY_MAX),
    Way("/api/tokens", api.tokens.ask, who.EVERYONE, _POST, "signature", is_json=True),
    *(Way(f"/api/{path}", handler, whom, is_json=True) for path, handler, whom in api.READS),
)
