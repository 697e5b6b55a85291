"""Deadlines for HTTP, where uvicorn waits for ever: for a request to arrive, and for an answer to be taken.

An event stream never comes to its end by itself, so it is told when the server stops. A websocket has
its own deadlines from the handshake on (`schema.wire`).
"""

import asyncio
from typing import Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

REQUEST_SECONDS: Final = 30.0
"""For a head and at most 256 KiB of body, from the first byte, or from the connection on before the first one."""

END_STREAM: Final = "end_stream"
"""Where, in `scope["state"]`, an answer without an end puts what ends it."""

_ON_ITS_WAY: Final = frozenset({h11.IDLE, h11.SEND_BODY})


class PatientProtocol(H11Protocol):
    """uvicorn's protocol, which cuts a connection whose request does not end, or whose client does not read."""

    request_seconds = REQUEST_SECONDS
    stall_seconds = 60.0
    """For a client to take what is written to it, while more waits than the buffer of its connection holds."""
    _stall: asyncio.TimerHandle | None = None
    _deadline: asyncio.TimerHandle | None = None

    @classmethod
    def stalling(cls, stall_seconds: float) -> type["PatientProtocol"]:
        """Give the protocol with another deadline for clients that do not read."""
        return type(cls.__name__, (cls,), {"stall_seconds": stall_seconds})

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn narrows it
        """Begin to wait."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Wait on, unless the request is here."""
        self._wait()
        super().data_received(data)
        if self.conn.their_state not in _ON_ITS_WAY or self.transport.get_protocol() is not self:
            self._stop_waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_waiting()
        self._stop_stall()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Begin to wait for a client that takes nothing."""
        super().pause_writing()
        self._stall = self.loop.call_later(self.stall_seconds, self._cut)

    def resume_writing(self) -> None:
        """Stop waiting for it."""
        super().resume_writing()
        self._stop_stall()

    def shutdown(self) -> None:
        """End what would never end."""
        super().shutdown()
        end = self.cycle.scope["state"].get(END_STREAM) if self.cycle is not None else None
        if end is not None:
            end()

    def _wait(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(self.request_seconds, self._cut)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _stop_stall(self) -> None:
        if self._stall is not None:
            self._stall.cancel()
            self._stall = None

    def _cut(self) -> None:
        self.transport.abort()
