"""Asks: what the desk wants signed, sealed or opened, and what came back (docs/spec/ask.md).

The desk writes down a question under a token and sends the browser to the signer's pages with
it.  The token alone is the authority to read the question and to answer it, so no cookie goes
between the two hosts.  Each kind has one function that takes its answer.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import wraps
from typing import TYPE_CHECKING, Any, Final

from starlette.responses import JSONResponse, RedirectResponse, Response

from cablegram.desk import guard, waiting
from cablegram.desk.frame import asker, name_of
from cablegram.desk.parts import TAKERS, Outcome, Part, carry_out
from cablegram.errors import CablegramError, MalformedError, OrderError, UnknownError
from cablegram.model.orders import SignedOrder
from cablegram.model.times import moment
from cablegram.ports import Thing
from cablegram.registry import roster
from cablegram.wire import canonical
from cablegram.wire import order as order_format
from cablegram.wiring import ordering

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from starlette.requests import Request

    from cablegram.desk.frame import Desk
    from cablegram.model.acts import Fact
    from cablegram.model.orders import Order, Subject

GOOD_FOR: Final = timedelta(minutes=15)
ANSWER_MAX: Final = 1 << 20
AGAIN_MAX: Final = 5
SIGNATURE_MAX: Final = 16_384
_SAME: Final = ("act", "office", "origin", "officer", "key", "subjects", "seconds")


@dataclass(frozen=True, slots=True)
class Kept:
    """An ask as the desk keeps it.  ``shown`` is what the signer's page is given.

    ``then`` is the page that comes after it, ``about`` what a verb of the room is about,
    ``with_`` the matter that an order names by digest, ``more`` what a kind keeps for itself.
    """

    person: str
    shown: Mapping[str, Any]
    then: str
    about: str = ""
    with_: str = ""
    more: Mapping[str, Any] | None = None

    def thing(self, token: str, until_at: str) -> Thing:
        """As the store keeps it."""
        said = {
            "shown": self.shown,
            "then": self.then,
            "about": self.about,
            "with": self.with_,
            "more": dict(self.more or {}),
        }
        return Thing("ask", name_of(token), json.dumps(said).encode(), self.person, until_at)


@dataclass(frozen=True, slots=True)
class Reply:
    """What an answer comes to: the page after it, and what the signer's page is told beside it.

    ``stays`` is the ask as it stands from now on, where its files may still be fetched.
    """

    then: str
    more: Mapping[str, Any] = field(default_factory=dict)
    stays: Kept | None = None


KINDS: dict[str, Callable[[Desk, str, Kept, Mapping[str, Any]], Awaitable[str | Reply]]] = {}
"""What takes the answer to each kind; a text is the page after it."""
GIVES: dict[str, Callable[[Desk, Kept, str], bytes]] = {}
"""What a kind gives besides: sealed bytes by name."""
TAKES: dict[str, Callable[[Desk, Kept, bytes], tuple[str, Kept]]] = {}
"""What takes sealed bytes of a kind before its answer; their digest, and the ask from then on."""
FRESH: dict[str, Callable[[Desk, Kept], Kept]] = {}
"""What brings a kind's orders up to date each time it is shown."""


def ask(desk: Desk, kept: Kept, *, good_for: timedelta = GOOD_FOR) -> Response:
    """Write the question down and send the browser to the signer's page of its kind."""
    token = desk.token()
    desk.sweep()
    desk.store.put(kept.thing(token, desk.now(after=good_for)))
    return RedirectResponse(f"{desk.signer}/{kept.shown['kind']}#{token}", 303)


@dataclass(frozen=True, slots=True)
class Wanted:
    """An order that somebody is asked to sign.

    ``labels`` say what its subjects are called; the signer's page marks them as the desk's word.
    ``verb_about`` is what a verb of the room is about, ``matter`` what a fact names by digest.
    """

    act: str
    about: Sequence[Subject] = ()
    facts: Mapping[str, Fact] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    verb_about: str = ""
    matter: bytes = b""


