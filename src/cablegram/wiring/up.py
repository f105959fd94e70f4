"""Starting the desk and the signer as processes of their own, and ending them."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from contextlib import suppress
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from cablegram.errors import SetUpError
from cablegram.wiring import settings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

START_S: Final = 20.0
END_S: Final = 10.0
_LOOK_S: Final = 0.02
LOCAL: Final = "127.0.0.1"
DESK: Final = "cablegram.desk"


class Servers:
    """The servers of one office that this process started; ``come_up`` waits for them.

    Raises:
        SetUpError: an address is taken.
    """

    def __init__(self, root: Path, carry_every_s: int = 0) -> None:
        known = settings.read(root)
        self._started: list[subprocess.Popen[bytes]] = []
        servers = ((DESK, known.desk), ("cablegram.signer", known.signer))
        wanted = [(module, at) for module, at in servers if find_spec(f"{module}.__main__")]
        for _, origin in wanted:
            if _answers(port(origin)):
                raise SetUpError(
                    "something answers at {origin} already",
                    hint="End it, or write another address into office.toml.",
                    origin=origin,
                )
        self._origins = [origin for _, origin in wanted]
        try:
            for module, _ in wanted:
                more = [str(carry_every_s)] if module == DESK else []
                self._started.append(_start(module, root, more))
        except BaseException:
            self.end()
            raise

    def come_up(self) -> None:
        """Wait until all of them answer.

        Raises:
            SetUpError: one does not come up; end them then.
        """
        for origin, process in zip(self._origins, self._started, strict=True):
            _wait(origin, process)

    def wait(self) -> int:
        """Wait until one of them ends; its exit status."""
        while True:
            for process in self._started:
                with suppress(subprocess.TimeoutExpired):
                    return process.wait(timeout=0.5)

    def end(self) -> None:
        """End those that run."""
        for process in self._started:
            process.terminate()
        for process in self._started:
            try:
                process.wait(timeout=END_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    @property
    def processes(self) -> Sequence[int]:
        """Their process ids."""
        return [process.pid for process in self._started]


def port(origin: str) -> int:
    """The port that an origin is served on here: its own, or the desk's usual one."""
    return urlsplit(origin).port or urlsplit(settings.DESK).port or 0


def _start(module: str, root: Path, more: Sequence[str]) -> subprocess.Popen[bytes]:
    line = [sys.executable, "-m", module, str(root), *more]
    return subprocess.Popen(line, stdin=subprocess.DEVNULL, start_new_session=True)  # noqa: S603


def _wait(origin: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_S
    while not _answers(port(origin)):
        if process.poll() is not None or time.monotonic() > until:
            raise SetUpError(
                "nothing came up at {origin}",
                hint="Look at what it said above, then start it again.",
                origin=origin,
            )
        time.sleep(_LOOK_S)


def _answers(number: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as line:
        line.settimeout(1)
        return line.connect_ex((LOCAL, number)) == 0
