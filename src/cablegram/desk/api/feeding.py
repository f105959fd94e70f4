"""The feed: who listens is told what came into the ledger (docs/spec/api.md, "The feed").

One task looks at the books for all who listen, and only while somebody does.  Each of them reads
on from the index that they stand at, so that whoever was cut off takes up there.
"""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final
from weakref import finalize

from starlette.responses import Response, StreamingResponse

from cablegram.answers import feed
from cablegram.desk import who
from cablegram.desk.api import asking, tokens
from cablegram.desk.frame import asker
from cablegram.errors import MalformedError
from cablegram.model.times import moment
from cablegram.registry import entries, roster

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from starlette.requests import Request

    from cablegram.answers.feed import Came, Part
    from cablegram.desk.frame import Asker, Desk
    from cablegram.model.records import Leaf
    from cablegram.ports import Shelves

LOOK_S: Final = 1.0
IDLE_S: Final = 15.0
STREAM_S: Final = 900.0
WAIT_MAX: Final = 25
STREAMS_MAX: Final = 64
STREAMS_EACH: Final = 4
ATOM_ROWS: Final = 50
INDEX_MAX: Final = 2**53 - 1
EVENTS: Final = "text/event-stream"
ATOM: Final = "application/atom+xml"


class Feed:
    """Everyone who listens at this desk, and the one task that looks for them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._listening: dict[str, int] = {}
        self._came = asyncio.Condition()
        self._task: asyncio.Task[None] | None = None
        self.looks = 0

    @property
    def listening(self) -> int:
        """How many listen."""
        return sum(self._listening.values())

    def enter(self, person: str) -> Seat | None:
        """Let somebody listen; None where too many do."""
        own = self._listening.get(person, 0)
        if own >= STREAMS_EACH or self.listening >= STREAMS_MAX:
            return None
        self._listening[person] = own + 1
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._look())
        return Seat(self, person)

    def left(self, person: str) -> None:
        """Somebody listens no more."""
        self._listening[person] -= 1
        if not self._listening[person]:
            del self._listening[person]

    async def beyond(self, index: int, within_s: float) -> bool:
        """Whether the ledger has an entry at this index, waiting so long for it."""
        if self._size() > index:
            return True
        try:
            async with asyncio.timeout(within_s), self._came:
                # Looked at again with the lock held: what came before it is not waited for.
                await self._came.wait_for(lambda: self._size() > index)
        except TimeoutError:
            return False
        return True

    async def _look(self) -> None:
        size = self._size()
        while self._listening:
            await asyncio.sleep(LOOK_S)
            self.looks += 1
            if (now := self._size()) != size:
                size = now
                async with self._came:
                    self._came.notify_all()

    def _size(self) -> int:
        with self._desk.bureau.books.view() as view:
            return entries.size(view)


@dataclass
class Seat:
    """One who listens; left once, however it ends."""

    feed: Feed
    person: str
    taken: bool = True

    def leave(self) -> None:
        """Make room; a repeat is harmless."""
        if self.taken:
            self.taken = False
            self.feed.left(self.person)


def of(request: Request, desk: Desk) -> Feed:
    """The feed of this desk."""
    state = request.app.state
    if not hasattr(state, "feed"):
        state.feed = Feed(desk)
    found: Feed = state.feed
    return found


async def show(request: Request, desk: Desk) -> Response:
    """What came since an index: as events, at once as JSON, or the newest as Atom."""
    asking.known(request, ("since", "wait"))
    kind = _kind(request)
    one = asker(request)
    if kind == ATOM:
        return _atom(desk, one)
    since = _since(request, desk)
    wait = asking.whole(request, "wait", 0, 0, WAIT_MAX)
    if kind == asking.JSON and not wait:
        return _json(desk, one, since)
    if request.method == "HEAD":
        return Response(media_type=kind)
    seat = of(request, desk).enter(one.person)
    if seat is None:
        return asking.refusal(
            503,
            "too many listen already",
            "Close another page or program that does, then come again.",
            {"retry-after": "15"},
        )
    if kind == asking.JSON:
        try:
            await seat.feed.beyond(since, wait)
            return _json(desk, one, since)
        finally:
            seat.leave()
    events = _events(desk, seat, one, since)
    # Whoever goes before the first event is read has begun nothing that could end by itself.
    finalize(events, seat.leave)
    return StreamingResponse(events, media_type=EVENTS, headers={"x-accel-buffering": "no"})


async def _events(desk: Desk, seat: Seat, one: Asker, since: int) -> AsyncIterator[bytes]:
    """Entries as events, until whoever listens goes or may no longer, or a quarter hour is up."""
    ends, at = time.monotonic() + STREAM_S, since
    try:
        yield b"retry: 2000\n\n"
        while time.monotonic() < ends and _may(desk, one):
            if not await seat.feed.beyond(at, IDLE_S):
                yield b": nothing came\n\n"
                continue
            if not _may(desk, one):
                return
            part = _read(desk, one, at)
            if part.came:
                yield b"".join(_event(each) for each in part.came)
            elif part.next > at:
                # What came is not theirs: the index goes on all the same.
                yield b"id: %d\n\n" % (part.next - 1)
            at = part.next
    finally:
        seat.leave()


def _event(each: Came) -> bytes:
    data = json.dumps(asdict(each), separators=(",", ":"))
    return f"id: {each.index}\ndata: {data}\n\n".encode()


def _json(desk: Desk, one: Asker, since: int) -> Response:
    part = _read(desk, one, since)
    return asking.answer({"entries": [asdict(each) for each in part.came], "next": part.next})


def _atom(desk: Desk, one: Asker) -> Response:
    """The newest entries for a program that reads Atom: no moment, so all of the feed's own."""
    with desk.bureau.books.view() as view:
        size = entries.size(view)
        keep = _keep(view, one)
        part = feed.read(view, max(0, size - ATOM_ROWS), most=ATOM_ROWS, keep=keep)
    now, origin = desk.now(), desk.origin
    items = "".join(
        f"<entry><id>{origin}/api/feed#{each.index}</id><title>{each.act} {each.handle}</title>"
        f"<updated>{now}</updated></entry>"
        for each in reversed(part.came)
    )
    text = (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f"<id>{origin}/api/feed</id><title>{desk.bureau.name}</title><updated>{now}</updated>"
        f"<author><name>{desk.bureau.name}</name></author>{items}</feed>\n"
    )
    return Response(text, media_type=ATOM)