def sign(request: Request, desk: Desk, wanted: Wanted, *, then: str) -> Response:
    """Ask whoever is logged in to sign one order, and go to ``then`` when it is carried out.

    An order of two is kept for the second person after that (docs/spec/seconds.md).

    Raises:
        OrderError: the person has no key that a browser can sign with.
    """
    person = asker(request).person
    key = str(signing_key(desk, person)["digest"])
    order = ordering.unsigned(desk.bureau, person, key, wanted.act, wanted.about, wanted.facts)
    part = Part(order, wanted.verb_about, wanted.matter)
    return sign_parts(request, desk, [part], labels=wanted.labels, then=then)


def sign_parts(
    request: Request,
    desk: Desk,
    parts: Sequence[Part],
    *,
    labels: Mapping[str, str],
    then: str,
    takes: str = "",
) -> Response:
    """Ask whoever is logged in to sign these orders of theirs, a touch each, in this order.

    ``takes`` names who is told what came of them (``TAKERS``).

    Raises:
        OrderError: the person has no key that a browser can sign with.
    """
    person = asker(request).person
    key = signing_key(desk, person)
    wanted = _numbered(desk, [part.order for part in parts])
    shown = {
        "kind": "sign",
        "language": request.state.language.tag,
        "office": desk.bureau.name,
        "person": person,
        "orders": [canonical.encode_bytes(order_format.encode(order)) for order in wanted],
        "keys": [{"credential": key["credential"], "line": key["line"]}],
        "labels": dict(labels),
        "back": then,
    }
    more = {"parts": [part.said() for part in parts], "takes": takes}
    return ask(desk, Kept(person, shown, then, more=more))


def signing_key(desk: Desk, person: str) -> Mapping[str, Any]:
    """The appointed key that this person's browser signs with: digest, credential, line.

    Raises:
        OrderError: there is none.
    """
    made = {one.name: one for one in desk.store.of("key", person)}
    with desk.bureau.books.view() as view:
        rows = roster.standing(view, person)
    for row in reversed(rows):
        if row.key in made:
            said = canonical.decode(made[row.key].data)
            assert isinstance(said, dict), "we wrote it"
            return {**said, "digest": row.key}
    raise OrderError(
        "{person} has no passkey to sign with",
        hint="Make one on the page about yourself, and have the chief appoint it.",
        person=person,
    )


async def answer_sign(desk: Desk, token: str, kept: Kept, said: Mapping[str, Any]) -> str:
    """Carry out what was signed.  An order whose number was taken meanwhile is asked anew."""
    del token
    more = kept.more or {}
    taker = TAKERS.get(str(more.get("takes", "")))
    outcomes = []
    for one, part in zip(signed(kept, said), more["parts"], strict=True):
        try:
            outcomes.append(carry_out(desk, one, part, kept))
        except CablegramError as error:
            if taker is None:
                raise
            order = order_format.decode(one.body)
            digest, again = order_format.digest(one.body), _overtaken(desk, order)
            outcomes.append(Outcome(order, digest, part["keeps"], error=error, again=again))
    if taker is not None:
        return taker(desk, kept, outcomes)
    return waiting.PATH if any(outcome.waits for outcome in outcomes) else kept.then


KINDS["sign"] = answer_sign


def _across(
    handler: Callable[[Request, Desk], Awaitable[Response]],
) -> Callable[[Request, Desk], Awaitable[Response]]:
    """For the signer's page on its other host: it may read what is refused, too."""

    @wraps(handler)
    async def handle(request: Request, desk: Desk) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=_cors(desk))
        try:
            if request.method == "POST" and request.headers.get("origin") != desk.signer:
                raise OrderError(
                    "this was not sent from the signer's page",
                    hint="Go back to the desk and begin.",
                )
            answer = await handler(request, desk)
        except CablegramError as error:
            said = {"error": guard.three(error, request.state.language)}
            answer = JSONResponse(said, guard.status_of(error))
        answer.headers.update(_cors(desk))
        return answer

    return handle


