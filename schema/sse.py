"""Event streams: GraphQL over server-sent events, in distinct connections.

The text is graphql-sse's PROTOCOL.md: a `next` event for each result, `complete` after the last one.
A stream that ends without `complete` was cut by the server, and clients come back. What is wrong with
a document is a `next` event as well, since a browser's EventSource shows its page no other answer.
"""

import asyncio
from collections.abc import AsyncGenerator, Collection
from contextlib import aclosing
from typing import Any, Final

from starlette.types import Receive, Scope, Send

from schema.encoding import encode
from schema.negotiation import EVENT_STREAM
from schema.patience import END_STREAM
from schema.streams import Refused

PING: Final = b":\n\n"
PING_SECONDS: Final = 15.0
"""Proxies cut what is silent for a minute, some after 30 s."""

COMPLETE: Final = b"event: complete\ndata: \n\n"
HEADERS: Final = (
    (b"content-type", f"{EVENT_STREAM}; charset=utf-8".encode()),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
)


class EventStream:
    """The answer that carries the results of one operation. Back-pressure is the connection's own."""

    ping_seconds = PING_SECONDS

    def __init__(self, results: AsyncGenerator[bytes, None]) -> None:
        self._results = results
        self._cut = asyncio.Event()

    async def close(self, code: int, reason: str) -> None:
        """End it without `complete`; there is no place for a code or a reason in an event stream."""
        del code, reason
        self._cut.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until the results end, the client goes or the server ends it; then the source is closed."""
        scope.setdefault("state", {})[END_STREAM] = self._cut.set
        await send({"type": "http.response.start", "status": 200, "headers": list(HEADERS)})
        await send(_part(PING))  # some browsers call a stream open only after its first bytes
        writing = asyncio.create_task(self._write(send), name="sse: write")
        others: set[asyncio.Task[object]] = {
            asyncio.create_task(self._ping(send), name="sse: ping"),
            asyncio.create_task(_gone(receive), name="sse: watch the client"),
            asyncio.create_task(self._cut.wait(), name="sse: watch the server"),
        }
        try:
            await asyncio.wait({writing, *others}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await _ended({writing, *others})
        if not writing.cancelled():
            writing.result()
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _write(self, send: Send) -> None:
        async with aclosing(self._results):
            try:
                async for result in self._results:
                    await send(_part(_next(result)))
            except Refused as refused:
                await send(_part(_next(encode({"errors": refused.errors}))))
        await send(_part(COMPLETE))

    async def _ping(self, send: Send) -> None:
        while True:
            await asyncio.sleep(self.ping_seconds)
            await send(_part(PING))


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _ended(tasks: Collection[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


def _next(result: bytes) -> bytes:
    return b"event: next\ndata: " + result + b"\n\n"


def _part(data: bytes) -> dict[str, object]:
    return {"type": "http.response.body", "body": data, "more_body": True}