def _read(desk: Desk, one: Asker, since: int) -> Part:
    with desk.bureau.books.view() as view:
        return feed.read(view, since, keep=_keep(view, one))


def _keep(view: Shelves, one: Asker) -> Callable[[Leaf], bool] | None:
    """Which entries somebody is told of who does not work with the register: of their copies."""
    if one.roles & who.BOOKS.roles:
        return None

    def theirs(leaf: Leaf) -> bool:
        copy = view.copies.get(leaf.subject) if leaf.kind == entries.COPY else None
        return copy is not None and who.has(copy, one.person)

    return theirs


def _may(desk: Desk, one: Asker) -> bool:
    """Whether whoever listens is logged in still, or has their token, and is in post as before.

    It does not count as a use: a page left open does not keep its session from ending.
    """
    kinds = ("session", tokens.KIND)
    if not any(desk.store.get(kind, one.session, desk.now()) for kind in kinds):
        return False
    with desk.bureau.books.view() as view:
        roles = roster.roles_of(view, one.person, moment(desk.bureau.clock.now()))
    return roles == one.roles


def _since(request: Request, desk: Desk) -> int:
    """Where to begin: behind the last event that was got, at the index said, or with what comes."""
    last = request.headers.get("last-event-id", "")
    if last:
        if not last.isascii() or not last.isdecimal() or len(last) > len(str(INDEX_MAX)):
            raise MalformedError("the last event has no index", hint="Begin with since.")
        return min(int(last), INDEX_MAX - 1) + 1
    with desk.bureau.books.view() as view:
        size = entries.size(view)
    return asking.whole(request, "since", size, 0, INDEX_MAX)


def _kind(request: Request) -> str:
    """What whoever asks reads: events, unless they say JSON or Atom."""
    accepted = request.headers.get("accept", "")
    for kind in (asking.JSON, ATOM):
        if kind in accepted and EVENTS not in accepted:
            return kind
    return EVENTS
