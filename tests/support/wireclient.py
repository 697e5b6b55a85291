"""Many graphql-transport-ws clients on one event loop, and figures of the server that they talk to."""

import asyncio
import itertools
import json
import socket as sockets
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from prometheus_client.parser import text_string_to_metric_families
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

PROTOCOL = Subprotocol("graphql-transport-ws")


class Client:
    """One open socket that has been acknowledged."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self._ids = map(str, itertools.count(1))

    async def send(self, **message: object) -> None:
        await self.connection.send(json.dumps(message))

    async def receive(self) -> dict[str, Any]:
        async with asyncio.timeout(30):
            message: dict[str, Any] = json.loads(await self.connection.recv())
        return message

    async def subscribe(self, document: str, **variables: object) -> str:
        operation_id = next(self._ids)
        await self.send(type="subscribe", id=operation_id, payload={"query": document, "variables": variables})
        return operation_id

    async def events(self, document: str, **variables: object) -> AsyncGenerator[dict[str, Any]]:
        """Give the one field of each `next` until `complete`; an `error` is raised as AssertionError."""
        operation_id = await self.subscribe(document, **variables)
        while (message := await self.receive())["type"] != "complete":
            assert message["type"] == "next", message
            assert message["id"] == operation_id
            assert "errors" not in message["payload"], message
            (event,) = message["payload"]["data"].values()
            yield event


@asynccontextmanager
async def client(url: str, *, token: str | None = None, **options: Any) -> AsyncIterator[Client]:  # noqa: ANN401
    """Open a socket and say who it is."""
    address = f"ws{url.removeprefix('http')}/graphql"
    async with connect(address, subprotocols=[PROTOCOL], proxy=None, **options) as connection:
        opened = Client(connection)
        await opened.send(type="connection_init", payload={} if token is None else {"token": token})
        assert (await opened.receive())["type"] == "connection_ack"
        yield opened


def narrow_socket(url: str, *, buffer_bytes: int = 4096) -> sockets.socket:
    """Connect a socket that takes in little before it is read."""
    host, port = url.removeprefix("http://").split(":")
    opened = sockets.socket()
    opened.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, buffer_bytes)
    opened.connect((host, int(port)))
    return opened


def figures(url: str, *, token: str | None = None) -> dict[str, float]:
    """Give what the server counts, by name, those with labels summed."""
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    found: dict[str, float] = {}
    for family in text_string_to_metric_families(httpx.get(f"{url}/metrics", headers=headers).text):
        for sample in family.samples:
            found[sample.name] = found.get(sample.name, 0.0) + sample.value
    return found


async def until(url: str, *, token: str | None = None, **expected: float) -> None:
    """Wait, at most 20 s, until the server's figures are these; names without `graticule_`."""
    async with asyncio.timeout(20):
        while True:
            seen = await asyncio.to_thread(figures, url, token=token)
            if all(seen.get(f"graticule_{name}", 0.0) == value for name, value in expected.items()):
                return
            await asyncio.sleep(0.02)
