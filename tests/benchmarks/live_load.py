"""Thousands of websocket subscribers in one cheap process: frames are counted and their stamps kept, nothing is parsed.

Handshake, masking (with a key of zeros, which is allowed) and frame heads are done by hand, because a
websocket library would cost more per frame than the servers that are measured.
"""

import asyncio
import json
import socket
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from time import time
from typing import Final, NamedTuple
from urllib.parse import urlsplit

DOCUMENT: Final = (Path(__file__).parent / "peers" / "watch.graphql").read_text()
FLEET: Final = (Path(__file__).parent / "peers" / "watch_fleet.graphql").read_text()
HANDSHAKE: Final = (
    "GET /graphql HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
)
TEXT: Final = 0x81
PONG: Final = 0x8A
PING_OPCODE: Final = 0x9
CLOSE_OPCODE: Final = 0x8
BUFFER_BYTES: Final = 1024 * 1024
BATCH: Final = 50
"""Sockets that are opened at a time."""

CONNECT_SECONDS: Final = 120.0


class Arrival(NamedTuple):
    """One event at its subscriber: when it came, and what the server wrote in it."""

    at: float
    sent: bytes
    changed: bytes

    @property
    def delivery_ms(self) -> float:
        """Give the milliseconds since the server made this event."""
        return (self.at - _seconds(self.sent)) * 1000

    @property
    def change_ms(self) -> float:
        """Give the milliseconds since just before the change was written."""
        return (self.at - _seconds(self.changed)) * 1000


@dataclass
class Load:
    """What all subscribers have received since `arrivals` was last emptied."""

    url: str
    document: str = DOCUMENT
    arrivals: list[Arrival] = field(default_factory=list)
    received_bytes: int = 0
    surprises: list[bytes] = field(default_factory=list)
    buffer: memoryview = field(default_factory=lambda: memoryview(bytearray(BUFFER_BYTES)))

    async def connect(self, count: int, ids: Sequence[str]) -> list["Subscriber"]:
        """Open sockets that each follow all of the ids; the first alone, since broadcaster loses concurrent ones."""
        async with asyncio.timeout(CONNECT_SECONDS):
            subscribers = [await self.subscribe(ids)] if count else []
            while len(subscribers) < count:
                missing = min(BATCH, count - len(subscribers))
                subscribers += await asyncio.gather(*(self.subscribe(ids) for _ in range(missing)))
        return subscribers

    async def subscribe(self, ids: Sequence[str]) -> "Subscriber":
        """Open a socket and follow; returns once the server has read all of it."""
        subscriber = await self.open()
        await subscriber.follow(ids)
        return subscriber

    async def open(self, *, receive_buffer: int | None = None) -> "Subscriber":
        """Open a socket up to the acknowledgement."""
        place = urlsplit(self.url)
        sock = socket.socket()
        sock.setblocking(False)  # noqa: FBT003  # the standard library's own
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if receive_buffer is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(sock, (place.hostname, place.port))
        _, subscriber = await loop.create_connection(lambda: Subscriber(self, place.netloc), sock=sock)
        await subscriber.acknowledged
        return subscriber

    def receive(self, frame: bytes, at: float) -> bool:
        """Keep an event; False when this frame is none."""
        key = frame.find(b'occurredAt"')
        if key < 0:
            return False
        start = frame.index(b'"', key + 11) + 1
        change = frame.find(b'"at ', start) + 4
        sent = frame[start : frame.index(b'"', start)]
        changed = frame[change : frame.index(b'"', change)] if change > 3 else b""  # not found: -1 + 4
        self.arrivals.append(Arrival(at, sent, changed))
        self.received_bytes += len(frame)
        return True

    def reset(self) -> None:
        """Begin to count anew."""
        self.arrivals = []
        self.received_bytes = 0


