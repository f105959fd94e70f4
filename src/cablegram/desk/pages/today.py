"""The first page: what is due today."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from cablegram.desk.rendering import render
from cablegram.registry import duties

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from cablegram.desk.frame import Desk

WITHIN = timedelta(days=2)


async def show(request: Request, desk: Desk) -> Response:
    """What is late, what is due today, what comes."""
    with desk.bureau.books.view() as view:
        found = duties.today(view, desk.bureau, within=WITHIN)
    return render(request, desk, "today.html", duties=found)
