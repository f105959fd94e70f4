"""Questions as they come over HTTP, held to their bounds; answers as canonical JSON."""

from __future__ import annotations

import asyncio
import json
import re
from typing import TYPE_CHECKING, Any, Final

from starlette.requests import ClientDisconnect
from starlette.responses import Response

from cablegram.errors import MalformedError
from cablegram.model.text import clean
from cablegram.wire import canonical

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from starlette.requests import Request

JSON: Final = "application/json"
BODY_MAX: Final = 3 << 20
BODY_S: Final = 30.0
"""How long the body of a request may be on its way."""
ROWS_MAX: Final = 200
ROWS: Final = 50
WITHIN_MAX: Final = 36_500
TEXT_MAX: Final = 500
NAMES_MAX: Final = 200
DEPTH_MAX: Final = 16

_WHOLE = re.compile(r"(?:0|[1-9][0-9]{0,15})\Z")
_HINT: Final = "See docs/spec/api.md, or /api/openapi.json."


def answer(said: Mapping[str, object], status: int = 200) -> Response:
    """An answer as the command line's ``--json`` spells it."""
    return Response(canonical.encode(dict(said)) + b"\n", status, media_type=JSON)


def refusal(
    status: int, message: str, hint: str, headers: Mapping[str, str] | None = None
) -> Response:
    """A refusal of the desk itself, in the three sentences of every refusal."""
    said = {"message": message, "hint": hint, "kept": "Nothing was changed.", "status": 1}
    found = canonical.encode({"error": said}) + b"\n"
    return Response(found, status, media_type=JSON, headers=dict(headers or {}))


def file_name(text: str) -> str:
    """A name for a file that stands in a header as it is."""
    return re.sub(r"[^A-Za-z0-9._-]", "_", text)[:100]


def known(request: Request, names: Collection[str]) -> None:
    """Refuse a question with a word that its way does not have, or with one twice.

    Raises:
        MalformedError: a word that is misspelled is not passed over in silence.
    """
    for name in request.query_params:
        if name not in names:
            raise MalformedError("{name} is not asked here", hint=_HINT, name=ascii(name[:40]))


def text(request: Request, name: str, *, needed: bool = False, most: int = TEXT_MAX) -> str:
    """One word of the question; empty where it is not there.

    Raises:
        MalformedError: not clean, too long, given twice, or not given and needed.
    """
    given = request.query_params.getlist(name)
    if len(given) > 1 or (needed and not (given and given[0])):
        raise MalformedError("give {name} once", hint=_HINT, name=name)
    return clean(given[0], name, most=most) if given else ""


def texts(request: Request, name: str, *, most: int = NAMES_MAX) -> list[str]:
    """Every word given under a name.

    Raises:
        MalformedError: one is not clean, or they are too many.
    """
    given = request.query_params.getlist(name)
    if len(given) > most:
        raise MalformedError("{name} is given too often", hint=_HINT, name=name)
    return [clean(one, name, most=TEXT_MAX) for one in given]


def whole(request: Request, name: str, usual: int, least: int, most: int) -> int:
    """A whole number of the question, within its bounds.

    Raises:
        MalformedError: spelled otherwise, or out of bounds.
    """
    given = text(request, name)
    if not given:
        return usual
    if not _WHOLE.match(given) or not least <= int(given) <= most:
        raise MalformedError(
            "{name} is not a whole number from {least} to {most}",
            hint=_HINT,
            name=name,
            least=least,
            most=most,
        )
    return int(given)


async def body(request: Request) -> dict[str, Any]:
    """The JSON object of a request.

    Raises:
        MalformedError: another kind of body, too slow, or not one object with each key once.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != JSON:
        raise MalformedError("the body is not {json}", hint=_HINT, json=JSON)
    try:
        async with asyncio.timeout(BODY_S):
            data = await request.body()
    except ClientDisconnect as error:
        raise MalformedError("the body is too large, or broke off", hint="Send less.") from error
    except TimeoutError as error:
        raise MalformedError(
            "the body did not come within {body_s:.0f} seconds",
            hint="Send it again.",
            body_s=BODY_S,
        ) from error
    try:
        said = json.loads(data.decode("utf-8"), object_pairs_hook=_pairs)
    except (ValueError, RecursionError) as error:
        raise MalformedError("the body is not JSON", hint=_HINT) from error
    if not isinstance(said, dict):
        raise MalformedError("the body is not a JSON object", hint=_HINT)
    return said


def taken(said: dict[str, Any], name: str, kind: type, usual: object = None) -> Any:
    """One field of an object, taken out of it.

    Raises:
        MalformedError: it is not there and has no ``usual`` value, or of another type.
    """
    value = said.pop(name, usual)
    if type(value) is not kind:
        raise MalformedError(
            "the body's {name} is missing or of another type", hint=_HINT, name=name
        )
    return value


def done(said: Mapping[str, Any]) -> None:
    """Refuse an object with fields that nobody asked for.

    Raises:
        MalformedError: something is left of it.
    """
    if said:
        raise MalformedError("the body has fields that are not asked", hint=_HINT)


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found
