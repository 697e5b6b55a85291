"""Servers that were written to hurt their clients: raw sockets on loopback, each with its own port and behaviour.

A behaviour is a coroutine that gets the connection, says what it wants and returns, which closes it. All of them run on
one event loop in a thread beside the test, so that fifty that only wait cost nothing.
"""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self, TypeVar

_READ_BYTES = 64 * 1024

ResultT = TypeVar("ResultT")


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asked over HTTP."""

    target: str
    body: bytes

    @property
    def asks_refs(self) -> bool:
        """Whether it is the question that git asks first."""
        return "/info/refs" in self.target

    @property
    def lists_refs(self) -> bool:
        """Whether it is protocol 2's `ls-refs`."""
        return b"command=ls-refs" in self.body


class Talk:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @property
    def port(self) -> int:
        """Give the port that it came in at."""
        return int(self.writer.get_extra_info("sockname")[1])

    async def request(self) -> Request:
        """Read one request with its body."""
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
        if "chunked" in headers.get("transfer-encoding", ""):
            body = b"".join([chunk async for chunk in self._chunks()])
        else:
            body = await self.reader.readexactly(int(headers.get("content-length", "0")))
        if headers.get("expect") == "100-continue":
            await self.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        return Request(head[0].split(" ")[1], body)

    async def send(self, content: bytes) -> None:
        """Send, as fast as the client takes it."""
        self.writer.write(content)
        await self.writer.drain()

    async def head(self, status: str = "200 OK", *headers: str, kind: str = "text/plain") -> None:
        """Send the head of an answer that ends with the connection."""
        lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", "Connection: close", *headers]
        await self.send("".join(f"{line}\r\n" for line in [*lines, ""]).encode("latin-1"))

    async def silence(self) -> None:
        """Say nothing until the client has gone."""
        while await self.reader.read(_READ_BYTES):
            pass

    async def _chunks(self) -> AsyncIterator[bytes]:
        while size := int((await self.reader.readline()).strip() or b"0", 16):
            yield await self.reader.readexactly(size)
            await self.reader.readline()
        await self.reader.readline()


Behaviour = Callable[[Talk], Awaitable[None]]


class Traps:
    """Listens for as long as the block runs; `connections` counts who came to each port."""

    def __init__(self) -> None:
        self.connections: dict[int, int] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="traps")
        self._servers: list[asyncio.Server] = []
        self._talks: set[asyncio.Task[None]] = set()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._await(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def open(self, behave: Behaviour) -> int:
        """Let a behaviour meet whoever comes to a new port, and give that."""
        return self._await(self._open(behave))

    def _await(self, work: Coroutine[Any, Any, ResultT]) -> ResultT:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _open(self, behave: Behaviour) -> int:
        async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            self._talks.add(task)
            talk = Talk(reader, writer)
            self.connections[talk.port] += 1
            try:
                with suppress(OSError, EOFError, ValueError, asyncio.LimitOverrunError):
                    await behave(talk)
            except asyncio.CancelledError:
                pass  # the test is over
            finally:
                writer.close()
                self._talks.discard(task)

        server = await asyncio.start_server(meet, "127.0.0.1", 0)
        port = int(server.sockets[0].getsockname()[1])
        self.connections[port] = 0
        self._servers.append(server)
        return port

    async def _close(self) -> None:
        for server in self._servers:
            server.close()
        talks = list(self._talks)
        for talk in talks:
            talk.cancel()
        if talks:
            await asyncio.wait(talks)
        await asyncio.sleep(0)
