"""The floor: the same bytes to every socket in a loop, under the product's uvicorn. Run by `fanout.py`."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from tests.benchmarks.peers.serving import EVENT_FILE, sent_at, serve, stamp

MESSAGE = json.dumps(
    {"id": "1", "type": "next", "payload": {"data": {"jobProgress": json.loads(EVENT_FILE.read_text())}}},
    separators=(",", ":"),
)


class Broadcast:
    """The open sockets; knows just enough of the protocol to be subscribed to."""

    def __init__(self) -> None:
        self._sockets: set[WebSocket] = set()

    async def endpoint(self, socket: WebSocket) -> None:
        await socket.accept(subprotocol="graphql-transport-ws")
        try:
            while True:
                await self._answer(socket, json.loads(await socket.receive_text())["type"])
        except WebSocketDisconnect:
            self._sockets.discard(socket)

    async def _answer(self, socket: WebSocket, kind: str) -> None:
        if kind == "connection_init":
            await socket.send_text('{"type":"connection_ack"}')
        elif kind == "subscribe":
            self._sockets.add(socket)
        elif kind == "ping":
            await socket.send_text('{"type":"pong"}')

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[list[str]]:
        yield ["job"]

    async def change(self) -> None:
        text = MESSAGE.replace("CHANGED", stamp()).replace("NOW", sent_at())
        for socket in list(self._sockets):
            await socket.send_text(text)


def main() -> None:
    broadcast = Broadcast()
    app = Starlette(routes=[WebSocketRoute("/graphql", broadcast.endpoint)])
    asyncio.run(serve(app, broadcast))


if __name__ == "__main__":
    main()