@_across
async def show(request: Request, desk: Desk) -> Response:
    """The question, for the signer's page."""
    token = request.path_params["token"]
    kept, _ = _kept(desk, token)
    if kept.shown["kind"] in FRESH:
        kept = FRESH[str(kept.shown["kind"])](desk, kept)
    return JSONResponse(dict(kept.shown))


@_across
async def show_sealed(request: Request, desk: Desk) -> Response:
    """Sealed bytes that belong to the question: opaque, and of no use without the person."""
    kept, _ = _kept(desk, request.path_params["token"])
    gives = GIVES.get(str(kept.shown["kind"]))
    if gives is None:
        raise UnknownError("there is nothing sealed in this question", hint="Go back to the desk.")
    data = gives(desk, kept, request.path_params["name"])
    headers = {"content-disposition": "attachment"}
    return Response(data, media_type="application/octet-stream", headers=headers)


@_across
async def take_sealed(request: Request, desk: Desk) -> Response:
    """Keep bytes that the page sealed, before the order that names them."""
    token = request.path_params["token"]
    kept, _ = _kept(desk, token)
    takes = TAKES.get(str(kept.shown["kind"]))
    if takes is None:
        raise UnknownError("nothing is to be sealed here", hint="Go back to the desk.")
    body = await request.body()
    kept, until_at = _kept(desk, token)  # as it stands now: others were sealed meanwhile
    digest, kept = takes(desk, kept, body)
    desk.store.put(kept.thing(token, until_at))
    return JSONResponse({"digest": digest})


@_across
async def answer(request: Request, desk: Desk) -> Response:
    """What came back from the signer's page."""
    return await _answered(request, desk)


def signed(kept: Kept, said: Mapping[str, Any]) -> list[SignedOrder]:
    """The orders that were asked for, each with its signature out of the answer.

    Raises:
        MalformedError: not one signature for each.
    """
    given = said.get("signatures")
    signatures = [one for one in given if isinstance(one, str)] if isinstance(given, list) else []
    bodies = [canonical.decode_bytes(text) for text in kept.shown["orders"]]
    if len(signatures) != len(bodies) or any(len(one) > SIGNATURE_MAX for one in signatures):
        raise MalformedError("there is not one signature an order", hint="Sign once more.")
    return [SignedOrder(*pair) for pair in zip(bodies, signatures, strict=True)]


def signed_by_page(kept: Kept, said: Mapping[str, Any]) -> SignedOrder:
    """The one order of an answer whose facts the page filled in, signed.

    It is the act that was asked for, by that person with that key.  What its facts say is its
    kind's to hold; its number, its dates and its head are the registry's.

    Raises:
        MalformedError: not one order and one signature.
        OrderError: another order than was asked for.
    """
    bodies, signatures = said.get("orders"), said.get("signatures")
    pair = (bodies, signatures)
    if not all(isinstance(one, list) and len(one) == 1 and isinstance(one[0], str) for one in pair):
        raise MalformedError("there is not one signed order", hint="Sign once more.")
    assert isinstance(bodies, list), "looked at above"
    assert isinstance(signatures, list), "likewise"
    if len(signatures[0]) > SIGNATURE_MAX:
        raise MalformedError("there is not one signed order", hint="Sign once more.")
    body = canonical.decode_bytes(bodies[0])
    order = order_format.decode(body)
    asked = order_format.decode(canonical.decode_bytes(kept.shown["orders"][0]))
    if any(getattr(order, name) != getattr(asked, name) for name in _SAME):
        raise OrderError(
            "this is not the order that was asked for", hint="Go back to the desk and begin again."
        )
    return SignedOrder(body, signatures[0])


