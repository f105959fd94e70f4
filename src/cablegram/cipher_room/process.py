"""The room behind a socket: one request a connection, one after another (docs/spec/room-socket.md).

Whatever comes in is read as if an enemy had sent it: bounds first, then the format, then
the room.  A bad frame costs its sender the connection and the room nothing.
"""

from __future__ import annotations

import resource
import signal
import socket
import struct
import sys
import time
from contextlib import contextmanager, suppress
from os import getuid
from typing import TYPE_CHECKING, Final

from cablegram.errors import CablegramError, MalformedError, RoomError
from cablegram.wire import room as frames

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from cablegram.ports import Room
    from cablegram.wire.room import Request

PATIENCE_S: Final = 10.0
"""How long a client may take for its whole request."""

_LOOK_S = 0.5
_REPLY_S = 30.0
_READ_MOST = 1 << 16


class Stop:
    """Asked to end, by ``lock`` or by a signal; the request in hand is finished first."""

    def __init__(self) -> None:
        self.asked = False

    def ask(self, *_: object) -> None:
        """Ask for the end; also a signal's handler."""
        self.asked = True


def no_core() -> None:
    """Let no crash write the keys into a core file."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


@contextmanager
def signals(stop: Stop) -> Iterator[None]:
    """End on SIGTERM and SIGINT after the request in hand."""
    before = {number: signal.signal(number, stop.ask) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def serve(
    listener: socket.socket, room: Room, stop: Stop, *, note: Callable[[str], None] = lambda _: None
) -> None:
    """Answer until asked to stop.  ``note`` takes lines for the log; none has a secret in it."""
    listener.settimeout(_LOOK_S)
    while not stop.asked:
        try:
            connection, _ = listener.accept()
        except TimeoutError:
            continue
        with connection:
            _answer(connection, room, stop, note)


def _answer(connection: socket.socket, room: Room, stop: Stop, note: Callable[[str], None]) -> None:
    # The client may go away at any moment: what was done stays done, and asking again tells it.
    with suppress(OSError):
        _check_peer(connection)
        try:
            request = _read(connection)
        except MalformedError as error:
            note(f"a frame was refused: {error}")
            reply = frames.frame(frames.encode_refusal(error))
        else:
            reply = _reply(request, room, stop, note)
        connection.settimeout(_REPLY_S)
        connection.sendall(reply)


def _reply(request: Request, room: Room, stop: Stop, note: Callable[[str], None]) -> bytes:
    """The frame that answers; an answer that no frame can carry is refused like a fault."""
    if request.verb == "lock":
        stop.ask()
        return frames.frame(frames.encode_answer({"state": "locked"}))
    try:
        return frames.frame(frames.encode_answer(_plain(_ask(request, room))))
    except CablegramError as error:
        return frames.frame(frames.encode_refusal(error))
    except Exception as error:  # noqa: BLE001  # the room must survive any fault, and tell of it
        # The words of a fault may hold what was being read: only its kind goes into the log.
        note(f"{request.verb} failed: {type(error).__name__}")
        told = RoomError(
            "the room could not {verb}: a fault of the program",
            hint="Give the same order again; if it fails again, report it with room/log.",
            kept="What was committed before the fault is kept; a repeat does nothing twice.",
            verb=request.verb.replace("_", " "),
        )
        return frames.frame(frames.encode_refusal(told))


def _ask(request: Request, room: Room) -> Mapping[str, object]:
    match request.verb:
        case "seal":
            return room.seal(request.about, request.orders)
        case "open":
            return room.open(request.about, request.orders)
        case "print":
            return room.print(request.about, request.orders)
        case "sign_receipt":
            return room.sign_receipt(request.about)
    return room.status()


def _plain(answer: Mapping[str, object]) -> dict[str, object]:
    """The answer in what canonical JSON can say: tuples as lists, truth as 0 and 1."""
    return {name: _value(value) for name, value in answer.items()}


def _value(value: object) -> object:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, tuple | list):
        return [_value(item) for item in value]
    if isinstance(value, dict):
        return {str(name): _value(item) for name, item in value.items()}
    return "" if value is None else value


def _read(connection: socket.socket) -> Request:
    until = time.monotonic() + PATIENCE_S
    size = frames.length(_take(connection, frames.LENGTH_SIZE, until))
    return frames.decode_request(_take(connection, size, until))


def _take(connection: socket.socket, size: int, until: float) -> bytes:
    found = bytearray()
    while len(found) < size:
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        connection.settimeout(left)
        data = connection.recv(min(size - len(found), _READ_MOST))
        if not data:
            raise MalformedError("a frame was cut short", hint="Send it again.")
        found += data
    return bytes(found)


def _check_peer(connection: socket.socket) -> None:
    """Cut off processes of other users, where the system can tell whose they are."""
    if sys.platform == "linux":
        size = struct.calcsize("3i")
        said = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size)
        if struct.unpack("3i", said)[1] not in {0, getuid()}:
            raise PermissionError
