"""Drafts: those that wait, what each waits for, and the ways to write, read, clear and release.

None of them is read here: what a draft says, its reader's browser opens on the signer's host.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cablegram.desk import asked, opening, writing
from cablegram.desk.asked import Wanted
from cablegram.desk.frame import asker
from cablegram.desk.rendering import render, say
from cablegram.errors import MalformedError
from cablegram.model.orders import OfficeAct
from cablegram.registry import drafts
from cablegram.registry.reading import every

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from cablegram.desk.frame import Desk
    from cablegram.model.acts import Fact
    from cablegram.registry.drafts import Standing

FIELDS_MAX = 8
SAYS = {"clear": OfficeAct.CLEAR, "object": OfficeAct.OBJECT}


async def show_all(request: Request, desk: Desk) -> Response:
    """The drafts that wait, and the way to a new one."""
    with desk.bureau.books.view() as view:
        rows = list(every(view.drafts, "state", drafts.DRAFTED))
        found = [drafts.standing(view, row, desk.bureau) for row in rows]
    return render(request, desk, "drafts.html", drafts=found)


async def show(request: Request, desk: Desk) -> Response:
    """One draft: who drafted it, who cleared it, who objects, whom it waits for."""
    stands = _standing(request, desk)
    own = stands.draft.drafter == asker(request).person
    return render(request, desk, "draft.html", stands=stands, draft=stands.draft, own=own)


async def write(request: Request, desk: Desk) -> Response:
    """Go on to write a telegram, or a letter about one."""
    form = await request.form(max_files=0, max_fields=FIELDS_MAX)
    kind, about = str(form.get("kind", "telegram")), str(form.get("about", "")).strip()
    return writing.ask(request, desk, kind=kind, about=about, then="/drafts")


async def read(request: Request, desk: Desk) -> Response:
    """Go on to read a draft."""
    number = request.path_params["draft"]
    return opening.ask_draft(request, desk, number, then=f"/drafts/{number}")


async def speak(request: Request, desk: Desk) -> Response:
    """Clear a draft, or object to it."""
    form = await request.form(max_files=0, max_fields=FIELDS_MAX)
    act, said = SAYS.get(str(form.get("act", ""))), str(form.get("said", "")).strip()
    if act is None:
        raise MalformedError("there is no such thing to do", hint="Use the page's own buttons.")
    if act is OfficeAct.OBJECT and not said:
        raise MalformedError("an objection has no reason", hint="Say why it must not go.")
    fact: Mapping[str, Fact] = (
        {"reason" if act is OfficeAct.OBJECT else "note": said} if said else {}
    )
    return _sign(request, desk, act, fact)


async def release(request: Request, desk: Desk) -> Response:
    """Release a draft: the room numbers, signs and seals it."""
    return _sign(request, desk, OfficeAct.RELEASE, {})


def _sign(request: Request, desk: Desk, act: OfficeAct, more: Mapping[str, Fact]) -> Response:
    draft = _standing(request, desk).draft
    name = say(request.state.language, "draft {number}", number=draft.number)
    wanted = Wanted(
        act.value,
        facts={"draft": draft.digest, **more},
        labels={draft.digest: name},
        verb_about=draft.digest if act is OfficeAct.RELEASE else "",
    )
    then = "/drafts" if act is OfficeAct.RELEASE else f"/drafts/{draft.number}"
    return asked.sign(request, desk, wanted, then=then)


def _standing(request: Request, desk: Desk) -> Standing:
    with desk.bureau.books.view() as view:
        row = drafts.find(view, request.path_params["draft"])
        return drafts.standing(view, row, desk.bureau)
