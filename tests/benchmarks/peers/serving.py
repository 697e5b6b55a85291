"""Serve an application for `fanout.py`: uvicorn as the product configures it, and changes at the rate it orders.

Says on standard output where it listens and what can be followed; obeys lines on standard input:
`tick HZ` (0 stops), `burst EVENTS`.
"""

import asyncio
import json
import socket
import sys
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Final, Protocol

import uvicorn
from starlette.applications import Starlette

from schema.cli.serving import server_config

EVENT_FILE: Final = Path(__file__).parent / "job_event.json"
"""An event of the product as it was sent once, with NOW and CHANGED where the two times belong."""


class Source(Protocol):
    """What changes."""

    def opened(self) -> AbstractAsyncContextManager[list[str]]:
        """Give the ids that can be followed; entered once the server answers."""

    async def change(self) -> None:
        """Change everything once, and tell the subscribers."""


def stamp() -> str:
    """Give the time of a change, with microseconds; it travels in the message of the progress."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def sent_at() -> str:
    """Give the time as the contract writes it, with milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


async def serve(app: Starlette, source: Source) -> None:
    """Serve until standard input ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    server = uvicorn.Server(server_config(app))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started and not serving.done():  # noqa: ASYNC110  # uvicorn has no event for it
        await asyncio.sleep(0.01)
    async with source.opened() as ids:
        host, port = listener.getsockname()
        sys.stdout.write(json.dumps({"url": f"http://{host}:{port}", "ids": ids}) + "\n")
        sys.stdout.flush()
        await _obey(source)
    server.should_exit = True
    await serving


async def _obey(source: Source) -> None:
    orders = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    stop = asyncio.Event()
    work = asyncio.create_task(_tick(source, 0, stop))
    while line := await orders.readline():
        verb, number = line.decode().split()
        stop.set()
        await work
        stop = asyncio.Event()
        work = asyncio.create_task(
            _tick(source, float(number), stop) if verb == "tick" else _burst(source, int(number))
        )
    stop.set()
    await work


async def _tick(source: Source, hz: float, stop: asyncio.Event) -> None:
    """Change at a steady rate; what is late is skipped, as a progress meter would."""
    due = monotonic()
    while hz and not stop.is_set():
        await source.change()
        due = max(due + 1 / hz, monotonic())
        await asyncio.sleep(due - monotonic())


async def _burst(source: Source, events: int) -> None:
    for _ in range(events):
        await source.change()