class Subscriber(asyncio.BufferedProtocol):
    """One websocket."""

    def __init__(self, load: Load, host: str) -> None:
        loop = asyncio.get_running_loop()
        self._load = load
        self._host = host
        self._rest = b""
        self._open = False
        self.acknowledged: asyncio.Future[None] = loop.create_future()
        self._ponged: asyncio.Future[None] = loop.create_future()
        self.first_at: asyncio.Future[float] = loop.create_future()
        self.gone = False

    async def follow(self, ids: Sequence[str]) -> None:
        """Subscribe to each, or once to what takes no id; the answer to a ping says that the server has read them."""
        document = self._load.document
        for number, followed in enumerate(ids if "$id" in document else ids[:1], start=1):
            payload = {"query": document, "variables": {"id": followed}}
            self._say({"id": str(number), "type": "subscribe", "payload": payload})
        self._ponged = asyncio.get_running_loop().create_future()
        self._say({"type": "ping"})
        await self._ponged

    def stall(self) -> None:
        """Read nothing any more."""
        self._transport.pause_reading()

    def vanish(self) -> None:
        """Go without a word: the server gets a TCP reset, no close frame."""
        sock = self._transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._transport.abort()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # a socket's
        self._transport = transport
        transport.write(HANDSHAKE.format(host=self._host).encode())

    def connection_lost(self, exc: Exception | None) -> None:
        self.gone = True
        for waiting in (self.acknowledged, self._ponged):
            if not waiting.done():
                waiting.set_exception(exc or ConnectionError("The server closed the socket."))

    def get_buffer(self, sizehint: int) -> memoryview:
        del sizehint
        return self._load.buffer

    def buffer_updated(self, nbytes: int) -> None:
        at = time()
        data = self._rest + self._load.buffer[:nbytes] if self._rest else bytes(self._load.buffer[:nbytes])
        start = 0
        if not self._open:
            start = data.find(b"\r\n\r\n") + 4
            if start < 4:  # the end of the head is not here yet
                self._rest = data
                return
            self._opened(data[:start])
        self._rest = data[self._frames(data, start, at) :]

    def _opened(self, head: bytes) -> None:
        if b" 101 " not in head.split(b"\r\n", 1)[0]:
            self._load.surprises.append(head)
        self._open = True
        self._say({"type": "connection_init"})

    def _frames(self, data: bytes, start: int, at: float) -> int:
        """Take the whole frames and give where the unfinished one begins."""
        end = len(data)
        while end - start >= 2:  # the shortest head
            size, head = data[start + 1], 2
            if size >= 126:  # RFC 6455, 5.2
                head = 4 if size == 126 else 10
                if end - start < head:
                    break
                size = int.from_bytes(data[start + 2 : start + head], "big")
            if end - start < head + size:
                break
            self._frame(data[start] & 0x0F, data[start + head : start + head + size], at)
            start += head + size
        return start

    def _frame(self, opcode: int, payload: bytes, at: float) -> None:
        if self._load.receive(payload, at):
            if not self.first_at.done():
                self.first_at.set_result(at)
        elif opcode == PING_OPCODE:
            self._send(PONG, payload)
        elif b"connection_ack" in payload:
            _settle(self.acknowledged)
        elif b'"pong"' in payload:
            _settle(self._ponged)
        elif opcode == CLOSE_OPCODE or b'"ping"' not in payload:
            self._load.surprises.append(payload)

    def _say(self, message: object) -> None:
        self._send(TEXT, json.dumps(message).encode())

    def _send(self, head: int, payload: bytes) -> None:
        size = len(payload)
        length = bytes([0x80 | size]) if size < 126 else bytes([0x80 | 126]) + size.to_bytes(2, "big")
        self._transport.write(bytes([head]) + length + bytes(4) + payload)


def _settle(waiting: "asyncio.Future[None]") -> None:
    """Wake whoever waits, if somebody still does."""
    if not waiting.done():
        waiting.set_result(None)


def _seconds(stamp: bytes) -> float:
    return datetime.fromisoformat(stamp.decode()).timestamp()
