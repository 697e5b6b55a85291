"""A websocket that says exactly what a test says, for clients that keep the protocol and those that do not."""

import asyncio
import itertools
import json
import socket
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any, Final

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

TRANSPORT: Final = "graphql-transport-ws"
HEARD_SECONDS: Final = 20.0
SILENT_SECONDS: Final = 0.3


class Wire:
    """One socket, message by message."""

    def __init__(self, opened: ClientConnection) -> None:
        self.opened = opened
        self._ids = map(str, itertools.count(1))

    async def raw(self, data: str | bytes | list[str]) -> None:
        """Send one message as it is: text, binary, or text in several frames."""
        await self.opened.send(data)

    async def say(self, kind: str, **fields: object) -> None:
        """Send a message of the protocol."""
        await self.raw(json.dumps({"type": kind, **fields}))

    async def subscribe(self, operation_id: str, query: str, **payload: object) -> None:
        """Ask for an operation."""
        await self.say("subscribe", id=operation_id, payload={"query": query, **payload})

    async def follow(self, document: str, **variables: object) -> str:
        """Ask for an operation under an id of its own; gives the id."""
        operation_id = next(self._ids)
        await self.subscribe(operation_id, document, variables=variables)
        return operation_id

    async def events(self, document: str, **variables: object) -> AsyncGenerator[dict[str, Any]]:
        """Give the one field of each `next` until `complete`; an `error` is raised as AssertionError."""
        operation_id = await self.follow(document, **variables)
        while (message := await self.hear())["type"] != "complete":
            assert message["type"] == "next", message
            assert message["id"] == operation_id
            assert "errors" not in message["payload"], message
            (event,) = message["payload"]["data"].values()
            yield event

    async def hear(self) -> dict[str, Any]:
        """Give the next message; every one of the server's is a text frame."""
        async with asyncio.timeout(HEARD_SECONDS):
            text = await self.opened.recv()
        assert isinstance(text, str)
        message: dict[str, Any] = json.loads(text)
        return message

    async def heard(self, operation_id: str) -> list[dict[str, Any]]:
        """Give the messages of an operation to its end; those of others are passed over."""
        messages: list[dict[str, Any]] = []
        while not messages or messages[-1]["type"] == "next":
            message = await self.hear()
            if message.get("id") == operation_id:
                messages.append(message)
        return messages

    async def is_silent(self) -> bool:
        """Whether nothing comes for a while."""
        try:
            async with asyncio.timeout(SILENT_SECONDS):
                await self.opened.recv()
        except TimeoutError:
            return True
        return False

    async def is_alive(self) -> bool:
        """Whether the server still answers, when nothing else is under way."""
        await self.say("ping", payload={"alive": True})
        return await self.hear() == {"type": "pong", "payload": {"alive": True}}

    async def rest(self) -> list[str | bytes]:
        """Give what still comes until the socket is closed, which nobody has read yet."""
        messages: list[str | bytes] = []
        with suppress(ConnectionClosed):
            async with asyncio.timeout(HEARD_SECONDS):
                while True:
                    messages.append(await self.opened.recv())
        return messages

    async def closed(self) -> tuple[int | None, str]:
        """Wait for the server to close the socket, and give its code and reason."""
        async with asyncio.timeout(HEARD_SECONDS):
            await self.opened.wait_closed()
        return self.opened.close_code, self.opened.close_reason or ""


@asynccontextmanager
async def wire(url: str, *protocols: str, **options: Any) -> AsyncIterator[Wire]:  # noqa: ANN401  # of a library
    """Open a socket that offers these subprotocols, and say nothing on it."""
    offered = [Subprotocol(name) for name in protocols] or None
    async with connect(f"ws{url.removeprefix('http')}/graphql", subprotocols=offered, proxy=None, **options) as opened:
        yield Wire(opened)


@asynccontextmanager
async def placed(url: str, *, token: str | None = None) -> AsyncIterator[Wire]:
    """Open a greeted socket as soon as there is a place: what went a moment ago may still have it."""
    async with AsyncExitStack() as stack, asyncio.timeout(HEARD_SECONDS) as opening:
        while True:
            with suppress(InvalidStatus):
                opened = await stack.enter_async_context(greeted(url, token=token))
                break
            await asyncio.sleep(0.02)
        opening.reschedule(None)
        yield opened


@asynccontextmanager
async def greeted(url: str, *, token: str | None = None, **options: Any) -> AsyncIterator[Wire]:  # noqa: ANN401
    """Open a socket whose connection was acknowledged."""
    async with wire(url, TRANSPORT, **options) as opened:
        await opened.say("connection_init", payload={} if token is None else {"token": token})
        assert await opened.hear() == {"type": "connection_ack"}
        yield opened


def narrow_socket(url: str, *, buffer_bytes: int = 4096) -> socket.socket:
    """Connect a socket that takes in little before it is read."""
    host, port = url.removeprefix("http://").split(":")
    opened = socket.socket()
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer_bytes)
    opened.connect((host, int(port)))
    return opened
