"""One websocket's wire: frames straight to the transport, and an end for a client that stopped reading.

What goes to a thousand sockets is encoded once and framed here: uvicorn's own way costs three times as
much for each delivery, and waits, where a feed would rather keep the newest and go on.
"""

import asyncio
import itertools
import math
import socket
from collections.abc import Callable
from typing import Final

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame

from schema.groups import TICK_SECONDS

BUFFERED_BYTES: Final = 32 * 1024
"""What a client that does not read may leave here before nothing more is written to it."""

UNSENT_BYTES: Final = 16 * 1024
"""What the kernel may keep unsent, where it can be told: by itself it takes megabytes, all of them old news."""

HELD_SECONDS: Final = 0.001
FLUSHED_A_TURN: Final = 64
"""Writes before the loop may turn to something else: about 1 ms."""

FRAGMENTS: Final = 64 * 1024
"""Frames of one message, as many as the bytes that it may have: empty ones count for no size, but are kept."""

EXTENSION: Final = "graticule.wire"
_NO_UTF8: Final = 1007
_TOO_BIG: Final = 1009
_TEXT: Final = 0x81
_SHORT: Final = 126
_MEDIUM: Final = 1 << 16


class Cork:
    """Holds frames back for a moment, so that those of one socket leave in one write: a write costs 10 µs.

    While much is to be written the moment is a tick, in which many groups have something for a socket.
    """

    def __init__(self) -> None:
        self._wires: dict[Wire, None] = {}
        self._flushed_at = -math.inf

    def hold(self, wire: "Wire") -> None:
        """Flush a wire in a moment."""
        if not self._wires:
            due_at = max(wire.loop.time() + HELD_SECONDS, self._flushed_at + TICK_SECONDS)
            wire.loop.call_at(due_at, self._flush, wire.loop)
        self._wires[wire] = None

    def _flush(self, loop: asyncio.AbstractEventLoop) -> None:
        self._flushed_at = loop.time()
        for wire in tuple(itertools.islice(self._wires, FLUSHED_A_TURN)):
            del self._wires[wire]
            wire.flush()
        if self._wires:
            loop.call_soon(self._flush, loop)


class Wire(WebSocketsSansIOProtocol):
    """uvicorn's websocket protocol, with a way past it for whole text frames. Hands itself down in the scope."""

    stall_seconds = 60.0
    flowing = True
    """Whether the client takes what is written."""
    _stalled: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Bound what may wait to be written."""
        super().connection_made(transport)
        self.on_flowing: Callable[[], None] = _nothing
        self.on_cut: Callable[[], None] = _nothing
        self.cork = Cork()
        self._held: list[bytes] = []
        self.transport.set_write_buffer_limits(high=BUFFERED_BYTES)
        opened = transport.get_extra_info("socket")
        if opened is not None and hasattr(socket, "TCP_NOTSENT_LOWAT"):
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT_BYTES)

    def handle_connect(self, event: object) -> None:
        """Let whoever serves the socket find its wire."""
        super().handle_connect(event)  # type: ignore[arg-type]  # uvicorn's own type is not exported
        if hasattr(self, "scope"):
            self.scope["extensions"][EXTENSION] = {"wire": self}

    def handle_cont(self, event: Frame) -> None:
        """Take a further frame of a message, unless it has too many."""
        if len(self.frames) < FRAGMENTS:
            super().handle_cont(event)
        elif not self.close_sent:
            self.conn.fail(_TOO_BIG, "too many frames")
            self.handle_parser_exception()

    def send_receive_event_to_app(self) -> None:
        """Hand a whole message on; for what is no UTF-8 uvicorn would write a trace, as if it were our defect."""
        if self.curr_msg_data_type == "bytes" or self.close_sent or _is_utf8(self.frames):
            super().send_receive_event_to_app()
        else:
            self.conn.send_close(_NO_UTF8)
            self.handle_parser_exception()

    def handle_ping(self) -> None:
        """Answer a ping frame, unless the client takes nothing: its answers would wait without bound."""
        if self.flowing:
            super().handle_ping()
        else:
            self.conn.data_to_send()

    def hold(self, *texts: bytes) -> None:
        """Write a text frame for each in a moment, together with what else comes until then."""
        self._held += [_head(len(text)) + text for text in texts]
        self.cork.hold(self)

    def write(self, *texts: bytes) -> None:
        """Write a text frame for each, after what was held. Never waits: ask `flowing` before."""
        self._held += [_head(len(text)) + text for text in texts]
        self.flush()

    def flush(self) -> None:
        """Write what was held; a wire that closes takes nothing."""
        frames, self._held = self._held, []
        if frames and not self.close_sent and not self.transport.is_closing():
            self.transport.write(b"".join(frames))

    async def drained(self) -> None:
        """Wait until the client takes what is written, or has gone."""
        await self.writable.wait()

    def pause_writing(self) -> None:
        """Begin to count down: the client does not read."""
        super().pause_writing()
        self.flowing = False
        if self._stalled is None:
            self._stalled = self.loop.call_later(self.stall_seconds, self._cut)

    def resume_writing(self) -> None:
        """Go on."""
        self._stop_counting()
        self.flowing = True
        super().resume_writing()
        self.on_flowing()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop counting."""
        self._stop_counting()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """Close with 1012; a client that does not read would not see it and is cut."""
        self.flush()
        super().shutdown()
        if not self.flowing:
            self.transport.abort()

    def _stop_counting(self) -> None:
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None

    def _cut(self) -> None:
        self._stalled = None
        self.on_cut()
        self.transport.abort()


def _head(size: int) -> bytes:
    """Give the head of an unmasked, final text frame (RFC 6455, 5.2)."""
    if size < _SHORT:
        return bytes((_TEXT, size))
    if size < _MEDIUM:
        return b"\x81\x7e" + size.to_bytes(2, "big")
    return b"\x81\x7f" + size.to_bytes(8, "big")


def _is_utf8(frames: list[bytes]) -> bool:
    try:
        b"".join(frames).decode()
    except UnicodeDecodeError:
        return False
    return True


def _nothing() -> None:
    pass