async def _answered(request: Request, desk: Desk) -> Response:
    token = request.path_params["token"]
    _kept(desk, token)  # nobody's body is waited for whose question is none
    body = await request.body()
    kept, until_at = _kept(desk, token)
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise MalformedError("the answer is not JSON", hint="Begin again at the desk.") from error
    if not isinstance(said, dict):
        raise MalformedError("the answer is not JSON", hint="Begin again at the desk.")
    try:
        done = await KINDS[kept.shown["kind"]](desk, token, kept, said)
    except OrderError as error:
        if not (renewed := _renewed(desk, kept)):
            raise
        desk.store.put(renewed.thing(token, desk.now(after=GOOD_FOR)))
        more = {"error": guard.three(error, request.state.language), "again": True}
        return JSONResponse(more, 409)
    reply = done if isinstance(done, Reply) else Reply(done)
    if reply.stays is None:
        desk.store.take("ask", name_of(token))
    else:
        desk.store.put(reply.stays.thing(token, until_at))
    return JSONResponse({**reply.more, "next": reply.then})


def _renewed(desk: Desk, kept: Kept) -> Kept | None:
    """The ask with orders under their next numbers, where another order took one of theirs."""
    again = int((kept.more or {}).get("again", 0))
    if again >= AGAIN_MAX:
        return None
    old = [
        order_format.decode(canonical.decode_bytes(text)) for text in kept.shown.get("orders", ())
    ]
    if not any(_overtaken(desk, order) for order in old):
        return None
    fresh = [
        ordering.unsigned(desk.bureau, o.officer, o.key, o.act, o.subjects, o.facts, o.seconds)
        for o in old
    ]
    bodies = [
        canonical.encode_bytes(order_format.encode(order)) for order in _numbered(desk, fresh)
    ]
    more = {**(kept.more or {}), "again": again + 1}
    return Kept(
        kept.person, {**kept.shown, "orders": bodies}, kept.then, kept.about, kept.with_, more
    )


def anew(desk: Desk, order: Order) -> str:
    """The same order under its officer's next number, on the newest head, from now on: unsigned."""
    o = order
    fresh = ordering.unsigned(desk.bureau, o.officer, o.key, o.act, o.subjects, o.facts, o.seconds)
    return canonical.encode_bytes(order_format.encode(_numbered(desk, [fresh])[0]))


def _numbered(desk: Desk, wanted: Sequence[Order]) -> list[Order]:
    """The orders under numbers of their own, after those that wait for their second person."""
    first = max(waiting.last_number(desk, wanted[0].officer) + 1, wanted[0].number)
    return [replace(order, number=first + n) for n, order in enumerate(wanted)]


def _overtaken(desk: Desk, order: Order) -> bool:
    body = order_format.encode(order)
    with desk.bureau.books.view() as view:
        rows = view.orders.find("officer", order.officer, order.number, limit=1)
        return any(row.body != body for row in rows)


def _kept(desk: Desk, token: str) -> tuple[Kept, str]:
    """The ask, and until when it is good; none of whoever is in post no more."""
    thing = desk.store.get("ask", name_of(token), desk.now())
    if thing is None or not _in_post(desk, thing.person):
        raise UnknownError(
            "this question was answered, or is too old", hint="Go back to the desk and begin again."
        )
    said = json.loads(thing.data)
    kept = Kept(
        thing.person, said["shown"], said["then"], said["about"], said["with"], said["more"]
    )
    return kept, thing.until_at


def _in_post(desk: Desk, person: str) -> bool:
    with desk.bureau.books.view() as view:
        return bool(roster.roles_of(view, person, moment(desk.bureau.clock.now())))


def _cors(desk: Desk) -> dict[str, str]:
    return {
        "access-control-allow-origin": desk.signer,
        "access-control-allow-methods": "GET, POST",
        "access-control-allow-headers": "content-type",
        "cross-origin-resource-policy": "cross-origin",
        "vary": "origin",
    }
