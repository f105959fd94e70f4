"""The ask ``open``: a sealed copy, or a draft, that the person's browser opens (docs/spec/ask.md).

The desk hands out sealed bytes and, against a signed order whose entry stands under a head, the
opening share.  It can read none of them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from cablegram.desk import asked, unlocking
from cablegram.desk.asked import Kept, Reply
from cablegram.desk.frame import asker
from cablegram.desk.rendering import say
from cablegram.errors import CustodyError, MalformedError, UnknownError
from cablegram.model.acts import Act
from cablegram.model.orders import OfficeAct, Subject
from cablegram.registry import drafts, screens
from cablegram.wire import canonical
from cablegram.wire import order as order_format
from cablegram.wiring import giving, ordering, reading

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from cablegram.desk.frame import Desk
    from cablegram.model.acts import Fact

KIND: Final = "open"
COPY, DRAFT = "copy", "draft"
WAY: Final = "browser"


def ask_copy(request: Request, desk: Desk, handle: str, *, then: str) -> Response:
    """Send the browser to open a copy of whoever is logged in.

    Raises:
        CustodyError: it does not open: not theirs now, past its date, closed, or above a browser.
        UnknownError: they have no such copy.
    """
    person = asker(request).person
    with desk.bureau.books.view() as view:
        found = screens.readable(view, person, desk.bureau, WAY)
        one = next((each for each in found if each.copy.handle == handle), None)
    if one is None:
        raise UnknownError("no such copy is out with you", hint="See the list of your copies.")
    if not one.can_open:
        raise CustodyError(
            "{copy} does not open: {why}",
            hint="Ask the registry.",
            copy=one.name,
            why=one.why_not,
        )
    orders = []
    if not one.opened_at:
        about = (Subject(one.copy.handle, one.copy.seq),)
        orders = [_order(desk, person, Act.READ.value, about, screens.order_facts(person, WAY))]
    shown = {
        **_shown(request, desk, then),
        "what": COPY,
        "name": one.name,
        "handle": handle,
        "due_at": one.copy.due_at,
        "orders": orders,
        "labels": {handle: one.name},
    }
    # What follows a reading is ordered on the copy's own page.
    return asked.ask(desk, Kept(person, shown, f"/copy/{handle}", about=handle))


def ask_draft(request: Request, desk: Desk, number: str, *, then: str) -> Response:
    """Send the browser to read a draft that this person drafted, clears or releases.

    Raises:
        UnknownError: there is no such draft.
    """
    person = asker(request).person
    with desk.bureau.books.view() as view:
        row = drafts.find(view, number)
    facts = {"draft": row.digest, "way": WAY}
    name = say(request.state.language, "draft {number}", number=row.number)
    shown = {
        **_shown(request, desk, then),
        "what": DRAFT,
        "name": name,
        "handle": "",
        "due_at": "",
        "orders": [_order(desk, person, OfficeAct.READ_DRAFT.value, (), facts)],
        "labels": {row.digest: name},
    }
    return asked.ask(desk, Kept(person, shown, then, about=row.digest))


async def answer(desk: Desk, token: str, kept: Kept, said: Mapping[str, Any]) -> Reply:
    """Carry out the order to read, and hand over what opens; the ask stays for the files."""
    del token
    signed = asked.signed(kept, said)
    done = {**(kept.more or {}), "read": "yes"}
    if kept.shown["what"] == DRAFT:
        given = giving.carry_out(desk.office, signed).room
        sealed, number = str(given["sealed"]), int(str(given["number"]))
        stays = replace(kept, more={**done, "sealed": sealed})
        return Reply(kept.then, {"sealed": sealed, "number": number}, stays)
    if signed:
        share = reading.give_share(desk.office, signed)
    else:
        with desk.bureau.books.view() as view:
            share = screens.share(view, kept.about, kept.person, desk.bureau, WAY)
    return Reply(kept.then, {"share": canonical.encode_bytes(share)}, replace(kept, more=done))


def give(desk: Desk, kept: Kept, name: str) -> bytes:
    """Sealed bytes of the copy or draft by name: ``content``, ``half``, or a file's digest.

    Raises:
        UnknownError: none by that name, or it is not to be had before the order to read.
    """
    more = kept.more or {}
    if kept.shown["what"] == COPY and name in {"content", "half"}:
        with desk.bureau.books.view() as view:
            files = screens.sealed_copy(view, kept.about, desk.bureau)
        return files.content if name == "content" else files.half
    if more.get("read") == "yes":
        if kept.shown["what"] == COPY:
            with desk.bureau.books.view() as view:
                return screens.attachment(view, kept.about, name, desk.bureau)
        digest = str(more["sealed"]) if name == "draft" else name
        if digest.startswith("sha256:") and desk.bureau.blobs.has(digest):
            return desk.bureau.blobs.get(digest)
    raise UnknownError("there is no such file here", hint="Open it again from the desk.")


asked.KINDS[KIND] = answer
asked.GIVES[KIND] = give


def _shown(request: Request, desk: Desk, then: str) -> dict[str, Any]:
    person = asker(request).person
    standing = unlocking.recipient(desk, person)
    if not standing:
        raise MalformedError(
            "{person} has no reading key that a browser made",
            hint="Make one on the page about yourself.",
            person=person,
        )
    key = asked.signing_key(desk, person)
    return {
        "kind": KIND,
        "language": request.state.language.tag,
        "office": desk.bureau.name,
        "person": person,
        "back": then,
        "keys": [{"credential": str(key["credential"]), "line": str(key["line"])}],
        "recipient": standing,
        "wraps": unlocking.wraps(desk, person, standing),
    }


def _order(
    desk: Desk, person: str, act: str, about: Sequence[Subject], facts: Mapping[str, Fact]
) -> str:
    key = asked.signing_key(desk, person)
    order = ordering.unsigned(desk.bureau, person, str(key["digest"]), act, about, facts)
    return canonical.encode_bytes(order_format.encode(order))
