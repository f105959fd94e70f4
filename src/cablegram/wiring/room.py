"""The room's process: started, asked how it is, ended (docs/spec/room-socket.md, "Starting").

The passphrase goes over a pipe, never into an argument or the environment; the process
parts from whoever started it and answers once it listens.
"""

from __future__ import annotations

import fcntl
import os
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from cablegram.errors import CablegramError, MalformedError, RoomError
from cablegram.ledger import log
from cablegram.model.times import moment
from cablegram.storage import durable
from cablegram.storage.room_memory import FileRoomMemory
from cablegram.wire import room as frames
from cablegram.wiring.desk import ADDRESS_MAX, Office, RoomClient, address
from cablegram.wiring.tools import keys as key_files

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cablegram.cipher_room import CipherRoom

PASSPHRASE_MAX: Final = 4096
START_S: Final = 120.0
END_S: Final = 60.0
LOG_MAX: Final = 1 << 20
BACKLOG: Final = 16
_LOOK_S: Final = 0.02


def unlock(root: Path, passphrase: str) -> Mapping[str, object]:
    """Start the room of the office in ``root``; returns once it answers.

    Raises:
        RoomError: it is unlocked already, or did not come up.
        SealError: another passphrase.
        CablegramError: why else the room refuses, a damaged ledger for one.
    """
    command = [sys.executable, "-m", "cablegram", "--office", str(root.resolve()), "room", "serve"]
    with subprocess.Popen(  # noqa: S603  # our own interpreter, and a folder as one argument
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as started:
        assert started.stdin is not None, "it was asked for"
        assert started.stdout is not None, "it was asked for"
        with suppress(BrokenPipeError), started.stdin as pipe:
            pipe.write(passphrase.encode())
        return frames.decode_reply(_reply(started.stdout))


def lock(root: Path) -> bool:
    """End the room; False if it was locked already.  Returns once its process is gone.

    Raises:
        RoomError: it does not end.
    """
    try:
        RoomClient(root).lock()
    except RoomError:
        if not running(root):
            return False
        raise
    until = time.monotonic() + END_S
    while running(root):
        if time.monotonic() > until:
            raise RoomError(
                "the room was told to lock and is still at work",
                hint="Wait until it has finished what it does, then ask `cablegram room status`.",
            )
        time.sleep(_LOOK_S)
    return True


def running(root: Path) -> bool:
    """Whether a room of this office holds its lock."""
    try:
        with (root / "room" / "lock").open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def serve(root: Path) -> None:
    """Be the room: read the passphrase from standard input, answer, listen until told to end."""
    from cablegram.cipher_room import process  # holds the press: only the room itself loads it

    # Part from the one that started us: it waits for our parent, and for the answer alone.
    if os.fork():
        os._exit(0)
    process.no_core()
    with os.fdopen(os.dup(1), "wb") as answer, ExitStack() as stack:
        _turn_away_output()
        try:
            room, listener = _ready(root, stack)
        except CablegramError as error:
            answer.write(frames.frame(frames.encode_refusal(error)))
            return
        stop = process.Stop()
        with process.signals(stop):
            note = _Log(root)
            note("unlocked")
            answer.write(frames.frame(frames.encode_answer(dict(room.status()))))
            answer.close()
            process.serve(listener, room, stop, note=note)
            note("locked")


def _ready(root: Path, stack: ExitStack) -> tuple[CipherRoom, socket.socket]:
    """The room and the socket it listens on, once nothing stands against it."""
    from cablegram.cipher_room import CipherRoom

    passphrase = _passphrase()
    office = Office(root)
    stack.callback(office.close)
    stack.enter_context(_lock(root))
    keys = key_files.unlock(root, passphrase)
    # Books that are not what was signed must not be sealed from, nor added to.
    log.verify_whole(office.bureau)
    memory = FileRoomMemory(root / "room" / "memory")
    room = CipherRoom(office.bureau, keys, memory, office.signer)
    return room, stack.enter_context(_listener(root))


def _passphrase() -> str:
    data = sys.stdin.buffer.read(PASSPHRASE_MAX + 1)
    if len(data) > PASSPHRASE_MAX:
        raise MalformedError("the passphrase is too long", hint="Give a shorter one.")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise MalformedError("the passphrase is not UTF-8", hint="Type it again.") from error


@contextmanager
def _lock(root: Path) -> Iterator[None]:
    """Be the only room of this office, as long as this lasts; a crash gives it up."""
    with durable.told("the room's folder"):
        durable.folder(root / "room", durable.PRIVATE_FOLDER)
        file = os.open(root / "room" / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RoomError(
                "the cipher room is unlocked already",
                hint="Use it as it is, or end it with `cablegram room lock`.",
            ) from error
        yield
    finally:
        os.close(file)


@contextmanager
def _listener(root: Path) -> Iterator[socket.socket]:
    """A socket for our user alone.  We hold the lock: whatever lies there is stale."""
    path = root / "room" / "socket"
    made = None
    if len(os.fsencode(path)) > ADDRESS_MAX:
        with suppress(RoomError):
            shutil.rmtree(address(root).parent, ignore_errors=True)
        made = Path(tempfile.mkdtemp(prefix="cablegram-"))
        path = made / "socket"
        data = f"{path}\n".encode()
        durable.write(root / "room" / "address", data, durable.PRIVATE_FILE)
    path.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        mask = os.umask(0o177)
        try:
            listener.bind(str(path))
        finally:
            os.umask(mask)
        listener.listen(BACKLOG)
        try:
            yield listener
        finally:
            path.unlink(missing_ok=True)
            if made is not None:
                shutil.rmtree(made, ignore_errors=True)


def _turn_away_output() -> None:
    """Point standard output and error at nothing, so that no stray word reaches the answer."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nothing, stream)
    os.close(nothing)


def _reply(stdout: IO[bytes]) -> bytes:
    until = time.monotonic() + START_S
    found = bytearray()
    while True:
        ready, _, _ = select.select([stdout], [], [], max(0.0, until - time.monotonic()))
        data = os.read(stdout.fileno(), 1 << 16) if ready else b""
        if not data:
            break
        found += data
    size = frames.LENGTH_SIZE
    if len(found) < size or len(found) - size != frames.length(bytes(found[:size])):
        raise RoomError(
            "the cipher room did not come up", hint="Look into room/log, then unlock it again."
        )
    return bytes(found[size:])


class _Log:
    """Lines of ``room/log``: when the room began, ended, refused a frame or failed."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._clock = Office(root).clock

    def __call__(self, line: str) -> None:
        path = self._root / "room" / "log"
        # A log that cannot be written is no reason to stop serving.
        with suppress(OSError, CablegramError):
            whole = path.exists() and path.stat().st_size > LOG_MAX
            flags = os.O_WRONLY | os.O_CREAT | (os.O_TRUNC if whole else os.O_APPEND)
            with os.fdopen(os.open(path, flags, 0o600), "ab") as file:
                file.write(f"{moment(self._clock.now())} {line}\n".encode(errors="replace"))
