"""Forms for every act that a browser orders: shown, held to the rules, then signed.

What each is about stands in its address: ``/act/issue?copy=HANDLE``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from cablegram.desk import asked as asking
from cablegram.desk import parts
from cablegram.desk.acting import fields, offers, prepared
from cablegram.desk.acting.fields import Choice, Written
from cablegram.desk.frame import asker
from cablegram.desk.rendering import render
from cablegram.errors import CablegramError, OrderError, UnknownError
from cablegram.model.acts import RULES, Act
from cablegram.model.orders import OFFICE_RULES, act_named
from cablegram.registry import foresee, foreseeing, musters, serving
from cablegram.registry.reading import every
from cablegram.wire import canonical
from cablegram.wiring import made_keys, ordering

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.datastructures import UploadFile
    from starlette.requests import Request
    from starlette.responses import Response

    from cablegram.desk.acting.prepared import Asked, Prepared
    from cablegram.desk.frame import Desk
    from cablegram.model.acts import Fact
    from cablegram.model.orders import Order
    from cablegram.ports import Shelves

CARD_MAX: Final = 1 << 16
FILES_MAX: Final = 4
SUGGESTED_MAX: Final = 500
"""How many persons a field suggests; more are found by typing."""


async def show(request: Request, desk: Desk) -> Response:
    """The acts that this person may order."""
    groups = offers.offered(asker(request).roles)
    rows = [(name, [(act, offers.NAMES[act]) for act in acts]) for name, acts in groups]
    return render(request, desk, "acts.html", groups=rows)


async def form(request: Request, desk: Desk) -> Response:
    """The form of one act, for what the address says it is about."""
    act = _act(request)
    said = {name: request.query_params.getlist(name) for name in request.query_params}
    then = _back(desk, request.headers.get("referer", ""))
    return _page(request, desk, act, said, then=then)


async def order(request: Request, desk: Desk) -> Response:
    """What was filled in: asked of the rules, then to be signed."""
    act = _act(request)
    sent = await request.form(max_files=FILES_MAX)
    said: dict[str, list[str]] = {}
    files: dict[str, bytes] = {}
    for name, value in sent.multi_items():
        if isinstance(value, str):
            said.setdefault(name, []).append(value)
        else:
            files[name] = await _file(value)
    then = _path(said.get("then", ["/"])[0])
    if "look" in said:  # what was chosen changes what else is asked
        return _page(request, desk, act, said, then=then)
    try:
        return _ordered(request, desk, act, said, files, then)
    except CablegramError as error:
        return _page(request, desk, act, said, then=then, error=error)


def _ordered(
    request: Request, desk: Desk, act: str, said: Mapping[str, Sequence[str]],
    files: Mapping[str, bytes], then: str,
) -> Response:  # fmt: skip
    person = asker(request).person
    with desk.bureau.books.view() as view:
        asked = _asked(desk, view, person, said)
        ready = prepared.prepare(act, asked)
        facts, matter = _facts(ready, asked, files)
    key = str(asking.signing_key(desk, person)["digest"])
    wanted = ordering.unsigned(desk.bureau, person, key, act, ready.subjects, facts)
    foresee(wanted, desk.bureau, matter=matter)
    about = ready.about or _about(wanted)
    part = parts.Part(wanted, about, matter)
    return asking.sign_parts(request, desk, [part], labels=ready.labels, then=then)


def _about(wanted: Order) -> str:
    """What a verb of the room is about."""
    return str(wanted.facts.get("draft") or wanted.facts.get("sealed") or "")


def _facts(
    ready: Prepared, asked: Asked, files: Mapping[str, bytes]
) -> tuple[dict[str, Fact], bytes]:
    """The facts of the order, and what one of them names by digest."""
    facts, matter = dict(ready.facts), b""
    for one in ready.fields:
        if one.name in {"copy", "offer"} and ready.act not in OFFICE_RULES:
            continue
        text = "\n".join(asked.said.get(one.name, ()))
        if one.written is Written.LIST:
            names = [line.strip() for line in text.splitlines() if line.strip()]
            if names:
                facts[one.name], matter = musters.digest_of(names), "\n".join(names).encode()
        elif one.written is Written.FILE:
            card, matter = serving.read_card(files.get(one.name, b""))
            facts |= {"office": card.office, one.name: canonical.digest(matter)}
            if serving.compared(asked.view, card):
                facts["compared"] = "yes"
        elif one.written is Written.CHOICES:
            facts[one.name] = " ".join(sorted(asked.said.get(one.name, ())))
        elif value := fields.read(one, asked.one(one.name), asked.view, asked.bureau):
            facts[one.name] = value
    return {name: value for name, value in facts.items() if value != ""}, matter


def _page(
    request: Request,
    desk: Desk,
    act: str,
    said: Mapping[str, Sequence[str]],
    *,
    then: str,
    error: CablegramError | None = None,
) -> Response:
    person = asker(request).person
    with desk.bureau.books.view() as view:
        asked = _asked(desk, view, person, said)
        try:
            ready = prepared.prepare(act, asked)
        except CablegramError as refusal:
            if error is None and not said:
                raise
            error = error or refusal
            ready = prepared.Prepared(act)
        shown = [_filled(one, said) for one in ready.fields]
        values: dict[str, Any] = {
            "act": act,
            "title": offers.NAMES[act],
            "fields": shown,
            "copies": [(c.handle, ready.labels[c.handle], c.seq) for c in ready.copies],
            "kept": [(name, value) for name in _KEPT for value in said.get(name, ())],
            "two": _two(view, ready, act),
            "persons": [row.person for row in view.persons.find(limit=SUGGESTED_MAX)],
            "offices": [row.office for row in every(view.correspondents)],
            "states": [(ready.labels[c.handle], c) for c in ready.copies],
            "then": then,
            "error": error,
            "files": any(one.written is Written.FILE for one in shown),
            "looks": any(one.written is Written.CHOICE and one.name in _LOOKS for one in shown),
        }
    status = 200 if error is None else 409
    return render(request, desk, "act.html", status=status, **values)


_KEPT: Final = ("telegram", "outer", "call")
"""What an address says beside the fields, which the form carries on."""
_LOOKS: Final = frozenset({"offer", "muster", "call", "draft", "sealed", "year"})
"""Choices on which other fields depend."""


def _filled(one: fields.Field, said: Mapping[str, Sequence[str]]) -> fields.Field:
    """The field with what was written in it."""
    if one.name not in said or not said[one.name]:
        return one
    if one.written is Written.CHOICES:
        return replace(one, value=" ".join(said[one.name]))
    if one.written is Written.LIST:
        return replace(one, value="\n".join(said[one.name]))
    return replace(one, value=said[one.name][0])


def _two(view: Shelves, ready: Prepared, act: str) -> bool:
    """Whether a second person must sign it, as far as that is known before it is filled in."""
    if act in OFFICE_RULES:
        return foreseeing.needs_two(view, act, (), {})
    if not RULES[Act(act)].sources and not ready.subjects:
        return False
    return foreseeing.needs_two(view, act, ready.subjects, ready.facts)


def _asked(desk: Desk, view: Shelves, person: str, said: Mapping[str, Sequence[str]]) -> Asked:
    return prepared.Asked(view, desk.bureau, person, said, _keys(desk, view))


def _keys(desk: Desk, view: Shelves) -> list[Choice]:
    """The passkeys that were made here and that nobody is appointed with, by their words."""
    return [
        Choice(key.line, f"{key.person}: {key.words} {key.label}".rstrip())
        for key in made_keys.waiting(view, desk.store)
    ]


def _act(request: Request) -> str:
    act = str(request.path_params["act"])
    if act not in offers.HERE:
        raise UnknownError("there is no act {act} here", hint="See the list of acts.", act=act[:40])
    if not offers.may(act, asker(request).roles):
        raise OrderError(
            "{person} may not order {act}",
            hint="Ask the chief of the office for the role that may.",
            person=asker(request).person,
            act=act_named(act),
        )
    return act


def _back(desk: Desk, referer: str) -> str:
    """The page of ours that somebody came from."""
    try:
        parts = urlsplit(referer)
    except ValueError:
        return "/act"
    if f"{parts.scheme}://{parts.netloc}" != desk.origin or parts.path.startswith("/act/"):
        return "/act"
    return _path(parts.path + (f"?{parts.query}" if parts.query else ""))


def _path(text: str) -> str:
    """A path of ours, or the first page: never another place."""
    plain = text.startswith("/") and not text.startswith("//") and "\\" not in text
    return text if plain and text.isprintable() else "/"


async def _file(upload: UploadFile) -> bytes:
    data = await upload.read(CARD_MAX + 1)
    return data[:CARD_MAX]
