"""The ledger's public files, and what an inspector takes along to check them elsewhere."""

from __future__ import annotations

import re
from typing import IO, TYPE_CHECKING, Final

from anyio import CapacityLimiter, to_thread
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from cablegram.desk.api import asking
from cablegram.errors import LedgerError, UnknownError
from cablegram.ledger import log, showing
from cablegram.wire.leaf import INSPECTOR_SLOTS
from cablegram.wiring import inspecting

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request

    from cablegram.desk.frame import Desk

PIECE: Final = 1 << 18
WHOLE_AT_ONCE: Final = 2
"""How many read the whole ledger at once: each takes a processor for a while."""
_WHOLE: Final = CapacityLimiter(WHOLE_AT_ONCE)
NOTE: Final = "text/plain; charset=utf-8"
BYTES: Final = "application/octet-stream"
FOR_EVER: Final = {"cache-control": "public, max-age=31536000, immutable"}

_TILE = re.compile(
    r"(?:entries|[0-9]|[1-5][0-9]|6[0-3])(?:/x[0-9]{3}){0,5}/[0-9]{3}(?:\.p/[1-9][0-9]{0,2})?\Z"
)


async def checkpoint(request: Request, desk: Desk) -> Response:
    """The newest signed head, as it is published."""
    asking.known(request, ())
    data = desk.bureau.tiles.get(log.CHECKPOINT)
    if data is None:
        raise _no_file()
    return Response(data, media_type=NOTE)


async def tile(request: Request, desk: Desk) -> Response:
    """A tile or bundle; a whole one never changes."""
    asking.known(request, ())
    path = request.path_params["path"]
    data = desk.bureau.tiles.get(f"tile/{path}") if _TILE.match(path) else None
    if data is None:
        raise _no_file()
    return Response(data, media_type=BYTES, headers=None if ".p/" in path else FOR_EVER)


async def card(request: Request, desk: Desk) -> Response:
    """Our signed card."""
    asking.known(request, ())
    data = inspecting.card(desk.office.root)
    return Response(data, media_type=NOTE, headers=_named(f"{desk.bureau.name}.card"))


async def proof(request: Request, desk: Desk) -> Response:
    """The proof of one entry, with its kind, act, subject and count open."""
    asking.known(request, ())
    index = request.path_params["index"]
    try:
        text = showing.show(desk.bureau, index, INSPECTOR_SLOTS)
    except LedgerError as error:
        with desk.bureau.books.view() as view:
            head = view.head.get(log.HEAD)
        if head is not None and index < head.size:
            raise  # it is there: the files are not as they should be
        raise UnknownError(
            "no signed head covers entry {index} yet", hint="Ask for an earlier one.", index=index
        ) from error
    return Response(text, media_type=NOTE, headers=_named(f"entry-{index}.proof"))


async def audit(request: Request, desk: Desk) -> Response:
    """The audit folder, as one archive."""
    asking.known(request, ())
    file = await to_thread.run_sync(inspecting.bundle, desk.office.root, limiter=_WHOLE)
    return _file(file, f"ledger-of-{desk.bureau.name}.tar", "application/x-tar")


async def disclosure(request: Request, desk: Desk) -> Response:
    """The disclosure file."""
    asking.known(request, ())
    file = await to_thread.run_sync(inspecting.disclosed, desk.office.root, limiter=_WHOLE)
    return _file(file, inspecting.DISCLOSED, "application/jsonl")


def _file(file: IO[bytes], name: str, kind: str) -> Response:
    """A file piece by piece, with its size, so that one cut short is noticed."""
    size = file.seek(0, 2)
    file.seek(0)
    return StreamingResponse(
        _pieces(file),
        media_type=kind,
        headers={**_named(name), "content-length": str(size)},
        background=BackgroundTask(file.close),
    )


async def _pieces(file: IO[bytes]) -> AsyncIterator[bytes]:
    with file:
        while data := await run_in_threadpool(file.read, PIECE):
            yield data


def _named(name: str) -> dict[str, str]:
    return {"content-disposition": f'attachment; filename="{name}"'}


def _no_file() -> UnknownError:
    return UnknownError("the ledger has no such file", hint="Ask for what its checkpoint asks for.")
