"""Reading tokens: a secret that a person's programs read with (docs/spec/api.md, "Who may").

The desk keeps the SHA-256 of one and shows it once.  It reads and does nothing else, and has its
person's roles as they are at the moment of each question.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from cablegram.desk.api import asking
from cablegram.desk.frame import Asker, name_of
from cablegram.errors import MalformedError, OrderError
from cablegram.model.orders import CLOCK_SLACK_S
from cablegram.model.times import instant, moment
from cablegram.ports import Thing
from cablegram.registry import proving, roster
from cablegram.signatures import sshsig
from cablegram.wire import canonical, reading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from cablegram.desk.frame import Desk

KIND: Final = "token"
USED: Final = "reading"
PREFIX: Final = "cbr_"
USED_FOR: Final = timedelta(days=30)
"""How long it is kept in mind that a request was used: an office's own clock may stand still."""
TOKENS_MAX: Final = 16
LABEL_MAX: Final = 60
_BEARER: Final = "bearer "
_BODY_MAX: Final = 4096
_LENGTH: Final = len(PREFIX) + 43


def given(request: Request) -> bool:
    """Whether this question says that it comes with a token."""
    return "authorization" in request.headers


def read(desk: Desk, request: Request) -> Asker | None:
    """Who asks with a token; None where it is not good, or not any more."""
    said = request.headers.getlist("authorization")
    if len(said) != 1 or said[0][: len(_BEARER)].lower() != _BEARER:
        return None
    secret = said[0][len(_BEARER) :]
    if len(secret) != _LENGTH or not secret.isascii():
        return None
    thing = desk.store.get(KIND, name_of(secret), desk.now())
    if thing is None:
        return None
    with desk.bureau.books.view() as view:
        roles = roster.roles_of(view, thing.person, moment(desk.bureau.clock.now()))
    return Asker(thing.person, roles, thing.name) if roles else None


def make(desk: Desk, person: str, days: int, label: str) -> tuple[str, str]:
    """A new token of this person and when it ends; kept as its digest.

    Raises:
        OrderError: they have as many as they may.
    """
    if len(of(desk, person)) >= TOKENS_MAX:
        raise OrderError(
            "{person} has {tokens_max} reading tokens already",
            hint="End one of them first, at the desk under Reading tokens.",
            person=person,
            tokens_max=TOKENS_MAX,
        )
    secret = PREFIX + desk.token()
    until = desk.now(after=timedelta(days=days))
    data = canonical.encode({"label": label, "made_at": desk.now()})
    desk.store.put(Thing(KIND, name_of(secret), data, person, until))
    return secret, until


def of(desk: Desk, person: str) -> Sequence[Thing]:
    """The standing tokens of a person."""
    return desk.store.of(KIND, person, desk.now())


def end(desk: Desk, person: str, name: str) -> None:
    """End a token of this person; nobody ends another's.

    Raises:
        OrderError: it is not theirs.
    """
    if name not in {thing.name for thing in of(desk, person)}:
        raise OrderError("you have no such reading token", hint="Look at the list again.")
    desk.store.take(KIND, name)


async def ask(request: Request, desk: Desk) -> Response:
    """Make a token for whoever signed a reading request with the key they are in post with."""
    said = await asking.body(request)
    data = asking.taken(said, "body", str)
    signature: str = asking.taken(said, "signature", str)
    asking.done(said)
    if len(data) > _BODY_MAX or len(signature) > _BODY_MAX:
        raise MalformedError("a reading request is too long", hint="Make it again.")
    body = canonical.decode_bytes(data)
    asked = reading.decode(body)
    _check(desk, asked, body, signature)
    # Used once: whoever listens on the line and gives it again gets no token for it.
    ends = desk.now(after=USED_FOR)
    used = canonical.digest(body)
    if desk.store.get(USED, used) is not None:
        raise OrderError("this reading request was used before", hint="Make a new one.")
    desk.store.put(Thing(USED, used, b"{}", asked.person, ends))
    secret, until = make(desk, asked.person, asked.days, "")
    return asking.answer({"token": secret, "person": asked.person, "until_at": until})


def _check(desk: Desk, asked: reading.Reading, body: bytes, signature: str) -> None:
    """Hold a request to this office, its moment, and the appointment that its key stands in.

    Raises:
        OrderError: one of them does not hold.
    """
    bureau = desk.bureau
    if (asked.office, asked.origin) != (bureau.name, bureau.origin):
        raise OrderError("the reading request is for another office", hint="Give it there.")
    apart = abs((instant(asked.made_at) - bureau.clock.now()).total_seconds())
    if apart > CLOCK_SLACK_S:
        raise OrderError(
            "the reading request was made at {made_at}, and it is {now} here",
            hint="Set the clock, and make a new one.",
            made_at=asked.made_at,
            now=bureau.now(),
        )
    with bureau.books.view() as view:
        row = proving.by_key(roster.standing(view, asked.person), asked.person, asked.key)
        proving.prove(view, row, bureau)
    sshsig.verify(
        signature,
        namespace=reading.NAMESPACE,
        message=body,
        key=sshsig.PublicKey.from_line(row.key_line),
    )
