"""A server's patience: how long the head of a request may take, and how large it may be.

Uvicorn bounds neither: a connection that says nothing holds its place, and a header without an
end fills the memory, for as long as whoever opened it likes.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if TYPE_CHECKING:
    from asyncio import TimerHandle, Transport

HEAD_S: Final = 20.0
"""From the connection, or a further request's first byte, to the end of its head."""
HEAD_MAX: Final = 1 << 16
"""Bytes of a request that are no body: its line, headers, trailers, the marks between pieces."""


class Patient(HttpToolsProtocol):
    """Uvicorn's protocol; it hangs up on whoever takes too long to ask, or too many bytes."""

    _late: TimerHandle | None = None
    _spent = 0

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Somebody connects."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Some bytes came; those of a body are taken off again as they are found to be some."""
        self._spent += len(data)
        super().data_received(data)
        if self._spent > HEAD_MAX:
            self._hang_up()
        elif self.cycle is not None and self.cycle.response_complete:
            self._wait()  # between two requests, empty lines are a beginning

    def on_message_begin(self) -> None:
        """A request begins."""
        self._spent = 0
        self._wait()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Its head is whole."""
        self._rest()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A piece of its body."""
        self._spent = max(0, self._spent - len(body))
        super().on_body(body)

    def connection_lost(self, exc: Exception | None) -> None:
        """They went."""
        self._rest()
        super().connection_lost(exc)

    def _wait(self) -> None:
        if self._late is None and not self.transport.is_closing():
            self._late = asyncio.get_running_loop().call_later(HEAD_S, self._hang_up)

    def _rest(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _hang_up(self) -> None:
        self._rest()
        self.transport.abort()
